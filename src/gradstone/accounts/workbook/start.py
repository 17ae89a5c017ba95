"""The sheets Start and Terms."""

from __future__ import annotations

from collections.abc import Sequence

from gradstone.accounts.words.terms import PHRASES, SYNONYMS
from gradstone.accounts.workbook.book import Book
from gradstone.accounts.workbook.sheet import Sheet
from gradstone.accounts.workbook.spots import Spot
from gradstone.accounts.workbook.texts import spoken

WIDTHS = (18, 92)
LEGEND = (("input", "legend_input"), ("value", "legend_value"), ("constant", "legend_constant"))


def write_start(book: Book, sheet: Sheet, sheets: Sequence[tuple[str, str]], verdict: Spot) -> None:
    """Write Start.

    Args:
        sheets: keys and titles of the others. verdict: the cell of Check that says it all.
    """
    title = spoken(book.story.title, book.story, book.language)
    sheet.begin(title, book.said("lead_start"), (), WIDTHS)
    row = 3
    sheet.text(row, 0, book.said("verdict"), "name")
    sheet.formula(row, 1, f"={verdict.reference(sheet.name)}", book.said("verdict_ok"), "value")
    row = _outcome(book, sheet, row + 1) + 1
    row = _heading(sheet, row, book.said("how"))
    for place in range(1, 5):
        sheet.text(row, 0, str(place), "id")
        _paragraph(sheet, row, book.said(f"how_{place}"))
        row += 1
    row = _heading(sheet, row + 1, book.said("sheets"))
    for key, name in sheets:
        sheet.link(row, 0, name)
        _paragraph(sheet, row, book.said(f"lead_{key}"))
        row += 1
    row = _heading(sheet, row + 1, book.said("legend"))
    for style, key in LEGEND:
        sheet.text(row, 0, book.said("example"), style)
        _paragraph(sheet, row, book.said(key))
        row += 1
    for key in book.notes:
        row = _heading(sheet, row + 1, book.said("notes")) if key == book.notes[0] else row
        _paragraph(sheet, row, book.said(key))
        row += 1


def _paragraph(sheet: Sheet, row: int, text: str) -> None:
    sheet.text(row, 1, text, "paragraph")
    sheet.wrapped(row, [(text, WIDTHS[1])])


def _heading(sheet: Sheet, row: int, text: str) -> int:
    sheet.bar(row, text, "grey", 2)
    return row + 1


def _outcome(book: Book, sheet: Sheet, row: int) -> int:
    """The loss before and after the step."""
    end = book.ends[0][1] if book.ends else ""
    for key, address in (("before", end), ("after", f"after {end}")):
        if address in book.spots:
            entry = book.entry(address)
            shown = book.shown(entry.address)
            sheet.text(row, 0, book.said(f"outcome_{key}"), "name")
            formula = f"={book.text(address, sheet.name)}"
            sheet.formula(row, 1, formula, entry.value, "left", shown)
            row += 1
    return row


def write_terms(book: Book, sheet: Sheet) -> None:
    """Write Terms: both languages side by side, and what other books say."""
    heads = ["English", "中文", book.said("head_synonyms")]
    sheet.begin(sheet.name, book.said("lead_terms"), heads, (36, 24, 36))
    for place, (key, (english, chinese)) in enumerate(PHRASES.items()):
        others = [one for one, meant in SYNONYMS.items() if meant == key]
        for column, text in enumerate((english, chinese, "、".join(others))):
            sheet.text(4 + place, column, text, "text")
