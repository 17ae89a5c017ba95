"""The plan of a workbook: what is live, what is given, and which cell holds which number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from gradstone.accounts.account import Entry, Line, Story, Table, Working
from gradstone.accounts.words import said
from gradstone.accounts.workbook.formulas import LONGEST, filled, template
from gradstone.accounts.workbook.replay import needed
from gradstone.accounts.workbook.spots import Spot, safe_names
from gradstone.accounts.workbook.texts import number_format, symbol
from gradstone.graph.node import Node
from gradstone.language import Language

LARGEST = 20_000
"""Lines up to which a whole step is live; above, those of the document are."""
MOST_NAMED, MOST_NAMES = 60, 3000
"""Parameters, and lines, up to which formulas use names."""
MOST_PASSED = 40_000
"""Cells that the forward passes of Numeric may take."""
SHEETS = ("start", "inputs", "forward", "backward", "update", "check", "numeric", "iterations",
          "terms")  # fmt: skip
WEIGHT = re.compile(r"W\d+[.\w]*\[(\d+),(\d+)\]")
KINDS = {"forward": "FL", "backward": "BP", "update": "UA"}


@dataclass(slots=True, frozen=True)
class Block:
    """Lines that stand together under a bar. kind: F, L, B, P, U or A."""

    kind: str
    sample: int | None
    lines: tuple[Line, ...]


@dataclass
class Book:
    """What the sheets need to know.

    Attributes:
        story: what is told. language: of all text.
        spots: cells of entries, by address; filled while sheets are laid out.
        constant: addresses of entries whose line has no formula.
        notes: keys of phrases on Start: what was left out.
        templates: formulas with holes for operands, by line. formats: number formats of entries.
    """

    story: Story
    language: Language
    spots: dict[str, Spot] = field(default_factory=dict)
    constant: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    templates: dict[str, str | None] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)

    def said(self, key: str, **gaps: object) -> str:
        """A phrase of the workbook."""
        return said(f"excel_{key}", self.language).format(**gaps)

    def title(self, sheet: str) -> str:
        """What a sheet is called."""
        return self.said(f"sheet_{sheet}")

    def entry(self, address: str) -> Entry:
        """An entry of the story."""
        return self.story.entries[address]

    @cached_property
    def whole(self) -> bool:
        """Whether every line is live."""
        return len(self.story.lines) <= LARGEST

    @cached_property
    def lines(self) -> dict[str, Line]:
        """The lines of the workbook: all, or those the document shows."""
        lines = self.story.lines
        if self.whole:
            return dict(lines)
        shown = set(_shown(self.story))
        return {one: lines[one] for one in [one for one in lines if one in shown][:LARGEST]}

    @cached_property
    def needed(self) -> set[str]:
        """Addresses of what the lines are computed from."""
        return {one for line in self.lines.values() for one in line.operands}

    @cached_property
    def given(self) -> list[str]:
        """What may be edited; in a slice, only what its lines use."""
        used = self.needed
        return counted(one for one in self.story.given if self.whole or one in used)

    @cached_property
    def fixed(self) -> list[str]:
        """What the lines use and nothing gives birth to: numbers of Gradstone."""
        born = {line.entry for line in self.lines.values()} | set(self.given)
        return [one for one in self.story.entries if one in self.needed and one not in born]

    @property
    def partly(self) -> bool:
        """Whether only a slice of a step is live."""
        return not self.whole or any(not self.entry(one).line for _, one in self.ends)

    @cached_property
    def parameters(self) -> dict[str, str]:
        """What is given and has a gradient: its address, and the gradient's."""
        entries, found = self.story.entries, {}
        for one in counted(self.story.given):
            gradient = entries.get(f"d{one}")
            if gradient is not None and gradient.symbol.by == entries[one].symbol:
                found[one] = gradient.address
        return found

    @cached_property
    def ends(self) -> list[tuple[str, str]]:
        """What is differentiated: pairs of a weight's address, "" for 1, and a number's."""
        entries = self.story.entries
        for one in ("total", "loss"):
            if self.story.kind == "step" and one in entries:
                return [("", one)]
        by = {one.symbol: one.address for one in entries.values() if one.line}
        starts = [
            (one.address, by[one.symbol.by])
            for one in entries.values()
            if one.symbol.by in by and not one.line
        ]
        one_end = len(starts) == 1 and entries[starts[0][0]].value == 1.0
        return [("", starts[0][1])] if one_end else starts

    @cached_property
    def forward(self) -> list[Line]:
        """The lines of the forward pass and the loss, in order."""
        found = needed(self.story, [one for _, one in self.ends])
        return [self.story.lines[one] for one in found]

    @cached_property
    def live(self) -> bool:
        """Whether the forward pass can be computed in cells as a whole."""
        ends = [self.entry(one).line for _, one in self.ends]
        return self.whole and bool(ends) and all(ends) and all(map(self.can, self.forward))

    @cached_property
    def proved(self) -> bool:
        """Whether there are gradients to prove by whole forward passes, and not too many."""
        cells = 2 * len(self.parameters) * len(self.forward)
        few = 0 < len(self.parameters) <= MOST_NAMED and cells <= MOST_PASSED
        return few and self.live

    def can(self, line: Line) -> bool:
        """Whether a line has a formula of cells."""
        return self._template(line) is not None

    def formula(self, line: Line, said: Callable[[str], str]) -> str | None:
        """The formula of a line; None where it has none, or where it gets too long.

        Args:
            said: how the formula says an operand, by its address.
        """
        found = self._template(line)
        text = "" if found is None else filled(found, [said(one) for one in line.operands])
        return text if text and len(text) <= LONGEST else None

    def _template(self, line: Line) -> str | None:
        if line.id not in self.templates:
            nodes = [self.entry(one).node for one in line.operands]
            self.templates[line.id] = template(line.rule, nodes)
        return self.templates[line.id]

    @cached_property
    def names(self) -> dict[str, str]:
        """Names for formulas, by address; empty where there would be too many."""
        count = max(len(self.parameters) or len(self.given), len(self.fixed))
        if count > MOST_NAMED or len(self.lines) > MOST_NAMES or not self.whole:
            return {}
        told = [*self.given, *self.fixed, *(one.entry for one in self.lines.values())]
        wanted = [self.entry(one).symbol.name for one in told]
        return dict(zip(told, safe_names(wanted), strict=True))

    def text(self, address: str, home: str) -> str:
        """How formulas of a sheet say a number: its name or its cell."""
        return self.names.get(address) or self.spots[address].reference(home)

    def texts(self, addresses: Iterable[str], home: str) -> dict[Node, str]:
        """How formulas of a sheet say some numbers, by node."""
        return {self.entry(one).node: self.text(one, home) for one in addresses}

    def places(self, addresses: Iterable[str]) -> dict[Node, Spot]:
        """Cells of some numbers, by node."""
        return {self.entry(one).node: self.spots[one] for one in addresses}

    def blocks(self, sheet: str) -> list[Block]:
        """The lines of a sheet, by kind and, but for paths, by sample.

        What belongs to all samples comes last.
        """
        found = []
        for kind in KINDS[sheet]:
            samples: dict[int | None, list[Line]] = {}
            for line in self.lines.values():
                if line.id[:1] == kind:
                    sample = line.sample if self.samples > 1 and kind != "P" else None
                    samples.setdefault(sample, []).append(line)
            common = samples.pop(None, [])
            several = [*samples.items(), *([(None, common)] if common else [])]
            found += [Block(kind, sample, tuple(lines)) for sample, lines in several]
        return found

    @cached_property
    def carried(self) -> set[str]:
        """What the next step starts from anew."""
        return set(self.story.carried.values())

    @cached_property
    def samples(self) -> int:
        """How many samples have lines."""
        return len({line.sample for line in self.lines.values()} - {None})

    def shown(self, address: str) -> str:
        """The number format of an entry."""
        if address not in self.formats:
            self.formats[address] = number_format(self.entry(address), self.story.digits)
        return self.formats[address]

    def symbol(self, address: str) -> str:
        """The name of a number, as text."""
        return symbol(self.entry(address).symbol)


def counted(addresses: Iterable[str]) -> list[str]:
    """Addresses array by array, weights in the order of textbooks: by target, then source."""
    starts: dict[str, int] = {}

    def order(one: str) -> tuple[int, int, int]:
        start = starts.setdefault(one.partition("[")[0], len(starts))
        weight = WEIGHT.fullmatch(one)
        return (start, int(weight[2]), int(weight[1])) if weight else (start, 0, 0)

    return sorted(addresses, key=order)


def _shown(story: Story) -> Iterable[str]:
    for section in story.sections:
        for part in section.parts:
            if isinstance(part, Working):
                yield from part.lines
            elif isinstance(part, Table):
                yield from part.anchors
