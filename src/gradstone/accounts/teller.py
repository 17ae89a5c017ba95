"""Nodes of a graph become lines: forward by their rules, backward by their derivatives' rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from gradstone.accounts.ledger import Ledger
from gradstone.accounts.scalar import entries, entrywise, filled, node_at, without_zeros
from gradstone.accounts.symbol import Symbol
from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import replace
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.walk import walk

Array = np.ndarray[Any, Any]
Names = Callable[[tuple[int, ...]], tuple[str, Symbol]]
"""From an entry's place to its address and its symbol."""


@dataclass(slots=True)
class Teller:
    """A ledger and what its symbols stand for.

    Attributes:
        known: for each told node the symbols of its entries, an object array of its shape.
        numbers: values of nodes that have no formula: whole numbers, random ones.
    """

    ledger: Ledger
    numbers: Callable[[Node], Array]
    known: dict[Node, Array] = field(default_factory=dict)

    def given(self, node: Node, values: Any, names: Names, typed: bool = True) -> None:
        """Enter a node whose values are given."""
        symbols = np.empty(node.shape, object)
        for place in np.ndindex(node.shape):
            symbols[place] = self.ledger.given(*names(place), float(values[place]), typed)
        self.known[node] = symbols

    def rules(self, node: Node) -> Array:
        """The formulas of a node's entries on the symbols told so far."""
        return entries([node], self.known, self.numbers)[0]

    def tell(
        self,
        kind: str,
        node: Node,
        names: Names,
        sample: Callable[[tuple[int, ...]], int | None] = lambda place: None,
        key: Callable[[tuple[int, ...]], tuple[int, ...]] = lambda place: (),
        rules: Array | None = None,
    ) -> list[str]:
        """Enter a node's entries by their formulas, or by those given; the addresses told."""
        rules = self.rules(node) if rules is None else rules
        symbols, told = np.empty(node.shape, object), []
        for place in np.ndindex(node.shape):
            rule = node_at(rules, place)
            if rule.op.name == "constant":
                symbols[place] = rule  # a number that nothing can change is no line
                continue
            address, symbol = names(place)
            symbols[place] = self.ledger.line(
                kind, address, symbol, rule, sample=sample(place), key=key(place)
            )
            told.append(address)
        self.known[node] = symbols
        return told


def local_shares(node: Node, g: Node) -> list[tuple[Node, Node]]:
    """For each float input of a node, its share of the gradient g that comes in.

    The shares are written on the node, its inputs and g; an input that stands twice gets both.
    """
    inputs = [one for one in dict.fromkeys(node.inputs) if _moves(one)]
    return list(zip(inputs, shares_of(node, g, inputs), strict=True))


def shares_of(node: Node, g: Node, wanted: Sequence[Node]) -> list[Node]:
    """The shares of the gradient g of a node for some nodes that it is written with.

    They are written on the node, those nodes and g.
    """
    symbols = {one: input_node(one.shape, one.dtype) for one in wanted}
    (applied,) = replace([node], symbols)
    found = gradient(applied, list(symbols.values()), upstream=g)
    back = {symbol: one for one, symbol in symbols.items()} | {applied: node}
    return replace(found, back)


def pair(teller: Teller, node: Node, outputs: Sequence[Node], net: int, out: int) -> Node:
    """∂out/∂net of two neurons of a row that works on a whole sample, as softmax does.

    Args:
        node: the row on a batch. outputs: the symbols of one sample's.
    """
    x, g = (input_node((1, len(outputs)), node.dtype) for _ in range(2))
    alone = apply(node.op.name, x, **dict(node.attributes))
    teller.known[alone] = filled(x.shape, outputs)
    ones = [constant(float(k == out), node.dtype) for k in range(len(outputs))]
    teller.known[g] = filled(x.shape, ones)
    (share,) = shares_of(alone, g, [x])
    return without_zeros(node_at(teller.rules(share), (0, net)))


def _moves(node: Node) -> bool:
    return node.dtype.kind == "f" and node.op.name != "constant"


def opened(node: Node) -> tuple[Node, ...]:
    """What a node is told from: its inputs, or its definition where that is more than entries."""
    if node.expansion is not None and not entrywise(node):
        return (node.expansion,)
    return node.inputs


def told_order(outputs: Sequence[Node]) -> list[Node]:
    """All nodes that are told on the way to the outputs."""
    return walk(outputs, opened)


def place_of(place: tuple[int, ...]) -> str:
    """A place as in a program, from 0: "[0,2]"; "" for a single number."""
    return f"[{','.join(map(str, place))}]" if place else ""


def counted(place: tuple[int, ...]) -> str:
    """A place as in a textbook, from 1: "1,3"."""
    return ",".join(str(one + 1) for one in place)


def summed(parts: Sequence[Array]) -> Array:
    """The entrywise sum of arrays of nodes."""
    made = np.empty(parts[0].shape, object)
    for place in np.ndindex(made.shape):
        made[place] = reduce(lambda a, b: a + b, (node_at(one, place) for one in parts))
    return made
