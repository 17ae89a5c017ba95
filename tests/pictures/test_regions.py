"""Decision regions: the grid, the colours, the boundary, the points and those ringed."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import gradstone as gs
from gradstone.data.drawn import drawn_set
from gradstone.pictures.predictor import predictor
from gradstone.pictures.regions import (
    both,
    colour,
    grid,
    marker,
    regions_picture,
    shades,
)
from gradstone.pictures.style import COLOURS, save

POINTS = np.array([[-1.0, 0.0], [1.0, 0.0], [-2.0, 4.0], [2.0, 4.0], [0.5, 2.0]])
RIGHT = np.array([0, 1, 0, 1, 1])


def halves(points):
    """The second class where x1 > 0, the surer the farther."""
    return 1 / (1 + np.exp(-3 * points[:, :1]))


def offsets(axes):
    return {
        one.get_label(): one.get_offsets().tolist()
        for one in axes.collections
        if one.get_label().startswith("_class") or one.get_label() == "_wrong"
    }


def test_grid():
    (left, right, bottom, top), places = grid(np.array([[0.0, 10.0], [4.0, 10.0], [1.0, 20.0]]), 5)
    assert (left, right) == pytest.approx((-0.32, 4.32))
    assert (bottom, top) == pytest.approx((9.2, 20.8))
    assert places.shape == (25, 2)
    x, y = places.reshape(5, 5, 2)[..., 0], places.reshape(5, 5, 2)[..., 1]
    assert (np.diff(x, axis=1) > 0).all()
    assert (np.diff(y, axis=0) > 0).all()
    assert (x == x[0]).all()
    np.testing.assert_allclose(x[0, 0] - left, right - x[0, -1])
    np.testing.assert_allclose(np.diff(x[0]), (right - left) / 5)


def test_grid_of_points_in_a_line():
    (left, right, bottom, top), _ = grid(np.array([[3.0, 0.0], [3.0, 0.0]]), 2)
    assert left < 3 < right
    assert bottom < 0 < top


def test_shades():
    probabilities = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0], [0.25, 0.75]])
    found = shades(probabilities)
    np.testing.assert_allclose(found[0], 1)
    for place, class_ in ((1, 0), (2, 1)):
        own = np.array(to_rgb(COLOURS[class_]))
        assert (found[place] > own - 1e-9).all()
        share = (1 - found[place]) / (1 - own)
        np.testing.assert_allclose(share, share[0])
        assert 0.4 < share[0] < 0.8
    np.testing.assert_allclose(1 - found[3], (1 - found[2]) / 2)
    np.testing.assert_allclose(shades(probabilities[:, 1]), found)
    np.testing.assert_allclose(shades(probabilities[:, 1:]), found)
    np.testing.assert_allclose(shades(np.full((2, 3), 1 / 3)), 1)
    assert both(np.array([0.2])).tolist() == [[0.8, 0.2]]


def test_each_class_has_its_own_shape_and_colour():
    kinds = {(colour(number), marker(number)) for number in range(36)}
    assert len(kinds) == 36


def test_two_classes(tmp_path):
    picture = regions_picture(halves, POINTS, RIGHT, title="halves", names=("length", "width"))
    (axes,) = picture.axes
    assert axes.get_title() == "halves\ntraining: 5 of 5 right, 100.0%"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("length", "width")
    (image,) = axes.images
    assert image.get_array().shape == (240, 240, 3)
    assert image.origin == "lower"
    extent, places = grid(POINTS, 240)
    assert tuple(image.get_extent()) == extent
    expected = shades(halves(places)).reshape(240, 240, 3)
    np.testing.assert_allclose(np.asarray(image.get_array()), expected)
    (boundary,) = [one for one in axes.collections if hasattr(one, "levels")]
    line = np.concatenate([path.vertices for path in boundary.get_paths()])
    np.testing.assert_allclose(line[:, 0], 0, atol=0.005)  # where the probability is 0.5
    found = offsets(axes)
    assert found["_class 0"] == POINTS[RIGHT == 0].tolist()
    assert found["_class 1"] == POINTS[RIGHT == 1].tolist()
    assert found["_wrong"] == []
    told = [text.get_text() for text in picture.legends[0].get_texts()]
    assert told == ["class 0", "class 1", "taken for another class", "probability 0.5"]
    save(picture, tmp_path / "regions.png")


def test_mistakes_and_test_points():
    labels, test = RIGHT.copy(), (POINTS[:2] + 0.25, np.array([1, 1]))
    labels[3] = 0
    picture = regions_picture(halves, POINTS, labels, test, classes=("cat", "dog"), language="zh")
    (axes,) = picture.axes
    assert axes.get_title() == ("训练集：5 个中 4 个正确，80.0%\n测试集：2 个中 1 个正确，50.0%")
    rings = [one for one in axes.collections if one.get_label() == "_wrong"]
    assert [one.get_offsets().tolist() for one in rings] == [[[2, 4]], [[-0.75, 0.25]]]
    told = [text.get_text() for text in picture.legends[0].get_texts()]
    assert told == ["类别 cat", "类别 dog", "测试集（黑边）", "判错的点", "概率 0.5"]


def test_many_classes(tmp_path):
    drawn = drawn_set("blobs", 90)
    run = gs.train(
        gs.MLP([2, 3], output="softmax"), drawn.inputs, drawn.targets, epochs=60,
        optimizer=gs.adam(0.05),
    )  # fmt: skip
    picture = regions_picture(predictor(run), drawn.inputs, drawn.targets)
    (axes,) = picture.axes
    right = int((run.predict(drawn.inputs) == drawn.targets).sum())
    assert axes.get_title() == f"training: {right} of 90 right, {right / 90:.1%}"
    assert len([one for one in axes.collections if hasattr(one, "levels")]) == 3
    assert sum(map(len, offsets(axes).values())) == 90 + (90 - right)
    assert "decision boundary" in [text.get_text() for text in picture.legends[0].get_texts()]
    save(picture, tmp_path / "regions.png")


def test_a_network_that_always_says_the_same(tmp_path):
    picture = regions_picture(lambda rows: np.full((len(rows), 1), 0.9), POINTS, RIGHT)
    save(picture, tmp_path / "regions.png")
    assert picture.axes[0].get_title() == "training: 3 of 5 right, 60.0%"
    assert not any(hasattr(one, "levels") for one in picture.axes[0].collections)


def test_of_many_points_some_are_drawn_and_all_are_counted():
    drawn = drawn_set("gaussians", 10_000)
    picture = regions_picture(halves, drawn.inputs, drawn.targets)
    found = offsets(picture.axes[0])
    assert len(found["_class 0"]) == len(found["_class 1"]) == 2000
    assert " of 10000 right" in picture.axes[0].get_title()


def test_a_run_in_the_units_of_its_table():
    """Standardised inputs: the boundary stands where it does in the user's own numbers."""
    net = gs.MLP([2, 1], output="sigmoid")
    given = {"W1": [[1.0], [0.0]], "b1": [0.0]}
    run = gs.train(net, POINTS, RIGHT, epochs=0, parameters=given, dtype="float64")
    run.preparation = {
        "format": 1, "target": "kind", "task": "classification", "features": ["a", "b"],
        "mean": [100.0, 0.0], "scale": [10.0, 1.0], "classes": ["0", "1"], "target_mean": 0.0,
        "target_scale": 1.0,
    }  # fmt: skip
    found = predictor(run)(np.array([[100.0, 5.0], [110.0, 5.0]]))
    np.testing.assert_allclose(found[:, 0], [0.5, 1 / (1 + np.exp(-1))])
    other = predictor(run, {"W1": np.zeros((2, 1)), "b1": np.zeros(1)})
    np.testing.assert_allclose(other(POINTS), 0.5)


def test_large_grids_go_in_parts():
    net = gs.MLP([2, 3, 2], output="softmax")
    run = gs.train(net, POINTS, RIGHT, epochs=1)
    _, places = grid(POINTS, 100)
    np.testing.assert_allclose(predictor(run)(places), run.loop.predict(places.astype("f4")))


@pytest.mark.parametrize("classes", [(), ("setosa, the longest name of all", "versicolor")])
def test_the_legend_is_not_cut_off(classes):
    picture = regions_picture(halves, POINTS, RIGHT, (POINTS, RIGHT), classes=classes)
    picture.draw_without_rendering()
    (legend,) = picture.legends
    box = legend.get_window_extent()
    assert 0 <= box.x0 < box.x1 <= picture.bbox.width
