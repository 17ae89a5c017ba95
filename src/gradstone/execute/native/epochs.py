"""The batch loop as machine code: order, batches, steps and records, over several epochs."""

from __future__ import annotations

from collections.abc import Sequence

from gradstone.data.philox import Purpose
from gradstone.execute.native import ir
from gradstone.execute.native.arranging import Arranged
from gradstone.execute.native.crew import dismiss
from gradstone.execute.native.cut import Cut, Places, row_bytes
from gradstone.execute.native.emit import emit_step, in_arena, loaded_number
from gradstone.execute.native.host import Host
from gradstone.execute.native.lanes import INT1, INT32, INT64, Value
from gradstone.execute.native.loops import Count, count_value, index, loop, times
from gradstone.execute.native.measure import Measure, define_measure
from gradstone.execute.native.shuffle import Stream, define_permutation, emit_draws
from gradstone.execute.native.tiny import flush_tiny, set_mode

BYTE, DOUBLE = ir.IntType(8), ir.DoubleType()
BYTES, DOUBLES, NUMBERS = BYTE.as_pointer(), DOUBLE.as_pointer(), INT32.as_pointer()

SMALL = 16384
"""Up to this many bytes the arena is a local variable of the loop."""
FEW = 16
"""Up to so many rows are gathered without a loop."""
ARGUMENTS = (
    ("arena", BYTES),
    ("captured", BYTES.as_pointer()),
    ("x", BYTES),
    ("t", BYTES),
    ("order", NUMBERS),
    ("places", NUMBERS),
    ("held_x", BYTES),
    ("held_t", BYTES),
    ("records", DOUBLES),
    ("evaluations", DOUBLES),
    ("last", DOUBLES),
    ("first", INT64),
    ("steps", INT64),
    ("limit", DOUBLE),
    ("seed", INT64),
    ("worker", INT64.as_pointer()),
)
"""What the loop takes; `last` receives the loss of the last step tried. It returns the steps
done. A step whose loss is beyond the limit has changed the arena: its caller goes back. So has a
step in which, or in the measurement before which, an index lay outside of its axis."""


def define_loop(
    module: ir.Module, host: Host, made: Arranged, cut: Cut, places: Places, measure: Measure | None
) -> ir.Function:
    """Emit the loop over a program into a module, as a function of `ARGUMENTS` named "run"."""
    function = ir.Function(module, ir.FunctionType(INT64, [kind for _, kind in ARGUMENTS]), "run")
    for one, (name, kind) in zip(function.args, ARGUMENTS, strict=True):
        one.name = name
        if isinstance(kind, ir.PointerType) and name != "worker":
            one.add_attribute("noalias")
    return _Emitter(function, host, made, cut, places, measure).emit()


class _Emitter:
    def __init__(
        self, function: ir.Function, host: Host, made: Arranged, cut: Cut, places: Places,
        measure: Measure | None,
    ) -> None:  # fmt: skip
        self.function, self.host, self.program = function, host, made.program
        self.cut, self.places, self.second, self.measure = cut, places, made.second, measure
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))
        self.given = dict(zip((name for name, _ in ARGUMENTS), function.args, strict=True))
        self.steps = {
            rows: emit_step(function.module, made.program, f"step{rows}", rows, host, made.second)
            for rows in sorted({cut.batch, cut.last})
        }
        for one in self.steps.values():
            one.linkage = "internal"
            one.attributes.add("alwaysinline")
        small = places.end <= SMALL and made.second is None
        self.arena = self._stack(places.end) if small else self.given["arena"]
        self.permutation = None
        if cut.reorders and not cut.replaces:
            self.permutation = define_permutation(function.module, host)
            self.permutation.linkage = "internal"
        self.measured = None if measure is None else define_measure(function.module, host, measure)

    def emit(self) -> ir.Function:
        """The function's body: rounds of one step each until the last or a bad loss."""
        b, given = self.builder, self.given
        mode = flush_tiny(b, self.host)
        captured = [
            b.load(b.gep(given["captured"], [index(k)])) for k in range(len(self.program.captured))
        ]
        each = index(self.cut.each)
        begun, place = b.udiv(given["first"], each), b.urem(given["first"], each)
        start = [index(0), index(0), place, *self._sums()]
        head, body = (self.function.append_basic_block(name) for name in ("round", "step"))
        good, end = (self.function.append_basic_block(name) for name in ("good", "end"))
        entry = b.block
        b.branch(head)
        b.position_at_end(head)
        state = [b.phi(one.type) for one in start]
        done, row, step, *_ = state
        b.cbranch(b.icmp_signed("<", done, given["steps"]), body, end)
        b.position_at_end(body)
        epoch = b.add(begun, row)
        self._arrange(epoch, step, done)
        loss, rows = self._step(step, epoch, captured)
        b.store(loss, given["last"])
        b.cbranch(self._is_good(loss), good, end)
        last = b.block
        b.position_at_end(good)
        following = self._following(state, b.fmul(loss, rows))
        for phi, first, then in zip(state, start, following, strict=True):
            phi.add_incoming(first, entry)
            phi.add_incoming(then, b.block)
        b.branch(head)
        b.position_at_end(end)
        result = b.phi(INT64)
        result.add_incoming(done, head)
        result.add_incoming(done, last)
        if self.arena is not given["arena"]:
            self._copy(given["arena"], self.arena, self.places.end)
        if mode is not None:
            set_mode(b, mode)
        if self.second is not None or (self.measure and self.measure.made.second is not None):
            dismiss(b, given["worker"])
        b.ret(result)
        return self.function

    def _is_good(self, loss: Value) -> Value:
        """Whether a step's loss is within the limit, and no index lay outside until now."""
        b, measure = self.builder, self.measure
        fine = b.fcmp_ordered("<=", loss, self.given["limit"])
        counts = [(self.arena, self.program.outside)]
        if measure is not None:
            own = b.gep(self.given["arena"], [index(measure.place)])
            counts.append((own, measure.made.program.outside))
        for arena, buffer in counts:
            if buffer is not None:
                count = b.load(in_arena(b, arena, buffer))
                fine = b.and_(fine, b.icmp_signed("==", count, index(0)))
        return fine

    def _stack(self, size: int) -> Value:
        """The arena as a local variable: LLVM keeps in registers what it can."""
        b = self.builder
        room = b.alloca(ir.ArrayType(BYTE, size))
        room.align = 64
        local = b.bitcast(room, BYTES)
        self._copy(local, self.given["arena"], size)
        return local

    def _arrange(self, epoch: Value, step: Value, done: Value) -> None:
        """The order of an epoch, made at its first step or where a run begins within it."""
        if self.permutation is None:
            return
        b, given = self.builder, self.given
        starts = b.or_(b.icmp_signed("==", step, index(0)), b.icmp_signed("==", done, index(0)))
        with b.if_then(starts):
            size, purpose = index(self.cut.size), index(int(Purpose.SHUFFLE))
            arguments = [given["order"], given["places"], size, given["seed"], epoch, purpose]
            b.call(self.permutation, arguments)

    def _step(self, step: Value, epoch: Value, captured: list[Value]) -> tuple[Value, Value]:
        """One step on the batch it sees; its loss and its rows as doubles."""
        b, cut = self.builder, self.cut
        if cut.batch == cut.last:
            self._run(step, epoch, captured, cut.batch)
            rows: Value = ir.Constant(DOUBLE, cut.batch)
        else:
            short = b.icmp_signed("==", step, index(cut.each - 1))
            with b.if_else(short) as (then, otherwise):
                with then:
                    self._run(step, epoch, captured, cut.last)
                with otherwise:
                    self._run(step, epoch, captured, cut.batch)
            real = ir.Constant(DOUBLE, cut.last), ir.Constant(DOUBLE, cut.batch)
            rows = b.select(short, *real)
        return loaded_number(b, self.arena, self.program.outputs[0]), rows

    def _run(self, step: Value, epoch: Value, captured: list[Value], rows: int) -> None:
        b, cut, given = self.builder, self.cut, self.given
        x, t = self.program.inputs[:2]
        start = b.mul(step, index(cut.batch))
        if cut.replaces:
            purpose = index(int(Purpose.REPLACEMENT))
            stream, size = Stream(given["seed"], purpose, epoch, step), cut.size
            emit_draws(
                b, self.host, stream, given["order"], index(rows),
                lambda w: ir.Constant(w.type, [size] * w.type.count),
            )  # fmt: skip
            start = index(0)
        sides = ("x", x, self.places.x), ("t", t, self.places.t)
        if cut.reorders:
            pointers = [b.gep(self.arena, [index(place)]) for _, _, place in sides]
            sources = [(given[name], row_bytes(one)) for name, one, _ in sides]
            self._gather(sources, pointers, b.gep(given["order"], [start]), rows)
        else:
            pointers = [
                b.gep(given[name], [b.mul(start, index(row_bytes(one)))]) for name, one, _ in sides
            ]
        worker = [] if self.second is None else [given["worker"]]
        b.call(self.steps[rows], [self.arena, *pointers, *captured, index(rows), *worker])

    def _gather(
        self,
        sources: Sequence[tuple[Value, int]],
        targets: Sequence[Value],
        order: Value,
        rows: int,
    ) -> None:
        """Bring the rows that the order names side by side, from arrays with so wide rows."""
        b = self.builder

        def copy(place: Count, _: list[Value]) -> list[Value]:
            row = b.zext(b.load(b.gep(order, [count_value(place)])), INT64)
            for (data, width), target in zip(sources, targets, strict=True):
                here = b.gep(target, [count_value(times(b, place, width))])
                self._copy(here, b.gep(data, [b.mul(row, index(width))]), width)
            return []

        if rows <= FEW:
            for place in range(rows):
                copy(place, [])
        else:
            loop(b, 0, rows, 1, copy)

    def _copy(self, target: Value, source: Value, width: int) -> None:
        b, module = self.builder, self.function.module
        name = "llvm.memcpy.p0.p0.i64"
        kind = ir.FunctionType(ir.VoidType(), [BYTES, BYTES, INT64, INT1])
        copy = module.globals.get(name) or ir.Function(module, kind, name)
        b.call(copy, [target, source, index(width), ir.Constant(INT1, 0)])

    def _sums(self) -> list[Value]:
        """The records of the first epoch so far."""
        b, records = self.builder, self.given["records"]
        carried = [one for one in self.program.inputs if not one.given]
        count = len(self.program.outputs) - len(carried)
        return [b.load(b.gep(records, [index(k)])) for k in range(count)]

    def _following(self, state: Sequence[Value], loss: Value) -> list[Value]:
        """After a step: the steps done, the row of the records, the epoch's next step, its sums.

        The sums stay in registers through an epoch; each step writes them down.
        """
        b, (done, row, step, *sums) = self.builder, state
        views = self.program.outputs[1 : len(sums)]
        values = [loss, *(loaded_number(b, self.arena, view) for view in views)]
        sums = [b.fadd(total, value) for total, value in zip(sums, values, strict=True)]
        first = b.mul(row, index(len(sums)))
        for k, total in enumerate(sums):
            b.store(total, b.gep(self.given["records"], [b.add(first, index(k))]))
        following = b.add(step, index(1))
        ends = b.icmp_signed("==", following, index(self.cut.each))
        self._measure(ends, first)
        return [
            b.add(done, index(1)),
            b.add(row, b.zext(ends, INT64)),
            b.select(ends, index(0), following),
            *(b.select(ends, ir.Constant(DOUBLE, 0.0), total) for total in sums),
        ]

    def _measure(self, ends: Value, first: Value) -> None:
        """Where an epoch ends, the samples held out, from such a place of the evaluations on."""
        if self.measure is None or self.measured is None:
            return
        b, given = self.builder, self.given
        names = ("held_x", "held_t")
        with b.if_then(ends):
            if self.arena is not given["arena"]:  # a local variable no other function may see
                self._copy(given["arena"], self.arena, self.measure.end)
            captured = b.gep(given["captured"], [index(len(self.program.captured))])
            result = b.gep(given["evaluations"], [first])
            operands = [given["arena"], captured, *(given[name] for name in names), result]
            b.call(self.measured, [*operands, given["worker"]])
