"""Primitives that give, move, repeat, pick and join entries, and those that draw at random."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from gradstone.data.philox import uniform
from gradstone.errors import RangeError, ShapeError
from gradstone.graph.node import Node, apply
from gradstone.graph.op import Op, register
from gradstone.ops.table import Function, broadcast_shape, primitive

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
        if not -ndim <= one < ndim:
            raise RangeError(name, f"axis {one} came", f"the operand has {ndim} axes")
        found.append(one % ndim)
    return tuple(sorted(set(found)))


def _same_dtype(shape_of: Any) -> Any:
    return lambda x, **attributes: (shape_of(x, **attributes), x.dtype)


def _reshaped(x: Node, shape: Any) -> Attributes:
    sizes = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    known = prod(size for size in sizes if size != -1)
    if -1 in sizes and known and x.size % known == 0:
        sizes = tuple(x.size // known if size == -1 else size for size in sizes)
    if prod(sizes) != x.size or min(sizes, default=0) < 0:
        wanted = f"{x.size} entries are wanted"
        raise ShapeError("reshape", f"{x.shape} to {tuple(shape)} came", wanted)
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
    kept = tuple(range(x.ndim))[::-1] if order is None else tuple(int(i) % x.ndim for i in order)
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
    wanted = tuple(shape)
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


def _index(x: Node, index: Any) -> Attributes:
    given = index if isinstance(index, tuple) else (index,)
    if not all(isinstance(part, int | np.integer | slice) or part is None for part in given):
        wanted = "whole numbers, slices and None are wanted"
        raise RangeError("slice", f"index {index!r} came", wanted, "Write gs.take for arrays.")
    if sum(part is not None for part in given) > x.ndim:
        raise RangeError("slice", f"{len(given)} indices came", f"the operand has {x.ndim} axes")
    kept: list[tuple[Any, ...]] = []
    axis = 0
    for part in given:
        size = x.shape[axis] if part is not None else 1
        axis += part is not None
        if isinstance(part, slice):
            kept.append(("slice", *part.indices(size)))
        elif part is None:
            kept.append(("new",))
        elif -size <= part < size:
            kept.append(("at", int(part) % size))
        else:
            raise RangeError("slice", f"index {part} came", f"the axis has {size} entries")
    return {"index": tuple(kept)}


def index_of(kept: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    """A slice row's attribute as NumPy's index."""
    return tuple(_part(part) for part in kept)


def _part(part: tuple[Any, ...]) -> Any:
    if part[0] == "slice":
        _, start, stop, step = part
        return slice(start, None if stop < 0 else stop, step)
    return None if part[0] == "new" else part[1]


def _sliced(x: Node, index: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = np.broadcast_to(np.empty(()), x.shape)[index_of(index)].shape
    return shape


slice_: Function = primitive(
    "slice", kind="view",
    forward=lambda xp, x, index: x[index_of(index)],
    vjp=lambda g, y, x, index: (pad(g, shape=x.shape, index=index),),
    normal=_index,
    result=_same_dtype(_sliced),
    latex="{0:4}", doc="Entries picked by whole numbers and slices, as x[0], x[:, 1:].",
)


def _padded(xp: Any, x: Any, shape: Any, index: Any) -> Any:
    zeros = xp.zeros(shape, x.dtype)
    zeros[index_of(index)] = x
    return zeros


pad: Function = primitive(
    "pad", kind="index",
    forward=_padded,
    vjp=lambda g, y, x, shape, index: (apply("slice", g, index=index_of(index)),),
    result=_same_dtype(lambda x, shape, index: shape),
    latex=r"\operatorname{{pad}}({0})", doc="Zeros of a shape, with the operand at a slice of it.",
)


def _taken_shape(x: Node, indices: Node, axis: int) -> tuple[tuple[int, ...], Any]:
    return (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype


take: Function = primitive(
    "take", kind="index", exact=(0, 1),
    forward=lambda xp, x, indices, axis: xp.take(x, indices, axis=axis),
    vjp=lambda g, y, x, indices, axis: (
        scatter_add(g, indices, axis=axis, size=x.shape[axis]), None),
    normal=lambda x, indices, axis=0: {"axis": axes("take", axis, x.ndim)[0]},
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


def _scattered_shape(x: Node, indices: Node, axis: int, size: int) -> tuple[Any, Any]:
    return (*x.shape[:axis], size, *x.shape[axis + indices.ndim :]), x.dtype


scatter_add: Function = primitive(
    "scatter_add", kind="index", exact=(0, 1),
    forward=_scattered,
    vjp=lambda g, y, x, indices, axis, size: (take(g, indices, axis=axis), None),
    result=_scattered_shape,
    domain=(ANY, (0.0, 3.0)),
    latex=r"\operatorname{{scatter}}({0})",
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
    normal=lambda *inputs, axis=0: {"axis": axes("concatenate", axis, inputs[0].ndim)[0]},
    domain=(),
    result=_joined,
    latex=r"\operatorname{{join}}({0})", doc="Arrays joined along an axis that is there already.",
)
size: Function = primitive(
    "size", kind="view", exact=(0,),
    forward=lambda xp, x, axis, dtype: dtype.type(x.shape[axis]),
    vjp=lambda g, y, x, axis, dtype: (None,),
    normal=lambda x, axis=0, dtype=None: {
        "axis": axes("size", axis, x.ndim)[0], "dtype": np.dtype(dtype or x.dtype)},
    result=lambda x, axis, dtype: ((), dtype),
    latex="N", doc="How many entries an axis has, as a number: the N of a mean over samples.",
)
random_uniform: Function = primitive(
    "random_uniform", kind="random", exact=(0,),
    forward=lambda xp, step, seed, stream, shape, dtype: uniform(
        seed, stream, int(step), shape, dtype),
    vjp=lambda g, y, step, **_: (None,),
    result=lambda step, seed, stream, shape, dtype: (shape, dtype),
    latex="u", doc="Numbers in [0, 1), a pure function of (seed, stream, step) by Philox.",
)
# fmt: on
