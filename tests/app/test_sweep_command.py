"""`gradstone sweep`: the table, the files, the exit codes."""

import json
import os
import signal
import threading

import pytest

from gradstone.app.cli.sweep_command import varied

SMALL = ("--dataset", "moons", "--size", 40, "--epochs", 3, "--seeds", 2, "--hidden", 4)


def test_a_choice_is_varied(gradstone, tmp_path):
    done = gradstone(
        "sweep", *SMALL, "--vary", "learning-rate=0.001,0.1", "--lang", "en", "--out", "out"
    )
    assert done.code == 0
    head, *table = done.out.splitlines()[:3]
    for word in ("value", "training loss", "worst", "held-out accuracy", "updates", "seconds"):
        assert word in head
    assert [line.split()[0] for line in table] == ["0.001", "0.1"]
    assert len({len(line) for line in (head, *table)}) == 1
    assert "best median of the held-out accuracy" in done.out
    assert done.out.splitlines()[-1] == "saved in out: sweep.png, sweep.json"
    assert (tmp_path / "out" / "sweep.png").read_bytes()[:4] == b"\x89PNG"
    told = json.loads((tmp_path / "out" / "sweep.json").read_text("utf-8"))
    assert told["choice"] == "learning-rate"
    assert told["fixed"]["hidden"] == [4]
    assert (told["fixed"]["size"], told["fixed"]["data_seed"]) == (40, 0)
    assert "learning_rate" not in told["fixed"]
    assert [one["value"] for one in told["points"]] == ["0.001", "0.1"]
    assert all(len(one["held_out_accuracy"]) == 2 for one in told["points"])
    assert "6/4" not in done.err
    assert "4/4" in done.err


@pytest.mark.usefixtures("undrawn")
def test_without_a_folder_each_sweep_gets_its_own(gradstone, tmp_path):
    for number in (1, 2):
        done = gradstone("sweep", *SMALL, "--vary", "hidden=1,2", "-q")
        assert (done.out, done.err) == (f"runs/sweep-hidden-00{number}\n", "")


def test_a_table(gradstone, houses):
    done = gradstone(
        "sweep", houses, "--target", "price", "--vary", "scaling", "--epochs", 3, "--seeds", 1,
        "--lang", "zh",
    )  # fmt: skip
    assert done.code == 0
    assert "留出集R²" in done.out
    assert [line.split()[0] for line in done.out.splitlines()[1:3]] == ["none", "standard"]


@pytest.mark.usefixtures("undrawn")
def test_a_stretched_input_is_learned_only_when_scaled(gradstone, tmp_path):
    done = gradstone(
        "sweep", "--dataset", "moons", "--vary", "scaling", "--stretch", 1000, "--hidden", 8,
        "--activation", "tanh", "--learning-rate", 0.02, "--epochs", 60, "--seeds", 3, "--out", "o",
    )  # fmt: skip
    assert done.code == 0
    none, standard = json.loads((tmp_path / "o" / "sweep.json").read_text())["points"]
    assert sorted(none["held_out_accuracy"])[1] < 0.85 < sorted(standard["held_out_accuracy"])[1]


@pytest.mark.usefixtures("undrawn")
def test_what_is_fixed(gradstone, tmp_path):
    for choice in ("optimizer=adam,sgd", "layers=1,2"):
        assert gradstone("sweep", *SMALL, "--vary", choice, "--out", choice, "-q").code == 0
    optimizers, layers = (
        json.loads((tmp_path / one / "sweep.json").read_text())["fixed"]
        for one in ("optimizer=adam,sgd", "layers=1,2")
    )
    assert "optimizer" not in optimizers
    assert optimizers["learning_rate"] is None  # each has its own
    assert (layers["hidden"], layers["learning_rate"]) == ([4], 0.003)  # the width of each


@pytest.mark.usefixtures("undrawn")
def test_all_diverged(gradstone):
    done = gradstone(
        "sweep", "--dataset", "sine", "--vary", "learning-rate=1e8", "--optimizer", "sgd",
        "--epochs", 20, "--seeds", 2, "--lang", "en",
    )  # fmt: skip
    assert done.code == 1
    assert "2/2" in done.out
    assert "∞" in done.out


@pytest.mark.usefixtures("undrawn")
def test_nothing_is_overwritten_unasked(gradstone):
    arguments = ("sweep", *SMALL, "--vary", "hidden=1", "--out", "out", "-q")
    assert gradstone(*arguments).code == 0
    done = gradstone(*arguments)
    assert done.code == 2
    assert "--force" in done.complaint
    assert gradstone(*arguments, "--force").code == 0


def test_ctrl_c(gradstone, tmp_path):
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    done = gradstone("sweep", "--dataset", "moons", "--epochs", 1000, "--seeds", 300, "-q")
    assert done.code == 130
    assert not list(tmp_path.iterdir())


def test_values():
    assert varied("hidden=1, 2,8-8") == ("hidden", ["1", "2", "8-8"])
    assert varied("batch_size=1，full") == ("batch-size", ["1", "full"])
    assert varied("loss") == ("loss", [])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--vary", "hiden=1"], "hidden"),
        (["--vary", ""], "--vary"),
        (["--vary", "hidden="], "As --vary hidden="),
        (["--vary", "hidden=1,,2"], "value is empty"),
        (["--vary", "activation=rel"], "relu"),
        (["--vary", "noise=0.1"], "a set drawn at random"),
        (["--vary", "size=20", "--dataset", "digits"], "a set drawn at random"),
        (["--vary", "loss=mse,binary_cross_entropy"], "10 classes"),
        (["--vary", "activation=relu,heaviside"], "flat"),
        (["--vary", "epochs=inf"], "whole number"),
        (["--optimizer", "adm"], "--optimizer"),
        (["--batch-size", "0"], "--batch-size"),
        (["--scaling", "x"], "--scaling"),
        (["--head", "x"], "--head"),
        (["--hidden", "x"], "--hidden"),
        (["--learning-rate", "0"], "--learning-rate"),
        (["--against", "time"], "epoch"),
        (["--seeds", "0"], "--seeds"),
        (["--dataset", "mons"], "moons"),
    ],
)
def test_bad_input(gradstone, tmp_path, arguments, told):
    done = gradstone("sweep", *arguments)
    assert done.code == 2
    assert told in done.complaint
    assert not list(tmp_path.iterdir())
