"""`verify`: every line of an account in JSON recomputed from its own operands.

The file is data that is not trusted: its rules are looked up in the table by name and run by the
float64 interpreter on single numbers; nothing in it is executed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from os import PathLike

import numpy as np

from gradstone.accounts.nested import mentioned, rule_of
from gradstone.accounts.numbers import printed
from gradstone.accounts.reading import ReadAccount, ReadEntry, ReadLine, read_account
from gradstone.accounts.words import said
from gradstone.errors import DataError
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, input_node
from gradstone.graph.walk import Graph
from gradstone.language import Language

EXACT = 1e-12
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong.

    Attributes:
        kind: "value" (a line gives another number), "printed" (its printed operands do),
            "digits" (the printed number is not the number), "operand" (one that is not there),
            "cycle", "not finite", "twice", "rule" (one that cannot be computed), "reference".
        place: the line's id or the entry's address. text: a sentence.
    """

    kind: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What recomputing an account came to.

    Attributes:
        findings: what is wrong, in the order of the file. count: how many lines were recomputed.
        digits: how many are promised.
    """

    findings: tuple[Finding, ...]
    count: int
    digits: int

    @property
    def ok(self) -> bool:
        """Whether every line gives the number beside it."""
        return not self.findings

    @property
    def passed(self) -> bool:
        """The same."""
        return self.ok

    def lines(self, language: Language = "en") -> list[str]:
        """The verdict, and what is wrong; the findings themselves are English, as errors are."""
        count = len(self.findings)
        key = "verify_ok" if self.ok else "verify_one" if count == 1 else "verify_many"
        verdict = said(key, language).format(lines=self.count, digits=self.digits, count=count)
        told = [verdict, *map(str, self.findings[:MOST_TOLD])]
        if count > MOST_TOLD:
            told.append(said("verify_more", language).format(count=count - MOST_TOLD))
        return told

    def __str__(self) -> str:
        return "\n".join(self.lines())


def verify(source: str | PathLike[str]) -> Verification:
    """Recompute every line of an account.

    Args:
        source: JSON text, or the path of a file.

    Each line must give its number twice: from the full numbers of its operands to 1e-12
    (relative), and from their printed digits to those the account promises.

    Raises:
        FileError, DataError: no account as JSON, or one too large or nested too deep.
    """
    account = read_account(source)
    entries = {one.address: one for one in reversed(account.entries)}
    findings = [*_twice(account), *_entries(account), *_references(account, entries)]
    cyclic = _cyclic(account, entries)
    findings += [Finding("cycle", one, "the line needs its own number") for one in cyclic]
    findings += _recomputed(account, entries)
    places = [one.address for one in account.entries] + [one.id for one in account.lines]
    order = {place: number for number, place in reversed(list(enumerate(places)))}
    findings.sort(key=lambda one: order.get(one.place, len(order)))
    return Verification(tuple(findings), len(account.lines), account.digits)


def _twice(account: ReadAccount) -> Iterator[Finding]:
    groups = {
        "the address is taken by another number": [one.address for one in account.entries],
        "the id is taken by another line": [one.id for one in account.lines],
    }
    for text, names in groups.items():
        for name, count in Counter(names).items():
            if count > 1:
                yield Finding("twice", name, text)
    for name, count in Counter(one.quantity for one in account.lines).items():
        if count > 1:
            yield Finding("twice", name, f"{count} lines give the number")


def _entries(account: ReadAccount) -> Iterator[Finding]:
    """Numbers that are none, and digits that say another number."""
    for one in account.entries:
        if not isfinite(one.value):
            yield Finding("not finite", one.address, f"{one.value} is no number to compute with")
            continue
        digits = printed(one.value, one.digits, account.digits, one.given).text
        if digits != one.printed:
            text = f"{one.printed} is printed, {digits} is the number"
            yield Finding("digits", one.address, text)


def _references(account: ReadAccount, entries: Mapping[str, ReadEntry]) -> Iterator[Finding]:
    """Names that lead nowhere, and numbers and lines that do not know of each other."""
    lines = {one.id: one for one in account.lines}
    for line in account.lines:
        yield from _of_line(line, entries)
    for entry in account.entries:
        if entry.line and entry.line not in lines:
            yield Finding("reference", entry.address, f"there is no line {entry.line[:80]!r}")
    for place in account.given:
        if place not in entries:
            yield Finding("reference", place[:80], "given, but not in the file")
    yield from _document(account, entries, lines)


def _of_line(line: ReadLine, entries: Mapping[str, ReadEntry]) -> Iterator[Finding]:
    entry = entries.get(line.quantity)
    if entry is None:
        yield Finding("reference", line.id, f"no number {line.quantity[:80]!r} in the file")
    elif entry.line != line.id:
        text = f"{entry.address} says it comes from line {entry.line[:80] or 'none'}"
        yield Finding("reference", line.id, text)
    elif not _same(entry.value, line.value):
        text = f"{line.value!r} here, {entry.value!r} among the numbers"
        yield Finding("value", line.id, text)
    for one in line.operands:
        if one not in entries:
            yield Finding("operand", line.id, f"the operand {one[:80]!r} is not in the file")
    if sorted({*line.operands}) != sorted(mentioned(line.rule)):
        yield Finding("operand", line.id, "the operands are not those of the rule")


def _document(
    account: ReadAccount, entries: Mapping[str, ReadEntry], lines: Mapping[str, ReadLine]
) -> Iterator[Finding]:
    for address, text in account.mentions:
        if address not in entries:
            yield Finding("reference", address[:80], "in the document, but not among the numbers")
        elif text != entries[address].printed:
            wanted = entries[address].printed
            yield Finding("digits", address, f"{text[:40]} in the document, {wanted} elsewhere")
    for name in account.told:
        if name not in lines:
            yield Finding("reference", name[:80], "a line of the document that is not in the file")


def _cyclic(account: ReadAccount, entries: Mapping[str, ReadEntry]) -> list[str]:
    """Lines that need their own number, directly or through others."""
    born = {one.quantity: one for one in account.lines}
    waiting = {
        one.quantity: {name for name in one.operands if name in born} for one in born.values()
    }
    needed: dict[str, list[str]] = {}
    for quantity, names in waiting.items():
        for name in names:
            needed.setdefault(name, []).append(quantity)
    ready = [quantity for quantity, names in waiting.items() if not names]
    left = dict(waiting)
    while ready:
        quantity = ready.pop()
        left.pop(quantity)
        for after in needed.get(quantity, ()):
            waiting[after].discard(quantity)
            if not waiting[after]:
                ready.append(after)
    return [born[quantity].id for quantity in left]


def _recomputed(account: ReadAccount, entries: Mapping[str, ReadEntry]) -> Iterator[Finding]:
    """Every line on the full numbers of its operands, and on the printed ones."""
    symbols = {address: input_node((), "float64") for address in entries}
    lines, rules = list[ReadLine](), list[Node]()
    for line in account.lines:
        try:
            rules.append(rule_of(line.rule, symbols, line.id))
            lines.append(line)
        except DataError as error:
            yield Finding("rule", line.id, str(error).removeprefix(f"{line.id}: "))
    if not rules:
        return
    program = Interpreter().compile(Graph(tuple(symbols.values()), tuple(rules)))
    full = program(*(np.array(entries[one].value) for one in symbols))
    short = program(*(np.array(float(entries[one].printed)) for one in symbols))
    for line, exact, rounded in zip(lines, full, short, strict=True):
        if not isfinite(line.value):
            yield Finding("not finite", line.id, f"{line.value} is no number to compute with")
        elif not _near(float(exact), line.value, EXACT):
            text = f"{line.value!r} stands there, {float(exact)!r} comes out"
            yield Finding("value", line.id, text)
        elif not _near(float(rounded), line.value, 10.0**-account.digits):
            text = (
                f"from the printed operands {float(rounded):.10g} comes out, not {line.value:.10g}"
            )
            yield Finding("printed", line.id, text)


def _near(found: float, value: float, tolerance: float) -> bool:
    return abs(found - value) <= tolerance * abs(value)


def _same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)
