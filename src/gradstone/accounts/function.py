"""The account of a function: each step forward, each gradient backward, in numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.accounts.account import Code, Paragraph, Part, Phrase, Story, Working
from gradstone.accounts.checks import checks
from gradstone.accounts.function_document import function_sections, graph_drawing
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.scalar import entrywise, node_at, without_zeros
from gradstone.accounts.symbol import Symbol, derivative
from gradstone.accounts.teller import (
    Names,
    Teller,
    counted,
    local_shares,
    opened,
    place_of,
    summed,
    told_order,
)
from gradstone.autodiff.gradient import differentiated, shares
from gradstone.errors import NoGradientError, RangeError, ShapeError
from gradstone.execute.interpreter import Interpreter, Trace
from gradstone.functions.trace import trace
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.walk import walk

Array = np.ndarray[Any, Any]
MOST = 2000
"""Entries a function may have in all to be told in numbers."""
END = Symbol("E")


@dataclass(slots=True)
class _Told:
    """One telling: names, values and gradients of the nodes of a function."""

    teller: Teller
    values: Trace
    end: Node
    roles: Mapping[Node, str]
    letters: dict[Node, str] = field(default_factory=dict)
    gradients: dict[Node, Array] = field(default_factory=dict)
    forward: list[str] = field(default_factory=list)
    backward: list[Part] = field(default_factory=list)
    opened: set[Node] = field(default_factory=set)
    numbered: int = 0

    def letter(self, node: Node) -> str:
        """What a node is called: its role, else v1, v2 and so on."""
        if node not in self.letters:
            role = self.roles.get(node)
            if role is None:
                self.numbered += 1
                role = f"v{self.numbered}"
            self.letters[node] = role
        return self.letters[node]

    def symbol(self, node: Node, place: tuple[int, ...]) -> Symbol:
        """The name of an entry."""
        letter = self.letter(node)
        if not letter.removeprefix("v").isdigit():
            return Symbol(letter, counted(place))
        number = letter.removeprefix("v")
        return Symbol("v", counted(place), layer=number) if place else Symbol("v", number)

    def names(self, node: Node) -> Names:
        return lambda place: (self.letter(node) + place_of(place), self.symbol(node, place))

    def gradient_names(self, node: Node, end: Symbol) -> Names:
        return lambda place: (
            f"d{self.letter(node)}{place_of(place)}",
            derivative(end, self.symbol(node, place)),
        )


def function_story(
    f: Callable[..., Any],
    arguments: Sequence[Any],
    upstream: Any = None,
    digits: int = 6,
) -> Story:
    """The account of a function of numbers and arrays.

    Args:
        f: ordinary Python on gs functions. arguments: numbers and arrays; all of them are
            differentiated, but for whole arrays.
        upstream: the gradient coming in, where the function gives an array.
        digits: promised.

    Raises:
        ShapeError: an array came back and no upstream gradient is given. RangeError: too many
            entries to tell.
    """
    floats = [i for i, one in enumerate(arguments) if _is_float(one)]
    traced = trace(f, arguments, floats)
    end = traced.graph.outputs[0]
    values = Interpreter().trace(traced.graph, *traced.arrays)
    order = told_order([end])
    count = sum(node.size for node in order)
    if count > MOST:
        came, wanted = f"{count} numbers came", f"at most {MOST} are told one by one"
        raise RangeError("explain", came, wanted, "Give smaller arrays.")
    if end.shape and upstream is None:
        came = f"the function gives an array of shape {end.shape}"
        advice = "Give upstream=…, or sum it first."
        raise ShapeError("explain", came, "a number, or an upstream gradient, is wanted", advice)
    ledger = Ledger(digits)
    teller = Teller(ledger, lambda node: np.asarray(values[node]))
    told = _Told(teller, values, end, dict(traced.graph.roles))
    inputs = [one for one in traced.graph.inputs if one in set(order)]
    for node in inputs:
        teller.given(node, np.asarray(values[node], dtype=float), told.names(node))
    given = tuple(ledger.entries)
    core = end
    while not entrywise(core) and core.expansion is not None:
        core = core.expansion
    if end not in told.roles:
        told.letters[core] = told.letters[end] = "y" if end.shape else "E"
    _forward(told, order)
    out = told.symbol(end, ()) if not end.shape else END
    try:
        _backward(told, end, out, upstream)
    except NoGradientError:
        told.backward.append(Paragraph((Phrase("no_gradient"),)))
    ledger.settle()
    _checked(told, inputs, upstream)
    sections = function_sections(ledger, given, told.forward, told.backward)
    return Story(
        "function",
        Phrase("head_function"),
        sections,
        ledger.entries,
        ledger.lines,
        {},
        given,
        digits,
        {"function": getattr(f, "__name__", "f")},
        ledger.inner,
        ledger.rests,
        graph_drawing(teller, order),
    )


def _is_float(value: Any) -> bool:
    array = np.asarray(value) if not isinstance(value, dict) else None
    if isinstance(value, bool | str) or array is None or array.dtype.kind not in "fiu":
        return False
    return array.dtype.kind == "f" or array.ndim == 0


def _forward(told: _Told, order: Sequence[Node]) -> None:
    teller = told.teller
    for node in order:
        if node in teller.known or node.op.name == "constant" or node.op.kind == "random":
            continue
        if node.op.kind == "view" or node.op.name == "cast":
            teller.known[node] = teller.rules(node)
        elif node.expansion is not None and not entrywise(node) and node.expansion in teller.known:
            teller.known[node] = teller.known[node.expansion]
            told.letters[node] = told.letter(node.expansion)
            told.opened.add(node.expansion)
        elif node.dtype.kind == "f":
            told.forward += teller.tell("F", node, told.names(node))


def _backward(told: _Told, end: Node, symbol: Symbol, upstream: Any) -> None:
    """From the end to the inputs: incoming gradients times local derivatives, routes added."""
    useful = _useful(end)
    arriving: dict[Node, list[Array]] = {}
    takers: dict[Node, list[Node]] = {}
    ends = _incoming(told, end, symbol, upstream)
    arriving[end] = [ends]
    for node in reversed(walk([end], _backward_inputs)):
        if node not in arriving or node not in useful:
            continue
        if node is end:
            symbols = ends
        elif node.op.kind == "view" or node.op.name == "cast" or node in told.opened:
            symbols = summed(arriving[node])
        else:
            symbols = _told_gradient(told, node, summed(arriving[node]), symbol, takers[node])
        told.gradients[node] = symbols
        for one, share in _shares(told, node, symbols):
            if one in useful:
                arriving.setdefault(one, []).append(share)
                takers.setdefault(one, []).append(node)


def _incoming(told: _Told, end: Node, symbol: Symbol, upstream: Any) -> Array:
    """The gradient that comes in at the end: given, or 1."""
    start = np.ones(end.shape) if upstream is None else np.asarray(upstream, dtype=float)
    if start.shape != end.shape:
        came, wanted = f"upstream of shape {start.shape} came", f"{end.shape} is wanted"
        raise ShapeError("explain", came, wanted)
    ends = np.empty(end.shape, object)
    names = told.gradient_names(end, symbol)
    for place in np.ndindex(end.shape):
        ends[place] = told.teller.ledger.given(*names(place), float(start[place]))
    return ends


def _backward_inputs(node: Node) -> tuple[Node, ...]:
    """Where a gradient goes on to; the size of an array, say, hands none on."""
    if node.op.vjp is None:
        return node.inputs if entrywise(node) else differentiated(node)
    if node.dtype.kind != "f":
        return ()
    told = shares(node, input_node(node.shape, node.dtype))
    return tuple(one for one, share in told if share is not None)


def _useful(end: Node) -> set[Node]:
    found: set[Node] = set()
    for node in walk([end], _backward_inputs):
        inputs = _backward_inputs(node)
        if node.dtype.kind == "f" and (
            node.op.name == "input" or any(one in found for one in inputs)
        ):
            found.add(node)
    return found


def _shares(told: _Told, node: Node, symbols: Array) -> list[tuple[Node, Array]]:
    """What each input gets of a node's gradient, entry by entry."""
    if node.op.kind == "source":
        return []
    if not entrywise(node) and node.op.vjp is None and node.expansion is not None:
        return [(node.expansion, symbols)]
    g = input_node(node.shape, node.dtype)
    found = local_shares(node, g)
    _told_helpers(told, [share for _, share in found])
    told.teller.known[g] = symbols
    return [(one, told.teller.rules(share)) for one, share in found]


def _told_helpers(told: _Told, shares: Sequence[Node]) -> None:
    """Rows within a derivative that are more than entries, as softmax, get lines before it."""
    known = told.teller.known
    for node in walk(shares, lambda one: () if one in known else one.inputs):
        if node not in known and node.expansion is not None and not entrywise(node):
            reached = walk([node.expansion], lambda one: () if one in known else opened(one))
            if all(one in known or one.op.kind != "source" or one.op.name == "constant"
                   for one in reached):  # fmt: skip
                _forward(told, [*reached, node])


def _told_gradient(
    told: _Told, node: Node, rules: Array, end: Symbol, takers: Sequence[Node]
) -> Array:
    """Lines for the gradient that reaches a node, and what those who use it do, in words."""
    symbols, lines = np.empty(node.shape, object), []
    names, ledger = told.gradient_names(node, end), told.teller.ledger
    for place in np.ndindex(node.shape):
        address, symbol = names(place)
        rule = without_zeros(node_at(rules, place))
        symbols[place] = ledger.line("B", address, symbol, rule)
        lines.append(ledger.entries[address].line)
    words = _rule_words(takers)
    told.backward += [Paragraph(words)] if words else []
    told.backward.append(Working(tuple(lines)))
    return symbols


RULES = frozenset({"add", "multiply", "maximum", "minimum", "max", "sum", "matmul", "divide"})
"""Rows whose derivative is told in words, too: the phrases rule_add and so on."""


def _rule_words(takers: Sequence[Node]) -> tuple[Phrase, ...]:
    """What the rows that use a value do with the gradient, in words."""
    words = [Phrase(f"rule_{one}") for one in dict.fromkeys(node.op.name for node in takers)
             if one in RULES]  # fmt: skip
    routes = [Phrase("rule_routes", {"count": Code(str(len(takers)))})] if len(takers) > 1 else []
    return (*words, *routes)


def _checked(told: _Told, inputs: Sequence[Node], upstream: Any) -> None:
    """Central differences beside the gradients of the inputs."""
    end, ledger = told.end, told.teller.ledger
    output = end
    if end.shape:
        weights = constant(np.asarray(upstream, dtype=float))
        output = apply("sum", end * weights)
    values = {node: np.asarray(told.values[node]) for node in inputs}
    for node in inputs:
        if node not in told.gradients or node.dtype.kind != "f":
            continue
        addresses = [f"d{told.letter(node)}{place_of(place)}" for place in np.ndindex(node.shape)]
        mine = np.array([ledger.value(one) for one in addresses]).reshape(node.shape)
        found = checks(output, node, values, inputs, mine, range(node.size))
        for place, check in found.items():
            if ledger.entries[addresses[place]].line:
                ledger.checked(addresses[place], check)
