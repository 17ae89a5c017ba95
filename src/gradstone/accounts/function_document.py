"""The document of a function's account: its sections and its drawing."""

from __future__ import annotations

from collections.abc import Sequence

from gradstone.accounts.account import (
    Code,
    Drawing,
    GraphDrawing,
    Knot,
    Paragraph,
    Part,
    Phrase,
    Section,
    Table,
    Value,
    Working,
)
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.numbers import printed
from gradstone.accounts.tables import numbers_table
from gradstone.accounts.teller import Teller
from gradstone.autodiff.rewrite import value_of
from gradstone.graph.node import Node


def function_sections(
    ledger: Ledger, given: Sequence[str], forward: Sequence[str], backward: Sequence[Part]
) -> tuple[Section, ...]:
    """The sections of a function's account; `forward` holds addresses."""
    lines = tuple(ledger.entries[one].line for one in forward)
    rows = tuple((ledger.entries[one].symbol, Value(one), Code(one)) for one in given)
    heads = (Phrase("name"), Phrase("value"), Phrase("program_name"))
    return (
        Section("given", Phrase("section_given"), (Drawing(values=True), Table(heads, rows))),
        Section("forward", Phrase("section_forward"), (Working(lines),)),
        Section(
            "backward",
            Phrase("section_backward"),
            (Paragraph((Phrase("rule_once"),)), Drawing(True, True), *backward),
        ),
        Section("numbers", Phrase("section_numbers"), (numbers_table(ledger),), folded=True),
    )


def graph_drawing(teller: Teller, order: Sequence[Node]) -> GraphDrawing | None:
    """The computation graph, where every node is a single number."""
    shown = [node for node in order if node in teller.known or node.op.name == "constant"]
    if any(node.shape for node in shown) or len(shown) > 40:
        return None
    ledger = teller.ledger
    places = {node: place for place, node in enumerate(shown)}
    knots = []
    for node in shown:
        constant = node.op.name == "constant"
        address = "" if constant else ledger.addresses.get(teller.known[node].item(), "")
        gradient = f"d{address}" if f"d{address}" in ledger.entries else ""
        label = "" if node.op.kind == "source" else node.op.name
        label = printed(value_of(node) or 0.0).text if constant else label
        inputs = tuple(places[one] for one in node.inputs if one in places)
        knots.append(Knot(label, address, gradient, inputs))
    return GraphDrawing(tuple(knots))
