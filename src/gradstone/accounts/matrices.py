"""The matrix form of a layer's steps, with shapes: a summary of the lines before it."""

from __future__ import annotations

from collections.abc import Sequence

from gradstone.accounts.account import MatrixForm
from gradstone.accounts.links import Link
from gradstone.accounts.paths import Told
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Names

MOST = 12
"""Columns a matrix may have to be printed."""


def matrix(step: Told, name: str, shape: tuple[int, ...], names: Names) -> MatrixForm:
    """A given parameter: its names and its numbers."""
    rows = shape if len(shape) == 2 else (1, *shape)
    told, symbols = [], []
    for i in range(rows[0]):
        places = [(i, j) if len(shape) == 2 else (j,) for j in range(rows[1])]
        told.append(tuple(names(one)[0] for one in places))
        symbols.append(tuple(names(one)[1] for one in places))
    return MatrixForm(_bold(name), name, "", "", tuple(symbols), tuple(told))


def _bold(name: str, letter: str = "") -> Symbol:
    return Symbol(letter or name[0], layer=name.lstrip("Wbdnetouslp"), bold=True)


def _shape(*sizes: int) -> str:
    return "(" + "×".join(map(str, sizes)) + ")"


def _values(step: Told, name: str, rows: int, columns: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(f"{name}[{i},{j}]" for j in range(columns)) for i in range(rows))


def _outcome(step: Told, layer: int, links: Sequence[Link]) -> str:
    """What a layer holds after some of its links; with none its nets, in layer 0 the inputs."""
    for link in reversed(links):
        return rf"\mathbf{{{link.letter}}}^{{({layer})}}{_step(link)}"
    return rf"\mathbf{{net}}^{{({layer})}}" if layer else r"\mathbf{X}"


def _step(link: Link) -> str:
    return f"_{{{link.step}}}" if link.step else ""


def _source(step: Told, layer: int) -> str:
    """What the weights of a layer are multiplied with."""
    return _outcome(step, layer - 1, step.graph.links[layer - 1])


def forward_forms(step: Told, layer: int) -> list[MatrixForm]:
    """net = X W + b and out = σ(net) on the whole batch."""
    linear = step.names.linear[layer - 1]
    n, i, o = step.names.samples, linear.inputs, linear.outputs
    if max(n, i, o) > MOST:
        return []
    source = _source(step, layer)
    weights = rf"\mathbf{{W}}^{{({layer})}}"
    formula = rf"{source}\,{weights}"
    shapes = f"{_shape(n, i)}{_shape(i, o)}"
    if linear.bias:
        formula += rf" + \mathbf{{b}}^{{({layer})}}"
        shapes += f" + {_shape(1, o)}"
    shapes += f" → {_shape(n, o)}"
    values = _values(step, f"net{layer}", n, o)
    forms = [MatrixForm(Symbol("net", layer=str(layer), bold=True), f"net{layer}", formula,
                        shapes, (), values)]  # fmt: skip
    for place, link in enumerate(step.graph.links[layer]):
        if link.applied is not None and step.has(f"{link.value}[0,0]"):
            entering = _outcome(step, layer, step.graph.links[layer][:place])
            forms.append(_activated(step, link, entering))
    return forms


def _activated(step: Told, link: Link, entering: str) -> MatrixForm:
    assert link.applied is not None
    name = link.applied.name.replace("_", r"\_")
    head = r"\sigma" if name == "sigmoid" else rf"\operatorname{{{name}}}"
    formula = rf"{head}\left({entering}\right)"
    n, o = link.node.shape
    shapes, values = f"{_shape(n, o)} → {_shape(n, o)}", _values(step, link.value, n, o)
    below = str(link.step) if link.step else ""
    symbol = Symbol("out", below, layer=str(link.layer), bold=True)
    return MatrixForm(symbol, link.value, formula, shapes, (), values)


def gradient_forms(step: Told, layer: int) -> list[MatrixForm]:
    """δ, dW = inputᵀ δ and db = column sums of δ, on the whole batch."""
    linear = step.names.linear[layer - 1]
    n, i, o = step.names.samples, linear.inputs, linear.outputs
    if max(n, i, o) > MOST:
        return []
    delta = rf"\boldsymbol{{\delta}}^{{({layer})}}"
    source = _source(step, layer)
    forms = [MatrixForm(Symbol("δ", layer=str(layer), bold=True), f"dnet{layer}",
                        _delta(step, layer), _delta_shapes(step, layer, n, o), (),
                        _values(step, f"dnet{layer}", n, o))]  # fmt: skip
    forms.append(MatrixForm(Symbol("dW", layer=str(layer), bold=True), f"dW{layer}",
                            rf"{{{source}}}^{{T}}\,{delta}",
                            f"{_shape(i, n)}{_shape(n, o)} → {_shape(i, o)}", (),
                            _values(step, f"dW{layer}", i, o)))  # fmt: skip
    if linear.bias:
        row = (tuple(f"db{layer}[{j}]" for j in range(o)),)
        forms.append(MatrixForm(Symbol("db", layer=str(layer), bold=True), f"db{layer}",
                                rf"\sum_{{n}} {delta}_{{n}}",
                                f"{_shape(n, o)} → {_shape(1, o)}", (), row))  # fmt: skip
    return [one for one in forms if all(step.has(a) for row in one.addresses for a in row)]


def _delta(step: Told, layer: int) -> str:
    """δ of a layer; where it is no product entry by entry, only its name."""
    links, last = step.graph.links[layer], layer == len(step.names.linear)
    plain = not any(one.applied is not None for one in links) or links[-1].kind == "mask"
    if any(one.mixing for one in links) or (last and plain):
        return rf"\frac{{\partial E}}{{\partial \mathbf{{net}}^{{({layer})}}}}"
    factors = "".join(_factor(one) for one in reversed(links))
    if last:
        return rf"\frac{{\partial E}}{{\partial \mathbf{{out}}^{{({layer})}}}}" + factors
    following = (
        rf"\boldsymbol{{\delta}}^{{({layer + 1})}}\,{{\mathbf{{W}}^{{({layer + 1})}}}}^{{T}}"
    )
    return rf"\left({following}\right)" + factors if factors else following


def _factor(link: Link) -> str:
    """What comes on the way back from what follows a link."""
    letter = {"slope": "slope", "mask": "r", "early": "q"}[link.kind]
    return rf" \odot \mathbf{{{letter}}}^{{({link.layer})}}{_step(link)}"


def _delta_shapes(step: Told, layer: int, n: int, o: int) -> str:
    if layer == len(step.names.linear) or any(one.mixing for one in step.graph.links[layer]):
        return _shape(n, o)
    after = step.names.linear[layer].outputs
    return f"{_shape(n, after)}{_shape(after, o)} → {_shape(n, o)}"
