"""Formulas read from LaTeX, printed as a line and as MathML."""

import string
import xml.etree.ElementTree as tree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gradstone.accounts.notation import digits, mathml, parse, pieces, text
from gradstone.accounts.notation.tree import Fraction, Guard, Identifier, Number, Row, Script
from gradstone.accounts.numbers import printed
from gradstone.accounts.symbol import Symbol, derivative
from gradstone.graph.op import OPS
from gradstone.ops.table import Operand

E, W5 = Symbol("E"), Symbol("w", "5")
LINES = [
    (r"w_{1} \cdot x_{1} + b_{1}", "w₁·x₁ + b₁", "w1*x1 + b1"),
    (Symbol("net", "h1").latex, "net_h1", "net_h1"),
    (Symbol("δ", "o1").latex, "δ_o1", "delta_o1"),
    (Symbol("w", "12,3", layer="2").latex, "w⁽²⁾₁₂,₃", "w(2)_12,3"),
    (Symbol("w", "5", new=True).latex, "w₅⁺", "w5+"),
    (Symbol("x", "1", sample=2).latex, "x₁[2]", "x1[2]"),
    (Symbol("m", "w5", hat=True).latex, "m̂_w5", "m_hat_w5"),
    (Symbol("W", layer="1", bold=True).latex, "W⁽¹⁾", "W(1)"),
    (Symbol("δ", layer="2", bold=True).latex, "δ⁽²⁾", "delta(2)"),
    (Symbol("apple_count").latex, "apple_count", "apple_count"),
    (Symbol("sepal length").latex, "sepal length", "sepal length"),
    (derivative(E, W5).latex, "∂E/∂w₅", "dE/dw5"),
    (
        derivative(E, Symbol("out", "o1")).latex + r" \cdot " + derivative(E, W5).latex,
        "∂E/∂out_o1 · ∂E/∂w₅",
        "dE/dout_o1 * dE/dw5",
    ),
    (r"\frac{1}{1 + e^{-0.6}}", "1 / (1 + e^(−0.6))", "1 / (1 + e^(-0.6))"),
    (r"e^{\mathrm{net}_{\mathrm{h1}}}", "e^(net_h1)", "e^(net_h1)"),
    (r"e^{\left(-x\right) \cdot x}", "e^((−x)·x)", "e^((-x)*x)"),
    (r"x^{2} + \left(t_{1} - y\right)^{2}", "x² + (t₁ − y)²", "x^2 + (t1 - y)^2"),
    (r"\tfrac{1}{2} \cdot x", "½·x", "1/2*x"),
    (r"\frac{a + b}{c \cdot d}", "(a + b) / (c·d)", "(a + b) / (c*d)"),
    (r"a \cdot \frac{-b}{c}", "a · (−b) / c", "a * (-b) / c"),
    (r"\frac{a}{S_{1}[2]}", "a / S₁[2]", "a / S1[2]"),
    (r"0.5 \times \left(-0.02\right)", "0.5 × (−0.02)", "0.5 x (-0.02)"),
    (r"\sigma\left(x\right)", "σ(x)", "sigma(x)"),
    (r"\ln x + \tanh\left(x\right)", "ln x + tanh(x)", "ln x + tanh(x)"),
    (r"\sqrt{x_{1}} + \sqrt{1 + x}", "√x₁ + √(1 + x)", "sqrt(x1) + sqrt(1 + x)"),
    (r"\left|x - t\right|", "|x − t|", "|x - t|"),
    (r"\lfloor x \rfloor", "⌊x⌋", "floor(x)"),
    (r"\left(a\ \text{if}\ -b > 0,\ \text{else}\ -c\right)", "(a if −b > 0, else −c)", None),
    (r"\mathbf{X}\,{\mathbf{W}^{(2)}}^{T}", "X W⁽²⁾ᵀ", "X W(2)^T"),
    (r"\boldsymbol{\delta} \odot \mathbf{out}", "δ ⊙ out", "delta (*) out"),
    (r"a_{1} \to b_{2} \le c", "a₁ → b₂ ≤ c", "a1 -> b2 <= c"),
    (r"\frac{1}{N} \sum_{i} E_{i}", "(1 / N) ∑ᵢ Eᵢ", "(1 / N) sum_i E_i"),
    (printed(-1.25e-7).latex, "−1.25 × 10⁻⁷", "-1.25 x 10^(-7)"),
]


@pytest.mark.parametrize(("latex", "unicode", "plain"), LINES)
def test_lines(latex, unicode, plain):
    assert text(latex) == unicode
    assert text(latex, ascii=True) == (unicode.replace("−", "-") if plain is None else plain)
    assert text(latex, ascii=True).isascii()


def test_guard_digits_stand_apart_but_touch():
    latex = printed(-0.0207665162484).latex
    assert pieces(latex) == (("−0.0207665", False), ("162", True))
    assert text(latex) == "−0.0207665162"
    assert text(rf"e^{{{latex}}}") == "e^(−0.0207665162)"
    assert '<mn>0.0207665</mn><mn class="guard">162</mn>' in mathml(latex)


@pytest.mark.parametrize(
    "value", [1.0, -0.5, 123456.789, -1 / 3, 2e300, -5e-324, 1e7, 0.1 + 0.2, -float("inf")]
)
def test_numbers_are_printed_with_the_same_digits_everywhere(value):
    one = printed(value)
    told = text(one.latex, ascii=True).replace(" x 10^(", "e").replace(" x 10^", "e").rstrip(")")
    assert float(told) == float(one.text)
    for ascii in (False, True):
        assert digits(one, ascii) == pieces(one.latex, ascii)


def test_tree():
    assert parse(r"\frac{1}{2}") == Fraction(Number("1"), Number("2"))
    assert parse(r"w_{5}^{2}") == Script(Identifier("w"), Number("2"), Number("5"))
    assert parse(r"0.5\guard{12}") == Row((Number("0.5"), Guard("12")))


def test_mathml_is_well_formed_and_escaped():
    for latex, _, _ in LINES:
        tree.fromstring(mathml(latex))
    evil = mathml(r"\mathrm{<script>} \text{</math>&} <b> \guard{<i>} \operatorname{a<b}")
    assert "<script" not in evil
    assert evil.count("</math>") == 1
    tree.fromstring(evil)


def test_mathml_forms():
    assert mathml("x", display=True).startswith('<math display="block">')
    assert "<msubsup>" in mathml("w_{5}^{2}")
    assert "<mfrac>" in mathml(r"\frac{a}{b}")
    assert '<mi mathvariant="normal" class="bold">W</mi>' in mathml(r"\mathbf{W}")
    assert '<mo form="prefix">−</mo>' in mathml("-x")
    assert "<mi>net</mi>" in mathml(r"\mathrm{net}")


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_row_can_be_read(name):
    row = OPS[name]
    operands = [Operand(f"x_{{{place}}}") for place in range(1, 4)]
    if row.latex:
        latex = row.latex.format(*operands)
        assert "\\" not in text(latex)
        assert text(latex, ascii=True).isascii()
        tree.fromstring(mathml(latex))


@given(some.text(alphabet=string.printable + "∂δ汉\\{}_^\ue000\x1b", max_size=60))
def test_nothing_raises_and_nothing_escapes(latex):
    assert "\x1b" not in text(latex)
    assert "\ue000" not in text(latex)
    tree.fromstring(mathml(latex))
    assert "".join(piece for piece, _ in pieces(latex)) == text(latex)


def test_depth_is_bounded():
    assert text("{" * 5000 + "x" + "}" * 5000)
    tree.fromstring(mathml("\\sqrt{" * 2000 + "x" + "}" * 2000))
