"""What is told: entries, lines, and the document they stand in. No formatting, no computing.

An account is a list of sections made of parts, which name lines by ids and entries by addresses.
Renderers print it and share nothing else: `formula.forms` gives a line's formula,
`numbers.printed` a number's digits, `words` the phrases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradstone.accounts.symbol import Symbol
from gradstone.graph.node import Node


@dataclass(frozen=True, slots=True)
class Entry:
    """One number.

    Attributes:
        address: its program name, from 0: "W1[0,2]", "net1[0,1]" (sample, neuron), "loss".
        symbol: its name in formulas. node: what stands for it in rules. value: float64.
        given: whether it was typed in, and is printed as typed.
        line: the line it is born in; "" where it is given or taken from the run as it is.
        digits: how many significant digits are printed; more where a line needs them.
    """

    address: str
    symbol: Symbol
    node: Node
    value: float
    given: bool = False
    line: str = ""
    digits: int = 9


@dataclass(frozen=True, slots=True)
class Check:
    """A gradient by central differences, beside the one by rules.

    Attributes:
        numeric: the difference quotient. difference: relative, |a − b| / max(|a|, |b|).
        verdict: "ok", "kink" (left and right slopes disagree, so no derivative to compare with),
            "unclear" (so small that rounding hides it from differences) or "differs".
    """

    numeric: float
    difference: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Line:
    """The birth of one number: quantity = formula = numbers put in = result.

    Attributes:
        id: "F1": F forward, L loss, B backward, P path, U update, A after; "" for none.
        entry: address of the number that is born.
        rule: its formula, on the nodes of the entries it is made of.
        operands: their addresses, in the order of the rule.
        shown: the formula into which numbers are put, where that is another: 1 / (1 + e^(−x))
            for σ(x).
        check: of a gradient.
        reason: a short remark. sample: whose line it is, from 0; None: of all.
    """

    id: str
    entry: str
    rule: Node
    operands: tuple[str, ...]
    shown: Node | None = None
    check: Check | None = None
    reason: Phrase | None = None
    sample: int | None = None

    @property
    def worked(self) -> Node:
        """The formula into which numbers are put."""
        return self.rule if self.shown is None else self.shown


@dataclass(frozen=True, slots=True)
class Rest:
    """The terms of a long sum that are not printed one by one.

    Attributes:
        kept: places of the terms that are. value: the others together, count of them, zeros 0.
    """

    kept: tuple[int, ...]
    value: float
    count: int
    zeros: int


# Cells: what stands in a table, or in a gap of a phrase -------------------------------------------
@dataclass(frozen=True, slots=True)
class Value:
    """The number of an entry, printed as everywhere."""

    address: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that is no entry: a norm, a share, a count. digits: significant ones."""

    value: float
    digits: int = 3


@dataclass(frozen=True, slots=True)
class Code:
    """A program's name for something, or a command, printed as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Plain:
    """Words of the user's own; never markup, never a formula."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """Mathematics, in LaTeX."""

    latex: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of `words`, with its gaps filled."""

    key: str
    gaps: Mapping[str, Cell] = field(default_factory=dict)


Cell = Symbol | Value | Amount | Code | Plain | Formula | Phrase | Check


# Parts: what a section is made of -----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences."""

    words: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """What must not be overlooked."""

    words: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Working:
    """Lines worked out in full: symbols, numbers put in, result."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under heads. total: the last row sums up. anchors: each row's line or ""."""

    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False
    caption: Phrase | None = None
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixForm:
    """A matrix step: left = formula, its shapes, and its numbers.

    Attributes:
        left: the symbol. code: the program name. formula: in LaTeX, "" for a given one.
        shapes: as "(1×2)(2×2) + (1×2) → (1×2)"; "" for none.
        names: symbols of its entries, row by row; empty for none.
        addresses: its entries, row by row; a vector has one row.
    """

    left: Symbol
    code: str
    formula: str
    shapes: str
    names: tuple[tuple[Symbol, ...], ...]
    addresses: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The account's drawing. values, gradients: whether numbers stand at nodes and edges."""

    values: bool = False
    gradients: bool = False


Part = Paragraph | Box | Working | Table | MatrixForm | Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """A section. level: 1 or 2. folded: HTML shows it closed at first."""

    key: str
    title: Phrase
    parts: tuple[Part, ...]
    level: int = 1
    folded: bool = False


# Drawings -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Neuron:
    """A circle: addresses of its two values ("" for an input's net) and bias, what it applies."""

    symbol: Symbol
    net: str
    out: str
    bias: str = ""
    activation: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A connection from neuron `source` of layer `layer` to neuron `target` of the next."""

    layer: int
    source: int
    target: int
    weight: str
    gradient: str


@dataclass(frozen=True, slots=True)
class NetworkDrawing:
    """Neurons in layers, inputs first, and what connects them. loss: the loss entry's address."""

    layers: tuple[tuple[Neuron, ...], ...]
    edges: tuple[Edge, ...]
    loss: str


@dataclass(frozen=True, slots=True)
class Knot:
    """A node of a computation graph: what it does ("" for a given value), its value, gradient."""

    label: str
    value: str
    gradient: str
    inputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GraphDrawing:
    """Nodes in order of computation; `inputs` of each are places in this order."""

    knots: tuple[Knot, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything an account tells.

    Attributes:
        kind: "step", "function" or "descent".
        title: the head's first sentence. sections: in order.
        entries: by address. lines: by id, in order of computation; those of samples that the
            document does not show are here, too.
        carried: for each entry of the next step's start, the entry of this step that it was:
            {"new W1[0,0]": "W1[0,0]"}.
        given: addresses of what may be changed: inputs, targets, parameters, rate, settings.
        digits: how many digits are promised.
        settings: what it was made of, as plain JSON: network, loss, optimizer, samples.
        inner: values of the products inside formulas, by node.
        rests: what is not printed of long sums, by line.
        written: by entry the forms of lines that were asked for; each is written once.
    """

    kind: str
    title: Phrase
    sections: tuple[Section, ...]
    entries: Mapping[str, Entry]
    lines: Mapping[str, Line]
    carried: Mapping[str, str]
    given: tuple[str, ...]
    digits: int
    settings: Mapping[str, Any]
    inner: Mapping[Node, float] = field(default_factory=dict)
    rests: Mapping[str, Rest] = field(default_factory=dict)
    drawing: NetworkDrawing | GraphDrawing | None = None
    written: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
