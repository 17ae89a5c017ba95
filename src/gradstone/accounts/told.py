"""A step that is to be told: its numbers widened to float64, and how much detail it bears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from gradstone.accounts.account import Story
from gradstone.accounts.network import StepStory
from gradstone.accounts.overview import OverviewStory
from gradstone.accounts.parameter import Parameter, parameter
from gradstone.accounts.told_graph import StepNumbers, ToldGraph
from gradstone.errors import UnknownNameError, unknown
from gradstone.nn.module import Network
from gradstone.training.objective import Objective
from gradstone.training.optimizers import Optimizer
from gradstone.training.run import Run
from gradstone.training.step import Plan
from gradstone.training.targets import inputs, labels_of, targets

DETAILS = ("overview", "layers", "numbers")
MOST_NUMBERS, MOST_LAYERS = 6000, 60_000
"""Up to so many products of samples and parameters a step is told in numbers, or in layers."""


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step ready to be told."""

    graph: ToldGraph

    def story(
        self,
        sample: int | None,
        weight: str | None,
        neuron: str | None,
        detail: str | None,
        digits: int,
        mistakes: bool = True,
    ) -> Story:
        """The account at a level of detail; see `explain`.

        Args:
            mistakes: whether it is told what known mistakes give, which takes as long as all else.
        """
        level = self.detail() if detail is None else detail
        if level not in DETAILS:
            raise unknown("detail", level, DETAILS)
        numbers = self.graph.numbers
        if sample is not None:
            check_sample(sample, len(numbers.x))
        chosen = self._weight(weight, neuron)
        if level == "numbers":
            return StepStory(self.graph, sample or 0, chosen, digits, mistakes).story()
        return OverviewStory(self.graph, sample, chosen, digits, level).story()

    def detail(self) -> str:
        """The level that goes with the size."""
        numbers = self.graph.numbers
        size = len(numbers.x) * sum(one.size for one in numbers.parameters.values())
        if size <= MOST_NUMBERS:
            return "numbers"
        widths = [one.shape[-1] for one in numbers.parameters.values()]
        return "layers" if size <= MOST_LAYERS and max(widths) <= 12 else "overview"

    def _weight(self, weight: str | None, neuron: str | None) -> Parameter | None:
        shapes = {name: one.shape for name, one in self.graph.numbers.parameters.items()}
        if weight is not None:
            return parameter(weight, _Addresses(shapes))
        return None if neuron is None else self._into(neuron)

    def _into(self, neuron: str) -> Parameter:
        """The weight with the largest gradient into a neuron."""
        sizes = {
            int(name[1:]): one.shape[1]
            for name, one in self.graph.numbers.parameters.items() if name[0] == "W"
        }  # fmt: skip
        names = {f"{layer}:{'o' if layer == len(sizes) else 'h'}{k + 1}": (layer, k)
                 for layer, width in sizes.items() for k in range(width)}  # fmt: skip
        names |= {f"o{k + 1}": (len(sizes), k) for k in range(sizes[len(sizes)])}
        if len(sizes) == 2:
            names |= {f"h{k + 1}": (1, k) for k in range(sizes[1])}
        if neuron not in names:
            raise unknown("neuron", neuron, names)
        layer, place = names[neuron]
        slopes = np.abs(self.graph.array(f"dW{layer}")[:, place])
        return Parameter("W", layer, int(slopes.argmax()), place)


class _Addresses(list[str]):
    """The addresses of all parameters; of large ones only those that are asked for."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.shapes = shapes
        few = sum(map(prod, shapes.values())) <= 20_000
        super().__init__(
            f"{name}[{','.join(map(str, at))}]"
            for name, shape in shapes.items()
            for at in np.ndindex(shape if few else tuple(min(n, 3) for n in shape))
        )

    def __contains__(self, address: object) -> bool:
        name, _, inner = str(address).partition("[")
        shape, places = self.shapes.get(name), inner.rstrip("]").split(",")
        return (
            shape is not None
            and len(places) == len(shape)
            and all(one.isdigit() and int(one) < n for one, n in zip(places, shape, strict=True))
        )


def told_step(
    what: Network | Run,
    X: Any,
    y: Any,
    loss: str | None,
    optimizer: Optimizer,
    parameters: Mapping[str, Any] | None,
    state: Mapping[str, Any] | None,
    seed: int = 0,
    l1: float = 0.0,
    l2: float = 0.0,
    clip: float | None = None,
) -> ToldStep:
    """The step of a network on samples, or the next step of a run; arguments as for `explain`."""
    if isinstance(what, Run):
        plan = _widened(what.plan)
        labels, values, known = what.labels, what.parameters, what.loop.carried.state
        typed = False
    else:
        assert loss is not None
        plan = Plan(what, Objective(loss, (), l1, l2), optimizer, clip, "float64", seed)
        values = what.initial_values(seed, parameters)
        typed = parameters is not None
        width = what.check(np.shape(X)[1:])[-1]
        labels, known = labels_of(y, loss, width), plan.initial_state()
    network = plan.network
    x = inputs(network, X, "float64")
    width = network.check(x.shape[1:])[-1]
    t = targets(y, len(x), plan.objective.loss, width, labels, "float64")
    widened = {name: np.array(one, dtype=np.float64) for name, one in values.items()}
    kept = {
        name: np.array(one, dtype=np.float64) for name, one in {**known, **(state or {})}.items()
    }
    return ToldStep(ToldGraph(StepNumbers(plan, x, t, widened, kept, typed)))


def _widened(plan: Plan) -> Plan:
    """The plan in float64, without metrics."""
    objective = plan.objective
    bare = Objective(objective.loss, (), objective.l1, objective.l2, objective.class_weights)
    return Plan(plan.network, bare, plan.optimizer, plan.clip, "float64", plan.seed)


def check_sample(sample: int, count: int) -> int:
    """A sample's number from 0; UnknownNameError where there is none."""
    if not 0 <= sample < count:
        wanted = f"0 to {count - 1} are wanted, counted from 0"
        raise UnknownNameError("sample", f"number {sample} came", wanted)
    return sample
