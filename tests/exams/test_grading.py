"""Answers are judged from the learner's own numbers, and the mistake behind the first is named."""

import json

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.words import said
from gradstone.checking.mistakes import MISTAKES as PLANTED
from gradstone.errors import DataError, FileError
from gradstone.exams.exam import make_exam
from gradstone.exams.examples import n1, n5
from gradstone.exams.grading import Grader, grade
from gradstone.exams.mistakes import Mistake
from gradstone.exams.wording import mistake_name, mistake_text, phrase_key
from tests.exams.filled import by_hand, form, right, sheet

GRADER = Grader()
EVERYTHING = ["nets", "hidden", "outputs", "parts", "loss", "upstream", "deltas", "gradients",
              "updates"]  # fmt: skip
NO_SLOPE, OTHER_INPUT = "local derivative missing", "another layer's input in the weight gradient"

# mistake of the step by hand; first wrong cell where all is asked, and by default; its name
OF_N1 = [
    ("no slope at the output", "dnet2[0,0]", "dnet2[0,0]", NO_SLOPE),
    ("net slope at the output", "dnet2[0,0]", "dnet2[0,0]", "derivative taken of the net"),
    ("slope of the output", "dnet2[0,0]", "dnet2[0,0]", "derivative taken at the output"),
    ("factor 2 in δ", "dnet2[0,0]", "dnet2[0,0]", "factor"),
    ("factor 2", "dout2[0,0]", "dnet2[0,0]", "factor"),
    ("total E", "dout2[0,0]", "dnet2[0,0]", "the error in place of the difference"),
    ("own E", "dout2[0,0]", "dnet2[0,0]", "the error in place of the difference"),
    ("t - out", "dout2[0,0]", "dnet2[0,0]", "sign"),
    ("uphill", "new W1[0,0]", "new W1[0,0]", "sign"),
    ("x in dW2", "dW2[0,0]", "dW2[0,0]", OTHER_INPUT),
    ("weight itself", "dW2[0,0]", "dW2[0,0]", "the weight itself in its gradient"),
    ("one path", "dout1[0,0]", "dnet1[0,0]", "one path only"),
    ("W2 transposed", "dout1[0,0]", "dnet1[0,0]", "weights transposed in the backward pass"),
    ("no slope in the hidden layer", "dnet1[0,0]", "dnet1[0,0]", NO_SLOPE),
    ("error sent back", "dout1[0,0]", "dnet1[0,0]",
     "delta without its local derivative sent back"),
    ("shares", "dout1[0,0]", "dnet1[0,0]", "error split by weight shares"),
    ("no rate", "new W1[0,0]", "new W1[0,0]", "rate forgotten"),
    ("rate twice", "new W1[0,0]", "new W1[0,0]", "rate applied twice"),
    ("bias in its gradient", "db2[0]", "new b2[0]", "bias multiplied into its gradient"),
    ("W1 transposed", "net1[0,0]", "out1[0,0]", "weights transposed in the forward pass"),
    ("bias left out", "net1[0,0]", "out1[0,0]", "bias left out of the forward pass"),
    ("overwritten", "dout1[0,0]", "dnet1[0,0]", "weights overwritten before use"),
]  # fmt: skip


def graded(folder, exam, answers, **options):
    return GRADER.grade(form(folder, exam, answers, **options))


def verdicts(found):
    return {one.address: one.verdict for one in found.marks}


# What learners get wrong ------------------------------------------------------------------------
@pytest.mark.parametrize(("mistake", "place", "_", "name"), OF_N1)
def test_mistakes_of_learners_where_everything_is_asked(mistake, place, _, name, tmp_path):
    exam = n1(ask=EVERYTHING)
    found = graded(tmp_path, exam, by_hand(exam, mistake, lambda value: f"{value:.6g}"))
    assert found.first_wrong.address == place
    assert found.cause.name == name
    quantity = place.partition("[")[0]
    if not quantity.startswith("new"):  # it costs its own quantity, and nothing that follows
        wrong = [one.address for one in found.marks if not one.good]
        assert {one.partition("[")[0] for one in wrong} == {quantity}
    assert all(one.name == name for one in found.mistakes.values())


@pytest.mark.parametrize(("mistake", "_", "place", "name"), OF_N1)
@pytest.mark.parametrize("write", [lambda value: f"{value:.5g}", repr], ids=["rounded", "full"])
def test_mistakes_of_learners_on_the_usual_worksheet(mistake, _, place, name, write, tmp_path):
    exam = n1()
    found = graded(tmp_path, exam, by_hand(exam, mistake, write))
    assert found.first_wrong.address == place
    assert found.cause.name == name
    for language in ("en", "zh"):
        told = found.to_text(language)
        assert place in told
        assert mistake_name(found.cause, language) in told


@pytest.mark.parametrize("write", [lambda value: f"{value:.5g}", repr], ids=["rounded", "full"])
def test_right_answers_are_right(write, tmp_path):
    for exam in (n1(), n1(ask=EVERYTHING), n1(variant=3), n5(), n5(ask=["all", "after"])):
        found = graded(tmp_path, exam, right(exam, write))
        assert found.points == found.most == len(exam.asked)
        assert set(verdicts(found).values()) == {"right"}
        assert found.first_wrong is None
        assert "Everything is right" in str(found)
    exam = n1()
    assert graded(tmp_path, exam, by_hand(exam)).points == 23


def test_every_known_mistake_has_its_words_in_both_languages():
    from gradstone.accounts.words.mistakes import MISTAKES

    for one in PLANTED:
        assert phrase_key(one.name) in MISTAKES
    for key, (english, chinese) in MISTAKES.items():
        if key != "mistake_and_a_factor":
            assert english.count(": ") == chinese.count("：") == 1, key
    found = Mistake("sign, and a factor", "told at length")
    assert mistake_name(found, "zh") == "符号，并且差一个倍数"
    assert mistake_text(found, "en") == "told at length"
    assert mistake_name(Mistake("unheard of", "so"), "zh") == "unheard of"
    assert mistake_text(Mistake("unheard of", "so"), "zh") == "so"
    assert said("term_first_wrong_cell", "zh") == "第一处错误"


def test_other_networks_and_their_mistakes(tmp_path):
    exam = n5()
    key = exam.key
    answers = dict(key)
    for i in (0, 1):
        for j in (0, 1):  # 1 − net² for tanh: ∂E/∂out over the right slope, times the wrong one
            out = key[f"out1[{i},{j}]"]
            net = np.arctanh(out)
            answers[f"dnet1[{i},{j}]"] = key[f"dnet1[{i},{j}]"] / (1 - out**2) * (1 - net**2)
    found = graded(tmp_path, exam, answers)
    assert found.first_wrong.address == "dnet1[0,0]"
    assert found.cause.name == "derivative taken of the net"
    answers = dict(key)
    for address in exam.asked:
        if address.startswith("dnet2"):
            answers[address] = key[address] * 2
    found = graded(tmp_path, exam, answers)
    assert found.first_wrong.address == "dnet2[0,0]"
    assert found.cause.name == "a factor left out"  # the 1/N


def test_adams_mistakes_are_named(tmp_path):
    net = gs.MLP([2, 2, 1], "tanh", "sigmoid")
    exam = make_exam(net, variant=1, optimizer=gs.adam(0.01), ask=["gradients", "updates"])
    story, answers = exam.story, dict(exam.key)
    for address in exam.asked:
        if address.startswith("new "):
            slope = exam.key[f"d{address[4:]}"]
            m, v = 0.1 * slope, 0.001 * slope**2
            old = story.entries[address[4:]].value
            answers[address] = old - 0.01 * m / (v**0.5 + 1e-8)
    found = graded(tmp_path, exam, answers)
    assert found.first_wrong.address.startswith("new ")
    assert found.cause.name == "Adam without bias correction"


# Slips of one cell ------------------------------------------------------------------------------
SLIPS = [
    ("loss", lambda key: key["loss"] * 10, "decimal point"),
    ("loss", lambda key: -key["loss"], "sign"),
    ("out1[0,1]", lambda key: key["out1[0,0]"], "another number's value"),
    ("out2[0,0]", lambda key: 0.78973, "digits exchanged"),
    ("out1[0,0]", lambda key: 0.6, "activation left out"),
    ("dnet2[0,0]", lambda key: 0.123, None),
]


@pytest.mark.parametrize(("address", "value", "name"), SLIPS)
def test_slips_are_named(address, value, name, tmp_path):
    exam = n1()
    found = graded(tmp_path, exam, {**exam.key, address: value(exam.key)})
    assert found.first_wrong.address == address
    assert (found.cause.name if found.cause else None) == name
    assert found.points == found.most - 1  # a slip of the pen costs one cell


def test_parts_of_the_loss_have_their_slips(tmp_path):
    exam = n1(ask=["parts", "loss"])
    key = exam.key
    found = graded(tmp_path, exam, {**key, "part[0,0]": 0.5 * 0.7887314})
    assert found.cause.name == "not squared"
    found = graded(tmp_path, exam, {**key, "part[0,0]": 2 * key["part[0,0]"]})
    assert found.cause.name in ("factor", "a factor left out")
    found = graded(tmp_path, exam, {**key, "loss": key["part[0,0]"]})
    assert found.first_wrong.address == "loss"
    assert found.cause.name == "a term left out"


def test_too_few_digits_are_told_as_such(tmp_path):
    exam = n1()
    found = graded(tmp_path, exam, {**exam.key, "out1[0,0]": "0.646", "loss": "0,32"})
    assert verdicts(found)["out1[0,0]"] == verdicts(found)["loss"] == "coarse"
    assert found.cause.name == "too few digits"
    assert found.points == found.most - 2


# Errors carried forward -------------------------------------------------------------------------
def test_an_error_is_carried_forward_over_cells_that_were_not_asked(tmp_path):
    exam = n1(ask=["out1[0,0]", "out2", "loss", "after"])
    found = graded(tmp_path, exam, by_hand_from(exam, 0.7))
    assert verdicts(found) == {
        "out1[0,0]": "wrong", "out2[0,0]": "carried", "out2[0,1]": "carried", "loss": "carried",
        "after out2[0,0]": "carried", "after out2[0,1]": "carried", "after loss": "carried",
    }  # fmt: skip
    assert "error carried forward" in str(found)


def by_hand_from(exam, first):
    """The step on N1 if out_h1 were another number."""
    x, t = np.array([[0.1, 0.2]]), np.array([[0.01, 0.99]])
    w1, w2 = np.array([[0.1, 0.3], [0.2, 0.4]]), np.array([[0.5, 0.7], [0.6, 0.8]])
    b1, b2 = np.array([0.55, 0.55]), np.array([0.66, 0.66])

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    out1 = sigmoid(x @ w1 + b1)
    out1[0, 0] = first
    out2 = sigmoid(out1 @ w2 + b2)
    delta2 = (out2 - t) * out2 * (1 - out2)
    delta1 = (delta2 @ w2.T) * out1 * (1 - out1)
    new1 = sigmoid(x @ (w1 - 0.5 * x.T @ delta1) + b1 - 0.5 * delta1[0])
    new2 = sigmoid(new1 @ (w2 - 0.5 * out1.T @ delta2) + b2 - 0.5 * delta2[0])
    found = {"out1[0,0]": first, "loss": 0.5 * np.sum((out2 - t) ** 2),
             "after loss": 0.5 * np.sum((new2 - t) ** 2)}  # fmt: skip
    found |= {f"out2[0,{j}]": out2[0, j] for j in (0, 1)}
    found |= {f"after out2[0,{j}]": new2[0, j] for j in (0, 1)}
    return {address: f"{value:.6g}" for address, value in found.items()}


def test_two_mistakes_cost_two_cells(tmp_path):
    exam = n1(ask=EVERYTHING)
    answers = by_hand(exam, "t - out")
    answers["dW1[0,0]"] = "0.5"
    found = graded(tmp_path, exam, answers)
    wrong = [one.address for one in found.marks if not one.good]
    assert wrong == ["dout2[0,0]", "dout2[0,1]", "dW1[0,0]"]
    assert verdicts(found)["new W1[0,0]"] == "carried"  # from what dW1 would have been


def test_blank_cells_are_neither_right_nor_the_first_wrong_one(tmp_path):
    exam = n1()
    answers = {**exam.key, "out1[0,0]": None, "loss": "", "dnet2[0,0]": 5.0}
    del answers["out2[0,0]"]
    found = graded(tmp_path, exam, answers)
    assert verdicts(found)["out1[0,0]"] == verdicts(found)["loss"] == "missing"
    assert verdicts(found)["out2[0,0]"] == "missing"
    assert found.first_wrong.address == "dnet2[0,0]"
    assert found.points == found.most - 4
    assert "Left blank" in str(found)
    empty = graded(tmp_path, exam, {})
    assert empty.points == 0
    assert empty.first_wrong is None
    assert "Nothing that was written is wrong" in str(empty)


@pytest.mark.parametrize("value", [1e300, -1e300, 1e-300, 0, 5e-324, 10**400, True, [1], {"a": 1}])
def test_absurd_answers_are_graded_all_the_same(value, tmp_path):
    exam = n1()
    for address in ("out1[0,0]", "loss", "dnet2[0,1]", "new b2[1]"):
        found = graded(tmp_path, exam, {**exam.key, address: value})
        assert verdicts(found)[address] in ("wrong", "unread")
        assert found.points == found.most - 1
    found = graded(tmp_path, exam, dict.fromkeys(exam.asked, value))
    assert found.points < found.most / 2  # of nothing, nothing follows rightly


# Forms and sheets -------------------------------------------------------------------------------
WAYS = {
    "0.6457": "coarse", "0,64566": "right", "０．６４５６６": "right", "64.566 %": "right",
    "=0.64566*1": "right", "=1/(1+exp(-0.6))": "right", "６４５６６/100000": "right",
    " 0.64566 ": "right", "6,4566×10⁻¹": "right", "hello": "unread", "=A1*2": "unread",
}  # fmt: skip


@pytest.mark.parametrize("text", WAYS)
def test_answers_are_read_as_they_are_written(text, tmp_path):
    exam = n1()
    from_form = graded(tmp_path, exam, {**exam.key, "out1[0,0]": text})
    assert verdicts(from_form)["out1[0,0]"] == WAYS[text]
    path = sheet(tmp_path / "a.xlsx", exam, {**right(exam), "out1[0,0]": text})
    from_sheet = GRADER.grade(path)
    assert verdicts(from_sheet)["out1[0,0]"] == WAYS[text]
    assert from_sheet.changed == ()
    assert from_sheet.points == from_form.points == 22 + (WAYS[text] == "right")
    assert bool(from_sheet.unread) == (WAYS[text] == "unread")


def test_textbook_names_may_stand_in_a_form(tmp_path):
    exam = n1(ask=["dW2[0,0]", "deltas"])
    answers = {"dE_dw_5": exam.key["dW2[0,0]"], "delta_o1": exam.key["dnet2[0,0]"], "other": 1}
    found = graded(tmp_path, exam, answers)
    assert verdicts(found)["dW2[0,0]"] == verdicts(found)["dnet2[0,0]"] == "right"


def test_a_filled_sheet_is_graded(tmp_path):
    exam = n1(variant=2)
    numbers = {address: float(value) for address, value in exam.key.items()}
    path = sheet(tmp_path / "a.xlsx", exam, numbers, name="Bo &amp; Co")
    found = grade(path)
    assert found.points == found.most
    assert found.who == "Bo & Co"
    assert found.changed == found.unread == ()


def test_stored_values_of_formulas_count_and_numbers_are_worked_out(tmp_path):
    exam = n1()
    answers = {**right(exam), "out1[0,0]": ("D20*2", "0.64566"), "out1[0,1]": ("0.32963*2", "0"),
               "loss": ("D20/0", "#DIV/0!")}  # fmt: skip
    found = grade(sheet(tmp_path / "a.xlsx", exam, answers))
    told = verdicts(found)
    assert told["out1[0,0]"] == told["out1[0,1]"] == "right"
    assert told["loss"] == "unread"


def test_changed_given_numbers_are_told_first(tmp_path):
    exam = n1()
    changes = {"W1[0,0]": 0.2, "x[0,1]": None, "rate": "half"}
    found = grade(sheet(tmp_path / "a.xlsx", exam, right(exam), changes))
    assert [one.partition(":")[0] for one in found.changed] == ["x[0,1]", "W1[0,0]", "rate"]
    assert found.points == found.most
    assert str(found).splitlines()[1].startswith("Given numbers were changed")
    same = {"W1[0,0]": "0,1", "rate": ("1/2", "0.5")}
    assert grade(sheet(tmp_path / "a.xlsx", exam, right(exam), same)).changed == ()


def test_rows_that_are_gone_are_listed(tmp_path):
    from tests.exams.filled import SHEET, parts, write_parts

    exam = n1()
    path = sheet(tmp_path / "a.xlsx", exam, right(exam))
    found = parts(path)
    strings = found["xl/sharedStrings.xml"].decode()
    found["xl/sharedStrings.xml"] = strings.replace(">out2[0,0]<", ">=cmd()<").encode()
    assert SHEET in found
    write_parts(path, found)
    graded_ = grade(path)
    assert graded_.unread == ("out2[0,0] (gone)",)
    assert graded_.points == graded_.most - 1


# Bad files --------------------------------------------------------------------------------------
def test_files_that_are_no_answers_are_refused(tmp_path):
    def made(name, content):
        path = tmp_path / name
        path.write_text(content, "utf-8")
        return path

    code = n1().id
    bad = [
        made("a.json", "{"), made("b.json", "[]"), made("c.json", "[" * 100_000),
        made("d.json", json.dumps({"exam": 5, "answers": {}})),
        made("e.json", json.dumps({"exam": code, "answers": []})),
        made("f.json", json.dumps({"exam": code, "answers": {}, "more": 1})),
        made("g.json", json.dumps({"exam": code[:-2], "answers": {}})),
        made("h.json", json.dumps({"exam": code, "answers": dict.fromkeys(map(str, range(6000)))})),
        made("i.json", " " * 2**21), made("j.txt", "0.6"), made("k.xlsx", "no workbook"),
        tmp_path / "none.json", tmp_path / "none.xlsx",
    ]  # fmt: skip
    for path in bad:
        with pytest.raises((FileError, DataError)):
            grade(path)


def test_names_are_one_printable_line(tmp_path):
    exam = n1(ask=["loss"])
    found = graded(tmp_path, exam, {}, name="A\x1b[31m\nB\t" + "x" * 500)
    assert found.who.startswith("A [31m B xxx")
    assert len(found.who) <= 200
