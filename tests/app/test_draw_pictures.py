"""`gradstone draw activations`, `neuron`, `loss`, `regions` and `fit`."""

from __future__ import annotations

import random
import re
from xml.etree import ElementTree

import pytest

import gradstone as gs
from gradstone.app.cli import draw_neuron
from gradstone.app.cli.drawing import finish, target
from gradstone.errors import FileError

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def trained(kept_run):
    """The folder of a small run by its further options."""
    return lambda *options: kept_run(*options, "--epochs", 3, "--hidden", 4)


# Where a picture goes -------------------------------------------------------------------------
def test_the_default_and_what_was_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(target(None, "x.png", False)) == "x.png"
    for ending in (".png", ".SVG", ".pdf", ".html"):
        assert target(tmp_path / f"a{ending}", "x.png", False) == tmp_path / f"a{ending}"


def test_where_it_cannot_go(tmp_path):
    (tmp_path / "old.png").write_bytes(b"old")
    (tmp_path / "folder.png").mkdir()
    for name, told in (
        ("a.gif", ".gif came: one of .png, .svg, .pdf, .html is wanted"),
        ("a", "no ending came"),
        ("old.png", "this file is there already: a new file is wanted. Add --force"),
        ("folder.png", "this is a folder"),
        ("none/a.png", "there is no folder"),
    ):
        with pytest.raises(FileError, match=told):
            target(tmp_path / name, "x.png", False)
    assert target(tmp_path / "old.png", "x.png", True) == tmp_path / "old.png"


def test_saved_and_said(tmp_path, capsys):
    from gradstone.pictures.style import figure

    finish(figure(1, 1), tmp_path / "a.png", "en")
    assert capsys.readouterr().out == f"saved as {tmp_path / 'a.png'}\n"
    assert (tmp_path / "a.png").read_bytes().startswith(PNG)


# Activations and a neuron ---------------------------------------------------------------------
def test_activations(gradstone, tmp_path):
    done = gradstone("draw", "activations", "sigmoid,tanh")
    assert done.code == 0
    lines = [line.split() for line in done.out.splitlines()]
    assert done.out.startswith("sigmoid: saturated for x < −5.99 and x > 5.99\n")
    assert lines[1] == ["x", "−2", "−1", "0", "1", "2"]
    assert lines[2] == ["f(x)", "0.11920292", "0.26894142", "0.5", "0.73105858", "0.88079708"]
    slopes = ["0.070650825", "0.41997434", "1", "0.41997434", "0.070650825"]
    assert lines[7] == ["f′(x)", *slopes]
    assert done.out.endswith("\nsaved as activations.png\n")
    assert (tmp_path / "activations.png").read_bytes().startswith(PNG)
    again = gradstone("draw", "activations", "relu")
    assert again.code == 2
    assert "Add --force" in again.complaint
    assert gradstone("draw", "activations", "relu", "--force").code == 0


def test_activations_in_chinese(gradstone, tmp_path):
    done = gradstone("draw", "activations", "tanh", "relu", "--lang", "zh", "--out", "a.svg")
    assert done.out.startswith("tanh：饱和区：x < −2.99 和 x > 2.99\n")
    ElementTree.parse(tmp_path / "a.svg")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["activations", "sigmiod"], "Did you mean sigmoid"),
        (["activations", "softmax"], "a function of one number"),
        (["activations", "--lang", "fr"], "'fr' is not known"),
        (["neuron", "--dataset", "moon"], "Did you mean moons"),
        (["neuron", "--dataset", "blobs"], "3 classes came: a set of two classes is wanted"),
        (["neuron", "--dataset", "sine"], "numbers came"),
        (["neuron", "--size", "1"], "size of gaussians: 1 came"),
        (["neuron", "--learning-rate", "nan"], "learning_rate"),
        (["loss", "none"], "a saved model is wanted"),
        (["regions", "none"], "a saved model is wanted"),
    ],
)
def test_bad_input(gradstone, tmp_path, options, told):
    done = gradstone("draw", *options)
    assert done.code == 2
    assert told in done.complaint
    assert list(tmp_path.iterdir()) == []


def test_a_neuron_on_clouds(gradstone, tmp_path):
    done = gradstone("draw", "neuron")
    assert done.code == 0
    before, _, _, after, line, right, verdict, saved = done.out.splitlines()
    assert before.startswith("before training: w₁ = ")
    assert after.startswith("after training: w₁ = ")
    assert line.startswith("  the line: x₂ = −(")
    assert right == "  200 of 200 right, 100.0%"
    assert verdict == "gaussians: a straight line can part these classes"
    assert saved == "saved as neuron.png"
    assert (tmp_path / "neuron.png").read_bytes().startswith(PNG)


def test_a_neuron_cannot_learn_xor(gradstone):
    done = gradstone("draw", "neuron", "--dataset", "xor", "--noise", 0.05, "--out", "x.pdf")
    assert done.code == 0
    *_, right, verdict, _ = done.out.splitlines()
    assert float(right.split()[-1].removesuffix("%")) <= 80
    assert verdict == "xor: no straight line parts these classes"


@pytest.fixture
def people(tmp_path):
    """Heights and weights of two kinds of people whom a line parts."""
    draw = random.Random(0)
    rows = [
        f"{draw.gauss(160 + 30 * kind, 4):.1f},{draw.gauss(55 + 30 * kind, 4):.1f},{'ab'[kind]}"
        for kind in (0, 1) * 20
    ]
    (tmp_path / "people.csv").write_text("\n".join(["height,weight,kind", *rows]))
    return tmp_path / "people.csv"


def test_a_neuron_on_a_table(gradstone, people, monkeypatch):
    seen = []
    monkeypatch.setattr(draw_neuron, "finish", lambda picture, *_: seen.append(picture))
    done = gradstone("draw", "neuron", "people.csv", "--target", "kind")
    assert done.code == 0
    names, _, _, _, after, _, right, verdict = done.out.splitlines()
    assert names == "x₁ is height, x₂ is weight; an output above 0.5 means b"
    assert right == "  40 of 40 right, 100.0%"
    assert verdict == "people: a straight line can part these classes"
    numbers = re.findall(r"= (−?[\d.]+)", after.replace("−", "-").replace("= -", "= −"))
    first, second, bias = (float(one.replace("−", "-")) for one in numbers)
    assert first * 190 + second * 85 + bias > 0 > first * 160 + second * 55 + bias
    axes = seen[0].axes[1]
    assert axes.get_xlabel() == "height (x₁)"
    assert 140 < axes.get_xlim()[0] < 160


@pytest.mark.parametrize(
    ("head", "rows", "told"),
    [
        ("a,b,c,k", ["1,2,3,x", "3,4,5,y"], "3 columns came beside k (a, b, c): two are wanted"),
        ("a,b,k", ["1,2,x", "3,4,y", "5,6,z"], "t.csv, column 'k': 3 classes came (x, y, z): two"),
        ("a,b,k", [f"1,2,{n}.5" for n in range(30)], "column 'k': numbers came: two classes are"),
        ("a,b,z", ["1,2,x", "3,4,y"], "t.csv: no column 'k': its columns are a, b, z"),
    ],
)
def test_tables_that_a_neuron_cannot_part(gradstone, tmp_path, head, rows, told):
    (tmp_path / "t.csv").write_text("\n".join([head, *rows]))
    done = gradstone("draw", "neuron", "t.csv", "--target", "k")
    assert done.code == 2
    assert told in done.complaint
    assert not (tmp_path / "neuron.png").exists()


def test_options_of_a_neuron_that_do_not_go_together(gradstone, people):
    done = gradstone("draw", "neuron", "people.csv", "--target", "kind", "--dataset", "moons")
    assert done.complaint.startswith("gradstone: --dataset: moons came beside the table people.csv")
    done = gradstone("draw", "neuron", "--target", "kind")
    assert done.complaint == "gradstone: --target: kind came: a TABLE to read is wanted with it."


# Runs -----------------------------------------------------------------------------------------
def test_loss(gradstone, trained):
    run = trained("--dataset", "moons", "--size", 60, "--data-seed", 3)
    done = gradstone("draw", "loss", run, "--average", 2)
    assert (done.code, done.out) == (0, "saved as loss.png\n")
    assert gradstone("draw", "loss", run, "--average", 0, "--force").code == 2


def test_regions_and_fit_of_built_in_sets(gradstone, trained):
    run = trained("--dataset", "moons", "--size", 60, "--data-seed", 3)
    done = gradstone("draw", "regions", run, "--lang", "zh")
    assert (done.code, done.out) == (0, "已保存为 regions.png\n")
    done = gradstone("draw", "fit", run)
    assert done.code == 2
    assert "2 features and classes came: one feature and a number" in done.complaint
    done = gradstone("draw", "regions", run, "--table", "x.csv", "--force")
    assert "a run on the set moons came" in done.complaint
    run = trained("--dataset", "sine")
    assert gradstone("draw", "fit", run, "--out", "fit.svg").code == 0
    done = gradstone("draw", "regions", run, "--force")
    assert "1 feature and a number to tell came: two features and classes" in done.complaint


def test_regions_of_a_table(gradstone, trained, kept_flowers, tmp_path):
    run = trained(kept_flowers, "--target", "kind")
    done = gradstone("draw", "regions", run)
    assert done.code == 2
    assert "Name it with --table" in done.complaint
    assert gradstone("draw", "regions", run, "--table", kept_flowers).code == 0
    lines = kept_flowers.read_text().splitlines(keepends=True)
    (tmp_path / "other.csv").write_text("".join(lines[:30]))
    done = gradstone("draw", "regions", run, "--table", "other.csv", "--force")
    assert "the least and largest inputs are not those of training" in done.complaint


def test_a_run_that_kept_no_fifth_for_the_test(gradstone, trained, kept_flowers):
    tested = ("--test", kept_flowers, "--validation", 0)
    run = trained(kept_flowers, "--target", "kind", *tested)
    assert gradstone("draw", "regions", run, "--table", kept_flowers).code == 0


def test_a_run_on_arrays(gradstone):
    gs.train(gs.MLP([2, 1]), [[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0], epochs=1).save("run")
    assert gradstone("draw", "loss", "run").code == 0
    done = gradstone("draw", "regions", "run")
    assert "trained on arrays" in done.complaint
