"""Mistakes in the gradients of weights and biases themselves.

Each function takes a Subject and gives every way in which the mistake can be made in its graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from gradstone.autodiff.gradient import Shares, shares
from gradstone.checking.planting import (
    Local,
    Planted,
    Subject,
    activations,
    by_rule,
    losses,
    parameter_at,
    products,
    vjp,
)
from gradstone.graph.node import Node, apply, constant

Plants = Iterator[Planted]


def another_input(subject: Subject) -> Plants:
    """dW with the net or another layer's input in place of the input of its own layer."""
    sites = [node for node in products(subject) if parameter_at(subject, node) == 1]
    others = dict.fromkeys(node.inputs[0] for node in sites)
    others |= dict.fromkeys(node.inputs[0] for node in activations(subject))
    others |= dict.fromkeys(one for one in subject.inputs if one.dtype.kind == "f")
    for node in sites:
        own = node.inputs[0]
        for other in others:
            if other.shape == own.shape and other is not own:
                yield from by_rule(subject, [node], _with_input(other))


def _with_input(other: Node) -> Local:
    def local(node: Node, g: Node) -> list[Node | None]:
        a, b = node.inputs
        return [vjp(node, g, a, b)[0], vjp(node, g, other, b)[1]]

    return local


def weight_in_its_own_gradient(subject: Subject) -> Plants:
    """dW = δ·W in place of δ·input."""
    sites = [node for node in products(subject) if parameter_at(subject, node) == 1]

    def local(node: Node, g: Node) -> list[Node | None]:
        a, b = node.inputs
        rows = g if a.ndim == 1 else apply("sum", g, axis=tuple(range(g.ndim - 1)))
        return [vjp(node, g, a, b)[0], b * rows]

    return by_rule(subject, sites, local)


def bias_in_its_gradient(subject: Subject) -> Plants:
    """db = δ·b in place of δ."""

    def local(node: Node, g: Node) -> list[Node | None]:
        return [g * one if one in subject.names else g for one in node.inputs]

    return by_rule(subject, _biases(subject), local)


def bias_of_one_sample(subject: Subject) -> Plants:
    """db is the δ of one sample, or the mean of them, not their sum."""

    def taken(pick: Callable[[Node], Node]) -> Local:
        def local(node: Node, g: Node) -> list[Node | None]:
            return [
                apply("reshape", pick(g), shape=one.shape) if one in subject.names else g
                for one in node.inputs
            ]

        return local

    sites = [node for node in _biases(subject) if node.ndim == 2 and node.shape[0] > 1]
    yield from by_rule(subject, sites, taken(lambda g: apply("mean", g, axis=0)))
    yield from by_rule(subject, sites, taken(lambda g: g[-1]))
    yield from by_rule(subject, sites, taken(lambda g: g[0]))


def one_sample_only(subject: Subject) -> Plants:
    """The gradients of the samples overwrite each other in place of being added."""
    rows = {node.shape[0] for node in (*products(subject), *losses(subject)) if node.ndim == 2}
    for n in (n for n in rows if n > 1):
        for at in (n - 1, 0):
            mask = constant(np.eye(n)[:, at : at + 1], subject.output.dtype)
            yield Planted("", subject.output, _masked(subject, mask))


def _masked(subject: Subject, mask: Node) -> Callable[[Node, Node], Shares]:
    def rule(node: Node, g: Node) -> Shares:
        parts = list(shares(node, g))
        if node.ndim != 2 or node.shape[0] != mask.shape[0]:
            return parts
        own = list(shares(node, g * mask))
        pairs = zip(parts, own, strict=True)
        return [one if one[0] in subject.names else other for other, one in pairs]

    return rule


def _biases(subject: Subject) -> list[Node]:
    adds = [node for node in subject.nodes() if node.op.name == "add"]
    return [node for node in adds if parameter_at(subject, node) is not None]
