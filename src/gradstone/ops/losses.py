"""Losses: (predictions, targets) -> a number. Losses never broadcast.

`half_sse` and `sse` sum over everything, `mse` and `mae` take the mean over all entries;
the cross entropies sum over outputs and take the mean over samples. Samples stand in the
first axis; a single sample may come without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstone.errors import KindError, ShapeError
from gradstone.graph.node import Node, constant
from gradstone.ops.contract import sum_
from gradstone.ops.defined import absolute, count, log_softmax, sigmoid, sign, softmax, square
from gradstone.ops.elementwise import ANY, cast, equal, exp, log, log1p, maximum, where
from gradstone.ops.shapes import reshape
from gradstone.ops.table import Function, defined

UNIT = (0.1, 0.9)


def _same_shape(name: str) -> Any:
    def check(z: Node, t: Node) -> None:
        if z.shape != t.shape:
            came = f"predictions {z.shape} and targets {t.shape} came"
            advice = "Losses never broadcast: reshape the targets."
            raise ShapeError(name, came, "equal shapes are wanted", advice)

    return check


def _loss(name: str, **columns: Any) -> Callable[[Function], Function]:
    columns = {"tags": ("loss",), "domain": (ANY, ANY), "accepts": "float"} | columns
    columns.setdefault("check", _same_shape(name))
    return defined(inputs=2, **columns)


def _half_sse_vjp(g: Node, y: Node, z: Node, t: Node) -> tuple[Node, Node]:
    slope = g * (z - t)
    return slope, -slope


@_loss("half_sse", parts=("entry", ""),
       vjp=_half_sse_vjp, latex=r"\tfrac{{1}}{{2}} \sum ({0:1} - {1:2})^2", binds=1,
       excel="0.5*SUMXMY2({0},{1})")  # fmt: skip
def half_sse(predictions: Node, targets: Node) -> Node:
    """½ Σ (z − t)² over all entries; its gradient is z − t."""
    return 0.5 * sum_(square(predictions - targets))


def _sse_vjp(g: Node, y: Node, z: Node, t: Node) -> tuple[Node, Node]:
    slope = g * 2.0 * (z - t)
    return slope, -slope


@_loss(
    "sse",
    parts=("entry", ""),
    vjp=_sse_vjp,
    latex=r"\sum ({0:1} - {1:2})^2",
    binds=1,
    excel="SUMXMY2({0},{1})",
)
def sse(predictions: Node, targets: Node) -> Node:
    """Σ (z − t)² over all entries."""
    return sum_(square(predictions - targets))


def _mse_vjp(g: Node, y: Node, z: Node, t: Node) -> tuple[Node, Node]:
    slope = g * 2.0 / count(z) * (z - t)
    return slope, -slope


@_loss("mse", parts=("entry", "entries"),
       vjp=_mse_vjp, latex=r"\operatorname{{mean}} ({0:1} - {1:2})^2", binds=1,
       excel="SUMXMY2({0},{1})/COUNT({0})")  # fmt: skip
def mse(predictions: Node, targets: Node) -> Node:
    """The mean of (z − t)² over all entries."""
    return sum_(square(predictions - targets)) / count(predictions)


def _mae_vjp(g: Node, y: Node, z: Node, t: Node) -> tuple[Node, Node]:
    slope = g / count(z) * sign(z - t)
    return slope, -slope


@_loss(
    "mae",
    parts=("entry", "entries"),
    vjp=_mae_vjp,
    latex=r"\operatorname{{mean}} \left|{0:1} - {1:2}\right|",
    binds=2,
)
def mae(predictions: Node, targets: Node) -> Node:
    """The mean of |z − t| over all entries; its derivative where z = t is 0."""
    return sum_(absolute(predictions - targets)) / count(predictions)


def _samples(z: Node) -> Node:
    """The N of a mean over samples: all axes but the last; 1 for a single sample."""
    return count(z, tuple(range(z.ndim - 1)))


def one_hot(z: Node, t: Node) -> Node:
    """Targets as one row of shares a sample, from class labels or as they came."""
    if t.ndim == z.ndim:
        return cast(t, dtype=z.dtype)
    classes = constant(np.arange(z.shape[-1]))
    return cast(equal(reshape(t, shape=(*t.shape, 1)), classes), dtype=z.dtype)


def _labels_or_shares(name: str) -> Any:
    def check(z: Node, t: Node) -> None:
        if z.ndim == 0:
            raise ShapeError(name, "a single number came", "one value a class is wanted")
        if t.dtype.kind == "b":
            raise KindError(name, "bool targets came", "class labels (int) or shares are wanted")
        labels = t.dtype.kind == "i" and t.shape == z.shape[:-1]
        if t.shape != z.shape and not labels:
            came = f"logits {z.shape} and {t.dtype} targets {t.shape} came"
            rule = f"labels (int) of shape {z.shape[:-1]} or shares of {z.shape}"
            raise ShapeError(name, came, rule + " are wanted")

    return check


def _cross_entropy_vjp(g: Node, y: Node, z: Node, t: Node) -> tuple[Node, Node | None]:
    shares = one_hot(z, t)
    factor = g / _samples(z)
    if t.ndim != z.ndim:
        return factor * (softmax(z) - shares), None
    slope = factor * (softmax(z) * sum_(shares, axis=-1, keepdims=True) - shares)
    whole = t.dtype.kind != "f"
    return slope, None if whole else cast(-factor * log_softmax(z), dtype=t.dtype)


@_loss("cross_entropy", parts=("sample", "samples"),
       vjp=_cross_entropy_vjp, exact=(1,), domain=(ANY, UNIT),
       check=_labels_or_shares("cross_entropy"), latex=r"H\left({1}, {0}\right)")  # fmt: skip
def cross_entropy(logits: Node, targets: Node) -> Node:
    """−Σ t ln softmax(z), the mean over samples; its gradient is (p − t) / N.

    Targets are class labels (int), one-hot rows (int or float) or soft shares (float).
    """
    shares = one_hot(logits, targets)
    return -sum_(shares * log_softmax(logits)) / _samples(logits)


@_loss("cross_entropy_of_probabilities", parts=("sample", "samples"),
       exact=(1,), domain=(UNIT, UNIT),
       check=_labels_or_shares("cross_entropy_of_probabilities"),
       latex=r"H_p\left({1}, {0}\right)")  # fmt: skip
def cross_entropy_of_probabilities(probabilities: Node, targets: Node) -> Node:
    """−Σ t ln p, the mean over samples, with 0 · ln 0 = 0."""
    shares = one_hot(probabilities, targets)
    return -sum_(_weighted_log(shares, probabilities)) / _samples(probabilities)


def _binary_cross_entropy_vjp(g: Node, y: Node, z: Node, t: Node) -> tuple[Node, Node]:
    factor = g / _samples(z)
    return factor * (sigmoid(z) - t), -factor * z


@_loss("binary_cross_entropy", parts=("entry", "samples"),
       vjp=_binary_cross_entropy_vjp, domain=(ANY, UNIT),
       latex=r"H_2\left({1}, {0}\right)")  # fmt: skip
def binary_cross_entropy(logits: Node, targets: Node) -> Node:
    """−Σ [t ln σ(z) + (1 − t) ln(1 − σ(z))] over outputs, the mean over samples.

    Computed as max(z, 0) − z t + ln(1 + e^(−|z|)), which neither overflows nor loses digits.
    Its gradient is (σ(z) − t) / N.
    """
    z = logits
    terms = maximum(z, 0.0) - z * targets + log1p(exp(-absolute(z)))
    return sum_(terms) / _samples(z)


@_loss("binary_cross_entropy_of_probabilities", parts=("entry", "samples"), domain=(UNIT, UNIT),
       latex=r"H_{{2p}}\left({1}, {0}\right)")  # fmt: skip
def binary_cross_entropy_of_probabilities(probabilities: Node, targets: Node) -> Node:
    """−Σ [t ln p + (1 − t) ln(1 − p)] over outputs, the mean over samples; 0 · ln 0 = 0."""
    yes = _weighted_log(targets, probabilities)
    return -sum_(yes + _weighted_log(1.0 - targets, 1.0 - probabilities)) / _samples(probabilities)


def _weighted_log(weight: Node, p: Node) -> Node:
    unused = equal(weight, 0.0)
    return where(unused, 0.0, weight * log(where(unused, 1.0, p)))
