"""How a row comes into the table: `primitive` and `defined`, and no third way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any

import numpy as np

from gradstone.errors import KindError, ShapeError
from gradstone.graph.node import DTYPES, Node, apply
from gradstone.graph.op import Op, register

Rule = Callable[..., Any]
Function = Callable[..., Node]
Result = tuple[tuple[int, ...], np.dtype[Any]]
ANY = ((-2.0, 2.0),)


def broadcast_shape(name: str, *shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape NumPy broadcasts these to; ShapeError where it cannot."""
    if len(set(shapes)) == 1:
        return shapes[0]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        came = " and ".join(map(str, shapes))
        wanted = "sizes from the right must be equal or 1"
        raise ShapeError(name, f"shapes {came} do not broadcast", wanted, "Reshape one?") from None


def known(name: str, dtype: Any) -> np.dtype[Any]:
    """A dtype that graphs know, from what NumPy takes for one; KindError for others."""
    found: np.dtype[Any] = np.dtype(dtype)
    if found not in DTYPES:
        raise KindError(name, f"dtype {found} came", "bool, int64, float32 or float64 is wanted")
    return found


def elementwise(name: str, dtype: Any = None, position: int = 0) -> Callable[..., Result]:
    """The result rule of element-wise rows: broadcast shape; the dtype of the inputs."""

    def result(*inputs: Node) -> Result:
        shape = broadcast_shape(name, *(node.shape for node in inputs))
        return shape, inputs[position].dtype if dtype is None else np.dtype(dtype)

    return result


def primitive(
    name: str,
    *,
    forward: Rule,
    vjp: Rule,
    kind: str = "elementwise",
    result: Callable[..., Result] | None = None,
    **columns: Any,
) -> Function:
    """Add a primitive row and return its function; `columns` are those of `Op`."""
    columns["tags"] = frozenset(columns.get("tags", ()))
    columns["names"] = _attribute_names(forward, columns)
    rule = result or elementwise(name)
    register(Op(name, kind, rule, forward=forward, vjp=vjp, **columns))
    return _function(name)


def _attribute_names(forward: Rule, columns: Mapping[str, Any]) -> tuple[str, ...]:
    """What follows the operands in the rule that reads the caller's arguments."""
    rule = columns.get("normal")
    parameters = list(signature(rule or forward).parameters.values())[0 if rule else 1 :]
    named = [one.name for one in parameters if one.kind is not Parameter.VAR_POSITIONAL]
    return tuple(named[len(columns.get("domain", ANY)) :])


def _function(name: str) -> Function:
    def call(*inputs: Any, **attributes: Any) -> Node:
        return apply(name, *inputs, **attributes)

    call.__name__ = name
    return call


def defined(
    *,
    inputs: int = 1,
    check: Callable[..., None] | None = None,
    vjp: Rule | None = None,
    **columns: Any,
) -> Callable[[Function], Function]:
    """Add the decorated function as a row defined in other ops.

    Args:
        inputs: how many operands come first; what follows are attributes with defaults.
        check: (*inputs, **attributes) -> None, raising what is wrong with the operands.
        vjp: a derivative by hand; without it that of the expansion serves.
        columns: those of `Op`.
    """

    def enter(function: Function) -> Function:
        name = function.__name__.rstrip("_")
        names = function.__code__.co_varnames[inputs : function.__code__.co_argcount]
        defaults = dict(zip(names, function.__defaults__ or (), strict=True))

        def normal(*nodes: Node, **attributes: Any) -> Mapping[str, Any]:
            if len(nodes) != inputs or not attributes.keys() <= defaults.keys():
                options = "".join(f", {key}={value!r}" for key, value in defaults.items())
                wanted = f"{inputs} operands{options} are wanted"
                raise TypeError(f"{len(nodes)} operands and {sorted(attributes)} came, {wanted}")
            if check:
                check(*nodes, **attributes)
            return {**defaults, **attributes}

        def result(*nodes: Node, **attributes: Any) -> Result:
            expansion = function(*nodes, **attributes)
            return expansion.shape, expansion.dtype

        columns["tags"] = frozenset(columns.get("tags", ()))
        columns["domain"] = columns.get("domain", ANY * inputs)
        columns["doc"] = columns.get("doc") or (function.__doc__ or "").strip()
        rules: dict[str, Any] = {"vjp": vjp, "expand": function, "normal": normal}
        register(Op(name, "defined", result, names=names, **rules, **columns))
        return _function(name)

    return enter


class Operand(str):
    """Text of an operand and how strongly it binds; it brackets itself where it must.

    In a template `{0:2}` asks for strength 2 (a product) or more; `{0}` is a place that
    protects its operand itself, as an exponent does.
    """

    __slots__ = ("binds",)
    binds: int

    def __new__(cls, text: str, binds: int = 4) -> Operand:
        """The text with its strength: 1 sum, 2 product, 3 power, 4 atom."""
        made = super().__new__(cls, text)
        made.binds = binds
        return made

    def __format__(self, least: str) -> str:
        return rf"\left({self}\right)" if least and self.binds < int(least) else str(self)
