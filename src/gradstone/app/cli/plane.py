"""Rows in a plane, for commands that draw them: two features of a table, and its classes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gradstone.data.preparation import Preparation, prepare
from gradstone.data.sets import DataSet
from gradstone.data.tables import Table, read_table
from gradstone.errors import DataError, RangeError
from gradstone.language import numbered


def plane_rows(
    path: Path | None, target: str | None, drawing: Mapping[str, object]
) -> tuple[DataSet, Preparation] | None:
    """A table's rows in its own units, and how they are standardised; None for a built-in set.

    Args:
        drawing: the options that say which built-in set and how it is drawn, by name; None where
            one was not given.

    Raises:
        RangeError: options that do not go together, or no target. UnknownNameError: no such
        column. FileError, DataError: the table, or another number of columns than three.
    """
    if path is None:
        if target is not None:
            raise RangeError("--target", f"{target} came", "a TABLE to read is wanted with it")
        return None
    for name, value in drawing.items():
        if value is not None:
            wanted = "it goes with a built-in set alone"
            raise RangeError(name, f"{value} came beside the table {path}", wanted)
    return _table_rows(read_table(path), target)


def _table_rows(table: Table, target: str | None) -> tuple[DataSet, Preparation]:
    if target is None:
        wanted = "the column with the classes is wanted"
        raise RangeError("--target", "nothing came", wanted, f"The columns are {table.listed}.")
    table.column(target)
    if len(table.columns) != 3:
        others = [name for name in table.columns if name != target]
        count, told = len(others), ", ".join(others[:12]) + (" …" if len(others) > 12 else "")
        came = f"{numbered(count, 'column')} came beside {target} ({told})"
        wanted = "two are wanted, to be drawn in a plane"
        advice = "Leave the others out of the table." if count > 2 else ""
        raise DataError(table.name, came, wanted, advice)
    learned = prepare(table, target)
    rows = DataSet(
        Path(table.name).stem, table.numbers(learned.features), learned.targets(table),
        learned.features, learned.classes, learned.task,
    )  # fmt: skip
    return rows, learned
