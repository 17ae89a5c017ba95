"""Function transforms: from a Python function to its value, its gradient, its pullback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import replace, simplify
from gradstone.execute.interpreter import run
from gradstone.functions.eager import check_labels
from gradstone.functions.trace import Traced, leaves, mapped, trace
from gradstone.graph.node import Node, constant
from gradstone.graph.walk import Graph

Function = Callable[..., Any]


def value_and_grad(function: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that gives a function's value and its gradient.

    Args:
        function: takes arrays, numbers and nested dictionaries, lists or tuples of them;
            returns a scalar. Ordinary Python, written with gs functions, operators and @.
        argnums: the position of the argument to differentiate by, or several.

    Returns:
        a function of the same arguments giving (value, gradient); the gradient has the
        form of the argument, and is a tuple where argnums is a sequence.

    Raises (when called):
        NoGradientError: the value is not a scalar float. TraceError: a step of the function
        cannot be recorded.
    """

    def both(*arguments: Any) -> tuple[Any, Any]:
        several = isinstance(argnums, Sequence)
        positions = tuple(argnums) if isinstance(argnums, Sequence) else (argnums,)
        traced = trace(function, arguments, positions)
        (output,) = traced.graph.outputs
        wrt = list(leaves(list(traced.places.values())))
        value, *slopes = _values(traced, (output, *gradient(output, wrt)), traced.inside)
        found = dict(zip(wrt, slopes, strict=True))
        places = [traced.places[position % len(arguments)] for position in positions]
        trees = tuple(mapped(found.__getitem__, place) for place in places)
        return value, trees if several else trees[0]

    return both


def grad(function: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that gives a function's gradient; see `value_and_grad`.

    `gs.grad(gs.grad(f))` is the second derivative of a function of one number.
    """

    def slope(*arguments: Any) -> Any:
        return value_and_grad(function, argnums)(*arguments)[1]

    return slope


def vjp(function: Function, *arguments: Any) -> tuple[Any, Function]:
    """A function's value at some arguments, and its pullback.

    Args:
        function: as for `value_and_grad`, but the value may have any shape.
        arguments: what it is called with; whole numbers among them become float64.

    Returns:
        value, pullback: the pullback takes an upstream gradient of the value's shape and
        returns a tuple with the gradient of each argument.
    """
    positions = tuple(range(len(arguments)))
    traced = trace(function, arguments, positions).kept()
    (output,) = traced.graph.outputs
    wrt = list(leaves([traced.places[p] for p in positions]))
    (value,) = _values(traced, (output,), traced.inside)

    def pullback(upstream: Any) -> tuple[Any, ...]:
        inside = isinstance(upstream, Node)
        given = upstream if inside else constant(np.asarray(upstream), output.dtype)
        slopes = _values(traced, gradient(output, wrt, given), traced.inside or inside)
        found = dict(zip(wrt, slopes, strict=True))
        return tuple(mapped(found.__getitem__, traced.places[p]) for p in positions)

    return value, pullback


def _values(traced: Traced, outputs: Sequence[Node], inside: bool) -> list[Any]:
    """Numbers; inside a function that is being traced itself, more graph."""
    given = dict(zip(traced.graph.inputs, traced.arrays, strict=False))
    if inside:
        known = {node: constant(array) for node, array in given.items()}
        return replace(outputs, known | traced.outer)
    graph = simplify(Graph(traced.graph.inputs, tuple(outputs), traced.graph.roles))
    check_labels(graph, given)
    return [_plain(value) for value in run(graph, *traced.arrays)]


def _plain(value: Any) -> Any:
    """A writable array of its own, or a NumPy number where there are no axes."""
    return value[()] if value.ndim == 0 else np.array(value)
