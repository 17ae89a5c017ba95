"""What people call the numbers of a step, how they lay them out, and what is no trace at all."""

import math

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.compare import compare
from gradstone.errors import DataError, KindError, RangeError, ShapeError
from gradstone.training.trace import step_trace
from tests.checking.hand import LABELS5, PARAMETERS1, PARAMETERS5
from tests.checking.steps import n1_step, n5_step
from tests.checking.traces import N1, N5, NO_SLOPE, names


# Other names and layouts ------------------------------------------------------------------------
class Tensor:
    """What PyTorch hands out, as far as it matters here."""

    def __init__(self, array):
        self.array, self.shape = array, array.shape

    def detach(self):
        return self

    def cpu(self):
        return self

    def __array__(self, dtype=None, copy=None):
        return self.array


def as_torch(numbers):
    """A step as PyTorch has it: weights (out, in), float32."""
    told = {}
    for name, one in numbers.items():
        layer = {"1": "0", "2": "2"}.get(name[-1])
        if name in ("W1", "W2"):
            told[f"{layer}.weight"] = one.T
        elif name in ("b1", "b2"):
            told[f"{layer}.bias"] = one
        elif name[:2] in ("dW", "db"):
            told[f"{layer}.{'weight' if name[1] == 'W' else 'bias'}.grad"] = one.T
        elif name.startswith("new "):
            told[f"new.{layer}.{'weight' if name[4] == 'W' else 'bias'}"] = one.T
        else:
            told[
                {"net2": "logits", "out2": "probs", "net1": "z1", "out1": "a1"}.get(name, name)
            ] = one
    return {name: Tensor(np.asarray(one, np.float32)) for name, one in told.items() if name != "t"}


@pytest.mark.parametrize("ours", [N1, N5])
def test_a_step_of_pytorch_is_recognised(ours):
    step = n1_step if ours is N1 else n5_step
    found = compare(ours, as_torch(step()) | {"t": step()["t"]})
    assert found.ok, str(found)
    assert found.unknown == ()
    note, precision = found.notes
    assert precision.startswith("float32 came")
    assert "0.weight, 2.weight" in note
    assert "came as (outputs, inputs), turned to (inputs, outputs)" in note
    mistake = "no slope in the hidden layer" if ours is N1 else "no slope"
    wrong = compare(ours, as_torch(step(mistake)))
    assert names(wrong) == [NO_SLOPE]
    assert wrong.first.quantity == "dnet1"


def test_layers_are_numbered_by_their_names():
    keys = {
        "fc2.bias": PARAMETERS5["b2"], "fc2.weight": PARAMETERS5["W2"].T,
        "fc1.weight": PARAMETERS5["W1"].T, "fc1.bias": PARAMETERS5["b1"],
        "bn.weight": np.ones(2), "bn.num_batches_tracked": np.array(3),
    }  # fmt: skip
    found = compare(N5, keys)
    assert found.ok
    assert [line.quantity for line in found.lines] == ["W1", "b1", "W2", "b2"]
    assert found.unknown == ("bn.weight", "bn.num_batches_tracked")
    flax = {"Dense_0": {"kernel": PARAMETERS5["W1"], "bias": PARAMETERS5["b1"]},
            "Dense_1": {"kernel": PARAMETERS5["W2"], "bias": PARAMETERS5["b2"]}}  # fmt: skip
    keras = {"dense/kernel:0": PARAMETERS5["W1"], "dense_1/kernel:0": PARAMETERS5["W2"]}
    lists = {"weights": [PARAMETERS5["W1"], PARAMETERS5["W2"]], "biases": [PARAMETERS5["b1"]]}
    for given, count in ((flax, 4), (keras, 2), (lists, 3)):
        found = compare(N5, given)
        assert found.ok, given
        assert len(found.lines) == count
        assert found.unknown == found.notes == ()


@pytest.mark.parametrize(
    ("key", "quantity"),
    [
        ("dnet2", "dnet2"), ("delta2", "dnet2"), ("δ2", "dnet2"), ("dZ2", "dnet2"),
        ("z2.grad", "dnet2"), ("grad_z2", "dnet2"), ("dLdz2", "dnet2"), ("dE/dnet2", "dnet2"),
        ("dlogits", "dnet2"), ("delta_o", "dnet2"), ("dZ^[2]", "dnet2"), ("dZ[2]", "dnet2"),
        ("W1.grad", "dW1"), ("dE_dW1", "dW1"), ("∂E/∂W1", "dW1"), ("grad_W1", "dW1"),
        ("gW1", "dW1"), ("dz2", "dnet2"),
        ("nabla_w1", "dW1"), ("W1_grad", "dW1"), ("dL/dW1", "dW1"), ("weight1_grad", "dW1"),
        ("W1_new", "new W1"), ("new_W1", "new W1"), ("W1'", "new W1"), ("updated W1", "new W1"),
        ("z1", "net1"), ("Z1", "net1"), ("net_1", "net1"), ("pre_activation1", "net1"),
        ("a1", "out1"), ("h1", "out1"), ("hidden", "out1"), ("A^[1]", "out1"), ("net_h", "net1"),
        ("dA1", "dout1"), ("a1.grad", "dout1"), ("X", "x"), ("inputs", "x"), ("bias2", "b2"),
        ("y_hat", "out2"), ("probabilities", "out2"), ("y_pred", "out2"), ("output", "out2"),
        ("labels", "t"), ("y", "t"), ("y_true", "t"), ("L", "loss"), ("cost", "loss"),
        ("J", "loss"),
        ("lr", "rate"), ("learning_rate", "rate"), ("η", "rate"), ("loss_after", "after loss"),
    ],
)  # fmt: skip
def test_what_people_call_it(key, quantity):
    found = compare(N5, {key: N5[quantity]})
    assert found.ok
    assert [line.quantity for line in found.lines] == [quantity]
    assert found.unknown == ()


def test_textbook_names_of_single_numbers():
    numbers = {
        "x2": 0.2, "w2": 0.2, "w3": 0.3, "w6": 0.6, "b2": 0.55, "b3": 0.66, "net_h2": 0.66,
        "out_o2": 0.8374488853093651, "delta_o2": -0.020766516248404077, "E": 0.32268453216445836,
        "dw3": 0.0013357863892211339, "dE_dw7": -0.013408032174122538, "W2[0,1]": 0.7,
        "new b3": 0.596601947312975, "w8_new": 0.8068452707843525, "t1": 0.01,
    }  # fmt: skip
    found = compare(N1, numbers)
    assert found.ok, str(found)
    assert found.unknown == ()
    assert not compare(N1, numbers | {"dE_dw7": -0.0134}).ok


def test_keys_that_are_not_understood_are_listed():
    found = compare(N1, {"foo": 1.0, "net1": N1["net1"], "model": object(), "W3": np.eye(2),
                         "z1": N1["net1"], "dnet1": 0.1, "w99": 1.0, "grad": None})  # fmt: skip
    assert found.ok
    told = ["foo", "model", "W3", "z1 (net1 came before, as net1)", "w99", "grad"]
    assert set(told) < set(found.unknown)
    assert any(one.startswith("dnet1 (a single number; dnet1 has shape") for one in found.unknown)
    assert "keys not understood: foo, model" in str(found)


def test_samples_in_columns_and_targets_in_rows():
    numbers = n5_step()
    turned = {"X": numbers["x"].T, "Y": np.eye(3)[LABELS5].T, "Z1": numbers["net1"].T,
              "A1": numbers["out1"].T, "W1": numbers["W1"].T, "b1": numbers["b1"][:, None],
              "dZ1": numbers["dnet1"].T, "dW1": numbers["dW1"].T, "db1": numbers["db1"][:, None],
              "W2": numbers["W2"].T, "A2": numbers["out2"].T}  # fmt: skip
    found = compare(N5, turned)
    assert found.ok, str(found)
    assert found.unknown == ()
    assert any("columns" in note for note in found.notes)
    one_hot = compare(N5, {"t": np.eye(3)[LABELS5], "out2": numbers["out2"]})
    assert one_hot.ok
    assert "one-hot" in one_hot.notes[0]


def test_delta_without_1_over_n_is_a_convention():
    numbers = n5_step()
    for name in ("dnet2", "dout1", "dnet1"):
        numbers[name] = 2 * numbers[name]
    found = compare(N5, numbers)
    assert found.ok
    assert "kept without 1/2" in found.notes[0]
    alone = compare(N5, {"dnet2": numbers["dnet2"]})
    assert "the number of samples" in str(alone.cause)


def test_logits_called_output_are_logits():
    found = compare(N5, {"output": N5["net2"], "loss": N5["loss"]})
    assert found.ok
    assert found.notes == ("output holds net2, by its numbers",)


# Bad input --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({}, DataError, "b: an empty dictionary came"),
        ([1.0], KindError, "b: list came: a dictionary of arrays"),
        ({"foo": 1.0}, DataError, r"no key is understood \(foo\)"),
        ({"net1": [[0.1, math.nan]]}, DataError, r"b\['net1'\]: nan came at \[0, 1\]"),
        ({"loss": math.inf}, DataError, r"b\['loss'\]: inf came"),
        ({"net1": [[1.0], [1.0, 2.0]]}, ShapeError, "rows of different lengths"),
        ({"net1": "many"}, KindError, "real numbers are wanted"),
        ({"net1": np.zeros((3, 2))}, ShapeError, r"net1: shape \(3, 2\) came: \(1, 2\) is wanted"),
        ({"x": np.zeros(3)}, ShapeError, r"x: shape \(3,\) came: \(1, 2\) is wanted"),
        ({"dW1": np.zeros((2, 3))}, ShapeError, r"dW1: shape \(2, 3\) came"),
        ({"history W1": np.zeros((4, 3))}, ShapeError, r"history W1: shape \(4, 3\) came"),
    ],
)
def test_bad_input_gives_one_clear_error(given, error, words):
    with pytest.raises(error, match=words):
        compare(N1, given)


def test_the_tolerance():
    near = {"loss": N1["loss"] * (1 + 1e-7)}
    assert not compare(N1, near).ok
    assert compare(N1, near, tolerance=1e-6).ok
    for tolerance in (0, 1.5, -1e-3):
        with pytest.raises(RangeError, match="between 0 and 1"):
            compare(N1, near, tolerance=tolerance)


def test_nothing_given_is_changed():
    numbers = n1_step("bias left out")
    copies = {name: np.array(one) for name, one in numbers.items()}
    compare(N1, numbers)
    for name, one in copies.items():
        np.testing.assert_array_equal(numbers[name], one)


def test_the_sides_may_be_exchanged_and_a_trace_compared_with_itself():
    assert compare(n1_step(), N1).ok
    assert compare(N1, N1).ok
    assert names(compare(n1_step("one path"), N1)) == ["one path only"]


def test_other_parameters_are_the_first_difference():
    other = {name: 1.1 * one for name, one in PARAMETERS1.items()}
    found = compare(N1, n1_step(p=other))
    assert found.first.place == "W1[0,0]"
    assert "net1" in found.carried
    assert "new W2" in found.carried


def test_the_report_as_data():
    data = compare(N1, n1_step("one path") | {"foo": 1}).to_dict()
    assert data["verdict"] == "differs"
    assert data["differences"][0]["place"] == "dout1[0,0]"
    assert data["differences"][0]["cause"] == "one path only"
    assert data["unknown"] == ["foo"]
    assert {line["quantity"] for line in data["lines"]} >= {"net1", "dW1"}


# Two dictionaries -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        (lambda one: 2 * one, "factor", "2 (½Σ against Σ"),
        (lambda one: -one, "sign", "wrong sign"),
        (lambda one: one / 7, "constant factor", "0.142857"),
        (lambda one: one[::-1], "entries in another order", "another order"),
        (lambda one: 0 * one, "zero", ""),
        (lambda one: one + 0.1, None, ""),
    ],
)
def test_dictionaries_show_patterns_alone(change, name, words):
    ours = n5_step()
    theirs = ours | {"dnet1": change(ours["dnet1"]), "dW1": 3 * ours["dW1"]}
    found = compare(ours, theirs)
    assert found.first.quantity == "dnet1"
    assert len(found.differences) == 1
    assert (found.cause and found.cause.name) == name
    assert words in str(found.cause)
    assert any("gs.step_trace" in note for note in found.notes)


def test_dictionaries_in_their_own_order_and_words():
    a = {"z1": [1.0, 2.0], "quality": 3.0, "W1": np.ones((2, 3)), "rest": 1.0}
    found = compare(
        a, {"quality": 3.5, "net1": [1.0, 2.0], "0.weight": np.ones((3, 2)), "x": [1.0]}
    )
    assert [line.quantity for line in found.lines] == ["net1", "quality", "W1"]
    assert found.first.place == "quality"
    assert set(found.unknown) == {"rest", "x"}
    assert any("turned" in note for note in found.notes)
    assert compare(a, a).ok
    with pytest.raises(DataError, match="numbers that both have are wanted"):
        compare({"W1": 1.0}, {"b1": 1.0})
    with pytest.raises(ShapeError, match=r"\(3,\) came: \(2,\) is wanted"):
        compare({"b1": [1.0, 2.0]}, {"b1": [1.0, 2.0, 3.0]})


def test_the_rate_of_dictionaries():
    ours = n1_step()
    both = {"lr": 0.5, "W1": ours["W1"], "new W1": ours["new W1"]}
    theirs = both | {"new W1": n1_step("no rate")["new W1"]}
    assert compare(both, theirs).cause.name == "rate forgotten"


def test_one_layer_needs_no_numbers():
    parameters = {"W1": [[0.1], [0.2]], "b1": [0.3]}
    ours = step_trace(gs.MLP([2, 1], output="sigmoid"), [[1.0, 2.0], [3.0, 1.0]], [1, 0],
                      "binary_cross_entropy", gs.sgd(0.1), parameters)  # fmt: skip
    found = compare(ours, {"weight": [[0.1, 0.2]], "bias": [0.3], "z": ours["net1"],
                           "a": ours["out1"], "delta": ours["dnet1"]})  # fmt: skip
    assert found.ok
    assert [line.quantity for line in found.lines] == ["W1", "b1", "net1", "out1", "dnet1"]
    label = step_trace(gs.MLP([2, 3], output="softmax"), [1.0, 2.0], 2)
    assert compare(label, {"t": [0, 0, 1], "logits": label["net1"][0]}).ok


def test_a_number_called_as_a_weight_but_after_the_update():
    found = compare(N1, {"w5": 0.45906664748})
    assert found.ok
    assert [line.quantity for line in found.lines] == ["new W2"]
    assert found.notes[0] == "w5 is taken for the new one, after the update"
    assert compare(N1, {"w5": 0.5, "new w5": 0.45906664748}).ok


def test_another_rate_is_the_first_difference():
    found = compare(N1, n1_step(rate=0.25) | {"learning_rate": 0.25})
    assert found.first.place == "rate"
    assert found.carried == ("new W1", "new b1", "new W2", "new b2")
