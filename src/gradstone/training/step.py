"""One step, one graph: forward, loss, gradient and the optimizer's update together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import simplify
from gradstone.errors import RangeError
from gradstone.graph.check import check
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.roles import recording
from gradstone.graph.walk import Graph
from gradstone.nn.layers import Randomness
from gradstone.nn.module import Network
from gradstone.nn.settings import real, whole
from gradstone.training.objective import Objective
from gradstone.training.optimizers import Optimizer


@dataclass(frozen=True, slots=True)
class Batch:
    """The symbols of a batch: its shapes and dtypes, the first axis the samples'."""

    x: Node
    t: Node

    @classmethod
    def like(cls, x: Any, t: Any, rows: int) -> Batch:
        """Symbols for `rows` samples of these arrays."""
        return cls(
            input_node((rows, *x.shape[1:]), x.dtype), input_node((rows, *t.shape[1:]), t.dtype)
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A training step as a graph.

    Attributes:
        graph: inputs x, t, the parameters, the state; outputs the loss, the metric sums, the
            new parameters, the new state, each in the order of the names.
        parameters, state: names, in order.
        gradients: the gradient of each parameter, before clipping, as nodes.
    """

    graph: Graph
    parameters: tuple[str, ...]
    state: tuple[str, ...]
    gradients: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training step is made of.

    Attributes:
        clip: largest 2-norm of all gradients together; above it they are scaled down. None:
            they are left as they are. Source: Pascanu et al. 2013.
        dtype: of parameters and moments, "float32" or "float64".
        seed: of order, dropout and split.

    Raises:
        RangeError: numbers outside their range; a network and an objective that exclude each
            other.
    """

    network: Network
    objective: Objective
    optimizer: Optimizer
    clip: float | None = None
    dtype: str = "float32"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.clip is not None:
            object.__setattr__(self, "clip", real("clip", self.clip, above=True))
        if self.dtype not in ("float32", "float64"):
            raise RangeError("dtype", f"{self.dtype} came", "float32 or float64 is wanted")
        object.__setattr__(self, "seed", whole("seed", self.seed, least=0))
        self.objective.check(self.network)

    def symbols(self) -> dict[str, Node]:
        """A fresh input for each parameter."""
        return {name: input_node(shape, self.dtype) for name, shape in self._shapes().items()}

    def initial_state(self) -> dict[str, np.ndarray[Any, Any]]:
        """The optimizer's state before the first update."""
        return {
            name: np.full(shape, start, dtype=self.state_dtype(name))
            for name, (shape, start) in self.optimizer.init(self._shapes()).items()
        }

    def state_dtype(self, name: str) -> str:
        """Counters and powers are float64, moments ("W1.m") as the parameters."""
        return self.dtype if "." in name else "float64"

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: one.shape for name, one in self.network.parameters().items()}

    def training(self, batch: Batch) -> Step:
        """The graph of one training step on a batch."""
        parameters = self.symbols()
        state = {
            name: input_node(shape, self.state_dtype(name))
            for name, (shape, _) in self.optimizer.init(self._shapes()).items()
        }
        with recording() as roles:
            random = Randomness(self.seed, apply("cast", state["step"], dtype="int64"))
            z = self.objective.outputs(self.network, parameters, batch.x, random)
            loss = self.objective.data_loss(z, batch.t)
            penalty = self.objective.penalty(parameters)
            total = loss if penalty is None else loss + penalty
            slopes = dict(zip(parameters, gradient(total, [*parameters.values()]), strict=True))
            new, new_state = self.optimizer.update(parameters, self._clipped(slopes), state)
            sums = self.objective.metric_sums(z, batch.t)
        outputs = (total, *sums, *(new[n] for n in parameters), *(new_state[n] for n in state))
        inputs = (batch.x, batch.t, *parameters.values(), *state.values())
        names = {node: name for name, node in {**parameters, **state}.items()}
        graph = check(Graph(inputs, outputs, {**roles, **names, batch.x: "x", batch.t: "t"}))
        return Step(simplify(graph), tuple(parameters), tuple(state), slopes)

    def _clipped(self, gradients: dict[str, Node]) -> dict[str, Node]:
        if self.clip is None:
            return gradients
        squares = [apply("square", g).sum() for g in gradients.values()]
        norm = apply("sqrt", sum(squares[1:], squares[0]))
        factor = apply("minimum", self.clip / (norm + 1e-6), 1.0)
        return {name: factor * g for name, g in gradients.items()}

    def evaluation(self, batch: Batch) -> Graph:
        """Inputs x, t and the parameters; outputs the loss and the metric sums."""
        parameters = self.symbols()
        z = self.objective.outputs(self.network, parameters, batch.x, None)
        outputs = (self.objective.data_loss(z, batch.t), *self.objective.metric_sums(z, batch.t))
        return simplify(Graph((batch.x, batch.t, *parameters.values()), outputs))

    def prediction(self, x: Node) -> Graph:
        """Inputs x and the parameters; output the predictions, probabilities for classifiers."""
        parameters = self.symbols()
        z = self.network(parameters, x)
        heads = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
        if self.objective.loss in heads and not self.network.folds(self.objective.loss):
            z = apply(heads[self.objective.loss], z)
        return simplify(Graph((x, *parameters.values()), (z,)))
