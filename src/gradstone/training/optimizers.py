"""Optimizers, written in ops: PyTorch's formulas, one function for each.

An optimizer is a pair of pure functions, `init` (which state there is) and `update` (the new
parameter and the new state). A rule speaks of one parameter p with its gradient g; counters and
powers of beta are float64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from gradstone.errors import unknown
from gradstone.graph.node import Node, apply
from gradstone.nn.settings import real
from gradstone.training.schedules import Schedule, schedule

Nodes = dict[str, Node]
Rule = Callable[[Node, Node, Nodes, Node, "Optimizer"], tuple[Node, Nodes]]


@dataclass(frozen=True, slots=True)
class Optimizer:
    """How gradients change parameters.

    Attributes:
        name: "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam" or "adamw".
        learning_rate: a schedule; a number stays as it is.
        settings: the other numbers of the rule, as pairs.
    """

    name: str
    learning_rate: Schedule
    settings: tuple[tuple[str, float], ...]

    def __getitem__(self, name: str) -> float:
        return dict(self.settings)[name]

    @property
    def moments(self) -> tuple[str, ...]:
        """The names of the state kept for each parameter, zeros at the start."""
        return _RULES[self.name][1]

    @property
    def powers(self) -> tuple[str, ...]:
        """The settings whose powers are kept as float64 scalars, 1 at the start."""
        return _RULES[self.name][2]

    def init(self, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[tuple[int, ...], Any]]:
        """Name, shape and start of each state: "step", powers, and moments as "W1.m".

        The start is 0 or 1; scalars are float64, moments have the parameters' dtype.
        """
        state: dict[str, tuple[tuple[int, ...], Any]] = {"step": ((), 0.0)}
        state |= {f"{name}_power": ((), 1.0) for name in self.powers}
        for name, shape in shapes.items():
            state |= {f"{name}.{moment}": (shape, 0.0) for moment in self.moments}
        return state

    def update(self, parameters: Nodes, gradients: Nodes, state: Nodes) -> tuple[Nodes, Nodes]:
        """The graph of one update: new parameters and new state, by name."""
        rate = self.learning_rate(state["step"])
        new_state = {"step": state["step"] + 1.0}
        for name in self.powers:
            new_state[f"{name}_power"] = state[f"{name}_power"] * self[name]
        new = {}
        for name, p in parameters.items():
            kept = {moment: state[f"{name}.{moment}"] for moment in self.moments}
            new[name], moments = self.updated(p, gradients[name], kept, rate, new_state)
            new_state |= {f"{name}.{moment}": value for moment, value in moments.items()}
        return new, new_state

    def updated(
        self, p: Node, g: Node, kept: Nodes, rate: Node, powers: Nodes
    ) -> tuple[Node, Nodes]:
        """One parameter and its moments after the update; `powers` are those after it, too."""
        p, g = self.decayed(p, g, rate)
        return _RULES[self.name][0](p, g, {**kept, **powers}, rate, self)

    def decayed(self, p: Node, g: Node, rate: Node) -> tuple[Node, Node]:
        """The parameter and the gradient as the rule takes them, weight decay applied."""
        decay = self["weight_decay"]
        if decay and self.name == "adamw":
            return p * apply("cast", 1.0 - rate * decay, dtype=p.dtype), g
        return p, g + decay * p if decay else g

    def corrected(self, moments: Nodes, powers: Nodes) -> Nodes:
        """Moments freed of their start, m̂ = m / (1 − beta1^t); of rules without powers none."""
        return {
            moment: moments[moment] / (1.0 - powers[f"{power}_power"])
            for moment, power in zip(self.moments, self.powers, strict=False)
        }

    def stepped(self, p: Node, corrected: Nodes, rate: Node) -> Node:
        """The new parameter by m̂ and v̂, as papers write it; `updated` but for rounding."""
        start, _ = self.decayed(p, corrected["m"], rate)
        return _against(start, rate, corrected["m"], apply("sqrt", corrected["v"]), self)


def _scaled(rate: Node, value: Node) -> Node:
    return apply("cast", rate, dtype=value.dtype) * value


def _against(p: Node, rate: Node, g: Node, root: Node, o: Optimizer) -> Node:
    """p − rate · g / (root + epsilon)."""
    return p - _scaled(rate, g / (root + o["epsilon"]))


def _sgd(p: Node, g: Node, s: Nodes, rate: Node, o: Optimizer) -> tuple[Node, Nodes]:
    return p - _scaled(rate, g), {}


def _momentum(p: Node, g: Node, s: Nodes, rate: Node, o: Optimizer) -> tuple[Node, Nodes]:
    v = o["momentum"] * s["v"] + g
    return p - _scaled(rate, v), {"v": v}


def _nesterov(p: Node, g: Node, s: Nodes, rate: Node, o: Optimizer) -> tuple[Node, Nodes]:
    v = o["momentum"] * s["v"] + g
    return p - _scaled(rate, g + o["momentum"] * v), {"v": v}


def _adagrad(p: Node, g: Node, s: Nodes, rate: Node, o: Optimizer) -> tuple[Node, Nodes]:
    v = s["v"] + g * g
    return _against(p, rate, g, apply("sqrt", v), o), {"v": v}


def _rmsprop(p: Node, g: Node, s: Nodes, rate: Node, o: Optimizer) -> tuple[Node, Nodes]:
    v = o["rho"] * s["v"] + (1.0 - o["rho"]) * (g * g)
    return _against(p, rate, g, apply("sqrt", v), o), {"v": v}


def _adam(p: Node, g: Node, s: Nodes, rate: Node, o: Optimizer) -> tuple[Node, Nodes]:
    m = o["beta1"] * s["m"] + (1.0 - o["beta1"]) * g
    v = o["beta2"] * s["v"] + (1.0 - o["beta2"]) * (g * g)
    first = rate / (1.0 - s["beta1_power"])
    second = apply("cast", 1.0 / apply("sqrt", 1.0 - s["beta2_power"]), dtype=p.dtype)
    return _against(p, first, m, apply("sqrt", v) * second, o), {"m": m, "v": v}


_RULES: dict[str, tuple[Rule, tuple[str, ...], tuple[str, ...]]] = {
    "sgd": (_sgd, (), ()),
    "momentum": (_momentum, ("v",), ()),
    "nesterov": (_nesterov, ("v",), ()),
    "adagrad": (_adagrad, ("v",), ()),
    "rmsprop": (_rmsprop, ("v",), ()),
    "adam": (_adam, ("m", "v"), ("beta1", "beta2")),
    "adamw": (_adam, ("m", "v"), ("beta1", "beta2")),
}


def _made(name: str, learning_rate: float | Schedule, **settings: Any) -> Optimizer:
    numbers = []
    for key, value in settings.items():
        below = inf if key == "weight_decay" else 1.0
        numbers.append((key, real(f"{name} {key}", value, below=below)))
    return Optimizer(name, schedule(learning_rate), tuple(numbers))


def sgd(learning_rate: float | Schedule = 0.1, weight_decay: float = 0.0) -> Optimizer:
    """Gradient descent: p − rate · g. Weight decay adds weight_decay · p to the gradient."""
    return _made("sgd", learning_rate, weight_decay=weight_decay)


def momentum(
    learning_rate: float | Schedule = 0.01, momentum: float = 0.9, weight_decay: float = 0.0
) -> Optimizer:
    """v ← momentum · v + g; p − rate · v. Source: Polyak 1964."""
    return _made("momentum", learning_rate, momentum=momentum, weight_decay=weight_decay)


def nesterov(
    learning_rate: float | Schedule = 0.01, momentum: float = 0.9, weight_decay: float = 0.0
) -> Optimizer:
    """v ← momentum · v + g; p − rate · (g + momentum · v). Source: Sutskever et al. 2013."""
    return _made("nesterov", learning_rate, momentum=momentum, weight_decay=weight_decay)


def adagrad(
    learning_rate: float | Schedule = 0.01, epsilon: float = 1e-10, weight_decay: float = 0.0
) -> Optimizer:
    """v ← v + g²; p − rate · g / (√v + epsilon). Source: Duchi et al. 2011."""
    return _made("adagrad", learning_rate, epsilon=epsilon, weight_decay=weight_decay)


def rmsprop(
    learning_rate: float | Schedule = 0.001,
    rho: float = 0.99,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
) -> Optimizer:
    """v ← rho · v + (1 − rho) · g²; p − rate · g / (√v + epsilon). Source: Hinton 2012."""
    return _made("rmsprop", learning_rate, rho=rho, epsilon=epsilon, weight_decay=weight_decay)


def adam(
    learning_rate: float | Schedule = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
) -> Optimizer:
    """Moving means m of g and v of g², both freed of their start: p − rate · m̂ / (√v̂ + epsilon).

    Weight decay adds weight_decay · p to the gradient. Source: Kingma and Ba 2015.
    """
    settings = {"beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    return _made("adam", learning_rate, **settings, weight_decay=weight_decay)


def adamw(
    learning_rate: float | Schedule = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.01,
) -> Optimizer:
    """Adam with decoupled decay: p is first scaled by 1 − rate · weight_decay.

    Source: Loshchilov and Hutter 2019.
    """
    settings = {"beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    return _made("adamw", learning_rate, **settings, weight_decay=weight_decay)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


def optimizer_named(
    optimizer: Optimizer | str | None,
    learning_rate: float | Schedule | None = None,
    subject: str = "optimizer",
    /,
    **settings: float,
) -> Optimizer:
    """An optimizer by name; one that is given whole stays as it is, None is `adam`.

    Args:
        learning_rate, settings: of an optimizer by name; without them, its own.
        subject: what a wrong name was given for, as "--optimizer".

    Raises:
        UnknownNameError: no such optimizer. RangeError: numbers outside their range.
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    if optimizer is not None and optimizer not in OPTIMIZERS:
        raise unknown(subject, str(optimizer), OPTIMIZERS)
    make = OPTIMIZERS[optimizer or "adam"]
    return make(**settings) if learning_rate is None else make(learning_rate, **settings)
