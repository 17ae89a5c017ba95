"""Function transforms: from a Python function to its value, its gradient, its pullback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import simplify
from gradstone.errors import ShapeError
from gradstone.execute.interpreter import run
from gradstone.functions.trace import Traced, leaves, mapped, trace
from gradstone.graph.node import Node, input_node
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
        positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
        traced = trace(function, arguments, positions)
        values, wrt = _differentiated(traced)
        count = len(arguments)
        trees = tuple(_filled(traced.places[p % count], wrt, values[1:]) for p in positions)
        return _plain(values[0]), trees[0] if isinstance(argnums, int) else trees

    return both


def grad(function: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that gives a function's gradient; see `value_and_grad`.

    `gs.grad(gs.grad(f))` is the second derivative of a function of one number.
    """

    def slope(*arguments: Any) -> Any:
        if any(isinstance(leaf, Node) for leaf in leaves(arguments)):
            return _nested(function, arguments, argnums)
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
    traced = trace(function, arguments, positions)
    (output,) = traced.graph.outputs
    wrt = list(leaves([traced.places[p] for p in positions]))
    upstream = input_node(output.shape, output.dtype)
    inputs = (*traced.graph.inputs, upstream)
    graph = simplify(Graph(inputs, gradient(output, wrt, upstream), traced.graph.roles))

    def pullback(coming_in: Any) -> tuple[Any, ...]:
        given = np.asarray(coming_in, dtype=output.dtype)
        if given.shape != output.shape:
            came = f"an upstream gradient of shape {given.shape} came"
            raise ShapeError("vjp", came, f"the value has shape {output.shape}")
        values = run(graph, *traced.arrays, given)
        return tuple(_filled(traced.places[p], wrt, values) for p in positions)

    return _plain(run(traced.graph, *traced.arrays)[0]), pullback


def _differentiated(traced: Traced) -> tuple[list[Any], list[Node]]:
    (output,) = traced.graph.outputs
    wrt = list(leaves(list(traced.places.values())))
    outputs = (output, *gradient(output, wrt))
    graph = simplify(Graph(traced.graph.inputs, outputs, traced.graph.roles))
    return run(graph, *traced.arrays), wrt


def _filled(tree: Any, wrt: Sequence[Node], values: Sequence[Any]) -> Any:
    found = dict(zip(wrt, values, strict=True))
    return mapped(lambda node: _plain(found[node]), tree)


def _plain(value: Any) -> Any:
    """A writable array of its own, or a NumPy number where there are no axes."""
    return value[()] if value.ndim == 0 else np.array(value)


def _nested(function: Function, arguments: Sequence[Any], argnums: int | Sequence[int]) -> Any:
    """The gradient inside a function that is being traced itself: more graph."""
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    output = function(*arguments)
    wrt = list(leaves([arguments[p] for p in positions]))
    found = dict(zip(wrt, gradient(output, wrt), strict=True))
    trees = tuple(mapped(found.__getitem__, arguments[p]) for p in positions)
    return trees[0] if isinstance(argnums, int) else trees
