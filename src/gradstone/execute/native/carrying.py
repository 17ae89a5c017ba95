"""Outputs, and how they take the place of inputs in a loop."""

from __future__ import annotations

from gradstone.execute.native.nesting import Open
from gradstone.execute.native.program import Load, Store, View
from gradstone.execute.native.reference import natural_strides
from gradstone.execute.native.values import Values
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph


def output_of(known: Values, node: Node) -> View:
    """Where an output stands in memory."""
    reference = known.references[node]
    return View(known.buffer_of(reference.base), reference.strides, reference.offset)


def carry(known: Values, graph: Graph, outputs: list[View], number: int, old: Node) -> None:
    """An output replaces an input: stored in its place directly where nobody minds, else copied.

    Args:
        outputs: where the outputs stand; the one of that number is changed.
        old: the input.
    """
    base, buffer = known.references[graph.outputs[number]].base, known.buffers[old]
    if base is old:
        return
    before = known.buffers[base]
    if _may_replace(known, graph, base, old, outputs[number]):
        for one in known.steps:
            if isinstance(one, Open):
                one.rename(before, buffer)
        known.buffers[base] = buffer
    else:
        nest, target = known.new(old.shape), 1
        view = View(before, outputs[number].strides, outputs[number].offset)
        nest.instructions.append(Load(target, view, old.dtype.name))
        place = View(buffer, natural_strides(old.shape))
        nest.stores.append(Store(place, target, old.dtype.name))
    outputs[number] = View(buffer, natural_strides(old.shape))


def _may_replace(known: Values, graph: Graph, base: Node, old: Node, output: View) -> bool:
    """Whether nothing reads the old value once the new one is stored."""
    home, natural = known.homes.get(base), natural_strides(old.shape)
    shared = sum(known.references[one].base is base for one in graph.outputs) > 1
    if home is None or shared or base not in home.values or base.shape != old.shape:
        return False
    if output.strides != natural or output.offset:
        return False
    along = known.along(home, natural, home.values[base].axes)
    if any(extent != 1 and not step for extent, step in zip(home.extents, along, strict=True)):
        return False  # stored again and again while others still read the old value
    stored = next(one.view for one in home.stores if one.view.buffer is known.buffers[base])
    for one in known.steps[known.position(home) :]:
        for view in one.reads() if isinstance(one, Open) else ():
            same = one is home and view.strides == stored.strides and not view.offset
            if view.buffer is known.buffers[old] and not same:
                return False
    return True
