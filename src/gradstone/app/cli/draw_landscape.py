"""`gradstone draw landscape`: the loss around the trained weights of a run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.draw_network import titled
from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, RunFolder, RunTable, picture_file
from gradstone.app.cli.words import said
from gradstone.errors import unknown
from gradstone.language import Language, chosen

FILE = "landscape.png"
DIRECTIONS = ("random", "path")


def landscape(
    run: RunFolder,
    table: RunTable = None,
    directions: Annotated[
        str, typer.Option(metavar="NAME", help="random or path; path trains once more.")
    ] = "random",
    points: Annotated[
        int, typer.Option(min=3, metavar="N", help="Points of the grid in each direction.")
    ] = 41,
    reach: Annotated[
        float, typer.Option(metavar="NUMBER", help="Of random directions; 1: the weights' length.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of random directions.")] = 0,
    surface: Annotated[bool, typer.Option("--surface", help="In three dimensions.")] = False,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Draw the loss of the training rows around the trained weights, on a plane through them.

    Random directions are as long, neuron by neuron, as the weights (Li et al. 2018), so planes of
    different runs can be compared. --directions path takes those in which training went most, and
    draws the way it went; for that the training is done once more.

    gradstone draw landscape runs/digits-001

    gradstone draw landscape runs/digits-001 --directions path --surface --out way.png

    Exit codes: 0 done, 2 bad input.
    """
    spoken, path = chosen(language, "--lang"), target(out, FILE, force)
    if directions not in DIRECTIONS:
        raise unknown("--directions", directions, DIRECTIONS)
    from gradstone.app.cli.rebuilt import rebuilt
    from gradstone.app.cli.terminal import display
    from gradstone.pictures.landscape import landscape_picture
    from gradstone.studies.landscape import loss_landscape
    from gradstone.studies.repeating import repeated
    from gradstone.training.loading import load

    trained = load(run)
    _, given = rebuilt(trained, table)
    way = None
    if directions == "path":
        shown = display(not sys.stderr.isatty(), spoken)
        try:
            way = repeated(trained, given.x, given.t, progress=shown).snapshots
        finally:
            shown.close()
    with _bar(spoken) as told:
        found = loss_landscape(
            trained, given.x, given.t, directions, points, reach, seed, way, told
        )
    finish(landscape_picture(found, titled(run, trained), surface, spoken), path, spoken)


@contextmanager
def _bar(language: Language) -> Iterator[Callable[[int, int], None] | None]:
    """Who is told of progress: a bar on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(said("grid", language)), BarColumn(20), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
