"""Two traces of one step: the first number that differs is found and its mistake is named.

The traces are computed by independent NumPy code in `steps`, each mistake carried through.
"""

import math

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.compare import compare
from gradstone.errors import DataError
from gradstone.training.trace import step_trace
from tests.checking.hand import LABELS5, PARAMETERS1, PARAMETERS5, T1, X1
from tests.checking.steps import adam_step, n1_step, n5_step, regression, regression_step
from tests.checking.traces import N1, N5, NO_SLOPE, SIGMOIDS, names, of_regression

# mistake of the hand-written step, the first wrong number of CASES.md, the name it must get
OF_N1 = [
    ("no slope at the output", "dnet2[0,0]", 0.788731400, NO_SLOPE),
    ("net slope at the output", "dnet2[0,0]", -0.411370063, "derivative taken of the net"),
    ("slope of the output", "dnet2[0,0]", 0.168798578, "derivative taken at the output"),
    ("factor 2 in δ", "dnet2[0,0]", 0.253592211, "factor"),
    ("factor 2", "dout2[0,0]", 1.577462800, "factor"),
    ("total E", "dnet2[0,0]", 0.051874620, "the error in place of the difference"),
    ("own E", "dnet2[0,0]", 0.050004035, "the error in place of the difference"),
    ("t - out", "dnet2[0,0]", -0.126796105, "sign"),
    ("uphill", "new W2[0,0]", 0.540933353, "sign"),
    ("x in dW2", "dW2[0,0]", 0.012679611, "another layer's input in the weight gradient"),
    ("weight itself", "dW2[0,0]", 0.063398053, "the weight itself in its gradient"),
    ("one path", "dout1[0,0]", 0.063398053, "one path only"),
    ("one path", "dW1[0,0]", 0.00145044753, "one path only"),
    ("W2 transposed", "dout1[0,0]", 0.050938143, "weights transposed in the backward pass"),
    ("no slope in the hidden layer", "dnet1[0,0]", 0.048861491, NO_SLOPE),
    ("error sent back", "dout1[0,0]", 0.287579920, "delta without its local derivative sent back"),
    ("shares", "dout1[0,0]", 0.287323753, "error split by weight shares"),
    ("no rate", "new W2[0,0]", 0.418133295, "rate forgotten"),
    ("rate twice", "new W2[0,0]", 0.479533324, "rate applied twice"),
    ("bias in its gradient", "db2[0]", 0.083685430, "bias multiplied into its gradient"),
    ("W1 transposed", "net1[0,0]", 0.62, "weights transposed in the forward pass"),
    ("bias left out", "net1[0,0]", 0.05, "bias left out of the forward pass"),
    ("overwritten", "new W1[0,0]", 0.09950202727763226, "weights overwritten before use"),
]
TEXTBOOK = {
    "dnet2[0,0]": "delta_o1", "dout2[0,0]": "dE/dout_o1", "dout1[0,0]": "dE_dout_h1",
    "dnet1[0,0]": "δ_h1", "dW2[0,0]": "dw5", "dW1[0,0]": "dE/dw1", "db2[0]": "db3",
    "new W2[0,0]": "w5", "new W1[0,0]": "new w1", "net1[0,0]": "net_h1",
}  # fmt: skip


def at(numbers, place):
    name, _, index = place.partition("[")
    return np.asarray(numbers[name])[tuple(map(int, index[:-1].split(",")))]


# The right step ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("ours", "step"), [(N1, n1_step), (N5, n5_step)])
def test_the_same_step_by_hand_is_equal(ours, step):
    found = compare(ours, step())
    assert found.ok
    assert found.verdict == "equal"
    assert found.first is None
    assert found.cause is None
    assert found.unknown == found.notes == ()
    assert {line.verdict for line in found.lines} == {"equal"}
    assert max(line.error for line in found.lines) < 1e-12
    assert str(found).startswith(f"equal: {len(step())} quantities compared")


# What learners get wrong ------------------------------------------------------------------------
@pytest.mark.parametrize(("mistake", "place", "number", "name"), OF_N1)
def test_mistakes_of_learners_in_all_their_numbers(mistake, place, number, name):
    numbers = n1_step(mistake)
    assert at(numbers, place) == pytest.approx(number, rel=2e-9, abs=6e-10)
    found = compare(N1, numbers)
    assert not found.ok
    assert names(found) == [name]
    # what follows is right given the wrong number
    order = [line.quantity for line in found.lines]
    assert all(order.index(one) > order.index(found.first.quantity) for one in found.carried)
    assert str(found).startswith(f"differs: the first number that does is {found.first.place}: ")


@pytest.mark.parametrize(("mistake", "place", "number", "name"), OF_N1)
def test_mistakes_of_learners_in_that_number_alone(mistake, place, number, name):
    numbers, quantity = n1_step(mistake), place.partition("[")[0]
    for given in ({quantity: numbers[quantity]}, {place: number}, {TEXTBOOK[place]: number}):
        found = compare(N1, given)
        assert names(found) == [name], given
        assert found.first.place == place
        assert found.first.there == pytest.approx(number, rel=1e-7)


def test_the_first_difference_says_where_and_what():
    found = compare(N1, n1_step("no slope at the output"))
    assert found.first.quantity == "dnet2"
    assert found.first.index == (0, 0)
    assert found.first.here == pytest.approx(0.12679610537405006)
    assert found.first.there == pytest.approx(0.7887314002469799)
    assert found.cause.place == "at the sigmoid of layer 2"
    assert "multiply it by the activation's derivative" in found.cause.explanation
    assert "dW2" in found.carried
    assert "new W1" in found.carried
    verdicts = {line.quantity: line.verdict for line in found.lines}
    assert verdicts["dout2"] == "equal"
    assert verdicts["dnet2"] == "differs"
    assert verdicts["dW1"] == "right given the earlier numbers"


def test_a_mistake_made_in_both_layers_is_one():
    numbers = n1_step()
    numbers["dnet2"] = numbers["dout2"]
    numbers["dnet1"] = numbers["dout1"] = numbers["dnet2"] @ numbers["W2"].T
    found = compare(N1, {name: numbers[name] for name in ("dnet2", "dout1", "dnet1")})
    assert names(found) == [NO_SLOPE]
    assert found.cause.place == "everywhere"
    assert found.cause.entries == ("dnet2", "dnet1")


def test_two_mistakes_are_named_apart():
    numbers = n1_step("no slope at the output")
    numbers["db1"] = numbers["dnet1"][0] * numbers["b1"]
    found = compare(N1, {name: one for name, one in numbers.items() if "new" not in name})
    assert names(found) == [NO_SLOPE, "bias multiplied into its gradient"]
    assert "besides: db1[0]" in str(found)


def test_numbers_rounded_on_the_way_are_right():
    for digits in (4, 6, 9):
        numbers = {}
        for name, one in n1_step().items():
            numbers[name] = np.round(one, digits + 4 if name.startswith("d") else digits)
        assert compare(N1, numbers).ok, digits
    typed = {"net_h1": 0.6, "out_h1": 0.6457, "net_o1": 1.3784, "out_o1": 0.7987, "E": 0.3227}
    assert compare(N1, typed).ok
    wrong = compare(N1, typed | {"out_o1": 0.7978})
    assert wrong.first.place == "out2[0,0]"


# Training code ----------------------------------------------------------------------------------
OF_N5 = [
    ("labels off by one", "loss", "labels off by one"),
    ("over the batch", "out2", "softmax over the samples"),
    ("softmax twice", "out2", "softmax applied twice"),
    ("sum over samples", "loss", "factor"),
    ("mean over all", "loss", "factor"),
    ("log10", "loss", "factor"),
    ("log2", "loss", "factor"),
    ("bias of the last sample", "db2", "bias gradient not summed over the samples"),
    ("bias mean", "db2", "factor"),
    ("bias not summed", "db2", "gradient not summed over the samples"),
    ("net slope", "dnet1", "derivative taken of the net"),
    ("no slope", "dnet1", NO_SLOPE),
    ("transposed", "dW1", "transposed"),
]
WORDS = {
    "sum over samples": "the number of samples", "mean over all": "1/3 (the number of outputs",
    "log10": "1/ln 10", "log2": "1/ln 2", "net slope": "1−net²",
}  # fmt: skip


@pytest.mark.parametrize(("mistake", "quantity", "name"), OF_N5)
def test_mistakes_of_training_code(mistake, quantity, name):
    found = compare(N5, n5_step(mistake))
    assert names(found) == [name]
    assert found.first.quantity == quantity
    assert WORDS.get(mistake, "") in str(found.cause)
    alone = compare(N5, {quantity: n5_step(mistake)[quantity]})
    assert names(alone) == ([name] if mistake != "transposed" else [])


@pytest.mark.parametrize(("mistake", "quantity", "name"), OF_N5[:-1])
def test_the_gradients_alone_show_them_too(mistake, quantity, name):
    slopes = {f"grad_{one}": n5_step(mistake)[f"d{one}"] for one in PARAMETERS5}
    found = compare(N5, slopes)
    assert names(found) == [name]


@pytest.mark.parametrize(
    ("mistake", "quantity", "name"),
    [
        ("broadcast", "loss", "targets broadcast against predictions"),
        ("sigmoid", "out2", "sigmoid on the output of a regression"),
        ("upstream", "dnet1", "relu mask taken from the upstream gradient"),
        ("both", "dnet1", "relu mask taken from the upstream gradient"),
    ],
)
def test_mistakes_of_regressions(mistake, quantity, name):
    x, t, p = regression()
    ours = of_regression(x, t, p)
    assert compare(ours, regression_step(x, t, p)).ok
    found = compare(ours, regression_step(x, t, p, mistake))
    assert names(found) == [name]
    assert found.first.quantity == quantity


def test_a_table_of_differences_is_recognised_by_its_shape():
    x, t, p = regression()
    ours = of_regression(x, t, p)
    numbers = regression_step(x, t, p)
    table = 2 * (numbers["z2"] - t[:, 0]) / 36
    crossed = {"t": t[:, 0], "z2": numbers["z2"], "dy_hat": table, "dW2": numbers["a1"].T @ table}
    found = compare(ours, crossed)
    assert names(found) == ["targets broadcast against predictions"]
    assert found.first.quantity == "dout2"
    assert "(6, 6) table" in found.cause.explanation
    assert math.isnan(found.first.here)
    assert math.isnan(found.lines[-1].error)


def adam_trace(k, seed=3):
    """Step number k of Adam, ours and by hand, with what it has kept from the steps before."""
    x, t, p = regression(seed)
    m, v = {}, {}
    ours = of_regression(x, t, p, gs.adam())
    for _ in range(k - 1):
        ours = of_regression(x, t, ours.parameters_after, gs.adam(), state=ours.state_after)
    for name in p:
        m[name], v[name] = ours[f"{name}.m"], ours[f"{name}.v"]
    return ours, m, v


@pytest.mark.parametrize(
    ("mistake", "name"),
    [
        ("no correction", "Adam without bias correction"),
        ("from 0", "Adam counting its steps from 0"),
        ("inside", "epsilon inside the root"),
    ],
)
@pytest.mark.parametrize("told", ["all", "new parameters"])
def test_mistakes_of_adam(mistake, name, told):
    ours, m, v = adam_trace(3)
    p = {one: ours[one] for one in m}
    g = {one: ours[f"d{one}"] for one in m}
    assert compare(ours, adam_step(p, g, m, v, 3)).ok
    numbers = adam_step(p, g, m, v, 3, mistake)
    if told == "new parameters":
        numbers = {one: array for one, array in numbers.items() if "." not in one}
    found = compare(ours, numbers)
    assert names(found) == [name]
    assert found.first.quantity == "new W1"


def test_adam_that_counts_from_0_divides_by_0_in_its_first_step():
    ours, m, v = adam_trace(1)
    p, g = {one: ours[one] for one in m}, {one: ours[f"d{one}"] for one in m}
    with np.errstate(all="ignore"):
        numbers = adam_step(p, g, m, v, 1, "from 0")
    with pytest.raises(DataError, match="count from 1"):
        compare(ours, numbers)


def decay_step(optimizer, mistake):
    x, t, p = regression()
    ours = of_regression(x, t, p, optimizer)
    found = {}
    for name, one in p.items():
        g, rate, decay = ours[f"d{name}"], 0.01, 0.1
        if mistake == "L2":
            g, decay = g + decay * one, 0
        if mistake == "none":
            decay = 0
        root = np.sqrt(g * g) + 1e-8
        found[f"new {name}"] = one * (1 - rate * decay) - rate * g / root
    return ours, found


def test_l2_against_decoupled_decay():
    decoupled = gs.adamw(0.01, weight_decay=0.1)
    assert compare(*decay_step(decoupled, "")).ok
    found = compare(*decay_step(decoupled, "L2"))
    assert names(found) == ["L2 in place of decoupled decay"]
    both = gs.adam(0.01, weight_decay=0.1)
    assert compare(*decay_step(both, "L2")).ok
    assert names(compare(*decay_step(both, ""))) == ["decoupled decay in place of L2"]
    left_out = names(compare(*decay_step(decoupled, "none")))
    assert left_out in (["weight decay left out"], ["L2 penalty"])


@pytest.mark.parametrize(
    ("optimizer", "rule", "name"),
    [
        (gs.momentum(0.1), lambda g, v: 0.1 * g, "momentum left out"),
        (gs.momentum(0.1), lambda g, v: 0.1 * (0.9 * v + 0.1 * g),
         "momentum with a damped gradient"),
        (gs.momentum(0.1), lambda g, v: 0.1 * (g + 0.9 * (0.9 * v + g)),
         "rule of another optimizer"),
        (gs.nesterov(0.1), lambda g, v: 0.1 * (0.9 * v + g), "rule of another optimizer"),
        (gs.rmsprop(0.1), lambda g, v: 0.1 * g / np.sqrt(0.99 * v + 0.01 * g * g + 1e-8),
         "epsilon inside the root"),
        (gs.rmsprop(0.1), lambda g, v: 0.1 * g / (np.sqrt(v) + 1e-8),
         "moving average leaves out the current value"),
        (gs.adagrad(0.1), lambda g, v: 0.1 * g / (v + g * g + 1e-10), "root left out"),
        (gs.adagrad(0.1), lambda g, v: 0.1 * g / (np.abs(g) + 1e-10), "optimizer state not kept"),
    ],
)  # fmt: skip
def test_mistakes_of_other_optimizers(optimizer, rule, name):
    x, t, p = regression(9)
    net = gs.MLP([2, 4, 1], "tanh")
    first = step_trace(net, x, t, "mse", optimizer, p)
    ours = step_trace(net, x, t, "mse", optimizer, first.parameters_after, first.state_after)
    new = {f"new {one}": ours[one] - rule(ours[f"d{one}"], ours[f"{one}.v"]) for one in p}
    found = compare(ours, {f"d{one}": ours[f"d{one}"] for one in p} | new)
    assert names(found) == [name]
    assert found.cause.entries == tuple(new)


def test_gradients_not_set_to_zero():
    p = dict(PARAMETERS1)
    kept = dict.fromkeys(p, 0)
    for step in range(3):
        numbers = n1_step(p=p)
        kept = {name: kept[name] + numbers[f"d{name}"] for name in p}
        told = numbers | {f"d{name}": kept[name] for name in p}
        told |= {f"new {name}": p[name] - 0.5 * kept[name] for name in p}
        ours = step_trace(SIGMOIDS, X1, T1, "half_sse", gs.sgd(0.5), p)
        found = compare(ours, told)
        assert names(found) == ([] if step == 0 else ["gradients not set to zero"])
        assert step == 0 or found.cause.entries == ("dW2", "db2", "dW1", "db1")
        p = {name: told[f"new {name}"] for name in p}


def test_gradients_not_set_to_zero_with_those_of_another_batch():
    before = n1_step(p={name: 2 * one for name, one in PARAMETERS1.items()})
    numbers = n1_step()
    told = {f"old d{name}": before[f"d{name}"] for name in PARAMETERS1}
    told |= {f"d{name}": numbers[f"d{name}"] + before[f"d{name}"] for name in PARAMETERS1}
    assert names(compare(N1, told)) == ["gradients not set to zero"]


def test_labels_counted_from_1():
    assert names(compare(N5, {"labels": LABELS5 + 1})) == ["labels off by one"]
    found = compare(N5, n5_step() | {"t": LABELS5 + 1})
    assert found.first.quantity == "t"
    assert found.cause.name == "labels off by one"


def test_integer_parameters_updated_in_place():
    p = {"W1": np.array([[3.0], [-2.0]])}
    x, t = np.array([[0.3, 0.7], [0.2, 0.9]]), np.array([[0.1], [0.5]])
    ours = step_trace(gs.MLP([2, 1], bias=False), x, t, "sse", gs.sgd(0.1), p)
    found = compare(ours, {"new W1": ours["new W1"].astype(int)})
    assert names(found) == ["whole numbers"]
