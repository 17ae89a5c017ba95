"""Training with tinygrad on the CPU, by TinyJit; it needs clang."""

from __future__ import annotations

import os
from importlib import metadata
from time import perf_counter
from typing import Any

os.environ.setdefault("DEV", "CPU")

import numpy as np
from tinygrad import Tensor, TinyJit
from tinygrad.device import Device

from benchmarks.workloads import Array, Workload


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
        count = 2 * len(self.values) if one.adam is not None else 0
        shapes = [value.shape for value in self.values] * 2
        self.state = [Tensor(np.zeros(shape, "f4")).realize() for shape in shapes[:count]]
        self.powers = [Tensor(np.ones(1, "f4")).realize() for _ in range(2)]
        self.total = Tensor.zeros(1).contiguous().realize()
        self.several = TinyJit(self._several)

    def _several(self, x: Tensor, t: Tensor) -> Tensor:
        size = self.workload.batch
        for start in range(0, len(x), size):
            for value in self.values:
                value.grad = None
            loss = self._loss(x[start : start + size], t[start : start + size])
            loss.backward()
            self.total.assign(self.total + loss.detach())
            self._update()
            Tensor.realize(self.total, *self.values, *self.state, *self.powers)
        return self.total

    def _update(self) -> None:
        """The formulas of its nn.optim, written out so that the state can go back to its start."""
        one, adam, count = self.workload, self.workload.adam, len(self.values)
        if adam is None:
            for p in self.values:
                p.assign(p.detach() - one.rate * p.grad)
            return
        for power, beta in zip(self.powers, (adam.beta1, adam.beta2), strict=True):
            power.assign(power * beta)
        first, second = one.rate / (1 - self.powers[0]), (1 - self.powers[1]).sqrt()
        moments = zip(self.values, self.state[:count], self.state[count:], strict=True)
        for p, m, v in moments:
            m.assign(adam.beta1 * m + (1 - adam.beta1) * p.grad)
            v.assign(adam.beta2 * v + (1 - adam.beta2) * p.grad * p.grad)
            p.assign(p.detach() - first * m / (v.sqrt() / second + adam.epsilon))

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
        for start in range(0, len(x), size):
            rows, targets = x[start : start + size], t[start : start + size]
            if size < len(x):
                rows, targets = rows.clone(), targets.clone()  # a jit takes no views
                Tensor.realize(rows, targets)
            self.several(rows, targets)

    def _reset(self) -> None:
        for tensor, value in zip(self.values, self.workload.parameters(), strict=True):
            tensor.assign(Tensor(value)).realize()
        for tensor in self.state:
            tensor.assign(Tensor(np.zeros(tensor.shape, "f4"))).realize()
        for tensor in self.powers:
            tensor.assign(Tensor(np.ones(1, "f4"))).realize()
        self.total.assign(Tensor(np.zeros(1, "f4"))).realize()

    def final(self) -> list[Array]:
        """The parameters now."""
        return [value.numpy() for value in self.values]


def described() -> str:
    """Versions and device."""
    return f"tinygrad {metadata.version('tinygrad')} on {Device.DEFAULT}"
