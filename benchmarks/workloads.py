"""What is timed: networks with their data and initial values, the same for all sides.

Only NumPy is imported here, so that every peer's process can read it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, Any]
Loss = Literal["mse", "sse", "cross_entropy"]
DIGITS = Path(__file__).resolve().parent.parent / "src" / "gradstone" / "data" / "digits.npz"


@dataclass(frozen=True, slots=True)
class Adam:
    """Numbers of Adam, PyTorch's formula, besides its rate."""

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8


@dataclass(frozen=True, slots=True)
class Workload:
    """One line of the table: a dense network, how it is trained and on what.

    Attributes:
        name: what the command line calls it.
        row: the row of the issue's table it belongs to; several workloads may share one.
        sizes: neurons of the layers, inputs first.
        activation: after the hidden layers; `output` after the last one, or None.
        loss: "mse" and "cross_entropy" are means over the batch, "sse" a sum.
        batch: samples a step; `samples` in all. shuffle: a new order each epoch.
        adam: its numbers, or None for plain gradient descent.
        most: epochs after which a measurement starts again from the initial values, so that a
            fast side does not train into saturation and denormal numbers that others never see.
    """

    name: str
    row: str
    sizes: tuple[int, ...]
    activation: str | None
    loss: Loss
    batch: int
    samples: int
    rate: float
    adam: Adam | None = None
    output: str | None = None
    bias: bool = True
    shuffle: bool = True
    data: str = "smooth"
    most: int = 10**9

    @property
    def steps(self) -> int:
        """Steps of an epoch; the last batch is never ragged."""
        return self.samples // self.batch

    @property
    def flops(self) -> int:
        """Operations of a step's matrix products: forward, dW, and dX but for the first layer."""
        products = [2 * self.batch * a * b for a, b in itertools.pairwise(self.sizes)]
        return 3 * sum(products) - products[0]

    @property
    def heavy(self) -> bool:
        """Whether an epoch takes so long that looking at the clock after each costs nothing."""
        return self.flops * self.steps > 10**9

    def probe(self) -> tuple[Workload, int]:
        """The workload on its first rows, and epochs that make at most 20 steps of it.

        On so short a path all sides must have the same losses. On a longer one they need not:
        the first pre-activation that rounding moves across a relu's kink parts them for good.
        """
        steps = min(self.steps, 10)
        epochs = 20 // steps if not self.heavy else 2
        return replace(self, samples=steps * self.batch), epochs

    def arrays(self) -> tuple[Array, Array]:
        """x float32 (samples, inputs) and targets: float32 (samples, outputs), int64 labels."""
        return _DATA[self.data](self)

    def parameters(self) -> list[Array]:
        """Initial W1, b1, W2, … in float32, W of shape (inputs, outputs)."""
        if self.data == "t2":
            return [one.astype("f4") for one in _t2_draws()[2:]]
        state, values = np.random.RandomState(1), []
        for before, after in itertools.pairwise(self.sizes):
            scale = np.sqrt((2.0 if self.activation == "relu" else 1.0) / before)
            scale = 0.0 if self.data == "line" else scale
            values.append((scale * state.randn(before, after)).astype("f4"))
            if self.bias:
                values.append(np.zeros(after, "f4"))
        return values

    def described(self) -> str:
        """Sizes, activation, loss, batch and optimizer in a phrase."""
        sizes = "-".join(map(str, self.sizes))
        batch = "full batch" if self.batch == self.samples else f"batch {self.batch}"
        kind = "SGD" if self.adam is None else "Adam"
        parts = [sizes, self.activation or "linear", f"{batch} of {self.samples}", self.loss, kind]
        return ", ".join(parts)


def _line(workload: Workload) -> tuple[Array, Array]:
    """T1: y = 2x and noise."""
    x = np.linspace(-1, 1, workload.samples)
    y = 2 * x + 0.3 * np.random.RandomState(0).randn(workload.samples)
    return x[:, None].astype("f4"), y[:, None].astype("f4")


def _xor(workload: Workload) -> tuple[Array, Array]:
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "f4")
    return x, np.array([[0], [1], [1], [0]], "f4")


def _smooth(workload: Workload) -> tuple[Array, Array]:
    """A smooth function of uniform inputs, with noise."""
    state = np.random.RandomState(0)
    x = state.uniform(-1, 1, (workload.samples, workload.sizes[0]))
    waves = np.sin(3 * x @ state.randn(workload.sizes[0], workload.sizes[-1]))
    return x.astype("f4"), (waves + 0.1 * state.randn(*waves.shape)).astype("f4")


def _digits(workload: Workload) -> tuple[Array, Array]:
    """The first rows of the handwritten digits in the package."""
    with np.load(DIGITS) as file:
        x = file["images"][: workload.samples].reshape(workload.samples, 64)
        return (x / 16).astype("f4"), file["labels"][: workload.samples].astype(np.int64)


def _classes(workload: Workload) -> tuple[Array, Array]:
    """Uniform inputs, labelled by a random linear map."""
    state = np.random.RandomState(0)
    x = state.rand(workload.samples, workload.sizes[0]).astype("f4")
    teacher = state.randn(workload.sizes[0], workload.sizes[-1]).astype("f4")
    return x, ((x - np.float32(0.5)) @ teacher).argmax(1).astype(np.int64)


def _t2_draws() -> list[Array]:
    state = np.random.RandomState(0)
    return [state.randn(*shape) for shape in ((64, 1000), (64, 10), (1000, 100), (100, 10))]


def _t2(workload: Workload) -> tuple[Array, Array]:
    x, t = _t2_draws()[:2]
    return x.astype("f4"), t.astype("f4")


_DATA = {
    "line": _line,
    "xor": _xor,
    "smooth": _smooth,
    "digits": _digits,
    "classes": _classes,
    "t2": _t2,
}

_SMALL = Workload("", "2-8-8-1", (2, 8, 8, 1), "tanh", "mse", 10, 500, 0.05)
_DIGITS = Workload(
    "", "64-64-10", (64, 64, 10), "relu", "cross_entropy", 32, 1792, 0.1, data="digits",
    most=100,
)  # fmt: skip
_IMAGES = Workload(
    "", "784-256-128-10", (784, 256, 128, 10), "relu", "cross_entropy", 128, 12_800, 0.1,
    data="classes", most=20,
)  # fmt: skip


def _both(one: Workload, name: str, **changes: Any) -> tuple[Workload, Workload]:
    """A workload with plain gradient descent and with Adam."""
    plain = replace(one, name=f"{name}-sgd", **changes)
    return plain, replace(plain, name=f"{name}-adam", adam=Adam(), rate=0.001)


WORKLOADS = {
    one.name: one
    for one in (
        Workload(
            "line", "T1", (1, 1), None, "mse", 1, 100, 0.01, shuffle=False, data="line"
        ),
        Workload(
            "xor", "XOR", (2, 2, 1), "sigmoid", "mse", 4, 4, 0.5, output="sigmoid", shuffle=False,
            data="xor",
        ),
        *_both(_SMALL, "small-500"),
        *_both(_SMALL, "small-10000", samples=10_000),
        Workload(
            "full", "4-32-16-4", (4, 32, 16, 4), "tanh", "mse", 10_000, 10_000, 0.001, Adam(),
            shuffle=False,
        ),
        *_both(_DIGITS, "digits"),
        Workload(
            "t2", "T2", (1000, 100, 10), "relu", "sse", 64, 64, 1e-6, bias=False, shuffle=False,
            data="t2", most=2000,
        ),
        *_both(_IMAGES, "images"),
        Workload(
            "wide", "1024⁴-10", (1024, 1024, 1024, 1024, 10), "relu", "cross_entropy", 512, 2048,
            0.05, data="classes", most=20,
        ),
        Workload(
            "wider", "4096³-10", (4096, 4096, 4096, 10), "relu", "cross_entropy", 1024, 2048,
            0.02, data="classes", most=20,
        ),
    )
}  # fmt: skip

FOUR_LAYERS = replace(_DIGITS, name="4 layers", sizes=(64, 64, 64, 64, 10))
TEN_LAYERS = replace(_DIGITS, name="10 layers", sizes=(*[64] * 10, 10))
"""Only for the time of the first call."""
