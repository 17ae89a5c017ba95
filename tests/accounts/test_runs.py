"""The next step of a run: it is the very step that training does next."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.runs import next_step, training_rows

X = np.random.default_rng(0).normal(size=(60, 3))
T = (X[:, 0] + X[:, 1] > 0).astype(int)
NETWORK = gs.MLP([3, 4, 2], "tanh", "softmax")


def trained(dtype="float64", epochs=3, **options):
    options = {"batch_size": 8, "seed": 5, "validation": 0.2, "optimizer": gs.adam(0.01), **options}
    return gs.train(NETWORK, X, T, epochs=epochs, dtype=dtype, **options)


def step_of(run, x=X, t=T):
    return next_step(training_rows(run, x, t))


def shown(account):
    return " ".join(account.to_text().split())


def test_the_rows_are_those_of_training():
    """A callback would see the same batch: rows of the shuffled epoch, none held out."""
    run = trained()
    one = step_of(run)
    assert one.given.are_known
    assert len(one.given.x) == 48
    assert len(one.batch) == 8
    assert not np.array_equal(one.batch, np.arange(8))
    np.testing.assert_array_equal(one.graph.numbers.x, X[one.given.rows[one.batch]])
    assert not training_rows(run, X * 2, T).are_known


@pytest.mark.parametrize("shuffle", [True, False])
def test_training_on_does_this_step(shuffle):
    """With one batch an epoch, an epoch more is this step, moments and all."""
    run = trained(batch_size=48, shuffle=shuffle)
    account = step_of(run).account(detail="numbers")
    told = {name: account.array(f"new {name}") for name in run.parameters}
    run.fit(X, T, epochs=1)
    for name, value in run.parameters.items():
        np.testing.assert_allclose(told[name], value, rtol=1e-12, atol=1e-15)


def test_the_loss_is_that_of_the_next_epoch():
    run = trained(batch_size=48)
    own = step_of(run).own
    run.fit(X, T, epochs=1)
    assert run.history["loss"][-1] == pytest.approx(own, rel=1e-14)


def test_both_losses_are_told():
    run = trained("float32")
    one = step_of(run)
    wide = float(one.graph.trace[one.graph.total])
    assert 0 < abs(wide - one.own) < 1e-6
    page = shown(one.account())
    assert "in float64" in page
    assert "as the run computes it, in float32" in page
    assert f"Step {run.step} of the run" in page
    assert "The mean loss of the last epoch, 3, was" in page


def test_penalties_and_dropout_are_in_both_losses():
    layers = gs.Linear(3, 8), "relu", gs.Dropout(0.5), gs.Linear(8, 2), "softmax"
    run = gs.train(gs.Sequential(*layers), X, T, epochs=2, dtype="float64", l2=0.1)
    one = step_of(run)
    assert one.own == pytest.approx(float(one.graph.trace[one.graph.total]), rel=1e-14)


def test_health_stands_after_the_head():
    run = trained()
    assert [one.key for one in step_of(run).account().story.sections][:2] == ["head", "network"]
    run.history = {"accuracy": [0.1]}
    sections = [one.key for one in step_of(run).account().story.sections]
    assert sections[:2] == ["head", "health"]
    assert "health" not in [one.key for one in step_of(run).account(healthy=()).story.sections]


def test_paths_of_another_weight_keep_the_head():
    account = step_of(trained()).account()
    paths = account.paths("W1[2,3]")
    assert paths.sum == pytest.approx(account.array("dW1")[2, 3], rel=1e-12)
    assert "run_step" in str(paths.story.sections[0])


def test_the_worst_sample_is_a_wrong_one():
    run = trained(epochs=0)
    one = step_of(run)
    worst = one.worst()
    x, t = one.given.x[one.batch], one.given.t[one.batch]
    wrong = run.predict(x) != t
    assert wrong[worst]
    losses = -np.log(run.predict_proba(x)[np.arange(len(t)), t])
    assert losses[worst] == losses[wrong].max()


def test_where_nothing_is_wrong_there_is_no_worst_sample():
    assert step_of(trained(epochs=300)).worst() is None
    run = gs.train(gs.MLP([3, 1]), X, X[:, :1], epochs=1)
    assert step_of(run, X, X[:, :1]).worst() is None


def test_labels_that_are_words():
    words = np.array(["no", "yes"])[T]
    run = gs.train(NETWORK, X, words, epochs=2, dtype="float64", batch_size=8)
    assert step_of(run, X, words).own == pytest.approx(step_of(run, X, T).own)


def test_binary_losses():
    run = gs.train(gs.MLP([3, 4, 1], "tanh", "sigmoid"), X, T, epochs=0, dtype="float64")
    one = step_of(run)
    worst = one.worst()
    assert (run.predict_proba(one.given.x[one.batch])[worst, 0] > 0.5) != one.given.t[
        one.batch[worst], 0
    ]
