"""How the data of a loop are cut into batches, and where in the arena their rows are put."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from gradstone.data.batches import Batches
from gradstone.execute.native.program import Buffer

SIZES = {"float32": 4, "float64": 8, "int64": 8, "bool": 1}
"""Bytes of a number."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How the data are cut: rows in all, in a batch, and how they are drawn."""

    size: int
    batch: int
    reorders: bool
    replaces: bool

    @classmethod
    def of(cls, batches: Batches) -> Cut:
        """The cut of some batches."""
        batch = min(batches.batch_size, batches.size)
        return cls(batches.size, batch, batches.reorders, batches.sampling == "replacement")

    @property
    def each(self) -> int:
        """Steps in an epoch."""
        return -(-self.size // self.batch)

    @property
    def last(self) -> int:
        """Rows of an epoch's last batch."""
        return self.size - (self.each - 1) * self.batch


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of the loop's arena lie.

    Attributes:
        x, t: where the rows of a batch are brought together. end: behind all that a step needs.
    """

    x: int
    t: int
    end: int


def row_bytes(buffer: Buffer) -> int:
    """Bytes of one row of a buffer whose first axis is the samples'."""
    return prod(buffer.shape[1:]) * SIZES[buffer.dtype]
