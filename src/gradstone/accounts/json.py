"""An account as JSON: every line with its rule and its operands, so that others can recompute it.

`verify` does so. The shape is published as docs/account.schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

from gradstone.accounts.account import (
    Amount,
    Box,
    Cell,
    Check,
    Code,
    Drawing,
    Entry,
    Formula,
    GraphDrawing,
    Line,
    MatrixForm,
    NetworkDrawing,
    Paragraph,
    Part,
    Phrase,
    Plain,
    Section,
    Story,
    Table,
    Value,
    Working,
)
from gradstone.accounts.formula import amount, forms
from gradstone.accounts.nested import nested
from gradstone.accounts.numbers import printed
from gradstone.accounts.phrases import filled
from gradstone.accounts.symbol import Symbol
from gradstone.language import Language, chosen

FORMAT, VERSION = "gradstone account", 1
CONSTANTS = {None: "null", True: "true", False: "false"}
Plainly = dict[str, Any]


def to_json(story: Story, language: Language | None = "en") -> str:
    """The account as JSON text.

    Args:
        language: of the words; numbers, addresses and lines are the same in every one.

    Raises:
        DataError: a formula too long to be written out.
    """
    told = Teller(story, chosen(language))
    return indented(told.document()) + "\n"


def indented(plain: Any, margin: str = "\n") -> str:
    """What `json.dumps` gives with indent=1, which it builds sign by sign and so takes long for.

    Args:
        plain: dictionaries, lists, strings and numbers. margin: a new line, so far indented.

    Raises:
        ValueError: NaN or an infinity, which JSON lacks.
    """
    if isinstance(plain, str):
        return encode_basestring(plain)
    if isinstance(plain, float) and isfinite(plain):
        return float.__repr__(plain)
    if plain is None or isinstance(plain, bool):
        return CONSTANTS[plain]
    inner = f"{margin} "
    if isinstance(plain, dict) and plain:
        pairs = [f"{encode_basestring(key)}: {indented(one, inner)}" for key, one in plain.items()]
        return f"{{{inner}{f',{inner}'.join(pairs)}{margin}}}"
    if isinstance(plain, list) and plain:
        return f"[{inner}{f',{inner}'.join([indented(one, inner) for one in plain])}{margin}]"
    return json.dumps(plain, allow_nan=False)


def number(value: float) -> float | str:
    """A number as JSON has it: NaN and infinities are words."""
    return value if isfinite(value) else str(value)


class Teller:
    """Writes one story."""

    def __init__(self, story: Story, language: Language) -> None:
        """Words come in that language."""
        self.story, self.language = story, language
        self.addresses = {one.node: one.address for one in story.entries.values()}

    def document(self) -> Plainly:
        """Everything, as JSON takes it."""
        story = self.story
        return {
            "format": FORMAT,
            "version": VERSION,
            "language": self.language,
            "kind": story.kind,
            "title": self.phrase(story.title),
            "digits": story.digits,
            "settings": dict(story.settings),
            "given": list(story.given),
            "carried": dict(story.carried),
            "entries": [self.entry(one) for one in story.entries.values()],
            "lines": [self.line(one) for one in story.lines.values()],
            "sections": [self.section(one) for one in story.sections],
            "drawing": drawing(story.drawing),
        }

    # Numbers ------------------------------------------------------------------------------------
    def entry(self, one: Entry) -> Plainly:
        """A number."""
        return {
            "address": one.address,
            "symbol": symbol(one.symbol),
            "value": number(one.value),
            "printed": amount(one, self.story.digits).text,
            "given": one.given,
            "digits": one.digits,
            "line": one.line,
        }

    def line(self, one: Line) -> Plainly:
        """The birth of a number."""
        told = forms(self.story, one)
        names = {self.story.entries[address].node: address for address in one.operands}
        return {
            "id": one.id,
            "quantity": one.entry,
            "rule": nested(one.rule, names),
            "operands": list(one.operands),
            "value": number(self.story.entries[one.entry].value),
            "latex": {
                "left": told.left,
                "symbols": " ".join(told.symbols),
                "numbers": " ".join(told.numbers),
                "products": " ".join(told.products),
                "equals": told.equals,
                "result": told.result.latex,
            },
            "check": None if one.check is None else check(one.check),
            "reason": None if one.reason is None else self.phrase(one.reason),
            "sample": one.sample,
        }

    # Words --------------------------------------------------------------------------------------
    def phrase(self, one: Phrase) -> str:
        """A phrase as text; mathematics stands between dollar signs."""
        return filled(one, self.language, self.words)

    def words(self, one: Cell) -> str:
        """A cell within a sentence."""
        match one:
            case Symbol() | Formula():
                return f"${one.latex}$"
            case Value(address):
                return amount(self.story.entries[address], self.story.digits).text
            case Amount(value, digits):
                return printed(value, digits, digits).text
            case Code(text) | Plain(text):
                return text
            case Phrase():
                return self.phrase(one)
            case Check(numeric, _, verdict):
                return f"{printed(numeric, 9, self.story.digits).text} ({verdict})"

    def cell(self, one: Cell) -> Plainly:
        """A cell of a table."""
        match one:
            case Symbol():
                return {"symbol": symbol(one)}
            case Value(address):
                return {"address": address, "printed": self.words(one)}
            case Amount(value):
                return {"amount": number(value), "printed": self.words(one)}
            case Code(text):
                return {"code": text}
            case Plain() | Phrase():
                return {"text": self.words(one)}
            case Formula(latex):
                return {"latex": latex}
            case Check():
                return {"check": check(one)}

    def section(self, one: Section) -> Plainly:
        """A section with its parts."""
        return {
            "key": one.key,
            "title": self.phrase(one.title),
            "level": one.level,
            "folded": one.folded,
            "parts": [self.part(part) for part in one.parts],
        }

    def part(self, one: Part) -> Plainly:
        """A part of a section."""
        match one:
            case Paragraph(words):
                return {"part": "paragraph", "words": [self.phrase(each) for each in words]}
            case Box(words):
                return {"part": "box", "words": [self.phrase(each) for each in words]}
            case Working(lines):
                return {"part": "working", "lines": list(lines)}
            case Table():
                return self.table(one)
            case MatrixForm():
                return matrix(one)
            case Drawing(values, gradients):
                return {"part": "drawing", "values": values, "gradients": gradients}

    def table(self, one: Table) -> Plainly:
        """A table, cell by cell."""
        return {
            "part": "table",
            "caption": None if one.caption is None else self.phrase(one.caption),
            "heads": [self.cell(each) for each in one.heads],
            "rows": [[self.cell(each) for each in row] for row in one.rows],
            "total": one.total,
            "anchors": list(one.anchors),
        }


def symbol(one: Symbol) -> Plainly:
    """A name as formulas and as programs have it."""
    return {"latex": one.latex, "name": one.name}


def check(one: Check) -> Plainly:
    """A numeric check."""
    return {
        "numeric": number(one.numeric),
        "difference": number(one.difference),
        "verdict": one.verdict,
    }


def matrix(one: MatrixForm) -> Plainly:
    """A matrix step: its numbers by their addresses."""
    return {
        "part": "matrix",
        "left": one.left.latex,
        "code": one.code,
        "formula": one.formula,
        "shapes": one.shapes,
        "names": [[each.latex for each in row] for row in one.names],
        "addresses": [list(row) for row in one.addresses],
    }


def drawing(one: NetworkDrawing | GraphDrawing | None) -> Plainly | None:
    """The drawing as what stands where."""
    if isinstance(one, NetworkDrawing):
        return {
            "kind": "network",
            "layers": [[_neuron(each) for each in layer] for layer in one.layers],
            "edges": [_slots(each, "layer", "source", "target", "weight", "gradient")
                      for each in one.edges],
            "loss": one.loss,
        }  # fmt: skip
    if isinstance(one, GraphDrawing):
        names = ("label", "value", "gradient", "inputs")
        knots = [_slots(each, *names) for each in one.knots]
        return {"kind": "graph", "knots": knots}
    return None


def _neuron(one: Any) -> Plainly:
    told = _slots(one, "net", "out", "bias", "activation")
    return {"symbol": symbol(one.symbol), **told}


def _slots(one: Any, *names: str) -> Plainly:
    found: Mapping[str, Any] = {name: getattr(one, name) for name in names}
    return {name: list(value) if isinstance(value, tuple) else value
            for name, value in found.items()}  # fmt: skip
