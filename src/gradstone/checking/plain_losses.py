"""Softmax and cross entropy recognised where they are written out, so that mistakes are found.

What is not seen for what it is stays as it was written: its gradient is as right as before,
only a mistake in it is not named.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstone.graph.node import Node, apply, constant

Array = np.ndarray[Any, Any]


def softmax_of(node: Node) -> Node | None:
    """eᶻ / Σ eᶻ as softmax of z, which no shift of z changes; None for other nodes."""
    if node.op.name != "divide" or [one.op.name for one in node.inputs] != ["exp", "sum"]:
        return None
    powers, total = node.inputs
    axes = dict(total.attributes)["axis"]
    if total.inputs[0] is not powers or total.ndim != powers.ndim or len(axes) != 1:
        return None
    (z,) = powers.inputs
    if z.op.name == "subtract" and _shifts(z.inputs[1], z, axes[0]):
        z = z.inputs[0]
    return apply("softmax", z, axis=axes[0])


def _shifts(one: Node, z: Node, axis: int) -> bool:
    """Whether a maximum of z is the same for all entries along an axis of z."""
    along = (1,) * (z.ndim - one.ndim) + one.shape
    return one.op.name == "max" and one.inputs[0] is z.inputs[0] and along[axis] == 1


def cross_entropy_of(node: Node) -> Node | None:
    """± Σ ln p of the labels as ∓ N · cross entropy; None for other nodes."""
    if node.op.name != "sum" or node.shape:
        return None
    found = _targets(node)
    if found is None:
        return None
    z, targets, sign = found
    return apply("cross_entropy", z, targets) * (-sign * z.shape[0])


Found = tuple[Node, Node, float]


def _targets(node: Node) -> Found | None:
    """Logits, targets and sign of what is summed, where that is the log of the labels' shares."""
    name, first = node.op.name, node.inputs[0] if node.inputs else node
    if name in ("sum", "negate"):
        found = _targets(first)
        return found and (found[0], found[1], -found[2] if name == "negate" else found[2])
    if name == "multiply":
        return _weighted(*node.inputs) or _weighted(*node.inputs[::-1])
    if name == "take":
        return _of_labels(node, _logits_of_log)
    if name == "log":
        return _of_labels(first, _logits) if first.op.name == "take" else _masked(first)
    return None


def _logits(shares: Node) -> Node | None:
    """z of softmax(z), which has a row for each sample."""
    last = dict(shares.attributes).get("axis") in (-1, 1)
    return shares.inputs[0] if shares.op.name == "softmax" and shares.ndim == 2 and last else None


def _logits_of_log(logs: Node) -> Node | None:
    if logs.op.name == "log":
        return _logits(logs.inputs[0])
    last = dict(logs.attributes).get("axis") in (-1, 1)
    return logs.inputs[0] if logs.op.name == "log_softmax" and logs.ndim == 2 and last else None


def _weighted(targets: Node, logs: Node) -> Found | None:
    """t · ln p, of targets that are a row for each sample."""
    sign, logs = (-1.0, logs.inputs[0]) if logs.op.name == "negate" else (1.0, logs)
    z = _logits_of_log(logs)
    return None if z is None or targets.shape != z.shape else (z, targets, sign)


def _masked(node: Node) -> Found | None:
    """Σ t p of one-hot rows t, whose log is taken."""
    if node.op.name != "sum" or node.inputs[0].op.name != "multiply":
        return None
    for targets, shares in (node.inputs[0].inputs, node.inputs[0].inputs[::-1]):
        z, rows = _logits(shares), _known(targets)
        if z is None or rows is None or rows.shape != z.shape:
            continue
        if dict(node.attributes)["axis"] == (1,) and np.array_equal(np.sort(rows), _ones(rows)):
            return z, targets, 1.0
    return None


def _ones(rows: Array) -> Array:
    return np.broadcast_to(np.arange(rows.shape[1]) == rows.shape[1] - 1, rows.shape)


def _of_labels(node: Node, logits: Callable[[Node], Node | None]) -> Found | None:
    """p[np.arange(N), labels], as it is picked from the rows of p laid end to end."""
    flat, places = node.inputs
    if flat.op.name != "reshape" or flat.ndim != 1:
        return None
    z = logits(flat.inputs[0])
    if z is None or places.shape != z.shape[:1]:
        return None
    starts = np.arange(z.shape[0]) * z.shape[1]
    known = _known(places)
    if known is not None:
        labels = known - starts
        fits = np.all((labels >= 0) & (labels < z.shape[1]))
        return (z, constant(labels), 1.0) if fits else None
    begun = _known(places.inputs[0]) if places.op.name == "add" else None
    same = begun is not None and np.array_equal(begun, starts)
    return (z, places.inputs[1], 1.0) if same else None


def _known(node: Node) -> Array | None:
    value = dict(node.attributes)["value"] if node.op.name == "constant" else None
    return getattr(value, "array", None)
