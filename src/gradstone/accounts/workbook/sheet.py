"""A sheet being written: titles, bars, cells in their styles, protection and print settings."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from math import ceil, isfinite
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gradstone.accounts.workbook.spots import letters

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#007A5A", "#5F6368"
PALE_YELLOW, INPUT_BLUE, FAINT = "#FFF7CC", "#0000C8", "#9AA0A6"
HEAD: dict[str, Any] = {"bold": True, "bottom": 1, "bg_color": "#ECEFF1", "text_wrap": True}
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "lead": {"italic": True, "font_color": GREY},
    "paragraph": {"text_wrap": True},
    "head": HEAD,
    "head_right": HEAD | {"align": "right"},
    "head_after": HEAD | {"align": "left", "indent": 1},
    "remark": {"italic": True, "font_color": GREY, "text_wrap": True},
    "blue": {"bold": True, "font_color": "white", "bg_color": BLUE},
    "orange": {"bold": True, "font_color": "white", "bg_color": ORANGE},
    "green": {"bold": True, "font_color": "white", "bg_color": GREEN},
    "grey": {"bold": True, "font_color": "white", "bg_color": GREY},
    "id": {"font_color": GREY},
    "after": {"align": "left", "indent": 1},
    "name": {"bold": True},
    "text": {"text_wrap": True},
    "plain": {},
    "value": {"bold": True},
    "number": {},
    "left": {"bold": True, "align": "left"},
    "input": {"bg_color": PALE_YELLOW, "font_color": INPUT_BLUE, "border": 1,
              "border_color": "#D8CFA0", "locked": False},
    "constant": {"italic": True, "font_color": GREY},
    "small": {"num_format": "0.0E+00;-0.0E+00;0", "font_color": GREY},
    "link": {"font_color": INPUT_BLUE, "underline": 1},
}  # fmt: skip
MARKS: dict[str, dict[str, Any]] = {
    "ok": {"font_color": GREEN},
    "bad": {"font_color": "#B00020", "bold": True},
    "faint": {"font_color": FAINT, "bold": False},
}
MOST = 10**15 - 1
"""The largest number that may be typed."""
PERHAPS_WIDE = re.compile("[\u1100-\u115f\u231a-\U0010ffff]")
"""No other signs take the room of two."""
PORTRAIT = 110
"""Widths of columns up to which a sheet is printed upright."""
HEAD_ROW = 3
FIRST_ROW = 4


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, str], Format] = {}

    def get(self, style: str, number_format: str = "") -> Format:
        """A style with a number format."""
        if (style, number_format) not in self._made:
            wanted: dict[str, Any] = {"valign": "top"} if style in STYLES else {}
            wanted |= STYLES[style] if style in STYLES else MARKS[style]
            shown = {"num_format": number_format} if number_format else {}
            self._made[style, number_format] = self._workbook.add_format(wanted | shown)
        return self._made[style, number_format]


class _Plain(Worksheet):  # type: ignore[misc]
    """A worksheet whose formulas are taken as they are: none of them needs a prefix."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class Sheet:
    """One sheet.

    Attributes:
        name: its title. rows: the first row that is free, counted from 0.
    """

    def __init__(self, workbook: Workbook, styles: Styles, name: str, colour: str) -> None:
        self.name = name
        self.rows = FIRST_ROW
        self.cells: Worksheet = workbook.add_worksheet(name, worksheet_class=_Plain)
        self._styles = styles
        self._workbook = workbook
        self.cells.set_tab_color(colour)
        self.cells.hide_gridlines(2)

    def begin(
        self,
        title: str,
        lead: str,
        heads: Sequence[str],
        widths: Sequence[float],
        numbers: Container[int] = (),
    ) -> None:
        """Title, what the sheet does, headings, widths, panes, protection and print settings.

        Args:
            numbers: columns of numbers, whose headings stand on the right.
        """
        self.cells.set_row(0, 24)
        self.text(0, 0, title, "title")
        self.text(1, 0, lead, "lead")
        for column, head in enumerate(heads):
            beside = "head_after" if column - 1 in numbers else "head"
            self.text(HEAD_ROW, column, head, "head_right" if column in numbers else beside)
        for column, width in enumerate(widths):
            self.cells.set_column(column, column, width)
        if heads:
            self.cells.freeze_panes(FIRST_ROW, 2)
            self.cells.repeat_rows(HEAD_ROW)
        self.cells.protect("", {"format_columns": True, "format_rows": True})
        if sum(widths) > PORTRAIT or len(heads) > len(widths):
            self.cells.set_landscape()
        self.cells.set_paper(9)
        self.cells.fit_to_pages(1, 0)
        self.cells.set_footer("&L&A&R&P / &N")

    def wrapped(self, row: int, texts: Sequence[tuple[str, float]]) -> None:
        """A row as high as its longest text needs in a column of a width."""
        lines = max(ceil(_width(text) / width) for text, width in texts)
        if lines > 1:
            self.cells.set_row(row, 15 * lines)

    def bar(self, row: int, text: str, colour: str, columns: int) -> None:
        """A coloured bar over some columns."""
        for column in range(columns):
            self.text(row, column, "" if column else text, colour)

    def text(self, row: int, column: int, text: str, style: str = "plain") -> None:
        """Text, never taken for a formula."""
        form = self._styles.get(style)
        if text:
            self.cells.write_string(row, column, text, form)
        else:
            self.cells.write_blank(row, column, None, form)

    def number(
        self, row: int, column: int, value: float, style: str = "number", shown: str = ""
    ) -> None:
        """A number; what is none becomes text."""
        if isfinite(value):
            self.cells.write_number(row, column, value, self._styles.get(style, shown))
        else:
            self.text(row, column, str(value), style)

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: float | str,
        style: str = "value",
        shown: str = "",
    ) -> None:
        """A formula with the value it has before anything is changed."""
        kept = value if isinstance(value, str) or isfinite(value) else "#NUM!"
        self.cells.write_formula(row, column, formula, self._styles.get(style, shown), kept)

    def link(self, row: int, column: int, sheet: str) -> None:
        """A link to another sheet."""
        target = f"internal:'{sheet}'!A1"
        self.cells.write_url(row, column, target, self._styles.get("link"), sheet)

    def number_wanted(self, row: int, column: int, title: str, message: str) -> None:
        """Only numbers may be typed there."""
        rule = {
            "validate": "decimal", "criteria": "between", "minimum": -MOST, "maximum": MOST,
            "error_title": title[:32], "error_message": message[:255],
        }  # fmt: skip
        self.cells.data_validation(row, column, row, column, rule)

    def marked(
        self, area: tuple[int, int, int, int], criterion: str, style: str, text: str = ""
    ) -> None:
        """A style where a formula holds, or where a text stands."""
        if area[0] > area[2]:
            return
        rule: dict[str, Any] = {"type": "formula", "criteria": criterion}
        if text:
            rule = {"type": "cell", "criteria": "==", "value": f'"{text}"'}
        self.cells.conditional_format(*area, {**rule, "format": self._styles.get(style)})

    def folded(self, first: int, last: int, width: float) -> None:
        """Columns that can be unfolded."""
        if first <= last:
            options = {"level": 1, "hidden": True}
            self.cells.set_column(first, last, width, None, options)
            self.cells.set_column(last + 1, last + 1, 3, None, {"collapsed": True})

    def range(self, column: int, first: int, last: int) -> str:
        """Part of a column, for formulas of other sheets."""
        quoted = self.name.replace("'", "''")
        return f"'{quoted}'!${letters(column)}${first + 1}:${letters(column)}${last + 1}"

    def chart(self, first: int, last: int, texts: Sequence[str], place: tuple[int, int]) -> None:
        """A line of column B over column A. texts: title, what runs along, what runs up."""
        chart = self._workbook.add_chart({"type": "line"})
        chart.add_series({
            "name": texts[0],
            "categories": [self.name, first, 0, last, 0],
            "values": [self.name, first, 1, last, 1],
            "line": {"color": BLUE, "width": 2},
            "marker": {"type": "circle", "size": 4, "fill": {"color": BLUE},
                       "border": {"color": BLUE}},
        })  # fmt: skip
        chart.set_title({"name": texts[0], "name_font": {"size": 12}})
        chart.set_x_axis({"name": texts[1]})
        chart.set_y_axis(
            {"name": texts[2], "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        )
        chart.set_legend({"none": True})
        chart.set_size({"width": 640, "height": 320})
        self.cells.insert_chart(*place, chart)


def _width(text: str) -> int:
    """Roughly how many digits wide a text is."""
    return len(text) + sum(east_asian_width(one) in "WF" for one in PERHAPS_WIDE.findall(text))
