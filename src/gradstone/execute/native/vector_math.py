"""Elementary functions as straight-line vector code: polynomials fitted by tools/fit.py.

Every function takes a `Lanes` and values of its shape; NaN, infinities, subnormals and signed
zeros come out as in NumPy. Nothing here carries a fast-math flag: with them LLVM removes the
range reductions. Greatest errors over all float32 inputs: see the table of
tests/native/all_floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from gradstone.execute.native import ir
from gradstone.execute.native.lanes import Lanes, Value
from gradstone.execute.native.vector_math_tables import (
    ERF_LARGE,
    ERF_SMALL,
    EXPONENTIAL,
    LOGARITHM,
    TANH,
)

INFINITY, NAN = math.inf, math.nan


@dataclass(frozen=True, slots=True)
class Format:
    """The numbers that belong to a binary floating-point format."""

    mantissa: int
    bias: int
    magic: float  # adding it rounds to an integer in the low bits
    log2_high: float  # ln 2 with enough zero bits that n·log2_high is exact
    log2_low: float
    lowest: float  # exp is 0 below
    highest: float  # and infinite above
    smallest: float  # the smallest normal number
    root_half: int  # the bits of √½


FORMATS = {
    "float32": Format(
        23, 127, 1.5 * 2.0**23, 0.693359375, -2.12194440e-4, -105.0, 89.0, 2.0**-126, 0x3F3504F3
    ),
    "float64": Format(
        52,
        1023,
        1.5 * 2.0**52,
        float.fromhex("0x1.62e42feep-1"),
        float.fromhex("0x1.a39ef35793c76p-33"),
        -746.0,
        710.0,
        2.0**-1022,
        0x3FE6A09E667F3BCD,
    ),
}


def scale_by_power(v: Lanes, x: Value, whole: Value, shifted: Value) -> Value:
    """x·2ⁿ with one rounding; `whole` is n, `shifted` is n + magic, whose low bits are n."""
    if v.host.scale_exponent and v.count * v.bits >= 128:
        return _scale_instruction(v, x, whole)
    f, b = FORMATS[v.dtype], v.builder
    n = b.sub(v.to_bits(shifted), v.to_bits(v.real(f.magic)))
    half = b.ashr(n, v.whole(1))
    return v.multiply(v.multiply(x, power_of_two(v, half)), power_of_two(v, b.sub(n, half)))


def _scale_instruction(v: Lanes, x: Value, n: Value) -> Value:
    size, letter = v.count * v.bits, "s" if v.dtype == "float32" else "d"
    if size > 512:
        return _in_halves(v, lambda part, a, c: _scale_instruction(part, a, c), x, n)
    mask = ir.Constant(ir.IntType(max(8, v.count)), -1)
    rounding = [ir.Constant(ir.IntType(32), 4)] if size == 512 else []
    return v.call(f"llvm.x86.avx512.mask.scalef.p{letter}.{size}", v.type, x, n, x, mask, *rounding)


def _in_halves(v: Lanes, function: Callable[..., Value], *operands: Value) -> Value:
    """A vector wider than a register, through `function`, half by half."""
    part, count = replace(v, count=v.count // 2), v.count // 2
    index = ir.VectorType(ir.IntType(32), count)
    low, high = (ir.Constant(index, list(range(s, s + count))) for s in (0, count))
    halves = [
        function(part, *(v.builder.shuffle_vector(o, o, which) for o in operands))
        for which in (low, high)
    ]
    both = ir.Constant(ir.VectorType(ir.IntType(32), v.count), list(range(v.count)))
    return v.builder.shuffle_vector(halves[0], halves[1], both)


def power_of_two(v: Lanes, n: Value) -> Value:
    """2ⁿ for integers n in the range of normal exponents."""
    f, b = FORMATS[v.dtype], v.builder
    return v.from_bits(b.shl(b.add(n, v.whole(f.bias)), v.whole(f.mantissa)))


def reduce_exponent(v: Lanes, x: Value) -> tuple[Value, Value, Value]:
    """(r, n, n + magic) with x = n·ln 2 + r, |r| ≤ ½·ln 2."""
    f = FORMATS[v.dtype]
    shifted = v.fused(x, v.real(1 / math.log(2)), v.real(f.magic))
    n = v.subtract(shifted, v.real(f.magic))
    r = v.fused(n, v.real(-f.log2_high), x)
    return v.fused(n, v.real(-f.log2_low), r), n, shifted


def exponential_tail(v: Lanes, r: Value) -> Value:
    """eʳ − 1 on the reduced range."""
    square = v.multiply(r, r)
    return v.fused(v.short_polynomial(r, square, EXPONENTIAL[v.dtype]), square, r)


def exp(v: Lanes, x: Value) -> Value:
    """eˣ."""
    return fading_exponential(v, v.at_most(x, FORMATS[v.dtype].highest))


def fading_exponential(v: Lanes, x: Value) -> Value:
    """eˣ for x that is no larger than `highest`, which saves a comparison on the way."""
    r, n, shifted = reduce_exponent(v, v.at_least(x, FORMATS[v.dtype].lowest))
    return scale_by_power(v, v.add(v.real(1.0), exponential_tail(v, r)), n, shifted)


def expm1(v: Lanes, x: Value) -> Value:
    """eˣ − 1, accurate near 0; doubled at the end, since 2ⁿ may overflow where eˣ does not."""
    f = FORMATS[v.dtype]
    r, n, shifted = reduce_exponent(v, v.at_least(v.at_most(x, f.highest), f.lowest))
    tail, half = exponential_tail(v, r), v.real(0.5)
    scale = scale_by_power(v, half, n, shifted)
    doubled = v.fused(scale, tail, v.subtract(scale, half))
    far = v.select(v.compare("==", n, v.real(0.0)), tail, v.add(doubled, doubled))
    return v.select(v.compare("==", x, v.real(0.0)), x, far)


def split_exponent(v: Lanes, x: Value) -> tuple[Value, Value]:
    """(m, n) with x = m·2ⁿ and m in [√½, √2), for normal positive x; n is an integer."""
    f, b = FORMATS[v.dtype], v.builder
    bits = v.to_bits(x)
    n = b.ashr(b.sub(bits, v.whole(f.root_half)), v.whole(f.mantissa))
    return v.from_bits(b.sub(bits, b.shl(n, v.whole(f.mantissa)))), n


def logarithm_sum(v: Lanes, r: Value, n: Value) -> Value:
    """log(1 + r) + n·ln 2 for 1 + r in [√½, √2); n is a float."""
    f = FORMATS[v.dtype]
    square = v.multiply(r, r)
    half = v.multiply(v.real(0.5), square)
    low = v.multiply(n, v.real(f.log2_low))
    if v.dtype == "float32":
        tail = v.fused(v.multiply(square, r), v.polynomial(r, LOGARITHM["float32"]), low)
        inner = v.add(r, v.subtract(tail, half))
    else:
        s = v.divide(r, v.add(v.real(2.0), r))
        z = v.multiply(s, s)
        series = v.multiply(z, v.polynomial(z, LOGARITHM["float64"]))
        inner = v.subtract(r, v.subtract(half, v.fused(s, v.add(half, series), low)))
    return v.fused(n, v.real(f.log2_high), inner)


def log(v: Lanes, x: Value) -> Value:
    """Natural logarithm; −∞ at ±0, NaN below."""
    f, b = FORMATS[v.dtype], v.builder
    tiny = v.compare("<", x, v.real(f.smallest))
    lifted = v.select(tiny, v.multiply(x, v.real(2.0 ** (f.mantissa + 1))), x)
    m, n = split_exponent(v, lifted)
    count = v.subtract(b.sitofp(n, v.type), v.select(tiny, v.real(f.mantissa + 1.0), v.real(0.0)))
    result = logarithm_sum(v, v.subtract(m, v.real(1.0)), count)
    return _logarithm_edges(v, x, x, result)


def _logarithm_edges(v: Lanes, argument: Value, x: Value, result: Value) -> Value:
    """The result where 0 < argument < ∞; else −∞ at zero, ∞ at ∞ and NaN (also for x = NaN)."""
    zero, infinite = v.real(0.0), v.real(INFINITY)
    edge = v.select(
        v.compare("==", argument, zero),
        v.real(-INFINITY),
        v.select(v.compare("==", argument, infinite), x, v.real(NAN)),
    )
    inside = v.builder.and_(v.compare(">", argument, zero), v.compare("<", argument, infinite))
    return v.select(inside, result, edge)


def log1p(v: Lanes, x: Value) -> Value:
    """log(1 + x), accurate near 0."""
    b, one = v.builder, v.real(1.0)
    total = v.add(one, x)
    back = v.subtract(total, one)
    lost = v.add(v.subtract(one, v.subtract(total, back)), v.subtract(x, back))
    m, n = split_exponent(v, total)
    near = b.icmp_signed("<", n, v.whole(FORMATS[v.dtype].mantissa + 9))
    scaled = v.multiply(lost, power_of_two(v, b.neg(n)))
    r = v.add(v.subtract(m, one), v.select(near, scaled, v.real(0.0)))
    result = logarithm_sum(v, r, b.sitofp(n, v.type))
    return v.select(v.compare("==", x, v.real(0.0)), x, _logarithm_edges(v, total, x, result))


def tanh(v: Lanes, x: Value) -> Value:
    """Hyperbolic tangent: h/(h + 1) with h = (e²ˣ − 1)/2, which keeps its digits near 0."""
    f, half = FORMATS[v.dtype], v.real(0.5)
    a = v.at_most(v.magnitude(x), 20.0)
    shifted = v.fused(a, v.real(2 / math.log(2)), v.real(f.magic))
    n = v.subtract(shifted, v.real(f.magic))
    r = v.fused(n, v.real(-f.log2_high / 2), a)
    r = v.fused(n, v.real(-f.log2_low / 2), r)
    square = v.multiply(r, r)
    doubled = [c * 2.0 ** (i + 1) for i, c in enumerate(EXPONENTIAL[v.dtype])]
    tail = v.fused(v.short_polynomial(r, square, doubled), square, r)
    scale = scale_by_power(v, v.real(1.0), n, shifted)
    h = v.fused(scale, tail, v.subtract(v.multiply(scale, half), half))
    return v.with_sign(v.divide(h, v.add(h, v.real(1.0))), x)


def tanh_quick(v: Lanes, x: Value) -> Value:
    """Hyperbolic tangent as one quotient of polynomials: the shorter chain, 4 ULP."""
    a = v.at_least(v.at_most(x, 9.02), -9.02)
    u = v.multiply(a, a)
    w = v.multiply(u, u)
    above, below = TANH
    return v.divide(v.multiply(a, v.short_polynomial(u, w, above)), v.short_polynomial(u, w, below))


def sigmoid(v: Lanes, x: Value) -> Value:
    """1/(1 + e⁻ˣ), accurate relative to itself at both ends."""
    fading = fading_exponential(v, v.negate(v.magnitude(x)))
    above = v.select(v.compare("<", x, v.real(0.0)), fading, v.real(1.0))
    return v.divide(above, v.add(v.real(1.0), fading))


def softplus(v: Lanes, x: Value) -> Value:
    """log(1 + eˣ) = max(x, 0) + log1p(e^−|x|)."""
    return v.add(v.at_least(x, 0.0), log1p(v, fading_exponential(v, v.negate(v.magnitude(x)))))


def erf(v: Lanes, x: Value) -> Value:
    """The error function: x + x·S(x²) near 0, 1 − exp(T(|x|)) beyond."""
    cut, top = (0.95, 4.0) if v.dtype == "float32" else (1.0, 5.95)
    a = v.at_most(v.magnitude(x), top)
    u = v.multiply(x, x)
    small = v.fused(x, v.polynomial(u, ERF_SMALL[v.dtype]), x)
    r, n, shifted = reduce_exponent(v, v.polynomial(a, ERF_LARGE[v.dtype]))
    fading = scale_by_power(v, v.add(v.real(1.0), exponential_tail(v, r)), n, shifted)
    large = v.with_sign(v.subtract(v.real(1.0), fading), x)
    return v.select(v.compare("<", a, v.real(cut)), small, large)


def sqrt(v: Lanes, x: Value) -> Value:
    """The square root, correctly rounded by the processor."""
    return v.square_root(x)
