"""`gradstone descend`: the log, the diagnosis, the files, the exit codes."""

import csv
import io
import re
import signal
import subprocess
import sys

import pytest

WELLS = "-(e^(-x^2-y^2) - 2e^(-(x-1)^2-(y-1)^2))/2"
MINE = """
import numpy as np
import gradstone as gs

print("printed by the file")

def bowl(x):
    return gs.sum(x * x)

def wells(x, y):
    return -(gs.exp(-x**2 - y**2) - 2 * gs.exp(-(x - 1)**2 - (y - 1)**2)) / 2

def offered(x, y):
    return 2 * x * np.exp(-x**2 - y**2), 2 * y * np.exp(-x**2 - y**2)

def vector(x):
    return x * 2

def fails(x):
    return [1][5]

def three(x, y):
    return 1.0, 2.0, 3.0

def raises(x, y):
    raise KeyError("no such thing")

number = 3
"""
SLOWLY = """
import sys
count = 0

def bowl(x, y):
    return x * x + y * y

def offered(x, y):
    global count
    count += 1
    if count == 100:
        print("on the way", file=sys.stderr, flush=True)
    return 2 * x, 2 * y
"""


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    return "mine.py"


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
    done = gradstone(
        "descend", WELLS, "--start", "0,0", "--learning-rate", 0.5, "--precision", 1e-10
    )
    assert done.code == 0
    assert "x = -0.16366449" in plain(done.out)
    assert "f = -0.4072641101" in plain(done.out)
    assert rows(done.out)[0][4] == "0.38279"  # √2 · 0.2706705665


@pytest.mark.parametrize(
    ("function", "grad"),
    [
        (WELLS, "2x e^(-x^2-y^2), 2y e^(-x^2-y^2)"),
        (WELLS, "mine.py:offered"),
        ("mine.py:wells", "2x e^(-x^2-y^2); 2y e^(-x^2-y^2)"),
        ("mine.py:wells", "mine.py:offered"),
    ],
)
def test_d6(gradstone, mine, function, grad):
    done = gradstone(
        "descend", function, "--start", "1,1", "--learning-rate", 0.001, "--precision", 0.001,
        "--grad", grad,
    )  # fmt: skip
    assert done.code == 0
    out = plain(done.out)
    assert "not converged: 4892 updates, x = 0.00035336" in out
    assert "f = -0.3644732" in out
    assert "the end is not stationary" in out
    assert (
        "not that of f: at x = 1, y = 1 it is (0.2706705665, 0.2706705665), right is "
        "(0.1353352832, 0.1353352832)" in out
    )
    assert "printed by the file" not in out


def test_a_wrong_gradient_that_converges_is_told(gradstone):
    done = gradstone("descend", "x^2+y^2", "--start", "1,2", "--grad", "4x, 4y")
    assert "\nconverged: " in done.out
    assert "at x = 1, y = 2 it is (4, 8), right is (2, 4)" in done.out
    done = gradstone("descend", "x^2", "--start", 1, "--grad", "x", "--lang", "zh")
    assert "所给的梯度不是 f 的梯度：在 x = 1 处给出 1，正确的是 2" in done.out


@pytest.mark.parametrize("grad", ["numeric", "2(x+1)", None])
def test_right_gradients_are_not_blamed(gradstone, grad):
    chosen = () if grad is None else ("--grad", grad)
    settings = ("--start", 13, "--learning-rate", 0.9, "--precision", 1e-4)
    done = gradstone("descend", "(x+1)^2-1", *settings, *chosen)
    assert "converged: 57 updates, x = -1.000041904" in plain(done.out)
    assert "not that of f" not in done.out


def test_a_function_in_a_file(gradstone, mine):
    done = gradstone("descend", "mine.py:bowl", "--start", "1,2,3", "--learning-rate", 0.1)
    assert done.code == 0
    assert "converged: 51 updates, x[0] = " in done.out
    assert "printed by the file" in done.err
    done = gradstone("descend", "mine.py:wells", "--start", "y=0,x=1", "--max-iterations", 0)
    assert rows(done.out)[0][:3] == ["0", "1", "0"]


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
    command = ("descend", "x^2+y^2", "--start", "1,2", "--out", "runs/a")
    done = gradstone(*command)
    assert done.code == 0
    names = ["account.html", "path.csv", "path.png", "slices.png", "surface.png"]
    assert sorted(one.name for one in (tmp_path / "runs/a").iterdir()) == names
    assert all(f"runs/a/{name}" in done.out for name in names)
    assert (tmp_path / "runs/a/path.png").read_bytes()[:4] == b"\x89PNG"
    table = list(csv.DictReader(io.StringIO((tmp_path / "runs/a/path.csv").read_text())))
    assert float(table[0]["gradient y"]) == 4
    assert table[-1]["change"] == ""
    (tmp_path / "runs/a/path.png").unlink()
    again = gradstone(*command)
    assert again.code == 2
    assert "--force" in again.complaint
    assert again.out == ""
    assert gradstone(*command, "--force").code == 0


def test_folders_of_other_functions(gradstone, tmp_path):
    gradstone("descend", "x^2", "--start", 1, "--out", "one")
    names = sorted(one.name for one in (tmp_path / "one").iterdir())
    assert names == ["account.html", "path.csv", "path.png"]
    gradstone("descend", "x^2+y^2+z^2", "--start", "1,2,3", "--race", "sgd,adam", "--out", "three")
    names = sorted(one.name for one in (tmp_path / "three").iterdir())
    assert names == ["path.csv", "path.png", "race.png"]


def test_race_in_a_folder(gradstone, tmp_path):
    done = gradstone(
        "descend", "x^2+3y^2", "--start", "1,2", "--race", "sgd:0.1,adam:0.1", "--out", "b",
        "--lang", "zh",
    )  # fmt: skip
    assert done.code == 0
    assert (tmp_path / "b/race.png").is_file()


@pytest.mark.parametrize(
    ("ending", "formula"),
    [("png", "x^2+y^2"), ("svg", "x^2"), ("pdf", "x^2"), ("html", "x^2+y^2")],
)
def test_picture(gradstone, tmp_path, ending, formula):
    start = "1,2" if "y" in formula else "1"
    done = gradstone("descend", formula, "--start", start, "--out", f"a.{ending}")
    assert done.code == 0
    head = (tmp_path / f"a.{ending}").read_bytes()[:100].lower()
    marks = {"png": b"\x89png", "svg": b"<svg", "pdf": b"%pdf", "html": b"<!doctype html>"}
    assert marks[ending] in head + (tmp_path / f"a.{ending}").read_bytes()[:2000].lower()
    assert [one.name for one in tmp_path.iterdir()] == [f"a.{ending}"]


@pytest.mark.parametrize("ending", ["txt", "md", "tex", "xlsx", "json"])
def test_account(gradstone, tmp_path, ending):
    done = gradstone(
        "descend", "x^2+y^2", "--start", "1,2", "--optimizer", "adam", "--learning-rate", 0.1,
        "--max-iterations", 3, "--out", f"a.{ending}", "--lang", "zh",
    )  # fmt: skip
    assert done.code == 0
    assert [one.name for one in tmp_path.iterdir()] == [f"a.{ending}"]
    if ending == "json":
        assert gradstone("explain", "--verify", "a.json").code == 0
    elif ending != "xlsx":
        assert "结果" in (tmp_path / f"a.{ending}").read_text()


def test_the_account_in_a_folder(gradstone, tmp_path):
    gradstone("descend", "x^2", "--start", 3, "--max-iterations", 2, "--out", "a", "--lang", "zh")
    assert "梯度下降，逐个数值" in (tmp_path / "a/account.html").read_text()
    # of many variables there is none
    assert gradstone(
        "descend", "a+b+c+d+f+g+h+j+k", "--start", ",".join("1" * 9), "--max-iterations", 2,
        "--out", "b",
    ).code == 0  # fmt: skip
    assert sorted(one.name for one in (tmp_path / "b").iterdir()) == ["path.csv", "path.png"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x^2", "--start", 1, "--start", 2), "2 descents came: an account tells one descent"),
        (("x^2", "--start", 1, "--race", "sgd,adam"), "Leave --race out"),
        (("a+b+c+d+f+g+h+j+k", "--start", ",".join("1" * 9)), "tells of 8 at most"),
    ],
)
def test_descents_without_an_account(gradstone, arguments, words):
    done = gradstone("descend", *arguments, "--out", "a.txt")
    assert (done.code, done.out) == (2, "")
    assert words in done.complaint


def test_words_of_pictures_follow_the_language(gradstone, monkeypatch):
    drawn = []
    monkeypatch.setattr("gradstone.pictures.style.save", lambda picture, *_: drawn.append(picture))
    gradstone("descend", "x^2", "--start", 1, "--out", "a.png", "--lang", "zh")
    assert drawn[0].legends[0].get_texts()[2].get_text() == "起点：x = 1，f = 1"
    assert drawn[0].axes[0].get_title() == "x^2"


def test_leaving_the_domain_keeps_the_log(gradstone):
    done = gradstone("descend", "ln(x)", "--start", 1, "--learning-rate", 0.1, "--out", "a")
    assert (done.code, done.err) == (1, "")
    assert "diverged: 6 updates, x = -0.00156978230" in plain(done.out)
    assert "log(-0.00156978) = nan" in plain(done.out)
    table = rows(done.out)
    assert [row[0] for row in table] == list("0123456")
    assert table[5][1:3] == ["0.315443849", "-1.15377459"]
    assert table[6][2] == "nan"


def test_bad_values_of_a_file(gradstone, mine):
    for name, words in (
        ("vector", "an array of shape (2,) came back: a single number is wanted"),
        ("fails", "mine.py:20: IndexError: list index out of range"),
        ("number", "int came: a function is wanted"),
        ("bowll", "'bowll' is not known"),
    ):
        done = gradstone("descend", f"mine.py:{name}", "--start", "1,2")
        assert (done.code, done.out) == (2, "")
        assert words in done.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("grad", "words"),
    [
        ("mine.py:three", "a tuple of 2 numbers (x, y) is wanted"),
        ("mine.py:raises", "mine.py:26: KeyError"),
        ("mine.py:number", "a function is wanted"),
        ("none.py:grad", "none.py: no such file"),
        ("2x", "1 formula came: 2 are wanted, for x, y"),
        ("2x, 2y, 1", "3 formulas came"),
        ("numerics", "'numerics' is not known"),
        ("mine.py:bowl", "grad: a function of (x) came: one of (x, y) is wanted"),
    ],
)
def test_bad_gradients(gradstone, mine, grad, words):
    done = gradstone("descend", "x^2+y^2", "--start", "1,2", "--grad", grad)
    assert (done.code, done.out) == (2, "")
    assert words in done.err.splitlines()[-1]


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
        (("x", "--start", 1, "--out", "/dev/null/a"), "a folder that can be written"),
        (("mine.py:f", "--start", 1), "mine.py: no such file"),
        (("x y", "--start", "1,2,3"), "3 numbers came: 2 are wanted, for x, y"),
        (("x y", "--start", "x=1,x=2,y=3"), "came twice"),
        (("5", "--start", 1), "no variable came"),
        (("1/x", "--start", 0), "f is inf there (divide(1, 0) = inf)"),
        (("sqrt(x)", "--start", -1), "sqrt(-1)"),
        (("x", "--start", 1, "--precision", -1), "precision"),
        (("x", "--start", 1, "--max-iterations", -1), "max-iterations"),
        (("x", "--start", "1,2"), "2 numbers came: 1 is wanted, for x"),
        (("x", "--start", 1, "--variables", "x,x"), "names are wanted, each once"),
        (("mine.py", "--start", 1), "FILE.py:NAME is wanted"),
        (("mine.py:f", "--start", 1, "--variables", "x"), "it goes with a formula"),
        (("x^2", "--start", 1, "--race", "sgd", "--optimizer", "adam"), "Write --race sgd,adam"),
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
    subject = "--start" if "--start" in arguments[2:] or arguments[0] == "x" else "expression"
    assert message.startswith(f"gradstone: {subject}, place")
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "sinn"


def stopped(folder, *arguments):
    """A descent on a file's function in a process of its own, after one Ctrl-C on the way."""
    (folder / "slow.py").write_text(SLOWLY)
    command = [sys.executable, "-m", "gradstone", "descend", *arguments]
    with subprocess.Popen(
        command,
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        while process.stderr.readline() != "on the way\n":
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    return process.returncode, plain(out), err.splitlines()


def test_ctrl_c_keeps_the_descent_so_far(tmp_path):
    code, out, err = stopped(
        tmp_path, "slow.py:bowl", "--start", "1,2", "--grad", "slow.py:offered", "--out", "a",
        "--learning-rate", "1e-9", "--max-iterations", "1000000000",
    )  # fmt: skip
    assert (code, err[-1]) == (130, "gradstone: interrupted")
    assert "Traceback" not in "".join(err)
    assert rows(out)[0][:4] == ["0", "1", "2", "5"]
    done = int(re.search(r"\ninterrupted: (\d+) updates, x = ", out)[1])
    assert int(rows(out)[-1][0]) == done >= 50
    assert f"Interrupted after {done} updates, so this is no verdict" in out
    table = list(csv.DictReader(io.StringIO((tmp_path / "a/path.csv").read_text())))
    assert [int(one["k"]) for one in table] == list(range(done + 1))
    assert sorted(one.name for one in (tmp_path / "a").glob("*.png")) == [
        "path.png", "slices.png", "surface.png",
    ]  # fmt: skip


def test_ctrl_c_ends_a_race(tmp_path):
    code, out, err = stopped(
        tmp_path, "slow.py:bowl", "--start", "1,2", "--grad", "slow.py:offered", "--race",
        "sgd:1e-9,adam:1e-9", "--max-iterations", "1000000000", "--lang", "zh",
    )  # fmt: skip
    assert (code, err[-1]) == (130, "gradstone: interrupted")
    assert "\n已中断：" in out
    assert "下降被中断" in out
    assert "2 次下降中只开始了 1 次" in out


def test_ctrl_c_reaches_machine_code(tmp_path):
    """Of which some thousand updates have been made."""
    (tmp_path / "own.py").write_text(
        "import sys\n"
        "from gradstone.execute.native.looping import NativeLoop\n"
        "once, told = NativeLoop.run, []\n"
        "def run(self, stretch):\n"
        "    told.append(stretch)\n"
        "    if len(told) == 4:\n"
        "        print('on the way', file=sys.stderr, flush=True)\n"
        "    return once(self, stretch)\n"
        "NativeLoop.run = run\n"
        "def f(x):\n"
        "    return x * x\n"
    )
    code, out, _ = stopped(
        tmp_path, "own.py:f", "--start", "1", "--learning-rate", "1e-12",
        "--max-iterations", "1000000000000",
    )  # fmt: skip
    assert code == 130
    assert int(re.search(r"\ninterrupted: (\d+) updates", out)[1]) > 5000


def test_ctrl_c_before_the_first_update(gradstone, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("gradstone.app.cli.descend_command.minimize", interrupt)
    assert gradstone("descend", "x", "--start", 1).code == 130


def test_full_width_signs_between_optimizers(gradstone):
    done = gradstone(
        "descend", "x^2", "--start", "（１）", "--race", "sgd：0.1，momentum；adam:0.1"
    )
    assert done.code == 0
    assert [line.split()[:2] for line in done.out.splitlines()[1:4]] == [
        ["sgd", "0.1"], ["momentum", "0.01"], ["adam", "0.1"],
    ]  # fmt: skip


def test_arguments_that_all_have_defaults(gradstone, tmp_path):
    (tmp_path / "own.py").write_text("def f(x=1, y=2):\n    return x * x + y * y\n")
    done = gradstone("descend", "own.py:f", "--start", "1,2")
    assert "converged: 48 updates, x = 2.23" in plain(done.out)
