"""`gradstone descend`: the log, the diagnosis, the files, the exit codes."""

import csv
import io

import pytest

from gradstone.app.cli import main as module
from gradstone.app.cli.descend_command import descend


@pytest.fixture(autouse=True)
def mounted():
    """The command, where the command line does not have it yet."""
    if not any(one.name == "descend" for one in module.app.registered_commands):
        settings = {"ignore_unknown_options": True}
        module.app.command(name="descend", context_settings=settings)(descend)


def plain(text):
    return text.replace("−", "-")


def rows(text):
    return [line.split() for line in plain(text).splitlines() if line[:3].strip().isdigit()]


def test_d1(gradstone):
    done = gradstone("descend", "(x+1)**2-1", "--start", 13, "--learning-rate", 0.9)
    assert (done.code, done.err) == (0, "")
    table = rows(done.out)
    assert [row[0] for row in table] == [*map(str, range(10)), *map(str, range(53, 58))]
    assert table[0] == ["0", "13", "195", "28", "-25.2", "-705.6", "-70.56"]
    assert "left out: 43 updates" in done.out
    assert "converged: 57 updates, x = -1.00004190417, f = -0.999999998244" in plain(done.out)
    assert "zig-zag" in done.out


@pytest.mark.parametrize(
    ("rate", "code", "status"),
    [(0.1, 0, "converged"), (0.5, 0, "converged"), (1.0, 0, "oscillating"), (1.1, 1, "diverged"),
     (1e-4, 0, "not converged")],
)  # fmt: skip
def test_d2_d3(gradstone, rate, code, status):
    done = gradstone("descend", "(x+1)^2-1", "--start", 13, "--learning-rate", rate)
    assert done.code == code
    assert f"\n{status}: " in done.out


@pytest.mark.parametrize(
    ("rate", "updates", "code", "end"),
    [(0.1, 100, 0, "x = -6.111107929e-10"), (0.01, 100, 0, "x = -0.3978586"),
     (10, 200, 1, "diverged")],
)  # fmt: skip
def test_d7(gradstone, rate, updates, code, end):
    done = gradstone(
        "descend", "x^2+y^2", "--start=-3,4", "--learning-rate", rate, "--precision", 0,
        "--max-iterations", updates,
    )  # fmt: skip
    assert done.code == code
    assert end in plain(done.out)


def test_d4_d5(gradstone):
    wells = "-(e^(-x^2-y^2) - 2e^(-(x-1)^2-(y-1)^2))/2"
    done = gradstone(
        "descend", wells, "--start", "0,0", "--learning-rate", 0.5, "--precision", 1e-10
    )
    assert done.code == 0
    assert "x = -0.16366449" in plain(done.out)
    assert "f = -0.4072641101" in plain(done.out)
    assert rows(done.out)[0][4] == "0.38279"  # √2 · 0.2706705665


def test_numeric(gradstone):
    done = gradstone(
        "descend", "0.01x^2+0.1x", "--start", 5, "--grad", "numeric", "--max-iterations", 1
    )
    assert done.code == 0
    assert rows(done.out)[0][3] == "0.2"


def test_starts_by_name_and_by_formula(gradstone):
    done = gradstone("descend", "x - y + x^2", "--start", "y=1/4, x=2^3", "--max-iterations", 0)
    assert rows(done.out)[0][:4] == ["0", "8", "0.25", "71.75"]
    done = gradstone(
        "descend", "b - a", "--variables", "a,b", "--start", "（1，3）", "--max-iterations", 0
    )
    assert rows(done.out)[0][:4] == ["0", "1", "3", "2"]


def test_race(gradstone):
    done = gradstone(
        "descend", "(1-x)^2+100(y-x^2)^2", "--start=-1.2,1", "--race",
        "sgd:0.001,momentum:0.0005,adam", "--learning-rate", 0.02, "--max-iterations", 500,
    )  # fmt: skip
    assert done.code == 0
    for label in ("sgd 0.001", "momentum 0.0005", "adam 0.02"):
        assert f"{label}  not converged      500" in done.out
    assert "The lowest end is that from" in done.out


def test_several_starts(gradstone):
    done = gradstone("descend", "x^4-x^2+x/10", "--start", -1, "--start", 2)
    assert done.code == 0
    assert "The lowest end" in done.out
    assert "do not tell" in done.out


def test_one_that_diverges_among_others(gradstone):
    code = gradstone("descend", "x^2", "--start", 1, "--race", "sgd:0.1,sgd:1.5").code
    assert code == 0
    assert gradstone("descend", "x^2", "--start", 1, "--race", "sgd:2,sgd:1.5").code == 1


def test_chinese(gradstone):
    done = gradstone("descend", "log(x)+x", "--start", 1, "--lang", "zh")
    assert done.code == 1
    assert "自然对数" in done.out
    assert "\n发散" in done.out
    assert "梯度" in done.out


def test_a_formula_that_begins_with_a_minus(gradstone):
    assert gradstone("descend", "-x^2", "--start", 1, "--max-iterations", 1).code == 0


def test_folder(gradstone, tmp_path):
    done = gradstone("descend", "x^2+y^2", "--start", "1,2", "--out", "runs/a")
    assert done.code == 0
    assert (tmp_path / "runs/a/path.png").read_bytes()[:4] == b"\x89PNG"
    table = list(csv.DictReader(io.StringIO((tmp_path / "runs/a/path.csv").read_text())))
    assert float(table[0]["gradient y"]) == 4
    assert table[-1]["change"] == ""
    again = gradstone("descend", "x^2+y^2", "--start", "1,2", "--out", "runs/a")
    assert again.code == 2
    assert "--force" in again.complaint
    forced = gradstone("descend", "x^2+y^2", "--start", "1,2", "--out", "runs/a", "--force")
    assert forced.code == 0


def test_picture(gradstone, tmp_path):
    assert gradstone("descend", "x^2", "--start", 1, "--out", "a.png").code == 0
    assert (tmp_path / "a.png").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x^2",), "--start: none came: a number for x"),
        (("ln(x)", "--start", -1), "log(-1)"),
        (("x y", "--start", 1), "for x, y"),
        (("x", "--start", "x=1,y=2"), "'y' is not known"),
        (("x y", "--start", "x=1"), "y is missing"),
        (("x", "--start", 1, "--optimizer", "sdg"), "Did you mean sgd"),
        (("x", "--start", 1, "--race", "sgd:fast"), "NAME or NAME:RATE"),
        (("x", "--start", 1, "--learning-rate", 0), "above 0"),
        (("x", "--start", 1, "--grad", "auto"), "numeric"),
        (("x", "--start", 1, "--lang", "de"), "--lang"),
        (("x", "--start", 1, "--out", "a.gif"), ".gif came"),
        (("x", "--start", 1, "--precision", -1), "precision"),
        (("x", "--start", 1, "--max-iterations", -1), "max-iterations"),
    ],
)
def test_bad_input(gradstone, arguments, words):
    done = gradstone("descend", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.complaint


@pytest.mark.parametrize("arguments", [("2 + sinn(x)", "--start", 1), ("x", "--start", "sinn(1)")])
def test_a_caret(gradstone, arguments):
    done = gradstone("descend", *arguments)
    assert done.code == 2
    message, shown, carets = done.err.splitlines()
    assert message.startswith("gradstone: expression, place")
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "sinn"


def test_interrupted(gradstone, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("gradstone.app.cli.descend_command.minimize", interrupt)
    assert gradstone("descend", "x", "--start", 1).code == 130
