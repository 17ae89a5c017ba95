"""`gradstone predict`: what a trained network says of the rows of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from gradstone.app.cli.options import Force, RunFolder
from gradstone.app.cli.results import shares
from gradstone.data.preparation import Preparation
from gradstone.data.tables import Table, read_table
from gradstone.errors import DataError, FileError, RangeError
from gradstone.training.files import write_whole
from gradstone.training.loading import load
from gradstone.training.run import Run

Array = np.ndarray[Any, Any]


def predict(
    run: RunFolder,
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="A CSV file with a header.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Where to; without it the terminal.")
    ] = None,
    proba: Annotated[
        bool, typer.Option("--proba", help="The probability of every class, a column each.")
    ] = False,
    force: Force = False,
) -> None:
    """Predict the target of each row of a table, as CSV.

    Columns are found by name, in any order; others, the target among them, are ignored. For the
    digits they are pixel_0_0 to pixel_7_7 (row, column), from 0 (white) to 16 (ink).

    Printed are the line of the table each row stands on, the prediction, and of a classifier its
    probability.

    gradstone predict runs/people-001 others.csv

    gradstone predict runs/digits-001 images.csv --proba --out predicted.csv
    """
    if out is not None and out.exists() and not force:
        wanted = "a new file is wanted"
        raise FileError(f"--out {out}", "it is there already", wanted, "Add --force to overwrite.")
    head, columns = predicted(load(run), read_table(table), proba)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(zip(*columns, strict=True))
    if out is None:
        typer.echo(text.getvalue(), nl=False)
        return
    try:
        write_whole(out, text.getvalue().encode())
    except OSError as error:
        came = error.strerror or str(error)
        wanted = "a file that can be written is wanted"
        raise FileError(f"--out {out}", came, wanted) from error


def predicted(run: Run, table: Table, proba: bool) -> tuple[list[str], list[Sequence[Any]]]:
    """The names and the contents of the columns to print.

    Raises:
        UnknownNameError, DataError: the table lacks a column, or has a cell that is no number.
        RangeError: probabilities are asked of a network that gives numbers.
    """
    if proba and not run.plan.objective.classifies:
        wanted = "a network that tells classes is wanted"
        raise RangeError("--proba", "a network that gives numbers came", wanted, "Leave it out.")
    preparation = None
    if run.preparation is None:
        inputs = _as_it_is(run, table)
    else:
        preparation = Preparation.from_json(run.preparation)
        inputs = preparation.apply(table)
    outputs = run.predict_proba(inputs)
    if not run.plan.objective.classifies:
        values = outputs if preparation is None else preparation.values(outputs)
        names = ["prediction"] if values.shape[1] == 1 else _numbered(values.shape[1])
        digits = 8 if run.plan.dtype == "float32" else 16
        return ["line", *names], [table.lines, *_rounded(values.T, digits)]
    each = shares(outputs)
    labels = _labels(run, preparation, each.shape[1])
    chosen = each.argmax(axis=1)
    told: list[Sequence[Any]] = [table.lines, [labels[one] for one in chosen]]
    if proba:
        head = ["line", "prediction", *(f"probability_{label}" for label in labels)]
        return head, [*told, *_rounded(each.T)]
    return ["line", "prediction", "probability"], [*told, *_rounded([each.max(axis=1)])]


def _labels(run: Run, preparation: Preparation | None, count: int) -> list[str]:
    if preparation is not None:
        return list(preparation.classes)
    return [str(name) for name in run.labels.names or range(count)]


def _numbered(count: int) -> list[str]:
    return [f"prediction_{number}" for number in range(count)]


def _rounded(columns: Any, digits: int = 6) -> list[list[float]]:
    return [[float(f"{value:.{digits}g}") for value in column] for column in columns]


def _as_it_is(run: Run, table: Table) -> Array:
    """The columns of the table in their order, for a run that was not trained from a table."""
    wanted = run.network.inputs
    if wanted is not None and len(table.columns) != wanted:
        came = f"{len(table.columns)} columns came"
        advice = "The run was not trained from a table, so columns are taken in their order."
        raise DataError(table.name, came, f"the network takes {wanted} numbers", advice)
    values = table.numbers(table.columns)
    return values if run.seen is None else values.reshape(-1, *run.seen[0].shape)
