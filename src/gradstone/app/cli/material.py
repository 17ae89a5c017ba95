"""What is trained on: the digits of the package or a table, cut into training and test rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradstone.data.preparation import Preparation, Task, prepare
from gradstone.data.sets import handwritten_digits, held_out
from gradstone.data.tables import Table, read_table
from gradstone.errors import RangeError, unknown

Array = np.ndarray[Any, Any]
TEST_SHARE, SPLIT_SEED = 0.2, 0
INK = 16.0  # the darkest pixel of the digits, as their source counts


@dataclass(frozen=True, slots=True)
class Rows:
    """Inputs (N, features) and targets (N,) as a network takes them."""

    inputs: Array
    targets: Array

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, slots=True)
class Material:
    """Rows to train on and rows to test on, prepared alike.

    Attributes:
        name: for the folder, as "digits". title: for people.
        training, test: the rows.
        preparation: how columns of a table become inputs, saved with the run.
        source: the table's path as it was given; None for the digits.
        height: of the images that the inputs are, 0 where they are none.
    """

    name: str
    title: str
    training: Rows
    test: Rows
    preparation: Preparation
    source: str | None = None
    height: int = 0

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels; empty for regression."""
        return self.preparation.classes

    @property
    def baseline(self) -> tuple[str, float]:
        """The most frequent class of the training rows and its share of the test rows."""
        most = int(np.bincount(self.training.targets).argmax())
        return self.classes[most], float((self.test.targets == most).mean())


def digits() -> Material:
    """The handwritten digits, split the same way each time."""
    whole = handwritten_digits()
    training, test = whole.split(TEST_SHARE, SPLIT_SEED)
    size = len(whole.features)
    preparation = Preparation(
        "digit", "classification", whole.features, (0.0,) * size, (INK,) * size, whole.classes
    )
    rows = [Rows(one.inputs, one.targets) for one in (training, test)]
    return Material("digits", whole.name, rows[0], rows[1], preparation, height=8)


def table_material(path: Path, target: str | None, test: Path | None, task: str | None) -> Material:
    """A table's rows; a fifth is kept for the test unless there is a table for it.

    Raises:
        RangeError: no target was named. UnknownNameError, DataError, FileError: the tables.
    """
    table = read_table(path)
    if target is None:
        wanted = "the column to predict is wanted"
        columns = ", ".join(table.columns[:12]) + (" …" if len(table.columns) > 12 else "")
        raise RangeError("--target", "nothing came", wanted, f"The columns are {columns}.")
    chosen = _task(task)
    if test is not None:
        preparation = prepare(table, target, task=chosen)
        parts = (table, read_table(test))
    else:
        whole = prepare(table, target, task=chosen)
        stay, out = held_out(whole.targets(table), TEST_SHARE, SPLIT_SEED)
        preparation = prepare(table, target, task=whole.task, rows=stay)
        parts = (table.rows(stay), table.rows(out))
    training, tested = (_prepared(preparation, part) for part in parts)
    return Material(path.stem or "table", table.name, training, tested, preparation, str(path))


def _task(task: str | None) -> Task | None:
    if task is None or task == "classification" or task == "regression":
        return task  # type: ignore[return-value]
    raise unknown("--task", task, ("classification", "regression"))


def _prepared(preparation: Preparation, table: Table) -> Rows:
    return Rows(preparation.apply(table), preparation.targets(table))
