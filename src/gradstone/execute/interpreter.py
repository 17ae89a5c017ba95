"""The definition of every number: NumPy, one row at a time. Other roads must agree with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradstone.autodiff.rewrite import lower
from gradstone.execute.executor import Array, check_inputs
from gradstone.execute.looping import PlainLoop, Stepping
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph, walk

Instruction = tuple[Callable[..., Any], tuple[int, ...], int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Trace:
    """Every value of one run, by node.

    Attributes:
        graph: what was run, as it was told. outputs: the graph's outputs.
        values: an array for each node that was reached, defined rows among them.
    """

    graph: Graph
    outputs: tuple[Array, ...]
    values: dict[Node, Array]

    def __getitem__(self, node: Node) -> Array:
        return self.values[node]


class Interpreter:
    """Runs a graph with NumPy."""

    name = "interpreter"

    def compile(self, graph: Graph) -> InterpretedProgram:
        """The graph as a list of calls; values are dropped once nothing needs them."""
        return InterpretedProgram(graph)

    def loop(self, stepping: Stepping, x: Array, t: Array) -> PlainLoop:
        """A step on batches of these arrays, one after the other in Python."""
        return PlainLoop(self, stepping, x, t)

    def trace(self, graph: Graph, *arrays: Any) -> Trace:
        """Run a graph and keep every value, those of defined rows too.

        Raises:
            ShapeError, KindError: values that do not fit the inputs.
        """
        program = InterpretedProgram(graph, keep=True)
        slots = program.run([np.asarray(array) for array in arrays])
        values = {
            told: np.asarray(slots[program.places[node]]) for told, node in program.lowered.items()
        }
        return Trace(graph, tuple(values[node] for node in graph.outputs), values)


class InterpretedProgram:
    """A graph lowered to primitives and laid out as calls on numbered slots."""

    def __init__(self, graph: Graph, keep: bool = False) -> None:
        """Lay the graph out; with keep, no value is dropped during a run."""
        self.graph = graph
        plain, self.lowered = lower(graph)
        order = walk((*graph.inputs, *plain.outputs, *(self.lowered.values() if keep else ())))
        self.places = {node: place for place, node in enumerate(order)}
        self.outputs = tuple(self.places[node] for node in plain.outputs)
        self.template: list[Any] = [None] * len(order)
        for node in order:
            if node.op.name == "constant":
                value = dict(node.attributes)["value"]
                self.template[self.places[node]] = getattr(value, "array", value)
        self.instructions = self._instructions(order, keep)

    def _instructions(self, order: Sequence[Node], keep: bool) -> list[Instruction]:
        last = {one: node for node in order for one in node.inputs}
        instructions, outputs = [], set(self.outputs)
        for node in order:
            if node.op.kind != "source":
                dead = [] if keep else [
                    self.places[one]
                    for one in dict.fromkeys(node.inputs)
                    if last[one] is node and one.op.kind != "source"
                    and self.places[one] not in outputs
                ]  # fmt: skip
                sources = tuple(self.places[one] for one in node.inputs)
                instructions.append((_call(node), sources, self.places[node], tuple(dead)))
        return instructions

    def __call__(self, *arrays: Array) -> list[Array]:
        """The outputs for the values of the inputs; the arrays given stay untouched."""
        slots = self.run(arrays)
        return [np.asarray(slots[place]) for place in self.outputs]

    def place(self, node: Node) -> int:
        """The slot of a node of the graph, where every value is kept."""
        return self.places[self.lowered.get(node, node)]

    def run(self, arrays: Sequence[Array]) -> list[Any]:
        """All slots after one run."""
        check_inputs(self.graph, arrays)
        slots = self.template.copy()
        slots[: len(arrays)] = arrays
        with np.errstate(all="ignore"):
            for function, sources, place, dead in self.instructions:
                slots[place] = function(*[slots[one] for one in sources])
                for one in dead:
                    slots[one] = None
        return slots

    def chained(self, arrays: Sequence[Array], feeds: Mapping[Node, Node]) -> list[Any]:
        """All slots after a run in which some inputs take the value of other nodes.

        Args:
            feeds: input -> the node whose value it takes, which must be an earlier output's. The
                array given for such an input is not used.
        """
        slots = self.template.copy()
        slots[: len(arrays)] = arrays
        takers: dict[int, list[int]] = {}
        for taker, source in feeds.items():
            takers.setdefault(self.place(source), []).append(self.places[taker])

        def pass_on(place: int) -> None:
            for taker in takers.get(place, ()):
                slots[taker] = slots[place]
                pass_on(taker)

        for node, place in self.places.items():
            if node.op.kind == "source" and node not in feeds:
                pass_on(place)
        with np.errstate(all="ignore"):
            for function, sources, place, _ in self.instructions:
                slots[place] = function(*[slots[one] for one in sources])
                pass_on(place)
        return slots


def _call(node: Node) -> Callable[..., Any]:
    assert node.op.forward is not None, f"{node.op.name} should have been lowered"
    return partial(node.op.forward, np, **dict(node.attributes))


def run(graph: Graph, *arrays: Any) -> list[Array]:
    """The graph's outputs for some values, interpreted once."""
    return Interpreter().compile(graph)(*(np.asarray(array) for array in arrays))
