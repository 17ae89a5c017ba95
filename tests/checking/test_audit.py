"""The verdict: right gradients pass, wrong ones do not, and what cannot be known is said."""

import json
import math

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.audit import audit
from gradstone.errors import (
    DataError,
    KindError,
    RangeError,
    ShapeError,
    UnknownNameError,
)
from gradstone.graph.op import OPS, tagged
from tests.checking.hand import (
    LABELS5,
    PARAMETERS1,
    PARAMETERS5,
    T1,
    X1,
    X5,
    n1_gradient,
    n5_gradient,
    updated,
)


def d4(x, y):
    return -(gs.exp(-(x**2) - y**2) - 2 * gs.exp(-((x - 1) ** 2) - (y - 1) ** 2)) / 2


def d6(x, y):
    bell = np.exp(-(x**2) - y**2)
    return 2 * x * bell, 2 * y * bell


def n1(p):
    hidden = gs.sigmoid(X1 @ p["W1"] + p["b1"])
    return gs.half_sse(gs.sigmoid(hidden @ p["W2"] + p["b2"]), T1)


def n5(p):
    return gs.cross_entropy(gs.tanh(X5 @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"], LABELS5)


@pytest.mark.parametrize(
    ("point", "slopes"),
    [
        ((1, 1), (0.1353352832, 0.1353352832)),
        ((0, 0), (0.2706705665, 0.2706705665)),
        ((0.3, -0.4), (0.35445126, -0.06989827)),
    ],
)
def test_d4(point, slopes):
    found = audit(d4, *point)
    assert found.passed
    assert found.kind == "own"
    assert [row.place for row in found.rows] == ["x", "y"]
    assert [row.numeric for row in found.rows] == pytest.approx(slopes, abs=1e-7)
    assert [row.offered for row in found.rows] == pytest.approx(slopes, abs=1e-7)


def test_d6_is_the_gradient_of_another_function():
    found = audit(d4, 1, 1, grad=d6)
    assert not found.passed
    assert found.rows[0].offered == pytest.approx(0.2706705665, rel=1e-9)
    assert found.rows[0].numeric == pytest.approx(0.1353352832, rel=1e-9)
    assert {row.verdict for row in found.rows} == {"wrong"}
    assert [cause.name for cause in found.causes] == ["the gradient of another function"]
    assert "cosine" in found.cause
    away = audit(d4, 0.3, -0.4, grad=d6(0.3, -0.4))
    assert [cause.name for cause in away.causes] == ["the gradient of another function"]


def test_d6_at_one_point_may_look_like_a_factor_and_the_note_says_so():
    found = audit(d4, 1, 1, grad=d6(1, 1))
    assert "factor 2" in found.cause
    assert any("another function may look the same" in note for note in found.notes)


def test_n1_and_n5_pass_with_their_numbers():
    found = audit(n1, PARAMETERS1, grad=n1_gradient)
    assert found.passed
    assert found.cause is None
    assert found.value == pytest.approx(0.32268453216445836, rel=1e-12)
    values = {row.place: row.numeric for row in found.rows}
    assert values["W1[0,0]"] == pytest.approx(0.0011178739177656793, rel=1e-8)
    assert values["W2[1,1]"] == pytest.approx(-0.01369054156870488, rel=1e-8)
    assert audit(n5, PARAMETERS5, grad=n5_gradient).passed
    assert audit(n5, PARAMETERS5).passed
    for mean in (n1, n5):
        p = PARAMETERS1 if mean is n1 else PARAMETERS5
        after = updated(p, (n1_gradient if mean is n1 else n5_gradient)(p), 0.1)
        assert audit(mean, p, parameters_after=after, rate=0.1).passed


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("activation", "loss"),
    [("tanh", "mse"), ("relu", "mse"), ("relu", "cross_entropy"), ("gelu", "mae")],
)
def test_no_false_alarms(seed, activation, loss):
    rng = np.random.default_rng(seed)
    sizes = [2, 8, 8, 3 if loss == "cross_entropy" else 1]
    x = rng.normal(size=(10, 2))
    t = rng.integers(0, 3, 10) if loss == "cross_entropy" else rng.normal(size=(10, 1))
    p = {}
    for i in (1, 2, 3):
        p[f"W{i}"] = rng.normal(size=sizes[i - 1 : i + 1])
        p[f"b{i}"] = rng.normal(size=sizes[i])

    def f(p):
        act, h = getattr(gs, activation), x
        for i in (1, 2):
            h = act(h @ p[f"W{i}"] + p[f"b{i}"])
        return getattr(gs, loss)(h @ p["W3"] + p["b3"], t)

    found = audit(f, p)
    assert found.passed
    assert not found.notes
    assert {row.verdict for row in found.rows} == {"ok"}
    assert audit(f, p, grad=gs.grad(f)).passed
    gradient = gs.grad(f)(p)
    after = {name: p[name] - 0.1 * gradient[name] for name in p}
    assert audit(f, p, parameters_after=after, rate=0.1).passed


SMOOTH = sorted(set(tagged("activation")) - {"heaviside"})


@pytest.mark.parametrize("name", SMOOTH)
def test_planted_wrong_derivatives_are_caught(name):
    row, points = getattr(gs, name), np.array([-1.3, -0.4, 0.7, 1.9])

    def f(x):
        return gs.sum(row(x) * np.array([1.0, 2.0, -1.0, 0.5]))

    right = gs.grad(f)(points)
    assert audit(f, points, grad=right).passed
    for entry in range(4):
        wrong = right.copy()
        wrong[entry] += 1e-4 * np.abs(right).max()
        found = audit(f, points, grad=wrong)
        assert [row.verdict for row in found.rows].count("wrong") == 1
        assert found.rows[entry].verdict == "wrong"


def test_a_wrong_rule_of_the_table_is_caught(monkeypatch):
    from dataclasses import replace

    from gradstone.graph import op

    broken = replace(OPS["sin"], vjp=lambda g, y, x: (g * 0.999 * gs.cos(x),))
    monkeypatch.setitem(op.OPS, "sin", broken)
    found = audit(lambda x: gs.sin(x), 1.0)
    assert not found.passed
    assert "report" in found.cause


def test_kinks_are_kinks_and_not_mistakes():
    def f(x):
        return gs.sum(gs.relu(x))

    x = np.array([0.0, 1.0, -1.0])
    own = audit(f, x)
    assert own.passed
    assert [row.verdict for row in own.rows] == ["kink", "ok", "ok"]
    assert any("kink" in note for note in own.notes)
    assert audit(f, x, grad=np.array([1.0, 1.0, 0.0])).passed
    outside = audit(f, x, grad=np.array([1.5, 1.0, 0.0]))
    assert [row.verdict for row in outside.rows] == ["wrong", "ok", "ok"]
    assert audit(lambda x: gs.absolute(x), 0.0).rows[0].verdict == "kink"
    # a smooth function whose graph has kinks that cancel
    assert audit(lambda x: gs.relu(x) - gs.relu(-x), 0.0).passed


def test_what_cannot_be_traced_is_checked_numerically_and_says_so():
    def f(x):
        return math.sin(x[0]) * math.exp(x[1])

    x = np.array([0.3, 0.4])
    right = np.array([math.cos(0.3), math.sin(0.3)]) * math.exp(0.4)
    found = audit(f, x, grad=right)
    assert found.passed
    assert "cannot be traced" in found.notes[0]
    assert not audit(f, x, grad=right * [1, 1.01]).passed
    alone = audit(f, x)
    assert alone.kind == "numeric"
    assert alone.passed
    assert [row.numeric for row in alone.rows] == pytest.approx(right, rel=1e-8)
    assert "nothing to compare with" in str(alone)


def test_black_boxes_get_causes_too():
    x, t = np.random.default_rng(0).normal(size=(2, 5))

    def f(w):
        return float(np.mean([(a * float(w[0]) - b) ** 2 for a, b in zip(x, t, strict=True)]))

    right = 2 * np.mean((x * 0.3 - t) * x)
    assert [c.name for c in audit(f, [0.3], grad=[-right]).causes] == ["sign"]
    assert (
        "factor 2" in audit(f, [0.3], grad=lambda w: 2 * np.mean((x * w - t) * x) * 2 + 0 * w).cause
    )


def test_functions_decided_by_values():
    def f(x):
        return x**2 if x > 1 else 2 * x - 1

    found = audit(f, 3.0, grad=6.0)
    assert found.passed
    assert "cannot be traced" in found.notes[0]


def test_heaviside_has_no_gradient_of_its_own():
    found = audit(lambda x: gs.sum(gs.heaviside(x)), np.array([0.5, -0.5]), grad=np.zeros(2))
    assert found.passed
    assert "step rule" in found.notes[0]


def test_changes_in_place_are_named_and_the_caller_is_untouched():
    def spoils(x):
        x *= 2
        return np.sum(x)

    x = np.ones(3)
    found = audit(spoils, x, grad=np.full(3, 2.0))
    assert not found.passed
    assert "the function wrote into its argument x" in found.cause
    assert (x == 1).all()

    def f(x, upstream):
        return gs.sum(upstream * gs.relu(x))

    def backward(x, upstream):
        upstream[x <= 0] = 0
        return upstream

    x, up = np.array([[1, -0.5], [-2, 3]]), np.array([[1.0, 2], [3, 4]])
    found = audit(f, x, up, grad=backward)
    assert not found.passed
    assert "the gradient wrote into its argument upstream" in found.cause
    assert {row.verdict for row in found.rows} == {"ok"}
    np.testing.assert_array_equal(up, [[1, 2], [3, 4]])


def test_gradients_not_set_to_zero():
    kept = np.zeros(3)

    def mine(x):
        kept[:] += 2 * x
        return kept

    found = audit(lambda x: gs.sum(x**2), np.array([1.0, 2.0, 3.0]), grad=mine)
    assert not found.passed
    assert found.causes[0].name == "gradient kept between calls"


def test_float32_is_widened_and_noted():
    x = np.array([0.1, 0.2, 0.3], dtype=np.float32)
    found = audit(lambda x: gs.sum(gs.tanh(x)), x, grad=lambda x: 1 - np.tanh(x) ** 2)
    assert found.passed
    assert any("float32" in note for note in found.notes)
    narrow = (1 - np.tanh(x) ** 2).astype(np.float32)
    assert audit(lambda x: gs.sum(gs.tanh(x)), x, grad=narrow).passed
    assert not audit(lambda x: gs.sum(gs.tanh(x)), x, grad=narrow * np.float32(1.001)).passed


def test_ints_lists_trees_and_several_arguments():
    assert audit(lambda x: gs.sum(x**2), [3, 4], grad=[6, 8]).passed
    assert audit(lambda a, b: a * b, 2, 3, grad=(3, 2)).passed
    assert audit(lambda a, b: a * b, 2, 3, grad=np.array([3, 2])).passed
    assert audit(lambda a, b: a * b, 2, 3, grad=lambda a, b: [b, a]).passed
    assert audit(lambda a, b: a * b, 2, 3, grad=2, argnums=1).passed
    assert audit(lambda a, b: a * b, 2, 3, argnums=(1, 0), grad=(2, 3)).passed
    tree = {"a": [np.ones(2), np.array(2.0)], "b": {"c": 3.0}}

    def f(p):
        return gs.sum(p["a"][0]) * p["a"][1] * p["b"]["c"]

    found = audit(f, tree, grad={"a": [np.full(2, 6.0), 6.0], "b": {"c": 4.0}})
    assert found.passed
    assert [row.place for row in found.rows] == ["a[0][0]", "a[0][1]", "a[1]", "b.c"]


def test_3d_and_empty_arrays():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert audit(lambda x: gs.sum(gs.exp(x)), x, grad=np.exp).passed
    empty = audit(lambda x: gs.sum(x**2), np.zeros((0, 3)), grad=np.zeros((0, 3)))
    assert empty.passed
    assert empty.rows == ()
    assert "passed: 0 entries" in str(empty)


def test_g5_affine_layer():
    x, up = np.array([[0.0, 0, 0], [10, 10, 10]]), np.array([[1.0, 2, 3], [4, 5, 6]])
    b = np.array([1.0, 2, 3])
    assert audit(lambda b: gs.sum(up * (x + b)), b, grad=np.array([5.0, 7, 9])).passed
    found = audit(lambda b: gs.sum(up * (x + b)), b, grad=up)
    assert [cause.name for cause in found.causes] == ["gradient not summed over the samples"]


def test_large_arrays_are_sampled_and_wrong_entries_found_all_the_same():
    x = np.linspace(1, 2, 5000)
    found = audit(lambda x: gs.sum(x**2), x)
    assert found.passed
    assert (len(found.rows), found.total) == (300, 5000)
    assert "300 of 5000 entries" in str(found)
    wrong = 2 * x
    wrong[4321] += 1
    found = audit(lambda x: gs.sum(x**2), x, grad=wrong, entries=10)
    assert [row.place for row in found.rows if row.verdict == "wrong"] == ["x[4321]"]
    assert "single entries" in found.cause


def test_not_a_number_is_wrong():
    found = audit(lambda x: gs.sum(x**2), [1.0, 2.0], grad=[2.0, np.nan])
    assert [row.verdict for row in found.rows] == ["ok", "wrong"]


def test_text_and_dictionary():
    found = audit(d4, 1, 1, grad=d6)
    text = str(found)
    assert text == found.to_text()
    lines = text.splitlines()
    assert " ".join(lines[2].split()) == "entry offered numeric relative error step h verdict"
    assert lines[3].split()[0] == "x"
    assert lines[3].split()[1:3] == ["0.2706705665", "0.1353352832"]
    assert "rejected: 2 entries checked: 2 wrong" in text
    assert "likely cause: the gradient of another function" in text
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["passed"] is False
    assert told["rows"][1]["entry"] == "y"
    long = audit(lambda x: gs.sum(x**2), np.arange(100.0))
    assert "… the 12 worst of 100 entries" in str(long)


def test_bad_input():
    def f(p):
        return gs.sum(p["W"] ** 2)

    p = {"W": np.ones(2)}
    with pytest.raises(UnknownNameError, match=r"'w' is not known.*W"):
        audit(f, p, grad={"w": np.ones(2)})
    with pytest.raises(DataError, match="W missing"):
        audit(f, p, grad={})
    with pytest.raises(KindError, match="dictionary with W"):
        audit(f, p, grad=np.ones(2))
    with pytest.raises(RangeError, match="rate"):
        audit(f, p, parameters_after=p)
    with pytest.raises(RangeError, match="one of them"):
        audit(f, p, grad=p, parameters_after=p, rate=1)
    with pytest.raises(RangeError, match="rate: 0"):
        audit(f, p, parameters_after=p, rate=0)
    with pytest.raises(RangeError, match="tolerance"):
        audit(f, p, tolerance=0)
    with pytest.raises(RangeError, match="no arguments"):
        audit(f)
    with pytest.raises(RangeError, match="position 3"):
        audit(f, p, argnums=3)
    with pytest.raises(DataError, match="W: NaN"):
        audit(f, {"W": np.array([np.nan])})
    with pytest.raises(ShapeError, match="single number"):
        audit(lambda x: x * 2, np.ones(2))
    with pytest.raises(DataError, match="inf came at the point"):
        audit(lambda x: math.inf, 1.0)
    with pytest.raises(KindError, match="str came back"):
        audit(lambda x: "text", 1.0)
    with pytest.raises(IndexError):
        audit(lambda x: [x][1], 1)


def test_random_functions_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(DataError, match="for equal arguments"):
        audit(lambda x: x * rng.normal(), 1.0)


def test_the_argument_stays_as_it_is():
    p = {name: part.copy() for name, part in PARAMETERS5.items()}
    audit(n5, p, grad=lambda p: n5_gradient(p, "softmax twice"))
    for name, part in p.items():
        np.testing.assert_array_equal(part, PARAMETERS5[name])


def test_entries_of_very_different_size():
    def f(x):
        return math.fsum([1e6 * x[0] ** 2, 1e-3 * x[1] ** 2])

    assert audit(f, [1.0, 1.0], grad=[2e6, 2e-3]).passed
    found = audit(f, [1.0, 1.0], grad=[2e6, 2.1e-3])
    assert [row.verdict for row in found.rows] == ["ok", "wrong"]


def test_functions_that_compute_in_float32_are_judged_by_what_they_can_show():
    x = np.array([0.1, 0.5, 2.0])
    inside = audit(lambda x: gs.sum(gs.tanh(x.astype("float32"))), x)
    outside = audit(lambda x: float(np.sum(np.tanh(np.float32(x)))), x, grad=1 - np.tanh(x) ** 2)
    for found in (inside, outside):
        assert found.passed
        assert any("computes in float32" in note for note in found.notes)
    wrong = 1.1 * (1 - np.tanh(x) ** 2)
    assert not audit(lambda x: float(np.sum(np.tanh(np.float32(x)))), x, grad=wrong).passed
