"""What an exam is made of: a network, a loss, an optimizer, numbers, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from gradstone.errors import DataError, GradstoneError, RangeError
from gradstone.nn.layers import Activation, Linear
from gradstone.nn.module import Network, Sequential
from gradstone.nn.settings import whole
from gradstone.training.optimizers import OPTIMIZERS, Optimizer, optimizer_named
from gradstone.training.schedules import restored

Array = np.ndarray[Any, Any]
MOST_NUMBERS = 2000
"""Samples times parameters that an exam may have."""
MOST_LAYERS, MOST_WIDTH, MOST_SAMPLES = 20, 100, 50
DIGITS = range(3, 11)
MOST_SEED = 2**31
LABELLED = "cross_entropy"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The given numbers: samples in rows, their targets, and the parameters by name."""

    x: Array
    t: Array
    parameters: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Paper:
    """An exam's making.

    Attributes:
        ask, show: words of `choice`: what is left out, and what is printed though it is computed.
        samples: how many there are. digits: significant ones wanted in an answer.
        seed, variant, attempt: of the numbers, where they are drawn.
        numbers: where they are given; None: they are drawn.

    Raises:
        RangeError, DataError: a network that an exam cannot tell, numbers out of range.
    """

    network: Network
    loss: str
    optimizer: Optimizer
    ask: tuple[str, ...]
    show: tuple[str, ...] = ()
    samples: int = 1
    digits: int = 5
    seed: int = 0
    variant: int = 0
    attempt: int = 0
    numbers: Numbers | None = None

    def __post_init__(self) -> None:
        for layer in self.network.layers:
            if not isinstance(layer, Linear | Activation):
                came = f"the layer {type(layer).__name__} came"
                raise RangeError("exam", came, "Linear layers and activations are wanted")
        for name, most in (("samples", MOST_SAMPLES), ("seed", MOST_SEED), ("variant", MOST_SEED),
                           ("attempt", 1000)):  # fmt: skip
            least = int(name == "samples")
            if whole(f"exam {name}", getattr(self, name), least) > most:
                raise RangeError(f"exam {name}", f"{getattr(self, name)} came", f"{most} is most")
        if self.digits not in DIGITS:
            wanted = f"{DIGITS[0]} to {DIGITS[-1]} are wanted"
            raise RangeError("exam digits", f"{self.digits} came", wanted)
        self._check_size()

    def _check_size(self) -> None:
        linear = [one for one in self.network.layers if isinstance(one, Linear)]
        widths = [one.inputs for one in linear] + [one.outputs for one in linear]
        size = self.samples * sum((one.inputs + one.bias) * one.outputs for one in linear)
        large = size > MOST_NUMBERS or len(self.network.layers) > MOST_LAYERS
        if not linear or large or max(widths) > MOST_WIDTH:
            came = f"{size} products of samples and parameters came"
            raise RangeError("exam", came, f"1 to {MOST_NUMBERS} are wanted", "Take a smaller one.")


# As plain JSON ------------------------------------------------------------------------------------
def network_to_plain(network: Network) -> list[Any]:
    """[[2, 3], "tanh", [3, 1], ["elu", {"alpha": 0.5}]]; a layer without bias is [2, 3, 0]."""
    plain: list[Any] = []
    for one in network.layers:
        if isinstance(one, Linear):
            plain.append([one.inputs, one.outputs] + ([] if one.bias else [0]))
        elif isinstance(one, Activation):
            plain.append([one.name, dict(one.settings)] if one.settings else one.name)
    return plain


def network_from_plain(plain: Any) -> Network:
    """The network again; DataError where it is none."""
    if not isinstance(plain, list) or not 0 < len(plain) <= MOST_LAYERS:
        raise DataError("exam id", "no layers came", "a network is wanted")
    try:
        return Sequential(*(_layer(one) for one in plain))
    except GradstoneError as error:
        raise DataError("exam id", "another network came", str(error)) from error


def _layer(plain: Any) -> Any:
    match plain:
        case str():
            return plain
        case [str(name), dict(settings)]:
            return Activation(name, {str(key): real(one) for key, one in settings.items()})
        case [int(inputs), int(outputs)] | [int(inputs), int(outputs), 0]:
            if max(inputs, outputs) <= MOST_WIDTH:
                return Linear(inputs, outputs, bias=len(plain) == 2)
    raise DataError("exam id", f"{str(plain)[:40]!r} came", "a layer is wanted")


def optimizer_to_plain(optimizer: Optimizer) -> list[Any]:
    """["sgd", 0.5], with settings that are not the usual ones in an object behind."""
    schedule = optimizer.learning_rate
    rate = schedule.rate if schedule.name == "constant" else schedule.to_json()
    usual = dict(OPTIMIZERS[optimizer.name]().settings)
    other = {name: one for name, one in optimizer.settings if one != usual[name]}
    return [optimizer.name, rate, *([other] if other else [])]


def optimizer_from_plain(plain: Any) -> Optimizer:
    """The optimizer again; DataError where it is none."""
    match plain:
        case [str(name), rate] | [str(name), rate, dict()] if name in OPTIMIZERS:
            settings = {key: real(one) for key, one in (plain[2] if len(plain) > 2 else {}).items()}
        case _:
            raise DataError("exam id", f"{str(plain)[:40]!r} came", "an optimizer is wanted")
    try:
        chosen = restored(rate) if isinstance(rate, dict) else real(rate)
        return optimizer_named(name, chosen, **settings)
    except (GradstoneError, KeyError, TypeError, RecursionError) as error:
        raise DataError("exam id", "another optimizer came", str(error)[:80]) from error


def numbers_to_plain(numbers: Numbers) -> dict[str, Any]:
    """Lists by name."""
    parameters = {name: one.tolist() for name, one in numbers.parameters.items()}
    return {"x": numbers.x.tolist(), "t": numbers.t.tolist(), **parameters}


def numbers_from_plain(plain: Any, network: Network, samples: int, loss: str) -> Numbers:
    """The numbers again; DataError where they do not fit the network."""
    shapes = {name: one.shape for name, one in network.parameters().items()}
    if not isinstance(plain, dict) or set(plain) != {"x", "t", *shapes}:
        raise DataError("exam id", "other numbers came", f"x, t, {', '.join(shapes)} are wanted")
    x = _array(plain["x"], (samples, network.inputs or 0), "x")
    t = plain["t"]
    labelled = loss == LABELLED and isinstance(t, list) and bool(t) and isinstance(t[0], int)
    shape = (samples,) if labelled else (samples, network.width or 0)
    targets = _array(t, shape, "t")
    values = {name: _array(plain[name], shape, name) for name, shape in shapes.items()}
    return Numbers(x, targets.astype(np.int64) if labelled else targets, values)


def _array(plain: Any, shape: tuple[int, ...], name: str) -> Array:
    flat: list[Any] = [plain]
    for size in shape:
        if not all(isinstance(one, list) and len(one) == size for one in flat):
            raise DataError("exam id", f"{name} of another shape", f"{shape} is wanted")
        flat = [each for one in flat for each in one]
    return np.array([real(one) for one in flat]).reshape(shape)


def real(one: Any) -> float:
    """A finite number of plain JSON; DataError for anything else."""
    fits = isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e30
    if not fits or not isfinite(one):
        raise DataError("exam id", f"{str(one)[:40]!r} came", "a number is wanted")
    return float(one)


def words_of(plain: Any, name: str, most: int = 400) -> tuple[str, ...]:
    """A list of short words; DataError for anything else."""
    fits = isinstance(plain, list) and len(plain) <= most
    if not fits or not all(isinstance(one, str) and len(one) <= 60 for one in plain):
        raise DataError("exam id", f"no words came as {name}", "a list of words is wanted")
    found: Sequence[str] = plain
    return tuple(found)
