"""Where buffers lie in the arena."""

from __future__ import annotations

import numpy as np

from gradstone.execute.executor import Array
from gradstone.execute.native.program import Program

LINE = 64


def lay_out(program: Program, rows: int) -> int:
    """Give each buffer of the arena its offset, for batches of at most `rows`.

    Returns:
        how many bytes the arena takes.
    """
    end = 0
    for buffer in arena_buffers(program):
        buffer.offset = end
        end += -(-buffer.bytes(rows) // LINE) * LINE
    return end


def arena_buffers(program: Program) -> list:  # type: ignore[type-arg]
    """Every buffer that is not given, once: inputs that live in the arena, then the others."""
    found = {id(one): one for one in (*program.inputs, *program.buffers) if not one.given}
    return list(found.values())


def aligned(size: int) -> Array:
    """So many bytes of zeros that begin at a multiple of 64."""
    raw = np.zeros(size + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + size]
