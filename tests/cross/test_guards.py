"""The tester is tested: planted errors are caught, every one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradstone.autodiff import gradient as reverse_mode
from gradstone.autodiff.gradient import gradient
from gradstone.errors import GradstoneError
from gradstone.graph.check import check
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.op import OPS, Op
from gradstone.graph.walk import Graph
from tests.support import (
    Case,
    assert_derivatives,
    assert_float32_follows,
    cases_of,
    differentiable,
    elementwise_cases,
)

Rule = Callable[..., Any]
FLAT = {"floor", "sign", "size"}  # their gradient is 0, so that no factor changes it
SYMMETRIC = {"add"}  # both operands get the same share
STRAIGHT = {  # without a second derivative
    *("absolute", "add", "broadcast", "cast", "concatenate", "leaky_relu", "mae", "max", "maximum"),
    *("mean", "minimum", "negate", "pad", "relu", "reshape", "scatter_add", "slice", "subtract"),
    *("sum", "take", "transpose", "where"),
}


def rejected(case: Case, comparison: Callable[[Case], None] = assert_derivatives) -> bool:
    """Whether the comparison of the table test says no."""
    try:
        comparison(case)
    except (AssertionError, GradstoneError):
        return True
    return False


def caught(name: str) -> bool:
    """Whether any of a row's cases shows that its derivative is wrong."""
    return any(rejected(case) for case in cases_of(OPS[name]))


def right_rule(op: Op) -> Rule:
    """A row's own rule, or that of its expansion."""

    def of_expansion(g: Node, y: Node, *inputs: Node, **_: Any) -> tuple[Node | None, ...]:
        floats = [one for one in inputs if one.dtype.kind == "f"]
        assert y.expansion is not None
        found = dict(zip(floats, gradient(y.expansion, floats, g), strict=True))
        return tuple(found.get(one) for one in inputs)

    return op.vjp or of_expansion


def each(change: Callable[[Node], Any]) -> Callable[[Rule], Rule]:
    """A rule with every share changed."""

    def plant(rule: Rule) -> Rule:
        def wrong(*arguments: Any, **attributes: Any) -> Any:
            shares = rule(*arguments, **attributes)
            return tuple(None if share is None else change(share) for share in shares)

        return wrong

    return plant


def upstream_forgotten(rule: Rule) -> Rule:
    def wrong(g: Node, y: Node, *inputs: Node, **attributes: Any) -> Any:
        ones = apply("broadcast", constant(1.0, g.dtype), shape=g.shape)
        return rule(ones, y, *inputs, **attributes)

    return wrong


def swapped(rule: Rule) -> Rule:
    return lambda *arguments, **attributes: rule(*arguments, **attributes)[::-1]


def without(position: int) -> Callable[[Rule], Rule]:
    """A rule that forgets one operand."""

    def plant(rule: Rule) -> Rule:
        def wrong(*arguments: Any, **attributes: Any) -> Any:
            shares = list(rule(*arguments, **attributes))
            shares[position] = None
            return tuple(shares)

        return wrong

    return plant


PLANTS: dict[str, Callable[[Rule], Rule]] = {
    "twice": each(lambda share: 2.0 * share),
    "a thousandth too much": each(lambda share: 1.001 * share),
    "sign": each(lambda share: -share),
    "one more": each(lambda share: share + 1.0),
    "upstream forgotten": upstream_forgotten,
}


@pytest.fixture
def plant(monkeypatch):
    def put(name: str, rule: Rule) -> None:
        monkeypatch.setitem(OPS, name, replace(OPS[name], vjp=rule))

    return put


@pytest.mark.parametrize("kind", PLANTS)
@pytest.mark.parametrize("name", [name for name in differentiable() if name not in FLAT])
def test_a_wrong_derivative_is_caught(name, kind, plant):
    assert not rejected(cases_of(OPS[name])[0])
    plant(name, PLANTS[kind](right_rule(OPS[name])))
    assert caught(name)


@pytest.mark.parametrize("name", sorted(FLAT))
def test_a_slope_where_there_is_none_is_caught(name, plant):
    def wrong(g: Node, y: Node, x: Node, **_: Any) -> tuple[Node]:
        return (apply("broadcast", apply("sum", g), shape=x.shape),)

    plant(name, wrong)
    assert caught(name)


def operands_of(name: str) -> list[int]:
    """Positions that have a gradient in some case."""
    return sorted({i for case in cases_of(OPS[name]) for i in case.wrt})


@pytest.mark.parametrize(
    ("name", "position"),
    [(name, i) for name in differentiable() if name not in FLAT for i in operands_of(name)],
)
def test_a_forgotten_operand_is_caught(name, position, plant):
    rule = without(position)(right_rule(OPS[name]))
    if name == "concatenate":
        rule = forgiving(rule, right_rule(OPS[name]), position)
    plant(name, rule)
    assert caught(name)


def forgiving(wrong: Rule, right: Rule, position: int) -> Rule:
    """The wrong rule where there are enough operands, otherwise the right one."""

    def rule(g: Node, y: Node, *inputs: Node, **attributes: Any) -> Any:
        chosen = wrong if len(inputs) > position else right
        return chosen(g, y, *inputs, **attributes)

    return rule


@pytest.mark.parametrize(
    "name",
    [n for n in differentiable() if len(OPS[n].domain) == 2 == len(operands_of(n))],
)
def test_swapped_operands_are_caught(name, plant):
    plant(name, swapped(right_rule(OPS[name])))
    assert caught(name) is (name not in SYMMETRIC)


@pytest.fixture
def frozen(monkeypatch):
    """A row that passes its value on and no gradient."""
    row = replace(
        OPS["negate"], name="frozen", forward=lambda xp, x: x, vjp=lambda g, y, x: (None,)
    )
    monkeypatch.setitem(OPS, "frozen", row)


def frozen_rule(op: Op) -> Rule:
    """A row's rule, right in value, from whose shares no gradient leads on to the operands."""
    rule = right_rule(op)

    def cut(g: Node, y: Node, *inputs: Node, **attributes: Any) -> Any:
        if op.vjp is None:
            shares = rule(g, y, *inputs, **attributes)
            return tuple(None if share is None else apply("frozen", share) for share in shares)
        held = [apply("frozen", one) if one.dtype.kind == "f" else one for one in inputs]
        return rule(g, apply("frozen", y), *held, **attributes)

    return cut


@pytest.mark.parametrize("name", [n for n in differentiable() if n not in FLAT])
def test_a_derivative_that_cannot_be_differentiated_is_caught(name, plant, frozen):
    plant(name, frozen_rule(OPS[name]))
    assert caught(name) is (name not in STRAIGHT)


def test_a_derivative_that_loses_digits_in_float32_is_caught(plant):
    def coarse(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (((y + 1e4) - 1e4) * (1.0 - y)),)  # exact enough in float64

    plant("sigmoid", coarse)
    cases = cases_of(OPS["sigmoid"])
    assert not any(rejected(case) for case in cases[:5])
    assert any(rejected(case, assert_float32_follows) for case in cases)


MISTAKES: dict[str, tuple[str, Rule]] = {
    "1 - net² for tanh": ("tanh", lambda g, y, x: (g * (1.0 - x * x),)),
    "net (1 - net) for sigmoid": ("sigmoid", lambda g, y, x: (g * (x * (1.0 - x)),)),
    "the derivative of the output again": (
        "sigmoid",
        lambda g, y, x: (g * (apply("sigmoid", y) * (1.0 - apply("sigmoid", y))),),
    ),
    "relu's mask from the upstream gradient": (
        "relu",
        lambda g, y, x: (apply("where", apply("greater", g, 0.0), g, 0.0),),
    ),
    "relu's mask turned round": (
        "relu",
        lambda g, y, x: (apply("where", apply("less", x, 0.0), g, 0.0),),
    ),
    "a matrix not transposed": ("matmul", lambda g, y, a, b: (g @ b, a @ g)),
    "softmax as if it were sigmoid": ("softmax", lambda g, y, x, axis: (g * y * (1.0 - y),)),
    "p - t without the mean": (
        "cross_entropy",
        lambda g, y, z, t: (g * (apply("softmax", z) - t) if t.dtype.kind == "f" else None, None),
    ),
    "log base 10": ("log", lambda g, y, x: (g / x / float(np.log(10.0)),)),
    "the exponent not lowered": (
        "power",
        lambda g, y, a, b: (g * b * a**b, g * y * apply("log", a)),
    ),
    "half the square": ("sse", lambda g, y, z, t: (g * (z - t), -g * (z - t))),
    "the mean forgotten": ("mse", lambda g, y, z, t: (g * 2.0 * (z - t), -g * 2.0 * (z - t))),
    "t - out": ("half_sse", lambda g, y, z, t: (g * (t - z), g * (z - t))),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_a_learner_is_caught(mistake, plant):
    name, rule = MISTAKES[mistake]
    plant(name, rule)
    assert caught(name)


def mean_of_repeats(share: Node, like: Node) -> Node:
    """As `unbroadcast`, with a mean where the sum belongs."""
    summed = right_unbroadcast(share, like)
    return summed if share.size <= like.size else summed * (like.size / share.size)


def first_of_repeats(share: Node, like: Node) -> Node:
    if share.shape == like.shape:
        return share
    extra = share.ndim - like.ndim
    first = share[(0,) * extra] if extra > 0 else share
    kept = tuple(slice(0, 1) if n == 1 else slice(None) for n in like.shape)
    return apply("reshape", first[kept], shape=like.shape) if like.ndim else first


right_unbroadcast = reverse_mode.unbroadcast


@pytest.mark.parametrize(
    "wrong",
    [lambda share, like: share, mean_of_repeats, first_of_repeats],
    ids=["none", "mean", "first"],
)
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "where"])
def test_a_broadcast_that_is_not_undone_is_caught(name, wrong, monkeypatch):
    cases = {case.label: case for case in cases_of(OPS[name])}
    labels = [
        label
        for label, case in cases.items()
        if len({array.shape for array in case.operands}) > 1
        and all(array.size for array in case.operands)
    ]
    assert len(labels) >= 2
    assert not any(rejected(cases[label]) for label in labels)
    monkeypatch.setattr(reverse_mode, "unbroadcast", wrong)
    assert all(rejected(cases[label]) for label in labels)


def test_a_share_that_is_not_added_up_is_caught(monkeypatch):
    """x · x uses its operand twice; a gradient that keeps the last share only is wrong."""
    case = next(iter(elementwise_cases(OPS["square"])))
    assert not rejected(case)
    plain = Node.__add__
    monkeypatch.setattr(Node, "__add__", lambda self, other: other)
    spoilt = rejected(case)
    monkeypatch.setattr(Node, "__add__", plain)
    assert spoilt


class TestGraphCheck:
    """Corrupted graphs do not pass the check that follows every transform."""

    def test_a_sound_graph_passes(self):
        x = input_node((2, 3), "float32")
        graph = Graph((x,), (apply("sum", apply("tanh", x)),))
        assert check(graph) is graph

    def corrupted(self, **fields: Any) -> Graph:
        x = input_node((2, 3), "float32")
        sound = apply("tanh", x)
        return Graph((x,), (apply("negate", replace(sound, **fields)),))

    def test_another_shape(self):
        with pytest.raises(AssertionError, match="should be"):
            check(self.corrupted(shape=(3, 2)))

    def test_another_dtype(self):
        with pytest.raises(AssertionError, match="should be"):
            check(self.corrupted(dtype=np.dtype("float64")))

    def test_a_dtype_that_graphs_do_not_know(self):
        with pytest.raises(AssertionError, match="float16"):
            check(self.corrupted(dtype=np.dtype("float16")))

    def test_a_row_that_is_not_the_table_s(self):
        with pytest.raises(AssertionError, match="not a row of the table"):
            check(self.corrupted(op=replace(OPS["tanh"])))
        with pytest.raises(AssertionError, match="not a row of the table"):
            check(self.corrupted(op=replace(OPS["tanh"], name="tanhh")))

    def test_an_input_that_is_not_given(self):
        x, other = input_node((), "float64"), input_node((), "float64")
        with pytest.raises(AssertionError, match="not given"):
            check(Graph((x,), (x + other,)))

    def test_operands_of_two_dtypes(self):
        x, wide = input_node((3,), "float32"), input_node((3,), "float64")
        mixed = replace(x + x, inputs=(x, wide))
        with pytest.raises(AssertionError, match="mixes"):
            check(Graph((x, wide), (mixed,)))

    def test_operands_that_do_not_fit(self):
        x, y = input_node((3,), "float32"), input_node((2,), "float32")
        with pytest.raises((AssertionError, GradstoneError)):
            check(Graph((x, y), (replace(x + x, inputs=(x, y)),)))

    def test_attributes_that_do_not_belong(self):
        x = input_node((2, 3), "float64")
        total = apply("sum", x, axis=0)
        attributes = (("axis", (1,)), ("keepdims", False))
        with pytest.raises(AssertionError, match="should be"):
            check(Graph((x,), (replace(total, attributes=attributes),)))

    def test_an_error_deep_inside_is_found(self):
        x = input_node((2,), "float64")
        spoilt = replace(apply("exp", x), shape=(4,))
        node = apply("sum", spoilt)
        for _ in range(50):
            node = node * 2.0
        with pytest.raises(AssertionError):
            check(Graph((x,), (node,)))
