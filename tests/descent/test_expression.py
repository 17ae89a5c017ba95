"""Typed formulas: what they mean, and where they are wrong."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradstone as gs
from gradstone.descent.expression import expression
from gradstone.descent.names import functions
from gradstone.descent.tokens import ExpressionError
from gradstone.errors import GradstoneError, RangeError, ShapeError


@pytest.mark.parametrize(
    ("text", "values", "wanted"),
    [
        ("2^3^2", (), 512),
        ("2**3**2", (), 512),
        ("-x^2", (3,), -9),
        ("(-x)^2", (3,), 9),
        ("2^-1", (), 0.5),
        ("-2^-2", (), -0.25),
        ("--x", (3,), 3),
        ("+x - -x", (3,), 6),
        ("2x", (3,), 6),
        ("2(x+1)", (3,), 8),
        ("(x+1)(x-1)", (3,), 8),
        ("x y", (3, 5), 15),
        ("2x^2", (3,), 18),
        ("x^2y", (3, 5), 45),
        ("1/2x", (4,), 2),
        ("1/(2x)", (4,), 0.125),
        ("6/3/2", (), 1),
        ("6-3-2", (), 1),
        ("2e3", (), 2000),
        ("2e", (), 2 * math.e),
        ("2e^x", (1,), 2 * math.e),
        (".5+1.", (), 1.5),
        ("pi + π", (), 2 * math.pi),
        ("ln(e) + log(e) + lg(100) + log2(8) + log10(10)", (), 8),
        ("sin(x)^2 + cos(x)^2", (0.7,), 1),
        ("tan(x)", (0.5,), math.tan(0.5)),
        ("sqrt(x) + √x + √(x)", (9,), 9),
        ("abs(x) + |x| + |x-1||x+1|", (-3,), 14),
        ("2|x|", (-3,), 6),
        ("||x|-5|", (-3,), 2),
        ("max(x, 2, y) + min(x, y)", (1, 3), 4),
        ("pow(x, 3)", (2,), 8),
        ("x² + y³", (3, 2), 17),
        ("x⁻¹", (4,), 0.25),
        ("x¹²", (1,), 1),
        ("[x+{1}]²", (2,), 9),
        ("ｘ＾２＋３×ｙ－６÷２", (2, 1), 4),
        ("（x＋１）·（x−１）", (3,), 8),
        ("f(x, y) = y - x", (1, 5), 4),
        ("ｆ（ｙ，ｘ）＝ ｙ − ｘ", (1, 5), -4),
        ("y = x^2", (3,), 9),
        ("theta + x_1 + β1", (1, 2, 3), 6),
        ("sinh(x) + cosh(x)", (1,), math.e),
    ],
)
def test_meaning(text, values, wanted):
    f = expression(text)
    assert f(*map(float, values)) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", 0, "a formula is wanted"),
        ("x +", 3, "the end came"),
        ("2 + sinn(x)", 4, "Did you mean sin"),
        ("(x+1", 0, "not closed"),
        ("((x)", 0, "not closed"),
        ("x+1)", 3, "closes nothing"),
        ("[x)", 2, "']' is wanted"),
        ("|x", 0, "not closed"),
        ("xy", 0, "write x y"),
        ("width^2", 0, "is declared"),
        ("sin x", 0, "Write sin(…)"),
        ("sin^2(x)", 3, "Write sin(…)^2"),
        ("sin()", 4, "a number, a name"),
        ("max(x)", 0, "at least 2"),
        ("sin(x, y)", 5, "')' is wanted"),
        ("1,5 x", 1, "Write decimals with a point"),
        ("(1,5)", 2, "Write decimals with a point"),
        ("x $ y", 2, "'$' means nothing"),
        ("x == 2", 2, "'=' means nothing"),
        ("n!", 1, "no factorial"),
        ("2 3", 2, "after a number"),
        ("1e999", 0, "up to 1.8e308"),
        ("* x", 0, "a number, a name"),
        ("x ^ ^ 2", 4, "a number, a name"),
        ("__import__('os')", 0, "means nothing"),
        ("x.real", 1, "means nothing"),
        ("(" * 61 + "x" + ")" * 61, 61, "more than 60 levels"),
        ("-" * 61 + "x", 61, "more than 60 levels"),
        ("x" + "+x" * 5000, 10_000, "at most 10000"),
    ],
)
def test_mistakes(text, place, words):
    with pytest.raises(ExpressionError) as caught:
        expression(text)
    message, shown, carets = str(caught.value).split("\n")
    assert caught.value.place == place
    assert f"place {place + 1}" in message
    assert words in message
    assert set(carets.strip()) == {"^"}
    assert len(shown) < 70
    assert isinstance(caught.value, GradstoneError)


def test_the_caret_stands_under_the_mistake():
    with pytest.raises(ExpressionError) as caught:
        expression("x^2 + sinn(x)")
    _, shown, carets = str(caught.value).split("\n")
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "sinn"


def test_full_width_signs_take_two_columns():
    with pytest.raises(ExpressionError) as caught:
        expression("（ｘ＋１")
    assert str(caught.value).endswith("\n  （ｘ＋１\n  ^^")


def test_declared_variables():
    f = expression("width^2 + x", ["x", "width"])
    assert f.variables == ("x", "width")
    assert f(1.0, 3.0) == 10
    with pytest.raises(ExpressionError, match="a function, constant or a is wanted"):
        expression("a + b", ["a"])
    with pytest.raises(ExpressionError, match="this one has a meaning"):
        expression("e + 1", ["e"])
    for names in (["x", "x"], ["1a"], [""], ["x y"], ["+"]):
        with pytest.raises(RangeError, match="names are wanted, each once"):
            expression("x", names)
    with pytest.raises(RangeError, match="'x, x' came"):
        expression("f(x, x) = x")


def test_no_function_is_proposed_for_a_letter():
    with pytest.raises(ExpressionError, match=r"a function or constant is wanted\.\n"):
        expression("a", ())


def test_order_of_appearance():
    assert expression("y + x y").variables == ("y", "x")
    assert expression("f(x, y) = y + x").variables == ("x", "y")
    with pytest.raises(ShapeError, match="2 are wanted: y, x"):
        expression("y + x")(1.0)


def test_notes():
    assert expression("log(x)").notes == ("note_log",)
    assert expression("1/2x").notes == ("note_implicit",)
    assert expression("ln(x)/2 + 3x").notes == ()


def test_every_function_takes_numbers_and_nodes():
    for name, known in functions().items():
        variables = "xyz"[: known.least]
        f = expression(f"{name}({', '.join(variables)})")
        given = [0.4, 0.7][: known.least]
        value = f(*given)
        traced, slopes = (
            gs.value_and_grad(f, argnums=range(known.least))(*given)
            if (name != "heaviside")
            else (value, ())
        )
        assert float(traced) == pytest.approx(float(value)), name
        assert np.isfinite(slopes).all(), name


def test_arrays():
    x = np.linspace(0.1, 1, 7)
    np.testing.assert_allclose(expression("x^2 ln(x)")(x), x**2 * np.log(x))


def test_long_sums_are_not_deep():
    f = expression("+".join(["x"] * 4000))
    assert f(1.0) == 4000


formulas = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5", "3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
        inner.map(lambda p: f"(-{p})"),
        inner.map(lambda p: f"({p})**2"),
    ),
    max_leaves=12,
)


@given(formulas)
def test_like_python(text):
    try:
        wanted = eval(text, {"x": 1.25, "y": -0.75})
    except (ZeroDivisionError, OverflowError):
        return
    names = [name for name in "xy" if name in text]
    values = [{"x": 1.25, "y": -0.75}[name] for name in names]
    assert float(expression(text, names)(*values)) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(st.text(alphabet="xy12.+-*/^()|, =sinmaxe²（×−", max_size=14))
def test_whatever_is_typed(text):
    told = "\n\n"
    try:
        expression(text)
    except GradstoneError as error:
        told = str(error)
    assert told.count("\n") == 2
