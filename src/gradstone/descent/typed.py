"""A gradient that somebody typed, a formula for each variable, as a function of numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradstone.autodiff.rewrite import simplify
from gradstone.descent.expression import expression
from gradstone.descent.words import how_many, one_each
from gradstone.errors import ShapeError
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, constant, input_node
from gradstone.graph.walk import Graph


def typed_gradient(texts: Sequence[str], variables: Sequence[str]) -> Callable[..., Any]:
    """Formulas of the partial derivatives as a gradient that `gs.minimize` takes.

    Args:
        texts: one for each variable, in their order. variables: that all of them may use.

    Raises:
        ExpressionError: one that cannot be read. ShapeError: another number of them.
    """
    if len(texts) != len(variables):
        advice = 'As "2x, 2y".' if len(variables) > 1 else 'As "2x".'
        raise ShapeError("grad", how_many(len(texts), "formula"), one_each(variables), advice)
    inputs = tuple(input_node((), "float64") for _ in variables)
    slopes = [expression(text, variables)(*inputs) for text in texts]
    outputs = tuple(one if isinstance(one, Node) else constant(float(one)) for one in slopes)
    program = Interpreter().compile(simplify(Graph(inputs, outputs)))

    def gradient(*values: float) -> Any:
        slopes = program(*(np.asarray(value, dtype=np.float64) for value in values))
        found = tuple(map(float, slopes))
        return found if len(found) > 1 else found[0]

    return gradient
