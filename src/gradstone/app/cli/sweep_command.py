"""`gradstone sweep`: one choice varied, everything else fixed, over several seeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from gradstone.app.cli.counting import counting
from gradstone.app.cli.material import Choice, Material, Rows
from gradstone.app.cli.named_options import Dataset, OptimizerName
from gradstone.app.cli.options import (
    DataSeed,
    ForceFolder,
    Lang,
    LearningRate,
    Noise,
    Quiet,
    Size,
    Table,
    Target,
    Task,
    Test,
    Workers,
)
from gradstone.app.cli.request import listed
from gradstone.app.cli.result_folder import fill, result_folder
from gradstone.app.cli.sweep_table import lines
from gradstone.app.cli.words import row, said
from gradstone.data.drawn import drawn_set
from gradstone.data.sets import DataSet
from gradstone.errors import RangeError, unknown
from gradstone.graph.op import tagged
from gradstone.language import Language, chosen
from gradstone.nn.layers import activations
from gradstone.studies.setting import CHOICES, HEADS, INITIAL, SCALINGS, Setting, widths
from gradstone.studies.sweep import Sweep
from gradstone.studies.sweep import sweep as swept

FILES = PICTURE, FIGURES = "sweep.png", "sweep.json"
UPDATES, LEAST_EPOCHS, MOST_EPOCHS = 3000, 20, 1000
HELD_OUT = 1000
DIVERGED = 1


def sweep(
    table: Table = None,
    vary: Annotated[
        str,
        typer.Option(metavar="NAME=A,B,C", help=f"What is varied: {', '.join(CHOICES)}."),
    ] = "hidden",
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Trainings for each value.")] = 5,
    target: Target = None,
    test: Test = None,
    task: Task = None,
    dataset: Dataset = None,
    size: Size = None,
    noise: Noise = None,
    data_seed: DataSeed = None,
    hidden: Annotated[
        str,
        typer.Option(
            metavar="64,32", help="Neurons of each hidden layer, or none; for layers, the width."
        ),
    ] = "64",
    activation: Annotated[
        str, typer.Option(metavar="NAME", help=f"One of {listed(activations())}, or none.")
    ] = "relu",
    optimizer: OptimizerName = "adam",
    learning_rate: LearningRate = None,
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
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Without it runs/sweep-NAME-001 …")
    ] = None,
    force: ForceFolder = False,
    language: Lang = None,
    quiet: Quiet = False,
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
    base = _base(widths(hidden, "--hidden", ","), fixed, epochs, material)
    with result_folder(f"sweep-{name}", out, FILES, force) as folder:
        with counting(quiet) as told:
            found = swept(rows_of(material), name, values, base, seeds, workers, told)
        fill(folder, _files(found, material, base, spoken, against))
    saved = said("saved_in", spoken, folder=folder, files=row(FILES, spoken))
    for line in [str(folder)] if quiet else [*lines(found, spoken), saved]:
        typer.echo(line)
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
    hidden: tuple[int, ...], fixed: dict[str, Any], epochs: int | None, material: Material
) -> Setting:
    """All that is fixed, each option read as a value of its choice would be."""
    setting = Setting(hidden)
    for option, value in fixed.items():
        if value is not None:
            setting = CHOICES[option].setting(setting, f"--{option}", str(value))
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

    def in_units(rows: Rows) -> DataSet:
        if material.height:
            return material.data_set(rows)
        return material.data_set(replace(rows, inputs=material.in_units(rows).inputs))

    pair = (in_units(material.training), in_units(material.test))
    return fixed_rows if drawn is None else drawn_rows


def _files(
    found: Sweep, material: Material, base: Setting, language: Language, against: Any
) -> dict[str, bytes]:
    from gradstone.app.cli.run_pictures import called
    from gradstone.pictures.style import content
    from gradstone.pictures.sweep import sweep_picture

    picture = sweep_picture(found, called(material, language), language, against)
    told = {
        "data": material.title, "fixed": _fixed(found.choice, base, material), **found.to_json()
    }  # fmt: skip
    figures = json.dumps(told, indent=1, ensure_ascii=False).encode()
    return {PICTURE: content(picture, ".png"), FIGURES: figures}


def _fixed(choice: str, base: Setting, material: Material) -> dict[str, Any]:
    """All that is not varied, as plain data; where layers are, "hidden" is the width of each."""
    fixed = asdict(base)
    if material.drawn is not None:
        drawn = material.drawn.to_json()
        fixed |= {"size": drawn["size"], "noise": drawn["noise"], "data_seed": drawn["seed"]}
    if choice != "optimizer":  # of which each has a rate of its own
        fixed["learning_rate"] = base.rule().learning_rate.rate
    return {k: v for k, v in fixed.items() if choice == "layers" or k != CHOICES[choice].field}
