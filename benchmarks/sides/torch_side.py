"""Training with PyTorch: eager with the fused optimizer, and the whole step under torch.compile.

The number of threads is set by OMP_NUM_THREADS when the process starts.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from benchmarks.workloads import Adam, Array, Workload

torch.set_flush_denormal(True)
ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def loss_of(workload: Workload, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """The loss of a batch."""
    if workload.loss == "cross_entropy":
        return functional.cross_entropy(z, t)
    return functional.mse_loss(z, t, reduction="mean" if workload.loss == "mse" else "sum")


class _Torch:
    """What both sides share: data, and epochs of batches."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        self.workload, self.options = workload, options
        self.x, self.t = (torch.from_numpy(array) for array in workload.arrays())
        self.reset()

    def reset(self) -> None:
        """Back to the initial values."""
        raise NotImplementedError

    def step(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """One training step; its loss."""
        raise NotImplementedError

    def losses(self, epochs: int) -> list[float]:
        """Mean loss of each epoch from the initial values, the rows in their order."""
        self.reset()
        return [self._epoch(self.x, self.t) for _ in range(epochs)]

    def train(self, epochs: int) -> tuple[float, int]:
        """Seconds of so many shuffled epochs from the initial values."""
        self.reset()
        start = perf_counter()
        for _ in range(epochs):
            x, t = self.x, self.t
            if self.workload.shuffle:
                order = torch.randperm(len(x))
                x, t = x.index_select(0, order), t.index_select(0, order)
            self._epoch(x, t)
        return perf_counter() - start, epochs

    def _epoch(self, x: torch.Tensor, t: torch.Tensor) -> float:
        size, total = self.workload.batch, torch.zeros(())
        if size == len(x):
            return float(self.step(x, t))
        for rows, targets in zip(x.split(size), t.split(size), strict=True):
            total += self.step(rows, targets)
        return float(total) / self.workload.steps


class EagerSide(_Torch):
    """The usual loop: nn.Linear, backward, a fused optimizer."""

    def reset(self) -> None:
        """A new network and optimizer at the initial values."""
        one = self.workload
        self.layers = torch.nn.ModuleList(
            torch.nn.Linear(a, b, bias=one.bias)
            for a, b in zip(one.sizes, one.sizes[1:], strict=False)
        )
        with torch.no_grad():
            for p, value in zip(self.layers.parameters(), one.parameters(), strict=True):
                p.copy_(torch.from_numpy(value.T if value.ndim == 2 else value))
        kept = list(self.layers.parameters())
        if one.adam is None:
            self.optimizer: torch.optim.Optimizer = torch.optim.SGD(kept, one.rate, fused=True)
        else:
            betas, eps = (one.adam.beta1, one.adam.beta2), one.adam.epsilon
            self.optimizer = torch.optim.Adam(kept, one.rate, betas, eps, fused=True)
        last = [ACTIVATIONS[one.output]] if one.output else [None]
        hidden = ACTIVATIONS[one.activation] if one.activation else None
        self.functions = [hidden] * (len(self.layers) - 1) + last

    def step(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """Forward, backward, update."""
        z = x
        for layer, function in zip(self.layers, self.functions, strict=True):
            z = layer(z)
            if function is not None:
                z = function(z)
        loss = loss_of(self.workload, z, t)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def final(self) -> list[Array]:
        """The parameters now, weights (inputs, outputs)."""
        values = [p.detach().numpy() for p in self.layers.parameters()]
        return [value.T if value.ndim == 2 else value for value in values]


class CompiledSide(_Torch):
    """Forward, gradient and update as one function, compiled as one graph by Inductor."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        torch._dynamo.reset()
        settings = {"mode": options["mode"]} if options.get("mode") else {}
        if options.get("cpp_wrapper"):
            settings = {"options": {"cpp_wrapper": True}}
        self.compiled = torch.compile(self._pure, fullgraph=True, dynamic=False, **settings)
        super().__init__(workload, options)

    def reset(self) -> None:
        """The initial values, and no moments yet."""
        self.values = [torch.from_numpy(value) for value in self.workload.parameters()]
        zeros = [torch.zeros_like(value) for value in self.values]
        moments = zeros + [torch.zeros_like(value) for value in self.values]
        self.state = moments if self.workload.adam is not None else []
        self.powers = torch.ones(2, dtype=torch.float64)

    def step(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """One call of the compiled function."""
        with torch.no_grad():
            loss: torch.Tensor = self.compiled(self.values, self.state, self.powers, x, t)
            return loss

    def final(self) -> list[Array]:
        """The parameters now."""
        return [value.numpy() for value in self.values]

    def _pure(
        self,
        values: list[torch.Tensor],
        state: list[torch.Tensor],
        powers: torch.Tensor,
        x: torch.Tensor,
        t: torch.Tensor,
    ) -> torch.Tensor:
        loss_and_slopes = torch.func.grad_and_value(self._loss)
        slopes, loss = loss_and_slopes(values, x, t)
        adam = self.workload.adam
        if adam is None:
            for p, g in zip(values, slopes, strict=True):
                p.sub_(g * self.workload.rate)
        else:
            self._adam(adam, values, slopes, state, powers)
        result: torch.Tensor = loss
        return result

    def _adam(
        self,
        adam: Adam,
        values: list[torch.Tensor],
        slopes: list[torch.Tensor],
        state: list[torch.Tensor],
        powers: torch.Tensor,
    ) -> None:
        powers.mul_(torch.tensor([adam.beta1, adam.beta2], dtype=torch.float64))
        first = (self.workload.rate / (1 - powers[0])).float()
        second = torch.sqrt(1 - powers[1]).float()
        count = len(values)
        for p, g, m, v in zip(values, slopes, state[:count], state[count:], strict=True):
            m.mul_(adam.beta1).add_(g * (1 - adam.beta1))
            v.mul_(adam.beta2).add_(g * g * (1 - adam.beta2))
            p.sub_(first * m / (v.sqrt() / second + adam.epsilon))

    def _loss(self, values: list[torch.Tensor], x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        one, z = self.workload, x
        each = 2 if one.bias else 1
        for layer in range(len(one.sizes) - 1):
            z = z @ values[each * layer]
            if one.bias:
                z = z + values[2 * layer + 1]
            function = one.activation if layer < len(one.sizes) - 2 else one.output
            z = ACTIVATIONS[function](z) if function else z
        return loss_of(one, z, t)


def described() -> str:
    """Versions and threads."""
    return (
        f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, "
        f"{torch.backends.cpu.get_cpu_capability()}, NumPy {np.__version__}"
    )
