"""`gradstone draw loss`: the loss of a saved run, with a trailing average."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.draw_network import titled
from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, RunFolder, picture_file
from gradstone.language import chosen

FILE = "loss.png"


def loss(
    run: RunFolder,
    average: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="WINDOW",
            help="Draw the mean of the last so many epochs too, each with those before it.",
        ),
    ] = None,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Draw loss and metric of a run, epoch by epoch.

    The average at an epoch is over that epoch and those before it, never over later ones.

    gradstone draw loss runs/digits-001

    gradstone draw loss runs/digits-001 --average 5 --out loss.svg
    """
    spoken = chosen(language, "--lang")
    path = target(out, FILE, force)
    from gradstone.pictures.loss import loss_picture
    from gradstone.training.loading import load

    told = load(run)
    name = told.plan.objective.loss
    finish(loss_picture(told.history, titled(run, told), name, spoken, average), path, spoken)
