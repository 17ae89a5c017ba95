"""Losses with class weights, metrics, and which outputs go with which losses."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import RangeError, UnknownNameError
from tests.training.reference import (
    cross_entropy_and_gradients,
    forward,
    mse_and_gradients,
    softmax,
    some_parameters,
)

RANDOM = np.random.RandomState(2)
X = RANDOM.randn(30, 3)
LABELS = RANDOM.choice(3, 30, p=[0.6, 0.3, 0.1])
START = some_parameters([3, 4, 3])
ONE = some_parameters([3, 4, 1])


def classifier(y=LABELS, epochs=1, **options):
    net = gs.MLP([3, 4, 3], activation="tanh", output="softmax")
    options = {"parameters": START, "dtype": "float64", "optimizer": gs.sgd(0.5)} | options
    return gs.train(net, X, y, epochs=epochs, batch_size=30, **options)


def binary(y, epochs=1, **options):
    net = gs.MLP([3, 4, 1], activation="tanh", output="sigmoid")
    options = {"parameters": ONE, "dtype": "float64", "optimizer": gs.sgd(0.5)} | options
    return gs.train(net, X, y, epochs=epochs, batch_size=30, **options)


def test_cross_entropy_and_its_step_by_hand():
    loss, gradients = cross_entropy_and_gradients(START, X, LABELS)
    run = classifier()
    assert run.history["loss"][0] == pytest.approx(loss, rel=1e-12)
    for name in START:
        wanted = START[name] - 0.5 * gradients[name]
        np.testing.assert_allclose(run.parameters[name], wanted, rtol=1e-12)


@pytest.mark.parametrize("kind", ["labels", "floats", "one-hot", "bool rows"])
def test_targets_of_one_meaning_give_one_run(kind):
    rows = np.eye(3)[LABELS]
    kinds = {"labels": LABELS, "floats": LABELS * 1.0, "one-hot": rows, "bool rows": rows > 0}
    loss = {"loss": "cross_entropy"} if kind == "floats" else {}
    run = classifier(kinds[kind], epochs=3, **loss)
    np.testing.assert_allclose(run.parameters["W1"], classifier(epochs=3).parameters["W1"])
    assert run.history["accuracy"] == classifier(epochs=3).history["accuracy"]


COUNTS = np.bincount(LABELS, minlength=3)
BALANCED = 30 / (3 * COUNTS)


@pytest.mark.parametrize(
    ("given", "weights"),
    [
        ("balanced", BALANCED),
        ({0: 1.0, 1: 2.0, 2: 5.0}, [1, 2, 5]),
        ([0.5, 0.0, 3.0], [0.5, 0, 3]),
        (np.array([1.0, 1.0, 1.0]), [1, 1, 1]),
    ],
)
def test_class_weights(given, weights):
    p = softmax(forward(START, X)[2])
    each = np.asarray(weights)[LABELS]
    loss = (-np.log(p[np.arange(30), LABELS]) * each).mean()
    delta = (p - np.eye(3)[LABELS]) * each[:, None] / 30
    run = classifier(class_weights=given)
    assert run.history["loss"][0] == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(
        run.parameters["b2"], START["b2"] - 0.5 * delta.sum(0), rtol=1e-12, atol=1e-14
    )


def test_class_weights_of_one_hot_targets_and_of_names():
    names = np.array(["cat", "dog", "eel"])[LABELS]
    wanted = classifier(class_weights="balanced").parameters["W1"]
    one_hot = classifier(np.eye(3)[LABELS], class_weights="balanced").parameters["W1"]
    by_name = dict(zip(["cat", "dog", "eel"], BALANCED, strict=True))
    named = classifier(names, class_weights=by_name).parameters["W1"]
    np.testing.assert_allclose(one_hot, wanted, rtol=1e-12)
    np.testing.assert_allclose(named, wanted, rtol=1e-12)


def test_balanced_where_a_class_is_missing():
    y = np.where(LABELS == 1, 0, LABELS)
    run = classifier(y, class_weights="balanced")
    counts = np.bincount(y, minlength=3)
    assert run.plan.objective.class_weights == (30 / (2 * counts[0]), 1.0, 30 / (2 * counts[2]))


@pytest.mark.parametrize("form", [lambda y: y, lambda y: y[:, None] * 1.0, lambda y: y > 0])
@pytest.mark.parametrize(("given", "ratio"), [([1.0, 4.0], None), ("balanced", "balanced")])
def test_class_weights_of_two_classes(form, given, ratio):
    y = (LABELS == 0).astype(int)
    weights = given if ratio is None else [30 / (2 * (30 - y.sum())), 30 / (2 * y.sum())]
    p = 1 / (1 + np.exp(-forward(ONE, X)[2][:, 0]))
    each = np.where(y, weights[1], weights[0])
    loss = (-each * np.where(y, np.log(p), np.log(1 - p))).mean()
    delta = each * (p - y) / 30
    run = binary(form(y), class_weights=given)
    assert run.history["loss"][0] == pytest.approx(loss, rel=1e-12)
    assert run.parameters["b2"][0] == pytest.approx(ONE["b2"][0] - 0.5 * delta.sum(), rel=1e-12)


def test_accuracy_is_the_share_of_right_predictions():
    run = classifier(epochs=5)
    measured = run.evaluate(X, LABELS)["accuracy"]
    assert measured == (run.predict(X) == LABELS).mean()
    y = LABELS == 0
    run = binary(y, epochs=5)
    assert run.evaluate(X, y)["accuracy"] == (run.predict(X) == y).mean()


def test_accuracy_agrees_with_predict_where_all_outputs_are_equal():
    with pytest.warns(UserWarning, match="start equal"):
        run = classifier(epochs=0, parameters={n: 0 * v for n, v in START.items()})
    assert run.predict(X).tolist() == [0] * 30
    assert run.evaluate(X, LABELS)["accuracy"] == (LABELS == 0).mean()


def test_accuracy_beside_a_loss_on_numbers():
    rows = np.eye(3)[LABELS]
    run = classifier(rows, epochs=3, loss="mse", metrics="accuracy")
    hits = run.predict(X).argmax(1) == LABELS
    assert run.evaluate(X, rows)["accuracy"] == hits.mean()
    y = (LABELS == 0) * 1.0
    run = binary(y, loss="mse", metrics=["accuracy"])
    assert run.evaluate(X, y)["accuracy"] == ((run.predict(X) > 0.5) == y).mean()


def test_r2_and_mae_by_formula():
    t = RANDOM.randn(30, 3) + np.array([0, 5, -5])
    net = gs.MLP([3, 4, 3], activation="tanh")
    run = gs.train(net, X, t, epochs=10, optimizer=gs.sgd(0.1), dtype="float64", batch_size=7)
    z = run.predict(X)
    found = run.evaluate(X, t)
    assert found["loss"] == pytest.approx(((z - t) ** 2).mean(), rel=1e-12)
    assert found["mae"] == pytest.approx(np.abs(z - t).mean(), rel=1e-12)
    assert found["r2"] == pytest.approx(1 - ((z - t) ** 2).sum() / ((t - t.mean(0)) ** 2).sum())
    assert np.isnan(run.evaluate(X, np.ones((30, 3)))["r2"])


@pytest.mark.parametrize(("loss", "factor"), [("mse", 1), ("sse", 60), ("half_sse", 30)])
def test_losses_on_numbers_differ_by_a_factor(loss, factor):
    start, t = some_parameters([3, 4, 2]), RANDOM.randn(30, 2)
    net, value = gs.MLP([3, 4, 2], activation="tanh"), mse_and_gradients(start, X, t)[0]
    run = gs.train(net, X, t, loss, parameters=start, dtype="float64", epochs=1, batch_size=30)
    assert run.history["loss"][0] == pytest.approx(factor * value, rel=1e-12)


def test_default_losses_and_metrics():
    def chosen(net, y):
        objective = gs.train(net, X, y, epochs=0).plan.objective
        return objective.loss, objective.metrics

    numbers = ("mse", ("r2", "mae"))
    assert chosen(gs.MLP([3, 3], output="softmax"), LABELS) == ("cross_entropy", ("accuracy",))
    assert chosen(gs.MLP([3, 3]), LABELS)[0] == "cross_entropy"
    assert chosen(gs.MLP([3, 3]), LABELS.astype(str))[0] == "cross_entropy"
    assert chosen(gs.MLP([3, 1], output="sigmoid"), LABELS > 0)[0] == "binary_cross_entropy"
    assert chosen(gs.MLP([3, 1]), LABELS) == numbers
    assert chosen(gs.MLP([3, 3]), np.eye(3)[LABELS]) == numbers


def test_folded_and_unfolded_outputs_are_one_training():
    folded = classifier(epochs=5)
    bare = gs.MLP([3, 4, 3], activation="tanh")
    run = gs.train(bare, X, LABELS, "cross_entropy", gs.sgd(0.5), 5, 30, parameters=START,
                   dtype="float64")  # fmt: skip
    assert (run.parameters["W1"] == folded.parameters["W1"]).all()
    assert (run.predict_proba(X) == folded.predict_proba(X)).all()
    through = classifier(epochs=5, loss="cross_entropy_of_probabilities")
    np.testing.assert_allclose(through.parameters["W1"], folded.parameters["W1"], rtol=1e-10)
    assert run.predict_proba(X).sum(axis=1) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"loss": "crossentropy"}, UnknownNameError, ["loss", "Did you mean cross_entropy"]),
        ({"metrics": ["acuracy"]}, UnknownNameError, ["metric", "Did you mean accuracy"]),
        ({"metrics": ["r2"]}, RangeError, ["metric", "r2 came", "accuracy goes with"]),
        ({"loss": "binary_cross_entropy"}, RangeError, ["softmax", "cross_entropy goes with"]),
        ({"l1": -1}, RangeError, ["l1", "-1 came", "from 0"]),
        ({"l2": float("nan")}, RangeError, ["l2", "nan came"]),
        ({"clip": 0}, RangeError, ["clip", "0 came", "above 0"]),
        ({"class_weights": [1, 2]}, RangeError, ["class_weights", "2 came", "3 classes"]),
        ({"class_weights": [1, 2, -3]}, RangeError, ["class_weights", "-3 came"]),
        ({"class_weights": {0: 1, 1: 2}}, RangeError, ["nothing came for 2"]),
        ({"class_weights": {0: 1, 1: 2, 2: 1, 7: 1}}, UnknownNameError, ["'7'", "0, 1, 2"]),
        ({"class_weights": "even"}, RangeError, ["'even' came", "balanced"]),
        (
            {"class_weights": [1, 2, 3], "loss": "cross_entropy_of_probabilities"},
            RangeError,
            ["class_weights", "cross_entropy is wanted"],
        ),
    ],
)
def test_what_does_not_go_together(options, kind, words):
    with pytest.raises(kind) as caught:
        classifier(**options)
    assert all(word in str(caught.value) for word in words), caught.value
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("net", "loss", "words"),
    [
        (gs.MLP([3, 1]), "cross_entropy", ["one output", "binary_cross_entropy"]),
        (gs.MLP([3, 1], output="softmax"), None, ["one output", "binary_cross_entropy"]),
        (gs.MLP([3, 3], output="sigmoid"), "cross_entropy", ["binary_cross_entropy goes with"]),
        (gs.MLP([3, 3]), "cross_entropy_of_probabilities", ["softmax", "Use cross_entropy"]),
        (gs.Sequential("softmax"), None, ["network", "without parameters", "Linear"]),
    ],
)
def test_networks_and_losses_that_exclude_each_other(net, loss, words):
    with pytest.raises(RangeError) as caught:
        gs.train(net, X, LABELS, loss=loss)
    assert all(word in str(caught.value) for word in words), caught.value
