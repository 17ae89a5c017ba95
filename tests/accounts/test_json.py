"""Accounts as JSON: their shape, and that every line is recomputed from the file alone."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts import examples
from gradstone.accounts.json import indented, to_json
from gradstone.accounts.verify import verify
from gradstone.errors import DataError, FileError, GradstoneError
from tests.accounts.schema import complaints

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/account.schema.json").read_text("utf-8"))


@cache
def text(name, language="en"):
    return to_json(story(name), language)


def story(name):
    if name == "adam":
        x, t = np.array([[0.1, 0.2], [0.3, -0.4]]), np.array([[1.0], [0.0]])
        rule, net = gs.adam(gs.warm_up(0.01, 5)), gs.MLP([2, 3, 1], "elu", "sigmoid")
        return gs.explain(net, x, t, loss="binary_cross_entropy", optimizer=rule, l1=0.1, l2=0.2,
                          clip=0.5).story  # fmt: skip
    if name in examples.EXAMPLES:
        return examples.EXAMPLES[name]().story
    return examples.op_example(name).story


def plain(name="n1"):
    return json.loads(text(name))


def entry(document, address):
    return next(one for one in document["entries"] if one["address"] == address)


def line(document, quantity):
    return next(one for one in document["lines"] if one["quantity"] == quantity)


def kinds(document):
    return {(one.kind, one.place) for one in verify(json.dumps(document)).findings}


# What is written --------------------------------------------------------------------------------
STORIES = ("n1", "n5", "losses", "apples", "affine", "descent", "adam", "softmax", "elu", "gelu",
           "cross_entropy", "slice", "concatenate", "where")  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_every_account_fits_the_published_schema(name):
    for language in ("en", "zh"):
        assert list(complaints(json.loads(text(name, language)), SCHEMA, SCHEMA)) == []


def test_the_schema_refuses_what_is_wrong():
    document = plain()
    document["lines"][0]["id"] = "X1"
    document["entries"][0]["value"] = "0.1"
    document["sections"][0]["extra"] = 1
    del document["digits"]
    assert len(list(complaints(document, SCHEMA, SCHEMA))) == 4


def test_a_line_says_its_rule_operands_and_forms():
    first = line(plain(), "net1[0,0]")
    assert first["id"] == "F1"
    assert first["rule"] == [
        "add", ["multiply", "W1[0,0]", "x[0,0]"], ["multiply", "W1[1,0]", "x[0,1]"], "b1[0]",
    ]  # fmt: skip
    assert first["operands"] == ["W1[0,0]", "x[0,0]", "W1[1,0]", "x[0,1]", "b1[0]"]
    assert first["value"] == 0.6000000000000001
    assert first["latex"]["result"] == "0.6"
    assert line(plain(), "db2[0]")["rule"] == "dnet2[0,0]"
    assert line(plain("adam"), "out1[0,0]")["rule"] == ["elu", "net1[0,0]", {"alpha": 1.0}]
    assert line(plain(), "dW2[0,0]")["check"]["verdict"] == "ok"


def test_numbers_are_written_so_that_they_come_back():
    told = story("n1")
    document = plain()
    for one in document["entries"]:
        assert one["value"] == told.entries[one["address"]].value
    delta = entry(document, "dnet2[0,0]")
    assert delta["printed"] == "0.126796105"
    assert delta["symbol"] == {"latex": r"\delta_{\mathrm{o1}}", "name": "delta_o1"}
    assert document["carried"]["new W1[0,0]"] == "W1[0,0]"


def test_numbers_and_lines_are_the_same_in_both_languages():
    english, chinese = (json.loads(text("n5", one)) for one in ("en", "zh"))
    assert english["entries"] == chinese["entries"]
    assert [one["rule"] for one in english["lines"]] == [one["rule"] for one in chinese["lines"]]
    assert english["title"] != chinese["title"]


# What is recomputed -----------------------------------------------------------------------------
@pytest.mark.parametrize("name", STORIES)
def test_every_account_is_verified(name):
    found = verify(text(name))
    assert found.ok, str(found)
    assert found.count == len(story(name).lines)
    assert str(found).startswith(f"ok: {found.count} lines recomputed")


def test_a_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "step.json"
    path.write_text(text("n1"), encoding="utf-8")
    assert verify(path).ok
    assert verify(str(path)).passed
    with pytest.raises(FileError, match="no such file"):
        verify(tmp_path / "none.json")


def test_a_wrong_number_is_found_where_it_is_born_and_where_it_is_used():
    document = plain()
    for one in (entry(document, "dnet2[0,0]"), line(document, "dnet2[0,0]")):
        one["value"] = 0.7887314002469799
    found = kinds(document)
    born, used = line(document, "dnet2[0,0]")["id"], line(document, "dW2[0,0]")["id"]
    assert {("value", born), ("value", used), ("digits", "dnet2[0,0]")} <= found
    assert not verify(json.dumps(document)).ok


def test_a_number_that_is_off_in_the_last_places_is_found():
    document = plain()
    value = entry(document, "out1[0,0]")["value"] * (1 + 1e-11)
    entry(document, "out1[0,0]")["value"] = line(document, "out1[0,0]")["value"] = value
    assert ("value", "F2") in kinds(document)


def test_printed_operands_that_do_not_keep_the_promise_are_found():
    document = plain()
    entry(document, "dnet2[0,0]")["printed"] = "0.1268"
    found = kinds(document)
    assert ("digits", "dnet2[0,0]") in found
    assert ("printed", line(document, "dW2[0,0]")["id"]) in found


def test_a_rule_that_says_something_else_is_found():
    document = plain()
    line(document, "dnet2[0,0]")["rule"][0] = "add"
    assert ("value", line(document, "dnet2[0,0]")["id"]) in kinds(document)


def test_missing_operands_cycles_and_duplicates_are_listed():
    document = plain()
    document["entries"] = [one for one in document["entries"] if one["address"] != "x[0,0]"]
    assert {("operand", "F1"), ("rule", "F1"), ("reference", "x[0,0]")} <= kinds(document)
    document = plain()
    one = line(document, "out1[0,0]")
    one["rule"], one["operands"] = "net2[0,0]", ["net2[0,0]"]
    assert {("cycle", "F2"), ("cycle", line(document, "net2[0,0]")["id"])} <= kinds(document)
    document = plain()
    document["entries"].append(document["entries"][0])
    document["lines"].append(document["lines"][0])
    assert {("twice", "x[0,0]"), ("twice", "F1"), ("twice", "net1[0,0]")} <= kinds(document)


def test_numbers_that_are_none_are_listed():
    document = plain()
    entry(document, "loss")["value"] = float("nan")
    line(document, "loss")["value"] = "nan"
    assert {("not finite", "loss"), ("not finite", "L3")} <= kinds(document)


def test_a_document_that_shows_other_digits_is_found():
    document = plain()
    cells = [cell for section in document["sections"] for part in section["parts"]
             for row in part.get("rows", []) for cell in row if "address" in cell]  # fmt: skip
    cells[0]["printed"] = "7"
    assert ("digits", cells[0]["address"]) in kinds(document)


# What is not trusted ----------------------------------------------------------------------------
RULES = [
    (["__import__", "os"], "row of the table"),
    (["matmul", "x[0,0]", "x[0,1]"], "number by number"),
    (["softmax", "x[0,0]"], "cannot be applied|number by number"),
    (["random_uniform", "x[0,0]", {"seed": 1, "stream": 0}], "number by number"),
    (["sum", "x[0,0]"], "number by number"),
    (["add", "x[0,0]"], "cannot be applied"),
    (["elu", "x[0,0]", {"alpha": "rm -rf"}], "a number or a dtype"),
    (["elu", "x[0,0]", {"beta": 1.0}], "cannot be applied"),
    (["add"], "without operands"),
    ([["add"], "x[0,0]", 1], "row of the table"),
    (None, "an address, a number or a list"),
    ({}, "an address, a number or a list"),
    (10**400, "an address, a number or a list"),
]


@pytest.mark.parametrize(("rule", "text"), RULES)
def test_rules_are_looked_up_and_never_executed(rule, text):
    document = plain()
    line(document, "net1[0,0]")["rule"] = rule
    found = {one.place: one for one in verify(json.dumps(document)).findings if one.kind == "rule"}
    assert any(word in str(found["F1"]) for word in text.split("|")), found


def test_deep_and_huge_files_are_refused_in_one_sentence():
    document = plain()
    rule = "x[0,0]"
    for _ in range(300):
        rule = ["negate", rule]
    line(document, "net1[0,0]")["rule"] = rule
    assert ("rule", "F1") in kinds(document)
    for bad in ("[" * 100_000, '{"a":' * 100_000, "{" + " " * (64 * 2**20)):
        with pytest.raises(DataError) as error:
            verify(bad)
        assert len(str(error.value)) < 300


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(FileError, match="bytes came"):
        verify(path)


CHANGES = [
    lambda d: d.pop("lines"),
    lambda d: d.update(version=2),
    lambda d: d.update(format="other"),
    lambda d: d.update(entries={}),
    lambda d: d.update(digits=True),
    lambda d: d.update(more=1),
    lambda d: d["entries"][0].pop("value"),
    lambda d: d["entries"][0].update(value="0.1"),
    lambda d: d["entries"][0].update(printed="__import__('os')"),
    lambda d: d["entries"][0].update(address=5),
    lambda d: d["entries"][0].update(digits=99),
    lambda d: d["lines"][0].update(operands="x[0,0]"),
    lambda d: d["lines"][0].update(latex=None),
    lambda d: d["lines"][0].update(check=[]),
    lambda d: d.update(sections=[1]),
]


@pytest.mark.parametrize("change", CHANGES)
def test_another_shape_is_refused(change):
    document = plain("two-apples")
    change(document)
    with pytest.raises(DataError):
        verify(json.dumps(document))


@pytest.mark.parametrize("bad", ["{}", "[]", "{", '{"a": 1, "a": 2}', '{"a": ' + "1" * 5000 + "}"])
def test_what_is_no_account_is_refused(bad):
    with pytest.raises(GradstoneError):
        verify(bad)


def test_long_sums_are_one_flat_list():
    x, t = np.ones((1, 300)), np.array([[0.5]])
    told = gs.explain(gs.MLP([300, 1], None, "sigmoid"), x, t, loss="half_sse",
                      optimizer=gs.sgd(0.1), seed=1).story  # fmt: skip
    document = json.loads(to_json(told))
    assert len(line(document, "net1[0,0]")["rule"]) == 302
    assert verify(json.dumps(document)).ok


def test_json_is_indented_as_the_standard_library_does():
    plain = {"a": [], "b": {}, "c": [1, 0, -2.5e-9, True, None, ['ä\n"', {"x": [[]]}]], "é": ""}
    assert indented(plain) == json.dumps(plain, ensure_ascii=False, indent=1)
    with pytest.raises(ValueError, match="JSON"):
        indented([float("nan")])
