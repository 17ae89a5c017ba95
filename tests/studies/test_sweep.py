"""One choice varied over several seeds."""

import json
from dataclasses import replace

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.drawn import drawn_set
from gradstone.errors import GradstoneError, RangeError, UnknownNameError
from gradstone.studies.setting import CHOICES, Setting, widths
from gradstone.studies.sweep import scaled, sweep

BASE = Setting((4,), "tanh", "adam", 0.02, 16, epochs=3)


def rows(name="moons"):
    def drawn(setting):
        noise = 0.2 if setting.noise is None else setting.noise
        return (
            drawn_set(name, setting.size or 40, noise),
            drawn_set(name, 60, noise, 1),
        )

    return drawn


def test_each_value_and_seed_is_trained():
    seen = []
    found = sweep(rows(), "hidden", ["1", "2", "8-4"], BASE, 3, 2, lambda *one: seen.append(one))
    assert [one.value for one in found.points] == ["1", "2", "8-4"]
    assert [one.setting.hidden for one in found.points] == [(1,), (2,), (8, 4)]
    assert found.measure == "accuracy"
    for one in found.points:
        assert one.losses.shape == (3, 3)
        for values in (one.training, one.fitted, one.held_out, one.steps, one.seconds):
            assert values.shape == (3,)
        assert one.steps.tolist() == [9, 9, 9]
        assert one.updates == 3
        assert one.diverged == 0
        assert len(set(one.training.tolist())) == 3  # the seeds differ
    assert seen[0][:2] == (0, 9)
    assert seen[-1][:2] == (9, 9)


def test_the_figures_do_not_depend_on_the_workers():
    one, two = (sweep(rows(), "hidden", ["2", "4"], BASE, 2, n) for n in (1, 2))
    for a, b in zip(one.points, two.points, strict=True):
        assert a.losses.tolist() == b.losses.tolist()
        assert a.held_out.tolist() == b.held_out.tolist()


@pytest.mark.parametrize("choice", sorted(CHOICES))
def test_every_choice_has_usual_values_that_work(choice):
    values = CHOICES[choice].usual[:2]
    base = replace(BASE, loss="mse") if choice == "head" else BASE
    found = sweep(rows(), choice, values, base, 1)
    assert [one.value for one in found.points] == list(values)
    assert all(np.isfinite(one.held_out).all() for one in found.points)


def test_more_neurons_learn_more():
    base = Setting((4,), "tanh", "adam", 0.03, 16, epochs=150)
    found = sweep(rows(), "hidden", ["1", "12"], base, 3)
    few, many = (float(np.median(one.held_out)) for one in found.points)
    assert many > few
    assert found.best.value == "12"


def test_accuracy_is_told_whatever_the_loss():
    base = Setting((8,), "tanh", "adam", 0.03, 16, epochs=80)
    found = sweep(rows(), "loss", ["mse", "cross_entropy", "binary_cross_entropy"], base, 2)
    assert all(np.median(one.held_out) > 0.8 for one in found.points)


def test_numbers_are_measured_by_r2():
    found = sweep(rows("sine"), "layers", ["0", "1"], Setting((8,), "tanh", epochs=50), 2)
    assert found.measure == "r2"
    assert found.points[0].setting.hidden == ()


def test_each_optimizer_begins_at_its_own_rate():
    base = Setting((4,), "tanh", epochs=1)
    found = sweep(rows(), "optimizer", [], base, 1)
    rates = {one.value: one.setting.rule().learning_rate.rate for one in found.points}
    assert rates["adam"] == rates["adamw"] == 0.003
    assert (rates["sgd"], rates["momentum"], rates["rmsprop"]) == (0.1, 0.01, 0.001)
    one = drawn_set("moons", 40, 0.2)
    run = gs.train(
        base.network(2, 2), one.inputs, one.targets, optimizer=gs.adam(0.003), epochs=1
    )  # fmt: skip
    adam = next(one for one in found.points if one.value == "adam")
    assert adam.losses[0].tolist() == run.history["loss"]


def test_of_the_usual_values_those_that_fit_are_taken():
    found = sweep(rows(), "head", [], BASE, 1)
    assert [one.value for one in found.points] == ["none", "softmax"]
    found = sweep(rows("sine"), "loss", [], BASE, 1)
    assert [one.value for one in found.points] == ["mse", "mae"]


def test_what_cannot_be_trained_is_told_before_any_training():
    heard = []
    for choice, values, base in (
        ("loss", ["mse", "cross_entropy_of_probabilities"], replace(BASE, head="none")),
        ("activation", ["relu", "heaviside"], BASE),
    ):
        with pytest.raises(GradstoneError, match=r"softmax or sigmoid|heaviside"):
            sweep(rows(), choice, values, base, 1, told=lambda *one: heard.append(one))
    assert heard == []


def test_divergence_is_a_figure():
    base = Setting((4,), "tanh", "sgd", batch_size=None, epochs=30)
    found = sweep(rows("sine"), "learning-rate", ["0.01", "1e6"], base, 2)
    good, bad = found.points
    assert (good.diverged, bad.diverged) == (0, 2)
    assert np.isinf(bad.training).all()
    assert np.isinf(bad.losses[:, -1]).all()
    assert bad.losses.shape == (2, 30)
    told = json.dumps(found.to_json(), allow_nan=False)
    assert json.loads(told)["points"][1]["training_loss"] == [None, None]


def test_scaling_uses_the_training_rows():
    training, others = np.array([[1.0, 2.0], [3.0, 2.0]]), np.array([[5.0, 2.0]])
    one, two = scaled(training, others, "standard", 1000.0)
    np.testing.assert_allclose(one, [[-1, 0], [1, 0]])
    np.testing.assert_allclose(two, [[3, 0]])
    one, two = scaled(training, others, "none", 10.0)
    np.testing.assert_allclose(one, [[10, 2], [30, 2]])
    np.testing.assert_allclose(two, [[50, 2]])


def test_widths():
    assert [widths(one) for one in ("8", "8-4", "8,4", "8，4", "none")] == [
        (8,), (8, 4), (8, 4), (8, 4), (),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "values", "error", "told"),
    [
        ("hiden", [], UnknownNameError, "hidden"),
        ("hidden", ["0"], RangeError, "neurons"),
        ("hidden", ["a"], RangeError, "hidden"),
        ("activation", ["rel"], UnknownNameError, "relu"),
        ("learning-rate", ["0"], RangeError, "above 0"),
        ("learning-rate", ["fast"], RangeError, "a number"),
        ("batch-size", ["0"], RangeError, "full"),
        ("epochs", ["1.5"], RangeError, "whole"),
        ("loss", ["mes"], UnknownNameError, "mse"),
        ("head", ["soft"], UnknownNameError, "softmax"),
        ("scaling", ["all"], UnknownNameError, "standard"),
        ("optimizer", ["adm"], UnknownNameError, "adam"),
        ("dropout", ["1"], RangeError, "dropout"),
        ("noise", ["-1"], RangeError, "noise"),
    ],
)
def test_bad_input(choice, values, error, told):
    with pytest.raises(error, match=told):
        sweep(rows(), choice, values, BASE, 1)


def test_a_loss_that_does_not_fit():
    with pytest.raises(RangeError, match="target of numbers"):
        sweep(rows("sine"), "loss", ["cross_entropy"], BASE, 1)
    with pytest.raises(RangeError, match="3 classes"):
        sweep(rows("blobs"), "loss", ["binary_cross_entropy"], BASE, 1)


def test_rows_may_be_given():
    given = drawn_set("moons", 40, 0.2), drawn_set("moons", 60, 0.2, 1)
    one, other = (sweep(each, "hidden", ["2", "4"], BASE, 1) for each in (given, rows()))
    for name in ("training_loss", "held_out_accuracy"):
        told = [[point[name] for point in each.to_json()["points"]] for each in (one, other)]
        assert told[0] == told[1]
    with pytest.raises(RangeError, match="size came with rows that are given"):
        sweep(given, "size", ["20"], BASE, 1)
