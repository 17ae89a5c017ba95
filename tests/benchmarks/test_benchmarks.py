"""The benchmarks in short: the sides that need no peer walk the same path; no clock is judged."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import figures
from benchmarks.cold_start import accuracy
from benchmarks.report import Findings, short, written
from benchmarks.sides.catalogue import PEERS, Setting, gradstone
from benchmarks.sides.gradstone_side import GradstoneSide
from benchmarks.sides.numpy_side import NumpySide
from benchmarks.timing import TOLERANCE, Effort, Result
from benchmarks.worker import Worker
from benchmarks.workloads import WORKLOADS

SHORT = {
    "line": {},
    "xor": {},
    "small-500-sgd": {"samples": 60},
    "small-500-adam": {"samples": 60},
    "full": {"samples": 50, "batch": 50},
    "digits-sgd": {"samples": 96},
    "digits-adam": {"samples": 96},
    "t2": {},
    "images-adam": {"samples": 48, "batch": 16, "sizes": (20, 12, 8, 10)},
}


@pytest.mark.parametrize("name", SHORT)
def test_the_interpreter_walks_the_path_of_numpy_by_hand(name):
    workload, epochs = replace(WORKLOADS[name], **SHORT[name]).probe()
    ours = GradstoneSide(workload, {"executor": "interpreter"}).losses(epochs)
    exact = NumpySide(workload, {"dtype": "float64"}).losses(epochs)
    single = NumpySide(workload, {}).losses(epochs)
    np.testing.assert_allclose(ours, exact, rtol=TOLERANCE)
    np.testing.assert_allclose(single, exact, rtol=TOLERANCE)
    assert exact[-1] < exact[0]


def test_a_measurement_begins_at_the_initial_values_and_shuffles():
    workload = replace(WORKLOADS["digits-sgd"], samples=96)
    side = NumpySide(workload, {})
    first = side.train(2), [value.copy() for value in side.final()]
    again = side.train(2), side.final()
    assert first[0][1] == again[0][1] == 2
    for a, b in zip(first[1], again[1], strict=True):
        np.testing.assert_array_equal(a, b)
    side.losses(2)
    assert not np.array_equal(first[1][0], side.final()[0])


def test_gradstone_trains_through_its_public_names_alone():
    workload = replace(WORKLOADS["digits-adam"], samples=96)
    side = GradstoneSide(workload, {"executor": "interpreter"})
    seconds, epochs = side.train(2)
    assert seconds > 0
    assert epochs == 2
    assert [one.shape for one in side.final()] == [(64, 64), (64,), (64, 10), (10,)]
    x, t = workload.arrays()
    assert side.cold(30, x, t) > 0.8
    assert accuracy(workload.parameters(), x, t) < 0.5


def test_every_workload_of_the_issue_is_there_with_equal_data_each_time():
    rows = {one.row for one in WORKLOADS.values()}
    assert rows == set(figures.WANTED)
    for one in WORKLOADS.values():
        assert one.samples % one.batch == 0
        if not one.heavy:
            for a, b in zip(one.arrays(), one.arrays(), strict=True):
                np.testing.assert_array_equal(a, b)
    assert WORKLOADS["wide"].flops == pytest.approx(8.6e9, rel=0.01)
    assert WORKLOADS["wider"].flops == pytest.approx(172e9, rel=0.01)


def test_every_side_has_settings_or_says_why_not():
    for side in (gradstone("native"), gradstone("interpreter"), *PEERS.values()):
        for workload in WORKLOADS.values():
            settings = side.settings(workload)
            assert settings or side.why
            json.dumps([one.options for one in settings])


def test_a_worker_answers_what_it_is_asked():
    worker = Worker("numpy_side:NumpySide")
    assert "NumPy" in worker.answer({"do": "describe"})["versions"]
    made = worker.answer({"do": "prepare", "workload": "xor", "options": {}})
    asked = {"do": "losses", "workload": "xor", "options": {}}
    assert len(worker.answer(asked)["losses"]) == 20
    worker.answer({"do": "use", "key": made["key"]})
    assert worker.answer({"do": "train", "epochs": 2})["epochs"] == 2
    rates = worker.answer({"do": "products", "shapes": [[8, 8, 8]], "seconds": 0.0})["rates"]
    assert rates[0] > 0


def test_the_report_says_figures_medians_and_failures():
    peers = [PEERS["torch"], PEERS["sklearn"]]
    ours, eager, absent = (Result(side) for side in (gradstone("native"), *peers))
    ours.steps, eager.steps = [1e-6, 3e-6, 2e-6], [9e-4, 1e-3, 1.1e-3]
    ours.setting, absent.failure = Setting("native"), "no such activation"
    found = Findings([one.side for one in (ours, eager, absent)], Effort())
    found.measured["xor"] = [ours, eager, absent]
    found.missing["tinygrad"] = "no such package"
    text = written(found)
    assert "| XOR (xor) | ≥ 1.7 × | 500 × PyTorch eager | yes |" in text
    assert "2 µs (100 %)" in text
    assert "xor, scikit-learn: no such activation" in text
    assert "**tinygrad could not be installed**" in text
    assert "500.0 × (without T1, 2-8-8-1, 4-32-16-4, 64-64-10)" in text


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.12e-9, "4.12 ns"), (0.9996e-6, "1 µs"), (0.5, "500 ms"), (2.0, "2 s")]
)
def test_times_are_short(seconds, text):
    assert short(seconds) == text
