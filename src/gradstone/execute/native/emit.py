"""A program as one LLVM function on an arena and the arrays that are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gradstone.execute.native import ir
from gradstone.execute.native.blas import emit_multiply
from gradstone.execute.native.frames import Site
from gradstone.execute.native.host import Host, this_host
from gradstone.execute.native.lanes import INT8, INT64, Value
from gradstone.execute.native.layout import arena_buffers
from gradstone.execute.native.loops import Count, count_value, index, loop, times
from gradstone.execute.native.memory import element_pointer
from gradstone.execute.native.nests import emit_nest
from gradstone.execute.native.program import (
    ROWS,
    Block,
    Buffer,
    Fill,
    Kernel,
    Multiply,
    Nest,
    Number,
    Program,
    Store,
    View,
    row_strides,
)

BYTES = INT8.as_pointer()


def given_buffers(program: Program) -> list[Buffer]:
    """The buffers a caller brings, in the order of the function's arguments."""
    inputs = [one for one in program.inputs if one.given]
    return [*inputs, *(buffer for buffer, _ in program.captured)]


def emit_step(
    module: ir.Module, program: Program, name: str, rows: int | None, host: Host | None = None
) -> ir.Function:
    """void name(arena, given arrays …, rows): all of the program's steps once.

    Args:
        program: prepared and laid out.
        rows: where known, the code is made for this number of samples alone; the argument is
            then ignored.
    """
    given = given_buffers(program)
    kind = ir.FunctionType(ir.VoidType(), [BYTES] * (1 + len(given)) + [INT64])
    function = ir.Function(module, kind, name)
    for argument in function.args[:-1]:
        argument.add_attribute("noalias")
    b = ir.IRBuilder(function.append_basic_block("entry"))
    pointers = _pointers(b, program, given, function.args)
    count: Any = function.args[-1] if rows is None else rows
    site = Site(b, host or this_host(), count, pointers)
    for one in program.steps:
        if isinstance(one, Block):
            _emit_blocks(site, one, program)
        else:
            _emit_one(site, one)
    b.ret_void()
    return function


def _emit_one(site: Site, one: Kernel) -> None:
    if isinstance(one, Multiply):
        emit_multiply(site, one)
    else:
        emit_nest(site, fill(one) if isinstance(one, Fill) else one)


def _emit_blocks(site: Site, block: Block, program: Program) -> None:
    """The nests of a block on its rows, whole blocks first, then what is left of the batch."""
    assert isinstance(site.rows, int), "blocks are made for a known number of rows"
    whole = site.rows // block.size * block.size
    sampled = [one for one in given_buffers(program) if one.shape and one.shape[0] % ROWS == 0]

    def run(first: Count, rows: int) -> None:
        b, pointers = site.builder, dict(site.pointers)
        for one in sampled:
            each = row_strides(one.shape)[0] * (one.shape[0] // ROWS)
            moved = count_value(times(b, first, each))
            pointers[id(one)] = b.gep(pointers[id(one)], [moved], inbounds=True)
        for step in block.body:
            _emit_one(replace(site, rows=rows, pointers=pointers), step)

    def body(first: Value, _: list[Value]) -> list[Value]:
        run(first, block.size)
        return []

    loop(site.builder, 0, whole, block.size, body)
    if whole < site.rows:
        run(index(whole), site.rows - whole)


def fill(one: Fill) -> Nest:
    """A fill as a nest."""
    shape, dtype = one.buffer.shape, one.buffer.dtype
    view = View(one.buffer, row_strides(shape))
    return Nest(tuple(shape), None, [Number(1, one.number, dtype), Store(view, 1, dtype)])


def _pointers(
    b: ir.IRBuilder, program: Program, given: list[Buffer], arguments: Sequence[Value]
) -> dict[int, Value]:
    arena = arguments[0]
    pointers = {
        id(buffer): b.bitcast(argument, element_pointer(buffer.dtype))
        for buffer, argument in zip(given, arguments[1:-1], strict=True)
    }
    for buffer in arena_buffers(program):
        place = b.gep(arena, [index(buffer.offset)], inbounds=True)
        pointers[id(buffer)] = b.bitcast(place, element_pointer(buffer.dtype))
    return pointers
