"""Graphs as lines of text: brackets where they must be, and no others."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.app.cli.formula import formula
from gradstone.graph.node import apply, input_node

A, B, C = (input_node((), "float64") for _ in "abc")
M = input_node((2, 2), "float64")
NAMES = {A: "a", B: "b", C: "c", M: "M"}


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (A + B + C, "a + b + c"),
        (A + (B + C), "a + b + c"),
        (A - (B + C), "a − (b + c)"),
        (A - B - C, "a − b − c"),
        (A - (B - C), "a − (b − c)"),
        (A * (B + C), "a · (b + c)"),
        (A * B * C, "a · b · c"),
        (A * (B * C), "a · b · c"),
        (A / (B * C), "a / (b · c)"),
        (A / B * C, "a / b · c"),
        (A * (B / C), "a · b / c"),
        (A / (B / C), "a / (b / c)"),
        (-A, "−a"),
        (-(A + B), "−(a + b)"),
        (-A * B, "−a · b"),
        (A * -B, "a · (−b)"),
        (A + -B, "a + (−b)"),
        (apply("negate", -A), "−(−a)"),
        (A**2, "a^2"),
        ((-A) ** 2, "(−a)^2"),
        ((A + B) ** (B + C), "(a + b)^(b + c)"),
        (A ** (B**C), "a^(b^c)"),
        (gs.square(A + B), "(a + b)²"),
        (gs.square(-A), "(−a)²"),
        (gs.absolute(A - B), "|a − b|"),
        (1.0 * A, "a"),
        (0.5 * A, "0.5 · a"),
        (-2.0 * A, "−2 · a"),
        (A - (-2.0), "a − (−2)"),
        (gs.exp(-A), "exp(−a)"),
        (gs.where(A > 0, A, 0.0), "(a if a > 0, else 0)"),
        (M.T @ M, "Mᵀ @ M"),
        (M @ (M @ M), "M @ (M @ M)"),
        (gs.softmax(M), "softmax(M, axis=−1)"),
        (M.sum(), "sum(M)"),
        (apply("cast", A, dtype="float32"), "a"),
        (apply("broadcast", A, shape=(3,)), "a"),
        (M + np.array([1.0, 2.5]), "M + [1, 2.5]"),
        (M @ np.ones((2, 7)), "M @ […]"),
    ],
)
def test_formulas(node, text):
    assert formula(node, NAMES) == text


def test_a_named_node_is_not_written_out():
    total = A + B
    assert formula(total * total, {**NAMES, total: "s"}) == "s · s"


def test_a_long_chain():
    node = A
    for _ in range(3000):
        node = node + 1.5
    assert formula(node, NAMES).count("+") == 3000
