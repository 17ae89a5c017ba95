"""Graph to program: which nests there are, and which ops run inside the same one.

Nodes are taken in the graph's order. An element-wise node joins the nest of its latest operand
where the places agree; a reduction over a nest's last axis is ready inside it, any other is
gathered and ready after it; a matrix product begins a nest, and what follows it joins. Views
are never computed. Nodes of given values alone are not computed until somebody needs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradstone.autodiff.rewrite import lower, simplify
from gradstone.execute.native.carrying import carry, output_of
from gradstone.execute.native.indices import checked
from gradstone.execute.native.nesting import NoFit, Open, Value, axes_of_shape, product_steps
from gradstone.execute.native.program import (
    ROWS,
    Buffer,
    Draw,
    Fill,
    Gather,
    Pick,
    Product,
    Program,
    Reduce,
    Scatter,
    View,
    row_strides,
)
from gradstone.execute.native.reference import natural_strides, own, seen, sliced
from gradstone.execute.native.values import Values, buffer_for, is_leaf
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph, walk

LONGEST_ROW = 128
"""Up to here a reduction over a nest's last axis is made ready inside the nest."""


def schedule(
    graph: Graph, carried: Mapping[int, int] | None = None, blocks: bool = False
) -> Program:
    """The program of a graph.

    Args:
        graph: any graph; extents of ROWS become the batch of the run.
        carried: for loops: numbers of outputs, and of the inputs whose values they replace.
        blocks: keep sums over samples apart from what follows them, so that the nests over
            samples can run block by block.
    """
    plain = lower(simplify(graph))[0]
    return _Scheduling(plain, blocks).program(carried or {})


class _Scheduling:
    """Places the nodes of one graph."""

    def __init__(self, graph: Graph, blocks: bool) -> None:
        self.graph, self.blocks = graph, blocks
        self.known = Values()
        self.outside: Buffer | None = None
        self.counted: set[Node] = set()

    def program(self, carried: Mapping[int, int]) -> Program:
        """All nodes placed, outputs stored, carried values put in place."""
        known, graph = self.known, self.graph
        kept = set(carried.values())
        for number, node in enumerate(graph.inputs):
            known.references[node] = own(node)
            name = graph.roles.get(node, f"input{number}")
            known.buffers[node] = buffer_for(node, name, number not in kept)
        for node in walk(graph.outputs):
            if node not in known.references:
                known.references[node] = own(node)
                self._place(node)
        outputs = [output_of(known, node) for node in graph.outputs]
        for number, place in carried.items():
            carry(known, graph, outputs, number, graph.inputs[place])
        inputs = [known.buffers[node] for node in graph.inputs]
        given = {id(one) for one, _ in known.captured} | {id(one) for one in inputs if one.given}
        used = {id(one): one for one in known.buffers.values() if id(one) not in given}
        steps = [one if isinstance(one, Fill) else one.closed() for one in known.steps]
        buffers = [*used.values(), *([self.outside] if self.outside else [])]
        return Program(inputs, known.captured, outputs, steps, buffers, self.outside)

    def _place(self, node: Node) -> None:
        kind, known = node.op.kind, self.known
        if kind == "source":
            if not is_leaf(node):
                known.buffers[node] = buffer_for(node, f"captured{len(known.captured)}", True)
                known.captured.append((known.buffers[node], dict(node.attributes)["value"].array))
        elif kind == "view":
            if not is_leaf(node):
                self._place_view(node)
        else:
            _PLACES.get(node.op.name, _PLACES.get(kind))(self, node)  # type: ignore[misc]

    def _place_view(self, node: Node) -> None:
        known, source = self.known, node.inputs[0]
        found = seen(node, known.references[source])
        if found is not None:
            known.references[node] = found
            return
        if known.home(source) is not None:
            known.buffer_of(known.references[source].base)
        nest = known.new(source.shape)
        value = known.value(nest, source, axes_of_shape(source.shape))
        known.write(nest, node, value, natural_strides(source.shape))

    def _place_elementwise(self, node: Node) -> None:
        known = self.known
        homes = [home for one in node.inputs if (home := known.home(one)) and home.extents]
        if not node.shape:
            self._scalar(node)
        elif not homes:
            known.floating.add(node)
        else:
            latest = max(homes, key=known.position)
            try:
                known.compute(latest, node, known.joining(latest, node))
            except NoFit:
                self._beside(latest, node)

    def _beside(self, latest: Open, node: Node) -> None:
        """Into the last nest over the same places behind the operands, or into a new one."""
        known, axes = self.known, axes_of_shape(node.shape)
        for one in reversed(known.steps[known.position(latest) + 1 :]):
            if isinstance(one, Open) and one.extents == node.shape and one.product is None:
                try:
                    known.compute(one, node, axes)
                except NoFit:
                    continue
                return
        known.compute(known.new(node.shape), node, axes)

    def _scalar(self, node: Node) -> None:
        """Into a nest without loops, behind all that a single number is computed from."""
        known = self.known
        first = known.after(node.inputs)
        for one in known.steps[max(first - 1, 0) : first + 1]:
            if isinstance(one, Open) and not one.extents and one.product is None:
                try:
                    known.compute(one, node, ())
                except NoFit:  # it gathers an operand, which is ready only after it
                    continue
                return
        known.compute(known.new((), known.after(node.inputs)), node, ())

    def _place_reduction(self, node: Node) -> None:
        known, source = self.known, node.inputs[0]
        home = known.home(source)
        try:
            if home is None or not home.extents:
                raise NoFit
            self._reduce(home, node, known.axes_inside(home, source))
        except NoFit:
            self._reduce(known.new(source.shape), node, axes_of_shape(source.shape))

    def _reduce(self, nest: Open, node: Node, axes: Sequence[int]) -> None:
        known, source = self.known, node.inputs[0]
        attributes, kind, dtype = dict(node.attributes), node.op.name, node.dtype.name
        value = known.value(nest, source, axes)
        away = {axes[i] for i in attributes["axis"] if source.shape[i] != 1}
        mapped = [-1 if i in attributes["axis"] else axes[i] for i in range(source.ndim)]
        if not attributes["keepdims"]:
            mapped = [axes[i] for i in range(source.ndim) if i not in attributes["axis"]]
        last = len(nest.extents) - 1
        if away == {last} and nest.extents[last] <= LONGEST_ROW:
            target = nest.target()
            nest.instructions.append(Reduce(target, value, kind, dtype))
            nest.values[node] = Value(target, tuple(mapped))
        elif set(axes) >= {i for i, extent in enumerate(nest.extents) if extent != 1}:
            self._gather(nest, node, value, mapped)
        else:
            raise NoFit  # each place of the nest would be summed, also those that repeat
        known.homes[node] = nest

    def _gather(self, nest: Open, node: Node, value: int, axes: Sequence[int]) -> None:
        known, kind, dtype = self.known, node.op.name, node.dtype
        least = float("-inf") if dtype.kind == "f" else -(2**63)
        start = least if kind == "max" else 0.0
        strides = known.along(nest, natural_strides(node.shape), axes)
        view = View(known.made(node), strides)
        rule = "max" if kind == "max" else "sum"
        nest.instructions.append(Gather(view, value, rule, dtype.name, start))

    def _place_product(self, node: Node) -> None:
        known, (a, b) = self.known, node.inputs
        left, right = known.references[a], known.references[b]
        memory = [known.buffer_of(one.base) for one in (left, right)]
        outer = node.ndim - (a.ndim > 1) - (b.ndim > 1)
        steps = product_steps((left.strides, a.ndim), (right.strides, b.ndim), outer)
        m, n = a.shape[-2] if a.ndim > 1 else 1, b.shape[-1] if b.ndim > 1 else 1
        nest = known.new((*node.shape[:outer], m, n))
        views = (View(memory[0], steps[0], left.offset), View(memory[1], steps[1], right.offset))
        nest.product = Product(*views, a.shape[-1], node.dtype.name)
        axes = [*range(outer), *[outer] * (a.ndim > 1), *[outer + 1] * (b.ndim > 1)]
        axes = [-1 if size == 1 else axis for axis, size in zip(axes, node.shape, strict=True)]
        if self.blocks and a.shape[-1] == ROWS:
            self._gather(nest, node, 0, axes)
        else:
            nest.values[node] = Value(0, tuple(axes))
        known.homes[node] = nest

    # Ops with indices, and random numbers --------------------------------------------------------
    def _place_random(self, node: Node) -> None:
        known, attributes = self.known, dict(node.attributes)
        nest = known.new(node.shape)
        step = known.value(nest, node.inputs[0], ())
        target, place = nest.target(), natural_strides(node.shape)
        seed, stream = attributes["seed"], attributes["stream"]
        nest.instructions.append(Draw(target, step, seed, stream, place, node.dtype.name))
        nest.values[node] = Value(target, axes_of_shape(node.shape))
        known.homes[node] = nest

    def _inside(self, node: Node) -> Node:
        """The indices of a node, all of them inside; those outside are counted."""
        known, found = self.known, checked(node)
        for one in walk(one for one in (found.places, found.outside) if one is not None):
            if one not in known.references:
                known.references[one] = own(one)
                self._place(one)
        if found.outside is not None and found.outside not in self.counted:
            self.counted.add(found.outside)
            self.outside = self.outside or Buffer("outside", (), "int64")
            nest = known.new(found.outside.shape)
            value = known.value(nest, found.outside, axes_of_shape(found.outside.shape))
            view = View(self.outside, (0,) * found.outside.ndim)
            nest.instructions.append(Gather(view, value, "sum", "int64", None))
        return found.places

    def _place_take(self, node: Node) -> None:
        known, x, indices = self.known, node.inputs[0], self._inside(node)
        axis, reference = dict(node.attributes)["axis"], known.references[x]
        buffer = known.buffer_of(reference.base)
        nest = known.new(node.shape)
        index = known.value(nest, indices, range(axis, axis + indices.ndim))
        strides = [*reference.strides[:axis], *[0] * indices.ndim, *reference.strides[axis + 1 :]]
        view, target = View(buffer, tuple(strides), reference.offset), nest.target()
        pick = Pick(target, view, index, reference.strides[axis], node.dtype.name)
        nest.instructions.append(pick)
        nest.values[node] = Value(target, axes_of_shape(node.shape))
        known.homes[node] = nest

    def _place_scatter_add(self, node: Node) -> None:
        known, x, indices = self.known, node.inputs[0], self._inside(node)
        axis, strides = dict(node.attributes)["axis"], natural_strides(node.shape)
        nest, buffer = self._filled(node, x)
        value = known.value(nest, x, axes_of_shape(x.shape))
        index = known.value(nest, indices, range(axis, axis + indices.ndim))
        view = View(buffer, (*strides[:axis], *[0] * indices.ndim, *strides[axis + 1 :]))
        nest.instructions.append(Scatter(view, index, strides[axis], value, node.dtype.name))
        known.homes[node] = nest

    def _filled(self, node: Node, x: Node) -> tuple[Open, Buffer]:
        """A buffer of zeros, and a nest over what is to be written into it."""
        known = self.known
        buffer = known.made(node)
        known.steps.append(Fill(buffer, 0.0))
        return known.new(x.shape), buffer

    def _place_pad(self, node: Node) -> None:
        known, x = self.known, node.inputs[0]
        place = sliced(own(node), dict(node.attributes)["index"])
        nest, _ = self._filled(node, x)
        value = known.value(nest, x, axes_of_shape(x.shape))
        known.write(nest, node, value, place.strides, place.offset)

    def _place_concatenate(self, node: Node) -> None:
        known, axis = self.known, dict(node.attributes)["axis"]
        strides, start = row_strides(node.shape), 0
        for one in node.inputs:
            nest = known.new(one.shape)
            value = known.value(nest, one, axes_of_shape(one.shape))
            known.write(nest, node, value, strides, start * strides[axis])
            start += one.shape[axis]


_PLACES = {
    "elementwise": _Scheduling._place_elementwise,
    "reduction": _Scheduling._place_reduction,
    "product": _Scheduling._place_product,
    "random": _Scheduling._place_random,
    "take": _Scheduling._place_take,
    "scatter_add": _Scheduling._place_scatter_add,
    "pad": _Scheduling._place_pad,
    "concatenate": _Scheduling._place_concatenate,
}
