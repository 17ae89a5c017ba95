"""Activation functions: their values, derivatives, and where they saturate."""

import numpy as np
import pytest

from gradstone.errors import KindError, RangeError, UnknownNameError
from gradstone.graph.op import tagged
from gradstone.pictures.activation import (
    MARKED,
    activation_curve,
    activation_picture,
    saturation,
)
from gradstone.pictures.style import save

ALL = sorted(tagged("activation"))
AT = np.array(MARKED)


def drawn(axes):
    """The curves of a panel by their labels: {label: (x, y)}."""
    return {line.get_label(): line.get_data() for line in axes.get_lines()}


def test_the_values_of_n4():
    sigmoid, tanh = activation_curve("sigmoid", AT), activation_curve("tanh", AT)
    outputs = [0.11920292, 0.26894142, 0.5, 0.73105858, 0.88079708]
    np.testing.assert_allclose(sigmoid.y, outputs, atol=5e-9)
    slopes = [0.10499359, 0.19661193, 0.25, 0.19661193, 0.10499359]
    np.testing.assert_allclose(sigmoid.slope, slopes, atol=5e-9)
    flattening = [0.07065082, 0.41997434, 1, 0.41997434, 0.07065082]
    np.testing.assert_allclose(tanh.slope, flattening, atol=6e-9)


def test_the_picture_shows_these_values():
    (axes,) = activation_picture(["sigmoid"]).axes
    curve, slope = axes.get_lines()[0].get_data(), axes.get_lines()[2].get_data()
    for (x, y), value in ((curve, 0.88079708), (slope, 0.10499359)):
        assert y[np.searchsorted(x, 2.0)] == pytest.approx(value, abs=5e-9)
    marked = [line.get_xdata().tolist() for line in axes.get_lines() if len(line.get_xdata()) == 5]
    assert marked == [list(MARKED)] * 2
    assert axes.get_title().strip() == "sigmoid"
    assert axes.get_xlabel() == "x (weighted sum, net)"
    assert axes.get_xlim() == (-8, 8)
    left, right = axes.patches
    assert left.get_xy() == pytest.approx((-8, 0))
    assert left.get_width() == pytest.approx(8 - 5.988, abs=2e-3)
    assert right.get_x() == pytest.approx(5.988, abs=2e-3)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("sigmoid", -5.986, 5.986),  # s(1 − s) = 1/400
        ("tanh", -2.993, 2.993),  # artanh of the root of 0.99
        ("relu", 0.0, None),
        ("elu", np.log(0.01), None),
        ("softplus", -np.log(99), None),
        ("leaky_relu", None, None),
        ("heaviside", None, None),
    ],
)
def test_where_they_saturate(name, low, high):
    one = activation_curve(name)
    for found, wanted in ((one.low, low), (one.high, high)):
        assert (found is None) == (wanted is None)
        assert found is None or found == pytest.approx(wanted, abs=4e-3)


def test_a_slope_that_passes_through_zero_is_no_saturation():
    """gelu turns at −0.75; it is flat only far to the left."""
    one = activation_curve("gelu")
    assert one.low < -2.5
    assert one.high is None


def test_saturation_in_words():
    told = {name: saturation(activation_curve(name)) for name in ALL}
    assert told["tanh"] == "saturated for x < −2.99 and x > 2.99"
    assert told["relu"] == "saturated for x < 0"
    assert told["leaky_relu"] == "saturates nowhere"
    assert told["heaviside"] == "flat everywhere: no gradient"
    assert saturation(activation_curve("tanh"), "zh") == "饱和区：x < −2.99 和 x > 2.99"


def test_a_jump_is_no_line():
    for name, key in (("relu", "derivative"), ("heaviside", "f(x)")):
        (axes,) = activation_picture([name]).axes
        x, y = next(data for label, data in drawn(axes).items() if label.startswith(key))
        (gap,) = np.flatnonzero(np.isnan(y))
        assert x[gap - 1] == 0
        assert (y[gap - 1], y[gap + 1]) == (0, 1)
    (axes,) = activation_picture(["elu"]).axes
    assert all(np.isfinite(line.get_ydata()).all() for line in axes.get_lines())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_panel_each(language, tmp_path):
    picture = activation_picture(ALL, language)
    panels = [axes for axes in picture.axes if axes.get_title()]
    assert [axes.get_title().strip() for axes in panels] == ALL
    (legend,) = picture.legends
    words = [text.get_text() for text in legend.get_texts()]
    assert len(words) == len(set(words)) == 3
    assert any("饱和" in word for word in words) == (language == "zh")
    save(picture, tmp_path / "all.png")
    assert (tmp_path / "all.png").stat().st_size > 20_000


def test_the_empty_places_of_four_panels_stay_empty():
    picture = activation_picture(ALL[:4])
    assert [axes.axison for axes in picture.axes] == [True] * 4 + [False] * 2


def test_bad_names():
    with pytest.raises(UnknownNameError, match=r"'sigmiod'.*Did you mean sigmoid"):
        activation_picture(["relu", "sigmiod"])
    with pytest.raises(KindError, match=r"softmax: .*a function of one number"):
        activation_picture(["softmax"])
    with pytest.raises(RangeError, match="no names came"):
        activation_picture([])
