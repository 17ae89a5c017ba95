"""Element-wise primitives: each row computes, differentiates and writes itself."""

from __future__ import annotations

from functools import partial
from math import erf as erf_of_number
from math import pi
from typing import Any

import numpy as np

from gradstone.graph.node import Node
from gradstone.ops.table import Function, elementwise, known, primitive

ANY, POSITIVE = (-2.0, 2.0), (0.2, 3.0)
numeric = partial(primitive, accepts="number")
smooth = partial(primitive, accepts="float")

# fmt: off
add: Function = numeric(
    "add",
    forward=lambda xp, a, b: xp.add(a, b),
    vjp=lambda g, y, a, b: (g, g),
    latex="{0:1} + {1:1}", excel="{0}+{1}", program="a + b", binds=1, domain=(ANY, ANY),
    doc="a + b; the gradient passes on unchanged to both.",
)
subtract: Function = numeric(
    "subtract",
    forward=lambda xp, a, b: xp.subtract(a, b),
    vjp=lambda g, y, a, b: (g, -g),
    latex="{0:1} - {1:2}", excel="{0}-{1}", program="a - b", binds=1, domain=(ANY, ANY),
    doc="a − b.",
)
negate: Function = numeric(
    "negate",
    forward=lambda xp, x: xp.negative(x),
    vjp=lambda g, y, x: (-g,),
    latex="-{0:2}", excel="-({0})", program="-x", binds=1,
    doc="−x.",
)
multiply: Function = numeric(
    "multiply",
    forward=lambda xp, a, b: xp.multiply(a, b),
    vjp=lambda g, y, a, b: (g * b, g * a),
    latex=r"{0:2} \cdot {1:2}", excel="{0}*{1}", program="a * b", binds=2, domain=(ANY, ANY),
    doc="a · b; each operand gets the incoming gradient times the other.",
)
divide: Function = smooth(
    "divide",
    forward=lambda xp, a, b: xp.divide(a, b),
    vjp=lambda g, y, a, b: (g / b, -g * y / b),
    latex=r"\frac{{{0}}}{{{1}}}", excel="{0}/{1}", program="a / b", binds=2,
    domain=(ANY, POSITIVE),
    doc="a / b, rounded once, also for integers.",
)


def _power_vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
    if b.op.name == "constant" and not b.shape:
        exponent = float(dict(b.attributes)["value"])
        rest = {0.0: 1.0, 1.0: 1.0, 2.0: a}.get(exponent)
        return g * exponent * (a ** (exponent - 1.0) if rest is None else rest), g * y * log(a)
    slope = b * a ** where(equal(b, 0.0), 1.0, b - 1.0)
    return g * slope, g * where(equal(a, 0.0), 0.0, y * log(where(equal(a, 0.0), 1.0, a)))


power: Function = smooth(
    "power",
    forward=lambda xp, a, b: xp.power(a, b),
    vjp=_power_vjp,
    latex="{0:4}^{{{1}}}", excel="({0})^({1})", program="power(a, b)", binds=3,
    domain=(POSITIVE, ANY),
    doc="a to the power b.",
)
exp: Function = smooth(
    "exp",
    forward=lambda xp, x: xp.exp(x),
    vjp=lambda g, y, x: (g * y,),
    latex="e^{{{0}}}", excel="EXP({0})", program="exp(x)", binds=3,
    doc="e to the power x; its own derivative.",
)
log: Function = smooth(
    "log",
    forward=lambda xp, x: xp.log(x),
    vjp=lambda g, y, x: (g / x,),
    latex=r"\ln {0:4}", excel="LN({0})", program="log(x)", binds=3, domain=(POSITIVE,),
    doc="The natural logarithm.",
)
log1p: Function = smooth(
    "log1p",
    forward=lambda xp, x: xp.log1p(x),
    vjp=lambda g, y, x: (g / (1.0 + x),),
    latex=r"\ln\left(1 + {0}\right)", excel="LN(1+{0})", program="log1p(x)", binds=3,
    domain=((-0.8, 3.0),),
    doc="ln(1 + x), exact near 0.",
)
expm1: Function = smooth(
    "expm1",
    forward=lambda xp, x: xp.expm1(x),
    vjp=lambda g, y, x: (g * exp(x),),
    latex="e^{{{0}}} - 1", excel="EXP({0})-1", program="expm1(x)", binds=1,
    doc="e to the power x, less 1, exact near 0.",
)
sqrt: Function = smooth(
    "sqrt",
    forward=lambda xp, x: xp.sqrt(x),
    vjp=lambda g, y, x: (g / (2.0 * y),),
    latex=r"\sqrt{{{0}}}", excel="SQRT({0})", program="sqrt(x)", domain=(POSITIVE,),
    doc="The square root.",
)
sin: Function = smooth(
    "sin",
    forward=lambda xp, x: xp.sin(x),
    vjp=lambda g, y, x: (g * cos(x),),
    latex=r"\sin {0:4}", excel="SIN({0})", program="sin(x)", binds=3,
    doc="The sine of an angle in radians.",
)
cos: Function = smooth(
    "cos",
    forward=lambda xp, x: xp.cos(x),
    vjp=lambda g, y, x: (-g * sin(x),),
    latex=r"\cos {0:4}", excel="COS({0})", program="cos(x)", binds=3,
    doc="The cosine of an angle in radians.",
)
tanh: Function = smooth(
    "tanh",
    forward=lambda xp, x: xp.tanh(x),
    vjp=lambda g, y, x: (g * (1.0 - y * y),),
    latex=r"\tanh {0:4}", excel="TANH({0})", program="tanh(x)", binds=3,
    tags=("activation",),
    doc="The hyperbolic tangent; its derivative is 1 − y².",
)


def _erf(xp: Any, x: Any) -> Any:
    values = [erf_of_number(value) for value in np.ravel(x).tolist()]
    return np.array(values, dtype=x.dtype).reshape(np.shape(x))


erf: Function = smooth(
    "erf",
    forward=_erf,
    vjp=lambda g, y, x: (g * (2.0 / pi**0.5) * exp(-x * x),),
    latex=r"\operatorname{{erf}} {0:4}", excel="ERF({0})", program="erf(x)", binds=3,
    doc="The error function, 2/√π · ∫₀ˣ e^(−t²) dt.",
)


def _larger_vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
    return where(a > b, g, 0.0), where(a > b, 0.0, g)


maximum: Function = numeric(
    "maximum",
    forward=lambda xp, a, b: xp.maximum(a, b),
    vjp=_larger_vjp,
    latex=r"\max\left({0}, {1}\right)", excel="MAX({0},{1})", program="maximum(a, b)",
    domain=((-2.0, -0.2), (0.2, 2.0)),
    doc="The larger of two; a tie goes to the second operand.",
)
floor: Function = smooth(
    "floor",
    forward=lambda xp, x: xp.floor(x),
    vjp=lambda g, y, x: (None,),
    latex=r"\lfloor {0} \rfloor", excel="INT({0})", program="floor(x)",
    domain=((0.1, 0.9),),
    doc="The largest whole number not above x; flat, so no gradient passes.",
)


def _comparison(name: str, sign: str, latex: str, excel: str) -> Any:
    return primitive(
        name,
        forward=lambda xp, a, b: getattr(xp, name)(a, b),
        vjp=lambda g, y, a, b: (None, None),
        result=elementwise(name, bool),
        latex=f"{{0:1}} {latex} {{1:1}}", excel=f"{{0}}{excel}{{1}}", program=f"a {sign} b",
        binds=0, domain=(ANY, ANY), doc=f"Whether a {sign} b, entry by entry; no gradient passes.",
    )


equal = _comparison("equal", "==", "=", "=")
less = _comparison("less", "<", "<", "<")
less_equal = _comparison("less_equal", "<=", r"\le", "<=")
greater = _comparison("greater", ">", ">", ">")
greater_equal = _comparison("greater_equal", ">=", r"\ge", ">=")

where: Function = primitive(
    "where",
    forward=lambda xp, condition, a, b: xp.where(condition, a, b),
    vjp=lambda g, y, condition, a, b: (None, where(condition, g, 0.0), where(condition, 0.0, g)),
    result=elementwise("where", position=1),
    exact=(0,), latex=r"\left({1}\ \text{{if}}\ {0},\ \text{{else}}\ {2}\right)",
    excel="IF({0},{1},{2})", program="a if condition else b",
    domain=((0.0, 1.0), ANY, ANY),
    doc="a where the condition holds, b elsewhere; the gradient goes where the value came from.",
)
cast: Function = primitive(
    "cast",
    forward=lambda xp, x, dtype: xp.asarray(x).astype(dtype),
    vjp=lambda g, y, x, dtype: (cast(g, dtype=x.dtype) if x.dtype.kind == "f" else None,),
    normal=lambda x, dtype: {"dtype": known("cast", dtype)},
    result=lambda x, dtype: (x.shape, dtype),
    exact=(0,), latex="{0}", excel="{0}", program="cast(x)",
    doc="The same value in another dtype.",
)
# fmt: on
