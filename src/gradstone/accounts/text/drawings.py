"""Sketches: a network from left to right; graphs and larger networks as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradstone.accounts.account import Code, Drawing, NetworkDrawing, Neuron, Phrase
from gradstone.accounts.listing import incoming, listed, symbol
from gradstone.accounts.text.cells import Page
from gradstone.accounts.text.styled import EMPTY, Styled, joined, restyled, styled, wrapped
from gradstone.accounts.text.tables import table

TALLEST = 8
"""Layers of so many neurons are sketched; larger ones are listed."""
ARROW = 5
"""Columns between two layers."""


def drawing(page: Page, one: Drawing) -> Iterator[Styled]:
    """The story's drawing, where it has one: a sketch of names, or a table of numbers."""
    shape = page.story.drawing
    if isinstance(shape, NetworkDrawing) and not (one.values or one.gradients):
        sketch = list(_sketch(page, shape))
        if sketch and max(line.width for line in sketch) <= page.width:
            yield from wrapped(page.said("drawing_circle"), page.width)
            yield EMPTY
            yield from sketch
            return
    told = listed(page.story, one)
    if told is not None:
        yield from table(page, told)


def _name(page: Page, address: str, style: str = "") -> Styled:
    return page.formula(symbol(page.story, address).latex, style)


def _sketch(page: Page, one: NetworkDrawing) -> Iterator[Styled]:
    """Layers side by side; none where a layer is too large."""
    if max(len(layer) for layer in one.layers) > TALLEST:
        return
    columns = [_column(page, one, place) for place in range(len(one.layers))]
    columns.append([page.said("drawing_loss", "faint"), EMPTY, _name(page, one.loss, "title")])
    height = max(len(column) for column in columns)
    columns = [_centred(column, height) for column in columns]
    widths = [max(line.width for line in column) for column in columns]
    arrow = styled("-->" if page.ascii else "──▶", "forward").padded(ARROW, 1)
    middle = 2 + (height - 2) // 2
    for row in range(height):
        between = arrow if row == middle else styled(" " * ARROW)
        line = columns[0][row].padded(widths[0])
        for column, width in zip(columns[1:], widths[1:], strict=True):
            line += between + column[row].padded(width)
        yield line


def _column(page: Page, one: NetworkDrawing, place: int) -> list[Styled]:
    """A layer's title, and each of its neurons with what comes in below it."""
    neurons = one.layers[place]
    lines = [_title(page, place, neurons), EMPTY]
    for number, neuron in enumerate(neurons):
        lines.append(_circle(page, neuron))
        if neuron.net:
            lines.append(_weights(page, one, place, number))
            lines += [EMPTY] if number < len(neurons) - 1 else []
    return lines


def _centred(column: list[Styled], height: int) -> list[Styled]:
    above = (height - len(column)) // 2
    filled = [*column[:2], *[EMPTY] * above, *column[2:]]
    return [*filled, *[EMPTY] * (height - len(filled))]


def _title(page: Page, place: int, neurons: Sequence[Neuron]) -> Styled:
    if not place:
        return page.said("drawing_inputs", "faint")
    name = page.phrase(Phrase("drawing_layer", {"number": Code(str(place))}))
    activation = neurons[0].activation
    return restyled(name + styled(f" ({activation})" if activation else ""), "faint")


def _circle(page: Page, neuron: Neuron) -> Styled:
    names = [] if neuron.net in ("", neuron.out) else [neuron.net]
    inner = joined(
        (_name(page, one) for one in (*names, neuron.out)), " | " if page.ascii else " │ "
    )
    return styled("( ") + inner + styled(" )")


def _weights(page: Page, one: NetworkDrawing, layer: int, place: int) -> Styled:
    """Weights and bias of a neuron."""
    told = joined((_name(page, edge.weight) for edge in incoming(one, layer, place)), " ")
    bias = one.layers[layer][place].bias
    return styled("  ") + told + (styled(", ") + _name(page, bias) if bias else EMPTY)
