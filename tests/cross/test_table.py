"""Generated from the rows: what each computes, its derivatives, how it is written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import NoGradientError, ShapeError
from gradstone.graph.node import apply, input_node
from gradstone.graph.op import OPS
from gradstone.ops.table import Operand
from tests.support import (
    CASES,
    NO_SLOPE,
    SHAPES,
    assert_as_recorded,
    assert_derivatives,
    assert_float32_follows,
    cases_of,
    derivative,
    derivatives,
    differentiable,
    is_elementwise,
    rows,
    sample,
    told,
)

FLAT = {"equal", "greater", "greater_equal", "less", "less_equal", "random_uniform"} | NO_SLOPE
ELEMENTWISE = [name for name in rows() if is_elementwise(OPS[name])]
BY_HAND = [name for name in rows() if OPS[name].expand and OPS[name].vjp and name not in NO_SLOPE]
UFUNCS = [
    name
    for name in ELEMENTWISE
    if getattr(getattr(np, name, None), "nin", None) == len(OPS[name].domain)
]


@pytest.mark.parametrize("name", rows())
def test_every_row_has_cases(name):
    assert cases_of(OPS[name]), f"{name}: add samples to CASES in tests/support.py"


def test_the_table_of_cases_has_no_forgotten_rows():
    assert set(OPS) >= set(CASES)


def test_every_row_but_the_flat_ones_is_differentiated():
    assert set(rows()) - set(differentiable()) == FLAT


@pytest.mark.parametrize("name", differentiable())
def test_cases_cover_the_shape_classes(name):
    cases = cases_of(OPS[name])
    shapes = {tuple(a.shape for a in case.operands) for case in cases}
    assert len(shapes) >= (5 if name in ("affine", "size") else 8)
    if name in ELEMENTWISE:
        assert shapes >= set(SHAPES[len(OPS[name].domain)])
        arrays = [array for case in cases for array in told(case)[1]]
        assert any(not a.flags.c_contiguous and not a.flags.f_contiguous for a in arrays)
        assert any(a.flags.f_contiguous and a.ndim > 1 and not a.flags.c_contiguous for a in arrays)
        assert any(stride < 0 for a in arrays for stride in a.strides)


@pytest.mark.parametrize("name", differentiable())
def test_first_and_second_derivatives_are_the_numeric_ones(name):
    for case in cases_of(OPS[name]):
        try:
            assert_derivatives(case)
        except AssertionError as error:
            raise AssertionError(f"{case}: {error}") from error


@pytest.mark.parametrize("name", differentiable())
def test_float32_derivatives_follow_those_of_float64(name):
    for case in cases_of(OPS[name]):
        assert_float32_follows(case)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", rows())
def test_values_have_the_shape_and_dtype_that_the_row_says(name, dtype):
    for case in cases_of(OPS[name]):
        graph, arrays = told(case, dtype)
        assert_as_recorded(graph, arrays)
        if graph.outputs[0].dtype.kind == "f":
            assert graph.outputs[0].dtype == dtype if case.wrt else True


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", differentiable())
def test_derivatives_have_the_shapes_and_dtypes_that_the_rows_say(name, dtype):
    for case in cases_of(OPS[name]):
        both, arrays = derivatives(case, dtype)
        for one in both:
            assert_as_recorded(one.slopes, arrays)
            assert {slope.dtype for slope in one.slopes.outputs} == {np.dtype(dtype)}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_derivative_by_hand_is_that_of_the_expansion(name):
    for case in cases_of(OPS[name]):
        graph, arrays = told(case)
        (told_value,) = graph.outputs
        assert told_value.expansion is not None
        by_hand = derivative([told_value], graph.inputs, "by hand").claimed(arrays)
        expanded = derivative([told_value.expansion], graph.inputs, "by hand").claimed(arrays)
        for one, other in zip(by_hand, expanded, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12, err_msg=str(case))


def test_some_rows_have_derivatives_by_hand():
    assert {"sigmoid", "softmax", "cross_entropy", "half_sse"} <= set(BY_HAND)


@pytest.mark.parametrize("name", sorted(NO_SLOPE))
def test_a_row_without_a_useful_slope_says_so(name):
    with pytest.raises(NoGradientError, match=f"^{name}: .* came.* wanted .*Use "):
        gs.grad(getattr(gs, name))(0.5)


@pytest.mark.parametrize("name", UFUNCS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rows_broadcast_as_numpy_does(name, dtype):
    op = OPS[name]
    for shapes in SHAPES[len(op.domain)]:
        arrays = [sample(op, i, shape).astype(dtype) for i, shape in enumerate(shapes)]
        found, wanted = getattr(gs, name)(*arrays), getattr(np, name)(*arrays)
        assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
        np.testing.assert_array_equal(found, wanted)


def test_numpy_functions_of_the_same_name_were_compared():
    assert {"add", "divide", "exp", "maximum", "minimum", "power", "sign", "square"} <= set(UFUNCS)


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if len(OPS[name].domain) == 2])
@pytest.mark.parametrize("shapes", [((2,), (3,)), ((2, 3), (2,)), ((4, 1), (3, 2)), ((0,), (2,))])
def test_shapes_that_numpy_refuses_are_refused(name, shapes):
    with pytest.raises(ValueError):
        np.broadcast_shapes(*shapes)
    with pytest.raises(ShapeError, match=r"^\w+: shapes .* do not broadcast: .*equal or 1\."):
        getattr(gs, name)(*map(np.ones, shapes))


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if len(OPS[name].domain) > 1])
def test_python_numbers_take_the_dtype_of_the_array(name):
    op = OPS[name]
    for position in range(len(op.domain)):
        if position in op.exact:
            continue
        for number in (0.75, 1, True):
            operands: list[Any] = [sample(op, i, (3,)) > 1.0 for i in range(len(op.domain))]
            for i in range(len(op.domain)):
                if i not in op.exact:
                    operands[i] = input_node((3,), "float32")
            operands[position] = number
            assert apply(name, *operands).dtype in (np.float32, np.bool_)


@pytest.mark.parametrize("name", sorted({"sum", "mean", "max", *ELEMENTWISE} - {"cast"}))
def test_whole_numbers_and_bools_are_numbers_too(name):
    op = OPS[name]
    operands = [np.ones((2, 3), dtype=np.int64) for _ in op.domain]
    node = apply(name, *(input_node(a.shape, a.dtype) for a in operands))
    assert node.dtype == {"float": "float64", "number": "int64"}.get(op.accepts, node.dtype)
    found = getattr(gs, name)(*operands)
    assert (found.dtype, found.shape) == (node.dtype, node.shape)
    mask = getattr(gs, name)(*(a == 1 for a in operands))
    np.testing.assert_array_equal(np.asarray(mask, dtype=float), np.asarray(found, dtype=float))


INF, NAN = np.inf, np.nan
LIMITS: dict[str, tuple[tuple[float, float], ...]] = {
    "absolute": ((-INF, INF), (INF, INF), (-1000, 1000), (-0.0, 0)),
    "cos": ((INF, NAN),),
    "elu": ((-1000, -1), (1000, 1000), (-INF, -1), (INF, INF)),
    "erf": ((-1000, -1), (1000, 1), (-INF, -1), (INF, 1)),
    "exp": ((-1000, 0), (1000, INF), (-INF, 0), (INF, INF)),
    "expm1": ((-1000, -1), (1000, INF), (-INF, -1), (INF, INF)),
    "floor": ((-INF, -INF), (INF, INF), (-0.5, -1)),
    "gelu": ((-1000, 0), (1000, 1000), (INF, INF)),
    "heaviside": ((-INF, 0), (INF, 1), (-1000, 0), (1000, 1), (0, 0)),
    "leaky_relu": ((-1000, -10), (1000, 1000), (-INF, -INF), (INF, INF)),
    "log": ((0, -INF), (-1, NAN), (INF, INF)),
    "log1p": ((-1, -INF), (-2, NAN), (INF, INF)),
    "negate": ((INF, -INF),),
    "relu": ((-1000, 0), (1000, 1000), (-INF, 0), (INF, INF)),
    "sigmoid": ((-1000, 0), (1000, 1), (-INF, 0), (INF, 1)),
    "sign": ((-INF, -1), (INF, 1), (0, 0), (-1000, -1)),
    "silu": ((-1000, 0), (1000, 1000), (INF, INF)),
    "sin": ((INF, NAN),),
    "softplus": ((-1000, 0), (1000, 1000), (-INF, 0), (INF, INF)),
    "sqrt": ((0, 0), (-1, NAN), (INF, INF)),
    "square": ((-1000, 1e6), (INF, INF)),
    "tanh": ((-1000, -1), (1000, 1), (-INF, -1), (INF, 1)),
}
SLOPES_FAR_OUT = {
    "elu": (0, 1), "gelu": (0, 1), "leaky_relu": (0.01, 1), "relu": (0, 1), "sigmoid": (0, 0),
    "silu": (0, 1), "softplus": (0, 1), "tanh": (0, 0), "erf": (0, 0), "absolute": (-1, 1),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_limits_far_out_come_without_a_warning(name, dtype):
    for at, limit in (*LIMITS[name], (NAN, 0.0 if name == "heaviside" else NAN)):
        found = getattr(gs, name)(np.array([at], dtype=dtype))
        np.testing.assert_allclose(found, [limit], rtol=1e-6, err_msg=f"{name}({at})")
        assert found.dtype == dtype


def test_limits_are_known_for_every_activation():
    assert {name for name, op in OPS.items() if "activation" in op.tags} <= set(LIMITS)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", sorted(SLOPES_FAR_OUT))
def test_slopes_far_out_are_finite(name, dtype):
    slope = gs.grad(lambda x: gs.sum(getattr(gs, name)(x)))
    found = slope(np.array([-1000.0, 1000.0], dtype=dtype))
    np.testing.assert_allclose(found, SLOPES_FAR_OUT[name], atol=1e-30, rtol=1e-6)
    curve = gs.grad(lambda x: gs.sum(slope(x)))
    np.testing.assert_allclose(curve(np.array([-1000.0, 1000.0], dtype=dtype)), [0, 0], atol=1e-30)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_softmax_far_out(dtype):
    far = np.array([[1000, -1000, 0], [1010, 1000, 990], [-1000, -1000, -1000]], dtype=dtype)
    p, ln_p = gs.softmax(far), gs.log_softmax(far)
    assert p.dtype == ln_p.dtype == dtype
    assert np.isfinite(p).all()
    assert np.isfinite(ln_p).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(p[0], [1, 0, 0])
    np.testing.assert_allclose(ln_p[0], [0, -2000, -1000])
    np.testing.assert_allclose(p[2], [1 / 3] * 3, rtol=1e-6)
    masked = np.array([-np.inf, 0.0, 0.0], dtype=dtype)
    np.testing.assert_allclose(gs.softmax(masked), [0, 0.5, 0.5])
    np.testing.assert_allclose(gs.log_softmax(masked), [-np.inf, *[-np.log(2)] * 2], rtol=1e-6)
    assert np.isnan(gs.softmax(np.array([np.nan, 0.0], dtype=dtype))).all()
    assert np.isnan(gs.log_softmax(np.array([np.nan, 0.0], dtype=dtype))).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_losses_far_out(dtype):
    def one(name: str, z: list[float], t: Any) -> tuple[Any, Any]:
        loss = getattr(gs, name)
        return gs.value_and_grad(lambda z: loss(z, t))(np.array(z, dtype=dtype))

    assert one("binary_cross_entropy", [1000.0], np.array([1.0], dtype=dtype)) == (0, 0)
    assert one("binary_cross_entropy", [-1000.0], np.array([0.0], dtype=dtype)) == (0, 0)
    assert one("binary_cross_entropy", [1000.0], np.array([0.0], dtype=dtype)) == (1000, 1)
    assert one("binary_cross_entropy", [-1000.0], np.array([1.0], dtype=dtype)) == (1000, -1)
    value, slope = one("cross_entropy", [1000.0, -1000.0, 0.0], 1)
    assert value == 2000
    np.testing.assert_array_equal(slope, [1, -1, 0])
    value, slope = one("cross_entropy", [1000.0, -1000.0, 0.0], 0)
    assert value == 0
    np.testing.assert_array_equal(slope, [0, 0, 0])
    for name in ("half_sse", "sse", "mse", "mae"):
        t = np.array([0.0], dtype=dtype)
        value, slope = one(name, [1000.0], t)
        assert value in (500_000, 1_000_000, 1000)
        assert slope[0] in (1000, 2000, 1)
        assert one(name, [np.inf], t)[0] == np.inf
        assert np.isnan(one(name, [np.nan], t)[0])
    for name in ("cross_entropy", "binary_cross_entropy"):
        t = np.array([1.0, 0.0], dtype=dtype)
        value, slope = one(name, [np.nan, 0.0], t)
        assert np.isnan(value)
        assert np.isnan(slope).any()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_probabilities_of_0_and_1_that_are_right_cost_nothing(dtype):
    sure = np.array([[0.0, 1.0, 0.0]], dtype=dtype)
    for name in ("cross_entropy_of_probabilities", "binary_cross_entropy_of_probabilities"):
        assert getattr(gs, name)(sure, sure) == 0
        assert getattr(gs, name)(1 - sure, sure) == np.inf
    assert gs.cross_entropy_of_probabilities(sure, np.array([1])) == 0


@pytest.mark.parametrize("name", list(OPS))
def test_latex_protects_its_operands(name):
    op = OPS[name]
    assert op.latex, f"{name} is not written"
    assert op.binds in range(5)
    count = max(1, len(op.domain))
    weak = [Operand(f"a_{i} + b_{i}", 1) for i in range(count)]
    strong = [Operand(f"x_{i}") for i in range(count)]
    for operands in (weak, strong):
        text = op.latex.format(*operands)
        depth = 0
        for i, letter in enumerate(text):
            if letter in "{}" and (i == 0 or text[i - 1] != "\\"):
                depth += 1 if letter == "{" else -1
            assert depth >= 0, text
        assert depth == 0, text
        assert text.count(r"\left") == text.count(r"\right"), text
        assert "{{" not in text.replace("{{a", "{a") or "}}" in text, text
    for operand in strong if name not in ("size", "random_uniform") else ():
        assert operand in op.latex.format(*strong)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("add", "a + b + (a + b)"),
        ("subtract", "a + b - (a + b)"),
        ("multiply", r"(a + b) \cdot (a + b)"),
        ("divide", r"\frac{a + b}{a + b}"),
        ("power", "(a + b)^{a + b}"),
        ("negate", "-(a + b)"),
        ("exp", "e^{a + b}"),
        ("log", r"\ln (a + b)"),
        ("sqrt", r"\sqrt{a + b}"),
        ("square", "(a + b)^{2}"),
        ("transpose", "(a + b)^{T}"),
        ("matmul", r"(a + b)\,(a + b)"),
        ("tanh", r"\tanh (a + b)"),
        ("sum", r"\sum (a + b)"),
        ("affine", r"(a + b)\,(a + b) + a + b"),
        ("half_sse", r"\tfrac{1}{2} \sum (a + b - (a + b))^2"),
    ],
)
def test_latex_brackets_sums_where_mathematics_needs_it(name, wanted):
    text = OPS[name].latex.format(*[Operand("a + b", 1)] * 3)
    plain = text.replace(r"\left(", "(").replace(r"\right)", ")")
    assert plain in (wanted, wanted.replace("a + b + (a + b)", "a + b + a + b"))


@pytest.mark.parametrize("name", ["add", "subtract", "negate", "sum", "max", "half_sse", "mse"])
def test_what_reaches_to_the_right_is_bracketed_in_a_product(name):
    op = OPS[name]
    text = Operand(op.latex.format(*map(Operand, "ab")), op.binds)
    product = OPS["multiply"].latex.format(text, Operand("c"))
    assert product == rf"\left({text}\right) \cdot c"


@pytest.mark.parametrize("name", list(OPS))
def test_every_row_has_a_sentence(name):
    assert OPS[name].doc.strip()
    assert OPS[name].doc.split("\n")[0].rstrip().endswith(".")


@pytest.mark.parametrize("name", rows())
def test_domains_and_kinks_are_numbers_in_order(name):
    for low, high in OPS[name].domain:
        assert np.isfinite([low, high]).all()
        assert low < high
    assert all(np.isfinite(kink) for kink in OPS[name].kinks)
