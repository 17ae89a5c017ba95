"""What an executor is: it turns a graph into a function on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from gradstone.errors import KindError, ShapeError
from gradstone.graph.walk import Graph

Array = np.ndarray[Any, Any]


class Program(Protocol):
    """A graph made executable."""

    def __call__(self, *arrays: Array) -> Sequence[Array]:
        """The graph's outputs for the values of its inputs, in the graph's order."""
        ...


class Executor(Protocol):
    """A road from graphs to numbers; every road agrees with the interpreter."""

    @property
    def name(self) -> str:
        """What users call it, as "interpreter"."""
        ...

    def compile(self, graph: Graph) -> Program:
        """The graph as a function on arrays of the inputs' shapes and dtypes."""
        ...


def check_inputs(graph: Graph, arrays: Sequence[Array]) -> None:
    """Raise ShapeError or KindError where arrays do not fit a graph's inputs."""
    if len(arrays) != len(graph.inputs):
        raise ShapeError("graph", f"{len(arrays)} arrays came", f"{len(graph.inputs)} are wanted")
    for array, node in zip(arrays, graph.inputs, strict=True):
        if array.shape != node.shape or array.dtype != node.dtype:
            name = graph.roles.get(node, "an input")
            kind = ShapeError if array.shape != node.shape else KindError
            came = f"{array.dtype} {array.shape} came"
            raise kind(name, came, f"{node.dtype} {node.shape} is wanted")
