"""The learning-rate range test."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.drawn import drawn_set
from gradstone.errors import RangeError, UnknownNameError
from gradstone.studies.rate import FEW, LONGEST, find_rate, smoothed, weight
from gradstone.training.optimizers import adam, momentum

MOONS = drawn_set("moons", 200, 0.2)
SINE = drawn_set("sine", 200)


def moons(**settings):
    network = gs.MLP([2, 8, 2], "tanh", "softmax")
    return find_rate(network, MOONS.inputs, MOONS.targets, **settings)


def sine(**settings):
    return find_rate(gs.MLP([1, 8, 1], "tanh"), SINE.inputs, SINE.targets, **settings)


def test_the_average_includes_the_current_value():
    values = np.array([1.0, 3.0, 2.0])
    weights = 0.9 ** np.arange(2, -1, -1)
    assert smoothed(values, 0.9)[0] == pytest.approx(1.0)
    assert smoothed(values, 0.9)[-1] == pytest.approx((weights * values).sum() / weights.sum())


def test_the_average_spans_the_same_part_of_the_curve_however_many_updates_it_has():
    """Two thirds of a decade before, a loss counts 1/e."""
    for each in (3, 30, 3000):
        assert weight(10 ** (1 / each)) ** (2 / 3 * each) == pytest.approx(np.exp(-1))
    slow, quick = (sine(steps=steps, lowest=1e-5, highest=1e-2) for steps in (50, 800))
    for test, steps in ((slow, 50), (quick, 800)):
        growth = 1e3 ** (1 / (steps - 1))
        np.testing.assert_allclose(test.smoothed, smoothed(test.losses, weight(growth)))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_suggestions_hardly_depend_on_the_number_of_updates(optimizer):
    found = [sine(optimizer=optimizer, steps=steps).suggestion for steps in (100, 300, 1000, 4000)]
    assert max(found) < 4.5 * min(found)
    network = gs.MLP([1, 8, 1], "tanh")
    for rate in found:
        rule = {"sgd": gs.sgd, "adam": gs.adam}[optimizer](rate)
        run = gs.train(network, SINE.inputs, SINE.targets, None, rule, 40)
        assert run.history["r2"][-1] > 0.6


def test_rates_rise_geometrically():
    test = moons(lowest=1e-4, highest=1.0, steps=41)
    assert len(test.rates) == len(test.losses) == len(test.smoothed) == 41
    assert test.rates[0] == pytest.approx(1e-4)
    assert test.rates[-1] == pytest.approx(1.0)
    np.testing.assert_allclose(test.rates[1:] / test.rates[:-1], 10**0.1)


def test_each_update_has_its_rate():
    """The same updates by hand, on one sample with one weight."""
    network = gs.MLP([1, 1], None, bias=False, initial=0.5)
    test = find_rate(
        network, [[1.0]], [[2.0]], "half_sse", lowest=1e-3, highest=1e-1, steps=21, dtype="float64"
    )
    weight, losses = 0.5, []
    for rate in test.rates:
        losses.append(0.5 * (weight - 2.0) ** 2)
        weight -= rate * (weight - 2.0)
    np.testing.assert_allclose(test.losses, losses, rtol=1e-12)


def test_a_tenth_of_the_lowest_point_is_suggested():
    test = moons(highest=100.0)
    assert test.diverged_at is not None
    assert test.lowest_at < test.diverged_at
    assert test.suggestion == pytest.approx(test.lowest_at / 10)
    assert test.smoothed[np.searchsorted(test.rates, test.lowest_at)] == test.smoothed[FEW:].min()
    assert test.steepest_at <= test.lowest_at
    assert not test.unfinished


def test_the_suggestion_trains_and_ten_times_more_than_the_limit_does_not():
    test = sine(optimizer="sgd")
    assert len(test.rates) < 100
    network = gs.MLP([1, 8, 1], "tanh")
    arguments = (network, SINE.inputs, SINE.targets, None)
    good = gs.train(*arguments, gs.sgd(test.suggestion), 20)
    assert good.history["loss"][-1] < 0.5 * test.initial
    with pytest.warns(UserWarning, match="training stopped"):
        bad = gs.train(*arguments, gs.sgd(10 * test.diverged_at), 200)
    assert (good.status, bad.status) == ("finished", "diverged")


def test_both_roads_agree():
    native, plain = (sine(steps=30, executor=one) for one in ("native", "interpreter"))
    np.testing.assert_allclose(native.losses, plain.losses, rtol=1e-4)


def test_a_seed_repeats_itself():
    assert moons(seed=3).losses.tolist() == moons(seed=3).losses.tolist()
    assert moons(seed=3).losses.tolist() != moons(seed=4).losses.tolist()


@pytest.mark.parametrize(("lowest", "highest"), [(1e-12, 1e-10), (1e3, 1e5)])
def test_where_nothing_falls_nothing_is_suggested(lowest, highest):
    test = sine(lowest=lowest, highest=highest)
    assert test.suggestion is None
    assert test.steepest_at is None
    assert (test.diverged_at is None) == (lowest < 1)


def test_a_loss_that_still_falls_at_the_end_says_so():
    assert moons(highest=0.5, batch_size=200).unfinished


def test_of_an_optimizer_only_the_rate_is_replaced():
    light, heavy = (moons(optimizer=momentum(5.0, momentum=m)).losses for m in (0.1, 0.9))
    assert not np.array_equal(light, heavy)
    assert moons(optimizer=adam(0.5)).losses.tolist() == moons(optimizer="adam").losses.tolist()


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"optimizer": "adm"}, UnknownNameError, "adam"),
        ({"lowest": 0.0}, RangeError, "from 1e-30"),
        ({"highest": 1e300}, RangeError, "below 1e"),
        ({"lowest": 1.0, "highest": 0.1}, RangeError, "highest"),
        ({"steps": 3}, RangeError, "10"),
        ({"batch_size": 0}, RangeError, "batch_size"),
        ({"loss": "cros_entropy"}, UnknownNameError, "cross_entropy"),
    ],
)
def test_bad_input(settings, error, told):
    with pytest.raises(error, match=told):
        moons(**settings)


def test_many_updates_are_several_trainings():
    """Their seeds follow each other; the median is taken at each rate."""
    test = sine(steps=3 * LONGEST, lowest=1e-9, highest=1e-3, seed=4)
    assert (test.trainings, len(test.rates)) == (3, LONGEST)
    assert test.rates[-1] == pytest.approx(1e-3)
    alone = [sine(steps=LONGEST, lowest=1e-9, highest=1e-3, seed=seed) for seed in (4, 5, 6)]
    assert {one.trainings for one in alone} == {1}
    np.testing.assert_allclose(test.losses, np.median([one.losses for one in alone], axis=0))


def test_no_training_is_longer_than_the_longest():
    for steps, trainings, each in ((LONGEST, 1, LONGEST), (LONGEST + 1, 2, LONGEST // 2)):
        test = sine(steps=steps, lowest=1e-9, highest=1e-6)
        assert (test.trainings, len(test.rates)) == (trainings, each)


def test_a_training_that_breaks_down_early_counts_with_its_last_loss():
    test = sine(steps=2 * LONGEST)
    each = [sine(steps=LONGEST, seed=seed) for seed in (0, 1)]
    short, long = sorted(each, key=lambda one: len(one.losses))
    assert len(short.losses) < len(test.losses) <= len(long.losses)
    last = (short.losses[-1] + long.losses[len(test.losses) - 1]) / 2
    assert test.losses[-1] == pytest.approx(last)
    assert short.diverged_at <= test.diverged_at <= long.diverged_at


def test_a_first_loss_that_is_not_finite():
    with pytest.raises(RangeError, match="Scale the inputs"):
        find_rate(gs.MLP([1, 1], None, initial=1e30), [[1e30]], [[1.0]], "mse")
