"""One entry's verdict: what was offered against the numeric derivative and Gradstone's own."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isnan, nan

from gradstone.checking.slope import Slope

OK, WRONG, KINK, UNCLEAR = "ok", "wrong", "kink", "unclear"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an audit.

    Attributes:
        name: the array's, as "W1"; the argument's name for a number.
        index: the entry, as (0, 1); () for a number.
        offered: what is judged: a derivative, or in a step the new parameter.
        numeric: what it should be, by the central difference with the step h.
        error: |difference| / the larger of both; in a step, of the change made.
        step: h. verdict: "ok", "wrong", "kink" (the function has a kink here and the value
            lies between both sides) or "unclear" (no numeric derivative could be had).
    """

    name: str
    index: tuple[int, ...]
    offered: float
    numeric: float
    error: float
    step: float
    verdict: str

    @property
    def place(self) -> str:
        """The entry as it is written, as W1[0,1]."""
        return self.name + (f"[{','.join(map(str, self.index))}]" if self.index else "")


@dataclass(frozen=True, slots=True)
class Judge:
    """How close is close enough.

    Attributes:
        tolerance: relative. floor: absolute, below which all derivatives are 0 here.
        at_kink: the function stands at a kink, so that its own derivative is one side's.
    """

    tolerance: float
    floor: float
    at_kink: bool

    def close(self, one: float, other: float, slack: float) -> bool:
        """Equal up to the tolerance, the floor and some slack."""
        size = max(abs(one), abs(other))
        return abs(one - other) <= self.tolerance * size + self.floor + slack

    def verdict(self, offered: float, found: Slope, own: float | None, noise: float) -> str:
        """The word for what was offered.

        Args:
            offered: a derivative; NaN where nothing came.
            found: the numeric one. own: Gradstone's, where there is a graph.
            noise: how far rounding alone may have put the offered one off.

        Where Gradstone's own derivative agrees with the numeric one up to ten times the
        latter's error, it is the measure, being exact; else the numeric one is, with that
        error as slack.
        """
        if not isfinite(offered):
            return WRONG
        if found.kink and self._between(offered, found, noise):
            return KINK
        doubt = 10 * found.error if isfinite(found.error) else 0.0
        if own is not None and (isnan(found.value) or self.close(own, found.value, doubt)):
            return OK if self.close(offered, own, noise) else WRONG
        if isnan(found.value):
            return UNCLEAR
        if self.close(offered, found.value, noise + doubt):
            return OK
        side = self.at_kink and own is not None and self.close(offered, own, noise)
        return KINK if side else WRONG

    def rounded(self, offered: float, found: Slope, own: float | None, noise: float) -> bool:
        """Whether what was offered, being right, is so only because of rounding.

        Args:
            noise: what a step leaves of the gradient it was made with.
        """
        right = found.value if own is None else own
        gap, size = abs(offered - right), max(abs(offered), abs(right))
        return self.tolerance * size + noise < gap

    def _between(self, offered: float, found: Slope, noise: float) -> bool:
        low, high = sorted((found.left, found.right))
        slack = noise + self.floor + 1e-3 * (high - low) + self.tolerance * abs(offered)
        return low - slack <= offered <= high + slack


def relative_error(one: float, other: float) -> float:
    """|a − b| / max(|a|, |b|); 0 where both are 0."""
    if not (isfinite(one) and isfinite(other)):
        return nan
    size = max(abs(one), abs(other))
    return abs(one - other) / size if size else 0.0
