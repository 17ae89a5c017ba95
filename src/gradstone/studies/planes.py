"""Rows that can be drawn in a plane: built-in sets with two features and classes, or the user's."""

from __future__ import annotations

from gradstone.data.drawn import RECIPES, drawn_set
from gradstone.data.sets import DataSet
from gradstone.errors import DataError, RangeError, unknown
from gradstone.nn.settings import whole

HELD_OUT, SHARE = 1000, 0.2
NOISY_SIZE = 100
NOISY = {
    "xor": 0.4, "ring": 0.4, "circle": 0.4, "gaussians": 1.0, "blobs": 0.9, "spirals": 0.3,
    "moons": 0.4, "checkerboard": 0.3,
}  # fmt: skip
"""Noise in which 100 points no longer show a set's form; many neurons learn them by heart."""


def planar_rows(
    dataset: str | DataSet,
    size: int,
    noise: float | None,
    seed: int,
    held_out: int | DataSet | None,
) -> tuple[DataSet, DataSet]:
    """The rows to train on and those to measure on.

    Args:
        dataset: the name of a built-in set, or rows. size, noise, seed: of a built-in one.
        held_out: how many, or the rows themselves. None: 1000 of a built-in set, a fifth of rows.

    Raises:
        UnknownNameError: no such set. DataError: not two features, or no classes.
    """
    if isinstance(dataset, DataSet):
        rows = _checked(dataset)
        if isinstance(held_out, DataSet):
            return rows, _checked(held_out)
        return rows.split(SHARE if held_out is None else _share(held_out, len(rows)))
    _check_name(dataset)
    training = drawn_set(dataset, size, noise, seed)
    if isinstance(held_out, DataSet):
        return training, _checked(held_out)
    count = HELD_OUT if held_out is None else whole("held_out", held_out, least=2)
    return training, drawn_set(dataset, count, noise, (seed + 1) % 2**64)


def noise_of(dataset: str | DataSet, noise: float | None) -> float | None:
    """The noise of a built-in set, its own where none is given; None for rows."""
    if isinstance(dataset, DataSet):
        return None
    return RECIPES[dataset].noise if noise is None else noise


def noisy_rows(name: str, noise: float, seed: int, held_out: int) -> tuple[DataSet, DataSet, float]:
    """Few points of a built-in set with much noise, points to measure on, and the noise.

    Args:
        noise: at least so much. held_out: at least so many points.
    """
    spread = max(NOISY[name], noise)
    out = drawn_set(name, max(held_out, HELD_OUT), spread, (seed + 1) % 2**64)
    return drawn_set(name, NOISY_SIZE, spread, seed), out, spread


def _share(held_out: int, rows: int) -> float:
    if whole("held_out", held_out) >= rows:
        wanted = f"fewer than the {rows} rows there are, are wanted"
        raise RangeError("held_out", f"{held_out} came", wanted)
    return held_out / rows


def _check_name(name: str) -> None:
    fitting = sorted(NOISY)
    if name not in RECIPES:
        raise unknown("data set", name, fitting)
    if name not in NOISY:
        came = f"{name} came, numbers to predict from one feature"
        wanted = "classes in a plane are wanted, whose regions can be drawn"
        raise DataError("data set", came, wanted, f"Those are {', '.join(fitting)}.")


def _checked(rows: DataSet) -> DataSet:
    if rows.inputs.ndim != 2 or rows.inputs.shape[1] != 2:
        came = f"{', '.join(rows.features[:6]) or 'no features'} came as features"
        wanted = "two feature columns are wanted, to be drawn in a plane"
        raise DataError(rows.name, came, wanted)
    if rows.task != "classification" or len(rows.classes) < 2:
        came = "numbers came as targets" if rows.task == "regression" else "one class came"
        raise DataError(rows.name, came, "two or more classes are wanted")
    return rows
