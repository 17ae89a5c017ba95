"""Versions of a step with mistakes that concern several quantities, or the output alone."""

from __future__ import annotations

from collections.abc import Iterator

from gradstone.autodiff.gradient import Shares, shares
from gradstone.autodiff.rewrite import replace
from gradstone.checking.planting import Planted, activations
from gradstone.checking.steps.quantities import kind_of
from gradstone.checking.steps.recipe import Recipe, Version
from gradstone.errors import GradstoneError
from gradstone.graph.node import Node, apply


def ahead(version: Version, recipe: Recipe) -> Version:
    """Numbers of other parameters: the step's with the new ones, "after …" with the old ones."""
    new = {recipe.given[name]: version.nodes[f"new {name}"] for name in recipe.parameters}
    kinds = ("forward", "loss", "backward", "gradient")
    moved = {name: node for name, node in version.nodes.items() if kind_of(name) in kinds}
    nodes = dict(version.nodes)
    nodes |= zip(moved, replace([*moved.values()], new), strict=True)
    nodes |= {f"after {name}": version.nodes[name] for name in recipe.forward}
    return Version(nodes, ahead=True)


def overwritten(recipe: Recipe) -> Planted:
    """Each layer's weights are updated, by whatever rule, before they send the error back."""
    weights = {recipe.given[name]: name for name in recipe.parameters}

    def rule(node: Node, g: Node) -> Shares:
        parts = list(shares(node, g))
        own = [one for one in node.inputs if one in weights]
        if node.op.name != "matmul" or len(own) != 1 or node.op.vjp is None:
            return parts
        share = dict(parts)[own[0]]
        if share is None:
            return parts
        new = _new(recipe, weights[own[0]], share)
        inputs = [new if one is own[0] else one for one in node.inputs]
        back = list(node.op.vjp(g, node, *inputs, **dict(node.attributes)))
        back[next(i for i, one in enumerate(node.inputs) if one is own[0])] = share
        return zip(node.inputs, back, strict=True)

    return Planted("", recipe.subject.output, rule)


def _new(recipe: Recipe, name: str, slope: Node) -> Node:
    others = {one: recipe.given[one] for one in recipe.parameters}
    return recipe.update({**others, name: slope})[f"new {name}"]


def squashings(recipe: Recipe) -> Iterator[tuple[str, Node]]:
    """The network's output with one of the known mistakes: the mistake's name, and the node."""
    out = recipe.forward[recipe.last]
    net = recipe.forward.get(f"net{recipe.layers}")
    if recipe.squashed == "softmax" and net is not None:
        yield "softmax over the samples", apply("softmax", net, axis=0)
    if recipe.squashed:
        yield f"{recipe.squashed} applied twice", apply(recipe.squashed, out)
    elif out not in set(activations(recipe.subject)) and out.op.name != "softmax":
        yield "sigmoid on the output of a regression", apply("sigmoid", out)


def possible(recipe: Recipe, planted: Planted, output: Node | None = None) -> Version | None:
    """The version of a mistake; None where shapes make it impossible here."""
    try:
        return recipe.version(planted, output)
    except GradstoneError:
        return None
