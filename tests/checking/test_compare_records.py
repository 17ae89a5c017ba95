"""Histories, predictions and moving averages: do they belong together?"""

import math

import numpy as np
import pytest

from gradstone.checking.compare import compare
from tests.checking.hand import PARAMETERS1
from tests.checking.steps import n1_run, n1_step
from tests.checking.traces import N1, OTHERS, names


# Records of several steps -----------------------------------------------------------------------
def test_histories_of_steps_on_the_same_batch():
    losses, rows = n1_run(10)
    found = compare(N1, {"losses": losses, "history W1": rows["W1"], "b2_history": rows["b2"][1:]})
    assert found.ok
    assert found.notes == ("b2_history starts after the first update",)
    assert compare(N1, {"history": {"loss": losses, "W1": rows["W1"]}}).ok


def test_a_history_appended_without_copying():
    _, rows = n1_run(6)
    found = compare(N1, {"history W1": [rows["W1"][-1]] * 7, "new W1": rows["W1"][1]})
    assert names(found) == ["history appended without copying"]
    assert found.first.place == "history W1[0,0,0]"
    assert "append a copy" in found.cause.explanation
    plain = compare({"history W1": rows["W1"]}, {"history W1": [rows["W1"][-1]] * 7})
    assert names(plain) == ["history appended without copying"]


def test_losses_that_belong_to_other_parameters():
    losses, _ = n1_run(8)
    found = compare(N1, {"losses": losses[1:]})
    assert names(found) == [OTHERS]
    assert "after its update" in found.cause.explanation
    other = compare(N1, {"losses": [0.4, 0.3, 0.2]})
    assert names(other) == [None]
    # another run: its parameters and its losses belong together
    p = {name: 1.2 * one for name, one in PARAMETERS1.items()}
    told = {"losses": [], **{f"history {name}": [] for name in p}}
    for _ in range(4):
        numbers = n1_step(p=p)
        told["losses"].append(numbers["loss"])
        for name in p:
            told[f"history {name}"].append(p[name])
        p = {name: numbers[f"new {name}"] for name in p}
    verdicts = {line.quantity: line.verdict for line in compare(N1, told).lines}
    assert verdicts["history loss"] == "right given the earlier numbers"
    mixed = compare(N1, told | {"losses": losses[:4]})
    assert [one.quantity for one in mixed.differences][-1] != "history loss"
    wrong = compare(N1, told | {"losses": [0.4, 0.3, 0.2, 0.1]})
    cause = next(one.cause for one in wrong.differences if one.quantity == "history loss")
    assert cause.name == OTHERS
    assert "of another run" in cause.explanation


def test_predictions_that_belong_to_other_parameters():
    numbers = n1_step()
    new = {name: numbers[f"new {name}"] for name in PARAMETERS1}
    after = n1_step(p=new)
    told = numbers | {name: after[name] for name in ("net1", "out1", "net2", "out2", "loss")}
    only = {name: told[name] for name in [*PARAMETERS1, "out2", "loss", *(f"new {p}" for p in new)]}
    found = compare(N1, only)
    assert names(found) == [OTHERS]
    assert found.cause.entries == ("out2",)
    assert "loss" in found.carried
    assert names(compare(N1, {"y_hat": after["out2"]})) == [OTHERS]
    late = compare(N1, {"after loss": numbers["loss"]})
    assert names(late) == [OTHERS]
    shifted = compare(N1, {"W1": new["W1"], "b1": new["b1"]})
    assert names(shifted) == [OTHERS]
    assert "a step starts from those before it" in shifted.cause.explanation
    gradient = compare(N1, {"dW1": after["dW1"], "dW2": after["dW2"]})
    assert names(gradient) == [OTHERS]


def test_a_loss_that_is_not_that_of_the_predictions():
    other = n1_step(p={name: 1.3 * one for name, one in PARAMETERS1.items()})
    found = compare(N1, {"out2": N1["out2"], "loss": other["loss"]})
    assert names(found) == [OTHERS]
    assert "not that of these predictions" in found.cause.explanation
    assert names(compare(N1, {"loss": other["loss"]})) == [None]


SERIES = [5.0, 4.0, 4.5, 3.0, 2.5, 2.7, 2.0, 1.9, 1.2, 1.3]


def window(series, width, shift=0):
    found = []
    for k in range(len(series)):
        end = k + 1 - shift
        part = series[max(0, end - width) : max(0, end)]
        found.append(np.mean(part) if len(part) else math.nan)
    return found


def smoothed(series, beta, late=False, corrected=False):
    found, now = [], 0.0 if corrected else series[0]
    for k in range(len(series)):
        value = series[max(0, k - 1)] if late else series[k]
        now = beta * now + (1 - beta) * value
        found.append(now / (1 - beta ** (k + 1)) if corrected else now)
    return found


@pytest.mark.parametrize(
    ("average", "name"),
    [
        (window(SERIES, 3), None),
        (window(SERIES, 3)[2:], None),
        (smoothed(SERIES, 0.9), None),
        (smoothed(SERIES, 0.9, corrected=True), None),
        (window(SERIES, 3, shift=1), "moving average leaves out the current value"),
        (window(SERIES, 4, shift=1)[4:], "moving average leaves out the current value"),
        (smoothed(SERIES, 0.9, late=True), "moving average leaves out the current value"),
        (SERIES, "moving average not smoothed"),
        (window(SERIES, 3, shift=2), "moving average shifted"),
        ([*window(SERIES, 3)[1:], math.nan], "moving average shifted"),
    ],
)
def test_moving_averages(average, name):
    given = {"losses": SERIES, "moving_average": average}
    found = compare(given, given)
    assert [one.cause.name for one in found.differences] == ([name] if name else [])
    if name is None:
        assert "is the moving average" in found.notes[-1]


def test_an_unknown_average_is_said_to_be_unknown():
    given = {"losses": SERIES, "moving_average": [1.0, 7.0, 2.0, 3.0, 2.0, 1.0, 9.0, 1.0, 4.0, 0.0]}
    assert [one.cause for one in compare(given, given).differences] == [None]
