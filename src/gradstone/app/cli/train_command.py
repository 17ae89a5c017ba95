"""`gradstone train`: from a table or a built-in set to a folder with a model and pictures."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.fitted import fitted
from gradstone.app.cli.material import Choice, Material
from gradstone.app.cli.named_options import Activation, Dataset, Loss, OptimizerName
from gradstone.app.cli.options import (
    BatchSize,
    DataSeed,
    ForceFolder,
    Hidden,
    Lang,
    LearningRate,
    Noise,
    Quiet,
    Size,
    Table,
    Target,
    Task,
    Test,
)
from gradstone.app.cli.request import Request, check_names, network_of, optimizer_of
from gradstone.app.cli.run_folder import Claim
from gradstone.app.cli.terminal import display
from gradstone.language import Language, chosen
from gradstone.studies.stopping import undisturbed
from gradstone.training.run import Run

DIVERGED, INTERRUPTED = 1, 130


def train(
    context: typer.Context,
    table: Table = None,
    target: Target = None,
    test: Test = None,
    task: Task = None,
    dataset: Dataset = None,
    size: Size = None,
    noise: Noise = None,
    data_seed: DataSeed = None,
    hidden: Hidden = "64",
    activation: Activation = "relu",
    optimizer: OptimizerName = "adam",
    learning_rate: LearningRate = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Without it 20 to 400, for about 1000 updates; 2000 of a set drawn at random.",
        ),
    ] = None,
    batch_size: BatchSize = 32,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of initial weights, order and validation.")
    ] = 0,
    loss: Loss = None,
    dtype: Annotated[str, typer.Option(metavar="NAME", help="float32 or float64.")] = "float32",
    validation: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Training rows only watched, not learned from; without it 0.1. 0: none.",
        ),
    ] = None,
    early_stopping: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Stop after N epochs without a lower validation loss, and return to the best.",
        ),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Threads of matrix products.")
    ] = None,
    executor: Annotated[
        str, typer.Option(metavar="NAME", help="native machine code, or interpreter.")
    ] = "native",
    show_program: Annotated[
        bool,
        typer.Option("--show-program", help="Print a training step as Python, and train nothing."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to; without it runs/NAME-001 …")
    ] = None,
    force: ForceFolder = False,
    language: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Train a network and leave a folder with the model, its history and pictures.

    Without a TABLE: the 1797 handwritten digits of 8×8 that come with Gradstone, or the set that
    --dataset names. With one: all columns but the target must be numbers; they are standardised,
    and so is a target that is a number. The loss and the accuracy told at the end are of rows that
    training never saw. Two features and classes give regions.png, one feature and numbers fit.png.

    gradstone train

    gradstone train --hidden 128,64 --activation tanh --epochs 40

    gradstone train people.csv --target height --out height

    gradstone train --dataset moons --hidden 8 --activation tanh

    Exit codes: 0 done, 1 the numbers diverged, 2 bad input, 130 interrupted; in all but 2 the
    model so far is saved.
    """
    choice = Choice(table, target, test, task, dataset, size, noise, data_seed)
    material = choice.material()
    request = Request(
        hidden, activation, optimizer, learning_rate, epochs, batch_size, seed, loss, dtype,
        validation, threads, executor, early_stopping,
    )  # fmt: skip
    check_names(request)
    spoken = chosen(language, "--lang")
    network, objective = network_of(material, request)
    rule = optimizer_of(request)
    if show_program:
        from gradstone.app.cli.program_text import program_text

        typer.echo(program_text(material, network, objective, rule, seed, dtype), nl=False)
        return
    arguments = (context.obj or {}).get("arguments", ["train"])
    with Claim(material.name, out, force) as claim:
        started = time.perf_counter()
        run = fitted(material, request, network, objective, display(quiet, spoken))
        seconds = time.perf_counter() - started
        with undisturbed():
            _finish(run, material, claim, arguments, seconds, quiet, spoken)
    raise typer.Exit({"diverged": DIVERGED, "interrupted": INTERRUPTED}.get(run.status, 0))


def _finish(
    run: Run, material: Material, claim: Claim, arguments: list[str], seconds: float, quiet: bool,
    language: Language,
) -> None:  # fmt: skip
    from gradstone.app.cli.results import measured, summary
    from gradstone.app.cli.run_files import write_files

    numbers = measured(run, material)
    files = write_files(run, material, numbers, claim, arguments, language)
    if quiet:
        typer.echo(str(claim.path))
        if run.status == "diverged":
            typer.echo(f"gradstone: {run.message}", err=True)
        return
    for line in summary(run, material, numbers, seconds, claim.path, files, language):
        typer.echo(line)
