"""The rows that a saved run was trained on: read, drawn or taken from the package again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gradstone.accounts.runs import TrainingRows, training_rows
from gradstone.app.cli.material import (
    DRAWN,
    SPLIT_SEED,
    TEST_SHARE,
    Material,
    Rows,
    digits,
    drawn_material,
)
from gradstone.data.drawn import Draw
from gradstone.data.preparation import Preparation
from gradstone.data.sets import held_out
from gradstone.data.tables import read_table
from gradstone.errors import DataError, RangeError
from gradstone.training.run import Run


def rebuilt(run: Run, table: Path | None) -> tuple[Material, TrainingRows]:
    """The material of a run, and which of its rows training learned from.

    Args:
        table: the one a run was trained on; None for a run on a built-in set. Its test rows are
            the fifth that `gradstone train` keeps, or none where all rows were for training.

    Raises:
        DataError: a run that was trained on arrays, or other rows than those of its training.
        RangeError: a table where there is none, or none where there is one.
    """
    if run.preparation is None:
        wanted = "one that gradstone train made is wanted"
        advice = "In Python gs.explain(run, X, y) tells it on any rows."
        raise DataError("run", "one that was trained on arrays came", wanted, advice)
    built_in = _built_in(run)
    if built_in is not None:
        if table is not None:
            came = f"a run on the set {built_in.name} came"
            raise RangeError("--table", came, "it goes with runs on a table", "Leave it out.")
        return _known(run, [built_in], f"the set {built_in.name}")
    if table is None:
        advice = "Name it with --table."
        raise RangeError("--table", "nothing came", "the table of the training is wanted", advice)
    return _known(run, _of_table(run, table), str(table))


def _built_in(run: Run) -> Material | None:
    plain = run.preparation or {}
    if DRAWN in plain:
        return drawn_material(Draw.from_json(plain[DRAWN]))
    material = digits()
    return material if plain == material.kept else None


def _of_table(run: Run, path: Path) -> Iterator[Material]:
    """What training may have had: a table without its test rows, or all of it."""
    preparation, table = Preparation.from_json(run.preparation), read_table(path)
    inputs, targets = preparation.apply(table), preparation.targets(table)
    told = (path.stem or "table", table.name)
    try:
        parts = held_out(targets, TEST_SHARE, SPLIT_SEED)
        training, test = (Rows(inputs[one], targets[one]) for one in parts)
        yield Material(*told, training, test, preparation, str(path))
    except DataError:
        pass
    none = Rows(inputs[:0], targets[:0])
    yield Material(*told, Rows(inputs, targets), none, preparation, str(path))


def _known(
    run: Run, materials: list[Material] | Iterator[Material], name: str
) -> tuple[Material, TrainingRows]:
    """The material whose rows agree with what the run has seen."""
    for one in materials:
        try:
            given = training_rows(run, one.training.inputs, one.training.targets)
        except DataError:
            continue  # too few to hold some out
        if given.are_known:
            return one, given
    wanted = "the rows that the run was trained on are wanted"
    advice = "In Python gs.explain(run, X, y) tells a step on any rows."
    raise DataError(name, "the least and largest inputs are not those of training", wanted, advice)
