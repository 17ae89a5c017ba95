"""`gradstone draw graph`, and the same drawings through `gradstone explain --out`."""

from __future__ import annotations

import re

import pytest

from gradstone.accounts import examples

FORMULA = "(apple*n + orange*m)*tax"
AT = "apple=100,n=2,orange=150,m=3,tax=1.1"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def numbers(text):
    return {float(one) for one in re.findall(r'data-value="([^"]+)"', text)}


def test_the_textbook_graph(gradstone, tmp_path):
    done = gradstone("draw", "graph", FORMULA, "--at", AT)
    assert (done.code, done.out, done.err) == (0, "saved as graph.svg\n", "")
    text = (tmp_path / "graph.svg").read_text(encoding="utf-8")
    wanted = (100, 2, 150, 3, 1.1, 200, 450, 650, 715, 2.2, 110, 3.3, 165, 650, 1.1)
    for number in wanted:
        assert any(abs(number - one) < 1e-9 for one in numbers(text)), number
    for word in ("apple", "orange", "tax", "×", "+"):
        assert f">{word}<" in text


def test_numbers_in_the_formula_stay_numbers(gradstone, tmp_path):
    at = "apple=100,orange=150,tax=1.1"
    done = gradstone("draw", "graph", "(apple*2 + orange*3)*tax", "--at", at, "--out", "g.dot")
    assert done.code == 0
    dot = (tmp_path / "g.dot").read_text(encoding="utf-8")
    assert "apple = 100, ∂E/∂apple = 2.2" in dot
    assert dot.count("dashed") == 6


def test_a_page(gradstone, tmp_path):
    done = gradstone("draw", "graph", "-x^2", "--at", "x=pi/2", "--out", "g.html", "--lang", "zh")
    assert done.code == 0
    page = (tmp_path / "g.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert 'lang="zh-Hans"' in page


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["x+y"], "--at: nothing came: a value for x, y is wanted. As --at x=1,y=1."),
        (["x+y", "--at", "x=1"], "'y' is not known"),
        (["x", "--at", "x=1,z=2"], "'z' is not known"),
        (["x", "--at", "x"], "'x' came: NAME=VALUE is wanted"),
        (["x", "--at", "x=1,x=2"], "x came twice"),
        (["2+3"], "at least one name is wanted"),
        (["x", "--at", "x=1", "--out", "g.png"], "dot -Tpng graph.dot"),
        (["x", "--at", "x=1", "--out", "no/g.svg"], "no/g.svg"),
        (["log(x)", "--at", "x=-1"], "--at x=-1: the value or a gradient is not finite there (log"),
        (["sqrt(x)", "--at", "x=0"], "(divide(1, 0) = inf)"),
        (["x", "--at", "x=a"], "--at, place 1: 'a' is not known"),
        (["x", "--at", "x=1", "--lang", "fr"], "--lang"),
    ],
)
def test_bad_input(gradstone, tmp_path, arguments, complaint):
    done = gradstone("draw", "graph", *arguments)
    assert done.code == 2
    assert complaint in done.err
    assert not list(tmp_path.iterdir())


def test_a_caret_under_the_mistake(gradstone):
    done = gradstone("draw", "graph", "x+*y", "--at", "x=1,y=2")
    assert done.code == 2
    assert done.err.splitlines()[-1] == "    ^"


def test_nothing_is_overwritten(gradstone, tmp_path):
    (tmp_path / "graph.svg").write_text("mine")
    assert gradstone("draw", "graph", "x", "--at", "x=1").code == 2
    assert (tmp_path / "graph.svg").read_text() == "mine"
    assert gradstone("draw", "graph", "x", "--at", "x=1", "--force").code == 0
    assert (tmp_path / "graph.svg").read_text() != "mine"


# `gradstone explain` ------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["svg", "dot"])
def test_explain(gradstone, tmp_path, form):
    done = gradstone("explain", "apples", "--out", f"graph.{form}")
    assert done.code == 0
    wanted = getattr(examples.apples(), f"to_{form}")()
    assert (tmp_path / f"graph.{form}").read_text(encoding="utf-8") == wanted
    assert gradstone("explain", "apples", "--format", form).out == wanted


def test_explain_without_a_drawing(gradstone):
    done = gradstone("explain", "affine", "--out", "graph.svg")
    assert (done.code, done.complaint.split(":")[1]) == (2, " drawing")


def test_a_value_may_have_commas_in_brackets(gradstone, tmp_path):
    done = gradstone("draw", "graph", "x + y", "--at", "x=max(1, 2),y=3", "--out", "g.dot")
    assert done.code == 0
    assert "5" in (tmp_path / "g.dot").read_text(encoding="utf-8")
