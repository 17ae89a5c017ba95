"""Many trainings side by side: the numbers of `gs.train`, whatever runs beside them."""

import pickle
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.drawn import drawn_set
from gradstone.errors import GradstoneError, RangeError, ShapeError, UnknownNameError
from gradstone.studies.trials import Trial, cores, run_trials

MOONS, OTHER = drawn_set("moons", 60, seed=3), drawn_set("moons", 40, seed=4)
FIRST = Trial((2, 3, 1), "tanh", "sigmoid", learning_rate=0.3, epochs=20, label="first")


def same(one, other):
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert np.array_equal(value, other[name])


def test_a_trial_is_a_training():
    trial = replace(FIRST, batch_size=16, optimizer="adam", learning_rate=0.01, seed=2, l2=0.01)
    (outcome,) = run_trials([trial], MOONS, OTHER)
    net = gs.MLP([2, 3, 1], "tanh", "sigmoid")
    run = gs.train(net, MOONS.inputs, MOONS.targets, None, gs.adam(0.01), 20, 16, 2, l2=0.01)
    same(outcome.parameters, run.parameters)
    assert outcome.history["loss"].tolist() == run.history["loss"]
    assert outcome.history["accuracy"].tolist() == run.history["accuracy"]
    assert outcome.training == run.evaluate(MOONS.inputs, MOONS.targets)
    assert outcome.held_out == run.evaluate(OTHER.inputs, OTHER.targets)
    assert (outcome.status, outcome.message, outcome.steps) == ("finished", "", 80)


@pytest.mark.parametrize("executor", ["native", "interpreter"])
def test_workers_and_order_change_nothing(executor):
    trials = [
        replace(FIRST, network=(2, size, 1), seed=seed, executor=executor, label=f"{size}/{seed}")
        for size in (1, 4)
        for seed in range(3)
    ]
    alone = run_trials(trials, MOONS, OTHER, workers=1)
    many = run_trials(trials[::-1], MOONS, OTHER, workers=4)[::-1]
    for one, other, trial in zip(alone, many, trials, strict=True):
        same(one.parameters, other.parameters)
        same(one.history, other.history)
        assert one.trial == other.trial == trial
        assert one.held_out == other.held_out


def test_snapshots_stand_at_their_updates():
    marks = (0, 1, 7, 30, 80)
    asked = (80, 7, 30, 0, 7, 1, 1000)
    trial = replace(FIRST, batch_size=15, snapshots=asked)  # four updates an epoch
    (outcome,) = run_trials([trial], MOONS)
    assert tuple(outcome.snapshots) == marks
    assert outcome.held_out == {}
    same(outcome.snapshots[80], outcome.parameters)
    start = outcome.network.initial_values(0)
    same(outcome.snapshots[0], {n: v.astype("float32") for n, v in start.items()})
    net = gs.MLP([2, 3, 1], "tanh", "sigmoid")
    seen = []
    run = gs.train(
        net, MOONS.inputs, MOONS.targets, optimizer=gs.sgd(0.3), batch_size=15, snapshots=1
    )
    seen = dict(run.snapshots)
    for mark in marks[1:]:
        same(outcome.snapshots[mark], seen[mark])


def test_divergence_is_an_outcome():
    line = drawn_set("linear", 30)
    trials = [Trial((1, 1), learning_rate=rate, epochs=200) for rate in (0.1, 1e8)]
    fine, lost = run_trials([*trials], line, line)
    assert fine.status == "finished"
    assert fine.training["r2"] > 0.5
    assert lost.diverged
    assert "learning rate" in lost.message
    assert lost.steps < 200
    assert all(np.isfinite(value).all() for value in lost.parameters.values())


def test_progress_is_told_in_the_callers_thread():
    heard = []

    def told(done, many, label):
        assert threading.current_thread() is threading.main_thread()
        heard.append((done, many, label))

    run_trials([FIRST, replace(FIRST, label="second")], MOONS, told=told)
    assert heard[0] == (0, 2, "")
    assert [one[0] for one in heard] == [0, 1, 2]
    assert {one[2] for one in heard[1:]} == {"first", "second"}
    assert run_trials([], MOONS) == []


def test_labels_of_any_kind():
    names = np.array(["no", "yes"])[MOONS.targets]
    three = Trial((2, 4, 2), output="softmax", epochs=3)
    by_name, by_number = (run_trials([three], (MOONS.inputs, t)) for t in (names, MOONS.targets))
    same(by_name[0].parameters, by_number[0].parameters)


@pytest.mark.parametrize(
    ("change", "error"),
    [({"network": (2, 0, 1)}, RangeError), ({"activation": "tanhh"}, UnknownNameError),
     ({"optimizer": "sdg"}, UnknownNameError), ({"epochs": -1}, RangeError),
     ({"learning_rate": 0.0}, RangeError), ({"network": (3, 1)}, ShapeError)],
)  # fmt: skip
def test_bad_trials_are_told_before_any_training(change, error):
    heard = []
    with pytest.raises(error):
        run_trials([FIRST, replace(FIRST, **change)], MOONS, told=lambda *one: heard.append(one))
    assert heard == []


def test_bad_rows_and_workers():
    with pytest.raises(ShapeError, match="pair"):
        run_trials([FIRST], (MOONS.inputs,))
    with pytest.raises(RangeError, match="workers"):
        run_trials([FIRST], MOONS, workers=0)
    with pytest.raises(GradstoneError):
        run_trials([FIRST], (MOONS.inputs, MOONS.targets[:-1]))


def test_an_interrupt_stops_all_trainings():
    def told(done, many, label):
        if done:
            raise KeyboardInterrupt

    trials = [replace(FIRST, epochs=epochs) for epochs in (1, 10**8, 10**8)]
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        run_trials(trials, MOONS, workers=3, told=told)
    names = [one.name for one in threading.enumerate() if "trial" in one.name]
    assert names == []
    assert threading.active_count() <= before + 1  # the native road's own second thread


def test_trials_are_plain_data():
    assert pickle.loads(pickle.dumps(FIRST)) == FIRST
    assert FIRST.rule().learning_rate.rate == 0.3
    assert replace(FIRST, optimizer=gs.adam(0.5)).rule()["beta1"] == 0.9
    assert replace(FIRST, network=gs.MLP([2, 1])).made().describe() == "2-1"
    assert cores() >= 1


def test_a_script_without_a_guard(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(
        "from gradstone.studies.trials import Trial, run_trials\n"
        "from gradstone.data.drawn import drawn_set\n"
        "print(len(run_trials([Trial((2, 1), epochs=2)] * 3, drawn_set('xor', 20), workers=3)))\n"
    )
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")
