"""What is drawn of a network: neurons in layers and what connects them."""

from __future__ import annotations

from gradstone.accounts.account import Edge, NetworkDrawing, Neuron
from gradstone.accounts.step import StepLedger

MOST = 14
"""Neurons a layer may have to be drawn."""


def network_drawing(step: StepLedger) -> NetworkDrawing | None:
    """The network with the chosen sample's values; None where a layer is too wide."""
    linear = step.names.linear
    sizes = [linear[0].inputs, *(one.outputs for one in linear)]
    if max(sizes) > MOST:
        return None
    sample = step.names.chosen
    layers = [tuple(
        Neuron(step.names.neuron(0, i), "", step.feeding_address(1, sample, i))
        for i in range(sizes[0])
    )]  # fmt: skip
    edges = []
    for layer, one in enumerate(linear, 1):
        layers.append(tuple(_neuron(step, layer, k, sample) for k in range(one.outputs)))
        edges += [
            Edge(layer - 1, i, j, f"W{layer}[{i},{j}]", f"dW{layer}[{i},{j}]")
            for i in range(one.inputs) for j in range(one.outputs)
        ]  # fmt: skip
    return NetworkDrawing(tuple(layers), tuple(edges), step.forward.total)


def _neuron(step: StepLedger, layer: int, place: int, sample: int) -> Neuron:
    net, out = f"net{layer}[{sample},{place}]", f"out{layer}[{sample},{place}]"
    bias = f"b{layer}[{place}]"
    applied = [one.applied.name for one in step.graph.links[layer] if one.applied is not None]
    told = step.has(out)
    return Neuron(
        step.names.neuron(layer, place), net, out if told else net,
        bias if step.has(bias) else "", ", ".join(applied) if told else "",
    )  # fmt: skip
