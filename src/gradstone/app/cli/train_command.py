"""`gradstone train`: from a table, or the digits, to a folder with a model, pictures, numbers."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from gradstone.app.cli.material import Material, Rows, digits, table_material
from gradstone.app.cli.run_folder import Claim, undisturbed
from gradstone.app.cli.terminal import Display, display
from gradstone.data.sets import held_out
from gradstone.errors import DataError, RangeError, unknown
from gradstone.execute.roads import ROADS
from gradstone.graph.op import tagged
from gradstone.language import Language, chosen
from gradstone.nn.layers import activations
from gradstone.nn.module import MLP, Network
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES
from gradstone.training.optimizers import OPTIMIZERS, Optimizer
from gradstone.training.run import Run
from gradstone.training.targets import Labels
from gradstone.training.train import train as trained

RATES = {"adam": 0.003, "adamw": 0.003}  # others start with the optimizer's own
UPDATES, LEAST_EPOCHS, MOST_EPOCHS = 1000, 20, 100
VALIDATION = 0.1
DIVERGED, INTERRUPTED = 1, 130


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    hidden: str
    activation: str
    optimizer: str
    learning_rate: float | None
    epochs: int | None
    batch_size: int
    seed: int
    loss: str | None
    dtype: str
    validation: float | None
    threads: int | None
    executor: str


def _check_names(request: Request) -> None:
    known = {"--dtype": ("float32", "float64"), "--executor": ROADS}
    for name, value in (("--dtype", request.dtype), ("--executor", request.executor)):
        if value not in known[name]:
            raise unknown(name, value, known[name])


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))


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
    hidden: Annotated[
        str, typer.Option(metavar="64,32", help="Neurons of each hidden layer, or none.")
    ] = "64",
    activation: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {_listed(activations())}.")
    ] = "relu",
    optimizer: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {_listed(OPTIMIZERS)}.")
    ] = "adam",
    learning_rate: Annotated[
        float | None,
        typer.Option(metavar="RATE", help="Without it 0.003 for adam, else the optimizer's own."),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Without it 20 to 100, for about 1000 updates."),
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, metavar="N", help="Rows in a batch.")] = 32,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of initial weights, order and validation.")
    ] = 0,
    loss: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"One of {_listed(tagged('loss'))}. Without it cross_entropy for classes, else "
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
        typer.Option("--lang", metavar="NAME", help="Of report.html: en or zh; else the locale's."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but the folder.")
    ] = False,
) -> None:
    """Train a network and leave a folder with the model, its history and pictures.

    Without a TABLE: the 1797 handwritten digits of 8×8 that come with Gradstone. With one: all
    columns but the target must be numbers; they are standardised, and so is a target that is a
    number. The loss and the accuracy told at the end are of rows that training never saw.

    gradstone train

    gradstone train --hidden 128,64 --activation tanh --epochs 40

    gradstone train people.csv --target height --out height

    Exit codes: 0 done, 1 the numbers diverged, 2 bad input, 130 interrupted; in all but 2 the
    model so far is saved.
    """
    material = _material(table, target, test, task)
    request = Request(
        hidden, activation, optimizer, learning_rate, epochs, batch_size, seed, loss, dtype,
        validation, threads, executor,
    )  # fmt: skip
    _check_names(request)
    spoken = chosen(language, "--lang")
    network, objective = _network(material, request)
    rule = _optimizer(request)
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


def _material(
    table: Path | None, target: str | None, test: Path | None, task: str | None
) -> Material:
    if table is not None:
        return table_material(table, target, test, task)
    for name, value in (("--target", target), ("--test", test), ("--task", task)):
        if value is not None:
            raise RangeError(name, f"{value} came without a TABLE", "a TABLE to read is wanted")
    return digits()


def _network(material: Material, request: Request) -> tuple[Network, str]:
    """The network that fits the material, and the name of its loss."""
    classes = len(material.classes)
    loss = request.loss or ("cross_entropy" if classes else "mse")
    _check_loss(loss, classes)
    inputs = len(material.preparation.features)
    binary = loss in BINARY_LOSSES
    outputs = classes if classes and not binary else 1
    head = None if not classes else "sigmoid" if binary else "softmax"
    return MLP([inputs, *_sizes(request.hidden), outputs], request.activation, head), loss


def _check_loss(loss: str, classes: int) -> None:
    known = set(tagged("loss"))
    if loss not in known:
        raise unknown("--loss", loss, known)
    fitting = LABEL_LOSSES if classes else known - LABEL_LOSSES - BINARY_LOSSES
    fitting = fitting | BINARY_LOSSES if classes == 2 else fitting
    if loss not in fitting:
        came = f"{loss} came for {classes} classes" if classes else f"{loss} came for numbers"
        raise RangeError("--loss", came, f"one of {_listed(fitting)} is wanted")


def _sizes(hidden: str) -> list[int]:
    """The numbers of neurons in a text like 64,32; none at all in "none"."""
    parts = [] if hidden.strip() in ("", "none") else hidden.split(",")
    if not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        wanted = "whole numbers from 1 with commas between are wanted"
        raise RangeError("--hidden", f"{hidden!r} came", wanted, "As 64,32, or none.")
    return [int(part) for part in parts]


def _optimizer(request: Request) -> Optimizer:
    if request.optimizer not in OPTIMIZERS:
        raise unknown("--optimizer", request.optimizer, OPTIMIZERS)
    make, rate = OPTIMIZERS[request.optimizer], request.learning_rate
    rate = RATES.get(request.optimizer) if rate is None else rate
    return make() if rate is None else make(rate)


def _share(request: Request, rows: Rows) -> float | None:
    """The share held out for validation; by default none where there are too few rows."""
    share = VALIDATION if request.validation is None else request.validation
    if not 0 <= share < 1:
        raise RangeError("--validation", f"{share} came", "a share from 0, below 1, is wanted")
    if request.validation is None:
        try:
            held_out(rows.targets, share, request.seed)
        except DataError:
            return None
    return share or None


def _epochs(request: Request, rows: int) -> int:
    if request.epochs is not None:
        return request.epochs
    wanted = -(-UPDATES * request.batch_size // max(rows, 1))
    return min(max(wanted, LEAST_EPOCHS), MOST_EPOCHS)


def _train(
    material: Material, request: Request, network: Network, loss: str, rule: Optimizer,
    shown: Display,
) -> Run:  # fmt: skip
    rows = material.training
    share = _share(request, rows)
    epochs = _epochs(request, int(len(rows) * (1 - (share or 0))))
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
    run.preparation = material.preparation.to_json()
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
