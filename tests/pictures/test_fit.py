"""Data on one feature with a network's curve: what is drawn, and the equations told."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.drawn import drawn_set
from gradstone.errors import ShapeError
from gradstone.pictures.fit import Line, fit_picture, least_squares, line_of
from gradstone.pictures.predictor import initial_predictor, predictor
from gradstone.pictures.style import save

X = np.array([-1.0, 0.0, 1.0, 2.0])
Y = np.array([-1.0, 1.5, 2.5, 5.0])


def curves(picture):
    return {line.get_label(): line.get_data() for line in picture.axes[0].get_lines()}


def test_least_squares():
    found = least_squares(X, Y)
    slope, height = np.polyfit(X, Y, 1)
    assert (found.slope, found.height) == pytest.approx((slope, height))
    assert least_squares(np.ones(4), Y) == Line(0.0, 2.0)


def test_a_line_or_none():
    found = line_of(lambda rows: 3 * rows - 2, -1, 5)
    assert (found.slope, found.height) == pytest.approx((3, -2))
    assert line_of(lambda rows: np.maximum(rows, 0), -1, 5) is None
    assert line_of(lambda rows: np.maximum(rows, 0), 1, 5).slope == 1
    assert line_of(np.zeros_like, 1, 5) == Line(0.0, 0.0)


def test_a_linear_neuron_in_the_units_of_the_table():
    """y = W·(x − mean)/scale + b, times the target's scale, plus its mean."""
    run = gs.train(gs.MLP([1, 1]), X[:, None], Y, epochs=0, parameters={"W1": [[2.0]], "b1": [0.5]})
    preparation = {
        "format": 1, "target": "y", "task": "regression", "features": ["x"], "mean": [3.0],
        "scale": [2.0], "classes": [], "target_mean": 10.0, "target_scale": 4.0,
    }  # fmt: skip
    run.preparation = preparation
    found = line_of(predictor(run), 0, 6)
    assert (found.slope, found.height) == pytest.approx((4.0, 4 * (2 * -1.5 + 0.5) + 10))


def test_what_is_drawn(tmp_path):
    picture = fit_picture(
        lambda rows: 2 * rows + 1, X, Y, lambda rows: 0 * rows, (X + 0.5, Y), ("age", "height"), "t"
    )
    (axes,) = picture.axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("age", "height", "t")
    points = [one.get_offsets().tolist() for one in axes.collections]
    assert points == [np.stack([X, Y], 1).tolist(), np.stack([X + 0.5, Y], 1).tolist()]
    before, after, reference = curves(picture)
    assert before == "before training: height = 0\nmean squared error 8.62"
    assert after == "after training: height = 2·age + 1\nmean squared error 0.125"
    assert reference == "least squares: height = 1.9·age + 1.05\nmean squared error 0.113"
    x, y = curves(picture)[after]
    np.testing.assert_allclose(y, 2 * x + 1)
    assert (x[0], x[-1]) == axes.get_xlim()
    styles = [line.get_linestyle() for line in axes.get_lines()]
    assert styles == ["--", "-", ":"]
    save(picture, tmp_path / "fit.png")


def test_a_curve_has_no_equation_and_no_reference():
    picture = fit_picture(np.sin, X, Y, language="zh")
    (label,) = curves(picture)
    assert label.startswith("训练后\n均方误差 ")


def test_before_and_after_training():
    drawn = drawn_set("linear")
    run = gs.train(
        gs.MLP([1, 1]), drawn.inputs, drawn.targets, optimizer=gs.sgd(0.5), epochs=200,
        batch_size=200, seed=3,
    )  # fmt: skip
    first = gs.train(gs.MLP([1, 1]), drawn.inputs, drawn.targets, epochs=0, seed=3)
    rows = np.array([[-1.0], [0.5]])
    np.testing.assert_allclose(
        initial_predictor(run)(rows), first.predict_proba(rows), rtol=1e-6, atol=1e-9
    )
    best = least_squares(drawn.inputs[:, 0], drawn.targets)
    found = line_of(predictor(run), -1, 1)
    assert (found.slope, found.height) == pytest.approx((best.slope, best.height), abs=1e-5)
    label = next(iter(curves(fit_picture(predictor(run), drawn.inputs, drawn.targets))))
    assert label.startswith(f"after training: y = {best.slope:.3g}·x ")


def test_far_from_the_data_there_is_no_warning():
    drawn = drawn_set("sine", 20)
    run = gs.train(gs.MLP([1, 4, 1]), drawn.inputs, drawn.targets, epochs=1)
    assert predictor(run)(np.array([[1e3], [-1e3]])).shape == (2, 1)


@pytest.mark.parametrize("shape", [(4, 2), (0,), (2, 2, 1)])
def test_other_shapes(shape):
    with pytest.raises(ShapeError, match="fit_picture inputs: shape"):
        fit_picture(np.sin, np.zeros(shape), Y)


@pytest.mark.parametrize("name", ["$x$", "中文", "a" * 90])
def test_names_from_outside(name, tmp_path):
    picture = fit_picture(lambda rows: rows, X, Y, names=(name, name), title=name)
    save(picture, tmp_path / "fit.png")


def test_the_legend_is_not_cut_off():
    names = ("height of people", "their weight in kg")
    picture = fit_picture(np.negative, X, Y, lambda rows: -1.25 * rows + 100, names=names)
    picture.draw_without_rendering()
    (legend,) = picture.legends
    box = legend.get_window_extent()
    assert 0 <= box.x0 < box.x1 <= picture.bbox.width
