"""Numbers in memory, a vector at a time: adjacent or with a stride, all lanes or some.

In memory a bool is a byte; in registers it is a bit. A mask is None where all lanes are meant.
"""

from __future__ import annotations

from typing import Any

from gradstone.execute.native import ir
from gradstone.execute.native.lanes import INT1, INT8, INT32, INT64, Lanes, Value
from gradstone.execute.native.loops import Count, index

Mask = Value | None


def stored_type(v: Lanes) -> Any:
    """The type of v's numbers in memory."""
    return v.of(INT8) if v.dtype == "bool" else v.type


def element_pointer(dtype: str) -> Any:
    """The type of a pointer to a number in memory."""
    from gradstone.execute.native.lanes import ELEMENTS

    return (INT8 if dtype == "bool" else ELEMENTS[dtype]).as_pointer()


def moved(builder: ir.IRBuilder, pointer: Value, count: Count, step: int = 1) -> Value:
    """pointer + count·step numbers."""
    if isinstance(count, int):
        return builder.gep(pointer, [index(count * step)], inbounds=True) if count else pointer
    distance = builder.mul(count, index(step), flags=("nsw",)) if step != 1 else count
    return builder.gep(pointer, [distance], inbounds=True)


def constant_mask(v: Lanes, valid: int) -> Value:
    """True in the first `valid` lanes."""
    return ir.Constant(ir.VectorType(INT1, v.count), [int(i < valid) for i in range(v.count)])


def running_mask(v: Lanes, left: Value) -> Value:
    """True in the first `left` lanes, an i64 value."""
    return v.builder.icmp_signed("<", v.counting(), v.spread(left))


def load(v: Lanes, pointer: Value, stride: int = 1, mask: Mask = None) -> Value:
    """One number in each lane, from addresses `stride` numbers apart; 0 where masked."""
    if v.count > 1 and stride != 1:
        return load_at(v, pointer, v.counting(stride), mask)
    kind, b = stored_type(v), v.builder
    typed = b.bitcast(pointer, kind.as_pointer())
    if mask is None or v.count == 1:
        return _from_memory(v, b.load(typed, align=v.bytes))
    name = f"llvm.masked.load.{_suffix(v)}.p0"
    align, zero = ir.Constant(INT32, v.bytes), ir.Constant(kind, None)
    return _from_memory(v, v.call(name, kind, typed, align, mask, zero))


def store(v: Lanes, pointer: Value, value: Value, stride: int = 1, mask: Mask = None) -> None:
    """Write such numbers; nothing where masked."""
    if v.count > 1 and stride != 1:
        store_at(v, pointer, v.counting(stride), value, mask)
        return
    kind, b = stored_type(v), v.builder
    typed, value = b.bitcast(pointer, kind.as_pointer()), _to_memory(v, value)
    if mask is None or v.count == 1:
        b.store(value, typed, align=v.bytes)
        return
    align = ir.Constant(INT32, v.bytes)
    v.call(f"llvm.masked.store.{_suffix(v)}.p0", ir.VoidType(), value, typed, align, mask)


def load_at(v: Lanes, pointer: Value, offsets: Value, mask: Mask = None) -> Value:
    """One number in each lane, from pointer + offset numbers, an int64 for each lane."""
    if v.count == 1:
        return _from_memory(v, v.builder.load(moved(v.builder, pointer, offsets), align=v.bytes))
    kind, addresses = stored_type(v), _addresses(v, pointer, offsets)
    name = f"llvm.masked.gather.{_suffix(v)}.v{v.count}p0"
    align, zero = ir.Constant(INT32, v.bytes), ir.Constant(kind, None)
    mask = constant_mask(v, v.count) if mask is None else mask
    return _from_memory(v, v.call(name, kind, addresses, align, mask, zero))


def store_at(v: Lanes, pointer: Value, offsets: Value, value: Value, mask: Mask = None) -> None:
    """Write each lane to pointer + offset numbers; the last of equal places stays."""
    value = _to_memory(v, value)
    if v.count == 1:
        v.builder.store(value, moved(v.builder, pointer, offsets), align=v.bytes)
        return
    addresses = _addresses(v, pointer, offsets)
    mask = constant_mask(v, v.count) if mask is None else mask
    name = f"llvm.masked.scatter.{_suffix(v)}.v{v.count}p0"
    v.call(name, ir.VoidType(), value, addresses, ir.Constant(INT32, v.bytes), mask)


def _addresses(v: Lanes, pointer: Value, offsets: Value) -> Value:
    b = v.builder
    wide = v.like("int64")
    distance = b.mul(offsets, wide.whole(v.bytes)) if v.bytes > 1 else offsets
    first = wide.spread(b.ptrtoint(pointer, INT64))
    kind = ir.VectorType(stored_type(v.scalar()).as_pointer(), v.count)
    return b.inttoptr(b.add(first, distance), kind)


def _suffix(v: Lanes) -> str:
    return f"v{v.count}i8" if v.dtype == "bool" else v.suffix


def _from_memory(v: Lanes, value: Value) -> Value:
    if v.dtype != "bool":
        return value
    return v.builder.icmp_unsigned("!=", value, ir.Constant(stored_type(v), None))


def _to_memory(v: Lanes, value: Value) -> Value:
    return v.builder.zext(value, stored_type(v)) if v.dtype == "bool" else value
