"""Primitives that give, move, repeat, pick and join entries, and those that draw at random."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from operator import index as whole
from typing import Any

import numpy as np

from gradstone.data.philox import uniform
from gradstone.errors import KindError, RangeError, ShapeError
from gradstone.graph.node import Node, apply
from gradstone.graph.op import Op, register
from gradstone.ops.indices import index_of, kept_index
from gradstone.ops.table import Function, broadcast_shape, known, primitive

Attributes = Mapping[str, Any]
ANY = (-2.0, 2.0)


def _given(*_: Any, **__: Any) -> Any:
    raise AssertionError("the shape of a source stands in its node")


register(Op("input", "source", _given, latex="{0}", doc="A value given when the graph runs."))
register(Op("constant", "source", _given, latex="{0}", doc="A number, or an array captured."))


def axes(name: str, axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes as sorted numbers from 0; None means all; RangeError where there is no such axis."""
    if axis is None:
        return tuple(range(ndim))
    found = []
    for one in axis if isinstance(axis, tuple | list) else (axis,):
        if not -ndim <= whole(one) < ndim or one % ndim in found:
            wanted = f"the operand has {ndim} axes, each of which may be named once"
            raise RangeError(name, f"axis {axis} came", wanted)
        found.append(one % ndim)
    return tuple(sorted(found))


def one_axis(name: str, axis: Any, ndim: int) -> int:
    """One axis as a number from 0; KindError where it is not a whole number."""
    return axes(name, whole(axis), ndim)[0]


def _same_dtype(shape_of: Any) -> Any:
    return lambda x, **attributes: (shape_of(x, **attributes), x.dtype)


def _reshaped(x: Node, shape: Any) -> Attributes:
    sizes = tuple(map(whole, shape if isinstance(shape, tuple | list) else (shape,)))
    known = prod(size for size in sizes if size != -1)
    if sizes.count(-1) == 1 and known and x.size % known == 0:
        sizes = tuple(x.size // known if size == -1 else size for size in sizes)
    if prod(sizes) != x.size or min(sizes, default=0) < 0:
        wanted = f"{x.size} entries are wanted"
        raise ShapeError("reshape", f"{x.shape} to {sizes} came", wanted)
    return {"shape": sizes}


# fmt: off
reshape: Function = primitive(
    "reshape", kind="view",
    forward=lambda xp, x, shape: xp.reshape(x, shape),
    vjp=lambda g, y, x, shape: (reshape(g, shape=x.shape),),
    normal=_reshaped,
    result=_same_dtype(lambda x, shape: shape),
    latex=r"\operatorname{{reshape}}({0})", doc="The same entries, in row order, in another shape.",
)


def _permutation(x: Node, order: Any = None) -> Attributes:
    order = tuple(range(x.ndim))[::-1] if order is None else order
    kept = tuple(one_axis("transpose", i, x.ndim) for i in order)
    if sorted(kept) != list(range(x.ndim)):
        wanted = f"each of the {x.ndim} axes once is wanted"
        raise RangeError("transpose", f"order {order} came", wanted)
    return {"order": kept}


transpose: Function = primitive(
    "transpose", kind="view",
    forward=lambda xp, x, order: xp.transpose(x, order),
    vjp=lambda g, y, x, order: (transpose(g, order=tuple(np.argsort(order).tolist())),),
    normal=_permutation,
    result=_same_dtype(lambda x, order: tuple(x.shape[i] for i in order)),
    latex="{0:4}^{{T}}", excel="TRANSPOSE({0})", binds=3, doc="The axes in another order.",
)


def _broadcast_shape(x: Node, shape: Any) -> Attributes:
    wanted = tuple(map(whole, shape))
    if broadcast_shape("broadcast", x.shape, wanted) != wanted:
        raise ShapeError("broadcast", f"{x.shape} to {wanted} came", "sizes may only grow from 1")
    return {"shape": wanted}


broadcast: Function = primitive(
    "broadcast", kind="view",
    forward=lambda xp, x, shape: xp.broadcast_to(x, shape),
    vjp=lambda g, y, x, shape: (g,),  # gradient() sums over what was repeated
    normal=_broadcast_shape,
    result=_same_dtype(lambda x, shape: shape),
    latex="{0}", excel="{0}", doc="Entries repeated along new axes and axes of size 1.",
)


def _sliced(x: Node, index: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = np.broadcast_to(np.empty(()), x.shape)[index_of(index)].shape
    return shape


slice_: Function = primitive(
    "slice", kind="view",
    forward=lambda xp, x, index: x[index_of(index)],
    vjp=lambda g, y, x, index: (pad(g, shape=x.shape, index=index_of(index)),),
    normal=lambda x, index: {"index": kept_index("slice", x.shape, index)},
    result=_same_dtype(_sliced),
    latex="{0:4}", doc="Entries picked by whole numbers and slices, as x[0], x[:, 1:].",
)


def _place(x: Node, shape: Any, index: Any) -> Attributes:
    sizes = tuple(map(whole, shape))
    target = np.broadcast_to(np.empty(()), sizes)
    kept = kept_index("pad", sizes, index)
    if target[index_of(kept)].shape != x.shape:
        wanted = f"the slice holds {target[index_of(kept)].shape}"
        raise ShapeError("pad", f"an operand of shape {x.shape} came", wanted)
    return {"shape": sizes, "index": kept}


def _padded(xp: Any, x: Any, shape: Any, index: Any) -> Any:
    zeros = xp.zeros(shape, x.dtype)
    zeros[index_of(index)] = x
    return zeros


pad: Function = primitive(
    "pad", kind="index",
    forward=_padded,
    vjp=lambda g, y, x, shape, index: (apply("slice", g, index=index_of(index)),),
    normal=_place,
    result=_same_dtype(lambda x, shape, index: shape),
    latex=r"\operatorname{{pad}}({0})", doc="Zeros of a shape, with the operand at a slice of it.",
)


def _whole_numbers(name: str, indices: Node) -> None:
    if indices.dtype.kind != "i":
        raise KindError(name, f"indices of dtype {indices.dtype} came", "whole numbers are wanted")


def _taken_shape(x: Node, indices: Node, axis: int) -> tuple[tuple[int, ...], Any]:
    _whole_numbers("take", indices)
    return (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype


take: Function = primitive(
    "take", kind="index", exact=(0, 1),
    forward=lambda xp, x, indices, axis: xp.take(x, indices, axis=axis),
    vjp=lambda g, y, x, indices, axis: (
        scatter_add(g, indices, axis=axis, size=x.shape[axis]), None),
    normal=lambda x, indices, axis=0: {"axis": one_axis("take", axis, x.ndim)},
    domain=(ANY, (0.0, 3.0)),
    result=_taken_shape,
    latex="{0:4}_{{{1}}}", doc="Entries along an axis picked by an array of whole numbers.",
)


def _scattered(xp: Any, x: Any, indices: Any, axis: int, size: int) -> Any:
    count = np.ndim(indices)
    moved = xp.moveaxis(x, tuple(range(axis, axis + count)), tuple(range(count)))
    zeros = xp.zeros((size, *moved.shape[count:]), x.dtype)
    np.add.at(zeros, indices, moved)
    return np.moveaxis(zeros, 0, axis)


def _scatter(x: Node, indices: Node, size: int, axis: int = 0) -> Attributes:
    return {"axis": axes("scatter_add", axis, x.ndim - indices.ndim + 1)[0], "size": whole(size)}


def _scattered_shape(x: Node, indices: Node, axis: int, size: int) -> tuple[Any, Any]:
    _whole_numbers("scatter_add", indices)
    if x.shape[axis : axis + indices.ndim] != indices.shape:
        came = f"entries {x.shape} and indices {indices.shape} came"
        raise ShapeError("scatter_add", came, f"an entry for each index from axis {axis} is wanted")
    return (*x.shape[:axis], size, *x.shape[axis + indices.ndim :]), x.dtype


scatter_add: Function = primitive(
    "scatter_add", kind="index", exact=(0, 1),
    forward=_scattered,
    vjp=lambda g, y, x, indices, axis, size: (take(g, indices, axis=axis), None),
    normal=_scatter,
    result=_scattered_shape,
    domain=(ANY, (0.0, 3.0)),
    latex=r"\operatorname{{scatter}}_{{{1}}}({0})",
    doc="Zeros of a size along an axis, with entries added at the places that indices name.",
)


def _joined(*inputs: Node, axis: int) -> tuple[tuple[int, ...], Any]:
    first = inputs[0]
    for node in inputs:
        same = node.ndim == first.ndim and all(
            a == b for i, (a, b) in enumerate(zip(node.shape, first.shape, strict=True))
            if i != axis
        )
        if not same:
            came = f"{first.shape} and {node.shape} came"
            wanted = f"sizes apart from axis {axis} must be equal"
            raise ShapeError("concatenate", came, wanted)
    total = sum(node.shape[axis] for node in inputs)
    return (*first.shape[:axis], total, *first.shape[axis + 1 :]), first.dtype


def _parted(g: Node, y: Node, *inputs: Node, axis: int) -> tuple[Node, ...]:
    parts, start = [], 0
    for node in inputs:
        stop = start + node.shape[axis]
        parts.append(apply("slice", g, index=(slice(None),) * axis + (slice(start, stop),)))
        start = stop
    return tuple(parts)


concatenate: Function = primitive(
    "concatenate", kind="index",
    forward=lambda xp, *inputs, axis: xp.concatenate(inputs, axis=axis),
    vjp=_parted,
    normal=lambda *inputs, axis=0: {"axis": one_axis("concatenate", axis, inputs[0].ndim)},
    domain=(),
    result=_joined,
    latex=r"\operatorname{{join}}({0})", doc="Arrays joined along an axis that is there already.",
)
size: Function = primitive(
    "size", kind="view", exact=(0,),
    forward=lambda xp, x, axis, dtype: dtype.type(x.shape[axis]),
    vjp=lambda g, y, x, axis, dtype: (None,),
    normal=lambda x, axis=0, dtype=None: {
        "axis": one_axis("size", axis, x.ndim),
        "dtype": known("size", dtype or (x.dtype if x.dtype.kind == "f" else np.int64))},
    result=lambda x, axis, dtype: ((), dtype),
    latex="N", doc="How many entries an axis has, as a number: the N of a mean over samples.",
)
random_uniform: Function = primitive(
    "random_uniform", kind="random", exact=(0,),
    forward=lambda xp, step, seed, stream, shape, dtype: uniform(
        seed, stream, int(step), shape, dtype),
    vjp=lambda g, y, step, **_: (None,),
    normal=lambda step, seed, stream, shape, dtype: {
        "seed": whole(seed), "stream": whole(stream), "shape": tuple(map(whole, shape)),
        "dtype": known("random_uniform", dtype)},
    result=lambda step, seed, stream, shape, dtype: (shape, dtype),
    latex="u", doc="Numbers in [0, 1), a pure function of (seed, stream, step) by Philox.",
)
# fmt: on
