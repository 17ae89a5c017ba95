"""A batch taken some rows at a time, so that what the nests hand each other stays in the cache.

All nests over samples run on one block of rows after the other; only sums over samples leave
them, and these grow from block to block. It is possible where no nest over samples waits for
such a sum, as in any network whose samples do not look at each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from gradstone.execute.native.program import (
    ROWS,
    Block,
    Buffer,
    Draw,
    Extents,
    Fill,
    Gather,
    Instruction,
    Kernel,
    Load,
    Nest,
    Number,
    Pick,
    Program,
    Rows,
    Scatter,
    Step,
    Store,
    View,
)

CACHE_BYTES = 40 * 1024
"""What the rows of a block may take, so that they stay in the first cache."""
WEIGHT_BYTES = 64 * 1024
"""Beyond this the weights leave the cache between blocks, and large products are better."""
LEAST, MOST = 16, 256


def in_blocks(program: Program, rows: int) -> Program | None:
    """The program with its nests over samples in blocks; None where that cannot be or pay.

    Args:
        program: scheduled with `blocks`.
        rows: in a batch.
    """
    size = block_rows(program, rows)
    if rows < 2 * size or weight_bytes(program) > WEIGHT_BYTES:
        return None
    parts = _Parts(rows)
    for step in program.steps:
        if not parts.take(step):
            return None
    steps: list[Step] = [*parts.before, *parts.starts, Block(parts.body, size), *parts.after]
    return replace(program, steps=steps)


def over_samples(step: Kernel) -> bool:
    """Whether a step goes over the samples of a batch, row by row or in a sum."""
    if isinstance(step, Fill):
        return ROWS in step.buffer.shape
    inner = step.product.inner if step.product else 1
    return any(extent > 0 and extent % ROWS == 0 for extent in (*step.extents, inner))


def max_rows(program: Program, rows: int) -> int:
    """How many rows the arena must hold at once: those of a block, or the whole batch."""
    blocks = [one.size for one in program.steps if isinstance(one, Block)]
    return min(rows, blocks[0]) if blocks else rows


def block_rows(program: Program, rows: int) -> int:
    """How many rows fit into the cache; a divisor of the batch where one is near."""
    buffers = {id(one): one for one in (*program.inputs, *program.buffers)}
    each = sum(one.bytes(1) for one in buffers.values() if is_sampled(one))
    fitting = max(LEAST, min(MOST, CACHE_BYTES // max(each, 1)))
    even = [size for size in range(fitting // 2 + 1, fitting + 1) if rows % size == 0]
    return even[-1] if even else fitting // 8 * 8


def is_sampled(buffer: Buffer) -> bool:
    """Whether a buffer holds something for each sample."""
    return bool(buffer.shape) and buffer.shape[0] % ROWS == 0 and buffer.shape[0] > 0


def weight_bytes(program: Program) -> int:
    """What a program is given beside its samples."""
    return sum(one.bytes(1) for one in program.inputs if not is_sampled(one))


@dataclass(slots=True)
class _Parts:
    """Steps sorted into those before, inside and after the blocks.

    Attributes:
        starts: what sums over samples begin with.
        late: buffers that are complete only after the blocks. read: by the blocks.
    """

    rows: int
    before: list[Step] = field(default_factory=list)
    starts: list[Step] = field(default_factory=list)
    body: list[Nest] = field(default_factory=list)
    after: list[Step] = field(default_factory=list)
    late: set[int] = field(default_factory=set)
    read: set[int] = field(default_factory=set)

    def take(self, step: Step) -> bool:
        """Put a step where it belongs; False where there is no such place."""
        if not isinstance(step, Nest):
            return False
        if _reads_other_rows(step):
            return False
        reads = {id(one.buffer) for one, _ in _reads(step)}
        writes = {id(one) for one in _writes(step)}
        if not over_samples(step):
            waits = reads & self.late or writes & (self.read | self.late)
            (self.after if waits else self.before).append(step)
            self.late |= writes if waits else set()
            return True
        if reads & self.late or any(isinstance(one, Draw | Scatter) for one in step.instructions):
            return False
        self.read |= reads
        self.body.append(Nest(step.extents, step.product, [*self._inside(step)]))
        stored = (one.view.buffer for one in step.instructions if isinstance(one, Store))
        return all(is_sampled(one) for one in stored)

    def _inside(self, nest: Nest) -> Iterator[Instruction]:
        for one in nest.instructions:
            if isinstance(one, Rows):
                yield Number(one.target, self.rows, one.dtype)
            elif isinstance(one, Gather) and not is_sampled(one.view.buffer):
                if one.start is not None:
                    self.starts.append(Fill(one.view.buffer, one.start))
                self.late.add(id(one.view.buffer))
                yield replace(one, start=None)
            else:
                yield one


def _reads(nest: Nest) -> Sequence[tuple[View, Extents]]:
    """The views a nest reads, with the extents of the axes they step along."""
    instructions, product = nest.instructions, nest.product
    found = [(one.view, nest.extents) for one in instructions if isinstance(one, Load | Pick)]
    if product is not None:
        extents = (*nest.extents, product.inner)
        found += [(product.left, extents), (product.right, extents)]
    return found


def _reads_other_rows(nest: Nest) -> bool:
    """Whether a sample looks at what belongs to another one, which may not be in its block."""
    inside = over_samples(nest)
    for view, extents in _reads(nest):
        if is_sampled(view.buffer) and (inside or not view.buffer.given):
            pairs = zip(view.strides, extents, strict=True)
            if not any(stride and extent and extent % ROWS == 0 for stride, extent in pairs):
                return True
    return False


def _writes(nest: Nest) -> Sequence[Buffer]:
    kinds = (Store, Gather, Scatter)
    return [one.view.buffer for one in nest.instructions if isinstance(one, kinds)]
