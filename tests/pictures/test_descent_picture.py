"""The picture of a descent: its curve or contour, its points, where it ends."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.descent.minimize import minimize
from gradstone.pictures.descent import SHOWN, path_picture
from gradstone.pictures.style import save


def lines(axes):
    return {line.get_label(): line for line in axes.get_lines()}


def test_one_variable(tmp_path):
    found = minimize("(x+1)^2-1", 13, optimizer=gs.sgd(0.9))
    picture = path_picture([found], title="(x+1)^2-1")
    (axes,) = picture.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "f(x)")
    assert axes.get_title() == "(x+1)^2-1"
    path = lines(axes)["path"]
    assert len(path.get_xdata()) == 58
    np.testing.assert_allclose(path.get_ydata(), found.values)
    assert lines(axes)["_end"].get_xdata()[0] == found.x
    curve = axes.get_lines()[0]
    x, y = curve.get_xdata(), curve.get_ydata()
    np.testing.assert_allclose(y, (x + 1) ** 2 - 1)
    assert x.min() < -12.2
    assert x.max() > 13
    tangents = [line for line in axes.get_lines() if line.get_label() == "_tangent"]
    assert len(tangents) == 8
    ends = tangents[0].get_xydata()
    assert (ends[1] - ends[0])[1] / (ends[1] - ends[0])[0] == pytest.approx(28)
    save(picture, tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 5000


def test_two_variables():
    found = minimize("x^2 + 3y^2", starts=[(2, 1), (-1, -1)])
    picture = path_picture(found.all, ["one", "other"])
    (axes,) = picture.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "other"]
    assert len(axes.collections) == 2
    np.testing.assert_allclose(lines(axes)["other"].get_xdata(), found[1].path[:, 0])


def test_more_variables():
    found = minimize(lambda x: gs.sum(x * x), np.ones(3))
    (axes,) = path_picture([found]).axes
    assert axes.get_xlabel() == "update"
    assert len(axes.get_lines()[0].get_xdata()) == found.iterations + 1


@pytest.mark.parametrize(
    ("formula", "start", "rate"),
    [("ln(x)", 1, 0.1), ("5 + 0x", 1, 0.1), ("x^2", 1, 1.5), ("ln(x) + y^2", (1, 1), 0.1),
     ("5 + 0x + 0y", (1, 1), 0.1), ("x^2", 1e-9, 0.1)],
)  # fmt: skip
def test_odd_paths(formula, start, rate, tmp_path):
    found = minimize(formula, start, optimizer=gs.sgd(rate))
    save(path_picture([found]), tmp_path / "a.png")


def test_long_paths_are_thinned():
    found = minimize("x^2", 1, optimizer=gs.sgd(1e-4), precision=0, max_iterations=3000)
    (axes,) = path_picture([found]).axes
    assert len(lines(axes)["path"].get_xdata()) == SHOWN
