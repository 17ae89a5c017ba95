"""Health of a run: each planted fault is named, and a healthy run stays silent."""

import warnings

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.account import Paragraph, Section, Story
from gradstone.accounts.health import health, health_section
from gradstone.accounts.runs import training_rows
from gradstone.accounts.text import to_text
from gradstone.accounts.words.health import PHRASES
from gradstone.data.drawn import drawn_set
from gradstone.data.sets import handwritten_digits
from gradstone.studies.layers import layer_numbers

DIGITS = handwritten_digits().split(0.2, 0)[0]
X, LABELS = DIGITS.inputs, DIGITS.targets


def keys(words):
    return [one.key.removeprefix("health_") for one in words]


def trained(network, epochs=0, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return gs.train(network, X, LABELS, epochs=epochs, **options)


def found(run):
    return training_rows(run, X, LABELS).health()


def with_history(**history):
    """What a run with such a history is told."""
    run = trained(gs.MLP([64, 6, 10], "tanh", "softmax"), optimizer=gs.sgd(0.1))
    run.history = {name: list(map(float, numbers)) for name, numbers in history.items()}
    return keys(found(run))


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_a_healthy_run_stays_silent(activation):
    network = gs.MLP([64, 64, 10], activation, "softmax")
    assert found(trained(network, 25, optimizer=gs.adam(0.003), validation=0.1)) == ()


# Layers ---------------------------------------------------------------------------------------
def test_ten_sigmoids_leave_hardly_any_gradient():
    run = trained(gs.MLP([64, *[16] * 10, 10], "sigmoid", "softmax"))
    (one,) = found(run)
    assert keys([one]) == ["vanishing"]
    assert (one.gaps["layer"].text, one.gaps["last"].text) == ("1", "11")
    assert 0 < one.gaps["ratio"].value < 1e-5


def test_large_weights_let_the_gradient_explode():
    run = trained(gs.MLP([64, *[16] * 5, 10], "leaky_relu", "softmax"))
    for name in run.parameters:
        run.parameters[name] *= 8
    (one,) = found(run)
    assert keys([one]) == ["exploding"]
    assert one.gaps["ratio"].value > 1e3


def test_dead_relus_are_counted():
    run = trained(gs.MLP([64, 20, 10], "relu", "softmax"))
    run.parameters["b1"][:7] = -100
    (one,) = found(run)
    assert keys([one]) == ["dead"]
    assert [one.gaps[name].text for name in ("layer", "count", "width")] == ["1", "7", "20"]
    run.parameters["b1"][1:7] = 0  # one of twenty is nothing to speak of
    assert found(run) == ()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_saturated_units(activation):
    run = trained(gs.MLP([64, 20, 10], activation, "softmax"))
    run.parameters["W1"][...] *= 60
    (one,) = found(run)
    assert keys([one]) == ["saturated"]
    assert one.gaps["share"].value > 50
    assert one.gaps["activation"].text == activation


def test_twins():
    run = trained(gs.MLP([64, 20, 10], "tanh", "softmax"))
    weights = run.parameters["W1"]
    weights[:, 3] = weights[:, 17] = weights[:, 5]
    (one,) = found(run)
    assert keys([one]) == ["twins"]
    assert one.gaps["count"].text == "3"
    weights[:, 3] *= 1.001
    assert found(run)[0].gaps["count"].text == "2"


def test_neurons_that_start_equal_stay_equal():
    layers = gs.Linear(64, 8, initial="zeros"), "tanh", gs.Linear(8, 10, initial="zeros")
    run = trained(gs.Sequential(*layers, "softmax"), 3)
    assert "twins" in keys(found(run))


# The history ----------------------------------------------------------------------------------
def test_a_run_that_diverged():
    run = trained(gs.MLP([64, 20, 10], "relu", "softmax"), 3, optimizer=gs.sgd(1e4))
    assert run.status == "diverged"
    assert "diverged" in keys(found(run))


def test_a_loss_that_oscillates():
    assert with_history(loss=[2, 1.2, 1.9, 1.1, 1.8, 1.2, 1.9, 1, 1.8, 1.2]) == ["oscillating"]


def test_a_loss_that_rises_again():
    assert with_history(loss=[2, 1.5, 1, 0.8, 0.7, 0.8, 1, 1.4, 1.4, 1.4, 1.4]) == ["rising"]


def test_noise_near_the_floor_is_left_alone():
    falling = [2, 1, 0.5, 0.2, 0.1]
    assert with_history(loss=[*falling, 0.02, 0.04, 0.02, 0.05, 0.02, 0.05, 0.03]) == []


def test_accuracy_beside_that_of_the_most_frequent_class():
    rare = training_rows(trained(gs.MLP([64, 6, 10], "tanh", "softmax")), X, LABELS)
    rare.run.history = {"accuracy": [0.92]}
    graph = rare.told(np.arange(100)).graph
    assert keys(health(rare.run, graph, 0.92)) == ["majority"]
    assert health(rare.run, graph, 0.9) == ()
    assert with_history(accuracy=[0.1], validation_accuracy=[0.3]) == []
    assert with_history(accuracy=[0.3], validation_accuracy=[0.1]) == ["majority"]


def test_the_baseline_of_each_loss():
    two = np.arange(len(X)) % 4 == 0
    run = gs.train(gs.MLP([64, 1], output="sigmoid"), X, two, epochs=0)
    assert training_rows(run, X, two).baseline == pytest.approx(0.75, abs=1e-3)
    numbers = X[:, :1]
    run = gs.train(gs.MLP([64, 1]), X, numbers, epochs=0)
    assert training_rows(run, X, numbers).baseline is None


def test_numbers_no_better_than_their_mean():
    assert with_history(r2=[-3, -0.1]) == ["mean"]
    assert with_history(r2=[0.5, 0.9]) == []


def test_overfitting():
    loss = np.linspace(1, 0.01, 12)
    rising = [1, 0.8, 0.6, 0.5, 0.5, 0.6, 0.7, 0.7, 0.8, 0.9, 1, 1]
    assert with_history(loss=loss, validation_loss=rising) == ["overfitting"]
    assert with_history(loss=loss, validation_loss=sorted(rising, reverse=True)) == []
    assert with_history(loss=[1] * 12, validation_loss=rising) == []


def test_a_small_rise_that_lasts_is_overfitting():
    fall = 2.0 * 0.9 ** np.arange(40)
    rise = np.concatenate([np.linspace(1, 0.1, 20), np.linspace(0.1, 0.108, 20)])
    assert with_history(loss=fall, validation_loss=rise) == ["overfitting"]
    slight = np.concatenate([np.linspace(1, 0.1, 20), np.linspace(0.1, 0.104, 20)])
    assert with_history(loss=fall, validation_loss=slight) == []
    floor = np.concatenate([fall[:20], np.full(20, fall[19])])  # nothing more is learned
    assert with_history(loss=floor, validation_loss=rise) == []


def test_noise_of_the_validation_loss_is_not_overfitting():
    fall = 2.0 * 0.9 ** np.arange(60)
    flat = np.concatenate([np.linspace(1, 0.1, 20), np.full(40, 0.1)])
    for seed in range(20):
        noise = 0.02 * np.random.default_rng(seed).normal(size=60)
        assert with_history(loss=fall, validation_loss=flat + noise) == []
    late = np.concatenate([flat[:56], np.full(4, 0.2)])  # not yet for five epochs
    assert with_history(loss=fall, validation_loss=late) == []


def watched(count, hidden, epochs, **options):
    """A run on noisy moons, watched on others, and what is told of it."""
    points, others = drawn_set("moons", count, 0.4), drawn_set("moons", 400, 0.4, seed=1)
    run = gs.train(
        gs.MLP([2, hidden, 2], "relu", "softmax"), points.inputs, points.targets, epochs=epochs,
        optimizer=gs.adam(0.02), validation=(others.inputs, others.targets), **options,
    )  # fmt: skip
    return run, training_rows(run, points.inputs, points.targets).health()


@pytest.mark.parametrize(("count", "told"), [(40, ["overfitting"]), (800, [])])
def test_a_run_that_overfits_and_one_that_does_not(count, told):
    """50 neurons learn 40 noisy points by heart, not 800."""
    run, words = watched(count, 50, 100)
    assert [one for one in keys(words) if one == "overfitting"] == told
    if told:
        (one,) = (one for one in words if one.key == "health_overfitting")
        history = run.history["validation_loss"]
        assert one.gaps["epoch"].text == str(np.convolve(history, [1, 1, 1], "valid").argmin() + 2)
        assert one.gaps["loss"].value == pytest.approx(np.mean(history[-3:]))
        assert one.gaps["after"].value < one.gaps["before"].value


def test_early_stopping_has_dealt_with_it():
    run, words = watched(40, 50, 200, early_stopping=100)
    assert run.best_epoch < 20 < run.epoch
    assert "overfitting" not in keys(words)


def test_numbers_that_are_not_finite_say_nothing():
    nothing = [float("nan")] * 12
    assert with_history(loss=nothing, validation_loss=nothing, accuracy=nothing) == []


# Words ----------------------------------------------------------------------------------------
def test_every_sentence_was_planted_and_can_be_printed():
    """Gaps are those of both languages."""
    from string import Formatter

    for english, chinese in PHRASES.values():
        gaps = [{gap for _, gap, *_ in Formatter().parse(one) if gap} for one in (english, chinese)]
        assert gaps[0] == gaps[1]
    run = trained(gs.MLP([64, 20, 10], "relu", "softmax"))
    run.parameters["b1"][:7] = -100
    section = health_section(found(run))
    assert isinstance(section, Section)
    assert all(isinstance(part, Paragraph) for part in section.parts)
    story = Story("step", section.title, (section,), {}, {}, {}, (), 6, {})
    assert "7 of 20 neurons pass no gradient for any of 1024" in " ".join(to_text(story).split())
    assert "20 个神经元中有 7 个" in to_text(story, "zh")


def test_saturation_is_what_studies_call_so():
    network = gs.MLP([64, 30, 20, 10], "tanh", "softmax")
    run = trained(network)
    run.parameters["W1"] *= 30
    (one,) = (one for one in found(run) if one.key == "health_saturated")
    share = layer_numbers(run, X, LABELS)[0].saturated
    assert one.gaps["share"].value == pytest.approx(100 * share, rel=0.02)
