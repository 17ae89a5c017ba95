"""The picture of the numeric derivative: tangent, secant, and the U of its error."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.descent.difference import difference
from gradstone.pictures.difference import difference_picture
from gradstone.pictures.style import save


def told(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def line_that(axes, words):
    (found,) = [line for line in axes.get_lines() if words in line.get_label()]
    return found


def test_d8(tmp_path):
    picture = difference_picture("0.01x^2 + 0.1x", 5, title="D8")
    left, right = picture.axes
    assert (left.get_xlabel(), left.get_ylabel()) == ("x", "f(x)")
    assert "tangent: 0.2 x − 0.25" in told(left)
    x, y = line_that(left, "tangent").get_data()
    np.testing.assert_allclose(y, 0.2 * x - 0.25)
    (left_x, low), (right_x, high) = line_that(left, "through").get_xydata()
    assert (high - low) / (right_x - left_x) == pytest.approx(0.2)
    assert (left_x + right_x) / 2 == pytest.approx(5)
    assert not any("truncation" in one for one in told(right))  # a parabola has none
    assert "h = 0.0001: error 9.1e−13" in told(right)
    save(picture, tmp_path / "a.png")


def test_d9():
    found = difference("sin(x)", 1)
    picture = difference_picture(found)
    left, right = picture.axes
    assert (right.get_xscale(), right.get_yscale()) == ("log", "log")
    assert right.get_xlabel() == "h"
    h, errors = line_that(right, "error of the central").get_data()
    np.testing.assert_array_equal(h, found.steps)
    np.testing.assert_array_equal(errors, np.where(found.errors > 0, found.errors, np.nan))
    best = line_that(right, "least error").get_xydata()[0]
    assert best.tolist() == list(found.best)
    assert line_that(right, "rounding = truncation").get_xdata()[0] == pytest.approx(1.27e-5, 0.01)
    assert "exact slope at x = 1: 0.540302306" in told(left)


def test_chinese():
    left, right = difference_picture("sin(x)", 1, language="zh").axes
    assert right.get_xlabel() == "步长 h"
    assert any(one.startswith("切线：") for one in told(left))
    assert any(one.startswith("误差最小：") for one in told(right))


def test_a_step_that_can_be_seen_is_the_secant():
    left, _ = difference_picture("sin(x)", 1, step=0.5).axes
    assert line_that(left, "h = 0.5").get_xdata().tolist() == [0.5, 1.5]


@pytest.mark.parametrize(
    ("f", "x"),
    [("ln(x)", 0.01), ("x^3", 0), ("5 + 0x", 1), (lambda x: gs.sqrt(x), 1e-6), ("1/x", 1e-3),
     ("e^x", 300), ("|x|", 0)],
)  # fmt: skip
def test_odd_places(f, x, tmp_path):
    save(difference_picture(f, x), tmp_path / "a.png")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_at_a_kink_there_is_no_tangent(language):
    left, right = difference_picture("relu(x) + x", 0, language=language).axes
    words = {
        "en": "kink at x = 0: slope 1 on the left, 2 on the right, so no tangent",
        "zh": "x = 0 处是折点：左侧斜率 1，右侧斜率 2，没有切线",
    }
    assert told(left)[1:] == [words[language]]
    low, high = right.get_ylim()
    assert high > 10 * low
