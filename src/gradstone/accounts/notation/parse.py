r"""From LaTeX to a tree. What is not known is kept as words; nothing raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gradstone.accounts.notation.tree import (
    CLOSING,
    FENCES,
    FUNCTIONS,
    LETTERS,
    PLAIN_SIGNS,
    SIGNS,
    SPACES,
    Fenced,
    Fraction,
    Guard,
    Hat,
    Identifier,
    Notation,
    Number,
    Operator,
    Root,
    Row,
    Script,
    Space,
    Text,
)

SIGN = r"\\[A-Za-z]+\*?|\\.|\d+(?:\.\d+)?\.?(?=\\guard)|\d+(?:\.\d+)?|\s+|."
WORD = r"(?:[^{}\\]|\\[^{}])*"
SCRIPT = rf"\{{(?:[^{{}}\\]|\\[^{{}}]|\{{{WORD}\}})*\}}"
NAME = rf"(?:\\(?:mathrm|mathbf|hat)\{{{WORD}\}}|\\(?:{'|'.join(LETTERS)})(?![A-Za-z])|[A-Za-z])"
PIECE = rf"{NAME}(?:[\^_]{SCRIPT}){{1,2}}"
PART = rf"\{{\\partial {NAME}(?:[\^_]{SCRIPT}){{,2}}(?:\[\d+\])?\}}"
DERIVATIVE = rf"\\frac{PART}{PART}"
TOKEN = re.compile(rf"{PIECE}|{DERIVATIVE}|\\guard\{{\d+\}}|{SIGN}", re.DOTALL)
"""Names with their scripts and derivatives are one token: the same ones stand in many formulas."""
SIGNS_ALONE = re.compile(SIGN, re.DOTALL)
ESCAPED = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff]")
"""Characters that no format may carry; the private ones mark guard digits in `linear`."""
WORDS = {"mathrm", "mathbf", "boldsymbol", "text", "textrm", "mbox", "operatorname", "mathit"}
TAKING = {"left", "guard", "sqrt", "hat", "bar", "frac", "tfrac", "dfrac"} | WORDS | FENCES.keys()
"""Commands that take what follows them."""
DEEPEST = 60
EMPTY = Row(())


@lru_cache(maxsize=16_384)
def parse(latex: str) -> Notation:
    r"""The tree of a formula.

    >>> parse(r"\frac{1}{2}")
    Fraction(above=Number(digits='1'), below=Number(digits='2'), small=False)
    """
    return _Reader(TOKEN.findall(CONTROL.sub("", latex))).row(())


@dataclass(slots=True)
class _Reader:
    """Tokens, and the place of the next one."""

    tokens: list[str]
    place: int = 0
    depth: int = 0

    def row(self, stops: tuple[str, ...]) -> Notation:
        """All up to one of the stops, which is left standing, or to the end."""
        self.depth += 1
        items: list[Notation] = []
        while self.place < len(self.tokens) and self.tokens[self.place] not in stops:
            if self.depth > DEEPEST:
                items.append(Text(self.take()))
                continue
            one = self.item(items)
            if one is not None:
                items.append(one)
        self.depth -= 1
        return items[0] if len(items) == 1 else Row(tuple(items))

    def item(self, before: list[Notation]) -> Notation | None:
        """The next part; a script takes the part before it as its base."""
        token = self.take()
        alone, one = _alone(token)
        if alone:
            return _signed(one, before) if isinstance(one, Operator) else one
        if token in ("^", "_"):
            base = before.pop() if before else EMPTY
            return _scripted(base, token, self.group())
        if token in CLOSING:
            return self.fenced(token, CLOSING[token])
        if token == "{":
            return self.braced()
        return _signed(self.command(token[1:].rstrip("*")), before)

    def take(self) -> str:
        """The next token, "" at the end."""
        self.place += 1
        return self.tokens[self.place - 1] if self.place <= len(self.tokens) else ""

    def skip(self) -> None:
        """Pass over spaces; of what follows, an argument may take but the first sign."""
        while self.place < len(self.tokens) and self.tokens[self.place].isspace():
            self.place += 1
        if self.place < len(self.tokens):
            self.tokens[self.place : self.place + 1] = SIGNS_ALONE.findall(self.tokens[self.place])

    def group(self) -> Notation:
        """An argument: what stands in braces, else the next part."""
        self.skip()
        found = self.item([]) if self.place < len(self.tokens) else None
        return EMPTY if found is None else found

    def braced(self) -> Notation:
        inner = self.row(("}",))
        self.take()
        return inner

    def fenced(self, opening: str, closing: str) -> Notation:
        """Brackets; where the closing one is missing, only the sign."""
        start = self.place
        closers = (")", "]") if opening in "([" else (closing, *_commands(closing))
        inner = self.row((*closers, "}", "\\right"))
        if self.place < len(self.tokens) and self.tokens[self.place] in closers:
            token = self.take()
            return Fenced(opening, inner, FENCES.get(token.removeprefix("\\"), token))
        self.place = start
        return Operator(opening, "fence")

    def delimiter(self) -> str:
        r"""The sign after \left or \right; "" for a full stop."""
        self.skip()
        token = self.take()
        name = token.removeprefix("\\")
        return "" if token == "." else FENCES.get(name, token) if token != name else token

    def command(self, name: str) -> Notation | None:
        """What a command stands for, with its arguments."""
        if name in ("frac", "tfrac", "dfrac"):
            above, below = self.group(), self.group()
            return Fraction(above, below, name == "tfrac")
        if name == "left":
            opening = self.delimiter()
            inner = self.row(("\\right", "}"))
            closed = self.take() == "\\right"
            return Fenced(opening, inner, self.delimiter() if closed else "")
        if name in WORDS:
            return self.words(name)
        if name == "guard":
            return Guard(_plain(self.raw()))
        if name in ("sqrt", "hat", "bar"):
            inner = self.group()
            return Root(inner) if name == "sqrt" else Hat(inner, "^" if name == "hat" else "-")
        if name in FENCES:
            sign = FENCES[name]
            known = sign in CLOSING
            return self.fenced(sign, CLOSING[sign]) if known else Operator(sign, "fence")
        return _named(name)

    def words(self, name: str) -> Notation:
        words = _plain(self.raw())
        if name in ("text", "textrm", "mbox"):
            return Text(words)
        if name == "operatorname":
            return Operator(words, "function")
        return Identifier(
            words, upright=name != "boldsymbol", bold=name in ("mathbf", "boldsymbol")
        )

    def raw(self) -> str:
        """The tokens of an argument as they stand."""
        self.skip()
        if self.place >= len(self.tokens) or self.tokens[self.place] != "{":
            return self.take()
        start, open_braces = self.place + 1, 0
        while self.place < len(self.tokens):
            token = self.take()
            open_braces += (token == "{") - (token == "}")
            if open_braces == 0:
                return "".join(self.tokens[start : self.place - 1])
        return "".join(self.tokens[start:])


@lru_cache(maxsize=16_384)
def _alone(token: str) -> tuple[bool, Notation | None]:
    """Whether a token needs nothing of what stands beside it, and what it is then."""
    command = token.startswith("\\") and len(token) > 1
    name = token[1:].rstrip("*")
    if token in ("^", "_", "{") or token in CLOSING or (command and name in TAKING):
        return False, None
    signs = SIGNS_ALONE.findall(token)
    if len(signs) > 1:
        return True, _Reader(signs).row(())
    if command:
        return True, _named(name)
    return True, None if token.isspace() or token in "}&$" else _character(token)


@lru_cache(maxsize=64)
def _commands(sign: str) -> tuple[str, ...]:
    return tuple("\\" + name for name, one in FENCES.items() if one == sign)


def _named(name: str) -> Notation | None:
    """A command without arguments; an unknown one is a word."""
    if name in LETTERS:
        return Identifier(LETTERS[name], upright=name in ("infty", "ldots", "dots", "cdots"))
    if name in SIGNS:
        return Operator(*SIGNS[name])
    if name in FUNCTIONS:
        return Operator(name, "function")
    if name in SPACES:
        return Space(SPACES[name])
    if name in ("displaystyle", "textstyle", "limits", "right", "big", "Big"):
        return None
    return Identifier(name, upright=len(name) > 1) if name.isalpha() else Text(name)


def _character(token: str) -> Notation:
    if token[0].isdigit() and token.isascii():
        return Number(token)
    if token in PLAIN_SIGNS:
        return Operator(*PLAIN_SIGNS[token])
    if token in ")]|":
        return Operator(token, "fence")
    return Identifier(token) if token.isalpha() else Text(" " if token == "~" else token)


def _signed(one: Notation | None, before: list[Notation]) -> Notation | None:
    """A sign between two parts, or, where nothing stands before it, the sign of a number."""
    if not isinstance(one, Operator) or one.kind != "binary" or one.sign not in "+−±":
        return one
    last = next((part for part in reversed(before) if not isinstance(part, Space)), None)
    leading = last is None or isinstance(last, Text)
    leading = leading or (isinstance(last, Operator) and last.kind != "fence")
    return Operator(one.sign, "prefix") if leading else one


def _scripted(base: Notation, sign: str, script: Notation) -> Notation:
    if isinstance(base, Script) and (base.above if sign == "^" else base.below) is None:
        above = script if sign == "^" else base.above
        return Script(base.base, above, base.below if sign == "^" else script)
    return Script(base, script, None) if sign == "^" else Script(base, None, script)


def _plain(raw: str) -> str:
    """Words without LaTeX's escapes."""

    def said(found: re.Match[str]) -> str:
        name = found[1]
        if name in SPACES:
            return " "
        return LETTERS.get(name, SIGNS.get(name, (name,))[0])

    return ESCAPED.sub(said, raw).replace("{", "").replace("}", "").replace("~", " ")
