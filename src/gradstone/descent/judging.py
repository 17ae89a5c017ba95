"""What became of a descent: its status, and the facts that a diagnosis tells."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal

import numpy as np

from gradstone.descent.form import Array
from gradstone.descent.limits import Ending, norm_of
from gradstone.descent.log import Log, Mark
from gradstone.descent.newton import FLAT, Stationary, runs_away, stationary
from gradstone.descent.problem import Problem

Status = Literal[
    "converged", "saddle", "maximum", "plateau", "oscillating", "diverged", "not converged",
    "interrupted",
]  # fmt: skip
"""All but the last are verdicts; that one says that Ctrl-C ended the descent before any."""
WINDOW, RETURN = 20, 0.01
"""The last so many steps oscillate where each returns within this share of its length."""
REST = 1e-8
"""With precision 0 a gradient below this share of the largest met counts as 0."""
SHARE, LOOKED_AT = 0.01, 24
FEW = 4  # variables


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out about a descent.

    Attributes:
        status: as the project defines it. ending: why the updates ended.
        gradient: 2-norm of f's own gradient at the end. followed: of the one that was followed.
        eigenvalues: of the Hessian at the end, ascending; None where it is not known.
        largest_gradient, largest_curvature: met on the path.
        newton: the stationary point that Newton's method finds from the end (of a diverged
            descent: from its lowest point).
        ratio: what the last steps were multiplied by, one to the next; None where there is none.
        reason: where numbers stopped being finite. kink: the slope jumps within the last steps.
    """

    status: Status
    ending: Ending
    gradient: float
    followed: float
    eigenvalues: Array | None
    largest_gradient: float
    largest_curvature: float
    newton: Stationary | None
    ratio: float | None
    reason: str
    kink: bool


def judged(problem: Problem, log: Log, ending: Ending, precision: float) -> Findings:
    """The findings about a descent that ended.

    After Ctrl-C nothing is done that takes long: a black box is not called any more, and of many
    variables no second derivatives are computed.
    """
    marks, stopped = log.marks(), ending == "interrupted"
    end, finite = marks[-1], [one for one in marks if isfinite(one.value)]
    away = ending in ("lost", "grown")
    base = _lowest(finite) if away else end
    mute = stopped and problem.graph is None
    brief = mute or (stopped and end.x.size > FEW)
    slopes = np.array([one.gradient for one in finite])
    largest_gradient = float(np.sqrt(np.nan_to_num(np.square(slopes)).sum(axis=1)).max())
    largest_curvature = 0.0 if brief else _largest_curvature(problem, finite, base)
    own = nan if away or mute else norm_of(problem.both(end.x)[1])
    values = None if brief else _eigenvalues(problem, base.x)
    newton = None
    if values is not None:
        newton = stationary(problem, base.x, largest_curvature)
    last = log.last()
    few = precision if precision > 0 else REST * max(1.0, largest_gradient)
    small = own < few and norm_of(end.gradient) < few
    if stopped:
        status: Status = "interrupted"
    elif away:
        status = "diverged"
    elif small:
        fell = own <= SHARE * largest_gradient and _steepest(values) <= SHARE * largest_curvature
        # of a start that is at rest no path tells what is flat
        level = len(marks) == 1 or fell or runs_away(problem, end.x)
        status = _at_rest(values, newton, level, largest_curvature)
    else:
        status = "oscillating" if oscillates(last) else "not converged"
    reason = problem.reason(end.x) if ending == "lost" else ""
    return Findings(
        status, ending, own, norm_of(end.gradient), values, largest_gradient, largest_curvature,
        newton, ratio_of(last), reason, status != "diverged" and _kinked(last, values),
    )  # fmt: skip


def _lowest(marks: list[Mark]) -> Mark:
    """The point of the smallest f among those before the numbers ran away."""
    calm = [one for one in marks if abs(one.value) <= 1e3 * max(1.0, abs(marks[0].value))]
    return min(calm or marks, key=lambda one: one.value)


def _eigenvalues(problem: Problem, x: Array) -> Array | None:
    bent = problem.curvature(x)
    if bent is None or not np.isfinite(bent).all():
        return None
    return np.asarray(np.linalg.eigvalsh(bent))


def _steepest(values: Array | None) -> float:
    return 0.0 if values is None else float(np.abs(values).max())


def _largest_curvature(problem: Problem, marks: list[Mark], base: Mark) -> float:
    ends = np.linspace(0, len(marks) - 1, LOOKED_AT), np.geomspace(1, len(marks), LOOKED_AT) - 1
    places = np.unique(np.concatenate(ends).astype(int))
    looked = [marks[place].x for place in places] + [base.x]
    return max(_steepest(_eigenvalues(problem, x)) for x in looked)


def _at_rest(
    values: Array | None, newton: Stationary | None, level: bool, largest: float
) -> Status:
    """The status where the gradient is below the precision."""
    if values is None:
        return "converged"
    small = FLAT * largest
    if newton is not None and newton.near:
        if newton.nature == "minimum":
            return "converged" if values[0] > 0 else "plateau"
        found: dict[str, Status] = {"maximum": "maximum", "saddle": "saddle"}
        return found.get(newton.nature, "plateau")
    if level:
        return "plateau"
    if values[0] > small:
        return "converged"
    if values[0] < -small:
        return "maximum" if values[-1] < -small else "saddle"
    return "plateau"


def oscillates(last: list[Mark]) -> bool:
    """Whether each of the last steps returns to an earlier point."""
    points = np.array([one.x for one in last[-2 * WINDOW - 1 :]])
    looked = min(WINDOW, len(points) - 2)
    if looked < 2:
        return False
    for k in range(len(points) - looked, len(points)):
        length = norm_of(points[k] - points[k - 1])
        before = points[max(0, k - WINDOW) : k - 1]
        nearest = np.sqrt(np.square(before - points[k]).sum(axis=1)).min()
        if length <= 1e-12 * max(1.0, norm_of(points[k])) or nearest > RETURN * length:
            return False
    return True


def ratio_of(last: list[Mark]) -> float | None:
    """What a step is multiplied by to give the next, near the end; the median of up to ten.

    Of functions of several variables the lengths are compared, and the sign tells whether the
    steps turn back.
    """
    points = np.array([one.x for one in last if np.isfinite(one.x).all()])
    steps = np.diff(points, axis=0)
    sizes = np.sqrt(np.square(steps).sum(axis=1)) if len(steps) else np.zeros(0)
    scale = np.abs(points).max(initial=1.0)
    # shorter steps are mostly rounding
    good = [k for k in range(1, len(steps)) if min(sizes[k], sizes[k - 1]) > 1e-9 * scale]
    if not good:
        good = [k for k in range(1, len(steps)) if sizes[k - 1] > 0 and sizes[k] > 0]
    found = [float(np.sign(steps[k] @ steps[k - 1]) * sizes[k] / sizes[k - 1]) for k in good[-10:]]
    return float(np.median(found)) if found else None


def _kinked(last: list[Mark], values: Array | None) -> bool:
    """Whether the gradient turns around within short steps although f is not curved there."""
    if len(last) < 3 or values is None:
        return False
    a, b = last[-2], last[-1]
    moved, turned = norm_of(b.x - a.x), norm_of(b.gradient - a.gradient)
    bent = _steepest(values)
    return moved > 0 and turned > 0.5 * norm_of(a.gradient) and turned > 100 * bent * moved
