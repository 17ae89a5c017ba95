"""The cases of groups N and T of CASES.md, through `gs.train`: numbers known beforehand."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.batches import Batches
from gradstone.data.sets import handwritten_digits

N1 = {
    "W1": [[0.1, 0.3], [0.2, 0.4]],
    "b1": [0.55, 0.55],
    "W2": [[0.5, 0.7], [0.6, 0.8]],
    "b2": [0.66, 0.66],
}


def n1(steps, loss="half_sse"):
    net = gs.MLP([2, 2, 2], activation="sigmoid", output="sigmoid")
    return gs.train(
        net, [[0.1, 0.2]], [[0.01, 0.99]], loss, gs.sgd(0.5), steps, parameters=N1, dtype="float64"
    )


def close(found, wanted, tolerance=1e-12):
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


def test_n1_before_the_step():
    run = n1(0)
    close(run.predict([[0.1, 0.2]]), [[0.7987314002469799, 0.8374488853093651]])
    close(run.evaluate([[0.1, 0.2]], [[0.01, 0.99]])["loss"], 0.32268453216445836)


def test_n1_after_one_step():
    run = n1(1)
    close(run.history["loss"], [0.32268453216445836])
    p = run.parameters
    close(p["W1"].T.ravel(), [
        0.09944106304111716, 0.19888212608223432, 0.2993321068053894, 0.39866421361077886,
    ])  # fmt: skip
    close(p["W2"].T.ravel(), [
        0.45906664748018705, 0.5582041751584904, 0.7067040160870612, 0.8068452707843525,
    ])  # fmt: skip
    close(p["b1"], [0.5444106304111717, 0.5433210680538944])
    close(p["b2"], [0.596601947312975, 0.6703832581242021])
    close(run.predict([[0.1, 0.2]]), [[0.7789410338092726, 0.8397501320663255]])
    close(run.evaluate([[0.1, 0.2]], [[0.01, 0.99]])["loss"], 0.3069226681448798)


@pytest.mark.parametrize(
    ("steps", "error"),
    [(1, 0.3069226681448798), (10, 0.1405063495210135), (100, 0.0053953137700445825)],
)
def test_n1_error_after_steps(steps, error):
    run = n1(steps)
    close(run.evaluate([[0.1, 0.2]], [[0.01, 0.99]])["loss"], error)
    assert run.step == steps


def test_n1_mse_equals_half_sse_for_two_outputs():
    one, other = n1(3).parameters, n1(3, "mse").parameters
    close(one["W1"], other["W1"])


def test_n3_binary_cross_entropy():
    """Output deltas out − target: the bias of the output moves by rate times that."""
    moved = (np.array(N1["b2"]) - n1(1, "binary_cross_entropy").parameters["b2"]) / 0.5
    close(moved, [0.7887314002469799, -0.1525511146906349], 1e-10)
    against = (np.array(N1["b2"]) - n1(1).parameters["b2"]) / 0.5
    close(moved / against, [6.22047024, 7.34601379], 1e-8)


N5_X, N5_LABELS = [[0.5, -1.0, 2.0], [1.0, 0.3, -0.7]], [2, 0]
N5 = {
    "W1": [[0.2, -0.4], [-0.3, 0.1], [0.5, 0.6]],
    "b1": [0.1, -0.2],
    "W2": [[0.3, -0.5, 0.8], [-0.6, 0.4, 0.2]],
    "b2": [0.05, -0.1, 0.0],
}
N5_SLOPES = {
    "W1": [
        [-0.0462014578713601, 0.0678451030081739],
        [0.0231625892244497, 0.076747723326812],
        [-0.0433147294698443, -0.1627318783641961],
    ],
    "b1": [-0.0622984259521679, 0.0433258889106261],
    "W2": [
        [0.1416437876764707, 0.0662812331585877, -0.2079250208350584],
        [0.2551358699112585, -0.03318932518073, -0.2219465447305285],
    ],
    "b2": [-0.1222731062079472, 0.2076851983371964, -0.0854120921292492],
}


def n5(optimizer, epochs=1, output="softmax"):
    net = gs.MLP([3, 2, 3], activation="tanh", output=output)
    return gs.train(
        net, N5_X, N5_LABELS, "cross_entropy", optimizer, epochs, parameters=N5, dtype="float64"
    )


@pytest.mark.parametrize("output", ["softmax", None])
def test_n5_step(output):
    before = n5(gs.sgd(0.1), 0, output)
    close(before.predict_proba(N5_X), [
        [0.238712246788478, 0.1822734464278218, 0.5790143067837001],
        [0.5167415407956275, 0.233096950246571, 0.2501615089578014],
    ])  # fmt: skip
    run = n5(gs.sgd(0.1), 1, output)
    close(run.history["loss"], [0.6033202714054899])
    for name, slope in N5_SLOPES.items():
        close(run.parameters[name], np.array(N5[name]) - 0.1 * np.array(slope))
    close(run.evaluate(N5_X, N5_LABELS)["loss"], 0.5741491576815672)
    assert run.predict(N5_X).tolist() == [2, 0]


def test_n5_first_step_of_adam():
    run = n5(gs.adam(1e-3, epsilon=1e-8))
    close(run.parameters["W1"][0], [0.2009999997835567, -0.4009999998526055])


def test_t1_linear_regression_one_sample_at_a_time():
    x = np.linspace(-1, 1, 100)[:, None]
    y = 2 * x + 0.3 * np.random.RandomState(0).randn(100)[:, None]
    run = gs.train(
        gs.MLP([1, 1], initial="zeros"), x, y, "mse", gs.sgd(0.01), 20, 1, shuffle=False,
        validation=(x, y), dtype="float64",
    )  # fmt: skip
    costs = run.history["validation_loss"]
    assert costs[0] == pytest.approx(0.6142238553138578, rel=1e-9)
    assert costs[-1] == pytest.approx(0.0929209179627024, rel=1e-9)
    assert run.parameters["W1"][0, 0] == pytest.approx(2.0353041995218453, rel=1e-9)
    assert run.parameters["b1"][0] == pytest.approx(0.016611103453023347, rel=1e-9)
    assert run.step == 2000


def test_t1_full_batches_reach_least_squares():
    x = np.linspace(-1, 1, 100)[:, None]
    y = 2 * x + 0.3 * np.random.RandomState(0).randn(100)[:, None]
    run = gs.train(gs.MLP([1, 1]), x, y, "mse", gs.sgd(0.5), 200, 100, dtype="float64")
    assert run.parameters["W1"][0, 0] == pytest.approx(1.9554009703076833, rel=1e-9)
    assert run.parameters["b1"][0] == pytest.approx(0.017942404660345506, rel=1e-9)


def t2(rate, steps):
    random = np.random.RandomState(0)
    x, y = random.randn(64, 1000), random.randn(64, 10)
    start = {"W1": random.randn(1000, 100), "W2": random.randn(100, 10)}
    net = gs.MLP([1000, 100, 10], bias=False)
    return gs.train(net, x, y, "sse", gs.sgd(rate), steps, 64, parameters=start, metrics=(),
                    dtype="float64")  # fmt: skip


def test_t2_two_layers_without_biases():
    losses = t2(1e-6, 500).history["loss"]
    assert losses[0] == pytest.approx(26365524.193454307, rel=1e-9)
    assert losses[1] == pytest.approx(18539004.956771437, rel=1e-9)
    assert losses[499] < 1e-3


def test_t2_diverges_at_a_larger_rate():
    with pytest.warns(UserWarning, match="it diverges"):
        run = t2(1e-5, 500)
    assert run.status == "diverged"
    assert run.step == 3
    assert "step 3" in run.message
    assert "learning rate 1e-05 is probably too large" in run.message
    assert all(np.isfinite(value).all() for value in run.parameters.values())


def test_t3_a_small_relu_network():
    random = np.random.RandomState(0)
    x = np.linspace(-1, 1, 10)[:, None]
    y = random.normal(0, 0.2, (10, 1)) + x
    start = {"W1": random.normal(0, 0.1, (1, 3)), "W2": random.normal(0, 0.1, (3, 1))}
    net = gs.MLP([1, 3, 1], bias_initial=0.1)
    run = gs.train(net, x, y, "sse", gs.sgd(0.01), 300, 10, parameters=start, dtype="float64")
    mean_square = np.array(run.history["loss"]) / 10
    assert mean_square[0] == pytest.approx(0.31564311729868855, rel=1e-9)
    assert mean_square[10] == pytest.approx(0.2961574834741841, rel=1e-9)
    assert mean_square[100] == pytest.approx(0.029080768590995586, rel=1e-9)
    assert run.evaluate(x, y)["loss"] / 10 == pytest.approx(0.02745750535509455, rel=1e-9)


@pytest.mark.parametrize(("size", "last", "steps"), [(2000, 16, 320), (2048, 64, 320)])
def test_t4_iterations(size, last, steps):
    batches = Batches(size, 64)
    assert (batches.per_epoch, batches.last) == (32, last)
    run = gs.train(gs.MLP([1, 1]), np.zeros((size, 1)), np.zeros(size), epochs=10, batch_size=64)
    assert run.step == steps


def test_t5_without_activations():
    net = gs.MLP([1, 3, 1], activation=None)
    x = np.linspace(-2, 2, 9)[:, None]
    run = gs.train(net, x, 3 * x + 1, epochs=5, dtype="float64")
    W1, b1, W2, b2 = (run.parameters[name] for name in ("W1", "b1", "W2", "b2"))
    close(run.predict(x), x @ (W1 @ W2) + (b1 @ W2 + b2), 1e-14)


def rings(seed=0):
    """Points inside the circle of radius 1 against a ring from 1.5 to 2.5."""
    random = np.random.RandomState(seed)
    radius = np.concatenate([np.sqrt(random.rand(100)), 1.5 + random.rand(100)])
    angle = 2 * np.pi * random.rand(200)
    x = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return x, np.repeat([0, 1], 100)


@pytest.mark.parametrize(
    ("hidden", "low", "high"), [(1, 0.0, 0.8), (2, 0.8, 0.96), (3, 0.98, 1.0), (8, 0.98, 1.0)]
)
@pytest.mark.parametrize("seed", range(5))
def test_t6_what_hidden_neurons_can_do(hidden, low, high, seed):
    x, y = rings(seed)
    net = gs.MLP([2, hidden, 1], activation="tanh", output="sigmoid", initial="glorot")
    run = gs.train(net, x, y, optimizer=gs.sgd(0.5), epochs=3000, batch_size=200, seed=seed,
                   metrics=())  # fmt: skip
    accuracy = (run.predict(x) == y).mean()
    assert low <= accuracy <= high


def test_t7_digits():
    """Three of the seeds; ten belong to the command."""
    training, test = handwritten_digits().split(0.2, seed=0)
    net = gs.MLP([64, 64, 10], output="softmax")
    found = []
    for seed in range(3):
        run = gs.train(net, training.inputs, training.targets, epochs=30, seed=seed)
        found.append(run.evaluate(test.inputs, test.targets)["accuracy"])
        assert (run.predict(test.inputs) == test.targets).mean() == found[-1]
    assert np.median(found) >= 0.97
