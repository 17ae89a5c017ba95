"""The chain rule of one parameter along every path to the loss.

A path runs over neurons, from the parameter's own neuron to the loss. Its factors stand from the
loss back to the parameter, so that the running product is the gradient that has arrived. The loss
with its output activation is one factor where the two fold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product as combined
from math import prod
from typing import Any, Protocol

import numpy as np

from gradstone.accounts.account import Formula, Phrase
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.naming import NetworkNames
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import place_of
from gradstone.accounts.told_graph import ToldGraph
from gradstone.errors import UnknownNameError, unknown
from gradstone.graph.node import Node
from gradstone.nn.layers import Dropout

Array = np.ndarray[Any, Any]
ALL, LARGEST = 16, 10
"""Up to ALL paths every one is told, beyond that the LARGEST."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One weight or bias: "W1[0,2]" is letter W, layer 1, source 0, target 2."""

    letter: str
    layer: int
    source: int | None
    target: int

    @property
    def name(self) -> str:
        """The array it stands in: "W1"."""
        return f"{self.letter}{self.layer}"

    @property
    def place(self) -> tuple[int, ...]:
        """Where it stands in that array."""
        return (self.target,) if self.source is None else (self.source, self.target)

    @property
    def address(self) -> str:
        """Its address."""
        return f"{self.name}{place_of(self.place)}"


def parameter(address: str, known: Sequence[str]) -> Parameter:
    """A parameter by its address, spaces and case aside; UnknownNameError with the nearest."""
    text = address.replace(" ", "")
    found = re.fullmatch(r"([Wwb])(\d+)\[(\d+)(?:,(\d+))?\]", text)
    if found is None or text.replace("w", "W") not in known:
        raise unknown("weight", address, known)
    letter, layer, first, second = found.groups()
    if letter in "Ww":
        return Parameter("W", int(layer), int(first), int(second))
    return Parameter("b", int(layer), None, int(first))


class Told(Protocol):
    """A step, whole or a thread of it, as paths need it."""

    @property
    def graph(self) -> ToldGraph:
        """The step's graph and its values."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Where lines are entered."""
        ...

    @property
    def names(self) -> NetworkNames:
        """What neurons and weights are called."""
        ...

    def node(self, address: str) -> Node:
        """The symbol of an entry."""
        ...

    def has(self, address: str) -> bool:
        """Whether there is such an entry."""
        ...

    def feeding_address(self, layer: int, sample: int, source: int) -> str:
        """The address of what a weight multiplies."""
        ...


@dataclass(slots=True)
class PathTeller:
    """Adds the paths of a parameter to a step's ledger.

    Attributes:
        lines: addresses of the paths told, then of the rest if there is one, then of the sum.
        count: how many paths there are over all samples.
    """

    step: Told
    parameter: Parameter
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def tell(self, key: int) -> bool:
        """Enter the paths; whether that can be done. key orders several parameters."""
        if not self._possible():
            return False
        widths = [one.outputs for one in self.step.names.linear[self.parameter.layer :]]
        samples = range(self.step.names.samples)
        self.count = prod(widths) * len(samples)
        few = self.count <= ALL
        chosen = list(self._every(widths, samples)) if few else list(self._largest())
        for number, (sample, path) in enumerate(chosen):
            self._line(number, sample, path, key)
        self._sum(few, key)
        return True

    def _possible(self) -> bool:
        """Whether every neuron passes one number on, so that paths exist."""
        layers = self.step.names.network.layers
        return self.step.graph.neuronwise and not any(isinstance(one, Dropout) for one in layers)

    def _every(self, widths: Sequence[int], samples: range) -> Iterator[tuple[int, list[int]]]:
        for sample in samples:
            for later in combined(*(range(n) for n in widths)):
                yield sample, [self.parameter.target, *later]

    def _largest(self) -> list[tuple[int, list[int]]]:
        """The paths of the largest products, the best of each neuron kept layer by layer."""
        found: list[tuple[float, int, list[int]]] = []
        for sample in range(self.step.names.samples):
            found += [(abs(value), sample, path) for value, path in self.best(sample)]
        found.sort(key=lambda one: -one[0])
        return [(sample, path) for _, sample, path in found[:LARGEST]]

    def best(self, sample: int) -> list[tuple[float, list[int]]]:
        """The products of the largest paths of a sample, with their neurons."""
        graph, last = self.step.graph, len(self.step.names.linear)
        heads = graph.array(f"dnet{last}")[sample]
        best = {k: [(float(head), [k])] for k, head in enumerate(heads)}
        for layer in range(last, self.parameter.layer, -1):
            weights = graph.numbers.parameters[f"W{layer}"]
            slopes = graph.array(f"slope{layer - 1}") if f"slope{layer - 1}" in graph.told else None
            rows = range(len(weights)) if layer - 1 > self.parameter.layer else [
                self.parameter.target]  # fmt: skip
            best = {
                j: sorted(
                    (
                        (value * float(weights[j, k]) * (1 if slopes is None else
                         float(slopes[sample, j])), [j, *path])
                        for k, every in best.items() for value, path in every
                    ),
                    key=lambda one: -abs(one[0]),
                )[:LARGEST]
                for j in rows
            }  # fmt: skip
        own = self.parameter
        x = 1.0 if own.source is None else float(graph.feeding(own.layer)[sample, own.source])
        return [(value * x, path) for value, path in best[own.target]]

    def _line(self, number: int, sample: int, path: list[int], key: int) -> None:
        factors = [self.step.node(one) for one in self._factors(sample, path) if self.step.has(one)]
        address = f"path {self.parameter.address} {number + 1}"
        rule = reduce(lambda a, b: a * b, factors)
        self.step.ledger.line(
            "P", address, Symbol("π", str(number + 1)), rule, sample=sample,
            reason=Phrase("path", {"path": Formula(self._route(sample, path))}), key=(key, number),
        )  # fmt: skip
        self.lines.append(address)

    def _factors(self, sample: int, path: list[int]) -> Iterator[str]:
        """Addresses from the loss back to the parameter."""
        layer, last = self.parameter.layer + len(path) - 1, path[-1]
        if self.step.has(f"slope{layer}[{sample},{last}]"):
            yield f"dout{layer}[{sample},{last}]"
            yield f"slope{layer}[{sample},{last}]"
        else:
            yield f"dnet{layer}[{sample},{last}]"
        for place in range(len(path) - 2, -1, -1):
            here, after = path[place], path[place + 1]
            number = self.parameter.layer + place
            yield f"W{number + 1}[{here},{after}]"
            yield f"slope{number}[{sample},{here}]"
        if self.parameter.source is not None:
            yield self.step.feeding_address(self.parameter.layer, sample, self.parameter.source)

    def _whole(self) -> Node:
        """The sum over all paths, layer by layer: Σ over samples of δ · input."""
        own, parts = self.parameter, []
        for sample in range(self.step.names.samples):
            part = self.step.node(f"dnet{own.layer}[{sample},{own.target}]")
            if own.source is not None:
                part = part * self.step.node(
                    self.step.feeding_address(own.layer, sample, own.source)
                )
            parts.append(part)
        return reduce(lambda a, b: a + b, parts)

    def _route(self, sample: int, path: list[int]) -> str:
        own = self.step.names.parameter(self.parameter.name)
        names = [own(self.parameter.place)[1].latex]
        for place, neuron in enumerate(path):
            names.append(self.step.names.neuron(self.parameter.layer + place, neuron).latex)
        text = r" \to ".join([*names, "E"])
        return text + (f"\\ [{sample + 1}]" if self.step.names.samples > 1 else "")

    def _sum(self, few: bool, key: int) -> None:
        ledger, own = self.step.ledger, self.parameter.address
        nodes: list[Node] = [ledger.node(one) for one in self.lines]
        shown = reduce(lambda a, b: a + b, nodes)
        if not few:
            rest = self._whole() - shown
            address = f"rest {own}"
            shown = shown + ledger.line(
                "P", address, Symbol("π", "rest"), rest, key=(key, 10**6),
                reason=Phrase("rest_of_paths", {"count": Formula(str(self.count - len(nodes)))}),
            )  # fmt: skip
            self.lines.append(address)
        ledger.line("P", f"paths {own}", Symbol("Σ", "paths"), shown, key=(key, 10**6 + 1))
        self.lines.append(f"paths {own}")


def check_sample(sample: int, count: int) -> int:
    """A sample's number from 0; UnknownNameError where there is none."""
    if not 0 <= sample < count:
        wanted = f"0 to {count - 1} are wanted, counted from 0"
        raise UnknownNameError("sample", f"number {sample} came", wanted)
    return sample
