"""Learning-rate schedules, written in ops: a rate for each update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np

from gradstone.autodiff.rewrite import rewrite
from gradstone.errors import RangeError
from gradstone.graph.node import Node, apply, captured, constant
from gradstone.graph.walk import Graph
from gradstone.nn.settings import real, whole


@dataclass(frozen=True, slots=True)
class Schedule:
    """A learning rate that may change from update to update.

    Attributes:
        name: "constant", "step_decay", "cosine_decay" or "warm_up".
        rate: the rate it starts from, or rises to; above 0.
        settings: what else the rule needs, as pairs.
        after: for "warm_up", the schedule that follows.
    """

    name: str
    rate: float
    settings: tuple[tuple[str, float], ...] = ()
    after: Schedule | None = None

    def __call__(self, step: Node) -> Node:
        """The rate of an update, a float64 scalar, from the number of updates before it."""
        return _RULES[self.name](self, step)

    def to_json(self) -> dict[str, Any]:
        """The schedule as a plain dictionary."""
        after = self.after.to_json() if self.after else None
        settings = dict(self.settings)
        return {"name": self.name, "rate": self.rate, "settings": settings, "after": after}


def schedule(rate: float | Schedule) -> Schedule:
    """A number as the schedule that stays there; RangeError unless it is finite and above 0."""
    if isinstance(rate, Schedule):
        return rate
    return Schedule("constant", _rate(rate))


def step_decay(rate: float, factor: float = 0.5, every: int = 1000) -> Schedule:
    """rate · factor^⌊k / every⌋ at update k, counted from 0.

    Args:
        rate: the first rate. factor: above 0, mostly below 1. every: updates between steps.
    """
    settings = {"factor": real("factor", factor, above=True), "every": whole("every", every)}
    return Schedule("step_decay", _rate(rate), tuple(settings.items()))


def cosine_decay(rate: float, steps: int, final: float = 0.0) -> Schedule:
    """From rate to final along half a cosine over a number of updates, then final.

    Source: Loshchilov and Hutter 2017, without restarts.
    """
    settings = {"steps": whole("steps", steps), "final": real("final", final)}
    return Schedule("cosine_decay", _rate(rate), tuple(settings.items()))


def warm_up(rate: float | Schedule, steps: int) -> Schedule:
    """A straight rise over the first updates, (k + 1) / steps of the rate, then the schedule."""
    after = schedule(rate)
    return Schedule("warm_up", after.rate, (("steps", whole("steps", steps)),), after)


def rate_apart(graph: Graph, one: Schedule) -> Graph:
    """The graph with the rate of a schedule beside it: for all rates it is one program."""
    rate = constant(one.rate, "float64")
    return rewrite(graph, lambda node: captured(np.array(one.rate)) if node is rate else node)[0]


def _rate(rate: Any) -> float:
    return real("learning_rate", rate, above=True)


def _constant(one: Schedule, step: Node) -> Node:
    return constant(one.rate, step.dtype)


def _step_decay(one: Schedule, step: Node) -> Node:
    settings = dict(one.settings)
    return one.rate * settings["factor"] ** apply("floor", step / settings["every"])


def _cosine_decay(one: Schedule, step: Node) -> Node:
    settings = dict(one.settings)
    done = apply("minimum", step / settings["steps"], 1.0)
    height = 0.5 * (1.0 + apply("cos", pi * done))
    return settings["final"] + (one.rate - settings["final"]) * height


def _warm_up(one: Schedule, step: Node) -> Node:
    assert one.after is not None
    share = apply("minimum", (step + 1.0) / dict(one.settings)["steps"], 1.0)
    return share * one.after(step)


_RULES = {
    "constant": _constant,
    "step_decay": _step_decay,
    "cosine_decay": _cosine_decay,
    "warm_up": _warm_up,
}
_MADE: dict[str, Callable[..., Schedule]] = {
    "constant": schedule,
    "step_decay": step_decay,
    "cosine_decay": cosine_decay,
    "warm_up": warm_up,
}


def restored(plain: Any) -> Schedule:
    """The schedule from its JSON form; RangeError, KeyError or TypeError where it is none."""
    if not isinstance(plain, dict) or plain.get("name") not in _MADE:
        raise RangeError("schedule", f"{plain!r:.60} came", "a saved schedule is wanted")
    rate = restored(plain["after"]) if plain["after"] else plain["rate"]
    return _MADE[plain["name"]](rate, **plain["settings"])
