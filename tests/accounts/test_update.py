"""The update as papers write it: powers of β, m̂ and v̂, a table for each state."""

import zipfile
from functools import cache

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.account import Phrase, Table
from gradstone.training.optimizers import OPTIMIZERS

GIVEN = {"W1": [[0.1, 0.3], [0.2, -0.4]], "b1": [0.5, 0.2], "W2": [[0.5], [-0.6]], "b2": [0.1]}


@cache
def told(optimizer, language="en", decay=0.0):
    rule = OPTIMIZERS[optimizer](0.1, weight_decay=decay)
    return gs.explain(
        gs.MLP([2, 2, 1], "tanh", "sigmoid"), [[0.1, 0.2]], [[1.0]], loss="half_sse",
        optimizer=rule, parameters=GIVEN, language=language,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_powers_of_beta_are_written_as_powers_in_every_format(language, tmp_path):
    account = told("adam", language)
    text, page = account.to_text(), account.to_html()
    assert "β₁ᵗ   = β₁ᵗ⁻¹·β₁ = 1 × 0.9 = 0.9" in text
    assert "m̂_w1  = m_w1⁺ / (1 − β₁ᵗ)" in text
    assert r"\beta^{t}_{2} &= \beta^{t-1}_{2} \cdot \beta_{2}" in account.to_latex()
    assert r"\beta^{t} _{2} &= \beta^{t-1} _{2} \cdot \beta _{2}" in account.to_markdown()
    assert "<mi>β</mi><mn>2</mn><mi>t</mi></msubsup>" in page
    account.to_excel(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        cells = "".join(book.read(name).decode() for name in book.namelist() if "xml" in name)
    assert "beta_1_to_t_minus_1*beta_1" in cells

    assert "/(1.0-beta_1_to_t)" in cells.replace(" ", "")
    assert "β₁ᵗ⁻¹" in cells
    for one in (text, page, account.to_latex(), account.to_markdown(), cells):
        assert "power1" not in one


def test_corrected_moments_are_lines_of_their_own():
    story = told("adam").story
    value = {name: one.value for name, one in story.entries.items()}
    assert value["new beta2_power"] == pytest.approx(0.999, rel=1e-15)
    for at in ("W1.m{}[1,0]", "b2.m{}[0]"):
        hat, new = value[at.format("_hat")], value[f"new {at.format('')}"]
        assert hat == pytest.approx(new / (1 - 0.9), rel=1e-12)
    hats = (value["W1.m_hat[1,0]"], value["W1.v_hat[1,0]"])
    after = value["W1[1,0]"] - 0.1 * hats[0] / (np.sqrt(hats[1]) + 1e-8)
    assert value["new W1[1,0]"] == pytest.approx(after, rel=1e-12)
    line = story.lines[story.entries["new W1[1,0]"].line]
    assert set(line.operands) == {
        "W1[1,0]", "rate", "epsilon", "W1.m_hat[1,0]", "W1.v_hat[1,0]"}  # fmt: skip


def test_decoupled_decay_stays_in_the_line():
    story = told("adamw", decay=0.1).story
    value = {name: one.value for name, one in story.entries.items()}
    after = 0.5 * (1 - 0.01) - 0.1 * value["b1.m_hat[0]"] / (np.sqrt(value["b1.v_hat[0]"]) + 1e-8)
    assert value["new b1[0]"] == pytest.approx(after, rel=1e-12)


@pytest.mark.parametrize(("optimizer", "states", "columns"),
                         [("sgd", 0, 0), ("momentum", 1, 4), ("rmsprop", 1, 4),
                          ("adam", 2, 5)])  # fmt: skip
def test_each_state_has_a_table(optimizer, states, columns):
    story = told(optimizer).story
    (section,) = (one for one in story.sections if one.key == "update")
    tables = [one for one in section.parts if isinstance(one, Table) and one.caption]
    assert len(tables) == states
    for one in tables:
        assert len(one.heads) == columns
        assert len(one.rows) == 9
        assert isinstance(one.caption, Phrase)


def test_a_later_step_starts_from_the_powers_of_those_before():
    x, t = np.array([[0.5, -1.0], [1.0, 0.3]]), np.array([[1.0], [0.0]])
    run = gs.train(gs.MLP([2, 2, 1], "tanh"), x, t, "mse", gs.adam(0.1), epochs=3, batch_size=2,
                   dtype="float64")  # fmt: skip
    value = {n: one.value for n, one in gs.explain(run, x, t).story.entries.items()}
    assert value["beta1_power"] == pytest.approx(0.9**3, rel=1e-12)
    assert value["new beta1_power"] == pytest.approx(0.9**4, rel=1e-12)
