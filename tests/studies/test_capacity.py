"""The effect of hidden neurons: T6, and what a study holds."""

import json

import numpy as np
import pytest

from gradstone.data.drawn import drawn_set
from gradstone.data.sets import DataSet
from gradstone.errors import DataError, RangeError, UnknownNameError
from gradstone.studies.capacity import capacity, marks
from gradstone.studies.warp import probabilities


@pytest.fixture(scope="module")
def ring():
    return capacity("ring", (1, 2, 3, 5))


def test_t6(ring):
    accuracies = {
        width.hidden: [one.training["accuracy"] for one in width.outcomes] for width in ring.widths
    }
    assert all(len(seeds) == 5 for seeds in accuracies.values())
    assert max(accuracies[1]) < 0.8
    assert min(accuracies[2]) >= 0.8
    assert max(accuracies[2]) <= 0.96
    assert min(accuracies[3] + accuracies[5]) > 0.98
    assert len(ring.study.training) == 200
    assert ring.steps == 3000


def test_with_one_neuron_the_boundary_is_a_straight_line(ring):
    shown = ring.widths[0].shown
    w1, b1, w2, b2 = (shown.parameters[name].astype(float) for name in ("W1", "b1", "W2", "b2"))
    sum_there = np.arctanh(-b2[0] / w2[0, 0]) - b1[0]  # x·w of all undecided points
    normal = w1[:, 0]
    foot, along = normal * sum_there / (normal @ normal), np.array([-normal[1], normal[0]])
    line = foot + np.linspace(-1, 1, 9)[:, None] * along
    assert np.allclose(probabilities(shown.parameters, "tanh", line), 0.5, atol=1e-4)
    beside = line + 0.1 * normal
    sides = probabilities(shown.parameters, "tanh", beside)[:, 0] > 0.5
    assert sides.all() or not sides.any()


def test_the_table(ring):
    rows = ring.table
    assert [row["hidden"] for row in rows] == [1, 2, 3, 5]
    assert [row["parameters"] for row in rows] == [5, 9, 13, 21]
    for row, width in zip(rows, ring.widths, strict=True):
        training = [one.training["accuracy"] for one in width.outcomes]
        assert row["training_median"] == np.median(training)
        assert row["training_worst"] == min(training)
        assert row["loss"] == np.median([one.training["loss"] for one in width.outcomes])
        assert row["diverged"] == 0


def test_the_median_seed_is_shown(ring):
    for width in ring.widths:
        accuracies = sorted(one.training["accuracy"] for one in width.outcomes)
        assert width.shown.training["accuracy"] == accuracies[2]
        assert tuple(width.shown.snapshots) == marks(3000)


def test_more_neurons_are_not_always_better():
    found = capacity("ring", (3, 50), seeds=3)
    assert found.noisy is not None
    few, many = found.noisy.widths
    assert many.accuracy("training")[0] > few.accuracy("training")[0]
    assert many.accuracy("held_out")[0] < few.accuracy("held_out")[0] - 0.02
    assert len(found.noisy.training) == 100


def test_figures_as_json(ring):
    plain = json.loads(json.dumps(ring.to_json(), allow_nan=False))
    assert plain["set"]["name"] == "ring"
    assert plain["noisy"]["noise"] == 0.4
    assert len(plain["set"]["widths"][2]["runs"]) == 5
    assert plain["set"]["widths"][0]["shown_seed"] == ring.widths[0].shown.trial.seed


def test_three_classes_and_rows_of_ones_own():
    blobs = drawn_set("blobs", 90)
    scaled = DataSet(
        "mine", blobs.inputs * [1000, 1e-3] + 5, blobs.targets, ("a", "b"), ("x", "y", "z")
    )
    found = capacity(scaled, [2], seeds=2, steps=300)
    assert found.noisy is None
    assert len(found.study.training) == 72
    assert len(found.study.held_out) == 18
    assert found.study.scaled(found.study.training.inputs).std(axis=0) == pytest.approx([1, 1])
    assert found.widths[0].accuracy()[1] > 0.9
    assert found.widths[0].outcomes[0].network.describe() == "2-2-3 tanh softmax"
    more = capacity(scaled, [1], seeds=1, steps=2, held_out=45)
    assert len(more.study.held_out) == 45
    own = capacity(scaled, [1], seeds=1, steps=2, held_out=scaled)
    assert len(own.study.training) == len(own.study.held_out) == 90


def test_divergence_is_told_not_raised():
    found = capacity("ring", [1, 3], seeds=2, steps=50, activation="relu", learning_rate=1e20)
    assert [width.diverged for width in found.widths] == [2, 2]
    json.dumps(found.to_json(), allow_nan=False)
    assert found.widths[0].shown.diverged


def test_progress_counts_both_sets():
    heard = []
    capacity("xor", [1, 2], seeds=2, steps=5, told=lambda *one: heard.append(one))
    assert heard[0] == (0, 8, "")
    assert heard[-1][:2] == (8, 8)
    assert {one[2] for one in heard} == {"", "1", "2"}


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        ({"dataset": "rnig"}, UnknownNameError, "Did you mean ring"),
        ({"dataset": "sine"}, DataError, "one feature.*moons"),
        ({"dataset": drawn_set("linear")}, DataError, "two feature"),
        ({"hidden": []}, RangeError, "1 to 12"),
        ({"hidden": range(1, 20)}, RangeError, "19 widths"),
        ({"hidden": [1, 2.5]}, RangeError, "2.5"),
        ({"steps": 0}, RangeError, "steps"),
        ({"seeds": 0}, RangeError, "seeds"),
        ({"learning_rate": -1}, RangeError, "learning_rate"),
        ({"activation": "tan"}, UnknownNameError, "tanh"),
        ({"held_out": 0}, RangeError, "held_out"),
        ({"dataset": drawn_set("moons", 20), "held_out": 20}, RangeError, "fewer"),
    ],
)
def test_bad_input(arguments, error, told):
    with pytest.raises(error, match=told):
        capacity(**{"hidden": [1], "steps": 5, **arguments})


def test_targets_that_are_numbers():
    points = drawn_set("moons", 20)
    rows = DataSet("mine", points.inputs, points.inputs[:, 0], ("a", "b"), (), "regression")
    with pytest.raises(DataError, match="numbers came as targets"):
        capacity(rows, [1])


@pytest.mark.parametrize(("steps", "count"), [(1, 2), (2, 3), (10, 11), (3000, 50)])
def test_marks(steps, count):
    found = marks(steps)
    assert (found[0], found[-1], len(found)) == (0, steps, count)
    assert list(found) == sorted(set(found))
