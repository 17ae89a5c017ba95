"""`gradstone tune`: structure, activation, optimizer, rate and batch size, searched with Optuna."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from gradstone.app.cli import words
from gradstone.app.cli.counting import Told, counting
from gradstone.app.cli.fitted import fitted
from gradstone.app.cli.material import Choice
from gradstone.app.cli.named_options import Dataset, Loss
from gradstone.app.cli.options import (
    DataSeed,
    Lang,
    Noise,
    Quiet,
    Size,
    Table,
    Target,
    Task,
    Test,
)
from gradstone.app.cli.request import Request, epochs_of, listed, network_of
from gradstone.app.cli.result_folder import fill
from gradstone.app.cli.run_folder import PARENT, Claim, other_files
from gradstone.app.cli.train_line import train_line
from gradstone.app.cli.tune_report import BEST, DATABASE, FIGURES, Finding
from gradstone.errors import FileError, RangeError
from gradstone.language import Language, chosen
from gradstone.nn.layers import activations
from gradstone.nn.settings import real
from gradstone.pictures.words import said
from gradstone.studies.database import file_url, shown
from gradstone.studies.searching import Best
from gradstone.studies.space import Space
from gradstone.studies.tuning import Attempt, Tuning
from gradstone.studies.tuning import tune as tuned
from gradstone.training.optimizers import OPTIMIZERS

Number = TypeVar("Number", int, float)
NOTHING, INTERRUPTED = 1, 130
MOST_EPOCHS = 100
"""Of a trial by default; its best epoch counts."""


def tune(
    context: typer.Context,
    table: Table = None,
    trials: Annotated[
        int, typer.Option(min=0, metavar="N", help="How many more; 0: only the report.")
    ] = 30,
    target: Target = None,
    test: Test = None,
    task: Task = None,
    dataset: Dataset = None,
    size: Size = None,
    noise: Noise = None,
    data_seed: DataSeed = None,
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
        int | None,
        typer.Option(min=1, metavar="N", help=f"At most; without it 20 to {MOST_EPOCHS}."),
    ] = None,
    loss: Loss = None,
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
    language: Lang = None,
    quiet: Quiet = False,
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
        _pair("--layers", layers, _count), _pair("--widths", widths, _count),
        _names(activation_names), _names(optimizers), _pair("--rates", rates, _number),
        tuple(_count("--batch-sizes", one) for one in _names(batch_sizes)),
    )  # fmt: skip
    request = Request(epochs=epochs, seed=seed, loss=loss, validation=0.0)
    network_of(material, request)  # whether the loss fits
    learned = len(material.training) * (1 - real("--validation", validation, below=1.0, above=True))
    most = epochs_of(request, int(learned), most=MOST_EPOCHS)
    name = study or material.name
    with _folder(material.name, out, None if study else name) as folder:
        place = storage or file_url(folder / DATABASE)
        with counting(quiet) as told:
            found = tuned(
                material.data_set(material.training), place, name, trials, space, most, validation,
                loss, seed, workers, told=partial(_tell, told, spoken),
            )  # fmt: skip
        if found.interrupted or not found.complete:
            raise _unfinished(found, spoken)
        best = request_of(found.complete[0], request)
        run = fitted(material, best, *network_of(material, best))
        if run.status == "interrupted":
            raise _unfinished(replace(found, interrupted=True), spoken)
        typed = (context.obj or {}).get("arguments", ["tune"])
        arguments = [one.replace(storage, shown(storage)) if storage else one for one in typed]
        finding = Finding(
            found, run, material, train_line(choice, best), space,
            shown(storage) if storage else str(folder / DATABASE), arguments, spoken,
        )  # fmt: skip
        run.save(folder / BEST)
        fill(folder, finding.files())
    for line in [str(folder)] if quiet else finding.lines(folder):
        typer.echo(line)


def _tell(told: Told, language: Language, done: int, of_all: int, best: Best | None) -> None:
    """Progress with the best trial so far as its label."""
    if best is None:
        told(done, of_all, "")
        return
    number, loss = best
    label = words.said("best_so_far", language, loss=f"{loss:.4g}", number=number)
    told(done, of_all, label)


def _unfinished(found: Tuning, language: Language) -> typer.Exit:
    """Why there is no report, said; and the exit code."""
    if not found.interrupted:
        typer.echo(said("tune_none", language), err=True)
        return typer.Exit(NOTHING)
    kept = sum(one.status in ("complete", "pruned") for one in found.attempts)
    typer.echo(said("tune_kept", language, count=kept, study=found.study), err=True)
    return typer.Exit(INTERRUPTED)


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


def _pair(option: str, text: str, read: Callable[[str, str], Number]) -> tuple[Number, Number]:
    """Both ends of MIN:MAX; one number stands for both."""
    least, colon, most = text.replace("：", ":").partition(":")
    low, high = read(option, least), read(option, most if colon else least)
    if not low <= high:
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
def _folder(name: str, out: Path | None, study: str | None) -> Iterator[Path]:
    """The folder of a search: a new one, or that of one that goes on.

    Args:
        study: that goes on there; None: whichever.

    Raises:
        FileError: it holds other files or another search, or cannot be written.
    """

    def check(folder: Path) -> None:
        if not any((folder / one).is_file() for one in (DATABASE, FIGURES)):
            raise other_files(folder)
        there = _study_in(folder)
        if study and there not in (None, study):
            came, wanted = (
                f"a folder with the search {there!r} in it",
                f"that of {study!r} is wanted",
            )
            advice = "Name another, or add --study NAME to replace the report there."
            raise FileError(f"--out {folder}", came, wanted, advice)

    with Claim(name, out or PARENT / f"tune-{name}", check=check) as claim:
        yield claim.path


def _study_in(folder: Path) -> str | None:
    """The search whose report lies in a folder, where its figures can be read."""
    try:
        told = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(told["study"]) if isinstance(told, dict) and "study" in told else None
