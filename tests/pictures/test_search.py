"""Pictures of the rate finder, of sweeps and of searches."""

from dataclasses import replace

import numpy as np
import pytest

from gradstone.data.drawn import drawn_set
from gradstone.pictures.rate import rate_picture
from gradstone.pictures.style import content
from gradstone.pictures.sweep import places, sweep_picture
from gradstone.pictures.tuning import (
    choices_picture,
    history_picture,
    importance_picture,
    shown_choices,
)
from gradstone.pictures.words.search import PHRASES
from gradstone.studies.rate import RateTest
from gradstone.studies.setting import CHOICES, Setting
from gradstone.studies.sweep import Point, Sweep, sweep
from gradstone.studies.tuning import Attempt, Tuning

RATES = np.geomspace(1e-4, 10.0, 50)
CURVE = np.concatenate([np.full(20, 2.0), np.linspace(2.0, 0.5, 20), np.linspace(0.6, 3.0, 10)])
TEST = RateTest(
    RATES, CURVE + 0.1, CURVE, RATES[39] / 10, RATES[39], RATES[30], RATES[49], 10.0, "sgd", "mse",
    2.1,
)  # fmt: skip


def words(picture):
    """All text of a picture, drawn, as one string."""
    from matplotlib.text import Text

    content(picture, ".png")
    return "\n".join(text.get_text() for text in picture.findobj(Text))


def lines(axes):
    return {line.get_label(): line for line in axes.get_lines()}


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


# The rate finder --------------------------------------------------------------------------------
def test_rate():
    picture = rate_picture(TEST, "moons")
    (axes,) = picture.axes
    assert axes.get_xscale() == "log"
    assert axes.get_title() == "Learning-rate range test: moons"
    assert axes.get_xlabel() == "learning rate (rises with each update)"
    assert axes.get_ylabel() == "loss (mse)"
    drawn = lines(axes)
    np.testing.assert_allclose(drawn["loss of each batch"].get_ydata(), TEST.losses)
    np.testing.assert_allclose(drawn["exponential average"].get_ydata(), TEST.smoothed)
    suggested = drawn[f"suggestion {TEST.suggestion:.2g}"]
    assert suggested.get_xdata()[0] == TEST.suggestion
    lowest = drawn[f"lowest at {TEST.lowest_at:.2g}"]
    assert (lowest.get_xdata()[0], lowest.get_ydata()[0]) == (TEST.lowest_at, 0.5)
    (shade,) = axes.patches
    assert shade.get_label() == "too large"
    assert shade.get_x() == pytest.approx(TEST.lowest_at)
    assert shade.get_x() + shade.get_width() == pytest.approx(10.0)


def test_a_rate_that_could_not_be_found():
    short = RateTest(
        RATES[:12], CURVE[:12], CURVE[:12], None, RATES[11], None, None, 10.0, "sgd", "mse", 2.0
    )
    picture = rate_picture(short, "moons")
    assert not any(label.startswith("suggestion") for label in lines(picture.axes[0]))
    assert not picture.axes[0].patches


def test_rates_too_small_are_not_shaded_and_their_ticks_stand_apart():
    rates = np.geomspace(1e-9, 1e-8, 12)
    flat = RateTest(
        rates, CURVE[:12], CURVE[:12], None, rates[5], None, None, 1e-8, "sgd", "mse", 2.0
    )
    picture = rate_picture(flat)
    content(picture, ".png")
    (axes,) = picture.axes
    assert not axes.patches
    told = [one for one in axes.get_xticklabels(which="both") if one.get_text()]
    seen = [one.get_text() for one in told if 0.99e-9 < one.get_position()[0] < 1.01e-8]
    assert seen == ["1e-09", "1e-08", "2e-09", "5e-09"]


def test_the_median_of_several_trainings_is_called_so():
    several = replace(TEST, trainings=20)
    assert "loss of each batch, median of 20 trainings" in lines(rate_picture(several).axes[0])
    assert "20 次训练的中位数" in words(rate_picture(several, language="zh"))


def test_rate_in_chinese():
    told = words(rate_picture(TEST, "双月牙", "zh"))
    for phrase in ("学习率范围测试：双月牙", "建议值", "过大", "均方误差"):
        assert phrase in told


# Sweeps -----------------------------------------------------------------------------------------
def point(value, held_out, losses=((1.0, 0.5), (1.2, 0.7), (0.8, 0.3))):
    losses = np.array(losses)
    count = len(losses)
    return Point(
        value, Setting(), losses, losses[:, -1], np.full(count, 0.9), np.array(held_out), 10,
        np.full(count, 20), np.full(count, 0.1), 0,
    )  # fmt: skip


def drawn(choice, values, measure="accuracy"):
    points = tuple(point(one, (0.8, 0.7, 0.9)) for one in values)
    return Sweep(choice, measure, 3, points)


def test_sweep():
    left, right = sweep_picture(drawn("hidden", ["1", "4", "16"]), "moons").axes
    assert (left.get_xlabel(), left.get_ylabel()) == ("epoch", "training loss")
    assert labels(left) == ["1", "4", "16"]
    assert left.get_legend().get_title().get_text() == "hidden neurons"
    curve = lines(left)["4"]
    assert curve.get_xdata().tolist() == [1, 2]
    assert curve.get_ydata().tolist() == [1.0, 0.5]
    assert len(left.collections) == 3  # the bands
    band = left.collections[1].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0.3, 1.2)
    assert (right.get_xlabel(), right.get_ylabel()) == ("hidden neurons", "accuracy at the end")
    assert right.get_xscale() == "log"
    median = lines(right)["held out, median"]
    assert median.get_xdata().tolist() == [1, 4, 16]
    assert median.get_ydata().tolist() == [0.8] * 3
    assert len(lines(right)["held out, each seed"].get_xdata()) == 9
    assert lines(right)["training, median"].get_ydata().tolist() == [0.9] * 3


def test_sweep_against_updates():
    left = sweep_picture(drawn("batch-size", ["8", "full"]), counted="update").axes[0]
    assert left.get_xlabel() == "update"
    assert lines(left)["8"].get_xdata().tolist() == [10, 20]
    assert labels(left) == ["8", "all"]


def test_a_curve_ends_where_most_seeds_diverged():
    inf = np.inf
    wild = point("1", (0.5, 0.5, 0.5), ((1, 2, inf), (1, inf, inf), (1, 3, inf)))
    left = sweep_picture(Sweep("learning-rate", "r2", 3, (wild,))).axes[0]
    assert lines(left)["1"].get_xdata().tolist() == [1, 2]


def test_values_that_diverged_are_crosses_on_the_axis():
    inf = np.inf
    fine = point("0.1", (0.9, 0.8, 0.7))
    wild = replace(point("1", (-1e9, -1e8, 0.5), ((1, inf),) * 3), diverged=2)
    right = sweep_picture(Sweep("learning-rate", "r2", 3, (fine, wild))).axes[1]
    found = lines(right)
    np.testing.assert_array_equal(found["held out, median"].get_ydata(), [0.8, np.nan])
    assert np.nanmax(found["held out, each seed"].get_xdata()) == 0.1
    assert found["diverged"].get_xdata().tolist() == [1.0]
    assert right.get_ylim()[0] == pytest.approx(0.65)
    none = sweep_picture(Sweep("learning-rate", "r2", 3, (wild,))).axes[1]
    assert lines(none)["diverged"].get_xdata().tolist() == [1.0]
    assert "diverged" not in lines(sweep_picture(drawn("hidden", ["1", "2"])).axes[1])


@pytest.mark.parametrize(
    ("choice", "values", "where", "tenfold"),
    [
        ("hidden", ["1", "2", "8"], [1, 2, 8], True),
        ("hidden", ["1", "8-8"], [0, 1], False),
        ("layers", ["0", "3"], [0, 3], False),
        ("optimizer", ["sgd", "adam"], [0, 1], False),
        ("batch-size", ["8", "full"], [0, 1], False),
    ],
)
def test_where_values_lie(choice, values, where, tenfold):
    found, log = places(drawn(choice, values))
    assert found.tolist() == where
    assert log is tenfold


def test_names_are_not_joined_by_a_line():
    right = sweep_picture(drawn("optimizer", ["sgd", "adam", "adamw"])).axes[1]
    assert lines(right)["held out, median"].get_linestyle() == "None"
    assert [one.get_text() for one in right.get_xticklabels()] == ["sgd", "adam", "adamw"]


def test_sweep_of_true_figures_in_chinese():
    def rows(setting):
        return drawn_set("sine", 30), drawn_set("sine", 30, seed=1)

    found = sweep(rows, "activation", ["tanh", "none"], Setting((4,), epochs=3), 2)
    told = words(sweep_picture(found, "正弦", "zh"))
    for phrase in ("只改变激活函数：正弦", "训练损失", "最终 R²", "留出集，中位数", "轮次", "无"):
        assert phrase in told


@pytest.mark.parametrize("choice", sorted(CHOICES))
def test_every_choice_has_a_name(choice):
    assert f"choice_{choice}" in PHRASES


# Searches ---------------------------------------------------------------------------------------
def attempt(number, status, loss, rate, optimizer="adam"):
    choices = {"layers": 1, "width1": 4 + number, "optimizer": optimizer, "learning_rate": rate}
    return Attempt(number, status, choices, loss, 5, 0.9, 0.1)


TUNING = Tuning(
    "moons", "accuracy",
    (
        attempt(0, "complete", 0.8, 0.1), attempt(1, "pruned", 0.9, 0.001),
        attempt(2, "complete", 0.2, 0.3, "sgd"), attempt(3, "complete", 0.5, 0.02),
        attempt(4, "failed", np.inf, 0.2),
    ),
    {"learning_rate": 0.7, "width1": 0.2, "optimizer": 0.1},
)  # fmt: skip


def test_history():
    (axes,) = history_picture(TUNING, "moons").axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("trial", "validation loss")
    found = lines(axes)
    assert list(found["complete"].get_xdata()) == [0, 2, 3]
    assert list(found["pruned"].get_ydata()) == [0.9]
    assert list(found["best so far"].get_ydata()) == [0.8, 0.2, 0.2]
    star = found["best, trial 2"]
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (2, 0.2)


def test_importance():
    (axes,) = importance_picture(TUNING, "moons").axes
    assert [bar.get_width() for bar in axes.patches] == [0.1, 0.2, 0.7]
    told = [one.get_text() for one in axes.get_yticklabels()]
    assert told == ["optimizer", "neurons in layer 1", "learning rate"]


def test_choices():
    panels = [axes for axes in choices_picture(TUNING, "moons").axes if axes.get_visible()]
    told = [axes.get_xlabel() for axes in panels]
    assert told == ["neurons in layer 1", "learning rate", "optimizer"]  # layers never varied
    assert panels[1].get_xscale() == "log"
    assert [one.get_text() for one in panels[2].get_xticklabels()] == ["adam", "sgd"]
    pruned, complete, star = panels[1].get_lines()
    assert list(pruned.get_xdata()) == [0.001]
    assert list(complete.get_xdata()) == [0.1, 0.3, 0.02]
    assert star.get_xdata()[0] == 0.3


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_search_that_has_hardly_begun(language):
    one = Tuning("x", "r2", TUNING.attempts[:1])
    assert shown_choices(one) == []
    (axes,) = history_picture(one, "x").axes
    assert axes.get_xlim() == (-0.5, 0.5)
    assert "pruned" not in labels(axes)
    for picture in (history_picture, importance_picture, choices_picture):
        assert words(picture(one, "x", language))


def test_search_in_chinese():
    told = "".join(
        words(picture(TUNING, "双月牙", "zh"))
        for picture in (history_picture, importance_picture, choices_picture)
    )
    for phrase in ("验证损失", "提前剪除", "重要性", "第 1 层神经元数", "最好：第 2 次试验"):
        assert phrase in told
