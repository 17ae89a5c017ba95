"""The sheet Inputs: the only place where cells are open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gradstone.accounts.account import NetworkDrawing
from gradstone.accounts.workbook.book import Book
from gradstone.accounts.workbook.sheet import FIRST_ROW, Sheet
from gradstone.accounts.workbook.spots import Spot, cell
from gradstone.accounts.workbook.texts import symbol

EPSILON = 1e-5
"""The check step of central differences: small, yet far above rounding."""
ADDRESS = re.compile(r"(.+)\[(\d+)(?:,(\d+))?\]")
WIDTHS = (16, 22, 14, 20, 16)
VALUE = 3


@dataclass(slots=True)
class Grid:
    """Entries of an array: rows and columns that are there, and the address at each place."""

    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    flat: bool = False

    @property
    def rows(self) -> list[int]:
        """Row numbers."""
        return sorted({one for one, _ in self.cells})

    @property
    def columns(self) -> list[int]:
        """Column numbers."""
        return sorted({one for _, one in self.cells})

    @property
    def full(self) -> bool:
        """Whether it is a block of more than one number without gaps."""
        return 1 < len(self.cells) == len(self.rows) * len(self.columns)


def grids(addresses: Iterable[str]) -> dict[str, Grid]:
    """Arrays of one or two axes among some addresses, by name."""
    found: dict[str, Grid] = {}
    for one in addresses:
        match = ADDRESS.fullmatch(one)
        if match:
            name, first, second = match[1], int(match[2]), match[3]
            grid = found.setdefault(name, Grid(name))
            grid.flat = second is None
            grid.cells[(0, first) if second is None else (first, int(second))] = one
    return {name: one for name, one in found.items() if one.full}


class Inputs:
    """Lays out and writes the sheet; few numbers as a list, many as arrays.

    Attributes:
        step: the cell of the check step; None without a Numeric sheet.
    """

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self.book = book
        self.sheet = sheet
        self.step: Spot | None = None
        self._bars: list[tuple[int, str]] = []
        self._listed: list[tuple[int, str]] = []
        self._blocks: list[tuple[int, Grid]] = []
        self._row = FIRST_ROW
        self._words = meanings(book)
        self._place()

    @property
    def open(self) -> set[str]:
        """Addresses that may be edited."""
        return set(self.book.given)

    def _place(self) -> None:
        book = self.book
        arrays = [] if book.names else list(grids(book.given).values())
        inside = {one for grid in arrays for one in grid.cells.values()}
        for key, addresses in self._groups():
            single = [one for one in addresses if one not in inside]
            step = key == "settings" and book.proved
            if single or step:
                self._bar(key)
                self._list(single)
            if step:
                self.step = Spot(self.sheet.name, self._row, VALUE)
                self._row += 1
        for grid in arrays:
            self._block(grid, own=True)
        self._place_fixed()
        views = [one for one in grids(book.given).values() if len(one.rows) > 1 and book.names]
        if views:
            self._bar("arrays")
        for grid in views:
            self._block(grid, own=False)

    def _place_fixed(self) -> None:
        """What Gradstone gives: arrays as such, unless names are used."""
        fixed = self.book.fixed
        arrays = [] if self.book.names else list(grids(fixed).values())
        inside = {one for grid in arrays for one in grid.cells.values()}
        if fixed:
            self._bar("fixed")
            self._list(one for one in fixed if one not in inside)
        for grid in arrays:
            self._block(grid, own=True)

    def _groups(self) -> list[tuple[str, list[str]]]:
        groups: dict[str, list[str]] = {"samples": [], "parameters": [], "settings": []}
        for one in self.book.given:
            key = "samples" if re.match(r"[xt]\[", one) else "settings"
            groups["parameters" if one in self.book.parameters else key].append(one)
        return list(groups.items())

    def _bar(self, key: str) -> None:
        self._bars.append((self._row, key))
        self._row += 1

    def _list(self, addresses: Iterable[str]) -> None:
        for one in addresses:
            self.book.spots[one] = Spot(self.sheet.name, self._row, VALUE)
            self._listed.append((self._row, one))
            self._row += 1

    def _block(self, grid: Grid, own: bool) -> None:
        """Place an array: a row of column numbers, then its rows."""
        self._blocks.append((self._row, grid))
        if own:
            for i, row in enumerate(grid.rows):
                for j, column in enumerate(grid.columns):
                    spot = Spot(self.sheet.name, self._row + 1 + i, 1 + j)
                    self.book.spots[grid.cells[row, column]] = spot
        self._row += len(grid.rows) + 2

    def write(self) -> None:
        """Write the sheet."""
        book, sheet = self.book, self.sheet
        heads = [book.said(f"head_{one}") for one in ("name", "meaning", "path", "value", "code")]
        sheet.begin(sheet.name, book.said("lead_inputs"), heads, WIDTHS, (VALUE,))
        for row, key in self._bars:
            sheet.bar(row, book.said(f"bar_{key}"), "grey", len(WIDTHS))
        for row, address in self._listed:
            meaning, path = self._words.get(address, ("", ""))
            sheet.text(row, 0, book.symbol(address), "name")
            sheet.text(row, 1, meaning)
            sheet.text(row, 2, path)
            self._number(Spot(sheet.name, row, VALUE), address)
            sheet.text(row, 4, address, "after")
        if self.step is not None:
            row = self.step.row
            sheet.text(row, 0, "h", "name")
            sheet.text(row, 1, book.said("meaning_step"))
            sheet.number(row, VALUE, EPSILON, "input", "0.0######E+00")
            self._validated(row, VALUE)
        for row, grid in self._blocks:
            self._write_block(row, grid)

    def _number(self, spot: Spot, address: str) -> None:
        entry = self.book.entry(address)
        opened = address in self.open
        shown = self.book.shown(entry.address)
        style = "input" if opened else "constant"
        self.sheet.number(spot.row, spot.column, entry.value, style, shown)
        if opened:
            self._validated(spot.row, spot.column)

    def _validated(self, row: int, column: int) -> None:
        title, message = self.book.said("number_wanted"), self.book.said("number_wanted_long")
        self.sheet.number_wanted(row, column, title, message)

    def _write_block(self, start: int, grid: Grid) -> None:
        book, sheet = self.book, self.sheet
        sheet.text(start, 0, grid.name, "head")
        for j, column in enumerate(grid.columns):
            sheet.text(start, 1 + j, f"[{column}]" if grid.flat else f"[·,{column}]", "head_right")
        for i, row in enumerate(grid.rows):
            label = grid.name if grid.flat else f"{grid.name}[{row},·]"
            sheet.text(start + 1 + i, 0, label, "id")
            for j, column in enumerate(grid.columns):
                address = grid.cells[row, column]
                spot = Spot(sheet.name, start + 1 + i, 1 + j)
                if book.spots[address] == spot:
                    self._number(spot, address)
                    continue
                entry, home = book.entry(address), book.spots[address]
                formula = f"={cell(home.row, home.column)}"
                shown = book.shown(entry.address)
                sheet.formula(spot.row, spot.column, formula, entry.value, "number", shown)


def meanings(book: Book) -> dict[str, tuple[str, str]]:
    """What each given number is, and from where to where it leads."""
    found = {one: (_kind(book, one), "") for one in [*book.given, *book.fixed]}
    drawing = book.story.drawing
    if isinstance(drawing, NetworkDrawing):
        for edge in drawing.edges:
            source = drawing.layers[edge.layer][edge.source].symbol
            target = drawing.layers[edge.layer + 1][edge.target].symbol
            path = f"{symbol(source)} → {symbol(target)}"
            found[edge.weight] = (book.said("meaning_weight"), path)
        for layer in drawing.layers:
            for neuron in layer:
                found[neuron.bias] = (book.said("meaning_bias"), f"→ {symbol(neuron.symbol)}")
    return found


def _kind(book: Book, address: str) -> str:
    sample = re.match(r"([xt])\[(\d+)", address)
    if sample:
        key = {"x": "input", "t": "target"}[sample[1]]
        several = book.story.settings.get("samples", 1) != 1
        text = book.said(f"meaning_{key}")
        number = book.said("of_sample", number=int(sample[2]) + 1)
        return book.said("meaning_of", meaning=text, which=number) if several else text
    keys = {"rate": "rate", "step": "number", "W": "weight", "b": "bias"}
    known = keys.get(address) or keys.get(re.sub(r"\d+\[[\d,]+\]$", "", address))
    if known or book.story.kind != "step":
        return book.said(f"meaning_{known}") if book.story.kind == "step" else ""
    if address not in book.given and address not in book.carried:
        return ""
    if re.match(r"(mask|early)\d", address):
        return book.said("meaning_mask")
    return book.said("meaning_state" if address in book.carried else "meaning_setting")
