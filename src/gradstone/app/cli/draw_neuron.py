"""`gradstone draw neuron`: one sigmoid neuron learns to part two classes, or cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from gradstone.app.cli import words
from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.options import (
    DataSeed,
    Force,
    Lang,
    Noise,
    PlaneTable,
    Size,
    Target,
    picture_file,
)
from gradstone.app.cli.plane import plane_rows
from gradstone.data.drawn import RECIPES, SIZE, draw
from gradstone.data.preparation import Preparation
from gradstone.data.sets import DataSet
from gradstone.errors import DataError, RangeError, unknown
from gradstone.language import Language, chosen

if TYPE_CHECKING:
    from gradstone.pictures.neuron import Neuron
    from gradstone.training.run import Run

FILE = "neuron.png"
Array = np.ndarray[Any, Any]
SETS = tuple(name for name, recipe in RECIPES.items() if recipe.classes == 2)
FIRST = "gaussians"
LISTED = 6
"""So many classes at most are named in an error."""


def neuron(
    table: PlaneTable = None,
    column: Target = None,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"One of {', '.join(SETS)}; without it {FIRST}."),
    ] = None,
    size: Size = None,
    noise: Noise = None,
    data_seed: DataSeed = None,
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
    straight line could part the classes. The columns of a TABLE are standardised for training;
    weights and line are told in its own units.

    gradstone draw neuron

    gradstone draw neuron --dataset xor --out xor.svg

    gradstone draw neuron people.csv --target sport --lang zh
    """
    spoken = chosen(language, "--lang")
    path = target(out, FILE, force)
    drawing = {
        "--dataset": dataset, "--size": size, "--noise": noise, "--data-seed": data_seed
    }  # fmt: skip
    given = plane_rows(table, column, drawing)
    points, units = given or (
        _built_in(FIRST if dataset is None else dataset, size, noise, data_seed),
        None,
    )
    if units is not None:
        _check_two(points, f"{table}, column {column!r}")
    from gradstone.pictures.neuron import neuron_picture
    from gradstone.pictures.regions import NAMES
    from gradstone.pictures.words import said

    before, after = _trained(points, units, epochs, learning_rate, seed)
    for line in _lines(points, units is not None, before, after, spoken):
        typer.echo(line)
    names, title = points.features, points.name
    if units is None:
        names, title = NAMES, said(f"set_{points.name}", spoken)
    picture = neuron_picture(
        after, points.inputs, points.targets, before, names, points.classes, title, spoken
    )
    typer.echo(picture.get_suptitle())
    finish(picture, path, spoken)


def _built_in(name: str, size: int | None, noise: float | None, seed: int | None) -> DataSet:
    if name in RECIPES and name not in SETS:
        recipe = RECIPES[name]
        came = f"{recipe.classes} classes came" if recipe.classes else "numbers came"
        wanted = "a set of two classes is wanted"
        raise RangeError(f"--dataset {name}", came, wanted, f"Take one of {', '.join(SETS)}.")
    if name not in SETS:
        raise unknown("--dataset", name, SETS)
    return draw(name, SIZE if size is None else size, noise, seed or 0).set()


def _check_two(points: DataSet, subject: str) -> None:
    """DataError where a table's target is no two classes."""
    classes = points.classes
    if not classes:
        raise DataError(subject, "numbers came", "two classes are wanted")
    if len(classes) != 2:
        more = " …" if len(classes) > LISTED else ""
        came = f"{len(classes)} classes came ({', '.join(classes[:LISTED])}{more})"
        advice = "Leave rows of two of them in the table."
        raise DataError(subject, came, "two are wanted, for one neuron parts two", advice)


def _trained(
    points: DataSet, units: Preparation | None, epochs: int, rate: float, seed: int
) -> tuple[Neuron, Neuron]:
    """The neuron before training and after it, both on points as they are given.

    Args:
        units: how they are standardised for training; None: not at all.
    """
    from gradstone.nn.module import MLP
    from gradstone.training.optimizers import sgd
    from gradstone.training.train import train

    mean, scale = np.zeros(2), np.ones(2)
    if units is not None:
        mean, scale = np.array(units.mean), np.array(units.scale)
    inputs = (points.inputs - mean) / scale
    run = train(
        MLP([2, 1], output="sigmoid"), inputs, points.targets, "binary_cross_entropy",
        sgd(rate), 0, len(points), seed, dtype="float64",
    )  # fmt: skip
    before = _neuron(run, mean, scale)
    run.fit(inputs, points.targets, epochs)
    return before, _neuron(run, mean, scale)


def _neuron(run: Run, mean: Array, scale: Array) -> Neuron:
    """The neuron on points that are not standardised: w/s and b − Σ w·m/s."""
    from gradstone.pictures.neuron import Neuron

    weights = run.parameters["W1"][:, 0] / scale
    return Neuron(weights.tolist(), float(run.parameters["b1"][0] - weights @ mean))


def _lines(
    points: DataSet, named: bool, before: Neuron, after: Neuron, language: Language
) -> Iterator[str]:
    """The neuron in numbers, before training and after it.

    Args:
        named: whether the features have names of their own.
    """
    from gradstone.pictures.words import said

    if named:
        first, second = points.features
        label = points.classes[1]
        yield words.said("neuron_names", language, first=first, second=second, label=label)
    for when, one in (("before", before), ("after", after)):
        yield from _told(one, points, said(when, language), language)


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
