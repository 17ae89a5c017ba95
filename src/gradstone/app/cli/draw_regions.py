"""`gradstone draw regions`: the decision regions of a saved run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, RunFolder, RunTable, picture_file
from gradstone.language import chosen

FILE = "regions.png"


def regions(
    run: RunFolder,
    table: RunTable = None,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Draw which class a run takes each point of the plane for, and how surely.

    For runs on two features and classes. The colour is that of the class taken, the stronger the
    surer; points taken for another class are ringed. A run on a built-in set knows its points; of
    a run on a table, name the table.

    gradstone draw regions runs/moons-001

    gradstone draw regions runs/flowers-001 --table flowers.csv --out regions.svg
    """
    spoken = chosen(language, "--lang")
    path = target(out, FILE, force)
    from gradstone.app.cli import run_pictures
    from gradstone.app.cli.rebuilt import rebuilt
    from gradstone.training.loading import load

    trained = load(run)
    material, _ = rebuilt(trained, table)
    finish(run_pictures.regions(trained, material, spoken), path, spoken)
