"""Each reduction says with which row it joins two entries."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.execute.interpreter import run
from gradstone.graph.node import apply, input_node
from gradstone.graph.op import OPS, is_folded
from gradstone.graph.walk import Graph

REDUCTIONS = [name for name, op in OPS.items() if op.kind == "reduction"]


@pytest.mark.parametrize("name", REDUCTIONS)
def test_a_reduction_is_its_row_applied_entry_by_entry(name):
    row = OPS[name].folds
    assert OPS[row].kind == "elementwise"
    assert is_folded(row)
    a, b, c = (input_node((), "float64") for _ in range(3))
    joined = Graph((a, b, c), (apply(row, apply(row, a, b), c),))
    x = input_node((3,), "float64")
    values = np.array([0.5, -2.0, 1.25])
    (folded,) = run(joined, *values)
    (reduced,) = run(Graph((x,), (apply(name, x),)), values)
    assert folded == pytest.approx(reduced, rel=1e-15)


def test_nothing_else_is_folded():
    assert [name for name in OPS if is_folded(name)] == ["add", "maximum"]


def test_a_maximum_of_many_is_listed():
    account = gs.explain(lambda x: gs.max(x), np.array([1.0, 3.0, 2.0]))
    assert "max(x₁, x₂, x₃) = max(1, 3, 2) = 3" in account.to_text()
