"""Ctrl-C during a descent: it stops where it is, and what it did comes back."""

import os
import signal
import threading

import numpy as np
import pytest

import gradstone as gs
from gradstone.descent.log import TAIL, Log, Mark
from gradstone.descent.minimize import minimize
from gradstone.descent.rapid import SHOWN

VALLEY, START = "(1-x)^2 + 100(y-x^2)^2", (-1.2, 1)
SLOW = {"optimizer": gs.sgd(1e-7), "precision": 0}


@pytest.fixture
def at_once(monkeypatch):
    """Progress is told after each update, or each piece."""
    monkeypatch.setattr("gradstone.descent.course.EVERY", -1.0)


def interrupt(*_):
    signal.raise_signal(signal.SIGINT)


def whole(found):
    """What is true of each interrupted descent."""
    assert (found.status, found.findings.ending) == ("interrupted", "interrupted")
    assert found.kept[0] == 0
    assert found.kept[-1] == found.iterations
    assert (np.diff(found.kept) > 0).all()
    assert len(found.kept) == len(found.path) == len(found.values) == len(found.gradients)
    assert np.ravel(found.path[-1]).tolist() == np.ravel(found.x).tolist()


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("most", [100_000, 10**8, 10**11])
def test_machine_code_stops_and_ends_as_if_it_had_been_asked_to(most):
    heard = []

    def progress(done, value, norm):
        if not heard and done > 10_000:
            heard.append(done)
            interrupt()

    found = minimize(VALLEY, START, max_iterations=most, progress=progress, **SLOW)
    whole(found)
    assert len(found.kept) > 200 + SHOWN
    assert found.iterations >= heard[0] > 10_000
    np.testing.assert_array_equal(np.diff(found.kept[-SHOWN:]), 1)
    same = minimize(VALLEY, START, max_iterations=found.iterations, **SLOW)
    assert same.status == "not converged"
    assert same.x == found.x
    assert "Interrupted after" in found.diagnosis
    assert "no verdict" in found.diagnosis
    assert "下降被中断" in found.told("zh")


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(("size", "known"), [(4, True), (5, False)])
def test_of_many_variables_no_second_derivatives(size, known):
    heard = []

    def progress(*told):
        heard.append(told)
        if len(heard) == 20:
            interrupt()

    f = "+".join(f"x{i}^2" for i in range(1, size + 1))
    found = minimize(f, (1.0,) * size, max_iterations=10**6, progress=progress, **SLOW)
    whole(found)
    assert (found.findings.eigenvalues is not None) == known
    assert found.findings.gradient == pytest.approx(2 * np.sqrt(size), rel=1e-3)


def test_a_signal_from_outside():
    """It comes from another thread, once the descent has begun."""
    begun = threading.Event()

    def kill():
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    killer = threading.Thread(target=kill)
    killer.start()
    found = minimize(
        VALLEY, START, max_iterations=10**12, progress=lambda done, *_: done and begun.set(), **SLOW
    )
    killer.join()
    whole(found)


def test_strides_are_kept_whatever_the_pieces():
    """Points lie a stride apart although machine code runs in pieces shorter than it."""
    found = minimize(VALLEY, START, max_iterations=30_000, keep=2, **SLOW)
    inner = found.kept[(found.kept >= 200) & (found.kept < 30_000 - 2 * TAIL)]
    assert inner.tolist() == [200, 15_200]
    plain = minimize(VALLEY, START, max_iterations=15_200, **SLOW)
    np.testing.assert_array_equal(found.path[found.kept == 15_200][0], plain.x)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("grad", [None, "own", "numeric"])
def test_updates_one_by_one(grad):
    def own(x, y):
        return 2 * x, 4 * y

    heard = []

    def progress(*told):
        heard.append(told)
        if len(heard) == 100:
            interrupt()

    chosen = own if grad == "own" else grad
    found = minimize(
        lambda x, y: x * x + 2 * y * y, (1.0, 2.0), chosen, gs.sgd(1e-9), precision=1e-6,
        max_iterations=10**9, executor="interpreter", progress=progress,
    )  # fmt: skip
    whole(found)
    assert found.iterations == len(found.path) - 1 == heard[-1][0] - 1 == 98
    assert found.findings.followed == pytest.approx(np.sqrt(4 + 64), rel=1e-4)
    assert "not below the precision" in found.diagnosis
    assert "尚未低于精度 1e−06" in found.told("zh")


@pytest.mark.usefixtures("at_once")
def test_a_black_box_is_not_called_any_more():
    calls, after = [], []

    def f(x):
        (after if heard else calls).append(x)
        return float(x) ** 2

    heard = []

    def progress(*told):
        if told[0] > 3:
            heard.append(told)
            interrupt()

    found = minimize(f, 3.0, "numeric", gs.sgd(1e-9), max_iterations=10**9, progress=progress)
    whole(found)
    assert calls
    assert not after
    assert found.findings.eigenvalues is None
    assert "norm is 6 so far" in found.diagnosis


def test_ctrl_c_while_the_verdict_is_found(monkeypatch):
    from gradstone.descent import judging

    real = judging.stationary

    def once(*given):
        monkeypatch.setattr(judging, "stationary", real)
        interrupt()

    monkeypatch.setattr(judging, "stationary", once)
    found = minimize("x^2", 3.0)
    whole(found)


def test_before_the_first_update_it_is_python_s_own():
    def f(x):
        interrupt()

    with pytest.raises(KeyboardInterrupt):
        minimize(f, 3.0, "numeric")
    with pytest.raises(KeyboardInterrupt):
        minimize("x^2", 3.0, progress=interrupt)


@pytest.mark.usefixtures("at_once")
def test_of_several_starts_the_others_are_not_begun():
    heard = []

    def progress(done, value, norm):
        heard.append(done)
        if value < 3 and done > 5000:
            interrupt()

    found = minimize(
        "x^2", starts=[2.0, 1.0, 3.0], max_iterations=20_000, progress=progress, **SLOW
    )
    statuses = [one.status for one in found.all]
    assert statuses == ["not converged", "interrupted"]
    assert found.lowest is found[1]
    assert "(interrupted)" in found.diagnosis


def test_a_point_that_stands_in_head_and_tail_is_told_once():
    log = Log()
    for number in range(TAIL + 1):
        log.add(Mark(number, np.zeros(1), 0.0, np.zeros(1)))
    log.tail.appendleft(log.kept[-1])  # as where Ctrl-C came between
    assert [one.number for one in log.marks()] == list(range(TAIL + 1))
