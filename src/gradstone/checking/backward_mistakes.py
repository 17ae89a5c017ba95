"""Mistakes in what goes back: local derivatives, masks, weights and paths.

Each function takes a Subject and gives every way in which the mistake can be made in its graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from gradstone.autodiff.gradient import Shares, gradient, shares, unbroadcast
from gradstone.checking.planting import (
    MANY_NODES,
    MANY_SITES,
    Local,
    Planted,
    Subject,
    activations,
    again,
    by_rule,
    losses,
    parameter_at,
    products,
    vjp,
)
from gradstone.graph.node import Node, apply, constant

Plants = Iterator[Planted]
MANY_COLUMNS = 8


def no_local_derivative(subject: Subject) -> Plants:
    """δ = ∂E/∂out, with σ' left out."""
    return by_rule(subject, activations(subject), lambda node, g: [g])


def derivative_of_net(subject: Subject) -> Plants:
    """net·(1−net) for sigmoid, 1−net² for tanh: the net put where the output belongs."""
    sites = [node for node in activations(subject) if node.op.vjp is not None]
    return by_rule(subject, sites, lambda node, g: vjp(node, g, *node.inputs, y=node.inputs[0]))


def derivative_at_output(subject: Subject) -> Plants:
    """σ'(out) in place of σ'(net)."""

    def local(node: Node, g: Node) -> Sequence[Node | None]:
        return gradient(again(node, node), [node], g)

    return by_rule(subject, activations(subject), local)


def mask_from_upstream(subject: Subject) -> Plants:
    """The gradient passes relu where it is positive itself."""
    sites = [node for node in activations(subject) if node.op.name in ("relu", "leaky_relu")]

    def masked(node: Node, g: Node) -> list[Node | None]:
        return [apply("where", g > 0.0, g, 0.0)]

    def twice(node: Node, g: Node) -> list[Node | None]:
        both = apply("where", node.inputs[0] > 0.0, g, 0.0)
        return [apply("where", g > 0.0, both, 0.0)]

    yield from by_rule(subject, sites, masked)
    yield from by_rule(subject, sites, twice)


def weights_not_transposed(subject: Subject) -> Plants:
    """δ W in place of δ Wᵀ going back; X δ in place of Xᵀ δ."""

    def back(node: Node, g: Node) -> list[Node | None]:
        a, b = node.inputs
        return [vjp(node, g, a, b.T)[0], vjp(node, g, a, b)[1]]

    def forward(node: Node, g: Node) -> list[Node | None]:
        a, b = node.inputs
        return [vjp(node, g, a, b)[0], vjp(node, g, a.T, b)[1]]

    sites = [node for node in products(subject) if _square(node.inputs[1])]
    yield from by_rule(subject, sites, back)
    sites = [node for node in products(subject) if _square(node.inputs[0])]
    yield from by_rule(subject, sites, forward)


def one_path_only(subject: Subject) -> Plants:
    """Only one of the next layer's neurons sends its error back."""
    for node in products(subject):
        a, b = node.inputs
        columns = b.shape[-1] if b.ndim == 2 and a not in subject.names else 0
        if 1 < columns <= MANY_COLUMNS:
            masks = [np.eye(columns)[k] for k in range(columns)]
            masks += [np.eye(columns)] if _square(b) else []
            for mask in masks:
                yield from by_rule(subject, [node], _through(constant(mask, b.dtype)))


def _through(mask: Node) -> Local:
    def local(node: Node, g: Node) -> list[Node | None]:
        a, b = node.inputs
        return [vjp(node, g, a, b * mask)[0], vjp(node, g, a, b)[1]]

    return local


Back = Callable[[Node, Node, Node], Node | None]


def error_sent_back(subject: Subject) -> Plants:
    """∂E/∂out goes back through the weights in place of δ, which has σ' in it."""

    def back(node: Node, g: Node, raw: Node) -> Node | None:
        return vjp(node, raw, *node.inputs)[0]

    yield Planted("", subject.output, _remembering(subject, back))


def error_by_weight_shares(subject: Subject) -> Plants:
    """The error is split in the ratio of the weights in place of being multiplied by them."""

    def split(node: Node, g: Node) -> Node | None:
        a, b = node.inputs
        return vjp(node, g, a, b / apply("sum", b, axis=0, keepdims=True))[0]

    yield Planted("", subject.output, _remembering(subject, lambda node, g, raw: split(node, raw)))
    yield Planted("", subject.output, _remembering(subject, lambda node, g, raw: split(node, g)))


def _remembering(subject: Subject, back: Back) -> Callable[[Node, Node], Shares]:
    """A rule that knows, at each matrix product, what came in above its activation."""
    sites, above = set(activations(subject)), dict[Node, Node]()

    def rule(node: Node, g: Node) -> Shares:
        if node in sites:
            above[node.inputs[0]] = g
        parts = list(shares(node, g))
        raw = above.get(node)
        if raw is not None and node.op.name == "matmul":
            (a, _), right = parts
            return [(a, back(node, g, raw)), right]
        if raw is not None and node not in sites:
            above.update({one: raw for one, _ in parts if one.shape == node.shape})
        return parts

    return rule


def _square(node: Node) -> bool:
    return node.ndim == 2 and node.shape[0] == node.shape[1] > 1


def error_in_place_of_difference(subject: Subject) -> Plants:
    """E, or the output's own part of it, in place of out − target."""
    sites = [node for node in losses(subject) if node.op.name in ("half_sse", "sse", "mse")]

    def total(node: Node, g: Node) -> list[Node | None]:
        return [apply("broadcast", g * node, shape=node.inputs[0].shape), None]

    def own(node: Node, g: Node) -> list[Node | None]:
        z, t = node.inputs
        half = 0.5 if node.op.name == "half_sse" else 1.0
        return [g * (half * (z - t) * (z - t)), None]

    yield from by_rule(subject, sites, total)
    yield from by_rule(subject, sites, own)


def upstream_changed_in_place(subject: Subject) -> Plants:
    """An activation's backward pass writes into the gradient that another branch still needs."""
    found = set(activations(subject))
    adds = [node for node in subject.nodes() if node.op.name in ("add", "subtract")]
    sites = [node for node in adds if any(one in found for one in node.inputs)]

    def local(node: Node, g: Node) -> list[Node | None]:
        active = next(one for one in node.inputs if one in found)
        (spoilt,) = gradient(active, [active.inputs[0]], g)
        own = vjp(node, g, *node.inputs)
        return [
            share if one is active or share is None else _sign(node, i, spoilt)
            for i, (one, share) in enumerate(zip(node.inputs, own, strict=True))
        ]

    return by_rule(subject, sites, local)


def _sign(node: Node, position: int, share: Node) -> Node:
    return -share if node.op.name == "subtract" and position == 1 else share


def term_left_out(subject: Subject) -> Plants:
    """One term of a sum, one factor of a product, or one of two paths is forgotten."""
    depends = subject.depends()
    names = ("add", "subtract", "multiply", "divide")
    nodes = [node for node in subject.nodes() if node.op.name in names]
    sites = [node for node in nodes if all(one in depends for one in node.inputs)]
    if len(sites) > MANY_SITES or len(subject.nodes()) > MANY_NODES:
        return
    for node in reversed(sites):
        for at in (0, 1):
            yield from by_rule(subject, [node], _without(at))


def _without(at: int) -> Local:
    def local(node: Node, g: Node) -> list[Node | None]:
        parts = vjp(node, g, *node.inputs)
        parts[at] = None
        return parts

    return local


def weights_overwritten(subject: Subject) -> Plants:
    """Each layer's weights are updated before they send the error back; needs the rate."""
    if subject.rate is None:
        return
    rate = subject.rate

    def rule(node: Node, g: Node) -> Shares:
        at = parameter_at(subject, node)
        if at is None or node.op.name not in ("matmul", "multiply"):
            return shares(node, g)
        right = vjp(node, g, *node.inputs)
        old, share = node.inputs[at], right[at]
        if share is None:
            return shares(node, g)
        inputs = list(node.inputs)
        inputs[at] = old - rate * unbroadcast(share, old)
        back = vjp(node, g, *inputs)
        back[at] = share
        return zip(node.inputs, back, strict=True)

    yield Planted("", subject.output, rule)
