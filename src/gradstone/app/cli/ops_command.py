"""`gradstone ops`: the table of ops, and a card for each row of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np
import typer

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.app.cli.curve import (
    END,
    STEPS,
    Curve,
    curve,
    grid,
    largest_slope,
    monotone,
    range_of,
    saturation,
)
from gradstone.app.cli.derivation import Derivation, derivation, operands
from gradstone.app.cli.formula import number
from gradstone.graph.op import OPS, Op, row

POINTS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])


def ops(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The op to tell of; none: all.")
    ] = None,
) -> None:
    """The table of ops; with a NAME, what there is to know of that one.

    A card tells the definition, how the derivative follows, values, and what was measured on a
    grid: range, largest slope, saturation, whether it is monotone.

    gradstone ops

    gradstone ops sigmoid
    """
    lines = _table() if name is None else card(row(name))
    for line in lines:
        typer.echo(line.rstrip())


def _table() -> Iterator[str]:
    width = max(map(len, OPS))
    for number_of_kind, kind in enumerate(dict.fromkeys(op.kind for op in OPS.values())):
        yield from ["", kind] if number_of_kind else [kind]
        for op in OPS.values():
            if op.kind == kind:
                tags = f"  [{', '.join(sorted(op.tags))}]" if op.tags else ""
                yield f"  {op.name:{width}}  {_first_line(op.doc)}{tags}"
    yield ""
    yield f"{len(OPS)} ops. gradstone ops NAME tells of one."


def _first_line(doc: str) -> str:
    return doc.split("\n\n")[0].replace("\n", " ").strip()


def card(op: Op) -> Iterator[str]:
    """All there is to know of a row, a line at a time."""
    yield from _head(op)
    told = derivation(op)
    if told is not None:
        yield from _derivation(op, told)
    points = curve(op, POINTS) if told is not None else None
    if points is not None:
        yield from _values(points)
    measured = curve(op, grid()) if points is not None and "activation" in op.tags else None
    if measured is not None:
        yield from _measured(measured)


def _head(op: Op) -> Iterator[str]:
    settings = ", ".join([*operands(op), *_settings(op)])
    tags = "".join(f", {tag}" for tag in sorted(op.tags))
    yield f"{op.name}{f'({settings})' if op.kind != 'source' else ''}    {op.kind}{tags}"
    yield ""
    for line in op.doc.splitlines():
        yield f"  {line.strip()}"
    if op.source:
        yield f"  Source: {op.source}."
    for name, text in (("LaTeX", _filled(op.latex, op)), ("Excel", _filled(op.excel, op))):
        if text:
            yield f"  {name}: {text}"
    if op.kinks:
        places = ", ".join(map(number, op.kinks))
        yield f"  The derivative jumps at {places}."


def _settings(op: Op) -> list[str]:
    defaults: Sequence[Any] = getattr(op.expand, "__defaults__", None) or ()
    pairs = zip(op.names[len(op.names) - len(defaults) :], defaults, strict=False)
    given = {name: f"{name}={value!r}" for name, value in pairs}
    return [given.get(name, name) for name in op.names]


def _filled(template: str, op: Op) -> str:
    from gradstone.ops.table import Operand

    try:
        return template.format(*(Operand(name) for name in operands(op)))
    except (IndexError, ValueError):
        return template


def _derivation(op: Op, told: Derivation) -> Iterator[str]:
    yield ""
    yield "Definition" + (f", told for {told.shapes}" if told.shapes else "")
    yield from (f"  {line}" for line in told.forward)
    yield ""
    first = operands(op)[0]
    yield f"Derivative; g is the gradient that reaches y, d{first} the one that reaches {first}"
    if told.refusal:
        yield f"  {told.refusal}"
    if told.backward:
        yield "  step by step, backwards:"
        yield from (f"    {line}" for line in told.backward)
    if told.by_hand:
        yield "  put together by hand:" if told.backward else "  by its rule:"
        yield from (f"    {line}" for line in told.by_hand)
    if not (told.refusal or told.backward or told.by_hand):
        yield "  none: no gradient passes"


def _values(points: Curve) -> Iterator[str]:
    yield ""
    yield f"{'x':>8}  {'f(x)':>14}" + ("" if points.slope is None else f"  {'f′(x)':>14}")
    for place in np.flatnonzero(np.isfinite(points.y)):
        x = points.x[place]
        slope = "" if points.slope is None else f"  {_figure(points.slope[place]):>14}"
        yield f"{number(x):>8}  {_figure(points.y[place]):>14}{slope}"


def _figure(value: float) -> str:
    return ("−" if value < 0 else "") + f"{abs(value):.8f}"


def _measured(one: Curve) -> Iterator[str]:
    yield ""
    yield f"Measured on {len(one.x)} points from −{END} to {END}, every {1 / STEPS:g}"
    facts = [("range", range_of(one)), ("monotone", monotone(one))]
    if one.slope is not None:
        facts.insert(1, ("largest slope", largest_slope(one)))
    facts += [("saturation left", saturation(one, 0)), ("saturation right", saturation(one, -1))]
    for name, text in facts:
        yield f"  {name:18}{text}"
