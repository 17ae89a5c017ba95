"""Formulas as MathML Core."""

from __future__ import annotations

from functools import lru_cache
from html import escape

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

APPLY = "<mo>\u2061</mo>"
"""Between a function and its argument; it has no width of its own."""


def mathml(latex: str, display: bool = False) -> str:
    r"""A formula as a <math> element; guard digits are <mn class="guard">, matrices bold.

    Args:
        latex: as `parse` reads it. display: set as a line of its own.

    >>> print(mathml(r"x_{1}"))
    <math><mrow><msub><mi>x</mi><mn>1</mn></msub></mrow></math>
    """
    opening = '<math display="block">' if display else "<math>"
    return f"{opening}<mrow>{inner(parse(latex))}</mrow></math>"


def inner(one: Notation) -> str:
    """A tree as elements one after another."""
    return _row(one.items) if isinstance(one, Row) else _element(one)


def _one(one: Notation) -> str:
    """A tree as a single element."""
    return f"<mrow>{_row(one.items)}</mrow>" if isinstance(one, Row) else _element(one)


def _row(items: tuple[Notation, ...]) -> str:
    parts: list[str] = []
    for place, one in enumerate(items):
        parts.append(_element(one))
        core = one.base if isinstance(one, Script) else one
        if isinstance(core, Operator) and core.kind == "function" and place + 1 < len(items):
            parts.append(APPLY)
            bracketed = isinstance(items[place + 1], Fenced | Space)
            parts += [] if bracketed else ['<mspace width="0.167em"></mspace>']
    return "".join(parts)


def _element(one: Notation) -> str:
    match one:
        case Number(digits):
            return f"<mn>{escape(digits)}</mn>"
        case Guard(digits):
            return f'<mn class="guard">{escape(digits)}</mn>'
        case Identifier():
            return _identifier(one)
        case Operator():
            return _operator(one)
        case Text(words):
            return f"<mtext>{_spaced(words)}</mtext>"
        case Space(wide):
            return f'<mspace width="{"0.5em" if wide else "0.167em"}"></mspace>'
        case _:
            return _built(one)


def _built(one: Row | Fraction | Script | Root | Hat | Fenced) -> str:
    match one:
        case Row():
            return _one(one)
        case Fraction(above, below, small):
            fraction = f"<mfrac>{_one(above)}{_one(below)}</mfrac>"
            return f'<mstyle displaystyle="false">{fraction}</mstyle>' if small else fraction
        case Script():
            return _script(one)
        case Root(within):
            return f"<msqrt>{inner(within)}</msqrt>"
        case Hat(within, sign):
            mark = "^" if sign == "^" else "¯"
            return f'<mover accent="true">{_one(within)}<mo stretchy="false">{mark}</mo></mover>'
        case Fenced(opening, within, closing):
            before, after = _fence(opening, "prefix"), _fence(closing, "postfix")
            return f"<mrow>{before}{inner(within)}{after}</mrow>"


def _fence(sign: str, form: str) -> str:
    return f'<mo form="{form}" fence="true">{escape(sign)}</mo>' if sign else ""


@lru_cache(maxsize=4096)
def _identifier(one: Identifier) -> str:
    name = escape(one.name).replace(" ", "\u00a0")
    marks = ' mathvariant="normal"' if one.upright and len(one.name) == 1 else ""
    marks += ' class="bold"' if one.bold else ""
    return f"<mi{marks}>{name}</mi>"


@lru_cache(maxsize=4096)
def _operator(one: Operator) -> str:
    sign = escape(one.sign)
    if one.kind == "function":
        return f"<mi>{sign.replace(' ', chr(0xA0))}</mi>"
    if one.sign in "∂∇":
        return f'<mi mathvariant="normal">{sign}</mi>'
    if one.kind == "prefix":
        return f'<mo form="prefix">{sign}</mo>'
    if one.kind == "fence":
        return f'<mo fence="true" stretchy="false">{sign}</mo>'
    if one.sign == "′":
        return f'<mo lspace="0" rspace="0">{sign}</mo>'
    return f"<mo>{sign}</mo>"


@lru_cache(maxsize=16_384)
def _script(one: Script) -> str:
    """Names stand in many formulas; each is written once."""
    base = _one(one.base)
    above = "" if one.above is None else _one(one.above)
    below = "" if one.below is None else _one(one.below)
    name = "msubsup" if above and below else "msup" if above else "msub"
    return f"<{name}>{base}{below}{above}</{name}>"


def _spaced(words: str) -> str:
    return escape(words).replace(" ", "\u00a0")
