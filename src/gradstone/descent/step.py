"""One update of a descent as a graph: value, gradient and the optimizer's rule together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, prod

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import rewrite, simplify, value_of
from gradstone.descent.form import Array
from gradstone.descent.limits import LARGEST
from gradstone.descent.problem import Problem, total
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.walk import Graph
from gradstone.training.optimizers import Optimizer
from gradstone.training.schedules import rate_apart


def _shapes(problem: Problem) -> dict[str, tuple[int, ...]]:
    return {str(place): shape for place, shape in enumerate(problem.form.shapes)}


def initial_state(problem: Problem, optimizer: Optimizer) -> list[Array]:
    """The optimizer's state before the first update, all float64."""
    state = optimizer.init(_shapes(problem)).values()
    return [np.full(shape, start, dtype=np.float64) for shape, start in state]


def _after(
    problem: Problem, optimizer: Optimizer, x: Sequence[Node], slopes: Sequence[Node]
) -> tuple[list[Node], list[Node]]:
    """Symbols of the state; the arguments and the state after an update."""
    shapes = _shapes(problem)
    state = {
        name: input_node(shape, "float64") for name, (shape, _) in optimizer.init(shapes).items()
    }
    pairs = dict(zip(shapes, slopes, strict=True))
    new, then = optimizer.update(dict(zip(shapes, x, strict=True)), pairs, state)
    return list(state.values()), [*(new[n] for n in shapes), *(then[n] for n in state)]


def whole_step(problem: Problem, optimizer: Optimizer) -> Graph:
    """Inputs the arguments and the state; outputs f, the gradient, arguments and state after."""
    graph = problem.graph
    assert graph is not None
    slopes = gradient(graph.outputs[0], graph.inputs)
    state, new = _after(problem, optimizer, graph.inputs, slopes)
    return simplify(Graph((*graph.inputs, *state), (*graph.outputs, *slopes, *new)))


def update_alone(problem: Problem, optimizer: Optimizer) -> Graph:
    """Inputs the arguments, the state and a gradient; outputs arguments and state after."""
    shapes = problem.form.shapes
    x, slopes = ([input_node(shape, "float64") for shape in shapes] for _ in range(2))
    state, new = _after(problem, optimizer, x, slopes)
    return simplify(Graph((*x, *state, *slopes), tuple(new)))


def looped_step(problem: Problem, optimizer: Optimizer) -> Callable[[int], Graph]:
    """The step as a training loop takes it, rows -> graph.

    Its samples are a mark, whether f, x and the gradient are recorded, and the limits (value,
    reach, slope). The recorded "loss" is minus the gradient's 2-norm, and infinite where f or x
    ran away, so that the loop's own limit ends it where a descent ends.
    """

    def graph(rows: int) -> Graph:
        f = problem.graph
        assert f is not None
        mark, bounds = input_node((rows, 1), "float64"), input_node((rows, 3), "float64")
        x, value = f.inputs, f.outputs[0]
        slopes = gradient(value, x)
        state, new = _after(problem, optimizer, x, slopes)
        key = _key(value, _norm(x), _norm(slopes), bounds.sum(axis=0))
        marked = mark.sum() > 0.0
        told = (value, *_entries(x), *_entries(slopes))
        records = [apply("where", marked, one, 0.0) for one in told]
        made = Graph((mark, bounds, *x, *state), (key, *records, *new))
        return rate_apart(rewrite(simplify(made), _multiplied)[0], optimizer.learning_rate)

    return graph


def _multiplied(node: Node) -> Node:
    """Small whole powers as products, which are much faster than a general power."""
    if node.op.name != "power" or node.inputs[0].shape != node.shape:
        return node
    base, exponent = node.inputs[0], value_of(node.inputs[1])
    if exponent not in (2.0, 3.0, 4.0):
        return node
    square = base * base
    return {2.0: square, 3.0: square * base, 4.0: square * square}[exponent]


def _key(value: Node, size: Node, norm: Node, bounds: Node) -> Node:
    near = apply("where", size <= bounds[1], -norm, apply("where", norm < bounds[2], -norm, inf))
    low = apply("where", apply("absolute", value) <= bounds[0], near, inf)
    return apply("where", norm <= LARGEST, low, inf)


def _norm(parts: Sequence[Node]) -> Node:
    return apply("sqrt", total([(one * one).sum() for one in parts]))


def _entries(parts: Sequence[Node]) -> list[Node]:
    """Each entry as a scalar, in the order of a row of all entries."""
    found: list[Node] = []
    for one in parts:
        flat = one.reshape(prod(one.shape)) if one.shape else one
        found += [flat[i] for i in range(prod(one.shape))] if one.shape else [one]
    return found
