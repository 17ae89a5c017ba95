"""What the command line asks of a training run: the network, the optimizer, the epochs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gradstone.app.cli.material import Material, Rows
from gradstone.data.sets import held_out
from gradstone.errors import DataError, RangeError, unknown
from gradstone.execute.roads import ROADS
from gradstone.graph.op import tagged
from gradstone.nn.module import MLP, Network
from gradstone.studies.setting import RATES, widths
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES
from gradstone.training.optimizers import Optimizer, optimizer_named

UPDATES, LEAST_EPOCHS, MOST_EPOCHS = 1000, 20, 400
"""By default. Of 48 rows bent curves and boundaries are learned in 400 epochs and not in 100, and
no better in 1000, where noise is learned instead."""
DRAWN_UPDATES = 2000  # their boundaries are bent more: spirals want them
VALIDATION = 0.1


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; without it, what `gradstone train` takes.

    Attributes:
        hidden: as it was typed. learning_rate, epochs, loss, validation, threads: None: not asked.
        early_stopping: epochs of patience; None: never.
    """

    hidden: str = "64"
    activation: str = "relu"
    optimizer: str = "adam"
    learning_rate: float | None = None
    epochs: int | None = None
    batch_size: int = 32
    seed: int = 0
    loss: str | None = None
    dtype: str = "float32"
    validation: float | None = None
    threads: int | None = None
    executor: str = "native"
    early_stopping: int | None = None


def listed(names: Iterable[str]) -> str:
    """Names in a row, sorted."""
    return ", ".join(sorted(names))


def check_names(request: Request) -> None:
    """UnknownNameError where the dtype or the executor is none."""
    known = {"--dtype": ("float32", "float64"), "--executor": ROADS}
    for name, value in (("--dtype", request.dtype), ("--executor", request.executor)):
        if value not in known[name]:
            raise unknown(name, value, known[name])


def network_of(material: Material, request: Request) -> tuple[Network, str]:
    """The network that fits the material, and the name of its loss.

    Raises:
        RangeError, UnknownNameError: sizes, an activation or a loss that cannot be.
    """
    classes = len(material.classes)
    loss = request.loss or ("cross_entropy" if classes else "mse")
    _check_loss(loss, classes)
    inputs = len(material.preparation.features)
    binary = loss in BINARY_LOSSES
    outputs = classes if classes and not binary else 1
    head = None if not classes else "sigmoid" if binary else "softmax"
    hidden = widths(request.hidden, "--hidden", ",")
    return MLP([inputs, *hidden, outputs], request.activation, head), loss


def _check_loss(loss: str, classes: int) -> None:
    known = set(tagged("loss"))
    if loss not in known:
        raise unknown("--loss", loss, known)
    fitting = LABEL_LOSSES if classes else known - LABEL_LOSSES - BINARY_LOSSES
    fitting = fitting | BINARY_LOSSES if classes == 2 else fitting
    if loss not in fitting:
        came = f"{loss} came for {classes} classes" if classes else f"{loss} came for numbers"
        raise RangeError("--loss", came, f"one of {listed(fitting)} is wanted")


def optimizer_of(request: Request) -> Optimizer:
    """The optimizer at the rate asked for, or at a good one; UnknownNameError for another."""
    rate = request.learning_rate
    rate = RATES.get(request.optimizer) if rate is None else rate
    return optimizer_named(request.optimizer, rate, "--optimizer")


def share_of(request: Request, rows: Rows) -> float | None:
    """The share held out for validation; by default none where there are too few rows.

    Raises:
        RangeError: a share outside 0 … 1.
    """
    share = VALIDATION if request.validation is None else request.validation
    if not 0 <= share < 1:
        raise RangeError("--validation", f"{share} came", "a share from 0, below 1, is wanted")
    if request.validation is None:
        try:
            held_out(rows.targets, share, request.seed)
        except DataError:
            return None
    return share or None


def epochs_of(request: Request, rows: int, drawn: bool = False, most: int = MOST_EPOCHS) -> int:
    """As many as were asked for, or enough for about a thousand updates, from 20 on.

    Args:
        rows: that are learned from. drawn: of a set drawn at random, which gets twice as many
            updates. most: epochs, where none were asked for.
    """
    if request.epochs is not None:
        return request.epochs
    updates = DRAWN_UPDATES if drawn else UPDATES
    wanted = -(-updates * request.batch_size // max(rows, 1))
    return min(max(wanted, LEAST_EPOCHS), most)
