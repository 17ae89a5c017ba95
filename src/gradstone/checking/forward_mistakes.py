"""Mistakes of the forward pass: the gradient is right, but of another function than the one meant.

Each function takes a Subject and gives every way in which the mistake can be made in its graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gradstone.autodiff.gradient import Shares, gradient, shares
from gradstone.checking.planting import (
    Planted,
    Subject,
    again,
    by_graph,
    by_rule,
    losses,
    parameter_at,
)
from gradstone.graph.node import Node, apply, constant
from gradstone.graph.op import tagged

Plants = Iterator[Planted]
OF_DIFFERENCES = {"half_sse": 0.5, "sse": 1.0, "mse": None}


def softmax_twice(subject: Subject) -> Plants:
    """softmax is applied to what softmax gave."""
    return _twice(subject, {"softmax", "log_softmax", "cross_entropy"}, "softmax")


def sigmoid_twice(subject: Subject) -> Plants:
    """sigmoid is applied to what sigmoid gave."""
    return _twice(subject, {"binary_cross_entropy"}, "sigmoid")


def _twice(subject: Subject, names: set[str], inner: str) -> Plants:
    sites = [node for node in subject.told() if node.op.name in names]

    def deeper(node: Node) -> Node:
        return again(node, apply(inner, node.inputs[0]), *node.inputs[1:])

    def backward_only(node: Node, g: Node) -> Sequence[Node | None]:
        other = deeper(node)
        return [*gradient(other, [other.inputs[0]], g), *(None for _ in node.inputs[1:])]

    yield from by_graph(subject, sites, deeper)
    yield from by_rule(subject, sites, backward_only)


def softmax_over_samples(subject: Subject) -> Plants:
    """softmax sums over the samples of the batch in place of the classes of a sample."""
    sites = [node for node in losses(subject) if node.op.name == "cross_entropy"]
    sites = [node for node in sites if node.inputs[0].ndim == 2]

    def other(node: Node) -> Node:
        z = node.inputs[0]
        total = apply("sum", _one_hot(node) * apply("log_softmax", z, axis=0))
        return -total / float(z.shape[0])

    def delta(node: Node, g: Node) -> Sequence[Node | None]:
        z = node.inputs[0]
        return [g * (apply("softmax", z, axis=0) - _one_hot(node)) / float(z.shape[0]), None]

    yield from by_graph(subject, sites, other)
    yield from by_rule(subject, sites, delta)
    plain = [node for node in subject.told() if node.op.name in ("softmax", "log_softmax")]
    plain = [node for node in plain if node.ndim == 2]
    yield from by_graph(subject, plain, lambda node: apply(node.op.name, *node.inputs, axis=0))


def labels_off_by_one(subject: Subject) -> Plants:
    """Labels counted from 1 where they count from 0, or the other way round."""
    sites = [node for node in losses(subject) if "cross_entropy" in node.op.name]
    sites = [node for node in sites if node.inputs[0].ndim and node.inputs[0].shape[-1] > 1]
    for by in (1, -1):

        def shifted(node: Node, by: int = by) -> Node:
            z, classes = node.inputs[0], node.inputs[0].shape[-1]
            order = constant(np.roll(np.arange(classes), by))
            return again(node, z, apply("take", _one_hot(node), order, axis=z.ndim - 1))

        yield from by_graph(subject, sites, shifted)


def _one_hot(node: Node) -> Node:
    z, t = node.inputs
    if t.dtype.kind == "f":
        return apply("cast", t, dtype=z.dtype)
    column = apply("reshape", t, shape=(*t.shape, 1))
    hits = apply("equal", column, constant(np.arange(z.shape[-1])))
    return apply("cast", hits, dtype=z.dtype)


def targets_broadcast(subject: Subject) -> Plants:
    """Targets (N,) against predictions (N, 1): every target meets every prediction."""
    sites = [node for node in losses(subject) if node.op.name in OF_DIFFERENCES]
    sites = [node for node in sites if node.inputs[0].ndim == 2 and node.inputs[0].shape[1] == 1]

    def crossed(node: Node) -> Node:
        z, t = node.inputs
        squares = apply("sum", (z - t.T) * (z - t.T))
        factor = OF_DIFFERENCES[node.op.name]
        return squares / float(z.size**2) if factor is None else factor * squares

    return by_graph(subject, sites, crossed)


def sigmoid_on_regression(subject: Subject) -> Plants:
    """The output went through sigmoid, where the loss takes any number."""
    sites = [node for node in losses(subject) if node.op.name in (*OF_DIFFERENCES, "mae")]
    return by_graph(
        subject, sites, lambda node: again(node, apply("sigmoid", node.inputs[0]), node.inputs[1])
    )


def another_loss(subject: Subject) -> Plants:
    """The gradient belongs to another loss of the table."""
    for node in losses(subject):
        for name in tagged("loss"):
            if name != node.op.name:
                made = _with_loss(subject, node, name)
                yield from made


def _with_loss(subject: Subject, node: Node, name: str) -> Plants:
    for planted in by_graph(subject, [node], lambda site: apply(name, *site.inputs)):
        yield Planted(f"({name} in place of {node.op.name})", planted.output)


def weights_transposed(subject: Subject) -> Plants:
    """The net was computed with the transposed weights; going back, so or as if it were not."""
    sites = [node for node in subject.told() if node.op.name == "matmul"]
    sites = [node for node in sites if parameter_at(subject, node) is not None]

    def turned(node: Node) -> Node | None:
        inputs = [one.T if one in subject.names else one for one in node.inputs]
        shapes = [one.shape for one in node.inputs]
        return again(node, *inputs) if [one.shape for one in inputs] == shapes else None

    yield from by_graph(subject, sites, turned)
    yield from _unaware(by_graph(subject, sites, turned), [one.T for one in subject.wrt])


def bias_left_out(subject: Subject) -> Plants:
    """The net was computed without the bias; going back, so or as if it were there."""
    sites = [node for node in subject.told() if node.op.name == "add"]
    sites = [node for node in sites if parameter_at(subject, node) is not None]

    def bare(node: Node) -> Node:
        return again(node, *(0.0 * one if one in subject.names else one for one in node.inputs))

    yield from by_graph(subject, sites, bare)
    yield from _unaware(by_graph(subject, sites, bare), [0.0 * one for one in subject.wrt])


def _unaware(forms: Plants, altered: Sequence[Node]) -> Plants:
    """The same forward mistakes, with a backward pass that takes altered values for the right."""

    def rule(node: Node, g: Node) -> Shares:
        return [(one, g) for one in node.inputs] if node in found else shares(node, g)

    found = frozenset(altered)
    for planted in forms:
        yield Planted(planted.place, planted.output, rule)
