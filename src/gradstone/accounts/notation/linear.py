"""Formulas as one line of text, in Unicode or in ASCII."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gradstone.accounts.notation.ascii import plain
from gradstone.accounts.notation.parse import parse
from gradstone.accounts.notation.tree import (
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
from gradstone.accounts.numbers import Printed

RAISED = dict(zip("0123456789+−-=()Tt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵀᵗ", strict=True))
LOWERED = dict(zip("0123456789ijknt,", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₜ,", strict=True))
OPEN, CLOSE = "\ue000", "\ue001"
"""Stand around guard digits while a line is being built; `parse` lets none through."""
MARKS = OPEN + CLOSE
SPLIT = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
NAME = re.compile(r"[^\W_]")
SMALL = re.compile(r"[+−]?\d+|\+|T|t([+−]\d+)?|\(\d+\)\+?")
"""Superscripts that are printed as such."""
LAYER = re.compile(r"\+|\(\d+\)\+?")
"""Superscripts that are no power: the number of a layer, the mark of a value after the update."""
LONGEST = 4
"""Products of more signs stand apart."""


def text(latex: str, ascii: bool = False) -> str:
    r"""A formula as one line.

    Args:
        latex: as `parse` reads it.
        ascii: without any other sign than ASCII's; letters of other alphabets stay.

    >>> text(r"\frac{\partial E}{\partial w_{5}}"), text(r"e^{-0.6}"), text(r"\frac{1}{1 + e^{x}}")
    ('∂E/∂w₅', 'e^(−0.6)', '1 / (1 + e^x)')
    >>> text(r"\delta_{\mathrm{o1}} \cdot w^{(2)}_{1,2}", ascii=True)
    'delta_o1*w(2)_1,2'
    """
    return "".join(piece for piece, _ in pieces(latex, ascii))


@lru_cache(maxsize=16_384)
def pieces(latex: str, ascii: bool = False) -> tuple[tuple[str, bool], ...]:
    r"""The same line cut at guard digits: texts, and whether they are guard digits.

    >>> pieces(r"0.64565\guard{631} + 1")
    (('0.64565', False), ('631', True), (' + 1', False))
    """
    line = _Printer(ascii).of(parse(latex)).strip()
    return tuple((one, place % 2 == 1) for place, one in enumerate(SPLIT.split(line)) if one)


def digits(one: Printed, ascii: bool = False) -> tuple[tuple[str, bool], ...]:
    """What `pieces` makes of a number's LaTeX; plain decimals need not be read for that."""
    if one.power is not None or not one.head[0].isdigit():
        return pieces(one.latex, ascii)
    head = (("-" if ascii else "−") * one.negative + one.head, False)
    return (head, (one.guard, True)) if one.guard else (head,)


@dataclass(frozen=True, slots=True)
class _Printer:
    """Prints trees; ascii: as in `text`."""

    ascii: bool

    def of(self, one: Notation) -> str:
        """A tree as text, guard digits marked."""
        match one:
            case Operator(name) | Identifier(name) | Text(name):
                return self.sign(name)
            case Number(digits):
                return digits
            case Script():
                return _script(one, self.ascii)
            case Guard(digits):
                return f"{OPEN}{digits}{CLOSE}"
            case Space():
                return " "
            case Row(items):
                return self.row(items)
            case _:
                return self.built(one)

    def built(self, one: Fraction | Root | Hat | Fenced) -> str:
        """What has parts."""
        match one:
            case Fraction():
                return self.fraction(one)
            case Root(inner):
                return self.sign("√") + (self.bracketed(inner) if self.ascii else self.tight(inner))
            case Hat(inner, sign):
                word = "_hat" if sign == "^" else "_bar"
                mark = word if self.ascii else "\u0302" if sign == "^" else "\u0304"
                return self.of(inner) + mark
            case Fenced(opening, inner, closing):
                return self.sign(opening) + self.of(inner) + self.sign(closing)

    def sign(self, name: str) -> str:
        """A sign or a name, in ASCII where that is wanted."""
        return plain(name) if self.ascii else name

    def row(self, items: tuple[Notation, ...]) -> str:
        """Parts one after another, with the spaces that make them readable."""
        line, loose = "", _loose(items)
        for place, one in enumerate(items):
            said, kind = self.of(one), _kind(one)
            if kind in ("binary", "relation"):
                spaced = place in loose or said not in ("·", "*", "/")
                line = line.rstrip() + (f" {said} " if spaced else said)
            elif kind == "punctuation":
                line = line.rstrip() + (f"{said} " if said in ",;" else said)
            elif isinstance(one, Space):
                line = f"{line.rstrip()} " if line else line
            else:
                if _divided(one) and place + 1 < len(items) and not _parted(items[place + 1]):
                    said = f"({said})"
                gap = place > 0 and bool(line) and _apart(items[place - 1], one, line, said)
                line += " " * gap + said
        return line

    def fraction(self, one: Fraction) -> str:
        """a / b; derivatives without spaces."""
        if _derives(one.above) and _derives(one.below):
            return f"{self.of(one.above)}/{self.of(one.below)}"
        if one.above == Number("1") and one.below == Number("2") and one.small:
            return self.sign("½")
        close = one.small and isinstance(one.above, Number) and isinstance(one.below, Number)
        above = self.of(one.above) if _product(one.above) else self.bracketed(one.above)
        return f"{above}{'/' if close else ' / '}{self.tight(one.below)}"

    def tight(self, one: Notation) -> str:
        """In brackets, unless it holds together by itself."""
        return self.of(one) if _atom(one) else self.bracketed(one)

    def bracketed(self, one: Notation) -> str:
        """In round brackets."""
        return self.of(one) if isinstance(one, Fenced) else f"({self.of(one)})"

    def script(self, one: Script) -> str:
        """Subscripts and superscripts in Unicode where it has them."""
        base = self.of(one.base)
        below = "" if one.below is None else self.below(one.below, base)
        above = "" if one.above is None else self.above(one.above)
        named = isinstance(_first(one.above), Fenced)
        return base + (above + below if named else below + above)

    def below(self, script: Notation, base: str) -> str:
        """A subscript: digits small, words after an underscore."""
        said = "".join(self.of(script).split())
        if self.ascii:
            close = said.isdigit() and base[-1:].isalpha()
            return said if close else f"_{said}"
        if len(said) == 1 or not any(one.isalpha() for one in said):
            small = [LOWERED.get(one) for one in said]
            if all(small):
                return "".join(one for one in small if one)
        return f"_{said}"

    def above(self, script: Notation) -> str:
        """A superscript: a power, a layer in brackets, or the sign of a value after the update."""
        said = self.of(script)
        short = "".join(said.split())
        if SMALL.fullmatch(short) and not self.ascii:
            return "".join(RAISED[one] for one in short)
        named = self.ascii and LAYER.fullmatch(short)
        if named:
            return short
        single = _atom(script) and not isinstance(script, Script)
        return f"^{self.of(script) if single else self.bracketed(script)}"


@lru_cache(maxsize=16_384)
def _script(one: Script, ascii: bool) -> str:
    """Names stand in many formulas; each is printed once."""
    return _Printer(ascii).script(one)


def _first(one: Notation | None) -> Notation | None:
    return one.items[0] if isinstance(one, Row) and one.items else one


def _core(one: Notation) -> Notation:
    return one.base if isinstance(one, Script) else one


def _kind(one: Notation) -> str:
    return one.kind if isinstance(one, Operator) else ""


def _wordy(one: Notation) -> bool:
    """Whether it begins or ends with a word, which must not touch another."""
    core = _core(one)
    return (
        isinstance(core, Text)
        or _kind(core) == "function"
        or (isinstance(core, Identifier) and len(core.name) > 1)
    )


def _loose(items: tuple[Notation, ...]) -> set[int]:
    """The places of products' signs that stand apart: a factor of theirs is more than a name."""
    found: set[int] = set()
    run: list[int] = []
    wide = False
    for place, one in enumerate(items):
        if isinstance(one, Operator) and one.kind in ("binary", "relation"):
            if one.sign == "·":
                run.append(place)
                continue
            found |= set(run) if wide or len(run) >= LONGEST else set()
            run, wide = [], False
        elif not wide:
            fraction = isinstance(one, Fraction) and not one.small
            wide = fraction or _kind(_core(one)) in ("function", "large")
    return found | (set(run) if wide or len(run) >= LONGEST else set())


def _divided(one: Notation) -> bool:
    """Whether it is printed as a / b."""
    return isinstance(one, Fraction) and not one.small and not _derives(one.above)


def _parted(one: Notation) -> bool:
    """Whether a sign, so that what stands before it needs no brackets."""
    return _kind(one) in ("binary", "relation", "punctuation", "fence")


def _apart(before: Notation, one: Notation, line: str, said: str) -> bool:
    """Whether a space is wanted between two parts that follow each other."""
    first, last = said.lstrip(MARKS)[:1], line.rstrip(MARKS)[-1:]
    if last in " ([":
        return False
    if _kind(_core(before)) == "large":
        return True
    if _kind(_core(one)) == "large":
        return last != "½"
    if _kind(_core(before)) == "function":
        return first not in "(["
    touching = bool(NAME.match(first)) and bool(NAME.match(last))
    return touching and (_wordy(before) or _wordy(one)) and _kind(before) != "prefix"


def _derives(one: Notation) -> bool:
    """Whether it is the upper or the lower part of a derivative."""
    first = _first(one)
    return isinstance(first, Operator) and first.sign == "∂"


def _atom(one: Notation) -> bool:
    """Whether it needs no brackets under a root, as a power or below a fraction's line."""
    match one:
        case Row(items):
            digits = all(isinstance(part, Number | Guard) for part in items)
            return digits or (len(items) == 2 and _sampled(items[1]) and _atom(items[0]))
        case Script(base, _, _):
            return _atom(base)
        case _:
            return isinstance(one, Identifier | Number | Guard | Fenced | Hat | Root)


def _sampled(one: Notation) -> bool:
    """Whether it is the number of a sample: "[2]"."""
    return isinstance(one, Fenced) and one.opening == "["


def _product(one: Notation) -> bool:
    """Whether it needs no brackets above a fraction's line."""
    if not isinstance(one, Row):
        return not isinstance(one, Operator)
    signs = [part for part in one.items if isinstance(part, Operator)]
    return not any(
        (part.kind in ("binary", "relation") and part.sign not in "·×")
        or (part.kind == "prefix" and part.sign in "+−±")
        for part in signs
    )
