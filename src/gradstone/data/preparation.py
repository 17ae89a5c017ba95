"""From a table to the arrays of training: what was learned of the training rows, kept to apply."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradstone.data.tables import Table, number
from gradstone.errors import DataError, unknown

Task = Literal["classification", "regression"]
FEW_CLASSES = 20
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Preparation:
    """How rows of a table become numbers to train on, and results become words again.

    Features are standardised, (x − mean) / scale, with the mean and the standard deviation of
    the training rows; a constant column has scale 1 and becomes 0. Regression targets are
    standardised likewise, so that one learning rate serves prices and probabilities; `values`
    leads back. Class targets are numbered in the order of `classes`.

    Args:
        target: the name of the target column.
        task: "classification" or "regression".
        features: the names of the feature columns, in the order of the inputs.
        mean: one for each feature.
        scale: one for each feature, above 0.
        classes: the labels, sorted; empty for regression.
        target_mean: of the regression target, else 0.
        target_scale: of the regression target, else 1.
    """

    target: str
    task: Task
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    classes: tuple[str, ...] = ()
    target_mean: float = 0.0
    target_scale: float = 1.0

    def apply(self, table: Table) -> NDArray[np.float64]:
        """The inputs, float64 (rows, features); other columns and their order do not matter.

        Raises:
            UnknownNameError: a feature column is missing.
            DataError: a cell that is not a finite number, or too large for its scale.
        """
        inputs: NDArray[np.float64]
        with np.errstate(over="ignore"):
            inputs = (table.numbers(self.features) - np.array(self.mean)) / np.array(self.scale)
        wild = np.argwhere(~np.isfinite(inputs))
        if len(wild):
            row, column = wild[0].tolist()
            wanted = f"a number near {self.mean[column]:g} was wanted, as in training"
            place = table.place(row, self.features[column])
            raise DataError(place, "far too large", wanted, "Correct the cell.")
        return inputs

    def targets(self, table: Table) -> NDArray[np.int64] | NDArray[np.float64]:
        """The targets: int64 (rows,) numbers of classes, or float64 (rows,) standardised.

        Raises:
            UnknownNameError: the target column is missing.
            DataError: a label not seen in training, or a cell that is not a finite number.
        """
        if self.task == "regression":
            return (table.numbers([self.target])[:, 0] - self.target_mean) / self.target_scale
        numbers = {label: place for place, label in enumerate(self.classes)}
        found = []
        for row, cell in enumerate(table.column(self.target)):
            label = cell if cell in numbers else _numeral(cell)
            if label not in numbers:
                wanted = f"a label of the training data was wanted ({_some(self.classes)})"
                raise DataError(table.place(row, self.target), f"{cell!r} came", wanted)
            found.append(numbers[label])
        return np.array(found, dtype=np.int64)

    def labels(self, numbers: ArrayLike) -> NDArray[np.str_]:
        """The original labels of class numbers, of the same shape."""
        return np.array(self.classes, dtype=np.str_)[np.asarray(numbers, dtype=np.int64)]

    def values(self, outputs: ArrayLike) -> NDArray[np.float64]:
        """Standardised regression outputs in the units of the table, float64, of the same shape."""
        return np.asarray(outputs, dtype=np.float64) * self.target_scale + self.target_mean

    def to_json(self) -> dict[str, Any]:
        """All of it as plain values for a JSON file; numbers keep every digit."""
        return {
            "format": FORMAT,
            "target": self.target,
            "task": self.task,
            "features": list(self.features),
            "mean": list(self.mean),
            "scale": list(self.scale),
            "classes": list(self.classes),
            "target_mean": self.target_mean,
            "target_scale": self.target_scale,
        }

    @classmethod
    def from_json(cls, plain: object) -> Preparation:
        """What `to_json` gave, checked.

        Raises:
            DataError: something else.
        """
        try:
            return _restored(plain)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            came = f"it cannot be used ({error})"
            raise DataError(
                "saved preparation", came, "one that Gradstone wrote was wanted"
            ) from None


def prepare(
    table: Table, target: str, *, task: Task | None = None, rows: ArrayLike | None = None
) -> Preparation:
    """Learns from a table how to make arrays of it.

    Without `task`, a target of text or of at most 20 different whole numbers means classes,
    any other numbers mean regression. Class labels come from the whole table, means and scales
    from the training rows alone.

    Args:
        table: all its columns but the target must hold numbers.
        target: the name of the target column.
        task: "classification" or "regression", where the choice above is not wanted.
        rows: the numbers of the training rows; all of them where not given.

    Raises:
        UnknownNameError: no such column or task.
        DataError: no feature column, a cell that cannot be used, one class only.
    """
    if task is not None and task not in get_args(Task):
        raise unknown("task", task, get_args(Task))
    cells = table.column(target)
    features = tuple(column for column in table.columns if column != target)
    if not features:
        wanted = "at least one more column, of numbers, was wanted"
        raise DataError(table.name, f"only the target column {target!r}", wanted)
    chosen = np.arange(len(table)) if rows is None else np.asarray(rows, dtype=np.int64)
    if not chosen.size:
        raise DataError(table.name, "no training rows", "at least one was wanted")
    mean, scale = _spread(table.numbers(features)[chosen])
    if (task or _task(cells)) == "classification":
        classes = _classes(table, target, asked=task is not None)
        return Preparation(target, "classification", features, mean, scale, classes)
    middle, width = _spread(table.numbers([target])[chosen])
    return Preparation(target, "regression", features, mean, scale, (), middle[0], width[0])


def _task(cells: tuple[str, ...]) -> Task:
    values = {number(cell) for cell in cells if cell}
    if any(math.isnan(value) for value in values):
        return "classification"
    whole = all(value.is_integer() for value in values)
    return "classification" if whole and len(values) <= FEW_CLASSES else "regression"


def _classes(table: Table, target: str, *, asked: bool) -> tuple[str, ...]:
    """The sorted labels; a column of numbers in which one cell is wrong is not taken for labels."""
    cells = table.column(target)
    for row, cell in enumerate(cells):
        if not cell or cell.lower() == "nan":
            wanted = "a label was wanted"
            came = f"{cell!r} came" if cell else "an empty cell"
            raise DataError(table.place(row, target), came, wanted, "Fill it, or drop the row.")
    text = [row for row, cell in enumerate(cells) if math.isnan(number(cell))]
    if not text:
        labels = sorted({_numeral(cell) for cell in cells}, key=float)
    else:
        labels = sorted(set(cells))
        if not asked and len(labels) > FEW_CLASSES and len(text) < len(cells) / 2:
            raise table.strange(text[0], target)
    if len(labels) == 1:
        came = f"one class only, {labels[0]!r}"
        raise DataError(f"{table.name}, column {target!r}", came, "at least two were wanted")
    return tuple(labels)


def _numeral(cell: str) -> str:
    """A cell as a label: 1, 1.0 and 01 are the same number, so the same label."""
    value = number(cell)
    if not math.isfinite(value):
        return cell
    return str(int(value)) if value.is_integer() else repr(value)


def _spread(values: NDArray[np.float64]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each column; a constant one has itself and 1."""
    low, high = values.min(axis=0), values.max(axis=0)
    # Divided by a power of two near the largest size, which is exact: squares cannot overflow.
    size = np.ldexp(1.0, np.frexp(np.maximum(np.abs(low), np.abs(high)))[1] - 1)
    mean, scale = (values / size).mean(axis=0) * size, (values / size).std(axis=0) * size
    constant = (low == high) | (scale == 0)
    mean[constant], scale[constant] = low[constant], 1.0
    return tuple(mean.tolist()), tuple(scale.tolist())


def _restored(plain: object) -> Preparation:
    if not isinstance(plain, Mapping):
        raise TypeError(f"a {type(plain).__name__} is not a mapping")
    if plain["format"] != FORMAT:
        raise ValueError(f"its format is {plain['format']!r}, not {FORMAT}")
    features, mean, scale = plain["features"], plain["mean"], plain["scale"]
    task, classes = plain["task"], plain["classes"]
    _demand(all(isinstance(each, list) for each in (features, mean, scale, classes)), "lists")
    target_mean, target_scale = plain["target_mean"], plain["target_scale"]
    _demand(task in get_args(Task), "task")
    _demand(all(isinstance(name, str) for name in (plain["target"], *features, *classes)), "names")
    _demand(0 < len(features) == len(mean) == len(scale), "lengths of features, mean, scale")
    _demand(all(map(_finite, (*mean, *scale, target_mean, target_scale))), "numbers")
    _demand(min(*scale, target_scale) > 0, "scale")
    _demand(len(set(classes)) == len(classes), "classes")
    _demand((len(classes) > 1) == (task == "classification"), "number of classes")
    return Preparation(
        plain["target"], task, tuple(features), tuple(mean), tuple(scale), tuple(classes),
        target_mean, target_scale,
    )  # fmt: skip


def _demand(met: bool, what: str) -> None:
    if not met:
        raise ValueError(f"wrong {what}")


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _some(labels: tuple[str, ...]) -> str:
    return ", ".join(labels if len(labels) <= 12 else (*labels[:12], "…"))
