"""The loop language's functions by name, each emitted once a module and inlined where used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gradstone.execute.native import circular, ir, power, vector_math
from gradstone.execute.native.lanes import INT32, Lanes, Value

Emitter = Callable[..., Value]


def maximum(v: Lanes, a: Value, b: Value) -> Value:
    """The larger; NaN where either is, b where they tie."""
    if not v.floating:
        if v.dtype == "bool":
            return v.builder.or_(a, b)
        return v.select(v.builder.icmp_signed(">", a, b), a, b)
    larger = v.select(v.compare(">", a, b), a, b)
    return v.select(v.is_nan(a), a, larger)


def floor(v: Lanes, x: Value) -> Value:
    """The largest whole number not above x."""
    return v.intrinsic("floor", x)


SHORT: dict[str, Emitter] = {"maximum": maximum, "floor": floor, "sqrt": vector_math.sqrt}
"""Functions of an instruction or three, written out where they are used."""

LONG: dict[str, Emitter] = {
    "exp": vector_math.exp,
    "expm1": vector_math.expm1,
    "log": vector_math.log,
    "log1p": vector_math.log1p,
    "tanh": vector_math.tanh,
    "sigmoid": vector_math.sigmoid,
    "softplus": vector_math.softplus,
    "erf": vector_math.erf,
    "power": power.power,
    "sin": circular.sin,
    "cos": circular.cos,
}
"""Functions of dozens of instructions, worth running on several vectors side by side."""

ABREAST = 4
"""Vectors that go through a long function together, so that their chains overlap."""


def apply(v: Lanes, name: str, *operands: Value) -> Value:
    """The function's value, by a call that LLVM inlines: written once, however often used."""
    module, full = v.builder.module, f"gradstone.{name}.{v.suffix}"
    target = module.globals.get(full) or _define(v, module, full, name, len(operands))
    return v.builder.call(target, operands)


def _define(v: Lanes, module: ir.Module, full: str, name: str, count: int) -> ir.Function:
    function = ir.Function(module, ir.FunctionType(v.type, [v.type] * count), full)
    function.linkage = "internal"
    function.attributes.add("alwaysinline")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    inner = replace(v, builder=builder, flags=())
    builder.ret(LONG[name](inner, *function.args))
    return function


def apply_many(v: Lanes, name: str, places: Sequence[Sequence[Value]]) -> list[Value]:
    """The function at several places: operands of one place stand together."""
    if name in SHORT:
        return [SHORT[name](v.exact(), *operands) for operands in places]
    if v.count == 1 and len(places) > 1:
        return _packed(v, name, places)
    done: list[Value] = []
    while len(done) < len(places):
        left = len(places) - len(done)
        size = next(n for n in (ABREAST, ABREAST // 2, 1) if n <= left)
        done += _abreast(v, name, places[len(done) : len(done) + size])
    return done


def _packed(v: Lanes, name: str, places: Sequence[Sequence[Value]]) -> list[Value]:
    """Scalars go through the function together, as lanes of a vector."""
    most = v.host.lanes(v.dtype)
    done: list[Value] = []
    for start in range(0, len(places), most):
        part = places[start : start + most]
        count = 1 << (len(part) - 1).bit_length()
        wide = v.like(v.dtype, count)
        packed = [_packed_lanes(wide, operand) for operand in zip(*part, strict=True)]
        result = apply(wide, name, *packed)
        done += [wide.lane(result, i) for i in range(len(part))]
    return done


def _packed_lanes(wide: Lanes, scalars: Sequence[Value]) -> Value:
    if wide.count == 1:
        return scalars[0]
    held = wide.spread(scalars[0])
    for i, scalar in enumerate(scalars[1:], 1):
        held = wide.builder.insert_element(held, scalar, ir.Constant(INT32, i))
    return held


def _abreast(v: Lanes, name: str, places: Sequence[Sequence[Value]]) -> list[Value]:
    """A vector of vectors, which LLVM splits again: the chains come out interleaved."""
    if len(places) == 1 or v.count == 1:
        return [apply(v, name, *operands) for operands in places]
    wide = v.like(v.dtype, v.count * len(places))
    joined = [_joined(v, operand) for operand in zip(*places, strict=True)]
    result = apply(wide, name, *joined)
    return [
        v.shuffle(result, result, range(i * v.count, (i + 1) * v.count)) for i in range(len(places))
    ]


def _joined(v: Lanes, parts: Sequence[Value]) -> Value:
    held = list(parts)
    while len(held) > 1:
        size = held[0].type.count
        held = [v.shuffle(held[i], held[i + 1], range(2 * size)) for i in range(0, len(held), 2)]
    return held[0]
