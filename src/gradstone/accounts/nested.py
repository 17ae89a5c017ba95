"""Rules of lines as nested lists: ["add", ["multiply", "W1[0,0]", "x[0,0]"], "b1[0]"].

A string is the address of a number, a number is itself, and a list applies a row of the table to
what follows its name; attributes of the row, where it has some, stand last: {"slope": 0.01}.
A row that takes two may be given more: ["add", a, b, c] is (a + b) + c.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.accounts.scalar import entrywise
from gradstone.errors import DataError, GradstoneError
from gradstone.graph.node import Node, apply, constant
from gradstone.graph.op import OPS
from gradstone.graph.walk import walk

FOLDED = frozenset({"add", "subtract", "multiply", "maximum"})
"""Rows of two operands, of which a chain is written as one list."""
SAME = frozenset({"broadcast", "reshape", "slice", "transpose"})
"""On a single number these change nothing."""
DTYPES = frozenset({"bool", "int64", "float32", "float64"})
MOST_PARTS = 200_000
DEEPEST = 100
LONGEST_NAME = 200


# Written ------------------------------------------------------------------------------------------
def nested(rule: Node, addresses: Mapping[Node, str]) -> Any:
    """A rule as nested lists.

    Args:
        rule: of single numbers. addresses: of the nodes it is made of.

    Raises:
        DataError: a rule too long to be written out.
    """
    told: dict[Node, Any] = {}
    sizes: dict[Node, int] = {}

    def before(node: Node) -> tuple[Node, ...]:
        return () if node in addresses else _operands(node, addresses)

    for node in walk([rule], before):
        parts = before(node)
        sizes[node] = 1 + sum(sizes[one] for one in parts)
        if sizes[node] > MOST_PARTS:
            came = f"a formula of more than {MOST_PARTS} parts came"
            raise DataError("account", came, "a shorter one is wanted", "Tell less detail.")
        plain = [told[one] for one in parts]
        told[node] = addresses[node] if node in addresses else _plain(node, plain)
    return told[rule]


def _operands(node: Node, addresses: Mapping[Node, str]) -> tuple[Node, ...]:
    """What a node is made of; a chain of one row from the left is one list."""
    if node.op.name in SAME:
        return node.inputs[:1]
    if node.op.name not in FOLDED:
        return node.inputs
    found, first = list[Node](), node
    while first.op is node.op and (first is node or first not in addresses):
        first, second = first.inputs
        found.append(second)
    return (first, *reversed(found))


def _plain(node: Node, parts: list[Any]) -> Any:
    if node.op.name == "constant":
        value = dict(node.attributes)["value"]
        return np.asarray(getattr(value, "array", value)).item()
    if node.op.name in SAME:
        return parts[0]
    attributes = {name: _attribute(value) for name, value in node.attributes}
    return [node.op.name, *parts, *([attributes] if attributes else [])]


def _attribute(value: Any) -> Any:
    return value.name if isinstance(value, np.dtype) else value


# Read ---------------------------------------------------------------------------------------------
def rule_of(plain: Any, symbols: Mapping[str, Node], place: str) -> Node:
    """The rule again, on the symbols of its numbers. What came is not trusted.

    Args:
        plain: nested lists, as `json` reads them. place: of the rule, for messages.

    Raises:
        DataError: something else, a row that is not in the table or does not work on single
            numbers, an address that has no symbol, or a rule too large.
    """
    made: list[Node] = []
    stack: list[tuple[Any, int, bool]] = [(plain, 1, False)]
    count = 0
    while stack:
        one, depth, ready = stack.pop()
        count += 1
        if depth > DEEPEST or count > MOST_PARTS:
            raise _bad(place, "a rule too deep or too long", "a shorter one")
        if not isinstance(one, list):
            made.append(_leaf(one, symbols, place))
            continue
        name, operands, attributes = _parted(one, place)
        if ready:
            inputs = made[len(made) - len(operands) :]
            del made[len(made) - len(operands) :]
            made.append(_applied(name, inputs, attributes, place))
        else:
            stack.append((one, depth, True))
            stack.extend((part, depth + 1, False) for part in reversed(operands))
    return made[0]


def mentioned(plain: Any) -> list[str]:
    """The addresses in a rule, each once, in order; whatever else stands there is passed over."""
    found: dict[str, None] = {}
    stack, count = [plain], 0
    while stack and count <= 2 * MOST_PARTS:
        one = stack.pop()
        count += 1
        if isinstance(one, str):
            found[one] = None
        elif isinstance(one, list):
            stack.extend(reversed(one[1:]))
    return list(found)


def _bad(place: str, came: str, wanted: str) -> DataError:
    return DataError(place, f"{came} came", f"{wanted} is wanted")


def _leaf(one: Any, symbols: Mapping[str, Node], place: str) -> Node:
    if isinstance(one, str):
        if one not in symbols:
            raise _bad(place, f"{one[:LONGEST_NAME]!r}", "the address of a number of the file")
        return symbols[one]
    if isinstance(one, int | float):
        try:
            return constant(one if isinstance(one, bool) else float(one))
        except OverflowError:
            pass
    raise _bad(place, f"{str(one)[:40]!r}", "an address, a number or a list")


def _parted(one: list[Any], place: str) -> tuple[str, list[Any], dict[str, Any]]:
    """The row's name, the operands and the attributes of a list."""
    name, *operands = one or [None]
    if not isinstance(name, str) or name not in OPS:
        raise _bad(place, f"the row {str(name)[:40]!r}", "the name of a row of the table")
    attributes: dict[str, Any] = {}
    if operands and isinstance(operands[-1], dict):
        attributes = {key: _setting(value, place) for key, value in operands.pop().items()}
    if not operands:
        raise _bad(place, f"{name} without operands", "one or more")
    return name, operands, attributes


def _setting(value: Any, place: str) -> Any:
    fits = isinstance(value, int | float) or value in DTYPES
    if not fits or (isinstance(value, int | float) and abs(value) > 1e300):
        raise _bad(place, f"the attribute {str(value)[:40]!r}", "a number or a dtype")
    return value


def _applied(name: str, inputs: list[Node], attributes: dict[str, Any], place: str) -> Node:
    op = OPS[name]
    if op.kind not in ("elementwise", "defined"):
        raise _bad(place, f"the row {name}", "one that works number by number")
    try:
        if name in FOLDED and len(inputs) > 2:
            found = inputs[0]
            for one in inputs[1:]:
                found = apply(name, found, one, **attributes)
        else:
            found = apply(name, *inputs, **attributes)
    except GradstoneError as error:
        raise DataError(place, f"{name} cannot be applied", str(error)) from error
    if found.shape != () or not entrywise(found):
        raise _bad(place, f"the row {name}", "one that works number by number")
    return found
