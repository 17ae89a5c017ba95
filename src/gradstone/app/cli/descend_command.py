"""`gradstone descend`: descent on a function that is typed, logged and diagnosed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from gradstone.app.cli.descend_report import csv_text, log_lines, result_lines, several_lines
from gradstone.descent.course import Told
from gradstone.descent.descent import Descent, Descents
from gradstone.descent.expression import Expression, expression
from gradstone.descent.minimize import minimize
from gradstone.descent.tokens import ExpressionError
from gradstone.descent.words import figure, point, said
from gradstone.errors import FileError, RangeError, ShapeError, unknown
from gradstone.language import Language, chosen
from gradstone.training.files import write_whole
from gradstone.training.optimizers import OPTIMIZERS, Optimizer

DIVERGED, BAD_INPUT = 1, 2
LONG = 0.5  # seconds after which a bar appears
PICTURE, TABLE = "path.png", "path.csv"


def descend(
    formula: Annotated[
        str, typer.Argument(metavar="EXPRESSION", help='As "(x+1)^2 - 1" or "x^2 + 3x y".')
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
        str, typer.Option(metavar="NAME", help=", ".join(OPTIMIZERS))
    ] = "sgd",
    race: Annotated[
        str | None,
        typer.Option(metavar="sgd,adam:0.1", help="Several optimizers, each perhaps at its rate."),
    ] = None,
    grad: Annotated[
        str | None, typer.Option(metavar="numeric", help="Gradients from differences of f.")
    ] = None,
    variables: Annotated[
        str | None, typer.Option(metavar="x,y", help="Their order; else that of appearance.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", metavar="NAME", help="en or zh; else the locale's.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER | FILE.png", help="Where a picture goes, and the whole log."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite what --out names.")
    ] = False,
) -> None:  # fmt: skip
    """Descend on a function, update by update, and say why it ended as it did.

    ^ and ** raise, −x^2 is −(x^2), 2x and x y are products, log and ln are natural, lg is to base
    10; e and pi are known. Exit codes: 0 done, 1 diverged, 2 bad input.

    gradstone descend "(x+1)^2 - 1" --start 13 --learning-rate 0.9

    gradstone descend "(1-x)^2 + 100(y-x^2)^2" --start=-1.2,1 --race sgd:0.001,adam:0.02

    gradstone descend "x^4 - x^2 + x/10" --start -2 --start 2 --out path.png
    """
    spoken = chosen(language, "--lang")
    target = None if out is None else _target(out, force)
    try:
        function = expression(formula, _variables(variables))
        places = [_start(text, function) for text in start or ()]
    except ExpressionError as error:
        first, _, rest = str(error).partition("\n")
        typer.echo(f"gradstone: {first}\n{rest}", err=True)
        raise typer.Exit(BAD_INPUT) from error
    if not places:
        wanted = f"a number for {', '.join(function.variables)} is wanted"
        raise ShapeError("--start", "none came", wanted, "As --start 1,2.")
    rules = _rules(optimizer, race, learning_rate)
    pairs = [(place, rule) for place in places for rule in rules]
    found: list[Descent] = []
    for place, rule in pairs:
        with _bar(max_iterations) as told:
            found.append(
                minimize(
                    function, place, _gradient(grad), rule, precision, max_iterations,
                    progress=told,
                )
            )  # fmt: skip
    labels = [_label(one, len(places) > 1, race is not None) for one in found]
    for line in _lines(function, found, labels, spoken):
        typer.echo(line)
    if target is not None:
        _save(target, found, labels, formula)
    diverged = all(one.status == "diverged" for one in found)
    raise typer.Exit(DIVERGED if diverged else 0)


def _lines(
    function: Expression, found: Sequence[Descent], labels: Sequence[str], language: Language
) -> Iterator[str]:
    for note in function.notes:
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


def _variables(text: str | None) -> list[str] | None:
    return None if text is None else [one.strip() for one in text.replace("，", ",").split(",")]


def _gradient(name: str | None) -> Any:
    if name not in (None, "numeric"):
        raise unknown("--grad", str(name), ["numeric"])
    return name


def _start(text: str, function: Expression) -> tuple[float, ...]:
    """A start as numbers in the order of the variables; each may be a formula, as pi/2."""
    parts = text.replace("，", ",").replace("＝", "=").strip("()（） ").split(",")
    if any("=" in part for part in parts):
        pairs = [part.partition("=") for part in parts]
        given = {name.strip(): value for name, _, value in pairs}
        for name in given:
            if name not in function.variables:
                raise unknown(f"--start {text}: variable", name, function.variables)
        missing = [name for name in function.variables if name not in given]
        if missing or len(pairs) != len(given):
            came = f"{', '.join(missing) or 'a name'} {'is missing' if missing else 'came twice'}"
            raise ShapeError(f"--start {text}", came, "each variable is wanted once")
        parts = [given[name] for name in function.variables]
    return tuple(float(expression(part, ())()) for part in parts)


def _rules(name: str, race: str | None, rate: float | None) -> list[Optimizer]:
    """The optimizers asked for, each with its rate."""
    found = []
    for part in [name] if race is None else race.replace("，", ",").split(","):
        one, _, own = part.strip().partition(":")
        if one not in OPTIMIZERS:
            raise unknown("--optimizer" if race is None else "--race", one, OPTIMIZERS)
        try:
            chosen = float(own) if own else rate
        except ValueError:
            raise RangeError("--race", f"{part!r} came", "NAME or NAME:RATE is wanted") from None
        found.append(OPTIMIZERS[one]() if chosen is None else OPTIMIZERS[one](chosen))
    return found


def _target(out: Path, force: bool) -> tuple[Path, Path | None]:
    """The picture and the table that --out names.

    Raises:
        FileError: one of them is there already, or the name is no picture's.
    """
    if out.suffix and out.suffix.lower() != ".png" and not out.is_dir():
        advice = "Name it path.png."
        raise FileError(
            f"--out {out}", f"{out.suffix} came", "a folder or a .png is wanted", advice
        )
    picture = out if out.suffix.lower() == ".png" else out / PICTURE
    table = None if picture is out else out / TABLE
    for one in (picture, table):
        if one is not None and one.exists() and not force:
            wanted, advice = "a new file is wanted", "Add --force to overwrite."
            raise FileError(f"--out {one}", "it is there already", wanted, advice)
    return picture, table


def _save(
    target: tuple[Path, Path | None], found: Sequence[Descent], labels: Sequence[str], title: str
) -> None:
    from gradstone.pictures.descent import path_picture
    from gradstone.pictures.style import save

    picture, table = target
    try:
        if table is not None:
            table.parent.mkdir(parents=True, exist_ok=True)
            write_whole(table, csv_text(found, labels).encode())
    except OSError as error:
        came, wanted = error.strerror or str(error), "a folder that can be written is wanted"
        raise FileError(f"--out {picture.parent}", came, wanted) from error
    save(path_picture(found, labels, title), picture)
    typer.echo(f"saved as {picture}" + (f", {table}" if table else ""))


@contextmanager
def _bar(updates: int) -> Iterator[Told | None]:
    """Who is told of progress: a bar on a terminal, once a descent takes long."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("update {task.completed:.0f}"), BarColumn(20),
        TextColumn("{task.fields[numbers]}", markup=False), TimeRemainingColumn(),
    )  # fmt: skip
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task, begun = bar.add_task("", total=updates, numbers=""), monotonic()

    def told(done: int, value: float, norm: float) -> None:
        if monotonic() - begun > LONG:
            bar.start()
            bar.update(task, completed=done, numbers=f"f {value:.6g}  |gradient| {norm:.3g}")

    try:
        yield told
    finally:
        bar.stop()
