"""The first sheet of an .xlsx file as cells. The file comes from anybody and is not trusted.

Read are strings, numbers, formulas with their stored values, and whether a cell is shown as a
date. No document type, no entity, nothing outside the file, and sizes are bounded.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from lzma import LZMAError
from os import PathLike
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from gradstone.errors import FileError

MOST_BYTES, MOST_PART = 10 * 2**20, 20 * 2**20
MOST_PARTS, MOST_CELLS, MOST_DEPTH, MOST_STRINGS = 2000, 100_000, 64, 100_000
LONGEST = 10_000
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
DAMAGED = (BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError, LZMAError,
           zlib.error)  # fmt: skip
DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats of dates and times that every file has."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell.

    Attributes:
        text: its value as text; numbers as the file writes them.
        formula: without "="; "" for none. numeric: whether the value is a number.
        date: whether it is shown as a date.
    """

    text: str
    formula: str = ""
    numeric: bool = False
    date: bool = False


Cells = dict[tuple[int, int], Cell]


def read_sheet(path: str | PathLike[str]) -> Cells:
    """The cells of the first sheet by row and column, from 0.

    Raises:
        FileError: no such file, no workbook, a damaged or too large one.
    """
    place = Path(path)
    try:
        if place.stat().st_size > MOST_BYTES:
            raise _bad(place, f"more than {MOST_BYTES} bytes came")
        with ZipFile(place) as archive:
            return _Book(place, archive).cells()
    except FileNotFoundError as error:
        raise _bad(place, "no such file") from error
    except FileError:
        raise
    except DAMAGED as error:
        raise _bad(place, f"it cannot be opened ({str(error)[:80]})") from error


def _bad(path: Path, came: str) -> FileError:
    return FileError(str(path), came, "an .xlsx workbook is wanted")


class _Book:
    """The parts of a workbook."""

    def __init__(self, path: Path, archive: ZipFile) -> None:
        self.path, self.archive = path, archive
        self.names = archive.namelist()
        if len(self.names) > MOST_PARTS:
            raise _bad(path, f"{len(self.names)} parts came")

    def cells(self) -> Cells:
        """The cells of the first sheet."""
        strings, styles = _Strings(), _Styles()
        self._walk("xl/sharedStrings.xml", strings, needed=False)
        self._walk("xl/styles.xml", styles, needed=False)
        sheet = _Sheet(strings.found, styles.dates())
        self._walk(self._first(), sheet, needed=True)
        return sheet.found

    def _first(self) -> str:
        """The part of the first sheet, by the workbook's own list."""
        book, links = _Attributes("sheet"), _Attributes("Relationship")
        self._walk("xl/workbook.xml", book, needed=True)
        self._walk("xl/_rels/workbook.xml.rels", links, needed=True)
        targets = {one.get("Id", ""): one.get("Target", "") for one in links.found}
        for one in book.found:
            key = next((value for name, value in one.items() if name.endswith("id")), "")
            target = targets.get(key, "")
            name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if name in self.names:
                return name
        raise _bad(self.path, "no sheet came")

    def _walk(self, name: str, reader: _Part, needed: bool) -> None:
        if name not in self.names:
            if needed:
                raise _bad(self.path, f"{name} is missing")
            return
        with self.archive.open(name) as file:
            data = file.read(MOST_PART + 1)
        if len(data) > MOST_PART:
            raise _bad(self.path, f"{name} has more than {MOST_PART} bytes")
        _parsed(data, reader, lambda came: _bad(self.path, f"{name}: {came}"))


@dataclass(slots=True)
class _Part:
    """What is done at the elements of a part."""

    text: list[str] = field(default_factory=list, init=False)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""


def _parsed(data: bytes, reader: _Part, bad: Callable[[str], FileError]) -> None:
    """Walk through XML without document types and entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise bad("elements nested too deep")
        reader.start(name.rpartition(" ")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        reader.end(name.rpartition(" ")[2])

    def refuse(*_: object) -> int:
        raise bad("a document type or an entity came")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = reader.text.append
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise bad(f"no XML ({error})") from error


@dataclass(slots=True)
class _Attributes(_Part):
    """The attributes of all elements of a name."""

    element: str
    found: list[dict[str, str]] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Kept, if it is of the name."""
        if name == self.element and len(self.found) < MOST_PARTS:
            self.found.append(dict(attributes))


@dataclass(slots=True)
class _Strings(_Part):
    """The strings that cells share, without the readings of Japanese words."""

    found: list[str] = field(default_factory=list)
    one: str = ""
    aside: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A string begins, or a run of it, or what stands aside."""
        if name == "si":
            self.one = ""
        if name == "t":
            self.text[:] = []
        self.aside = self.aside or name == "rPh"

    def end(self, name: str) -> None:
        """A run is complete, or a string."""
        if name == "t" and not self.aside:
            self.one += "".join(self.text)[:LONGEST]
        if name == "rPh":
            self.aside = False
        if name == "si" and len(self.found) < MOST_STRINGS:
            self.found.append(self.one[:LONGEST])


@dataclass(slots=True)
class _Styles(_Part):
    """Which styles show dates."""

    custom: dict[str, bool] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    inside: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A number format, or the style of cells that uses one."""
        if name == "numFmt":
            code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", attributes.get("formatCode", ""))
            self.custom[attributes.get("numFmtId", "")] = bool(re.search("[dmyhs]", code.lower()))
        self.inside = name == "cellXfs" or (self.inside and name != "cellStyleXfs")
        if name == "xf" and self.inside and len(self.used) < MOST_STRINGS:
            self.used.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        """The styles of cells end."""
        self.inside = self.inside and name != "cellXfs"

    def dates(self) -> set[str]:
        """Numbers of the styles that show dates."""
        known = {str(one) for one in DATES}
        return {
            str(number) for number, one in enumerate(self.used)
            if one in known or self.custom.get(one, False)
        }  # fmt: skip


@dataclass(slots=True)
class _Sheet(_Part):
    """The cells of a sheet."""

    strings: list[str]
    dates: set[str]
    found: Cells = field(default_factory=dict)
    cell: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A cell, or a part of one."""
        if name == "c":
            self.cell, self.parts = dict(attributes), {}
        if name in ("c", "v", "f", "t"):
            self.text[:] = []

    def end(self, name: str) -> None:
        """A part of a cell is complete, or the cell."""
        if name in ("v", "f", "t"):
            self.parts[name] = self.parts.get(name, "") + "".join(self.text)[:LONGEST]
            self.text[:] = []
        if name == "c":
            self._enter()

    def _enter(self) -> None:
        place = REFERENCE.fullmatch(self.cell.get("r", ""))
        if place is None or not self.parts or len(self.found) >= MOST_CELLS:
            return
        kind, raw = self.cell.get("t", "n"), self.parts.get("v", "")
        if kind == "s":
            at = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 8 else -1
            raw = self.strings[at] if 0 <= at < len(self.strings) else ""
        elif kind == "inlineStr":
            raw = self.parts.get("t", "")
        column = 0
        for letter in place[1]:
            column = 26 * column + ord(letter) - 64
        self.found[int(place[2]) - 1, column - 1] = Cell(
            raw, self.parts.get("f", ""), kind == "n" and bool(raw),
            self.cell.get("s", "") in self.dates,
        )  # fmt: skip
