"""What sections are made of: sentences, lines worked out, tables, matrices, drawings."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from gradstone.accounts.account import (
    Amount,
    Box,
    Cell,
    Check,
    Drawing,
    GraphDrawing,
    Line,
    MatrixForm,
    NetworkDrawing,
    Paragraph,
    Part,
    Phrase,
    Table,
    Value,
    Working,
)
from gradstone.accounts.formula import Forms, forms
from gradstone.accounts.html.cells import MINUS, Page
from gradstone.accounts.html.graph import graph
from gradstone.accounts.html.network import network
from gradstone.accounts.notation import mathml
from gradstone.accounts.symbol import Symbol

IN_A_ROW = 4
"""Sums of more terms than this go one term a row."""
SIGNS = {"+": "+", "-": MINUS, r"\times": "×", r"\cdot": "·"}


def part(page: Page, one: Part) -> str:
    """Any part of a section."""
    page.part += 1
    match one:
        case Paragraph(words):
            return f"<p>{page.sentences(words)}</p>\n"
        case Box(words):
            return f'<p class="box">{page.sentences(words)}</p>\n'
        case Working(lines):
            told = "".join(line(page, page.story.lines[name]) for name in lines)
            return f'<div class="working">{told}</div>\n' if told else ""
        case Table():
            return table(page, one)
        case MatrixForm():
            return matrix(page, one)
        case Drawing():
            return drawing(page, one)


def drawing(page: Page, one: Drawing) -> str:
    """The account's drawing; "" where it has none."""
    match page.story.drawing:
        case NetworkDrawing() as drawn:
            return network(page, drawn, one)
        case GraphDrawing() as drawn:
            return graph(page, drawn, one)
        case None:
            return ""


# Lines worked out ---------------------------------------------------------------------------------
def line(page: Page, one: Line) -> str:
    """A line: the quantity, and beside it a row for each form."""
    told = forms(page.story, one)
    rows = [_form("=", _terms(form)) for form in _rows(told)]
    name = f'<a class="name" href="{page.link(one.id)}">{escape(one.id)}</a>'
    return (
        f'<div class="line"{page.anchor(one.id, "worked")}>{name}'
        f'<div class="left">{mathml(told.left)}</div>{"".join(rows)}{_result(page, one, told)}'
        "</div>\n"
    )


def _rows(told: Forms) -> list[tuple[str, ...]]:
    return [form for form in (told.symbols, told.numbers, told.products) if form]


def _result(page: Page, one: Line, told: Forms) -> str:
    value = page.story.entries[one.entry].value
    shown = f'<data value="{value!r}">{mathml(told.result.latex)}</data>'
    reason = "" if one.reason is None else f' <span class="reason">{page.phrase(one.reason)}</span>'
    return _form("=" if told.equals == "=" else "≈", shown + reason + _beside(page, one), "result")


def _beside(page: Page, one: Line) -> str:
    """The numeric check of a gradient."""
    if one.check is None:
        return ""
    told = Phrase("html_beside", {"check": one.check})
    return f' <span class="beside">{page.phrase(told)}</span>'


def _form(sign: str, told: str, kind: str = "") -> str:
    name = f"form {kind}".rstrip()
    return f'<div class="{name}"><span class="equals">{sign}</span> <div>{told}</div></div>'


def _terms(form: Sequence[str]) -> str:
    """A sum in pieces between which a row may break; a product alone breaks at its factors."""
    pieces = form if len(form) > 1 else _factors(form[0])
    kind = "term row" if len(form) > IN_A_ROW else "term"
    return " ".join(f'<span class="{kind}">{_signed(one)}</span>' for one in pieces)


def _signed(term: str) -> str:
    """A term; the sign that it begins with stands between it and the one before."""
    sign, space, rest = term.partition(" ")
    if space and sign in SIGNS:
        return f'<span class="sign">{SIGNS[sign]}</span> {mathml(rest)}'
    return mathml(term)


def _factors(latex: str) -> list[str]:
    """A product cut before the signs between its factors, outside of all brackets."""
    found, depth = [""], 0
    for word in latex.split(" "):
        if depth == 0 and word in (r"\times", r"\cdot") and found[-1]:
            found.append(word)
        else:
            found[-1] += f" {word}" if found[-1] else word
        depth += word.count("{") - word.count("}")
        depth += word.count(r"\left") - word.count(r"\right")
    return found if depth == 0 else [latex]


# Tables -------------------------------------------------------------------------------------------
def table(page: Page, one: Table) -> str:
    """A table in a box of its own, which scrolls where it is too wide."""
    columns = range(len(one.heads))
    widths = [max((page.whole(row[i]) for row in one.rows), default=0) for i in columns]
    heads = "".join(
        f'<th scope="col"{_numeric(widths[i])}>{page.cell(head)}</th>'
        for i, head in enumerate(one.heads)
    )
    rows = []
    for place, row in enumerate(one.rows):
        anchor = page.anchor(one.anchors[place], "row") if place < len(one.anchors) else ""
        last = ' class="total"' if one.total and place == len(one.rows) - 1 else ""
        rows.append(f"<tr{anchor}{last}>{_row(page, row, widths)}</tr>\n")
    caption = "" if one.caption is None else f"<caption>{page.phrase(one.caption)}</caption>"
    return (
        f'<div class="scroll"><table>{caption}<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>{''.join(rows)}</tbody></table></div>\n"
    )


def _row(page: Page, row: Sequence[Cell], widths: Sequence[int]) -> str:
    cells = []
    for place, one in enumerate(row):
        name = "th" if place == 0 and isinstance(one, Symbol) else "td"
        scope = ' scope="row"' if name == "th" else ""
        number = isinstance(one, Value | Amount | Check)
        shown = page.cell(one, widths[place] if number else 0)
        cells.append(f"<{name}{scope}{_numeric(widths[place])}>{shown}</{name}>")
    return "".join(cells)


def _numeric(width: int) -> str:
    return ' class="number"' if width else ""


# Matrices -----------------------------------------------------------------------------------------
def matrix(page: Page, one: MatrixForm) -> str:
    """A matrix: its formula with shapes, the names of its entries, its numbers."""
    code = f" <code>{escape(one.code)}</code>" if one.code else ""
    rows = []
    if one.formula:
        shapes = f'<span class="shapes">{escape(one.shapes)}</span>' if one.shapes else ""
        rows.append(_form("=", _terms([one.formula]) + shapes))
    columns = list(zip(*one.addresses, strict=True))
    widths = [max(page.whole(Value(address)) for address in column) for column in columns]
    numbers = [
        [page.value(address, widths[place]) for place, address in enumerate(row)]
        for row in one.addresses
    ]
    exact = all(_exact(page, address) for row in one.addresses for address in row)
    sign = "=" if exact else "≈"
    told = _brackets(numbers)
    if one.names:
        names = _brackets([[page.cell(name) for name in row] for row in one.names])
        told = f'<span class="term">{names}</span> <span class="term">{sign} {told}</span>'
    rows.append(_form("=" if one.names else sign, told))
    left = f'<div class="left">{mathml(one.left.latex)}{code}</div>'
    return f'<div class="working matrices"><div class="line">{left}{"".join(rows)}</div></div>\n'


def _exact(page: Page, address: str) -> bool:
    from gradstone.accounts.formula import amount

    return amount(page.story.entries[address], page.story.digits).exact


def _brackets(rows: Sequence[Sequence[str]]) -> str:
    told = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in rows)
    return f'<span class="matrix"><table><tbody>{told}</tbody></table></span>'
