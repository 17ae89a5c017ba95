"""A function to descend on: its value, its gradient, the one that is followed, its curvature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import signature
from math import isfinite, nan
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import simplify
from gradstone.checking.numeric import numeric_gradient, scalar
from gradstone.descent.form import Array, Form, flattened
from gradstone.errors import DataError, GradstoneError, NoGradientError, ShapeError, TraceError
from gradstone.execute.executor import Program
from gradstone.execute.interpreter import Interpreter
from gradstone.functions.trace import trace
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.walk import Graph
from gradstone.training.guard import culprit

MOST_CURVED = 64
"""Up to so many entries second derivatives are computed."""
CURVED_STEP = 2.0**-13


@dataclass(slots=True)
class Problem:
    """A function on points with all entries in a row, float64 (size,).

    Attributes:
        function: as the user gave it. form: how it takes its point.
        graph: its inputs are the arguments, its output the value; None for a black box.
        offered: the gradient to follow where it is not the graph's: row -> row.
        fault: what a black box raised last, in words.
    """

    function: Callable[..., Any]
    form: Form
    graph: Graph | None
    offered: Callable[[Array], Array] | None = None
    fault: str = ""
    programs: dict[str, Program] = field(default_factory=dict)

    def value(self, flat: Array) -> float:
        """f; NaN where it has none."""
        if self.graph is None:
            return self._called(flat)
        return float(self._program("value")(*self.form.parts(flat))[0])

    def followed(self, flat: Array) -> tuple[float, Array]:
        """f and the gradient that the descent follows; NaN where there is none."""
        if self.offered is None:
            return self.both(flat)
        value = self.value(flat)
        return value, self.offered(flat) if isfinite(value) else np.full(flat.shape, nan)

    def both(self, flat: Array) -> tuple[float, Array]:
        """f and its own gradient: the graph's, or from differences."""
        if self.graph is None:
            return self._called(flat), self.differences(flat)
        value, *slopes = self._program("both")(*self.form.parts(flat))
        return float(value), flattened(slopes)

    def curvature(self, flat: Array) -> Array | None:
        """The Hessian, symmetric (size, size); None where there are too many entries."""
        if flat.size > MOST_CURVED:
            return None
        if self.graph is None:
            return self._curved_box(flat)
        parts, along = self.form.parts(flat), self._program("curvature")
        ways = [self.form.parts(way) for way in np.eye(flat.size)]
        found = np.array([flattened(along(*parts, *way)) for way in ways])
        return np.asarray((found + found.T) / 2.0)

    def differences(self, flat: Array) -> Array:
        """The gradient from central differences; NaN where there is none."""
        try:
            found: Array = numeric_gradient(self.value, flat).gradient
        except DataError:
            return np.full(flat.shape, nan)
        return found

    def reason(self, flat: Array) -> str:
        """Where a value that is not finite began, as "log(-0.3) = nan"."""
        if self.graph is None:
            self._called(flat)
            return self.fault
        slopes = gradient(self.graph.outputs[0], self.graph.inputs)
        parts = self.form.parts(flat)
        told = culprit(self.graph, parts)
        told = told or culprit(Graph(self.graph.inputs, slopes, self.graph.roles), parts)
        return told.partition(": ")[2]

    def _called(self, flat: Array) -> float:
        """A black box's value on arguments of its own; what it raises on the way counts as NaN."""
        try:
            with np.errstate(all="ignore"):
                value = scalar(self.function(*self.form.arguments(flat)))
        except (GradstoneError, TypeError):
            raise
        except (ValueError, ArithmeticError) as error:
            self.fault = f"{type(error).__name__}: {error}"
            return nan
        self.fault = "" if isfinite(value) else f"the function gave {value}"
        return value

    def _curved_box(self, flat: Array) -> Array:
        """Second differences; step ε^(1/4) · max(1, |x|) (Nocedal and Wright 2006, 8.1)."""
        steps = CURVED_STEP * np.maximum(1.0, np.abs(flat))
        found, size = np.zeros((flat.size, flat.size)), flat.size
        for i in range(size):
            for j in range(i + 1):
                a, b = np.eye(size)[i] * steps[i], np.eye(size)[j] * steps[j]
                corners = [self.value(flat + s * a + t * b) for s in (1, -1) for t in (1, -1)]
                bent = corners[0] - corners[1] - corners[2] + corners[3]
                found[i, j] = found[j, i] = bent / (4.0 * steps[i] * steps[j])
        return found

    def _program(self, name: str) -> Program:
        if name not in self.programs:
            assert self.graph is not None
            made = simplify(self._graph(name, self.graph))
            self.programs[name] = Interpreter().compile(made)
        return self.programs[name]

    def _graph(self, name: str, graph: Graph) -> Graph:
        if name == "value":
            return graph
        slopes = gradient(graph.outputs[0], graph.inputs)
        if name == "both":
            return Graph(graph.inputs, (*graph.outputs, *slopes))
        ways = [input_node(one.shape, one.dtype) for one in graph.inputs]
        along = total([(slope * way).sum() for slope, way in zip(slopes, ways, strict=True)])
        return Graph((*graph.inputs, *ways), gradient(along, graph.inputs))


def total(nodes: Sequence[Node]) -> Node:
    """The sum of some nodes."""
    found = nodes[0]
    for one in nodes[1:]:
        found = apply("add", found, one)
    return found


def traced(function: Callable[..., Any], form: Form, flat: Array) -> Graph:
    """A function as a graph of its arguments, all float64.

    Raises:
        TraceError: it does what a graph cannot record. ShapeError: it gives an array.
        NoGradientError: it has no gradient.
    """
    arguments = form.parts(flat)
    try:
        found = trace(function, arguments, range(len(arguments)))
    except TraceError as error:
        advice = ' Or give grad="numeric", which calls it with plain numbers.'
        error.args = (f"{error.args[0]}{advice}",)
        raise
    graph = found.graph
    output = graph.outputs[0]
    if output.shape:
        came = f"an array of shape {output.shape} came back"
        raise ShapeError("the function", came, "a single number is wanted", "Sum it first.")
    if output.dtype.kind != "f":
        came = f"{output.dtype} came back"
        raise NoGradientError("the function", came, "a float that changes with x is wanted")
    if output.dtype != np.float64:
        output = apply("cast", output, dtype="float64")
    roles = {**graph.roles, **dict(zip(graph.inputs, form.names, strict=True))}
    return Graph(graph.inputs, (output,), roles)


def check_arguments(subject: str, given: Callable[..., Any], form: Form) -> None:
    """ShapeError where a function takes another number of arguments than the point has."""
    try:
        taken = signature(given)
    except (TypeError, ValueError):
        return  # it does not tell
    try:
        taken.bind(*form.names)
    except TypeError as error:
        came, names = f"a function of {str(taken)[:60]} came", ", ".join(form.names)
        advice = "A tuple as start, (1.0, 2.0), means f(x, y); a list or an array means f(x)."
        raise ShapeError(subject, came, f"one of ({names}) is wanted", advice) from error


def own_gradient(given: Callable[..., Any], form: Form) -> Callable[[Array], Array]:
    """A gradient of the user's own as a function of a row of entries.

    Raises:
        ShapeError: one that takes another number of arguments.
    """
    check_arguments("grad", given, form)

    def followed(flat: Array) -> Array:
        try:
            with np.errstate(all="ignore"):
                came = given(*form.arguments(flat))
        except (ValueError, ArithmeticError) as error:
            if isinstance(error, GradstoneError):
                raise
            return np.full(flat.shape, nan)
        return form.flat(came, "grad")

    return followed
