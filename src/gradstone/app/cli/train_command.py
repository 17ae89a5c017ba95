"""`gradstone train`: from a table or a built-in set to a folder with a model and pictures."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.material import SETS, Choice, Material
from gradstone.app.cli.request import (
    Request,
    check_names,
    epochs_of,
    listed,
    network_of,
    optimizer_of,
    share_of,
)
from gradstone.app.cli.run_folder import Claim, undisturbed
from gradstone.app.cli.terminal import Display, display
from gradstone.graph.op import tagged
from gradstone.language import Language, chosen
from gradstone.nn.layers import activations
from gradstone.nn.module import Network
from gradstone.training.optimizers import OPTIMIZERS, Optimizer
from gradstone.training.run import Run
from gradstone.training.targets import Labels
from gradstone.training.train import train as trained

DIVERGED, INTERRUPTED = 1, 130


def train(
    context: typer.Context,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="[TABLE]", help="A CSV file with a header; none: the digits."),
    ] = None,
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of TABLE to predict.")
    ] = None,
    test: Annotated[
        Path | None,
        typer.Option(metavar="TABLE", help="Rows to test on; without it a fifth of TABLE."),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            metavar="TASK",
            help="classification or regression; without it, text or at most 20 different whole "
            "numbers are classes.",
        ),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"A built-in set instead: {', '.join(SETS)}."),
    ] = None,
    size: Annotated[
        int | None, typer.Option(metavar="N", help="Points of the built-in set; without it 200.")
    ] = None,
    noise: Annotated[
        float | None,
        typer.Option(metavar="SIGMA", help="Standard deviation of its noise; else the set's own."),
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
    learning_rate: Annotated[
        float | None,
        typer.Option(metavar="RATE", help="Without it 0.003 for adam, else the optimizer's own."),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Without it 20 to 100, for about 1000 updates; of a set drawn at random to 400.",
        ),
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, metavar="N", help="Rows in a batch.")] = 32,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of initial weights, order and validation.")
    ] = 0,
    loss: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"One of {listed(tagged('loss'))}. Without it cross_entropy for classes, else "
            "mse.",
        ),
    ] = None,
    dtype: Annotated[str, typer.Option(metavar="NAME", help="float32 or float64.")] = "float32",
    validation: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Training rows only watched, not learned from; without it 0.1. 0: none.",
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
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the run that --out holds already.")
    ] = False,
    language: Annotated[
        str | None,
        typer.Option(
            "--lang", metavar="NAME", help="Of report and pictures: en or zh; else the locale's."
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but the folder.")
    ] = False,
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
        validation, threads, executor,
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
        run = _train(material, request, network, objective, rule, display(quiet))
        seconds = time.perf_counter() - started
        with undisturbed():
            _finish(run, material, claim, arguments, seconds, quiet, spoken)
    raise typer.Exit({"diverged": DIVERGED, "interrupted": INTERRUPTED}.get(run.status, 0))


def _train(
    material: Material, request: Request, network: Network, loss: str, rule: Optimizer,
    shown: Display,
) -> Run:  # fmt: skip
    rows = material.training
    share = share_of(request, rows)
    learned = int(len(rows) * (1 - (share or 0)))
    epochs = epochs_of(request, learned, material.drawn is not None)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="training stopped at step")  # told below
            run = trained(
                network, rows.inputs, rows.targets, loss, rule, epochs, request.batch_size,
                request.seed, validation=share, dtype=request.dtype, threads=request.threads,
                executor=request.executor, progress=shown,
            )  # fmt: skip
    finally:
        shown.close()
    run.preparation = material.kept
    if material.source is not None and material.classes:
        run.labels = Labels(material.classes, flat=True)
    return run


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
    for line in summary(run, material, numbers, seconds, claim.path, files):
        typer.echo(line)
