"""A graph on arrays, entry by entry: the same computation on single numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from gradstone.autodiff.rewrite import folded, rebuilt
from gradstone.execute.interpreter import run
from gradstone.graph.node import Node, apply, constant
from gradstone.graph.walk import Graph, walk

Array = np.ndarray[Any, Any]
Numbers = Callable[[Node], Array]


def entries(outputs: list[Node], known: Mapping[Node, Array], numbers: Numbers) -> list[Array]:
    """For each output an object array of scalar nodes, its entries.

    Args:
        outputs: nodes of any shape.
        known: scalar nodes for the entries of some nodes; all inputs must be among them.
        numbers: the value of a node of whole numbers or of random ones, which have no formula.
    """
    told: dict[Node, Array] = dict(known)

    def before(node: Node) -> tuple[Node, ...]:
        if node in known or node.op.kind in ("random", "source"):
            return ()
        if node.expansion is not None and not entrywise(node):
            return (node.expansion,)
        return node.inputs

    for node in walk(outputs, before):
        if node not in told:
            told[node] = _entries(node, told, numbers)
    return [told[node] for node in outputs]


def node_at(array: Array, place: tuple[int, ...]) -> Node:
    """The scalar node at a place of an object array."""
    one: Any = array[place]
    found: Node = one
    return found


def without_zeros(rule: Node) -> Node:
    """A formula of single numbers without terms and products that are 0."""
    new: dict[Node, Node] = {}
    for node in walk([rule]):
        inputs = [new[one] for one in node.inputs]
        zeros = [_is(one, 0.0) for one in inputs]
        found = folded(rebuilt(node, tuple(inputs)))
        if node.op.name == "multiply" and any(zeros):
            found = constant(0.0, node.dtype)
        elif node.op.name in ("add", "subtract") and zeros[1]:
            found = inputs[0]
        elif node.op.name in ("add", "subtract") and zeros[0]:
            found = inputs[1] if node.op.name == "add" else -inputs[1]
        new[node] = found
    return new[rule]


def _is(node: Node, number: float) -> bool:
    if node.op.name != "constant":
        return False
    value = dict(node.attributes)["value"]
    return bool(np.all(np.asarray(getattr(value, "array", value)) == number))


def filled(shape: tuple[int, ...], nodes: Sequence[Node]) -> Array:
    """An object array of a shape with these nodes, row by row."""
    made = np.empty(shape, object)
    for place, node in zip(np.ndindex(shape), nodes, strict=True):
        made[place] = node
    return made


def everywhere(node: Node, shape: tuple[int, ...]) -> Array:
    """An object array with the same node at every place."""
    made = np.empty(shape, object)
    for place in np.ndindex(shape):
        made[place] = node
    return made


def entrywise(node: Node) -> bool:
    """Whether a defined row works entry by entry, so that it can be applied to scalars."""
    if node.op.kind == "elementwise":
        return True
    if node.expansion is None:
        return False
    stop = set(node.inputs)
    inner = walk([node.expansion], lambda one: () if one in stop else one.inputs)
    return all(
        one in stop
        or one.op.kind == "elementwise"
        or (one.op.name == "constant" and one.shape == ())
        or (one.op.name == "broadcast" and one.inputs[0].shape == ())
        or entrywise(one)
        for one in inner
    )


def _entries(node: Node, told: Mapping[Node, Array], numbers: Numbers) -> Array:
    if node.op.name == "constant":
        value = dict(node.attributes)["value"]
        return _constants(np.asarray(getattr(value, "array", value)), node)
    if node.op.kind == "random":
        return _constants(numbers(node), node)
    if node.op.name == "size":
        length = node.inputs[0].shape[dict(node.attributes)["axis"]]
        return _constants(np.asarray(length), node)
    if entrywise(node):
        return _applied(node, [told[one] for one in node.inputs])
    if node.expansion is not None:
        return told[node.expansion]
    return _computed(node, told, numbers)


def _constants(values: Array, node: Node) -> Array:
    made = np.empty(values.shape, object)
    for place, value in np.ndenumerate(values):
        made[place] = constant(value, node.dtype)
    return made


def _applied(node: Node, given: list[Array]) -> Array:
    attributes = dict(node.attributes)
    made = np.empty(node.shape, object)
    spread = [np.broadcast_to(one, node.shape) for one in given]
    for place in np.ndindex(node.shape):
        operands = [node_at(one, place) for one in spread]
        found = apply(node.op.name, *operands, **attributes)
        settled = all(one.op.name == "constant" for one in operands)
        made[place] = constant(run(Graph((), (found,)))[0], found.dtype) if settled else found
    return made


def _computed(node: Node, told: Mapping[Node, Array], numbers: Numbers) -> Array:
    """Views, picks, sums and products, by the row's own rule on arrays of nodes."""
    if node.op.folds:
        return _folded(node.op.folds, told[node.inputs[0]], node, **dict(node.attributes))
    assert node.op.forward is not None
    if node.op.kind == "product":
        return _filled(node, node.op.forward(np, *(told[one] for one in node.inputs)))
    places = _moved if node.op.kind == "view" else _gathered
    return places(node, [numbers(one) if _is_index(node, one) else told[one]
                         for one in node.inputs])  # fmt: skip


def _is_index(node: Node, operand: Node) -> bool:
    return operand.dtype.kind == "i" and node.op.kind == "index"


def _filled(node: Node, found: Any) -> Array:
    """An object array of the node's shape, plain numbers as constants."""
    made = np.empty(node.shape, object)
    for place in np.ndindex(node.shape):
        one = found if isinstance(found, Node) else found[place]
        made[place] = one if isinstance(one, Node) else constant(one, node.dtype)
    return made


def _moved(node: Node, operands: list[Array]) -> Array:
    """A view: the row's rule moves the entries' numbers, so the entries go with them."""
    (given,) = operands
    assert node.op.forward is not None
    order = np.arange(given.size).reshape(given.shape)
    found = np.asarray(node.op.forward(np, order, **dict(node.attributes)))
    made = np.empty(node.shape, object)
    for place in np.ndindex(node.shape):
        made[place] = given.flat[int(found[place])]
    return made


def _gathered(node: Node, operands: list[Array]) -> Array:
    """A row that picks, places or adds up entries: where each goes is tried with a single 1."""
    assert node.op.forward is not None
    moving = [i for i, one in enumerate(operands) if one.dtype == object]
    made = np.empty(node.shape, object)
    zeros = [np.zeros(one.shape) if i in moving else one for i, one in enumerate(operands)]
    for i in moving:
        for place in np.ndindex(operands[i].shape):
            zeros[i][place] = 1.0
            found = np.asarray(node.op.forward(np, *zeros, **dict(node.attributes)))
            zeros[i][place] = 0.0
            for to in map(tuple, np.argwhere(found)):
                one = operands[i][place]
                made[to] = one if made[to] is None else made[to] + one
    for place in np.ndindex(node.shape):
        made[place] = constant(0.0, node.dtype) if made[place] is None else made[place]
    return made


def _folded(row: str, array: Array, node: Node, axis: tuple[int, ...], keepdims: bool) -> Array:
    rest = [i for i in range(array.ndim) if i not in axis]
    count = int(np.prod([array.shape[i] for i in axis], dtype=int))
    rows = int(np.prod([array.shape[i] for i in rest], dtype=int))
    lanes = array.transpose(*rest, *axis).reshape(rows, count)
    made = np.empty(len(lanes), object)
    for place, lane in enumerate(lanes):
        made[place] = reduce(lambda a, b: apply(row, a, b), lane) if count else constant(0.0)
    return made.reshape(node.shape)
