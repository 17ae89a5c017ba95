"""`gradstone draw network`: the network of a run, weights as widths and colours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, RunFolder, picture_file
from gradstone.language import chosen

if TYPE_CHECKING:
    from gradstone.training.run import Run

FILE = "network.png"


def network(
    run: RunFolder,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Draw the network of a run: lines wide where weights are large, orange above 0, blue below.

    A neuron has the colour of its bias. Of wide layers the first and last neurons are drawn.

    gradstone draw network runs/digits-001

    gradstone draw network runs/digits-001 --out network.svg --lang zh

    Exit codes: 0 done, 2 bad input.
    """
    spoken, path = chosen(language, "--lang"), target(out, FILE, force)
    from gradstone.pictures.network import network_picture
    from gradstone.training.loading import load

    trained = load(run)
    picture = network_picture(
        trained.network, trained.parameters, *names(trained), titled(run, trained), spoken
    )
    finish(picture, path, spoken)


def titled(folder: Path, run: Run) -> str:
    """The folder's name and the network in a line."""
    return f"{folder.resolve().name}: {run.network.describe()}"


def names(run: Run) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the inputs and the outputs of a run are called; nothing where that is not known."""
    width = run.network.width
    features: tuple[str, ...] = ()
    outputs = tuple(map(str, run.labels.names or ()))
    if run.preparation is not None:
        from gradstone.data.preparation import Preparation

        preparation = Preparation.from_json(run.preparation)
        features, outputs = preparation.features, preparation.classes or (preparation.target,)
    if len(outputs) == 2 and width == 1:
        outputs = outputs[1:]  # its probability is the output
    return features, outputs if len(outputs) == width else ()
