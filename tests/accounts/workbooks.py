"""What the tests of workbooks share: a reader, planted wrong values, LibreOffice, recomputation."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from gradstone.accounts.account import Story
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.walk import Graph
from tests.programs import needed

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PLANTED = 987654.321
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: its formula without "=", "" for none; a number or a text."""

    formula: str
    value: float | str
    style: int


class Book:
    """A workbook as it stands in a file."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        book = ElementTree.fromstring(self.parts["xl/workbook.xml"])
        rels = ElementTree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        targets = {one.get("Id"): one.get("Target", "") for one in rels}
        self.files = {
            one.get("name", ""): "xl/" + targets[one.get(f"{LINKS}id")]
            for one in book.iter(f"{MAIN}sheet")
        }
        self.names = {one.get("name"): one.text for one in book.iter(f"{MAIN}definedName")}
        self._shared = self._strings()
        self.sheets = {name: self._cells(file) for name, file in self.files.items()}

    def _strings(self) -> list[str]:
        found = self.parts.get("xl/sharedStrings.xml")
        if found is None:
            return []
        items = ElementTree.fromstring(found).iter(f"{MAIN}si")
        return ["".join(text.text or "" for text in one.iter(f"{MAIN}t")) for one in items]

    def _cells(self, file: str) -> dict[str, Cell]:
        cells = {}
        for one in ElementTree.fromstring(self.parts[file]).iter(f"{MAIN}c"):
            formula, value = one.find(f"{MAIN}f"), one.find(f"{MAIN}v")
            text = "" if value is None else value.text or ""
            kind, found = one.get("t", "n"), text
            if kind == "s":
                found = self._shared[int(text)]
            number = kind in ("n", "b") and text != ""
            told = "" if formula is None else formula.text or ""
            cells[one.get("r", "")] = Cell(
                told, float(text) if number else found, int(one.get("s", 0))
            )
        return cells

    def xml(self, sheet: str) -> str:
        """A sheet as it is stored."""
        return self.parts[self.files[sheet]].decode()

    def formulas(self) -> Iterable[str]:
        """Every formula."""
        for cells in self.sheets.values():
            yield from (one.formula for one in cells.values() if one.formula)

    def lines(self, title: str = "Forward") -> dict[str, tuple[int, float | str]]:
        """The lines of a sheet: row and value by id."""
        cells, found = self.sheets[title], {}
        for place, one in cells.items():
            if place.startswith("A") and re.fullmatch(r"[FLBPUA]\d+", str(one.value)):
                found[str(one.value)] = (int(place[1:]), cells[f"E{place[1:]}"].value)
        return found

    def column(self, sheet: str, letter: str, first: int, last: int) -> list[float | str]:
        """Values of a part of a column; "" where nothing stands."""
        cells = self.sheets[sheet]
        return [
            cells[f"{letter}{row}"].value if f"{letter}{row}" in cells else ""
            for row in range(first, last + 1)
        ]

    def inputs(self, title: str = "Inputs") -> dict[str, str]:
        """Where each input stands, by program name: in a list, or in an array's block."""
        cells, found = self.sheets[title], {}
        columns: dict[str, str] = {}
        for place, one in cells.items():
            letters, row = re.fullmatch(r"([A-Z]+)(\d+)", place).groups()
            if isinstance(one.value, str) and re.fullmatch(r"\[(·,)?\d+\]", one.value):
                columns[letters] = re.sub(r"\D", "", one.value)
            elif letters == "E" and isinstance(one.value, str) and one.value:
                found[one.value] = f"D{row}"
            elif letters in columns and not one.formula and isinstance(one.value, float):
                name = str(cells[f"A{row}"].value)
                inside = f"{columns[letters]}]"
                flat = "·" not in name
                found[f"{name}[{inside}" if flat else name.replace("·]", inside)] = place
        return found


def spoiled(path: Path, target: Path, changes: Mapping[str, float], inputs: str) -> None:
    """A copy with a wrong value planted in every formula's cell, and other numbers given.

    Args:
        changes: new numbers by the cell's place on the sheet of inputs.
    """
    book = Book(path)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, data in book.parts.items():
            if not name.startswith("xl/worksheets/sheet"):
                archive.writestr(name, data)
                continue
            text = re.sub(
                r'<c r="(\w+)"( s="\d+")?[^>]*>(<f>[^<]*</f>)<v>[^<]*</v></c>',
                rf'<c r="\1"\2>\3<v>{PLANTED}</v></c>',
                data.decode(),
            )
            assert "</f><v>" not in text.replace(f"</f><v>{PLANTED}", "")
            for place, value in changes.items() if name == book.files[inputs] else ():
                text, count = re.subn(
                    rf'(<c r="{place}"[^>]*>)<v>[^<]*</v>', rf"\g<1><v>{value!r}</v>", text
                )
                assert count == 1, place
            archive.writestr(name, text)


def recalculated(paths: Iterable[Path], folder: Path) -> dict[str, Book]:
    """The workbooks as LibreOffice computes them anew, by the files' names, in one call."""
    office = needed("soffice")
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    out = folder / "out"
    subprocess.run(
        [
            office,
            f"-env:UserInstallation=file://{user.parent}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(out),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return {one.stem: Book(one) for one in out.glob("*.xlsx")}


class Again:
    """Gradstone's own numbers with others given: line by line, each by the interpreter."""

    def __init__(self, story: Story) -> None:
        self.given = {one: entry.value for one, entry in story.entries.items() if not entry.line}
        self.lines = []
        waiting, known = list(story.lines.values()), set(self.given)
        while waiting:
            ready = [one for one in waiting if known.issuperset(one.operands)]
            waiting = [one for one in waiting if not known.issuperset(one.operands)]
            assert ready
            for line in ready:
                nodes = tuple(story.entries[one].node for one in line.operands)
                program = Interpreter().compile(Graph(nodes, (line.rule,)))
                self.lines.append((line.entry, line.operands, program))
            known |= {line.entry for line in ready}

    def __call__(self, changed: Mapping[str, float]) -> dict[str, float]:
        assert changed.keys() <= self.given.keys()
        values = self.given | changed
        for entry, operands, program in self.lines:
            values[entry] = float(program(*(np.float64(values[one]) for one in operands))[0])
        return values


def assert_lines(book: Book, story: Story, values: Mapping[str, float]) -> None:
    """Every line of the workbook has Gradstone's number."""
    seen = 0
    for title in ("Forward", "Backward", "Update"):
        for name, (_, value) in book.lines(title).items() if title in book.sheets else ():
            wanted = values[story.lines[name].entry]
            assert isinstance(value, float), (name, value)
            assert abs(value - wanted) <= 1e-9 * max(1.0, abs(wanted)), (name, value, wanted)
            seen += 1
    assert seen == len(story.lines)
