"""Reverse mode as graph to graph: the gradient is more graph, so it has gradients itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from numpy import broadcast_shapes

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.errors import NoGradientError, ShapeError
from gradstone.graph.node import Node, apply, constant
from gradstone.graph.walk import walk

Shares = Iterable[tuple[Node, Node | None]]


def shares(node: Node, g: Node) -> Shares:
    """Each node that this one speaks of, with its share of the gradient coming in."""
    if node.op.vjp is None:
        return [(node.expansion, g)] if node.expansion is not None else []
    rule = node.op.vjp(g, node, *node.inputs, **dict(node.attributes))
    return zip(node.inputs, rule, strict=True)


def gradient(
    output: Node,
    wrt: Sequence[Node],
    upstream: Node | None = None,
    rule: Callable[[Node, Node], Shares] = shares,
) -> tuple[Node, ...]:
    """The gradient of an output with respect to nodes it is computed from.

    Args:
        output: a float node; a scalar, or any shape where upstream is given.
        wrt: float nodes, inputs or intermediates; zeros come for those not used.
        upstream: the gradient coming in, of the output's shape; 1 where it is left out.
        rule: (node, g) -> shares; another than the table's plants a known mistake.

    Raises:
        NoGradientError: the output is not a scalar, or something is not a float.
        ShapeError: upstream has another shape than the output.
    """
    arriving = {output: _checked_upstream(output, upstream)}
    for node in wrt:
        if node.dtype.kind != "f":
            wanted = "float32 or float64 is wanted"
            raise NoGradientError("gradient", f"a value of dtype {node.dtype} came", wanted)
    order = walk([output], differentiated)
    useful = _useful(order, wrt)
    for node in reversed(order):
        g = arriving.get(node)
        if g is None or node not in useful or node.op.kind == "source":
            continue
        for one, share in rule(node, g):
            if one in useful and share is not None:
                share = unbroadcast(share, one)
                arriving[one] = arriving[one] + share if one in arriving else share
    return tuple(arriving[n] if n in arriving else zeros(n.shape, n.dtype) for n in wrt)


def differentiated(node: Node) -> tuple[Node, ...]:
    """The nodes that the derivative rule of a node speaks of."""
    if node.op.vjp is None and node.expansion is not None:
        return (node.expansion,)
    return node.inputs


def _useful(order: Sequence[Node], wrt: Sequence[Node]) -> set[Node]:
    """The float nodes through which a gradient reaches what is asked for."""
    useful = set(wrt)
    for node in order:
        if node.dtype.kind == "f" and any(one in useful for one in differentiated(node)):
            useful.add(node)
    return useful


def _checked_upstream(output: Node, upstream: Node | None) -> Node:
    if output.dtype.kind != "f":
        wanted = "float32 or float64 is wanted"
        raise NoGradientError("gradient", f"an output of dtype {output.dtype} came", wanted)
    if upstream is None and output.shape != ():
        came = f"an output of shape {output.shape} came"
        advice = "Sum it first, or give the upstream gradient with gs.vjp."
        raise NoGradientError("gradient", came, "a scalar is wanted", advice)
    if upstream is None:
        return constant(1.0, output.dtype)
    if upstream.shape != output.shape:
        came = f"an upstream gradient of shape {upstream.shape} came"
        raise ShapeError("gradient", came, f"the output has shape {output.shape}")
    return apply("cast", upstream, dtype=output.dtype)


def unbroadcast(share: Node, like: Node) -> Node:
    """A gradient summed over the axes along which broadcasting repeated the value."""
    if share.shape == like.shape:
        return share
    if broadcast_shapes(share.shape, like.shape) == like.shape:
        return apply("broadcast", share, shape=like.shape)
    extra = share.ndim - like.ndim
    grown = [i + extra for i, n in enumerate(like.shape) if n == 1 and share.shape[i + extra] != 1]
    summed = apply("sum", share, axis=(*range(extra), *grown))
    return apply("reshape", summed, shape=like.shape)


def zeros(shape: tuple[int, ...], dtype: object) -> Node:
    """Zeros of a shape."""
    return apply("broadcast", constant(0.0, dtype), shape=shape)
