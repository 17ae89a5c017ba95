"""How a known mistake is planted into a graph: another derivative rule, or another graph.

A mistake of the backward pass is a rule that stands in for the table's at some nodes, given to
`gradient`; a mistake of the forward pass is a graph with some nodes replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradstone.autodiff.gradient import Shares, differentiated, gradient, shares
from gradstone.autodiff.rewrite import replace, rewrite, value_of
from gradstone.checking.plain_losses import cross_entropy_of, softmax_of
from gradstone.errors import GradstoneError
from gradstone.graph.node import Node, apply
from gradstone.graph.walk import Graph, walk

Rule = Callable[[Node, Node], Shares]
Local = Callable[[Node, Node], Sequence[Node | None]]

MANY_NODES = 600  # in larger graphs mistakes are planted everywhere at once only
MANY_SITES = 24  # with more places, not at each of them


@dataclass(frozen=True, slots=True)
class Subject:
    """What mistakes are planted into.

    Attributes:
        output: the scalar that is differentiated. wrt: by what.
        names: of these nodes. inputs: all inputs of the graph.
        rate: the learning rate, where a whole step is looked at.
    """

    output: Node
    wrt: tuple[Node, ...]
    names: Mapping[Node, str]
    inputs: tuple[Node, ...]
    rate: float | None = None

    def nodes(self) -> list[Node]:
        """All nodes that the derivative speaks of, operands first."""
        return walk([self.output], differentiated)

    def told(self) -> list[Node]:
        """All nodes as the function was written, operands first."""
        return walk([self.output])

    def depends(self) -> set[Node]:
        """The nodes that depend on what is differentiated."""
        found = set(self.wrt)
        for node in self.nodes():
            if any(one in found for one in differentiated(node)):
                found.add(node)
        return found


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake at some place: the output and the rule with which its gradient is taken.

    Attributes:
        place: where, in words, as "at the sigmoid of layer 2"; may be empty.
        output: the function's value, with the mistake if the forward pass has it.
        rule: the derivative rule, with the mistake if the backward pass has it.
    """

    place: str
    output: Node
    rule: Rule = shares

    def gradient(self, wrt: Sequence[Node]) -> tuple[Node, ...]:
        """The gradient that this mistake gives, with respect to any nodes."""
        return gradient(self.output, wrt, rule=self.rule)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row of the table of mistakes.

    Attributes:
        name: a few words, the same wherever the mistake is named.
        explanation: what was done, and what is right.
        plant: all places and ways in which it can be made in a graph.
    """

    name: str
    explanation: str
    plant: Callable[[Subject], Iterable[Planted]]


def by_rule(subject: Subject, sites: Sequence[Node], local: Local) -> Iterator[Planted]:
    """A backward mistake at all sites, at those of each layer, and at each single one."""
    for place, chosen in groups(subject, sites):
        yield Planted(place, subject.output, _standing_in(frozenset(chosen), local))


def _standing_in(chosen: frozenset[Node], local: Local) -> Rule:
    def rule(node: Node, g: Node) -> Shares:
        if node in chosen:
            return zip(node.inputs, local(node, g), strict=True)
        return shares(node, g)

    return rule


def by_graph(
    subject: Subject, sites: Sequence[Node], other: Callable[[Node], Node | None]
) -> Iterator[Planted]:
    """A forward mistake: other nodes of the same shape at all sites, a layer's, each one."""
    for place, chosen in groups(subject, sites):
        new = {site: made for site in chosen if (made := _possible(other, site)) is not None}
        if new:
            yield Planted(place, replace([subject.output], new)[0])


def _possible(other: Callable[[Node], Node | None], site: Node) -> Node | None:
    try:
        return other(site)
    except GradstoneError:  # shapes or dtypes that make this mistake impossible here
        return None


def groups(subject: Subject, sites: Sequence[Node]) -> Iterator[tuple[str, Sequence[Node]]]:
    """Sets of sites at which a mistake is made at once, with words for the place."""
    if not sites:
        return
    words = _words(subject, sites)
    yield (words[sites[0]] if len(sites) == 1 else "everywhere"), sites
    if len(sites) == 1 or len(subject.nodes()) > MANY_NODES:
        return
    layers: dict[int, list[Node]] = {}
    for site, layer in layer_of(subject, sites).items():
        layers.setdefault(layer, []).append(site)
    for layer, members in sorted(layers.items(), reverse=True):
        if 1 < len(members) < len(sites):
            yield f"in layer {layer}", members
    if len(sites) <= MANY_SITES:
        yield from ((words[site], [site]) for site in reversed(sites))


def layer_of(subject: Subject, sites: Sequence[Node]) -> dict[Node, int]:
    """How many of the sites, itself included, lie on the longest path to each."""
    chosen, depth = set(sites), dict[Node, int]()
    for node in subject.nodes():
        below = max((depth[one] for one in differentiated(node)), default=0)
        depth[node] = below + (node in chosen)
    return {site: depth[site] for site in sites}


def _words(subject: Subject, sites: Sequence[Node]) -> dict[Node, str]:
    layers = layer_of(subject, sites)
    return {site: _word(subject, site, layers[site]) for site in sites}


def _word(subject: Subject, site: Node, layer: int) -> str:
    parameters = [subject.names[one] for one in site.inputs if one in subject.names]
    if site.op.name in ("matmul", "add", "multiply") and parameters:
        return f"at {parameters[-1]}"
    if "loss" in site.op.tags:
        return f"at the {site.op.name}"
    return f"at the {site.op.name} of layer {layer}"


def activations(subject: Subject) -> list[Node]:
    """The activation nodes."""
    return [node for node in subject.nodes() if "activation" in node.op.tags]


def losses(subject: Subject) -> list[Node]:
    """The loss nodes, as the function was written."""
    return [node for node in subject.told() if "loss" in node.op.tags]


def products(subject: Subject) -> list[Node]:
    """The matrix products with something that is differentiated."""
    found = subject.depends()
    nodes = [node for node in subject.nodes() if node.op.name == "matmul"]
    return [node for node in nodes if any(one in found for one in node.inputs)]


def parameter_at(subject: Subject, node: Node) -> int | None:
    """Which operand is a parameter; None where none or all are."""
    places = [i for i, one in enumerate(node.inputs) if one in subject.names]
    return places[0] if len(places) == 1 and len(node.inputs) > 1 else None


def vjp(node: Node, g: Node, *inputs: Node, y: Node | None = None) -> list[Node | None]:
    """The row's own derivative rule, on other operands or another output than the node's."""
    assert node.op.vjp is not None
    return list(node.op.vjp(g, node if y is None else y, *inputs, **dict(node.attributes)))


def again(node: Node, *inputs: Node) -> Node:
    """The same row with the same attributes on other operands."""
    return apply(node.op.name, *inputs, **dict(node.attributes))


def recognised(graph: Graph) -> Graph:
    """The graph with 1 / (1 + e^(−x)) told as sigmoid, max(x, 0) as relu, affine as X W + b.

    eᶻ / Σ eᶻ is told as softmax, and the mean of −ln p of the labels as cross entropy.
    """
    return rewrite(graph, _recognised)[0]


def _recognised(node: Node) -> Node:
    if node.expansion is not None and node.op.vjp is None and not node.op.tags:
        return _divided(node.expansion)
    for rule in (softmax_of, cross_entropy_of):
        told = rule(node)
        if told is not None:
            return told
    if node.op.name == "maximum":
        for one, other in (node.inputs, node.inputs[::-1]):
            if value_of(other) == 0.0 and one.shape == node.shape:
                return apply("relu", one)
    net = _logistic(node)
    return node if net is None else apply("sigmoid", net)


def _divided(node: Node) -> Node:
    """A mean's expansion, with its sum told as cross entropy where it is that."""
    found = cross_entropy_of(node.inputs[0]) if node.op.name == "divide" else None
    return node if found is None else found / node.inputs[1]


def _logistic(node: Node) -> Node | None:
    below = _other_than_one(node, "divide", (0,))
    power = None if below is None else _other_than_one(below, "add", (0, 1))
    if power is None or power.op.name != "exp":
        return None
    (inner,) = power.inputs
    return inner.inputs[0] if inner.op.name == "negate" else None


def _other_than_one(node: Node, name: str, places: Sequence[int]) -> Node | None:
    """The other operand of a row where one operand is the number 1."""
    if node.op.name != name:
        return None
    return next((node.inputs[1 - i] for i in places if value_of(node.inputs[i]) == 1.0), None)
