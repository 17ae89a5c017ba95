"""Formulas of cells: the rules of lines in the dialect of spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gradstone.accounts import formula
from gradstone.accounts.workbook.spots import Spot
from gradstone.autodiff.rewrite import rebuilt
from gradstone.graph.node import Node, apply, constant
from gradstone.graph.walk import walk

LONGEST = 8000
"""Characters a formula may have; spreadsheets allow 8192."""
WRITTEN_OUT = 6
"""Terms of a sum that are written out where names cannot be used."""
NOT_FINITE = re.compile(r"\b(inf|nan)\b")
HOLE = 0xF0000
HOLES = re.compile(r"[\U000F0000-\U000FFFFD]")
TOKEN = re.compile(
    r"\d+\.?\d*(?:[eE][+-]?\d+)?|[A-Za-z_][\w.]*|<=|>=|<>|[-+*/^=<>(),]|[\U000F0000-\U000FFFFD]"
)
NAME = re.compile(r"[A-Za-z_]")
STRENGTH = {"=": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "<>": 1, "+": 3, "-": 3, "*": 4, "/": 4}
STRENGTH |= {"^": 5, "sign": 6}
ATOM = 9


def template(rule: Node, operands: Sequence[Node]) -> str | None:
    """A rule as a formula with a hole for each operand, for `filled`; None where it has none."""
    holes = {node: chr(HOLE + place) for place, node in enumerate(operands)}
    return _formula(opened(rule, holes), holes)


def _formula(rule: Node, names: Mapping[Node, str]) -> str | None:
    text = formula.excel(rule, names)
    if text is None or NOT_FINITE.search(text):
        return None
    return "=" + tidy(text)


def filled(template: str, texts: Sequence[str]) -> str:
    """The formula with names or cells in its holes."""
    while HOLES.search(template):
        template = HOLES.sub(lambda found: texts[ord(found[0]) - HOLE], template)
    return template


@dataclass(slots=True)
class Ranges:
    """Writes rules whose long sums become sums over ranges.

    Attributes:
        spots: cells of the operands. home: title of the sheet the formulas stand in.
        helper: takes a part of a sum too long for a cell, and its terms; gives the cell it then
            stands in.
    """

    spots: Mapping[Node, Spot]
    home: str
    helper: Callable[[str, Sequence[Node]], str]
    holes: list[str] = field(default_factory=list)

    def formula(self, rule: Node) -> str | None:
        """The formula with its "="; None where a row has none, or where it gets too long."""
        rule = opened(rule, self.spots)
        names = {node: self._hole(spot.reference(self.home)) for node, spot in self.spots.items()}
        for top in _sums(rule, names):
            parts = self._sum(_terms(top, names), names)
            alone = len(parts) == 1 or top is rule
            names[top] = self._hole("+".join(parts) if alone else f"({'+'.join(parts)})")
        text = _formula(rule, names)
        whole = "" if text is None else filled(text, self.holes)
        return whole if text is not None and len(whole) <= LONGEST else None

    def _hole(self, text: str) -> str:
        self.holes.append(text)
        return chr(HOLE + len(self.holes) - 1)

    def _sum(self, terms: Sequence[Node], names: Mapping[Node, str]) -> list[str]:
        """A long sum in parts: ranges where its cells stand in line."""
        parts: list[tuple[str, Sequence[Node]]] = []
        place = 0
        while place < len(terms):
            stop = self._run(terms, place)
            stop = stop if stop - place > WRITTEN_OUT else place + 1
            told = terms[place:stop]
            alone = stop == place + 1
            parts.append((self._term(told[0], names) if alone else self._range(told), told))
            place = stop
        return self._shortened(parts)

    def _term(self, term: Node, names: Mapping[Node, str]) -> str:
        text = formula.excel(term, names)
        return filled(tidy(f"0+{text}"), self.holes)[2:] if text else "NA()"

    def _shortened(self, parts: Sequence[tuple[str, Sequence[Node]]]) -> list[str]:
        """Parts in cells of their own, where together they are too long for one."""
        if sum(len(text) + 1 for text, _ in parts) <= LONGEST // 2:
            return [text for text, _ in parts]
        groups: list[list[tuple[str, Sequence[Node]]]] = [[]]
        for one in parts:
            if sum(len(text) + 1 for text, _ in groups[-1]) + len(one[0]) > LONGEST // 2:
                groups.append([])
            groups[-1].append(one)
        return [
            self.helper(
                "=" + "+".join(text for text, _ in group),
                [term for _, terms in group for term in terms],
            )
            for group in groups
        ]

    def _factors(self, term: Node) -> tuple[Spot, ...]:
        nodes = term.inputs if term.op.name == "multiply" and term not in self.spots else (term,)
        return tuple(self.spots[one] for one in nodes if one in self.spots)

    def _run(self, terms: Sequence[Node], start: int) -> int:
        """Where the terms end whose factors stand side by side from `start` on."""
        stop, steps = start + 1, None
        first = self._factors(terms[start])
        whole = len(first) == _count(terms[start], self.spots)
        while whole and stop < len(terms):
            before, now = self._factors(terms[stop - 1]), self._factors(terms[stop])
            moves = tuple(map(_move, before, now)) if len(before) == len(now) else ()
            if not moves or None in moves or steps not in (None, moves):
                break
            if len(now) != _count(terms[stop], self.spots):
                break
            steps, stop = moves, stop + 1
        return stop

    def _range(self, terms: Sequence[Node]) -> str:
        pairs = list(zip(self._factors(terms[0]), self._factors(terms[-1]), strict=True))
        ranges = [a.to(b, self.home) for a, b in pairs]
        if len(ranges) == 1:
            return f"SUM({ranges[0]})"
        lying = [a.row == b.row for a, b in pairs]
        if lying[0] == lying[1]:
            return f"SUMPRODUCT({ranges[0]},{ranges[1]})"
        row, column = ranges if lying[0] else reversed(ranges)
        return f"SUMPRODUCT(MMULT({row},{column}))"


def _count(term: Node, spots: Mapping[Node, Spot]) -> int:
    return 2 if term.op.name == "multiply" and term not in spots else 1


def _move(one: Spot, other: Spot) -> tuple[int, int] | None:
    step = (other.row - one.row, other.column - one.column)
    return step if one.sheet == other.sheet and step in ((0, 1), (1, 0)) else None


def _sums(rule: Node, names: Mapping[Node, str]) -> list[Node]:
    """The tops of long sums within a rule, inner ones first."""
    nodes = walk([rule], lambda one: () if one in names else one.inputs)
    inside = {one.inputs[0] for one in nodes if one.op.name == "add" and one not in names}
    return [
        one
        for one in nodes
        if one.op.name == "add"
        and one not in names
        and one not in inside
        and len(_terms(one, names)) > WRITTEN_OUT
    ]


def _terms(top: Node, names: Mapping[Node, str]) -> list[Node]:
    found = []
    while top not in names and top.op.name == "add":
        top, right = top.inputs
        found.append(right)
    return [top, *reversed(found)]


def opened(rule: Node, known: Mapping[Node, object]) -> Node:
    """The rule with rows that cells do not know written in others; truth values as 0 and 1."""

    def before(one: Node) -> tuple[Node, ...]:
        if one in known:
            return ()
        return (one.expansion,) if _opens(one) and one.expansion is not None else one.inputs

    new: dict[Node, Node] = {}
    for one in walk([rule], before):
        if one in known:
            new[one] = one
        elif _opens(one) and one.expansion is not None:
            new[one] = new[one.expansion]
        else:
            new[one] = _spelled(one, tuple(new[each] for each in one.inputs))
    return new[rule]


def _spelled(node: Node, inputs: tuple[Node, ...]) -> Node:
    """A node on new inputs, where cells need another spelling: truth as 1, 0⁰ as 1."""
    truth = node.op.name == "cast" and inputs[0].dtype.kind == "b" and node.dtype.kind != "b"
    power = node.op.name == "power" and inputs[1].op.name != "constant"
    if not (truth or power):
        return rebuilt(node, inputs)
    one, zero = constant(1, node.dtype), constant(0, node.dtype)
    if truth:
        return apply("where", inputs[0], one, zero)
    return apply("where", apply("equal", inputs[1], zero), one, rebuilt(node, inputs))


def _opens(node: Node) -> bool:
    return node.expansion is not None and (not node.op.excel or bool(node.attributes))


@dataclass(slots=True)
class _Frame:
    call: bool = False
    out: list[str] = field(default_factory=list)
    weakest: int = ATOM
    left: str = ""


def tidy(text: str) -> str:
    """A formula without brackets that change neither value nor order of computing.

    A power keeps its brackets beside another power or a sign: there dialects differ.

    >>> tidy("((((a)*(b))+((c)*(d)))+(e))"), tidy("((a)/((b)*(c)))"), tidy("(-((x)^(2)))")
    ('a*b+c*d+e', 'a/(b*c)', '-(x^2)')
    >>> tidy("MAX((MAX((MAX((a),(b))),(c))),(d))")
    'MAX(a,b,c,d)'
    >>> tidy("(1/((1)+(EXP(MIN(700,-((x)))))))"), tidy("((a)-((b)-(c)))"), tidy("((-0.5)*(x))")
    ('1/(1+EXP(MIN(700,-x)))', 'a-(b-c)', '(-0.5)*x')
    """
    tokens = TOKEN.findall(text)
    frames = [_Frame()]
    for place, token in enumerate(tokens):
        top = frames[-1]
        if token == "(":
            frames.append(_Frame(call=place > 0 and bool(NAME.match(tokens[place - 1]))))
        elif token == ")":
            frames.pop()
            _close(top, frames[-1], tokens[place + 1] if place + 1 < len(tokens) else "")
        else:
            _append(top, token)
    return "".join(frames[0].out)


def _append(frame: _Frame, token: str) -> None:
    if token in STRENGTH:
        sign = not frame.out or frame.out[-1] in STRENGTH or frame.out[-1] == ","
        frame.left = "sign" if sign else token
        frame.weakest = min(frame.weakest, STRENGTH["+"] if sign else STRENGTH[token])
    else:
        frame.left = ""
        token = {"True": "TRUE", "False": "FALSE"}.get(token, token).replace("e", "E", 1) if (
            token[0].isdigit() or token in ("True", "False")) else token  # fmt: skip
    frame.out.append(token)


def _close(inner: _Frame, outer: _Frame, right: str) -> None:
    if inner.call:
        _flatten(inner, outer.out[-1])
    text = "".join(inner.out)
    if inner.call or not _needless(inner.weakest, outer.left, right):
        text = f"({text})"
    else:
        outer.weakest = min(outer.weakest, inner.weakest)
    outer.left = ""
    outer.out.append(text)


def _flatten(inner: _Frame, name: str) -> None:
    """MAX(MAX(a,b),c) is MAX(a,b,c)."""
    first = inner.out[0]
    several = inner.out[1:2] == [","]
    if name in ("MAX", "MIN") and several and first.startswith(f"{name}("):
        opened = [first[: place + 1].count("(") - first[: place + 1].count(")")
                  for place in range(len(name), len(first) - 1)]  # fmt: skip
        if all(opened):
            inner.out[0] = first[len(name) + 1 : -1]


def _needless(weakest: int, left: str, right: str) -> bool:
    """Whether brackets round something so weak may go, between these two operators."""
    before = not left or weakest == ATOM or (left not in ("^", "sign") and weakest > STRENGTH[left])
    after = right not in STRENGTH or weakest == ATOM
    return before and (after or (right != "^" and weakest >= STRENGTH[right]))
