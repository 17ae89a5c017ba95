"""Sets drawn at random: their shape, their classes, and that the same is drawn again."""

import json

import numpy as np
import pytest

from gradstone.data.drawn import RECIPES, Draw, draw, drawn_set
from gradstone.errors import DataError, RangeError, UnknownNameError

TWO = [name for name, recipe in RECIPES.items() if recipe.classes]
NUMBERS = [name for name, recipe in RECIPES.items() if not recipe.classes]


@pytest.mark.parametrize("name", RECIPES)
def test_the_same_again_and_another_by_another_seed(name):
    first, again = drawn_set(name), drawn_set(name)
    assert len(first) == 200
    np.testing.assert_array_equal(first.inputs, again.inputs)
    np.testing.assert_array_equal(first.targets, again.targets)
    other = drawn_set(name, seed=1)
    assert not np.array_equal(first.inputs, other.inputs) or not np.array_equal(
        first.targets, other.targets
    )


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("size", [2, 7, 200])
def test_classes_are_as_equal_in_number_as_can_be(name, size):
    drawn = drawn_set(name, size)
    assert drawn.inputs.shape == (size, 2)
    assert drawn.features == ("x1", "x2")
    assert drawn.targets.dtype == np.int64
    counts = np.bincount(drawn.targets, minlength=len(drawn.classes))
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_have_one_feature(name):
    drawn = drawn_set(name, 50)
    assert (drawn.inputs.shape, drawn.targets.shape) == ((50, 1), (50,))
    assert (drawn.features, drawn.classes, drawn.task) == (("x",), (), "regression")


def test_a_disc_in_a_ring():
    drawn = drawn_set("ring", 1000)
    radius = np.hypot(*drawn.inputs.T)
    assert (radius[drawn.targets == 0] < 1).all()
    outer = radius[drawn.targets == 1]
    assert ((outer > 1.5) & (outer < 2.5)).all()
    # even over the area: half of a disc's points lie within 1/√2
    assert abs((radius[drawn.targets == 0] < 0.5**0.5).mean() - 0.5) < 0.06
    np.testing.assert_array_equal(drawn_set("circle", 1000).inputs, drawn.inputs)


def test_shapes_without_noise():
    corners = drawn_set("xor", 8, noise=0.0)
    np.testing.assert_array_equal(corners.inputs.sum(axis=1) % 2, corners.targets)
    moons = drawn_set("moons", 100, noise=0.0)
    upper, lower = (moons.inputs[moons.targets == one] for one in (0, 1))
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5
    board = drawn_set("checkerboard", 400)
    np.testing.assert_array_equal(np.floor(board.inputs).sum(axis=1) % 2, board.targets)
    blobs = drawn_set("blobs", 30, noise=0.0)
    assert len(np.unique(blobs.inputs.round(9), axis=0)) == 3
    line, sine = drawn_set("linear", 11, 0.0), drawn_set("sine", 11, 0.0)
    np.testing.assert_allclose(line.targets, 2 * line.inputs[:, 0])
    np.testing.assert_allclose(sine.targets, np.sin(sine.inputs[:, 0]))


def test_the_arms_of_a_spiral_are_turned_by_half_a_circle():
    drawn = drawn_set("spirals", 400, noise=0.0)
    radius, angle = np.hypot(*drawn.inputs.T), np.arctan2(*drawn.inputs.T[::-1])
    turned = angle - 2 * np.pi * 1.5 * (radius - 0.1) / 1.9 - np.pi * drawn.targets
    np.testing.assert_allclose(np.cos(turned), 1, atol=1e-9)


@pytest.mark.parametrize("name", ["gaussians", "linear"])
def test_noise_is_a_standard_deviation(name):
    still, noisy = (drawn_set(name, 20_000, noise) for noise in (0.0, 0.3))
    moved = "inputs" if name == "gaussians" else "targets"
    difference = getattr(noisy, moved) - getattr(still, moved)
    assert difference.std() == pytest.approx(0.3, rel=0.02)
    assert abs(difference.mean()) < 0.01


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"size": 1}, "size of moons: 1 came: 2 to 1000000 is wanted"),
        ({"size": 10**7}, "size of moons"),
        ({"noise": -0.1}, "noise of moons: -0.1 came"),
        ({"noise": float("nan")}, "noise of moons: nan came"),
        ({"noise": float("inf")}, "noise of moons: inf came"),
        ({"seed": -1}, "seed of moons"),
        ({"seed": 2**64}, "seed of moons"),
    ],
)
def test_numbers_outside_their_range(change, told):
    for call in (drawn_set, draw):
        with pytest.raises(RangeError, match=told):
            call("moons", **change)


def test_an_unknown_name():
    with pytest.raises(UnknownNameError, match=r"'moon' is not known.*Did you mean moons"):
        drawn_set("moon")


@pytest.mark.parametrize("name", RECIPES)
def test_a_draw_is_kept_and_drawn_again(name):
    made = draw(name, 30, seed=2**64 - 1)
    assert made.noise == RECIPES[name].noise
    again = Draw.from_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    np.testing.assert_array_equal(again.set().inputs, made.set().inputs)


@pytest.mark.parametrize("name", ["moons", "sine"])
def test_the_table_has_every_digit_of_the_set(name):
    made = draw(name, 50)
    table, drawn = made.table(), made.set()
    assert table.columns == (*drawn.features, "class" if drawn.classes else "y")
    assert table.lines == tuple(range(2, 52))
    np.testing.assert_array_equal(table.numbers(drawn.features), drawn.inputs)
    np.testing.assert_array_equal(table.numbers(table.columns[-1:])[:, 0], drawn.targets)


GOOD = {"name": "moons", "size": 20, "noise": 0.1, "seed": 0}


@pytest.mark.parametrize(
    "bad",
    [
        None, [], {}, {**GOOD, "more": 1}, {**GOOD, "size": "20"}, {**GOOD, "name": 3},
        {**GOOD, "name": "moon"}, {**GOOD, "size": 10**9}, {**GOOD, "noise": None},
        {**GOOD, "seed": 0.5}, {**GOOD, "noise": float("nan")},
    ],
)  # fmt: skip
def test_a_saved_draw_that_is_none(bad):
    with pytest.raises(DataError, match="saved draw of a set"):
        Draw.from_json(bad)
