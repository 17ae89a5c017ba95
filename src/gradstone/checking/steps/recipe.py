"""How each number of a step follows from those before it: rightly, or with a mistake planted.

A version of a step is a node for each quantity. A quantity is computed from numbers of one's own
by putting symbols in the place of the nodes before it, so that a mistake is looked for in the one
rule that made it, whatever went wrong earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gradstone.autodiff.gradient import differentiated, gradient
from gradstone.autodiff.rewrite import replace
from gradstone.checking.planting import Planted, Subject
from gradstone.checking.steps.quantities import Array, layer_of
from gradstone.execute.interpreter import InterpretedProgram, Interpreter
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.walk import Graph, walk

Nodes = Mapping[str, Node]
Update = Callable[[Nodes], dict[str, Node]]
Arrays = Mapping[str, Array]
TRIES = 2  # runs with shaken numbers, to see how far rounding goes


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake of the update.

    Attributes:
        name, explanation: as of every mistake.
        update: gradients by parameter -> the quantities "new W1", "new W1.m" …
    """

    name: str
    explanation: str
    update: Update


@dataclass(frozen=True, slots=True)
class Version:
    """A step, right or with a mistake: the node of each quantity.

    Attributes:
        nodes: by name, in order of computation.
        also: other right ways to some of them, as the loss from probabilities.
        ahead: whether its quantities are made from the new parameters, which come later.
    """

    nodes: Nodes
    also: Nodes = field(default_factory=dict)
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Computation:
    """A quantity as a function of other numbers."""

    program: InterpretedProgram
    names: tuple[str, ...]
    arrays: tuple[Array, ...]

    def value(self) -> Array:
        """What those numbers make of it."""
        return self.program(*self.arrays)[0]

    def noise(self, units: Sequence[Array]) -> Array:
        """How far it moves where each number is off by its unit, to one side or the other."""
        value, random = self.value(), np.random.default_rng(0)
        moved = np.zeros_like(value)
        for _ in range(TRIES):
            shaken = [
                one + unit * random.choice((-1.0, 1.0), one.shape) if one.dtype.kind == "f" else one
                for one, unit in zip(self.arrays, units, strict=True)
            ]
            moved = np.maximum(moved, np.abs(self.program(*shaken)[0] - value))
        return 4 * moved


@dataclass(frozen=True, slots=True)
class Recipe:
    """A step of training as `compare` takes it.

    Attributes:
        given: inputs by name: x, t, rate, parameters, state. values: their arrays.
        forward: net1, out1 … loss, in order.
        subject: the loss by the parameters.
        from_output: a loss on logits from the probabilities; None where there is no such loss.
        update: what the optimizer makes of the gradients. slips: its known mistakes.
        descent: whether the update is old − rate · gradient and no more.
        squashed: the output's activation where the loss has it in itself, else "".
    """

    given: Nodes
    values: Arrays
    forward: Nodes
    subject: Subject
    from_output: Callable[[Node, Node], Node] | None
    update: Update
    slips: tuple[Slip, ...] = ()
    descent: bool = False
    squashed: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """W1, b1 and so on."""
        return tuple(self.subject.names.values())

    @property
    def layers(self) -> int:
        """The number of the last layer."""
        return max(layer_of(name) or 0 for name in self.forward)

    @property
    def last(self) -> str:
        """The name of the network's output."""
        return f"out{self.layers}"

    def right(self) -> Version:
        """The step without mistakes."""
        return self.version(Planted("", self.subject.output))

    def version(
        self, planted: Planted, output: Node | None = None, update: Update | None = None
    ) -> Version:
        """The step with a mistake.

        Args:
            planted: the mistake of the forward or backward pass.
            output: what stands in place of the network's output.
            update: what stands in place of the optimizer's update.

        Raises:
            GradstoneError: shapes that make this mistake impossible here.
        """
        forward = followed(self.subject.output, planted.output, self.forward)
        forward["loss"] = planted.output
        if output is not None:
            forward[self.last] = output
        nodes = {**self.given, **forward, **self._backward(planted, forward)}
        slopes = {name: nodes[f"d{name}"] for name in self.parameters}
        nodes |= (update or self.update)(slopes)
        new = {self.given[name]: nodes[f"new {name}"] for name in self.parameters}
        nodes |= zip((f"after {one}" for one in forward), replace([*forward.values()], new),
                     strict=True)  # fmt: skip
        return Version(nodes, self._also(nodes))

    def _backward(self, planted: Planted, forward: Nodes) -> dict[str, Node]:
        path = set(walk([planted.output], differentiated))
        wanted: dict[str, Node] = {}
        slopes: dict[str, Node] = {}
        for layer in range(self.layers, -1, -1):
            out, net = forward.get(f"out{layer}"), forward.get(f"net{layer}")
            if out is not None and out in path:
                wanted[f"dout{layer}"] = out
                slope = None if net is None else _slope(out, net, planted)
                slopes |= {} if slope is None else {f"slope{layer}": slope}
            if net is not None and net in path:
                wanted[f"dnet{layer}"] = net
            own = [one for one in self.parameters if layer_of(one) == layer]
            wanted |= {f"d{name}": self.given[name] for name in own}
        nodes: dict[str, Node] = {}
        for name, node in zip(wanted, planted.gradient([*wanted.values()]), strict=True):
            local = f"slope{layer_of(name)}"
            if name.startswith("dnet") and local in slopes:
                nodes[local] = slopes[local]
            nodes[name] = node
        return nodes

    def _also(self, nodes: Nodes) -> dict[str, Node]:
        found = {}
        if self.from_output is not None:
            found["loss"] = self.from_output(nodes[self.last], nodes["t"])
        for layer in range(self.layers + 1):
            parts = nodes.get(f"dout{layer}"), nodes.get(f"slope{layer}")
            if parts[0] is not None and parts[1] is not None:
                found[f"dnet{layer}"] = parts[0] * parts[1]
        return found

    # Numbers ------------------------------------------------------------------------------------
    def computation(
        self, version: Version, name: str, known: Arrays, node: Node | None = None
    ) -> Computation:
        """A quantity as computed from known ones; what is not known is computed on the way.

        Args:
            known: all that is given, and any quantities but those that come after this one.
            node: another way to the quantity.
        """
        target = version.nodes[name] if node is None else node
        stands: dict[Node, Node] = {}
        inputs, names, arrays = [], [], []
        for one, array in known.items():
            at = version.nodes.get(one)
            if at is None or one == name or at in stands or array.shape != at.shape:
                continue
            symbol = at if one in self.given else input_node(at.shape, at.dtype)
            stands |= {} if one in self.given else {at: symbol}
            inputs.append(symbol)
            names.append(one)
            arrays.append(np.asarray(array, dtype=at.dtype))
        (made,) = replace([target], stands)
        program = Interpreter().compile(Graph(tuple(inputs), (made,)))
        return Computation(program, tuple(names), tuple(arrays))

    def all_values(self, version: Version, given: Arrays) -> dict[str, Array]:
        """Every quantity of a step from what is given."""
        names = [name for name in version.nodes if name not in self.given]
        graph = Graph(tuple(self.given.values()), tuple(version.nodes[name] for name in names))
        found = Interpreter().compile(graph)(*(given[name] for name in self.given))
        return {**given, **dict(zip(names, found, strict=True))}

    def histories(self, version: Version, given: Arrays, steps: int) -> dict[str, Array]:
        """Losses and parameters before each of some steps on the same batch, and after the last.

        A row a step: "history loss" (steps + 1,), "history W1" (steps + 1, *its shape) …
        """
        carried = [name for name in self.given if f"new {name}" in version.nodes]
        told = ["loss", *(f"new {name}" for name in carried)]
        graph = Graph(tuple(self.given.values()), tuple(version.nodes[name] for name in told))
        program, at, rows = Interpreter().compile(graph), dict(given), dict[str, list[Array]]()
        for _ in range(steps + 1):
            loss, *new = program(*(at[name] for name in self.given))
            for name, array in {"loss": loss, **{one: at[one] for one in self.parameters}}.items():
                rows.setdefault(f"history {name}", []).append(array)
            at |= dict(zip(carried, new, strict=True))
        return {name: np.stack(one) for name, one in rows.items()}


def _slope(out: Node, net: Node, planted: Planted) -> Node | None:
    """∂out/∂net entry by entry; None where an output depends on several nets."""
    if "activation" not in out.op.tags:
        return None
    ones = apply("broadcast", constant(1.0, out.dtype), shape=out.shape)
    return gradient(out, [net], ones, planted.rule)[0]


def followed(original: Node, planted: Node, named: Nodes) -> dict[str, Node]:
    """Where named nodes of one graph are in another, in which some nodes were replaced."""
    there = set(walk([planted]))
    found: dict[Node, Node] = {}
    stack = [(original, planted)]
    while stack:
        one, other = stack.pop()
        if one not in found:
            found[one] = one if one in there else other
            if one is not other and one.op is other.op and len(one.inputs) == len(other.inputs):
                stack.extend(zip(one.inputs, other.inputs, strict=True))
    path = set(walk([original]))
    places = {name: node if node in there else found.get(node) for name, node in named.items()}
    for name, node in named.items():
        if node not in path:  # an output beside the loss, as probabilities
            (places[name],) = replace([node], found)
    return {name: node for name, node in places.items() if node is not None}
