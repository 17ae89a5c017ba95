"""One neuron in the plane: its line, its equation, its mistakes, and whether any line could do."""

import numpy as np
import pytest

from gradstone.data.drawn import drawn_set
from gradstone.errors import DataError, ShapeError, UnknownNameError
from gradstone.pictures.neuron import Neuron, neuron_picture, number, straight
from gradstone.pictures.separation import hull, separable
from gradstone.pictures.style import save

POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])


def lines(axes):
    return [line for line in axes.get_lines() if line.get_label() == "_line"]


@pytest.mark.parametrize(
    ("weights", "bias", "equation", "explicit"),
    [
        ((1.5, 2.0), -1.0, "x₂ = −(1.5·x₁ − 1)/2", "x₂ = −0.75·x₁ + 0.5"),
        ((-1.0, -2.0), 3.0, "x₂ = −(−1·x₁ + 3)/(−2)", "x₂ = −0.5·x₁ + 1.5"),
        ((0.0, 4.0), 1.0, "x₂ = −(0·x₁ + 1)/4", "x₂ = −0.25"),
        ((2.0, 0.0), 1.0, "x₁ = −1/2 = −0.5", ""),
        ((-2.0, 0.0), -1.0, "x₁ = 1/(−2) = −0.5", ""),
        ((2.0, 0.0), 0.0, "x₁ = 0/2 = 0", ""),
        ((0.0, 0.0), 1.0, "", ""),
    ],
)
def test_equations(weights, bias, equation, explicit):
    one = Neuron(weights, bias)
    assert (one.equation(), one.explicit()) == (equation, explicit)


def test_numbers_and_straight_lines():
    assert [number(value) for value in (-0.0, 1e-12, -1234.5)] == ["0", "1e-12", "−1230"]
    assert [number(value, 4) for value in (99999.0, 1e6)] == ["100000", "1e+06"]
    assert straight(0.0, 0.0, "x") == "0"
    assert straight(-2.0, 1.0, "x", 2) == "−2·x + 1"


@pytest.mark.parametrize("activation", ["sigmoid", "heaviside", "tanh"])
def test_shares_and_classes(activation):
    one = Neuron((1, 1), -1.5, activation)
    np.testing.assert_array_equal(one.decides(POINTS), AND)
    shares = one.shares(POINTS)
    np.testing.assert_array_equal(shares > 0.5, AND == 1)
    assert shares.min() >= 0
    assert shares.max() <= 1
    if activation == "sigmoid":
        np.testing.assert_allclose(shares, 1 / (1 + np.exp(1.5 - POINTS.sum(axis=1))))


def test_the_line_stands_where_the_sum_is_zero():
    one = Neuron((1.0, 2.0), -1.5)
    (axes,) = neuron_picture(one, POINTS, AND).axes
    (line,) = lines(axes)
    first, second = np.array([line.get_xy1(), line.get_xy2()])
    np.testing.assert_allclose(one.net(np.array([first, second])), 0, atol=1e-12)
    (arrow,) = axes.texts
    along, across = second - first, np.array(arrow.xyann) - np.array(arrow.xy)
    assert along @ across == pytest.approx(0, abs=1e-12)
    assert one.net(np.array([arrow.xy]))[0] > 0  # the arrow points to the second class
    np.testing.assert_allclose(arrow.xyann, np.clip(arrow.xyann, *axes.get_xlim()))
    assert axes.get_title() == "3 of 4 right, 75.0%\nx₂ = −(1·x₁ − 1.5)/2\nx₂ = −0.5·x₁ + 0.75"


def test_a_vertical_line_and_none():
    (axes,) = neuron_picture(Neuron((2.0, 0.0), -1.0), POINTS, XOR).axes
    (line,) = lines(axes)
    assert [line.get_xy1()[0], line.get_xy2()[0]] == [0.5, 0.5]
    assert "x₁ = 1/2 = 0.5" in axes.get_title()
    (axes,) = neuron_picture(Neuron((0.0, 0.0), -1.0), POINTS, XOR).axes
    assert lines(axes) == []
    assert axes.get_title().endswith("no line: both weights are 0")


def test_points_and_mistakes():
    one = Neuron((1.0, 2.0), -1.5)
    (axes,) = neuron_picture(one, POINTS, AND).axes
    drawn = {one.get_label(): one.get_offsets().tolist() for one in axes.collections}
    assert drawn["_class 0"] == POINTS[:3].tolist()
    assert drawn["_class 1"] == [[1, 1]]
    assert drawn["_wrong"] == [[0, 1]]
    colours = {tuple(one.get_facecolor()[0]) for one in axes.collections[:2]}
    shapes = {len(one.get_paths()[0].vertices) for one in axes.collections[:2]}
    assert len(colours) == len(shapes) == 2


def test_the_same_scale_on_both_axes_or_no_arrow():
    (axes,) = neuron_picture(Neuron((1, 1), 0), POINTS * [3, 1], AND).axes
    assert np.ptp(axes.get_xlim()) == pytest.approx(np.ptp(axes.get_ylim()))
    assert len(axes.texts) == 1
    assert axes.get_box_aspect() == 1
    (axes,) = neuron_picture(Neuron((1, 1), 0), POINTS * [30, 1], AND).axes
    assert np.ptp(axes.get_xlim()) > 20 * np.ptp(axes.get_ylim())
    assert len(axes.texts) == 0


@pytest.mark.parametrize(
    ("labels", "language", "told"),
    [
        (AND, "en", "a straight line can part these classes"),
        (XOR, "en", "no straight line parts these classes"),
        (XOR, "zh", "没有直线能把这两类点分开"),
    ],
)
def test_before_and_after(labels, language, told, tmp_path):
    before = Neuron((-1, 0.5), 0)
    picture = neuron_picture(
        Neuron((1, 1), -1.5), POINTS, labels, before, ("width", "x₂"), title="t", language=language
    )
    assert picture.get_suptitle().endswith(told)
    first, second = picture.axes
    head = {"en": ("before training", "after training"), "zh": ("训练前", "训练后")}[language]
    assert (first.get_title()[: len(head[0])], second.get_title()[: len(head[1])]) == head
    assert first.get_xlabel() == second.get_xlabel() == "width (x₁)"
    assert first.get_ylabel() == "x₂"
    save(picture, tmp_path / "neuron.png")


def test_words_do_not_overlap(tmp_path):
    drawn = drawn_set("gaussians")
    picture = neuron_picture(
        Neuron((3, 4), 0.1), drawn.inputs, drawn.targets, Neuron((-1, 0.1), 0), title="gaussians"
    )
    save(picture, tmp_path / "x.png")
    told = [*(axes.title for axes in picture.axes), *(axes.xaxis.label for axes in picture.axes)]
    boxes = [one.get_window_extent() for one in (picture._suptitle, *told, *picture.legends)]
    assert not any(
        one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place]
    )


# What cannot be drawn -------------------------------------------------------------------------
def test_bad_neurons_and_points():
    with pytest.raises(ShapeError, match="3 weights came: two are wanted"):
        Neuron((1, 2, 3), 0)
    with pytest.raises(DataError, match="finite"):
        Neuron((1, float("nan")), 0)
    with pytest.raises(UnknownNameError, match="'relu' is not known"):
        Neuron((1, 2), 0, "relu")
    one = Neuron((1, 2), 0)
    with pytest.raises(ShapeError, match=r"points \(4, 2\) and labels \(3,\) came"):
        neuron_picture(one, POINTS, AND[:3])
    with pytest.raises(DataError, match="labels 0 or 1"):
        neuron_picture(one, POINTS, AND + 1)
    with pytest.raises(DataError, match="finite points"):
        neuron_picture(one, np.full((4, 2), np.inf), AND)


# Whether a line could ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ([[0, 0]], [[1, 1]], True),
        ([[0, 0]], [[0, 0]], False),
        ([[0, 0], [2, 2]], [[1, 1]], False),  # between
        ([[0, 0], [1, 1]], [[2, 2], [3, 3]], True),  # in one line, one after the other
        ([[0, 0], [2, 2]], [[1, 1], [3, 3]], False),
        ([[0, 0], [1, 1]], [[1, 0], [0, 1]], False),  # crossing
        ([[0, 0], [2, 0], [0, 2]], [[0.5, 0.5]], False),  # inside
        ([[0, 0], [2, 0], [0, 2]], [[1.2, 1.2]], True),
        ([[0, 0], [2, 0], [0, 2]], [[1, 1]], False),  # on the edge
        ([[0, 0], [2, 0], [0, 2], [2, 2]], [[3, 0], [3, 2], [5, 1]], True),
    ],
)
def test_separable(first, second, wanted):
    points = np.array([*first, *second], dtype=float)
    labels = np.array([0] * len(first) + [1] * len(second))
    assert separable(points, labels) is wanted
    assert separable(points, 1 - labels) is wanted


def test_separable_of_the_built_in_sets():
    found = {}
    for name in ("gaussians", "xor", "ring", "moons", "spirals", "checkerboard"):
        drawn = drawn_set(name)
        found[name] = separable(drawn.inputs, drawn.targets)
    assert found.pop("gaussians")
    assert not any(found.values())
    assert separable(POINTS, np.zeros(4, dtype=int))


def test_random_clouds_against_every_direction():
    generator = np.random.default_rng(0)
    angles = np.linspace(0, 2 * np.pi, 20_000)
    labels = (np.arange(12) % 2).astype(int)
    met = []
    for _ in range(60):
        points = generator.standard_normal((12, 2))
        points[labels == 1] += generator.uniform(0, 3)
        heights = points @ np.array([np.cos(angles), np.sin(angles)])
        wanted = (heights[labels == 0].max(axis=0) < heights[labels == 1].min(axis=0)).any()
        assert separable(points, labels) == wanted
        met.append(wanted)
    assert 10 < sum(met) < 50


def test_hull():
    grid = np.array([[x, y] for x in range(4) for y in range(3)], dtype=float)
    assert sorted(hull(grid).tolist()) == [[0, 0], [0, 2], [3, 0], [3, 2]]
    assert hull(np.array([[0.0, 0], [1, 1], [2, 2]])).tolist() == [[0, 0], [2, 2]]
    assert hull(np.zeros((3, 2))).tolist() == [[0, 0]]


def test_a_neuron_without_a_line_has_none_in_its_legend():
    points, labels = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 1])
    for weights, many in (((0.0, 0.0), 3), ((1.0, 2.0), 5)):
        picture = neuron_picture(Neuron(weights, 1.0), points, labels)
        assert len(picture.legends[0].get_texts()) == many
