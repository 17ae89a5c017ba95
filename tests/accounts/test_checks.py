"""Numeric checks of told gradients: right ones pass, wrong ones do not, tiny ones say so."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.account import Check
from gradstone.accounts.checks import checks, judged
from gradstone.accounts.runs import next_step, training_rows

HALVES = np.repeat([0, 1], 60)
X = np.random.default_rng(0).normal(size=(120, 2)) * 0.5 + np.where(HALVES[:, None] == 1, 3.0, -3.0)


@pytest.fixture(scope="module")
def step():
    """The next step of a run whose loss is about 1e-8, and all gradients tiny."""
    network = gs.MLP([2, 4, 4, 2], "tanh", "softmax")
    run = gs.train(network, X, HALVES, epochs=1500, batch_size=32, seed=0, optimizer=gs.adam(0.02))
    return next_step(training_rows(run, X, HALVES))


def checked(step, name, factor=1.0):
    graph = step.graph
    mine = graph.array(f"d{name}")
    node, inputs = graph.parameters[name], graph.inputs
    found = checks(graph.total, node, graph.values(), inputs, mine * factor, range(mine.size))
    return mine.ravel(), [found[place] for place in range(mine.size)]


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2", "W3", "b3"])
def test_right_gradients_of_a_well_trained_run_do_not_differ(step, name):
    mine, found = checked(step, name)
    assert 0 < np.abs(mine).max() < 1e-5
    assert {one.verdict for one in found} <= {"ok", "unclear"}


@pytest.mark.parametrize("factor", [0.0, -1.0, 0.5, 1.1])
def test_wrong_ones_of_that_size_differ_where_it_can_be_told(step, factor):
    """Wherever the right gradient was found to be so, a wrong one is found to be wrong."""
    seen = 0
    for name in step.graph.parameters:
        mine, right = checked(step, name)
        _, wrong = checked(step, name, factor)
        for own, one, other in zip(mine, right, wrong, strict=True):
            if own and one.verdict == "ok":
                assert other.verdict == "differs", (name, own, one)
                seen += 1
            assert other.verdict != "ok" or not own
    assert seen > 5


def test_the_account_says_differs_nowhere(step):
    for detail in ("overview", "numbers"):
        found = step.account(detail=detail).story
        told = [line.check.verdict for line in found.lines.values() if line.check is not None]
        assert "differs" not in told
        assert told


def test_too_small_to_check_is_said_in_both_languages(step):
    assert "too small to check" in step.account(detail="numbers", language="en").to_text()
    assert "太小，无法核对" in step.account(detail="numbers", language="zh").to_text()


@pytest.mark.parametrize(
    ("numeric", "mine", "error", "verdict"),
    [
        (1.0, 1.0, 1e-9, "ok"),
        (1.0, 1.00001, 1e-9, "differs"),
        (1.0, 1.00001, 1e-5, "ok"),
        (1e-12, 3e-12, 1e-12, "unclear"),
        (1e-12, 3e-9, 1e-12, "differs"),
        (0.0, 1e-20, 1e-13, "unclear"),
        (0.0, 0.0, 1e-13, "ok"),
    ],
)
def test_verdicts(numeric, mine, error, verdict):
    assert judged(numeric, mine, error, kink=False).verdict == verdict
    assert judged(numeric, mine, error, kink=True) == Check(
        numeric, pytest.approx(abs(numeric - mine) / (max(abs(numeric), abs(mine)) or 1)), "kink"
    )
