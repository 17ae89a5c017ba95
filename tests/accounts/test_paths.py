"""Paths through dropout and through softmax in a hidden layer: their sum is the gradient."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.explain import Account

NETWORKS = {
    "dropout": lambda: gs.Sequential(
        gs.Linear(2, 3), "tanh", gs.Dropout(0.4), gs.Linear(3, 2), "sigmoid", gs.Dropout(0.5),
        gs.Linear(2, 2), "softmax"),
    "dropout first": lambda: gs.Sequential(
        gs.Dropout(0.3), gs.Linear(2, 3), "gelu", gs.Dropout(0.3), gs.Linear(3, 2)),
    "dropped nets": lambda: gs.Sequential(
        gs.Linear(2, 3), gs.Dropout(0.5), "gelu", gs.Linear(3, 2), gs.Dropout(0.3), "tanh"),
    "softmax": lambda: gs.Sequential(
        gs.Linear(2, 3), "softmax", gs.Linear(3, 2), "sigmoid"),
    "two of softmax": lambda: gs.Sequential(
        gs.Linear(2, 3), "softmax", gs.Linear(3, 4), "softmax", gs.Linear(4, 2)),
    "both": lambda: gs.Sequential(
        gs.Linear(2, 3), gs.Dropout(0.3), "softmax", gs.Dropout(0.3), gs.Linear(3, 2), "tanh",
        gs.Linear(2, 2), "softmax"),
}  # fmt: skip
X, T = np.array([[0.1, 0.2], [0.5, -0.3]]), np.array([[1.0, 0.0], [0.0, 1.0]])


def told(name: str, **options) -> Account:
    return gs.explain(NETWORKS[name](), X, T, loss="half_sse", seed=2, **options)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("weight", ["W1[0,0]", "W1[1,2]", "b1[1]", "W2[2,1]"])
def test_the_sum_over_paths_is_the_gradient(name, weight):
    account = told(name, weight=weight)
    paths, story = account.paths(weight), account.story
    gradient = story.entries[f"d{weight}"]
    assert paths.sum == pytest.approx(gradient.value, rel=1e-12, abs=1e-16)
    assert sum(paths.products) == pytest.approx(gradient.value, rel=1e-12, abs=1e-16)
    assert story.lines[gradient.line].check.verdict == "ok"
    for number, product in enumerate(paths.products[:10]):
        if paths.lines[number].entry.startswith("path"):
            factors = paths.factors(number).values()
            assert np.prod(list(factors)) == pytest.approx(product, rel=1e-12, abs=1e-16)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("detail", ["layers", "overview"])
def test_one_thread_tells_the_same(name, detail):
    whole, thread = told(name).story, told(name, detail=detail, weight="W1[0,1]").story
    for address, entry in thread.entries.items():
        if address in whole.entries and not address.startswith(("path", "rest")):
            value = whole.entries[address].value
            assert entry.value == pytest.approx(value, rel=1e-9, abs=1e-15), address
    assert "paths W1[0,1]" in thread.entries


def test_all_are_counted_and_the_largest_are_told():
    account = told("two of softmax", weight="W1[0,0]")
    lines = account.paths("W1[0,0]").lines
    assert len(lines) == 11  # of 2 samples × 3 outputs × 4 nets × 4 outputs × 2
    story = account.story
    reason = story.lines[story.entries["rest W1[0,0]"].line].reason
    assert reason.gaps["count"].latex == str(2 * 3 * 4 * 4 * 2 - 10)
    sizes = np.abs(account.paths("W1[0,0]").products[:10])
    assert (np.diff(sizes) <= 1e-15).all()


def test_what_dropout_multiplies_by_is_a_factor():
    account = told("dropout")
    masks = account.array("mask1")
    assert set(np.unique(masks.round(9))) == {0.0, round(1 / 0.6, 9)}
    factors = account.paths("W1[0,0]").factors(0)
    assert {"mask1[0,0]", "mask2[0,0]"} <= factors.keys()
    text = account.to_text()
    assert "kept⁽¹⁾_h1 = out⁽¹⁾_h1·r⁽¹⁾_h1 = 0.138142295 × 1.66666667 ≈ 0.230237159" in text
    assert " if " not in text


def test_pairs_of_a_softmax_have_its_local_derivative():
    account = told("softmax")
    out, slopes = account.array("out1")[0], [f"slope1[0,{j},0]" for j in range(3)]
    wanted = [out[0] * (1 - out[0]), -out[0] * out[1], -out[0] * out[2]]
    story = account.story
    assert [story.entries[one].value for one in slopes] == pytest.approx(wanted, rel=1e-12)
    text = account.to_text()
    assert "∂out_h1/∂net_h1 = out_h1·(1 − out_h1)" in text
    assert "w₁ → net_h1 → out_h2 → o₁ → E" in text
    assert "经 12 条路径" in told("softmax", language="zh").to_text()


@pytest.mark.parametrize("name", ["dropout", "both"])
def test_the_gradient_under_these_masks_is_the_numeric_one(name):
    """With the masks held."""
    account = told(name)
    checks = [line.check for line in account.story.lines.values() if line.check]
    assert len(checks) > 15
    assert {one.verdict for one in checks} == {"ok"}


@pytest.mark.parametrize("name", ["softmax", "both"])
def test_every_format_prints_them(name, tmp_path):
    for language in ("en", "zh"):
        account = told(name, language=language)
        for text in (account.to_text(), account.to_markdown(), account.to_latex(),
                     account.to_html(), account.to_json()):  # fmt: skip
            assert text
        account.to_excel(tmp_path / f"{language}.xlsx")
        assert (tmp_path / f"{language}.xlsx").stat().st_size > 10_000
