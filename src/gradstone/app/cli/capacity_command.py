"""`gradstone capacity`: what hidden neurons can do, as a grid, a film and a warped plane."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.capacity_files import FILES, FILMS, PICTURES, files, lines
from gradstone.app.cli.counting import Told, counting
from gradstone.app.cli.named_options import Activation
from gradstone.app.cli.options import ForceFolder, Lang, Noise, PlaneTable, Quiet, Workers
from gradstone.app.cli.plane import plane_rows
from gradstone.app.cli.request import listed
from gradstone.app.cli.result_folder import fill, result_folder
from gradstone.app.cli.words import row, said
from gradstone.errors import RangeError
from gradstone.language import Language, chosen
from gradstone.studies.capacity import Capacity
from gradstone.studies.capacity import capacity as studied
from gradstone.studies.planes import NOISY

DATA_SEED, SIZE, DIVERGED = 1, 200, 1


def capacity(
    table: PlaneTable = None,
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of TABLE with the classes.")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"A built-in set: {listed(NOISY)}; without it ring."),
    ] = None,
    size: Annotated[
        int | None, typer.Option(metavar="N", help=f"Its points; without it {SIZE}.")
    ] = None,
    noise: Noise = None,
    data_seed: Annotated[
        int | None, typer.Option(metavar="N", help=f"Of its points; without it {DATA_SEED}.")
    ] = None,
    hidden: Annotated[
        str, typer.Option(metavar="1,2,3", help="The widths, 12 at most.")
    ] = "1,2,3,5,20,50",
    seeds: Annotated[
        int, typer.Option(min=1, metavar="N", help="Initial weights tried for each width.")
    ] = 5,
    steps: Annotated[int, typer.Option(min=1, metavar="N", help="Full-batch updates.")] = 3000,
    learning_rate: Annotated[float, typer.Option(metavar="RATE", help="Of sgd.")] = 0.5,
    activation: Activation = "tanh",
    held_out: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N",
            help="Points only measured on; without it 1000 of a built-in set, a fifth of TABLE.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Without it runs/capacity-001 …")
    ] = None,
    film: Annotated[bool, typer.Option("--film/--no-film", help="With films, or without.")] = True,
    language: Lang = None,
    workers: Workers = None,
    force: ForceFolder = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Train networks with one hidden layer of several widths, and see what each can do.

    Leaves regions.png (decision regions and error curves), accuracy.png (training and held-out
    accuracy against width, also on a noisy set), warp.png (how the hidden layer bends the plane
    until a straight cut separates the classes), film.gif, film.mp4 and film.html (training, update
    by update), warp.gif and warp.mp4 (the plane as weights turn it, biases move it and the
    activation bends it) and capacity.json (all figures). Films are MP4, too, where ffmpeg is on
    the machine. Pictures show the seed with the median training accuracy.

    gradstone capacity

    gradstone capacity --dataset spirals --hidden 2,4,8,16,32 --steps 10000 --lang zh

    gradstone capacity flowers.csv --target kind --out flowers

    Exit codes: 0 done, 1 every training diverged, 2 bad input, 130 interrupted.
    """
    spoken = chosen(language, "--lang")
    widths = _widths(hidden)
    drawing = {
        "--dataset": dataset, "--size": size, "--noise": noise, "--data-seed": data_seed
    }  # fmt: skip
    given = plane_rows(table, target, drawing)
    rows = ("ring" if dataset is None else dataset) if given is None else given[0]
    with result_folder("capacity", out, FILES, force) as folder:
        with counting(quiet) as told:
            follow = _Follow(told, len(widths), seeds, len(PICTURES) + 2 * film, spoken)
            found = studied(
                rows, widths, size=SIZE if size is None else size, noise=noise,
                data_seed=DATA_SEED if data_seed is None else data_seed, held_out=held_out,
                seeds=seeds, steps=steps, learning_rate=learning_rate, activation=activation,
                workers=workers, told=follow.trained,
            )  # fmt: skip
            made, notes = files(found, film, spoken, follow.drawn)
        _write(made, folder)
        _report(found, spoken, notes, folder, made, quiet)
    if all(one.diverged == seeds for one in found.widths):
        raise typer.Exit(DIVERGED)


class _Follow:
    """Trainings and pictures as one count, told with the widths that are done."""

    def __init__(
        self, told: Told, widths: int, seeds: int, pictures: int, language: Language
    ) -> None:
        self.told, self.widths, self.seeds, self.pictures = told, widths, seeds, pictures
        self.language = language
        self.found: Counter[str] = Counter()
        self.many = self.done = 0

    def trained(self, done: int, many: int, label: str) -> None:
        each = self.widths * self.seeds  # trainings of one set
        if done == each + 1:
            self.found.clear()
        self.found[label] += 1
        self.many, self.done = many, done
        widths = sum(count == self.seeds for name, count in self.found.items() if name)
        key = "widths_trained_noisy" if done > each else "widths_trained"
        label = said(key, self.language, done=widths, all=self.widths)
        self.told(done, many + self.pictures, label)

    def drawn(self, name: str) -> None:
        self.done += 1
        label = said("drawn", self.language, file=name)
        self.told(self.done, self.many + self.pictures, label)


def _widths(text: str) -> list[int]:
    parts = [one.strip() for one in text.replace("，", ",").split(",")]
    if not all(one.isdecimal() and int(one) > 0 for one in parts):
        wanted = "whole numbers from 1 with commas between are wanted"
        raise RangeError("--hidden", f"{text!r} came", wanted, "As 1,2,3,5,20,50.")
    return [int(one) for one in parts]


def _write(made: dict[str, bytes], folder: Path) -> None:
    """All files, each whole; films of an earlier study go where there are no new ones."""
    fill(folder, made)
    for name in set(FILMS) - set(made):
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)


def _report(
    found: Capacity, spoken: Language, notes: list[str], folder: Path, made: dict[str, bytes],
    quiet: bool,
) -> None:  # fmt: skip
    if quiet:
        typer.echo(str(folder))
        return
    for line in [*lines(found, spoken), *notes]:
        typer.echo(line)
    written = row((one for one in FILES if one in made), spoken)
    typer.echo(said("saved_in", spoken, folder=folder, files=written))
