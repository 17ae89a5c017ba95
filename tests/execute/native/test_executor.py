"""Whole graphs as machine code against the interpreter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradstone.errors import KindError, ShapeError
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.native.executor import Machine, NativeExecutor
from gradstone.execute.native.program import ROWS
from gradstone.execute.native.schedule import schedule
from gradstone.graph.node import input_node
from gradstone.graph.walk import Graph
from gradstone.nn.module import MLP
from gradstone.training.objective import Objective
from gradstone.training.optimizers import adam, sgd
from gradstone.training.step import Batch, Plan

NETWORKS: dict[str, tuple[list[int], str, str, int]] = {
    "2-2-1": ([2, 2, 1], "sigmoid", "mse", 4),
    "2-8-8-1": ([2, 8, 8, 1], "tanh", "mse", 10),
    "12-20-5": ([12, 20, 5], "relu", "cross_entropy", 7),
    "4-32-16-4": ([4, 32, 16, 4], "gelu", "mae", 33),
}
RANDOM = np.random.default_rng(11)


def training_graph(name: str, dtype: str, optimizer: Any) -> tuple[Graph, list[Any]]:
    """A training step, and values for its inputs."""
    widths, activation, loss, rows = NETWORKS[name]
    network = MLP(widths, activation=activation)
    x = RANDOM.normal(size=(rows, widths[0])).astype(dtype)
    labels = RANDOM.integers(0, widths[-1], rows)
    t = labels if loss == "cross_entropy" else RANDOM.normal(size=(rows, widths[-1])).astype(dtype)
    plan = Plan(network, Objective(loss), optimizer, dtype=dtype)
    graph = plan.training(Batch.like(x, t, rows)).graph
    shapes = [one.shape for one in network.parameters().values()]
    parameters = [RANDOM.normal(size=shape).astype(dtype) for shape in shapes]
    return graph, [x, t, *parameters, *plan.initial_state().values()]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", [sgd(0.1), adam(0.01)], ids=["sgd", "adam"])
@pytest.mark.parametrize("name", NETWORKS)
def test_training_steps(name: str, optimizer: Any, dtype: str) -> None:
    graph, values = training_graph(name, dtype, optimizer)
    wanted = Interpreter().compile(graph)(*values)
    found = NativeExecutor().compile(graph)(*values)
    limit = 1e-12 if dtype == "float64" else 2e-5
    for a, b in zip(found, wanted, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        assert np.abs(a - b).max() <= limit * np.abs(b).max()


def test_one_function_serves_batches_of_any_length() -> None:
    x, w = input_node((ROWS, 3), "float64"), input_node((3, 5), "float64")
    y = x @ w
    machine = Machine(schedule(Graph((x, w), (y, y.sum()))), [(ROWS, 5), ()], 40, runtime=True)
    weights = RANDOM.normal(size=(3, 5))
    for rows in (0, 1, 7, 40):
        batch = RANDOM.normal(size=(rows, 3))
        product, total = machine([batch, weights], rows)
        np.testing.assert_allclose(product, batch @ weights)
        np.testing.assert_allclose(total, (batch @ weights).sum(), atol=1e-12)


def test_the_same_bits_each_time() -> None:
    graph, values = training_graph("2-8-8-1", "float32", sgd(0.1))
    one, two = (NativeExecutor().compile(graph)(*values) for _ in range(2))
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one, two, strict=True))


def test_inputs_are_checked() -> None:
    x = input_node((3,), "float64")
    program = NativeExecutor().compile(Graph((x,), (-x,)))
    with pytest.raises(ShapeError):
        program(np.zeros(4))
    with pytest.raises(KindError):
        program(np.zeros(3, np.float32))
    with pytest.raises(ShapeError):
        program()
