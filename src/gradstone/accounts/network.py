"""The account of a training step, section by section, as a textbook tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.accounts.account import Story
from gradstone.accounts.backward import contributions
from gradstone.accounts.checks import checks
from gradstone.accounts.diagram import network_drawing
from gradstone.accounts.parameter import Parameter
from gradstone.accounts.paths import PathTeller
from gradstone.accounts.step import StepLedger
from gradstone.accounts.step_document import StepDocument
from gradstone.accounts.teller import place_of
from gradstone.accounts.told_graph import ToldGraph
from gradstone.nn.layers import Linear

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class StepStory:
    """Makes the account of a step in numbers.

    Attributes:
        graph: the step. chosen: the sample told. weight: the parameter whose paths are told;
            None: the first weight of the first layer.
        mistakes: whether it is told what known mistakes give.
    """

    graph: ToldGraph
    chosen: int = 0
    weight: Parameter | None = None
    digits: int = 6
    mistakes: bool = True
    step: StepLedger = field(init=False)
    paths: dict[str, PathTeller] = field(default_factory=dict)

    def story(self) -> Story:
        """The account."""
        step = self.step = StepLedger(self.graph, self.chosen, self.digits)
        self._contributions()
        for key, one in enumerate(self._told_parameters()):
            teller = PathTeller(step, one)
            teller.tell(key)
            self.paths[one.address] = teller
        step.ledger.settle()
        self._check()
        document = StepDocument(self.graph, step, self.paths, self.digits, self.mistakes)
        ledger, plan = step.ledger, self.graph.numbers.plan
        given = tuple(one.address for one in ledger.entries.values() if not one.line)
        return Story(
            "step",
            document.title(),
            tuple(document.sections()),
            ledger.entries,
            ledger.lines,
            step.update.carried,
            given,
            self.digits,
            {
                "network": plan.network.describe(),
                "loss": plan.objective.loss,
                "optimizer": plan.optimizer.name,
                "samples": len(self.graph.numbers.x),
                "sample": self.chosen,
            },
            ledger.inner,
            ledger.rests,
            network_drawing(step),
        )

    # What is told beyond the step ---------------------------------------------------------------
    def _contributions(self) -> None:
        """What the chosen sample adds to each weight's gradient, where there are several."""
        step = self.step
        if step.names.samples == 1:
            return
        for stage in self.graph.stages:
            if isinstance(stage.layer, Linear):
                x = step.teller.known[self.graph.source(stage.number)]
                delta = step.backward.deltas[stage.number]
                names = step.names.parameter_gradient(f"W{stage.number}")
                contributions(step.teller, x, delta, names, self.chosen, stage.number)

    def _told_parameters(self) -> list[Parameter]:
        """One weight of the last layer, and one of the first or the one asked for."""
        last = len(self.step.names.linear)
        found = [Parameter("W", last, 0, 0)]
        first = self.weight or Parameter("W", 1, 0, 0)
        return found if first == found[0] else [*found, first]

    def _check(self) -> None:
        """Central differences beside every parameter's gradient and the chosen sample's δ."""
        graph = self.graph
        values = graph.values()
        for name, node in graph.parameters.items():
            self._check_node(node, f"d{name}", graph.array(f"d{name}"), range(node.size), values)
        for name, node in graph.told.items():
            if name.startswith("net"):
                width = node.shape[1]
                places = range(self.chosen * width, (self.chosen + 1) * width)
                self._check_node(node, f"d{name}", graph.array(f"d{name}"), places, values)

    def _check_node(
        self, node: Any, name: str, mine: Array, places: Sequence[int], values: Any
    ) -> None:
        found = checks(self.graph.total, node, values, self.graph.inputs, mine, places)
        for place, check in found.items():
            at = np.unravel_index(place, node.shape)
            address = f"{name}{place_of(tuple(map(int, at)))}"
            if self.step.has(address):
                self.step.ledger.checked(address, check)
