"""Typed mathematics cut into tokens, and mistakes told with a caret under their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from unicodedata import east_asian_width

from gradstone.errors import GradstoneError

LONGEST = 10_000
"""So many characters may be typed."""
WINDOW = 60  # of a long text so many characters stand above the caret
Kind = Literal["number", "name", "sign", "power", "end"]

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = {
    **dict.fromkeys("−–—﹣", "-"), **dict.fromkeys("×·⋅∙•✕✖∗﹡", "*"), **dict.fromkeys("÷∕⁄", "/"),
    "﹢": "+", "（": "(", "）": ")", "【": "(", "】": ")", "、": ",", "。": ".", "ˆ": "^", "∣": "|",
}  # fmt: skip
_PLAIN = str.maketrans(
    {**{chr(code): chr(to) for code, to in _FULL_WIDTH.items()}, **_SIGNS, "\u3000": " "}
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<sign>\*\*|[-+*/^()\[\]{},|√])"
    r"|(?P<power>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)",
    re.ASCII,
)


class ExpressionError(GradstoneError, ValueError):
    """A mistake in typed mathematics; the message ends with the text and a caret under it.

    Attributes:
        place: of the mistake in the text, counted from 0.
    """

    def __init__(
        self, text: str, place: int, came: str, wanted: str, advice: str = "", width: int = 1
    ) -> None:
        """What came at a place of the text, what was wanted there, what to do."""
        super().__init__(f"expression, place {place + 1}", came, wanted, advice)
        self.place = place
        self.args = (f"{self.args[0]}\n{pointed(text, place, width)}",)


def pointed(text: str, place: int, width: int = 1) -> str:
    """The text, or what is near the place, and carets under so many characters from there.

    >>> print(pointed("2 + sinn(x)", 4, 4))
      2 + sinn(x)
          ^^^^
    """
    first = max(0, min(place - WINDOW // 2, len(text) - WINDOW))
    shown = "".join(one if one.isprintable() else " " for one in text[first : first + WINDOW])
    before = "…" if first else ""
    columns = sum(map(_columns, before + shown[: place - first]))
    marked = shown[place - first : place - first + width] or " "
    after = "…" if first + WINDOW < len(text) else ""
    return f"  {before}{shown}{after}\n  {' ' * columns}{'^' * sum(map(_columns, marked))}"


def _columns(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a name, a sign, a raised exponent or the end.

    Attributes:
        text: in plain characters. place: in what was typed, from 0.
    """

    kind: Kind
    text: str
    place: int

    @property
    def told(self) -> str:
        """What it is called in messages."""
        text = self.text if len(self.text) <= 24 else f"{self.text[:23]}…"
        return "the end" if self.kind == "end" else repr(text)


def tokens(text: str, first: int = 0) -> list[Token]:
    """The tokens of a text from a place on, the end last.

    Full-width characters, × · ÷ − and raised digits are read as what they stand for.

    Raises:
        ExpressionError: too long, or a character that means nothing here.
    """
    if len(text) > LONGEST:
        came, wanted = f"{len(text)} characters came", f"at most {LONGEST} are read"
        raise ExpressionError(text, LONGEST, came, wanted)
    plain = text.translate(_PLAIN)
    found: list[Token] = []
    place = first
    while place < len(plain):
        end = _name_end(plain, place)
        match = _TOKEN.match(plain, place)
        if end > place:
            found.append(Token("name", plain[place:end], place))
        elif match is None:
            raise _meaningless(text, place, plain[place])
        elif match.lastgroup != "space":
            found.append(_token(match.lastgroup, match.group(), place))
        place = match.end() if end == place and match is not None else end
    return [*found, Token("end", "", len(text.rstrip()))]


def _name_end(text: str, place: int) -> int:
    """The end of the name that begins at a place: a letter, then letters, digits and _."""
    end = place
    while end < len(text) and (
        text[end].isalpha() or (end > place and (text[end] == "_" or text[end] in "0123456789"))
    ):
        end += 1
    return end


def _token(kind: str | None, text: str, place: int) -> Token:
    if kind == "number":
        return Token("number", text, place)
    if kind == "power":
        return Token("power", text.translate(_RAISED), place)
    return Token("sign", "^" if text == "**" else text, place)


def _meaningless(text: str, place: int, character: str) -> ExpressionError:
    advice = {
        "=": "Write the function alone, as x^2, or with its head, as f(x, y) = x^2 + y.",
        "!": "There is no factorial here.",
        "%": "Write p/100.",
        "'": "Derivatives follow by themselves; write the function alone.",
        "<": "Comparisons have no slope; use max, min or abs.",
    }.get(character, "")
    wanted = "numbers, names, + − * / ^, brackets and | | are wanted"
    return ExpressionError(text, place, f"{text[place]!r} means nothing here", wanted, advice)
