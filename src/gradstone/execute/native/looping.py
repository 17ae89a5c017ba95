"""Training natively: the state lives in one arena, and many epochs pass in one call."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.data.batches import Batches
from gradstone.errors import NoMachineCodeError
from gradstone.execute.executor import Array
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import PlainLoop, Ran, Stepping
from gradstone.execute.native import ir
from gradstone.execute.native.blas import alone
from gradstone.execute.native.blocks import in_blocks, max_rows
from gradstone.execute.native.cache import described, kept_code
from gradstone.execute.native.compile import load
from gradstone.execute.native.ending import machine_code
from gradstone.execute.native.epochs import ARGUMENTS, Cut, Places, define_loop, row_bytes
from gradstone.execute.native.halves import worth_halves
from gradstone.execute.native.host import this_host
from gradstone.execute.native.layout import aligned, lay_out
from gradstone.execute.native.pairs import helps
from gradstone.execute.native.prepare import prepared
from gradstone.execute.native.program import ROWS, Block, Program
from gradstone.execute.native.schedule import schedule
from gradstone.execute.native.threads import allowed, hired

CTYPES = {"i64": ctypes.c_int64, "double": ctypes.c_double}


@dataclass(slots=True)
class Compiled:
    """The loop for one way of cutting the data.

    Attributes:
        halved: whether a second thread can help.
    """

    function: Any
    arena: Array
    captured: Array
    kept: list[Array]
    keeps: Any
    halved: bool


@dataclass(slots=True)
class NativeLoop:
    """A step compiled together with the loop around it; see `gradstone.execute.looping.Loop`.

    Where an op has no machine code, one warning says so and the interpreter serves.
    """

    stepping: Stepping
    x: Array
    t: Array
    threads: int | None = None
    made: dict[Cut, Compiled] = field(default_factory=dict)
    plain: PlainLoop | None = None

    def run(
        self,
        carried: Sequence[Array],
        batches: Batches,
        first: int,
        steps: int,
        limit: float,
        sums: Array,
    ) -> Ran:
        """See `Loop`."""
        cut = Cut.of(batches)
        if cut not in self.made and self.plain is None:
            try:
                with machine_code():
                    self.made[cut] = self._compiled(cut)
            except NoMachineCodeError as error:
                warnings.warn(f"{error} The interpreter serves.", stacklevel=8)
                self.plain = PlainLoop(Interpreter(), self.stepping, self.x, self.t)
        if self.plain is not None:
            self.plain.x, self.plain.t = self.x, self.t
            return self.plain.run(carried, batches, first, steps, limit, sums)
        ready = self.made[cut]
        done, records, loss = self._called(ready, carried, batches, first, steps, limit, sums)
        if done < steps:
            # The step that failed has changed the arena: go back, and only up to it.
            done, records, _ = self._called(ready, carried, batches, first, done, limit, sums)
        return Ran(done, [one.copy() for one in ready.kept], records, loss)

    def _called(
        self,
        ready: Compiled,
        carried: Sequence[Array],
        batches: Batches,
        first: int,
        steps: int,
        limit: float,
        sums: Array,
    ) -> tuple[int, Array, float]:
        for place, value in zip(ready.kept, carried, strict=True):
            place[...] = value
        each = batches.per_epoch
        epochs = (first + steps - 1) // each - first // each + 1 if steps else 1
        records, last = np.zeros((epochs, self.stepping.recorded)), np.zeros(1)
        records[0] = sums
        room = batches.size + 64
        order, places = np.zeros(room, np.int32), np.zeros(room, np.int32)
        arrays = (ready.arena, ready.captured, self.x, self.t, order, places, records, last)
        seed = ctypes.c_int64(batches.seed % 2**64)
        pointers = [one.ctypes.data for one in arrays]
        if ready.halved:
            alone()
        with machine_code(), hired(ready.halved and allowed(self.threads) > 1) as worker:
            done = int(ready.function(*pointers, first, steps, limit, seed, worker))
        return done, records, float(last[0])

    def _compiled(self, cut: Cut) -> Compiled:
        count, carried = self.stepping.recorded, len(self.stepping.carried)
        graph = self.stepping.graph(ROWS)
        host, replaced = this_host(), {count + i: 2 + i for i in range(carried)}
        plain = in_blocks(schedule(graph, replaced, blocks=True), cut.batch)
        plain = plain or schedule(graph, replaced)
        program = prepared(plain, host, cut.batch)
        size = lay_out(program, max_rows(program, cut.batch))
        blocks = any(
            isinstance(one, Block) and worth_halves(one, cut.batch) for one in program.steps
        )
        halved = blocks or helps(program.steps, cut.batch)
        second = size if halved else None
        size += size if blocks else 0
        middle = size + _room(cut.batch * row_bytes(program.inputs[0]))
        end = middle + _room(cut.batch * row_bytes(program.inputs[1]))
        ends = (size, middle, end) if cut.reorders else (size, size, size)
        places = Places(*ends, second)

        def text() -> str:
            module = ir.Module("gradstone")
            define_loop(module, host, program, cut, places, count)
            return str(module)

        parts = ("loop", described(program), repr(cut), repr(places), str(count))
        loaded = load(kept_code(parts, text, host), host)
        kinds: list[Any] = [CTYPES.get(str(kind), ctypes.c_void_p) for _, kind in ARGUMENTS]
        function = ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(loaded.address("run"))
        return _ready(program, function, places.end, loaded, carried, halved)


def _room(size: int) -> int:
    """Rounded up to whole cache lines, with room for a vector behind."""
    return (size + 127) // 64 * 64


def _ready(
    program: Program, function: Any, size: int, loaded: Any, carried: int, halved: bool
) -> Compiled:
    arena = aligned(size)
    kept = []
    for buffer in program.inputs[2 : 2 + carried]:
        part = arena[buffer.offset : buffer.offset + buffer.bytes(1)]
        kept.append(part.view(buffer.dtype).reshape(buffer.shape))
    arrays = [np.ascontiguousarray(array) for _, array in program.captured]
    pointers = np.array([one.ctypes.data for one in arrays] or [0], dtype=np.int64)
    return Compiled(function, arena, pointers, kept, (loaded, arrays), halved)
