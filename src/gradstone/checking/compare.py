"""`compare`: where does a step computed elsewhere first differ from ours, and by which mistake?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

import numpy as np

from gradstone.checking.steps.attribution import attributed
from gradstone.checking.steps.compared import Compared, Difference, Line
from gradstone.checking.steps.judging import DIFFERS, Sides
from gradstone.checking.steps.layouts import laid_out
from gradstone.checking.steps.plain import compared_plainly
from gradstone.checking.steps.precision import Precision
from gradstone.checking.steps.quantities import Array, Vocabulary, kind_of
from gradstone.checking.steps.reading import Read, flattened, read
from gradstone.checking.steps.recipe import Recipe
from gradstone.checking.steps.records import MOST_ROWS, Records, relative
from gradstone.errors import RangeError, ShapeError


@runtime_checkable
class Described(Protocol):
    """A step whose numbers can be recomputed, as `gs.step_trace` gives it."""

    @property
    def recipe(self) -> Recipe:
        """How each number follows from those before it."""
        ...


def compare(a: Any, b: Any, *, tolerance: float | None = None) -> Compared:
    """Two traces of the same training step: the first number that differs, and the likely mistake.

    A trace is a dictionary of arrays by name, in order of computation: x, t, W1, b1 …, net1, out1
    …, loss, dout2 (∂E/∂out), dnet2 (δ), dW2, db2 …, "new W1" …; each may be missing. Understood
    are also z1, a1, dZ2, "W1.grad", "0.weight", "fc1.bias.grad", y_hat, logits, single numbers
    as w5, net_h1, delta_o1, dE_dw5 and "dnet2[0,1]", and "history loss", "history W1" and
    "average" (a moving average of the losses). Weights as (outputs, inputs), samples in columns,
    and targets as labels or as rows are recognised.

    Args:
        a: our side: a step described by `gs.step_trace(network, x, t, …)`, or a dictionary.
        b: the other side: a dictionary of arrays of NumPy, PyTorch, JAX or plain Python. The
            described step may stand here instead.
        tolerance: relative error that counts as none. Left out: 1e-9 for float64, 1e-4 for
            float32, and the last digit of numbers that were typed or rounded.

    With a described step, each number of the other side is recomputed from those before it on
    that side: what is right given the earlier numbers is an error carried forward. The first one
    that is not is compared with what each known mistake would make of them. Between two
    dictionaries, only what shows in the numbers alone is named: a factor, a sign, a transpose.

    Raises:
        KindError, DataError: no dictionary, an empty one, no key understood, NaN or infinity.
        ShapeError: an array that fits in no layout. RangeError: the tolerance.
    """
    if tolerance is not None and not 0 < tolerance < 1:
        raise RangeError("tolerance", f"{tolerance} came", "a number between 0 and 1 is wanted")
    if isinstance(a, Described):
        return _with_recipe(a.recipe, b, tolerance, "b")
    if isinstance(b, Described):
        return _with_recipe(b.recipe, a, tolerance, "a")
    return compared_plainly(flattened(a, "a"), flattened(b, "b"), tolerance)


def _with_recipe(recipe: Recipe, other: Any, tolerance: float | None, subject: str) -> Compared:
    ours = recipe.all_values(recipe.right(), recipe.values)
    vocabulary = Vocabulary.of({name: array.shape for name, array in ours.items()})
    found = read(flattened(other, subject), vocabulary, subject)
    precision = Precision.of(_computed(found), tolerance)
    laid = laid_out(found, ours)
    there = {
        name: array if name == "t" else np.asarray(array, dtype=np.float64)
        for name, array in laid.arrays.items()
    }
    laid.notes += _add_single(there, found, ours)
    laid.notes += _without_count(there, ours)
    for name, array in laid.misfits.items():
        if kind_of(name) in ("given", "record"):
            raise _misfit(name, array, ours, found)
    sides = Sides(recipe, there, laid.misfits, precision)
    differences = _differences(sides, found)
    lines = [_line(sides, name) for name in sides.verdicts]
    notes = [*laid.notes, *_told(precision, found)]
    for line, difference, note in _records(sides, found).told():
        lines.append(line)
        differences += [difference] if difference else []
        notes += [note] if note else []
    return Compared(tuple(lines), tuple(differences), tuple(found.unknown), tuple(notes))


def _told(precision: Precision, found: Read) -> Iterator[str]:
    if precision.kind == "float32":
        yield f"float32 came; compared with tolerance {precision.tolerance:g}"
    given = all(kind_of(name) == "given" for name in (*found.arrays, *found.single))
    if precision.kind == "typed" and not given:
        yield f"rounded numbers came, of {precision.digits} digits at most; the last may be off"


def _computed(found: Read) -> list[Array]:
    """What was computed elsewhere; where nothing was, what was given."""
    single = {name: np.array(list(one.values())) for name, one in found.single.items()}
    every = {**found.arrays, **single}
    return [one for name, one in every.items() if kind_of(name) != "given"] or [*every.values()]


def _add_single(there: dict[str, Array], found: Read, ours: Mapping[str, Array]) -> list[str]:
    """Numbers given by themselves, in arrays with NaN for the others.

    A number called as a parameter is, but not that parameter's, is taken for the new one.
    """
    notes = []
    for name, numbers in found.single.items():
        new = f"new {name}"
        differs = any(abs(ours[name][at] - one) > 1e-6 * abs(one) for at, one in numbers.items())
        taken = {new, name} & set(there) or new in found.single
        if new in ours and differs and not taken:
            notes.append(f"{found.keys[name]} is taken for the new one, after the update")
            found.keys[new] = found.keys[name]
            name = new
        if name in there:
            found.unknown.append(f"{found.keys[name]} ({name} came whole, too)")
            continue
        there[name] = np.full(ours[name].shape, np.nan)
        for place, number in numbers.items():
            there[name][place] = number
    return notes


def _without_count(there: dict[str, Array], ours: Mapping[str, Array]) -> list[str]:
    """δ kept without the 1/N that the parameters' gradients have: divided by N, and told."""
    names = [name for name in there if kind_of(name) == "backward" and name[:5] != "slope"]
    slopes = [name for name in there if kind_of(name) == "gradient"]
    rows = len(ours["x"])

    def close(name: str, factor: int) -> bool:
        return bool(
            np.allclose(there[name], factor * ours[name], rtol=1e-4, atol=0, equal_nan=True)
        )

    whole = all(there[name].shape == ours[name].shape for name in (*names, *slopes))
    if rows < 2 or not names or not slopes or not whole:
        return []
    if not (all(close(name, rows) for name in names) and all(close(name, 1) for name in slopes)):
        return []
    for name in names:
        there[name] = there[name] / rows
    told = ", ".join(names)
    return [f"{told}: kept without 1/{rows}, which the gradients have: another convention"]


def _differences(sides: Sides, found: Read) -> list[Difference]:
    told: list[Difference] = []
    for one in attributed(sides):
        name = one.names[0]
        if name in sides.misfits and one.cause is None and not told:
            raise _misfit(name, sides.misfits[name], sides.ours, found)
        told.append(replace(_difference(sides, name, found), cause=one.cause))
    return told


def _misfit(name: str, came: Array, ours: Mapping[str, Array], found: Read) -> ShapeError:
    like = ours.get(name, ours.get(name.removeprefix("history ").removeprefix("old ")))
    shape = "" if like is None else str(like.shape)
    rows = "rows of " if name.startswith("history ") else ""
    wanted = f"{rows}{shape} is wanted for {name}"
    return ShapeError(found.keys[name], f"shape {came.shape} came", wanted)


def _difference(sides: Sides, name: str, found: Read) -> Difference:
    key = found.keys[name]
    if name in sides.misfits:
        return Difference(name, (), np.nan, np.nan, key, None)
    came = sides.there[name]
    wanted = sides.wanted[name]
    gap = np.abs(came - wanted) > sides.slack(name, wanted, sides.noise.get(name, 0.0))
    index = tuple(map(int, np.argwhere(gap)[0])) if gap.any() else ()
    return Difference(name, index, float(wanted[index]), float(came[index]), key, None)


def _line(sides: Sides, name: str) -> Line:
    if name in sides.misfits:
        return Line(name, sides.misfits[name].shape, np.nan, DIFFERS)
    came, ours = sides.there[name], sides.ours[name]
    return Line(name, came.shape, relative(came, ours), sides.verdicts[name])


def _records(sides: Sides, found: Read) -> Records:
    """Histories of as many steps on the same batch, from what was given there."""
    recipe = sides.recipe
    there = {name: array for name, array in sides.there.items() if kind_of(name) == "record"}
    at = {name: sides.known[name] for name in recipe.given}
    rows = max((len(array) for array in there.values()), default=0)
    ours = recipe.histories(sides.right, at, min(rows, MOST_ROWS)) if there else {}

    def loss_at(parameters: Mapping[str, Array]) -> float:
        return float(recipe.all_values(sides.right, {**at, **parameters})["loss"])

    return Records(ours, there, found.keys, sides.precision, loss_at)
