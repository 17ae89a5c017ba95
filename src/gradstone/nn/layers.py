"""Layers: names, shapes and initial values of parameters, and the graph they build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, Protocol

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.errors import ShapeError, unknown
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.op import tagged
from gradstone.nn.initial import Initial, fitting, initial
from gradstone.nn.settings import real, whole

RELU_LIKE = frozenset({"relu", "leaky_relu", "elu", "gelu", "silu"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by name and shape; its values are drawn when training starts."""

    name: str
    shape: tuple[int, ...]
    initial: Initial


@dataclass(frozen=True, slots=True)
class Randomness:
    """What random nodes of a training step depend on.

    Attributes:
        seed: 0 to 2⁶⁴ − 1.
        step: the step's number, an int64 scalar.
        layer: the place of the layer in the network, so that no two draw the same.
    """

    seed: int
    step: Node
    layer: int = 0


class Layer(Protocol):
    """One layer of a network."""

    def shape(self, incoming: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of one sample after the layer, from the shape before it."""
        ...

    def parameters(self, number: int) -> tuple[Parameter, ...]:
        """Its parameters, when it is layer `number` among those that have some."""
        ...

    def __call__(
        self, parameters: Mapping[str, Node], x: Node, number: int, random: Randomness | None
    ) -> Node:
        """The graph of the layer on a batch; `random` is given in training only."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """x W + b, with samples in rows and W of shape (inputs, outputs).

    Args:
        inputs: size of a sample before the layer, at least 1.
        outputs: number of neurons, at least 1.
        bias: whether there is a b of shape (outputs,).
        initial: initial values of W; see `gs.initial`. None: "he" before an activation of
            the relu family, else "glorot".
        bias_initial: initial values of b.

    Raises:
        RangeError: a size that is no whole number from 1. ShapeError: given initial values of
            another shape.
    """

    inputs: int
    outputs: int
    bias: bool = True
    initial: Any = None
    bias_initial: Any = 0.0

    def __post_init__(self) -> None:
        for name in ("inputs", "outputs"):
            object.__setattr__(self, name, whole(f"Linear {name}", getattr(self, name)))
        object.__setattr__(self, "bias", bool(self.bias))
        shapes = {"initial": (self.inputs, self.outputs), "bias_initial": (self.outputs,)}
        for name, shape in shapes.items():
            came = getattr(self, name)
            rule = None if came is None else initial(came)
            if rule is not None and rule.name == "given":
                fitting(f"Linear {name}", rule.values, shape)
            object.__setattr__(self, name, rule)

    def shape(self, incoming: tuple[int, ...]) -> tuple[int, ...]:
        """(outputs,)."""
        if incoming != (self.inputs,):
            came = f"samples of shape {incoming} came"
            advice = "Put gs.Flatten() before it?" if len(incoming) > 1 else ""
            raise ShapeError("Linear", came, f"({self.inputs},) is wanted", advice)
        return (self.outputs,)

    def parameters(self, number: int) -> tuple[Parameter, ...]:
        """W and, with a bias, b."""
        rule = self.initial or initial("glorot")
        weights = Parameter(f"W{number}", (self.inputs, self.outputs), rule)
        bias = Parameter(f"b{number}", (self.outputs,), self.bias_initial)
        return (weights, bias) if self.bias else (weights,)

    def __call__(
        self, parameters: Mapping[str, Node], x: Node, number: int, random: Randomness | None
    ) -> Node:
        """The weighted sums of a batch: (rows, outputs)."""
        weights = parameters[f"W{number}"]
        if not self.bias:
            return apply("matmul", x, weights)
        return apply("affine", x, weights, parameters[f"b{number}"])


class Unchanging:
    """What layers without parameters have in common."""

    __slots__ = ()

    def shape(self, incoming: tuple[int, ...]) -> tuple[int, ...]:
        """The shape that comes in."""
        return incoming

    def parameters(self, number: int) -> tuple[Parameter, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class Activation(Unchanging):
    """A row of the table applied to every value: tagged "activation" or "output" there.

    Args:
        name: the row's name, as "tanh".
        settings: its attributes, as {"slope": 0.1} for leaky_relu.

    Raises:
        UnknownNameError: no such row. KindError: settings that the row does not have.
    """

    name: str
    settings: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = activations()
        if self.name not in known:
            raise unknown("activation", str(self.name), known)
        apply(self.name, input_node((1, 1), "float32"), **self.settings)

    def __call__(
        self, parameters: Mapping[str, Node], x: Node, number: int, random: Randomness | None
    ) -> Node:
        """The values after the activation."""
        return apply(self.name, x, **self.settings)


def activations() -> list[str]:
    """The names that an activation may have, from the table."""
    return sorted({*tagged("activation"), *tagged("output")})


@dataclass(frozen=True, slots=True)
class Flatten(Unchanging):
    """Each sample as one row of numbers: (rows, 8, 8) becomes (rows, 64)."""

    def shape(self, incoming: tuple[int, ...]) -> tuple[int, ...]:
        """(entries of a sample,)."""
        return (prod(incoming),)

    def __call__(
        self, parameters: Mapping[str, Node], x: Node, number: int, random: Randomness | None
    ) -> Node:
        """The batch as a matrix."""
        return x.reshape(x.shape[0], prod(x.shape[1:]))


@dataclass(frozen=True, slots=True)
class Dropout(Unchanging):
    """Sets a share of the values to 0 while training and scales the rest by 1/(1 − rate).

    Args:
        rate: the share, 0 ≤ rate < 1. Source: Srivastava et al. 2014.
    """

    rate: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", real("Dropout rate", self.rate, below=1.0))

    def __call__(
        self, parameters: Mapping[str, Node], x: Node, number: int, random: Randomness | None
    ) -> Node:
        """The values that stay, in training; all of them, unchanged, otherwise."""
        if random is None or self.rate == 0.0:
            return x
        place = {"seed": random.seed, "stream": random.layer}
        drawn = apply("random_uniform", random.step, **place, shape=x.shape, dtype=x.dtype)
        return apply("where", drawn >= self.rate, x * (1.0 / (1.0 - self.rate)), 0.0)
