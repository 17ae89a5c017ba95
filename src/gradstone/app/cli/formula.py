"""A graph as a line of text that people read: g · y · (1 − y)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from gradstone.graph.node import Node
from gradstone.graph.walk import walk

COMPARISON, SUM, PRODUCT, POWER, ATOM = range(5)
MINUS = "−"
INFIX = {
    "add": ("+", SUM, SUM), "subtract": (MINUS, SUM, PRODUCT), "multiply": ("·", PRODUCT, PRODUCT),
    "divide": ("/", PRODUCT, POWER), "matmul": ("@", PRODUCT, POWER),
    "equal": ("=", COMPARISON, SUM), "less": ("<", COMPARISON, SUM),
    "less_equal": ("≤", COMPARISON, SUM), "greater": (">", COMPARISON, SUM),
    "greater_equal": ("≥", COMPARISON, SUM),
}  # fmt: skip
UNSEEN = frozenset({"cast", "broadcast", "reshape"})  # the same entries, so the same formula


class Text(NamedTuple):
    """A part of a formula and how strongly it binds."""

    text: str
    binds: int = ATOM

    def within(self, least: int, follows: bool = False) -> str:
        """The part where something of a strength is wanted, in brackets where it must be."""
        signed = follows and self.text.startswith(MINUS)
        return f"({self.text})" if self.binds < least or signed else self.text


def formula(node: Node, names: Mapping[Node, str]) -> str:
    """The formula of a node.

    Args:
        node: what is written.
        names: what inputs and other nodes are called; named ones are not written out.
    """
    told: dict[Node, Text] = {}
    for one in walk([node], lambda one: () if one in names else one.inputs):
        told[one] = Text(names[one]) if one in names else _written(one, told)
    return told[node].text


def number(value: float) -> str:
    """A number, all its digits, with a proper minus.

    >>> number(-2.0), number(0.1)
    ('−2', '0.1')
    """
    whole = float(value).is_integer() and abs(value) < 1e15
    size = str(int(abs(value))) if whole else repr(abs(float(value)))
    return MINUS + size if value < 0 else size


def _written(node: Node, told: Mapping[Node, Text]) -> Text:
    name, parts = node.op.name, [told[one] for one in node.inputs]
    if name == "multiply" and "1" in (parts[0].text, parts[1].text):
        return parts[parts[0].text == "1"]
    if name in INFIX:
        sign, binds, right = INFIX[name]
        left = parts[0].within(binds)
        return Text(f"{left} {sign} {parts[1].within(right, follows=True)}", binds)
    if name in UNSEEN:
        return parts[0]
    rule = _RULES.get(name)
    return rule(node, parts) if rule else _call(node, parts)


def _constant(node: Node, parts: list[Text]) -> Text:
    value = dict(node.attributes)["value"]
    array = np.asarray(getattr(value, "array", value))
    if array.ndim:
        return Text("[…]" if array.size > 4 else f"[{', '.join(map(number, array.ravel()))}]")
    return Text(number(array.item()))


def _power(node: Node, parts: list[Text]) -> Text:
    return Text(f"{parts[0].within(ATOM)}^{parts[1].within(ATOM, follows=True)}", POWER)


def _choice(node: Node, parts: list[Text]) -> Text:
    condition, yes, no = (part.text for part in parts)
    return Text(f"({yes} if {condition}, else {no})")


def _call(node: Node, parts: list[Text]) -> Text:
    inner = [part.text for part in parts]
    inner += [f"{name}={number(value)}" for name, value in node.attributes if _is_number(value)]
    return Text(f"{node.op.name}({', '.join(inner)})")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_RULES: dict[str, Callable[[Node, list[Text]], Text]] = {
    "constant": _constant,
    "power": _power,
    "where": _choice,
    "negate": lambda node, parts: Text(f"{MINUS}{parts[0].within(PRODUCT, True)}", PRODUCT),
    "square": lambda node, parts: Text(f"{parts[0].within(ATOM, True)}²", POWER),
    "absolute": lambda node, parts: Text(f"|{parts[0].text}|"),
    "transpose": lambda node, parts: Text(f"{parts[0].within(ATOM, True)}ᵀ", POWER),
    "size": lambda node, parts: Text("N"),
}
