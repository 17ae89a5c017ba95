"""What is trained on: a built-in set or a table, cut into training and test rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradstone.data.drawn import RECIPES, Draw, draw
from gradstone.data.preparation import Preparation, Task, prepare
from gradstone.data.sets import DataSet, handwritten_digits, held_out
from gradstone.data.tables import Table, read_table
from gradstone.errors import RangeError, unknown

Array = np.ndarray[Any, Any]
TEST_SHARE, SPLIT_SEED = 0.2, 0
INK = 16.0  # the darkest pixel of the digits, as their source counts
DIGITS = "digits"
SETS = (DIGITS, *RECIPES)
"""The built-in sets by name."""
DRAWN = "drawn"
"""Under this name the draw of a built-in set is kept beside the preparation of a run."""


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
        source: the table's path as it was given; None for built-in sets.
        height: of the images that the inputs are, 0 where they are none.
        drawn: how a set that is drawn at random was drawn.
    """

    name: str
    title: str
    training: Rows
    test: Rows
    preparation: Preparation
    source: str | None = None
    height: int = 0
    drawn: Draw | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels; empty for regression."""
        return self.preparation.classes

    @property
    def baseline(self) -> tuple[str, float]:
        """The most frequent class of the training rows and its share of the test rows."""
        most = int(np.bincount(self.training.targets).argmax())
        return self.classes[most], float((self.test.targets == most).mean())

    @property
    def kept(self) -> dict[str, Any]:
        """What a run keeps, to prepare other rows and to draw these again."""
        plain = self.preparation.to_json()
        return plain if self.drawn is None else {**plain, DRAWN: self.drawn.to_json()}

    def data_set(self, rows: Rows) -> DataSet:
        """Rows as a set of their own, as studies take them."""
        one = self.preparation
        return DataSet(
            self.title, rows.inputs, rows.targets, one.features, one.classes, one.task
        )  # fmt: skip

    def in_units(self, rows: Rows) -> Rows:
        """Rows as the table has them, not standardised: inputs (N, features), targets (N,)."""
        preparation = self.preparation
        inputs = rows.inputs * np.array(preparation.scale) + np.array(preparation.mean)
        targets = rows.targets if self.classes else preparation.values(rows.targets)
        return Rows(inputs, targets)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line says of the material; None where it says nothing.

    Attributes:
        table, target, test, task: a table and how to use it.
        dataset, size, noise, seed: a built-in set and how to draw it.
    """

    table: Path | None = None
    target: str | None = None
    test: Path | None = None
    task: str | None = None
    dataset: str | None = None
    size: int | None = None
    noise: float | None = None
    seed: int | None = None

    def material(self) -> Material:
        """The material; without a table and a set, the digits.

        Raises:
            RangeError: options that do not go together. UnknownNameError: no such set. What
            `table_material` and `drawn_material` raise.
        """
        if self.table is not None:
            self._refuse({"--dataset": self.dataset, **self._drawing}, f"the table {self.table}")
            return table_material(self.table, self.target, self.test, self.task)
        for name, value in (
            ("--target", self.target), ("--test", self.test), ("--task", self.task)
        ):  # fmt: skip
            if value is not None:
                raise RangeError(name, f"{value} came without a TABLE", "a TABLE to read is wanted")
        if self.dataset not in (None, *SETS):
            raise unknown("--dataset", str(self.dataset), SETS)
        if self.dataset in (None, DIGITS):
            self._refuse(self._drawing, "the digits, of which there is one set")
            return digits()
        drawing = {name: value for name, value in self._settings.items() if value is not None}
        return drawn_material(draw(str(self.dataset), **drawing))

    @property
    def _settings(self) -> dict[str, Any]:
        return {"size": self.size, "noise": self.noise, "seed": self.seed}

    @property
    def _drawing(self) -> dict[str, Any]:
        return {"--size": self.size, "--noise": self.noise, "--data-seed": self.seed}

    def _refuse(self, options: Mapping[str, Any], beside: str) -> None:
        for name, value in options.items():
            if value is not None:
                wanted = "it goes with --dataset alone" if name != "--dataset" else "one is wanted"
                raise RangeError(name, f"{value} came beside {beside}", wanted, "Leave one out.")


def digits() -> Material:
    """The handwritten digits, split the same way each time."""
    whole = handwritten_digits()
    training, test = whole.split(TEST_SHARE, SPLIT_SEED)
    size = len(whole.features)
    preparation = Preparation(
        "digit", "classification", whole.features, (0.0,) * size, (INK,) * size, whole.classes
    )
    rows = [Rows(one.inputs, one.targets) for one in (training, test)]
    return Material(DIGITS, whole.name, rows[0], rows[1], preparation, height=8)


def table_material(path: Path, target: str | None, test: Path | None, task: str | None) -> Material:
    """A table's rows; a fifth is kept for the test unless there is a table for it.

    Raises:
        RangeError: no target was named. UnknownNameError, DataError, FileError: the tables.
    """
    table = read_table(path)
    if target is None:
        wanted = "the column to predict is wanted"
        raise RangeError("--target", "nothing came", wanted, f"The columns are {table.listed}.")
    chosen = _task(task)
    if test is not None:
        preparation = prepare(table, target, task=chosen)
        parts = [table, read_table(test)]
    else:
        preparation, *parts = _split(table, target, chosen)
    training, tested = (_prepared(preparation, part) for part in parts)
    return Material(path.stem or "table", table.name, training, tested, preparation, str(path))


def drawn_material(drawn: Draw) -> Material:
    """A set drawn at random, treated as the table of the same numbers; a fifth is for the test.

    Raises:
        DataError: too few points to hold some out.
    """
    table = drawn.table()
    classes = bool(RECIPES[drawn.name].classes)
    preparation, *parts = _split(
        table, table.columns[-1], "classification" if classes else "regression"
    )
    training, tested = (_prepared(preparation, part) for part in parts)
    return Material(drawn.name, drawn.name, training, tested, preparation, drawn=drawn)


def _split(table: Table, target: str, task: Task | None) -> tuple[Preparation, Table, Table]:
    """The preparation, learned from the training rows alone, those rows, and the test rows."""
    whole = prepare(table, target, task=task)
    stay, out = held_out(whole.targets(table), TEST_SHARE, SPLIT_SEED)
    return prepare(table, target, task=whole.task, rows=stay), table.rows(stay), table.rows(out)


def _task(task: str | None) -> Task | None:
    if task is None or task == "classification" or task == "regression":
        return task  # type: ignore[return-value]
    raise unknown("--task", task, ("classification", "regression"))


def _prepared(preparation: Preparation, table: Table) -> Rows:
    return Rows(preparation.apply(table), preparation.targets(table))
