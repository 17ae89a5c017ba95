"""Training by every road: the same batches, masks, numbers, endings and words.

The interpreter is the definition. float64 runs agree to 1e-12 of an array's largest entry after
some dozens of updates, float32 runs to 1e-5; the same run twice is equal to the last bit,
however it is cut into chunks.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.batches import Batches
from gradstone.execute.roads import ROADS
from gradstone.nn.layers import activations
from gradstone.training.history import Silence
from gradstone.training.run import Run
from tests.support import NO_SLOPE

RANDOM = np.random.RandomState(17)
X = RANDOM.randn(50, 6)
T = np.column_stack([X @ RANDOM.randn(6), np.sin(X[:, 0])])
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
BINARY = (X[:, 0] * X[:, 1] > 0).astype(int)
WORDS = np.array(["red", "green", "blue"])[LABELS]
DEEP = gs.MLP([6, 9, 7, 5, 2], activation="tanh")


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADSTONE_CACHE", "off")


def trained(executor: str = "native", **options: Any) -> Run:
    """A run of three epochs over 50 rows, six batches of 8 and one of 2."""
    chosen: dict[str, Any] = {"epochs": 3, "batch_size": 8, "seed": 5, "dtype": "float64"}
    chosen |= {"network": DEEP, "X": X, "y": T, "optimizer": gs.sgd(0.05)} | options
    return gs.train(executor=executor, **chosen)


def numbers(run: Run) -> dict[str, Any]:
    return run.parameters | run.loop.carried.state | run.history


def bits(run: Run) -> dict[str, bytes]:
    return {name: np.asarray(value).tobytes() for name, value in numbers(run).items()}


def assert_same_run(one: Run, other: Run, tolerance: float = 1e-12) -> None:
    a, b = numbers(one), numbers(other)
    assert list(a) == list(b)
    assert (one.status, one.epoch, one.step) == (other.status, other.epoch, other.step)
    assert one.best_epoch == other.best_epoch
    for name in a:
        found, wanted = np.asarray(a[name]), np.asarray(b[name])
        assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype), name
        largest = np.abs(wanted).max(initial=1e-300)
        furthest = np.abs(found - wanted).max(initial=0.0)
        assert furthest <= tolerance * largest, (name, furthest, largest)


WAYS: dict[str, dict[str, Any]] = {
    "plain": {},
    "in order": {"shuffle": False},
    "replacement": {"sampling": "replacement"},
    "one by one": {"batch_size": 1},
    "all at once": {"batch_size": 50, "epochs": 20},
    "more than all": {"batch_size": 64, "epochs": 20},
    "even batches": {"batch_size": 10},
    "dropout": {"network": gs.MLP([6, 12, 12, 2], dropout=0.3)},
    "validation": {"validation": 0.2},
    "validation pair": {"validation": (X[:9], T[:9])},
    "no metrics": {"metrics": ()},
    "classes": {"network": gs.MLP([6, 8, 3], output="softmax"), "y": LABELS},
    "words": {"network": gs.MLP([6, 8, 3]), "y": WORDS, "loss": "cross_entropy"},
    "class weights": {"network": gs.MLP([6, 8, 3]), "y": LABELS, "class_weights": "balanced"},
    "two classes": {"network": gs.MLP([6, 8, 1], output="sigmoid"), "y": BINARY},
    "images": {
        "network": gs.Sequential(gs.Flatten(), gs.Linear(6, 5), "gelu", gs.Linear(5, 2)),
        "X": X.reshape(50, 2, 3),
    },
    "no bias": {"network": gs.MLP([6, 4, 2], activation="elu", bias=False)},
    "no hidden layer": {"network": gs.MLP([6, 2])},
    "wide": {"network": gs.MLP([6, 150, 130, 2], activation="relu"), "optimizer": gs.sgd(0.01)},
    "penalties": {"l1": 0.01, "l2": 0.02},
    "clipped": {"clip": 0.3},
    "momentum": {"optimizer": gs.momentum(0.02)},
    "nesterov": {"optimizer": gs.nesterov(0.02)},
    "adam": {"optimizer": gs.adam(0.01)},
    "adamw": {"optimizer": gs.adamw(gs.warm_up(gs.cosine_decay(0.02, 60), 10))},
    "rmsprop": {"optimizer": gs.rmsprop(0.01)},
    "adagrad": {"optimizer": gs.adagrad(0.1)},
    "mae": {"loss": "mae"},
    "sse": {"loss": "sse", "optimizer": gs.sgd(0.002)},
    "half sse": {"loss": "half_sse", "optimizer": gs.sgd(0.002)},
    "large seed": {"seed": 2**64 - 1, "network": gs.MLP([6, 9, 2], dropout=0.5)},
}
ways = pytest.mark.parametrize("way", WAYS)


@ways
def test_float64_follows_the_interpreter(way):
    assert_same_run(trained(**WAYS[way]), trained("interpreter", **WAYS[way]))


@ways
def test_float32_follows_the_interpreter(way):
    options = WAYS[way] | {"dtype": "float32"}
    assert_same_run(trained(**options), trained("interpreter", **options), 1e-5)


@pytest.mark.parametrize("activation", sorted(set(activations()) - NO_SLOPE))
def test_each_activation(activation):
    options = {"network": gs.MLP([6, 7, 2], activation=activation)}
    assert_same_run(trained(**options), trained("interpreter", **options))


# --- bits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@ways
def test_the_same_bits_again_and_in_other_chunks(way, dtype):
    options = WAYS[way] | {"dtype": dtype}
    once = bits(trained(**options))
    assert bits(trained(**options)) == once
    step_by_step = trained(**options, snapshots=1)
    assert bits(step_by_step) == once
    assert [step for step, _ in step_by_step.snapshots] == list(range(1, step_by_step.step + 1))
    assert bits(trained(**options, snapshots=5, callbacks=[lambda run: None])) == once


@ways
def test_more_epochs_later_are_the_same_bits(way):
    options = WAYS[way]
    whole = trained(**options | {"epochs": 4})
    parts = trained(**options | {"epochs": 1})
    held = options.get("validation") if isinstance(options.get("validation"), tuple) else None
    parts.fit(options.get("X", X), options.get("y", T), epochs=3, validation=held)
    assert bits(parts) == bits(whole)


def test_a_chunk_ends_within_an_epoch(monkeypatch):
    """Chunks of whatever length the clock gives, several within each epoch."""
    options: dict[str, Any] = {"batch_size": 1, "epochs": 40, "metrics": ("mae",)}
    once = bits(trained(**options))
    for seconds in (0.0, 1e-4, 3e-3):
        monkeypatch.setattr("gradstone.training.passage.CHUNK_SECONDS", seconds)
        assert bits(trained(**options)) == once


# --- batches and masks -----------------------------------------------------------------------


@pytest.mark.parametrize("executor", ROADS)
@pytest.mark.parametrize("sampling", ["permutation", "replacement"])
@pytest.mark.parametrize("size", [50, 257])
def test_each_step_sees_its_rows(executor, sampling, size):
    """Of a one-hot sample's weights those change whose rows are in the batch."""
    network = gs.MLP([size, 1], bias=False, initial="zeros")
    run = gs.train(
        network, np.eye(size), np.ones(size), "sse", gs.sgd(0.01), 2, 7, seed=9, snapshots=1,
        sampling=sampling, executor=executor,
    )  # fmt: skip
    batches = Batches(size, 7, 9, sampling=sampling)
    before = np.zeros(size)
    for number, (_, parameters) in enumerate(run.snapshots):
        now = parameters["W1"][:, 0]
        seen = np.unique(batches.indices(*divmod(number, batches.per_epoch)))
        assert np.flatnonzero(now != before).tolist() == seen.tolist()
        before = now


def test_dropout_leaves_out_the_same():
    """A weight of the read-out moves where its value was kept."""
    network = gs.Sequential(gs.Linear(1, 300), gs.Dropout(0.4), gs.Linear(300, 1, initial=0.0))
    moved = []
    for executor in ROADS:
        run = gs.train(
            network, np.ones((6, 1)), np.ones(6), "sse", gs.sgd(1e-3), 3, 2, seed=4, snapshots=1,
            executor=executor,
        )  # fmt: skip
        weights = np.array([parameters["W2"][:, 0] for _, parameters in run.snapshots])
        moved.append(np.diff(weights, axis=0, prepend=0) != 0)
    assert (moved[0] == moved[1]).all()
    assert 0.1 < 1 - moved[0].mean() < 0.3  # both rows of a batch left it out


# --- endings ---------------------------------------------------------------------------------


def with_one(value: float) -> np.ndarray[Any, Any]:
    x = X.copy()
    x[31, 2] = value
    return x


BROKEN: dict[str, dict[str, Any]] = {
    "a rate too large": {"optimizer": gs.sgd(20.0), "network": gs.MLP([6, 9, 2])},
    "a rate far too large": {"optimizer": gs.sgd(1e200), "network": gs.MLP([6, 9, 2])},
    "one number too large": {"X": with_one(1e200), "network": gs.MLP([6, 2])},
    "one number too large, in float32": {
        "X": with_one(1e30), "network": gs.MLP([6, 4, 2]), "dtype": "float32",
    },
    "the penalty explodes": {
        "X": with_one(1e25), "network": gs.MLP([6, 4, 2], activation="sigmoid"), "loss": "mae",
        "dtype": "float32", "l2": 1e20, "optimizer": gs.sgd(0.01),
    },
    "log of zero": {
        "network": gs.MLP([6, 3], output="softmax"), "y": LABELS, "X": with_one(1e4),
        "loss": "cross_entropy_of_probabilities",
    },
    "at once": {"network": gs.MLP([6, 2], initial=1e300)},
    "parameters only": {"optimizer": gs.sgd(1e308), "batch_size": 50, "epochs": 1, "y": 1e3 * T},
    "in the middle of an epoch, with everything": {
        "X": with_one(1e200), "network": gs.MLP([6, 2]), "validation": (X, T), "snapshots": 3,
        "early_stopping": 2,
    },
    "replacement": {
        "X": with_one(1e200), "network": gs.MLP([6, 2]), "sampling": "replacement", "batch_size": 2,
    },
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:training stopped at step")
@pytest.mark.parametrize("way", BROKEN)
def test_divergence_is_told_alike(way):
    runs = [trained(executor, **{"epochs": 30} | BROKEN[way]) for executor in ROADS]
    one, other = runs
    assert one.status == other.status == "diverged"
    assert one.message == other.message
    assert (one.step, one.epoch) == (other.step, other.epoch)
    for name, value in one.parameters.items():
        assert np.isfinite(value).all(), name
    if "dtype" not in BROKEN[way]:
        assert_same_run(one, other)


@pytest.mark.parametrize("watched", ["validation", "loss"])
def test_early_stopping(watched):
    options: dict[str, Any] = {"epochs": 300, "optimizer": gs.sgd(0.5), "early_stopping": 4}
    if watched == "validation":
        options["validation"] = (X[:10], -T[:10])
    one, other = (trained(executor, **options) for executor in ROADS)
    assert one.status == "stopped early"
    assert one.message == other.message
    assert_same_run(one, other, 1e-6)


def test_a_callback_stops_after_its_epoch():
    one, other = (
        trained(executor, epochs=50, callbacks=[lambda run: run.epoch == 4]) for executor in ROADS
    )
    assert one.epoch == 4
    assert one.message == other.message
    assert_same_run(one, other)


def test_ctrl_c_within_a_long_run():
    """The run ends soon, with whole steps, and can go on."""
    begun = threading.Event()

    class Listener(Silence):
        def step(self, epoch: int, step: int, loss: float) -> None:
            if epoch > 1000:
                begun.set()

    def press() -> None:
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    finger = threading.Thread(target=press)
    finger.start()
    run = trained(epochs=10**9, batch_size=50, metrics=(), progress=Listener())
    finger.join()
    assert run.status == "interrupted"
    assert run.loop.carried.state["step"] == run.step == run.epoch > 100
    assert len(run.history["loss"]) == run.epoch
    again = trained(epochs=run.epoch, batch_size=50, metrics=())
    assert bits(again) == bits(run)
    assert run.fit(X, T, epochs=2).status == "finished"
