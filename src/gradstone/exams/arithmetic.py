"""Numbers as learners write them: 0.6, 0,6, ３/５, =0.3*2, 60 %, 1.2×10⁻³. Nothing is executed.

Understood are the four operations, powers, brackets, percent, and exp, ln, sqrt, tanh, abs.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable

LONGEST, DEEPEST = 200, 30
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
SIGNS = str.maketrans({
    "−": "-", "–": "-", "﹣": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "✕": "*",
    "÷": "/", "⁄": "/", "∕": "/", ":": "/", "。": ".", "，": ",", "、": ",", "[": "(", "]": ")",
    "٫": ".", "’": "", "_": "",
})  # fmt: skip
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp, "ln": math.log, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh,
    "abs": abs,
}  # fmt: skip
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:[.,]\d*)*|[.,]\d+)(?:[eE][-+]?\d{1,3}(?!\d))?)"
    r"|(?P<word>[A-Za-z]+)|(?P<sign>\*\*|[-+*/^()%]))"
)
THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")


class Unreadable(ValueError):
    """A text that says no number."""


def number(text: str) -> float:
    """The number that a text says.

    A comma is a decimal comma, unless a point stands there, too: then what comes last is.

    Raises:
        Unreadable: it says none, or none that is finite.

    >>> [number(one) for one in ("0,6", "３/５", "=0.3*2", "60 %", "1.2×10⁻³", "1.234,5")]
    [0.6, 0.6, 0.6, 0.6, 0.0012, 1234.5]
    """
    if len(text) > LONGEST:
        raise Unreadable("too long")
    plain = _plain(text)
    try:
        value = _Reader(_tokens(plain)).whole()
    except (ArithmeticError, ValueError) as error:
        raise Unreadable(str(error) or "no number") from error
    if isinstance(value, complex) or not math.isfinite(value):
        raise Unreadable("not finite")
    return value


def _plain(text: str) -> str:
    text = re.sub(
        f"[{''.join(RAISED)}]+", lambda one: f"^({''.join(RAISED[s] for s in one[0])})", text
    )
    text = re.sub(r"[½¼¾⅓⅔⅛]", lambda one: f"({unicodedata.normalize('NFKC', one[0])})", text)
    text = unicodedata.normalize("NFKC", text).translate(SIGNS)
    text = text.strip().lstrip("=≈~' ").strip()
    return THOUSANDS.sub("", text)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(text):
        token = TOKEN.match(text, place)
        if token is None:
            if not text[place:].strip():
                break
            raise Unreadable(f"{text[place : place + 10]!r}")
        kind = token.lastgroup or ""
        found.append((kind, token[kind]))
        place = token.end()
    return found


def _decimal(text: str) -> float:
    """A numeral with its decimal sign."""
    mantissa, _, power = text.lower().partition("e")
    last = max(mantissa.rfind("."), mantissa.rfind(","))
    if "." in mantissa and "," in mantissa:
        other = "," if mantissa[last] == "." else "."
        if mantissa.count(mantissa[last]) > 1:
            raise Unreadable(mantissa)
        mantissa = mantissa.replace(other, "")
    mantissa = mantissa.replace(",", ".")
    if mantissa.count(".") > 1:
        raise Unreadable(mantissa)
    return float(f"{mantissa}e{power}" if power else mantissa)


class _Reader:
    """A reader of tokens by rank: sums, products, signs, powers, atoms."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0

    def whole(self) -> float:
        """The value of all tokens."""
        value = self.sum()
        if self.place < len(self.tokens):
            raise Unreadable(self.tokens[self.place][1])
        return value

    def sum(self) -> float:
        """Products added and subtracted."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable("too many brackets")
        value = self.product()
        while self._next("+", "-"):
            sign = self._take()
            value = value + self.product() if sign == "+" else value - self.product()
        self.depth -= 1
        return value

    def product(self) -> float:
        """Signed powers multiplied and divided."""
        value = self.signed()
        while self._next("*", "/"):
            sign = self._take()
            value = value * self.signed() if sign == "*" else value / self.signed()
        return value

    def signed(self) -> float:
        """A power with signs before it."""
        sign = 1.0
        while self._next("+", "-"):
            sign = -sign if self._take() == "-" else sign
        return sign * self.power()

    def power(self) -> float:
        """An atom, perhaps raised."""
        base = self.atom()
        if self._next("^", "**"):
            self._take()
            sign = 1.0
            while self._next("+", "-"):
                sign = -sign if self._take() == "-" else sign
            base = math.pow(base, sign * self.atom())
        return base

    def atom(self) -> float:
        """A numeral, a function of a bracket, or a bracket; then percent signs."""
        if self.place >= len(self.tokens):
            raise Unreadable("it ends too early")
        kind, text = self.tokens[self.place]
        self.place += 1
        if kind == "number":
            value = _decimal(text)
        elif kind == "word" and text.lower() in FUNCTIONS and self._next("("):
            self.place += 1
            value = FUNCTIONS[text.lower()](self._closed())
        elif text == "(":
            value = self._closed()
        else:
            raise Unreadable(text)
        while self._next("%"):
            self._take()
            value /= 100.0
        return value

    def _closed(self) -> float:
        value = self.sum()
        if not self._next(")"):
            raise Unreadable("a bracket is left open")
        self._take()
        return value

    def _next(self, *signs: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place][1] in signs

    def _take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1][1]
