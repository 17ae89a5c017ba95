"""Every road gives the same numbers: each executor against the interpreter.

Bounds are relative to the largest entry of an array: 1e-12 in float64, and in float32
FLOAT32 = 32 units in the last place of that entry. Training by every road is in
test_training_roads.py; the cases with known answers take every road in tests/cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gradstone.autodiff.gradient import gradient
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.native.executor import NativeExecutor
from gradstone.graph.node import Node, input_node
from gradstone.graph.op import OPS
from gradstone.graph.walk import Graph
from tests.cross.test_random_graphs import built, drawn, programs
from tests.support import Array, Case, cases_of, derivatives, differentiable, rows, told

FLOAT64, FLOAT32 = 1e-12, 32 * 2.0**-23
EXECUTORS = [NativeExecutor()]


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADSTONE_CACHE", "off")


def bound(dtype: Any) -> float:
    return FLOAT64 if dtype == np.float64 else FLOAT32


def assert_same_road(
    found: Sequence[Array], wanted: Sequence[Array], about: str, least: Sequence[float] = ()
) -> None:
    """Shapes, dtypes, NaNs and infinities are equal, finite numbers within the bound.

    With `least`, each array's largest entry counts for at least so much.
    """
    least = least or [0.0] * len(wanted)
    for number, (a, b, size) in enumerate(zip(found, wanted, least, strict=True)):
        told = f"{about}, output {number}"
        assert (a.shape, a.dtype) == (b.shape, b.dtype), told
        if b.dtype.kind != "f":
            assert np.array_equal(a, b), told
            continue
        finite = np.isfinite(b)
        assert np.array_equal(a[~finite], b[~finite], equal_nan=True), told
        largest = np.abs(b[finite]).max(initial=size)
        furthest = np.abs(a[finite] - b[finite]).max(initial=0.0)
        assert furthest <= bound(b.dtype) * largest, f"{told}: {furthest:g} of {largest:g}"


def travel(
    executor: Any, graph: Graph, arrays: Sequence[Array], about: str, least: Sequence[float] = ()
) -> None:
    """A graph by one road and by the interpreter's."""
    wanted = Interpreter().compile(graph)(*arrays)
    before = [array.tobytes() for array in arrays]
    assert_same_road(executor.compile(graph)(*arrays), wanted, about, least)
    assert [array.tobytes() for array in arrays] == before, f"{about}: an input was changed"


def asked(case: Case, dtype: str) -> tuple[list[Graph], list[Array]]:
    """A case's values, their gradient and the gradient of that, of the same inputs."""
    if case.name not in SLOPES or not case.wrt:
        graph, arrays = told(case, dtype)
        return [graph], arrays
    (first, second), arrays = derivatives(case, dtype)
    return [first.values, first.slopes, second.slopes], arrays


SLOPES = set(differentiable())


@pytest.mark.parametrize("name", rows())
@pytest.mark.parametrize("executor", EXECUTORS, ids=lambda one: one.name)
def test_each_case_of_a_row(executor, name):
    for case in cases_of(OPS[name]):
        graphs, arrays = asked(case, "float64")
        outputs = tuple(node for graph in graphs[:2] for node in graph.outputs)
        travel(executor, Graph(graphs[0].inputs, outputs), arrays, str(case))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", rows())
@pytest.mark.parametrize("executor", EXECUTORS, ids=lambda one: one.name)
def test_all_cases_of_a_row_in_one_graph(executor, name, dtype):
    """With second derivatives, most of which cancel: their bound is relative to 1 at least."""
    inputs: list[Node] = []
    outputs: list[Node] = []
    arrays: list[Array] = []
    least: list[float] = []
    for case in cases_of(OPS[name]):
        graphs, values = asked(case, dtype)
        inputs += graphs[0].inputs
        arrays += values
        for size, graph in zip((0.0, 0.0, 1.0), graphs, strict=False):
            outputs += graph.outputs
            least += [size] * len(graph.outputs)
    travel(executor, Graph(tuple(inputs), tuple(outputs)), arrays, name, least)


@pytest.mark.slow
@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(programs, min_size=1, max_size=6))
@pytest.mark.parametrize("executor", EXECUTORS, ids=lambda one: one.name)
def test_random_graphs(executor, several):
    """Several computations in one graph each time, with their gradients."""
    inputs: list[Node] = []
    outputs: list[Node] = []
    arrays: list[Array] = []
    for program in several:
        values = drawn(program)
        nodes = [input_node(array.shape, array.dtype) for array in values]
        output = built(program, nodes)
        inputs += nodes
        outputs += [output, *gradient(output, nodes)]
        arrays += values
    travel(executor, Graph(tuple(inputs), tuple(outputs)), arrays, "a random graph")


@pytest.mark.parametrize("executor", EXECUTORS, ids=lambda one: one.name)
def test_the_comparison_notices(executor):
    """The tester is tested: one unit too many in one entry is told."""
    wanted = [np.array([1.0, 1e-3])]
    assert_same_road([np.array([1.0, 1e-3 + 5e-13])], wanted, "close")
    for wrong in ([1.0 + 2e-12, 1e-3], [1.0, np.nan], [1.0, 1e-3 + 2e-12]):
        with pytest.raises(AssertionError):
            assert_same_road([np.array(wrong)], wanted, "wrong")
    with pytest.raises(AssertionError):
        assert_same_road([np.array([1.0, 1e-3], np.float32)], wanted, "another dtype")
