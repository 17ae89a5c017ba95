"""`gradstone tune`: structure, activation, optimizer, rate and batch size, searched with Optuna."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.counting import counting
from gradstone.app.cli.material import SETS, Choice, Material
from gradstone.app.cli.request import Request, epochs_of, listed, network_of, optimizer_of
from gradstone.app.cli.run_folder import PARENT, Claim
from gradstone.app.cli.train_line import train_line
from gradstone.app.cli.tune_report import BEST, DATABASE, FIGURES, REPORT, Finding
from gradstone.data.sets import DataSet
from gradstone.errors import FileError, RangeError
from gradstone.graph.op import tagged
from gradstone.language import chosen
from gradstone.nn.layers import activations
from gradstone.pictures.words import said
from gradstone.studies.database import file_url, shown
from gradstone.studies.space import Space
from gradstone.studies.tuning import Attempt
from gradstone.studies.tuning import tune as tuned
from gradstone.training.files import write_whole
from gradstone.training.optimizers import OPTIMIZERS
from gradstone.training.run import Run
from gradstone.training.targets import Labels
from gradstone.training.train import train as trained

NOTHING, INTERRUPTED = 1, 130


def tune(
    context: typer.Context,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="[TABLE]", help="A CSV file with a header; none: the digits."),
    ] = None,
    trials: Annotated[
        int, typer.Option(min=0, metavar="N", help="How many more; 0: only the report.")
    ] = 30,
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of TABLE to predict.")
    ] = None,
    test: Annotated[
        Path | None,
        typer.Option(metavar="TABLE", help="Rows to test on; without it a fifth of TABLE."),
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
    layers: Annotated[str, typer.Option(metavar="MIN:MAX", help="Hidden layers.")] = "1:3",
    widths: Annotated[
        str, typer.Option(metavar="MIN:MAX", help="Neurons in each of them.")
    ] = "4:128",
    activation_names: Annotated[
        str,
        typer.Option("--activations", metavar="A,B", help=f"Of {listed(activations())}."),
    ] = "relu,tanh",
    optimizers: Annotated[
        str, typer.Option(metavar="A,B", help=f"Of {listed(OPTIMIZERS)}.")
    ] = "adam,sgd",
    rates: Annotated[
        str, typer.Option(metavar="MIN:MAX", help="Learning rates, even by magnitude.")
    ] = "0.0001:1",
    batch_sizes: Annotated[
        str, typer.Option(metavar="A,B", help="Rows in a batch.")
    ] = "16,32,64,128",
    epochs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most; without it 20 to 100.")
    ] = None,
    loss: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"One of {listed(tagged('loss'))}.")
    ] = None,
    validation: Annotated[
        float, typer.Option(metavar="SHARE", help="Of the training rows, only watched.")
    ] = 0.2,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of the search, weights and order.")
    ] = 0,
    storage: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=f"A database that several machines share; without it {DATABASE} in the folder.",
        ),
    ] = None,
    study: Annotated[
        str | None, typer.Option(metavar="NAME", help="In the database; else the set's name.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Trials at a time on this machine.")
    ] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to; without it runs/tune-NAME.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", metavar="NAME", help="en or zh; else the locale's.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but the folder.")
    ] = False,
) -> None:  # fmt: skip
    """Search for the structure and the settings with the least loss on rows held out.

    A share of the training rows is watched; bad trials are ended early. The best choices are then
    trained anew on all training rows and measured on the test rows, which no trial saw.
    report.html tells the search and the command that repeats the best. The same command again adds
    trials to those there are; Ctrl-C keeps all that are finished. Needs: pip install
    'gradstone[tune]'.

    gradstone tune

    gradstone tune --dataset moons --trials 50 --layers 1:2 --widths 2:32

    gradstone tune people.csv --target height --storage postgresql://user:password@host/search

    Exit codes: 0 done, 1 no trial was complete, 2 bad input, 130 interrupted.
    """
    spoken = chosen(language, "--lang")
    choice = Choice(table, target, test, task, dataset, size, noise, data_seed)
    material = choice.material()
    space = Space(
        _whole_pair("--layers", layers), _whole_pair("--widths", widths),
        _names(activation_names), _names(optimizers), _pair("--rates", rates),
        tuple(_count("--batch-sizes", one) for one in _names(batch_sizes)),
    )  # fmt: skip
    request = Request(
        "none", "relu", "adam", None, epochs, 32, seed, loss, "float32", 0.0, None, "native"
    )
    network_of(material, request)  # whether the loss fits
    rows = len(material.training)
    most = epochs_of(request, int(rows * (1 - validation)))
    name = study or material.name
    with _folder(material.name, out) as folder:
        place = storage or file_url(folder / DATABASE)
        with counting(quiet) as told:
            found = tuned(
                _data_set(material), place, name, trials, space, most, validation, loss, seed,
                workers, told=told,
            )  # fmt: skip
        if found.interrupted:
            kept = sum(one.status in ("complete", "pruned") for one in found.attempts)
            typer.echo(said("tune_kept", spoken, count=kept, study=name), err=True)
            raise typer.Exit(INTERRUPTED)
        if not found.complete:
            typer.echo(said("tune_none", spoken), err=True)
            raise typer.Exit(NOTHING)
        best = request_of(found.complete[0], request)
        typed = (context.obj or {}).get("arguments", ["tune"])
        arguments = [one.replace(storage, shown(place)) if storage else one for one in typed]
        finding = Finding(
            found, _trained(material, best), material, train_line(choice, best), space,
            shown(place), validation, arguments, spoken,
        )  # fmt: skip
        _save(finding, folder)
    for line in [str(folder)] if quiet else finding.lines(folder):
        typer.echo(line)


# The choices ------------------------------------------------------------------------------------
def _names(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.replace("，", ",").split(",") if one.strip())


def _number(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise RangeError(option, f"{text!r} came", "a number is wanted") from None


def _count(option: str, text: str) -> int:
    if not text.strip().isdecimal():
        raise RangeError(option, f"{text!r} came", "a whole number is wanted")
    return int(text)


def _ends(option: str, text: str) -> tuple[str, str]:
    """Both ends of MIN:MAX; one number stands for both."""
    low, _, high = text.replace("：", ":").partition(":")
    return low, high or low


def _pair(option: str, text: str) -> tuple[float, float]:
    low, high = (_number(option, one) for one in _ends(option, text))
    if low > high:
        raise RangeError(option, f"{text} came", "MIN:MAX is wanted, the smaller first")
    return low, high


def _whole_pair(option: str, text: str) -> tuple[int, int]:
    low, high = (_count(option, one) for one in _ends(option, text))
    if low > high:
        raise RangeError(option, f"{text} came", "MIN:MAX is wanted, the smaller first")
    return low, high


def request_of(best: Attempt, base: Request) -> Request:
    """What `gradstone train` is asked for a trial's choices: as many epochs as were best in it."""
    choices = best.choices
    return replace(
        base, hidden=",".join(map(str, best.hidden)) or "none", activation=choices["activation"],
        optimizer=choices["optimizer"], learning_rate=choices["learning_rate"],
        epochs=best.epoch, batch_size=choices["batch_size"],
    )  # fmt: skip


# What is done -----------------------------------------------------------------------------------
@contextmanager
def _folder(name: str, out: Path | None) -> Iterator[Path]:
    """The folder of a search: a new one, or that of one that goes on.

    Raises:
        FileError: it holds other files, or cannot be written.
    """
    path = out or PARENT / f"tune-{name}"
    if any((path / one).is_file() for one in (DATABASE, FIGURES)):
        yield path
    else:
        with Claim(name, path, force=False) as claim:
            yield claim.path


def _data_set(material: Material) -> DataSet:
    rows, preparation = material.training, material.preparation
    return DataSet(
        material.title, rows.inputs, rows.targets, preparation.features, preparation.classes,
        preparation.task,
    )  # fmt: skip


def _trained(material: Material, request: Request) -> Run:
    """The best choices on all training rows, as `gradstone train` does it."""
    network, loss = network_of(material, request)
    rows = material.training
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="training stopped at step")
        run = trained(
            network, rows.inputs, rows.targets, loss, optimizer_of(request), request.epochs or 1,
            request.batch_size, request.seed,
        )  # fmt: skip
    run.preparation = material.kept
    if material.source is not None and material.classes:
        run.labels = Labels(material.classes, flat=True)
    return run


def _save(finding: Finding, folder: Path) -> None:
    finding.run.save(folder / BEST)
    try:
        write_whole(folder / REPORT, finding.html().encode())
        figures = json.dumps(finding.to_json(), indent=1, ensure_ascii=False)
        write_whole(folder / FIGURES, figures.encode())
    except OSError as error:
        came = error.strerror or str(error)
        raise FileError(str(folder), came, "a folder that can be written is wanted") from error
