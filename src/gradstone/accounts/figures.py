"""Figures of a large step, by layer and by sample: extra outputs of its graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.accounts.account import Amount, Cell, Code, Phrase
from gradstone.accounts.health import DEAD, MOSTLY
from gradstone.accounts.told_graph import ToldGraph
from gradstone.execute.interpreter import Interpreter, run
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.walk import Graph
from gradstone.studies.layers import saturated
from gradstone.training.step import Batch

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class LayerFigures:
    """One layer in figures.

    Attributes:
        layer: its number. shape: "784×256". activation: "" for none.
        mean, spread: of its outputs. idle: share of outputs that are saturated, or, under an
            activation that does not saturate, whose local derivative is 0. gradient: 2-norm of the
            weights' gradient. update: 2-norm of the weights' change, as a share of theirs.
            warning: a sentence where something is wrong.
    """

    layer: int
    shape: str
    activation: str
    mean: float
    spread: float
    idle: float
    gradient: float
    update: float
    warning: Phrase | None


def layer_figures(graph: ToldGraph, new: Mapping[str, Array]) -> list[LayerFigures]:
    """The figures of every layer with weights."""
    return [_layer(graph, name, new[name]) for name in graph.parameters if name[0] == "W"]


def _layer(graph: ToldGraph, name: str, new: Array) -> LayerFigures:
    layer, old = int(name[1:]), graph.numbers.parameters[name]
    out = graph.told.get(f"out{layer}", graph.told[f"net{layer}"])
    slope = graph.told.get(f"slope{layer}")
    node, after = graph.parameters[name], input_node(old.shape, "float64")
    mean = apply("mean", out)
    figures = [
        mean,
        apply("sqrt", apply("mean", apply("square", out - mean))),
        _norm(graph.told[f"d{name}"]),
        _norm(after - node) / _norm(node),
    ]
    values = graph.values()
    given = (*graph.inputs, after)
    told = run(Graph(given, tuple(figures)), *(values[one] for one in graph.inputs), new)
    numbers = [float(one) for one in told]
    applied = next((one.applied for one in reversed(graph.links[layer]) if one.applied), None)
    idle, warning = 0.0, None
    if slope is not None and applied is not None:
        slopes = np.abs(np.asarray(graph.trace[slope]))
        share = saturated(applied, slopes)
        idle = float((slopes == 0).mean()) if share is None else share
        warning = _warning(layer, share or 0.0, float((slopes.max(axis=0) == 0).mean()))
    return LayerFigures(
        layer, "×".join(map(str, old.shape)), "" if applied is None else applied.name, numbers[0],
        numbers[1], idle, numbers[2], numbers[3], warning,
    )  # fmt: skip


def _norm(node: Node) -> Node:
    return apply("sqrt", apply("sum", apply("square", node)))


def _warning(layer: int, flat: float, dead: float) -> Phrase | None:
    share = dead if dead > DEAD else flat
    gaps: dict[str, Cell] = {"layer": Code(str(layer)), "share": Amount(100 * share, 3)}
    if dead > DEAD:
        return Phrase("warning_dead", gaps)
    return Phrase("warning_flat", gaps) if flat > MOSTLY else None


def losses_by_sample(graph: ToldGraph) -> Array:
    """The loss of each sample by itself, as if the batch held nothing else."""
    objective, z, t = (
        graph.numbers.plan.objective,
        np.asarray(graph.trace[graph.z]),
        graph.numbers.t,
    )
    batch = Batch.like(z, t, 1)
    program = Interpreter().compile(
        Graph((batch.x, batch.t), (objective.data_loss(batch.x, batch.t),))
    )
    return np.array([float(program(z[k : k + 1], t[k : k + 1])[0]) for k in range(len(z))])


def new_parameters(graph: ToldGraph) -> dict[str, Array]:
    """The parameters after the update, by the step's own graph."""
    numbers = graph.numbers
    step = numbers.plan.training(Batch.like(numbers.x, numbers.t, len(numbers.x)))
    values = [numbers.x, numbers.t, *(numbers.parameters[name] for name in step.parameters)]
    values += [np.asarray(numbers.state[name], dtype=np.float64) for name in step.state]
    found = run(step.graph, *values)
    count = len(step.parameters)
    return dict(zip(step.parameters, found[1 : 1 + count], strict=True))
