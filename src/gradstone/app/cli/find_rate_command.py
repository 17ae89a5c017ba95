"""`gradstone find-rate`: a learning-rate range test, its picture and a suggestion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.drawing import finish, target
from gradstone.app.cli.material import SETS, Choice
from gradstone.app.cli.request import Request, listed, network_of, optimizer_of
from gradstone.app.cli.train_line import train_line
from gradstone.graph.op import tagged
from gradstone.language import Language, chosen
from gradstone.nn.layers import activations
from gradstone.studies.rate import RateTest
from gradstone.studies.rate import find_rate as found
from gradstone.training.optimizers import OPTIMIZERS

FILE = "rate.png"
NOTHING = 1
FEW = 20
"""A test that ended before so many updates began too high."""


def find_rate(
    table: Annotated[
        Path | None,
        typer.Argument(metavar="[TABLE]", help="A CSV file with a header; none: the digits."),
    ] = None,
    column: Annotated[
        str | None, typer.Option("--target", metavar="COLUMN", help="Of TABLE, to predict.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="classification or regression.")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"A built-in set instead: {', '.join(SETS)}."),
    ] = None,
    size: Annotated[
        int | None, typer.Option(metavar="N", help="Points of the built-in set; without it 200.")
    ] = None,
    noise: Annotated[
        float | None, typer.Option(metavar="SIGMA", help="Of its noise; else the set's own.")
    ] = None,
    data_seed: Annotated[
        int | None, typer.Option(metavar="N", help="Of its points; without it 0.")
    ] = None,
    hidden: Annotated[
        str, typer.Option(metavar="64,32", help="Neurons of each hidden layer, or none.")
    ] = "64",
    activation: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {listed(activations())}.")
    ] = "relu",
    optimizer: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {listed(OPTIMIZERS)}.")
    ] = "adam",
    loss: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"One of {listed(tagged('loss'))}.")
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, metavar="N", help="Rows in a batch.")] = 32,
    lowest: Annotated[float, typer.Option(metavar="RATE", help="Of the first update.")] = 1e-6,
    highest: Annotated[float, typer.Option(metavar="RATE", help="Of the last update.")] = 10.0,
    steps: Annotated[int, typer.Option(min=10, metavar="N", help="Updates at most.")] = 100,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of initial weights and order.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help=f"Where to; without it {FILE}.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the file that is there.")
    ] = False,
    language: Annotated[
        str | None, typer.Option("--lang", metavar="NAME", help="en or zh; else the locale's.")
    ] = None,
) -> None:  # fmt: skip
    """Find a learning rate: train once while the rate rises, and see when the loss turns.

    Far too small, a rate changes nothing; then the loss falls; too large, it rises. A tenth of the
    rate where the smoothed loss is lowest is suggested. It takes a second or two. The picture is
    PNG, SVG, PDF or HTML by the name of its file.

    gradstone find-rate

    gradstone find-rate --dataset moons --hidden 16 --activation tanh --optimizer sgd

    gradstone find-rate people.csv --target height --out height-rate.svg

    Exit codes: 0 done, 1 no rate could be suggested, 2 bad input.
    """
    spoken = chosen(language, "--lang")
    path = target(out, FILE, force)
    choice = Choice(table, column, None, task, dataset, size, noise, data_seed)
    material = choice.material()
    request = Request(
        hidden, activation, optimizer, None, 0, batch_size, seed, loss, "float32", 0.0, None,
        "native",
    )  # fmt: skip
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
    line = train_line(choice, replace(request, learning_rate=rate, epochs=None, validation=None))
    typer.echo(said("search_next", spoken, command=line))


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
    high, low = f"{test.initial:.4g}", f"{test.smoothed.min():.4g}"
    parts = [said("rate_why", language, high=high, low=low, lowest=f"{test.lowest_at:.2g}")]
    if test.steepest_at is not None:
        parts.append(said("rate_steep", language, rate=f"{test.steepest_at:.2g}"))
    if test.diverged_at is not None:
        parts.append(said("rate_diverged", language, rate=f"{test.diverged_at:.2g}"))
    if test.unfinished:
        parts.append(said("rate_unfinished", language, rate=f"{test.highest:g}"))
    yield (" " if language == "en" else "").join(parts)
