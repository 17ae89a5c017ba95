"""`gradstone find-rate`: what it says, its picture, its exit codes."""

import re
import shlex

import pytest


def test_the_digits(gradstone, tmp_path):
    done = gradstone("find-rate", "--hidden", 8, "--lang", "en")
    assert (done.code, done.err) == (0, "")
    first, why, saved, last = done.out.splitlines()
    rate = float(re.fullmatch(r"suggested learning rate: (\S+)", first)[1])
    assert 1e-4 < rate < 1
    assert "a tenth of that is suggested" in why
    assert saved == "saved as rate.png"
    assert (tmp_path / "rate.png").read_bytes()[:4] == b"\x89PNG"
    assert last == f"next: gradstone train --hidden 8 --learning-rate {rate:g}"


@pytest.mark.usefixtures("undrawn")
def test_the_next_command_works(gradstone, flowers):
    done = gradstone("find-rate", flowers, "--target", "kind", "--hidden", 4, "--lang", "en")
    line = done.out.splitlines()[-1].removeprefix("next: gradstone ")
    assert f"{flowers} --target kind --hidden 4 --learning-rate" in line
    assert gradstone(*shlex.split(line), "--epochs", 2, "-q").code == 0


def test_a_built_in_set_in_chinese(gradstone, tmp_path):
    done = gradstone(
        "find-rate", "--dataset", "moons", "--noise", 0.2, "--activation", "tanh", "--optimizer",
        "sgd", "--lang", "zh", "--out", "rate.svg",
    )  # fmt: skip
    assert done.code == 0
    assert "建议的学习率" in done.out
    assert "下一步：gradstone train --dataset moons --noise 0.2 --activation tanh" in done.out
    assert (tmp_path / "rate.svg").read_text("utf-8").startswith("<?xml")


def test_nothing_is_overwritten_unasked(gradstone, tmp_path):
    (tmp_path / "rate.png").write_text("mine")
    done = gradstone("find-rate", "--dataset", "moons")
    assert done.code == 2
    assert "--force" in done.complaint
    assert (tmp_path / "rate.png").read_text() == "mine"
    assert gradstone("find-rate", "--dataset", "moons", "--force").code == 0
    assert (tmp_path / "rate.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("lowest", "highest", "advice"), [(1e3, 1e5, "--lowest"), (1e-12, 1e-10, "--highest")]
)
def test_no_suggestion(gradstone, tmp_path, lowest, highest, advice):
    done = gradstone(
        "find-rate", "--dataset", "sine", "--optimizer", "sgd", "--lowest", lowest, "--highest",
        highest, "--lang", "en",
    )  # fmt: skip
    assert done.code == 1
    assert "no learning rate can be suggested" in done.out
    assert advice in done.out
    assert "next:" not in done.out
    assert (tmp_path / "rate.png").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--dataset", "mon"], "moons"),
        (["--optimizer", "adm"], "adam"),
        (["--activation", "rel"], "relu"),
        (["--loss", "mse"], "--loss"),
        (["--lowest", "0"], "lowest: 0.0 came"),
        (["--highest", "1e-9"], "highest"),
        (["--hidden", "a"], "--hidden"),
        (["--out", "rate.gif"], ".png"),
        (["--out", "no/rate.png"], "no folder"),
        (["--lang", "fr"], "--lang"),
        (["--target", "x"], "TABLE"),
        (["--noise", "1"], "--noise"),
        (["none.csv", "--target", "x"], "none.csv"),
    ],
)
def test_bad_input(gradstone, tmp_path, arguments, told):
    done = gradstone("find-rate", *arguments)
    assert done.code == 2
    assert told in done.complaint
    assert not list(tmp_path.iterdir())
