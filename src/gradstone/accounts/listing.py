"""Drawings as tables, for formats that cannot draw, and for networks too large for a sketch."""

from __future__ import annotations

from gradstone.accounts.account import (
    Cell,
    Code,
    Drawing,
    Edge,
    Formula,
    GraphDrawing,
    Knot,
    NetworkDrawing,
    Neuron,
    Phrase,
    Story,
    Table,
    Value,
)
from gradstone.accounts.formula import forms
from gradstone.accounts.symbol import Symbol

MOST_WEIGHTS = 6
"""Of so many weights into a neuron all are named."""
LONGEST = 60
"""Signs of LaTeX a formula of a graph's node may have; beyond, its operation is named."""
NONE = Code("")


def listed(story: Story, one: Drawing) -> Table | None:
    """The story's drawing as a table; None where it has none.

    A network's connections with their gradients, or its neurons with their values or names; a
    graph's nodes in order of computation.
    """
    shape = story.drawing
    if isinstance(shape, GraphDrawing):
        return _knots(story, shape, one)
    if isinstance(shape, NetworkDrawing):
        return _edges(story, shape) if one.gradients else _neurons(story, shape, one.values)
    return None


def symbol(story: Story, address: str) -> Symbol:
    """The name of an entry."""
    return story.entries[address].symbol


def incoming(shape: NetworkDrawing, layer: int, place: int) -> list[Edge]:
    """The connections into a neuron."""
    return [one for one in shape.edges if one.layer == layer - 1 and one.target == place]


def _neurons(story: Story, shape: NetworkDrawing, values: bool) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for layer, neurons in enumerate(shape.layers):
        for place, one in enumerate(neurons):
            out = one.out if one.out != one.net else ""
            row = [
                Code(str(layer)),
                one.symbol,
                *(_told(story, at, values) for at in (one.net, out)),
            ]
            row += [Code(one.activation)]
            row += [] if values else [_weights(story, shape, layer, place, one)]
            rows.append(tuple(row))
    heads: list[Cell] = [
        Phrase("drawing_number"), Phrase("drawing_neuron"), Symbol("net"), Symbol("out"),
        Phrase("drawing_activation"),
    ]  # fmt: skip
    heads += [] if values else [Phrase("drawing_incoming")]
    return Table(tuple(heads), tuple(rows))


def _told(story: Story, address: str, values: bool) -> Cell:
    if not address:
        return NONE
    return Value(address) if values else symbol(story, address)


def _weights(story: Story, shape: NetworkDrawing, layer: int, place: int, neuron: Neuron) -> Cell:
    """Weights and bias of a neuron, the first and the last where they are many."""
    names = [symbol(story, one.weight).latex for one in incoming(shape, layer, place)]
    if len(names) > MOST_WEIGHTS:
        names = [*names[:2], r"\ldots", names[-1]]
    names += [symbol(story, neuron.bias).latex] if neuron.bias else []
    return Formula(", ".join(names)) if names else NONE


def _edges(story: Story, shape: NetworkDrawing) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in shape.edges:
        source = shape.layers[one.layer][one.source].symbol
        target = shape.layers[one.layer + 1][one.target].symbol
        gradient: Cell = Value(one.gradient) if one.gradient else NONE
        path = Formula(rf"{source.latex} \to {target.latex}")
        rows.append((path, symbol(story, one.weight), Value(one.weight), gradient))
    heads: tuple[Cell, ...] = (
        Phrase("drawing_edge"), Phrase("drawing_weight"), Phrase("value"),
        Phrase("drawing_gradient"),
    )  # fmt: skip
    return Table(heads, tuple(rows))


def _knots(story: Story, shape: GraphDrawing, how: Drawing) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in shape.knots:
        if one.value:
            row: list[Cell] = [symbol(story, one.value), _made(story, one), Value(one.value)]
            row += [Value(one.gradient) if one.gradient else NONE] if how.gradients else []
            rows.append(tuple(row))
    heads: list[Cell] = [Phrase("drawing_node"), Phrase("drawing_rule"), Phrase("value")]
    heads += [Phrase("drawing_gradient")] if how.gradients else []
    return Table(tuple(heads), tuple(rows))


def _made(story: Story, one: Knot) -> Cell:
    line = story.lines.get(story.entries[one.value].line)
    formula = " ".join(forms(story, line).symbols) if line else ""
    return Formula(formula) if formula and len(formula) <= LONGEST else Code(one.label)
