"""`gradstone draw activations`: activation functions, their derivatives, where they saturate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, picture_file
from gradstone.language import Language, chosen

FILE = "activations.png"
DIGITS, WIDTH = 8, 13


def activations(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME,…]", help="As sigmoid,tanh,relu; none: all of them."),
    ] = None,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Draw activation functions with their derivatives, and shade where they saturate.

    Saturated is where |f′| is below a hundredth of its largest value: little is learned there.
    Printed are f and f′ at −2, −1, 0, 1 and 2.

    gradstone draw activations

    gradstone draw activations sigmoid,tanh --out sigmoid.svg
    """
    spoken = chosen(language, "--lang")
    path = target(out, FILE, force)
    from gradstone.graph.op import tagged
    from gradstone.pictures.activation import activation_picture

    parts = [part.strip() for text in names or () for part in text.split(",")]
    wanted = list(dict.fromkeys(part for part in parts if part)) or sorted(tagged("activation"))
    picture = activation_picture(wanted, spoken)
    for name in wanted:
        for line in _told(name, spoken):
            typer.echo(line)
    finish(picture, path, spoken)


def _told(name: str, language: Language) -> Iterator[str]:
    """A function in numbers."""
    from gradstone.pictures.activation import MARKED, activation_curve, saturation
    from gradstone.pictures.words import said

    one = activation_curve(name, np.array(MARKED))
    yield said("titled", language, title=name, told=saturation(one, language))
    for head, values in (("x", one.x), ("f(x)", one.y), ("f′(x)", one.slope)):
        yield f"  {head:6}" + "".join(f"{_number(value):>{WIDTH}}" for value in values.tolist())


def _number(value: float) -> str:
    return f"{value + 0.0:.{DIGITS}g}".replace("-", "−")
