"""What training makes small, and the metrics beside it, as graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np

from gradstone.errors import RangeError, unknown
from gradstone.graph.node import Node, apply, constant
from gradstone.graph.op import tagged
from gradstone.graph.roles import named
from gradstone.nn.layers import Randomness
from gradstone.nn.module import FOLDED, Network
from gradstone.nn.settings import real

Array = np.ndarray[Any, Any]
LABEL_LOSSES = frozenset({"cross_entropy", "cross_entropy_of_probabilities"})
BINARY_LOSSES = frozenset({"binary_cross_entropy", "binary_cross_entropy_of_probabilities"})
SUM_LOSSES = frozenset({"sse", "half_sse"})
METRICS = ("accuracy", "r2", "mae")


@dataclass(frozen=True, slots=True)
class Objective:
    """A loss, what is added to it, and the metrics reported beside it.

    Attributes:
        loss: the name of a row tagged "loss".
        metrics: of "accuracy", "r2" and "mae"; the last two where the loss is one on numbers.
        l1, l2: λ of λ Σ|w| and λ Σ w², over weights, not biases; at least 0.
        class_weights: for classifiers, a factor for the loss of each class's samples.

    Raises:
        UnknownNameError: no such loss or metric. RangeError: what does not go together.
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
            if self.classifies and metric != "accuracy":
                wanted = f"accuracy goes with {self.loss}"
                raise RangeError("metric", f"{metric} came", wanted)
        for name in ("l1", "l2"):
            object.__setattr__(self, name, real(name, getattr(self, name)))
        if self.class_weights is not None:
            self._check_class_weights(self.class_weights)

    @property
    def classifies(self) -> bool:
        """Whether predictions are classes."""
        return self.loss in LABEL_LOSSES | BINARY_LOSSES

    def _check_class_weights(self, weights: tuple[float, ...]) -> None:
        if self.loss not in FOLDED.values():
            wanted = " or ".join(sorted(FOLDED.values()))
            raise RangeError("class_weights", f"the loss {self.loss} came", f"{wanted} is wanted")
        numbers = tuple(real("class_weights", weight) for weight in weights)
        object.__setattr__(self, "class_weights", numbers)

    def check(self, network: Network) -> None:
        """RangeError where a network and this objective exclude each other."""
        if not network.parameters():
            wanted = "at least one Linear is wanted"
            raise RangeError("network", "one without parameters came", wanted)
        _check_head(network, self.loss)
        classes = network.width if self.loss in LABEL_LOSSES else 2
        if self.class_weights is not None and len(self.class_weights) != classes:
            came = f"{len(self.class_weights)} came"
            raise RangeError("class_weights", came, f"one for each of {classes} classes is wanted")

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
        """For each metric, a sum over the batch; `finished` turns sums into metrics."""
        return [_SUMS[metric](self, z, t) for metric in self.metrics]

    def finished(self, sums: Sequence[Any], t: Array) -> dict[str, Any]:
        """Metrics by name, from their sums over all samples and from the targets.

        Sums may be arrays, with a number for each of several epochs; so are the metrics then.
        """
        return {
            metric: _FINISHED[metric](self, total, t)
            for metric, total in zip(self.metrics, sums, strict=True)
        }


def _weighted(loss: str, z: Node, t: Node, weights: Node) -> Node:
    if loss == "cross_entropy":
        return apply(loss, z, _shares(z, t) * weights)
    ones = t * weights[1] * apply("softplus", -z)
    zeros = (1.0 - t) * weights[0] * apply("softplus", z)
    return apply("sum", ones + zeros) / apply("size", z, axis=0)


def _shares(z: Node, t: Node) -> Node:
    if t.dtype.kind == "f":
        return t
    hit = apply("equal", t.reshape(*t.shape, 1), constant(np.arange(z.shape[-1])))
    return apply("cast", hit, dtype=z.dtype)


def _largest(z: Node) -> Node:
    """Minus the place of the largest entry of each row; of equal ones the first."""
    places = np.arange(z.shape[-1])
    best = apply("equal", z, z.max(axis=-1, keepdims=True))
    return apply("where", best, constant(-places), -z.shape[-1]).max(axis=-1)


def _hits(objective: Objective, z: Node, t: Node) -> Node:
    if objective.loss not in BINARY_LOSSES and z.shape[-1] > 1:
        hit = apply("equal", _largest(z), -t if t.dtype.kind == "i" else _largest(t))
    else:
        half = 0.0 if objective.loss == "binary_cross_entropy" else 0.5
        hit = apply("equal", z > half, t > 0.5)
    return apply("cast", hit, dtype=z.dtype).sum()


def _share(objective: Objective, hits: float, t: Array) -> float:
    return hits / (t.size if objective.loss in BINARY_LOSSES else len(t))


def _squares(objective: Objective, z: Node, t: Node) -> Node:
    return apply("sse", z, t)


def _explained(objective: Objective, squares: float, t: Array) -> float:
    spread = float(((t - t.mean(axis=0, dtype=np.float64)) ** 2).sum())
    return 1.0 - squares / spread if spread else nan


def _distances(objective: Objective, z: Node, t: Node) -> Node:
    return apply("absolute", z - t).sum()


def _mean(objective: Objective, total: float, t: Array) -> float:
    return total / t.size


_SUMS = {"accuracy": _hits, "r2": _squares, "mae": _distances}
_FINISHED = {"accuracy": _share, "r2": _explained, "mae": _mean}


def default_loss(network: Network, labels: bool) -> str:
    """The loss that goes with a network's output and its targets."""
    if network.output in FOLDED:
        return FOLDED[network.output]
    several = network.width is not None and network.width > 1
    return "cross_entropy" if labels and several else "mse"


def default_metrics(loss: str) -> tuple[str, ...]:
    """Accuracy for classifiers; R² and the mean absolute error for the others."""
    return ("accuracy",) if loss in LABEL_LOSSES | BINARY_LOSSES else ("r2", "mae")


def _check_head(network: Network, loss: str) -> None:
    output = network.output
    if loss in FOLDED.values() and output in FOLDED and not network.folds(loss):
        assert output is not None
        wanted = f"{FOLDED[output]} goes with {output}"
        raise RangeError("loss", f"{loss} after a {output} output came", wanted)
    if loss in LABEL_LOSSES and network.width == 1:
        advice = "Use binary_cross_entropy with one output, or one output a class."
        wanted = "two or more are wanted, of one it says nothing"
        raise RangeError("loss", f"{loss} of one output came", wanted, advice)
    if loss.endswith("_of_probabilities") and output is None:
        advice = f"Use {loss.removesuffix('_of_probabilities')}, which takes logits."
        wanted = "softmax or sigmoid is wanted as output"
        raise RangeError("loss", f"{loss} came", wanted, advice)
