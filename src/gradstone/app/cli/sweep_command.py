"""`gradstone sweep`: one choice varied, everything else fixed, over several seeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from gradstone.app.cli.counting import counting
from gradstone.app.cli.material import SETS, Choice, Material
from gradstone.app.cli.request import RATES, listed
from gradstone.app.cli.result_folder import result_folder
from gradstone.app.cli.sweep_table import lines
from gradstone.data.drawn import drawn_set
from gradstone.data.sets import DataSet
from gradstone.errors import FileError, RangeError, unknown
from gradstone.graph.op import tagged
from gradstone.language import Language, chosen
from gradstone.nn.layers import activations
from gradstone.studies.setting import CHOICES, HEADS, INITIAL, SCALINGS, Setting, widths
from gradstone.studies.sweep import Sweep
from gradstone.studies.sweep import sweep as swept
from gradstone.training.files import write_whole
from gradstone.training.optimizers import OPTIMIZERS

FILES = PICTURE, FIGURES = "sweep.png", "sweep.json"
UPDATES, LEAST_EPOCHS, MOST_EPOCHS = 3000, 20, 1000
HELD_OUT = 1000
DIVERGED = 1


def sweep(
    table: Annotated[
        Path | None,
        typer.Argument(metavar="[TABLE]", help="A CSV file with a header; none: the digits."),
    ] = None,
    vary: Annotated[
        str,
        typer.Option(metavar="NAME=A,B,C", help=f"What is varied: {', '.join(CHOICES)}."),
    ] = "hidden",
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Trainings for each value.")] = 5,
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of TABLE to predict.")
    ] = None,
    test: Annotated[
        Path | None, typer.Option(metavar="TABLE", help="Rows held out; else a fifth of TABLE.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="classification or regression.")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"A built-in set instead: {', '.join(SETS)}."),
    ] = None,
    data_seed: Annotated[
        int | None, typer.Option(metavar="N", help="Of its points; without it 0.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(metavar="N", help="Its points to train on; without it 200."),
    ] = None,
    noise: Annotated[
        float | None, typer.Option(metavar="SIGMA", help="Of its noise; else the set's own."),
    ] = None,
    hidden: Annotated[
        str,
        typer.Option(
            metavar="64,32", help="Neurons of each hidden layer, or none; for layers, the width."
        ),
    ] = "64",
    activation: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {listed(activations())}, or none.")
    ] = "relu",
    optimizer: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {listed(OPTIMIZERS)}.")
    ] = "adam",
    learning_rate: Annotated[
        float | None,
        typer.Option(metavar="RATE", help="Without it 0.003 for adam, else the optimizer's own."),
    ] = None,
    batch_size: Annotated[
        str, typer.Option(metavar="N", help="Rows in a batch, or full.")
    ] = "32",
    epochs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Without it 20 to 1000, for about 3000 updates."),
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"One of {listed(tagged('loss'))}. On classes, one of numbers takes 0 and 1 for "
            "each class.",
        ),
    ] = None,
    head: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"After the last layer: {listed(HEADS)}.")
    ] = None,
    initial: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"Initial weights: {listed(INITIAL)}.")
    ] = None,
    dropout: Annotated[float, typer.Option(metavar="SHARE", help="Of hidden values.")] = 0.0,
    l2: Annotated[float, typer.Option(metavar="LAMBDA", help="Of λ Σ w² in the loss.")] = 0.0,
    scaling: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"Of the inputs: {listed(SCALINGS)}; without it none for the digits, else "
            "standard.",
        ),
    ] = None,
    stretch: Annotated[
        float,
        typer.Option(metavar="FACTOR", help="Multiplies every other input, before scaling."),
    ] = 1.0,
    against: Annotated[
        str, typer.Option(metavar="epoch|update", help="What the loss is drawn against.")
    ] = "epoch",
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Trainings at a time; else all cores.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Without it runs/sweep-NAME-001 …")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the sweep that --out holds.")
    ] = False,
    language: Annotated[
        str | None, typer.Option("--lang", metavar="NAME", help="en or zh; else the locale's.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but the folder.")
    ] = False,
) -> None:  # fmt: skip
    """Vary one choice, keep everything else fixed, and see what it changes, over several seeds.

    Prints the final training loss and the measure on rows held out (accuracy, or R² of numbers),
    the median of the seeds and the worst; sweep.png draws both, sweep.json has every figure. A
    built-in set is drawn again for the rows held out, 1000 points; of a table they are a fifth.

    gradstone sweep --vary hidden=1,2,4,8,16

    gradstone sweep --dataset moons --vary learning-rate=0.01,0.1,1 --optimizer sgd

    gradstone sweep --dataset moons --vary layers=1,2,3,5 --hidden 8 --activation tanh

    gradstone sweep --dataset moons --vary scaling=none,standard --stretch 1000

    Values are split at commas; layers of different widths are joined with -, as hidden=8,16-8. A
    name alone, as --vary batch-size, takes usual values. Exit codes: 0 done, 1 every training
    diverged, 2 bad input, 130 interrupted.
    """
    spoken = chosen(language, "--lang")
    if against not in ("epoch", "update"):
        raise unknown("--against", against, ("epoch", "update"))
    name, values = varied(vary)
    material = Choice(table, target, test, task, dataset, size, noise, data_seed).material()
    fixed: dict[str, Any] = {
        "activation": activation, "optimizer": optimizer, "learning-rate": learning_rate,
        "batch-size": batch_size, "loss": loss, "head": head, "initial": initial,
        "dropout": dropout, "l2": l2, "stretch": stretch,
        "scaling": scaling or ("none" if material.height else "standard"),
    }  # fmt: skip
    base = _base(name, widths(hidden, "--hidden"), fixed, epochs, material)
    with result_folder(f"sweep-{name}", out, FILES, force) as folder:
        with counting(quiet) as told:
            found = swept(rows_of(material), name, values, base, seeds, workers, told)
        _save(found, material, base, folder, spoken, against)
        if not quiet:
            for line in lines(found, spoken):
                typer.echo(line)
        told_files = "" if quiet else f": {', '.join(FILES)}"
        typer.echo(str(folder) if quiet else f"saved in {folder}{told_files}")
    if all(one.diverged == seeds for one in found.points):
        raise typer.Exit(DIVERGED)


def varied(text: str) -> tuple[str, list[str]]:
    """The choice and its values from a text like hidden=1,2,4; no values where there is no "=".

    Raises:
        UnknownNameError: no such choice. RangeError: nothing after the "=", or between commas.
    """
    name, given, listed_values = text.replace("，", ",").replace("＝", "=").partition("=")
    name = name.strip().replace("_", "-")
    if name not in CHOICES:
        raise unknown("--vary", name, CHOICES)
    values = [one.strip() for one in listed_values.split(",")] if given else []
    if given and not all(values):
        came = f"{text!r} came, where a value is empty"
        example = f"As --vary {name}={','.join(CHOICES[name].usual)}."
        raise RangeError("--vary", came, "values with commas between are wanted", example)
    return name, values


def _base(
    name: str, hidden: tuple[int, ...], fixed: dict[str, Any], epochs: int | None,
    material: Material,
) -> Setting:  # fmt: skip
    """All that is fixed, each option read as a value of its choice would be."""
    setting = Setting(hidden)
    for option, value in fixed.items():
        if value is not None:
            setting = CHOICES[option].setting(setting, f"--{option}", str(value))
    if fixed["learning-rate"] is None and name != "optimizer":
        rate = RATES.get(setting.optimizer)
        setting = setting if rate is None else replace(setting, learning_rate=rate)
    return replace(setting, epochs=epochs or _epochs(setting, material))


def _epochs(setting: Setting, material: Material) -> int:
    """Enough for about three thousand updates, 20 to 1000."""
    rows = material.drawn.size if material.drawn else len(material.training)
    each = 1 if setting.batch_size is None else -(-rows // setting.batch_size)
    return min(max(-(-UPDATES // each), LEAST_EPOCHS), MOST_EPOCHS)


def rows_of(material: Material) -> Callable[[Setting], tuple[DataSet, DataSet]]:
    """The rows to train on and those held out, not standardised; of a set that is drawn, by size.

    Raises:
        RangeError (of what comes back): a size or noise for a set that is not drawn.
    """
    drawn = material.drawn

    def drawn_rows(setting: Setting) -> tuple[DataSet, DataSet]:
        assert drawn is not None
        noise = drawn.noise if setting.noise is None else setting.noise
        training = drawn_set(drawn.name, setting.size or drawn.size, noise, drawn.seed)
        return training, drawn_set(drawn.name, HELD_OUT, noise, (drawn.seed + 1) % 2**64)

    def fixed_rows(setting: Setting) -> tuple[DataSet, DataSet]:
        for subject, value in (("size", setting.size), ("noise", setting.noise)):
            if value is not None:
                wanted = "a set drawn at random is wanted"
                came = f"{value} came for {material.title}"
                raise RangeError(f"--vary {subject}", came, wanted, "As --dataset moons.")
        return pair

    preparation = material.preparation
    kinds = [material.training, material.test]
    inputs = [one.inputs if material.height else material.in_units(one).inputs for one in kinds]
    training, held_out = (
        DataSet(
            material.title, x, one.targets, preparation.features, preparation.classes,
            preparation.task,
        )
        for x, one in zip(inputs, kinds, strict=True)
    )  # fmt: skip
    pair = (training, held_out)
    return fixed_rows if drawn is None else drawn_rows


def _save(
    found: Sweep, material: Material, base: Setting, folder: Path, language: Language, against: Any
) -> None:
    from gradstone.app.cli.run_pictures import called
    from gradstone.pictures.style import save
    from gradstone.pictures.sweep import sweep_picture

    title = called(material, language)
    save(sweep_picture(found, title, language, against), folder / PICTURE)
    told = {"data": material.title, "fixed": asdict(base), **found.to_json()}
    try:
        write_whole(folder / FIGURES, json.dumps(told, indent=1, ensure_ascii=False).encode())
    except OSError as error:
        came = error.strerror or str(error)
        raise FileError(str(folder), came, "a folder that can be written is wanted") from error
