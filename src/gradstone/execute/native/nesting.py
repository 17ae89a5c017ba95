"""A nest while it is being filled, and where nodes' axes lie in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from gradstone.execute.native.program import (
    Buffer,
    Extents,
    Instruction,
    Load,
    Nest,
    Pick,
    Product,
    Store,
    View,
)
from gradstone.execute.native.reference import natural_strides
from gradstone.graph.node import Node


class NoFit(Exception):
    """The node cannot run in this nest."""


@dataclass(frozen=True, slots=True)
class Value:
    """A node's number at a place of a nest.

    Attributes:
        target: its number among the nest's values.
        axes: for each axis of the node, the nest's axis it lies along; -1 where its size is 1.
    """

    target: int
    axes: tuple[int, ...]


@dataclass(slots=True, eq=False)
class Open:
    """A nest being filled.

    Attributes:
        values: the nodes ready inside it.
        loaded: values by (base, strides, offset), so that nothing is loaded twice.
        stores: kept apart, since they run last.
    """

    extents: Extents
    product: Product | None = None
    instructions: list[Instruction] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)
    values: dict[Node, Value] = field(default_factory=dict)
    loaded: dict[tuple[Node, tuple[int, ...], int], int] = field(default_factory=dict)
    count: int = 0

    def target(self) -> int:
        """A fresh value number; 0 is the product's."""
        self.count += 1
        return self.count

    def closed(self) -> Nest:
        """The nest as it is now."""
        return Nest(self.extents, self.product, [*self.instructions, *self.stores])

    def reads(self) -> Iterator[View]:
        """The views it reads."""
        for one in self.instructions:
            if isinstance(one, Load | Pick):
                yield one.view
        if self.product is not None:
            yield from (self.product.left, self.product.right)

    def rename(self, before: Buffer, after: Buffer) -> None:
        """Speak of another buffer in place of one."""

        def changed(view: View) -> View:
            return replace(view, buffer=after) if view.buffer is before else view

        self.stores = [replace(one, view=changed(one.view)) for one in self.stores]
        self.instructions = [
            replace(one, view=changed(one.view)) if isinstance(one, Load | Pick) else one
            for one in self.instructions
        ]
        if self.product is not None:
            left, right = changed(self.product.left), changed(self.product.right)
            self.product = replace(self.product, left=left, right=right)


def axes_of_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """Where the axes of a node lie in a nest of its own shape."""
    return tuple(-1 if size == 1 else axis for axis, size in enumerate(shape))


def steps_of(base: Node, axes: Sequence[int]) -> dict[int, int]:
    """For each axis of the nest along which a value varies, its own stride."""
    strides = natural_strides(base.shape)
    return {axis: stride for axis, stride in zip(axes, strides, strict=True) if axis >= 0}


def axes_of_strides(base: Node, strides: Sequence[int]) -> tuple[int, ...] | None:
    """Where the axes of a base must lie for these strides; None where no place gives them."""
    places = {stride: axis for axis, stride in enumerate(strides) if stride}
    natural = natural_strides(base.shape)
    axes = tuple(-1 if not stride else places.get(stride, -2) for stride in natural)
    if -2 in axes or len(places) != sum(stride != 0 for stride in natural):
        return None
    return axes


def completed(
    axes: Sequence[int | None], shape: Sequence[int], extents: Sequence[int]
) -> tuple[int, ...]:
    """Axes that no operand fixes, laid along unused axes of the nest from the right."""
    done = list(axes)
    free = [a for a in range(len(extents)) if a not in done]
    for i in reversed(range(len(shape))):
        if done[i] is None:
            fitting = [axis for axis in free if extents[axis] == shape[i]]
            if not fitting:
                raise NoFit
            done[i] = fitting[-1]
            free.remove(fitting[-1])
    for axis, size in zip(done, shape, strict=True):
        if axis is not None and axis >= 0 and extents[axis] != size:
            raise NoFit
    return tuple(axis if axis is not None else -1 for axis in done)


def product_steps(
    left: tuple[Sequence[int], int], right: tuple[Sequence[int], int], outer: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Strides of a product's operands over (outer …, m, n, p).

    Args:
        left, right: strides over the operand's own axes, and how many axes it has.
        outer: how many axes of the result come before the matrices.
    """
    a, b = list(left[0]), list(right[0])
    m, p = (a[-2], a[-1]) if left[1] > 1 else (0, a[-1])
    q, n = (b[-2], b[-1]) if right[1] > 1 else (b[-1], 0)
    stacks = [[0] * (outer - len(one[:-2])) + one[:-2] for one in (a, b)]
    return (*stacks[0], m, 0, p), (*stacks[1], 0, n, q)


def operand_names(count: int) -> tuple[str, ...]:
    """What formulas call their operands."""
    return {1: ("x",), 2: ("a", "b"), 3: ("condition", "a", "b")}[count]
