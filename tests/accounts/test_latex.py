"""Accounts as LaTeX: what stands in the source, and what pdflatex and xelatex make of it."""

import re
import subprocess
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts import examples
from gradstone.accounts.account import (
    Amount,
    Box,
    Check,
    Code,
    Drawing,
    Edge,
    Formula,
    GraphDrawing,
    Knot,
    MatrixForm,
    NetworkDrawing,
    Neuron,
    Paragraph,
    Phrase,
    Plain,
    Table,
    Value,
    Working,
)
from gradstone.accounts.explain import explain
from gradstone.accounts.formula import amount, forms
from gradstone.accounts.latex import to_latex
from gradstone.accounts.latex.breaking import SUMS, broken, flat, pieces, width
from gradstone.accounts.latex.cells import text_width
from gradstone.accounts.latex.layering import layered
from gradstone.accounts.latex.text import escaped, mathematics
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.symbol import Symbol, derivative
from tests.accounts.stories import product, story, told
from tests.programs import needed

NASTY = r"""#1 $5 100% A&B ~home_dir x^2 \evil{} {a} <b> "q" 'r' [c] * -- `d` | @ \end{document}"""
FOREIGN = "naïve Ångström größe œuvre 中文 Ω ½ x₁² → ✓ ﬁ Ж 😀 \x07\ttab"


def body(source):
    """What stands between the beginning and the end of the document."""
    return source.split(r"\begin{document}")[1].split(r"\end{document}")[0]


def displays(source):
    """The rows of all displays, without page-break stars and extra space."""
    found = re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}", source, re.DOTALL)
    return [re.sub(r"^\*?(\[3pt\])?\n", "", row) for one in found
            for row in re.split(r"\\\\(?=\*\n|\[3pt\]\n)", one)]  # fmt: skip


@cache
def deep():
    """One step of 2-8-8-1."""
    network = gs.MLP([2, 8, 8, 1], "tanh", "sigmoid")
    return explain(network, np.array([[0.5, -1.25]]), np.array([[1.0]]), seed=3).story


@cache
def adam():
    """3-4-3, softmax cross entropy, three samples, Adam."""
    draw = np.random.default_rng(1)
    network, x = gs.MLP([3, 4, 3], "relu", "softmax"), draw.normal(size=(3, 3))
    return explain(network, x, np.array([1, 0, 2]), seed=3, optimizer=gs.adam(1e-3)).story


@cache
def large():
    """A step too large to print, and ten classes."""
    draw = np.random.default_rng(2)
    network, x = gs.MLP([64, 32, 16, 10], "relu", "softmax"), draw.random((32, 64))
    return explain(network, x, draw.integers(0, 10, 32), seed=3).story


def long_sum(count):
    """A story with one line, a sum of products with a remainder of no kind."""
    ledger = Ledger()
    total = None
    for place in range(count):
        a = ledger.given(f"a{place}", Symbol("a", str(place + 1)), -1 / (place + 3))
        b = ledger.given(f"b{place}", Symbol("b", str(place + 1)), 2 / (place + 7))
        total = a * b if total is None else total + a * b
    ledger.line("F", "s", Symbol("s"), total)
    ledger.settle()
    return story(Working(("F1",)), ledger=ledger)


def nasty():
    """Somebody's own words in every place they can stand, and symbols of any alphabet."""
    ledger = product()
    ledger.given("größe", Symbol("größe_2"), 1.5)
    rows = (
        (Plain(NASTY[:40]), Code("a_b%{}"), Value("c"), Check(1e-9, 0.0, "kink")),
        (Plain(FOREIGN), Code(FOREIGN), Value("größe"), Check(-0.25, 2.0, "differs")),
    )
    heads = (Plain("50% of_it"), Code("#"), Formula(r"\alpha_{ß}"), Symbol("größe_2"))
    caption = Phrase("drawing_layer", {"number": Plain(NASTY)})
    words = tuple(Phrase("drawing_layer", {"number": cell}) for cell in (
        Plain(NASTY), Code(NASTY), Plain(FOREIGN), Code(FOREIGN), Symbol("价格"), Amount(1e-9),
        Amount(float("nan")), Amount(float("-inf"))))  # fmt: skip
    parts = (Table(heads, rows, caption=caption), Paragraph(words), Box(words), Working(("F1",)))
    return story(*parts, ledger=ledger)


# Structure ------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["n1", "n5", "apples", "affine"])
def test_every_line_is_there_with_its_name_and_its_digits(name, language):
    one = getattr(examples, name)().story
    source = to_latex(one, language)
    for line in told(one):
        assert rf"\tag*{{\lineid{{{line.id}}}}}" in source
        assert amount(one.entries[line.entry], one.digits).latex in source


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("make", [examples.n1, examples.n5, examples.apples, examples.descent])
def test_braces_and_environments_close(make, language):
    source = to_latex(make().story, language)
    assert source.replace(r"\{", "").count("{") == source.replace(r"\}", "").count("}")
    open_ones = []
    for kind, name in re.findall(r"\\(begin|end)\{(.*?)\}", source):
        if kind == "begin":
            open_ones.append(name)
        else:
            assert open_ones.pop() == name
    assert not open_ones
    assert source.count(r"\left") - source.count(r"\leftarrow") == source.count(r"\right") - (
        source.count(r"\rightarrow")
    )


def test_guard_digits_are_marked():
    source = to_latex(examples.n1().story)
    assert r"0.645656\guard{306}" in source
    assert r"\DeclareRobustCommand{\guard}" in source


def test_sections_count_from_0_where_the_first_is_the_head():
    step, function = to_latex(examples.n1().story), to_latex(examples.apples().story)
    assert r"\setcounter{section}{-1}" in step
    assert r"\setcounter{section}" not in function
    assert step.index("In short") < step.index("The network") < step.index("{Given}")


def test_english_is_ascii_and_chinese_has_its_class():
    one = examples.n1().story
    assert to_latex(one).isascii()
    assert r"\documentclass[UTF8" in to_latex(one, "zh")
    assert "正向传播" in to_latex(one, "zh")
    assert "fandol" not in to_latex(one)
    with pytest.raises(gs.errors.UnknownNameError):
        to_latex(one, "fr")


@pytest.mark.parametrize("count", [2, 4, 7])
def test_at_most_three_terms_a_row_broken_before_the_operator(count):
    rows = displays(to_latex(long_sum(count)))
    for row in rows:
        formula = row.split("&", 1)[1].replace(r"\phantom{{}={}}", "").strip().lstrip("= ")
        formula = formula.removeprefix(r"{}")
        assert len(pieces(formula.split(r"\approx")[0], SUMS)) <= 3
        assert not re.search(r"[+-]\s*$", row)
    continued = [row for row in rows if r"\phantom{{}={}}" in row]
    assert all(re.search(r"\}\s*\{\}[+-] ", row) for row in continued)
    assert len(continued) == (0 if count < 4 else 2 * (-(-count // 3) - 1) + (count == 4))


def test_factors_stand_in_columns_names_over_numbers():
    source = to_latex(examples.n1().story)
    assert r"\wide{\mathrm{out}_{\mathrm{h1}}}{0.645656\guard{306}}" in source
    assert r"\wide{0.645656\guard{306}}{\mathrm{out}_{\mathrm{h1}}}" in source


def test_checks_stand_beside_gradients():
    rows = displays(to_latex(examples.n1().story))
    beside = [row for row in rows if r"\checkmark" in row]
    assert len(beside) == 16
    assert all("numeric" in row for row in beside)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("100%", r"100\%"),
        (r"\evil{x}", r"\textbackslash{}evil\{x\}"),
        ("a_b^c~d", r"a\_b\textasciicircum{}c\textasciitilde{}d"),
        ("#$&", r"\#\$\&"),
        ("--loss", "-{}-{}loss"),
        ("naïve Å", r"na\"{\i}ve \r{A}"),
        ("x₁²", r"x\ensuremath{_{1}}\ensuremath{^{2}}"),
        ("σ ≤ 1", r"\ensuremath{\sigma} \ensuremath{\le} 1"),
        ("价", r"\cjk{4EF7}{价}"),
        ("Ж", r"\rare{0416}{Ж}"),
        ("a\nb\x00", "a b "),
        ("<|>", r"\textless{}\textbar{}\textgreater{}"),
    ],
)
def test_text_is_printed_as_typed(typed, printed):
    assert escaped(typed) == printed


def test_nobodys_words_are_markup():
    source = body(to_latex(nasty()))
    assert r"\evil" not in source
    assert r"\textbackslash{}evil" in source
    assert "\x07" not in source


def test_formulas_are_repaired():
    assert mathematics(r"\operatorname{soft_max}\left(x\right)").startswith(
        r"\operatorname{soft\_max}"
    )
    assert mathematics(r"\mathbf{out}^{(1)}^{T}") == r"{\mathbf{out}^{(1)}}^{T}"
    assert mathematics(r"\mathrm{out}^{+}_{\mathrm{o1}}^{2}") == (
        r"{\mathrm{out}^{+}_{\mathrm{o1}}}^{2}"
    )
    assert mathematics("δ₁ × 2") == r"\delta _{1} \times  2"
    assert mathematics(r"\mathrm{ß}").isascii()


def test_derivatives_in_tables_have_a_slash():
    table = Table((Plain("a"),), ((derivative(Symbol("E"), Symbol("w", "5")),),))
    assert r"$\partial E/\partial w_{5}$" in to_latex(story(table, ledger=product()))


# Breaking -------------------------------------------------------------------------------------
LONG = r"a \cdot \left(b - c + 0.123456\guard{789} \times \left(d + e\right)\right) - \frac{f}{g}"


@pytest.mark.parametrize("room", [60, 90, 130, 200, 400])
def test_rows_keep_every_sign_and_fit(room):
    rows = broken(LONG, room)
    joined = " ".join(rows).replace(r"\bigl", r"\left").replace(r"\bigr", r"\right")
    assert re.sub(r"\\quad|\s", "", joined) == re.sub(r"\s", "", LONG)
    assert all(width(row) <= max(room, 130) for row in rows)


def test_a_fraction_too_wide_is_written_with_a_slash():
    top = " + ".join(rf"a_{{{i}}}" for i in range(9))
    rows = broken(rf"\frac{{{top}}}{{b}}", 100)
    assert len(rows) > 1
    assert rows[-1].endswith("/ b")


def test_signs_of_numbers_are_no_operators():
    assert pieces(r"-2 + 3 \times \left(-4 - 5\right) - e^{-1}", SUMS) == [
        "-2", r"+ 3 \times \left(-4 - 5\right)", "- e^{-1}",
    ]  # fmt: skip


def test_the_largest_of_several_is_written_once():
    nested = r"\max\left(\max\left(\max\left(a, b\right), c\right), \max\left(d, e\right)\right)"
    assert flat(nested) == r"\max\left(a, b, c, \max\left(d, e\right)\right)"
    assert flat(r"\max\left(0, x\right)") == r"\max\left(0, x\right)"


def test_widths_are_near_what_tex_measures():
    known = {  # points in Computer Modern at ten points
        r"1 - \mathrm{out}_{\mathrm{h2}} \cdot \mathrm{out}_{\mathrm{h2}}": 71,
        r"0.5 \cdot \left(p_{\mathrm{o9}} - t_{9}\right)": 62,
        r"\frac{1}{1 + e^{-1.63936\guard{773}}}": 69,
        r"w^{+}_{1} \cdot x_{1} + w^{+}_{2} \cdot x_{2} + w^{+}_{3} \cdot x_{3} + b^{+}_{1}": 142,
    }
    for formula, points in known.items():
        assert 0.95 <= width(formula) / points <= 1.15
    assert text_width("weight") < text_width("weight $w_1$") < text_width("权重权重权重权重")


# Matrices and tables --------------------------------------------------------------------------
def matrix(rows, columns):
    """A story with a matrix of numbers."""
    ledger = Ledger()
    addresses = []
    for i in range(rows):
        places = [f"M[{i},{j}]" for j in range(columns)]
        for j, one in enumerate(places):
            ledger.given(one, Symbol("m", f"{i + 1},{j + 1}"), 1 / (i + j + 3), typed=False)
        addresses.append(tuple(places))
    names = tuple(tuple(ledger.entries[one].symbol for one in row) for row in addresses)
    form = MatrixForm(Symbol("M", bold=True), "M", "", "", names, tuple(addresses))
    return story(form, ledger=ledger)


def test_small_matrices_stand_beside_their_names_with_points_aligned():
    source = body(to_latex(matrix(2, 2)))
    assert source.count("array") == 4
    assert r"r@{}lr@{}l" in source
    assert r"0 & .333333\guard{333} & 0 & .25 &" not in source
    assert r"0 & .333333\guard{333} & 0 & .25 \\" in source


def test_wide_and_long_matrices_are_cut_into_blocks():
    whole, source = body(to_latex(matrix(3, 10))), body(to_latex(matrix(3, 14)))
    assert r"\code{{[}" not in whole
    assert r"\code{{[}0:3, 0:7{]}}" in source
    assert r"\code{{[}0:3, 7:14{]}}" in source
    assert r"\code{{[}36:50, 0:2{]}}" in body(to_latex(matrix(50, 2)))


def wide_table(columns, rows):
    heads = tuple(Plain(f"head number {i}") for i in range(columns))
    ledger = product()
    cells = tuple((Symbol("a", str(k)), *[Value("b")] * (columns - 1)) for k in range(rows))
    return story(Table(heads, cells, total=True), ledger=ledger)


def test_wide_tables_get_smaller_then_split_beginning_with_the_first_column():
    assert r"\normalsize" in body(to_latex(wide_table(4, 3)))
    smaller = body(to_latex(wide_table(8, 3)))
    assert r"\normalsize" not in smaller
    assert smaller.count("toprule") == 1
    cut = body(to_latex(wide_table(20, 3)))
    assert cut.count("toprule") > 1
    assert cut.count("$a_{0}$") == cut.count("toprule")


def test_long_tables_repeat_their_heads_and_totals_have_a_rule():
    short, long = body(to_latex(wide_table(3, 4))), body(to_latex(wide_table(3, 40)))
    assert "longtable" not in short
    assert short.count("midrule") == 2
    assert r"\endhead" in long
    assert r"\kill" in long


def test_rows_tell_their_lines_once():
    heads, row = (Plain("q"), Plain("v")), (Symbol("c"), Value("c"))
    with_names = Table(heads, (row,), anchors=("F1",))
    named = Table((*heads, Plain("l")), ((*row, Code("F1")),), anchors=("F1",))
    for table in (with_names, named):
        assert body(to_latex(story(table, ledger=product()))).count(r"\lineid{F1}") == 1


# Drawings -------------------------------------------------------------------------------------
def test_a_small_network_shows_names_values_gradients():
    source = body(to_latex(examples.n1().story))
    names, values, gradients = re.findall(
        r"\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", source, re.DOTALL
    )
    assert r"{$w_{1}$}" in names
    assert "dashed" not in names
    assert r"{$b_{1}=0.55$}" in values
    assert "{0.6457}" in values
    assert "semithick,backward" in gradients or "->,backward,dashed,semithick" in gradients
    assert gradients.count("above,sloped") == gradients.count("below,inner sep=2pt,sloped") == 8


def test_crowded_edges_have_no_labels():
    source = body(to_latex(deep()))
    first = source.split(r"\end{tikzpicture}")[0]
    assert first.count("very thin") == 16 + 64
    assert first.count("sloped") == 8


def test_a_neuron_whose_output_is_its_net_is_not_cut():
    one = examples.n5().story
    drawing = one.drawing
    linear = replace(
        drawing, layers=(drawing.layers[0],), edges=(),
    )  # fmt: skip
    assert isinstance(drawing, NetworkDrawing)
    source = to_latex(replace(one, drawing=linear))
    assert r"\draw (" not in source.split(r"\end{tikzpicture}")[0]


def graph(*knots):
    ledger = product()
    return replace(
        story(Drawing(values=True, gradients=True), ledger=ledger),
        drawing=GraphDrawing(tuple(knots)),
    )


def test_a_graph_shows_values_forward_and_gradients_backward():
    knots = (Knot("", "a", "b", ()), Knot("", "b", "", ()), Knot("multiply", "c", "a", (0, 1)))
    source = body(to_latex(graph(*knots)))
    assert r"{$\times$}" in source.replace(r"\small ", "")
    assert source.count("<-,dashed,backward") == 2  # b has no gradient
    assert "forward" in source


def test_a_graph_too_long_for_a_page_is_left_out():
    knots = [Knot("", "a", "", ())] + [Knot("exp", "c", "", (i,)) for i in range(20)]
    assert "tikzpicture" not in body(to_latex(graph(*knots)))


def test_constants_stand_beside_each_of_their_users_and_edges_go_around():
    knots = (
        Knot("", "a", "", ()), Knot("", "", "", ()), Knot("add", "b", "", (0, 1)),
        Knot("multiply", "c", "", (2, 1)), Knot("add", "c", "", (3, 0)),
    )  # fmt: skip
    layers = layered(knots)
    assert sum(not one.inputs and not one.value for one in layers.knots) == 2
    assert len(layers.ways) == 1
    ((start, end),) = layers.ways
    assert layers.knots[start].value == "a"
    assert end == len(layers.knots) - 1
    spots = set(zip(layers.columns, layers.heights, strict=True))
    assert len(spots) == len(layers.knots)
    assert not spots & {spot for way in layers.ways.values() for spot in way}


def test_elements_of_a_drawing_may_lack_numbers():
    ledger = product()
    layers = ((Neuron(Symbol("x", "1"), "", "a"),), (Neuron(Symbol("o", "1"), "b", "b"),))
    drawing = NetworkDrawing(layers, (Edge(0, 0, 0, "a", "missing"),), "c")
    one = story(Drawing(values=True, gradients=True), ledger=ledger)
    assert "tikzpicture" in body(to_latex(replace(one, drawing=drawing)))
    assert "tikzpicture" not in body(to_latex(one))


# What TeX makes of it -------------------------------------------------------------------------
TROUBLE = re.compile(r"^(?:!|Overfull|Missing character).*", re.MULTILINE)


def compiled(source, engine, folder):
    """The log of a run."""
    program = needed(engine)
    (folder / "told.tex").write_text(source, encoding="utf-8")
    options = ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
    run = subprocess.run(
        [program, *options, "told.tex"], cwd=folder, capture_output=True, timeout=300, check=False
    )
    log = (folder / "told.log").read_text(encoding="utf-8", errors="replace")
    assert run.returncode == 0, log[-3000:]
    assert (folder / "told.pdf").stat().st_size > 10_000
    return log


STORIES = {
    "n1": lambda: examples.n1().story,
    "n5": lambda: examples.n5().story,
    "apples": lambda: examples.apples().story,
    "descent": lambda: examples.descent().story,
    "2-8-8-1": deep,
    "adam": adam,
    "large": large,
    "sum": lambda: long_sum(11),
    "matrix": lambda: matrix(40, 17),
    "table": lambda: wide_table(25, 30),
}


@pytest.mark.tex
@pytest.mark.parametrize("name", STORIES)
def test_english_compiles_with_pdflatex_and_nothing_sticks_out(name, tmp_path):
    assert TROUBLE.findall(compiled(to_latex(STORIES[name]()), "pdflatex", tmp_path)) == []


@pytest.mark.tex
@pytest.mark.parametrize(
    ("name", "language"),
    [("n1", "en"), ("n1", "zh"), ("n5", "zh"), ("apples", "zh"), ("2-8-8-1", "zh")],
)
def test_both_languages_compile_with_xelatex_and_nothing_sticks_out(name, language, tmp_path):
    log = compiled(to_latex(STORIES[name](), language), "xelatex", tmp_path)
    assert TROUBLE.findall(log) == []


@pytest.mark.tex
@pytest.mark.parametrize(
    ("engine", "language"), [("pdflatex", "en"), ("xelatex", "en"), ("xelatex", "zh")]
)
def test_words_of_any_alphabet_compile(engine, language, tmp_path):
    log = compiled(to_latex(nasty(), language), engine, tmp_path)
    assert re.findall(r"^(?:!|Missing character).*", log, re.MULTILINE) == []


@pytest.mark.tex
def test_one_run_is_enough_for_long_tables(tmp_path):
    source = to_latex(examples.n1().story)
    first = compiled(source, "pdflatex", tmp_path)
    sizes = (tmp_path / "told.aux").read_text()
    compiled(source, "pdflatex", tmp_path)
    assert (tmp_path / "told.aux").read_text() == sizes
    assert "Output written" in first


def test_every_form_of_a_line_is_printed():
    one = examples.n5().story
    source = re.sub(r"\s", "", to_latex(one))
    for line in told(one)[:30]:
        for terms in (forms(one, line).symbols, forms(one, line).numbers):
            for term in terms[:1]:
                written = re.sub(r"\s", "", flat(mathematics(term)))
                if len(pieces(mathematics(term), (r"\cdot", r"\times"))) < 3:
                    assert written in source
