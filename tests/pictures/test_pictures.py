"""Pictures: the right size, labelled axes, the numbers they were given."""

import struct
import sys
import warnings

import numpy as np
import pytest

from gradstone.errors import FileError, RangeError
from gradstone.graph.op import tagged
from gradstone.pictures import style
from gradstone.pictures.confusion import confusion, confusion_picture
from gradstone.pictures.loss import loss_name, loss_picture, trailing_mean
from gradstone.pictures.predictions import predictions_picture
from gradstone.pictures.samples import samples_picture

HISTORY = {
    "loss": [2.0, 0.5, 0.05],
    "accuracy": [0.3, 0.8, 0.95],
    "validation_loss": [1.5, 0.6, 0.2],
    "validation_accuracy": [0.4, 0.7, 0.9],
}


def size_of(path):
    """Width and height in pixels, from the head of the file."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


def lines_of(axes):
    return {line.get_label(): line.get_ydata().tolist() for line in axes.get_lines()}


def test_loss_and_accuracy():
    picture = loss_picture(HISTORY, "digits", "cross_entropy")
    loss, accuracy = picture.axes
    assert loss.get_xlabel() == accuracy.get_xlabel() == "epoch"
    assert loss.get_ylabel() == "loss (cross entropy)"
    assert accuracy.get_ylabel() == "accuracy"
    assert picture.get_suptitle() == "digits"
    assert lines_of(loss) == {"training": HISTORY["loss"], "validation": HISTORY["validation_loss"]}
    assert lines_of(accuracy)["validation"] == HISTORY["validation_accuracy"]
    assert loss.get_lines()[0].get_xdata().tolist() == [1, 2, 3]
    assert {line.get_color() for line in loss.get_lines()} == {"#0072B2", "#D55E00"}


@pytest.mark.parametrize(
    ("losses", "scale"),
    [
        ([2.0, 1.0, 0.5], "linear"),
        ([2.0, 0.5, 0.05], "log"),
        ([2.0, 0.0], "linear"),
        ([2.0, float("nan"), 0.01], "log"),
        ([float("nan")], "linear"),
        ([1e30, 1.0], "log"),
    ],
)
def test_the_scale_follows_the_range(losses, scale, tmp_path):
    picture = loss_picture({"loss": losses})
    assert picture.axes[0].get_yscale() == scale
    style.save(picture, tmp_path / "loss.png")


def test_the_first_epochs_of_r2_do_not_hide_the_others():
    picture = loss_picture({"loss": [3.0, 1.0], "r2": [-4000.0, 0.9], "mae": [2.0, 0.1]})
    assert picture.axes[1].get_ylabel() == "R²"
    low, high = picture.axes[1].get_ylim()
    assert (low, high) == (-0.5, 1.02)


def test_an_r2_that_stays_low_is_seen():
    history = {"loss": [5.0, 4.0, 3.0, 2.0], "r2": [-80.0, -6.0, -4.0, -3.0]}
    low, high = loss_picture(history).axes[1].get_ylim()
    assert low < -4
    assert high == 1.02


@pytest.mark.parametrize("history", [{}, {"loss": []}, {"loss": [1.0]}, {"loss": [1.0, 2.0]}])
def test_few_epochs(history, tmp_path):
    style.save(loss_picture(history), tmp_path / "loss.png")
    assert size_of(tmp_path / "loss.png") == (810, 600)


def test_counting():
    found = confusion(np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 2, 0]), 4)
    assert found.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]


def test_confusion():
    counts = np.array([[35, 1, 0], [0, 30, 2], [0, 0, 9]])
    picture = confusion_picture(counts, ["a", "b", "c"], "kinds")
    axes = picture.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    assert axes.get_title() == "kinds: 74 of 77 right, 96.1%"
    assert [text.get_text() for text in axes.get_xticklabels()] == ["a", "b", "c"]
    places = {text.get_position(): text for text in axes.texts}
    assert {place: text.get_text() for place, text in places.items()} == {
        (0, 0): "35", (1, 0): "1", (1, 1): "30", (2, 1): "2", (2, 2): "9",
    }  # fmt: skip
    assert places[0, 0].get_color() == "white"
    assert places[1, 0].get_color() == "black"


@pytest.mark.parametrize("classes", [2, 25, 26, 200])
def test_confusion_of_many_classes(classes, tmp_path):
    names = [f"class number {number}" for number in range(classes)]
    picture = confusion_picture(np.eye(classes, dtype=int), names)
    style.save(picture, tmp_path / "confusion.png")
    width, height = size_of(tmp_path / "confusion.png")
    assert 690 <= height < width <= 1900
    assert len(picture.axes[0].get_xticklabels()) <= 60
    assert bool(picture.axes[0].texts) == (classes <= 25)


def test_confusion_without_rows(tmp_path):
    style.save(confusion_picture(np.zeros((2, 2), int), ["a", "b"]), tmp_path / "x.png")


def test_predictions(tmp_path):
    true, predicted = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
    picture = predictions_picture(true, predicted, "price", "houses.csv")
    (axes,) = picture.axes
    assert axes.get_xlabel() == "price, true"
    assert axes.get_ylabel() == "price, predicted"
    assert axes.get_xlim() == axes.get_ylim()
    assert axes.collections[0].get_offsets().tolist() == [[1, 1.5], [2, 2], [4, 3]]
    style.save(picture, tmp_path / "x.png")
    assert size_of(tmp_path / "x.png") == (840, 810)


@pytest.mark.parametrize("count", [1, 600])
def test_predictions_that_are_all_alike(count, tmp_path):
    style.save(predictions_picture(np.ones(count), np.ones(count), "x"), tmp_path / "x.png")


def test_samples(tmp_path):
    images = np.random.default_rng(0).random((9, 8, 8))
    picture = samples_picture(images, list("012345678"), list("012345679"), "digits")
    (axes,) = picture.axes
    words = [text.get_text() for text in axes.texts]
    assert words == [*"01234567", "8 (is 9)"]
    assert axes.texts[0].get_color() == style.BLUE
    assert axes.texts[-1].get_color() == style.ORANGE
    style.save(picture, tmp_path / "x.png")


@pytest.mark.parametrize("name", ["$\\frac$", "a$b", "line\nbreak", "中文", "ß" * 300, "", "\t"])
def test_names_from_outside(name, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        counts = np.eye(2, dtype=int)
        style.save(confusion_picture(counts, [name, "b"], name), tmp_path / "a.png")
        one = np.ones(2)
        style.save(predictions_picture(one, one, name, name), tmp_path / "b.png")
        style.save(loss_picture(HISTORY, name), tmp_path / "c.png")


def test_no_global_state(tmp_path):
    style.save(loss_picture(HISTORY), tmp_path / "x.png")
    assert "matplotlib.pyplot" not in sys.modules


def test_a_picture_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="can be written"):
        style.save(loss_picture(HISTORY), tmp_path / "file" / "x.png")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# Averages and languages -----------------------------------------------------------------------
def test_the_trailing_mean_includes_the_current_value():
    values = [10.0, 0.0, 5.0, 1.0]
    assert trailing_mean(values, 1).tolist() == values
    assert trailing_mean(values, 2).tolist() == [10.0, 5.0, 2.5, 3.0]
    assert trailing_mean(values, 3).tolist() == [10.0, 5.0, 5.0, 2.0]
    assert trailing_mean(values, 100).tolist() == [10.0, 5.0, 5.0, 4.0]
    assert trailing_mean([], 3).tolist() == []


@pytest.mark.parametrize("window", [1, 2, 7, 50, 51, 80])
def test_the_trailing_mean_by_hand(window):
    values = np.random.default_rng(0).random(50)
    wanted = [values[max(0, k + 1 - window) : k + 1].mean() for k in range(50)]
    np.testing.assert_allclose(trailing_mean(values, window), wanted)


def test_a_spike_shows_at_once_and_no_longer_than_the_window():
    values = np.zeros(20)
    values[10] = 4.0
    assert np.flatnonzero(trailing_mean(values, 4)).tolist() == [10, 11, 12, 13]
    values[10] = np.nan
    assert np.flatnonzero(np.isnan(trailing_mean(values, 4))).tolist() == [10, 11, 12, 13]


def test_a_window_of_none():
    with pytest.raises(RangeError, match="window of an average: 0 came"):
        loss_picture(HISTORY, average=0)


def test_averaged_curves():
    picture = loss_picture(HISTORY, loss="mse", average=2, counted="update")
    loss = picture.axes[0]
    assert loss.get_xlabel() == "update"
    drawn = lines_of(loss)
    assert drawn["training"] == HISTORY["loss"]
    assert drawn["training, mean of the last 2"] == [2.0, 1.25, 0.275]
    assert drawn["validation, mean of the last 2"] == pytest.approx([1.5, 1.05, 0.4])
    assert [len(one.get_texts()) for one in picture.legends] == [4]
    assert all(axes.get_legend() is None for axes in picture.axes)


def test_pictures_in_chinese(tmp_path):
    loss, accuracy = loss_picture(HISTORY, "手写数字", "cross_entropy", "zh").axes
    assert loss.get_xlabel() == "轮次（epoch）"
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("损失（交叉熵）", "准确率")
    assert set(lines_of(loss)) == {"训练集", "验证集"}
    assert loss_picture({"loss": []}, language="zh").axes[0].texts[0].get_text().startswith("没有")
    picture = confusion_picture(np.eye(2, dtype=int), ["a", "b"], "测试", "zh")
    axes = picture.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("预测类别", "真实类别")
    assert axes.get_title() == "测试：2 个中 2 个正确，100.0%"
    one = np.ones(2)
    axes = predictions_picture(one, one, "价格", "x", "zh").axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("价格（真实值）", "价格（预测值）")
    images = np.zeros((1, 8, 8))
    axes = samples_picture(images, ["3"], ["5"], "x", "zh").axes[0]
    assert axes.texts[0].get_text() == "3（应为 5）"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        style.save(picture, tmp_path / "zh.svg")


def test_a_loss_that_no_table_names():
    assert loss_name("my_new_loss", "zh") == "my new loss"
    for name in tagged("loss"):
        assert loss_name(name, "en") == name.replace("_", " ")
        assert loss_name(name, "zh") != loss_name(name, "en"), name
