"""What tests share: samples for every row of the table, and how derivatives are compared."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import simplify
from gradstone.errors import GradstoneError
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.op import OPS, Op
from gradstone.graph.walk import Graph, walk

Array = np.ndarray[Any, Any]
Attributes = Mapping[str, Any]

SHAPES: dict[int, tuple[tuple[tuple[int, ...], ...], ...]] = {
    1: (((),), ((1,),), ((0,),), ((3,),), ((7,),), ((2, 3),), ((2, 1, 3),), ((5, 17),)),
    2: (
        ((), ()),
        ((1,), (1,)),
        ((0,), (0,)),
        ((7,), (7,)),
        ((2, 3), (2, 3)),
        ((5, 17), (5, 17)),
        ((3, 1), (1, 4)),
        ((2, 3), (3,)),
        ((3,), (2, 3)),
        ((), (3,)),
        ((2, 3), ()),
        ((1,), (0,)),
        ((2, 1, 3), (4, 1)),
    ),
    3: (
        ((), (), ()),
        ((1,), (1,), (1,)),
        ((0,), (0,), (0,)),
        ((7,), (7,), (7,)),
        ((2, 3), (2, 3), (2, 3)),
        ((5, 17), (5, 17), (5, 17)),
        ((2, 1), (3,), ()),
        ((3,), (2, 3), (2, 1)),
        ((2, 3), (), (3,)),
    ),
}
LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "transposed": lambda a: np.ascontiguousarray(a.T).T,
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "backwards": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
}
NO_SLOPE = {"heaviside"}  # asking for its gradient is an error


@dataclass(frozen=True)
class Case:
    """Operands and attributes for one row.

    Attributes:
        name: the row's. label: what is special, for test names.
        operands: arrays; float64 ones are differentiated.
        attributes: as the caller writes them.
        fixed: positions of float64 operands that are constants all the same.
    """

    name: str
    label: str
    operands: tuple[Array, ...]
    attributes: Attributes = field(default_factory=dict)
    fixed: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}-{self.label}"

    @property
    def wrt(self) -> tuple[int, ...]:
        """Positions of the operands that are differentiated."""
        floats = (i for i, a in enumerate(self.operands) if a.dtype.kind == "f")
        return tuple(i for i in floats if i not in self.fixed)


def generator(*words: Any) -> np.random.Generator:
    """Random numbers that depend on nothing but the words."""
    return np.random.default_rng(zlib.crc32(repr(words).encode()))


def sample(op: Op, position: int, shape: tuple[int, ...], salt: Any = "") -> Array:
    """Numbers from the row's domain, at least 0.05 from each kink."""
    low, high = op.domain[position]
    drawn = generator(op.name, position, shape, salt).uniform(low, high, shape)
    for kink in op.kinks:
        drawn = np.where(np.abs(drawn - kink) < 0.05, kink + 0.1, drawn)
    return np.asarray(drawn)


def numbers(*shape: int, low: float = -2.0, high: float = 2.0, salt: Any = 0) -> Array:
    """Numbers in an interval, the same each time."""
    return np.asarray(generator(shape, low, high, salt).uniform(low, high, shape))


def shares(*shape: int) -> Array:
    """Positive rows that sum to 1."""
    drawn = numbers(*shape, low=0.1, high=1.0, salt="shares")
    return drawn / drawn.sum(axis=-1, keepdims=True)


def is_elementwise(op: Op) -> bool:
    """Whether a row maps entries to entries, broadcasting, with no attribute it must have."""
    if op.kind not in ("elementwise", "defined") or not op.domain:
        return False
    for shape in ((), (2, 3), (3, 1)):
        nodes = [input_node(shape, "float64") for _ in op.domain]
        try:
            found = apply(op.name, *nodes)
        except GradstoneError:
            return False
        if found.shape != shape:
            return False
    return True


def elementwise_cases(op: Op) -> Iterator[Case]:
    """Samples of every shape class from the row's domain."""
    for shapes in SHAPES[len(op.domain)]:
        arrays = tuple(sample(op, i, shape) for i, shape in enumerate(shapes))
        yield Case(op.name, " ".join(map(str, shapes)), arrays)
    for label, layout in LAYOUTS.items():
        arrays = tuple(layout(sample(op, i, (3, 4), label)) for i in range(len(op.domain)))
        yield Case(op.name, label, arrays)


def both_ways(op: Op) -> Iterator[Case]:
    """Rows whose domains lie apart to avoid ties: each operand is the larger one in turn."""
    yield from elementwise_cases(op)
    for case in elementwise_cases(op):
        if case.operands[0].shape == case.operands[1].shape:
            turn = generator(case.label).random(case.operands[0].shape) < 0.5
            a, b = case.operands
            mixed = (np.where(turn, a, b), np.where(turn, b, a))
            yield Case(op.name, f"{case.label} mixed", mixed)


def with_attributes(*others: Attributes) -> Callable[[Op], Iterator[Case]]:
    """Element-wise samples, and some more with attributes."""

    def cases(op: Op) -> Iterator[Case]:
        yield from elementwise_cases(op)
        for attributes in others:
            yield Case(op.name, str(attributes), (sample(op, 0, (2, 3), "with"),), attributes)

    return cases


def _power(op: Op) -> Iterator[Case]:
    yield from elementwise_cases(op)
    whole = generator("power").integers(-2, 4, (3, 4)).astype(np.float64)
    yield Case("power", "negative base", (-sample(op, 0, (3, 4)), whole), fixed=(1,))


def _where(op: Op) -> Iterator[Case]:
    for case in elementwise_cases(op):
        _, *others = case.operands
        shape = case.operands[0].shape
        condition = generator(case.label, "condition").random(shape) < 0.5
        yield Case("where", case.label, (np.asarray(condition), *others))


def _cast(op: Op) -> Iterator[Case]:
    for case in elementwise_cases(op):
        yield Case("cast", case.label, case.operands, {"dtype": "float64"})


def _along_axes(op: Op) -> Iterator[Case]:
    """Reductions: every axis of several shapes."""
    shapes: Sequence[tuple[int, ...]] = ((), (1,), (3,), (7,), (2, 3), (2, 1, 4), (5, 17))
    for shape in shapes:
        axes: list[Any] = [None, *range(len(shape)), *([(0, -1)] if len(shape) > 1 else [])]
        for axis, keepdims in product(axes, (False, True)):
            # entries that lie apart, so that none is nearly the largest beside another
            apart = generator(shape).permutation(int(np.prod(shape))).reshape(shape) / 10.0 - 1.0
            attributes = {"axis": axis, "keepdims": keepdims}
            yield Case(op.name, f"{shape} {attributes}", (apart,), attributes)
    for label, layout in LAYOUTS.items():
        apart = generator(label).permutation(12).reshape(3, 4) / 10.0
        yield Case(op.name, label, (layout(apart),), {"axis": 0})
    if op.name != "max":
        yield Case(op.name, "(0, 3)", (np.zeros((0, 3)),), {"axis": 1})
    if op.name == "sum":
        yield Case(op.name, "(0, 3) all", (np.zeros((0, 3)),))
    yield Case(op.name, "(3, 0) axis 0", (np.zeros((3, 0)),), {"axis": 0})


def _softmax(op: Op) -> Iterator[Case]:
    for shape in ((1,), (3,), (7,), (2, 3), (0, 3), (2, 1, 3), (5, 17)):
        yield Case(op.name, str(shape), (numbers(*shape),))
    yield Case(op.name, "axis 0", (numbers(2, 3),), {"axis": 0})
    yield Case(op.name, "axis 1 of 3", (numbers(2, 3, 2),), {"axis": 1})
    for label, layout in LAYOUTS.items():
        yield Case(op.name, label, (layout(numbers(3, 4)),))


def _matmul(op: Op) -> Iterator[Case]:
    shapes = [
        *(((1, 1), (1, 1)), ((2, 3), (3, 4)), ((5, 17), (17, 3)), ((0, 3), (3, 2))),
        *(((2, 0), (0, 3)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((7,), (7, 1))),
        *(((2, 3, 4), (4, 2)), ((3, 4), (2, 4, 2)), ((2, 1, 3, 4), (3, 4, 2))),
        *(((2, 3, 4), (4,)), ((4,), (2, 4, 3)), ((2, 2, 3), (2, 3, 1))),
    ]
    for a, b in shapes:
        operands = (numbers(*a, salt="left"), numbers(*b, salt="right"))
        yield Case("matmul", f"{a} @ {b}", operands)
    for label, layout in LAYOUTS.items():
        operands = (layout(numbers(3, 4)), layout(numbers(4, 2)))
        yield Case("matmul", label, operands)


def _affine(op: Op) -> Iterator[Case]:
    for n, rows, columns in ((1, 1, 1), (2, 3, 4), (0, 3, 2), (5, 17, 3), (7, 1, 2)):
        operands = (numbers(n, rows), numbers(rows, columns, salt=1), numbers(columns, salt=2))
        yield Case("affine", f"{n} x {rows} x {columns}", operands)
    single = (numbers(3), numbers(3, 2, salt=1), numbers(2, salt=2))
    yield Case("affine", "one sample", single)
    for label, layout in LAYOUTS.items():
        operands = (layout(numbers(3, 4)), layout(numbers(4, 2)), numbers(2))
        yield Case("affine", label, operands)


def _reshape(op: Op) -> Iterator[Case]:
    pairs: list[tuple[tuple[int, ...], Any]] = [
        *(((), (1,)), ((1,), ()), ((0,), (0, 3)), ((6,), (2, 3)), ((2, 3), (-1,))),
        *(((2, 3), (3, 2)), ((7,), (7, 1)), ((5, 17), (17, 5)), ((2, 3), 6)),
    ]
    for shape, other in pairs:
        yield Case("reshape", f"{shape} to {other}", (numbers(*shape),), {"shape": other})
    for label, layout in LAYOUTS.items():
        yield Case("reshape", label, (layout(numbers(3, 4)),), {"shape": (2, 6)})


def _transpose(op: Op) -> Iterator[Case]:
    for shape in ((), (1,), (0,), (0, 3), (7,), (2, 3), (2, 3, 4), (5, 17)):
        yield Case("transpose", str(shape), (numbers(*shape),))
    for order in ((1, 2, 0), (0, 2, 1), (-1, 0, 1)):
        yield Case("transpose", str(order), (numbers(2, 3, 4),), {"order": order})
    for label, layout in LAYOUTS.items():
        yield Case("transpose", label, (layout(numbers(3, 4)),))


def _broadcast(op: Op) -> Iterator[Case]:
    pairs: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        *(((), ()), ((), (3,)), ((1,), (7,)), ((1,), (0,)), ((3,), (2, 3)), ((3, 1), (3, 4))),
        *(((1, 1), (5, 17)), ((2, 1, 3), (2, 4, 3)), ((2, 3), (2, 3))),
    ]
    for shape, other in pairs:
        yield Case("broadcast", f"{shape} to {other}", (numbers(*shape),), {"shape": other})
    for label, layout in LAYOUTS.items():
        yield Case("broadcast", label, (layout(numbers(3, 4)),), {"shape": (2, 3, 4)})


INDICES: tuple[tuple[tuple[int, ...], Any], ...] = (
    ((7,), 0),
    ((7,), -1),
    ((7,), slice(1, 5)),
    ((7,), slice(None, None, 2)),
    ((7,), slice(None, None, -1)),
    ((7,), slice(5, 1, -2)),
    ((7,), slice(-20, None, -1)),
    ((7,), slice(20, 30)),
    ((2, 3), 1),
    ((2, 3), (slice(None), 1)),
    ((2, 3), (None, slice(None), slice(1, None))),
    ((2, 3), (1, 2)),
    ((5, 17), (slice(None, None, 3), slice(-4, None))),
    ((0,), slice(None)),
    ((0, 3), (slice(None), 1)),
    ((1,), None),
    ((), None),
)


def _slice(op: Op) -> Iterator[Case]:
    for shape, index in INDICES:
        yield Case("slice", f"{shape} {index}", (numbers(*shape),), {"index": index})
    for label, layout in LAYOUTS.items():
        yield Case("slice", label, (layout(numbers(3, 4)),), {"index": (1, slice(0, 3))})


def _pad(op: Op) -> Iterator[Case]:
    for shape, index in INDICES:
        part = np.zeros(shape)[index].shape
        attributes = {"shape": shape, "index": index}
        yield Case("pad", f"{shape} {index}", (numbers(*part),), attributes)


TAKEN: tuple[tuple[tuple[int, ...], Any, int], ...] = (
    ((4,), [0, 2], 0),
    ((4,), [1, 1, 3, 1], 0),
    ((4,), 2, 0),
    ((4,), [], 0),
    ((1,), [0, 0], 0),
    ((4, 3), [3, 0], 0),
    ((4, 3), [2, 2, 0], 1),
    ((4, 3), [[0, 1], [1, 1]], -1),
    ((4, 3), 1, 1),
    ((2, 4, 3), [[3, 0, 3]], 1),
    ((5, 17), [16, 0, 16], 1),
)


def _take(op: Op) -> Iterator[Case]:
    for shape, indices, axis in TAKEN:
        operands = (numbers(*shape), np.array(indices, dtype=np.int64))
        yield Case("take", f"{shape} {indices} {axis}", operands, {"axis": axis})


def _scatter_add(op: Op) -> Iterator[Case]:
    for shape, indices, axis in TAKEN:
        places = np.array(indices, dtype=np.int64)
        axis %= len(shape)
        operands = (numbers(*np.take(np.zeros(shape), places, axis).shape), places)
        attributes = {"axis": axis, "size": shape[axis]}
        yield Case("scatter_add", f"{shape} {indices} {axis}", operands, attributes)


def _concatenate(op: Op) -> Iterator[Case]:
    groups: list[tuple[tuple[tuple[int, ...], ...], int]] = [
        *((((1,), (1,)), 0), (((0,), (3,)), 0), (((3,), (7,), (1,)), 0), (((2, 3), (4, 3)), 0)),
        *((((2, 3), (2, 1)), 1), (((2, 3), (2, 1)), -1), (((5, 17), (5, 2)), 1)),
        (((2, 2, 3), (2, 1, 3)), 1),
    ]
    for shapes, axis in groups:
        operands = tuple(numbers(*shape, salt=i) for i, shape in enumerate(shapes))
        yield Case("concatenate", f"{shapes} {axis}", operands, {"axis": axis})
    yield Case("concatenate", "one", (numbers(2, 3),))
    for label, layout in LAYOUTS.items():
        operands = (layout(numbers(3, 4)), layout(numbers(2, 4)))
        yield Case("concatenate", label, operands)


def _size(op: Op) -> Iterator[Case]:
    for shape, axis in (((1,), 0), ((0,), 0), ((7,), 0), ((2, 3), 1), ((2, 3), -1), ((5, 17), 0)):
        yield Case("size", f"{shape} {axis}", (numbers(*shape),), {"axis": axis})


def _random_uniform(op: Op) -> Iterator[Case]:
    for shape in ((), (0,), (3,), (2, 3), (5, 17)):
        attributes = {"seed": 1, "stream": 2, "shape": shape, "dtype": np.dtype("float64")}
        yield Case("random_uniform", str(shape), (np.array(3),), attributes)


PAIRS = ((), (1,), (0,), (3,), (7,), (2, 3), (2, 1, 4), (5, 17))


def _same_shape(op: Op) -> Iterator[Case]:
    """Losses on operands of equal shapes, z − t away from 0."""
    for shape in PAIRS:
        if op.name in ("mse", "mae") and shape == (0,):
            continue  # a mean of nothing has no value
        z, t = (sample(op, i, shape, "loss") for i in (0, 1))
        if op.kinks or op.name == "mae":
            t = np.where(np.abs(z - t) < 0.05, t + 0.3, t)
        yield Case(op.name, str(shape), (z, t))
    for label, layout in LAYOUTS.items():
        operands = tuple(layout(sample(op, i, (3, 4), label)) for i in (0, 1))
        yield Case(op.name, label, operands)


def _classes(op: Op) -> Iterator[Case]:
    """Losses of classes: labels, one-hot rows, soft shares, and rows that do not sum to 1."""
    for shape in ((1,), (3,), (7,), (1, 3), (2, 3), (2, 1, 4), (5, 17)):
        z = numbers(*shape, low=op.domain[0][0] + 0.1, high=op.domain[0][1])
        labels = generator(shape).integers(0, shape[-1], shape[:-1])
        yield Case(op.name, f"{shape} labels", (z, np.asarray(labels, dtype=np.int64)))
        one_hot = np.eye(shape[-1], dtype=bool)[labels]
        yield Case(op.name, f"{shape} soft", (z, shares(*shape)))
        yield Case(op.name, f"{shape} any", (z, numbers(*shape, low=0.1, high=0.9)))
        yield Case(op.name, f"{shape} nearly one-hot", (z, np.where(one_hot, 0.9, 0.01)))
    for label, layout in LAYOUTS.items():
        z = numbers(3, 4, low=op.domain[0][0] + 0.1, high=op.domain[0][1])
        yield Case(op.name, label, (layout(z), layout(shares(3, 4))))


CASES: dict[str, Callable[[Op], Iterator[Case]]] = {
    "affine": _affine,
    "binary_cross_entropy": _same_shape,
    "binary_cross_entropy_of_probabilities": _same_shape,
    "broadcast": _broadcast,
    "cast": _cast,
    "concatenate": _concatenate,
    "cross_entropy": _classes,
    "cross_entropy_of_probabilities": _classes,
    "elu": with_attributes({"alpha": 1.5}),
    "half_sse": _same_shape,
    "leaky_relu": with_attributes({"slope": 0.3}, {"slope": 0}),
    "log_softmax": _softmax,
    "mae": _same_shape,
    "matmul": _matmul,
    "max": _along_axes,
    "maximum": both_ways,
    "mean": _along_axes,
    "minimum": both_ways,
    "mse": _same_shape,
    "pad": _pad,
    "power": _power,
    "random_uniform": _random_uniform,
    "reshape": _reshape,
    "scatter_add": _scatter_add,
    "size": _size,
    "slice": _slice,
    "softmax": _softmax,
    "sse": _same_shape,
    "sum": _along_axes,
    "take": _take,
    "transpose": _transpose,
    "where": _where,
}


def cases_of(op: Op) -> list[Case]:
    """Samples for a row: from the table above, or generated where it is element-wise."""
    if op.kind == "source":
        return []
    if op.name in CASES:
        return list(CASES[op.name](op))
    return list(elementwise_cases(op)) if is_elementwise(op) else []


def rows() -> list[str]:
    """Every row that computes something."""
    return [name for name, op in OPS.items() if op.kind != "source"]


def differentiable() -> list[str]:
    """Every row that gives floats from floats, and a gradient when asked."""
    found = []
    for name in rows():
        case = next((case for case in cases_of(OPS[name]) if case.wrt), None)
        if case is not None and name not in NO_SLOPE:
            graph, _ = told(case)
            if graph.outputs[0].dtype.kind == "f":
                found.append(name)
    return found


def told(case: Case, dtype: str = "float64") -> tuple[Graph, list[Array]]:
    """The row as a graph of the operands that are differentiated, and their values."""
    nodes: list[Node] = []
    given: dict[Node, Array] = {}
    for position, operand in enumerate(case.operands):
        if position in case.wrt:
            node = input_node(operand.shape, dtype)
            given[node] = _in_layout(operand, dtype)
        else:
            node = constant(operand, dtype if operand.dtype.kind == "f" else None)
        nodes.append(node)
    attributes = dict(case.attributes)
    if "dtype" in attributes and case.wrt:
        attributes["dtype"] = np.dtype(dtype)
    output = apply(case.name, *nodes, **attributes)
    return Graph(tuple(given), (output,)), list(given.values())


def _in_layout(operand: Array, dtype: str) -> Array:
    """The numbers rounded to float32, so that both dtypes see the same; strides are kept."""
    rounded = np.empty_like(operand, dtype=dtype, order="K")
    rounded[...] = operand.astype(np.float32)
    return rounded if rounded.strides == operand.strides else _strided_like(rounded, operand)


def _strided_like(array: Array, operand: Array) -> Array:
    for layout in LAYOUTS.values():
        again = layout(array) if array.ndim else array
        if np.sign(again.strides).tolist() == np.sign(operand.strides).tolist() and (
            again.flags.c_contiguous == operand.flags.c_contiguous
        ):
            return again
    return array


@dataclass(frozen=True)
class Derivative:
    """Values, and the gradient of Σ weight · value claimed for them.

    The weights come in as upstream gradients, so that no row but those under test speaks.

    Attributes:
        values: a graph of the values. slopes: for each value, its part of the gradient.
        weights: one array for each value, of its shape.
    """

    values: Graph
    slopes: Graph
    weights: tuple[Array, ...]

    def total(self) -> Callable[[list[Array]], float]:
        """Σ weight · value as a function of the arrays, added up by NumPy."""
        program = Interpreter().compile(self.values)
        return lambda arrays: sum(
            float(np.sum(w * v)) for w, v in zip(self.weights, program(*arrays), strict=True)
        )

    def claimed(self, arrays: Sequence[Array]) -> list[Array]:
        """The gradient by each of the arrays."""
        found = Interpreter().compile(self.slopes)(*arrays)
        count = len(arrays)
        shapes = [slope.shape for slope in found]
        assert shapes == [array.shape for array in arrays] * len(self.weights), shapes
        return [np.sum(found[i::count], axis=0, dtype=np.float64) for i in range(count)]


def derivative(values: Sequence[Node], inputs: Sequence[Node], salt: Any) -> Derivative:
    """The gradient of values, each entry with a weight of its own."""
    weights = tuple(
        np.asarray(generator(value.shape, i, salt).uniform(0.5, 1.5, value.shape))
        for i, value in enumerate(values)
    )
    slopes = [
        slope
        for value, weight in zip(values, weights, strict=True)
        for slope in gradient(value, inputs, constant(weight, value.dtype))
    ]
    graphs = (Graph(tuple(inputs), tuple(nodes)) for nodes in (values, slopes))
    values_graph, slopes_graph = map(simplify, graphs)
    return Derivative(values_graph, slopes_graph, weights)


def derivatives(case: Case, dtype: str = "float64") -> tuple[list[Derivative], list[Array]]:
    """The first derivative of a row, the derivative of that, and values for them."""
    graph, arrays = told(case, dtype)
    first = derivative(graph.outputs, graph.inputs, "first")
    second = derivative(first.slopes.outputs, graph.inputs, "second")
    return [first, second], arrays


def directions(arrays: Sequence[Array], most: int = 24) -> Iterator[list[Array]]:
    """Every entry by itself where they are few, otherwise some random directions."""
    total = sum(array.size for array in arrays)
    chooser = generator("directions", total)
    for k in range(total if total <= most else 6):
        flat = np.zeros(total)
        if total <= most:
            flat[k] = 1.0
        else:
            flat[:] = chooser.uniform(-1.0, 1.0, total)
        parts = np.split(flat, np.cumsum([array.size for array in arrays])[:-1])
        yield [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]


def central(
    function: Callable[[list[Array]], float],
    arrays: Sequence[Array],
    along: Sequence[Array],
    h: float = 1e-3,
) -> float:
    """The derivative along a direction, from four values, with an error of order h⁴."""

    def at(step: float) -> float:
        return function([a + step * d for a, d in zip(arrays, along, strict=True)])

    near, far = at(h) - at(-h), at(2 * h) - at(-2 * h)
    return (8.0 * near - far) / (12.0 * h)


def assert_gradient(
    function: Callable[[list[Array]], float],
    claimed: Sequence[Array],
    arrays: Sequence[Array],
    tolerance: float = 1e-7,
) -> None:
    """The gradient that is claimed for a function is the numeric one."""
    for along in directions(arrays):
        slope = sum(float(np.sum(g * d)) for g, d in zip(claimed, along, strict=True))
        expected = central(function, arrays, along)
        assert abs(slope - expected) <= tolerance * max(1.0, abs(expected)), (
            f"the gradient gives {slope}, central differences {expected}"
        )


def assert_derivatives(case: Case) -> None:
    """The comparison of the table test: first and second derivatives against numeric ones."""
    both, arrays = derivatives(case)
    for one in both:
        assert_gradient(one.total(), one.claimed(arrays), arrays)


def assert_float32_follows(case: Case) -> None:
    """Derivatives in float32 are float32, and those of float64 up to rounding."""
    narrow, arrays = derivatives(case, "float32")
    wide, exact = derivatives(case)
    for one, other in zip(narrow, wide, strict=True):
        found = Interpreter().compile(one.slopes)(*arrays)
        wanted = Interpreter().compile(other.slopes)(*exact)
        for a, b in zip(found, wanted, strict=True):
            assert a.dtype == np.float32
            scale = max(1.0, float(np.max(np.abs(b), initial=0.0)))
            np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-5 * scale)


def assert_as_recorded(graph: Graph, arrays: Sequence[Array]) -> None:
    """Every value of a run has the shape and dtype that its node was given by the row."""
    trace = Interpreter().trace(graph, *arrays)
    for node in walk(graph.outputs):
        value = trace[node]
        assert (value.shape, value.dtype) == (node.shape, node.dtype), node
