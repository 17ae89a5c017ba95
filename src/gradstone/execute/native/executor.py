"""The native executor: a graph as one function of machine code."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir

from gradstone.execute.executor import Array
from gradstone.execute.native.compile import Loaded, load, object_code
from gradstone.execute.native.emit import emit_step, given_buffers
from gradstone.execute.native.host import this_host
from gradstone.execute.native.layout import LINE, arena_buffers, lay_out
from gradstone.execute.native.prepare import prepared
from gradstone.execute.native.program import ROWS, Buffer, Extents, Program, View
from gradstone.execute.native.schedule import schedule
from gradstone.graph.walk import Graph


class NativeExecutor:
    """Runs a graph as machine code made for this processor."""

    name = "native"

    def compile(self, graph: Graph) -> NativeProgram:
        """The graph as machine code for the shapes of its inputs."""
        shapes = [node.shape for node in graph.outputs]
        return NativeProgram(schedule(graph), shapes)


class NativeProgram:
    """A program compiled for a number of rows, with the memory it works in."""

    def __init__(
        self, program: Program, shapes: Sequence[Extents], rows: int = 0, runtime: bool = False
    ) -> None:
        """Compile; with `runtime`, for any number of rows up to `rows`.

        Args:
            shapes: of the outputs.
        """
        self.shapes = list(shapes)
        host = this_host()
        self.program = prepared(program, host, rows)
        self.most_rows = rows
        size = lay_out(self.program, rows)
        module = ir.Module("gradstone")
        emit_step(module, self.program, "step", None if runtime else rows, host)
        self.loaded: Loaded = load(object_code(str(module), host)[0])
        self.given = given_buffers(self.program)
        kinds = [ctypes.c_void_p] * (1 + len(self.given)) + [ctypes.c_int64]
        self.function = ctypes.CFUNCTYPE(None, *kinds)(self.loaded.address("step"))
        self.arena = aligned(size)

    def __call__(self, *arrays: Array) -> list[Array]:
        """The outputs for the values of the inputs; the arrays given stay untouched."""
        return self.run(arrays, self.most_rows)

    def run(self, arrays: Sequence[Array], rows: int) -> list[Array]:
        """The outputs for a number of rows."""
        held = [np.ascontiguousarray(array) for array in arrays]
        own = {id(one) for one in arena_buffers(self.program)}
        pointers = {}
        for buffer, array in zip(self.program.inputs, held, strict=True):
            if id(buffer) in own:
                self.memory(buffer, rows)[:] = array.reshape(-1)
            else:
                pointers[id(buffer)] = array
        for buffer, array in self.program.captured:
            pointers[id(buffer)] = np.ascontiguousarray(array)
        given = [pointers[id(buffer)] for buffer in self.given]
        self.function(self.arena.ctypes.data, *(one.ctypes.data for one in given), rows)
        views = zip(self.program.outputs, self.shapes, strict=True)
        return [self._seen(view, shape, pointers, rows) for view, shape in views]

    def memory(self, buffer: Buffer, rows: int) -> Array:
        """A buffer of the arena, flat."""
        part = self.arena[buffer.offset : buffer.offset + buffer.bytes(rows)]
        return part.view(buffer.dtype)

    def _seen(
        self, view: View, shape: Extents, arrays: dict[int, Array], rows: int
    ) -> Array:
        array = arrays.get(id(view.buffer))
        flat = self.memory(view.buffer, rows) if array is None else array.reshape(-1)
        shape = tuple(rows if extent == ROWS else extent for extent in shape)
        if 0 in shape:
            return np.zeros(shape, flat.dtype)
        strides = [stride * flat.itemsize for stride in view.strides]
        return np.lib.stride_tricks.as_strided(flat[view.offset :], shape, strides).copy()


def aligned(size: int) -> Array:
    """So many bytes of zeros that begin at a multiple of 64."""
    raw = np.zeros(size + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + size]
