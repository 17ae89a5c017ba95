"""2,000 random graphs over many rows: gradients against central differences, and more.

Steps are bounded by construction (no value or slope grows without limit) and stay away from
kinks, so that central differences are sharp to about ten digits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import lower, simplify
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.op import OPS
from gradstone.graph.walk import Graph, walk
from tests.support import Array, central, generator

ROWS, COLUMNS = 2, 3
SHAPES = ((), (1,), (3,), (2, 1), (1, 3), (2, 3), (2, 3), (0, 3), (4, 2, 3))
Step = Callable[..., Node]


def _named(name: str, scale: float = 1.0) -> Step:
    return lambda a, b: apply(name, a) * scale


def _of(name: str, inner: Callable[[Node], Any], scale: float = 1.0) -> Step:
    return lambda a, b: apply(name, inner(a)) * scale


@cache
def captured(word: str, shape: tuple[int, ...]) -> Node:
    """An array of numbers, as one node: each capture of an array is a node of its own."""
    chooser, last = generator(word, shape), (shape or (1,))[-1]
    makers: dict[str, Callable[[], Array]] = {
        "apart": lambda: 4.0 * chooser.permutation(last),
        "condition": lambda: chooser.random(shape) < 0.5,
        "places": lambda: chooser.integers(0, last, last),
    }
    return constant(np.asarray(makers.get(word, lambda: chooser.uniform(-1.0, 1.0, shape))()))


def _bounded(a: Node) -> Node:
    return apply("tanh", a)


def _above(a: Node) -> Node:
    """At least 0.3 above 0, and smooth."""
    return 0.3 + apply("square", _bounded(a))


def _matrix(a: Node) -> Node:
    columns = a.shape[-1] if a.ndim else COLUMNS
    return apply("broadcast", a, shape=(ROWS, columns)) if a.ndim < 2 else a


def _product(a: Node, b: Node) -> Node:
    left, right = _matrix(a), _matrix(b)
    if left.shape[-1] != right.shape[-1] or not broadcastable(left[..., :1, :1], right):
        right = left
    return 0.3 * (left @ apply("transpose", right, order=(*range(right.ndim - 2), -1, -2)))


def _apart(a: Node) -> Node:
    """Entries that lie at least 2 apart along the last axis, so that none is nearly a tie."""
    if not a.ndim:
        return a
    return _bounded(a) + captured("apart", a.shape)


def _largest(a: Node, b: Node) -> Node:
    axis = -1 if a.ndim and a.shape[-1] else ()
    return 0.1 * apply("max", _apart(a), axis=axis, keepdims=a.ndim > 1)


def _axis(name: str) -> Step:
    def step(a: Node, b: Node) -> Node:
        if not a.size:
            return a
        axis = b.ndim % a.ndim if a.ndim else None
        return apply(name, a, axis=axis, keepdims=b.ndim % 2 == 0) * 0.3

    return step


def _like_columns(name: str) -> Step:
    return lambda a, b: 0.5 * apply(name, a) if a.ndim and a.shape[-1] else _bounded(a)


def _chosen(a: Node, b: Node) -> Node:
    return apply("where", captured("condition", a.shape), a, b)


def _joined(a: Node, b: Node) -> Node:
    flat = [apply("reshape", one, shape=-1)[:3] for one in (a, b)]
    return apply("concatenate", flat)[-3:]


def _taken(a: Node, b: Node) -> Node:
    if not a.ndim or not a.shape[-1]:
        return a
    return apply("take", a, captured("places", a.shape), axis=-1)


def _scattered(a: Node, b: Node) -> Node:
    if not a.ndim or not a.shape[-1]:
        return a
    places = captured("places", a.shape)
    return 0.5 * apply("scatter_add", a, places, axis=a.ndim - 1, size=a.shape[-1])


def _sliced(a: Node, b: Node) -> Node:
    return a[..., ::-1] if a.ndim else a[None]


def _padded(a: Node, b: Node) -> Node:
    return apply("pad", a, shape=(*a.shape, 2), index=(..., 1))[..., 1] if a.ndim else a


def _transposed(a: Node, b: Node) -> Node:
    return apply("transpose", apply("transpose", a) * 0.9)


def _loss(name: str) -> Step:
    def step(a: Node, b: Node) -> Node:
        z, t = _bounded(_matrix(a)), _bounded(_matrix(b))
        if z.shape != t.shape or not z.size:
            return z
        return 0.1 * apply(name, z, 0.5 + 0.3 * t)

    return step


STEPS: dict[str, Step] = {
    "absolute": lambda a, b: apply("absolute", _above(a)) - apply("absolute", -_above(b)),
    "add": lambda a, b: 0.5 * (a + b),
    "binary_cross_entropy": _loss("binary_cross_entropy"),
    "broadcast": lambda a, b: apply("broadcast", a, shape=(2, *a.shape))[0],
    "cast": lambda a, b: apply("cast", apply("cast", a, dtype="float64"), dtype="float64"),
    "concatenate": _joined,
    "cos": _named("cos"),
    "cross_entropy": _loss("cross_entropy"),
    "divide": lambda a, b: _bounded(a) / (2.0 + _bounded(b)),
    "elu": lambda a, b: apply("elu", _above(a)) - apply("elu", -_above(b)),
    "erf": _named("erf"),
    "exp": _of("exp", _bounded, 0.4),
    "expm1": _of("expm1", _bounded, 0.4),
    "floor": lambda a, b: apply("floor", 1.5 + 0.3 * _bounded(a)) * b,
    "gelu": _of("gelu", _bounded),
    "half_sse": _loss("half_sse"),
    "leaky_relu": lambda a, b: apply("leaky_relu", _above(a)) - apply("leaky_relu", -_above(b)),
    "log": _of("log", lambda a: 1.5 + _bounded(a)),
    "log1p": _of("log1p", _above),
    "log_softmax": _like_columns("log_softmax"),
    "mae": lambda a, b: apply("mae", _above(a), -_above(a)) if a.size else a,
    "matmul": _product,
    "max": _largest,
    "maximum": lambda a, b: apply("maximum", _above(a), -_above(b)) * _bounded(b),
    "mean": _axis("mean"),
    "minimum": lambda a, b: apply("minimum", _above(a), -_above(b)) * _bounded(a),
    "mse": _loss("mse"),
    "multiply": lambda a, b: _bounded(a) * b,
    "negate": lambda a, b: -a,
    "pad": _padded,
    "power": lambda a, b: (0.5 + _above(a)) ** _bounded(b),
    "relu": lambda a, b: apply("relu", _above(a)) * _bounded(b) + apply("relu", -_above(b)),
    "reshape": lambda a, b: apply("reshape", apply("reshape", a, shape=-1) * 0.9, shape=a.shape),
    "scatter_add": _scattered,
    "sigmoid": _named("sigmoid"),
    "sign": lambda a, b: apply("sign", -_above(a)) * b,
    "silu": _of("silu", _bounded),
    "sin": _named("sin"),
    "size": lambda a, b: a / apply("size", b[None], axis=0, dtype="float64"),
    "slice": _sliced,
    "softmax": _like_columns("softmax"),
    "softplus": _of("softplus", _bounded),
    "sqrt": _of("sqrt", _above),
    "square": _of("square", _bounded),
    "sse": _loss("sse"),
    "subtract": lambda a, b: 0.5 * (a - b),
    "sum": _axis("sum"),
    "take": _taken,
    "tanh": _named("tanh"),
    "transpose": _transposed,
    "where": _chosen,
}
NAMES = sorted(STEPS)
REWRITES: tuple[Callable[[Graph], Graph], ...] = (
    simplify,
    lambda graph: lower(graph)[0],
    lambda graph: simplify(lower(graph)[0]),
)

programs = st.tuples(
    st.lists(st.integers(0, len(SHAPES) - 1), min_size=1, max_size=3),
    st.lists(
        st.tuples(st.integers(0, len(NAMES) - 1), st.integers(0, 7), st.integers(0, 7)),
        min_size=1,
        max_size=7,
    ),
)


def broadcastable(a: Node, b: Node) -> bool:
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        return False
    return True


def built(program: Any, inputs: list[Node]) -> Node:
    """One number: a weighted sum over all steps, each on the newest values and older ones."""
    values = list(inputs)
    for row, i, j in program[1]:
        a, b = values[-1 - i % len(values)], values[-1 - j % len(values)]
        values.append(STEPS[NAMES[row]](a, b if broadcastable(a, b) else a))
    total = constant(0.0)
    for k, value in enumerate(values):
        total = total + apply("sum", value * captured(f"weights {k}", value.shape))
    return total


def drawn(program: Any) -> list[Array]:
    shapes = [SHAPES[i] for i in program[0]]
    return [
        np.asarray(generator("input", i, shape).uniform(-1.0, 1.0, shape))
        for i, shape in enumerate(shapes)
    ]


def identical(ones: Any, others: Any) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(ones, others, strict=True))


@pytest.mark.slow
@settings(
    max_examples=2000,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(programs)
def test_gradients_of_random_graphs(program):
    arrays = drawn(program)
    inputs = [input_node(array.shape, array.dtype) for array in arrays]
    output = built(program, inputs)
    slopes = gradient(output, inputs)

    assert built(program, inputs) is output, "equal computations are one node"
    assert all(a is b for a, b in zip(gradient(output, inputs), slopes, strict=True))

    graph = Graph(tuple(inputs), (output, *slopes))
    compiled = Interpreter().compile(graph)
    values = compiled(*arrays)
    assert all(np.isfinite(value).all() for value in values)
    assert [value.shape for value in values[1:]] == [array.shape for array in arrays]
    assert identical(values, compiled(*arrays)), "a second run gives the same bits"
    rewrite = REWRITES[len(walk(graph.outputs)) % len(REWRITES)]
    rewritten = Interpreter().compile(rewrite(graph))(*arrays)
    assert identical(values, rewritten), "rewrites keep the bits"

    value_only = Interpreter().compile(Graph(tuple(inputs), (output,)))
    assert identical(values[:1], value_only(*arrays))
    for salt in range(2):
        along = [generator("along", salt, a.shape).uniform(-1.0, 1.0, a.shape) for a in arrays]
        claimed = sum(float(np.sum(g * d)) for g, d in zip(values[1:], along, strict=True))
        expected = central(lambda at: float(value_only(*at)[0]), arrays, along)
        assert claimed == pytest.approx(expected, rel=1e-7, abs=1e-7)


def test_random_graphs_speak_of_nearly_every_row():
    x = input_node((ROWS, COLUMNS), "float64")
    y = input_node((ROWS, COLUMNS), "float64")
    seen = {
        node.op.name
        for name in NAMES
        for node in walk([STEPS[name](x, y)])
    }  # fmt: skip
    assert set(NAMES) <= seen
    others = {"affine", "heaviside", "random_uniform", "constant", "input"}
    others |= {"cross_entropy_of_probabilities", "binary_cross_entropy_of_probabilities"}
    others |= {"equal", "less", "less_equal", "greater", "greater_equal"}
    assert set(OPS) - seen <= others
