"""How wide a formula is, about, and where it is cut: before an operator, sums before products."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

TOKEN = re.compile(
    r"\\(?:left|right|bigl|bigr)(?![a-zA-Z])\s*(?:\\[a-zA-Z]+|\\.|.)|\\[a-zA-Z]+|\\.|.", re.DOTALL
)
SUMS = ("+", "-")
PRODUCTS = (r"\cdot", r"\times")
RELATIONS = ("=", r"\approx", r"\le", r"\ge", "<", ">", r"\to", r"\leftarrow")
SPACES = {r"\,": 1.7, r"\ ": 3.3, r"\quad": 10.0, r"\qquad": 20.0, "~": 3.3}
WORDS = {
    r"\sum": 14.4, r"\max": 19.5, r"\min": 18.0, r"\ln": 10.0, r"\tanh": 22.0, r"\cos": 16.0,
    r"\sin": 15.0, r"\surd": 8.3, r"\ldots": 13.0, r"\cdots": 13.0, r"\infty": 10.0,
}  # fmt: skip
LETTERS = {
    ".": 2.8, ",": 4.4, "(": 3.9, ")": 3.9, "[": 2.8, "]": 2.8, "|": 2.8, "{": 0.0, "}": 0.0,
    "i": 3.4, "l": 3.0, "t": 3.8, "m": 8.8, "w": 7.2, "M": 9.7, "W": 9.5,
}  # fmt: skip
SILENT = frozenset({
    r"\displaystyle", r"\mathrm", r"\mathbf", r"\boldsymbol", r"\operatorname", r"\text",
    r"\guard", r"\hat", r"\mathit", r"\mathbin", " ", "&",
})  # fmt: skip
SPACED = {**dict.fromkeys(RELATIONS, 13.4), "+": 12.2, "-": 12.2, r"\times": 12.2,
          r"\cdot": 7.3, r"\odot": 12.2, r"\div": 12.2}  # fmt: skip
"""Operators and relations with the space beside them."""
KNOWN = {**SPACES, **WORDS, **LETTERS, r"\sqrt": 9.5, r"\checkmark": 8.3}
LEVEL = 0.8
"""How much smaller a script is."""


@lru_cache(maxsize=16_384)
def tokens(latex: str) -> tuple[str, ...]:
    r"""A formula in pieces: "\frac", "{", "\left(", "3"."""
    return tuple(TOKEN.findall(latex))


@lru_cache(maxsize=16_384)
def width(latex: str) -> float:
    """About how many points a formula takes at ten points."""
    return _width(list(_groups(tokens(latex))))


Group = str | tuple["Group", ...]


def _groups(parts: Sequence[str]) -> Iterator[Group]:
    """Tokens with what stands in braces as groups."""
    stack: list[list[Group]] = [[]]
    for one in parts:
        if one == "{":
            stack.append([])
        elif one == "}" and len(stack) > 1:
            group = tuple(stack.pop())
            stack[-1].append(group)
        else:
            stack[-1].append(one)
    yield from stack[0]


@lru_cache(maxsize=16_384)
def _group_width(group: tuple[Group, ...], script: bool) -> float:
    """What stands in braces; the same names do in many formulas."""
    return _width(group, script)


def _width(groups: Sequence[Group], script: bool = False) -> float:
    total, place = 0.0, 0
    groups = [one for one in groups if one != " "]
    while place < len(groups):
        one, following = groups[place], groups[place + 1 : place + 3]
        if one in (r"\frac", r"\tfrac", r"\wide"):
            widest = max((_width([each], script) for each in following), default=0.0)
            total += widest * (LEVEL if one == r"\tfrac" else 1) + 3
            place += 2
        elif one in ("^", "_"):
            stacked = groups[place + 2 : place + 3] in (["^"], ["_"])
            scripts = [groups[place + 1], groups[place + 3]] if stacked else following[:1]
            total += LEVEL * max(_width([each], script=True) for each in scripts) + 0.5
            place += 3 if stacked else 1
        elif isinstance(one, tuple):
            total += _group_width(one, script)
        elif one in SPACED:
            total += _spaced(one, groups[place - 1] if place else None, script)
        else:
            total += _sign(one)
        place += 1
    return total


def _spaced(one: str, before: Group | None, script: bool) -> float:
    """What an operator takes; it has no space beside it in scripts."""
    tight = script or (one in SUMS and (before is None or _open(before)))
    return SPACED[one] - (4.4 if tight and one not in RELATIONS else 5.6 if tight else 0.0)


@lru_cache(maxsize=16_384)
def _sign(one: str) -> float:
    """What any other sign takes."""
    if one in SILENT:
        return 0.0
    if one in KNOWN:
        return KNOWN[one]
    if _opens(one) or _closes(one):
        return 0.0 if one.endswith(".") else 6.0
    return 6.0 if one.startswith("\\") else 7.6 if one.isupper() else 5.1


def _open(before: Group) -> bool:
    """Whether a sign after this is a number's own, not an operator."""
    return isinstance(before, str) and (
        _opens(before) or before in (*SUMS, *PRODUCTS, *RELATIONS, r"\ln", "(", ",")
    )


def _opens(one: str) -> bool:
    return one.startswith((r"\left", r"\bigl")) and one != r"\leftarrow"


def _closes(one: str) -> bool:
    return one.startswith((r"\right", r"\bigr")) and one != r"\rightarrow"


def pieces(latex: str, operators: Sequence[str]) -> list[str]:
    """A formula cut before its outermost operators, or after its commas."""
    found, depth = [""], 0
    last = None
    for one in tokens(latex):
        closing = one == "}" or _closes(one)
        depth -= closing
        own = last is None or _open(last)
        if depth == 0 and one in operators and one != "," and not (one in SUMS and own):
            found.append("")
        depth += one == "{" or _opens(one)
        found[-1] += one
        if depth == 0 and one == "," and "," in operators:
            found.append("")
        last = last if one == " " else one
    return [one.strip() for one in found if one.strip()]


NESTED = r"\max\left(\max\left("


def flat(latex: str) -> str:
    """The largest of several, where it is written as the largest of the largest of two."""
    while (start := latex.find(NESTED)) >= 0:
        outer = start + len(NESTED) // 2
        inner = latex[outer:]
        depth, place = 0, 0
        for one in tokens(inner):
            depth += _opens(one) - _closes(one)
            place += len(one)
            if _closes(one) and depth == 0:
                break
        inside = inner[len(NESTED) // 2 : place].removesuffix(r"\right)").rstrip()
        latex = latex[:outer] + inside + inner[place:]
    return latex


def filled(parts: Sequence[str], room: float, most: int = 99) -> list[str]:
    """Pieces in rows, each row as full as its room and the number of pieces allow."""
    rows: list[list[str]] = []
    for one in parts:
        row = rows[-1] if rows else []
        if row and len(row) < most and width(" ".join([*row, one])) <= room:
            row.append(one)
        else:
            rows.append([one])
    return [" ".join(row) for row in rows]


def broken(latex: str, room: float) -> list[str]:
    """A formula in rows no wider than the room, where it can be cut at all.

    Outermost sums are cut first, then products, then what stands in brackets; a fraction too
    wide is written with a slash.
    """
    if width(latex) <= room:
        return [latex]
    for operators in (SUMS, PRODUCTS, (",",)):
        parts = pieces(latex, operators)
        if len(parts) > 1:
            return [row for one in filled(parts, room) for row in _narrowed(one, room, parts)]
    return _opened(latex, room)


def _narrowed(row: str, room: float, parts: Sequence[str]) -> list[str]:
    if width(row) <= room or row not in parts:
        return [row]
    sign = next((one for one in (*SUMS, *PRODUCTS) if row.startswith(f"{one} ")), "")
    inner = broken(row.removeprefix(sign).strip(), room - width(f"x {sign} x") * bool(sign))
    return [f"{sign} {inner[0]}".strip(), *inner[1:]]


def _opened(latex: str, room: float) -> list[str]:
    """One piece, cut within its brackets or its fraction."""
    parts = list(_groups(tokens(latex)))
    if parts and parts[0] == r"\frac" and len(parts) == 3:
        top, bottom = (_bracketed(_text(one)) for one in parts[1:])
        return filled([one for row in (top, f"/ {bottom}") for one in broken(row, room)], room)
    start, end = _brackets(latex)
    if end <= start:
        return [latex]
    cut = tokens(latex)
    head, tail = "".join(cut[:start]), "".join(cut[end + 1 :])
    left, right = cut[start].replace(r"\left", r"\bigl"), cut[end].replace(r"\right", r"\bigr")
    inside = "".join(cut[start + 1 : end]).strip()
    rows = broken(inside, max(room - width(head + tail) - 16, room / 3))
    if len(rows) < 2:
        return [latex]
    return [
        f"{head}{left}{rows[0]}",
        *(rf"\quad {one}" for one in rows[1:-1]),
        rf"\quad {rows[-1]}{right}{tail}",
    ]


def _text(group: Group) -> str:
    return group if isinstance(group, str) else "".join(_braced(one) for one in group)


def _braced(group: Group) -> str:
    return group if isinstance(group, str) else f"{{{_text(group)}}}"


def _bracketed(latex: str) -> str:
    simple = len(pieces(latex, (*SUMS, *PRODUCTS))) == 1 and not latex.startswith("-")
    return latex if simple else rf"\left({latex}\right)"


def _brackets(latex: str) -> tuple[int, int]:
    r"""The places of the widest outermost \left and its \right; (0, 0) for none."""
    best, depth, start = (0, 0), 0, 0
    braces = 0
    for place, one in enumerate(tokens(latex)):
        braces += (one == "{") - (one == "}")
        if braces:
            continue
        if _opens(one):
            start = place if depth == 0 else start
            depth += 1
        elif _closes(one):
            depth -= 1
            if depth == 0 and place - start > best[1] - best[0]:
                best = (start, place)
    return best
