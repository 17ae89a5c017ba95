"""What an experiment fixes, and the choices that can be varied one at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Literal

from gradstone.errors import RangeError, unknown
from gradstone.graph.op import tagged
from gradstone.nn.layers import activations
from gradstone.nn.module import MLP, Network
from gradstone.nn.settings import real, whole
from gradstone.studies.trials import Trial
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES
from gradstone.training.optimizers import OPTIMIZERS, Optimizer, optimizer_named

HEADS = ("none", "sigmoid", "softmax")
SCALINGS = ("none", "standard")
INITIAL = ("zeros", "normal", "glorot", "he")
RATES = {"adam": 0.003, "adamw": 0.003}
"""First rates for small networks; other optimizers begin with their own."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One training and the rows for it, in the words of a command line.

    Attributes:
        hidden: neurons of each hidden layer; () for none. activation: after each; None for none.
        batch_size: rows in a batch; None: all of them.
        learning_rate: None: that of RATES, else the optimizer's own.
        loss: None: cross_entropy for classes, else mse. head: "none", "sigmoid" or "softmax";
            None: what goes with the loss.
        initial: rule for weights, by name; None: what suits the activation.
        scaling: "none"; "standard": inputs minus their mean, divided by their standard
            deviation, both of the training rows. stretch: a factor for every other input from
            the first on (with 1000, some metres are millimetres), before scaling.
        size, noise: of a set that is drawn; None: its own.
    """

    hidden: tuple[int, ...] = (64,)
    activation: str | None = "relu"
    optimizer: str = "adam"
    learning_rate: float | None = None
    batch_size: int | None = 32
    epochs: int = 20
    loss: str | None = None
    head: str | None = None
    initial: str | None = None
    dropout: float = 0.0
    l2: float = 0.0
    scaling: str = "none"
    stretch: float = 1.0
    size: int | None = None
    noise: float | None = None

    def objective(self, classes: int) -> tuple[str, str | None, int]:
        """The loss, the activation of the output and the number of outputs.

        Args:
            classes: of the rows; 0 for numbers.

        Raises:
            UnknownNameError: no such loss or head. RangeError: a loss that does not fit.
        """
        loss = self.loss or ("cross_entropy" if classes else "mse")
        if loss not in tagged("loss"):
            raise unknown("loss", loss, tagged("loss"))
        if loss in LABEL_LOSSES | BINARY_LOSSES and not classes:
            wanted = "one that goes with numbers is wanted"
            raise RangeError("loss", f"{loss} came for a target of numbers", wanted, "As mse.")
        if loss in BINARY_LOSSES and classes != 2:
            wanted = "cross_entropy is wanted"
            raise RangeError("loss", f"{loss} came for {classes} classes", wanted)
        if self.head is not None and self.head not in HEADS:
            raise unknown("head", self.head, HEADS)
        binary = loss in BINARY_LOSSES
        head = self.head or ("none" if not classes else "sigmoid" if binary else "softmax")
        outputs = 1 if binary or not classes else classes
        return loss, None if head == "none" else head, outputs

    def network(self, inputs: int, classes: int) -> Network:
        """The network for rows of so many inputs and classes."""
        _, head, outputs = self.objective(classes)
        sizes = [inputs, *self.hidden, outputs]
        return MLP(sizes, self.activation, head, initial=self.initial, dropout=self.dropout)

    def trial(self, inputs: int, classes: int, seed: int, label: str = "") -> Trial:
        """The training with a seed."""
        return Trial(
            self.network(inputs, classes), loss=self.objective(classes)[0],
            optimizer=self.rule(), epochs=self.epochs, batch_size=self.batch_size, seed=seed,
            l2=self.l2, label=label,
        )  # fmt: skip

    def rule(self) -> Optimizer:
        """The optimizer with its rate.

        Raises:
            UnknownNameError: no such optimizer. RangeError: no such rate.
        """
        rate = self.learning_rate
        rate = RATES.get(self.optimizer) if rate is None else rate
        return optimizer_named(self.optimizer, rate)


def widths(text: str, subject: str = "hidden", between: str = "-") -> tuple[int, ...]:
    """Neurons of hidden layers from a text: (64, 32) from 64-32 or 64,32, and () from none.

    Args:
        between: which of both an error names.

    Raises:
        RangeError: something else.
    """
    parts = [] if text.strip() in ("", "none") else re.split("[-,，]", text)
    if not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        wanted = "neurons of each layer, from 1, are wanted"
        raise RangeError(subject, f"{text!r} came", wanted, f"As 64{between}32, or none.")
    return tuple(int(part) for part in parts)


Read = Callable[[str, str, Setting], Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be varied.

    Attributes:
        field: of the Setting. read: (text, name of the choice, what is fixed) -> its value.
        usual: the values tried where none are named.
        numbers: whether the values lie on an axis; "tenfold" on a logarithmic one.
    """

    field: str
    read: Read
    usual: tuple[str, ...]
    numbers: Literal["", "even", "tenfold"] = ""

    def setting(self, base: Setting, name: str, text: str) -> Setting:
        """What is fixed, with one value of the choice.

        Raises:
            RangeError, UnknownNameError: a value that cannot be.
        """
        return replace(base, **{self.field: self.read(text, name, base)})


def _number(text: str, subject: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise RangeError(subject, f"{text!r} came", "a number is wanted") from None


def _real(low: float = 0.0, below: float = inf, above: bool = False) -> Read:
    return lambda text, subject, base: real(subject, _number(text, subject), low, below, above)


def _count(least: int) -> Read:
    def read(text: str, subject: str, base: Setting) -> int:
        number = _number(text, subject)
        return whole(subject, int(number) if number.is_integer() else text, least)

    return read


def _named(names: Callable[[], Iterable[str]]) -> Read:
    def read(text: str, subject: str, base: Setting) -> str:
        if text not in names():
            raise unknown(subject, text, names())
        return text

    return read


def _batch(text: str, subject: str, base: Setting) -> int | None:
    if text == "full":
        return None
    if not text.isdecimal() or not int(text):
        raise RangeError(subject, f"{text!r} came", "a whole number from 1 is wanted, or full")
    return int(text)


def _activation(text: str, subject: str, base: Setting) -> str | None:
    known = activations()
    if text not in known and text != "none":
        raise unknown(subject, text, ["none", *known])
    return None if text == "none" else text


def _depth(text: str, subject: str, base: Setting) -> tuple[int, ...]:
    width = base.hidden[0] if base.hidden else 1
    count: int = _count(0)(text, subject, base)
    return (width,) * count


CHOICES = {
    "hidden": Choice(
        "hidden", lambda text, subject, base: widths(text, subject),
        ("1", "2", "4", "8", "16", "32"), "tenfold",
    ),
    "layers": Choice("hidden", _depth, ("0", "1", "2", "3", "5"), "even"),
    "activation": Choice(
        "activation", _activation, ("none", "sigmoid", "tanh", "relu")
    ),
    "optimizer": Choice("optimizer", _named(lambda: OPTIMIZERS), tuple(OPTIMIZERS)),
    "learning-rate": Choice(
        "learning_rate", _real(above=True), ("0.0001", "0.001", "0.01", "0.1", "1"), "tenfold"
    ),
    "batch-size": Choice("batch_size", _batch, ("1", "8", "32", "128", "full"), "tenfold"),
    "epochs": Choice("epochs", _count(1), ("1", "3", "10", "30", "100"), "tenfold"),
    "loss": Choice("loss", _named(lambda: tagged("loss")), ("mse", "mae", "cross_entropy")),
    "head": Choice("head", _named(lambda: HEADS), HEADS),
    "initial": Choice("initial", _named(lambda: INITIAL), INITIAL),
    "dropout": Choice("dropout", _real(below=1.0), ("0", "0.2", "0.5"), "even"),
    "l2": Choice("l2", _real(), ("0", "0.0001", "0.001", "0.01")),
    "scaling": Choice("scaling", _named(lambda: SCALINGS), SCALINGS),
    "stretch": Choice("stretch", _real(above=True), ("0.001", "1", "1000"), "tenfold"),
    "size": Choice("size", _count(2), ("20", "50", "100", "200", "500", "1000"), "tenfold"),
    "noise": Choice("noise", _real(), ("0", "0.1", "0.2", "0.4"), "even"),
}  # fmt: skip
"""What can be varied, by name."""
