"""`gradstone draw graph`: the graph of a formula, with value and gradient at each node."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.explain_command import check_new
from gradstone.app.cli.options import Force, Lang
from gradstone.app.cli.typed import carets
from gradstone.app.cli.words import said
from gradstone.descent.expression import Expression, expression
from gradstone.descent.minimize import prepared
from gradstone.descent.typed import parts, told_of
from gradstone.errors import DataError, FileError, RangeError, unknown
from gradstone.language import chosen

ENDINGS = (".svg", ".dot", ".html")


def graph(
    formula: Annotated[
        str,
        typer.Argument(metavar="EXPRESSION", help='As "(apple*2 + orange*3)*tax"; in quotes.'),
    ],
    at: Annotated[
        str,
        typer.Option(metavar="NAME=VALUE,…", help="A value for each name of the formula."),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A .svg, a .dot for Graphviz, or a .html page; else graph.svg."
        ),
    ] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Draw the computation graph of a formula: blue the values, orange the gradients.

    Names have gradients, numbers that stand in the formula have none. A .html file is the whole
    account, each number worked out.

    gradstone draw graph "(apple*2 + orange*3)*tax" --at apple=100,orange=150,tax=1.1

    gradstone draw graph "(apple*n + orange*m)*tax" --at apple=100,n=2,orange=150,m=3,tax=1.1

    gradstone draw graph "sin(x y) + x^2" --at x=1,y=pi/2 --out graph.dot

    Exit codes: 0 done, 2 bad input.
    """
    spoken, path = chosen(language, "--lang"), out or Path("graph.svg")
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        advice = "Graphviz makes other pictures of a .dot: dot -Tpng graph.dot -o graph.png."
        came = f"{path.suffix or 'no ending'} came"
        raise FileError(f"--out {path}", came, f"one of {', '.join(ENDINGS)} is wanted", advice)
    check_new(path, force)
    with carets():
        function, values = _read(formula, at)

    from gradstone.accounts.explain import explain

    told = explain(function, *values, language=spoken)
    {".svg": told.to_svg, ".dot": told.to_dot, ".html": told.to_html}[ending](path)
    typer.echo(said("saved_as", spoken, files=path))


def _read(formula: str, at: str) -> tuple[Expression, list[float]]:
    """The formula, and the values of its variables in their order.

    Raises:
        ExpressionError: no formula. RangeError: a name without a value. UnknownNameError: a
        value for a name that the formula does not have. DataError: a point with no finite value.
    """
    given = _values(at)
    function = expression(formula, list(given) or None)
    used = {item.name for item in function.items if item.count < 0}
    if not used:
        wanted = "at least one name is wanted, for numbers have no gradient"
        raise RangeError(formula, "a formula of numbers alone came", wanted)
    for name in given:
        if name not in used:
            raise unknown(f"--at {at}: name", name, used)
    missing = [name for name in function.variables if name not in given]
    if missing:
        example = ",".join(f"{name}=1" for name in function.variables)
        wanted = f"a value for {', '.join(missing)} is wanted"
        raise RangeError("--at", at or "nothing came", wanted, f"As --at {example}.")
    values = [given[name] for name in function.variables]
    _check_finite(function, values, at)
    return function, values


def _check_finite(function: Expression, values: list[float], at: str) -> None:
    problem, flat = prepared(function, tuple(values))
    value, slopes = problem.both(flat)
    if not (isfinite(value) and all(map(isfinite, slopes))):
        came = f"the value or a gradient is not finite there ({problem.reason(flat)})"
        raise DataError(f"--at {at}", came, "a point where all are is wanted")


def _values(at: str) -> dict[str, float]:
    """Names and their values; a value may be a formula of numbers, as pi/2."""
    given: dict[str, float] = {}
    for part in filter(None, parts(at.replace("＝", "="))):
        name, sign, value = (one.strip() for one in part.partition("="))
        if not (name and sign and value):
            raise RangeError("--at", f"{part!r} came", "NAME=VALUE is wanted")
        if name in given:
            raise RangeError("--at", f"{name} came twice", "each name is wanted once")
        with told_of("--at"):
            given[name] = float(expression(value, ())())
    return given
