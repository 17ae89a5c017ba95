"""Arrays that cannot be used: one line that says what came, what was wanted, what to do."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import DataError, NoGradientError, RangeError, ShapeError

RANDOM = np.random.RandomState(6)
X = RANDOM.randn(10, 2)
NUMBERS, CLASSES = X.sum(1), np.arange(10) % 3


def regress(x, y, outputs=1, **options):
    return gs.train(gs.MLP([2, 3, outputs]), x, y, epochs=1, **options)


def classify(x, y, **options):
    return gs.train(gs.MLP([2, 3, 3], output="softmax"), x, y, epochs=1, **options)


def binary(x, y):
    return gs.train(gs.MLP([2, 3, 1], output="sigmoid"), x, y, epochs=1)


def holed(array, place, value=np.nan):
    array = np.array(array, dtype=float)
    array[place] = value
    return array


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: regress(X[:, 0], NUMBERS), ShapeError, ["X: ", "(10,)", "X[:, None]"]),
        (lambda: regress(5.0, NUMBERS), ShapeError, ["X: ", "()"]),
        (lambda: regress(X[:, [0, 1, 1]], NUMBERS), ShapeError, ["(3,)", "(2,) is wanted"]),
        (lambda: regress(X.reshape(5, 2, 2), NUMBERS), ShapeError, ["(2, 2)", "gs.Flatten()"]),
        (lambda: regress(X[:0], []), DataError, ["X: ", "(0, 2)", "at least one sample"]),
        (lambda: regress([["a", "b"]] * 10, NUMBERS), DataError, ["X: ", "'a'", "numbers"]),
        (lambda: regress([[1, 2], [3]], [1, 2]), DataError, ["X: ", "array is wanted"]),
        (lambda: regress(X + 1j, NUMBERS), DataError, ["X: ", "complex", "numbers"]),
        (lambda: regress([[None, 1.0]] * 10, NUMBERS), DataError, ["X: ", "numbers"]),
        (
            lambda: regress(holed(X, (3, 1)), NUMBERS),
            DataError,
            ["X: 1 not finite", "nan at [3, 1]", "Drop or fill"],
        ),
        (
            lambda: regress(holed(X, 2, np.inf), NUMBERS),
            DataError,
            ["2 not finite", "inf at [2, 0]"],
        ),
        (lambda: regress(holed(X, (1, 0), 1e300), NUMBERS), DataError, ["in float32", "[1, 0]"]),
        (lambda: regress(X, NUMBERS[:9]), ShapeError, ["y: 9 targets", "10 samples"]),
        (lambda: regress(X, 3.0), ShapeError, ["y: 3.0 came", "10 samples"]),
        (lambda: regress(X, None), ShapeError, ["y: None came"]),
        (lambda: regress(X, [[1], [1, 2]] * 5), DataError, ["y: ", "array is wanted"]),
        (
            lambda: regress(X, NUMBERS, outputs=3),
            ShapeError,
            ["y: shape (10,)", "(10, 3) is wanted", "cross_entropy"],
        ),
        (lambda: regress(X, X), ShapeError, ["y: shape (10, 2)", "(10, 1) is wanted"]),
        (lambda: regress(X, holed(NUMBERS, 4)), DataError, ["y: 1 not finite", "nan at [4]"]),
        (lambda: regress(X, holed(NUMBERS, 4, 1e200)), DataError, ["y: ", "in float32"]),
        (lambda: regress(X, ["a"] * 10), DataError, ["y: ", "'a'", "classification loss"]),
        (
            lambda: classify(X, CLASSES + 1),
            RangeError,
            ["labels from 1 to 3", "0 to 2 are wanted", "subtract 1?"],
        ),
        (lambda: classify(X, CLASSES * 5), RangeError, ["labels from 0 to 10", "0 to 2"]),
        (lambda: classify(X, CLASSES - 1), RangeError, ["labels from -1 to 1", "0 to 2"]),
        (
            lambda: classify(X, CLASSES + 0.5, loss="cross_entropy"),
            RangeError,
            ["fractions", "whole numbers"],
        ),
        (lambda: classify(X, holed(CLASSES, 2)), DataError, ["y: 1 not finite", "nan at [2]"]),
        (lambda: classify(X, list("abcdefghij")), DataError, ["10 classes", "3 are wanted"]),
        (lambda: classify(X, ["a", "b"] * 5), DataError, ["2 classes came (a, b)", "3 are wanted"]),
        (lambda: classify(X, ["a", None] * 5), DataError, ["y: ", "one kind", "Fill or drop"]),
        (lambda: classify(X, ["a", "b", 3, 4, 5.0] * 2), DataError, ["y: "]),
        (lambda: classify(X, np.eye(4)[CLASSES]), ShapeError, ["(10, 4)", "(10, 3)"]),
        (lambda: classify(X, 2.0 * np.eye(3)[CLASSES]), RangeError, ["from 0 to 2", "0 to 1"]),
        (lambda: binary(X, CLASSES), RangeError, ["from 0 to 2", "0 to 1 is wanted"]),
        (lambda: binary(X, np.where(X[:, 0] > 0, 1, -1)), RangeError, ["from -1 to 1", "0 to 1"]),
        (lambda: binary(X, ["a", "b", "c", "a", "b"] * 2), DataError, ["3 classes", "two are"]),
        (lambda: binary(X, ["a"] * 10), DataError, ["1 classes came (a)", "two are wanted"]),
        (
            lambda: classify(X, [np.datetime64("2020-01-01")] * 10),
            DataError,
            ["y: "],
        ),
        (
            lambda: gs.train(gs.MLP([2, 3, 1], activation="heaviside"), X, NUMBERS),
            NoGradientError,
            ["heaviside", "sigmoid"],
        ),
    ],
)
def test_arrays_that_cannot_be_used(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert "\n" not in message
    assert len(message) < 220


def test_samples_for_a_trained_run():
    run = classify(X, np.array(["a", "b", "c"])[CLASSES])
    for ask in (run.predict, run.predict_proba):
        with pytest.raises(ShapeError, match=r"\(3,\) came"):
            ask(np.ones((4, 3)))
        with pytest.raises(DataError, match=r"nan at \[0, 0\]"):
            ask([[np.nan, 1.0]])
    with pytest.raises(DataError, match="labels d came: known are a, b, c"):
        run.evaluate(X, ["d"] * 10)
    with pytest.raises(ShapeError, match="2 targets came"):
        run.evaluate(X, ["a", "b"])
    with pytest.raises(DataError, match="labels z"):
        run.fit(X, ["z", "a"] * 5)


def test_wide_types_are_taken():
    regress(X.astype(np.float16), NUMBERS.astype(np.float16))
    regress((X * 10).astype(int), (NUMBERS * 10).astype(np.int16))
    regress(X > 0, NUMBERS > 0)
    regress(X.astype(object), NUMBERS.tolist())
    regress(np.asfortranarray(X), NUMBERS[::-1])
    regress(X.tolist(), NUMBERS.tolist())
