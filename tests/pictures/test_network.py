"""The drawn network: as many lines as weights, in their colours and widths, and what it says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection

import gradstone as gs
from gradstone.pictures.network import column, network_picture
from gradstone.pictures.style import save, two_sided

W1 = [[2.0, -1.0, 0.0], [0.5, 0.25, -2.0]]
GIVEN = {"W1": W1, "b1": [1.0, 0.0, -2.0], "W2": [[1.0], [-4.0], [2.0]], "b2": [0.5]}


def small(**options):
    return network_picture(gs.MLP([2, 3, 1], "tanh", "sigmoid"), GIVEN, **options)


def lines(picture):
    return [one for one in picture.axes[0].collections if isinstance(one, LineCollection)]


def neurons(picture):
    return [one for one in picture.axes[0].collections if isinstance(one, PathCollection)]


def words(picture):
    return [text.get_text() for text in picture.axes[0].texts]


def test_a_line_for_each_weight():
    first, second = lines(small())
    assert (first.get_label(), second.get_label()) == ("W1", "W2")
    assert (len(first.get_segments()), len(second.get_segments())) == (6, 3)
    widths = first.get_linewidths()
    assert list(widths) == sorted(widths)
    assert widths[-1] == pytest.approx(0.15 + 5 * 2 / 4)
    assert second.get_linewidths()[-1] == pytest.approx(5.15)


def test_lines_lead_from_and_to_the_right_neurons():
    picture = small()
    places = [one.get_offsets() for one in neurons(picture)]
    strongest = lines(picture)[1].get_segments()[-1]  # −4, from the second neuron
    np.testing.assert_allclose(strongest[0], places[1][1])
    np.testing.assert_allclose(strongest[1], places[2][0])


def test_colours_are_symmetric_about_0():
    picture = small()
    colours = two_sided()
    np.testing.assert_allclose(lines(picture)[1].get_colors()[-1], colours(0.0))
    np.testing.assert_allclose(lines(picture)[0].get_colors()[0], colours(0.5))
    np.testing.assert_allclose(neurons(picture)[1].get_facecolors(), colours([0.625, 0.5, 0.25]))
    assert picture.axes[1].get_ylim() == (-4, 4)
    assert picture.axes[1].get_ylabel() == "weight (lines), bias (neurons)"


def test_what_it_says():
    told = words(small(inputs=("left", "$right$"), outputs=("one",), title="xor"))
    assert {"left", r"\$right\$", "one", "2 inputs", "3 neurons\ntanh", "1 neuron\nsigmoid"} <= {
        *told
    }
    assert {"−4", "0.25", "2", "−2", "0.5"} <= set(told)  # weights and biases of small networks
    assert small(title="xor").axes[0].get_title() == "xor"
    assert "$x_{2}$" in words(small())


def test_chinese(tmp_path):
    picture = small(language="zh")
    assert {"2 个输入", "3 个神经元\ntanh"} <= set(words(picture))
    assert picture.axes[1].get_ylabel() == "权重（连线）与偏置（神经元）"
    save(picture, tmp_path / "network.svg")


def test_wide_layers_are_shortened(tmp_path):
    network = gs.MLP([64, 40, 14], "relu", dropout=0.2, bias=False)
    picture = network_picture(network, network.initial_values(0), [f"pixel {k}" for k in range(64)])
    assert [len(one.get_offsets()) for one in neurons(picture)] == [12, 12, 14]
    assert [len(one.get_segments()) for one in lines(picture)] == [144, 168]
    told = words(picture)
    assert {"52 more", "28 more", "64 inputs", "40 neurons\nrelu\ndropout 0.2"} <= set(told)
    assert {"pixel 0", "pixel 5", "pixel 58", "pixel 63"} <= set(told)
    assert "pixel 6" not in told
    assert picture.axes[1].get_ylabel() == "weight (lines)"
    save(picture, tmp_path / "network.png")


def test_the_ends_of_a_wide_layer_keep_their_weights():
    network = gs.MLP([20, 1])
    weights = np.zeros((20, 1))
    weights[19] = 3.0
    (drawn,) = lines(network_picture(network, {"W1": weights, "b1": [0.0]}))
    last = neurons(network_picture(network, {"W1": weights, "b1": [0.0]}))[0].get_offsets()[-1]
    np.testing.assert_allclose(drawn.get_segments()[-1][0], last)


def test_columns_are_centred():
    for size in (1, 2, 14, 15, 64, 1000):
        heights = column(size).heights
        assert sum(heights) == pytest.approx(0)
        assert list(heights) == sorted(heights, reverse=True)
    assert column(14).gap is False
    assert column(15).places == (0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14)


@pytest.mark.parametrize("sizes", [[1, 1], [2, 1], [3, 20, 3], [1, 1, 1, 1]])
def test_other_networks(sizes, tmp_path):
    network = gs.Sequential(gs.Flatten(), *gs.MLP(sizes, "relu").layers)
    zeros = {name: np.zeros(one.shape) for name, one in network.parameters().items()}
    save(network_picture(network, zeros), tmp_path / "x.png")


@pytest.mark.parametrize("layers", [[2, 3, 1], [3, 2, 4, 2], [1, 4, 1]])
def test_written_weights_do_not_cover_each_other(layers):
    net = gs.MLP(layers, "tanh")
    picture = network_picture(net, net.initial_values(0))
    picture.draw_without_rendering()
    count = sum(a * b for a, b in pairwise(layers))
    numbers = picture.axes[0].texts[:count]
    boxes = [one.get_window_extent() for one in numbers]
    for place, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:place])
