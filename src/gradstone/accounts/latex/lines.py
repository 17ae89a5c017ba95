"""Lines worked out in full: symbols, numbers put in, result, aligned at the equals sign."""

from __future__ import annotations

from collections.abc import Sequence

from gradstone.accounts.account import Line, Working
from gradstone.accounts.formula import Forms, forms
from gradstone.accounts.latex.breaking import PRODUCTS, broken, filled, flat, pieces, width
from gradstone.accounts.latex.cells import Page, check, phrase, text_width
from gradstone.accounts.latex.text import digits, mathematics

TEXT = 472.0
"""Points of a line of text: A4 without its margins."""
INDENT = 34.0
"""Points that displayed formulas stand to the right, room for the names of lines."""
RELATION = 13.4
MOST_TERMS = 3
"""Terms of a sum in a row."""
FACTORS = range(3, 7)
"""So many factors stand in columns, names over numbers."""
CONTINUED = r"\phantom{{}={}}"
SIGNED = ("+ ", "- ", r"\times ", r"\cdot ", r"\quad + ", r"\quad - ")
"""How a row begins that goes on with an operator, which needs something before it."""
CAREFUL = 0.98
"""Share of the room that is filled by estimate."""


def working(page: Page, part: Working) -> str:
    """All lines of a part in one display."""
    lines = [page.story.lines[name] for name in part.lines]
    if not lines:
        return ""
    found = [_plain(forms(page.story, line)) for line in lines]
    room = CAREFUL * (TEXT - INDENT - RELATION - max(width(one.left) for one in found))
    told = [_line(page, *pair, room) for pair in zip(lines, found, strict=True)]
    return display(told)


def display(told: Sequence[str]) -> str:
    """Rows of formulas aligned at their relations."""
    body = "\\\\[3pt]\n".join(told)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n"


def _plain(one: Forms) -> Forms:
    """All formulas in ASCII."""
    symbols, numbers, products = (
        tuple(flat(mathematics(term)) for term in terms)
        for terms in (one.symbols, one.numbers, one.products)
    )
    return Forms(mathematics(one.left), symbols, numbers, products, one.result, one.equals)


def _line(page: Page, line: Line, told: Forms, room: float) -> str:
    remark = _remark(page, line)
    beside = text_width(remark) * 0.85 + 11 if remark else 0.0
    rows = _rows(told, room)
    if remark and width(rows[-1]) + beside <= room + RELATION:
        rows[-1] += rf"\quad\beside{{{remark}}}"
    elif remark:
        rows.append(rf"{CONTINUED}\beside{{{remark}}}")
    name = rf"\tag*{{\lineid{{{line.id}}}}}" if line.id else ""
    head = f"{name}{told.left} &{rows[0]}"
    return "\\\\*\n".join([head, *(f"&{row}" for row in rows[1:])])


def _remark(page: Page, line: Line) -> str:
    """What stands beside a result: what a zero is due to, the gradient by differences."""
    parts = []
    if line.reason is not None:
        opening, closing = "（）" if page.chinese else "()"
        parts.append(opening + phrase(page, line.reason) + closing)
    if line.check is not None:
        parts.append(f"{page.said('latex_numeric')} {check(page, line.check)}")
    return r"\quad ".join(parts)


def _rows(told: Forms, room: float) -> list[str]:
    """The rows of a line, each with the relation or the blank it begins with."""
    result = f"{told.equals} {digits(told.result)}"
    columns = _columns(told, room)
    if columns:
        last = f"{columns[-1]} {result}"
        fits = width(told.numbers[0]) + width(result) + 30 <= room
        return [*columns[:-1], last] if fits else [*columns, result]
    forms_told = (told.symbols, told.numbers, told.products)
    if len(told.symbols) < MOST_TERMS:
        made = [f"= {' '.join(terms)}" for terms in forms_told if terms]
        if all(width(one) <= room + RELATION for one in made):
            return filled([*made, result], room + RELATION)
    return [*(row for terms in forms_told for row in _sum(terms, room)), result]


def _sum(terms: Sequence[str], room: float) -> list[str]:
    """A sum in rows: a few terms in each, and a term wider than its room in rows of its own."""
    made: list[str] = []
    for row in filled(terms, room, MOST_TERMS):
        for place, part in enumerate(broken(row, room)):
            operator = "{}" if part.startswith(SIGNED) else ""
            indent = r"\quad " if place else ""
            narrow = part if width(part) <= room else rf"\fit{{{room:.0f}pt}}{{{part}}}"
            start = "= " if not made else f"{CONTINUED} "
            made.append(f"{start}{indent}{operator}{narrow}")
    return made


def _columns(told: Forms, room: float) -> list[str]:
    """A product of several factors: each number under its name; empty where it is no such."""
    if len(told.symbols) != 1 or len(told.numbers) != 1:
        return []
    names = pieces(told.symbols[0], PRODUCTS)
    numbers = pieces(told.numbers[0], PRODUCTS)
    if len(names) not in FACTORS or len(names) != len(numbers):
        return []
    names, numbers = _bare(names), _bare(numbers)
    total = sum(max(map(width, pair)) + 12.2 for pair in zip(names, numbers, strict=True))
    if total - 12.2 > room:
        return []
    rows = []
    for sign, own, other in ((r"\cdot", names, numbers), (r"\times", numbers, names)):
        boxes = [rf"\wide{{{a}}}{{{b}}}" for a, b in zip(own, other, strict=True)]
        rows.append("= " + rf" \mathbin{{\wide{{{sign}}}{{\times}}}} ".join(boxes))
    return rows


def _bare(factors: Sequence[str]) -> list[str]:
    """Factors without the operator before them."""
    found = []
    for one in factors:
        sign = next((sign for sign in PRODUCTS if one.startswith(sign)), "")
        found.append(one.removeprefix(sign).strip())
    return found
