"""Accounts as lines of text: what they say, and that they fit."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from gradstone.accounts.account import (
    Amount,
    Check,
    Code,
    MatrixForm,
    Phrase,
    Plain,
    Table,
    Value,
    Working,
)
from gradstone.accounts.formula import amount
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.notation import text
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.text import print_story, to_text
from gradstone.accounts.text.styled import (
    UNEVEN,
    columns,
    formula_lines,
    longest,
    styled,
    wrapped,
)
from tests.accounts.stories import EXAMPLES, example, product, sentence, story, told

LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("name", EXAMPLES)
def test_lines_fit(name, language, ascii, width):
    lines = to_text(example(name), language, ascii, width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("name", EXAMPLES)
def test_ascii_is_ascii(name):
    assert to_text(example(name), "en", ascii=True).isascii()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_line_is_told_with_its_digits(name, language):
    one = example(name)
    printed = to_text(one, language, width=400)
    for line in told(one):
        entry = one.entries[line.entry]
        (found,) = [row for row in printed.splitlines() if row.startswith(f"{line.id} ")][:1]
        assert text(entry.symbol.latex) in found
        assert text(amount(entry, one.digits).latex) in printed


def test_a_neuron_of_the_textbook():
    printed = to_text(example("n1"))
    assert (
        "F1  net_h1 = w₁·x₁ + w₂·x₂ + b₁\n"
        "           = 0.1 × 0.1 + 0.2 × 0.2 + 0.55\n"
        "           = 0.01 + 0.04 + 0.55\n"
        "           = 0.6\n"
        "F2  out_h1 = σ(net_h1) = 1 / (1 + e^(−0.6)) ≈ 0.645656306\n"
    ) in printed
    assert "numeric: 0.126796105 ✓" in printed
    assert "( net_h1 │ out_h1 )" in printed
    assert "W⁽¹⁾ = ⎡ w₁  w₃ ⎤ = ⎡ 0.1  0.3 ⎤" in printed


def test_chinese():
    printed = to_text(example("n1"), "zh")
    assert "正向传播" in printed
    assert "数值梯度：0.126796105 ✓" in printed
    assert "程序中的名称" in printed


def test_colours():
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, color_system="truecolor", width=80)
    print_story(example("n1"), console)
    printed = file.getvalue()
    assert "\x1b[38;2;0;114;178mF1\x1b[0m" in printed
    assert "\x1b[38;2;213;94;0mB1\x1b[0m" in printed
    assert "0.645656\x1b[2m306\x1b[0m" not in printed.replace("0.645656", "")
    assert "\x1b[2m" in printed


def test_plain_consoles_get_the_same_lines():
    file = io.StringIO()
    console = Console(file=file, force_terminal=False, width=80, legacy_windows=False)
    print_story(example("n5"), console, "zh")
    assert file.getvalue() == to_text(example("n5"), "zh", console.options.ascii_only)


def test_words_of_users_are_words():
    printed = to_text(story(sentence(Plain("[red]\x1b[31m*a*\u202e|")), sentence(Code("\x07b"))))
    assert "layer [red][31m*a*|" in printed
    assert "\x1b" not in printed
    assert "\x07" not in printed


def test_numbers_in_columns_stand_point_under_point():
    ledger = product()
    rows = ((Value("a"), Plain("two")), (Value("c"), Plain("a third")), (Value("b"), Plain("")))
    printed = to_text(
        story(Table((Code("number"), Code("words")), rows, total=True), ledger=ledger)
    )
    lines = printed.splitlines()[-6:]
    assert lines[0] == "number        words"
    assert lines[2] == " 2            two"
    assert lines[3] == " 0.333333333  a third"
    assert set(lines[4]) == {"─"}
    assert lines[5] == "−0.333333333"


def test_wide_tables_are_turned_over():
    ledger = product()
    heads = tuple(Code(f"head {place}") for place in range(9))
    rows = ((Plain("first"), *[Value("c")] * 8), (Plain("second"), *[Value("b")] * 8))
    printed = to_text(story(Table(heads, rows, caption=Phrase("numeric_check")), ledger=ledger))
    assert "numeric check\nhead 0  first        second" in printed
    assert "head 8  0.333333333  −0.333333333" in printed


def test_words_in_columns_are_wrapped():
    rows = tuple((Plain("a long story " * 12), Plain(str(place))) for place in range(2))
    printed = to_text(story(Table((Code("one"), Code("two")), rows)))
    assert max(map(cell_len, printed.splitlines())) <= 80
    assert printed.count("long") == 24


def test_verdicts():
    told = Table(
        (Code("verdict"),),
        tuple((Check(0.5, 0.0, verdict),) for verdict in ("ok", "kink", "differs")),
    )
    printed = to_text(story(told))
    for word in ("0.5 ✓", "0.5 kink", "0.5 differs"):
        assert word in printed
    assert "0.5 不一致" in to_text(story(told), "zh")
    assert "0.5 ok" in to_text(story(told), "en", ascii=True)


def test_reasons_stand_behind_results():
    ledger = Ledger()
    a = ledger.given("a", Symbol("a"), -2.0)
    reason = Phrase("drawing_loss")
    ledger.line("F", "b", Symbol("b"), a * 0.0, reason=reason)
    ledger.settle()
    assert "= 0 (loss)\n" in to_text(story(Working(("F1",)), ledger=ledger))
    assert "= 0（损失）\n" in to_text(story(Working(("F1",)), ledger=ledger), "zh")


def test_large_matrices_are_cut_into_groups_of_columns():
    ledger = Ledger()
    for place in range(20):
        ledger.given(f"w[{place}]", Symbol("w", str(place + 1)), place / 7, typed=False)
    addresses = (tuple(f"w[{place}]" for place in range(20)),)
    names = (tuple(Symbol("w", str(place + 1)) for place in range(20)),)
    one = MatrixForm(
        Symbol("W", bold=True), "W", r"\mathbf{A}\,\mathbf{B}", "(1×20)", names, addresses
    )
    printed = to_text(story(one, ledger=ledger))
    assert printed.splitlines()[4].startswith("W = A B   in the program: W")
    assert max(map(cell_len, printed.splitlines())) <= 80
    assert "w₂₀" in printed
    assert "2.71428571" in printed


def test_amounts():
    assert "layer 0.313\n" in to_text(story(sentence(Amount(0.31299, 3))))


def test_sentences_break_where_they_may():
    lines = wrapped(styled("梯度检验，用中心差分；两者一致。（如此）" * 3), 16)
    assert max(one.width for one in lines) <= 17
    assert not any(one.plain[0] in "，。；）" or one.plain[-1] in "（" for one in lines)
    assert "".join(one.plain for one in lines) == "梯度检验，用中心差分；两者一致。（如此）" * 3
    assert [one.plain for one in wrapped(styled("one two three"), 8)] == ["one two", "three"]


def test_formulas_break_before_operators():
    rows = formula_lines(styled("a + b·(c + d) − e"), 13)
    assert [one.plain for one in rows] == ["a + b·(c + d)", "− e"]
    rows = formula_lines(styled("max(a + b, c + d)"), 10)
    assert all(one.width <= 10 for one in rows)
    assert formula_lines(styled("unbreakable"), 4)[0].plain == "unbreakable"


def test_signs_taken_for_one_column_take_one():
    even = [chr(one) for one in range(0x110000) if not UNEVEN.search(chr(one))]
    assert all(cell_len(one) == 1 for one in even)
    assert (columns("w₅ ≈ 汉字"), longest("a sentence of words")) == (9, 8)
