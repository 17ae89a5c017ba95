"""Every order of layers is told: lines are recomputed, gradients compared with numeric ones."""

import itertools

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.explain import Account
from gradstone.accounts.figures import new_parameters
from gradstone.accounts.told import told_step
from gradstone.accounts.verify import verify

NAMES = ("tanh", "relu", "sigmoid")
RULES = (gs.sgd(0.5), gs.adam(0.05))
H = 1e-6


def network(letters, activation=None):
    """Layers by their letters, every second Linear without a bias."""
    layers, count = [], 0
    for place, letter in enumerate(letters):
        if letter == "L":
            layers.append(gs.Linear(2, 2, bias=count % 2 == 0))
            count += 1
        elif letter == "A":
            layers.append(activation or NAMES[place % 3])
        else:
            layers.append(gs.Dropout(0.5) if letter == "D" else gs.Flatten())
    return gs.Sequential(*layers)


def batch(samples, shape=(2,)):
    random = np.random.default_rng(4)
    return random.normal(size=(samples, *shape)), random.normal(size=(samples, 2))


def numeric(graph, name):
    """Central differences of the loss."""
    values = {key: one.copy() for key, one in graph.numbers.parameters.items()}
    found = np.zeros(values[name].shape)
    for at in np.ndindex(found.shape):
        middle, both = values[name][at], []
        for sign in (1, -1):
            values[name][at] = middle + sign * H
            both.append(graph.loss_with(values))
        values[name][at] = middle
        found[at] = (both[0] - both[1]) / (2 * H)
    return found


def checked(layers, x, t, rule, mistakes=False):
    """The account, its lines recomputed and its gradients and new parameters compared."""
    step = told_step(layers, x, t, "half_sse", rule, layers.initial_values(7), None)
    graph = step.graph
    account = Account(
        step.story(None, None, None, None, 6, mistakes), "en",
        lambda weight: step.story(None, weight, None, None, 6, False),
    )  # fmt: skip
    assert verify(account.to_json()).ok
    verdicts = {line.check.verdict for line in account.story.lines.values() if line.check}
    assert verdicts <= {"ok", "kink"}
    after = new_parameters(graph)
    for name in graph.parameters:
        told = account.gradient(name)
        assert told == pytest.approx(numeric(graph, name), rel=1e-5, abs=1e-8), name
        assert account.array(f"new {name}") == pytest.approx(after[name], rel=1e-12), name
    entries = account.story.entries
    for address, entry in entries.items():
        if address.startswith("paths "):
            slope = entries[f"d{address.removeprefix('paths ')}"].value
            assert entry.value == pytest.approx(slope, rel=1e-12, abs=1e-15)
    names = [one.symbol.name for one in entries.values()
             if "of sample" not in one.address and "path" not in one.address]  # fmt: skip
    assert len(names) == len(set(names))
    return account


def orders(length):
    every = map("".join, itertools.product("LADF", repeat=length))
    return [one for one in every if "L" in one]


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("rule", RULES, ids=["sgd", "adam"])
@pytest.mark.parametrize("length", [1, 2])
def test_every_short_order_of_layers(length, rule, samples):
    for letters in orders(length):
        checked(network(letters), *batch(samples), rule, mistakes=True)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(4))
def test_every_longer_order_of_layers(start):
    """Each with one of: one sample or a batch, plain descent or Adam."""
    for place, letters in enumerate([*orders(3), *orders(4)][start::4]):
        checked(network(letters), *batch(1 + 2 * (place % 2)), RULES[place // 2 % 2])


LONGER = [
    "LAAL", "LDDL", "LADADL", "DADAL", "DDL", "AAL", "FAFDL", "LAA", "LAD", "LDA", "LLL", "LAFAL",
]  # fmt: skip


@pytest.mark.parametrize("letters", LONGER)
def test_longer_orders_of_layers(letters):
    checked(network(letters), *batch(3), RULES[1])


@pytest.mark.parametrize("letters", ["LAL", "LAAL", "LDAADAL", "AL", "LAA"])
def test_softmax_within_is_told_in_every_order(letters):
    account = checked(network(letters, "softmax"), *batch(2), RULES[0])
    for name, at in (("W1", (0, 0)), ("W1", (1, 1)), ("b1", (0,))):
        paths = account.paths(f"{name}[{','.join(map(str, at))}]")
        assert paths.sum == pytest.approx(account.gradient(name)[at], rel=1e-12, abs=1e-15)
        assert sum(paths.products) == pytest.approx(paths.sum, rel=1e-12, abs=1e-15)


def test_samples_that_are_no_rows():
    layers = gs.Sequential(
        gs.Dropout(0.5), "tanh", gs.Flatten(), "relu", gs.Linear(4, 2), gs.Dropout(0.0),
        gs.Dropout(0.2), gs.Linear(2, 2),
    )  # fmt: skip
    checked(layers, *batch(2, (2, 2)), RULES[0])


def test_two_activations_have_names_of_their_own():
    account = checked(gs.Sequential(gs.Linear(2, 3), "relu", "tanh", gs.Linear(3, 2)), *batch(1),
                      RULES[0])  # fmt: skip
    entries = account.story.entries
    first, last = account.array("out1_1"), account.array("out1")
    assert first == pytest.approx(np.maximum(account.array("net1"), 0))
    assert last == pytest.approx(np.tanh(first))
    assert entries["out1_1[0,1]"].symbol.name == "out_h2_1"
    chain = account.array("dout1") * account.array("slope1") * account.array("slope1_1")
    assert account.array("dnet1") == pytest.approx(chain)
    assert {"slope1[0,0]", "slope1_1[0,0]"} <= set(account.paths("W1[0,0]").factors(0))


@pytest.mark.parametrize("detail", ["numbers", "layers", "overview"])
@pytest.mark.parametrize("letters", ["LAADAL", "DAAL", "LADDA"])
def test_every_format_has_them(letters, detail, tmp_path):
    account = gs.explain(network(letters), *batch(2), loss="half_sse", detail=detail)
    assert verify(account.to_json()).ok
    for page in (account.to_text(), account.to_markdown(), account.to_latex(), account.to_html()):
        assert any(name in page for name in NAMES)
    account.to_excel(tmp_path / "step.xlsx")
    assert {one.check.verdict for one in account.story.lines.values() if one.check} <= {
        "ok", "kink"}  # fmt: skip
