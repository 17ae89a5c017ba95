"""Indices made safe: machine code reads and writes inside of an axis, whatever comes.

As in the interpreter an index below 0 counts from the end. In place of one that lies outside, 0
is used, and it is counted: whoever called the code leaves the run to the interpreter then, which
names the index in its error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.execute.executor import Array
from gradstone.execute.native.program import ROWS, Extents
from gradstone.graph.node import Node, apply, constant


@dataclass(frozen=True, slots=True)
class Checked:
    """The indices of a node that picks or scatters.

    Attributes:
        places: int64, all of them inside, none below 0.
        outside: int64 of the same shape, 1 where an index lay outside, else 0; None where it is
            known that none does.
    """

    places: Node
    outside: Node | None


def checked(node: Node) -> Checked:
    """The indices of a `take` or `scatter_add`; those that are constants are checked now.

    Raises:
        IndexError: the interpreter's, for constant indices outside and for any into an axis
            without entries.
    """
    indices, extent = node.inputs[1], _extent(node)
    known = _constant(indices)
    if extent % ROWS == 0 and extent:
        return _while_running(indices, apply("size", *_sized(node), dtype="int64"))
    if known is None and (extent or not indices.size):
        return _while_running(indices, extent)
    known = np.zeros(_one_row(indices.shape), np.int64) if known is None else known
    _try(node, known)
    negative = known < 0
    return Checked(constant(known + extent * negative) if negative.any() else indices, None)


def _while_running(indices: Node, extent: Node | int) -> Checked:
    """As nodes: they are computed where the indices are needed."""
    from_end = apply("where", apply("less", indices, 0), indices + extent, indices)
    beyond = apply("cast", apply("less_equal", extent, from_end), dtype="int64")
    outside = apply("where", apply("less", from_end, 0), 1, beyond)
    return Checked(apply("where", apply("less", 0, outside), 0, from_end), outside)


def _extent(node: Node) -> int:
    array, axis = _sized(node)
    return array.shape[axis]


def _sized(node: Node) -> tuple[Node, int]:
    """The array whose axis the indices speak of, and that axis."""
    array = node.inputs[0] if node.op.name == "take" else node
    return array, dict(node.attributes)["axis"]


def _constant(indices: Node) -> Array | None:
    if indices.op.name != "constant":
        return None
    value = dict(indices.attributes)["value"]
    return np.asarray(getattr(value, "array", value))


def _try(node: Node, indices: Array) -> None:
    """Let the interpreter's rule refuse what it refuses; the numbers do not matter."""
    x: Any = np.broadcast_to(np.zeros((), node.dtype), _one_row(node.inputs[0].shape))
    assert node.op.forward is not None
    node.op.forward(np, x, indices, **dict(node.attributes))


def _one_row(shape: Extents) -> Extents:
    """A shape with a batch of one sample."""
    return tuple(size // ROWS if size % ROWS == 0 else size for size in shape)
