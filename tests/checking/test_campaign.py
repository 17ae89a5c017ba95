"""Right gradients pass and wrong ones do not, over seeded functions of every size."""

from dataclasses import replace

import numpy as np
import pytest

from gradstone.checking.audit import audit
from tests.checking.campaign import PLANTS, cases, detectable

FEW = 49  # one of each kind
ALL = [pytest.param(range(FEW), id="few"),
       pytest.param(range(FEW, 4 * FEW), id="all", marks=pytest.mark.slow)]  # fmt: skip
KINDS = ["traced", "hidden", "float32"]


def verdicts(case, kind, plant=None, seed=0):
    """The audit of a case's own gradient, or of a wrong one; and whether that can be seen."""
    dtype = np.float32 if kind == "float32" else np.float64
    with np.errstate(all="ignore"):
        right = case.right(dtype)
        if not all(np.isfinite(part).all() for part in right.values()):
            return None, False
        offered = plant(right, np.random.default_rng(seed)) if plant else right
        found = audit(case.hidden if kind == "hidden" else case.f, case.p, grad=offered)
        return found, plant is not None and detectable(case, offered, right, dtype)


def undecided(found):
    return any("too small to tell apart from rounding" in note for note in found.notes)


@pytest.mark.parametrize("numbers", ALL)
@pytest.mark.parametrize("kind", KINDS)
def test_right_gradients_are_never_rejected(numbers, kind):
    every = list(cases())
    for number in numbers:
        found, _ = verdicts(every[number], kind)
        assert found is None or found.passed, f"{every[number].name}\n{found}"
        traced = not any("cannot be traced" in note for note in found.notes) if found else True
        assert traced == (kind != "hidden") or found is None, every[number].name


@pytest.mark.parametrize("numbers", ALL)
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_gradients_are_rejected_or_said_to_be_undecided(numbers, kind):
    every, plants = list(cases()), list(PLANTS)
    for number in numbers[::3]:
        name = plants[number // 3 % len(plants)]
        found, seen = verdicts(every[number], kind, PLANTS[name], number)
        if not seen or not found.passed:
            continue
        told = f"{name} in {every[number].name}\n{found}"
        assert kind == "hidden", told
        assert undecided(found), told


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_right_steps_are_never_rejected(dtype):
    """Also from biases of 0, where a step leaves nothing of the parameter's own rounding."""
    for case in list(cases())[:FEW]:
        p = {name: part.astype(dtype) for name, part in case.p.items()}
        p = {name: 0 * part if name.startswith("b") else part for name, part in p.items()}
        case = replace(case, p=p)
        with np.errstate(all="ignore"):
            right = case.right(dtype)
            after = {name: p[name] - dtype(0.1) * right[name] for name in p}
            if not all(np.isfinite(part).all() for part in after.values()):
                continue
            found = audit(case.f, p, parameters_after=after, rate=float(dtype(0.1)))
        assert found.passed, f"{case.name}\n{found}"
