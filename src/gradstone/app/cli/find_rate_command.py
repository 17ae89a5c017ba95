"""`gradstone find-rate`: a learning-rate range test, its picture and a suggestion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from gradstone.app.cli import words
from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.material import Choice
from gradstone.app.cli.named_options import Activation, Dataset, Loss, OptimizerName
from gradstone.app.cli.options import (
    BatchSize,
    DataSeed,
    Force,
    Hidden,
    Lang,
    Noise,
    Size,
    Table,
    Target,
    Task,
    picture_file,
)
from gradstone.app.cli.request import Request, network_of, optimizer_of
from gradstone.app.cli.train_line import train_line
from gradstone.language import Language, chosen
from gradstone.studies.rate import RateTest
from gradstone.studies.rate import find_rate as found

FILE = "rate.png"
NOTHING = 1
FEW = 20
"""A test that ended before so many updates began too high."""


def find_rate(
    table: Table = None,
    column: Target = None,
    task: Task = None,
    dataset: Dataset = None,
    size: Size = None,
    noise: Noise = None,
    data_seed: DataSeed = None,
    hidden: Hidden = "64",
    activation: Activation = "relu",
    optimizer: OptimizerName = "adam",
    loss: Loss = None,
    batch_size: BatchSize = 32,
    lowest: Annotated[float, typer.Option(metavar="RATE", help="Of the first update.")] = 1e-6,
    highest: Annotated[float, typer.Option(metavar="RATE", help="Of the last update.")] = 10.0,
    steps: Annotated[
        int,
        typer.Option(min=10, metavar="N", help="Updates; beyond 1000 in several trainings."),
    ] = 100,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of initial weights and order.")
    ] = 0,
    out: Annotated[Path | None, picture_file(FILE)] = None,
    force: Force = False,
    language: Lang = None,
) -> None:  # fmt: skip
    """Find a learning rate: train while the rate rises, and see when the loss turns.

    Far too small, a rate changes nothing; then the loss falls; too large, it rises. A tenth of the
    rate where the smoothed loss is lowest is suggested. It takes a second or two. More --steps make
    it surer: beyond 1000 the median of several trainings is judged, each with other initial
    weights. The picture is PNG, SVG, PDF or HTML by the name of its file.

    gradstone find-rate

    gradstone find-rate --steps 20000

    gradstone find-rate --dataset moons --hidden 16 --activation tanh --optimizer sgd

    gradstone find-rate people.csv --target height --out height-rate.svg

    Exit codes: 0 done, 1 no rate could be suggested, 2 bad input.
    """
    spoken = chosen(language, "--lang")
    path = target(out, FILE, force)
    choice = Choice(table, column, None, task, dataset, size, noise, data_seed)
    material = choice.material()
    request = Request(hidden, activation, optimizer, None, None, batch_size, seed, loss)
    network, objective = network_of(material, request)
    rows = material.training
    test = found(
        network, rows.inputs, rows.targets, objective, optimizer_of(request), lowest, highest,
        steps, batch_size, seed,
    )  # fmt: skip
    for sentence in told(test, spoken):
        typer.echo(sentence)
    from gradstone.app.cli.run_pictures import called
    from gradstone.pictures.rate import rate_picture
    from gradstone.pictures.words import said

    title = said("run_title", spoken, title=called(material, spoken), network=network.describe())
    finish(rate_picture(test, title, spoken), path, spoken)
    if test.suggestion is None:
        raise typer.Exit(NOTHING)
    rate = float(f"{test.suggestion:.2g}")
    line = train_line(choice, replace(request, learning_rate=rate))
    typer.echo(words.said("next", spoken, command=line))


def told(test: RateTest, language: Language = "en") -> Iterator[str]:
    """The suggestion, or that there is none, and a sentence or two why."""
    from gradstone.pictures.words import said

    if test.suggestion is None:
        first, last = f"{test.rates[0]:.2g}", f"{test.rates[-1]:.2g}"
        yield said("rate_none", language, first=first, last=last)
        early = test.diverged_at is not None and len(test.rates) < FEW
        key = "lower" if early else "data" if test.diverged_at is not None else "higher"
        yield said(f"rate_try_{key}", language)
        return
    yield said("rate_found", language, rate=f"{test.suggestion:.2g}")
    lowest = float(np.interp(test.lowest_at, test.rates, test.smoothed))
    high, low = f"{test.initial:.4g}", f"{lowest:.4g}"
    why = "rate_why_unfinished" if test.unfinished else "rate_why"
    parts = [said(why, language, high=high, low=low, lowest=f"{test.lowest_at:.2g}")]
    if test.steepest_at is not None:
        parts.append(said("rate_steep", language, rate=f"{test.steepest_at:.2g}"))
    if test.diverged_at is not None:
        parts.append(said("rate_diverged", language, rate=f"{test.diverged_at:.2g}"))
    if test.unfinished:
        parts.append(said("rate_unfinished", language, rate=f"{test.highest:g}"))
    yield (" " if language == "en" else "").join(parts)
