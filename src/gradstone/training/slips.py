"""Known mistakes of optimizers' updates, each as an update of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from gradstone.checking.steps.recipe import Nodes, Slip, Update
from gradstone.graph.node import Node, apply, constant
from gradstone.training.optimizers import Optimizer

Change = Callable[[Node, dict[str, Node], Node, Optimizer], Node]
"""(gradient, state after and before it, rate, optimizer) -> what is subtracted."""


def slips(optimizer: Optimizer, parameters: Nodes, state: Nodes) -> tuple[Slip, ...]:
    """The mistakes that can be made in an optimizer's update."""
    made = _Maker(optimizer, dict(parameters), dict(state))
    return tuple(
        one for table in (made.of_formula, made.of_state, made.of_decay) for one in table()
    )


class _Maker:
    """Makes updates that differ from an optimizer's own."""

    def __init__(
        self, optimizer: Optimizer, parameters: dict[str, Node], state: dict[str, Node]
    ) -> None:
        self.optimizer, self.parameters, self.state = optimizer, parameters, state

    def with_state(self, **other: Node) -> Update:
        """The update from another state: counters and powers, or all of some moment."""
        state = {name: other.get(name, other.get(name.split(".")[-1], node))
                 for name, node in self.state.items()}  # fmt: skip
        state = {
            name: apply("broadcast", node, shape=self.state[name].shape)
            if node.shape != self.state[name].shape
            else node
            for name, node in state.items()
        }
        return self._update(self.optimizer, state)

    def with_settings(self, name: str = "", **other: float) -> Update:
        """The update with other settings, or of another optimizer."""
        settings = {**dict(self.optimizer.settings), **other}
        changed = replace(
            self.optimizer, name=name or self.optimizer.name, settings=tuple(settings.items())
        )
        return self._update(changed, self.state)

    def _update(self, optimizer: Optimizer, state: dict[str, Node]) -> Update:
        def update(gradients: Nodes) -> dict[str, Node]:
            new, new_state = optimizer.update(self.parameters, dict(gradients), state)
            return {f"new {name}": node for name, node in {**new, **new_state}.items()}

        return update

    def with_formula(self, change: Change) -> Update:
        """The update that subtracts something else."""

        def update(gradients: Nodes) -> dict[str, Node]:
            new, after = self.optimizer.update(self.parameters, dict(gradients), self.state)
            for name, p in self.parameters.items():
                moments = self.optimizer.moments
                s = {one: after[f"{name}.{one}"] for one in moments}
                s |= {f"old {one}": self.state[f"{name}.{one}"] for one in moments}
                s |= {one: after[one] for one in after if one.endswith("_power")}
                rate = self.optimizer.learning_rate(self.state["step"])
                start, g = self.optimizer.decayed(p, gradients[name], rate)
                new[name] = start - change(g, s, rate, self.optimizer)
            return {f"new {name}": node for name, node in {**new, **after}.items()}

        return update

    # The tables ---------------------------------------------------------------------------------
    def of_state(self) -> Iterator[Slip]:
        """What goes wrong with what is kept between steps."""
        powers = self.optimizer.powers
        if powers:
            none = {f"{one}_power": constant(0.0, "float64") for one in powers}
            yield Slip(
                "Adam without bias correction",
                "m and v start at 0 and are too small at first; divide them by 1 − β^t",
                self.with_state(**none),
            )
            late = {f"{one}_power": self.state[f"{one}_power"] / self.optimizer[one]
                    for one in powers}  # fmt: skip
            yield Slip(
                "Adam counting its steps from 0",
                "the powers of β are those of the step before; the first step is t = 1",
                self.with_state(**late),
            )
            for one, moment in zip(powers, ("m", "v"), strict=False):
                yield Slip(
                    "Adam with one bias correction",
                    f"{moment} was not divided by 1 − {one}^t",
                    self.with_state(**{f"{one}_power": constant(0.0, "float64")}),
                )
        if moments := self.optimizer.moments:
            yield Slip(
                "optimizer state not kept",
                f"{' and '.join(moments)} started at 0 again; they go from step to step",
                self.with_state(**dict.fromkeys(moments, constant(0.0, "float64"))),
            )

    def of_formula(self) -> Iterator[Slip]:
        """What goes wrong in the rule itself."""
        for name, explanation, change in FORMULAS.get(self.optimizer.name, ()):
            yield Slip(name, explanation, self.with_formula(change))
        other = {"momentum": "nesterov", "nesterov": "momentum"}.get(self.optimizer.name)
        if other:
            text = f"the rule of {other} was used in place of that of {self.optimizer.name}"
            yield Slip("rule of another optimizer", text, self.with_settings(other))

    def of_decay(self) -> Iterator[Slip]:
        """What goes wrong with weight decay."""
        decay = self.optimizer["weight_decay"]
        if not decay:
            return
        if self.optimizer.name in ("adam", "adamw"):
            other = "adam" if self.optimizer.name == "adamw" else "adamw"
            texts = {
                "adam": "the decay was added to the gradient, where Adam rescales it; it scales "
                "the parameter itself, by 1 − rate · λ",
                "adamw": "the parameter itself was scaled; here λ · p is added to the gradient",
            }
            name = "L2 in place of decoupled decay" if other == "adam" else (
                "decoupled decay in place of L2")  # fmt: skip
            yield Slip(name, texts[other], self.with_settings(other))
        else:
            yield Slip(
                "decoupled decay in place of L2",
                "the parameter itself was scaled; here λ · p is added to the gradient",
                self._decoupled(),
            )
        yield Slip(
            "weight decay left out", "λ does not appear in the update",
            self.with_settings(weight_decay=0.0),
        )  # fmt: skip
        for factor, words in ((2.0, "2 λ"), (0.5, "λ / 2")):
            yield Slip(
                "weight decay off by 2", f"{words} was used in place of λ: λ Σ w² against ½ λ Σ w²",
                self.with_settings(weight_decay=factor * decay),
            )  # fmt: skip

    def _decoupled(self) -> Update:
        plain = self.with_settings(weight_decay=0.0)
        decay, rate = self.optimizer["weight_decay"], self.optimizer.learning_rate

        def update(gradients: Nodes) -> dict[str, Node]:
            found = plain(gradients)
            for name, p in self.parameters.items():
                found[f"new {name}"] -= rate(self.state["step"]) * decay * p
            return found

        return update


def _corrected(s: dict[str, Node]) -> tuple[Node, Node]:
    """m̂ and v̂."""
    return s["m"] / (1.0 - s["beta1_power"]), s["v"] / (1.0 - s["beta2_power"])


def _adam_inside(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    m, v = _corrected(s)
    return rate * m / apply("sqrt", v + o["epsilon"])


def _adam_before(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    m, _ = _corrected(s)
    second = apply("sqrt", 1.0 - s["beta2_power"])
    return rate * m * second / (apply("sqrt", s["v"]) + o["epsilon"])


def _adam_without_root(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    m, v = _corrected(s)
    return rate * m / (v + o["epsilon"])


def _adam_without_mean(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    _, v = _corrected(s)
    return rate * g / (apply("sqrt", v) + o["epsilon"])


def _inside(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    return rate * g / apply("sqrt", s["v"] + o["epsilon"])


def _without_root(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    return rate * g / (s["v"] + o["epsilon"])


def _old_average(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    return rate * g / (apply("sqrt", s["old v"]) + o["epsilon"])


def _damped(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    return rate * (o["momentum"] * s["old v"] + (1.0 - o["momentum"]) * g)


def _old_velocity(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    return rate * s["old v"]


def _without_momentum(g: Node, s: dict[str, Node], rate: Node, o: Optimizer) -> Node:
    return rate * g


INSIDE = ("epsilon inside the root", "√(v + ε) was taken; ε is added to the root, √v + ε")
ROOTLESS = ("root left out", "the gradient was divided by v; divide by its root")
LATE = "moving average leaves out the current value"
_OF_ADAM: tuple[tuple[str, str, Change], ...] = (
    (*INSIDE, _adam_inside),
    ("epsilon added before the bias correction",
     "ε was added to √v and both corrected; it is added to the root of the corrected v",
     _adam_before),
    (*ROOTLESS, _adam_without_root),
    ("gradient in place of its moving mean", "g stands where m̂ belongs", _adam_without_mean),
)  # fmt: skip
_OF_SQUARES: tuple[tuple[str, str, Change], ...] = (
    (*INSIDE, _inside),
    (*ROOTLESS, _without_root),
    (LATE, "v was used before the current gradient's square was in it", _old_average),
)
FORMULAS: dict[str, tuple[tuple[str, str, Change], ...]] = {
    "adam": _OF_ADAM,
    "adamw": _OF_ADAM,
    "adagrad": _OF_SQUARES,
    "rmsprop": _OF_SQUARES,
    "momentum": (
        ("momentum with a damped gradient", "(1 − μ) · g was added; the rule adds g", _damped),
        (LATE, "the velocity was used before the current gradient was in it", _old_velocity),
        ("momentum left out", "the gradient alone was subtracted", _without_momentum),
    ),
    "nesterov": (("momentum left out", "the gradient alone was subtracted", _without_momentum),),
}
