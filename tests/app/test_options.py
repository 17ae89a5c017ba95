"""Options that stand once and are taken by several commands."""

import subprocess
import sys

import pytest

TRAINED = ("train", "find-rate", "sweep", "tune")
SHARED = {
    "A CSV file with a header; none: the digits.": TRAINED,
    "The column of TABLE to predict.": TRAINED,
    "Standard deviation of its noise; else the set's own.": TRAINED,
    "A CSV file with two columns of numbers, and one of classes; none: a built-in set.": (
        "capacity",
        "draw neuron",
    ),
    "A built-in set instead: digits, ": TRAINED,
    "are classes.": TRAINED,
    "Say nothing but the folder.": ("train", "sweep", "tune", "capacity"),
    "Overwrite what is there already.": ("find-rate", "explain", "exam", "grade", "predict"),
    "en or zh; else the locale's.": (
        "train",
        "find-rate",
        "sweep",
        "tune",
        "capacity",
        "explain",
        "exam",
        "grade",
    ),
    "A .png, .svg, .pdf or .html file; without it rate.png.": ("find-rate",),
}


def helped(gradstone, command):
    return " ".join(gradstone(*command.split(), "--help").out.split())


@pytest.mark.parametrize(("told", "commands"), SHARED.items())
def test_the_same_words_everywhere(gradstone, told, commands):
    for command in commands:
        assert told in helped(gradstone, command)


@pytest.mark.parametrize("command", ["grade", "exam", "explain"])
def test_commands_that_train_nothing_load_no_numbers(command):
    code = (
        "import sys; from importlib import import_module; "
        f"import_module('gradstone.app.cli.{command}_command'); "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
