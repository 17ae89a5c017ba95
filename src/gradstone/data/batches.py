"""Seeded batches: which rows a training step sees, a pure function of (seed, epoch, step)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gradstone.data.philox import Purpose, words
from gradstone.errors import RangeError, unknown
from gradstone.language import Language, numbered

Sampling = Literal["permutation", "replacement"]


def permutation(
    seed: int, epoch: int, size: int, purpose: int = Purpose.SHUFFLE
) -> NDArray[np.int64]:
    """The numbers 0 to size − 1 in the order of an epoch, int64 (size,).

    Fisher and Yates over the words of (seed, purpose, stream = epoch, step = 0): for i from
    size − 1 down to 1, swap places i and j = (word i · (i + 1)) div 2³². Word i belongs to place
    i; word 0 is not used. No order is preferred by more than one part in 2³² / size.
    """
    drawn = words(seed, purpose, stream=epoch, count=size).astype(np.uint64)
    ends = np.arange(1, size + 1, dtype=np.uint64)
    places = ((drawn * ends) >> np.uint64(32)).tolist()
    order = list(range(size))
    for i in range(size - 1, 0, -1):
        j = places[i]
        order[i], order[j] = order[j], order[i]
    return np.array(order, dtype=np.int64)


def replacement(seed: int, epoch: int, step: int, batch_size: int, size: int) -> NDArray[np.int64]:
    """Rows drawn at random, the same one perhaps twice: int64 (batch_size,), each below `size`.

    Draw k is (word k · size) div 2³² of the stream (seed, REPLACEMENT, epoch, step).
    """
    drawn = words(seed, Purpose.REPLACEMENT, epoch, step, batch_size).astype(np.uint64)
    return ((drawn * np.uint64(size)) >> np.uint64(32)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Batches:
    """How the rows of a set are cut into the batches of each epoch.

    Args:
        size: number of rows, at least 1.
        batch_size: rows in a batch, at least 1; more than `size` means all of them.
        seed: 0 to 2⁶⁴ − 1.
        shuffle: a new order each epoch, else the order of the rows. Where one batch holds all
            rows their order has no meaning and is left as it is.
        sampling: "permutation": each row once an epoch; "replacement": each batch is drawn
            afresh from all rows, whatever `shuffle` says.

    Raises:
        RangeError: a number outside its range.
        UnknownNameError: another sampling.
    """

    size: int
    batch_size: int
    seed: int = 0
    shuffle: bool = True
    sampling: Sampling = "permutation"

    def __post_init__(self) -> None:
        for name, number in (("number of rows", self.size), ("batch_size", self.batch_size)):
            if number < 1:
                raise RangeError(name, f"{number} came", "at least 1 was wanted")
        if not 0 <= self.seed < 2**64:
            raise RangeError("seed", f"{self.seed} came", "0 to 2^64 - 1 was wanted")
        if self.sampling not in get_args(Sampling):
            raise unknown("sampling", self.sampling, get_args(Sampling))

    @property
    def per_epoch(self) -> int:
        """Batches, that is training steps, in an epoch."""
        return -(-self.size // self.batch_size)

    @property
    def last(self) -> int:
        """Rows in the last batch of an epoch, 1 to batch_size."""
        return self.size - (self.per_epoch - 1) * self.batch_size

    @property
    def reorders(self) -> bool:
        """Whether an epoch sees the rows in another order than they come in."""
        return self.sampling == "replacement" or (self.shuffle and self.per_epoch > 1)

    def order(self, epoch: int) -> NDArray[np.int64]:
        """All rows in the order in which an epoch without replacement sees them, (size,)."""
        if self.reorders:
            return permutation(self.seed, epoch, self.size)
        return np.arange(self.size, dtype=np.int64)

    def indices(self, epoch: int, step: int) -> NDArray[np.int64]:
        """The rows of one batch.

        Args:
            epoch: from 0.
            step: within the epoch, 0 to per_epoch − 1.

        Raises:
            RangeError: no such step.
        """
        if not 0 <= step < self.per_epoch:
            wanted = f"0 to {self.per_epoch - 1} was wanted"
            raise RangeError("step of an epoch", f"{step} came", wanted)
        if self.sampling == "replacement":
            return self._drawn(epoch, step)
        return self.order(epoch)[step * self.batch_size : (step + 1) * self.batch_size]

    def epoch(
        self, epoch: int, start: int = 0, stop: int | None = None
    ) -> Iterator[NDArray[np.int64]]:
        """The batches of an epoch in turn, as `indices` gives them, the order made only once.

        Args:
            epoch: from 0.
            start, stop: the first step, and the first that is left out; None: to the end.
        """
        steps = range(self.per_epoch)[start:stop]
        if self.sampling == "replacement":
            yield from (self._drawn(epoch, step) for step in steps)
            return
        order = self.order(epoch)
        for step in steps:
            yield order[step * self.batch_size : (step + 1) * self.batch_size]

    def plan(self, epochs: int, language: Language = "en") -> str:
        """What training will do, in words.

        >>> Batches(2000, 64).plan(10)
        '2000 samples, batch 64: 32 iterations an epoch, the last of 16; 10 epochs: 320'
        """
        each, batch = self.per_epoch, min(self.batch_size, self.size)
        if language == "zh":
            last = "" if self.last == batch else f"，其中最后一个批量只有 {self.last} 个样本"
            iterations = f"每轮 {each} 次迭代{last}；{epochs} 轮共 {each * epochs} 次"
            return f"{self.size} 个样本，批量大小 {batch}：{iterations}"
        last = "" if self.last == batch else f", the last of {self.last}"
        return (
            f"{numbered(self.size, 'sample')}, batch {batch}: {numbered(each, 'iteration')} "
            f"an epoch{last}; {numbered(epochs, 'epoch')}: {each * epochs}"
        )

    def _drawn(self, epoch: int, step: int) -> NDArray[np.int64]:
        count = self.last if step == self.per_epoch - 1 else self.batch_size
        return replacement(self.seed, epoch, step, count, self.size)
