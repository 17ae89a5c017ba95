"""Numbers that leave the finite: training stops, says where and why, and nothing is lost."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.training.guard import culprit, reason

RANDOM = np.random.RandomState(5)
X = RANDOM.randn(20, 3)
T = X @ [[1.0], [2.0], [-1.0]]


def finite(run):
    return all(np.isfinite(value).all() for value in run.parameters.values())


def test_a_rate_too_large_diverges_and_says_so(tmp_path):
    net = gs.MLP([3, 8, 1], activation=None)
    with pytest.warns(UserWarning, match="training stopped at step") as told:
        run = gs.train(net, X, T, optimizer=gs.sgd(3.0), epochs=500, batch_size=20)
    assert run.status == "diverged"
    assert run.message == str(told[0].message)
    assert told[0].filename == __file__
    for words in ("it diverges", "the loss rose from", "learning rate 3 is probably", "Try 0.3"):
        assert words in run.message
    assert finite(run)
    assert f"stopped at step {run.step} (from 0) in epoch {run.epoch + 1}" in run.message
    assert len(run.history["loss"]) == run.epoch
    assert np.isfinite(run.predict(X)).all()
    run.save(tmp_path)
    again = gs.load(tmp_path)
    assert (again.status, again.message) == ("diverged", run.message)
    again.fit(X, T, epochs=1, batch_size=20)


def test_the_step_is_the_one_where_it_happened():
    x, t = np.ones((1, 1)), [0.0]
    # z = w: w ← w − 2·rate·w = −999 w, so the loss w² first exceeds 10⁶ at update 2 (999⁴ ≈ 10¹²)
    net = gs.MLP([1, 1], bias=False, initial=1.0)
    with pytest.warns(UserWarning, match=r"step 2 \(from 0\) in epoch 3"):
        run = gs.train(net, x, t, "sse", gs.sgd(500.0), 10, dtype="float64")
    assert run.step == 2
    assert run.parameters["W1"][0, 0] == 999.0**2


def test_the_best_parameters_survive_divergence():
    with pytest.warns(UserWarning, match="the parameters of epoch 1 are restored"):
        run = gs.train(
            gs.MLP([3, 1]), X, T, optimizer=gs.sgd(2.0), epochs=500, batch_size=20,
            early_stopping=400, validation=(X, T),
        )  # fmt: skip
    assert run.evaluate(X, T)["loss"] == pytest.approx(run.history["validation_loss"][0], rel=1e-6)


def test_log_of_zero_is_named():
    net = gs.MLP([3, 2], output="softmax")
    with pytest.warns(UserWarning, match="the loss became") as told:
        run = gs.train(
            net, X, [0, 1] * 10, "cross_entropy_of_probabilities", epochs=3,
            parameters={"W1": 1e4 * RANDOM.randn(3, 2)},
        )  # fmt: skip
    message = str(told[0].message)
    assert "it began in cross_entropy_of_probabilities (loss): log(0) = -inf" in message
    assert "step 0 (from 0) in epoch 1" in message
    assert "Scale the inputs" in message
    assert (run.step, run.status) == (0, "diverged")
    assert finite(run)


def test_an_overflow_is_named_by_its_role():
    x = np.full((4, 1), 1e30)
    net = gs.MLP([1, 1], initial=1e30)
    with pytest.warns(
        UserWarning, match=r"began in affine \(net1\): matmul of values up to 1e\+30 = inf"
    ):
        gs.train(net, x, [0.0] * 4, epochs=1)


def test_parameters_that_overflow_in_the_very_last_step():
    """The loss of that step is finite; no later one would tell."""
    net = gs.MLP([1, 1], bias=False, initial=1.0)
    with pytest.warns(UserWarning, match="parameters are not finite any more") as told:
        run = gs.train(net, [[1e15]], [0.0], "sse", gs.sgd(1e10), 1, metrics=())
    assert "it began in multiply: multiply(1e+10, 2e+30) = inf" in str(told[0].message)
    assert run.parameters["W1"] == 1.0
    assert (run.step, run.epoch) == (0, 0)


def test_state_goes_back_with_the_parameters():
    with pytest.warns(UserWarning, match="stopped"):
        run = gs.train(
            gs.MLP([3, 8, 1], activation=None), X, T, epochs=500, batch_size=7,
            optimizer=gs.momentum(3.0),
        )  # fmt: skip
    assert run.loop.carried.state["step"] == run.step
    assert all(np.isfinite(one).all() for one in run.loop.carried.state.values())


def test_a_loss_may_grow_less_than_a_million_times():
    run = gs.train(gs.MLP([1, 1], initial=0.0), [[1.0]], [1.0], optimizer=gs.sgd(0.52), epochs=50)
    assert run.status == "finished"
    assert run.history["loss"][-1] > run.history["loss"][0]


def test_no_culprit_where_all_is_finite():
    from gradstone.graph.node import apply, input_node
    from gradstone.graph.walk import Graph

    x = input_node((2,), "float64")
    graph = Graph((x,), (apply("log", x),), {})
    assert culprit(graph, [np.ones(2)]) == ""
    assert culprit(graph, [np.zeros(2)]) == "it began in log: log(0) = -inf"
    assert reason(1.0, float("nan"), 0.1, 5).startswith("Try a learning rate below 0.1")
