"""Where lines are entered: entries get their symbols, lines their rules, all their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradstone.accounts.account import Cell, Check, Code, Entry, Line, Phrase, Rest
from gradstone.accounts.formula import summands
from gradstone.accounts.numbers import GUARD, printed
from gradstone.accounts.symbol import Symbol
from gradstone.autodiff.rewrite import folded, rebuilt
from gradstone.execute.interpreter import InterpretedProgram, Interpreter
from gradstone.graph.node import Node, input_node
from gradstone.graph.walk import Graph, walk

MOST_DIGITS = 17
MOST_TERMS, LARGEST_TERMS = 8, 3
"""Sums of more terms than the first are printed with so many of the largest terms."""
MOST_PATHS = 12
"""A sum over paths prints them all."""
KINDS = "FLBPUA"
FIRST = "η∂δw"
"""In a product of two, these stand first, in this order."""


@dataclass(slots=True)
class Ledger:
    """Entries by address and lines by id, in order of computation.

    Numbers come in `settle`: all rules run as one graph of the interpreter.
    """

    digits: int = 6
    entries: dict[str, Entry] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    addresses: dict[Node, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    inner: dict[Node, float] = field(default_factory=dict)
    rests: dict[str, Rest] = field(default_factory=dict)
    keys: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def given(self, address: str, symbol: Symbol, value: float, typed: bool = True) -> Node:
        """Enter a number that is given, or (typed=False) taken from the run; its symbol."""
        return self._enter(Entry(address, symbol, _symbol(), float(value), given=typed))

    def line(
        self,
        kind: str,
        address: str,
        symbol: Symbol,
        rule: Node,
        shown: Node | None = None,
        reason: Phrase | None = None,
        sample: int | None = None,
        key: tuple[int, ...] = (),
    ) -> Node:
        """Enter a number by its formula on symbols of the ledger; its own symbol.

        Args:
            kind: "F", "L", "B", "P", "U" or "A", to which a number is added.
            shown: see `Line`. Without it, a short definition of a defined row is opened.
            key: lines of a kind are told in the order of their keys.
        """
        self.counts[kind] = self.counts.get(kind, 0) + 1
        name = f"{kind}{self.counts[kind]}"
        self.keys[name] = key
        rule = self._plain(rule)
        operands = [self.addresses[one] for one in walk([rule]) if one in self.addresses]
        entry = Entry(address, symbol, _symbol(), float("nan"), line=name)
        opened = shown if shown is not None else _opened(rule)
        self.lines[name] = Line(
            name, address, rule, tuple(operands), opened, reason=reason, sample=sample
        )
        return self._enter(entry)

    def _plain(self, rule: Node) -> Node:
        """The rule without multiplications by 1, factors in the order of textbooks."""
        new: dict[Node, Node] = {}
        for node in walk([rule]):
            inputs = tuple(new[one] for one in node.inputs)
            if node.op.name == "multiply" and all(one in self.addresses for one in inputs):
                inputs = tuple(sorted(inputs, key=self._rank))
            new[node] = folded(rebuilt(node, inputs))
        return new[rule]

    def _rank(self, node: Node) -> int:
        """δ stands before w, w before x."""
        letter = self.entries[self.addresses[node]].symbol.letter
        return FIRST.find(letter) if letter in FIRST else len(FIRST)

    def _enter(self, entry: Entry) -> Node:
        if entry.address in self.entries:
            raise ValueError(f"the address {entry.address!r} is taken")
        self.entries[entry.address] = entry
        self.addresses[entry.node] = entry.address
        return entry.node

    def settle(self) -> None:
        """Compute every line and what its formula shows, and choose digits.

        Digits: each line, recomputed from its operands as printed, agrees to those promised;
        where a difference eats digits, the line's operands are printed with more.
        """
        self._number()
        lines = list(self.lines.values())
        shown = dict.fromkeys([line.rule for line in lines] + [line.worked for line in lines])
        graph = Graph(tuple(one.node for one in self.entries.values()), tuple(shown))
        program = InterpretedProgram(graph, keep=True)
        self._values(lines, program)
        self._inner(lines, program)
        self._choose_digits(lines, program)

    def _values(self, lines: Sequence[Line], program: InterpretedProgram) -> None:
        """All values, each line after its operands."""
        feeds = {self.entries[line.entry].node: line.rule for line in lines}
        slots = program.chained(_arrays(one.value for one in self.entries.values()), feeds)
        for name, entry in self.entries.items():
            self.entries[name] = replace(entry, value=float(slots[program.place(entry.node)]))

    def _number(self) -> None:
        """Number the lines anew, each kind in the order of its keys."""
        first = {kind: place for place, kind in enumerate(KINDS)}
        order = sorted(self.lines, key=lambda name: (first[name[0]], self.keys[name]))
        counts: dict[str, int] = {}
        lines, entries = {}, {a: one for a, one in self.entries.items() if not one.line}
        for old in self._after_operands(order):
            counts[old[0]] = counts.get(old[0], 0) + 1
            name, line = f"{old[0]}{counts[old[0]]}", self.lines[old]
            lines[name] = replace(line, id=name)
            entries[line.entry] = replace(self.entries[line.entry], line=name)
        self.lines, self.entries = lines, entries

    def _after_operands(self, order: Sequence[str]) -> list[str]:
        """Lines in an order, but each after those that bear its operands."""
        done: dict[str, None] = {}
        stack = [(name, False) for name in reversed(order)]
        while stack:
            name, ready = stack.pop()
            if ready:
                done.setdefault(name)
            elif name not in done:
                born = (self.entries[one].line for one in self.lines[name].operands)
                stack.append((name, True))
                stack.extend((one, False) for one in born if one and one not in done)
        return list(done)

    def _inner(self, lines: Sequence[Line], program: InterpretedProgram) -> None:
        """The value of each product within a formula, and what long sums leave unsaid."""
        slots = program.run(_arrays(one.value for one in self.entries.values()))
        for node in walk(dict.fromkeys(line.worked for line in lines)):
            if node not in self.addresses and node.op.name in ("multiply", "divide", "negate"):
                self.inner[node] = float(slots[program.place(node)])

        def worth(node: Node) -> float:
            return abs(float(slots[program.place(node)]))

        self._elide(lines, worth)

    def _elide(self, lines: Iterable[Line], worth: Callable[[Node], float]) -> None:
        """Of sums of many terms, keep the largest; the others together are one number."""
        others: dict[str, Node] = {}
        for line in lines:
            parts = summands(line.worked, self.addresses)
            if len(parts) <= (MOST_PATHS if line.id[0] == "P" else MOST_TERMS):
                continue
            sizes = [worth(node) for _, node in parts]
            order = sorted(range(len(parts)), key=lambda place: -sizes[place])
            kept = tuple(sorted(order[:LARGEST_TERMS]))
            rest = [place for place in range(len(parts)) if place not in kept]
            others[line.id] = _total([parts[place] for place in rest])
            zeros = sum(sizes[place] == 0 for place in rest)
            self.rests[line.id] = Rest(kept, 0.0, len(rest), zeros)
        every = tuple(self.entries.values())
        graph = Graph(tuple(one.node for one in every), tuple(others.values()))
        found = Interpreter().compile(graph)(*_arrays(one.value for one in every))
        for name, value in zip(others, found, strict=True):
            rest_told = self.rests[name] = replace(self.rests[name], value=float(value))
            gaps: dict[str, Cell] = {"count": Code(str(rest_told.count))}
            gaps["zeros"] = Code(str(rest_told.zeros))
            if self.lines[name].reason is None:
                key = "rest_of_terms_zero" if rest_told.zeros else "rest_of_terms"
                self.lines[name] = replace(self.lines[name], reason=Phrase(key, gaps))

    def _choose_digits(self, lines: Sequence[Line], program: InterpretedProgram) -> None:
        start = self.digits + GUARD
        digits = dict.fromkeys(self.entries, start)
        places = [program.place(line.rule) for line in lines]
        open_lines = list(range(len(lines)))
        while open_lines:
            values = [self._rounded(one, digits[name]) for name, one in self.entries.items()]
            slots = program.run(_arrays(values))
            failed = []
            for place in open_lines:
                line = lines[place]
                value = self.entries[line.entry].value
                if not _agree(float(slots[places[place]]), value, self.digits):
                    more = [o for o in line.operands if digits[o] < MOST_DIGITS]
                    digits |= {o: min(digits[o] + 2, MOST_DIGITS) for o in more}
                    failed += [place] if more else []
            open_lines = failed
        for name, count in digits.items():
            if count != start or self.entries[name].digits != count:
                self.entries[name] = replace(self.entries[name], digits=count)

    def _rounded(self, entry: Entry, digits: int) -> float:
        if not np.isfinite(entry.value):
            return entry.value
        return float(printed(entry.value, digits, self.digits, entry.given).text)

    def checked(self, address: str, check: Check) -> None:
        """Put the numeric check beside the line of an entry."""
        name = self.entries[address].line
        self.lines[name] = replace(self.lines[name], check=check)

    def value(self, address: str) -> float:
        """The number of an entry."""
        return self.entries[address].value

    def node(self, address: str) -> Node:
        """The symbol of an entry."""
        return self.entries[address].node


def _arrays(values: Iterable[float]) -> list[Any]:
    """Numbers as the interpreter takes them."""
    return [np.float64(one) for one in values]


def _symbol() -> Node:
    return input_node((), "float64")


def _total(parts: Sequence[tuple[str, Node]]) -> Node:
    sign, total = parts[0]
    total = -total if sign == "-" else total
    for sign, one in parts[1:]:
        total = total - one if sign == "-" else total + one
    return total


SHORT = 5
"""A defined row is opened for numbers where its definition has at most so many operations."""


def _opened(rule: Node) -> Node | None:
    """1 / (1 + e^(−x)) for σ(x); None where the rule itself is shown."""
    if rule.expansion is None:
        return None
    stop = set(rule.inputs)
    inner = walk([rule.expansion], lambda one: () if one in stop else one.inputs)
    operations = [one for one in inner if one not in stop and one.op.kind != "source"]
    return rule.expansion if len(operations) <= SHORT and rule.op.excel else None


def _agree(found: float, value: float, digits: int) -> bool:
    if not (np.isfinite(found) and np.isfinite(value)):
        return True
    return abs(found - value) <= 10.0**-digits * abs(value)
