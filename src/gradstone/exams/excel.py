"""A worksheet as an Excel file: asked cells open and pale blue, everything else locked; no key."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from gradstone.accounts.notation import text as line
from gradstone.accounts.words import said
from gradstone.errors import FileError
from gradstone.exams.sheet import Exam, Row, Sheet, sheet
from gradstone.language import Language

MADE = datetime(2000, 1, 1)
OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip
NUMBER, NAME, MEANING, VALUE, ADDRESS = range(5)
"""Columns A to E; a reader of answers finds rows by the address in E."""
WHO, CODE = (2, MEANING), (3, MEANING)
"""Cells of the learner's name and of the exam's code."""
WIDTHS = (6, 16, 26, 22, 16)
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "words": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "font_color": "#59636E", "bottom": 1},
    "bar": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0072B2"},
    "plain": {},
    "number": {"align": "left"},
    "code": {"font_color": "#59636E", "font_name": "Consolas", "font_size": 9,
             "text_wrap": True, "valign": "top"},
    "open": {"bg_color": "#DCEEFB", "border": 1, "border_color": "#0072B2", "locked": False,
             "align": "left"},
}  # fmt: skip


def to_excel(exam: Exam, path: str | PathLike[str], language: Language) -> None:
    """Write the file; FileError where that fails."""
    memory = BytesIO()
    with Workbook(memory, OPTIONS) as workbook:
        workbook.set_properties({"created": MADE, "modified": MADE})
        _Writer(workbook, exam, language).write()
    try:
        Path(path).write_bytes(memory.getvalue())
    except OSError as error:
        came = f"cannot be written ({error.strerror or error})"
        advice = "Is the folder there, and is the file not open elsewhere?"
        raise FileError(str(path), came, "a file that can be written is wanted", advice) from error


class _Writer:
    def __init__(self, workbook: Workbook, exam: Exam, language: Language) -> None:
        self.exam, self.language = exam, language
        self.page = workbook.add_worksheet(said("exam_sheet", language))
        self.styles = {name: workbook.add_format(one) for name, one in FORMATS.items()}
        self.row = 0

    def write(self) -> None:
        """Everything, from top to bottom."""
        told = sheet(self.exam, self.language)
        for column, width in enumerate(WIDTHS):
            self.page.set_column(column, column, width)
        self._head(told)
        self._bar(said("exam_given", self.language))
        for one in told.given:
            self._line(one)
        for title, rows in told.groups:
            self._bar(title)
            for one in rows:
                self._line(one)
        self.page.protect("", {"select_locked_cells": True, "format_columns": True})
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.page.freeze_panes(4, 0)

    def _text(self, row: int, column: int, words: str, style: str) -> None:
        self.page.write_string(row, column, words, self.styles[style])

    def _head(self, told: Sheet) -> None:
        self._text(0, 0, told.title, "title")
        self._text(1, 0, _plain(" ".join(told.head)), "plain")
        for (row, column), key in ((WHO, "exam_name"), (CODE, "exam_id")):
            self._text(row, 0, said(key, self.language), "plain")
            style = self.styles["open" if key == "exam_name" else "code"]
            self.page.merge_range(row, column, row, ADDRESS, "", style)
        self.page.write_blank(*WHO, None, self.styles["open"])
        self._text(*CODE, told.id, "code")
        self.page.set_row(CODE[0], 15 * (1 + len(told.id) // 64))
        self.row = 4
        notes = [line(told.loss)] if told.loss else []
        for one in [*notes, *map(_plain, told.notes), said("exam_blue", self.language)]:
            self.page.merge_range(self.row, 0, self.row, ADDRESS, "", self.styles["words"])
            self._text(self.row, 0, one, "words")
            self.row += 1
        heads = ("exam_number", "exam_quantity", "exam_meaning", "exam_value", "exam_program")
        for column, key in enumerate(heads):
            self._text(self.row, column, said(key, self.language), "head")
        self.row += 1

    def _bar(self, title: str) -> None:
        for column in range(len(WIDTHS)):
            self._text(self.row, column, title if column == 0 else "", "bar")
        self.row += 1

    def _line(self, one: Row) -> None:
        self._text(self.row, NUMBER, str(one.number or ""), "plain")
        self._text(self.row, NAME, line(one.name), "plain")
        self._text(self.row, MEANING, _plain(one.meaning), "plain")
        if one.printed:
            value = self.exam.story.entries[one.address].value
            self.page.write_number(self.row, VALUE, value, self.styles["number"])
        else:
            self.page.write_blank(self.row, VALUE, None, self.styles["open"])
        self._text(self.row, ADDRESS, one.address, "code")
        self.row += 1


def _plain(words: str) -> str:
    """Words with mathematics between dollar signs, as one line of text."""
    parts = re.split(r"\$([^$]*)\$", words)
    return "".join(line(one) if place % 2 else one for place, one in enumerate(parts))
