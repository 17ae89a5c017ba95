"""The quantities of one training step: what each name stands for.

In order of computation: x, t, rate, the parameters W1, b1 … and what an optimizer keeps ("W1.m");
net1, out1 …, loss; from the last layer to the first dout2 (∂E/∂out), slope2 (∂out/∂net), dnet2 (δ),
dW2, db2; then "new W1", "new W1.m" …, and "after net1" … "after loss", with the new parameters.
Beside them may stand "old dW1", the gradient of the step before, "history loss" and "history W1",
and "average", a moving average of the losses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Shapes = Mapping[str, tuple[int, ...]]

KINDS = {
    "record": r"history .+|average",
    "given": r"x|t|rate|step|\w+_power|[Wb]\d+(\.\w+)?|old d[Wb]\d+",
    "forward": r"net\d+|out\d+",
    "loss": r"loss",
    "backward": r"dout\d+|slope\d+|dnet\d+",
    "gradient": r"d[Wb]\d+",
    "update": r"new .+",
    "after": r"after .+",
}
PER_SAMPLE = re.compile(r"(after )?(net|out)\d+|x|t|(dout|slope|dnet)\d+")
WEIGHT = re.compile(r"(?:new |old |history )?d?(W\d+)(?:\.\w+)?")


def kind_of(name: str) -> str:
    """One of KINDS; "" for a name that is none of a step."""
    return next((kind for kind, form in KINDS.items() if re.fullmatch(form, name)), "")


def layer_of(name: str) -> int | None:
    """The number of the layer that a quantity belongs to."""
    found = re.search(r"(?:net|out|slope|[Wb])(\d+)", name)
    return int(found[1]) if found else None


def per_sample(name: str) -> bool:
    """Whether a quantity has a row for each sample."""
    return PER_SAMPLE.fullmatch(name) is not None


def weight_of(name: str) -> str | None:
    """The weights whose layout (inputs, outputs) a quantity shares: W1 for "dW1", "new W1.m"."""
    found = WEIGHT.fullmatch(name)
    return found[1] if found else None


def parameter_of(name: str) -> str:
    """W1 for "dW1", "new W1" and the like."""
    return re.sub(r"^(new |old )?d?|\.\w+$", "", name)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What names may speak of.

    Attributes:
        shapes: of the quantities of a step, by name; empty where no step is known.
        layers: how many layers there are.
    """

    shapes: Shapes
    layers: int

    @classmethod
    def of(cls, shapes: Shapes) -> Vocabulary:
        """The vocabulary of a step whose quantities are known."""
        return cls(shapes, max((layer_of(name) or 0 for name in shapes), default=0))

    def has(self, name: str) -> bool:
        """Whether a quantity belongs to the step; any does where no step is known."""
        if not self.shapes:
            return bool(kind_of(name))
        base = name.removeprefix("history ").removeprefix("old d")
        return name in self.shapes or (base != name and base in self.shapes) or name == "average"

    def weight(self, number: int) -> tuple[str, tuple[int, ...]] | None:
        """W2 and (0, 0) for w5: counted through all layers, by target neuron, then source."""
        left = number - 1
        for layer in range(1, self.layers + 1):
            inputs, outputs = (*self.shapes.get(f"W{layer}", ()), 0, 0)[:2]
            if left < inputs * outputs:
                return f"W{layer}", (left % inputs, left // inputs)
            left -= inputs * outputs
        return None

    def bias(self, number: int) -> tuple[str, tuple[int, ...]] | None:
        """b2 and (0,) for b3: one for each neuron, counted through all layers."""
        left = number - 1
        for layer in range(1, self.layers + 1):
            size = sum(self.shapes.get(f"b{layer}", (0,))[:1])
            if left < size:
                return f"b{layer}", (left,)
            left -= size
        return None

    def neuron(self, letter: str, number: int) -> tuple[int, tuple[int, ...]] | None:
        """The layer and the place of h1 or o1, of one sample; None where there are several."""
        if self.shapes.get("x", (1,))[0] != 1 or (letter == "h" and self.layers != 2):
            return None
        return (1 if letter == "h" else self.layers), (0, number - 1)
