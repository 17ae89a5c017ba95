"""Samples held out, measured by machine code: all of them, one part after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradstone.execute.native import ir
from gradstone.execute.native.arranging import Arranged
from gradstone.execute.native.cut import row_bytes
from gradstone.execute.native.emit import emit_step, loaded_number
from gradstone.execute.native.host import Host
from gradstone.execute.native.lanes import INT8, INT64, Value
from gradstone.execute.native.loops import Count, count_value, index, loop, times

BYTES, DOUBLE = INT8.as_pointer(), ir.DoubleType()
ARGUMENTS = (
    ("arena", BYTES),
    ("captured", BYTES.as_pointer()),
    ("x", BYTES),
    ("t", BYTES),
    ("result", DOUBLE.as_pointer()),
    ("worker", INT64.as_pointer()),
)
"""What `measure` takes: the arena of the loop, whose parameters are read."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measurement after each epoch.

    Attributes:
        made: its program for a part of the samples, the parameters among its given arrays.
        size: how many samples there are.
        parameters: where in the arena of the loop they lie. end: behind the last of them.
        place: where there its own buffers begin.
        weights: what the loss of a whole part counts, and that of the last, shorter one.
    """

    made: Arranged
    size: int
    parameters: tuple[int, ...]
    end: int
    place: int
    weights: tuple[float, float]

    def described(self) -> str:
        """All that its code depends on, as text."""
        own = (self.size, self.parameters, self.end, self.place, self.weights)
        return f"{own}\n{self.made.described()}"


def define_measure(module: ir.Module, host: Host, measure: Measure) -> ir.Function:
    """Emit void measure(`ARGUMENTS`) into a module."""
    kind = ir.FunctionType(ir.VoidType(), [one for _, one in ARGUMENTS])
    function = ir.Function(module, kind, "measure")
    function.linkage = "internal"
    _Emitter(function, host, measure).emit()
    return function


class _Emitter:
    def __init__(self, function: ir.Function, host: Host, measure: Measure) -> None:
        self.function, self.host, self.measure = function, host, measure
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))
        self.given = dict(zip((name for name, _ in ARGUMENTS), function.args, strict=True))
        self.arena = self.builder.gep(self.given["arena"], [index(measure.place)])
        self.rest = self._kept()

    def _kept(self) -> list[Value]:
        """What each part is given after its samples: the parameters and captured arrays."""
        b, arena, captured = self.builder, self.given["arena"], self.given["captured"]
        count = len(self.measure.made.program.captured)
        return [
            *(b.gep(arena, [index(place)]) for place in self.measure.parameters),
            *(b.load(b.gep(captured, [index(k)])) for k in range(count)),
        ]

    def emit(self) -> None:
        b, measure = self.builder, self.measure
        rows, count = measure.made.rows, len(measure.made.program.outputs)
        whole, left = divmod(measure.size, rows)
        part = self._step(rows)

        def body(at: Count, totals: list[Value]) -> list[Value]:
            return self._added(part, times(b, at, rows), rows, totals, measure.weights[0])

        totals = loop(b, 0, whole, 1, body, [ir.Constant(DOUBLE, 0.0)] * count)
        if left:
            last = part if measure.made.second is None else self._step(left)
            totals = self._added(last, whole * rows, left, totals, measure.weights[1])
        for k, total in enumerate(totals):
            b.store(total, b.gep(self.given["result"], [index(k)]))
        b.ret_void()

    def _step(self, rows: int) -> ir.Function:
        """For so many rows where two threads share them, else for any number."""
        made, module = self.measure.made, self.function.module
        known = None if made.second is None else rows
        step = emit_step(module, made.program, f"measure{rows}", known, self.host, made.second)
        step.linkage = "internal"
        return step

    def _added(
        self, step: ir.Function, first: Count, rows: int, totals: Sequence[Value], weight: float
    ) -> list[Value]:
        """The totals with those of a part."""
        b, given, made = self.builder, self.given, self.measure.made
        sides = zip((given["x"], given["t"]), made.program.inputs, strict=False)
        pointers = [
            b.gep(array, [count_value(times(b, first, row_bytes(one)))]) for array, one in sides
        ]
        worker = [] if made.second is None else [given["worker"]]
        b.call(step, [self.arena, *pointers, *self.rest, index(rows), *worker])
        loss, *sums = (loaded_number(b, self.arena, one) for one in made.program.outputs)
        values = [b.fmul(loss, ir.Constant(DOUBLE, weight)), *sums]
        return [b.fadd(total, value) for total, value in zip(totals, values, strict=True)]
