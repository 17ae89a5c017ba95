"""What a layer does with its nets before it hands them on: activations and dropouts in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gradstone.accounts.scalar import entrywise
from gradstone.graph.node import Node
from gradstone.nn.layers import Activation, Dropout
from gradstone.nn.module import Stage

VALUES = {"slope": "out", "early": "keptnet", "mask": "kept"}
"""What the outcome of each kind is called."""


@dataclass(frozen=True, slots=True)
class Link:
    """An activation or a dropout of a layer.

    Attributes:
        kind: what gradients are multiplied by: "slope" for an activation; for a dropout "mask", or
            "early" where an activation of the layer follows.
        layer: its number; 0 before the first weights.
        order, count: its number from 1 among the layer's of its kind, and how many these are.
        before: the link before it in the layer; None for the first.
        source, node: what comes in and what goes out. applied: the activation; None for a dropout.
    """

    kind: str
    layer: int
    order: int
    count: int
    before: Link | None
    source: Node
    node: Node
    applied: Activation | None

    @property
    def step(self) -> int:
        """Its number in names; 0 for the last of its kind, which bears none."""
        return 0 if self.order == self.count else self.order

    @property
    def name(self) -> str:
        """What gradients are multiplied by, as "slope1", "mask1", "slope1_1"."""
        return f"{self.kind}{self.ending}"

    @property
    def letter(self) -> str:
        """What its outcome is called: "out", "kept", "keptnet"."""
        return VALUES[self.kind]

    @property
    def value(self) -> str:
        """The outcome's program name, as "out1", "kept1", "out1_1"."""
        return f"{self.letter}{self.ending}"

    @property
    def ending(self) -> str:
        """The layer and the step."""
        return f"{self.layer}_{self.step}" if self.step else str(self.layer)

    @property
    def mixing(self) -> bool:
        """Whether each output depends on all that comes in, as in softmax."""
        return self.applied is not None and not entrywise(self.node)


def layer_links(stages: Sequence[Stage], x: Node) -> dict[int, list[Link]]:
    """The links of every layer, 0 included, from its net on; x is what enters the network."""
    found: dict[int, list[Link]] = {number: [] for number in (0, *(one.number for one in stages))}
    sources = [x, *(stage.node for stage in stages)]
    kinds = [_kind(stages, place) for place in range(len(stages))]
    every = Counter((stage.number, kind) for stage, kind in zip(stages, kinds, strict=True))
    done = Counter[tuple[int, str]]()
    for stage, kind, source in zip(stages, kinds, sources[:-1], strict=True):
        if not kind:
            continue
        own = stage.number, kind
        done[own] += 1
        earlier = found[stage.number][-1] if found[stage.number] else None
        told = stage.number, done[own], every[own], earlier
        applied = stage.layer if isinstance(stage.layer, Activation) else None
        found[stage.number].append(Link(kind, *told, source, stage.node, applied))
    return found


def _kind(stages: Sequence[Stage], place: int) -> str:
    """The kind of a stage's link; "" for one that is none."""
    stage = stages[place]
    if isinstance(stage.layer, Activation):
        return "slope"
    if not isinstance(stage.layer, Dropout):
        return ""
    followed = any(one.number == stage.number and isinstance(one.layer, Activation)
                   for one in stages[place:])  # fmt: skip
    return "early" if followed else "mask"
