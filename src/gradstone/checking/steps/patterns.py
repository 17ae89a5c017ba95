"""Mistakes of a step that show in the numbers of one quantity alone: a factor, a sign, a shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from math import nan

import numpy as np

from gradstone.checking.evidence import Cause, Evidence, Point
from gradstone.checking.patterns import FIRST, LAST, Pattern, ratio
from gradstone.checking.patterns import factors as known_factors
from gradstone.checking.steps.candidates import Candidate
from gradstone.checking.steps.judging import Sides
from gradstone.checking.steps.precision import Precision
from gradstone.checking.steps.quantities import Array, kind_of, parameter_of

NEVER = {"wrong shape", "gradient of another parameter"}
OF_VALUES = {"sign", "zero", "transposed", "factor", "rounded", "entries in another order"}
SAYING_MORE = {"sign": "every entry has the wrong sign"}
"""Patterns for which a gradient's words do not fit a value."""
BROADCAST = "targets broadcast against predictions"


def first(sides: Sides, name: str, sizes: dict[str, int]) -> Iterator[Candidate]:
    """What is tried before any mistake is planted."""
    return _seen(sides, name, FIRST, sizes)


def last(sides: Sides, name: str, sizes: dict[str, int]) -> Iterator[Candidate]:
    """What is tried where no known mistake fits."""
    constant = [pattern for pattern in LAST if pattern.name == "constant factor"]
    return _seen(sides, name, constant, sizes)


def factors(sides: Sides, name: str, sizes: dict[str, int]) -> list[tuple[float, str]]:
    """Numbers that people are off by, and why."""
    return [(-1.0, "−1"), *known_factors(_evidence(sides, name, sizes))]


def _seen(
    sides: Sides, name: str, table: Sequence[Pattern], sizes: dict[str, int]
) -> Iterator[Candidate]:
    for pattern in table:
        text = _shown(sides, name, pattern, sizes)
        if text:
            words = SAYING_MORE.get(pattern.name, text) if _is_value(name) else text
            cause = Cause(pattern.name, words, "", ())
            yield Candidate(cause, partial(_shows, sides, sizes, pattern, text))


def _shows(sides: Sides, sizes: dict[str, int], pattern: Pattern, text: str, name: str) -> bool:
    return _shown(sides, name, pattern, sizes) == text


def _is_value(name: str) -> bool:
    return kind_of(name) not in ("backward", "gradient") and not _is_step(name)


def _is_step(name: str) -> bool:
    return kind_of(name) == "update" and "." not in name


def _shown(sides: Sides, name: str, pattern: Pattern, sizes: dict[str, int]) -> str | None:
    if pattern.name in NEVER or (pattern.step and not _is_step(name)):
        return None
    if _is_value(name) and pattern.name not in OF_VALUES | {"constant factor"}:
        return None
    if name not in sides.wanted:
        return None
    if pattern.name == "L2 penalty" and kind_of(name) not in ("gradient", "update"):
        return None
    evidence = _evidence(sides, name, sizes)
    return seen(pattern, evidence)


def seen(pattern: Pattern, evidence: Evidence) -> str | None:
    """What a pattern sees; a factor that rounding cannot tell from 1 is none."""
    if pattern.name == "factor":
        number = ratio(evidence, evidence.points[0], 0)
        if number is not None and abs(abs(number) - 1.0) <= 20 * evidence.tolerance:
            return None
    return pattern.show(evidence, evidence.points[0], 0)


def _evidence(sides: Sides, name: str, sizes: dict[str, int]) -> Evidence:
    """One quantity as a diagnosis takes it; of new parameters the change over the rate."""
    offered = sides.misfits.get(name, sides.there.get(name))
    assert offered is not None, "only what came is diagnosed"
    wanted, noise = sides.wanted[name], np.zeros(())
    old = np.zeros(wanted.shape)
    if kind_of(name) in ("gradient", "update"):
        old = sides.known.get(parameter_of(name), old)
    rate = float(sides.known["rate"]) if _is_step(name) else None
    if offered.shape == wanted.shape:
        noise = sides.precision.unit(offered) + sides.noise.get(name, 0.0)
        wanted = np.where(np.isnan(offered), nan, wanted)
        if rate is not None:
            noise = noise + 4 * sides.precision.epsilon * np.abs(old)
    if rate is not None and offered.shape == wanted.shape:
        offered, wanted, noise = (old - offered) / rate, (old - wanted) / rate, noise / rate
    return evidence_of(name, offered, wanted, old, noise, sides.precision, sizes, rate)


def evidence_of(
    name: str,
    offered: Array,
    wanted: Array,
    old: Array,
    noise: Array,
    precision: Precision,
    sizes: dict[str, int],
    rate: float | None = None,
) -> Evidence:
    """One array against another, as patterns look at them."""
    largest = np.nanmax(np.abs(wanted), initial=0.0)
    rough = float(np.max(noise)) / largest / 2 if largest else 0.0
    tolerance = max(precision.tolerance, min(rough, 0.01))
    point = Point((old,), (wanted,), (offered,), (noise,))
    return Evidence((name,), frozenset((0,)), (point,), sizes, lambda _: nan, None, tolerance, rate)


def crossed(sides: Sides, name: str) -> Iterator[Candidate]:
    """Differences of every prediction with every target, (N, N) in place of (N, 1)."""
    came, wanted = sides.misfits.get(name), sides.wanted[name]
    rows = len(wanted) if wanted.ndim == 2 and wanted.shape[1] == 1 else 0
    if came is None or rows < 2 or came.shape != (rows, rows):
        return
    z, t = sides.known.get(sides.recipe.last, sides.ours[sides.recipe.last]), sides.known["t"]
    gaps = z - np.asarray(t, dtype=float).reshape(1, -1)
    scale = float(np.sum(came * gaps) / np.sum(gaps**2))
    if scale and np.allclose(came, scale * gaps, rtol=1e-6, atol=1e-9 * np.abs(came).max()):
        text = (
            f"targets of shape ({rows},) against predictions ({rows}, 1) make a ({rows}, {rows}) "
            "table of differences; reshape the targets"
        )
        names = set(sides.misfits)
        yield Candidate(Cause(BROADCAST, text, "", ()), lambda one: one in names)
