"""A Python function becomes a graph: it is called once, on nodes in place of arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, signature
from typing import Any

import numpy as np

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.errors import GradstoneError, KindError, RangeError, TraceError
from gradstone.graph.check import check
from gradstone.graph.node import Node, constant, input_node, known_dtype
from gradstone.graph.roles import recording
from gradstone.graph.walk import Graph, walk

Tree = Any
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Traced:
    """A function on some arguments, as a graph.

    Attributes:
        graph: its inputs are the arrays among the arguments, its output the function's.
        arrays: the values of the inputs.
        places: for each argument that is differentiated, the inputs it became, as a tree.
        outer: inputs that stand for nodes of another trace, inside of which this one is.
        inside: whether there is such another trace.
    """

    graph: Graph
    arrays: tuple[Array, ...]
    places: dict[int, Tree]
    outer: dict[Node, Node]
    inside: bool

    def kept(self) -> Traced:
        """The same, whatever the caller does to the arrays later."""
        return replace(self, arrays=tuple(array.copy() for array in self.arrays))


def leaves(tree: Tree) -> Iterator[Any]:
    """The leaves of nested dictionaries, lists and tuples, in order."""
    if isinstance(tree, dict):
        for part in tree.values():
            yield from leaves(part)
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from leaves(part)
    else:
        yield tree


def mapped(rule: Callable[[Any], Any], tree: Tree) -> Tree:
    """The tree with a rule applied to each leaf."""
    if isinstance(tree, dict):
        return {key: mapped(rule, part) for key, part in tree.items()}
    if isinstance(tree, list | tuple):
        parts = [mapped(rule, part) for part in tree]
        return tuple(parts) if isinstance(tree, tuple) else parts
    return rule(tree)


def trace(function: Callable[..., Any], arguments: Sequence[Any], argnums: Sequence[int]) -> Traced:
    """The graph of a function on these arguments.

    Args:
        function: ordinary Python on gs functions, operators and NumPy's own ufuncs.
        arguments: arrays and numbers, also nested in dictionaries, lists and tuples.
            Arrays become inputs; numbers outside argnums, strings and None stay as they are.
        argnums: positions of the arguments that are differentiated; whole numbers among
            them become float64.

    Raises:
        TraceError: the function did something that a graph cannot record.
        RangeError: a position that is not there.
    """
    inputs: dict[Node, Array] = {}
    outer: dict[Node, Node] = {}
    roles: dict[Node, str] = {}
    names = _names(function, len(arguments))

    def symbol(value: Any, name: str, differentiated: bool) -> Any:
        if not differentiated and not isinstance(value, np.ndarray):
            return value
        if isinstance(value, Node):  # its own symbol: another use of it is held constant
            node = input_node(value.shape, value.dtype)
            outer[node] = value
            return node
        array = _array(value, name, differentiated)
        node = input_node(array.shape, array.dtype)
        inputs[node], roles[node] = array, name
        return node

    for position in argnums:
        if not -len(arguments) <= position < len(arguments):
            wanted = f"the function was given {len(arguments)} arguments"
            raise RangeError("argnums", f"position {position} came", wanted)
    chosen = {position % len(arguments) for position in argnums}
    symbols = [_symbols(symbol, value, names[i], i in chosen) for i, value in enumerate(arguments)]
    with recording() as given:
        output = _called(function, symbols)
    output = output if isinstance(output, Node) else _constant(output)
    graph = Graph((*inputs, *outer), (output,), {**given, **roles})
    places = {i: symbols[i] for i in sorted(chosen)}
    inside = bool(outer) or _reaches_out(graph)
    graph = graph if inside else check(graph)
    return Traced(graph, tuple(inputs.values()), places, outer, inside)


def _reaches_out(graph: Graph) -> bool:
    """Whether a function uses nodes of another one, inside of which it is traced."""
    given = set(graph.inputs)
    return any(node.op.name == "input" and node not in given for node in walk(graph.outputs))


def _symbols(symbol: Callable[..., Any], tree: Tree, name: str, differentiated: bool) -> Tree:
    if isinstance(tree, dict):
        return {k: _symbols(symbol, part, str(k), differentiated) for k, part in tree.items()}
    if isinstance(tree, list | tuple) and not _is_array_like(tree):
        parts = [
            _symbols(symbol, part, f"{name}[{i}]", differentiated) for i, part in enumerate(tree)
        ]
        return tuple(parts) if isinstance(tree, tuple) else parts
    return symbol(tree, name, differentiated)


def _is_array_like(tree: Sequence[Any]) -> bool:
    """A list of numbers, or of such lists, stands for an array; a list of arrays is a tree."""
    numbers = (bool, int, float, np.number)
    return isinstance(tree, list) and all(
        isinstance(part, numbers) or (isinstance(part, list) and _is_array_like(part))
        for part in tree
    )


def _array(value: Any, name: str, differentiated: bool) -> Array:
    try:
        array = np.asarray(value)
        dtype = known_dtype(array)
    except (KindError, ValueError) as error:
        came = f"{type(value).__name__} came ({error})"
        raise KindError(f"argument {name}", came, "an array of numbers is wanted") from error
    if differentiated and dtype.kind in "bi":
        dtype = np.dtype(np.float64)
    return array.astype(dtype, copy=False)


def _names(function: Callable[..., Any], count: int) -> list[str]:
    try:
        parameters = list(signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    plain = [one.name for one in parameters if one.kind is not Parameter.VAR_POSITIONAL]
    return [plain[i] if i < len(plain) else f"argument{i}" for i in range(count)]


def _called(function: Callable[..., Any], symbols: Sequence[Any]) -> Any:
    name = getattr(function, "__name__", "the function")
    try:
        return function(*symbols)
    except GradstoneError:
        raise
    except (TypeError, AttributeError) as error:
        advice = "Write it with gs functions, operators and @."
        wanted = "what a graph can record is wanted"
        raise TraceError(name, f"{type(error).__name__}: {error}", wanted, advice) from error


def _constant(value: Any) -> Node:
    try:
        return constant(value)
    except (GradstoneError, ValueError) as error:
        came = f"{type(value).__name__} came back"
        raise TraceError("the function", came, "an array or number is wanted") from error
