"""Counted loops in LLVM's form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradstone.execute.native import ir
from gradstone.execute.native.lanes import INT64, Value

Count = int | Value  # known when the code is made, or an i64 value
Body = Callable[[Any, list[Value]], Sequence[Value]]


def index(number: int) -> Value:
    """An i64 constant."""
    return ir.Constant(INT64, number)


def count_value(count: Count) -> Value:
    """The count as an i64 value."""
    return index(count) if isinstance(count, int) else count


def plus(builder: ir.IRBuilder, a: Count, b: Count) -> Count:
    """a + b, folded where both are known."""
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    if (isinstance(a, int) and a == 0) or (isinstance(b, int) and b == 0):
        return b if isinstance(a, int) else a
    return builder.add(count_value(a), count_value(b), flags=("nsw",))


def times(builder: ir.IRBuilder, a: Count, factor: int) -> Count:
    """a · factor, folded where a is known."""
    if isinstance(a, int):
        return a * factor
    return a if factor == 1 else builder.mul(a, index(factor), flags=("nsw",))


def loop(
    builder: ir.IRBuilder,
    first: Count,
    end: Count,
    step: int,
    body: Body,
    carried: Sequence[Value] = (),
) -> list[Value]:
    """for i in range(first, end, step): carried = body(i, carried), kept in registers.

    Returns the carried values after the loop. With constant bounds the test before the first
    round is left out, and a single round is no loop.
    """
    static = isinstance(first, int) and isinstance(end, int)
    if isinstance(first, int) and isinstance(end, int) and first + step >= end:
        return list(body(first, list(carried)) if first < end else carried)
    function, before = builder.function, builder.block
    inside = function.append_basic_block("loop")
    after = function.append_basic_block("after")
    low, high = count_value(first), count_value(end)
    if static:
        builder.branch(inside)
    else:
        builder.cbranch(builder.icmp_signed("<", low, high), inside, after)
    builder.position_at_end(inside)
    i = builder.phi(INT64)
    held = [builder.phi(value.type) for value in carried]
    results = list(body(i, list(held)))
    following = builder.add(i, index(step), flags=("nsw",))
    last = builder.block
    builder.cbranch(builder.icmp_signed("<", following, high), inside, after)
    updates = zip([i, *held], [low, *carried], [following, *results], strict=True)
    for phi, start, update in updates:
        phi.add_incoming(start, before)
        phi.add_incoming(update, last)
    builder.position_at_end(after)
    return results if static else _merged(builder, before, last, carried, results)


def _merged(
    builder: ir.IRBuilder,
    before: ir.Block,
    last: ir.Block,
    carried: Sequence[Value],
    results: Sequence[Value],
) -> list[Value]:
    merged: list[Value] = []
    for start, update in zip(carried, results, strict=True):
        phi = builder.phi(start.type)
        phi.add_incoming(start, before)
        phi.add_incoming(update, last)
        merged.append(phi)
    return merged


def multiple(builder: ir.IRBuilder, first: Count, end: Count, step: int) -> Count:
    """Where rounds of `step`, begun at `first`, no longer fit before `end`."""
    if isinstance(first, int) and isinstance(end, int):
        return first + (end - first) // step * step
    if step == 1:
        return end
    room = plus(builder, end, times(builder, first, -1))
    if step & (step - 1) == 0:
        whole = builder.and_(count_value(room), index(-step))
    else:
        whole = builder.mul(builder.sdiv(count_value(room), index(step)), index(step))
    return plus(builder, first, whole)
