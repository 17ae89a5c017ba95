"""What pictures of descents share: their points, the window they need, and how they are marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradstone.descent.descent import Descent
from gradstone.descent.form import Array
from gradstone.descent.words import figure as number
from gradstone.language import Language
from gradstone.pictures.style import words as fitted
from gradstone.pictures.words import said

SHOWN = 2000
"""At most so many points of a path are drawn, evenly chosen."""
RUN_AWAY = 8.0
"""A path that runs away is shown as far as so many of its first steps."""
MARGIN = 0.15
DIGITS, TINY = 6, 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What is drawn of a descent.

    Attributes:
        descent: whose path it is. points: (k, size), all finite. values: f there, (k,).
        slopes: the gradients that were followed, (k, size). numbers: of updates before each.
    """

    descent: Descent
    points: Array
    values: Array
    slopes: Array
    numbers: Array

    @property
    def lost(self) -> bool:
        """Whether the descent left the points where f is finite."""
        return self.descent.findings.ending == "lost"

    @property
    def near(self) -> Array:
        """The points that a picture should show: of a path that runs away the first ones."""
        if self.descent.status != "diverged":
            return self.points
        lengths = np.linalg.norm(np.diff(self.points[:2], axis=0), axis=1)
        away = np.linalg.norm(self.points - self.points[0], axis=1)
        calm = np.abs(self.values) <= 1e3 * max(1.0, abs(float(self.values[0])))
        if not self.lost:
            calm = away <= RUN_AWAY * lengths.sum()
        calm[:2] = True
        return self.points[: int(np.argmin([*calm, False]))]


def path_of(descent: Descent) -> Path:
    """The points of a descent where all is finite, thinned where there are very many."""
    count = len(descent.path)
    points, slopes = (one.reshape(count, -1) for one in (descent.path, descent.gradients))
    places = np.flatnonzero(np.isfinite(descent.values) & np.isfinite(points).all(axis=1))
    if len(places) > SHOWN:
        places = places[np.linspace(0, len(places) - 1, SHOWN).astype(int)]
    return Path(
        descent, points[places], descent.values[places], slopes[places], descent.kept[places]
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A stationary point that Newton's method found.

    Attributes:
        nature: "minimum", "maximum", "saddle", "inflection" or "flat". x: (size,). value: f there.
    """

    nature: str
    x: Array
    value: float


def stationary_marks(paths: Sequence[Path]) -> list[Mark]:
    """The stationary points that belong to the ends of paths, each once, the lowest first."""
    found: list[Mark] = []
    for path in paths:
        newton = path.descent.findings.newton
        reach = float(np.linalg.norm(np.ptp(path.near, axis=0)))
        if newton is None or not (newton.near or newton.distance <= reach):
            continue
        nature = newton.nature
        word = "inflection" if nature == "saddle" and newton.x.size == 1 else str(nature)
        apart = 1e-6 * max(1.0, float(np.abs(newton.x).max()))
        if all(float(np.abs(one.x - newton.x).max()) > apart for one in found):
            found.append(Mark(word, newton.x, newton.value))
    return sorted(found, key=lambda one: one.value)


def spans(paths: Sequence[Path], marks: Sequence[Mark]) -> list[tuple[float, float]]:
    """For each variable the range that shows all paths; of those that run away, the beginning."""
    calm = [one for one in paths if one.descent.status != "diverged"]
    shown = [one.near for one in calm or paths]
    shown += [one.points[:1] for one in paths if calm and one not in calm]
    shown += [one.x[None] for one in marks]
    everything = np.concatenate(shown)
    found = []
    for column in everything.T:
        low, high = float(column.min()), float(column.max())
        margin = MARGIN * (high - low) or max(1.0, 0.1 * abs(low))
        found.append((low - margin, high + margin))
    return found


def names_of(descents: Sequence[Descent], labels: Sequence[str], language: Language) -> list[str]:
    """What each path is called in the legend; one that runs away is said to."""
    found = list(labels)
    if not any(found):
        counts = [one.iterations for one in descents]
        found = [said("path_update" if n == 1 else "path_updates", language, n=n) for n in counts]
    return [
        said("path_runs_away", language, label=fitted(name, 40))
        if one.status == "diverged" and one.findings.ending == "grown"
        else fitted(name, 50)
        for one, name in zip(descents, found, strict=True)
    ]


def rounded(path: Path, value: float) -> float:
    """A value of f; 0 where it is only rounding for a path as high as this one."""
    return 0.0 if abs(value) < TINY * np.abs(path.values).max(initial=0.0) else value


def told(key: str, path: Path, x: Array, value: float, language: Language) -> str:
    """A phrase about a point and f there, both rounded to what the path's size makes sensible."""
    widest = np.abs(path.near).max(initial=1e-300)
    shown = [0.0 if abs(one) < TINY * widest else float(one) for one in x]
    where = ", ".join(number(one, DIGITS - (x.size > 1)) for one in shown)
    where = f"({where})" if x.size > 1 else f"{path.descent.names[0]} = {where}"
    return fitted(said(key, language, x=where, f=number(rounded(path, value), DIGITS)), 60)
