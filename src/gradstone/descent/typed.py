"""A gradient that somebody typed, a formula for each variable, as a function of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradstone.autodiff.rewrite import simplify
from gradstone.descent.expression import expression
from gradstone.descent.names import CONSTANTS
from gradstone.descent.tokens import ExpressionError
from gradstone.descent.words import how_many, one_each
from gradstone.errors import ShapeError, unknown
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, constant, input_node
from gradstone.graph.walk import Graph

NUMERIC = "numeric"
"""What is given in place of a gradient to have one from differences."""
OPENS, CLOSES = "([{（【", ")]}）】"


def typed_gradient(given: str | Sequence[str], variables: Sequence[str]) -> Callable[..., Any]:
    """Formulas of the partial derivatives as a function of numbers.

    Args:
        given: one for each variable, in their order; in one text with commas between them.
        variables: that all of them may use.

    Raises:
        ExpressionError: one that cannot be read. ShapeError: another number of them.
        UnknownNameError: a single word that is neither a variable nor a constant.
    """
    inputs = tuple(input_node((), "float64") for _ in variables)
    outputs = slopes_of(given, variables, inputs)
    program = Interpreter().compile(simplify(Graph(inputs, outputs)))

    def gradient(*values: float) -> Any:
        slopes = program(*(np.asarray(value, dtype=np.float64) for value in values))
        found = tuple(map(float, slopes))
        return found if len(found) > 1 else found[0]

    return gradient


def slopes_of(
    given: str | Sequence[str], variables: Sequence[str], inputs: Sequence[Node]
) -> tuple[Node, ...]:
    """The formulas of `typed_gradient` as graph; see there.

    Args:
        inputs: what the variables stand for, scalars.
    """
    texts = parts(given) if isinstance(given, str) else given
    word = texts[0] if isinstance(given, str) and len(texts) == 1 else ""
    if word.isidentifier() and len(word) > 1 and word not in (*variables, *CONSTANTS):
        raise unknown("grad", word, [NUMERIC, 'formulas as "2x, 2y"'])
    if len(texts) != len(variables):
        advice = 'As "2x, 2y".' if len(variables) > 1 else 'As "2x".'
        raise ShapeError("grad", how_many(len(texts), "formula"), one_each(variables), advice)
    with told_of("grad"):
        slopes = [expression(text, variables)(*inputs) for text in texts]
    return tuple(one if isinstance(one, Node) else constant(float(one)) for one in slopes)


@contextmanager
def told_of(subject: str) -> Iterator[None]:
    """A mistake in a formula is told as one of an option or argument."""
    try:
        yield
    except ExpressionError as error:
        error.args = (str(error).replace("expression", subject, 1),)
        raise


def parts(text: str, signs: str = ",，;；") -> list[str]:
    """A text cut at commas that stand in no brackets.

    >>> parts("max(x, y), 2y")
    ['max(x, y)', '2y']
    """
    found, depth = [""], 0
    for one in text:
        depth += (one in OPENS) - (one in CLOSES)
        if one in signs and depth <= 0:
            found.append("")
        else:
            found[-1] += one
    return [one.strip() for one in found]
