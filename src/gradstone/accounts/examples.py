"""Examples that `gradstone explain` knows by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstone.accounts.explain import Account, explain
from gradstone.functions.eager import public
from gradstone.graph.roles import named
from gradstone.nn.module import MLP
from gradstone.training.optimizers import sgd


def n1(loss: str = "half_sse", **options: Any) -> Account:
    """2-2-2, sigmoid in both layers, one sample, half_sse, rate 0.5: the textbook's example."""
    given = {
        "W1": [[0.1, 0.3], [0.2, 0.4]], "b1": [0.55, 0.55],
        "W2": [[0.5, 0.7], [0.6, 0.8]], "b2": [0.66, 0.66],
    }  # fmt: skip
    network = MLP([2, 2, 2], "sigmoid", "sigmoid")
    x, t = np.array([[0.1, 0.2]]), np.array([[0.01, 0.99]])
    return explain(network, x, t, loss=loss, optimizer=sgd(0.5), parameters=given, **options)


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


EXAMPLES: dict[str, Callable[..., Account]] = {
    "n1": n1, "n5": n5, "apples": apples, "two-apples": two_apples, "affine": affine,
}  # fmt: skip
