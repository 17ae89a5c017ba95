"""The account of gradient descent on a function: k, x, f, gradient, step, next x, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradstone.accounts.account import (
    Cell,
    Code,
    Paragraph,
    Part,
    Phrase,
    Section,
    Story,
    Table,
    Value,
    Working,
)
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.scalar import node_at
from gradstone.accounts.symbol import Symbol, derivative
from gradstone.accounts.tables import numbers_table
from gradstone.accounts.teller import Teller, place_of
from gradstone.autodiff.gradient import gradient
from gradstone.errors import RangeError, ShapeError
from gradstone.functions.trace import trace
from gradstone.graph.node import Node

WORKED = 2
"""So many steps are worked out in full; the others stand in the table."""
MOST = 200


def descent_story(
    f: Callable[..., Any], start: Sequence[float], rate: float, steps: int, digits: int = 6
) -> Story:
    """The account of plain gradient descent.

    Args:
        f: a function of numbers that gives a number. start: its arguments, a number each.
        rate: the learning rate. steps: how many are told, 1 to 200.

    Raises:
        RangeError: steps outside that range. ShapeError: the function gives an array.
    """
    if not 1 <= steps <= MOST:
        raise RangeError("steps", f"{steps} came", f"1 to {MOST} are wanted")
    arguments = [float(one) for one in start]
    traced = trace(f, arguments, range(len(arguments)))
    end, inputs = traced.graph.outputs[0], traced.graph.inputs
    if end.shape:
        raise ShapeError("explain", f"{end.shape} came back", "a single number is wanted")
    slopes = gradient(end, inputs)
    ledger = Ledger(digits)
    teller = Teller(ledger, lambda _: np.zeros(()))
    names = [traced.graph.roles[one] for one in inputs]
    eta = ledger.given("rate", Symbol("η"), rate)
    now = [
        ledger.given(f"{name}[0]", Symbol(name, "0"), value)
        for name, value in zip(names, arguments, strict=True)
    ]
    for k in range(steps):
        now = _step(teller, end, inputs, slopes, names, now, eta, k)
    ledger.settle()
    given = tuple(one.address for one in ledger.entries.values() if not one.line)
    return Story(
        "descent", Phrase("head_descent", {"rate": Value("rate"), "steps": Code(str(steps))}),
        _sections(ledger, names, steps), ledger.entries, ledger.lines, {}, given, digits,
        {"function": getattr(f, "__name__", "f"), "steps": steps}, ledger.inner, ledger.rests,
    )  # fmt: skip


def _step(
    teller: Teller, end: Node, inputs: Sequence[Node], slopes: Sequence[Node],
    names: Sequence[str], now: Sequence[Node], eta: Node, k: int,
) -> list[Node]:  # fmt: skip
    ledger, f = teller.ledger, Symbol("f", str(k))
    for node, symbol in zip(inputs, now, strict=True):
        made = np.empty((), object)
        made[()] = symbol
        teller.known[node] = made
    ledger.line("F", f"f[{k}]", f, node_at(teller.rules(end), ()), key=(k, 0))
    after = []
    for place, (name, slope) in enumerate(zip(names, slopes, strict=True)):
        by = derivative(Symbol("f"), Symbol(name, str(k)))
        rule = node_at(teller.rules(slope), ())
        g = ledger.line("F", f"d{name}[{k}]", by, rule, key=(k, 1, place))
        new = Symbol(name, str(k + 1))
        after.append(
            ledger.line("F", f"{name}[{k + 1}]", new, now[place] - eta * g, key=(k, 2, place))
        )
    return after


def _sections(ledger: Ledger, names: Sequence[str], steps: int) -> tuple[Section, ...]:
    worked = [one.id for one in ledger.lines.values() if _number(one.entry) < WORKED]
    heads: list[Cell] = [Phrase("iteration")]
    heads += [Symbol(name) for name in names]
    heads += [Symbol("f"), *(derivative(Symbol("f"), Symbol(name)) for name in names)]
    rows: list[tuple[Cell, ...]] = []
    for k in range(steps):
        values = [f"{name}{place_of((k,))}" for name in names]
        slopes = [f"d{name}{place_of((k,))}" for name in names]
        rows.append((Code(str(k)), *(Value(one) for one in (*values, f"f[{k}]", *slopes))))
    last = tuple(Value(f"{name}[{steps}]") for name in names)
    rows.append((Code(str(steps)), *last, *(Code("") for _ in range(1 + len(names)))))
    parts: tuple[Part, ...] = (Paragraph((Phrase("rule_descent"),)), Working(tuple(worked)))
    return (
        Section("forward", Phrase("section_first_steps"), parts),
        Section("path", Phrase("section_path"), (Table(tuple(heads), tuple(rows)),)),
        Section("numbers", Phrase("section_numbers"), (numbers_table(ledger),), folded=True),
    )


def _number(address: str) -> int:
    name, _, inner = address.partition("[")
    k = int(inner.rstrip("]"))
    return k if name == "f" or name.startswith("d") else k - 1
