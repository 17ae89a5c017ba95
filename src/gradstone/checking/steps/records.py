"""What is kept of several steps: histories of losses and parameters, and a moving average."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gradstone.checking.evidence import Cause
from gradstone.checking.steps.averages import recognised
from gradstone.checking.steps.compared import Difference, Line
from gradstone.checking.steps.judging import DIFFERS, EQUAL, FOLLOWS
from gradstone.checking.steps.mistakes import OTHER_PARAMETERS
from gradstone.checking.steps.precision import Precision
from gradstone.checking.steps.quantities import Array

NOT_COPIED = "history appended without copying"
MOST_ROWS = 2000
ROUGH = 1e3  # times the tolerance: over many steps rounding grows
Arrays = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Records:
    """Histories and averages that came, against ours.

    Attributes:
        ours: by name, one row more than came: as many steps as there are rows.
        there: what came. keys: what it was called. precision: of theirs.
        loss_at: the loss for parameters by name; None where it cannot be computed.
    """

    ours: Arrays
    there: Arrays
    keys: Mapping[str, str]
    precision: Precision
    loss_at: Callable[[Arrays], float] | None = None

    def told(self) -> Iterator[tuple[Line, Difference | None, str]]:
        """A line for each record, what is wrong with it, and a note or ""."""
        for name, came in self.there.items():
            if name == "average":
                yield from self._average(came)
            elif name in self.ours:
                yield self._history(name, came[:MOST_ROWS])

    def _same(self, one: Array, other: Array) -> bool:
        scale = ROUGH * self.precision.tolerance
        return one.shape == other.shape and bool(
            np.allclose(one, other, rtol=scale, atol=scale / 1000 * np.abs(other).max(initial=0.0))
        )

    def _history(self, name: str, came: Array) -> tuple[Line, Difference | None, str]:
        count, ours = len(came), self.ours[name]
        before, after = ours[:count], ours[1 : count + 1]
        if self._same(came, before):
            return self._line(name, came, before, EQUAL), None, ""
        kept = name != "history loss"
        if kept and self._same(came, after):
            note = f"{self.keys[name]} starts after the first update"
            return self._line(name, came, after, EQUAL), None, note
        if not kept and self._consistent(came, 0):
            return self._line(name, came, before, FOLLOWS), None, ""
        cause = self._cause(came, before, after, kept)
        line = self._line(name, came, before, DIFFERS)
        return line, self._difference(name, came, before, cause), ""

    def _cause(self, came: Array, before: Array, after: Array, kept: bool) -> Cause | None:
        constant = len(came) > 1 and self._same(came, np.broadcast_to(came[-1], came.shape))
        if constant and not self._same(before, np.broadcast_to(before[-1], before.shape)):
            text = (
                "every row is the last one: the list holds one array many times, which was "
                "changed in place; append a copy"
            )
            return Cause(NOT_COPIED, text, "", ())
        if not kept and (self._same(came, after) or self._consistent(came, 1)):
            text = (
                "each loss belongs to the parameters after its update; the loss of a step is "
                "that before it"
            )
            return Cause(OTHER_PARAMETERS, text, "one row early", ())
        if self._same(came[1:], before[:-1]) and len(came) > 2:
            text = "each row is that of the step before"
            return Cause(OTHER_PARAMETERS, text, "one row late", ())
        if not kept and self._complete():
            text = "the losses are not those of the parameters kept beside them: of another run"
            return Cause(OTHER_PARAMETERS, text, "", ())
        return None

    def _rows(self) -> dict[str, Array]:
        """The histories of parameters that came."""
        names = [one for one in self.there if one not in ("history loss", "average")]
        return {one.removeprefix("history "): self.there[one] for one in names}

    def _complete(self) -> bool:
        """Whether histories of all parameters came, so that losses can be computed from them."""
        names = {one.removeprefix("history ") for one in self.ours if one != "history loss"}
        return self.loss_at is not None and bool(names) and set(self._rows()) == names

    def _consistent(self, losses: Array, by: int) -> bool:
        """Whether losses are those of the parameters that came beside them, some rows on."""
        rows = self._rows()
        count = min([len(losses), *(len(one) - by for one in rows.values())])
        if self.loss_at is None or not self._complete() or count < 1:
            return False
        found = [
            self.loss_at({name: array[row + by] for name, array in rows.items()})
            for row in range(count)
        ]
        return self._same(losses[:count], np.array(found))

    def _average(self, came: Array) -> Iterator[tuple[Line, Difference | None, str]]:
        series = self.there.get("history loss", self.ours.get("history loss"))
        if series is None or came.ndim != 1:
            return
        series = series[: len(came)] if "history loss" not in self.there else series
        found = recognised(series, came, max(10 * self.precision.tolerance, 1e-9))
        if found is not None and found.cause is None:
            line = Line("average", came.shape, 0.0, EQUAL)
            yield line, None, f"{self.keys['average']} is the moving average {found.words}"
            return
        padded = np.concatenate([np.full(max(0, len(series) - len(came)), np.nan), came])
        wanted = np.full(len(padded), np.nan) if found is None else found.wanted
        line = Line("average", came.shape, np.nan, DIFFERS)
        cause = None if found is None else found.cause
        yield line, self._difference("average", padded, wanted, cause), ""

    def _line(self, name: str, came: Array, ours: Array, verdict: str) -> Line:
        error = relative(came, ours) if came.shape == ours.shape else np.nan
        return Line(name, came.shape, error, verdict)

    def _difference(self, name: str, came: Array, ours: Array, cause: Cause | None) -> Difference:
        index: tuple[int, ...] = ()
        here = there = np.nan
        if came.shape == ours.shape:
            gap = np.abs(came - ours) > ROUGH * self.precision.tolerance * np.abs(ours)
            if gap.any():
                index = tuple(map(int, np.argwhere(gap)[0]))
                here, there = float(ours[index]), float(came[index])
        return Difference(name, index, here, there, self.keys[name], cause)


def relative(one: Array, other: Array) -> float:
    """The largest |a − b| / max(|a|, |b|), but for entries that are rounding beside the largest."""
    given = np.isfinite(one) & np.isfinite(other)
    if not given.any():
        return 0.0
    one, other = one[given], other[given]
    size = np.maximum(np.abs(one), np.abs(other))
    floor = 1e-12 * size.max()
    gap = np.abs(one - other)
    return float(np.max(np.where(size > floor, gap / np.where(size > floor, size, 1.0), 0.0)))
