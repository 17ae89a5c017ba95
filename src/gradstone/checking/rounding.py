"""How far rounding goes: every value of a graph moved by some units in its last place.

A bound by the largest number on the way would be wrong both ways: a number that is divided
out again (e²⁵ in a softmax) rounds nothing, a difference of near ones (an exact fit) rounds
much. So the graph is run again with each number off at random, and what comes out tells
(Monte Carlo arithmetic: Parker 1997; Vignes, Mathematics and Computers in Simulation 1993).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import frexp, isfinite
from typing import Any

import numpy as np

from gradstone.execute.interpreter import InterpretedProgram
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph

Array = np.ndarray[Any, Any]
RUNS = 6
MOVED = 64.0  # units in the last place, so that the runs' own rounding does not count
EXACT = {"view", "index", "source"}  # kinds of rows that round nothing
UNITS = (2.0**10, 2.0**20, 2.0**30)  # in the last place, of how far places beside x lie apart
PLACES = np.array([0.0, 0.618, 1.854, 2.854, 3.708, 4.944, 5.562, 6.798])  # in no rhythm
PARABOLA = np.linalg.qr(np.vander(PLACES, 3))[0]


class Rounding:
    """A graph that is run with every number off a little."""

    def __init__(self, inputs: Sequence[Node], outputs: Sequence[Node]) -> None:
        """Lay the graph out; nothing is computed yet."""
        self.program = InterpretedProgram(Graph(tuple(inputs), tuple(outputs)), keep=True)
        self.nodes = list(self.program.places)
        self.constants = [
            place
            for place, value in enumerate(self.program.template)
            if isinstance(value, np.ndarray) and value.ndim
        ]

    def of(self, arrays: Sequence[Array], least: float = 0.0) -> list[Array]:
        """The standard deviation of each output from rounding alone.

        Args:
            arrays: values of the inputs.
            least: a relative rounding error that all numbers have at least, as float32's.
        """
        random = np.random.default_rng(0)
        plain = self.program.run(arrays)
        sums = [np.zeros(np.shape(plain[place])) for place in self.program.outputs]
        for _ in range(RUNS):
            slots = self._run(plain, len(arrays), random, least)
            for total, place in zip(sums, self.program.outputs, strict=True):
                with np.errstate(all="ignore"):
                    gap = (np.asarray(slots[place]) - plain[place]) / MOVED
                    total += np.where(np.isfinite(gap), gap, 0.0) ** 2
        return [np.sqrt(total / RUNS) for total in sums]

    def _run(
        self, plain: Sequence[Any], given: int, random: np.random.Generator, least: float
    ) -> list[Any]:
        """All slots of one run; decisions and whole numbers stay as they are."""
        slots = list(plain)
        with np.errstate(all="ignore"):
            for place in (*range(given), *self.constants):
                slots[place] = _moved(plain[place], random, least, plain[place] % 1 != 0)
            for function, sources, place, _ in self.program.instructions:
                if not _decides(self.nodes[place]):
                    value = function(*[slots[one] for one in sources])
                    exact = self.nodes[place].op.kind in EXACT
                    slots[place] = value if exact else _moved(value, random, least)
        return slots


def _decides(node: Node) -> bool:
    return node.dtype.kind != "f" or node.op.kind == "random" or node.op.name == "floor"


def _moved(value: Any, random: np.random.Generator, least: float, where: Any = True) -> Any:
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return value
    size = MOVED * max(least, float(np.finfo(array.dtype).eps))
    off = size * random.uniform(-1.0, 1.0, array.shape) * where
    return (array * (1.0 + off)).astype(array.dtype, copy=False)


def scatter(function: Callable[[float], float], x: float, epsilon: float) -> float:
    """The standard deviation of a function's values from rounding, beside x.

    It is called at uneven places some units in the last place apart; where it gives the same
    number over and over, further apart. What a parabola leaves of the values is rounding
    (after Moré, Wild: Estimating computational noise, SIAM J. Sci. Comput. 2011).

    Args:
        epsilon: the relative rounding error with which it computes.
    """
    if not isfinite(x):
        return 0.0
    unit = epsilon * 2.0 ** (frexp(x)[1] - 1)
    values = np.zeros(PLACES.size)
    for units in UNITS:
        values = np.array([function(x + place * units * unit) for place in PLACES.tolist()])
        if not np.isfinite(values).all():
            return 0.0
        if len(set(values.tolist())) > PLACES.size // 2:
            break
    values -= values[0]
    rest = values - PARABOLA @ (PARABOLA.T @ values)
    return float(np.sqrt(np.sum(rest**2) / (PLACES.size - 3)))
