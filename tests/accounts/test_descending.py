"""Accounts of descents: the run's own numbers, line by line, with every optimizer."""

import json
from pathlib import Path

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.account import Code, Paragraph, Table, Value
from gradstone.accounts.excel import to_excel
from gradstone.accounts.path_names import PathNames
from gradstone.accounts.verify import verify
from gradstone.descent.descent import Descents
from gradstone.descent.form import form_of
from gradstone.errors import KindError, RangeError
from gradstone.training.optimizers import OPTIMIZERS
from tests.accounts.schema import complaints
from tests.accounts.workbooks import Again, Book, assert_lines, recalculated, spoiled

SCHEMA = json.loads(Path("docs/account.schema.json").read_text(encoding="utf-8"))
VALLEY, START = "(1-x)^2 + 100(y-x^2)^2", (-1.2, 1)
FALLING = gs.step_decay(0.4, factor=0.5, every=2)
W = np.array([1.0, 2.0, 3.0])
CASES = {
    **{
        name: lambda make=make: gs.minimize(
            "x^2 + 3y^2", (3, 1), None, make(0.05), max_iterations=6
        )
        for name, make in OPTIMIZERS.items()
    },
    "one variable": lambda: gs.minimize("(x+1)^2 - 1", 13, optimizer=gs.sgd(0.9)),
    "decay": lambda: gs.minimize("x^2", 3, None, gs.sgd(0.1, weight_decay=0.1), max_iterations=4),
    "schedule": lambda: gs.minimize("x^2", 3, optimizer=gs.sgd(FALLING), max_iterations=6),
    "adam, schedule": lambda: gs.minimize("x^2", 3, None, gs.adam(FALLING), max_iterations=6),
    "long": lambda: gs.minimize(VALLEY, START, None, gs.sgd(0.001), max_iterations=900),
    "thinned": lambda: gs.minimize(
        VALLEY, START, None, gs.sgd(0.001), precision=0, max_iterations=60_000, keep=100
    ),
    "thinned adam": lambda: gs.minimize(
        VALLEY, START, None, gs.adam(0.001), precision=0, max_iterations=60_000, keep=100
    ),
    "array": lambda: gs.minimize(lambda x: gs.sum(W * x * x), W, max_iterations=4),
    "matrix": lambda: gs.minimize(
        lambda a, W: gs.sum((W @ np.array([1.0, 2.0])) ** 2) + a * a, (1.0, np.ones((2, 2))),
        None, gs.momentum(0.05), max_iterations=3,
    ),
    "typed": lambda: gs.minimize("x^2 + y^2", (1, 2), "2x, y", max_iterations=4),
    "own": lambda: gs.minimize("x^2", 2, lambda x: 3 * x, max_iterations=4),
    "numeric": lambda: gs.minimize("x^2", 2, "numeric", max_iterations=4),
    "black box": lambda: gs.minimize(lambda x: float(x) ** 2, 2.0, "numeric", max_iterations=4),
    "lost": lambda: gs.minimize("ln(x)", 1, optimizer=gs.sgd(0.1)),
    "grown": lambda: gs.minimize("x^2", 1, optimizer=gs.sgd(3)),
    "straight": lambda: gs.minimize("2x + 1", 1, max_iterations=3),
    "at rest": lambda: gs.minimize("x^2", 0),
    "names": lambda: gs.minimize(
        lambda f, df, rate, s, v, k: f * f + df + rate + s * s + v + k, (1.0,) * 6, None,
        gs.adam(FALLING), max_iterations=2,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    """Each descent with its story, made once."""
    kept = {}

    def get(name):
        if name not in kept:
            descent = CASES[name]()
            kept[name] = descent, gs.explain(descent)
        return kept[name]

    return get


def tables(story, key="path"):
    section = next((one for one in story.sections if one.key == key), None)
    return [] if section is None else [one for one in section.parts if isinstance(one, Table)]


def sentences(story):
    parts = [part for one in story.sections for part in one.parts if isinstance(part, Paragraph)]
    return [phrase.key for part in parts for phrase in part.words]


@pytest.mark.parametrize("name", CASES)
def test_its_numbers_are_those_of_the_run(made, name):
    descent, account = made(name)
    entries, rows = account.story.entries, len(descent.kept)
    names, seen = PathNames(descent.form), 0
    for row, k in enumerate(descent.kept.tolist()):
        told = [(names.f(k)[0], descent.values[row])]
        for entry in range(descent.form.size):
            told.append((names.x(entry, k)[0], descent.path.reshape(rows, -1)[row, entry]))
            told.append((names.slope(entry, k)[0], descent.gradients.reshape(rows, -1)[row, entry]))
        for address, value in told:
            if address in entries:
                assert entries[address].value == pytest.approx(value, rel=1e-9, abs=1e-12), address
                seen += 1
    assert seen >= (2 * descent.form.size + 1) * min(descent.iterations, 10)
    symbols = [one.symbol.name for one in entries.values()]
    assert len(set(symbols)) == len(symbols)


@pytest.mark.parametrize("name", CASES)
def test_every_line_can_be_recomputed(made, name):
    _, account = made(name)
    assert verify(account.to_json()).passed
    assert list(complaints(json.loads(account.to_json()), SCHEMA, SCHEMA)) == []


@pytest.mark.parametrize("name", ["one variable", "adam, schedule", "thinned adam", "black box"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format_is_written(made, name, language, tmp_path):
    account = gs.explain(made(name)[0], language=language)
    for text in (account.to_text(), account.to_markdown(), account.to_latex(), account.to_html()):
        assert "{" not in account.to_text()
        assert len(text) > 500
    account.to_excel(tmp_path / "a.xlsx")
    assert ("下降" if language == "zh" else "A descent on f by") in account.to_text()


def test_columns_of_plain_descent(made):
    """EXPLAIN.md: k · x · f · f′ · −η·f′ · new x."""
    (table,) = tables(made("one variable")[1].story)
    assert [getattr(one, "latex", None) for one in table.heads[1:5]] == [
        "x", "f", r"\frac{\partial f}{\partial x}", "s",
    ]  # fmt: skip
    assert len(table.heads) == 6
    assert len(table.rows) == 58
    addresses = [one.address for one in table.rows[3][1:]]
    assert addresses == ["x[3]", "f[3]", "dx[3]", "x.s[3]", "x[4]"]
    assert table.rows[57][4:] == (Code(""), Code(""))
    text = made("one variable")[1].to_text()
    assert any(
        line.startswith("F3") and line.endswith("= −η · ∂f/∂x₀ = −0.9 × 28 = −25.2")
        for line in text.splitlines()
    )


@pytest.mark.parametrize(
    ("name", "letters"),
    [("momentum", "v"), ("nesterov", "v"), ("adagrad", "v"), ("rmsprop", "v"), ("adam", "mv"),
     ("adamw", "mv")],
)  # fmt: skip
def test_columns_of_other_rules(made, name, letters):
    descent, account = made(name)
    addresses = {
        cell.address
        for table in tables(account.story)
        for row in table.rows
        for cell in row
        if isinstance(cell, Value)
    }
    for letter in letters:
        assert {f"x.{letter}[1]", f"y.{letter}[6]"} <= addresses
        if len(letters) == 2:
            assert f"y.{letter}_hat[6]" in addresses
    assert "x.s[0]" not in addresses
    assert account.array("x") == pytest.approx(descent.path[:, 0])


def test_adam_by_hand(made):
    _, account = made("adam")
    m = v = 0.0
    for k, g in enumerate(account.array("dx")[:6]):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        assert account.array("x.m")[k + 1] == pytest.approx(m)
        assert account.array("x.v_hat")[k + 1] == pytest.approx(v / (1 - 0.999 ** (k + 1)))


@pytest.mark.parametrize("name", ["long", "thinned"])
def test_of_many_updates_the_first_and_the_last_are_told(made, name):
    descent, account = made(name)
    story, n = account.story, descent.iterations
    assert [row[0] for row in tables(story)[0].rows] == [Code(str(k)) for k in range(11)]
    (end,) = tables(story, "path_end")
    assert [row[0] for row in end.rows] == [Code(str(k)) for k in range(n - 5, n + 1)]
    first = story.entries[f"x[{n - 5}]"]
    assert (first.line, first.given) == ("", False)
    assert story.entries[f"x[{n}]"].line
    assert "path_end" in sentences(story)


def test_what_is_remembered_is_not_made_up(made):
    """Of a rule with a state the last points are told, and no update whose state is not known."""
    descent, account = made("thinned adam")
    story, n = account.story, descent.iterations
    assert not story.entries[f"x[{n}]"].line
    assert story.entries[f"f[{n}]"].line
    assert f"x.m[{n}]" not in story.entries
    assert "path_end_points" in sentences(story)


def test_gradients_that_were_given(made):
    for name, key in (("own", "gradient_yours"), ("numeric", "gradient_from_differences")):
        story = made(name)[1].story
        assert "gradient_taken" in sentences(story)
        (first,) = tables(story, "forward")
        assert [row[1] for row in first.rows] == [Value("dx[0]"), Value("dx[1]")]
        assert not story.entries["dx[2]"].line
        assert story.entries["f[2]"].line
        assert key in sentences(story)
    story = made("black box")[1].story
    assert not story.entries["f[2]"].line
    assert story.entries["x[2]"].line
    assert "function_unknown" in sentences(story)
    story = made("typed")[1].story
    assert story.entries["dy[1]"].line  # a formula that was typed can be told
    assert "gradient_yours" in sentences(story)
    assert "gradient_taken" not in sentences(story)
    assert "gradient_yours" not in sentences(made("one variable")[1].story)


WRONG = {
    "formula": lambda: gs.minimize("x^2", 2.0, "3x", max_iterations=3),
    "function": lambda: gs.minimize("x^2", 2.0, lambda x: 3 * x, max_iterations=3),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize(
    ("language", "yours", "differs"), [("en", "your gradient", "4 differs"),
                                       ("zh", "您给出的梯度", "4 不一致")]
)  # fmt: skip
def test_a_wrong_gradient_of_ones_own_is_called_so(name, language, yours, differs):
    account = gs.explain(WRONG[name](), language=language)
    assert "gradient_wrong" in sentences(account.story)
    text = account.to_text()
    assert yours in (text if language == "en" else "".join(text.split()))
    assert differs in text
    assert verify(account.to_json()).passed
    for page in (account.to_markdown(), account.to_latex(), account.to_html()):
        assert differs.split()[1] in page


def test_a_right_gradient_of_ones_own_passes(made):
    story = gs.explain(gs.minimize("x^2 + y^2", (1, 2), "2x, 2y", max_iterations=4)).story
    checked = [story.lines[story.entries[one].line].check for one in ("dx[0]", "dy[0]", "dx[1]")]
    assert [one and one.verdict for one in checked] == ["ok", "ok", None]
    assert "gradient_wrong" not in sentences(story)
    found = gs.minimize(lambda x: gs.sum(W * x * x), W, lambda x: 2 * W * x, max_iterations=2)
    story = gs.explain(found).story
    (first,) = tables(story, "forward")
    assert [row[2].verdict for row in first.rows[:3]] == ["ok"] * 3
    assert "gradient_wrong" not in sentences(story)


def test_leaving_the_finite_numbers(made):
    descent, account = made("lost")
    story = account.story
    assert np.isfinite([one.value for one in story.entries.values()]).all()
    assert f"f[{descent.iterations}]" not in story.entries
    assert "descent_outcome_lost" in sentences(story)
    assert "diverged" in account.to_text()


def test_the_head_tells_what_came_of_it(made):
    text = " ".join(made("one variable")[1].to_text().split())
    assert "by sgd, learning rate 0.9: 57 updates, converged." in text
    assert "f: 195 → −0.9999999" in text
    assert "below 0.0001 the descent ends" in text


def test_what_cannot_be_told():
    found = gs.minimize("x^2", starts=[1, 2])
    assert isinstance(found, Descents)
    with pytest.raises(KindError, match=r"gs\.explain\(found\[0\]\)"):
        gs.explain(found)
    with pytest.raises(KindError, match="1 more arguments came"):
        gs.explain(found[0], 3.0)
    with pytest.raises(RangeError, match="x of 9 entries came: at most 8"):
        gs.explain(gs.minimize(lambda x: gs.sum(x * x), np.ones(9)))
    with pytest.raises(KindError, match="a network, run, function or descent"):
        gs.explain("x^2")


def test_names_of_entries():
    form, _ = form_of((1.0, 2.0, np.ones((2, 2))), ["x", "x1", "W"])
    names = PathNames(form)
    assert [names.x(one, 3)[0] for one in range(4)] == ["x[3]", "x1[3]", "W[3,0,0]", "W[3,0,1]"]
    assert [names.x(one, 3)[1].latex for one in range(4)] == [
        "x_{3}", "x^{(3)}_{1}", "W^{(3)}_{1,1}", "W^{(3)}_{1,2}",
    ]  # fmt: skip
    assert names.kept("m", 1, 3, hat=True)[0] == "x1.m_hat[3]"


@pytest.mark.office
@pytest.mark.slow
def test_workbooks_compute_the_same(made, tmp_path):
    names = ["one variable", "adam, schedule", "matrix", "thinned adam"]
    paths, stories = [], {name: made(name)[1].story for name in names}
    changes = {name: {} for name in names}
    changes["one variable"] = {"x[0]": 5.0, "rate": 0.25}
    for place, (name, story) in enumerate(stories.items()):
        to_excel(story, tmp_path / f"{place}.xlsx")
        book = Book(tmp_path / f"{place}.xlsx")
        given = {book.inputs()[one]: value for one, value in changes[name].items()}
        spoiled(tmp_path / f"{place}.xlsx", tmp_path / f"told{place}.xlsx", given, "Inputs")
        paths.append(tmp_path / f"told{place}.xlsx")
    books = recalculated(paths, tmp_path)
    for place, (name, story) in enumerate(stories.items()):
        assert_lines(books[f"told{place}"], story, Again(story)(changes[name]))
