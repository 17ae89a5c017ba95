"""What one batch shows of every layer of a run: weights, outputs, gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import simplify
from gradstone.errors import DataError
from gradstone.execute.interpreter import run as computed
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.roles import recording
from gradstone.graph.walk import Graph
from gradstone.nn.layers import Activation, Linear
from gradstone.training.run import Run
from gradstone.training.step import Batch, Plan
from gradstone.training.targets import inputs, targets

Array = np.ndarray[Any, Any]
HEADS = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
FLAT = 1e-2
"""A saturated output passes less than this share of the activation's steepest slope."""
FAR = 30.0
"""Where an activation is looked at for whether it flattens out."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerNumbers:
    """One layer on one batch, in the run's dtype.

    Attributes:
        number: from 1. activation: its name, "" for none.
        weights: (inputs, outputs). outputs: (samples, outputs), after the activation; of the
            last layer probabilities, where softmax or sigmoid is part of the loss.
        gradient: of the loss with its penalties by the weights, before clipping, (inputs,
            outputs).
        saturated: share of the outputs that pass less than 1 % of the activation's steepest
            slope; None where the activation does not flatten out on both sides.
    """

    number: int
    activation: str
    weights: Array
    outputs: Array
    gradient: Array
    saturated: float | None


def layer_numbers(run: Run, X: Any, y: Any) -> tuple[LayerNumbers, ...]:
    """Weights, outputs and gradients of every layer, from the run's own graph.

    Dropout does nothing here.

    Args:
        X, y: samples and targets, as `run.evaluate` takes them; all of them are one batch.

    Raises:
        ShapeError, DataError, RangeError: arrays that the run does not take; a network whose
            numbers left the finite ones.
    """
    plan = run.plan
    x = inputs(run.network, X, plan.dtype)
    width = run.network.check(x.shape[1:])[-1]
    t = targets(y, len(x), plan.objective.loss, width, run.labels, plan.dtype)
    told = _graph(plan, Batch.like(x, t, len(x)))
    found = computed(told.graph, x, t, *run.parameters.values())
    parts = [found[k :: told.each] for k in range(told.each)]
    return tuple(_layers(run, told, *parts))


@dataclass(frozen=True, slots=True)
class _Told:
    """The graph of a batch: for each layer its net, its output, and the gradient of its W."""

    graph: Graph
    activations: Sequence[Activation | None]
    each: int = 3


def _graph(plan: Plan, batch: Batch) -> _Told:
    parameters = plan.symbols()
    network, objective = plan.network, plan.objective
    with recording() as roles:
        z = objective.outputs(network, parameters, batch.x, None)
        loss, penalty = objective.data_loss(z, batch.t), objective.penalty(parameters)
    names = [name for name in parameters if name.startswith("W")]
    slopes = gradient(
        loss if penalty is None else loss + penalty, [parameters[name] for name in names]
    )
    known = {name: node for node, name in roles.items()}
    applied = list(_activations(plan))
    wanted: list[Node] = []
    for number, slope in enumerate(slopes, 1):
        net, activation = known[f"net{number}"], applied[number - 1]
        if f"out{number}" not in known and activation is not None:
            known[f"out{number}"] = activation({}, net, number, None)  # part of the loss
        wanted += [net, known.get(f"out{number}", net), slope]
    graph = Graph((batch.x, batch.t, *parameters.values()), tuple(wanted))
    return _Told(simplify(graph), applied)


def _activations(plan: Plan) -> Iterator[Activation | None]:
    """Of each layer with weights, what is applied to its net: its own, or what its loss holds."""
    network, loss = plan.network, plan.objective.loss
    numbers = [number for number, layer in network.numbered() if isinstance(layer, Linear)]
    own = {number: layer for number, layer in network.numbered() if isinstance(layer, Activation)}
    for number in numbers:
        head = HEADS.get(loss) if number == numbers[-1] else None
        yield own.get(number) or (None if head is None else Activation(head))


def _layers(
    run: Run, told: _Told, nets: Sequence[Array], outputs: Sequence[Array],
    gradients: Sequence[Array],
) -> Iterator[LayerNumbers]:  # fmt: skip
    for place, activation in enumerate(told.activations):
        weights = run.parameters[f"W{place + 1}"]
        for name, one in (("outputs", outputs[place]), ("gradients", gradients[place])):
            if not np.isfinite(one).all():
                came = f"{name} that are not finite came"
                advice = "The training diverged; a smaller learning rate may help."
                raise DataError(f"layer {place + 1}", came, "finite numbers are wanted", advice)
        yield LayerNumbers(
            place + 1, "" if activation is None else activation.name, weights, outputs[place],
            gradients[place], None if activation is None else saturation(activation, nets[place]),
        )  # fmt: skip


def saturation(activation: Activation, net: Array) -> float | None:
    """The share of nets at which an activation is all but flat.

    That is, its slope is less than 1 % of the steepest; None for activations that do not flatten
    out on both sides, and for softmax, whose values hang on each other.

    >>> saturation(Activation("tanh"), np.array([[0.0, 1.0, -9.0, 9.0]]))
    0.5
    """
    return saturated(activation, _slopes(activation, net))


def saturated(activation: Activation, slopes: Array) -> float | None:
    """The same share, from the activation's slopes at some nets."""
    steepest = np.abs(_slopes(activation, np.linspace(-FAR, FAR, 481)[:, None]))
    if max(steepest[0, 0], steepest[-1, 0]) >= FLAT * steepest.max():
        return None
    return float((np.abs(slopes) < FLAT * steepest.max()).mean())


def _slopes(activation: Activation, net: Array) -> Array:
    x = input_node(net.shape, net.dtype)
    (slope,) = gradient(apply("sum", activation({}, x, 0, None)), [x])
    return np.asarray(computed(Graph((x,), (slope,)), net)[0])
