"""The formula of a line, from the rows' own templates: symbols, numbers put in, result."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.accounts.account import Entry, Line, Rest, Story
from gradstone.accounts.numbers import Printed, printed
from gradstone.graph.node import Node
from gradstone.graph.op import is_folded
from gradstone.graph.walk import walk
from gradstone.ops.table import Operand

UNSEEN = frozenset({"cast", "broadcast", "reshape"})
BOTH = "{0}, {1}"
"""In a template, operands that are listed."""
FEW_TERMS = range(2, 5)
"""So many terms get a line in which each product is a number."""


@dataclass(frozen=True, slots=True)
class Forms:
    r"""A line in LaTeX, each form cut into terms; every term but the first begins with its sign.

    Attributes:
        left: the quantity. symbols: the formula; empty for a constant, which is the result.
            numbers: the same with numbers put in; empty where that is the result itself.
            products: the terms worked out; empty for none.
        result: the value. equals: "=" or "\approx".
    """

    left: str
    symbols: tuple[str, ...]
    numbers: tuple[str, ...]
    products: tuple[str, ...]
    result: Printed
    equals: str


def forms(story: Story, line: Line) -> Forms:
    """All that stands in a line of the story."""
    if line.entry not in story.written:
        story.written[line.entry] = _forms(story, line)
    found: Forms = story.written[line.entry]
    return found


def _forms(story: Story, line: Line) -> Forms:
    entry = story.entries[line.entry]
    operands = {story.entries[one].node: story.entries[one] for one in line.operands}
    names = {node: _named(one) for node, one in operands.items()}
    values = {node: number(one, story.digits) for node, one in operands.items()}
    shown, rest = line.worked, story.rests.get(line.id)
    symbols, numbers = terms(line.rule, names, rest), terms(shown, values, rest)
    if rest is not None:
        more = printed(rest.value, promised=story.digits).latex
        symbols = (*symbols, r"+ \cdots")
        numbers = (*numbers, "+ " + (rf"\left({more}\right)" if more.startswith("-") else more))
    numbers = tuple(one.replace(r"\cdot", r"\times") for one in numbers)
    result = amount(entry, story.digits)
    if len(numbers) == 1 and (shown in values or numbers[0] == result.latex):
        numbers = ()
    if line.rule.op.name == "constant":
        symbols = numbers = ()
    products = _products(shown, values, story.inner)
    return Forms(
        entry.symbol.latex, symbols, numbers, products, result, "=" if result.exact else r"\approx"
    )


def _named(entry: Entry) -> Operand:
    symbol = entry.symbol
    binds = 2 if symbol.of is not None else 3 if symbol.above else 4
    return Operand(symbol.latex, binds)


def amount(entry: Entry, digits: int) -> Printed:
    """An entry's digits, the same wherever it stands."""
    return printed(entry.value, entry.digits, digits, entry.given)


def number(entry: Entry, digits: int) -> Operand:
    """An entry's number as an operand."""
    return _number(amount(entry, digits))


def _number(one: Printed) -> Operand:
    return Operand(one.latex, 2 if one.power is not None else 4)


def terms(node: Node, names: Mapping[Node, Operand], rest: Rest | None = None) -> tuple[str, ...]:
    """A formula cut at its outermost sums; every term but the first begins with its sign.

    Of a long sum only the terms that `rest` keeps.
    """
    texts: list[str] = []
    parts = summands(node, names)
    for sign, one in parts if rest is None else [parts[place] for place in rest.kept]:
        text = written(one, names)
        if texts or sign == "-":
            weak = text.binds < (2 if sign == "-" else 1) or text.startswith("-")
            bracketed = rf"\left({text}\right)" if weak else str(text)
            text = Operand(f"{sign} {bracketed}" if texts else f"-{bracketed}")
        texts.append(str(text))
    return tuple(texts)


def summands(node: Node, names: Container[Node]) -> list[tuple[str, Node]]:
    """The terms of a sum from the left, with their signs; what is subtracted stays whole."""
    if node not in names and node.op.name == "negate":
        inner = summands(node.inputs[0], names)
        return [({"+": "-", "-": "+"}[sign], one) for sign, one in inner]
    found = []
    while node not in names and node.op.name in ("add", "subtract"):
        left, right = node.inputs
        if node.op.name == "add":
            found.append([("+", right)] if right in names else summands(right, names))
        else:
            found.append([("-", right)])
        node = left
    first = [("+", node)] if not found else summands(node, names)
    return [*first, *(one for part in reversed(found) for one in part)]


def written(node: Node, names: Mapping[Node, Operand]) -> Operand:
    """A formula by the templates of the rows; what has a name is not written out."""
    told: dict[Node, Operand] = {}
    for one in walk([node], lambda one: () if one in names else one.inputs):
        told[one] = names[one] if one in names else _written(one, [told[i] for i in one.inputs])
    return told[node]


def _written(node: Node, operands: list[Operand]) -> Operand:
    if node.op.name == "constant":
        value = dict(node.attributes)["value"]
        array = np.asarray(getattr(value, "array", value))
        if array.shape:
            return Operand(r"[\ldots]")
        return _number(printed(float(array), 9, 99, given=True))
    if node.op.name in UNSEEN:
        return operands[0]
    template = node.op.latex
    if BOTH in template and is_folded(node.op.name) and node.inputs[0].op is node.op:
        head, tail = template.split(BOTH)
        if operands[0].startswith(head):  # max(max(a, b), c): no symbol of its own
            listed = operands[0].removesuffix(tail)
            return Operand(f"{listed}, {operands[1]}{tail}", node.op.binds)
    if not template:
        return Operand(rf"\operatorname{{{node.op.name}}}\left({', '.join(operands)}\right)")
    return Operand(_filled(template, operands), node.op.binds)


def _filled(template: str, operands: list[Operand]) -> str:
    """The template with its operands; a minus that follows an operator gets brackets."""
    placed = []
    for place, one in enumerate(operands):
        leads = template.startswith((f"{{{place}:1", f"{{{place}:2"))
        follows = f"{{{place}:" in template and not leads
        placed.append(Operand(one, 0) if one.startswith("-") and follows else one)
    return template.format(*placed)


def _products(
    node: Node, values: Mapping[Node, Operand], inner: Mapping[Node, float]
) -> tuple[str, ...]:
    """The terms of a sum of few products as numbers; empty for other formulas."""
    parts = summands(node, values)
    plain = all(one in values or one in inner for _, one in parts)
    if len(parts) not in FEW_TERMS or not plain or not any(one in inner for _, one in parts):
        return ()
    texts = [
        str(values[one] if one in values else _number(printed(inner[one]))) for _, one in parts
    ]
    signed = [
        f"{sign} " + (rf"\left({text}\right)" if text.startswith("-") else text)
        for (sign, _), text in zip(parts, texts, strict=True)
    ]
    first = signed[0].replace("- ", "-", 1) if parts[0][0] == "-" else texts[0]
    return (first, *signed[1:])


def excel(node: Node, names: Mapping[Node, str]) -> str | None:
    """The formula in the cell language of workbooks, without "="; None where a row has none."""
    told: dict[Node, str | None] = {}
    for one in walk([node], lambda one: () if one in names else one.inputs):
        told[one] = names[one] if one in names else _cell(one, [told[i] for i in one.inputs])
    return told[node]


def _cell(node: Node, operands: list[str | None]) -> str | None:
    if node.op.name == "constant":
        value = dict(node.attributes)["value"]
        array = np.asarray(getattr(value, "array", value))
        return None if array.shape else f"({float(array)!r})" if array < 0 else repr(array.item())
    if node.op.name in UNSEEN:
        return operands[0]
    known = [one for one in operands if one is not None]
    rule: Callable[..., Any] | None = node.op.excel.format if node.op.excel else None
    if rule is None or len(known) < len(operands):
        return None
    return f"({rule(*known)})"
