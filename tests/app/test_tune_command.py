"""`gradstone tune`: the search goes on, the report, the exit codes."""

import json
import os
import re
import shlex
import signal
import sys
from contextlib import contextmanager

import numpy as np
import pytest

import gradstone as gs
from gradstone.app.cli import tune_command

SMALL = (
    "--dataset", "moons", "--size", 60, "--epochs", 3, "--layers", "1:2", "--widths", "2:4",
    "--batch-sizes", "16,60",
)  # fmt: skip


def figures(folder):
    return json.loads((folder / "tune.json").read_text("utf-8"))


def test_a_search_its_report_and_more_of_it(gradstone, tmp_path):
    done = gradstone("tune", *SMALL, "--trials", 3, "--lang", "en")
    assert done.code == 0
    assert "trials in the study moons: 3, of them 3 complete, 0 pruned" in done.out
    assert "saved in runs/tune-moons: report.html, tune.json, best" in done.out
    folder = tmp_path / "runs" / "tune-moons"
    told = figures(folder)
    assert len(told["trials"]) == 3
    assert told["best"] == min(told["trials"], key=lambda one: one["loss"])["number"]
    page = (folder / "report.html").read_text("utf-8")
    assert page.count("<img ") == 2  # too few trials for the importance
    assert "The best trials" in page
    assert told["command"] in page
    assert "http" not in re.sub("http-equiv", "", page)
    done = gradstone("tune", *SMALL, "--trials", 2, "--lang", "zh")
    assert "研究 moons 共有 5 次试验" in done.out
    assert len(figures(folder)["trials"]) == 5
    page = (folder / "report.html").read_text("utf-8")
    assert '<html lang="zh-Hans">' in page
    assert "超参数搜索：双月牙" in page
    assert not set(re.findall(r"\{\w+\}", page.partition("<body>")[2]))


@pytest.mark.usefixtures("undrawn")
def test_the_command_repeats_the_best(gradstone, tmp_path):
    gradstone("tune", *SMALL, "--trials", 2, "--out", "out", "-q")
    told = figures(tmp_path / "out")
    line = shlex.split(told["command"])[1:]
    done = gradstone(*line, "--out", "again")
    assert done.code == 0
    assert f"loss {told['test']['loss']:.4g}" in done.out
    again, best = (gs.load(tmp_path / one).parameters for one in ("again", "out/best"))
    assert again.keys() == best.keys()
    assert all(np.array_equal(again[name], best[name]) for name in best)


@pytest.mark.usefixtures("undrawn")
def test_a_table_with_rows_to_test_on(gradstone, houses, tmp_path):
    done = gradstone(
        "tune", houses, "--target", "price", "--trials", 2, "--epochs", 3, "--layers", "0:1",
        "--widths", 4, "--optimizers", "adam", "--out", "out", "--lang", "en",
    )  # fmt: skip
    assert done.code == 0
    assert "R²" in done.out
    assert gradstone("predict", "out/best", houses).code == 0


@pytest.mark.usefixtures("undrawn")
def test_a_shared_storage(gradstone, tmp_path):
    url = f"sqlite:///{tmp_path}/shared.db"
    for name in ("one", "two"):
        done = gradstone("tune", *SMALL, "--trials", 2, "--storage", url, "--out", name, "-q")
        assert (done.code, done.out) == (0, f"{name}\n")
        assert not (tmp_path / name / "tune.db").exists()
    assert len(figures(tmp_path / "two")["trials"]) == 4


@pytest.mark.usefixtures("undrawn")
def test_ctrl_c_keeps_the_finished_trials(gradstone, tmp_path, monkeypatch):
    @contextmanager
    def interrupting(quiet):
        yield lambda done, of_all, best: done == 2 and os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(tune_command, "counting", interrupting)
        done = gradstone("tune", *SMALL, "--trials", 1000, "-q", "--lang", "en")
    assert done.code == 130
    kept = int(re.search(r"trials kept in the study moons: (\d+)", done.err)[1])
    assert gradstone("tune", *SMALL, "--trials", 1, "-q").code == 0
    told = figures(tmp_path / "runs" / "tune-moons")["trials"]
    assert sum(one["status"] in ("complete", "pruned") for one in told) == kept + 1


def test_ctrl_c_while_the_best_is_trained_anew(gradstone, monkeypatch, tmp_path):
    def interrupted(*arguments, **settings):
        run = fitted(*arguments, **settings)
        run.status = "interrupted"
        return run

    fitted = tune_command.fitted
    monkeypatch.setattr(tune_command, "fitted", interrupted)
    done = gradstone("tune", *SMALL, "--trials", 1, "-q", "--lang", "en", "--out", "out")
    assert done.code == 130
    assert "trials kept in the study moons: 1" in done.err
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["tune.db"]


@pytest.mark.usefixtures("undrawn")
def test_a_single_value_of_everything(gradstone, tmp_path):
    done = gradstone(
        "tune", *SMALL, "--trials", 1, "--layers", 1, "--widths", 3, "--activations", "tanh",
        "--optimizers", "adam", "--rates", 0.01, "--batch-sizes", 16, "--out", "out",
    )  # fmt: skip
    assert done.code == 0
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert page.count("<img ") == 1  # nothing was varied
    assert "48 for training, of which 10 are only watched" in page
    for one in ("--layers 1:1", "--rates 0.01:0.01", "--batch-sizes 16", "out/tune.db"):
        assert one in page


def test_no_complete_trial(gradstone):
    done = gradstone(
        "tune", "--dataset", "sine", "--rates", "1e20:1e21", "--optimizers", "sgd", "--trials", 1,
        "--epochs", 3, "--activations", "relu", "--lang", "en",
    )  # fmt: skip
    assert done.code == 1
    assert "--rates" in done.err


@pytest.mark.usefixtures("undrawn")
def test_other_choices(gradstone):
    assert gradstone("tune", *SMALL, "--trials", 1, "-q").code == 0
    done = gradstone("tune", *SMALL, "--trials", 1, "--seed", 1)
    assert done.code == 2
    assert "--study NAME" in done.complaint
    assert gradstone("tune", *SMALL, "--trials", 1, "--seed", 1, "--study", "b", "-q").code == 0


def test_without_optuna(gradstone, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "optuna", None)
    done = gradstone("tune", *SMALL)
    assert done.code == 2
    assert "pip install 'gradstone[tune]'" in done.complaint
    assert not list(tmp_path.iterdir())


def test_another_search_does_not_replace_a_report(gradstone, tmp_path):
    small = [*SMALL, "--trials", 1, "--out", "out", "-q"]
    assert gradstone("tune", *small).code == 0
    report = (tmp_path / "out" / "report.html").read_bytes()
    small[small.index("--dataset") + 1] = "ring"
    done = gradstone("tune", *small)
    assert done.code == 2
    assert "a folder with the search" in done.complaint
    assert (tmp_path / "out" / "report.html").read_bytes() == report
    assert gradstone("tune", *small, "--study", "rings").code == 0
    assert (tmp_path / "out" / "report.html").read_bytes() != report


def test_a_folder_with_other_files(gradstone, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    done = gradstone("tune", *SMALL, "--out", "out")
    assert done.code == 2
    assert "other files" in done.complaint


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--storage", "here"], "no address"),
        (["--storage", "sqlite:////no/such/x.db"], "unable to open"),
        (["--storage", "postgresql://me:secret@host/x"], "postgresql://me:***@host/x"),
        (["--activations", "rel"], "relu"),
        (["--optimizers", "adm"], "adam"),
        (["--optimizers", ","], "at least one"),
        (["--rates", "1:0.1"], "MIN:MAX"),
        (["--rates", "slow:1"], "a number"),
        (["--rates", "0:1"], "above 0"),
        (["--layers", "a"], "--layers"),
        (["--widths", "0:4"], "widths"),
        (["--batch-sizes", "x"], "--batch-sizes"),
        (["--loss", "mse"], "--loss"),
        (["--layers", "3:"], "--layers"),
        (["--activations", "heaviside"], "flat"),
        (["--validation", "0"], "validation"),
        (["--validation", "nan"], "--validation"),
        (["--validation", "inf"], "--validation"),
        (["--trials", "-1"], "--trials"),
        (["--validation", "0.001"], "0.001"),
        (["--lang", "fr"], "--lang"),
    ],
)
def test_bad_input(gradstone, tmp_path, arguments, told):
    done = gradstone("tune", "--dataset", "moons", "--trials", 1, *arguments)
    assert done.code == 2
    assert told in done.complaint
    assert "secret" not in done.err
    assert not list(tmp_path.rglob("*"))
