"""An account's drawing as text for Graphviz: nodes with their values and gradients.

The text holds no words of either language: symbols, numbers, and colours, blue on the way forward
and orange on the way back. `dot -Tsvg step.dot -o step.svg` lays it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from gradstone.accounts.account import GraphDrawing, Knot, NetworkDrawing, Neuron, Story
from gradstone.accounts.html.graph import SIGNS
from gradstone.accounts.html.standalone import no_drawing
from gradstone.accounts.html.svg import Piece, pieces, plain, spelled
from gradstone.accounts.numbers import printed

FORWARD, BACKWARD = "#0072B2", "#D55E00"
HEAD = """\
  graph [rankdir=LR, nodesep=0.3, ranksep=0.8, bgcolor=white];
  node [shape=box, style="rounded,filled", fillcolor=white, margin="0.12,0.06"];
  node [fontname="Helvetica"];
  edge [fontname="Helvetica", fontsize=11, arrowsize=0.7];
"""
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
LINE, SPACE = "<br/>", "&nbsp;&nbsp;"


def to_dot(story: Story) -> str:
    """The computation graph, or the network, of an account in Graphviz's language DOT, UTF-8.

    Values are blue, gradients orange. In a graph the dashed edges lead gradients back; in a network
    weights and their gradients stand at the edges.

    Raises:
        RangeError: the account has no drawing.
    """
    match story.drawing:
        case GraphDrawing(knots):
            lines = _graph(story, knots)
        case NetworkDrawing() as drawn:
            lines = _network(story, drawn)
        case None:
            raise no_drawing()
    name = str(story.settings.get("function", story.kind))
    return f"digraph {quoted(name)} {{\n{HEAD}" + "".join(f"  {one};\n" for one in lines) + "}\n"


def quoted(text: str) -> str:
    r"""A text as a quoted string of DOT, shown as it is.

    >>> print(quoted('a "b" & \\c'))
    "a \"b\" &amp; \\c"
    """
    line = " ".join(text.split()).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{line}"'


# Graphs -------------------------------------------------------------------------------------------
def _graph(story: Story, knots: Sequence[Knot]) -> Iterator[str]:
    for place, knot in enumerate(knots):
        rows = [_bold(SIGNS.get(knot.label, knot.label))] if knot.label else []
        told = _told(story, knot.value, knot.gradient, LINE)
        rows += [told] if told else []
        shape = "" if knot.inputs else ', fillcolor="#F5F7F9"'
        tip = _tip(story, knot.value, knot.gradient)
        yield f"n{place} [label=<{LINE.join(rows)}>, tooltip={tip}{shape}]"
        for source in knot.inputs:
            yield f'n{source} -> n{place} [color="{FORWARD}"]'
    for place, knot in enumerate(knots):
        for source in dict.fromkeys(knot.inputs):
            if knots[source].gradient:
                style = f'color="{BACKWARD}", style=dashed, constraint=false'
                yield f"n{place} -> n{source} [{style}]"


def _told(story: Story, value: str, gradient: str, between: str) -> str:
    """A name with its value, and its gradient; "" for no entry."""
    told = []
    if value in story.entries:
        name = _name(pieces(story.entries[value].symbol))
        told.append(f"{name} = {_coloured(story, value, FORWARD)}")
    if gradient in story.entries:
        told.append(_coloured(story, gradient, BACKWARD))
    return between.join(told)


# Networks -----------------------------------------------------------------------------------------
def _network(story: Story, drawn: NetworkDrawing) -> Iterator[str]:
    for layer, neurons in enumerate(drawn.layers):
        names = [f"n{layer}_{place}" for place in range(len(neurons))]
        for name, neuron in zip(names, neurons, strict=True):
            yield _neuron(story, name, neuron)
        yield f"{{rank=same; {'; '.join(names)}}}"
    tip = _tip(story, drawn.loss)
    yield f"loss [label=<{_told(story, drawn.loss, '', LINE)}>, tooltip={tip}]"
    for edge in drawn.edges:
        source, target = (f"n{edge.layer}_{edge.source}", f"n{edge.layer + 1}_{edge.target}")
        label = _told(story, edge.weight, edge.gradient, LINE)
        tip = _tip(story, edge.weight, edge.gradient)
        yield f'{source} -> {target} [label=<{label}>, color="{FORWARD}", tooltip={tip}]'
    for place in range(len(drawn.layers[-1])):
        yield f'n{len(drawn.layers) - 1}_{place} -> loss [color="{FORWARD}"]'


def _neuron(story: Story, name: str, neuron: Neuron) -> str:
    rows = [_bold(neuron.activation)] if neuron.activation else []
    addresses = [neuron.net, neuron.out] if neuron.net != neuron.out else [neuron.out]
    addresses += [neuron.bias] if neuron.bias else []
    rows += [_told(story, one, f"d{one}", SPACE) for one in addresses if one in story.entries]
    tip = _tip(story, *addresses)
    shape = "" if neuron.net else ', fillcolor="#F5F7F9"'
    return f"{name} [label=<{LINE.join(rows)}>, tooltip={tip}{shape}]"


# Words --------------------------------------------------------------------------------------------
def _bold(text: str) -> str:
    return f"<b>{escape(text, quote=False)}</b>"


def _name(told: Iterable[Piece]) -> str:
    """A symbol in a line: w₅, net_h1, h(2); Graphviz sets subscripts over what stands below."""
    made = []
    for text, style in told:
        shown = escape(text, quote=False)
        if style == "below":
            shown = shown.translate(LOWERED) if text.isdecimal() else f"_{shown}"
        made.append(f"<i>{shown}</i>" if style == "letter" else shown)
    return "".join(made)


def _coloured(story: Story, address: str, colour: str) -> str:
    return f'<font color="{colour}">{_number(story, address)}</font>'


def _number(story: Story, address: str) -> str:
    entry = story.entries[address]
    return plain(printed(entry.value, story.digits, story.digits, entry.given))


def _tip(story: Story, *addresses: str) -> str:
    """Names and numbers, for who points at a node."""
    known = [one for one in addresses if one in story.entries]
    told = (f"{spelled(story.entries[one].symbol)} = {_number(story, one)}" for one in known)
    return quoted(", ".join(told))
