"""What training makes small, and the metrics beside it, as graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, nan

import numpy as np

from gradstone.errors import RangeError, unknown
from gradstone.graph.node import Node, apply, constant
from gradstone.graph.op import tagged
from gradstone.graph.roles import named
from gradstone.nn.layers import Randomness
from gradstone.nn.module import FOLDED, Network

LABEL_LOSSES = frozenset({"cross_entropy", "cross_entropy_of_probabilities"})
BINARY_LOSSES = frozenset({"binary_cross_entropy", "binary_cross_entropy_of_probabilities"})
METRICS = ("accuracy", "r2", "mae")


@dataclass(frozen=True, slots=True)
class Objective:
    """A loss, what is added to it, and the metrics reported beside it.

    Attributes:
        loss: the name of a row tagged "loss".
        metrics: of "accuracy", "r2" and "mae".
        l1, l2: λ of λ Σ|w| and λ Σ w², over weights, not biases; at least 0.
        class_weights: for classifiers, a factor for the loss of each class's samples.
    """

    loss: str
    metrics: tuple[str, ...] = ()
    l1: float = 0.0
    l2: float = 0.0
    class_weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.loss not in tagged("loss"):
            raise unknown("loss", str(self.loss), tagged("loss"))
        for metric in self.metrics:
            if metric not in METRICS:
                raise unknown("metric", str(metric), METRICS)
        for name, number in (("l1", self.l1), ("l2", self.l2)):
            if not 0 <= number < inf:
                raise RangeError(name, f"{number} came", "a number from 0 is wanted")
        if self.class_weights is not None:
            self._check_class_weights()

    @property
    def classifies(self) -> bool:
        """Whether predictions are classes."""
        return self.loss in LABEL_LOSSES | BINARY_LOSSES

    def _check_class_weights(self) -> None:
        if self.loss not in FOLDED.values():
            wanted = " or ".join(sorted(FOLDED.values()))
            raise RangeError("class_weights", f"the loss {self.loss} came", f"{wanted} is wanted")
        assert self.class_weights is not None
        if not all(0 <= weight < inf for weight in self.class_weights):
            came = f"{list(self.class_weights)} came"
            raise RangeError("class_weights", came, "numbers from 0 are wanted")

    def outputs(
        self, network: Network, parameters: Mapping[str, Node], x: Node, random: Randomness | None
    ) -> Node:
        """What the loss takes: the network's output, or its logits where the two fold."""
        return network(parameters, x, random, logits=network.folds(self.loss))

    def data_loss(self, z: Node, t: Node) -> Node:
        """The loss of a batch, a scalar."""
        if self.class_weights is None:
            return named("loss", apply(self.loss, z, t))
        weights = constant(np.array(self.class_weights), z.dtype)
        return named("loss", _weighted(self.loss, z, t, weights))

    def penalty(self, parameters: Mapping[str, Node]) -> Node | None:
        """λ₁ Σ|w| + λ₂ Σ w² over the weights; None where both are 0."""
        total = None
        for factor, row in ((self.l1, "absolute"), (self.l2, "square")):
            for name, p in parameters.items():
                if factor and name.startswith("W"):
                    part = factor * apply("sum", apply(row, p))
                    total = part if total is None else total + part
        return total

    def metric_sums(self, z: Node, t: Node) -> list[Node]:
        """For each metric, a sum over the batch that `finished` turns into the metric."""
        return [_SUMS[metric](self, z, t) for metric in self.metrics]

    def finished(self, sums: Mapping[str, float], entries: int, spread: float) -> dict[str, float]:
        """Metrics from their sums.

        Args:
            sums: over all samples, by metric.
            entries: samples for labels, else samples × outputs.
            spread: Σ (t − t̄)², with the mean of each output.
        """
        found = {name: total / entries for name, total in sums.items()}
        if "r2" in sums:
            found["r2"] = 1.0 - sums["r2"] / spread if spread else nan
        return found


def _weighted(loss: str, z: Node, t: Node, weights: Node) -> Node:
    if loss == "cross_entropy":
        return apply(loss, z, _shares(z, t) * weights)
    ones = t * weights[1] * apply("softplus", -z)
    zeros = (1.0 - t) * weights[0] * apply("softplus", z)
    return apply("sum", ones + zeros) / apply("size", z, axis=0)


def _shares(z: Node, t: Node) -> Node:
    if t.dtype.kind == "f":
        return t
    return apply("cast", _wanted(z, t), dtype=z.dtype)


def _wanted(z: Node, t: Node) -> Node:
    """Which entries belong to the target class, as bool (rows, classes)."""
    if t.dtype.kind == "f":
        return apply("equal", t, t.max(axis=-1, keepdims=True))
    return apply("equal", t.reshape(*t.shape, 1), constant(np.arange(z.shape[-1])))


def _hits(objective: Objective, z: Node, t: Node) -> Node:
    if objective.loss in LABEL_LOSSES:
        wanted = _wanted(z, t)
        best = apply("where", wanted, z, -inf).max(axis=-1)
        hit = best > apply("where", wanted, -inf, z).max(axis=-1)
    else:
        half = 0.0 if objective.loss == "binary_cross_entropy" else 0.5
        hit = apply("equal", z > half, t > 0.5)
    return apply("cast", hit, dtype=z.dtype).sum()


def _squares(objective: Objective, z: Node, t: Node) -> Node:
    return apply("sse", z, t)


def _distances(objective: Objective, z: Node, t: Node) -> Node:
    return apply("absolute", z - t).sum()


_SUMS = {"accuracy": _hits, "r2": _squares, "mae": _distances}


def default_loss(network: Network, labels: bool) -> str:
    """The loss that goes with a network's output and its targets."""
    if network.output in FOLDED:
        return FOLDED[network.output]
    several = network.width is not None and network.width > 1
    return "cross_entropy" if labels and several else "mse"


def default_metrics(loss: str) -> tuple[str, ...]:
    """Accuracy for classifiers; R² and the mean absolute error for the others."""
    return ("accuracy",) if loss in LABEL_LOSSES | BINARY_LOSSES else ("r2", "mae")


def check_head(network: Network, loss: str) -> None:
    """RangeError where an output and a loss on logits or probabilities exclude each other."""
    output = network.output
    if loss in FOLDED.values() and output in FOLDED and not network.folds(loss):
        assert output is not None
        wanted = f"{FOLDED[output]} goes with {output}"
        raise RangeError("loss", f"{loss} after a {output} output came", wanted)
    if loss == "cross_entropy" and network.width == 1:
        advice = "Use binary_cross_entropy with one output, or one output a class."
        raise RangeError("loss", "cross_entropy of one output came", "it is always 0", advice)
