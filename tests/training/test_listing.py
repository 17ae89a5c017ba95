"""The printed training step: it is Python, it reads well, and it gives the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstone as gs
from gradstone.execute.interpreter import Interpreter
from gradstone.training.listing import listing
from gradstone.training.step import Batch

RANDOM = np.random.RandomState(8)
X = RANDOM.randn(7, 3)
T = RANDOM.randn(7, 2)
LABELS = RANDOM.randint(0, 3, 7)

WAYS: dict[str, dict[str, Any]] = {
    "sgd": {"optimizer": gs.sgd(0.1)},
    "adam": {"optimizer": gs.adam(0.01), "network": gs.MLP([3, 5, 4, 2], activation="tanh")},
    "gelu": {"network": gs.MLP([3, 5, 2], activation="gelu")},
    "classes": {"network": gs.MLP([3, 5, 3], output="softmax"), "y": LABELS},
    "yes or no": {"network": gs.MLP([3, 4, 1], output="sigmoid"), "y": LABELS > 0},
    "dropout": {"network": gs.MLP([3, 9, 2], dropout=0.5), "optimizer": gs.momentum(0.1)},
    "penalties": {"l1": 0.1, "l2": 0.2, "clip": 0.1, "loss": "mae"},
    "many": {"network": gs.MLP([3, 30, 80], output="softmax"), "y": 10 * LABELS},
    "images": {
        "network": gs.Sequential(gs.Flatten(), gs.Linear(3, 4), "silu", gs.Linear(4, 2)),
        "X": X.reshape(7, 3, 1),
    },
}


def run_of(dtype: str, **options: Any) -> tuple[gs.Run, Any, Any]:
    chosen = {"network": gs.MLP([3, 5, 2]), "X": X, "y": T, "dtype": dtype, "epochs": 0} | options
    return gs.train(**chosen), chosen["X"], chosen["y"]


def carried_out(text: str, rows: int, **values: Any) -> dict[str, Any]:
    """The arrays of a listing after one step on these values."""
    space: dict[str, Any] = {}
    exec(text, space)
    memory = space["arrays"](rows)
    for name, value in values.items():
        assert memory[name].shape == (np.size(value),), name
        memory[name][:] = np.ravel(value)
    with np.errstate(all="ignore"):
        space["step"](**memory, rows=rows)
    return dict(memory)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("way", WAYS)
def test_the_text_gives_the_same_numbers(way, dtype):
    run, x, y = run_of(dtype, **WAYS[way])
    text = listing(run, x, y)
    x, t = run._arrays(x, y)
    graph = run.plan.training(Batch.like(x, t, len(x))).graph
    kept = {**run.parameters, **run.loop.carried.state}
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    for _ in range(2):
        wanted = Interpreter().compile(graph)(x, t, *kept.values())
        told = {name.replace(".", "_"): value for name, value in kept.items()}
        found = carried_out(text, len(x), x=x, t=t, **told)
        recorded = len(wanted) - len(kept)
        kept = dict(zip(kept, wanted[recorded:], strict=True))
        for name, value in kept.items():
            after = found[name.replace(".", "_")].reshape(value.shape)
            largest = np.abs(value).max(initial=1e-300)
            assert np.abs(after - value).max(initial=0) <= tolerance * largest, name
        places = [line for line in text.splitlines() if line.endswith(" afterwards")]
        assert len(places) == recorded
        for line, value in zip(places, wanted[:recorded], strict=True):
            name, place = line[2:].removesuffix(" afterwards").split(": ")
            assert name in ("loss", *run.plan.objective.metrics)
            assert eval(place, dict(found)) == pytest.approx(float(value), rel=10 * tolerance)


def test_small_parameters_are_in_the_text():
    """So that the first step needs no more than data."""
    run, x, y = run_of("float64", network=gs.MLP([3, 2]))
    found = carried_out(listing(run, x, y), 7, x=x, t=y)
    run.fit(x, y, epochs=1, batch_size=7)
    np.testing.assert_allclose(found["W1"].reshape(3, 2), run.parameters["W1"], rtol=1e-12)


def test_it_reads_well():
    run, x, y = run_of("float32", **WAYS["dropout"])
    text = listing(run, x, y)
    assert text.startswith('"""A training step of 3-9-2 relu with momentum."""\n\n')
    assert max(map(len, text[text.index("# loss") :].splitlines())) <= 100
    for words in ("def arrays(rows):", "for i in range(rows):", "# loss: ", "W1[", "drawn(0, "):
        assert words in text
    assert listing(run, x, y) == text, "the same text each time"
    assert listing(run, x[:3], y[:3]) == text, "whatever the number of rows"
