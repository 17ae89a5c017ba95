"""`gradstone draw neuron`: one sigmoid neuron learns to part two classes, or cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import Force, Lang, picture_file
from gradstone.data.drawn import RECIPES, SIZE, draw
from gradstone.errors import RangeError, unknown
from gradstone.language import Language, chosen

if TYPE_CHECKING:
    from gradstone.data.sets import DataSet
    from gradstone.pictures.neuron import Neuron

FILE = "neuron.png"
SETS = tuple(name for name, recipe in RECIPES.items() if recipe.classes == 2)


def neuron(
    dataset: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {', '.join(SETS)}.")
    ] = "gaussians",
    size: Annotated[int, typer.Option(metavar="N", help="Points.")] = SIZE,
    noise: Annotated[
        float | None,
        typer.Option(metavar="SIGMA", help="Standard deviation of the noise; else the set's own."),
    ] = None,
    data_seed: Annotated[int, typer.Option(metavar="N", help="Of the points.")] = 0,
    epochs: Annotated[
        int, typer.Option(min=0, metavar="N", help="Updates, each on all points.")
    ] = 500,
    learning_rate: Annotated[float, typer.Option(metavar="RATE", help="Of sgd.")] = 0.5,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of the initial weights.")] = 0,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Train one sigmoid neuron on points of the plane, and draw its line before and after.

    Printed are weights, the equation of the line, how many points are right, and whether any
    straight line could part the classes.

    gradstone draw neuron

    gradstone draw neuron --dataset xor --out xor.svg
    """
    spoken = chosen(language, "--lang")
    path = target(out, FILE, force)
    points = _points(dataset, size, noise, data_seed)
    from gradstone.pictures.neuron import neuron_picture
    from gradstone.pictures.words import said

    before, after = _trained(points, epochs, learning_rate, seed)
    for when, one in (("before", before), ("after", after)):
        for line in _told(one, points, said(when, spoken), spoken):
            typer.echo(line)
    title = said(f"set_{dataset}", spoken)
    picture = neuron_picture(
        after, points.inputs, points.targets, before, title=title, language=spoken
    )
    typer.echo(picture.get_suptitle())
    finish(picture, path, spoken)


def _points(dataset: str, size: int, noise: float | None, seed: int) -> DataSet:
    if dataset in RECIPES and dataset not in SETS:
        recipe = RECIPES[dataset]
        came = f"{recipe.classes} classes came" if recipe.classes else "numbers came"
        wanted = "a set of two classes is wanted"
        raise RangeError(f"--dataset {dataset}", came, wanted, f"Take one of {', '.join(SETS)}.")
    if dataset not in SETS:
        raise unknown("--dataset", dataset, SETS)
    return draw(dataset, size, noise, seed).set()


def _trained(points: DataSet, epochs: int, rate: float, seed: int) -> tuple[Neuron, Neuron]:
    """The neuron before training and after it."""
    from gradstone.nn.module import MLP
    from gradstone.training.optimizers import sgd
    from gradstone.training.train import train

    run = train(
        MLP([2, 1], output="sigmoid"), points.inputs, points.targets, "binary_cross_entropy",
        sgd(rate), 0, len(points), seed, dtype="float64",
    )  # fmt: skip
    before = _neuron(run)
    run.fit(points.inputs, points.targets, epochs)
    return before, _neuron(run)


def _neuron(run: Any) -> Neuron:
    from gradstone.pictures.neuron import Neuron

    return Neuron(run.parameters["W1"][:, 0].tolist(), float(run.parameters["b1"][0]))


def _told(one: Neuron, points: DataSet, when: str, language: Language) -> Iterator[str]:
    from gradstone.pictures.neuron import number
    from gradstone.pictures.words import said

    first, second, bias = (number(value, 6) for value in (*one.weights, one.bias))
    yield said("weights_are", language, when=when, first=first, second=second, bias=bias)
    equation = one.equation(6)
    if equation:
        shown = f"{equation}  ⇒  {one.explicit(6)}" if one.explicit() else equation
        yield "  " + said("line_is", language, equation=shown)
    else:
        yield "  " + said("no_line", language)
    right, total = int((one.decides(points.inputs) == points.targets).sum()), len(points)
    yield "  " + said("points_right", language, right=right, total=total, share=right / total)
