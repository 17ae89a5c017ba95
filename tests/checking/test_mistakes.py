"""Every mistake of CASES.md that a gradient can show, made by hand in NumPy, is named."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.audit import audit
from gradstone.checking.mistakes import MISTAKES
from gradstone.checking.planting import recognised
from gradstone.execute.interpreter import run
from gradstone.functions.trace import trace
from tests.checking.hand import (
    LABELS5,
    PARAMETERS1,
    PARAMETERS5,
    T1,
    X1,
    X5,
    n1_gradient,
    n5_gradient,
    sigmoid,
    softmax,
    updated,
)

RATE = 0.5


def n1(p):
    hidden = gs.sigmoid(X1 @ p["W1"] + p["b1"])
    return gs.half_sse(gs.sigmoid(hidden @ p["W2"] + p["b2"]), T1)


def n1_by_hand(p):
    hidden = 1 / (1 + gs.exp(-(X1 @ p["W1"] + p["b1"])))
    out = 1 / (np.exp(-(hidden @ p["W2"] + p["b2"])) + 1)
    return 0.5 * gs.sum((out - T1) ** 2)


def n1_black_box(p):
    hidden = sigmoid(np.asarray(X1 @ p["W1"] + p["b1"]))
    return float(0.5 * np.sum((sigmoid(hidden @ p["W2"] + p["b2"]) - T1) ** 2))


def n5(p):
    return gs.cross_entropy(gs.tanh(X5 @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"], LABELS5)


def names(found):
    return [cause.name for cause in found.causes]


def test_hand_written_gradients_are_right():
    assert audit(n1, PARAMETERS1, grad=n1_gradient).passed
    assert audit(n1_by_hand, PARAMETERS1, grad=n1_gradient).passed
    assert audit(n1_black_box, PARAMETERS1, grad=n1_gradient).passed
    assert audit(n5, PARAMETERS5, grad=n5_gradient).passed


# mistake of the hand-written code, the name it must get, the place, the arrays
OF_N1 = [
    ("no slope at the output", "local derivative missing", "layer 2", "W1 b1 W2 b2"),
    ("no slope in the hidden layer", "local derivative missing", "layer 1", "W1 b1"),
    ("net slope at the output", "derivative taken of the net", "layer 2", "W1 b1 W2 b2"),
    ("slope of the output", "derivative taken at the output", "layer 2", "W1 b1 W2 b2"),
    ("total E", "the error in place of the difference", "half_sse", "W1 b1 W2 b2"),
    ("own E", "the error in place of the difference", "half_sse", "W1 b1 W2 b2"),
    ("one path", "one path only", "W2", "W1 b1"),
    ("own path", "one path only", "W2", "W1 b1"),
    ("W2 transposed", "weights transposed in the backward pass", "W2", "W1 b1"),
    ("error sent back", "delta without its local derivative sent back", "", "W1 b1"),
    ("shares", "error split by weight shares", "", "W1 b1"),
    ("x in dW2", "another layer's input in the weight gradient", "W2", "W2"),
    ("net in dW2", "another layer's input in the weight gradient", "W2", "W2"),
    ("weight itself", "the weight itself in its gradient", "W2", "W2"),
    ("bias in its gradient", "bias multiplied into its gradient", "b2", "b2"),
    ("W1 transposed", "weights transposed in the forward pass", "W1", "W1 b1 W2 b2"),
    ("bias left out", "bias left out of the forward pass", "b1", "W1 b1 W2 b2"),
]


@pytest.mark.parametrize(("mistake", "name", "place", "arrays"), OF_N1)
@pytest.mark.parametrize("function", [True, False])
def test_mistakes_of_learners(mistake, name, place, arrays, function):
    offered = (lambda p: n1_gradient(p, mistake)) if function else n1_gradient(PARAMETERS1, mistake)
    found = audit(n1, PARAMETERS1, grad=offered)
    assert not found.passed
    assert names(found) == [name]
    assert place in found.causes[0].place or found.causes[0].place == "everywhere"
    assert found.causes[0].entries == tuple(arrays.split())
    assert found.cause.startswith(name)


def test_first_wrong_numbers_of_the_table():
    """The hand-written mistakes are those of CASES.md."""
    expected = {
        "no slope at the output": ("b2", 0.788731400),
        "net slope at the output": ("b2", -0.411370063),
        "slope of the output": ("b2", 0.168798578),
        "total E": ("b2", 0.051874620),
        "own E": ("b2", 0.050004035),
        "x in dW2": ("W2", 0.012679611),
        "weight itself": ("W2", 0.063398053),
        "no slope in the hidden layer": ("b1", 0.048861491),
        "bias in its gradient": ("b2", 0.083685430),
        "one path": ("W1", 0.00145044753),
    }
    for mistake, (name, number) in expected.items():
        assert n1_gradient(PARAMETERS1, mistake)[name].flat[0] == pytest.approx(number, rel=1e-7)


@pytest.mark.parametrize("mistake", [row[0] for row in OF_N1[:4]])
def test_activations_written_out_are_recognised(mistake):
    found = audit(n1_by_hand, PARAMETERS1, grad=lambda p: n1_gradient(p, mistake))
    assert names(found) == [next(row[1] for row in OF_N1 if row[0] == mistake)]


OF_N5 = [
    ("softmax twice", "softmax applied twice", "W1 b1 W2 b2"),
    ("softmax twice, short", "softmax applied twice", "W1 b1 W2 b2"),
    ("over the batch", "softmax over the samples", "W1 b1 W2 b2"),
    ("labels off by one", "labels off by one", "W1 b1 W2 b2"),
    ("net slope", "derivative taken of the net", "W1 b1"),
    ("no slope", "local derivative missing", "W1 b1"),
    ("bias not summed", "gradient not summed over the samples", "b1 b2"),
    ("bias of the last sample", "bias gradient not summed over the samples", "b1 b2"),
    ("last sample", "one sample only", "W1 b1 W2 b2"),
    ("transposed", "transposed", "W1"),
    ("sum over samples", "factor", "W1 b1 W2 b2"),
    ("mean over all", "factor", "W1 b1 W2 b2"),
    ("log10", "factor", "W1 b1 W2 b2"),
]


@pytest.mark.parametrize(("mistake", "name", "arrays"), OF_N5)
def test_mistakes_of_training_code(mistake, name, arrays):
    found = audit(n5, PARAMETERS5, grad=lambda p: n5_gradient(p, mistake))
    assert names(found) == [name]
    assert found.causes[0].entries == tuple(arrays.split())


N5_LABELS = np.array(LABELS5, dtype=int)


def shares(p, shift):
    z = np.tanh(X5 @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
    powers = np.exp(z - np.max(z, axis=1, keepdims=True) if shift else z)
    return powers / np.sum(powers, axis=1, keepdims=True)


def n5_by_index(p):
    return -np.mean(np.log(shares(p, shift=True)[np.arange(len(X5)), N5_LABELS]))


def n5_by_index_of_logs(p):
    return -np.sum(np.log(shares(p, shift=False))[np.arange(len(X5)), N5_LABELS]) / len(X5)


def n5_by_rows(p):
    return np.sum(-np.log(shares(p, shift=False)) * np.eye(3)[N5_LABELS]) / len(X5)


def n5_by_mask(p):
    return np.mean(-np.log(np.sum(shares(p, shift=True) * np.eye(3)[N5_LABELS], axis=1)))


@pytest.mark.parametrize("f", [n5_by_index, n5_by_index_of_logs, n5_by_rows, n5_by_mask])
@pytest.mark.parametrize(("mistake", "name", "arrays"), OF_N5)
def test_cross_entropy_written_out_is_recognised(f, mistake, name, arrays):
    assert f(PARAMETERS5) == pytest.approx(n5(PARAMETERS5), rel=1e-12)
    found = audit(f, PARAMETERS5, grad=lambda p: n5_gradient(p, mistake))
    assert names(found) == [name]
    assert found.causes[0].entries == tuple(arrays.split())


def test_labels_that_are_an_argument():
    def f(p, labels):
        return -np.mean(np.log(shares(p, shift=True)[np.arange(len(X5)), labels]))

    def offered(p, labels):
        return n5_gradient(p, "labels off by one", labels=labels)

    found = audit(f, PARAMETERS5, N5_LABELS, grad=offered)
    assert names(found) == ["labels off by one"]
    assert audit(f, PARAMETERS5, N5_LABELS, grad=lambda p, _: n5_gradient(p)).passed


def test_what_only_looks_like_cross_entropy_is_left_as_it_is():
    targets = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])

    def f(z):
        powers = np.exp(z)
        p = powers / np.sum(powers, axis=1, keepdims=True)
        return -np.mean(np.log(np.sum(p * targets, axis=1)))

    def over_samples(z):
        powers = np.exp(z)
        return -np.sum(np.log(powers / np.sum(powers, axis=0, keepdims=True))[[0, 1], [2, 0]])

    z = np.array([[0.1, 0.4, -0.3], [1.0, 0.2, 0.7]])
    for function in (f, over_samples):
        found = audit(function, z)
        assert found.passed
        assert not found.notes
        assert audit(function, z, grad=gs.grad(function)).passed


@pytest.mark.parametrize("shift", [{"axis": 0, "keepdims": True}, {"axis": 1}, {"axis": None}])
def test_a_shift_that_differs_within_a_row_is_no_softmax(shift):
    weights = np.arange(9.0).reshape(3, 3)

    def f(z):
        powers = gs.exp(z - gs.max(z, **shift))
        return gs.sum(weights * powers / gs.sum(powers, axis=1, keepdims=True))

    def plain(z):
        powers = np.exp(z - np.max(z, **shift))
        return np.sum(weights * powers / np.sum(powers, axis=1, keepdims=True))

    z = np.array([[0.1, 2.0, -0.3], [1.0, 0.2, 0.7], [0.4, -1.0, 3.0]])
    graph = recognised(trace(f, (z,), (0,)).graph)
    assert run(graph, z)[0] == pytest.approx(plain(z), rel=1e-12)


def test_factors_say_what_they_count():
    def cause(mistake):
        return audit(n5, PARAMETERS5, grad=n5_gradient(PARAMETERS5, mistake)).cause

    assert "factor 2" in cause("sum over samples")
    assert "the number of samples" in cause("sum over samples")
    assert "1/3 (the number of outputs" in cause("mean over all")
    assert "1/ln 10" in cause("log10")


@pytest.mark.parametrize(
    ("factor", "told"), [(2, "factor 2"), (0.5, "1/2"), (7, "7 (the number of samples"),
                         (21, "21 (samples × outputs"), (14, "2 · 7"), (-2, "sign is wrong")],
)  # fmt: skip
def test_factors_of_a_mean(factor, told):
    x, t = np.random.default_rng(0).normal(size=(2, 7, 3))

    def f(w):
        return gs.mse(x * w, t)

    def mine(w):
        return factor * np.sum(2 * (x * w - t) * x, axis=0) / 21

    found = audit(f, np.array([0.1, 0.2, 0.3]), grad=mine)
    assert names(found) == ["factor"]
    assert told in found.cause


def test_sign_and_constant_factor_and_zero_and_order():
    def f(x):
        return gs.sum(x**3)

    x = np.array([1.0, 2.0, -3.0])
    right = 3 * x**2
    for offered, name in [
        (-right, "sign"),
        (3.7 * right, "constant factor"),
        (0 * right, "zero"),
        (right[[2, 0, 1]], "entries in another order"),
        (right + 0.01 * x, "L2 penalty"),
        (right.reshape(1, 3), "wrong shape"),
        (right * [1, 1.5, 1], "single entries"),
        (right * [1.1, 1.5, -2], "the gradient of another function"),
    ]:
        assert names(audit(f, x, grad=offered)) == [name]


def test_one_sided_differences_are_recognised():
    x = np.array([0.3, 1.2, 2.0])

    def mine(x):
        h, f = 1e-3, lambda v: np.sum(np.exp(v))
        return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(3)])

    found = audit(lambda x: gs.sum(gs.exp(x)), x, grad=mine)
    assert names(found) == ["one-sided difference"]
    assert "forward" in found.cause
    assert "1e-03" in found.cause


def test_single_wrong_entry():
    x = np.linspace(1, 2, 8)
    wrong = 2 * x
    wrong[5] = 17.3
    found = audit(lambda x: gs.sum(x**2), x, grad=wrong)
    assert names(found) == ["single entries"]
    assert "x[5]" in found.cause


def test_relu_mask_from_upstream():
    rng = np.random.default_rng(3)
    x, t = rng.normal(size=(6, 4)), rng.normal(size=(6, 2))
    p = {"W1": rng.normal(size=(4, 5)), "W2": rng.normal(size=(5, 2))}

    def f(p):
        return gs.mse(gs.relu(x @ p["W1"]) @ p["W2"], t)

    def mine(p, mask):
        net = x @ p["W1"]
        hidden = np.maximum(net, 0)
        delta = 2 * (hidden @ p["W2"] - t) / t.size
        up = delta @ p["W2"].T
        down = np.where({"net": net, "up": up}[mask] > 0, up, 0)
        return {"W1": x.T @ down, "W2": hidden.T @ delta}

    assert audit(f, p, grad=lambda p: mine(p, "net")).passed
    found = audit(f, p, grad=lambda p: mine(p, "up"))
    assert names(found) == ["relu mask taken from the upstream gradient"]


def test_upstream_changed_in_place_beside_a_shortcut():
    rng = np.random.default_rng(4)
    x, w = rng.normal(size=(6, 3)), rng.normal(size=(3, 3))
    weights = rng.normal(size=(6, 3))

    def f(w):
        first = x @ w
        return gs.sum(weights * (first + gs.relu(first)))

    def mine(w, spoil):
        net = x @ w
        up = weights.copy()
        through = up if spoil else up.copy()
        through[net <= 0] = 0  # writes into what the shortcut still needs
        return x.T @ (up + through)

    assert audit(f, w, grad=lambda w: mine(w, False)).passed
    found = audit(f, w, grad=lambda w: mine(w, True))
    assert names(found) == ["upstream gradient changed in place"]


def test_targets_broadcast_and_sigmoid_on_regression():
    rng = np.random.default_rng(5)
    x, t = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))

    def f(w):
        return gs.mse(x @ w, t)

    def crossed(w):
        z = x @ w  # (6, 1) against (6,)
        return x.T @ (2 * (z - t[:, 0]).sum(axis=1, keepdims=True)) / 36

    def squashed(w):
        y = sigmoid(x @ w)
        return x.T @ (2 * (y - t) / 6 * y * (1 - y))

    w = rng.normal(size=(2, 1))
    assert names(audit(f, w, grad=crossed)) == ["targets broadcast against predictions"]
    assert names(audit(f, w, grad=squashed)) == ["sigmoid on the output of a regression"]


def test_another_loss():
    rng = np.random.default_rng(6)
    x, t = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
    found = audit(
        lambda w: gs.mse(x @ w, t), np.eye(2), grad=lambda w: x.T @ np.sign(x @ w - t) / 12
    )
    assert names(found) == ["gradient of another loss"]
    assert "mae in place of mse" in found.cause


def test_a_term_left_out():
    found = audit(lambda x: x * gs.exp(x), 1.3, grad=lambda x: np.exp(x))
    assert names(found) == ["a term left out"]


def test_softmax_twice_in_the_function_itself_is_noted():
    def f(z):
        return gs.cross_entropy(gs.softmax(z), LABELS5)

    found = audit(f, np.array([[1.0, 2, 3], [3, 1, 0]]))
    assert found.passed
    assert any("cannot fall below 0.551445" in note for note in found.notes)


def test_two_mistakes_are_named_apart():
    def mine(p):
        gradient = n1_gradient(p, "x in dW2")
        return gradient | {"b1": 2 * gradient["b1"]}

    found = audit(n1, PARAMETERS1, grad=mine)
    assert sorted(names(found)) == ["another layer's input in the weight gradient", "factor"]


def test_a_mistake_and_a_factor():
    def mine(p):
        return {name: 3 * part for name, part in n5_gradient(p, "softmax twice").items()}

    found = audit(n5, PARAMETERS5, grad=mine)
    assert names(found) == ["softmax applied twice, and a factor"]
    assert "3 (the number of outputs" in found.cause


STEPS = [
    ("overwritten", 0.5, "weights overwritten before use"),
    ("", 1.0, "rate forgotten"),
    ("", 0.25, "rate applied twice"),
    ("", -0.5, "sign"),
    ("", 0.0, "parameters not updated"),
    ("no slope at the output", 0.5, "local derivative missing"),
    ("bias in its gradient", 0.5, "bias multiplied into its gradient"),
    ("W2 transposed", 0.5, "weights transposed in the backward pass"),
]


@pytest.mark.parametrize(("mistake", "rate", "name"), STEPS)
def test_whole_steps(mistake, rate, name):
    after = updated(PARAMETERS1, n1_gradient(PARAMETERS1, mistake), rate)
    found = audit(n1, PARAMETERS1, parameters_after=after, rate=RATE)
    assert not found.passed
    assert names(found) == [name]


def test_n2_overwritten_weights():
    after = updated(PARAMETERS1, n1_gradient(PARAMETERS1, "overwritten"), RATE)
    assert after["W1"][0, 0] == pytest.approx(0.09950202727763226, rel=1e-12)
    found = audit(n1, PARAMETERS1, parameters_after=after, rate=RATE)
    assert found.kind == "step"
    assert found.rows[0].offered == pytest.approx(0.09950202727763226, rel=1e-12)
    assert found.rows[0].numeric == pytest.approx(0.09944106304111716, rel=1e-9)
    assert {row.name for row in found.rows if row.verdict == "wrong"} == {"W1", "b1"}


def test_overwritten_weights_with_scalars():
    """N1 with every weight a number of its own."""
    flat = dict(zip(("w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8"), np.arange(1, 9) / 10,
                    strict=True))  # fmt: skip

    def f(p):
        h1 = gs.sigmoid(p["w1"] * X1[0] + p["w2"] * X1[1] + 0.55)
        h2 = gs.sigmoid(p["w3"] * X1[0] + p["w4"] * X1[1] + 0.55)
        o1 = gs.sigmoid(p["w5"] * h1 + p["w6"] * h2 + 0.66)
        o2 = gs.sigmoid(p["w7"] * h1 + p["w8"] * h2 + 0.66)
        return 0.5 * ((o1 - T1[0]) ** 2 + (o2 - T1[1]) ** 2)

    def after(mistake):
        new = updated(PARAMETERS1, n1_gradient(PARAMETERS1, mistake), RATE)
        parts = (*new["W1"].T.ravel(), *new["W2"].T.ravel())
        return dict(zip(flat, parts, strict=True))

    assert audit(f, flat, parameters_after=after(""), rate=RATE).passed
    found = audit(f, flat, parameters_after=after("overwritten"), rate=RATE)
    assert names(found) == ["weights overwritten before use"]


def test_overwritten_weights_of_three_layers():
    rng = np.random.default_rng(7)
    sizes = [3, 4, 5, 2]
    p = {f"W{i}": rng.normal(size=sizes[i - 1 : i + 1]) for i in (1, 2, 3)}
    x, t = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))

    def f(p):
        return gs.mse(gs.tanh(gs.tanh(x @ p["W1"]) @ p["W2"]) @ p["W3"], t)

    values = [x]
    for i in (1, 2):
        values.append(np.tanh(values[-1] @ p[f"W{i}"]))
    g = 2 * (values[-1] @ p["W3"] - t) / t.size
    new = {}
    for i in (3, 2, 1):
        new[f"W{i}"] = p[f"W{i}"] - 0.3 * values[i - 1].T @ g
        g = g @ new[f"W{i}"].T * (1 - values[i - 1] ** 2)
    found = audit(f, p, parameters_after=new, rate=0.3)
    assert names(found) == ["weights overwritten before use"]
    assert found.causes[0].entries == ("W1", "W2")


def test_integer_parameters():
    w = {"w": np.array([3, -2])}
    x, t = np.array([[0.3, 0.7], [0.2, 0.9]]), np.array([0.1, 0.5])
    found = audit(
        lambda p: gs.sse(x @ p["w"], t), w, parameters_after={"w": np.array([2, -1])}, rate=0.1
    )
    assert names(found) == ["whole numbers"]


def test_a_step_in_float32_passes():
    p = {name: part.astype(np.float32) for name, part in PARAMETERS1.items()}
    after = {name: (p[name] - np.float32(0.5) * part.astype(np.float32)).astype(np.float32)
             for name, part in n1_gradient(p).items()}  # fmt: skip
    found = audit(n1, p, parameters_after=after, rate=0.5)
    assert found.passed
    assert any("float32" in note for note in found.notes)


def test_one_sample_and_class_factor_of_n6():
    z = np.array([1.0, 2.0, 3.0])
    right = softmax(z) - np.eye(3)[2]
    np.testing.assert_allclose(right, (0.09003057, 0.24472847, -0.33475904), atol=1e-8)
    assert audit(lambda z: gs.cross_entropy(z, 2), z, grad=right).passed
    found = audit(lambda z: gs.cross_entropy(z, 2), z, grad=right / 3)
    assert "1/3 (the number of outputs" in found.cause


def test_n3_cross_entropy_offered_for_squares():
    def mine(p):
        return n1_gradient(p, "no slope at the output")

    def f(p):
        hidden = gs.sigmoid(X1 @ p["W1"] + p["b1"])
        return gs.binary_cross_entropy(hidden @ p["W2"] + p["b2"], T1)

    assert audit(f, PARAMETERS1, grad=mine).passed
    np.testing.assert_allclose(mine(PARAMETERS1)["b2"], (0.7887314002, -0.1525511147), rtol=1e-9)
    assert not audit(n1, PARAMETERS1, grad=mine).passed


def test_names_in_the_table_are_unique_and_explained():
    assert len({one.name for one in MISTAKES}) == len(MISTAKES)
    assert all(one.explanation and one.plant.__doc__ for one in MISTAKES)


def test_deep_graphs_take_seconds_at_most():
    rng = np.random.default_rng(0)
    w, x, t = 0.5 * rng.normal(size=(4, 4)), *rng.normal(size=(2, 8, 4))

    def f(w):
        h = x
        for _ in range(40):
            h = gs.tanh(h @ w) + x
        return gs.mse(h, t)

    right = gs.grad(f)
    found = audit(f, w, grad=lambda w: right(w) + 0.1 * np.eye(4))
    assert names(found) == ["the gradient of another function"]
    assert "factor" in audit(f, w, grad=lambda w: 2 * right(w)).cause
