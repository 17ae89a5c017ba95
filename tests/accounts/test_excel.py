"""Workbooks as they are written: formulas, names, styles, protection, limits."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.account import Code, Phrase, Plain, Story
from gradstone.accounts.examples import affine, apples, n1, n5
from gradstone.accounts.excel import to_excel
from gradstone.accounts.explain import explain
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.words.excel import PHRASES
from gradstone.accounts.workbook import formulas
from gradstone.accounts.workbook.formulas import Ranges, filled, template, tidy
from gradstone.accounts.workbook.spots import Spot, safe_names
from gradstone.errors import FileError, RangeError, UnknownNameError
from gradstone.graph.node import Node, apply, input_node, intern
from gradstone.graph.op import OPS, Op
from tests.accounts.workbooks import MAIN, Again, Book, assert_lines


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Book:
    path = tmp_path_factory.mktemp("books") / "n1.xlsx"
    to_excel(n1().story, path)
    return Book(path)


def written(story: Story, folder, **options) -> Book:
    to_excel(story, folder / "book.xlsx", **options)
    return Book(folder / "book.xlsx")


def test_formulas_read_like_the_book(first):
    cells = first.sheets["Forward"]
    assert cells["E6"].formula == "w_1*x_1+w_2*x_2+b_1"
    assert cells["E7"].formula == "1/(1+EXP(MIN(700,-net_h1)))"
    assert cells["C6"].value == "w₁·x₁ + w₂·x₂ + b₁"
    assert cells["D6"].value == "0.1 × 0.1 + 0.2 × 0.2 + 0.55"
    assert {"w_5", "eta", "net_h1", "E_o1", "delta_o1", "dE_dw_5"} <= set(first.names)
    assert cells["F6"].formula == ""
    assert cells["G6"].formula == "E6-F6"


def test_the_first_value_stands_in_every_cell(first, tmp_path):
    for book, story in ((first, n1().story), (written(n5().story, tmp_path), n5().story)):
        assert_lines(book, story, Again(story)({}))
        values = [one.value for cells in book.sheets.values() for one in cells.values()
                  if one.formula]  # fmt: skip
        assert "" not in values
    numeric = first.sheets["Numeric"]
    assert {numeric[f"H{row}"].value for row in range(5, 29, 2)} == {"ok"}
    assert first.column("Iterations", "B", 15, 15) == [pytest.approx(0.1405063495210135, abs=1e-12)]


def test_equal_accounts_give_equal_files(tmp_path):
    for name in ("a", "b"):
        to_excel(n1().story, tmp_path / f"{name}.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_only_inputs_are_open(first):
    styles = first.parts["xl/styles.xml"]
    each = list(ElementTree.fromstring(styles).find(f"{MAIN}cellXfs"))
    locks = [one.find(f"{MAIN}protection") for one in each]
    opened = {place for place, one in enumerate(locks) if one is not None}
    story = n1().story
    for sheet, cells in first.sheets.items():
        assert "<sheetProtection" in first.xml(sheet)
        free = [place for place, one in cells.items() if one.style in opened]
        numbers = [one for one in free if isinstance(cells[one].value, float)]
        assert len(numbers) == (len(story.given) + 1 if sheet == "Inputs" else 0)
    assert first.xml("Inputs").count("<dataValidation ") == len(story.given) + 1
    assert "<dataValidation " not in first.xml("Forward")


def test_pages_and_panes(first):
    for title in ("Forward", "Backward", "Update", "Check", "Numeric", "Iterations", "Inputs"):
        text = first.xml(title)
        assert 'topLeftCell="C5"' in text
        assert 'fitToHeight="0"' in text
    assert 'outlineLevel="1" collapsed="1"' in first.xml("Iterations") or (
        'outlineLevel="1"' in first.xml("Iterations")
    )
    assert any(name.startswith("xl/charts/chart") for name in first.parts)


@pytest.mark.parametrize("build", [n1, n5, apples, affine])
def test_no_formula_depends_on_the_place_or_is_too_long(build, tmp_path):
    for one in written(build().story, tmp_path, language="zh").formulas():
        assert "TEXT(" not in one
        assert len(one) < 8192
        assert all(len(text) <= 255 for text in re.findall(r'"((?:[^"]|"")*)"', one))
        assert not re.search(r"\b(nan|inf|None|True|False)\b", one)


def test_chinese(tmp_path):
    book = written(n1().story, tmp_path, language="zh")
    titles = ["说明", "输入", "正向", "反向", "更新", "核对", "数值梯度", "迭代"]
    titles += ["常见错误", "术语"]
    assert list(book.sheets) == titles
    assert book.sheets["正向"]["H6"].value == "正确"
    english = [one for one, _ in PHRASES.values()]
    assert all(re.findall(r"\{\w+\}", a) == re.findall(r"\{\w+\}", b) for a, b in PHRASES.values())
    assert all(english)


def test_words_are_never_formulas(tmp_path):
    title = Phrase("paths_one", {"weight": Code("=1+1"), "count": Plain("{x}")})
    book = written(replace(n1().story, title=title), tmp_path)
    cell = book.sheets["Start"]["A1"]
    assert cell.formula == ""
    assert str(cell.value).startswith("=1+1")


def test_names_of_arguments(tmp_path):
    story = explain(
        lambda x1, R, r1c1, true, c, E5: x1 * R + r1c1 * true + c * E5, *range(2, 8)
    ).story
    book = written(story, tmp_path)
    assert {"x1_", "R_", "r1c1_", "true_", "c_", "E5_"} <= set(book.names)
    assert safe_names(["w.1", "w 1", "W_1", "", "1a"]) == ["w.1", "w_1", "W_1_2", "_", "_1a"]


def test_a_function_has_no_step(tmp_path):
    book = written(apples().story, tmp_path)
    assert list(book.sheets) == [
        "Start",
        "Inputs",
        "Forward",
        "Backward",
        "Check",
        "Numeric",
        "Terms",
    ]
    assert book.sheets["Forward"]["E6"].formula == "apple*apples"


def test_errors(tmp_path):
    with pytest.raises(FileError, match="cannot be written"):
        to_excel(apples().story, tmp_path / "nowhere" / "book.xlsx")
    with pytest.raises(RangeError):
        to_excel(apples().story, tmp_path / "book.xlsx", steps=-1)
    with pytest.raises(UnknownNameError):
        to_excel(apples().story, tmp_path / "book.xlsx", language="fr")
    assert not list(tmp_path.iterdir())


def test_one_step_and_none(tmp_path):
    for steps in (0, 1):
        book = written(n1().story, tmp_path, steps=steps)
        losses = book.column("Iterations", "B", 5, 5 + steps)
        assert losses == pytest.approx([0.32268453216445836, 0.3069226681448798][: steps + 1])
        assert f"B{6 + steps}" not in book.sheets["Iterations"]


def test_a_row_without_a_template_is_a_grey_constant(tmp_path, monkeypatch):
    odd = Op(
        "odd",
        "elementwise",
        lambda x: (x.shape, x.dtype),
        forward=lambda xp, x: xp.arctan(x),
        vjp=lambda g, y, x: (g,),
    )
    monkeypatch.setitem(OPS, "odd", odd)
    ledger = Ledger()
    x = ledger.given("x", Symbol("x"), 2.0)
    node = intern(odd, (x,), {}, (), x.dtype)
    y = ledger.line("F", "y", Symbol("y"), node * 3.0)
    ledger.line("F", "z", Symbol("z"), y + x)
    ledger.settle()
    story = replace(apples().story, entries=ledger.entries, lines=ledger.lines, given=("x",),
                    sections=(), drawing=None, rests={})  # fmt: skip
    book = written(story, tmp_path)
    cells = book.sheets["Forward"]
    assert cells["E6"].formula == ""
    assert cells["E6"].value == pytest.approx(3 * np.arctan(2.0))
    assert cells["H6"].value == "constant"
    assert "no formula" in str(cells["I6"].value)
    assert cells["E7"].formula == "y+x"
    assert "Numeric" not in book.sheets
    assert book.sheets["Check"]["C8"].value == 1
    assert any("do not follow" in str(one.value) for one in book.sheets["Start"].values())


def test_many_parameters_use_ranges(tmp_path):
    draw = np.random.default_rng(0)
    x, t = draw.normal(size=(2, 9)), draw.normal(size=(2, 2))
    book = written(explain(gs.MLP([9, 7, 2], "tanh"), x, t, loss="mse").story, tmp_path, steps=2)
    assert set(book.names) == {"inputs_changed"} | {
        one for one in book.names if one.startswith("_xlnm")
    }
    row, _ = book.lines()["F1"]
    formula = book.sheets["Forward"][f"E{row}"].formula
    assert re.fullmatch(
        r"SUMPRODUCT\(MMULT\(Inputs!\$B\$\d+:\$J\$\d+,Inputs!\$B\$\d+:\$B\$\d+\)\)\+Inputs!\$B\$\d+",
        formula,
    )
    assert "Numeric" not in book.sheets
    assert any("too many parameters" in str(one.value) for one in book.sheets["Start"].values())


def test_a_large_step_is_a_slice(tmp_path):
    draw = np.random.default_rng(0)
    x, t = draw.normal(size=(16, 300)), draw.integers(0, 10, 16)
    book = written(explain(gs.MLP([300, 100, 10], "relu", "softmax"), x, t).story, tmp_path)
    assert "Numeric" not in book.sheets
    assert "Iterations" not in book.sheets
    assert max(map(len, book.formulas())) < 8192
    assert any("slice" in str(one) or "too many numbers" in str(one.value)
               for one in book.sheets["Start"].values())  # fmt: skip
    assert any("SUMPRODUCT(" in one for one in book.formulas())


# Formulas -----------------------------------------------------------------------------------------
def test_powers_keep_their_brackets():
    x, y = input_node((), "float64"), input_node((), "float64")
    squared = apply("power", x, 2.0)
    assert _told(-squared, x) == "=-(A^2.0)"
    assert _told(apply("power", squared, 3.0), x) == "=(A^2.0)^3.0"
    assert _told(apply("power", 2.0, squared), x) == "=IF(A^2.0=0.0,1.0,2.0^(A^2.0))"
    assert _told(x - squared * y, x, y) == "=A-A^2.0*B"
    assert _told(-(x * y), x, y) == "=-(A*B)"
    assert _told(x - (y - 0.5), x, y) == "=A-(B-0.5)"
    assert _told(x * -0.5, x) == "=A*(-0.5)"
    assert tidy("((-(a))^(2))") == "(-a)^2"


def test_truth_is_a_number():
    x = input_node((), "float64")
    told = _told(apply("cast", x > 0.5, dtype="float64") * x, x)
    assert told == "=IF(A>0.5,1.0,0.0)*A"


def test_rows_with_settings_are_opened():
    x = input_node((), "float64")
    assert _told(apply("leaky_relu", x, slope=0.3), x) == "=IF(A>0.0,A,0.3*A)"
    assert "1.7" in str(_told(apply("elu", x, alpha=1.7), x))


def test_numbers_that_are_not_finite_have_no_formula():
    x = input_node((), "float64")
    assert _told(x * float("inf"), x) is None


def _told(rule: Node, *operands: Node) -> str | None:
    found = template(rule, operands)
    return None if found is None else filled(found, "ABC")


def _terms(count: int, spots: list[Spot], others: list[Spot]) -> tuple[Node, dict[Node, Spot]]:
    nodes = [[input_node((), "float64") for _ in range(count)] for _ in range(2)]
    places = dict(zip(nodes[0], spots, strict=True)) | dict(zip(nodes[1], others, strict=True))
    total = nodes[0][0] * nodes[1][0]
    for one, other in zip(nodes[0][1:], nodes[1][1:], strict=True):
        total = total + one * other
    return total, places


def _no_helper(formula: str, terms: object) -> str:
    raise AssertionError("short enough")


def test_sums_over_ranges():
    down = [Spot("S", row, 1) for row in range(8)]
    along = [Spot("S", 20, column) for column in range(8)]
    apart = [Spot("S", 2 * row, 3) for row in range(8)]
    for others, wanted in (
        (along, "=SUMPRODUCT(MMULT(S!$A$21:$H$21,S!$B$1:$B$8))"),
        ([Spot("S", row, 5) for row in range(8)], "=SUMPRODUCT(S!$B$1:$B$8,S!$F$1:$F$8)"),
    ):
        total, spots = _terms(8, down, others)
        assert Ranges(spots, "Other", _no_helper).formula(total) == wanted
        halved = Ranges(spots, "S", _no_helper).formula(total / 2.0)
        assert halved == wanted.replace("S!", "") + "/2.0"
    total, spots = _terms(8, down, apart)
    assert str(Ranges(spots, "S", _no_helper).formula(total)).startswith("=$B$1*$D$1+$B$2*$D$3+")
    total, spots = _terms(6, down[:6], along[:6])
    assert "SUMPRODUCT" not in str(Ranges(spots, "S", _no_helper).formula(total))


def test_long_sums_are_cut(monkeypatch):
    monkeypatch.setattr(formulas, "LONGEST", 200)
    apart = [Spot("S", 2 * row, 3) for row in range(40)]
    total, spots = _terms(40, [Spot("S", row, 1) for row in range(40)], apart)
    parts: list[str] = []

    def helper(formula: str, terms: object) -> str:
        parts.append(formula)
        return f"Z{len(parts)}"

    found = Ranges(spots, "S", helper).formula(total + 1.0)
    assert found == "=" + "+".join(f"Z{i + 1}" for i in range(len(parts)))
    assert parts[-1].endswith("+1.0")
    assert all(len(one) <= 200 for one in parts)
    assert "+".join(one[1:] for one in parts).count("*") == 40
