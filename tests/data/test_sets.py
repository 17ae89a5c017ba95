"""The built-in set is the published one, and splits keep every row and every share."""

import hashlib

import numpy as np
import pytest

from gradstone.data.sets import DataSet, handwritten_digits, stratified_split
from gradstone.errors import DataError, RangeError, ShapeError

# Of the 1797 images as bytes, row by row, in the copy that scikit-learn ships.
DIGITS_SHA256 = "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3"


def test_digits():
    digits = handwritten_digits()
    assert digits.inputs.shape == (1797, 64)
    assert digits.inputs.dtype == np.float64
    assert digits.targets.dtype == np.int64
    assert (digits.inputs.min(), digits.inputs.max()) == (0, 1)
    sixteenths = (digits.inputs * 16).astype(np.uint8)
    assert hashlib.sha256(sixteenths.tobytes()).hexdigest() == DIGITS_SHA256
    assert np.bincount(digits.targets).tolist() == [
        178, 182, 177, 183, 181, 182, 181, 179, 174, 180,
    ]  # fmt: skip
    assert digits.targets[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert digits.classes == tuple("0123456789")
    assert len(digits.features) == 64
    assert len(digits) == 1797


def test_digits_as_images():
    images = handwritten_digits(flat=False)
    assert images.inputs.shape == (1797, 8, 8)
    assert (images.inputs.reshape(1797, 64) == handwritten_digits().inputs).all()
    place = images.features.index("pixel_2_5")
    assert (images.inputs[:, 2, 5] == handwritten_digits().inputs[:, place]).all()


def test_split_of_the_digits():
    digits = handwritten_digits()
    training, test = stratified_split(digits.targets, 0.2, seed=0)
    assert (len(training), len(test)) == (1438, 359)
    assert np.sort(np.concatenate((training, test))).tolist() == list(range(1797))
    for digit in range(10):
        count = (digits.targets == digit).sum()
        assert (digits.targets[test] == digit).sum() == np.floor(count * 0.2 + 0.5)
    one, two = digits.split(0.2, seed=0)
    assert (one.inputs == digits.inputs[training]).all()
    assert (two.targets == digits.targets[test]).all()
    assert (one.name, two.features) == (digits.name, digits.features)


def test_the_split_of_case_t7_never_changes():
    training, test = stratified_split(handwritten_digits().targets, 0.2, seed=0)
    assert test[:12].tolist() == [7, 10, 13, 20, 23, 24, 26, 31, 35, 36, 38, 44]
    assert int(test.sum()) == 310426
    assert int(training.sum()) == 1797 * 1796 // 2 - 310426


def test_splits_by_seed():
    labels = ["a"] * 10 + ["b"] * 7 + ["c"]
    first, again = stratified_split(labels, 0.3, 5), stratified_split(labels, 0.3, 5)
    assert [side.tolist() for side in first] == [side.tolist() for side in again]
    tests = {tuple(stratified_split(labels, 0.3, seed)[1].tolist()) for seed in range(5)}
    assert len(tests) > 3
    training, test = first
    assert (len(training), len(test)) == (13, 5)
    assert 17 in training


@pytest.mark.parametrize("fraction", [0, 1, -0.2, 1.5, float("nan")])
def test_fractions_out_of_range(fraction):
    with pytest.raises(RangeError, match="between 0 and 1"):
        stratified_split([0, 0, 1, 1], fraction)


@pytest.mark.parametrize(("labels", "fraction"), [([], 0.2), ([0, 1, 2], 0.2), ([0, 1], 0.9)])
def test_an_empty_side(labels, fraction):
    with pytest.raises(DataError, match="both sides a row"):
        stratified_split(labels, fraction)


def test_labels_in_columns():
    with pytest.raises(ShapeError, match=r"shape \(2, 1\) came"):
        stratified_split([[0], [1]], 0.5)


def test_regression_is_split_at_random():
    inputs, targets = np.arange(20.0).reshape(10, 2), np.arange(10.0)
    line = DataSet("line", inputs, targets, ("a", "b"), task="regression")
    training, test = line.split(0.3)
    assert (len(training), len(test)) == (7, 3)
    assert (test.inputs[:, 0] == 2 * test.targets).all()


def test_a_target_for_each_input():
    with pytest.raises(ShapeError, match="3 inputs, 2 targets"):
        DataSet("odd", np.zeros((3, 1)), np.zeros(2), ("a",))
