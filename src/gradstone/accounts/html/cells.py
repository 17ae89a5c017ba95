"""What stands in tables and sentences: symbols, numbers, phrases, verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from gradstone.accounts.account import (
    Amount,
    Cell,
    Check,
    Code,
    Formula,
    Phrase,
    Plain,
    Story,
    Value,
)
from gradstone.accounts.formula import amount
from gradstone.accounts.html.places import places
from gradstone.accounts.notation import mathml
from gradstone.accounts.numbers import GUARD, Printed, printed
from gradstone.accounts.phrases import filled, joined
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.words import said
from gradstone.language import Language

MINUS = "\N{MINUS SIGN}"
WORDS = {r"\infty": "\N{INFINITY}", r"\mathrm{NaN}": "NaN"}
"""Numbers without digits."""
WIDEST = 9
"""Signs before the point up to which the numbers of a column stand point under point."""


@dataclass(slots=True)
class Page:
    """A document in the making.

    Attributes:
        prefix: of all ids, so that several fragments can stand in one notebook.
        places: where each line stands. part: the number of the part being printed.
        named: the ids that are given; each is given once.
    """

    story: Story
    language: Language
    prefix: str = ""
    part: int = -1
    places: dict[str, tuple[str, int]] = field(init=False)
    named: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.places = places(self.story)

    def said(self, key: str) -> str:
        """A phrase without gaps, as markup."""
        return escape(said(key, self.language))

    def phrase(self, one: Phrase) -> str:
        """A phrase with its gaps filled."""
        return filled(one, self.language, lambda cell: self.cell(cell), escape)

    def sentences(self, words: Iterable[Phrase]) -> str:
        """Phrases one after another."""
        return joined(map(self.phrase, words), self.language)

    def anchor(self, line: str, kind: str) -> str:
        """The id of a line as an attribute, a space before it, where its place is; else ""."""
        if self.places.get(line) != (kind, self.part) or line in self.named:
            return ""
        self.named.add(line)
        return f' id="{self.prefix}{escape(line)}"'

    def link(self, line: str) -> str:
        """Where a line stands, "#F1"; "" for lines that stand nowhere."""
        return f"#{self.prefix}{escape(line)}" if line in self.places else ""

    def birth(self, address: str) -> str:
        """Where the number of an entry is born; "" where that is not in the document."""
        entry = self.story.entries.get(address)
        return self.link(entry.line) if entry else ""

    def cell(self, one: Cell, width: int = 0) -> str:
        """Any cell. width: signs before the point in its column, 0 outside of tables."""
        match one:
            case Value(address):
                return self.value(address, width)
            case Amount(number, count):
                return data(number, printed(number, count, count), width)
            case Code(text):
                return self.code(text)
            case Plain(text):
                return f"<bdi>{escape(text)}</bdi>"
            case Phrase():
                return self.phrase(one)
            case Check():
                return self.check(one, width)
            case Symbol() | Formula():
                return mathml(_in_line(one))

    def value(self, address: str, width: int = 0) -> str:
        """The number of an entry, linked to the line it is born in."""
        entry = self.story.entries[address]
        made = data(entry.value, amount(entry, self.story.digits), width)
        here = self.anchor(entry.line, "value")
        if here:
            return f"<span{here}>{made}</span>"
        target = self.birth(address)
        return f'<a class="birth" href="{target}">{made}</a>' if target else made

    def code(self, text: str) -> str:
        """A program's name, or a count; the id of a line leads to the line."""
        if not text or text.isdigit():
            return text
        made = f"<code>{escape(text)}</code>"
        return f'<a class="birth" href="{self.link(text)}">{made}</a>' if self.link(text) else made

    def check(self, one: Check, width: int = 0) -> str:
        """The numeric gradient and the verdict on the one by rules."""
        count = self.story.digits
        shown = data(one.numeric, printed(one.numeric, count + GUARD, count), width)
        apart = f"{self.said('term_relative_difference')} {one.difference:.1e}"
        verdict = f'<span class="verdict">{self.said("check_" + one.verdict)}</span>'
        return f'<span class="check {one.verdict}" title="{apart}">{shown} {verdict}</span>'

    def whole(self, one: Cell) -> int:
        """Signs of a number before its point; 0 for what is no number."""
        match one:
            case Value(address):
                shown = amount(self.story.entries[address], self.story.digits)
            case Amount(number, count):
                shown = printed(number, count, count)
            case Check():
                shown = printed(one.numeric, self.story.digits + GUARD)
            case _:
                return 0
        return shown.negative + len(head(shown).partition(".")[0])


def data(number: float, one: Printed, width: int = 0) -> str:
    """A number as printed, its full value as data."""
    return f'<data value="{number!r}">{digits(one, width)}</data>'


def digits(one: Printed, width: int = 0) -> str:
    """A number with its guard digits marked; width: of what stands before the point."""
    before, point, after = head(one).partition(".")
    before = MINUS * one.negative + before
    if 0 < width <= WIDEST:
        before = f'<span class="whole w{width}">{before}</span>'
    guard = f'<span class="guard">{one.guard}</span>' if one.guard else ""
    signed = str(one.power).replace("-", MINUS)
    power = "" if one.power is None else f" × 10<sup>{signed}</sup>"
    return f"{before}{point}{after}{guard}{power}"


def head(one: Printed) -> str:
    """The digits promised of a number, or the word where it has none."""
    return WORDS.get(one.head, one.head)


def _in_line(one: Symbol | Formula) -> str:
    """The LaTeX of a formula among words: ∂E/∂w₅, whose fraction would be small."""
    if isinstance(one, Symbol) and one.of is not None and one.by is not None:
        return rf"\partial {one.of.latex} / \partial {one.by.latex}"
    return one.latex
