"""If your number differs: what known mistakes make of a step stands in its document."""

import json
import re
import zipfile

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.account import Amount, Phrase, Table, Value
from gradstone.accounts.words.mistakes import MISTAKES, phrase_key
from gradstone.checking.mistakes import MISTAKES as PLANTED
from gradstone.checking.steps.mistakes import mistaken
from gradstone.training.optimizers import OPTIMIZERS
from gradstone.training.trace import step_trace

N1 = {"W1": [[0.1, 0.3], [0.2, 0.4]], "b1": [0.55, 0.55],
      "W2": [[0.5, 0.7], [0.6, 0.8]], "b2": [0.66, 0.66]}  # fmt: skip
X, T = np.array([[0.1, 0.2], [0.5, -0.3]]), np.array([[1.0, 0.0], [0.0, 1.0]])


def n1(**options):
    return gs.explain(
        gs.MLP([2, 2, 2], "sigmoid", "sigmoid"), [[0.1, 0.2]], [[0.01, 0.99]], loss="half_sse",
        optimizer=gs.sgd(0.5), parameters=N1, **options,
    )  # fmt: skip


def rows(account):
    """(address, wrong number, key of the mistake) of each row."""
    (section,) = (one for one in account.story.sections if one.key == "differs")
    (table,) = (one for one in section.parts if isinstance(one, Table))
    assert len(table.heads) == 5
    return [(right.address, yours.value, words.key) for _, yours, right, _, words in table.rows
            if isinstance(right, Value) and isinstance(yours, Amount)
            and isinstance(words, Phrase)]  # fmt: skip


def test_a_missing_derivative_is_found_by_its_number():
    found = {key: (address, value) for address, value, key in rows(n1())}
    assert found["mistake_local_derivative_missing"] == ("dnet2[0,0]", pytest.approx(0.7887314))
    assert found["mistake_one_path_only"][0] == "dout1[0,0]"
    assert found["mistake_one_path_only"][1] == pytest.approx(0.126796105 * 0.5)
    assert found["mistake_weights_overwritten_before_use"][0] == "dout1[0,0]"
    assert found["mistake_bias_left_out_of_the_forward_pass"] == (
        "net2[0,0]", pytest.approx(0.7183844))  # fmt: skip


STEPS = {
    "n1": n1,
    "softmax": lambda: gs.explain(
        gs.MLP([2, 3, 2], "tanh", "softmax"), X, [1, 0], l2=0.01, optimizer=gs.adamw(0.05)),
    "hidden softmax": lambda: gs.explain(
        gs.Sequential(gs.Linear(2, 3), "softmax", gs.Linear(3, 2)), X, T, loss="mse"),
    "momentum": lambda: gs.explain(
        gs.MLP([2, 3, 2], "relu"), X, T, loss="mse", optimizer=gs.momentum(0.1), sample=1),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_each_wrong_number_is_wrong_and_stands_once(name):
    account = STEPS[name]()
    found = rows(account)
    entries, lines = account.story.entries, account.story.lines
    assert len(found) >= 10
    assert len({key for _, _, key in found}) == len(found)
    assert len({(address, f"{value:.6g}") for address, value, _ in found}) == len(found)
    order = [list(lines).index(entries[address].line) for address, _, _ in found]
    assert order == sorted(order)
    for address, value, key in found:
        assert np.isfinite(value)
        assert value != 0
        assert abs(value - entries[address].value) > 1e-6 * abs(entries[address].value)
        assert key in MISTAKES
        assert lines[entries[address].line].sample in (None, account.story.settings["sample"])


def test_the_mistakes_named_are_those_that_compare_finds():
    """Typed back in, a wrong number is named as in its row."""
    trace = step_trace(gs.MLP([2, 2, 2], "sigmoid", "sigmoid"), [[0.1, 0.2]], [[0.01, 0.99]],
                       "half_sse", gs.sgd(0.5), N1)  # fmt: skip
    found = {key: (address, value) for address, value, key in rows(n1())}
    key = "mistake_local_derivative_missing"
    told = {name: trace[name].copy() for name in ("out1", "out2", "dnet2")}
    told["dnet2"] = (trace["out2"] - [[0.01, 0.99]]).copy()
    assert told["dnet2"][0, 0] == pytest.approx(found[key][1])
    assert phrase_key(gs.compare(trace, told).cause.name) == key


def test_every_mistake_of_checking_has_its_phrase_in_both_languages():
    names = {one.name for one in PLANTED}
    for name, optimizer in OPTIMIZERS.items():
        rule = optimizer(0.1, weight_decay=0.01)
        loss, head = ("cross_entropy", "softmax") if name == "adam" else ("mse", None)
        trace = step_trace(gs.MLP([2, 3, 2], "softmax", head), X, T, loss, rule)
        names |= {cause.name for cause, _ in mistaken(trace.recipe, trace.recipe.right())}
    assert len(names) > 35
    for name in names:
        assert all(MISTAKES[phrase_key(name)]), name


@pytest.mark.parametrize(("language", "title", "words"), [
    ("en", "If your number differs", "local derivative missing"),
    ("zh", "如果你的数不同", "漏乘激活函数的导数"),
])  # fmt: skip
def test_every_format_has_it(language, title, words, tmp_path):
    account = n1(language=language)
    pages = [account.to_text(), account.to_markdown(), account.to_latex(), account.to_html()]
    for page in pages:
        assert title in page
        assert words in re.sub(r"\s+", " ", page).replace("\\", "")
    sections = json.loads(account.to_json())["sections"]
    (told,) = (one for one in sections if one["key"] == "differs")
    cells = [row for part in told["parts"] for row in part.get("rows", [])]
    assert any(row[1].get("amount") == pytest.approx(0.7887314) for row in cells)
    account.to_excel(tmp_path / "n1.xlsx")
    with zipfile.ZipFile(tmp_path / "n1.xlsx") as book:
        text = book.read("xl/sharedStrings.xml").decode()
        sheets = "".join(book.read(one).decode() for one in book.namelist() if "sheet" in one)
    assert words in text
    assert re.search(r"IF\(inputs_changed&gt;0,[^,]*,0\.78873", sheets)


LEFT_OUT = {
    "clip": lambda: n1(clip=0.1),
    "dropout": lambda: gs.explain(
        gs.Sequential(gs.Linear(2, 2), "tanh", gs.Dropout(0.5), gs.Linear(2, 2)), X, T, loss="mse"),
    "row": lambda: gs.explain(
        gs.Sequential(gs.Linear(2, 2), "tanh", "relu", gs.Linear(2, 2)), X, T, loss="mse"),
    "weights": lambda: gs.explain(
        gs.train(gs.MLP([2, 2, 2], "tanh", "softmax"), X, [1, 0], epochs=1, class_weights=[1, 2]),
        X, [1, 0]),
}  # fmt: skip


@pytest.mark.parametrize("reason", LEFT_OUT)
def test_what_checking_does_not_know_is_left_out_with_the_reason(reason):
    (section,) = (one for one in LEFT_OUT[reason]().story.sections if one.key == "differs")
    (paragraph,) = section.parts
    (phrase,) = paragraph.words
    assert phrase.key == f"differs_without_{reason}"


def test_an_overview_has_no_such_section():
    assert "differs" not in {one.key for one in n1(detail="overview").story.sections}
