"""The warped plane: stages, turns, cuts, the directions of largest variance."""

import numpy as np
import pytest

from gradstone.studies.cuts import clipped, cut_pieces, plane_in_box
from gradstone.studies.warp import (
    grid_lines,
    hidden,
    principal,
    probabilities,
    turning,
    warp_of,
)

RANDOM = np.random.default_rng(3)
POINTS = RANDOM.normal(size=(40, 2))
CLASSES = RANDOM.integers(0, 2, 40)


def network(size, outputs=1, seed=0):
    draw = np.random.default_rng(seed)
    shapes = {"W1": (2, size), "b1": (size,), "W2": (size, outputs), "b2": (outputs,)}
    return {name: draw.normal(size=shape) for name, shape in shapes.items()}


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_the_moments_stand_at_the_stages(size, seed):
    net = network(size, seed=seed)
    warp = warp_of(net, "tanh", POINTS, CLASSES)
    sums = POINTS @ net["W1"]
    expected = {1: sums, 2: sums + net["b1"], 3: np.tanh(sums + net["b1"])}
    start = warp.at(POINTS, 0)
    assert np.allclose(start[:, :2], POINTS)
    assert start.shape[1] == max(2, size)
    for moment, values in expected.items():
        found = warp.at(POINTS, moment)
        assert np.allclose(found[:, :size], values)
        assert np.allclose(found[:, size:], 0)
    between = warp.at(POINTS, 2.5)
    assert np.allclose(between[:, :size], (expected[2] + expected[3]) / 2)
    assert warp.shares == pytest.approx((1, 1, 1))


def test_a_mirrored_plane_turns_over_and_does_not_shrink():
    mirror = np.array([[1.0, 0.0], [0.0, -1.0]])
    half = turning(mirror, 0.5)
    assert np.allclose(half @ half.T, np.eye(3)[:, :], atol=1e-9) or np.allclose(
        half[:2] @ half[:2].T, np.eye(2), atol=1e-9
    )
    assert np.allclose(turning(mirror, 1.0)[:2, :2], mirror)
    assert np.allclose(turning(mirror, 0.0), np.eye(3))


@pytest.mark.parametrize("angle", [0.0, 0.3, 1.5, 3.0, np.pi, -2.0])
def test_a_turn_goes_at_an_even_pace(angle):
    def rotation(a):
        return np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])

    for share in (0.25, 0.5):
        found = turning(rotation(angle), share)[:2, :2]
        either = [rotation(share * angle), rotation(-share * angle)]  # half a turn goes both ways
        assert any(np.allclose(found, one, atol=1e-6) for one in either)


def test_many_neurons_are_seen_in_the_directions_of_largest_variance():
    net = network(7)
    warp = warp_of(net, "tanh", POINTS, CLASSES)
    values = hidden(net, "tanh", POINTS)
    centred = values - values.mean(axis=0)
    sizes = np.sort(np.linalg.eigvalsh(centred.T @ centred))[::-1]
    assert warp.directions.shape == (7, 2)
    assert np.allclose(warp.directions.T @ warp.directions, np.eye(2))
    assert warp.shares[2] == pytest.approx(sizes[:2].sum() / sizes.sum())
    assert np.allclose(warp.at(POINTS, 3), values @ warp.directions)
    assert (principal(values) == warp.directions).all()


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("outputs", [1, 3])
def test_the_cut_is_the_networks(size, outputs):
    net = network(size, outputs)
    warp = warp_of(net, "tanh", POINTS, CLASSES)
    slope, offset = warp.cut()
    said = warp.at(POINTS, 3)[:, :size] @ slope + offset
    shares = probabilities(net, "tanh", POINTS)
    chosen = shares.argmax(axis=1) if outputs > 1 else shares[:, 0] > 0.5
    assert ((said.argmax(axis=1) if outputs > 1 else said[:, 0] > 0) == chosen).all()
    assert warp.separated == pytest.approx((chosen == CLASSES).mean())


def test_one_neuron_has_a_threshold():
    net = network(1)
    warp = warp_of(net, "tanh", POINTS, CLASSES)
    assert warp.threshold() * net["W2"][0, 0] + net["b2"][0] == pytest.approx(0)


def test_the_trace_of_the_cut_goes_through_the_middle_plane():
    net = network(9)
    warp = warp_of(net, "tanh", POINTS, CLASSES)
    slope, offset = warp.cut()
    middle = hidden(net, "tanh", POINTS).mean(axis=0)
    assert np.allclose(middle @ warp.directions @ slope + offset, middle @ net["W2"] + net["b2"])


@pytest.mark.parametrize(
    ("normal", "offset", "corners"),
    [((0, 0, 1), 0.0, 4), ((1, 1, 1), 0.0, 6), ((1, 1, 1), -2.5, 3), ((1, 1, 1), 9.0, 0)],
)
def test_the_piece_of_a_plane_in_a_box(normal, offset, corners):
    found = plane_in_box(np.array(normal, float), offset, -np.ones(3), np.ones(3))
    assert len(found) == corners
    assert np.allclose(found @ normal + offset, 0)
    assert (np.abs(found) <= 1 + 1e-12).all()
    sides = np.linalg.norm(found - np.roll(found, 1, axis=0), axis=1)
    if corners:
        assert np.ptp(sides) < 1e-9  # in order: no diagonal among the sides


def test_the_grid():
    lines = grid_lines((-1, 2, 0, 4), 4, 5)
    assert lines.shape == (8, 5, 2)
    assert (lines[0][:, 0] == -1).all()
    assert lines[3][-1].tolist() == [2, 4]
    assert (lines[4][:, 1] == 0).all()


@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize("outputs", [1, 3, 4])
@pytest.mark.parametrize("seed", range(5))
def test_on_the_cut_the_two_best_scores_are_equal(size, outputs, seed):
    warp = warp_of(network(size, outputs, seed), "tanh", POINTS, CLASSES)
    seen = warp.seen
    low, high = -1.5 * np.ones(seen), 1.5 * np.ones(seen)
    slope, offset = warp.cut()
    for piece in cut_pieces(warp, low, high):
        scores = piece @ slope + offset
        if outputs == 1:
            scores = np.concatenate([np.zeros_like(scores), scores], axis=1)
        best = np.sort(scores, axis=1)[:, ::-1]
        assert np.allclose(best[:, 0], best[:, 1], atol=1e-9)
        assert (np.abs(piece) <= 1.5 + 1e-9).all()
        assert len(piece) == {1: 1, 2: 2}.get(seen, len(piece))


def test_clipping():
    square = np.array([[0.0, 0.0], [2, 0], [2, 2], [0, 2]])
    half = clipped(square, np.array([-1.0, 0.0]), 1.0)
    assert sorted(map(tuple, half)) == [(0, 0), (0, 2), (1, 0), (1, 2)]
    assert len(clipped(square, np.array([1.0, 0.0]), -5.0)) == 0
    stretch = clipped(np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([1.0, 0.0]), -1.0)
    assert stretch.tolist() == [[1, 0], [4, 0]]
