"""Formulas with numbers put in, as text whose numbers follow their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import isfinite

from gradstone.accounts import notation
from gradstone.accounts.account import Entry, Line, Rest, Story
from gradstone.accounts.formula import summands, terms
from gradstone.accounts.workbook.formulas import LONGEST, filled, template
from gradstone.accounts.workbook.texts import places
from gradstone.graph.node import Node, apply
from gradstone.ops.table import Operand

MOST_TERMS = 4
"""Terms of a formula up to which numbers are put in."""
FIRST = 0x4E00
"""Signs from here on stand for operands while a formula is being written."""
LONGEST_TEXT = 250
"""Characters a text within a formula may have; spreadsheets allow 255."""


@dataclass(frozen=True, slots=True)
class Live:
    """A text whose numbers follow their cells: its formula, and what it gives at first."""

    formula: str
    value: str


def live(story: Story, line: Line, texts: Mapping[Node, str], own: str) -> Live | None:
    """The formula of a line with numbers put in; None where it has too many terms.

    Of a long sum some terms and the rest, which is the line's number less these.

    Args:
        texts: how formulas say the operands. own: the cell of the line's number.
    """
    entries = [story.entries[one] for one in line.operands]
    names = {one.node: Operand(chr(FIRST + place)) for place, one in enumerate(entries)}
    rest = story.rests.get(line.id)
    parts = terms(line.worked, names, rest)
    if len(parts) > MOST_TERMS or not entries:
        return None
    text = notation.text(" ".join(parts).replace(r"\cdot", r"\times"))
    said = [texts[one.node] for one in entries]
    formula, value = _joined(text, entries, said)
    if rest is not None:
        others = _others(line, rest, entries, said, own)
        if others is None:
            return None
        formula += ['" + "', _number(others, 9, bracketed=True)]
        value += f" + {_text(rest.value, 9, bracketed=True)}"
    elif len(formula) == 1:
        formula.append('""')  # a lone number stays a text
    whole = "=" + "&".join(formula)
    return Live(whole, value) if len(whole) <= LONGEST else None


def _joined(text: str, entries: Sequence[Entry], said: Sequence[str]) -> tuple[list[str], str]:
    """The text cut at operands: literals and numbers as parts of a formula, and what it gives."""
    formula: list[str] = []
    value = literal = ""
    for place, sign in enumerate(text):
        number = ord(sign) - FIRST
        if not 0 <= number < len(entries):
            literal += sign
            continue
        bracketed = _bracketed(text[:place].rstrip(), text[place + 1 :])
        decimals = places(entries[number])
        formula += [*_quoted(literal), _number(said[number], decimals, bracketed)]
        value += literal + _text(entries[number].value, decimals, bracketed)
        literal = ""
    return [*formula, *_quoted(literal)], value + literal


def _others(
    line: Line, rest: Rest, entries: Sequence[Entry], said: Sequence[str], own: str
) -> str | None:
    """The terms that are not told, together."""
    nodes = [one.node for one in entries]
    parts = summands(line.worked, set(nodes))
    kept = [one if sign == "+" else -one for sign, one in (parts[place] for place in rest.kept)]
    found = template(reduce(lambda a, b: apply("add", a, b), kept), nodes)
    return None if found is None else f"({own}-({filled(found, said)[1:]}))"


def _bracketed(before: str, after: str) -> bool:
    """Whether a negative number wants brackets there."""
    opens = not before or before[-1] in "([,"
    return not opens or (bool(after) and after[0] in "^²³⁻¹⁰⁴⁵⁶⁷⁸⁹")


def _quoted(text: str) -> list[str]:
    cut = [text[place : place + LONGEST_TEXT] for place in range(0, len(text), LONGEST_TEXT)]
    return ['"' + one.replace('"', '""') + '"' for one in cut]


def _number(cell: str, decimals: int, bracketed: bool) -> str:
    sign = '"(−"' if bracketed else '"−"'
    end = '&")"' if bracketed else ""
    return f"IF({cell}<0,{sign}&ROUND(-{cell},{decimals}){end},ROUND({cell},{decimals}))"


def _text(value: float, decimals: int, bracketed: bool) -> str:
    """What a spreadsheet makes of a number within a text."""
    text = f"{round(abs(value), decimals) if isfinite(value) else value:.15g}"
    if value < 0:
        return f"(−{text})" if bracketed else f"−{text}"
    return text
