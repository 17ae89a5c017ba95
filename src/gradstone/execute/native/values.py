"""Which nest a node's value is in, how it gets into another one, and where it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradstone.execute.native.nesting import (
    NoFit,
    Open,
    Value,
    axes_of_shape,
    axes_of_strides,
    completed,
    operand_names,
    steps_of,
)
from gradstone.execute.native.program import (
    ROWS,
    Buffer,
    Compute,
    Fill,
    Load,
    Number,
    Rows,
    Store,
    View,
)
from gradstone.execute.native.reference import Reference, natural_strides
from gradstone.graph.node import Captured, Node

MOST_INSTRUCTIONS = 96


class Values:
    """What is known of the nodes placed so far.

    Attributes:
        steps: the nests and fills in order.
        references: for each node, whose numbers it stands for.
        homes: the nest that computes a base. A base in `floating` is made of given values
            alone and is computed wherever somebody needs it.
        buffers: of the bases that are kept in memory.
    """

    def __init__(self) -> None:
        self.steps: list[Open | Fill] = []
        self.references: dict[Node, Reference] = {}
        self.homes: dict[Node, Open] = {}
        self.buffers: dict[Node, Buffer] = {}
        self.floating: set[Node] = set()
        self.captured: list[tuple[Buffer, Any]] = []

    # Nests -----------------------------------------------------------------------------------
    def home(self, node: Node) -> Open | None:
        """The nest that computes what a node stands for; None for given and floating values."""
        base = self.references[node].base
        return None if base in self.floating else self.homes.get(base)

    def position(self, nest: Open) -> int:
        """The nest's place in the order."""
        return next(i for i, one in enumerate(self.steps) if one is nest)

    def after(self, nodes: Sequence[Node]) -> int:
        """The first position behind all that these nodes are computed in."""
        found = 0
        for node in nodes:
            base = self.references[node].base
            if base in self.floating:
                found = max(found, self.after(base.inputs))
            elif base in self.homes:
                found = max(found, self.position(self.homes[base]) + 1)
        return found

    def new(self, extents: tuple[int, ...], position: int | None = None) -> Open:
        """A nest at a position; None: behind all others."""
        nest = Open(extents)
        self.steps.insert(len(self.steps) if position is None else position, nest)
        return nest

    # Values inside a nest ----------------------------------------------------------------------
    def axes_inside(self, nest: Open, node: Node) -> tuple[int, ...]:
        """Where the axes of a node lie whose numbers the nest computes; NoFit where it does not."""
        reference = self.references[node]
        value = nest.values.get(reference.base)
        if value is None or reference.offset:
            raise NoFit
        along = {step: axis for axis, step in steps_of(reference.base, value.axes).items()}
        sizes = zip(node.shape, reference.strides, strict=True)
        axes = [-1 if size == 1 else along.get(stride, -2) for size, stride in sizes]
        if -2 in axes:
            raise NoFit
        return tuple(axes)

    def joining(self, nest: Open, node: Node) -> tuple[int, ...]:
        """Where the axes of an element-wise node would lie in the nest; NoFit: not there."""
        if len(nest.instructions) > MOST_INSTRUCTIONS:
            raise NoFit
        axes: list[int | None] = [-1 if size == 1 else None for size in node.shape]
        for one in node.inputs:
            reference = self.references[one]
            value = nest.values.get(reference.base)
            if value is None or self.home(one) is not nest:
                continue
            along = {step: axis for axis, step in steps_of(reference.base, value.axes).items()}
            for back in range(1, one.ndim + 1):
                stride = reference.strides[-back]
                if one.shape[-back] != 1 and stride:
                    found = along.get(stride)
                    if found is None or axes[-back] not in (None, found):
                        raise NoFit
                    axes[-back] = found
        return completed(axes, node.shape, nest.extents)

    def compute(self, nest: Open, node: Node, axes: tuple[int, ...]) -> int:
        """Compute an element-wise node in the nest; NoFit, and nothing done, where it cannot be."""
        before = len(nest.instructions), dict(nest.loaded), dict(nest.values)
        try:
            operands = tuple(
                self.value(nest, one, axes[len(axes) - one.ndim :]) for one in node.inputs
            )
        except NoFit:
            del nest.instructions[before[0] :]
            nest.loaded, nest.values = before[1], before[2]
            raise
        names, target = operand_names(len(operands)), nest.target()
        source = node.inputs[-1].dtype.name
        made = Compute(target, node.op.program, names, operands, node.dtype.name, source)
        nest.instructions.append(made)
        nest.values[node] = Value(target, axes)
        if node not in self.floating:
            self.homes[node] = nest
        return target

    def value(self, nest: Open, node: Node, axes: Sequence[int]) -> int:
        """The number of a node at a place of the nest; axes says where the node's axes lie."""
        reference = self.references[node]
        strides = [0] * len(nest.extents)
        for axis, stride, size in zip(axes, reference.strides, node.shape, strict=True):
            if axis >= 0 and size != 1:
                strides[axis] += stride
        key = (reference.base, tuple(strides), reference.offset)
        if key not in nest.loaded:
            nest.loaded[key] = self._found(nest, *key)
        return nest.loaded[key]

    def _found(self, nest: Open, base: Node, strides: tuple[int, ...], offset: int) -> int:
        inside = nest.values.get(base)
        if inside is not None and not offset:
            along = steps_of(base, inside.axes)
            if strides == tuple(along.get(axis, 0) for axis in range(len(strides))):
                return inside.target
        if is_leaf(base):
            return self.leaf(nest, base)
        if base in self.floating and not offset and inside is None:
            axes = axes_of_strides(base, strides)
            if axes is not None:
                return self.compute(nest, base, axes)
        if self.homes.get(base) is nest:
            raise NoFit
        buffer = self.buffer_of(base)
        home = self.homes.get(base)
        if home is not None and self.position(home) > self.position(nest):
            raise NoFit
        target = nest.target()
        nest.instructions.append(Load(target, View(buffer, strides, offset), base.dtype.name))
        return target

    def leaf(self, nest: Open, node: Node) -> int:
        """A constant, or the extent that a `size` speaks of, in the nest."""
        target, dtype, attributes = nest.target(), node.dtype.name, dict(node.attributes)
        if node.op.name == "constant":
            number = attributes["value"].item()
        else:
            number = node.inputs[0].shape[attributes["axis"]]
        if node.op.name == "constant" or number % ROWS or not number:
            nest.instructions.append(Number(target, number, dtype))
            return target
        nest.instructions.append(Rows(target, dtype))
        if number == ROWS:
            return target
        times, result = nest.target(), nest.target()
        product = Compute(result, "a * b", ("a", "b"), (target, times), dtype, dtype)
        nest.instructions += [Number(times, number // ROWS, dtype), product]
        return result

    # Memory --------------------------------------------------------------------------------------
    def buffer_of(self, base: Node) -> Buffer:
        """The memory that keeps a base's numbers, from now on if there was none."""
        if base in self.floating:
            self._materialise(base)
        if base not in self.buffers:
            if is_leaf(base):
                nest = self.new((), 0)
                nest.values[base] = Value(self.leaf(nest, base), ())
                self.homes[base] = nest
            home = self.homes[base]
            value = home.values[base]
            strides = self.along(home, natural_strides(base.shape), value.axes)
            self.write(home, base, value.target, strides)
        return self.buffers[base]

    def _materialise(self, node: Node) -> None:
        """A node of given values alone gets a nest of its own."""
        self.floating.discard(node)
        self.compute(self.new(node.shape, self.after(node.inputs)), node, axes_of_shape(node.shape))

    def made(self, node: Node) -> Buffer:
        """A fresh buffer for a node's numbers."""
        self.buffers[node] = buffer_for(node, f"{node.op.name}{len(self.buffers)}")
        return self.buffers[node]

    def write(
        self, nest: Open, node: Node, value: int, strides: Sequence[int], offset: int = 0
    ) -> None:
        """A value of the nest goes to a node's buffer, with strides over the nest's axes."""
        buffer = self.buffers.get(node) or self.made(node)
        view = View(buffer, tuple(strides), offset)
        nest.stores.append(Store(view, value, node.dtype.name))
        self.homes[node] = nest

    @staticmethod
    def along(nest: Open, strides: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
        """A node's strides over the axes of a nest in which its axes lie so."""
        found = [0] * len(nest.extents)
        for axis, stride in zip(axes, strides, strict=True):
            if axis >= 0:
                found[axis] += stride
        return tuple(found)


def is_leaf(node: Node) -> bool:
    """Whether a node is one number known without memory."""
    if node.op.name == "constant":
        return not isinstance(dict(node.attributes)["value"], Captured)
    return node.op.name == "size"


def buffer_for(node: Node, name: str, given: bool = False) -> Buffer:
    """Memory for a node's numbers."""
    return Buffer(name, node.shape, node.dtype.name, given)
