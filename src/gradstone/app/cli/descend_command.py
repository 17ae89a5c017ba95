"""`gradstone descend`: descent on a function that is typed, logged and diagnosed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product, starmap
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from gradstone.app.cli import words
from gradstone.app.cli.descend_files import save, target
from gradstone.app.cli.descend_input import (
    Subject,
    entries,
    gradient,
    rules,
    starts,
    subject,
)
from gradstone.app.cli.descend_report import (
    gradient_lines,
    log_lines,
    result_lines,
    several_lines,
)
from gradstone.app.cli.options import Force, Lang
from gradstone.app.cli.typed import carets
from gradstone.descent.course import Told
from gradstone.descent.descent import Descent, Descents
from gradstone.descent.minimize import minimize, until_interrupted
from gradstone.descent.typed import NUMERIC
from gradstone.descent.words import figure, point, said
from gradstone.language import Language, chosen
from gradstone.training.optimizers import OPTIMIZERS, Optimizer

DIVERGED, INTERRUPTED = 1, 130
LONG = 0.5  # seconds after which a bar appears


def descend(
    formula: Annotated[
        str,
        typer.Argument(
            metavar="EXPRESSION",
            help='As "(x+1)^2 - 1" or "x^2 + 3x y"; or FILE.py:NAME, a function in Python.',
        ),
    ],
    start: Annotated[
        list[str] | None,
        typer.Option(metavar="13 | 1,2 | x=1,y=2", help="Where to begin; repeat it for several."),
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(metavar="RATE", help="Without it the optimizer's own.")
    ] = None,
    precision: Annotated[
        float, typer.Option(metavar="P", help="End where |gradient| is below; 0: never.")
    ] = 1e-4,
    max_iterations: Annotated[
        int, typer.Option(min=0, metavar="N", help="Updates at most.")
    ] = 10_000,
    optimizer: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"{', '.join(OPTIMIZERS)}; without it sgd."),
    ] = None,
    race: Annotated[
        str | None,
        typer.Option(metavar="sgd,adam:0.1", help="Several optimizers, each perhaps at its rate."),
    ] = None,
    grad: Annotated[
        str | None,
        typer.Option(
            metavar='numeric | "2x, 2y" | FILE.py:NAME',
            help="The gradient to follow: differences of f, or one of your own.",
        ),
    ] = None,
    variables: Annotated[
        str | None, typer.Option(metavar="x,y", help="Their order; else that of appearance.")
    ] = None,
    language: Lang = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER | FILE",
            help="A .png, .svg, .pdf or .html of the path; a .txt, .md, .tex, .xlsx or .json "
            "with the account of its updates; or a folder for all pictures, the whole log and, "
            "of a single descent, the account.",
        ),
    ] = None,
    force: Force = False,
) -> None:  # fmt: skip
    """Descend on a function, update by update, and say why it ended as it did.

    ^ and ** raise, −x^2 is −(x^2), 2x and x y are products, log and ln are natural, lg is to base
    10; e and pi are known. Ctrl-C ends a descent where it is: what it did is told and saved. Exit
    codes: 0 done, 1 diverged, 2 bad input, 130 interrupted.

    gradstone descend "(x+1)^2 - 1" --start 13 --learning-rate 0.9

    gradstone descend "(1-x)^2 + 100(y-x^2)^2" --start=-1.2,1 --race sgd:0.001,adam:0.02 --out a

    gradstone descend "x^4 - x^2 + x/10" --start -2 --start 2 --out path.png

    gradstone descend "x^2 + y^2" --start 1,2 --grad "2x, y"
    """
    spoken = chosen(language, "--lang")
    with carets():
        given = subject(formula, variables)
        places = starts(start or (), given)
        followed = gradient(grad, given)
    chosen_rules = rules(optimizer, race, learning_rate)
    wishes = [*product(places, chosen_rules)]
    wanted = None
    if out is not None:
        wanted = target(out, entries(places[0]), len(wishes), race is not None, force)

    def one(place: Any, rule: Optimizer) -> Descent:
        with carets(), _bar(max_iterations, spoken) as told, given.running():
            return minimize(
                given.function, place, followed, rule, precision, max_iterations, progress=told
            )

    found = [*until_interrupted(starmap(one, wishes))]
    stopped = found[-1].status == "interrupted"
    labels = [_label(one, len(places) > 1, race is not None) for one in found]
    for line in _lines(given, found, labels, spoken):
        typer.echo(line)
    if stopped and len(wishes) > 1:
        typer.echo(said("left", spoken, done=len(found), n=len(wishes)))
    if followed is not None and followed != NUMERIC:
        for line in gradient_lines(found, spoken):
            typer.echo(line)
    if wanted is not None:
        with given.running():
            save(wanted, found, labels, given.title, spoken)
        files = words.row(wanted.files, spoken)
        typer.echo(words.said("saved_as", spoken, files=files))
    diverged = all(one.status == "diverged" for one in found)
    raise typer.Exit(INTERRUPTED if stopped else DIVERGED if diverged else 0)


def _lines(
    given: Subject, found: Sequence[Descent], labels: Sequence[str], language: Language
) -> Iterator[str]:
    for note in given.notes:
        yield said(note, language)
    if len(found) > 1:
        yield from several_lines(Descents(tuple(found)), labels, language)
        return
    yield from log_lines(found[0], language)
    yield ""
    yield from result_lines(found[0], language)
    yield found[0].told(language)


def _label(one: Descent, several: bool, race: bool) -> str:
    rate = figure(one.optimizer.learning_rate.rate)
    parts = [f"{one.optimizer.name} {rate}"] if race or not several else []
    return "  ".join(parts + ([point(one.names, list(one.path[0].ravel()))] if several else []))


@contextmanager
def _bar(updates: int, language: Language) -> Iterator[Told | None]:
    """Who is told of progress: a bar on a terminal, once a descent takes long."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.fields[place]}"), BarColumn(20),
        TextColumn("{task.fields[numbers]}", markup=False), TimeRemainingColumn(),
    )  # fmt: skip
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task, begun = bar.add_task("", total=updates, place="", numbers=""), monotonic()

    def told(done: int, value: float, norm: float) -> None:
        if monotonic() - begun > LONG:
            bar.start()
            gaps = {"value": f"{value:.6g}", "norm": f"{norm:.3g}"}
            place = words.said("update_of", language, count=done)
            numbers = words.said("descent", language, **gaps)
            bar.update(task, completed=done, place=place, numbers=numbers)

    try:
        yield told
    finally:
        bar.stop()
