"""`gradstone draw difference`: its numbers, its table, its picture, bad input."""

import pytest
import typer
from typer.testing import CliRunner

from gradstone.app.cli.draw_difference import difference
from gradstone.errors import GradstoneError


@pytest.fixture
def draw(tmp_path, monkeypatch):
    """The command alone, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.command(context_settings={"ignore_unknown_options": True})(difference)
    return lambda *words: CliRunner().invoke(app, [str(one) for one in words])


def plain(text):
    return text.replace("−", "-")


def test_d8(draw, tmp_path):
    done = draw("0.01x^2 + 0.1x", "--at", 5, "--lang", "en")
    assert done.exit_code == 0
    assert "f(x) = 0.75 at x = 5" in done.stdout
    assert "central difference with h = 0.0001: 0.1999999999990898" in done.stdout
    assert "exact derivative: 0.2\n" in done.stdout
    assert "tangent: 0.2 x - 0.25\n" in plain(done.stdout)
    assert done.stdout.endswith("saved as difference.png\n")
    assert (tmp_path / "difference.png").read_bytes()[:4] == b"\x89PNG"


def test_d9(draw):
    done = draw("sin(x)", "--at", 1, "--out", "a.svg", "--lang", "en")
    rows = [line.split() for line in plain(done.stdout).splitlines()]
    table = {row[0]: row[1:] for row in rows if len(row) == 3 and row[0][0] in "01"}
    assert len(table) == 18
    assert float(table["0.1"][1]) == pytest.approx(9.0e-4, rel=0.01)
    assert float(table["0.0001"][1]) == pytest.approx(9.0e-10, rel=0.01)
    assert float(table["1e-12"][1]) == pytest.approx(1.23e-5, rel=0.01)
    assert table["1e-17"] == ["0", "0.54"]
    assert "least error: 3.8e-13 at h = 5.6e-06" in plain(done.stdout)


def test_chinese_and_a_formula_as_place(draw, tmp_path):
    done = draw("cos(t)", "--at", "pi/2", "--step", 1e-3, "--lang", "zh", "--out", "a.pdf")
    assert "中心差分，h = 0.001：−0.99999983" in done.stdout
    assert "切线：−t + 1.5708" in done.stdout
    assert (tmp_path / "a.pdf").is_file()


def test_files_are_not_overwritten(draw):
    assert draw("x^2", "--at", 1).exit_code == 0
    assert isinstance(draw("x^2", "--at", 1).exception, GradstoneError)
    assert draw("x^2", "--at", 1, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x y", "--at", 1), "x, y came"),
        (("3", "--at", 1), "no variable came"),
        (("ln(x)", "--at", -1), "log(-1)"),
        (("x", "--at", 1, "--step", 0), "above 0"),
        (("x", "--at", 1, "--out", "a.gif"), ".gif came"),
        (("x", "--at", 1, "--lang", "de"), "--lang"),
    ],
)
def test_bad_input(draw, tmp_path, arguments, words):
    done = draw(*arguments)
    assert isinstance(done.exception, GradstoneError)
    assert words in str(done.exception)
    assert done.stdout == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [("sinn(x)", "--at", 1), ("x", "--at", "sinn(1)")])
def test_a_caret(draw, arguments):
    done = draw(*arguments)
    assert done.exit_code == 2
    _, shown, carets = done.stderr.splitlines()
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "sinn"
