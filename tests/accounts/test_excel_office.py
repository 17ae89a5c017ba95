"""Workbooks computed by LibreOffice, as delivered and after changes, against Gradstone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.account import Phrase, Story
from gradstone.accounts.examples import affine, apples, n1, n5
from gradstone.accounts.excel import to_excel
from gradstone.accounts.explain import explain
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.scalar import entrywise
from gradstone.accounts.symbol import Symbol
from gradstone.errors import GradstoneError
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.op import OPS
from tests.accounts.workbooks import PLANTED, Again, Book, assert_lines, recalculated, spoiled

pytestmark = [pytest.mark.office, pytest.mark.slow]
STEPS = 20


def adam() -> Story:
    """3-4-3-2, softmax cross entropy, three samples, Adam."""
    draw = np.random.default_rng(5)
    x, t = draw.normal(size=(3, 3)), np.array([1, 0, 1])
    return explain(gs.MLP([3, 4, 3, 2], "tanh", "softmax"), x, t, optimizer=gs.adam(0.02)).story


def dropout() -> Story:
    x, t = np.array([[0.1, 0.2], [0.5, -0.3]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    network = gs.Sequential(gs.Linear(2, 3), "softmax", gs.Dropout(0.4), gs.Linear(3, 2), "tanh")
    return explain(network, x, t, loss="half_sse", seed=2).story


def regression() -> Story:
    """Case T3: 1-3-1, relu, ten samples."""
    draw = np.random.RandomState(0)
    x = np.linspace(-1, 1, 10)[:, None]
    y = draw.normal(0, 0.2, (10, 1)) + x
    given = {
        "W1": draw.normal(0, 0.1, (1, 3)),
        "W2": draw.normal(0, 0.1, (3, 1)),
        "b1": np.full(3, 0.1),
        "b2": np.full(1, 0.1),
    }
    network = gs.MLP([1, 3, 1], "relu")
    return explain(network, x, y, loss="sse", optimizer=gs.sgd(0.01), parameters=given).story


def wide() -> Story:
    """More than 60 parameters, decay, momentum, a schedule: cells instead of names."""
    draw = np.random.default_rng(6)
    x, t = draw.normal(size=(2, 9)), draw.normal(size=(2, 2))
    optimizer = gs.momentum(gs.step_decay(0.1, every=5, factor=0.5), weight_decay=0.01)
    return explain(gs.MLP([9, 7, 2], "gelu"), x, t, loss="mse", optimizer=optimizer).story


EXTREMES = {
    "sigmoid": (-800.0, 800.0),
    "silu": (-800.0, 40.0),
    "softplus": (-800.0, 800.0),
    "gelu": (-9.0, 6.0),
    "erf": (-6.0, 3.0),
    "elu": (-800.0, 800.0),
    "leaky_relu": (-3.0, 800.0),
    "floor": (-1.5, -2.0),
    "tanh": (-400.0, 1e-9),
    "exp": (-800.0, 700.0),
}
ATTRIBUTES = {"leaky_relu": {"slope": 0.3}, "elu": {"alpha": 1.7}}


def told_rows() -> list[str]:
    """Rows that work number by number and give numbers."""
    found = []
    for name, op in OPS.items():
        if op.kind in ("elementwise", "defined") and name not in ("cast", "where"):
            with suppress(GradstoneError):  # rows of arrays
                if entrywise(apply(name, *(input_node((), "float64") for _ in op.domain))):
                    found.append(name)
    return found


def rows() -> Story:
    """Every row that works number by number, at several places."""
    ledger = Ledger()
    for name in told_rows():
        op = OPS[name]
        middle = [(low + high) / 2 for low, high in op.domain]
        points = [middle, [low for low, _ in op.domain], [high for _, high in op.domain]]
        points += [[0.3 if i else -0.4 for i, _ in enumerate(op.domain)]] * (name != "log")
        points = [[max(one, low) if low > 0 else one for one, (low, _) in
                   zip(point, op.domain, strict=True)] for point in points]  # fmt: skip
        points += [[one] for one in EXTREMES.get(name, ())]
        for number, point in enumerate(points):
            _row(ledger, name, number, point, {})
            if name in ATTRIBUTES:
                _row(ledger, f"{name}", 100 + number, point, ATTRIBUTES[name])
    zero = ledger.given("zero", Symbol("zero"), 0.0)
    two = ledger.given("two", Symbol("two"), 2.0)
    signed = {"one": zero**zero, "square": -(two**2.0), "tower": two ** (two**1.5)}
    signed |= {
        "nested": (two**1.5) ** two,
        "half": -two * 0.5 - (-two),
        "minus": zero - (two - 3.0),
    }
    for name, rule in signed.items():
        ledger.line("F", name, Symbol(name), rule)
    ledger.settle()
    given = tuple(one.address for one in ledger.entries.values() if not one.line)
    title = Phrase("head_function")
    return Story(
        "function", title, (), ledger.entries, ledger.lines, {}, given, 6, {}, ledger.inner
    )


def _row(ledger: Ledger, name: str, number: int, point: list[float], attributes: dict) -> None:
    operands = [
        ledger.given(f"{name}{number}-{i}", Symbol(f"{name}x", f"{number},{i}"), value)
        for i, value in enumerate(point)
    ]
    rule: Node = apply(name, *operands, **attributes)
    if rule.dtype.kind == "b":
        rule = apply("cast", rule, dtype="float64") + apply("where", rule, *operands)
    ledger.line("F", f"{name}{number}", Symbol(f"{name}y", str(number)), rule)


STORIES: dict[str, Callable[[], Story]] = {
    "n1": lambda: n1().story,
    "n5": lambda: n5().story,
    "apples": lambda: apples().story,
    "affine": lambda: affine().story,
    "adam": adam,
    "dropout": dropout,
    "regression": regression,
    "wide": wide,
    "kink": lambda: explain(lambda x, y: gs.relu(x) * y, 0.0, 3.0).story,
    "rows": rows,
}


@dataclass(frozen=True)
class Computed:
    """A story, other numbers for it, and its workbook computed with and without them."""

    story: Story
    again: Again
    changed: dict[str, float]
    delivered: Book
    other: Book


@pytest.fixture(scope="module")
def computed(tmp_path_factory) -> dict[str, Computed]:
    folder: Path = tmp_path_factory.mktemp("office")
    stories = {name: build() for name, build in STORIES.items()}
    changes: dict[str, dict[str, float]] = {}
    paths = []
    for name, story in stories.items():
        path = folder / f"{name}.xlsx"
        to_excel(story, path, steps=STEPS)
        book = Book(path)
        changes[name] = _other(story, name, set(book.inputs()))
        places = {book.inputs()[one]: value for one, value in changes[name].items()}
        spoiled(path, folder / f"{name}-delivered.xlsx", {}, "Inputs")
        spoiled(path, folder / f"{name}-changed.xlsx", places, "Inputs")
        paths += [folder / f"{name}-delivered.xlsx", folder / f"{name}-changed.xlsx"]
    books = recalculated(paths, folder)
    return {
        name: Computed(
            story,
            Again(story),
            changes[name],
            books[f"{name}-delivered"],
            books[f"{name}-changed"],
        )
        for name, story in stories.items()
    }


def _other(story: Story, name: str, listed: set[str]) -> dict[str, float]:
    """Other numbers for what is given: all but the targets; a single number in some."""
    if name == "apples":
        return {"tax": 1.15}
    if name == "rows":
        return {}
    assert set(story.given) <= listed, set(story.given) - listed
    kept = ("t[", "step", "beta")
    values = {one: story.entries[one].value for one in story.given}
    return {
        one: value * 1.25 + 0.01 * (1 + place % 3)
        for place, (one, value) in enumerate(values.items())
        if one in listed and not one.startswith(kept)
    }


@pytest.mark.parametrize("name", STORIES)
def test_every_line_as_delivered(computed, name):
    one = computed[name]
    assert_lines(one.delivered, one.story, one.again({}))
    cells = one.delivered.sheets["Check"]
    assert [cells[f"C{row}"].value for row in (5, 6, 7)] == [0, len(one.story.lines), 0]
    assert str(cells["C12"].value).startswith("ok")
    assert _planted(one.delivered) == []


@pytest.mark.parametrize("name", [one for one in STORIES if one != "rows"])
def test_every_line_after_changes(computed, name):
    one = computed[name]
    assert_lines(one.other, one.story, one.again(one.changed))
    cells = one.other.sheets["Check"]
    assert cells["C5"].value == len(one.changed) > 0
    assert (cells["C6"].value, cells["C7"].value) == (0, 0)
    assert str(cells["C12"].value).startswith("inputs changed")
    assert _planted(one.other) == []


def _planted(book: Book) -> list[str]:
    """Cells that were not computed anew."""
    return [
        place
        for cells in book.sheets.values()
        for place, one in cells.items()
        if one.formula and one.value in (PLANTED, "#NAME?", "#VALUE!", "#REF!", "#NUM!", "Err:508")
    ]


@pytest.mark.parametrize("name", ["n1", "n5", "apples", "affine", "adam", "dropout", "regression"])
@pytest.mark.parametrize("which", ["delivered", "other"])
def test_numeric_proves_every_gradient(computed, name, which):
    one = computed[name]
    book: Book = getattr(one, which)
    values = one.again(one.changed if which == "other" else {})
    cells = book.sheets["Numeric"]
    rows = [row for row in range(5, 200, 2) if f"E{row}" in cells]
    assert {cells[f"H{row}"].value for row in rows} == {"ok"}
    assert book.sheets["Check"]["C10"].value == len(rows) > 0
    backward = sorted(cells[f"F{row}"].value for row in rows)
    gradients = [values[f"d{address}"] for address in one.story.given
                 if f"d{address}" in values and one.story.entries[f"d{address}"].line]  # fmt: skip
    np.testing.assert_allclose(backward, sorted(gradients), rtol=1e-9, atol=1e-12)
    numeric = [cells[f"E{row}"].value for row in rows]
    np.testing.assert_allclose(
        numeric, [cells[f"F{row}"].value for row in rows], rtol=1e-6, atol=1e-9
    )


def test_a_kink_is_called_so(computed):
    cells = computed["kink"].delivered.sheets["Numeric"]
    assert [cells[f"H{row}"].value for row in (5, 7)] == ["kink", "ok"]
    assert str(computed["kink"].delivered.sheets["Check"]["C12"].value).startswith("ok")


@pytest.mark.parametrize("name", ["n1", "n5", "adam", "regression", "wide"])
@pytest.mark.parametrize("which", ["delivered", "other"])
def test_iterations_go_on(computed, name, which):
    one = computed[name]
    given = dict(one.changed) if which == "other" else {}
    losses = []
    for _ in range(STEPS + 1):
        values = one.again(given)
        losses.append(values["total" if "total" in values else "loss"])
        given |= {old: values[new] for new, old in one.story.carried.items()}
    found = getattr(one, which).column("Iterations", "B", 5, 5 + STEPS)
    np.testing.assert_allclose(found, losses, rtol=1e-9)


def test_known_numbers(computed):
    losses = computed["n1"].delivered.column("Iterations", "B", 5, 25)
    assert losses[0] == pytest.approx(0.32268453216445836, abs=1e-12)
    assert losses[1] == pytest.approx(0.3069226681448798, abs=1e-12)
    assert losses[10] == pytest.approx(0.1405063495210135, abs=1e-12)
    squares = [
        one / 10 for one in computed["regression"].delivered.column("Iterations", "B", 5, 25)
    ]
    assert squares[0] == pytest.approx(0.31564311729868855, rel=1e-9)
    assert squares[10] == pytest.approx(0.2961574834741841, rel=1e-9)
    prices = computed["apples"].other.lines("Forward").values()
    assert 747.5 in [round(value, 9) for _, value in prices]


def test_numbers_put_in_follow(computed):
    texts = computed["apples"].other.column("Forward", "D", 6, 10)
    assert "650 × 1.15" in texts
    start = computed["n1"].delivered.column("Forward", "D", 6, 7)
    assert start == ["0.1 × 0.1 + 0.2 × 0.2 + 0.55", "1 / (1 + e^(−0.6))"]


def test_a_wrong_cell_is_seen(computed, tmp_path):
    """A formula spoiled on purpose: Check and Numeric say so."""
    path = tmp_path / "wrong.xlsx"
    to_excel(n1().story, path, steps=1)
    book = Book(path)
    row, _ = book.lines("Backward")["B3"]
    right = book.sheets["Backward"][f"E{row}"].formula
    text = book.xml("Backward").replace(f"<f>{right}</f>", f"<f>2*({right})</f>", 1)
    book.parts[book.files["Backward"]] = text.encode()
    from zipfile import ZipFile

    with ZipFile(path, "w") as archive:
        for name, data in book.parts.items():
            archive.writestr(name, data)
    found = recalculated([path], tmp_path)["wrong"].sheets["Check"]
    assert found["C7"].value > 0
    assert found["C11"].value > 0
    assert str(found["C12"].value).startswith("differs")
