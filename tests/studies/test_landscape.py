"""The loss on a plane: against the run's own loss, with directions as they are defined."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import RangeError, UnknownNameError
from gradstone.studies.landscape import STATIONS, _normalised, loss_landscape

X = np.random.default_rng(0).normal(size=(40, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


@pytest.fixture(scope="module")
def run():
    network = gs.MLP([2, 4, 1], "tanh", "sigmoid")
    return gs.train(
        network, X, Y, optimizer=gs.sgd(0.5), epochs=30, batch_size=20, snapshots=4,
        dtype="float64", executor="interpreter",
    )  # fmt: skip


def moved(run, *way):
    """A run at other parameters: the sum of shares of directions added."""
    other = gs.train(
        run.network, X, Y, epochs=0, dtype="float64", parameters=run.parameters,
        executor="interpreter",
    )  # fmt: skip
    start = 0
    for one in other.parameters.values():
        for share, direction in way:
            one += share * direction[start : start + one.size].reshape(one.shape)
        start += one.size
    return other


def test_random_directions_are_as_long_as_the_weights(run):
    first, second = _normalised(run.parameters, 3).T
    start = 0
    for one in run.parameters.values():
        parts = [way[start : start + one.size].reshape(one.shape) for way in (first, second)]
        start += one.size
        for part in parts:
            if one.ndim == 1:
                assert not part.any()
            else:
                wanted = np.linalg.norm(one, axis=0)
                np.testing.assert_allclose(np.linalg.norm(part, axis=0), wanted)
        assert one.ndim == 1 or not np.allclose(*parts)


def test_the_grid_holds_losses(run):
    found = loss_landscape(run, X, Y, points=5, seed=3)
    first, second = _normalised(run.parameters, 3).T
    np.testing.assert_allclose(found.across, [-1, -0.5, 0, 0.5, 1])
    for row, column in ((0, 0), (2, 2), (4, 1), (1, 3)):
        there = moved(run, (found.across[column], first), (found.up[row], second))
        wanted = there.evaluate(X, Y)["loss"]
        assert found.losses[row, column] == pytest.approx(wanted, rel=1e-12)
    assert found.trained == pytest.approx(run.evaluate(X, Y)["loss"], rel=1e-12)
    assert found.losses[2, 2] == found.trained
    assert (found.directions, found.shares, found.rows) == ("random", None, 40)


def test_the_seed(run):
    one, same, other = (loss_landscape(run, X, Y, points=3, seed=k).losses for k in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)


def test_the_lowest_point(run):
    found = loss_landscape(run, X, Y, points=9)
    across, up, loss = found.lowest
    assert loss == found.losses.min() <= found.trained
    row, column = list(found.up).index(up), list(found.across).index(across)
    assert found.losses[row, column] == loss


def test_the_path_is_projected_by_least_squares(run):
    found = loss_landscape(run, X, Y, points=3, seed=3)
    plane = _normalised(run.parameters, 3)
    assert found.steps == tuple(step for step, _ in run.snapshots)
    centre = np.concatenate([one.ravel() for one in run.parameters.values()])
    for (_, values), place in zip(run.snapshots, found.path, strict=True):
        offset = np.concatenate([values[name].ravel() for name in run.parameters]) - centre
        np.testing.assert_allclose(plane.T @ (offset - plane @ place), 0, atol=1e-9)
    np.testing.assert_allclose(found.path[-1], 0, atol=1e-12)
    assert found.heights[-1] == pytest.approx(found.trained)


def test_the_path_ends_where_the_run_does():
    network = gs.MLP([2, 4, 1], "tanh", "sigmoid")
    short = gs.train(network, X, Y, optimizer=gs.sgd(0.5), epochs=15, batch_size=20, snapshots=4)
    assert (short.snapshots[-1][0], short.step) == (28, 30)
    found = loss_landscape(short, X, Y, points=3)
    assert found.steps == (*range(4, 29, 4), 30)
    np.testing.assert_allclose(found.path[-1], 0, atol=1e-9)
    assert found.heights[-1] == pytest.approx(found.trained)
    assert np.abs(found.path[-2]).max() > 1e-3
    assert loss_landscape(short, X, Y, points=3, snapshots=short.snapshots).steps[-1] == 28


def test_the_path_ends_at_what_early_stopping_restored():
    network = gs.MLP([2, 30, 1], "tanh", "sigmoid")
    restored = gs.train(
        network, X[:20], Y[:20], optimizer=gs.adam(0.1), epochs=60, batch_size=10, snapshots=3,
        validation=(X[20:], Y[20:]), early_stopping=5,
    )  # fmt: skip
    assert restored.best_step == 2 * restored.best_epoch < restored.snapshots[-1][0]
    found = loss_landscape(restored, X, Y, points=3)
    assert found.steps[-1] == restored.best_step
    assert found.steps[:-1] == tuple(range(3, restored.best_step, 3))
    np.testing.assert_allclose(found.path[-1], 0, atol=1e-9)
    restored.fit(X[:20], Y[:20], 1, validation=0)
    assert loss_landscape(restored, X, Y, points=3).steps[-1] == restored.step


def test_directions_of_the_path(run):
    found = loss_landscape(run, X, Y, "path", points=11)
    first, second = found.shares
    assert first > second > 0
    assert first + second <= 1 + 1e-12
    assert first > 0.8
    assert (found.path[0] < 0).all()
    for k, axis in enumerate((found.across, found.up)):
        assert axis.min() < found.path[:, k].min()
        assert axis.max() > found.path[:, k].max()
        assert 0 in axis
    offsets = np.linalg.norm(found.path, axis=1)  # unit directions: lengths are those of weights
    centre = np.concatenate([one.ravel() for one in run.parameters.values()])
    start = np.concatenate([run.snapshots[0][1][name].ravel() for name in run.parameters])
    assert offsets[0] <= np.linalg.norm(start - centre) * (1 + 1e-9)
    assert offsets[0] > 0.9 * np.linalg.norm(start - centre)


def test_a_straight_path_has_one_direction():
    """W − target shrinks by one factor each step, so the way is straight."""
    x = np.array([[1.0, 0.0], [0.0, 1.0]])
    given = {"W1": np.zeros((2, 1))}
    run = gs.train(
        gs.MLP([2, 1], bias=False), x, [3.0, 4.0], "sse", gs.sgd(0.1), epochs=8, batch_size=2,
        snapshots=1, parameters=given, dtype="float64",
    )  # fmt: skip
    found = loss_landscape(run, x, [3.0, 4.0], "path", points=5)
    np.testing.assert_allclose(found.shares, [1, 0], atol=1e-12)
    np.testing.assert_allclose(found.path[:, 1], 0, atol=1e-9)
    np.testing.assert_allclose(found.path[0, 0], -5 * (0.8 - 0.8**8), rtol=1e-9)
    np.testing.assert_allclose(found.heights, [*run.history["loss"][1:], found.trained])


def test_penalties_are_part_of_it():
    run = gs.train(gs.MLP([2, 2, 1], "relu"), X, X[:, 0], epochs=0, l2=0.5, dtype="float64")
    found = loss_landscape(run, X, X[:, 0], points=3)
    squares = sum((one**2).sum() for name, one in run.parameters.items() if name[0] == "W")
    assert found.trained == pytest.approx(run.evaluate(X, X[:, 0])["loss"] + 0.5 * squares)


def test_long_paths_and_many_rows_are_thinned():
    x = np.random.default_rng(1).normal(size=(3000, 2))
    run = gs.train(gs.MLP([2, 1]), x, x[:, 0], epochs=3, batch_size=10, snapshots=2)
    found = loss_landscape(run, x, x[:, 0], points=3)
    assert (len(found.path), len(found.steps), found.rows) == (STATIONS, STATIONS, 2048)
    assert (found.steps[0], found.steps[-1]) == (2, 900)  # the end is not lost


def test_who_is_told(run):
    told = []
    loss_landscape(run, X, Y, points=3, told=lambda *numbers: told.append(numbers))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_bad_input(run):
    with pytest.raises(UnknownNameError, match="random"):
        loss_landscape(run, X, Y, "pca")
    with pytest.raises(RangeError, match="points"):
        loss_landscape(run, X, Y, points=2)
    with pytest.raises(RangeError, match="reach"):
        loss_landscape(run, X, Y, reach=0)
    with pytest.raises(RangeError, match="snapshots=10"):
        loss_landscape(run, X, Y, "path", snapshots=[])
    one = gs.train(gs.MLP([1, 1], bias=False), X[:, :1], Y.astype(float), "mse", epochs=0)
    with pytest.raises(RangeError, match="at least two"):
        loss_landscape(one, X[:, :1], Y.astype(float))
