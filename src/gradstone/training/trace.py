"""`step_trace`: every number of one training step by name, and how each follows from the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.checking.planting import Subject, recognised
from gradstone.checking.steps.quantities import kind_of
from gradstone.checking.steps.recipe import Nodes, Recipe
from gradstone.errors import ShapeError, unknown
from gradstone.execute.interpreter import run
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.roles import recording
from gradstone.graph.walk import Graph
from gradstone.nn.module import Network
from gradstone.training.objective import Objective, default_loss
from gradstone.training.optimizers import Optimizer, optimizer_named
from gradstone.training.schedules import Schedule
from gradstone.training.slips import slips
from gradstone.training.step import Batch, Plan
from gradstone.training.targets import are_labels, inputs, labels_of, targets

Array = np.ndarray[Any, Any]
HEADS = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
HIDDEN = ("slope",)


@dataclass(frozen=True, slots=True)
class StepTrace(Mapping[str, Array]):
    """The numbers of a training step, float64, by name and in order of computation.

    x, t, rate, W1, b1 … net1, out1 … loss, dout2 (∂E/∂out), dnet2 (δ), dW2, db2 … "new W1" …
    "after out2", "after loss". Of a softmax or sigmoid that is part of its loss, out holds the
    probabilities.

    Attributes:
        numbers: the arrays. recipe: how each follows from those before it, for `gs.compare`.
    """

    numbers: dict[str, Array] = field(repr=False)
    recipe: Recipe = field(repr=False)

    def __getitem__(self, name: str) -> Array:
        if name not in self.numbers:
            raise unknown("quantity", str(name), self.numbers)
        return self.numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def parameters_after(self) -> dict[str, Array]:
        """The parameters after the update, by name."""
        return {name: self.numbers[f"new {name}"] for name in self.recipe.parameters}

    @property
    def state_after(self) -> dict[str, Array]:
        """What the optimizer hands to the next step, by name."""
        numbers = self.recipe.all_values(self.recipe.right(), self.recipe.values)
        kept = [name for name in self.recipe.given if f"new {name}" in numbers]
        return {name: numbers[f"new {name}"] for name in kept if name not in self.recipe.parameters}


def step_trace(
    network: Network,
    x: Any,
    t: Any,
    loss: str | None = None,
    optimizer: Optimizer | str | None = None,
    parameters: Mapping[str, Any] | None = None,
    state: Mapping[str, Any] | None = None,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
) -> StepTrace:
    """Every number of one training step: forward, loss, gradients and update, in float64.

    Args:
        network: from `gs.MLP` or `gs.Sequential`; its Dropout layers do nothing here.
        x: samples in rows, or one sample (inputs,).
        t: targets: class labels (N,) or numbers (N, outputs); for one sample (outputs,).
        loss: the name of a loss; None: what goes with the network's output and the targets.
        optimizer: as `gs.sgd(0.5)`, or a name for its defaults; None: `gs.adam()`.
        parameters: values by name, for all parameters or some; the others are drawn by the seed.
        state: what the optimizer has kept from earlier steps, `state_after` of one; None: the
            first step.
        l1, l2: λ of λ Σ|w| and of λ Σ w² added to the loss, over weights, not biases.
        seed: of the parameters not given.

    Raises:
        ShapeError, DataError, RangeError, UnknownNameError: what came, what was wanted.
    """
    x, t = _one_sample(x, t)
    chosen = loss or default_loss(network, are_labels(t))
    rule = optimizer_named(optimizer)
    plan = Plan(network, Objective(chosen, (), l1, l2), rule, dtype="float64")
    array = inputs(network, x, "float64")
    width = network.check(array.shape[1:])[-1]
    goal = targets(t, len(array), chosen, width, labels_of(t, chosen, width), "float64")
    values = network.initial_values(seed, parameters)
    recipe = step_recipe(plan, array, goal, values, _state(plan, state))
    numbers = recipe.all_values(recipe.right(), recipe.values)
    return StepTrace({name: one for name, one in numbers.items() if _shown(name)}, recipe)


def _one_sample(x: Any, t: Any) -> tuple[Any, Any]:
    """One sample as a batch of one."""
    if np.ndim(x) != 1:
        return x, t
    return np.asarray(x)[None], np.asarray(t)[None]


def _state(plan: Plan, state: Mapping[str, Any] | None) -> dict[str, Array]:
    """The optimizer's state: at the start, or as given."""
    found = plan.initial_state()
    for name, value in (state or {}).items():
        if name not in found:
            raise unknown("state", str(name), found)
        array = np.asarray(value, dtype=np.float64)
        if array.shape != found[name].shape:
            wanted = f"{found[name].shape} is wanted"
            raise ShapeError(f"state {name}", f"shape {array.shape} came", wanted)
        found[name] = array
    return found


def _shown(name: str) -> bool:
    counter = name.endswith("_power") or name in ("step", "new step")
    return not name.startswith(HIDDEN) and not counter


@dataclass(frozen=True, slots=True)
class _Given(Schedule):
    """A rate that is an input of the graph."""

    node: Node | None = None

    def __call__(self, step: Node) -> Node:
        """The input, whatever the step."""
        assert self.node is not None
        return self.node


def step_recipe(
    plan: Plan, x: Array, t: Array, parameters: Mapping[str, Array], state: Mapping[str, Array]
) -> Recipe:
    """How each number of a step follows from those before it.

    Args:
        plan: in float64; its dropout and clipping are left out. x, t: as `training.targets`
            prepares them. parameters, state: all of them, by name.
    """
    batch, rate = Batch.like(x, t, len(x)), input_node((), "float64")
    symbols = plan.symbols()
    kept = {name: input_node(array.shape, "float64") for name, array in state.items()}
    given = {"x": batch.x, "t": batch.t, "rate": rate, **symbols, **kept}
    forward, total = _forward(plan, batch, symbols)
    graph = recognised(Graph(tuple(given.values()), (total, *forward.values())))
    forward = dict(zip(forward, graph.outputs[1:], strict=True)) | {"loss": graph.outputs[0]}
    names = {node: name for name, node in symbols.items()}
    subject = Subject(graph.outputs[0], tuple(symbols.values()), names, tuple(given.values()))
    optimizer = replace(plan.optimizer, learning_rate=_Given("given", 1.0, node=rate))

    def update(gradients: Nodes) -> dict[str, Node]:
        new, new_state = optimizer.update(symbols, dict(gradients), kept)
        return {f"new {name}": node for name, node in {**new, **new_state}.items()}

    numbers = {"x": x, "t": t, "rate": _rate(plan.optimizer, state), **parameters, **state}
    loss = plan.objective.loss
    plain = optimizer.name == "sgd" and not optimizer["weight_decay"]
    return Recipe(
        given, numbers, forward, subject, _from_output(loss), update,
        slips(optimizer, symbols, kept), descent=plain, squashed=HEADS.get(loss, ""),
    )  # fmt: skip


def _forward(plan: Plan, batch: Batch, symbols: dict[str, Node]) -> tuple[dict[str, Node], Node]:
    """net1, out1 … up to the network's output, and the loss with its penalty."""
    network, objective = plan.network, plan.objective
    with recording() as roles:
        z = objective.outputs(network, symbols, batch.x, None)
    last = max(number for number, _ in network.numbered())
    found = {name: node for node, name in roles.items() if kind_of(name) == "forward"}
    if objective.loss in HEADS:
        found[f"out{last}"] = apply(HEADS[objective.loss], z)
    elif f"out{last}" not in found:
        z = found[f"out{last}"] = z * 1.0  # a symbol of its own for an output that is its net
    loss, penalty = objective.data_loss(z, batch.t), objective.penalty(symbols)
    return found, loss if penalty is None else loss + penalty


def _from_output(loss: str) -> Any:
    if loss not in HEADS:
        return None
    return lambda output, t: apply(f"{loss}_of_probabilities", output, t)


def _rate(optimizer: Optimizer, state: Mapping[str, Array]) -> Array:
    step = input_node((), "float64")
    return run(Graph((step,), (optimizer.learning_rate(step),)), state["step"])[0]
