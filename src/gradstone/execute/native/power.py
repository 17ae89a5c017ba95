"""xʸ: through doubles for float32, through a logarithm in two parts for float64."""

from __future__ import annotations

import math

from gradstone.execute.native.lanes import Lanes, Value
from gradstone.execute.native.vector_math import (
    FORMATS,
    exponential_tail,
    log,
    reduce_exponent,
    scale_by_power,
    split_exponent,
)
from gradstone.execute.native.vector_math_tables import LOGARITHM_FIFTH

TWO_THIRDS = (2 / 3, float.fromhex("0x1.5555555555555p-55"))
Pair = tuple[Value, Value]  # an unevaluated sum, the second far below the first


def power(v: Lanes, x: Value, y: Value) -> Value:
    """xʸ with C's edge cases: x⁰ = 1ʸ = 1, NaN for a negative base and a broken exponent."""
    if v.dtype == "float32":
        wide = v.like("float64")
        b = v.builder
        base, exponent = b.fpext(x, wide.type), b.fpext(y, wide.type)
        # log in plain double: an error of 2⁻⁵³·150 in the exponent is far below a float32.
        size = _exponential(
            wide, (wide.multiply(exponent, log(wide, wide.magnitude(base))), wide.real(0.0))
        )
        return b.fptrunc(_edges(wide, base, exponent, size), v.type)
    return _edges(v, x, y, _exponential(v, _times(v, y, _logarithm(v, v.magnitude(x)))))


def _edges(v: Lanes, x: Value, y: Value, size: Value) -> Value:
    """|x|ʸ given its common value: the fixed points, the sign and NaN."""
    b, zero, one = v.builder, v.real(0.0), v.real(1.0)
    fixed = b.or_(v.compare("==", y, zero), v.compare("==", v.magnitude(x), one))
    size = v.select(fixed, one, size)
    whole = v.compare("==", v.intrinsic("trunc", y), y)
    half = v.multiply(y, v.real(0.5))
    odd = b.and_(whole, v.compare("!=", v.intrinsic("trunc", half), half))
    signed = v.select(odd, v.with_sign(size, x), size)
    broken = b.and_(
        b.not_(whole), b.and_(v.compare("<", x, zero), v.compare(">", x, v.real(-math.inf)))
    )
    return v.select(broken, v.real(math.nan), signed)


def _exponential(v: Lanes, t: Pair) -> Value:
    """exp of an unevaluated sum."""
    f = FORMATS[v.dtype]
    r, n, shifted = reduce_exponent(v, v.at_least(v.at_most(t[0], f.highest), f.lowest))
    tail = exponential_tail(v, r)
    inside = v.compare("<", v.magnitude(t[0]), v.real(1000.0))
    low = v.select(inside, t[1], v.real(0.0))
    corrected = v.add(v.real(1.0), v.fused(v.add(v.real(1.0), tail), low, tail))
    return scale_by_power(v, corrected, n, shifted)


def _logarithm(v: Lanes, a: Value) -> Pair:
    """log(a) for a ≥ 0 to about 2⁻⁶⁴ of itself; ∓∞ at the ends."""
    f, b = FORMATS[v.dtype], v.builder
    tiny = v.compare("<", a, v.real(f.smallest))
    m, n = split_exponent(v, v.select(tiny, v.multiply(a, v.real(2.0**53)), a))
    count = v.subtract(b.sitofp(n, v.type), v.select(tiny, v.real(53.0), v.real(0.0)))
    s = _quotient(v, v.subtract(m, v.real(1.0)), v.add(m, v.real(1.0)), m)
    head = _plus(v, _times(v, count, (v.real(f.log2_high), v.real(f.log2_low))), _series(v, s))
    finite = b.and_(v.compare(">", a, v.real(0.0)), v.compare("<", a, v.real(math.inf)))
    edge = v.select(v.compare("==", a, v.real(0.0)), v.real(-math.inf), a)
    return v.select(finite, head[0], edge), v.select(finite, head[1], v.real(0.0))


def _series(v: Lanes, s: Pair) -> Pair:
    """log((1 + s)/(1 − s)) = 2s + ⅔·s³ + s⁵·P(s²)."""
    z = _product(v, s, s)
    cube = _product(v, s, z)
    two_thirds = (v.real(TWO_THIRDS[0]), v.real(TWO_THIRDS[1]))
    rest = v.multiply(v.multiply(cube[0], z[0]), v.polynomial(z[0], LOGARITHM_FIFTH))
    near = _plus(v, _product(v, cube, two_thirds), (rest, v.real(0.0)))
    return _plus(v, (v.add(s[0], s[0]), v.add(s[1], s[1])), near)


def _quotient(v: Lanes, a: Value, b: Value, m: Value) -> Pair:
    """(m − 1)/(m + 1) in two parts; a and b are the rounded difference and sum."""
    lost = v.subtract(m, v.subtract(b, v.real(1.0)))  # what rounding took from m + 1
    high = v.divide(a, b)
    remainder = v.fused_exactly(v.negate(high), b, a)
    return high, v.divide(v.fused(v.negate(high), lost, remainder), b)


def _sorted_sum(v: Lanes, a: Value, b: Value) -> Pair:
    """a + b and its rounding error, for |a| ≥ |b|."""
    total = v.add(a, b)
    return total, v.subtract(b, v.subtract(total, a))


def _plus(v: Lanes, a: Pair, b: Pair) -> Pair:
    """The sum of two pairs, a the larger unless it is 0."""
    total = v.add(a[0], b[0])
    back = v.subtract(total, a[0])
    lost = v.add(v.subtract(a[0], v.subtract(total, back)), v.subtract(b[0], back))
    return _sorted_sum(v, total, v.add(lost, v.add(a[1], b[1])))


def _product(v: Lanes, a: Pair, b: Pair) -> Pair:
    high = v.multiply(a[0], b[0])
    low = v.fused_exactly(a[0], b[0], v.negate(high))
    return _sorted_sum(v, high, v.fused(a[0], b[1], v.fused(a[1], b[0], low)))


def _times(v: Lanes, a: Value, b: Pair) -> Pair:
    """a·b; where that is infinite or NaN the low part is 0, so that it stays."""
    high = v.multiply(a, b[0])
    low = v.fused(a, b[1], v.fused_exactly(a, b[0], v.negate(high)))
    finite = v.compare("<", v.magnitude(high), v.real(math.inf))
    return high, v.select(finite, low, v.real(0.0))
