"""What a run says of new samples: predictions, probabilities, measures."""

import warnings

import numpy as np
import pytest

import gradstone as gs
from tests.training.reference import forward, softmax, some_parameters

RANDOM = np.random.RandomState(4)
X = RANDOM.randn(60, 2)
NUMBERS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
SIDES = X[:, 0] > 0


def classifier(y, outputs=3, output="softmax", epochs=30, **options):
    net = gs.MLP([2, 8, outputs], activation="tanh", output=output)
    return gs.train(net, X, y, optimizer=gs.adam(0.05), epochs=epochs, **options)


@pytest.mark.parametrize(
    "y",
    [
        NUMBERS,
        np.array(["ant", "bee", "cow"])[NUMBERS],
        np.array(["ant", "bee", "cow"], dtype=object)[NUMBERS],
        np.array(["ant", "bee", "cow"])[NUMBERS].tolist(),
        NUMBERS.tolist(),
        NUMBERS.astype(np.uint8),
    ],
)
def test_labels_come_back_as_they_went_in(y):
    run = classifier(y)
    found = run.predict(X)
    assert found.shape == (60,)
    assert set(found.tolist()) <= set(np.asarray(y).tolist())
    assert (found == np.asarray(y)).mean() > 0.9
    assert run.evaluate(X, y)["accuracy"] == (found == np.asarray(y)).mean()


@pytest.mark.parametrize("y", [SIDES, SIDES * 1, np.where(SIDES, "yes", "no")])
@pytest.mark.parametrize(("outputs", "output"), [(1, "sigmoid"), (2, "softmax")])
def test_two_classes_by_one_output_or_two(y, outputs, output):
    run = classifier(y, outputs, output)
    found = run.predict(X)
    assert found.shape == (60,)
    assert found.dtype.kind == y.dtype.kind
    assert (found == y).mean() > 0.9
    assert run.predict_proba(X).shape == (60, outputs)


def test_probabilities_sum_to_one_and_are_those_of_the_network():
    start = some_parameters([2, 8, 3])
    wanted = softmax(forward(start, X)[2])
    for output, loss in (
        ("softmax", None),
        (None, "cross_entropy"),
        ("softmax", "cross_entropy_of_probabilities"),
    ):
        run = classifier(NUMBERS, 3, output, epochs=0, loss=loss, parameters=start, dtype="float64")
        np.testing.assert_allclose(run.predict_proba(X), wanted, rtol=1e-13)
        assert run.predict_proba(X).sum(axis=1) == pytest.approx(1, abs=1e-15)
        assert (run.predict(X) == wanted.argmax(axis=1)).all()


def test_probabilities_of_one_output():
    start = some_parameters([2, 8, 1])
    wanted = 1 / (1 + np.exp(-forward(start, X)[2]))
    for output, loss in (("sigmoid", None), (None, "binary_cross_entropy")):
        run = classifier(SIDES, 1, output, epochs=0, loss=loss, parameters=start, dtype="float64")
        np.testing.assert_allclose(run.predict_proba(X), wanted, rtol=1e-13)
        assert (run.predict(X) == (wanted[:, 0] > 0.5)).all()


def test_several_yes_or_no_at_once():
    y = np.column_stack([X[:, 0] > 0, X[:, 1] > 0])
    run = classifier(y, 2, "sigmoid")
    assert run.predict(X).shape == (60, 2)
    assert run.evaluate(X, y)["accuracy"] == (run.predict(X) == y).mean() > 0.9


@pytest.mark.parametrize("shape", [(60,), (60, 1)])
def test_numbers_come_back_in_their_shape(shape):
    run = gs.train(gs.MLP([2, 4, 1]), X, X.sum(1).reshape(shape), epochs=1)
    assert run.predict(X).shape == shape
    assert run.predict(X[:1]).shape == (1, *shape[1:])
    assert run.predict(X).dtype == np.float32
    assert gs.train(gs.MLP([2, 4, 3]), X, RANDOM.randn(60, 3), epochs=1).predict(X).shape == (60, 3)


def test_one_hot_targets_give_numbers_of_classes():
    found = classifier(np.eye(3)[NUMBERS]).predict(X)
    assert (found == NUMBERS).mean() > 0.9


@pytest.mark.parametrize("loss", ["mse", "sse", "half_sse", "mae"])
def test_more_rows_than_a_chunk(loss):
    x = RANDOM.randn(10_001, 2)
    t = RANDOM.randn(10_001, 2)
    start = some_parameters([2, 5, 2])
    z = forward(start, x)[2]
    wanted = {
        "mse": ((z - t) ** 2).mean(),
        "sse": ((z - t) ** 2).sum(),
        "half_sse": ((z - t) ** 2).sum() / 2,
        "mae": np.abs(z - t).mean(),
    }[loss]
    net = gs.MLP([2, 5, 2], activation="tanh")
    run = gs.train(net, x, t, loss, epochs=0, parameters=start, dtype="float64")
    measured = run.evaluate(x, t)
    assert measured["loss"] == pytest.approx(wanted, rel=1e-12)
    assert measured["mae"] == pytest.approx(np.abs(z - t).mean(), rel=1e-12)
    assert measured["r2"] == pytest.approx(
        1 - ((z - t) ** 2).sum() / ((t - t.mean(0)) ** 2).sum(), rel=1e-12
    )
    np.testing.assert_allclose(run.predict(x), z, rtol=1e-12)


def test_more_labels_than_a_chunk():
    x, y = RANDOM.randn(5000, 2), RANDOM.randint(0, 3, 5000)
    start = some_parameters([2, 5, 3])
    p = softmax(forward(start, x)[2])
    net = gs.MLP([2, 5, 3], activation="tanh", output="softmax")
    run = gs.train(net, x, y, epochs=0, parameters=start, dtype="float64")
    measured = run.evaluate(x, y)
    assert measured["loss"] == pytest.approx(-np.log(p[np.arange(5000), y]).mean(), rel=1e-12)
    assert measured["accuracy"] == (p.argmax(axis=1) == y).mean()


def test_evaluate_takes_targets_of_another_kind():
    run = classifier(NUMBERS)
    rows = run.evaluate(X, np.eye(3)[NUMBERS])
    assert rows == pytest.approx(run.evaluate(X, NUMBERS), rel=1e-6)
    run.fit(X, np.eye(3)[NUMBERS], epochs=1)
    assert run.epoch == 31


def test_far_outside_the_training_range_warns():
    run = gs.train(gs.MLP([2, 4, 1]), X, X.sum(1), epochs=1)
    low, high = X.min(axis=0), X.max(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run.predict(X)
        run.predict([high + 0.9 * (high - low), low - 0.9 * (high - low)])
    far = [[0.0, 0.0], [0.0, high[1] + 1.5 * (high - low)[1]]]
    for ask in (run.predict, run.predict_proba):
        with pytest.warns(
            UserWarning, match=r"predict: 1 values lie far outside.*at \[1, 1\]"
        ) as told:
            ask(far)
        assert told[0].filename == __file__


def test_the_range_grows_with_each_fit(tmp_path):
    run = gs.train(gs.MLP([1, 1]), [[0.0], [1.0]], [0.0, 1.0], epochs=1)
    with pytest.warns(UserWarning, match="far outside"):
        run.predict([[50.0]])
    run.save(tmp_path)
    with pytest.warns(UserWarning, match=r"saw 0 … 1;"):
        gs.load(tmp_path).predict([[50.0]])
    run.fit([[30.0], [-5.0]], [1.0, 0.0], epochs=1)
    run.predict([[50.0]])


def test_a_feature_that_never_changed_has_the_width_of_the_widest():
    x = np.array([[0.0, 0.0], [1.0, 0.0]])
    run = gs.train(gs.MLP([2, 1]), x, [0.0, 1.0], epochs=1)
    run.predict([[0.5, 0.1]])
    with pytest.warns(UserWarning, match="training saw 0 … 0"):
        run.predict([[0.5, 1.5]])


def test_the_digits_of_the_test_side_are_not_far_outside():
    from gradstone.data.sets import handwritten_digits

    training, test = handwritten_digits().split()
    run = gs.train(gs.MLP([64, 10]), training.inputs, training.targets, epochs=1)
    assert run.predict(test.inputs).shape == (359,)
