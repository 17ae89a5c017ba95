"""A function as an audit sees it: its value by its graph or as a black box, its own gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.checking.arguments import Arguments
from gradstone.checking.numeric import scalar
from gradstone.checking.planting import Subject, recognised
from gradstone.checking.rounding import Rounding
from gradstone.errors import DataError
from gradstone.execute.interpreter import Interpreter
from gradstone.functions.trace import Traced, leaves, trace
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph

Array = np.ndarray[Any, Any]
Arrays = Sequence[Array]
Rounded = Callable[[float], Arrays]


@dataclass(frozen=True, slots=True)
class Tracing:
    """A function as a graph, and how arrays become the values of its inputs."""

    graph: Graph
    fixed: tuple[Array, ...]
    subject: Subject

    def given(self, arrays: Arrays) -> list[Array]:
        """Values of the graph's inputs, with these for what is differentiated."""
        found = dict(zip(self.subject.wrt, arrays, strict=True))
        pairs = zip(self.graph.inputs, self.fixed, strict=True)
        return [found.get(node, value) for node, value in pairs]

    def compiled(self, outputs: Sequence[Node]) -> Callable[[Arrays], list[Array]]:
        """The outputs as a function of what is differentiated."""
        program = Interpreter().compile(Graph(self.graph.inputs, tuple(outputs)))
        return lambda arrays: program(*self.given(arrays))


@dataclass(frozen=True, slots=True)
class Model:
    """What is audited.

    Attributes:
        value: the function, of the arrays that are differentiated; it never changes them.
        middle: its value at the point.
        own: Gradstone's gradient of it, where it could be traced. tracing: its graph.
        reason: why it could not be traced. changed: titles of arguments f changed in place.
        rounding: how far rounding puts each entry of its own gradient off at the point, at
            least as far as the relative error that is given does.
        scale: the largest magnitude among its value and its arguments, and 1.
        noise: how far rounding puts its value off, where it could be traced.
    """

    value: Callable[[Arrays], float]
    middle: float
    own: Callable[[Arrays], list[Array]] | None
    tracing: Tracing | None
    reason: str
    changed: tuple[str, ...]
    scale: float
    rounding: Rounded | None = None
    noise: float | None = None


def modelled(f: Callable[..., Any], arguments: Arguments, rate: float | None = None) -> Model:
    """A function as an audit sees it.

    Raises:
        What f raises; KindError, ShapeError: it does not return a number. DataError: its
        value is not finite, or differs between two calls.
    """
    middle, changed = watched(f, arguments, arguments.arrays)
    value = scalar(middle)
    again = scalar(f(*arguments.filled(arguments.arrays)))
    if not np.isfinite(value):
        raise DataError("the function", f"{value} came at the point", "a finite value is wanted")
    if value != again:
        came = f"{value!r} and {again!r} came for equal arguments"
        wanted = "the same value each time is wanted"
        raise DataError("the function", came, wanted, "Draw random numbers outside of it.")
    scale = largest([1.0, value, *arguments.arrays])
    tracing, nodes, reason = _traced(f, arguments, rate, value)
    if tracing is None:
        return Model(_black_box(f, arguments), value, None, None, reason, changed, scale)
    output, slopes = nodes[:1], nodes[1:]
    box, own = _of_program(tracing.compiled(output)), tracing.compiled(slopes)
    noise, rounding = _rounding(tracing, nodes, arguments.arrays)
    return Model(box, value, own, tracing, "", changed, scale, rounding, noise)


def watched(
    f: Callable[..., Any], arguments: Arguments, arrays: Arrays
) -> tuple[Any, tuple[str, ...]]:
    """What a function returns, and the titles of the arguments that it changed in place."""
    given = arguments.filled(arrays)
    before = [_bytes(tree) for tree in given]
    result = f(*given)
    after = [_bytes(tree) for tree in given]
    pairs = zip(arguments.titles, before, after, strict=True)
    return result, tuple(title for title, one, other in pairs if one != other)


def _bytes(tree: Any) -> list[bytes]:
    return [leaf.tobytes() for leaf in leaves(tree) if isinstance(leaf, np.ndarray)]


def largest(arrays: Sequence[Any]) -> float:
    """The largest finite magnitude of the real numbers with a fraction among some arrays."""
    found = [np.abs(np.asarray(one)) for one in arrays if np.asarray(one).dtype.kind == "f"]
    sizes = [np.max(one, initial=0.0, where=np.isfinite(one)) for one in found]
    return float(max(sizes, default=0.0))


def _of_program(program: Callable[[Arrays], list[Array]]) -> Callable[[Arrays], float]:
    return lambda arrays: float(program(arrays)[0])


def _rounding(tracing: Tracing, nodes: Sequence[Node], arrays: Arrays) -> tuple[float, Rounded]:
    """How far rounding puts the first node off, a number, and the others."""
    program, given = Rounding(tracing.graph.inputs, nodes), tracing.given(arrays)
    first, *others = program.of(given)
    return float(first), lambda least: program.of(given, least)[1:] if least else others


def _black_box(f: Callable[..., Any], arguments: Arguments) -> Callable[[Arrays], float]:
    return lambda arrays: scalar(f(*arguments.filled(arrays)))


def _traced(
    f: Callable[..., Any], arguments: Arguments, rate: float | None, value: float
) -> tuple[Tracing | None, Sequence[Node], str]:
    """The function's graph, its output as it was written and the gradient of that."""
    # whatever f does with nodes in place of arrays, it already worked on arrays
    try:
        traced = trace(f, arguments.filled(arguments.arrays), arguments.chosen)
        tracing = _tracing(traced, arguments, rate)
        (output,) = traced.graph.outputs
        nodes = (output, *gradient(output, tracing.subject.wrt))
        found = float(tracing.compiled(nodes)(arguments.arrays)[0])
    except Exception as error:
        return None, (), str(error)
    if not np.isclose(found, value, rtol=1e-9, atol=1e-300):
        return None, (), f"its graph gives {found!r}, the function itself {value!r}"
    return tracing, nodes, ""


def _tracing(traced: Traced, arguments: Arguments, rate: float | None) -> Tracing:
    wrt: tuple[Node, ...] = tuple(leaves([traced.places[i] for i in arguments.chosen]))
    graph = recognised(traced.graph)
    names = dict(zip(wrt, arguments.names, strict=True))
    (output,) = graph.outputs
    return Tracing(graph, traced.arrays, Subject(output, wrt, names, graph.inputs, rate))
