"""Rows defined in other ops: activations and what people write most often."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from gradstone.errors import NoGradientError
from gradstone.graph.node import Node, constant
from gradstone.ops.contract import matmul, max_, sum_
from gradstone.ops.elementwise import (
    ANY,
    erf,
    exp,
    expm1,
    log,
    log1p,
    maximum,
    where,
)
from gradstone.ops.shapes import axes, size
from gradstone.ops.table import defined

smooth = partial(defined, accepts="float")
activation = partial(defined, accepts="float", tags=("activation",))
PAIR = (ANY, ANY)


@defined(inputs=2, accepts="number", latex=r"\min\left({0}, {1}\right)", excel="MIN({0},{1})",
         domain=((-2.0, -0.2), (0.2, 2.0)))  # fmt: skip
def minimum(a: Node, b: Node) -> Node:
    """The smaller of two; a tie goes to the second operand."""
    return -maximum(-a, -b)


@defined(accepts="number", latex=r"\operatorname{{sign}} {0:4}", excel="SIGN({0})", binds=3,
         kinks=(0.0,))  # fmt: skip
def sign(x: Node) -> Node:
    """−1, 0 or 1; flat, so its gradient is 0."""
    return where(x > 0, constant(1, x.dtype), where(x < 0, constant(-1, x.dtype), 0 * x))


@defined(accepts="number", vjp=lambda g, y, x: (g * sign(x),), kinks=(0.0,),
         latex=r"\left|{0}\right|", excel="ABS({0})")  # fmt: skip
def absolute(x: Node) -> Node:
    """|x|; its derivative at 0 is 0."""
    return maximum(x, -x)


@defined(accepts="number", latex="{0:4}^{{2}}", excel="({0})^2", binds=3)
def square(x: Node) -> Node:
    """x · x."""
    return x * x


@smooth(latex=r"\operatorname{{mean}} {0:4}", excel="AVERAGE({0})", binds=3)
def mean(x: Node, axis: Any = None, keepdims: bool = False) -> Node:
    """The mean along axes, or of all entries."""
    return sum_(x, axis=axis, keepdims=keepdims) / count(x, axis)


def count(x: Node, axis: Any = None) -> Node:
    """How many entries the axes hold, as a number of the graph; samples stay symbolic (N)."""
    summed = axes("mean", axis, x.ndim)
    others = constant(np.prod([x.shape[i] for i in summed if i > 0], dtype=float), x.dtype)
    return others * size(x, axis=0) if 0 in summed else others


@activation(kinks=(0.0,), latex=r"\max\left(0, {0}\right)", excel="MAX(0,{0})")
def relu(x: Node) -> Node:
    """max(x, 0); its derivative at 0 is 0."""
    return maximum(x, 0.0)


@activation(kinks=(0.0,), latex=r"\operatorname{{leaky\,relu}}\left({0}\right)",
            excel="IF({0}>0,{0},0.01*({0}))")  # fmt: skip
def leaky_relu(x: Node, slope: float = 0.01) -> Node:
    """x above 0, slope · x elsewhere."""
    return where(x > 0.0, x, slope * x)


@activation(kinks=(0.0,), latex=r"\operatorname{{elu}}\left({0}\right)",
            excel="IF({0}>0,{0},EXP({0})-1)", source="Clevert et al. 2016")  # fmt: skip
def elu(x: Node, alpha: float = 1.0) -> Node:
    """x above 0, alpha · (eˣ − 1) elsewhere."""
    return where(x > 0.0, x, alpha * expm1(minimum(0.0, x)))


@activation(latex=r"\operatorname{{gelu}}\left({0}\right)", source="Hendrycks and Gimpel 2016",
            excel="0.5*{0}*(1+ERF({0}*SQRT(0.5)))")  # fmt: skip
def gelu(x: Node) -> Node:
    """x · Φ(x), with Φ the distribution function of the standard normal."""
    return 0.5 * x * (1.0 + erf(x * 0.5**0.5))


def _sigmoid_vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
    return (g * (y * (1.0 - y)),)


@activation(vjp=_sigmoid_vjp, latex=r"\sigma\left({0}\right)", excel="1/(1+EXP(MIN(700,-({0}))))")
def sigmoid(x: Node) -> Node:
    """1 / (1 + e^(−x)); its derivative is y · (1 − y), at most 1/4."""
    return 1.0 / (1.0 + exp(-x))


@activation(latex=r"{0:3} \cdot \sigma\left({0}\right)", binds=2,
            excel="{0}/(1+EXP(MIN(700,-({0}))))", source="Elfwing et al. 2018")  # fmt: skip
def silu(x: Node) -> Node:
    """x · sigmoid(x), also called swish."""
    return x * sigmoid(x)


@activation(vjp=lambda g, y, x: (g * sigmoid(x),), latex=r"\ln\left(1 + e^{{{0}}}\right)",
            excel="MAX({0},0)+LN(1+EXP(-ABS({0})))", binds=3)  # fmt: skip
def softplus(x: Node) -> Node:
    """ln(1 + eˣ) without overflow; its derivative is sigmoid(x)."""
    return maximum(x, 0.0) + log1p(exp(-absolute(x)))


def _no_slope(*_: Any) -> Any:
    wanted = "a smooth activation is wanted where a gradient is asked for"
    advice = "Use sigmoid, or train the neuron by hand."
    raise NoGradientError("heaviside", "the step rule came, which is flat", wanted, advice)


@activation(vjp=_no_slope, kinks=(0.0,), latex=r"H\left({0}\right)", excel="IF({0}>0,1,0)")
def heaviside(x: Node) -> Node:
    """The step rule of a single neuron: 0 for x ≤ 0, else 1. It has no useful gradient."""
    return where(x > 0.0, constant(1.0, x.dtype), constant(0.0, x.dtype))


def _softmax_vjp(g: Node, y: Node, x: Node, axis: int) -> tuple[Node]:
    return (y * (g - sum_(g * y, axis=axis, keepdims=True)),)


@smooth(vjp=_softmax_vjp, tags=("output",), latex=r"\operatorname{{softmax}}\left({0}\right)")
def softmax(x: Node, axis: int = -1) -> Node:
    """eˣ / Σ eˣ along an axis, without overflow: probabilities that sum to 1."""
    powers = exp(x - max_(x, axis=axis, keepdims=True))
    return powers / sum_(powers, axis=axis, keepdims=True)


def _log_softmax_vjp(g: Node, y: Node, x: Node, axis: int) -> tuple[Node]:
    return (g - softmax(x, axis=axis) * sum_(g, axis=axis, keepdims=True),)


@smooth(vjp=_log_softmax_vjp, latex=r"\ln\operatorname{{softmax}}\left({0}\right)", binds=3)
def log_softmax(x: Node, axis: int = -1) -> Node:
    """ln softmax(x) along an axis, without overflow."""
    moved = x - max_(x, axis=axis, keepdims=True)
    return moved - log(sum_(exp(moved), axis=axis, keepdims=True))


@defined(inputs=3, accepts="float", latex=r"{0:2}\,{1:2} + {2:1}", binds=1, domain=(*PAIR, ANY))
def affine(x: Node, weights: Node, bias: Node) -> Node:
    """x W + b: samples in rows, W of shape (in, out), b of shape (out,)."""
    return matmul(x, weights) + bias
