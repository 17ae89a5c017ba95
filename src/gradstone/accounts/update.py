"""The update, told entry by entry: the optimizer's own rule on single numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradstone.accounts.ledger import Ledger
from gradstone.accounts.naming import NetworkNames
from gradstone.accounts.scalar import node_at
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Teller, place_of
from gradstone.autodiff.rewrite import replace as replaced
from gradstone.graph.node import Node
from gradstone.training.optimizers import Optimizer

Array = np.ndarray[Any, Any]
SETTINGS = {
    "beta1": Symbol("β", "1"), "beta2": Symbol("β", "2"), "momentum": Symbol("μ"),
    "rho": Symbol("ρ"), "epsilon": Symbol("ε", "0"),
}  # fmt: skip
"""Settings of optimizers that get a name; others are written as numbers."""
RATE = Symbol("η")


@dataclass(slots=True)
class UpdateTeller:
    """Tells new parameters and new state.

    Attributes:
        state: values before the step, by the optimizer's names.
        new: symbols of the new parameters, by name. carried: new address -> old address.
    """

    teller: Teller
    names: NetworkNames
    optimizer: Optimizer
    state: Mapping[str, Any]
    new: dict[str, Array] = field(default_factory=dict)
    carried: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def given(self) -> None:
        """Enter the rate, the settings and the state before the step."""
        ledger, schedule = self.teller.ledger, self.optimizer.learning_rate
        step = float(self.state.get("step", 0.0))
        if schedule.name == "constant":
            self.settings["rate"] = ledger.given("rate", RATE, schedule.rate)
        else:
            number = ledger.given("step", Symbol("k"), step)
            self._carry("step", Symbol("k", new=True), number + 1.0, (-2,))
            self.settings["rate"] = ledger.line("U", "rate", RATE, schedule(number), key=(-3,))
        self.settings |= given_settings(self.optimizer, ledger)
        for name in self.optimizer.powers:
            before, after = (replace(SETTINGS[name], power=one) for one in ("t-1", "t"))
            power = ledger.given(f"{name}_power", before, float(self.state[f"{name}_power"]))
            self.settings[f"{name}_power"] = self._carry(
                f"{name}_power", after, power * self.settings[name], (-1,)
            )

    def _carry(self, address: str, symbol: Symbol, rule: Node, key: tuple[int, ...]) -> Node:
        """A line for what the next step starts from."""
        self.carried[f"new {address}"] = address
        return self.teller.ledger.line("U", f"new {address}", symbol, rule, key=key)

    def tell(self, name: str, values: Array, gradients: Array, place: int) -> None:
        """The new entries of a parameter, from its symbols and those of its gradient."""
        new = np.empty(values.shape, object)
        for at in np.ndindex(values.shape):
            new[at] = self.entry(name, at, node_at(values, at), node_at(gradients, at), place)
        self.new[name] = new

    def entry(self, name: str, at: tuple[int, ...], p: Node, g: Node, place: int) -> Node:
        """The new value of one entry of a parameter; `place` orders the parameters."""
        address, symbol = self.names.parameter(name)(at)
        key, rate = (place, *reversed(at)), self.settings["rate"]
        kept = {
            moment: self.teller.ledger.given(
                _address(name, moment, at), _moment(moment, symbol),
                float(np.asarray(self.state[f"{name}.{moment}"])[at]),
            )
            for moment in self.optimizer.moments
        }  # fmt: skip
        rule = on_symbols(self.optimizer, self.settings)
        powers = {f"{one}_power": self.settings[f"{one}_power"] for one in rule.powers}
        new, moments = rule.updated(p, g, kept, rate, powers)
        told = {}
        for number, (moment, after) in enumerate(moments.items()):
            letter = replace(_moment(moment, symbol), new=True)
            own = _address(name, moment, at)
            told[moment] = self._carry(own, letter, after, (*key, number))
            (new,) = replaced([new], {after: told[moment]})
        if powers:
            new = rule.stepped(
                p, self._corrected(rule.corrected(told, powers), name, at, key), rate
            )
        return self._carry(address, replace(symbol, new=True), new, (*key, 9))

    def _corrected(
        self, rules: Mapping[str, Node], name: str, at: tuple[int, ...], key: tuple[int, ...]
    ) -> dict[str, Node]:
        """Lines of m̂ and v̂, after those of m and v."""
        _, symbol = self.names.parameter(name)(at)
        return {
            moment: self.teller.ledger.line(
                "U", _address(name, f"{moment}_hat", at),
                replace(_moment(moment, symbol), hat=True), rule, key=(*key, number),
            )
            for number, (moment, rule) in enumerate(rules.items(), len(rules))
        }  # fmt: skip


def given_settings(optimizer: Optimizer, ledger: Ledger) -> dict[str, Node]:
    """Enter the numbers of an optimizer's rule; their symbols by name."""
    return {
        name: ledger.given(name, SETTINGS[name], value)
        for name, value in optimizer.settings
        if name in SETTINGS
    }


def on_symbols(optimizer: Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    """The optimizer with the symbols of its settings in place of their numbers."""
    named = tuple((one, settings.get(one, value)) for one, value in optimizer.settings)
    return replace(optimizer, settings=named)


def _moment(letter: str, parameter: Symbol) -> Symbol:
    """m of w₅."""
    return Symbol(letter, parameter.letter + parameter.below, layer=parameter.layer)


def _address(name: str, moment: str, at: tuple[int, ...]) -> str:
    return f"{name}.{moment}{place_of(at)}"
