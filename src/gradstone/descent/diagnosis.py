"""Why a descent ended as it did, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, isfinite, isnan, log

import numpy as np

from gradstone.descent.form import Array
from gradstone.descent.judging import Findings
from gradstone.descent.limits import norm_of
from gradstone.descent.newton import FLAT
from gradstone.descent.rates import Rates, rates
from gradstone.descent.words import figure, point, said
from gradstone.language import Language
from gradstone.training.optimizers import Optimizer

SAME = 1e-9  # factors so near to −1, 0 or 1 count as these
SLOW, ACROSS = 0.99, 0.1
TINY = 1e-9  # gradients below this share of the largest may be rounding


@dataclass(frozen=True, slots=True)
class Case:
    """What sentences about a descent are made of.

    Attributes:
        names: of the entries of x. updates: done. rate: of the last update.
        end, value: the last point and f there. first: the gradient's 2-norm at the start.
    """

    names: tuple[str, ...]
    optimizer: Optimizer
    precision: float
    updates: int
    rate: float
    end: Array
    value: float
    first: float
    findings: Findings

    @property
    def pace(self) -> Rates | None:
        """What the rate does near the minimum, where there is one and it can be told."""
        one, newton = self.findings, self.findings.newton
        if self.misled or self.apart or one.status in ("plateau", "saddle", "maximum"):
            return None
        values = one.eigenvalues if one.status == "converged" else None
        small = FLAT * one.largest_curvature
        if newton is not None and newton.nature == "minimum" and newton.eigenvalues[0] > small:
            values = newton.eigenvalues
        return None if values is None else rates(self.optimizer, self.rate, values)

    @property
    def misled(self) -> bool:
        """Whether the gradient that was followed vanished where f's own does not."""
        one = self.findings
        return one.ending == "precise" and one.status in ("not converged", "oscillating")

    @property
    def apart(self) -> bool:
        """Whether the gradient followed at the end is clearly another than f's own."""
        one = self.findings
        large = max(one.gradient, one.followed)
        return abs(one.gradient - one.followed) > 0.01 * large > TINY * one.largest_gradient

    @property
    def bends(self) -> bool:
        """Whether what the steps are multiplied by can be another because f'' is another.

        Momentum swings, and in several directions several factors mix, where f'' is constant too.
        """
        one = self.findings
        steepest = 0.0 if one.eigenvalues is None else float(np.abs(one.eigenvalues).max())
        varies = self.end.size == 1 or abs(one.largest_curvature - steepest) > 1e-3 * steepest
        return self.optimizer.name == "sgd" and varies

    def agrees(self, pace: Rates) -> bool:
        """Whether the last steps were multiplied by one of the factors."""
        ratio = self.findings.ratio
        return ratio is None or bool(np.abs(np.abs(pace.factors) - abs(ratio)).min() < 1e-3)


def told(case: Case, language: Language = "en") -> str:
    """The diagnosis in a language, one sentence after another."""
    gap = "" if language == "zh" else " "
    return gap.join(_sentences(case, language))


def _sentences(case: Case, language: Language) -> Iterator[str]:
    yield _verdict(case, language)
    yield from _offered(case, language)
    yield from _why(case, language)
    yield from _shape(case, language)
    yield from _reference(case, language)


def _count(number: int, language: Language) -> str:
    return said("update", language) if number == 1 else said("updates", language, n=number)


def _verdict(case: Case, language: Language) -> str:
    one = case.findings
    bound = "precision" if case.precision > 0 else "rounding"
    gaps = {
        "n": _count(case.updates, language),
        "g": figure(one.followed if isnan(one.gradient) else one.gradient, 4),
        "p": said(bound, language, p=figure(case.precision)),
        "bent": _bent(one.eigenvalues),
        "most": figure(one.largest_curvature, 3),
        "f": figure(case.value),
        "size": figure(norm_of(case.end), 4),
        "why": f" ({one.reason})" if one.reason else "",
    }
    return said(_verdict_key(case), language, **gaps)


def _verdict_key(case: Case) -> str:
    one = case.findings
    if one.status == "diverged":
        return "is_lost" if one.ending == "lost" else "is_grown"
    if one.status == "interrupted" and not case.precision:
        return "is_interrupted_endless"
    if one.status == "saddle" and case.end.size == 1:
        return "is_inflection"
    if one.status == "plateau" and one.newton is not None and one.newton.near:
        return "is_valley"
    return f"is_{one.status.replace(' ', '_')}"


def _bent(values: Array | None) -> str:
    if values is None:
        return "f'' ?"
    if values.size == 1:
        return f"f'' = {figure(float(values[0]), 6)}"
    ends = f"{figure(float(values[0]), 4)} … {figure(float(values[-1]), 4)}"
    return f"λ = {ends}"


def _offered(case: Case, language: Language) -> Iterator[str]:
    """Whether the gradient that was followed is the function's."""
    one = case.findings
    if case.misled:
        followed, own = figure(one.followed, 4), figure(one.gradient, 4)
        yield said("wrong_gradient", language, followed=followed, own=own)


def _why(case: Case, language: Language) -> Iterator[str]:
    one, pace = case.findings, case.pace
    if one.kink:
        yield said("kink", language)
        return
    if one.status == "diverged" and one.ending == "grown" and case.value < 0 and pace is None:
        yield said("below", language)
    if pace is not None and not (one.ending == "lost" and abs(pace.worst) < 1):
        yield from _paced(case, pace, language)
    elif case.optimizer.name not in ("sgd", "momentum", "nesterov"):
        yield said("adaptive", language, name=case.optimizer.name)
    if one.ratio is not None and one.status != "diverged" and case.updates > 1:
        yield said("observed", language, ratio=figure(one.ratio, 6))
        if pace is not None and not case.agrees(pace) and case.bends:
            yield said("local", language)
    if case.optimizer["weight_decay"] and one.status != "converged":
        yield said("decay", language)


def _paced(case: Case, pace: Rates, language: Language) -> Iterator[str]:
    """The factor near the minimum, what it makes of the updates, and which rates converge."""
    low, high = figure(float(pace.curvatures[0])), figure(float(pace.curvatures[-1]))
    gaps = {
        "character": said(_character(pace.worst), language), "low": low, "high": high,
        "factor": figure(pace.worst), "rate": figure(pace.rate), "bent": low,
        "steep": figure(float(pace.factors[-1])), "level": figure(float(pace.factors[0])),
    }  # fmt: skip
    kind = "one" if case.end.size == 1 else "several"
    if 0 < pace.worst < 1 and pace.factors[-1] < -ACROSS:
        gaps["character"] = said("shrinks_across", language)
    if case.optimizer.name != "sgd":
        kind, gaps["beta"] = "momentum", figure(case.optimizer["momentum"])
        gaps["character"] = said("nearer" if pace.worst < 1 else "grows", language)
    yield said(f"factor_{kind}", language, **gaps)
    yield from _counted(case, pace, language)
    largest, (first, last) = figure(pace.largest), pace.best
    best = figure(first) if last < 1.1 * first else f"{figure(first, 2)} … {figure(last, 2)}"
    yield said(f"bounds_{kind}", language, largest=largest, best=best)


def _counted(case: Case, pace: Rates, language: Language) -> Iterator[str]:
    """How many updates the factor makes of the distance to go."""
    one, size = case.findings, abs(pace.worst)
    if not 0 < size < 1 - 1e-12 or case.precision <= 0 or not case.agrees(pace):
        return
    if one.status in ("not converged", "interrupted") and one.gradient > case.precision:
        more = ceil(log(case.precision / one.gradient) / log(size))
        yield said("further", language, n=_count(more, language))
    elif one.status == "converged" and case.first > case.precision and size > SAME:
        count = log(case.precision / case.first) / log(size)
        if abs(ceil(count) - case.updates) > 1 + 0.1 * case.updates:
            return  # f'' was another on most of the path
        gaps = {"first": figure(case.first), "p": figure(case.precision), "factor": figure(size)}
        n = _count(ceil(count), language)
        yield said("expected", language, count=figure(count, 4), n=n, **gaps)


def _character(factor: float) -> str:
    size = abs(factor)
    if abs(factor + 1) < SAME:
        return "turns"
    if factor == 1:
        return "stays"
    if size > 1:
        return "grows_turning" if factor < 0 else "grows"
    if size < SAME:
        return "at_once"
    if factor < 0:
        return "shrinks_turning"
    return "shrinks_slowly" if factor > SLOW else "shrinks"


def _shape(case: Case, language: Language) -> Iterator[str]:
    values = case.findings.eigenvalues
    if values is None or values.size == 1:
        return
    shown = ", ".join(figure(float(one), 5) for one in values[:6])
    shown += ", …" if values.size > 6 else ""
    if values[0] > 0:
        condition = figure(float(values[-1] / values[0]), 4)
        yield said("curvature", language, values=shown, condition=condition)
    else:
        yield said("curvature_mixed", language, values=shown)


def _reference(case: Case, language: Language) -> Iterator[str]:
    """The stationary point itself."""
    newton = case.findings.newton
    one = case.findings
    if one.status == "plateau" or one.eigenvalues is None or one.kink:
        return
    if newton is None or not isfinite(newton.value):
        yield said("no_newton", language)
        return
    origin = "from_lowest" if case.findings.status == "diverged" else "from_end"
    yield said(
        "newton", language,
        origin=said(origin, language), x=point(case.names, list(newton.x)),
        f=figure(newton.value, 10), nature=said(newton.nature, language),
        distance=figure(newton.distance, 3),
    )  # fmt: skip
