"""Networks: layers in a row. They hold no values, only names, shapes and initial values."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from gradstone.errors import KindError, RangeError, ShapeError, unknown
from gradstone.graph.node import Node
from gradstone.graph.roles import named
from gradstone.nn.initial import Array, fitting
from gradstone.nn.initial import initial as rule_of
from gradstone.nn.layers import (
    RELU_LIKE,
    Activation,
    Dropout,
    Flatten,
    Layer,
    Linear,
    Parameter,
    Randomness,
)

FOLDED = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy"}


class Stage(NamedTuple):
    """A layer in the graph: the number of the Linear it is or follows, and its output."""

    number: int
    layer: Layer
    node: Node


@dataclass(frozen=True, slots=True)
class Network:
    """Layers in a row; make one with `gs.MLP` or `gs.Sequential`.

    Attributes:
        layers: from the inputs to the output.
    """

    layers: tuple[Layer, ...]

    @property
    def output(self) -> str | None:
        """The name of the activation that ends the network; None where a Linear does."""
        last = self.layers[-1]
        return last.name if isinstance(last, Activation) else None

    @property
    def inputs(self) -> int | None:
        """Numbers in one sample, from the first layer that says so."""
        return next((one.inputs for one in self.layers if isinstance(one, Linear)), None)

    @property
    def width(self) -> int | None:
        """Numbers in one output, from the last layer that says so."""
        found = [one.outputs for one in self.layers if isinstance(one, Linear)]
        return found[-1] if found else None

    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name, W1, b1, W2 …, in the order of the layers."""
        found = [one for number, layer in self.numbered() for one in layer.parameters(number)]
        return {one.name: one for one in found}

    def numbered(self) -> Iterator[tuple[int, Layer]]:
        """Each layer with the number of the Linear it is or follows."""
        number = 0
        for layer in self.layers:
            number += isinstance(layer, Linear)
            yield number, layer

    def folds(self, loss: str) -> bool:
        """Whether the output's activation is part of this loss, which takes logits."""
        return self.output is not None and FOLDED.get(self.output) == loss

    def __call__(
        self,
        parameters: Mapping[str, Node],
        x: Node,
        random: Randomness | None = None,
        logits: bool = False,
    ) -> Node:
        """The graph of the network on a batch.

        Args:
            parameters: a node for each name of `parameters()`.
            x: samples in rows.
            random: given in training; without it dropout does nothing.
            logits: leave out the activation that ends the network.
        """
        for stage in self.stages(parameters, x, random, logits):
            x = stage.node
        return x

    def stages(
        self,
        parameters: Mapping[str, Node],
        x: Node,
        random: Randomness | None = None,
        logits: bool = False,
    ) -> Iterator[Stage]:
        """The graph layer by layer; arguments as for a call."""
        self.check(x.shape[1:])
        for place, (number, layer) in enumerate(list(self.numbered())[: -1 if logits else None]):
            x = layer(parameters, x, number, random and replace(random, layer=place))
            if isinstance(layer, Linear):
                named(f"net{number}", x)
            elif isinstance(layer, Activation):
                named(f"out{number}", x)
            yield Stage(number, layer, x)

    def check(self, sample: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of an output for samples of a shape; ShapeError where they do not fit."""
        for layer in self.layers:
            sample = layer.shape(sample)
        return sample

    def initial_values(self, seed: int = 0, given: Mapping[str, Any] | None = None) -> Values:
        """Initial values of all parameters, float64: drawn by the seed, or those given.

        Raises:
            UnknownNameError: a given name that is no parameter. ShapeError: a given array of
            another shape. KindError, DataError: one that is not of finite numbers.

        Warns where neurons of a hidden layer start equal: they get equal gradients.
        """
        known = self.parameters()
        for name in given or {}:
            if name not in known:
                raise unknown("parameter", name, known)
        values = {}
        for stream, (name, one) in enumerate(known.items()):
            drawn = (given or {}).get(name)
            values[name] = (
                one.initial.draw(one.shape, seed, stream)
                if drawn is None
                else fitting(f"parameter {name}", drawn, one.shape)
            )
        _warn_of_twins(self, values)
        return values

    def describe(self) -> str:
        """The network in a line, as "64-64-10 relu softmax"."""
        linear = [layer for layer in self.layers if isinstance(layer, Linear)]
        names = [layer.name for layer in self.layers if isinstance(layer, Activation)]
        sizes = [linear[0].inputs, *(one.outputs for one in linear)] if linear else []
        return " ".join(["-".join(map(str, sizes)), *dict.fromkeys(names)]).strip()


Values = dict[str, Array]


def Sequential(*layers: Layer | str) -> Network:
    """A network from layers in order; the name of an activation stands for it.

        gs.Sequential(gs.Linear(2, 8), "tanh", gs.Linear(8, 1), "sigmoid")

    Raises:
        UnknownNameError: no such activation. ShapeError: layers that do not fit together.
        KindError: something that is no layer.
    """
    made = [Activation(one) if isinstance(one, str) else one for one in layers]
    for one in made:
        if not isinstance(one, Linear | Activation | Flatten | Dropout):
            wanted = "a layer or the name of an activation is wanted"
            raise KindError("Sequential", f"{one!r} came", wanted)
    if not made:
        raise RangeError("Sequential", "no layers came", "at least one is wanted")
    network = Network(tuple(_with_rules(made)))
    _check_sizes(network)
    return network


def MLP(
    sizes: Sequence[int],
    activation: str | None = "relu",
    output: str | None = None,
    bias: bool = True,
    initial: Any = None,
    bias_initial: Any = 0.0,
    dropout: float = 0.0,
) -> Network:
    """A multilayer perceptron.

    Args:
        sizes: numbers in a sample, neurons of each hidden layer, outputs: [2, 8, 1].
        activation: after each hidden layer; None for none.
        output: after the last layer: "sigmoid", "softmax" or another; None for none. With a
            loss on logits (`cross_entropy`, `binary_cross_entropy`) it is folded into it.
        bias: whether the layers have biases.
        initial: initial weights: "glorot", "he", "zeros", a number, an array or
            `gs.normal_initial(scale)`. None: "he" before relu and its family, else "glorot".
        bias_initial: initial biases.
        dropout: the share of hidden values set to 0 while training.

    Raises:
        RangeError: fewer than two sizes, or one below 1. UnknownNameError: no such activation.
        ShapeError: given initial values of another shape.
    """
    if np.ndim(sizes) != 1 or len(sizes) < 2:
        wanted = "the sizes of a sample and of an output, and of what is between, are wanted"
        raise RangeError("MLP", f"sizes {sizes!r} came", wanted, "Write gs.MLP([2, 8, 1]).")
    between = [one for one in (activation, Dropout(dropout) if dropout else None) if one]
    if activation:
        Activation(activation)  # a wrong name is told where no hidden layer bears it, too
    layers: list[Layer | str] = []
    for before, after in itertools.pairwise(sizes):
        layers += [Linear(before, after, bias, initial, bias_initial), *between]
    layers = layers[: len(layers) - len(between)] + ([output] if output else [])
    return Sequential(*layers)


def _with_rules(layers: Sequence[Layer]) -> Iterator[Layer]:
    """The layers, each Linear with the initial values that suit what follows it."""
    following = [*layers[1:], None]
    for layer, after in zip(layers, following, strict=True):
        if isinstance(layer, Linear) and layer.initial is None:
            relu_like = isinstance(after, Activation) and after.name in RELU_LIKE
            yield replace(layer, initial=rule_of("he" if relu_like else "glorot"))
        else:
            yield layer


def _check_sizes(network: Network) -> None:
    linear = [layer for layer in network.layers if isinstance(layer, Linear)]
    for number, (one, after) in enumerate(itertools.pairwise(linear), 1):
        if one.outputs != after.inputs:
            came = f"layer {number} gives {one.outputs} values, layer {number + 1} takes"
            advice = f"Write Linear({one.outputs}, {after.outputs})."
            raise ShapeError("Sequential", f"{came} {after.inputs}", "they must agree", advice)


def _warn_of_twins(network: Network, values: Values) -> None:
    linear = [number for number, layer in network.numbered() if isinstance(layer, Linear)]
    for number in linear[:-1]:
        names = [name for name in (f"W{number}", f"b{number}") if name in values]
        incoming = np.vstack([values[name] for name in names])
        if incoming.shape[1] > 1 and (incoming == incoming[:, :1]).all():
            outgoing = values[f"W{number + 1}"]
            twins = (outgoing == outgoing[:1]).all()
            fate = "get equal gradients and stay twins" if twins else "differ only by what follows"
            warnings.warn(
                f"initial values: the {incoming.shape[1]} neurons of layer {number} start equal: "
                f"they {fate}. Draw the weights at random, as initial='glorot'.",
                stacklevel=4,
            )
