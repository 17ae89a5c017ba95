"""Training natively: the state lives in one arena, and many epochs pass in one call."""

from __future__ import annotations

import ctypes
import warnings
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any

import numpy as np

from gradstone.errors import NoMachineCodeError, ShapeError
from gradstone.execute.evaluation import PART, Held
from gradstone.execute.executor import Array
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import PlainLoop, Ran, Stepping, Stretch
from gradstone.execute.native import ir
from gradstone.execute.native.arranging import Arranged, arranged, arranged_forward
from gradstone.execute.native.blas import alone
from gradstone.execute.native.cache import kept_code
from gradstone.execute.native.compile import Loaded, load
from gradstone.execute.native.cut import Cut, Places, row_bytes
from gradstone.execute.native.ending import machine_code
from gradstone.execute.native.epochs import ARGUMENTS, define_loop
from gradstone.execute.native.host import Host, this_host
from gradstone.execute.native.layout import aligned
from gradstone.execute.native.measure import Measure
from gradstone.execute.native.program import ROWS
from gradstone.execute.native.threads import allowed, hired

CTYPES = {"i64": ctypes.c_int64, "double": ctypes.c_double}


@dataclass(slots=True)
class Compiled:
    """The loop for one way of cutting the data.

    Attributes:
        captured: addresses of the arrays its programs contain. kept: what is carried, in the
            arena. outside: there, how many indices of a step lay outside of their axes, and of
            a measurement. alive: what must not go away meanwhile.
        halved: whether a second thread can help.
        forms: shape and dtype of one sample of x, t, and of those held out.
    """

    function: Any
    arena: Array
    captured: Array
    kept: list[Array]
    outside: list[Array]
    alive: Any
    halved: bool
    forms: list[tuple[tuple[int, ...], str]]


@dataclass(slots=True)
class NativeLoop:
    """A step compiled together with the loop around it; see `gradstone.execute.looping.Loop`.

    Where an op has no machine code, one warning says so and the interpreter serves.
    """

    stepping: Stepping
    x: Array
    t: Array
    threads: int | None = None
    held: Held | None = None
    made: dict[tuple[Cut, int], Compiled] = field(default_factory=dict)
    plain: PlainLoop | None = None

    def run(self, stretch: Stretch) -> Ran:
        """See `Loop`.

        Raises:
            IndexError: an index outside of its axis, as the interpreter tells it.
            ShapeError: samples of another form than those it was compiled for.
        """
        key = (Cut.of(stretch.batches), len(self.held.x) if self.held else 0)
        if key not in self.made and self.plain is None:
            try:
                with machine_code():
                    self.made[key] = _compiled(self.stepping, *key)
            except NoMachineCodeError as error:
                warnings.warn(f"{error} The interpreter serves.", stacklevel=8)
                self.plain = PlainLoop(Interpreter(), self.stepping, self.x, self.t)
        if self.plain is not None:
            self.plain.x, self.plain.t, self.plain.held = self.x, self.t, self.held
            return self.plain.run(stretch)
        ready = self.made[key]
        _check((self.x, self.t, *(self.held or ())), ready.forms)
        ran = self._called(ready, stretch)
        if any(ready.outside):
            return self._interpreted(ready, stretch, ran)
        if ran.steps < stretch.steps:
            # The step that failed has changed the arena: go back, and only up to it.
            ran = replace(self._called(ready, replace(stretch, steps=ran.steps)), loss=ran.loss)
        return replace(ran, carried=[one.copy() for one in ready.kept])

    def _interpreted(self, ready: Compiled, stretch: Stretch, ran: Ran) -> Ran:
        """The step in which an index lay outside, left to the interpreter, which raises.

        Where it does not, since its numbers are rounded otherwise, the run ends before the step.
        """
        steps = ran.steps - bool(ready.outside[1])
        ran = self._called(ready, replace(stretch, steps=steps))
        ran = replace(ran, carried=[one.copy() for one in ready.kept], loss=nan)
        plain = PlainLoop(Interpreter(), self.stepping, self.x, self.t, self.held)
        first, start = stretch.first + steps, np.zeros_like(stretch.sums)
        plain.run(replace(stretch, carried=ran.carried, first=first, steps=1, sums=start))
        return ran

    def _called(self, ready: Compiled, stretch: Stretch) -> Ran:
        """What a run gave, with what it carries still in the arena."""
        for place, value in zip(ready.kept, stretch.carried, strict=True):
            place[...] = value
        for count in ready.outside:
            count[...] = 0
        records, last = np.zeros((stretch.epochs, self.stepping.recorded)), np.zeros(1)
        records[0], evaluations = stretch.sums, np.zeros_like(records)
        room = stretch.batches.size + 64
        order, places = np.zeros(room, np.int32), np.zeros(room, np.int32)
        arrays = (
            ready.arena, ready.captured, self.x, self.t, order, places,
            *(self.held or (records, records)), records, evaluations, last,
        )  # fmt: skip
        pointers = [one.ctypes.data for one in arrays]
        numbers = (stretch.first, stretch.steps, stretch.limit)
        seed = ctypes.c_int64(stretch.batches.seed % 2**64)
        if ready.halved:
            alone()
        with machine_code(), hired(ready.halved and allowed(self.threads) > 1) as worker:
            done = int(ready.function(*pointers, *numbers, seed, worker))
        return Ran(done, ready.kept, records, evaluations, float(last[0]))


def _compiled(stepping: Stepping, cut: Cut, held: int) -> Compiled:
    """The loop for a cut of the data, measured on so many samples held out after each epoch."""
    host = this_host()
    replaced = {stepping.recorded + i: 2 + i for i in range(len(stepping.carried))}
    made = arranged(stepping.graph(ROWS), replaced, cut.batch, host)
    places = _places(made, cut)
    measure = _measure(stepping, made, places.end, held, host) if held else None

    def text() -> str:
        module = ir.Module("gradstone")
        define_loop(module, host, made, cut, places, measure)
        return str(module)

    parts = ("loop", made.described(), f"{cut} {places}", measure.described() if measure else "")
    loaded = load(kept_code(parts, text, host), host)
    return _ready(made, places, measure, loaded)


def _places(made: Arranged, cut: Cut) -> Places:
    if not cut.reorders:
        return Places(made.size, made.size, made.size)
    x, t = made.program.inputs[:2]
    middle = made.size + _room(cut.batch * row_bytes(x))
    return Places(made.size, middle, middle + _room(cut.batch * row_bytes(t)))


def _room(size: int) -> int:
    """Rounded up to whole cache lines, with room for a vector behind."""
    return (size + 127) // 64 * 64


def _measure(stepping: Stepping, made: Arranged, end: int, held: int, host: Host) -> Measure | None:
    """The measurement of so many samples held out, its buffers behind those of the loop."""
    evaluation = stepping.evaluation
    if evaluation is None:
        return None
    own = arranged_forward(evaluation.graph(ROWS), min(held, PART), host)
    read = made.program.inputs[2 : 2 + evaluation.takes]
    return Measure(
        own, held, tuple(one.offset for one in read),
        max(one.offset + one.bytes(1) for one in read), end,
        (evaluation.weight(own.rows, held), evaluation.weight(held % own.rows, held)),
    )  # fmt: skip


def _ready(made: Arranged, places: Places, measure: Measure | None, loaded: Loaded) -> Compiled:
    programs = [made, *([measure.made] if measure else [])]
    arena = aligned(places.end + (measure.made.size if measure else 0))
    kept = []
    for buffer in made.program.inputs[2:]:
        part = arena[buffer.offset : buffer.offset + buffer.bytes(1)]
        kept.append(part.view(buffer.dtype).reshape(buffer.shape))
    captured = [np.ascontiguousarray(a) for one in programs for _, a in one.program.captured]
    pointers = np.array([one.ctypes.data for one in captured] or [0], dtype=np.int64)
    kinds: list[Any] = [CTYPES.get(str(kind), ctypes.c_void_p) for _, kind in ARGUMENTS]
    function = ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(loaded.address("run"))
    halved = any(one.second is not None for one in programs)
    outside = [_counted(arena, made), np.zeros((), np.int64)]
    if measure is not None:
        outside[1] = _counted(arena[measure.place :], measure.made)
    samples = [buffer for one in programs for buffer in one.program.inputs[:2]]
    forms = [(tuple(one.shape[1:]), one.dtype) for one in samples]
    return Compiled(function, arena, pointers, kept, outside, (loaded, captured), halved, forms)


def _check(given: tuple[Array, ...], forms: list[tuple[tuple[int, ...], str]]) -> None:
    """Machine code reads as far as it was made to: another form would be read beyond its end."""
    for one, (shape, dtype) in zip(given, forms, strict=True):
        if (one.shape[1:], one.dtype.name) != (shape, dtype) or not one.flags.c_contiguous:
            came = f"{one.dtype.name} {one.shape[1:]} came"
            raise ShapeError("a sample", came, f"{dtype} {shape} in one piece is wanted")


def _counted(arena: Array, made: Arranged) -> Array:
    """Where in its arena a program counts the indices outside."""
    buffer = made.program.outside
    if buffer is None:
        return np.zeros((), np.int64)
    return arena[buffer.offset : buffer.offset + buffer.bytes(1)].view(np.int64).reshape(())
