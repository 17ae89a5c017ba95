"""Halves of a step for two threads, in generated code.

Code with halves is made once and gives the same bits by however many threads it runs: it does
the first half of a piece of work itself and puts up the second as a job. A worker that is awake
takes the job; else the code takes it back and does it. So it never waits for a thread that has
not begun, and a worker may come, go or be absent at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gradstone.execute.native import ir
from gradstone.execute.native.host import Host
from gradstone.execute.native.lanes import INT8, INT32, INT64, Value
from gradstone.execute.native.loops import index
from gradstone.execute.native.tiny import flush_tiny, set_mode

BYTES, NUMBERS = INT8.as_pointer(), INT64.as_pointer()
STATE, ACTIVE, FUNCTION, ARGUMENT, YIELD, SIZE = 0, 16, 32, 33, 48, 64
"""Places in the shared array of i64. What both threads write lies in a cache line of its own: it
costs a trip between the cores each time."""
IDLE, POSTED, TAKEN, DONE = range(4)
"""What STATE may be."""
SPINS = 4000
"""Looks before a waiting thread offers the rest of its time slice to others."""
PATIENCE = 1_000_000
"""Looks before the worker goes to sleep though the run goes on: a second or so."""


@dataclass(frozen=True, slots=True)
class Crew:
    """The second thread, as code sees it.

    Attributes:
        shared: pointer to the shared array; null: there is no second thread.
        room: pointer to i64 numbers, the next job's arguments.
    """

    builder: ir.IRBuilder
    host: Host
    shared: Value
    room: Value

    def post(self, job: ir.Function, pointers: Sequence[Value]) -> None:
        """Put up a job: a function of one pointer, to the pointers given here."""
        b = self.builder
        for place, pointer in enumerate(pointers):
            b.store(b.ptrtoint(pointer, INT64), slot(b, self.room, place))
        b.call(_post(b.module), [self.shared, job, b.bitcast(self.room, BYTES)])

    def finish(self, job: ir.Function) -> None:
        """See the job that was put up done."""
        b = self.builder
        operands = [self.shared, job, b.bitcast(self.room, BYTES)]
        b.call(_finish(b.module, self.host), operands)


def crew(b: ir.IRBuilder, host: Host, shared: Value, pointers: int) -> Crew:
    """A crew whose jobs take at most so many pointers; for a function's first block."""
    room = b.alloca(ir.ArrayType(INT64, max(pointers, 1)))
    return Crew(b, host, shared, b.bitcast(room, NUMBERS))


def dismiss(b: ir.IRBuilder, shared: Value) -> None:
    """Let the worker go to sleep: here, where no exception of Python's can come between."""
    with b.if_then(b.icmp_signed("!=", b.ptrtoint(shared, INT64), index(0))):
        b.store_atomic(index(0), slot(b, shared, ACTIVE), "release", 8)


def define_job(module: ir.Module, name: str) -> tuple[ir.Function, ir.IRBuilder]:
    """An empty job; a name taken is numbered."""
    count = sum(one.startswith(f"{name}.") for one in module.globals)
    job = ir.Function(module, ir.FunctionType(ir.VoidType(), [BYTES]), f"{name}.{count}")
    job.linkage = "internal"
    return job, ir.IRBuilder(job.append_basic_block("entry"))


def argument(b: ir.IRBuilder, job: ir.Function, place: int, kind: ir.Type) -> Value:
    """The pointer at a place of a job's arguments."""
    numbers = b.bitcast(job.args[0], NUMBERS)
    return b.inttoptr(b.load(slot(b, numbers, place)), kind)


def slot(b: ir.IRBuilder, numbers: Value, place: int) -> Value:
    """Pointer to a number of an array of i64."""
    return b.gep(numbers, [index(place)], inbounds=True)


def _post(module: ir.Module) -> ir.Function:
    """void post(shared, job, argument)."""
    known = module.globals.get("post")
    if known is not None:
        return known
    function, b = _defined(module, "post")
    shared, job, given = function.args
    with b.if_then(b.icmp_signed("!=", b.ptrtoint(shared, INT64), index(0))):
        b.store(b.ptrtoint(job, INT64), slot(b, shared, FUNCTION))
        b.store(b.ptrtoint(given, INT64), slot(b, shared, ARGUMENT))
        b.store_atomic(index(POSTED), slot(b, shared, STATE), "release", 8)
    b.ret_void()
    return function


def _finish(module: ir.Module, host: Host) -> ir.Function:
    """void finish(shared, job, argument): take the job back and do it, or wait for its end."""
    known = module.globals.get("finish")
    if known is not None:
        return known
    function, b = _defined(module, "finish")
    shared, job, given = function.args
    look, own, wait, end = (
        function.append_basic_block(name) for name in ("look", "own", "wait", "end")
    )
    b.cbranch(b.icmp_signed("!=", b.ptrtoint(shared, INT64), index(0)), look, own)
    b.position_at_end(look)
    state = slot(b, shared, STATE)
    b.cbranch(b.exchange_atomic(state, index(POSTED), index(IDLE)), own, wait)
    b.position_at_end(own)
    b.call_address(job, [given])
    b.branch(end)
    b.position_at_end(wait)
    place = slot(b, shared, STATE)

    def done() -> Value:
        return b.icmp_signed("==", b.load_atomic(place, "acquire", 8), index(DONE))

    _until(b, host, shared, done)
    b.store_atomic(index(IDLE), place, "release", 8)
    b.branch(end)
    b.position_at_end(end)
    b.ret_void()
    return function


def _defined(module: ir.Module, name: str) -> tuple[ir.Function, ir.IRBuilder]:
    kind = ir.FunctionType(ir.VoidType(), [NUMBERS, BYTES, BYTES])
    function = ir.Function(module, kind, name)
    function.linkage = "internal"
    return function, ir.IRBuilder(function.append_basic_block("entry"))


def define_worker(module: ir.Module, host: Host) -> ir.Function:
    """void worker(shared): does jobs until ACTIVE is 0, or none has come for long."""
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [NUMBERS]), "worker")
    shared = function.args[0]
    b = ir.IRBuilder(function.append_basic_block("entry"))
    mode = flush_tiny(b, host)
    look, found, work, rest, end = (
        function.append_basic_block(name) for name in ("next", "found", "work", "rest", "end")
    )
    b.branch(look)
    b.position_at_end(look)
    state, active = slot(b, shared, STATE), slot(b, shared, ACTIVE)

    def something() -> Value:
        posted = b.icmp_signed("==", b.load_atomic(state, "acquire", 8), index(POSTED))
        over = b.icmp_signed("==", b.load_atomic(active, "acquire", 8), index(0))
        return b.or_(posted, over)

    spins = _until(b, host, shared, something, PATIENCE)
    over = b.icmp_signed("==", b.load_atomic(active, "acquire", 8), index(0))
    b.cbranch(b.or_(over, b.icmp_signed(">", spins, index(PATIENCE))), end, found)
    b.position_at_end(found)
    b.cbranch(b.exchange_atomic(state, index(POSTED), index(TAKEN)), work, rest)
    b.position_at_end(work)
    job = b.inttoptr(b.load(slot(b, shared, FUNCTION)), BYTES)
    b.call_address(job, [b.inttoptr(b.load(slot(b, shared, ARGUMENT)), BYTES)])
    b.store_atomic(index(DONE), state, "release", 8)
    b.branch(rest)
    b.position_at_end(rest)
    b.branch(look)
    b.position_at_end(end)
    if mode is not None:
        set_mode(b, mode)
    b.ret_void()
    return function


def _until(
    b: ir.IRBuilder, host: Host, shared: Value, test: Callable[[], Value], patience: int = 0
) -> Value:
    """Spin until the test, emitted here, is true, or patience ends; how often it was not."""
    function, before = b.function, b.block
    check, again, offer, pause, after = (
        function.append_basic_block(name) for name in ("check", "again", "offer", "pause", "ready")
    )
    b.branch(check)
    b.position_at_end(check)
    spins = b.phi(INT64)
    spins.add_incoming(index(0), before)
    b.cbranch(test(), after, again)
    b.position_at_end(again)
    more = b.add(spins, index(1))
    b.cbranch(b.icmp_signed(">", more, index(SPINS)), offer, pause)
    b.position_at_end(offer)
    b.call_address(b.inttoptr(b.load(slot(b, shared, YIELD)), BYTES), [])
    spins.add_incoming(more, b.block)
    if patience:
        b.cbranch(b.icmp_signed(">", more, index(patience)), after, check)
    else:
        b.branch(check)
    b.position_at_end(pause)
    _pause(b, host)
    spins.add_incoming(more, b.block)
    b.branch(check)
    b.position_at_end(after)
    count = b.phi(INT64)
    count.add_incoming(spins, check)
    if patience:
        count.add_incoming(more, offer)
    return count


def _pause(b: ir.IRBuilder, host: Host) -> None:
    """Tell the core that this is a waiting loop."""
    operands: list[Value] = []
    if host.triple.startswith(("x86_64", "i686")):
        name = "llvm.x86.sse2.pause"
    elif host.triple.startswith(("aarch64", "arm64")):
        name, operands = "llvm.aarch64.hint", [ir.Constant(INT32, 1)]
    else:
        return
    kind = ir.FunctionType(ir.VoidType(), [one.type for one in operands])
    b.call(b.module.globals.get(name) or ir.Function(b.module, kind, name), operands)
