"""Histograms by layer: the numbers of the step, shares that add up, one scale a column."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.pictures.histograms import edges, histograms_picture
from gradstone.pictures.style import save

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)


@pytest.fixture(scope="module")
def run():
    return gs.train(gs.MLP([3, 5, 4, 2], "relu", "softmax"), X, Y, epochs=2, executor="interpreter")


def bars(axes):
    return [(one.get_x(), one.get_width(), one.get_height()) for one in axes.patches]


def test_rows_are_layers(run):
    picture = histograms_picture(run, X, Y, "a run")
    titles = [axes.get_title("left") for axes in picture.axes]
    assert titles == [
        "layer 1 · weights W1", "layer 1 · outputs (relu)", "layer 1 · gradient of W1",
        "layer 2 · weights W2", "layer 2 · outputs (relu)", "layer 2 · gradient of W2",
        "layer 3 · weights W3", "layer 3 · outputs (softmax)", "layer 3 · gradient of W3",
    ]  # fmt: skip
    assert [axes.get_ylabel() for axes in picture.axes[::3]] == ["share"] * 3
    assert picture.get_suptitle() == "a run"
    assert picture.get_supxlabel() == "Samples: 60. Zeros are counted, not drawn."


def test_the_numbers_are_those_of_the_step(run):
    trace = gs.step_trace(run.network, X, Y, parameters=run.parameters)
    picture = histograms_picture(run, X, Y)
    for row in range(3):
        for column, name in enumerate(("W{}", "out{}", "dW{}")):
            axes = picture.axes[3 * row + column]
            values = trace[name.format(row + 1)].ravel()
            drawn = sum(height for _, _, height in bars(axes))
            assert drawn == pytest.approx((values != 0).mean(), abs=1e-6)
            told = axes.texts[0].get_text()
            assert f"standard deviation {values.std():.2g}"[:-1] in told
            assert ("exactly 0" in told) == bool((values == 0).any())


def test_zeros_are_counted(run):
    out = gs.step_trace(run.network, X, Y, parameters=run.parameters)["out1"]
    told = histograms_picture(run, X, Y).axes[1].texts[0].get_text()
    assert f"exactly 0: {(out == 0).mean():.1%}" in told


def test_a_column_has_one_scale(run):
    axes = histograms_picture(run, X, Y).axes
    for column in range(3):
        assert len({one.get_xlim() for one in axes[column::3]}) == 1
        assert {len(one.patches) for one in axes[column::3]} == {50}


def test_saturation_in_chinese(tmp_path):
    network = gs.MLP([3, 4, 1], "tanh", initial=gs.normal_initial(20.0))
    run = gs.train(network, X, X[:, 1], epochs=0)
    picture = histograms_picture(run, X, X[:, 1], language="zh")
    told = picture.axes[1].texts[0].get_text()
    assert "标准差" in told
    share = float(told.rpartition("：")[2].rstrip("%"))
    net = X @ run.parameters["W1"] + run.parameters["b1"]
    assert share == pytest.approx(100 * (1 / np.cosh(net) ** 2 < 0.01).mean(), abs=0.06)
    assert "饱和" not in picture.axes[4].texts[0].get_text()
    assert "饱和" in picture.get_supxlabel()
    save(picture, tmp_path / "x.svg")


def test_numbers_that_are_all_alike(tmp_path):
    zeros = np.zeros((4, 1))
    run = gs.train(gs.MLP([1, 1]), zeros, zeros, epochs=0)
    picture = histograms_picture(run, zeros, zeros)
    assert "exactly 0: 100%" in picture.axes[1].texts[0].get_text()
    save(picture, tmp_path / "x.png")
    assert edges([np.array([3.0])])[[0, -1]].tolist() == [0.0, 6.0]
