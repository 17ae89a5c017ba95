"""Exams: which numbers are asked, what a worksheet gives away, and the code it is rebuilt from."""

import math
import re
import zlib
from base64 import b32encode
from hashlib import sha256

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts import examples as accounts
from gradstone.errors import DataError, GradstoneError, RangeError, UnknownNameError
from gradstone.exams.choice import GROUPS
from gradstone.exams.exam import exam_from_id, make_exam
from gradstone.exams.examples import exam_named, n1, n5
from gradstone.exams.identity import DICTIONARY, from_id, to_id

NET = gs.MLP([2, 2, 2], "sigmoid", "sigmoid")


# What is asked ----------------------------------------------------------------------------------
def test_by_default_values_loss_deltas_one_gradient_a_layer_and_the_update_are_asked():
    asked = n1().asked
    assert asked[:5] == ("out1[0,0]", "out1[0,1]", "out2[0,0]", "out2[0,1]", "loss")
    assert [one for one in asked if one.startswith("dW")] == ["dW2[0,0]", "dW1[0,0]"]
    assert len([one for one in asked if one.startswith("dnet")]) == 4
    assert len([one for one in asked if one.startswith("new ")]) == 12


def test_the_examples_are_those_that_accounts_explain():
    for exam, account in ((n1(), accounts.n1()), (n5(), accounts.n5())):
        for address, value in exam.key.items():
            assert value == account.story.entries[address].value


def test_numbers_are_asked_by_group_quantity_address_and_textbook_name():
    assert n1(ask=["dW2"]).asked == ("dW2[0,0]", "dW2[1,0]", "dW2[0,1]", "dW2[1,1]")
    assert n1(ask=["dE_dw_5"]).asked == n1(ask=["dW2[0,0]"]).asked == ("dW2[0,0]",)
    assert n1(ask=["loss", "out1[0,1]", "loss"]).asked == ("out1[0,1]", "loss")
    assert n5(ask=["outputs"]).asked == tuple(f"p[{i},{j}]" for i in (0, 1) for j in (0, 1, 2))
    assert n1(ask=["after"]).asked == ("after out2[0,0]", "after out2[0,1]", "after loss")


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_names_something(group):
    exam = n1(ask=[group])
    assert exam.asked
    assert exam_from_id(exam.id).asked == exam.asked


def test_unknown_words_are_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean deltas"):
        n1(ask=["delta"])
    with pytest.raises(UnknownNameError):
        n1(ask=["x[0,0]"])
    with pytest.raises(RangeError):
        n1(ask=[])


def test_shown_numbers_may_not_need_asked_ones():
    exam = n1(ask=["deltas"], show=["hidden", "outputs"])
    assert exam.shown[0] == "out1[0,0]"
    assert "out1[0,0]" in exam.given
    with pytest.raises(RangeError, match="needs an asked number"):
        n1(ask=["outputs"], show=["deltas"])
    with pytest.raises(RangeError, match="needs an asked number"):
        n1(ask=["outputs"], show=["outputs"])


# Drawn numbers ----------------------------------------------------------------------------------
def test_variants_differ_and_are_drawn_again_alike():
    one, other, seeded = n1(variant=1), n1(variant=2), n1(variant=1, seed=9)
    assert one.key == n1(variant=1).key
    assert len({tuple(e.key.values()) for e in (one, other, seeded, n1())}) == 4
    assert one.asked == other.asked


def test_drawn_numbers_stay_the_same_for_ever():
    """Codes on paper are years old when answers come back."""
    entries = n1(variant=1, seed=7).story.entries
    found = [entries[one].value for one in ("x[0,0]", "t[0,1]", "W1[0,0]", "b2[1]")]
    assert found == [0.5, 0.25, -0.1, 0.35]
    code = "GS1-V7QV6X5L-QZ4Q5XPB-ZD6NQALR-VA45RIOG-KCDQEAA"
    assert exam_from_id(code).key == n1(variant=3, seed=7).key


NETS = [
    (gs.MLP([3, 2, 3], "tanh", "softmax"), {"samples": 2, "optimizer": gs.adam(0.01)}),
    (gs.MLP([2, 3, 1], "relu", "sigmoid"), {"loss": "binary_cross_entropy"}),
    (gs.MLP([2, 3, 2], "leaky_relu", None), {"loss": "mae", "samples": 3}),
    (gs.MLP([1, 1], None, None), {"loss": "mse", "optimizer": gs.momentum(0.1, 0.8)}),
    (gs.MLP([2, 2, 2, 2], "elu", "tanh", bias=False), {"loss": "sse"}),
    (gs.MLP([2, 2, 1], "sigmoid", "sigmoid"), {"optimizer": gs.sgd(gs.step_decay(0.5, 0.5, 2))}),
]


@pytest.mark.parametrize(("network", "options"), NETS)
def test_exams_of_other_networks_are_rebuilt_from_their_code(network, options):
    exam = make_exam(network, variant=2, seed=3, **options)
    again = exam_from_id(exam.id)
    assert again.key == exam.key
    assert again.given == exam.given
    assert all(math.isfinite(one) for one in exam.key.values())
    for language in ("en", "zh"):
        assert exam.id in exam.to_html(language=language)
        assert exam.to_latex(language=language, formulas=True).startswith("\\documentclass")


def test_drawn_numbers_give_answers_that_can_be_written():
    for variant in range(1, 6):
        for value in n1(variant=variant).key.values():
            assert 1e-4 <= abs(value) <= 1e3


# The code ---------------------------------------------------------------------------------------
def test_a_code_holds_given_numbers_and_forgives_how_it_is_typed():
    exam = n1()
    assert re.fullmatch(r"GS1(-[A-Z2-7]{1,8})+", exam.id)
    assert len(exam.id) < 140
    assert exam_from_id(exam.id).key == exam.key
    assert exam_from_id(" " + exam.id.lower().replace("-", " ")).key == exam.key
    assert len(n1(variant=1).id) < 60


def test_a_mistyped_code_is_refused():
    code = n1().id
    for place in range(4, len(code), 7):
        wrong = "A" if code[place] != "A" else "B"
        if code[place] != "-":
            with pytest.raises(DataError, match="exam id"):
                from_id(code[:place] + wrong + code[place + 1 :])
    for bad in (
        "",
        "GS1-",
        "GS2-ABCDEFGH",
        "hello",
        code[:-3],
        code + "AA",
        code + "!",
        "GS1-" * 9000,
    ):
        with pytest.raises(DataError):
            from_id(bad)


def forged(text):
    """A code with a right checksum around any content."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=DICTIONARY)
    packed = packer.compress(text.encode()) + packer.flush()
    return "GS1-" + b32encode(sha256(packed).digest()[:4] + packed).decode().rstrip("=")


PLAIN = {
    "n": '[[2,2],"sigmoid",[2,2],"sigmoid"]', "l": '"half_sse"', "o": '["sgd",0.5]',
    "a": '["loss"]', "w": "[]", "d": "5", "m": "1", "s": "0", "v": "1", "r": "0",
}  # fmt: skip
FORGED = [
    {"n": "[]"}, {"n": "[[2,1000000]]"}, {"n": '[["__import__",{}]]'}, {"n": "5"}, {"n": "[[2]]"},
    {"n": '[[2,2],"sigmoid",[3,2]]'}, {"n": "[[100,100],[100,100]]"}, {"l": '"none"'},
    {"l": "[1]"}, {"l": '"sigmoid"'}, {"o": '["sgd",-1]'}, {"o": '["sgd","x"]'}, {"o": '["x",1]'},
    {"o": '["sgd",{"name":"warm_up"}]'}, {"o": '["adam",0.1,{"beta9":1}]'}, {"a": "[1]"},
    {"a": '["nothing"]'}, {"a": "[]"}, {"d": "99"}, {"d": "true"}, {"m": "1e3"}, {"m": "51"},
    {"s": "-1"}, {"r": "9999"}, {"v": "null"}, {"x": "{}"}, {"x": '{"x":[[1,2]]}'},
    {"more": "1"}, {"o": '["sgd",1e999]'}, {"w": '["loss"]'},
    {"x": '{"x":[[1,"2"]],"t":[[1,2]],"W1":[[1,2],[3,4]],"b1":[1,2],"W2":[[1,2],[3,4]],'
          '"b2":[1,2]}'},
]  # fmt: skip


def test_a_forged_code_with_right_content_is_an_exam():
    text = ",".join(f'"{key}":{value}' for key, value in PLAIN.items())
    assert exam_from_id(forged("{" + text + "}")).asked == ("loss",)


@pytest.mark.parametrize("change", FORGED, ids=str)
def test_forged_codes_are_refused_kindly(change):
    text = ",".join(f'"{key}":{value}' for key, value in {**PLAIN, **change}.items())
    with pytest.raises(GradstoneError) as error:
        exam_from_id(forged("{" + text + "}"))
    assert len(str(error.value)) < 600


@pytest.mark.parametrize("text", ["[]", "", "{", "1", "[" * 50_000, '{"n":' * 9000, " " * 100_000])
def test_forged_codes_of_any_content_are_refused(text):
    with pytest.raises(GradstoneError):
        from_id(forged(text))


def test_a_paper_and_its_code_are_the_same():
    for exam in (n1(), n5(), n1(variant=4, ask=["nets", "dW1[0,1]"], show=(), digits=7)):
        assert to_id(from_id(exam.id)) == exam.id


# Worksheets -------------------------------------------------------------------------------------
def digits_of(value):
    return repr(abs(value))[:6]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_worksheets_give_no_answer_away(language, tmp_path):
    exam = n1(variant=1)
    exam.to_excel(tmp_path / "exam.xlsx", language)
    import zipfile

    with zipfile.ZipFile(tmp_path / "exam.xlsx") as archive:
        inside = "".join(archive.read(name).decode() for name in archive.namelist())
    pages = {
        "html": exam.to_html(language=language, formulas=True),
        "latex": exam.to_latex(language=language, formulas=True), "json": exam.to_json(),
        "excel": inside,
    }  # fmt: skip
    for kind, page in pages.items():
        for value in exam.key.values():
            assert digits_of(value) not in page, kind
        for address in exam.asked:
            assert address in page or kind == "latex"
    key = exam.to_html(language=language, key=True)
    assert all(digits_of(value) in key for value in exam.key.values())
    assert all(digits_of(value) in exam.to_latex(key=True) for value in exam.key.values())


def test_worksheets_are_written_to_files(tmp_path):
    exam = n1()
    assert exam.to_html(tmp_path / "a.html", "en") == (tmp_path / "a.html").read_text("utf-8")
    exam.to_latex(tmp_path / "a.tex", "zh")
    exam.to_json(tmp_path / "a.json")
    exam.to_excel(tmp_path / "a.xlsx")
    exam.to_excel(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with pytest.raises(GradstoneError):
        exam.to_excel(tmp_path / "none" / "a.xlsx")


def test_asked_cells_are_open_and_all_others_locked(tmp_path):
    import zipfile

    n1().to_excel(tmp_path / "a.xlsx", "en")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<sheetProtection" in text
    formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.split("<cellXfs")[1])
    unlocked = {str(at) for at, one in enumerate(formats) if 'locked="0"' in one}
    cells = re.findall(r'<c r="([A-Z]+)\d+" s="(\d+)"', text)
    open_cells = [column for column, style in cells if style in unlocked]
    assert open_cells.count("D") == len(n1().asked) + 1  # and the name's cell, merged C to E
    assert {*open_cells} <= {"C", "D", "E"}


# Bad input --------------------------------------------------------------------------------------
def test_what_makes_no_exam_is_refused():
    with pytest.raises(RangeError, match="only some"):
        make_exam(NET, x=[[0.1, 0.2]])
    with pytest.raises(RangeError, match="Linear layers and activations"):
        make_exam(gs.MLP([2, 2, 1], dropout=0.5))
    with pytest.raises(RangeError):
        make_exam(gs.MLP([100, 100, 10]))
    with pytest.raises(RangeError):
        make_exam(NET, digits=2)
    with pytest.raises(GradstoneError):
        make_exam(NET, x=[[0.1, 0.2, 0.3]], t=[[0, 1]], parameters={})
    with pytest.raises(UnknownNameError, match="n1"):
        exam_named("n2")
    with pytest.raises(RangeError, match="two activations"):
        exam_named("2-2 a b c")


def test_a_single_sample_may_come_without_its_axis():
    weights = np.array([[0.5, -0.25], [0.125, 1.0]])
    given = {"W1": weights, "b1": [0.1, 0.2], "W2": weights.T, "b2": [0.3, 0.4]}
    exam = make_exam(NET, [0.1, 0.2], [0.01, 0.99], "half_sse", gs.sgd(0.5), given)
    assert exam_from_id(exam.id).key == exam.key
