"""Where a node's numbers stand: views never copy, they only say how to step through memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradstone.execute.native.program import row_strides
from gradstone.graph.node import Node


@dataclass(frozen=True, slots=True)
class Reference:
    """A node's numbers as places of another node's.

    Attributes:
        base: the node whose numbers they are, laid out in row order of its shape.
        strides: for each axis of the referring node, in numbers; 0 along axes of size 1.
        offset: of the first number.
    """

    base: Node
    strides: tuple[int, ...]
    offset: int = 0


def own(node: Node) -> Reference:
    """A node that has its numbers itself."""
    return Reference(node, natural_strides(node.shape))


def natural_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Row order, with 0 along axes of size 1."""
    strides = row_strides(shape)
    return tuple(0 if n == 1 else s for n, s in zip(shape, strides, strict=True))


def seen(node: Node, operand: Reference) -> Reference | None:
    """A view's numbers as places of what its operand refers to; None where it must be copied."""
    attributes, source = dict(node.attributes), node.inputs[0]
    strides, name = operand.strides, node.op.name
    if name == "transpose":
        return Reference(
            operand.base, tuple(strides[i] for i in attributes["order"]), operand.offset
        )
    if name == "broadcast":
        extra = (0,) * (node.ndim - source.ndim)
        return Reference(operand.base, (*extra, *strides), operand.offset)
    if name == "slice":
        return sliced(operand, attributes["index"])
    assert name == "reshape", f"{name} is no view"
    found = reshaped_strides(source.shape, strides, node.shape)
    return None if found is None else Reference(operand.base, found, operand.offset)


def sliced(operand: Reference, index: Sequence[tuple[object, ...]]) -> Reference:
    """The reference of a slice: picked entries and ranges of what is referred to."""
    strides, offset, axis = [], operand.offset, 0
    for part in index:
        if part[0] == "new":
            strides.append(0)
            continue
        step = operand.strides[axis]
        if part[0] == "at":
            offset += int(str(part[1])) * step
        else:
            start, stop, by = (int(str(one)) for one in part[1:])
            offset += start * step
            strides.append(by * step if len(range(start, stop, by)) != 1 else 0)
        axis += 1
    return Reference(operand.base, (*strides, *operand.strides[axis:]), offset)


def reshaped_strides(
    shape: Sequence[int], strides: Sequence[int], target: Sequence[int]
) -> tuple[int, ...] | None:
    """Strides that give the same numbers another shape, in the same order; None: there are none."""
    if 0 in shape:
        return natural_strides(target)
    old = [(n, s) for n, s in zip(shape, strides, strict=True) if n != 1]
    found, i = [0] * len(target), 0
    wanted = [axis for axis, n in enumerate(target) if n != 1]
    while wanted:
        axes, made, (size, _) = [wanted.pop(0)], 1, old[i]
        made, j = target[axes[0]], i + 1
        while made != size:
            if made < size:
                axes.append(wanted.pop(0))
                made *= target[axes[-1]]
            else:
                if old[j - 1][1] != old[j][0] * old[j][1]:
                    return None
                size *= old[j][0]
                j += 1
        step = old[j - 1][1]
        for axis in reversed(axes):
            found[axis] = step
            step *= target[axis]
        i = j
    return tuple(found)
