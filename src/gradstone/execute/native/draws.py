"""Random numbers by their place in a stream, in the lanes of a vector: Philox4x32-10.

Number for number what gradstone.data.philox.uniform defines.
"""

from __future__ import annotations

from gradstone.data.philox import KEY_STEPS, MULTIPLIERS, ROUNDS, Purpose
from gradstone.execute.native import ir
from gradstone.execute.native.lanes import INT64, Lanes, Value

LOW = 0xFFFFFFFF


def uniform(v: Lanes, places: Value, step: Value, seed: int, stream: int) -> Value:
    """Numbers `places` (an int64 in each lane) of a stream, as floats in [0, 1)."""
    whole = v.like("int64")
    keys = [ir.Constant(INT64, one) for one in (seed & LOW, seed >> 32, stream & LOW)]
    name = f"gradstone.uniform.{v.suffix}"
    module = v.builder.module
    function = module.globals.get(name) or _define(v, whole, module, name)
    return v.builder.call(function, [places, step, *keys])


def _define(v: Lanes, whole: Lanes, module: ir.Module, name: str) -> ir.Function:
    kind = ir.FunctionType(v.type, [whole.type, *[INT64] * 4])
    function = ir.Function(module, kind, name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    b = ir.IRBuilder(function.append_basic_block("entry"))
    v = Lanes(b, v.host, v.dtype, v.count)
    whole = v.like("int64")
    place, *scalars = function.args
    step, low, high, stream = (whole.spread(one) for one in scalars)
    fixed = (step, stream, whole.whole(int(Purpose.NODE)))
    if v.dtype == "float32":
        word = _word(whole, place, fixed, low, high)
        number = b.uitofp(b.trunc(b.lshr(word, whole.whole(8)), v.integer), v.type)
        b.ret(v.multiply(number, v.real(2.0**-24)))
        return function
    first = b.shl(place, whole.whole(1))
    one, two = _words(whole, first, fixed, low, high)
    upper = b.shl(b.lshr(one, whole.whole(5)), whole.whole(26))
    mantissa = b.or_(upper, b.lshr(two, whole.whole(6)))
    b.ret(v.multiply(b.uitofp(mantissa, v.type), v.real(2.0**-53)))
    return function


def _word(whole: Lanes, n: Value, fixed: tuple[Value, ...], low: Value, high: Value) -> Value:
    """Word n of the stream: output n mod 4 of block n div 4."""
    b = whole.builder
    outputs = _philox(whole, [b.lshr(n, whole.whole(2)), *fixed], low, high)
    odd = b.icmp_unsigned("!=", b.and_(n, whole.whole(1)), whole.whole(0))
    late = b.icmp_unsigned("!=", b.and_(n, whole.whole(2)), whole.whole(0))
    pairs = [b.select(odd, outputs[i + 1], outputs[i]) for i in (0, 2)]
    return b.select(late, pairs[1], pairs[0])


def _words(
    whole: Lanes, n: Value, fixed: tuple[Value, ...], low: Value, high: Value
) -> tuple[Value, Value]:
    """Words n and n + 1 for even n, which lie in the same block."""
    b = whole.builder
    outputs = _philox(whole, [b.lshr(n, whole.whole(2)), *fixed], low, high)
    late = b.icmp_unsigned("!=", b.and_(n, whole.whole(2)), whole.whole(0))
    one, two = (b.select(late, outputs[i + 2], outputs[i]) for i in (0, 1))
    return one, two


def _philox(whole: Lanes, counter: list[Value], low: Value, high: Value) -> list[Value]:
    """The ten rounds on 32-bit words in 64-bit lanes."""
    b = whole.builder
    mask, half = whole.whole(LOW), whole.whole(32)
    x, y, z, w = (b.and_(one, mask) for one in counter)
    k, m = low, high
    for _ in range(ROUNDS):
        p, q = (b.mul(one, whole.whole(by)) for one, by in zip((x, z), MULTIPLIERS, strict=True))
        x, y, z, w = (
            b.xor(b.xor(b.lshr(q, half), y), k),
            b.and_(q, mask),
            b.xor(b.xor(b.lshr(p, half), w), m),
            b.and_(p, mask),
        )
        k, m = (
            b.and_(b.add(one, whole.whole(by)), mask)
            for one, by in zip((k, m), KEY_STEPS, strict=True)
        )
    return [x, y, z, w]
