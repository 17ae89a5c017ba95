"""A program as one LLVM function on an arena and the arrays that are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gradstone.execute.native import ir
from gradstone.execute.native.blas import emit_multiply
from gradstone.execute.native.blocks import is_sampled
from gradstone.execute.native.crew import Crew, argument, crew, define_job
from gradstone.execute.native.frames import Site
from gradstone.execute.native.halves import joined, sums_of, twin, worth_halves, written_by
from gradstone.execute.native.host import Host, this_host
from gradstone.execute.native.lanes import INT8, INT64, Value
from gradstone.execute.native.layout import arena_buffers
from gradstone.execute.native.loops import Count, count_value, index, loop, times
from gradstone.execute.native.memory import element_pointer
from gradstone.execute.native.nests import emit_nest
from gradstone.execute.native.pairs import in_pairs
from gradstone.execute.native.program import (
    ROWS,
    Block,
    Both,
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

BYTES, NUMBERS = INT8.as_pointer(), INT64.as_pointer()


def given_buffers(program: Program) -> list[Buffer]:
    """The buffers a caller brings, in the order of the function's arguments."""
    inputs = [one for one in program.inputs if one.given]
    return [*inputs, *(buffer for buffer, _ in program.captured)]


def emit_step(
    module: ir.Module,
    program: Program,
    name: str,
    rows: int | None,
    host: Host | None = None,
    second: int | None = None,
) -> ir.Function:
    """void name(arena, given arrays …, rows): all of the program's steps once.

    Args:
        program: prepared and laid out.
        rows: where known, the code is made for this number of samples alone; the argument is
            then ignored.
        second: where in the arena the second half of a batch has its buffers; given, the function
            takes a worker's shared array after all others (see `crew`).
    """
    given = given_buffers(program)
    kinds = [BYTES] * (1 + len(given)) + [INT64] + [NUMBERS] * (second is not None)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), kinds), name)
    for one in function.args[: len(given) + 1]:
        one.add_attribute("noalias")
    b = ir.IRBuilder(function.append_basic_block("entry"))
    host = host or this_host()
    arrays = function.args[: len(given) + 1]
    pointers = buffer_pointers(b, program, arrays)
    count: Any = function.args[len(given) + 1] if rows is None else rows
    site = Site(b, host, count, pointers)
    team = None if second is None else crew(b, host, function.args[-1], max(3, len(arrays)))
    for step in program.steps if team is None else in_pairs(program.steps, count):
        if isinstance(step, Block) and team and second and worth_halves(step, count):
            Halves(module, host, program, step, count).emit(site, team, arrays, second)
        elif isinstance(step, Block):
            _emit_blocks(site, step, program)
        elif isinstance(step, Both):
            _emit_both(site, step, program, team, arrays)
        else:
            emit_kernel(site, step)
    b.ret_void()
    return function


def emit_kernel(site: Site, one: Kernel) -> None:
    """A step without others inside."""
    if isinstance(one, Multiply):
        emit_multiply(site, one)
    else:
        emit_nest(site, fill(one) if isinstance(one, Fill) else one)


def _emit_both(
    site: Site, one: Both, program: Program, team: Crew | None, arrays: Sequence[Value]
) -> None:
    """Two kernels, the second as a job where there is a crew."""
    if team is None:
        emit_kernel(site, one.first)
        emit_kernel(site, one.second)
        return
    job, b = define_job(site.builder.module, "kernel")
    pointers = buffer_pointers(b, program, [argument(b, job, i, BYTES) for i in range(len(arrays))])
    emit_kernel(replace(site, builder=b, pointers=pointers), one.second)
    b.ret_void()
    team.post(job, arrays)
    emit_kernel(site, one.first)
    team.finish(job)


def _emit_blocks(site: Site, block: Block, program: Program) -> None:
    """The nests of a block on its rows, whole blocks first, then what is left of the batch."""
    assert isinstance(site.rows, int), "blocks are made for a known number of rows"
    whole = site.rows // block.size * block.size

    def body(first: Value, _: list[Value]) -> list[Value]:
        emit_rows(site, block, program, first, block.size)
        return []

    loop(site.builder, 0, whole, block.size, body)
    if whole < site.rows:
        emit_rows(site, block, program, index(whole), site.rows - whole)


def emit_rows(site: Site, block: Block, program: Program, first: Count, rows: int) -> None:
    """The nests of a block on some rows of the batch."""
    b, pointers = site.builder, dict(site.pointers)
    for one in given_buffers(program):
        if is_sampled(one):
            each = row_strides(one.shape)[0] * (one.shape[0] // ROWS)
            moved = count_value(times(b, first, each))
            pointers[id(one)] = b.gep(pointers[id(one)], [moved], inbounds=True)
    for step in block.body:
        emit_kernel(replace(site, rows=rows, pointers=pointers), step)


@dataclass(frozen=True, slots=True)
class Halves:
    """A block over samples whose second half has its own buffers for all that it writes."""

    module: ir.Module
    host: Host
    program: Program
    block: Block
    rows: int

    def emit(self, site: Site, team: Crew, arrays: Sequence[Value], second: int) -> None:
        """Both halves, then the second one's sums added to the first one's."""
        size = self.block.size
        whole = self.rows // size * size
        middle = (whole // size + 1) // 2 * size
        blocks = self._blocks()
        job = self._job(blocks, len(arrays), second, middle, whole)
        team.post(job, arrays)
        b = site.builder
        b.call(blocks, [arrays[0], *arrays, index(0), index(middle)])
        team.finish(job)
        own = self._own(b, b.gep(arrays[0], [index(second)], inbounds=True))
        for gather in sums_of(self.block).values():
            buffer, other = gather.view.buffer, twin(gather.view.buffer)
            pointers = site.pointers | {id(other): own[id(buffer)]}
            emit_nest(replace(site, pointers=pointers), joined(buffer, other))

    def _blocks(self) -> ir.Function:
        """void (arena, own arena, given arrays …, first, end): whole blocks of rows."""
        given = len(given_buffers(self.program))
        kind = ir.FunctionType(ir.VoidType(), [BYTES] * (2 + given) + [INT64, INT64])
        count = sum(one.startswith("blocks.") for one in self.module.globals)
        function = ir.Function(self.module, kind, f"blocks.{count}")
        function.linkage = "internal"
        for one in function.args[:-2]:
            one.add_attribute("noalias")
        b = ir.IRBuilder(function.append_basic_block("entry"))
        shared, own, *arrays, first, end = function.args
        site = self._site(b, [shared, *arrays], own)

        def body(at: Value, _: list[Value]) -> list[Value]:
            emit_rows(site, self.block, self.program, at, self.block.size)
            return []

        loop(b, first, end, self.block.size, body)
        b.ret_void()
        return function

    def _job(
        self, blocks: ir.Function, count: int, second: int, middle: int, whole: int
    ) -> ir.Function:
        """The second half: its sums begun, its blocks, and the rows after the last block."""
        job, b = define_job(self.module, "half")
        found = [argument(b, job, place, BYTES) for place in range(count)]
        own = b.gep(found[0], [index(second)], inbounds=True)
        site = self._site(b, found, own)
        for gather in sums_of(self.block).values():
            emit_nest(site, fill(Fill(gather.view.buffer, 0.0)))
        operands = [found[0], own, *found[1:], index(middle), index(whole)]
        b.call(blocks, operands)
        if whole < self.rows:
            emit_rows(site, self.block, self.program, index(whole), self.rows - whole)
        b.ret_void()
        return job

    def _site(self, b: ir.IRBuilder, arrays: Sequence[Value], own: Value) -> Site:
        pointers = buffer_pointers(b, self.program, arrays) | self._own(b, own)
        return Site(b, self.host, self.rows, pointers)

    def _own(self, b: ir.IRBuilder, own: Value) -> dict[int, Value]:
        """Pointers to what the block writes, in an arena of its own."""
        return {id(one): in_arena(b, own, one) for one in written_by(self.block)}


def fill(one: Fill) -> Nest:
    """A fill as a nest."""
    shape, dtype = one.buffer.shape, one.buffer.dtype
    view = View(one.buffer, row_strides(shape))
    return Nest(tuple(shape), None, [Number(1, one.number, dtype), Store(view, 1, dtype)])


def buffer_pointers(b: ir.IRBuilder, program: Program, arrays: Sequence[Value]) -> dict[int, Value]:
    """Pointers to all buffers, by id, from those to the arena and the given arrays."""
    arena, *rest = arrays
    pointers = {
        id(buffer): b.bitcast(array, element_pointer(buffer.dtype))
        for buffer, array in zip(given_buffers(program), rest, strict=True)
    }
    return pointers | {id(one): in_arena(b, arena, one) for one in arena_buffers(program)}


def in_arena(b: ir.IRBuilder, arena: Value, buffer: Buffer) -> Value:
    """Pointer to a buffer's first number."""
    place = b.gep(arena, [index(buffer.offset)], inbounds=True)
    return b.bitcast(place, element_pointer(buffer.dtype))


def loaded_number(b: ir.IRBuilder, arena: Value, view: View) -> Value:
    """A single number of the arena, as a double."""
    pointer = in_arena(b, arena, view.buffer)
    value = b.load(b.gep(pointer, [index(view.offset)], inbounds=True))
    return value if view.buffer.dtype == "float64" else b.fpext(value, ir.DoubleType())
