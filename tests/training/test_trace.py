"""Every number of a step, by name."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.compare import compare
from gradstone.errors import GradstoneError, ShapeError
from gradstone.training.trace import step_trace
from tests.checking.hand import T1, X1
from tests.checking.steps import regression, regression_step
from tests.checking.traces import N1, N5, NO_SLOPE, names


def test_a_step_trace_holds_the_numbers_of_n1_and_n5():
    assert list(N1)[:8] == ["x", "t", "rate", "W1", "b1", "W2", "b2", "net1"]
    order = ["net2", "out2", "loss", "dout2", "dnet2", "dW2", "db2", "dout1", "dnet1", "dW1"]
    places = [list(N1).index(name) for name in order]
    assert places == sorted(places)
    assert N1["dnet2"][0, 0] == pytest.approx(0.12679610537405006, rel=1e-12)
    assert N1["new W1"][0, 0] == pytest.approx(0.09944106304111716, rel=1e-12)
    assert N1["after loss"] == pytest.approx(0.3069226681448798, rel=1e-12)
    assert N5["loss"] == pytest.approx(0.6033202714054899, rel=1e-12)
    assert N5["after loss"] == pytest.approx(0.5741491576815672, rel=1e-12)
    assert N5["out2"][0] == pytest.approx((0.238712246788478, 0.1822734464278218,
                                           0.5790143067837001), rel=1e-12)  # fmt: skip
    again = step_trace(gs.MLP([2, 2, 2], "sigmoid", "sigmoid"), X1, T1, "half_sse", gs.sgd(0.5),
                       N1.parameters_after, N1.state_after)  # fmt: skip
    assert again["loss"] == N1["after loss"]
    with pytest.raises(GradstoneError, match=r"'dnet9' is not known.*dnet2"):
        N1["dnet9"]


def test_deep_and_wide_networks_take_seconds_at_most():
    rng = np.random.default_rng(0)
    net = gs.MLP([20, 30, 30, 30, 30, 5], "tanh", "softmax")
    ours = step_trace(net, rng.normal(size=(16, 20)), rng.integers(0, 5, 16))
    theirs = dict(ours) | {"dnet3": ours["dout3"], "dW5": ours["dW5"] + 1.0}
    found = compare(ours, theirs)
    assert found.first.quantity == "dW5"
    assert NO_SLOPE in names(found)


def test_a_network_in_float32_is_right_and_its_mistakes_are_named():
    rng = np.random.default_rng(1)
    x, t = rng.normal(size=(32, 20)), rng.integers(0, 4, 32)
    ours = step_trace(gs.MLP([20, 40, 4], "relu", "softmax"), x, t, None, gs.sgd(0.1))
    p = {name: np.float32(ours[name]) for name in ("W1", "b1", "W2", "b2")}

    def theirs(mistake):
        net1 = np.float32(x) @ p["W1"] + p["b1"]
        out1 = np.maximum(net1, 0)
        z = out1 @ p["W2"] + p["b2"]
        powers = np.exp(z - z.max(1, keepdims=True))
        out2 = powers / powers.sum(1, keepdims=True)
        d2 = (out2 - np.eye(4, dtype=np.float32)[t]) / np.float32(32)
        d1 = (d2 @ p["W2"].T) * (1 if mistake else net1 > 0)
        g = {"W1": np.float32(x).T @ d1, "b1": d1.sum(0), "W2": out1.T @ d2, "b2": d2.sum(0)}
        new = {f"new {name}": p[name] - np.float32(0.1) * one for name, one in g.items()}
        return {"z1": net1, "out2": out2, **{f"d{name}": one for name, one in g.items()}, **new}

    assert all(one.dtype == np.float32 for one in theirs(False).values())
    assert compare(ours, theirs(False)).ok
    found = compare(ours, theirs(True))
    assert names(found) == [NO_SLOPE]
    assert found.first.quantity == "dW1"
    assert names(compare(ours, {k: v.tolist() for k, v in theirs(True).items()})) == [NO_SLOPE]


def test_a_penalty_belongs_to_the_loss():
    x, t, p = regression()
    net = gs.MLP([2, 4, 1])
    ours = step_trace(net, x, t, "mse", gs.sgd(0.1), p, l2=0.01)
    assert ours["loss"] == pytest.approx(
        regression_step(x, t, p)["loss"] + 0.01 * sum((p[name] ** 2).sum() for name in ("W1", "W2"))
    )
    slopes = {name: regression_step(x, t, p)[name] for name in ("dW2", "dW1")}
    found = compare(ours, slopes)
    assert names(found) == ["L2 penalty"]
    assert "a missing L2 penalty" in found.cause.explanation


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"loss": "mes"}, GradstoneError, "'mes' is not known"),
        ({"optimizer": "adm"}, GradstoneError, "'adm' is not known.*adam"),
        ({"parameters": {"W9": 1}}, GradstoneError, "'W9' is not known"),
        ({"parameters": {"W1": np.eye(3)}}, ShapeError, "W1"),
        ({"state": {"W9.m": 1}}, GradstoneError, "state.*'W9.m' is not known"),
        ({"x": np.zeros((1, 3))}, ShapeError, r"\(3,\)"),
    ],
)
def test_a_step_trace_that_cannot_be(arguments, error, words):
    given = {"x": X1, "t": T1, "loss": "half_sse", "optimizer": gs.sgd(0.5)} | arguments
    with pytest.raises(error, match=words):
        step_trace(gs.MLP([2, 2, 2], "sigmoid", "sigmoid"), **given)


def test_every_loss_and_optimizer_has_a_trace():
    rng = np.random.default_rng(2)
    x, t = rng.normal(size=(4, 3)), rng.uniform(0.1, 0.9, size=(4, 2))
    for loss, output in [("half_sse", None), ("sse", "tanh"), ("mse", "sigmoid"), ("mae", None),
                         ("binary_cross_entropy", "sigmoid"), ("binary_cross_entropy", None),
                         ("cross_entropy", "softmax"), ("cross_entropy", None),
                         ("cross_entropy_of_probabilities", "softmax")]:  # fmt: skip
        for optimizer in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"):
            goal = t / t.sum(1, keepdims=True) if "cross" in loss else t
            ours = step_trace(gs.MLP([3, 5, 2], "gelu", output), x, goal, loss, optimizer)
            assert compare(ours, dict(ours)).ok
            np.testing.assert_allclose(ours["dW2"], ours["out1"].T @ ours["dnet2"], rtol=1e-12)
