"""Training with tinygrad on the CPU, by TinyJit; it needs clang."""

from __future__ import annotations

import os
from importlib import metadata
from time import perf_counter
from typing import Any

os.environ.setdefault("DEV", "CPU")

import numpy as np  # noqa: E402
from tinygrad import Context, Tensor, TinyJit, nn  # noqa: E402
from tinygrad.device import Device  # noqa: E402

from benchmarks.workloads import Array, Workload  # noqa: E402


class TinygradSide:
    """`together` steps in one jitted call, on rows brought into order once an epoch."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        self.workload = workload
        steps = workload.steps
        self.together = max(n for n in range(1, options.get("together", 1) + 1) if steps % n == 0)
        x, t = workload.arrays()
        self.x = Tensor(x).realize()
        self.t = Tensor(t.astype("int32") if t.ndim == 1 else t).realize()
        self.random = np.random.default_rng(0)
        self._build()

    def _build(self) -> None:
        one = self.workload
        self.values = [Tensor(value).realize().is_param_(True) for value in one.parameters()]
        if one.adam is None:
            self.optimizer: Any = nn.optim.SGD(self.values, lr=one.rate)
        else:
            adam = one.adam
            self.optimizer = nn.optim.Adam(
                self.values, lr=one.rate, b1=adam.beta1, b2=adam.beta2, eps=adam.epsilon
            )
        self.total = Tensor.zeros(1).contiguous().realize()
        self.several = TinyJit(self._several)

    def _several(self, x: Tensor, t: Tensor) -> Tensor:
        size = self.workload.batch
        for start in range(0, len(x), size):
            self.optimizer.zero_grad()
            loss = self._loss(x[start : start + size], t[start : start + size])
            loss.backward()
            self.total.assign(self.total + loss.detach())
            Tensor.realize(self.total, *self.optimizer.schedule_step())
        return self.total

    def _loss(self, x: Tensor, t: Tensor) -> Tensor:
        one, z = self.workload, x
        each, last = 2 if one.bias else 1, len(one.sizes) - 2
        for layer in range(last + 1):
            z = z @ self.values[each * layer]
            z = z + self.values[2 * layer + 1] if one.bias else z
            function = one.output if layer == last else one.activation
            z = getattr(z, function)() if function else z
        if one.loss == "cross_entropy":
            return z.sparse_categorical_crossentropy(t)
        return (z - t).square().mean() if one.loss == "mse" else (z - t).square().sum()

    def losses(self, epochs: int) -> list[float]:
        """Mean loss of each epoch from the initial values, the rows in their order."""
        self._reset()
        found = []
        for _ in range(epochs):
            before = float(self.total.item())
            self._epoch(self.x, self.t)
            found.append((float(self.total.item()) - before) / self.workload.steps)
        return found

    def train(self, epochs: int) -> tuple[float, int]:
        """Seconds of so many shuffled epochs from the initial values."""
        self._reset()
        start = perf_counter()
        for _ in range(epochs):
            x, t = self.x, self.t
            if self.workload.shuffle:
                order = Tensor(self.random.permutation(len(x)).astype("int32"))
                x, t = x[order].contiguous(), t[order].contiguous()
                Tensor.realize(x, t)
            self._epoch(x, t)
        self.total.item()
        return perf_counter() - start, epochs

    def _epoch(self, x: Tensor, t: Tensor) -> None:
        size = self.workload.batch * self.together
        with Context(TRAINING=1):
            for start in range(0, len(x), size):
                rows, targets = x[start : start + size], t[start : start + size]
                if size < len(x):
                    rows, targets = rows.contiguous(), targets.contiguous()
                    Tensor.realize(rows, targets)
                self.several(rows, targets)

    def _reset(self) -> None:
        for tensor, value in zip(self.values, self.workload.parameters(), strict=True):
            tensor.assign(Tensor(value)).realize()
        for moments in (getattr(self.optimizer, name, ()) for name in ("m", "v")):
            for tensor in moments:
                tensor.assign(tensor.zeros_like()).realize()
        for tensor in (getattr(self.optimizer, name, None) for name in ("b1_t", "b2_t")):
            if tensor is not None:
                tensor.assign(tensor.ones_like()).realize()
        self.total.assign(self.total.zeros_like()).realize()

    def final(self) -> list[Array]:
        """The parameters now."""
        return [value.numpy() for value in self.values]


def described() -> str:
    """Versions and device."""
    return f"tinygrad {metadata.version('tinygrad')} on {Device.DEFAULT}"
