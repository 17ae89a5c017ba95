"""`train`: from a network and arrays to a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import numpy as np

from gradstone.data.batches import Sampling
from gradstone.errors import unknown
from gradstone.execute.roads import ROADS
from gradstone.nn.module import Network
from gradstone.nn.settings import whole
from gradstone.training.history import EarlyStopping, Progress
from gradstone.training.objective import Objective, default_loss, default_metrics
from gradstone.training.optimizers import Optimizer, optimizer_named
from gradstone.training.run import Callback, Run, Validation
from gradstone.training.step import Plan
from gradstone.training.targets import (
    Weights,
    are_labels,
    class_weights_of,
    inputs,
    labels_of,
    targets,
)


def train(
    network: Network,
    X: Any,
    y: Any,
    loss: str | None = None,
    optimizer: Optimizer | str | None = None,
    epochs: int = 20,
    batch_size: int = 32,
    seed: int = 0,
    shuffle: bool = True,
    validation: Validation | None = None,
    metrics: Sequence[str] | None = None,
    early_stopping: EarlyStopping | int | None = None,
    callbacks: Sequence[Callback] = (),
    snapshots: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    dtype: str = "float32",
    executor: str = "native",
    *,
    sampling: Sampling = "permutation",
    l1: float = 0.0,
    l2: float = 0.0,
    clip: float | None = None,
    class_weights: Weights | None = None,
    threads: int | None = None,
    progress: bool | Progress = False,
) -> Run:
    """Train a network on arrays.

    Args:
        network: from `gs.MLP` or `gs.Sequential`.
        X: samples in rows, (N, inputs) or (N, …) before a Flatten; finite numbers.
        y: targets: class labels (N,), or numbers (N, outputs). (N,) stands for (N, 1) only
            where the network has one output.
        loss: the name of a loss; None: what goes with the network's output and the targets.
        optimizer: as `gs.sgd(0.5)`, or a name for its defaults; None: `gs.adam()`.
        epochs: how often every sample is seen, from 0.
        batch_size: samples in a batch, from 1; the last of an epoch may have fewer.
        seed: of initial values, order, dropout and split; 0 to 2⁶⁴ − 1.
        shuffle: a new order each epoch; where one batch holds all samples it plays no part.
        validation: a share to hold out (stratified for labels), or a pair (X, y).
        metrics: of "accuracy", "r2" and "mae"; None: what suits the loss; () for none.
        early_stopping: an EarlyStopping, or epochs of patience; the best parameters return.
        callbacks: called with the run after each epoch; True stops training.
        snapshots: keep the parameters every so many updates, in run.snapshots.
        parameters: initial values by name, for all parameters or some.
        dtype: "float32" or "float64".
        executor: "native" compiles the whole loop for this processor; "interpreter" is NumPy, step
            by step: the same numbers to rounding.
        sampling: "replacement" draws each batch at random from all samples instead.
        l1, l2: λ of λ Σ|w| and of λ Σ w² added to the loss, over weights, not biases.
        clip: largest 2-norm of all gradients together.
        class_weights: a factor for each class's loss: "balanced", a dictionary by label, or
            numbers in the order of the classes.
        threads: how many at most; None: "native" uses up to 2, as cores allow, with the same
            numbers to the last bit for any; NumPy's products as many as their library likes.
        progress: True writes a line an epoch; or an object of the Progress protocol.

    Returns:
        a Run. Where the loss leaves the finite numbers or grows a million-fold, it stops, its
        status is "diverged", its message (also a warning) says at which step and why, and the
        parameters are the last finite ones. Ctrl-C stops it cleanly as well.

    Raises:
        ShapeError, DataError, RangeError, UnknownNameError: what came, what was wanted.
    """
    chosen = loss or default_loss(network, are_labels(y))
    measured = (metrics,) if isinstance(metrics, str) else metrics
    measured = default_metrics(chosen) if measured is None else tuple(measured)
    objective = Objective(chosen, measured, l1, l2)
    plan = Plan(network, objective, optimizer_named(optimizer), clip, _dtype(dtype), seed)
    x = inputs(network, X, plan.dtype)
    width = network.check(x.shape[1:])[-1]
    labels = labels_of(y, chosen, width)
    if class_weights is not None:
        t = targets(y, len(x), chosen, width, labels, plan.dtype)
        weights = class_weights_of(class_weights, labels, t, chosen, width)
        plan = replace(plan, objective=replace(objective, class_weights=weights))
    run = Run(plan, _executor(executor), network.initial_values(seed, parameters), labels)
    run.loop.threads = None if threads is None else whole("threads", threads)
    with _limited(threads):
        return run.fit(
            X, y, epochs, batch_size, shuffle, sampling, validation, early_stopping, callbacks,
            snapshots, progress,
        )  # fmt: skip


def _dtype(dtype: Any) -> str:
    """The name of a dtype, from a name or from NumPy's."""
    known = ("float32", "float64")
    for name in known:
        if dtype in (name, np.dtype(name), getattr(np, name)):
            return name
    raise unknown("dtype", str(dtype), known)


def _executor(name: str) -> str:
    if name not in ROADS:
        raise unknown("executor", str(name), ROADS)
    return name


def _limited(threads: int | None) -> AbstractContextManager[Any]:
    if threads is None:
        return nullcontext()
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(whole("threads", threads))
    return limits
