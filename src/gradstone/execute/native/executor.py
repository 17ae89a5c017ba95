"""The native executor: a graph as one function of machine code."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.execute.executor import Array, check_inputs
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import Stepping
from gradstone.execute.native import ir
from gradstone.execute.native.cache import described, kept_code
from gradstone.execute.native.compile import Loaded, load
from gradstone.execute.native.emit import emit_step, given_buffers
from gradstone.execute.native.host import Host, this_host
from gradstone.execute.native.layout import aligned, arena_buffers, lay_out
from gradstone.execute.native.looping import NativeLoop
from gradstone.execute.native.prepare import prepared
from gradstone.execute.native.program import ROWS, Buffer, Extents, Program, View
from gradstone.execute.native.schedule import schedule
from gradstone.graph.walk import Graph

NAME = "step"


class NativeExecutor:
    """Runs a graph as machine code made for this processor.

    Attributes:
        threads: at most so many in training; None: as cores allow.
    """

    name = "native"

    def __init__(self, threads: int | None = None) -> None:
        """An executor; it holds nothing but what is given."""
        self.threads = threads

    def compile(self, graph: Graph) -> NativeProgram:
        """The graph as machine code for the shapes of its inputs."""
        return NativeProgram(graph)

    def loop(self, stepping: Stepping, x: Array, t: Array) -> NativeLoop:
        """A step on batches of these arrays, compiled together with the loop around it."""
        return NativeLoop(stepping, x, t, self.threads)


class NativeProgram:
    """A graph compiled for the shapes of its inputs, with the memory it works in.

    One call at a time: they share the arena.
    """

    def __init__(self, graph: Graph) -> None:
        """Compile, or take the code from the cache."""
        self.graph = graph
        shapes = [node.shape for node in graph.outputs]
        self.machine = Machine(schedule(graph), shapes)

    def __call__(self, *arrays: Array) -> list[Array]:
        """The outputs for the values of the inputs; the arrays given stay untouched.

        Raises:
            ShapeError, KindError: values that do not fit the inputs. IndexError: an index
            outside of its axis, as the interpreter tells it.
        """
        check_inputs(self.graph, arrays)
        found = self.machine(arrays)
        return Interpreter().compile(self.graph)(*arrays) if self.machine.outside() else found


@dataclass(frozen=True, slots=True)
class Compiled:
    """A program's function: void (arena, given arrays …, rows)."""

    loaded: Loaded
    function: Any
    arena_bytes: int


def compiled(program: Program, host: Host, rows: int, runtime: bool) -> Compiled:
    """A prepared program as a function, for so many rows; with `runtime`, for at most so many."""
    size = lay_out(program, rows)

    def text() -> str:
        module = ir.Module("gradstone")
        emit_step(module, program, NAME, None if runtime else rows, host)
        return str(module)

    parts = ("step", described(program), "any" if runtime else str(rows))
    loaded = load(kept_code(parts, text, host), host)
    kinds = [ctypes.c_void_p] * (1 + len(given_buffers(program))) + [ctypes.c_int64]
    return Compiled(loaded, ctypes.CFUNCTYPE(None, *kinds)(loaded.address(NAME)), size)


class Machine:
    """A program as machine code, with its arena."""

    def __init__(
        self, program: Program, shapes: Sequence[Extents], rows: int = 0, runtime: bool = False
    ) -> None:
        """Compile for a number of rows; with `runtime`, for any number up to it.

        Args:
            shapes: of the outputs.
        """
        host = this_host()
        self.program = prepared(program, host, rows)
        self.shapes, self.rows = list(shapes), rows
        self.compiled = compiled(self.program, host, rows, runtime)
        self.arena = aligned(self.compiled.arena_bytes)
        self.given = given_buffers(self.program)
        self.own = {id(one) for one in arena_buffers(self.program)}
        self.captured = {id(b): np.ascontiguousarray(a) for b, a in self.program.captured}

    def __call__(self, arrays: Sequence[Array], rows: int | None = None) -> list[Array]:
        """The outputs for the values of the inputs, copied out of the arena."""
        rows = self.rows if rows is None else rows
        if self.program.outside is not None:
            self.part(self.program.outside, rows)[:] = 0
        memory = dict(self.captured)
        for buffer, array in zip(self.program.inputs, arrays, strict=True):
            memory[id(buffer)] = np.ascontiguousarray(array)
            if id(buffer) in self.own:
                self.part(buffer, rows)[:] = memory.pop(id(buffer)).reshape(-1)
        given = [memory[id(buffer)].ctypes.data for buffer in self.given]
        self.compiled.function(self.arena.ctypes.data, *given, rows)
        pairs = zip(self.program.outputs, self.shapes, strict=True)
        return [self._seen(view, shape, memory, rows) for view, shape in pairs]

    def outside(self) -> bool:
        """Whether in the last call an index lay outside of its axis; its outputs mean nothing."""
        flag = self.program.outside
        return flag is not None and bool(self.part(flag, self.rows)[0])

    def part(self, buffer: Buffer, rows: int) -> Array:
        """A buffer of the arena, flat."""
        part = self.arena[buffer.offset : buffer.offset + buffer.bytes(rows)]
        return part.view(buffer.dtype)

    def _seen(self, view: View, shape: Extents, memory: dict[int, Array], rows: int) -> Array:
        array = memory.get(id(view.buffer))
        flat = self.part(view.buffer, rows) if array is None else array.reshape(-1)
        sizes = tuple(rows if extent == ROWS else extent for extent in shape)
        if 0 in sizes:
            return np.zeros(sizes, flat.dtype)
        steps = [stride * flat.itemsize for stride in view.strides]
        return np.lib.stride_tricks.as_strided(flat[view.offset :], sizes, steps).copy()
