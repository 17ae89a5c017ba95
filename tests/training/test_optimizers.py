"""Each optimizer against PyTorch's formulas by hand, and the schedules against closed forms."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import RangeError, UnknownNameError
from gradstone.training.optimizers import OPTIMIZERS, optimizer_named
from tests.training.reference import ByHand, mse_and_gradients, some_parameters

RANDOM = np.random.RandomState(1)
X, T = RANDOM.randn(12, 3), RANDOM.randn(12, 2)
START = some_parameters([3, 4, 2])
STEPS = 20


def trained(optimizer, steps=STEPS, **options):
    """The run after some full-batch steps in float64."""
    net = gs.MLP([3, 4, 2], activation="tanh")
    options = {"parameters": START, "dtype": "float64", "batch_size": 12} | options
    return gs.train(net, X, T, loss="mse", optimizer=optimizer, epochs=steps, **options)


def by_hand(update, steps=STEPS, rate=lambda k: None):
    parameters, losses = START, []
    for k in range(steps):
        loss, gradients = mse_and_gradients(parameters, X, T)
        losses.append(loss)
        parameters = update(parameters, gradients, rate(k))
    return parameters, losses


def assert_same(run, parameters, losses):
    np.testing.assert_allclose(run.history["loss"], losses, rtol=1e-12)
    for name, value in parameters.items():
        np.testing.assert_allclose(run.parameters[name], value, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("decay", [0.0, 0.03])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_against_formulas_by_hand(name, decay):
    rate = 0.05
    run = trained(OPTIMIZERS[name](rate, weight_decay=decay))
    assert_same(run, *by_hand(ByHand(name, rate, decay)))
    assert run.step == STEPS


@pytest.mark.parametrize(
    ("made", "hand"),
    [
        (gs.momentum(0.02, momentum=0.5), ByHand("momentum", 0.02, momentum=0.5)),
        (gs.momentum(0.02, momentum=0.0), ByHand("sgd", 0.02)),
        (gs.nesterov(0.02, momentum=0.99), ByHand("nesterov", 0.02, momentum=0.99)),
        (gs.adagrad(0.1, epsilon=0.3), ByHand("adagrad", 0.1, eps=0.3)),
        (gs.rmsprop(0.01, rho=0.5, epsilon=1e-3), ByHand("rmsprop", 0.01, rho=0.5, eps=1e-3)),
        (
            gs.adam(0.01, beta1=0.5, beta2=0.7, epsilon=0.1),
            ByHand("adam", 0.01, betas=(0.5, 0.7), eps=0.1),
        ),
        (gs.adamw(0.02), ByHand("adamw", 0.02, decay=0.01)),
        (gs.adam(0.02, beta1=0.0, beta2=0.0), ByHand("adam", 0.02, betas=(0.0, 0.0))),
    ],
)
def test_settings(made, hand):
    assert_same(trained(made), *by_hand(hand))


def test_adam_and_adamw_part_where_decay_begins():
    alike = trained(gs.adam(0.01)), trained(gs.adamw(0.01, weight_decay=0.0))
    assert (alike[0].parameters["W1"] == alike[1].parameters["W1"]).all()
    coupled = trained(gs.adam(0.01, weight_decay=0.1), steps=1).parameters["W1"]
    decoupled = trained(gs.adamw(0.01, weight_decay=0.1), steps=1).parameters["W1"]
    assert np.abs(coupled - decoupled).max() > 1e-4


def test_a_name_stands_for_the_defaults():
    for name, make in OPTIMIZERS.items():
        assert trained(name, 3).parameters["W2"].tolist() == (
            trained(make(), 3).parameters["W2"].tolist()
        )
    assert trained(None, 3).plan.optimizer == gs.adam()


SCHEDULES = {
    "step": (gs.step_decay(0.1, 0.5, every=3), lambda k: 0.1 * 0.5 ** (k // 3)),
    "cosine": (
        gs.cosine_decay(0.1, steps=10, final=0.01),
        lambda k: 0.01 + 0.09 * 0.5 * (1 + np.cos(np.pi * min(k / 10, 1))),
    ),
    "warm up": (gs.warm_up(0.1, steps=8), lambda k: 0.1 * min((k + 1) / 8, 1)),
    "warm up, then steps": (
        gs.warm_up(gs.step_decay(0.2, 0.1, every=7), steps=4),
        lambda k: min((k + 1) / 4, 1) * 0.2 * 0.1 ** (k // 7),
    ),
}


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adam", "adamw"])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules(schedule, optimizer):
    made, rate = SCHEDULES[schedule]
    decay = 0.01 if optimizer == "adamw" else 0.0
    assert_same(
        trained(OPTIMIZERS[optimizer](made)), *by_hand(ByHand(optimizer, 0.0, decay), rate=rate)
    )


def test_a_schedule_goes_on_in_the_next_fit():
    made, _ = SCHEDULES["warm up, then steps"]
    whole, parts = trained(gs.adam(made), 12), trained(gs.adam(made), 5)
    parts.fit(X, T, epochs=7)
    assert (whole.parameters["W1"] == parts.parameters["W1"]).all()


@pytest.mark.parametrize("clip", [0.01, 0.5, 1e6])
def test_clipping(clip):
    def update(parameters, gradients, rate):
        norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
        factor = min(clip / (norm + 1e-6), 1.0)
        return {n: p - 0.3 * factor * gradients[n] for n, p in parameters.items()}

    assert_same(trained(gs.sgd(0.3), clip=clip), *by_hand(update))


def test_a_clipped_step_is_no_longer_than_rate_times_clip():
    moved = trained(gs.sgd(0.5), steps=1, clip=0.02).parameters
    length = np.sqrt(sum(((moved[n] - START[n]) ** 2).sum() for n in START))
    assert length == pytest.approx(0.5 * 0.02, rel=1e-4)


@pytest.mark.parametrize(("l1", "l2"), [(0.01, 0.0), (0.0, 0.02), (0.03, 0.005)])
def test_l1_and_l2_leave_biases_out(l1, l2):
    parameters, losses = START, []
    for _ in range(STEPS):
        loss, gradients = mse_and_gradients(parameters, X, T)
        weights = [p for n, p in parameters.items() if n.startswith("W")]
        losses.append(loss + sum(l1 * np.abs(w).sum() + l2 * (w**2).sum() for w in weights))
        for name in ("W1", "W2"):
            w = parameters[name]
            gradients[name] = gradients[name] + l1 * np.sign(w) + 2 * l2 * w
        parameters = {n: p - 0.1 * gradients[n] for n, p in parameters.items()}
    run = trained(gs.sgd(0.1), l1=l1, l2=l2)
    assert_same(run, parameters, losses)
    assert run.evaluate(X, T)["loss"] == pytest.approx(mse_and_gradients(parameters, X, T)[0])


def test_float32_stays_float32():
    run = trained(gs.adam(0.01), dtype="float32")
    exact = trained(gs.adam(0.01))
    for name, value in run.parameters.items():
        assert value.dtype == np.float32
        np.testing.assert_allclose(value, exact.parameters[name], rtol=1e-4, atol=1e-5)
    assert {one.dtype for n, one in run.loop.carried.state.items() if "." in n} == {
        np.dtype("float32")
    }


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gs.sgd(-0.1), ["learning_rate", "-0.1", "above 0"]),
        (lambda: gs.sgd(float("nan")), ["learning_rate", "nan", "above 0"]),
        (lambda: gs.sgd("fast"), ["learning_rate", "'fast'", "above 0"]),
        (lambda: gs.momentum(momentum=1.0), ["momentum momentum", "1.0", "below 1"]),
        (lambda: gs.adam(beta2=1.5), ["adam beta2", "1.5", "below 1"]),
        (lambda: gs.adamw(weight_decay=-1), ["adamw weight_decay", "-1", "from 0"]),
        (lambda: gs.step_decay(0.1, factor=0), ["factor", "above 0"]),
        (lambda: gs.step_decay(0.1, every=0), ["every", "whole number from 1"]),
        (lambda: gs.cosine_decay(0.1, steps=2.5), ["steps", "2.5", "whole number"]),
        (lambda: gs.cosine_decay(0.1, 10, final=-1), ["final", "from 0"]),
        (lambda: gs.warm_up(0.1, steps=0), ["steps", "whole number from 1"]),
    ],
)
def test_settings_outside_their_range(make, words):
    with pytest.raises(RangeError) as caught:
        make()
    assert all(word in str(caught.value) for word in words), caught.value


def test_an_unknown_optimizer():
    with pytest.raises(
        UnknownNameError, match=r"optimizer: 'adma' is not known.*Did you mean adam"
    ):
        trained("adma", 1)


def test_optimizers_by_name():
    assert optimizer_named(None) == gs.adam()
    assert optimizer_named("sgd") == gs.sgd()
    assert optimizer_named("adamw", 0.2, beta1=0.5) == gs.adamw(0.2, beta1=0.5)
    assert optimizer_named(gs.momentum(0.3), 0.1) == gs.momentum(0.3)
    with pytest.raises(UnknownNameError, match=r"^--rule: 'rmspop' .* Did you mean rmsprop"):
        optimizer_named("rmspop", None, "--rule")
    with pytest.raises(RangeError, match="learning_rate"):
        optimizer_named("sgd", -1.0)


def test_numpy_numbers_are_numbers():
    assert gs.sgd(np.float32(0.5)) == gs.sgd(0.5)
    assert gs.step_decay(np.float64(0.1), 0.5, np.int64(3)) == gs.step_decay(0.1, 0.5, 3)
