"""`gradstone draw difference`: the numeric derivative, and its error for every step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.descend_report import aligned
from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, picture_file
from gradstone.app.cli.typed import carets
from gradstone.app.cli.words import said
from gradstone.checking.slope import central_difference
from gradstone.descent.difference import STEPS, Difference
from gradstone.descent.difference import difference as differences
from gradstone.descent.expression import expression as read
from gradstone.descent.typed import told_of
from gradstone.descent.words import figure
from gradstone.errors import ShapeError
from gradstone.language import Language, chosen

PICTURE, DECADE = "difference.png", 4


def difference(
    expression: Annotated[
        str, typer.Argument(metavar="EXPRESSION", help='Of one variable, as "sin(x)".')
    ],
    at: Annotated[str, typer.Option(metavar="1", help="Where; a number or a formula, as pi/4.")],
    step: Annotated[float, typer.Option(metavar="H", help="The h of the difference.")] = 1e-4,
    language: Lang = None,
    out: Annotated[Path | None, picture_file(PICTURE)] = None,
    force: Force = False,
) -> None:
    """Differentiate numerically: (f(x+h) − f(x−h)) / 2h beside the exact derivative.

    The picture shows tangent and secant, and the U-shaped error over h: truncation falls with h²,
    rounding grows as 1/h. Exit codes: 0 done, 2 bad input.

    gradstone draw difference "sin(x)" --at 1

    gradstone draw difference "0.01x^2 + 0.1x" --at 5 --out tangent.svg
    """
    spoken = chosen(language, "--lang")
    path = target(out, PICTURE, force)
    with carets():
        function = read(expression)
        if len(function.variables) != 1:
            came = f"{', '.join(function.variables) or 'no variable'} came"
            raise ShapeError("expression", came, "one variable is wanted", 'As "sin(x)".')
        with told_of("--at"):
            place = float(read(at, ())())
    found = differences(function, place, step)
    for line in _lines(found, spoken):
        typer.echo(line)
    from gradstone.pictures.difference import difference_picture

    finish(difference_picture(found, title=expression, language=spoken), path, spoken)


def _lines(found: Difference, language: Language) -> Iterator[str]:
    x, value = figure(found.x, 12), figure(found.value, 12)
    central, slope = figure(found.central, 16), figure(found.slope, 16)
    yield said("value_at", language, x=found.name, at=x, value=value)
    yield said("central", language, h=figure(found.step), central=central)
    yield said("exact", language, slope=slope)
    yield said("error", language, error=figure(found.error, 3))
    if found.sides is None:
        yield said("tangent", language, line=found.tangent)
    else:
        left, right = (figure(one) for one in found.sides)
        yield said("kink", language, left=left, right=right)
    yield ""
    rows = [["h", said("head_difference", language), said("head_error", language)]]
    for one, off in list(zip(STEPS, found.errors, strict=True))[::-DECADE]:
        numeric = central_difference(found.function, found.x, float(one))
        rows.append([figure(float(one), 3), figure(numeric, 16), figure(float(off), 3)])
    yield from aligned(rows)
    yield ""
    best, lowest = found.best
    yield said("least_error", language, h=figure(best, 2), error=figure(lowest, 2))
