"""Training as people who know NumPy write it: no temporaries, parameters in one flat array."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.workloads import Array, Workload


class NumpySide:
    """A network written out in NumPy; every product and function writes into a kept array."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        self.workload, self.dtype = workload, np.dtype(options.get("dtype", "float32"))
        x, t = workload.arrays()
        self.x = x.astype(self.dtype)
        self.t = t if t.dtype.kind == "i" else t.astype(self.dtype)
        self.start = np.concatenate([p.ravel() for p in workload.parameters()]).astype(self.dtype)
        self.flat, self.slopes = np.empty_like(self.start), np.empty_like(self.start)
        self.first, self.second, self.room = (np.zeros_like(self.start) for _ in range(3))
        self.parameters, self.gradients = self._views(self.flat), self._views(self.slopes)
        shape = workload.batch, *workload.sizes[1:]
        self.values = [np.empty((shape[0], width), self.dtype) for width in shape[1:]]
        self.deltas = [np.empty_like(value) for value in self.values]
        self.scratch = [np.empty_like(value) for value in self.values]
        self.rows = np.arange(workload.batch)
        self.ordered = np.empty_like(self.x), np.empty_like(self.t)

    def _views(self, flat: Array) -> list[Array]:
        views, start = [], 0
        for one in self.workload.parameters():
            views.append(flat[start : start + one.size].reshape(one.shape))
            start += one.size
        return views

    def losses(self, epochs: int) -> list[float]:
        """Mean loss of each epoch from the initial values, the rows in their order."""
        self._reset()
        return [self._epoch(self.x, self.t) for _ in range(epochs)]

    def train(self, epochs: int) -> tuple[float, int]:
        """Seconds of so many shuffled epochs from the initial values."""
        self._reset()
        random = np.random.default_rng(0)
        start = perf_counter()
        for _ in range(epochs):
            x, t = self.x, self.t
            if self.workload.shuffle:
                order = random.permutation(len(x))
                x = x.take(order, axis=0, out=self.ordered[0], mode="clip")
                t = t.take(order, axis=0, out=self.ordered[1], mode="clip")
            self._epoch(x, t)
        return perf_counter() - start, epochs

    def final(self) -> list[Array]:
        """The parameters now."""
        return self.parameters

    def _reset(self) -> None:
        self.flat[:], self.first[:], self.second[:] = self.start, 0, 0
        self.done = 0

    def _epoch(self, x: Array, t: Array) -> float:
        size, total = self.workload.batch, 0.0
        for start in range(0, len(x) - size + 1, size):
            total += self._step(x[start : start + size], t[start : start + size])
        return total / self.workload.steps

    def _step(self, x: Array, t: Array) -> float:
        bias, last = self.workload.bias, len(self.values) - 1
        before = x
        for layer, z in enumerate(self.values):
            weights = self.parameters[2 * layer if bias else layer]
            np.matmul(before, weights, out=z)
            if bias:
                z += self.parameters[2 * layer + 1]
            self._activate(self._function(layer), z)
            before = z
        loss = self._loss(t)
        for layer in range(last, -1, -1):
            delta, value = self.deltas[layer], self.values[layer]
            self._pull_back(self._function(layer), delta, value, self.scratch[layer])
            before = self.values[layer - 1] if layer else x
            np.matmul(before.T, delta, out=self.gradients[2 * layer if bias else layer])
            if bias:
                delta.sum(axis=0, out=self.gradients[2 * layer + 1])
            if layer:
                weights = self.parameters[2 * layer if bias else layer]
                np.matmul(delta, weights.T, out=self.deltas[layer - 1])
        self._update()
        return loss

    def _function(self, layer: int) -> str | None:
        last = layer == len(self.values) - 1
        return self.workload.output if last else self.workload.activation

    @staticmethod
    def _activate(name: str | None, z: Array) -> None:
        if name == "relu":
            np.maximum(z, 0, out=z)
        elif name == "tanh":
            np.tanh(z, out=z)
        elif name == "sigmoid":
            np.negative(z, out=z)
            np.exp(z, out=z)
            z += 1
            np.reciprocal(z, out=z)

    @staticmethod
    def _pull_back(name: str | None, delta: Array, value: Array, room: Array) -> None:
        if name == "relu":
            np.multiply(delta, value > 0, out=delta)
        elif name == "tanh":
            np.multiply(value, value, out=room)
            np.subtract(1, room, out=room)
            delta *= room
        elif name == "sigmoid":
            np.subtract(1, value, out=room)
            delta *= value
            delta *= room

    def _loss(self, t: Array) -> float:
        """The loss; its slope at the outputs goes into the last delta."""
        z, delta = self.values[-1], self.deltas[-1]
        if self.workload.loss == "cross_entropy":
            np.subtract(z, z.max(axis=1, keepdims=True), out=delta)
            picked = delta[self.rows, t].sum()
            np.exp(delta, out=delta)
            total = delta.sum(axis=1, keepdims=True)
            loss = (np.log(total).sum() - picked) / len(t)
            delta /= total
            delta[self.rows, t] -= 1
            delta /= len(t)
            return float(loss)
        np.subtract(z, t, out=delta)
        count = delta.size if self.workload.loss == "mse" else 1
        loss = np.vdot(delta, delta) / count
        delta *= 2 / count
        return float(loss)

    def _update(self) -> None:
        g, adam, rate = self.slopes, self.workload.adam, self.workload.rate
        if adam is None:
            g *= rate
            self.flat -= g
            return
        self.done += 1
        m, v, room = self.first, self.second, self.room
        m *= adam.beta1
        np.multiply(g, 1 - adam.beta1, out=room)
        m += room
        v *= adam.beta2
        g *= g
        g *= 1 - adam.beta2
        v += g
        np.sqrt(v, out=room)
        room /= (1 - adam.beta2**self.done) ** 0.5
        room += adam.epsilon
        np.divide(m, room, out=room)
        room *= rate / (1 - adam.beta1**self.done)
        self.flat -= room


def described() -> str:
    """Versions and threads."""
    return f"NumPy {np.__version__}"
