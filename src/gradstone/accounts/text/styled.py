"""Text that knows its colours and how many columns it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rich.cells import cell_len

GLUE = "\N{NO-BREAK SPACE}"
"""A space that stays within its line; printed as an ordinary one."""
CLOSING = "，。；：、）》」』？！…,.;:)]?!"
OPENING = "（《「『(["
SUMS = "=≈~+−-→←"
OPERATORS = SUMS + "·×⊙/*x"
TIGHT = "·*"
"""Operators that also stand without spaces."""
DEPTHS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Controls of terminals and of writing direction."""
UNEVEN = re.compile(
    r"[^ -~\u00a0-\u02ff\u0370-\u0482\u1d2c-\u1d6a\u2010-\u2027\u2030-\u203e"
    r"\u2070-\u209c\u2190-\u22ff\u239b-\u23ce\u2500-\u257f]"
)
"""All but signs known to take one column: others may take none or two."""
WORD = re.compile("(?<= )(?=[^ ])")
"""Where a word begins."""


@dataclass(frozen=True, slots=True)
class Styled:
    """Pieces of text with their styles.

    spans: a style is "", "guard", "forward", "backward", "update", "title", "faint", "ok" or "bad".
    """

    spans: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join([text for text, _ in self.spans])

    @property
    def width(self) -> int:
        """Columns taken; 汉字 take two."""
        return columns(self.plain)

    def __add__(self, other: Styled) -> Styled:
        return Styled(self.spans + other.spans)

    def cut(self, start: int, stop: int) -> Styled:
        """The characters from start to stop, without the spaces around them."""
        plain = self.plain
        while start < stop and plain[start] == " ":
            start += 1
        while stop > start and plain[stop - 1] == " ":
            stop -= 1
        spans, place = [], 0
        for text, style in self.spans:
            piece = text[max(start - place, 0) : max(stop - place, 0)]
            spans += [(piece, style)] if piece else []
            place += len(text)
        return Styled(tuple(spans))

    def padded(self, width: int, before: int = 0) -> Styled:
        """With spaces: `before` of them at the left, the rest at the right, up to a width."""
        after = max(width - self.width - before, 0)
        return Styled(((" " * before, ""), *self.spans, (" " * after, "")))


EMPTY = Styled()


def columns(text: str) -> int:
    """How many columns a text takes."""
    return cell_len(text) if UNEVEN.search(text) else len(text)


def styled(text: str, style: str = "") -> Styled:
    """A text in one style; controls of terminals are left out."""
    return Styled(((UNSEEN.sub("", text), style),)) if text else EMPTY


def glued(one: Styled) -> Styled:
    """The same, never broken at its spaces."""
    return Styled(tuple((text.replace(" ", GLUE), style) for text, style in one.spans))


def restyled(one: Styled, style: str) -> Styled:
    """The same, where it has no style of its own, in this one."""
    if not style:
        return one
    return Styled(tuple((text, old or style) for text, old in one.spans))


def joined(items: Iterable[Styled], between: str = "") -> Styled:
    """One after another, with a text between them."""
    spans: list[tuple[str, str]] = []
    for place, one in enumerate(items):
        spans += [(between, "")] if place and between else []
        spans += one.spans
    return Styled(tuple(spans))


def wrapped(one: Styled, width: int) -> list[Styled]:
    """Sentences in lines: broken at spaces and between 汉字, never before a closing sign."""
    return _packed(one, _chunks(one.plain), width)


def formula_lines(one: Styled, width: int) -> list[Styled]:
    """A formula in lines: broken before operators, outside of brackets where that is enough."""
    if one.width <= width:
        return [one]
    plain = one.plain
    for depth in range(_deepest(plain) + 1):
        for signs in (SUMS, OPERATORS):
            breaks = _operators(plain, depth, signs)
            edges = [0, *breaks, len(plain)]
            widest = max(columns(plain[a:b].strip()) for a, b in pairwise(edges))
            if breaks and widest <= width:
                return _packed(one, breaks, width)
    return wrapped(one, width)


def _packed(one: Styled, breaks: Sequence[int], width: int) -> list[Styled]:
    """Lines as long as the width allows, cut at some of the breaks."""
    plain = one.plain
    lines, start, last = [], 0, 0
    for place in (*breaks, len(plain)):
        if last > start and columns(plain[start:place].strip(" ")) > width:
            lines.append(one.cut(start, last))
            start = last
        last = place
    return [*lines, one.cut(start, len(plain))]


@lru_cache(maxsize=4096)
def longest(plain: str) -> int:
    """Columns of the longest part that is not broken."""
    edges = [0, *_chunks(plain), len(plain)]
    return max(columns(plain[a:b].strip(" ")) for a, b in pairwise(edges))


def _chunks(plain: str) -> list[int]:
    """Places at which a line may begin."""
    if not UNEVEN.search(plain):
        return [found.start() for found in WORD.finditer(plain)]
    found = []
    for place in range(1, len(plain)):
        before, after = plain[place - 1], plain[place]
        if before == " " and after != " ":
            found.append(place)
        elif before not in OPENING + GLUE + " " and after not in CLOSING + GLUE + " ":
            wide = columns(before) == 2 or columns(after) == 2
            found += [place] if wide else []
    return found


def _depths(plain: str) -> Iterator[int]:
    depth = 0
    for sign in plain:
        depth += DEPTHS.get(sign, 0)
        yield depth


def _deepest(plain: str) -> int:
    return max(_depths(plain), default=0)


def _operators(plain: str, deepest: int, signs: str) -> list[int]:
    """Places of operators between spaces, in brackets no deeper than that."""
    found = []
    for place, depth in enumerate(_depths(plain)):
        between = plain[place - 1 : place] == " " and plain[place + 1 : place + 2] == " "
        between = between or plain[place] in TIGHT
        if place and between and plain[place] in signs and depth <= deepest:
            found.append(place)
    return found
