"""`gradstone draw fit`: the data and the curve of a saved run on one feature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, RunFolder, RunTable, picture_file
from gradstone.language import chosen

FILE = "fit.png"


def fit(
    run: RunFolder,
    table: RunTable = None,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Draw the data of a run on one feature, and its curve before and after training.

    For runs that tell a number from one feature. Where the network is a straight line, as one
    without hidden neurons is, its equation is there, and the line of least squares beside it. A
    run on a built-in set knows its points; of a run on a table, name the table.

    gradstone draw fit runs/sine-001

    gradstone draw fit runs/heights-001 --table heights.csv --out fit.svg
    """
    spoken = chosen(language, "--lang")
    path = target(out, FILE, force)
    from gradstone.app.cli import run_pictures
    from gradstone.app.cli.rebuilt import rebuilt
    from gradstone.training.loading import load

    trained = load(run)
    material, _ = rebuilt(trained, table)
    finish(run_pictures.fit(trained, material, spoken), path, spoken)
