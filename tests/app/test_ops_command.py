"""`gradstone ops`: every row has its line and its card, and what a card says is so."""

import re

import numpy as np
import pytest

import gradstone as gs
from gradstone.app.cli.curve import curve, grid
from gradstone.app.cli.ops_command import card
from gradstone.graph.op import OPS, tagged
from gradstone.ops.defined import softplus
from gradstone.ops.elementwise import tanh
from gradstone.ops.table import defined, primitive


def text_of(name):
    return "\n".join(card(OPS[name]))


def facts_of(name):
    """What was measured, by name."""
    measured = text_of(name).partition("Measured")[2].splitlines()[1:]
    return {line[2:20].strip(): line[20:] for line in measured}


def table_of(name):
    """x, f(x) and f′(x) as told."""
    lines = re.findall(r"^ +(−?\d)((?: +−?\d+\.\d{8})+)$", text_of(name), re.MULTILINE)
    plain = [[x, *rest.split()] for x, rest in lines]
    return np.array([[float(part.replace("−", "-")) for part in row] for row in plain])


def test_the_table(gradstone):
    done = gradstone("ops")
    assert (done.code, done.err) == (0, "")
    for name, op in OPS.items():
        assert re.search(rf"^  {name} +\S", done.out, re.MULTILINE)
        assert f"\n{op.kind}\n" in "\n" + done.out
    assert re.search(r"^  tanh .*\[activation\]$", done.out, re.MULTILINE)


def test_a_name_that_is_not_known(gradstone):
    done = gradstone("ops", "sigmod")
    assert done.code == 2
    assert "Did you mean sigmoid" in done.complaint


@pytest.mark.parametrize("name", list(OPS))
def test_every_row_has_a_card(name):
    text = text_of(name)
    assert text.startswith(name)
    assert OPS[name].doc.splitlines()[0] in text
    assert not re.search(r"\bd = |None|Node|<\w+ |nan\b", text.partition("Definition")[2])


def test_the_card_of_sigmoid(gradstone):
    done = gradstone("ops", "sigmoid")
    assert done.code == 0
    for line in (
        "    dx = g · y · (1 − y)",
        "  v1 = −x",
        "  v2 = exp(v1)",
        "  y = 1 / v3",
        "    dv3 = −g · y / v3",
        "  largest slope     0.25 at x = 0",
        "  monotone          yes, rising everywhere",
        "  LaTeX: \\sigma\\left(x\\right)",
    ):
        assert f"\n{line}\n" in done.out


def test_values_of_n4():
    np.testing.assert_allclose(
        table_of("sigmoid"),
        [
            [-2, 0.11920292, 0.10499359],
            [-1, 0.26894142, 0.19661193],
            [0, 0.5, 0.25],
            [1, 0.73105858, 0.19661193],
            [2, 0.88079708, 0.10499359],
        ],
        atol=1e-12,
    )
    slopes = table_of("tanh")[:, 2]
    np.testing.assert_allclose(slopes[:3], [0.07065082, 0.41997434, 1], atol=1e-12)


@pytest.mark.parametrize("name", sorted(tagged("activation")))
def test_values_are_those_of_the_row(name):
    told = table_of(name)
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    np.testing.assert_allclose(told[:, 1], getattr(gs, name)(x), atol=1e-8)
    if name != "heaviside":
        slopes = gs.grad(lambda x: gs.sum(getattr(gs, name)(x)))(x)
        np.testing.assert_allclose(told[:, 2], slopes, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "slope", "monotone", "left", "right"),
    [
        ("sigmoid", "0.25 at x = 0", "yes", "soft", "soft"),
        ("tanh", "1 at x = 0", "yes", "soft", "soft"),
        ("relu", "1 from x = 0.001 to 10", "yes", "hard: f′ = 0 for x ≤ 0,", "none"),
        ("leaky_relu", "1 from x = 0.001 to 10", "yes", "none: f′ = 0.01", "none"),
        ("elu", "1 from x = 0 to 10", "yes", "soft", "none"),
        ("gelu", "1.128904 at x = 1.414", "no: its least value is −0.1699712", "soft", "none"),
        ("silu", "1.099839 at x = 2.399", "no: its least value is −0.2784645", "soft", "none"),
        ("softplus", "0.9999546 at x = 10, the end", "yes", "soft", "none: f′ = 1 at 10"),
    ],
)
def test_what_is_measured(name, slope, monotone, left, right):
    facts = facts_of(name)
    assert facts["largest slope"].startswith(slope)
    assert facts["monotone"].startswith(monotone)
    assert facts["saturation left"].startswith(left)
    assert facts["saturation right"].startswith(right)


def test_the_step_rule_has_no_derivative():
    text, facts = text_of("heaviside"), facts_of("heaviside")
    assert "a smooth activation is wanted" in text
    assert "f′(x)" not in text
    assert facts["range"] == "0 … 1"
    assert facts["saturation left"] == "hard: f′ = 0 for x ≤ 0, where f = 0"
    assert facts["saturation right"] == "hard: f′ = 0 for x ≥ 0.001, where f = 1"


def test_ranges():
    assert facts_of("tanh")["range"] == "−0.9999999959 … 0.9999999959"
    assert facts_of("relu")["range"] == "0 … 10, and on beyond the grid on the right"
    assert facts_of("leaky_relu")["range"].endswith("on the left and the right")


def test_a_row_that_is_no_curve_is_not_measured():
    for name in ("softmax", "add", "mse", "matmul", "cast", "slice", "input"):
        assert "Measured" not in text_of(name)
        assert not len(table_of(name))


def test_cards_of_products_and_losses():
    assert "    da = g @ bᵀ\n    db = aᵀ @ g" in text_of("matmul")
    assert "y = v3 / (3 · N)" in text_of("mse")
    assert "dbias = sum(g)" in text_of("affine")
    assert "dpredictions = g · (predictions − targets)" in text_of("half_sse")
    assert "step by step" not in text_of("matmul")


@pytest.fixture
def throwaway():
    names = ["mish_for_a_test", "dip_for_a_test"]
    yield names
    for name in names:
        OPS.pop(name, None)


def test_a_new_row_is_told_without_another_word(gradstone, throwaway):
    mish, dip = throwaway

    def mish_for_a_test(x):
        return x * tanh(softplus(x))

    defined(accepts="float", tags=("activation",), doc="x · tanh(softplus(x)).")(mish_for_a_test)
    primitive(
        dip,
        forward=lambda xp, x: x * xp.exp(-x * x),
        vjp=lambda g, y, x: (g * (gs.exp(-x * x) * (1.0 - 2.0 * x * x)),),
        accepts="float", tags=("activation",), doc="x · e^(−x²).",
    )  # fmt: skip
    told = gradstone("ops", mish).out
    assert "  y = x · v2" in told
    assert facts_of(mish)["monotone"].startswith("no: its least value is −0.308")
    facts = facts_of(dip)
    assert facts["monotone"].count("value is") == 2
    assert facts["saturation left"].startswith("soft")
    done = gradstone("train", "--activation", mish, "--epochs", 1, "-q", "--out", "x")
    assert done.code == 0


def test_a_row_without_a_single_operand_is_no_curve():
    assert curve(OPS["add"], grid()) is None
    assert curve(OPS["softmax"], grid()) is None
