"""Programs by hand, run two ways: as machine code and as the Python they print."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from gradstone.execute.native import ir
from gradstone.execute.native.compile import load, object_code
from gradstone.execute.native.emit import emit_step, given_buffers
from gradstone.execute.native.executor import Machine, aligned
from gradstone.execute.native.host import this_host
from gradstone.execute.native.layout import arena_buffers, lay_out
from gradstone.execute.native.prepare import prepared
from gradstone.execute.native.program import ROWS, Buffer, Nest, Program, View, row_strides
from gradstone.execute.native.show import buffer_names, namespace, written

Array = np.ndarray[Any, Any]
GUARD = 64
MARGIN, UNTOUCHED = 4096, 171


@dataclass
class Desk:
    """Buffers with their first numbers."""

    rows: int = 0
    buffers: list[Buffer] = field(default_factory=list)
    arrays: dict[int, Array] = field(default_factory=dict)

    def buffer(self, array: Any, given: bool = False, rows: bool = False) -> Buffer:
        """A buffer that holds an array; with `rows` its first extent is the number of rows."""
        array = np.asarray(array)
        shape = (ROWS, *array.shape[1:]) if rows else array.shape
        made = Buffer(f"b{len(self.buffers)}", shape, array.dtype.name, given)
        self.buffers.append(made)
        self.arrays[id(made)] = array.reshape(-1).copy()
        return made

    def program(self, *steps: Any) -> Program:
        """The steps with all buffers of the desk."""
        inputs = [one for one in self.buffers if one.given]
        rest = [one for one in self.buffers if not one.given]
        return Program(inputs, [], [], list(steps), rest)

    def oracle(self, program: Program) -> list[Array]:
        """Every buffer after the printed program ran."""
        space = namespace()
        exec(written(program), space)
        memory = {one: array.copy() for one, array in self.arrays.items()}
        with np.errstate(all="ignore"):
            space["step"](*(memory[one] for one in buffer_names(program)), self.rows)
        return [memory[id(one)] for one in self.buffers]

    def machine(self, program: Program, runtime: bool = False) -> list[Array]:
        """Every buffer after the machine code ran; nothing around them may be touched."""
        host = this_host()
        program = prepared(program, host, self.rows)
        size = lay_out(program, self.rows)
        module = ir.Module("test")
        emit_step(module, program, "step", None if runtime else self.rows, host)
        loaded = load(object_code(str(module), host)[0])
        arena = aligned(size)
        own = [one for one in arena_buffers(program) if id(one) in self.arrays]
        for one in own:
            arena[one.offset : one.offset + one.bytes(self.rows)].view(one.dtype)[:] = self.arrays[
                id(one)
            ]
        padded = {id(one): _guarded(self.arrays[id(one)]) for one in given_buffers(program)}
        kinds = [ctypes.c_void_p] * (1 + len(padded)) + [ctypes.c_int64]
        function = ctypes.CFUNCTYPE(None, *kinds)(loaded.address("step"))
        places = [array[GUARD:].ctypes.data for array in padded.values()]
        function(arena.ctypes.data, *places, self.rows)
        for one, array in padded.items():
            assert (array[:GUARD] == 1).all()
            assert (array[GUARD + self.arrays[one].size :] == 1).all()
        memory = {
            one: array[GUARD : GUARD + self.arrays[one].size] for one, array in padded.items()
        }
        for one in own:
            memory[id(one)] = arena[one.offset : one.offset + one.bytes(self.rows)].view(one.dtype)
        return [memory[id(one)].copy() for one in self.buffers]

    def agree(self, *steps: Any, tolerance: float | None = None, terms: float = 0.0) -> list[Array]:
        """Machine and oracle give the same, for a known and for an unknown number of rows.

        ``terms`` is the size of what is added up, where sums may cancel to less than that.
        """
        program = self.program(*steps)
        wanted = self.oracle(program)
        for runtime in (False, True):
            found = self.machine(program, runtime)
            for one, a, b in zip(self.buffers, found, wanted, strict=True):
                close(a, b, one.dtype, tolerance, terms)
        return wanted


class Fenced:
    """A machine whose arena has a margin on both sides, and gaps between its buffers."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.memory = aligned(len(machine.arena) + 2 * MARGIN)
        self.memory[:] = UNTOUCHED
        machine.arena = self.memory[MARGIN:-MARGIN]

    def is_intact(self) -> bool:
        """Whether nothing was written but buffers."""
        outside = np.ones(len(self.memory), bool)
        for one in arena_buffers(self.machine.program):
            start = MARGIN + one.offset
            outside[start : start + one.bytes(self.machine.rows)] = False
        return bool((self.memory[outside] == UNTOUCHED).all())


def _guarded(array: Array) -> Array:
    padded = np.ones(array.size + 2 * GUARD, array.dtype)
    padded[GUARD : GUARD + array.size] = array
    return padded


def close(
    found: Array, wanted: Array, dtype: str, tolerance: float | None = None, terms: float = 0.0
) -> None:
    """Equal up to rounding, relative to the largest entry or term; NaN and infinities in place."""
    if dtype in ("int64", "bool"):
        assert (found == wanted).all()
        return
    tolerance = tolerance or (1e-12 if dtype == "float64" else 2e-5)
    finite = np.isfinite(wanted)
    assert (np.isnan(found) == np.isnan(wanted)).all()
    assert (found[~finite] == wanted[~finite])[~np.isnan(wanted[~finite])].all()
    scale = np.abs(wanted[finite]).max(initial=max(terms, 1e-300))
    assert (np.abs(found[finite] - wanted[finite]) <= tolerance * scale).all(), (found, wanted)


def dense(buffer: Buffer) -> View:
    """The view of a buffer over a nest of its own shape."""
    return View(buffer, row_strides(buffer.shape))


def places(nest: Nest, rows: int) -> int:
    """How many places a nest has."""
    return prod(rows if one == ROWS else one for one in nest.extents)
