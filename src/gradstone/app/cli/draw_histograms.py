"""`gradstone draw histograms`: weights, outputs and gradients of each layer of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.draw_network import titled
from gradstone.app.cli.drawing import finish, target
from gradstone.language import chosen


def histograms(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    table: Annotated[
        Path | None,
        typer.Option(metavar="TABLE", help="The table a run was trained on, if it was one."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A .png, .svg, .pdf or .html; else histograms.png."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the file that --out names.")
    ] = False,
    language: Annotated[
        str | None,
        typer.Option("--lang", metavar="NAME", help="en or zh; without it the locale's."),
    ] = None,
) -> None:  # fmt: skip
    """Draw histograms of weights, outputs and gradients, a row for each layer of a run.

    All training rows are one batch. The share of exact zeros and of saturated outputs is said:
    where it is large, little gradient comes through.

    gradstone draw histograms runs/digits-001

    gradstone draw histograms runs/people-001 --table people.csv --out layers.pdf

    Exit codes: 0 done, 2 bad input.
    """
    spoken, path = chosen(language, "--lang"), target(out, "histograms.png", force)
    from gradstone.app.cli.rebuilt import rebuilt
    from gradstone.pictures.histograms import histograms_picture
    from gradstone.training.loading import load

    trained = load(run)
    _, given = rebuilt(trained, table)
    finish(
        histograms_picture(trained, given.x, given.t, titled(run, trained), spoken), path, spoken
    )
