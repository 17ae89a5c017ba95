"""Tables from files: CSV with a header line, each cell kept as text until a number is wanted."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradstone.errors import DataError, FileError, UnknownNameError, did_you_mean
from gradstone.language import numbered

DELIMITERS = ",;\t"
SNIFFED = 10_000  # characters of the header; the csv module limits the length of a cell


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns of text cells.

    Args:
        name: the file's, for messages.
        columns: the names of the columns, each once.
        cells: for each column its cells from the first row to the last, blanks stripped.
        lines: for each row the line of the file it ends on, from 1.
    """

    name: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def listed(self) -> str:
        """The names of the columns in a row, the first twelve of more."""
        return ", ".join(self.columns[:12]) + (" …" if len(self.columns) > 12 else "")

    def column(self, name: str) -> tuple[str, ...]:
        """The cells of a column.

        Raises:
            UnknownNameError: no such column; the message says which there are.
        """
        if name not in self.columns:
            wanted = f"its columns are {self.listed}"
            advice = did_you_mean(name, self.columns)
            raise UnknownNameError(self.name, f"no column {name!r}", wanted, advice)
        return self.cells[self.columns.index(name)]

    def numbers(self, columns: Sequence[str]) -> NDArray[np.float64]:
        """Some columns as numbers: float64 (rows, columns), all finite.

        Raises:
            UnknownNameError: no such column.
            DataError: a cell that is not a finite number, by line and column.
        """
        values = np.empty((len(self), len(columns)))
        for place, name in enumerate(columns):
            values[:, place] = [number(cell) for cell in self.column(name)]
            strange = np.flatnonzero(~np.isfinite(values[:, place]))
            if strange.size:
                raise self.strange(int(strange[0]), name)
        return values

    def rows(self, indices: ArrayLike) -> Table:
        """The same table with only the rows named, in the order named."""
        chosen = np.asarray(indices, dtype=np.int64).tolist()
        cells = tuple(tuple(column[row] for row in chosen) for column in self.cells)
        return Table(self.name, self.columns, cells, tuple(self.lines[row] for row in chosen))

    def place(self, row: int, column: str) -> str:
        """Where a cell stands, for messages; `row` counts from 0."""
        return f"{self.name}, line {self.lines[row]}, column {column!r}"

    def strange(self, row: int, column: str) -> DataError:
        """The error for a cell that should have been a finite number."""
        cell, wanted = self.column(column)[row], "a finite number was wanted"
        advice = "Correct the cell, or take the row or the column out."
        if not cell:
            return DataError(self.place(row, column), "an empty cell", wanted, advice)
        if math.isfinite(number(cell.replace(",", "."))):
            advice = "Write decimals with a point."
        return DataError(self.place(row, column), f"{_short(cell)} came", wanted, advice)


def number(cell: str) -> float:
    """What a cell says as a number; nan where it is none.

    >>> number("1.5e3"), number("twelve")
    (1500.0, nan)
    """
    try:
        return math.nan if "_" in cell else float(cell)
    except ValueError:
        return math.nan


def read_table(path: str | PathLike[str]) -> Table:
    """Reads a CSV file: a header line, then a line for each row; empty ones are passed over.

    The delimiter is the one of comma, semicolon and tab that cuts the header into most names.
    UTF-8, with or without a byte order mark. Cells may be quoted with ".

    Raises:
        FileError: a file that is not there, cannot be read or is not UTF-8.
        DataError: an empty file, a header alone or none, names missing or given twice, rows of
            another length than the header.
    """
    name, text = Path(path).name, _text(Path(path))
    head, lines, rows = _cut(name, text)
    _check_header(name, head)
    if not rows:
        wanted = "at least one row below the header was wanted"
        raise DataError(name, "a header and no rows", wanted)
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(head):
            came = f"{numbered(len(row), 'cell')} came"
            raise DataError(f"{name}, line {line}", came, f"{len(head)} as in the header")
    return Table(name, tuple(head), tuple(zip(*rows, strict=True)), tuple(lines))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        came = f"a byte that is not UTF-8 on line {line}"
        raise FileError(str(path), came, "text in UTF-8 was wanted", "Save it as UTF-8.") from None
    except OSError as error:
        came = f"cannot be read ({error.strerror})"
        raise FileError(str(path), came, "a CSV file was wanted", "Check the path.") from error


def _cut(name: str, text: str) -> tuple[list[str], list[int], list[list[str]]]:
    """The header, the rows, and the line each row ends on."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    head = header[:SNIFFED]
    delimiter = max(DELIMITERS, key=lambda mark: len(next(csv.reader([head], delimiter=mark))))
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    lines, rows = [], []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                lines.append(reader.line_num)
                rows.append(cells)
    except csv.Error as error:
        came = f"it cannot be cut into cells ({error})"
        wanted = 'plain or "quoted" cells were wanted'
        raise DataError(f"{name}, line {reader.line_num}", came, wanted) from None
    if not rows:
        raise DataError(name, "an empty file", "a header line and rows were wanted")
    return rows[0], lines[1:], rows[1:]


def _check_header(name: str, head: list[str]) -> None:
    if "" in head:
        came = f"column {head.index('') + 1} has no name"
        raise DataError(f"{name}, header", came, "a name for each column was wanted")
    [(most, times)] = Counter(head).most_common(1)
    if times > 1:
        came = f"column {most!r} is there more than once"
        raise DataError(f"{name}, header", came, "different names were wanted", "Rename one.")
    counted = [str(place) for place in range(len(head) + 1)]
    if all(math.isfinite(number(cell)) for cell in head) and head not in (
        counted[:-1],
        counted[1:],
    ):
        came = f"only numbers ({_short(', '.join(head))})"
        wanted = "a header line with the names of the columns was wanted"
        raise DataError(f"{name}, first line", came, wanted, "Put one above the rows.")


def _short(text: str, width: int = 40) -> str:
    return repr(text if len(text) <= width else text[: width - 1] + "…")
