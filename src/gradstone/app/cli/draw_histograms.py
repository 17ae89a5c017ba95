"""`gradstone draw histograms`: weights, outputs and gradients of each layer of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from gradstone.app.cli.draw_network import titled
from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, RunFolder, RunTable, picture_file
from gradstone.language import chosen

FILE = "histograms.png"


def histograms(
    run: RunFolder,
    table: RunTable = None,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Draw histograms of weights, outputs and gradients, a row for each layer of a run.

    All training rows are one batch. The share of exact zeros and of saturated outputs is said:
    where it is large, little gradient comes through.

    gradstone draw histograms runs/digits-001

    gradstone draw histograms runs/people-001 --table people.csv --out layers.pdf

    Exit codes: 0 done, 2 bad input.
    """
    spoken, path = chosen(language, "--lang"), target(out, FILE, force)
    from gradstone.app.cli.rebuilt import rebuilt
    from gradstone.pictures.histograms import histograms_picture
    from gradstone.training.loading import load

    trained = load(run)
    _, given = rebuilt(trained, table)
    finish(
        histograms_picture(trained, given.x, given.t, titled(run, trained), spoken), path, spoken
    )
