"""Functions told: whole numbers stay whole, constants get no gradient and stand once."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.formula import forms
from gradstone.accounts.verify import verify

Z, LABELS = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]), np.array([0, 2])


def verdicts(account):
    return {line.entry: line.check.verdict for line in account.story.lines.values() if line.check}


def test_labels_among_the_arguments_get_no_gradient():
    account = gs.explain(lambda z, t: gs.cross_entropy(z, t), Z, LABELS)
    soft = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    assert account.gradient("z") == pytest.approx((soft - np.eye(3)[LABELS]) / 2)
    assert set(verdicts(account).values()) == {"ok"}
    entries = account.story.entries
    assert entries["t[1]"].value == 2
    assert not any(one.startswith("dt") for one in entries)
    assert verify(account.to_json()).ok


@pytest.mark.parametrize("f", [
    lambda x, i: gs.sum(gs.take(x, i) ** 2), lambda x, i: gs.sum(x[:2] * i),
])  # fmt: skip
def test_whole_numbers_that_pick_and_that_multiply(f):
    account = gs.explain(f, np.array([1.0, 2.0, 3.0]), np.array([0, 2]))
    assert set(verdicts(account).values()) == {"ok"}
    assert not any(one.startswith("di") for one in account.story.entries)
    assert verify(account.to_json()).ok


def test_the_count_of_a_mean_has_no_derivative():
    account = gs.explain(lambda x: gs.mean(x * x), np.array([1.0, 2.0, 3.0]))
    told = [one for one in account.story.lines.values() if one.id[0] == "B"]
    assert [one.entry for one in told] == [
        "dv2", "dv1[0]", "dv1[1]", "dv1[2]", "dx[0]", "dx[1]", "dx[2]"
    ]  # fmt: skip
    assert account.gradient("x") == pytest.approx(np.array([2, 4, 6]) / 3)
    assert not any("0 +" in " ".join(forms(account.story, one).numbers) for one in told)


@pytest.mark.parametrize(
    ("text", "told"), [("x", "= 1"), ("2.5x", "= 2.5"), ("x/3", "≈ 0.333333333")]
)
def test_a_constant_slope_is_printed_once(text, told):
    account = gs.explain(gs.minimize(text, 3, max_iterations=2))
    (line,) = (one for one in account.to_text().splitlines() if one.startswith("F2 "))
    assert " ".join(line.split()) == f"F2 ∂f/∂x₀ {told}"
    for page in (account.to_markdown(), account.to_latex(), account.to_html()):
        assert "= 1 = 1" not in page
        assert "= 1 &= 1" not in page
    assert verify(account.to_json()).ok
