"""Examples that `gradstone explain` knows by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from gradstone.accounts.comparison import compared
from gradstone.accounts.explain import Account, explain
from gradstone.descent.minimize import minimize
from gradstone.errors import GradstoneError, RangeError
from gradstone.functions.eager import public
from gradstone.graph.op import Op, row
from gradstone.graph.roles import named
from gradstone.nn.module import MLP
from gradstone.training.optimizers import sgd

Array = np.ndarray[Any, Any]


def n1(loss: str = "half_sse", **options: Any) -> Account:
    """2-2-2, sigmoid in both layers, one sample, half_sse, rate 0.5: the textbook's example."""
    given = {
        "W1": [[0.1, 0.3], [0.2, 0.4]], "b1": [0.55, 0.55],
        "W2": [[0.5, 0.7], [0.6, 0.8]], "b2": [0.66, 0.66],
    }  # fmt: skip
    network = MLP([2, 2, 2], "sigmoid", "sigmoid")
    x, t = np.array([[0.1, 0.2]]), np.array([[0.01, 0.99]])
    return explain(network, x, t, loss=loss, optimizer=sgd(0.5), parameters=given, **options)


def losses(**options: Any) -> Account:
    """The step of n1 under squared error and under cross entropy, side by side."""
    other = "binary_cross_entropy"
    command = f"gradstone explain n1 --loss {other}"
    return compared(n1(**options), n1(other, **options), command)


def n5(**options: Any) -> Account:
    """3-2-3, tanh, softmax cross entropy, two samples, negative weights, rate 0.1."""
    given = {
        "W1": [[0.2, -0.4], [-0.3, 0.1], [0.5, 0.6]], "b1": [0.1, -0.2],
        "W2": [[0.3, -0.5, 0.8], [-0.6, 0.4, 0.2]], "b2": [0.05, -0.1, 0.0],
    }  # fmt: skip
    network = MLP([3, 2, 3], "tanh", "softmax")
    x, t = np.array([[0.5, -1.0, 2.0], [1.0, 0.3, -0.7]]), np.array([2, 0])
    return explain(
        network, x, t, loss="cross_entropy", optimizer=sgd(0.1), parameters=given, **options
    )


def apples(**options: Any) -> Account:
    """Two apples at 100 and three oranges at 150, taxed with a factor of 1.1."""

    def price(apple: Any, apples: Any, orange: Any, oranges: Any, tax: Any) -> Any:
        fruit = named("sum", named("apple_price", apple * apples) + named(
            "orange_price", orange * oranges))  # fmt: skip
        return named("price", fruit * tax)

    return explain(price, 100.0, 2.0, 150.0, 3.0, 1.1, **options)


def two_apples(**options: Any) -> Account:
    """Two apples at 100, taxed with a factor of 1.1."""

    def price(apple: Any, apples: Any, tax: Any) -> Any:
        return named("price", named("apple_price", apple * apples) * tax)

    return explain(price, 100.0, 2.0, 1.1, **options)


def affine(**options: Any) -> Account:
    """X W + b on two samples, with an upstream gradient: what a layer passes back."""
    row = public("affine")
    x, w = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[2.0, 2.0, 2.0], [8.0, 8.0, 8.0]])

    def layer(X: Any, W: Any, b: Any) -> Any:
        return row(X, W, b)

    upstream = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    return explain(layer, x, w, np.array([1.0, 2.0, 3.0]), upstream=upstream, **options)


def descent(**options: Any) -> Account:
    """Five steps of gradient descent on (x + 1)² − 1 from 13 with rate 0.9."""

    def parabola(x: Any) -> Any:
        return (x + 1.0) ** 2 - 1.0

    return explain(minimize(parabola, 13.0, optimizer=sgd(0.9), max_iterations=5), **options)


NEEDED: dict[str, dict[str, Any]] = {
    "reshape": {"shape": (3, 2)}, "broadcast": {"shape": (2, 2, 3)}, "slice": {"index": (0,)},
    "pad": {"shape": (3, 3), "index": (slice(0, 2),)}, "cast": {"dtype": np.dtype("float64")},
    "scatter_add": {"size": 4}, "take": {},
    "random_uniform": {"seed": 1, "stream": 0, "shape": (2,), "dtype": np.dtype("float64")},
}  # fmt: skip
"""Attributes that some rows cannot do without."""


NAMES = {"1": ("x",), "2": ("a", "b"), "3": ("x", "W", "b"), "loss": ("z", "t")}


def op_example(name: str, **options: Any) -> Account:
    """A row of the table on numbers from its domain, with the gradient 1, 2, 3 … coming in.

    Raises:
        UnknownNameError: no such row.
    """
    op, function = row(name), public(name)
    needed = NEEDED.get(name, {})
    for arrays in _operands(op.domain, name):
        floats = [one for one in arrays if one.dtype.kind == "f"]
        applied = _applied(op, function, arrays, needed)
        try:
            result = np.asarray(applied(*floats))
        except GradstoneError:
            continue
        upstream = np.arange(1.0, result.size + 1).reshape(result.shape) if result.shape else None
        return explain(applied, *floats, upstream=upstream, **options)
    wanted = "one with a plain example is wanted"
    raise RangeError("explain", f"the row {name} came", wanted)


def _applied(
    op: Op, function: Callable[..., Any], arrays: Sequence[Array], needed: dict[str, Any]
) -> Callable[..., Any]:
    """The row as a function of its float operands, with their usual names."""
    names = NAMES["loss" if "loss" in op.tags else str(len(arrays))]
    floats = [name for name, one in zip(names, arrays, strict=True) if one.dtype.kind == "f"]

    def applied(*given: Any) -> Any:
        mine = iter(given)
        every = [next(mine) if one.dtype.kind == "f" else one for one in arrays]
        return function(every, **needed) if not op.domain else function(*every, **needed)

    applied.__name__ = op.name
    kind = Parameter.POSITIONAL_OR_KEYWORD
    parameters = [Parameter(name, kind) for name in floats]
    applied.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return applied


def _operands(domain: Sequence[tuple[float, float]], name: str) -> Iterator[list[Array]]:
    """Operands to try: single numbers, matrices, a layer's shapes, labels, indices."""
    count = len(domain) or 2
    shapes = [((),) * count, ((2, 3),) * count, ((2, 3), (3, 2), (2,))[:count]]
    whole = name in ("take", "scatter_add")
    for each in shapes[1 if whole or name in NEEDED else 0 :]:
        arrays = []
        for place, shape in enumerate(each):
            low, high = domain[place] if domain else (-2.0, 2.0)
            size = int(np.prod(shape, dtype=int))
            steps = (np.arange(size) * 0.37 + 0.3 * (place + 1)) % 1.0
            arrays.append(np.round(low + (high - low) * steps, 2).reshape(shape))
        if whole:
            arrays[1] = np.array([1, 0])
        if name == "random_uniform":
            arrays = [np.array(3)]
        yield arrays


EXAMPLES: dict[str, Callable[..., Account]] = {
    "n1": n1, "n5": n5, "losses": losses, "apples": apples, "two-apples": two_apples,
    "affine": affine,
    "descent": descent,
}  # fmt: skip
