"""`gradstone explain`: what it tells of, in which format, and what it refuses."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

import gradstone as gs
from gradstone.accounts import examples
from gradstone.accounts.examples import EXAMPLES
from gradstone.accounts.runs import next_step, training_rows
from gradstone.app.cli import explain_command
from gradstone.app.cli.material import digits

KINDS = {
    "txt": "One training step",
    "md": "# ",
    "tex": "\\documentclass",
    "html": "<!DOCTYPE html>",
}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def trained(gradstone, flowers):
    done = gradstone("train", flowers, "--target", "kind", "--hidden", 4, "--out", "run", "-q")
    assert done.code == 0
    return flowers


def flat(text):
    return " ".join(text.split())


# What -----------------------------------------------------------------------------------------
def test_without_words_the_textbook_example(gradstone):
    done = gradstone("explain")
    assert (done.code, done.err) == (0, "")
    assert done.out == examples.n1().to_text()
    assert "0.322684532" in done.out


def test_an_example_with_choices(gradstone):
    given = ("--sample", 1, "--weight", "W1[2,1]", "--digits", 4, "--width", 100, "--lang", "zh")
    done = gradstone("explain", "n5", *given)
    told = examples.n5(sample=1, weight="W1[2,1]", digits=4, language="zh")
    assert done.out == told.to_text(width=100)


def test_another_loss(gradstone):
    done = gradstone("explain", "n1", "--loss", "binary_cross_entropy")
    assert done.out == examples.n1("binary_cross_entropy").to_text()


def test_the_list(gradstone):
    lines = gradstone("explain", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == list(EXAMPLES)
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example(gradstone, name):
    assert gradstone("explain", name).code == 0


def test_an_op(gradstone):
    done = gradstone("explain", "softplus")
    assert done.code == 0
    assert done.out == examples.op_example("softplus").to_text()


# Runs -----------------------------------------------------------------------------------------
def test_the_next_step_of_a_run_on_a_table(gradstone, trained):
    done = gradstone("explain", "run", "--table", trained)
    assert (done.code, done.err) == (0, "")
    run = gs.load("run")
    assert f"Step {run.step} of the run" in flat(done.out)
    assert "as the run computes it, in float32" in flat(done.out)


@pytest.mark.parametrize("options", [(), ("--test", "houses.csv"), ("--validation", 0)])
def test_the_rows_of_training_are_found_again(gradstone, houses, options):
    """Without the fifth that is kept for the test, or all where the test has its own table."""
    given = ("--target", "price", "--out", "run", "--epochs", 2, "-q", *options)
    assert gradstone("train", houses, *given).code == 0
    assert gradstone("explain", "run", "--table", houses).code == 0


def test_the_digits_need_no_table(gradstone):
    assert gradstone("train", "--out", "run", "--epochs", 1, "-q").code == 0
    given = ("--sample", 3, "--weight", "W2[5,7]")
    page = flat(gradstone("explain", "run", *given).out)
    assert "Sample 4 of 32" in page
    assert "W2[5,7]" in page
    material = digits()
    run = gs.load("run")
    rows = training_rows(run, material.training.inputs, material.training.targets)
    assert page == flat(next_step(rows).account(3, "W2[5,7]").to_text())
    assert gradstone("explain", "run", "--table", "x.csv").code == 2


# Formats --------------------------------------------------------------------------------------
@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_the_format_by_the_name_of_the_file(gradstone, tmp_path, suffix):
    done = gradstone("explain", "--out", f"step.{suffix}")
    assert (done.code, done.err, done.out) == (0, "", f"saved as step.{suffix}\n")
    assert KINDS[suffix] in (tmp_path / f"step.{suffix}").read_text("utf-8")


def test_a_workbook(gradstone, tmp_path):
    assert gradstone("explain", "--out", "step.xlsx").code == 0
    assert "xl/workbook.xml" in zipfile.ZipFile(tmp_path / "step.xlsx").namelist()


def test_json_that_is_verified(gradstone, tmp_path):
    assert gradstone("explain", "n5", "--out", "step.json").code == 0
    done = gradstone("explain", "--verify", "step.json")
    assert (done.code, done.err) == (0, "")
    path = tmp_path / "step.json"
    plain = json.loads(path.read_text("utf-8"))
    (line,) = [one for one in plain["lines"] if one["quantity"] == "net1[0,0]"]
    line["value"] += 0.25
    path.write_text(json.dumps(plain), "utf-8")
    done = gradstone("explain", "--verify", "step.json")
    assert (done.code, done.err) == (1, "")
    assert line["id"] in done.out


def test_a_run_in_json_is_verified(gradstone, trained):
    given = ("--table", trained, "--out", "step.json")
    assert gradstone("explain", "run", *given).code == 0
    assert gradstone("explain", "--verify", "step.json").code == 0


def test_the_format_said(gradstone, tmp_path):
    assert gradstone("explain", "--format", "markdown").out == examples.n1().to_markdown()
    assert gradstone("explain", "--format", "latex", "--out", "step").code == 0
    assert (tmp_path / "step").read_text("utf-8") == examples.n1().to_latex()


def test_a_file_is_not_overwritten_unasked(gradstone, tmp_path):
    (tmp_path / "step.txt").write_text("mine")
    done = gradstone("explain", "--out", "step.txt")
    assert done.code == 2
    assert done.complaint.endswith("Add --force to overwrite.")
    assert (tmp_path / "step.txt").read_text() == "mine"
    assert gradstone("explain", "--out", "step.txt", "--force").code == 0
    assert (tmp_path / "step.txt").read_text("utf-8") == examples.n1().to_text()


# Terminals ------------------------------------------------------------------------------------
def test_ascii(gradstone):
    done = gradstone("explain", "--ascii")
    assert done.out.isascii()
    assert done.out == examples.n1().to_text(ascii=True)


def started(*arguments, **environment):
    command = [sys.executable, "-m", "gradstone", "explain", *arguments]
    return subprocess.run(command, capture_output=True, env={**os.environ, **environment})


def test_ascii_where_the_encoding_lacks_the_signs():
    done = started(PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"?" not in done.stdout
    assert "∂" in started(PYTHONIOENCODING="utf-8").stdout.decode("utf-8")


def test_colours_on_a_terminal(gradstone, monkeypatch):
    seen = []
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr(
        "gradstone.accounts.text.print_story", lambda *given: seen.append(given)
    )  # fmt: skip
    assert gradstone("explain", "--width", 70).code == 0
    ((story, console, language),) = seen
    assert (story.kind, console.width, language) == ("step", 70, "en")


def test_a_reader_who_has_seen_enough():
    command = f"{sys.executable} -m gradstone explain | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.stdout.startswith("One training step")
    assert done.stderr == ""


# Refusals -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("sigmod",), "'sigmod' is not known"),
        (("runs/none",), "no such file"),
        (("apples", "--weight", "W1[0,0]"), "--weight: apples came, which has no network"),
        (("n5", "--loss", "mse"), "--loss: n5 came: it goes with n1"),
        (("n1", "--loss", "nonsense"), "'nonsense' is not known"),
        (("n1", "--table", "x.csv"), "it goes with the folder of a run"),
        (("n1", "--weight", "W9[0,0]"), "'W9[0,0]' is not known"),
        (("n1", "--neuron", "h9"), "'h9' is not known"),
        (("n1", "--sample", "1"), "sample"),
        (("n1", "--detail", "all"), "'all' is not known"),
        (("--digits", "13"), "2 to 12 are wanted"),
        (("--format", "word"), "'word' is not known"),
        (("--format", "excel"), "excel came without --out"),
        (("--out", "step.doc"), "one that ends in .txt"),
        (("--out", ".", "--format", "text"), "a folder of that name"),
        (("--out", "no/step.txt"), "a place that can be written is wanted"),
        (("--lang", "fr"), "'fr' is not known"),
        (("--verify", "none.json"), "none.json"),
        (("n1", "--verify", "none.json"), "--verify: n1 came beside it"),
        (("--width", "10"), "width"),
    ],
)
def test_refusals(gradstone, arguments, complaint):
    done = gradstone("explain", *arguments)
    assert done.code == 2
    assert complaint in done.complaint
    assert done.out == ""


def test_runs_without_their_table(gradstone, trained, houses):
    assert "--table: nothing came" in gradstone("explain", "run").complaint
    assert "no column 'length'" in gradstone("explain", "run", "--table", houses).complaint
    text = trained.read_text().replace("-", "")
    trained.write_text(text)
    done = gradstone("explain", "run", "--table", trained)
    assert "the rows that the run was trained on are wanted" in done.complaint
    assert "--loss" in gradstone("explain", "run", "--loss", "mse").complaint


def test_runs_trained_on_arrays(gradstone, tmp_path):
    gs.train(gs.MLP([1, 1]), [[0.0], [1.0]], [[0.0], [1.0]], epochs=1).save(tmp_path / "run")
    assert "gs.explain(run, X, y)" in gradstone("explain", "run").complaint


def test_the_signs_are_those_of_the_text():
    """Whatever the example prints beyond ASCII is looked for in the encoding."""
    beyond = {sign for sign in examples.n1().to_text() if ord(sign) > 255}
    for encoding in ("gbk", "cp1252", "cp437", "latin-1"):
        try:
            "".join(beyond).encode(encoding)
        except UnicodeEncodeError:
            with pytest.raises(UnicodeEncodeError):
                explain_command.SIGNS.encode(encoding)
