"""Epochs, batches, resuming, validation, early stopping, callbacks, and what is remembered."""

import io
from contextlib import redirect_stderr

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.batches import Batches
from gradstone.errors import DataError, RangeError, ShapeError, UnknownNameError
from gradstone.training.history import EarlyStopping, Silence
from gradstone.training.patience import Patience
from tests.training.reference import mse_and_gradients, some_parameters

RANDOM = np.random.RandomState(3)
X = RANDOM.randn(50, 3)
T = np.column_stack([X @ [1.0, -1.0, 2.0], np.sin(X[:, 0])])
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
START = some_parameters([3, 4, 2])


def trained(epochs=4, optimizer=None, net=None, **options):
    net = net or gs.MLP([3, 4, 2], activation="tanh")
    options = {"dtype": "float64", "batch_size": 8, "seed": 1} | options
    return gs.train(net, X, T, optimizer=optimizer or gs.sgd(0.1), epochs=epochs, **options)


def same(one, other):
    """Whether two runs are equal to the last bit, history and optimizer's state included."""
    arrays = [
        (run.parameters | run.loop.carried.state, run.history, run.epoch, run.step)
        for run in (one, other)
    ]
    (a, *more), (b, *others) = arrays
    return more == others and all(a[n].tobytes() == b[n].tobytes() for n in a)


# --- batches ---------------------------------------------------------------------------------


def by_hand(order, rate=0.1, start=START):
    """Parameters and mean loss of epochs over given batches."""
    parameters, history = start, []
    for epoch in order:
        total = 0.0
        for rows in epoch:
            loss, gradients = mse_and_gradients(parameters, X[rows], T[rows])
            total += loss * len(rows)
            parameters = {n: p - rate * gradients[n] for n, p in parameters.items()}
        history.append(total / sum(map(len, epoch)))
    return parameters, history


@pytest.mark.parametrize(
    ("options", "order"),
    [
        ({"shuffle": False}, lambda e: [range(s, min(s + 8, 50)) for s in range(0, 50, 8)]),
        ({}, lambda e: list(Batches(50, 8, 1).epoch(e))),
        (
            {"sampling": "replacement"},
            lambda e: list(Batches(50, 8, 1, sampling="replacement").epoch(e)),
        ),
        ({"batch_size": 1000}, lambda e: [range(50)]),
        ({"batch_size": 50}, lambda e: [range(50)]),
        ({"batch_size": 1, "shuffle": False}, lambda e: [[row] for row in range(50)]),
    ],
)
def test_batches_by_hand(options, order):
    run = trained(parameters=START, **options)
    parameters, history = by_hand([order(epoch) for epoch in range(4)])
    np.testing.assert_allclose(run.history["loss"], history, rtol=1e-11)
    for name, value in parameters.items():
        np.testing.assert_allclose(run.parameters[name], value, rtol=1e-11, atol=1e-13)


def test_case_t4_counts_every_sample():
    x, y = np.zeros((2000, 1)), np.zeros(2000)
    seen = []

    class Count:
        def begin(self, batches, epochs):
            seen.append((batches.plan(epochs), epochs, batches.per_epoch))

        def step(self, epoch, step, loss):
            seen.append((epoch, step))

        def epoch(self, epoch, numbers):
            pass

        def end(self, message):
            seen.append(message)

    run = gs.train(gs.MLP([1, 1]), x, y, epochs=10, batch_size=64, progress=Count())
    plan = "2000 samples, batch 64: 32 iterations an epoch, the last of 16; 10 epochs: 320"
    assert seen[0] == (plan, 10, 32)
    steps = seen[1:-1]
    assert steps == sorted(set(steps))
    assert steps[-1] == (10, 32)
    assert seen[-1] == run.message == "finished after 10 epochs"
    assert run.step == 320
    run = gs.train(gs.MLP([1, 1]), x[:1], y[:1], epochs=1)
    assert run.step == 1


def test_the_same_twice_is_the_same_to_the_last_bit():
    for optimizer in (gs.sgd(0.1), gs.adam(0.01)):
        assert same(trained(optimizer=optimizer), trained(optimizer=optimizer))
    assert not same(trained(), trained(seed=2))
    net = gs.MLP([3, 8, 2], dropout=0.3)
    assert same(trained(net=net), trained(net=net))


@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        (gs.sgd(0.1), {}),
        (gs.momentum(0.05), {"sampling": "replacement"}),
        (gs.adam(0.01), {}),
        (gs.adamw(gs.warm_up(gs.cosine_decay(0.02, 60), 10)), {"clip": 0.5, "l2": 0.01}),
        (gs.rmsprop(0.01), {"shuffle": False}),
        (gs.nesterov(0.02), {"validation": 0.2, "dtype": "float32"}),
        (gs.adagrad(0.1), {"net": gs.MLP([3, 6, 2], dropout=0.4)}),
    ],
)
def test_ten_epochs_are_five_saved_loaded_and_five(optimizer, options, tmp_path):
    whole = trained(10, optimizer, **options)
    trained(5, optimizer, **options).save(tmp_path)
    parts = gs.load(tmp_path)
    assert parts.epoch == 5
    parts.fit(X, T, epochs=5)
    assert same(whole, parts)
    assert len(parts.history["loss"]) == 10


def test_fit_takes_over_what_it_is_not_told():
    run = trained(2, shuffle=False, batch_size=7)
    run.fit(X, T, epochs=2)
    assert (run.batch_size, run.shuffle, run.step) == (7, False, 4 * 8)
    run.fit(X, T, epochs=1, batch_size=50, shuffle=True)
    assert (run.batch_size, run.shuffle, run.step) == (50, True, 33)
    assert run.fit(X, T, epochs=0) is run


# --- history, validation ---------------------------------------------------------------------


def test_history_has_one_number_an_epoch():
    run = trained(3)
    assert list(run.history) == ["loss", "r2", "mae"]
    run = trained(3, validation=0.2, metrics=())
    assert list(run.history) == ["loss", "validation_loss"]
    assert {len(numbers) for numbers in run.history.values()} == {3}
    assert all(isinstance(one, float) for one in run.history["loss"])
    run.fit(X, T, epochs=2, validation=0)
    run.fit(X, T, epochs=1, validation=(X, T))
    assert {len(numbers) for numbers in run.history.values()} == {6}
    assert np.isnan(run.history["validation_loss"]).tolist() == [False] * 3 + [True] * 2 + [False]
    assert trained(0).history == {}


def test_history_is_the_same_read_often_or_once():
    once, often = trained(2), trained(2)
    for run in (once, often):
        for epochs in (1, 3):
            run.fit(X, T, epochs)
            if run is often:
                assert [len(numbers) for numbers in run.history.values()] == [run.epoch] * 3
    assert once.history == often.history
    once.history = {}
    once.fit(X, T, 1)
    assert len(once.history["loss"]) == 1


def test_other_data_of_the_same_form():
    run, fresh = trained(1), trained(1)
    other = (X[:30] * 2, T[:30] + 1)
    run.fit(*other, epochs=2)
    fresh.loop.loops.clear()
    fresh.fit(*other, epochs=2)
    assert same(run, fresh)


def test_loss_is_before_each_update_and_validation_after_the_epoch():
    run = trained(3, batch_size=50, parameters=START, validation=(X[:9], T[:9]))
    parameters = START
    for epoch in range(3):
        loss, gradients = mse_and_gradients(parameters, X, T)
        assert run.history["loss"][epoch] == pytest.approx(loss, rel=1e-12)
        parameters = {n: p - 0.1 * gradients[n] for n, p in parameters.items()}
        measured = mse_and_gradients(parameters, X[:9], T[:9])[0]
        assert run.history["validation_loss"][epoch] == pytest.approx(measured, rel=1e-12)


def test_a_share_is_held_out_by_class():
    net, seen = gs.MLP([3, 3]), []
    y = np.repeat([0, 1, 2], [30, 15, 5])
    run = gs.train(net, X, y, epochs=1, validation=0.2, batch_size=1, callbacks=[seen.append])
    assert run.step == 40
    assert len(seen) == 1
    assert run.history["validation_accuracy"][0] * 10 == pytest.approx(
        round(run.history["validation_accuracy"][0] * 10)
    )
    without = gs.train(net, X, y, epochs=1, batch_size=1)
    assert without.step == 50
    again = gs.train(net, X, y, epochs=1, batch_size=1, validation=0.2)
    assert run.history == again.history


def test_held_out_rows_are_not_trained_on():
    x = np.eye(50)
    run = gs.train(gs.MLP([50, 1], initial="zeros"), x, np.ones(50), epochs=1, validation=0.3)
    moved = run.parameters["W1"][:, 0] != 0
    assert moved.sum() == 35


# --- early stopping, callbacks, snapshots ----------------------------------------------------


@pytest.mark.parametrize("executor", ["native", "interpreter"])
@pytest.mark.parametrize("one_hot", [True, False])
def test_labels_may_be_watched_where_rows_are_learned(one_hot, executor):
    """Targets held out need not have the form of those that are learned."""
    labels = np.arange(20) % 3
    rows = np.eye(3)[labels]
    learned, watched = (rows, labels) if one_hot else (labels, rows)
    told = []
    for y in (learned, watched):
        run = gs.train(
            gs.MLP([3, 4, 3]), X[:20], learned, "cross_entropy", gs.sgd(0.1), 3,
            validation=(X[:20], y), executor=executor,
        )  # fmt: skip
        told.append(run.history)
    assert told[0] == told[1]
    assert run.evaluate(X[:20], labels)["loss"] == pytest.approx(
        told[1]["validation_loss"][-1], rel=1e-6
    )


def test_early_stopping_restores_the_best():
    kept = []
    run = trained(
        200, gs.sgd(0.3), validation=(X[:10], -T[:10]), early_stopping=3,
        callbacks=[lambda run: kept.append({n: v.copy() for n, v in run.parameters.items()})],
    )  # fmt: skip
    losses = run.history["validation_loss"]
    best = int(np.argmin(losses))
    assert run.status == "stopped early"
    assert len(losses) == best + 1 + 3 == run.epoch
    assert run.best_epoch == best + 1
    assert run.evaluate(X[:10], -T[:10])["loss"] == pytest.approx(losses[best], rel=1e-12)
    assert all((run.parameters[n] == kept[best][n]).all() for n in kept[best])
    assert f"the parameters of epoch {best + 1} are restored" in run.message
    assert "no improvement for 3 epochs" in run.message


def test_early_stopping_without_validation_watches_the_loss():
    run = trained(50, gs.sgd(1e-9), early_stopping=EarlyStopping(patience=2, improvement=0.1))
    assert run.epoch == 3
    run = trained(5, early_stopping=10)
    assert (run.status, run.epoch, run.best_epoch) == ("finished", 5, 5)


def test_the_best_epoch_is_one_of_this_fit():
    run = trained(3, early_stopping=5)
    run.fit(X, T, epochs=1)
    assert run.best_epoch is None
    assert "restored" not in run.message
    before = {n: v.copy() for n, v in run.parameters.items()}
    run.fit(X, T, epochs=0, early_stopping=5)
    assert all((run.parameters[n] == before[n]).all() for n in before)


def everything(run):
    """All that a run is, to the last bit."""
    arrays = [*run.parameters.values(), *run.loop.carried.state.values()]
    numbers = (run.status, run.message, run.epoch, run.step, run.best_epoch, run.best_step)
    return [one.tobytes() for one in arrays], run.history, numbers


STOPPING = {
    "validation": {"validation": (X[:10], -T[:10])},
    "the loss": {"optimizer": gs.sgd(0.9)},
    "a share": {"validation": 0.3, "optimizer": gs.sgd(0.5)},
    "improvement": {"validation": (X[:10], T[:10]), "improvement": 0.01},
    "never": {"validation": (X[:10], T[:10]), "optimizer": gs.sgd(1e-3)},
    "replacement": {"validation": (X[:10], -T[:10]), "sampling": "replacement"},
    "dropout": {"net": gs.MLP([3, 9, 2], dropout=0.3), "validation": (X[:10], -T[:10])},
}


@pytest.mark.parametrize("executor", ["native", "interpreter"])
@pytest.mark.parametrize("way", STOPPING)
def test_early_stopping_is_that_of_single_epochs(way, executor, monkeypatch):
    """Chunks that go beyond the epoch at which patience ends leave no trace."""
    options = {"executor": executor, "optimizer": gs.sgd(0.3)} | STOPPING[way]
    improvement, seconds = options.pop("improvement", 0.0), [0.05, 1e-3, 2e-4]
    for patience in (1, 2, 7):
        options["early_stopping"] = EarlyStopping(patience, improvement)
        wanted = everything(trained(60, callbacks=[lambda run: None], **options))
        for chunk in seconds:
            monkeypatch.setattr("gradstone.training.passage.CHUNK_SECONDS", chunk)
            assert everything(trained(60, **options)) == wanted


def test_ctrl_c_just_after_the_best_epoch(monkeypatch):
    """What is restored and what is said of it belong together."""
    look = Patience.look

    def looked(self, passage):
        look(self, passage)
        raise KeyboardInterrupt

    monkeypatch.setattr(Patience, "look", looked)
    run = trained(9, validation=(X[:10], T[:10]), early_stopping=3)
    assert run.status == "interrupted"
    losses = run.history["validation_loss"]
    assert run.best_epoch == 1 + int(np.argmin(losses)) == run.best_step / 7
    assert f"the parameters of epoch {run.best_epoch} are restored" in run.message
    assert run.evaluate(X[:10], T[:10])["loss"] == pytest.approx(min(losses))


def test_progress_hears_of_no_epoch_beyond_the_last():
    told = []

    class Listener(Silence):
        def epoch(self, epoch, numbers):
            told.append((epoch, *numbers))

    run = trained(
        2000, gs.sgd(0.3), validation=(X[:10], -T[:10]), early_stopping=3, progress=Listener()
    )
    assert run.status == "stopped early"
    assert [epoch for epoch, *_ in told] == list(range(1, run.epoch + 1))
    assert told[0][1:] == tuple(run.history)


def test_training_goes_on_from_where_patience_ended():
    """The epoch and the optimizer's state are those of the last epoch told."""
    options = {"validation": (X[:10], -T[:10]), "early_stopping": 3, "optimizer": gs.adam(0.05)}
    alone, single = trained(300, **options), trained(300, callbacks=[lambda run: None], **options)
    for run in (alone, single):
        run.fit(X, T, epochs=4, early_stopping=None, validation=(X[:10], -T[:10]))
    assert everything(alone) == everything(single)
    assert alone.epoch == alone.step // 7


@pytest.mark.parametrize("answer", [True, np.True_])
def test_a_callback_stops_by_true(answer):
    seen = []

    def stop(run):
        seen.append((run.epoch, run.status, len(run.history["loss"])))
        return answer if run.epoch == 3 else None

    def late(run):
        seen.append("late")

    run = trained(10, callbacks=[stop, late])
    assert seen[::2] == [(1, "training", 1), (2, "training", 2), (3, "training", 3)]
    assert len(seen) == 6
    assert (run.status, run.epoch) == ("stopped early", 3)
    assert "callback" in run.message


def test_other_answers_do_not_stop():
    assert trained(3, callbacks=[lambda run: 7, lambda run: "yes", lambda run: False]).epoch == 3


def test_snapshots():
    run = trained(2, gs.momentum(0.1), snapshots=5)
    assert [step for step, _ in run.snapshots] == [5, 10]
    assert trained(2, snapshots=7).step == 14
    last = trained(2, gs.momentum(0.1), snapshots=14)
    (step, parameters) = last.snapshots[0]
    assert step == 14
    assert all((parameters[n] == last.parameters[n]).all() for n in parameters)
    one = trained(1, gs.momentum(0.1), batch_size=50, snapshots=1).snapshots[0][1]
    two = trained(2, gs.momentum(0.1), batch_size=50, snapshots=1).snapshots
    assert all((two[0][1][n] == one[n]).all() for n in one)
    assert (two[0][1]["W1"] != two[1][1]["W1"]).any()


def test_interrupted_in_a_callback():
    def interrupt(run):
        if run.epoch == 2:
            raise KeyboardInterrupt

    run = trained(10, gs.adam(0.01), callbacks=[interrupt])
    assert (run.status, run.epoch) == ("interrupted", 2)
    assert "interrupted by the user after 2 epochs" in run.message
    run.fit(X, T, epochs=8)
    assert same(run, trained(10, gs.adam(0.01)))


def test_interrupted_within_an_epoch_parameters_and_state_are_of_one_step():
    class Interrupt:
        def begin(self, *_): ...

        def epoch(self, *_): ...

        def end(self, message):
            self.message = message

        def step(self, epoch, step, loss):
            if (epoch, step) == (2, 3):
                raise KeyboardInterrupt

    teller = Interrupt()
    run = trained(5, gs.adam(0.01), progress=teller, snapshots=1)  # told after every step
    assert (run.status, run.epoch, run.step) == ("interrupted", 1, 7 + 3)
    assert run.loop.carried.state["step"] == 10
    assert teller.message == run.message
    assert len(run.history["loss"]) == 1
    run.fit(X, T, epochs=1)
    assert run.step == 17


def test_an_error_in_a_callback_comes_through():
    def fail(run):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        trained(2, callbacks=[fail])


def test_lines_of_progress():
    stream = io.StringIO()
    with redirect_stderr(stream):
        run = trained(2, progress=True, metrics=())
        run.fit(X, T, epochs=1, progress=True)
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("50 samples, batch 8: 7 iterations an epoch, the last of 2")
    assert lines[1].startswith("epoch 1/2  loss ")
    assert lines[3] == "finished after 2 epochs"
    assert lines[5].startswith("epoch 3/3  loss ")
    assert repr(run).startswith("<Run 3-4-2 tanh: finished, epoch 3, loss ")


def test_the_callers_arrays_stay_as_they_are():
    x, t = X.copy(), T.copy()
    start = {n: v.copy() for n, v in START.items()}
    gs.train(gs.MLP([3, 4, 2]), x, t, epochs=2, parameters=start, dtype="float64", batch_size=50)
    assert (x == X).all()
    assert (t == T).all()
    assert all((start[n] == START[n]).all() for n in start)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads(threads):
    assert trained(1, threads=threads).epoch == 1


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"epochs": -1}, RangeError, ["epochs", "-1 came", "from 0"]),
        ({"epochs": 2.5}, RangeError, ["epochs", "2.5 came", "whole number"]),
        ({"batch_size": 0}, RangeError, ["batch_size", "0 came", "from 1"]),
        ({"batch_size": -8}, RangeError, ["batch_size", "-8 came"]),
        ({"seed": -1}, RangeError, ["seed", "-1 came"]),
        ({"snapshots": 0}, RangeError, ["snapshots", "0 came", "from 1"]),
        ({"early_stopping": 0}, RangeError, ["EarlyStopping patience", "0 came"]),
        ({"validation": 1.0}, RangeError, ["validation", "1.0 came", "below 1"]),
        ({"validation": -0.5}, RangeError, ["validation", "-0.5 came"]),
        ({"validation": "a fifth"}, RangeError, ["validation", "'a fifth' came"]),
        ({"validation": 0.001}, DataError, ["held-out", "0.001 of 50 rows"]),
        ({"validation": (X,)}, ShapeError, ["validation", "1 arrays", "a pair (X, y)"]),
        ({"validation": (X[:5], T[:4])}, ShapeError, ["y", "4 targets", "5 samples"]),
        ({"sampling": "bootstrap"}, UnknownNameError, ["sampling", "permutation, replacement"]),
        ({"dtype": "float16"}, UnknownNameError, ["dtype", "'float16'", "float32"]),
        ({"dtype": "double precision"}, UnknownNameError, ["dtype", "float32, float64"]),
        ({"executor": "interpreted"}, UnknownNameError, ["executor", "Did you mean interpreter"]),
        ({"threads": 0}, RangeError, ["threads", "0 came", "from 1"]),
    ],
)
def test_options_outside_their_range(options, kind, words):
    with pytest.raises(kind) as caught:
        trained(**options)
    assert all(word in str(caught.value) for word in words), caught.value
    assert "\n" not in str(caught.value)


def test_a_refused_fit_changes_nothing():
    run = trained(1)
    before = dict(run.parameters), run.batch_size, run.validation
    for options in ({"batch_size": 0}, {"epochs": -1}, {"sampling": "x"}, {"validation": 0.001}):
        with pytest.raises((RangeError, UnknownNameError, DataError)):
            run.fit(X, T, **options)
    assert (dict(run.parameters), run.batch_size, run.validation) == before
    assert run.status == "finished"


def test_dtypes_by_any_name():
    for dtype in ("float32", np.float32, np.dtype("float32")):
        assert trained(1, dtype=dtype).parameters["W1"].dtype == np.float32
