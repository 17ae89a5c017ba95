"""Training with JAX: one jitted call a step, and whole epochs in one jitted call.

In both, parameters and moments are donated, so XLA updates them in place. Whether products use
all cores is set by XLA_FLAGS when the process starts.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.workloads import Array, Workload

ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}


class State(NamedTuple):
    """What a step hands to the next."""

    values: list[jax.Array]
    moments: list[tuple[jax.Array, jax.Array]]
    powers: jax.Array
    total: jax.Array


def product(a: jax.Array, b: jax.Array) -> jax.Array:
    """a @ b as a sum, which XLA fuses with its neighbours: for tiny layers."""
    return (a[:, :, None] * b[None, :, :]).sum(1)


def loss_of(
    one: Workload, sums: bool, values: list[jax.Array], x: jax.Array, t: jax.Array
) -> jax.Array:
    """The loss of a batch; `sums`: products are written as sums."""
    z, each, last = x, 2 if one.bias else 1, len(one.sizes) - 2
    for layer in range(last + 1):
        weights = values[each * layer]
        z = product(z, weights) if sums else z @ weights
        z = z + values[2 * layer + 1] if one.bias else z
        function = one.output if layer == last else one.activation
        z = ACTIVATIONS[function](z) if function else z
    if one.loss == "cross_entropy":
        chosen = t[:, None] == jnp.arange(one.sizes[-1])  # no gather: its gradient is a scatter
        return -jnp.where(chosen, jax.nn.log_softmax(z), 0).sum() / len(x)
    return jnp.square(z - t).mean() if one.loss == "mse" else jnp.square(z - t).sum()


def taken(array: jax.Array, rows: jax.Array) -> jax.Array:
    """Rows of an array, without the care for numbers out of bounds."""
    return array.at[rows].get(mode="promise_in_bounds", unique_indices=True)


def stepped(one: Workload, sums: bool, state: State, x: jax.Array, t: jax.Array) -> State:
    """The state after one step."""
    loss, slopes = jax.value_and_grad(partial(loss_of, one, sums))(state.values, x, t)
    total = state.total + loss
    if one.adam is None:
        new = [p - one.rate * g for p, g in zip(state.values, slopes, strict=True)]
        return state._replace(values=new, total=total)
    adam = one.adam
    powers = state.powers * jnp.array([adam.beta1, adam.beta2], "float32")
    first, second = one.rate / (1 - powers[0]), jnp.sqrt(1 - powers[1])
    new, moments = [], []
    for p, g, (m, v) in zip(state.values, slopes, state.moments, strict=True):
        m = adam.beta1 * m + (1 - adam.beta1) * g
        v = adam.beta2 * v + (1 - adam.beta2) * g * g
        new.append(p - first * m / (jnp.sqrt(v) / second + adam.epsilon))
        moments.append((m, v))
    return State(new, moments, powers, total)


class _Jax:
    """What both sides share: the data on the device, and the initial state."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        self.workload, self.options = workload, options
        self.sums = bool(options.get("sums"))
        x, t = workload.arrays()
        self.x, self.t = jnp.asarray(x), jnp.asarray(t.astype("int32") if t.ndim == 1 else t)
        self.random = np.random.default_rng(0)
        self.state = self.fresh()

    def fresh(self) -> State:
        """The initial values, and no moments yet."""
        values = [jnp.array(value) for value in self.workload.parameters()]
        moments = [(jnp.zeros_like(p), jnp.zeros_like(p)) for p in values]
        moments = moments if self.workload.adam is not None else []
        return State(values, moments, jnp.ones(2), jnp.zeros(()))

    def final(self) -> list[Array]:
        """The parameters now."""
        return [np.asarray(value) for value in self.state.values]

    def _mean(self, before: float, epochs: int) -> float:
        return (float(self.state.total) - before) / (epochs * self.workload.steps)


class StepSide(_Jax):
    """One jitted call a step; it takes its rows by the epoch's order and counts by itself."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        super().__init__(workload, options)
        self.whole = jax.jit(partial(stepped, workload, self.sums), donate_argnums=0)
        self.part = jax.jit(self._part, donate_argnums=(0, 1))

    def _part(
        self, state: State, number: jax.Array, order: jax.Array, x: jax.Array, t: jax.Array
    ) -> tuple[State, jax.Array]:
        size = self.workload.batch
        if self.workload.shuffle:
            rows = lax.dynamic_slice(order, (number * size,), (size,))
            batch = taken(x, rows), taken(t, rows)
        else:
            batch = tuple(lax.dynamic_slice_in_dim(a, number * size, size) for a in (x, t))
        return stepped(self.workload, self.sums, state, *batch), number + 1

    def losses(self, epochs: int) -> list[float]:
        """Mean loss of each epoch from the initial values, the rows in their order."""
        self.state, found = self.fresh(), []
        for _ in range(epochs):
            before = float(self.state.total)
            self._epoch(jnp.arange(len(self.x), dtype="int32"))
            found.append(self._mean(before, 1))
        return found

    def train(self, epochs: int) -> tuple[float, int]:
        """Seconds of so many shuffled epochs from the initial values."""
        self.state = jax.block_until_ready(self.fresh())
        size = len(self.x)
        start = perf_counter()
        for _ in range(epochs):
            shuffled = self.workload.shuffle
            order = self.random.permutation(size).astype("int32") if shuffled else None
            self._epoch(order if order is None else jax.device_put(order))
        jax.block_until_ready(self.state)
        return perf_counter() - start, epochs

    def _epoch(self, order: jax.Array | None) -> None:
        steps = self.workload.steps
        if steps == 1:
            self.state = self.whole(self.state, self.x, self.t)
            return
        state, number = self.state, jnp.zeros((), "int32")
        for _ in range(steps):
            state, number = self.part(state, number, order, self.x, self.t)
        self.state = state


class ScanSide(_Jax):
    """A chunk of epochs in one jitted call; `shuffle` is made on the device or by NumPy.

    Options: unroll (steps written out in a row), shuffle ("device" or "host"), sums (see
    `loss_of`), chunk (epochs in a call).
    """

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        super().__init__(workload, options)
        self.unroll = options.get("unroll", 1)
        work, rows = (workload.flops + 500) * workload.steps, len(self.x) * workload.shuffle
        chunk = max(1, round(min(2e9 / work, 1e6 / max(rows, 16), workload.most)))
        self.chunk = options.get("chunk", chunk)
        self.key = jax.random.key(0, impl="threefry2x32")
        self.compiled: dict[tuple[int, bool], Any] = {}

    def _run(self, epochs: int, shuffle: bool, orders: Array | None) -> None:
        function = self._compiled(epochs, shuffle, orders)
        self.state, self.key = function(self.state, self.key, orders, self.x, self.t)

    def _compiled(self, epochs: int, shuffle: bool, orders: Array | None) -> Any:
        """The call for so many epochs, compiled before any clock runs."""
        key = (epochs, shuffle)
        if key not in self.compiled:
            jitted = jax.jit(partial(self._epochs, epochs, shuffle), donate_argnums=(0, 1))
            arguments = (self.state, self.key, orders, self.x, self.t)
            self.compiled[key] = jitted.lower(*arguments).compile()
        return self.compiled[key]

    def _epochs(
        self,
        epochs: int,
        shuffle: bool,
        state: State,
        key: jax.Array,
        orders: jax.Array | None,
        x: jax.Array,
        t: jax.Array,
    ) -> tuple[State, jax.Array]:
        one, size = self.workload, len(x)
        shape = one.steps, one.batch

        def step(state: State, batch: tuple[jax.Array, jax.Array]) -> tuple[State, None]:
            return stepped(one, self.sums, state, *batch), None

        def epoch(
            carried: tuple[State, jax.Array], order: jax.Array | None
        ) -> tuple[tuple[State, jax.Array], None]:
            state, key = carried
            if one.steps == 1:
                return (stepped(one, self.sums, state, x, t), key), None
            rows, targets = x, t
            if shuffle:
                if order is None:
                    key, drawn = jax.random.split(key)
                    order = jax.random.permutation(drawn, size)
                rows, targets = taken(x, order), taken(t, order)
            batches = (rows.reshape(*shape, *x.shape[1:]), targets.reshape(*shape, *t.shape[1:]))
            state, _ = lax.scan(step, state, batches, unroll=min(self.unroll, one.steps))
            return (state, key), None

        unroll = self.unroll if one.steps == 1 else 1
        (state, key), _ = lax.scan(epoch, (state, key), orders, length=epochs, unroll=unroll)
        return state, key

    def losses(self, epochs: int) -> list[float]:
        """Mean loss of each epoch from the initial values, the rows in their order."""
        self.state, found = self.fresh(), []
        for _ in range(epochs):
            before = float(self.state.total)
            self._run(1, False, None)
            found.append(self._mean(before, 1))
        return found

    def train(self, epochs: int) -> tuple[float, int]:
        """Seconds of at least so many shuffled epochs, in whole chunks, from the initial values."""
        shuffle, size = self.workload.shuffle, len(self.x)
        chunk = min(self.chunk, 1 << (epochs - 1).bit_length())  # few lengths, few compilations
        chunks = -(-epochs // chunk)
        by_host = shuffle and self.options.get("shuffle") == "host"
        rows = np.tile(np.arange(size, dtype="int32"), (chunk if by_host else 0, 1))
        self.state = jax.block_until_ready(self.fresh())
        self._compiled(chunk, shuffle, rows if by_host else None)
        start = perf_counter()
        for _ in range(chunks):
            self._run(chunk, shuffle, self.random.permuted(rows, axis=1) if by_host else None)
        jax.block_until_ready(self.state)
        return perf_counter() - start, chunks * chunk


def described() -> str:
    """Versions and devices."""
    return f"JAX {jax.__version__} on {jax.devices()[0].platform}, NumPy {np.__version__}"
