"""Sine and cosine over the whole range: reduction by π/2 in three parts, libm for the giants."""

from __future__ import annotations

import math

from gradstone.execute.native import ir
from gradstone.execute.native.lanes import INT32, Lanes, Value
from gradstone.execute.native.vector_math import FORMATS
from gradstone.execute.native.vector_math_tables import COSINE, SINE

# π/2 as a sum of three doubles, each the rounding of what the ones before it leave.
QUARTER_TURN = (
    float.fromhex("0x1.921fb54442d18p+0"),
    float.fromhex("0x1.1a62633145c07p-54"),
    float.fromhex("-0x1.f1976b7ed8fbcp-110"),
)
GIANT = 2.0**30  # beyond it the multiple of π/2 outgrows the three parts


def sin(v: Lanes, x: Value) -> Value:
    """Sine."""
    return _circular(v, x, "sin", 0)


def cos(v: Lanes, x: Value) -> Value:
    """Cosine: sine a quarter turn on."""
    return _circular(v, x, "cos", 1)


def _circular(v: Lanes, x: Value, name: str, turn: int) -> Value:
    if v.dtype == "float32":
        # In double the reduction of any float32 below the giants is exact to 2⁻⁵³.
        wide = v.like("float64")
        return v.builder.fptrunc(_circular(wide, v.builder.fpext(x, wide.type), name, turn), v.type)
    common = _reduced(v, x, turn)
    common = common if turn else v.select(v.compare("==", x, v.real(0.0)), x, common)
    far = v.builder.fcmp_ordered(">", v.magnitude(x), v.real(GIANT))
    return _with_giants(v, x, common, far, name)


def _reduced(v: Lanes, x: Value, turn: int) -> Value:
    """The function for |x| below the giants."""
    b, magic = v.builder, v.real(FORMATS["float64"].magic)
    shifted = v.fused(x, v.real(2 / math.pi), magic)
    n = v.subtract(shifted, magic)
    first, second, third = (v.real(-part) for part in QUARTER_TURN)
    coarse = v.fused_exactly(n, first, x)
    r = v.fused_exactly(n, second, coarse)
    low = v.fused(n, third, v.fused_exactly(n, second, v.subtract(coarse, r)))
    sine, cosine = sine_and_cosine(v, r, low)
    quarter = b.add(v.to_bits(shifted), v.whole(turn))
    odd = b.icmp_signed("!=", b.and_(quarter, v.whole(1)), v.whole(0))
    minus = b.shl(b.and_(quarter, v.whole(2)), v.whole(62))
    return v.from_bits(b.xor(v.to_bits(v.select(odd, cosine, sine)), minus))


def sine_and_cosine(v: Lanes, r: Value, low: Value) -> tuple[Value, Value]:
    """(sin, cos) of r + low, |r| ≤ π/4, low far below r."""
    u = v.multiply(r, r)
    cubic = v.multiply(v.multiply(r, u), v.polynomial(u, SINE))
    half = v.multiply(v.real(0.5), u)
    whole = v.subtract(v.real(1.0), half)
    lost = v.subtract(v.subtract(v.real(1.0), whole), half)
    quartic = v.fused(v.multiply(u, u), v.polynomial(u, COSINE), lost)
    sine = v.add(r, v.add(cubic, v.multiply(low, whole)))
    return sine, v.add(whole, v.subtract(quartic, v.multiply(r, low)))


def _with_giants(v: Lanes, x: Value, common: Value, far: Value, name: str) -> Value:
    """`common`, with the lanes that are `far` computed one by one by the C library."""
    b = v.builder
    if v.count == 1:
        anywhere = far
    else:
        bits = b.bitcast(far, ir.IntType(v.count))
        anywhere = b.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0))
    before = b.block
    with b.if_then(anywhere, likely=False):
        patched = common
        for lane in range(v.count):
            patched = _patched(v, x, far, patched, lane, name)
        after = b.block
    result = b.phi(v.type)
    result.add_incoming(common, before)
    result.add_incoming(patched, after)
    return result


def _patched(v: Lanes, x: Value, far: Value, held: Value, lane: int, name: str) -> Value:
    scalar = Lanes(v.builder, v.host, v.dtype, 1)
    if v.count == 1:
        return scalar.call(name, scalar.type, x)
    b, index = v.builder, ir.Constant(INT32, lane)
    exact = scalar.call(name, scalar.type, b.extract_element(x, index))
    kept = b.select(b.extract_element(far, index), exact, b.extract_element(held, index))
    return b.insert_element(held, kept, index)
