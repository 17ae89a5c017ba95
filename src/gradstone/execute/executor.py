"""What an executor is: it turns a graph into a function on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

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
