"""Training with Keras on JAX, by `compile` and `fit`."""

from __future__ import annotations

import os
from time import perf_counter
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

from benchmarks.workloads import Array, Workload


class _Mean(keras.losses.Loss):  # type: ignore[misc]
    """Squared errors summed over all, for `sse`."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """A loss for each sample; the reduction adds them up."""
        return keras.ops.sum(keras.ops.square(y_pred - y_true), axis=-1)


class _Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """When each epoch ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[float] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep the time."""
        self.ends.append(perf_counter())


class KerasSide:
    """A Sequential model; steps_per_execution as the options say."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        self.workload = workload
        self.x, self.t = workload.arrays()
        one, last = workload, len(workload.sizes) - 2
        layers: list[Any] = [keras.Input((one.sizes[0],))]
        for number, width in enumerate(one.sizes[1:]):
            function = one.output if number == last else one.activation
            layers.append(keras.layers.Dense(width, activation=function, use_bias=one.bias))
        self.model = keras.Sequential(layers)
        losses = {
            "mse": "mean_squared_error",
            "sse": _Mean(reduction="sum"),
            "cross_entropy": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        }
        optimizer: Any = keras.optimizers.SGD(one.rate)
        if one.adam is not None:
            adam = one.adam
            optimizer = keras.optimizers.Adam(one.rate, adam.beta1, adam.beta2, adam.epsilon)
        together = min(options.get("together", 1), one.steps)
        self.model.compile(
            optimizer, losses[one.loss], jit_compile=True, steps_per_execution=together
        )
        self.ready = False

    def _reset(self) -> None:
        self.model.set_weights(self.workload.parameters())
        for variable in self.model.optimizer.variables if self.ready else ():
            if "learning_rate" not in variable.path:
                variable.assign(np.zeros(variable.shape, variable.dtype))
        self.ready = True

    def _fit(self, epochs: int, shuffle: bool, *callbacks: Any) -> Any:
        return self.model.fit(
            self.x, self.t, self.workload.batch, epochs, verbose=0, shuffle=shuffle,
            callbacks=list(callbacks),
        )  # fmt: skip

    def losses(self, epochs: int) -> list[float]:
        """Mean loss of each epoch from the initial values, the rows in their order."""
        self._reset()
        return list(self._fit(epochs, False).history["loss"])

    def train(self, epochs: int) -> tuple[float, int]:
        """Seconds of so many shuffled epochs from the initial values, after a first one."""
        self._reset()
        clock = _Clock()
        self._fit(epochs + 1, self.workload.shuffle, clock)
        return clock.ends[-1] - clock.ends[0], epochs

    def final(self) -> list[Array]:
        """The parameters now."""
        return [np.asarray(one) for one in self.model.get_weights()]


def described() -> str:
    """Versions."""
    return f"Keras {keras.__version__} on JAX {jax.__version__}"
