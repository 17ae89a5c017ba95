"""Under --lang zh no command prints a line in English; names, options and paths stay."""

from __future__ import annotations

import re
import shutil

import pytest

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.accounts.examples import EXAMPLES
from gradstone.app.cli.commands import COMMANDS, DRAWINGS, loaded
from gradstone.app.cli.words import _PHRASES, TABLES
from gradstone.data.drawn import RECIPES
from gradstone.graph.op import OPS
from gradstone.language import _phrases
from gradstone.studies.setting import CHOICES
from gradstone.training.optimizers import OPTIMIZERS

RUN = ("moons", "--size", "40", "--hidden", "2", "--epochs", "2")
LINE = ("sine", "--size", "40", "--hidden", "2", "--epochs", "2")
CASES = {
    "train": ["train", "flowers.csv", "--target", "kind", "--epochs", "2", "--out", "new"],
    "train numbers": [
        "train", "--dataset", "sine", "--size", "40", "--hidden", "2", "--epochs", "1",
        "--executor", "interpreter",
    ],
    "train stopped": [
        "train", "--dataset", "moons", "--size", "40", "--early-stopping", "1", "--epochs", "99",
        "--learning-rate", "1", "--executor", "interpreter",
    ],
    "explain": ["explain", "n1", "--out", "n1.json"],
    "explain list": ["explain", "--list"],
    "explain verify": ["explain", "--verify", "n1.json"],
    "explain text": ["explain", "softmax"],
    "exam": ["exam", "n1", "--format", "json", "--out", "sheet"],
    "grade": ["grade", "sheet/exam.json"],
    "grade folder": ["grade", "sheet", "--out", "marks.csv"],
    "descend": ["descend", "x^2", "--start", "3", "--out", "path.svg"],
    "descend race": ["descend", "x^2", "--start", "3", "--race", "sgd:0.1,adam", "--out", "race"],
    "capacity": [
        "capacity", "flat.csv", "--target", "kind", "--hidden", "1", "--seeds", "1", "--steps",
        "2", "--no-film", "--workers", "1",
    ],
    "find-rate": ["find-rate", "flowers.csv", "--target", "kind", "--steps", "40"],
    "sweep": [
        "sweep", "flowers.csv", "--target", "kind", "--vary", "hidden=1,2", "--seeds", "1",
        "--epochs", "1", "--workers", "1",
    ],
    "tune": [
        "tune", "flowers.csv", "--target", "kind", "--trials", "1", "--epochs", "1", "--widths",
        "2", "--layers", "1",
    ],
    "draw activations": ["draw", "activations", "tanh"],
    "draw difference": ["draw", "difference", "sin(x)", "--at", "1"],
    "draw fit": ["draw", "fit", "line"],
    "draw graph": ["draw", "graph", "x*y", "--at", "x=1,y=2"],
    "draw histograms": ["draw", "histograms", "run"],
    "draw landscape": ["draw", "landscape", "run", "--points", "3"],
    "draw loss": ["draw", "loss", "run"],
    "draw network": ["draw", "network", "run"],
    "draw neuron": ["draw", "neuron", "flat.csv", "--target", "kind"],
    "draw regions": ["draw", "regions", "run"],
}  # fmt: skip
NAMES = {
    *OPS, *OPTIMIZERS, *RECIPES, *CHOICES, *EXAMPLES, "two",
    "length", "width", "kind", "rose", "tulip", "lily", "flowers", "flat", "run", "line",
    "sheet", "exam", "key", "TABLE", "best", "gradstone", "train", "predict", "draw", "net",
    "out", "loss", "new",
}  # fmt: skip
"""What is named and not said: ops, sets, choices, columns, classes, files, commands."""
PATH = re.compile(r"(?<![A-Za-z])[\w./-]*\.[a-z]\w{1,11}\b|\w+/[\w./-]+|--[\w-]+")
WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z_]{3,}(?![A-Za-z0-9_\[])")


def english(text: str) -> list[str]:
    """The lines with a word of English that names nothing."""
    return [
        line
        for line in text.splitlines()
        if any(word not in NAMES and set(word.split("_")) - NAMES
               for word in WORD.findall(PATH.sub(" ", line)))
    ]  # fmt: skip


@pytest.fixture
def prepared(tmp_path, flowers, kept_run):
    """A folder with tables, two runs, an account and a filled sheet."""
    rows = flowers.read_text().splitlines()
    (tmp_path / "flat.csv").write_text("\n".join(one for one in rows if "lily" not in one))
    shutil.copytree(kept_run("--dataset", *RUN), tmp_path / "run")
    shutil.copytree(kept_run("--dataset", *LINE), tmp_path / "line")


@pytest.mark.usefixtures("prepared", "undrawn")
@pytest.mark.parametrize("case", CASES)
def test_no_line_is_english(gradstone, case):
    if case == "explain verify":
        gradstone("explain", "n1", "--out", "n1.json")
    if case.startswith("grade"):
        gradstone("exam", "n1", "--format", "json", "--out", "sheet")
    done = gradstone(*CASES[case], "--lang", "zh")
    assert done.code == 0, done.err
    assert done.out
    assert english(done.out + done.err) == []


def test_lines_in_english_are_found():
    assert english("saved as run/loss.png\n已保存为 run/loss.png") == ["saved as run/loss.png"]
    assert english("1/4  hidden 1\nepoch 1/4") == ["epoch 1/4"]


def test_every_command_that_speaks_is_among_the_cases():
    found = {name: module for name, module in COMMANDS.items() if name != "draw"}
    found |= {f"draw {name}": module for name, module in DRAWINGS.items()}
    for name, module in found.items():
        options = {one for each in loaded(name.split()[-1], module).params for one in each.opts}
        if "--lang" in options:
            assert name in CASES, name
        else:
            assert name in ("predict", "check", "ops", "bench")


def test_every_example_of_explain_has_its_sentence():
    told = _phrases(_PHRASES)
    assert {key for key in told if key.startswith("example_")} == {f"example_{n}" for n in EXAMPLES}


def test_both_languages_have_the_same_gaps():
    assert {"common", "training"} <= set(TABLES)
    for key, (first, second) in _phrases(_PHRASES).items():
        assert sorted(re.findall(r"{(\w+)}", first)) == sorted(re.findall(r"{(\w+)}", second)), key
