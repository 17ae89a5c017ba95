"""Searches with Optuna, kept in a database."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from gradstone.data.drawn import drawn_set
from gradstone.errors import (
    DataError,
    FileError,
    KindError,
    NoGradientError,
    RangeError,
    UnknownNameError,
)
from gradstone.studies import tuning
from gradstone.studies.database import file_url, opened, shown
from gradstone.studies.searching import sampler
from gradstone.studies.space import Space
from gradstone.studies.tuning import Attempt, Tuning, tune

ROWS = drawn_set("moons", 60, 0.2)
SPACE = Space((1, 2), (2, 6), ("tanh",), ("adam", "sgd"), (1e-3, 1.0), (16, 60))
SMALL = {"space": SPACE, "epochs": 4, "executor": "interpreter"}
SCRIPT = """
import sys
from gradstone.data.drawn import drawn_set
from gradstone.studies.space import Space
from gradstone.studies.tuning import tune
space = Space((1, 2), (2, 6), ("tanh",), ("adam", "sgd"), (1e-3, 1.0), (16, 60))
tune(drawn_set("moons", 60, 0.2), sys.argv[1], trials=3, space=space, epochs=4,
    executor="interpreter")
"""


@pytest.fixture
def url(tmp_path):
    return file_url(tmp_path / "tune.db")


def searched(url, trials=4, **settings):
    return tune(ROWS, url, trials=trials, **{**SMALL, **settings})


def told(found):
    return [(one.number, one.status, one.choices, one.loss) for one in found.attempts]


def test_choices_lie_in_the_space_and_the_best_is_known(url):
    seen = []
    found = searched(url, 5, told=lambda *one: seen.append(one))
    assert [one.number for one in found.attempts] == [0, 1, 2, 3, 4]
    assert found.measure == "accuracy"
    assert not found.interrupted
    for one in found.attempts:
        assert 1 <= len(one.hidden) <= 2
        assert all(2 <= width <= 6 for width in one.hidden)
        assert one.choices["optimizer"] in ("adam", "sgd")
        assert 1e-3 <= one.choices["learning_rate"] <= 1.0
        assert one.choices["batch_size"] in (16, 60)
        assert 1 <= one.epoch <= 4
        assert 0 <= one.measure <= 1
    assert found.complete[0].loss == min(one.loss for one in found.complete)
    assert (seen[0][:2], seen[-1][:2]) == ((0, 5), (5, 5))
    best = found.complete[0]
    assert seen[-1][2] == (best.number, best.loss)


def test_a_search_goes_on_where_it_ended(url, tmp_path):
    searched(url, 3)
    resumed = searched(url, 3)
    whole = searched(file_url(tmp_path / "other.db"), 6)
    assert told(resumed) == told(whole)
    assert len({str(one.choices) for one in whole.attempts}) == 6


def test_the_report_alone(url):
    before = searched(url, 2)
    assert told(searched(url, 0)) == told(before)


def test_bad_trials_end_early(url):
    """After five complete trials a rate that learns nothing is below the median."""
    space = Space((1, 1), (6, 6), ("tanh",), ("adam",), (1e-5, 0.3), (16,))
    found = searched(url, 12, space=space, epochs=16)
    pruned = [one for one in found.attempts if one.status == "pruned"]
    assert pruned
    assert all(one.epoch < 16 for one in pruned)


def test_importance(url, monkeypatch):
    space = Space((1, 1), (2, 8), ("tanh",), ("adam",), (1e-4, 0.3), (16,))
    assert not searched(url, 8, space=space, epochs=2).importance
    monkeypatch.setattr(tuning, "ENOUGH", 4)
    found = searched(url, 0, space=space, epochs=2)
    assert len(found.complete) >= 4
    assert sum(found.importance.values()) == pytest.approx(1.0)
    assert found.importance.keys() == {"width1", "learning_rate"}  # what varied


def test_where_all_are_equally_good_nothing_is_important(url, monkeypatch):
    monkeypatch.setattr(tuning, "ENOUGH", 3)
    space = Space((1, 1), (3, 3), ("tanh",), ("adam",), (0.01, 0.01), (16,))
    found = searched(url, 3, space=space, epochs=2)
    assert len(found.complete) == 3
    assert found.importance == {}


def test_workers_side_by_side(url):
    found = searched(url, 5, workers=2)
    assert sorted(one.number for one in found.attempts) == [0, 1, 2, 3, 4]
    assert all(one.status in ("complete", "pruned") for one in found.attempts)


def test_two_processes_on_one_file(url):
    both = [subprocess.Popen([sys.executable, "-c", SCRIPT, url]) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    found = searched(url, 0)
    assert [one.number for one in found.attempts] == list(range(6))
    assert len({str(one.choices) for one in found.attempts}) == 6


def test_ctrl_c_keeps_what_is_finished(url):
    def interrupt(done, of_all, best):
        if done == 2:
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()

    begun = time.monotonic()
    found = searched(url, 10_000, told=interrupt)
    assert found.interrupted
    assert time.monotonic() - begun < 30
    finished = [one for one in found.attempts if one.status in ("complete", "pruned")]
    assert len(finished) >= 2
    assert all(one.status != "running" for one in found.attempts)
    assert len(searched(url, 1).attempts) == len(found.attempts) + 1


def test_a_second_ctrl_c_changes_nothing(url):
    def interrupt(done, of_all, best):
        if done == 2:
            for wait in (0.05, 0.052, 0.06):
                threading.Timer(wait, os.kill, (os.getpid(), signal.SIGINT)).start()

    try:
        found = searched(url, 10_000, workers=2, told=interrupt)
        time.sleep(0.1)
    except KeyboardInterrupt:  # the trainings had ended before the last of them
        found = searched(url, 0)
    assert all(one.status != "running" for one in found.attempts)


def test_what_cannot_be_trained_is_told_before_a_database_is_made(url, tmp_path):
    with pytest.raises(NoGradientError, match="heaviside"):
        searched(url, 1, space=Space(activations=("relu", "heaviside")))
    with pytest.raises(RangeError, match="3 classes"):
        tune(drawn_set("blobs", 60), url, trials=1, loss="binary_cross_entropy", **SMALL)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["what?", "100%25", "数据 #1"])
def test_a_file_of_any_name(tmp_path, name):
    (tmp_path / name).mkdir()
    assert len(searched(file_url(tmp_path / name / "x.db"), 1).attempts) == 1
    assert [one.name for one in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "x.db").stat().st_size > 0


def test_a_diverged_trial_does_not_end_the_search(url):
    space = Space((1, 1), (4, 4), ("relu",), ("sgd",), (1e20, 1e21), (16,))
    found = tune(drawn_set("sine", 40), url, trials=2, **{**SMALL, "space": space})
    assert not found.complete
    assert [one.status for one in found.attempts] == ["pruned", "pruned"]


def test_other_choices_need_another_study(url):
    searched(url, 1)
    for settings in ({"epochs": 5}, {"seed": 1}, {"space": Space()}, {"loss": "cross_entropy"}):
        with pytest.raises(DataError, match="--study NAME"):
            searched(url, 1, **settings)
    with pytest.raises(DataError, match="rows"):
        tune(drawn_set("moons", 60, 0.2, 5), url, trials=1, space=SPACE, epochs=4)
    assert len(searched(url, 1, study="second", epochs=5).attempts) == 1


def test_a_study_of_another_program(url):
    import optuna

    place = optuna.storages.RDBStorage(url)
    study = optuna.create_study(storage=place, study_name="tune")
    study.tell(study.ask(), 1.0)
    place.remove_session()
    place.engine.dispose()
    with pytest.raises(DataError, match="another program"):
        searched(url, 1)


@pytest.mark.parametrize(
    ("storage", "why"),
    [
        ("tune", "no address"),
        ("nosuch://x/y", "no address"),
        ("sqlite:////no/such/folder/x.db", "unable to open"),
    ],
)
def test_a_storage_that_cannot_be_opened(storage, why):
    with pytest.raises(FileError, match=why) as caught:
        searched(storage, 1)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "x.db").write_text("something else, and long enough to be looked at " * 9)
    with pytest.raises(FileError, match="not a database"):
        searched(file_url(tmp_path / "x.db"), 1)


def test_passwords_are_not_shown():
    assert shown("postgresql://me:secret@host/name") == "postgresql://me:***@host/name"
    assert "secret" not in shown("post gresql://me:secret@host:port:x/name")


def test_without_optuna(monkeypatch, url):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(KindError, match=r"pip install 'gradstone\[tune\]'"):
        searched(url, 1)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"layers": (2, 1)}, RangeError),
        ({"widths": (0, 4)}, RangeError),
        ({"activations": ("rel",)}, UnknownNameError),
        ({"optimizers": ()}, RangeError),
        ({"rates": (0.0, 1.0)}, RangeError),
        ({"batch_sizes": (0,)}, RangeError),
    ],
)
def test_a_space_that_cannot_be(settings, error):
    with pytest.raises(error):
        Space(**settings)


@pytest.mark.parametrize(
    "settings", [{"trials": -1}, {"epochs": 0}, {"validation": 0.0}, {"workers": 0}]
)
def test_numbers_out_of_range(url, settings):
    with pytest.raises(RangeError):
        searched(url, **settings)


def test_the_best_comes_first():
    attempts = tuple(
        Attempt(n, status, {"layers": 0}, loss)
        for n, (status, loss) in enumerate([("complete", 2.0), ("pruned", 0.1), ("complete", 1.0)])
    )
    assert [one.number for one in Tuning("x", "r2", attempts).complete] == [2, 0]


def test_the_sampler_depends_on_the_number_of_the_trial(url):
    with opened(url, "s", {}, sampler(0), None) as study:
        rates = [study.ask().suggest_float("rate", 0, 1) for _ in range(3)]
    assert len(set(rates)) == 3
