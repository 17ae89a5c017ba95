"""The picture of a landscape: levels, marks where they belong, words."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import LogNorm

from gradstone.pictures.landscape import landscape_picture, levels
from gradstone.pictures.style import save
from gradstone.studies.landscape import Landscape

AXIS = np.linspace(-1, 1, 21)


def bowl(directions="path", shares=(0.9, 0.08), path=True, low=0.01, low_at=(0.5, -0.2)):
    u, v = np.meshgrid(AXIS, AXIS)
    losses = low + (u - low_at[0]) ** 2 + (v - low_at[1]) ** 2
    places = np.array([[-0.8, 0.6], [-0.3, 0.2], [0.0, 0.0]]) if path else np.zeros((0, 2))
    heights = low + ((places - np.array(low_at)) ** 2).sum(axis=1)
    trained = float(losses[10, 10])
    return Landscape(
        directions, AXIS, AXIS, losses, trained, places, heights,
        (0, 5, 10) if path else (), shares, 40,
    )  # fmt: skip


def lines(axes):
    return {line.get_label(): line for line in axes.get_lines()}


def test_marks():
    axes, bar = landscape_picture(bowl(), "a bowl").axes
    found = lines(axes)
    path = found["training path, projected, updates 0 to 10"]
    np.testing.assert_allclose(path.get_xydata(), bowl().path)
    assert path.get_marker() == "o"
    np.testing.assert_allclose(found["_start"].get_xydata(), [[-0.8, 0.6]])
    np.testing.assert_allclose(found["trained: 0.3"].get_xydata(), [[0, 0]])
    np.testing.assert_allclose(found["lowest of the grid: 0.01"].get_xydata(), [[0.5, -0.2]])
    assert axes.get_xlabel() == "along direction 1 of the path (90.0% of its variance)"
    assert axes.get_ylabel() == "along direction 2 of the path (8.0% of its variance)"
    assert (axes.get_title(), bar.get_ylabel()) == ("a bowl", "loss")


def test_levels_go_by_the_logarithm():
    found = levels(bowl().losses)
    assert len(found) == 20
    np.testing.assert_allclose(np.diff(np.log(found)), np.log(found[1] / found[0]))
    np.testing.assert_allclose(found[[0, -1]], [0.01, bowl().losses.max()])
    axes = landscape_picture(bowl()).axes[0]
    drawn = axes.collections[0]
    assert isinstance(drawn.norm, LogNorm)
    np.testing.assert_allclose(drawn.levels, found, rtol=1e-6)
    assert drawn.cmap.name == "cividis"


def test_levels_of_odd_losses():
    np.testing.assert_allclose(levels(np.array([0.0, 100.0, np.nan]))[[0, -1]], [100, 101])
    np.testing.assert_allclose(levels(np.array([1e-30, 1.0]))[[0, -1]], [1e-6, 1])
    assert levels(np.array([np.nan]))[0] == 1


def test_random_directions_without_a_path():
    axes = landscape_picture(bowl("random", None, path=False, low_at=(0, 0))).axes[0]
    assert axes.get_xlabel() == "along random direction 1 (1: as long as the weights)"
    assert list(lines(axes)) == ["trained, lowest of the grid: 0.01"]


def test_a_surface(tmp_path):
    picture = landscape_picture(bowl(), surface=True)
    axes = picture.axes[0]
    assert axes.name == "3d"
    path = lines(axes)["training path, projected, updates 0 to 10"]
    x, y, z = path.get_data_3d()
    np.testing.assert_allclose(np.stack([x, y], axis=1), bowl().path)
    np.testing.assert_allclose(10.0 ** np.asarray(z), bowl().heights)
    assert axes.get_xlabel() == "path 1 (90.0%)"
    assert len(axes.collections[0].get_facecolor()) == 400
    save(picture, tmp_path / "x.png")


@pytest.mark.parametrize("surface", [False, True])
def test_chinese(surface, tmp_path):
    picture = landscape_picture(bowl(), "碗", surface, "zh")
    (legend,) = picture.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "训练路径（投影），第 0 至 10 次更新", "训练所得：0.3", "网格最低点：0.01",
    ]  # fmt: skip
    save(picture, tmp_path / "x.svg")


@pytest.mark.parametrize("losses", [np.zeros((21, 21)), np.ones((21, 21)), "holes"])
@pytest.mark.parametrize("surface", [False, True])
def test_odd_losses(losses, surface, tmp_path):
    one = bowl()
    if isinstance(losses, str):
        losses = one.losses.copy()
        losses[:3, :5], losses[4, 4] = np.nan, np.inf
    odd = Landscape(
        "path", AXIS, AXIS, losses, 1.0, one.path, one.heights, one.steps, one.shares, 4
    )
    save(landscape_picture(odd, surface=surface), tmp_path / "x.png")
