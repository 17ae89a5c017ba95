"""Training with Gradstone, through its public API alone."""

from __future__ import annotations

import inspect
from time import perf_counter
from typing import Any

import numpy as np

import gradstone as gs
from benchmarks.workloads import Array, Workload


class GradstoneSide:
    """A run of `gs.train`; an epoch's time is what `run.fit` takes for it."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        self.workload = workload
        self.x, self.t = workload.arrays()
        bias = workload.bias
        self.network = gs.MLP(workload.sizes, workload.activation, workload.output, bias=bias)
        kinds = "Wb" if bias else "W"
        names = [f"{kind}{n}" for n in range(1, len(workload.sizes)) for kind in kinds]
        self.start = dict(zip(names, workload.parameters(), strict=True))
        self.executor = options.get("executor", "interpreter")

    def _fresh(self, shuffle: bool) -> gs.Run:
        """A run at the initial values, without an epoch done."""
        one, adam = self.workload, self.workload.adam
        optimizer = gs.sgd(one.rate)
        if adam is not None:
            optimizer = gs.adam(one.rate, adam.beta1, adam.beta2, adam.epsilon)
        return gs.train(
            self.network, self.x, self.t, one.loss, optimizer, epochs=0, batch_size=one.batch,
            shuffle=shuffle, parameters=self.start, metrics=(), executor=self.executor,
        )  # fmt: skip

    def losses(self, epochs: int) -> list[float]:
        """Mean loss of each epoch from the initial values, the rows in their order."""
        self.run = run = self._fresh(shuffle=False)
        run.fit(self.x, self.t, epochs, shuffle=False)
        return list(run.history["loss"])

    def train(self, epochs: int) -> tuple[float, int]:
        """Seconds of so many shuffled epochs, after a first one from the initial values.

        Where an epoch is long, the clock looks at the ends of epochs, so that what `fit` does
        once is left out; where it is short, all that `fit` does counts.
        """
        one = self.workload
        self.run = self._fresh(one.shuffle)
        self.run.fit(self.x, self.t, 1, one.batch, shuffle=one.shuffle)  # compiles
        ends: list[float] = []
        stamps = [lambda _: ends.append(perf_counter())] if one.heavy else []
        start = perf_counter()
        self.run.fit(
            self.x, self.t, epochs + one.heavy, one.batch, shuffle=one.shuffle, callbacks=stamps
        )
        seconds = ends[-1] - ends[0] if one.heavy else perf_counter() - start
        if self.run.status != "finished":
            raise RuntimeError(self.run.message)
        return seconds, epochs

    def cold(self, epochs: int, images: Array, labels: Array) -> float:
        """Train once, as a user would; the share of right answers on the test rows."""
        run = self._fresh(self.workload.shuffle)
        run.fit(self.x, self.t, epochs, self.workload.batch)
        return float((run.predict(images) == labels).mean())

    def final(self) -> list[Array]:
        """The parameters now."""
        return [np.asarray(one) for one in self.run.parameters.values()]


def described() -> str:
    """Versions."""
    default = inspect.signature(gs.train).parameters["executor"].default
    return f"Gradstone {gs.__version__} (default executor {default}), NumPy {np.__version__}"
