"""The matrix form of a layer's steps, with shapes: a summary of the lines before it."""

from __future__ import annotations

from gradstone.accounts.account import MatrixForm
from gradstone.accounts.paths import Told
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Names
from gradstone.nn.layers import Activation

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


def _source(step: Told, layer: int) -> str:
    """What the weights of a layer are multiplied with."""
    told, before = step.graph.told, layer - 1
    for name, letter in (("mask", "kept"), ("out", "out"), ("net", "net")):
        if f"{name}{before}" in told:
            return rf"\mathbf{{{letter}}}^{{({before})}}"
    return r"\mathbf{X}"


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
    if step.has(f"out{layer}[0,0]"):
        forms.append(_activated(step, layer, n, o))
    return forms


def _activated(step: Told, layer: int, n: int, o: int) -> MatrixForm:
    name = next(
        one.name for number, one in step.names.network.numbered()
        if number == layer and isinstance(one, Activation)
    )  # fmt: skip
    letter = "kept" if f"early{layer}" in step.graph.told else "net"
    formula = rf"\operatorname{{{name}}}\left(\mathbf{{{letter}}}^{{({layer})}}\right)".replace(
        r"\operatorname{sigmoid}", r"\sigma").replace("_", r"\_")  # fmt: skip
    shapes, values = f"{_shape(n, o)} → {_shape(n, o)}", _values(step, f"out{layer}", n, o)
    symbol = Symbol("out", layer=str(layer), bold=True)
    return MatrixForm(symbol, f"out{layer}", formula, shapes, (), values)


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
    told, last = step.graph.told, layer == len(step.names.linear)
    sloped, masked = f"slope{layer}" in told, f"mask{layer}" in told
    if layer in step.graph.mixing or (last and (masked or not sloped)):
        return rf"\frac{{\partial E}}{{\partial \mathbf{{net}}^{{({layer})}}}}"
    slope = rf" \odot \mathbf{{slope}}^{{({layer})}}" if sloped else ""
    slope += rf" \odot \mathbf{{q}}^{{({layer})}}" if f"early{layer}" in told else ""
    if last:
        return rf"\frac{{\partial E}}{{\partial \mathbf{{out}}^{{({layer})}}}}" + slope
    mask = rf" \odot \mathbf{{r}}^{{({layer})}}" if masked else ""
    factors = mask + slope
    following = (
        rf"\boldsymbol{{\delta}}^{{({layer + 1})}}\,{{\mathbf{{W}}^{{({layer + 1})}}}}^{{T}}"
    )
    return rf"\left({following}\right)" + factors if factors else following


def _delta_shapes(step: Told, layer: int, n: int, o: int) -> str:
    if layer == len(step.names.linear) or layer in step.graph.mixing:
        return _shape(n, o)
    after = step.names.linear[layer].outputs
    return f"{_shape(n, after)}{_shape(after, o)} → {_shape(n, o)}"
