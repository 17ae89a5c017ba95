"""`gradstone check`: exit codes, what it reads, and one clear line for bad input."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from gradstone.app.cli import check_command
from gradstone.errors import FileError, GradstoneError, KindError, RangeError, UnknownNameError

MINE = """
import numpy as np
import gradstone as gs
print("printed by the file")

def d4(x, y):
    return -(gs.exp(-x**2 - y**2) - 2 * gs.exp(-(x - 1)**2 - (y - 1)**2)) / 2

def d6(x, y):
    return 2 * x * np.exp(-x**2 - y**2), 2 * y * np.exp(-x**2 - y**2)

def squares(v):
    return gs.sum(v**2)

def fails(x):
    return [1][x]

def stops(x):
    raise KeyboardInterrupt

def affine(p, x):
    return gs.sum((x @ p["W"] + p["b"])**2)

slopes = np.array([2.0, 4.0])
number = 3
"""


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    return path


@pytest.fixture
def check():
    app = typer.Typer()
    app.command(name="check")(check_command.check)
    app.command(name="other")(lambda: None)
    return lambda *words: CliRunner().invoke(app, ["check", *map(str, words)])


def test_right_and_wrong_gradients(check, mine):
    passed = check(f"{mine}:d4", "--at", "1,1")
    assert passed.exit_code == 0
    assert "0.1353352832" in passed.stdout
    assert "printed by the file" not in passed.stdout
    rejected = check(f"{mine}:d6", "--of", f"{mine}:d4", "--at", "1,1")
    assert rejected.exit_code == 1
    assert "0.2706705665" in rejected.stdout
    assert "likely cause: the gradient of another function" in rejected.stdout


def test_ways_to_say_where(check, mine, tmp_path):
    for words in (["1", "1"], ["1,1"], [" 1, 1 "]):
        at = [part for word in words for part in ("--at", word)]
        assert check(f"{mine}:d6", "--of", "d4", *at).exit_code == 1
    for text in ("1,2", "[1, 2]", "[1.0, 2]"):
        found = check(f"{mine}:slopes", "--of", "squares", "--at", text)
        assert found.exit_code == 0
    np.save(tmp_path / "x.npy", np.array([1.0, 2.0]))
    assert check(f"{mine}:squares", "--at", tmp_path / "x.npy").exit_code == 0
    p = '{"W": [[1, 2], [3, 4]], "b": [0, 1]}'
    found = check(f"{mine}:affine", "--at", p, "--at", "[[1, 2], [0, 1]]", "--format", "json")
    assert found.exit_code == 0
    entries = [row["entry"] for row in json.loads(found.stdout)["rows"]]
    assert entries == ["W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]", "b[0]", "b[1]"]
    both = check(f"{mine}:affine", "--at", p, "--at", "[[1, 2]]", "--argnums", "0,1")
    assert both.exit_code == 0
    assert "x[0,1]" in both.stdout


def test_whole_steps(check, mine, tmp_path):
    np.savez(tmp_path / "before.npz", W=np.eye(2), b=np.ones(2))
    x = np.array([[1.0, 2.0]])
    delta = 2 * (x @ np.eye(2) + 1)
    after = {"W": (np.eye(2) - 0.5 * x.T @ delta).tolist(), "b": (1 - 0.5 * delta[0]).tolist()}
    (tmp_path / "after.json").write_text(json.dumps(after))
    words = [f"{mine}:affine", "--at", tmp_path / "before.npz", "--at", "[[1, 2]]"]
    step = ["--after", tmp_path / "after.json"]
    assert check(*words, *step, "--rate", "0.5").exit_code == 0
    rejected = check(*words, *step, "--rate", "0.25")
    assert rejected.exit_code == 1
    assert "new" in rejected.stdout
    assert isinstance(check(*words, *step).exception, RangeError)


def error(found, kind, *words):
    assert isinstance(found.exception, kind)
    assert isinstance(found.exception, GradstoneError)
    text = str(found.exception)
    assert "\n" not in text
    for word in words:
        assert word in text


def test_bad_input_is_one_clear_line(check, mine, tmp_path):
    error(check(f"{tmp_path}/no.py:f", "--at", "1"), FileError, "no such file")
    error(check(f"{mine}:sqares", "--at", "1"), UnknownNameError, "Did you mean squares")
    error(check(mine, "--at", "1"), RangeError, "FILE.py:NAME is wanted")
    error(check("mine.py", "--at", "1"), RangeError, "FILE.py:NAME is wanted")
    error(check(f"{mine}:number", "--at", "1"), KindError, "a function is wanted")
    error(check(f"{mine}:squares"), RangeError, "--at", "nothing came")
    error(check(f"{mine}:d4", "--at", "1"), RangeError, "takes 2 arguments")
    error(check(f"{mine}:squares", "--at", "__import__('os')"), RangeError, "no JSON")
    error(check(f"{mine}:squares", "--at", "[[1], [2, 3]]"), RangeError, "different lengths")
    error(check(f"{mine}:squares", "--at", '["a"]'), KindError, "numbers are wanted")
    error(check(f"{mine}:squares", "--at", '"a"'), KindError, "numbers are wanted")
    error(check(f"{mine}:squares", "--at", "NaN"), GradstoneError, "NaN or infinity")
    error(check(f"{mine}:squares", "--at", tmp_path / "no.npz"), FileError, "no such file")
    error(check(f"{mine}:squares", "--at", "1", "--argnums", "a"), RangeError, "--argnums")
    error(check(f"{mine}:squares", "--at", "1", "--format", "xml"), UnknownNameError, "text")
    (tmp_path / "broken.npz").write_bytes(b"not a zip file")
    error(check(f"{mine}:squares", "--at", tmp_path / "broken.npz"), FileError, "NumPy")


def test_errors_in_the_file_name_the_line(check, mine, tmp_path):
    error(check(f"{mine}:fails", "--at", "7"), GradstoneError, "mine.py:16", "Error")
    broken = tmp_path / "broken.py"
    broken.write_text("x = (1,\n")
    error(check(f"{broken}:f", "--at", "1"), FileError, "broken.py:1", "never closed")
    broken.write_text("x = 1\ny = x / 0\n")
    error(check(f"{broken}:f", "--at", "1"), GradstoneError, "broken.py:2", "division by zero")
    broken.write_text("raise SystemExit(3)\n")
    error(check(f"{broken}:f", "--at", "1"), GradstoneError, "broken.py:1", "SystemExit")


def test_interrupted(check, mine):
    assert check(f"{mine}:stops", "--at", "1").exit_code == 130


def test_modules_beside_the_file(check, tmp_path):
    (tmp_path / "beside_it.py").write_text("def f(x):\n    return x * x\n")
    (tmp_path / "main.py").write_text("from beside_it import f\n")
    assert check(f"{tmp_path}/main.py:f", "--at", "3").exit_code == 0
