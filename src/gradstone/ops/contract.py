"""Primitives that sum: matrix products, sums and largest entries along axes."""

from __future__ import annotations

from collections.abc import Mapping
from operator import index as whole
from typing import Any

from gradstone.errors import ShapeError
from gradstone.graph.node import Node, apply
from gradstone.ops.elementwise import cast, equal
from gradstone.ops.shapes import axes, reshape, transpose
from gradstone.ops.table import Function, broadcast_shape, primitive


def _kept_shape(x: Node, axis: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(1 if i in axis else n for i, n in enumerate(x.shape))


def _reduced(x: Node, axis: tuple[int, ...], keepdims: bool) -> tuple[tuple[int, ...], Any]:
    shape = _kept_shape(x, axis)
    return (shape if keepdims else tuple(n for i, n in enumerate(shape) if i not in axis)), x.dtype


def _reduction(name: str) -> Any:
    def normal(x: Node, axis: Any = None, keepdims: bool = False) -> Mapping[str, Any]:
        return {"axis": axes(name, axis, x.ndim), "keepdims": bool(whole(keepdims))}

    return normal


def _spread(value: Node, x: Node, axis: tuple[int, ...]) -> Node:
    return reshape(value, shape=_kept_shape(x, axis))


def _repeated(g: Node, y: Node, x: Node, axis: tuple[int, ...], keepdims: bool) -> tuple[Node]:
    return (apply("broadcast", _spread(g, x, axis), shape=x.shape),)


def _shared(g: Node, y: Node, x: Node, axis: tuple[int, ...], keepdims: bool) -> tuple[Node]:
    hits = cast(equal(x, _spread(y, x, axis)), dtype=x.dtype)
    return (_spread(g, x, axis) * hits / apply("sum", hits, axis=axis, keepdims=True),)


def _largest(x: Node, axis: tuple[int, ...], keepdims: bool) -> tuple[tuple[int, ...], Any]:
    if any(x.shape[i] == 0 for i in axis):
        raise ShapeError("max", f"an empty axis of {x.shape} came", "at least one entry is wanted")
    return _reduced(x, axis, keepdims)


def _matched(a: Node, b: Node) -> tuple[tuple[int, ...], Any]:
    if min(a.ndim, b.ndim) == 0:
        wanted = "both need at least one axis"
        raise ShapeError("matmul", f"{a.shape} @ {b.shape} came", wanted, "Write * for a number.")
    inner = (a.shape[-1], b.shape[-2 if b.ndim > 1 else 0])
    if inner[0] != inner[1]:
        came = f"inner sizes differ, {a.shape} @ {b.shape}"
        wanted = f"{inner[0]} is not {inner[1]}"
        raise ShapeError("matmul", came, wanted, "Transpose one operand?")
    outer = broadcast_shape("matmul", a.shape[:-2], b.shape[:-2])
    return (*outer, *a.shape[-2:-1], *(b.shape[-1:] if b.ndim > 1 else ())), a.dtype


def _swapped(x: Node) -> Node:
    return transpose(x, order=(*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def _as_matrices(g: Node, a: Node, b: Node) -> tuple[Node, Node, Node]:
    left = reshape(a, shape=(1, *a.shape)) if a.ndim == 1 else a
    right = reshape(b, shape=(*b.shape, 1)) if b.ndim == 1 else b
    outer = broadcast_shape("matmul", left.shape[:-2], right.shape[:-2])
    return reshape(g, shape=(*outer, left.shape[-2], right.shape[-1])), left, right


def _product_vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
    if a.ndim == b.ndim == 2:
        return matmul(g, transpose(b)), matmul(transpose(a), g)
    g, left, right = _as_matrices(g, a, b)
    da, db = matmul(g, _swapped(right)), matmul(_swapped(left), g)
    vector_a = reshape(da, shape=(*da.shape[:-2], a.shape[0])) if a.ndim == 1 else da
    return vector_a, reshape(db, shape=(*db.shape[:-2], b.shape[0])) if b.ndim == 1 else db


# fmt: off
sum_: Function = primitive(
    "sum", kind="reduction", accepts="number", folds="add",
    forward=lambda xp, x, axis, keepdims: xp.sum(x, axis=axis, keepdims=keepdims),
    vjp=_repeated,
    normal=_reduction("sum"),
    result=_reduced,
    latex=r"\sum {0:2}", excel="SUM({0})", binds=1, doc="The sum along axes, or of all entries.",
)
max_: Function = primitive(
    "max", kind="reduction", accepts="number", folds="maximum",
    forward=lambda xp, x, axis, keepdims: xp.max(x, axis=axis, keepdims=keepdims),
    vjp=_shared,
    normal=_reduction("max"),
    result=_largest,
    latex=r"\max {0:2}", excel="MAX({0})", binds=1,
    doc="The largest entry along axes, or of all; ties share the gradient.",
)
matmul: Function = primitive(
    "matmul", kind="product", accepts="number",
    forward=lambda xp, a, b: xp.matmul(a, b),
    vjp=_product_vjp,
    result=_matched,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    latex=r"{0:2}\,{1:2}", excel="MMULT({0},{1})", binds=2,
    doc="The matrix product as NumPy's @: vectors, matrices and stacks of them.",
)
# fmt: on
