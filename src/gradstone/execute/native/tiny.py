"""Numbers below the normal ones counted as 0, in code and in the thread it runs on."""

from __future__ import annotations

from gradstone.execute.native import ir
from gradstone.execute.native.host import Host
from gradstone.execute.native.lanes import INT8, INT32, Value

BYTES = INT8.as_pointer()
FLUSH = 0x8040
"""Bits of the SSE control word: results and operands below the normal numbers count as 0."""


def flush_tiny(b: ir.IRBuilder, host: Host) -> Value | None:
    """Treat numbers below 1.2e-38 (float32) as 0, and return the mode there was.

    Moments of an optimizer fade into such numbers, and a processor takes a hundred times as
    long over them. None, and nothing done, on processors other than x86.
    """
    if not host.triple.startswith(("x86_64", "i686")):
        return None
    place = b.alloca(INT32)
    _control(b, "st", place)
    mode = b.load(place)
    set_mode(b, b.or_(mode, ir.Constant(INT32, FLUSH)))
    return mode


def set_mode(b: ir.IRBuilder, mode: Value) -> None:
    """Give the SSE control word a value."""
    place = b.alloca(INT32)
    b.store(mode, place)
    _control(b, "ld", place)


def _control(b: ir.IRBuilder, verb: str, place: Value) -> None:
    name = f"llvm.x86.sse.{verb}mxcsr"
    kind = ir.FunctionType(ir.VoidType(), [BYTES])
    function = b.module.globals.get(name) or ir.Function(b.module, kind, name)
    b.call(function, [b.bitcast(place, BYTES)])
