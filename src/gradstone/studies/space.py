"""What a search for structure, activation, optimizer, rate and batch size may choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradstone.errors import RangeError, unknown
from gradstone.nn.layers import activations
from gradstone.nn.settings import real, whole
from gradstone.studies.setting import Setting
from gradstone.training.optimizers import OPTIMIZERS


@dataclass(frozen=True, slots=True)
class Space:
    """What is searched.

    Attributes:
        layers, widths: least and largest number of hidden layers, and of neurons in each.
        activations, optimizers, batch_sizes: those that are tried.
        rates: least and largest learning rate; between them evenly by magnitude.

    Raises:
        RangeError, UnknownNameError: what cannot be.
    """

    layers: tuple[int, int] = (1, 3)
    widths: tuple[int, int] = (4, 128)
    activations: tuple[str, ...] = ("relu", "tanh")
    optimizers: tuple[str, ...] = ("adam", "sgd")
    rates: tuple[float, float] = (1e-4, 1.0)
    batch_sizes: tuple[int, ...] = (16, 32, 64, 128)

    def __post_init__(self) -> None:
        for subject, pair, least in (("layers", self.layers, 0), ("widths", self.widths, 1)):
            whole(subject, pair[1], whole(subject, pair[0], least))
        real("rates", self.rates[1], real("rates", self.rates[0], above=True))
        for subject, names, known in (
            ("activations", self.activations, activations()),
            ("optimizers", self.optimizers, OPTIMIZERS),
        ):
            for name in names:
                if name not in known:
                    raise unknown(subject, name, known)
        for size in self.batch_sizes:
            whole("batch_sizes", size)
        for subject in ("activations", "optimizers", "batch_sizes"):
            if not getattr(self, subject):
                raise RangeError(subject, "none came", "at least one is wanted")

    def setting(self, trial: Any, epochs: int, loss: str | None) -> Setting:
        """What Optuna's trial suggests."""
        layers = trial.suggest_int("layers", *self.layers)
        low, high = self.widths
        hidden = [trial.suggest_int(f"width{k}", low, high, log=True) for k in range(1, layers + 1)]
        return Setting(
            tuple(hidden), trial.suggest_categorical("activation", self.activations),
            trial.suggest_categorical("optimizer", self.optimizers),
            trial.suggest_float("learning_rate", *self.rates, log=True),
            trial.suggest_categorical("batch_size", self.batch_sizes), epochs, loss,
        )  # fmt: skip
