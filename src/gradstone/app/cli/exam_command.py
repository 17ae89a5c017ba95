"""`gradstone exam`: worksheets of a training step, with their keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradstone.app.cli.options import Force, Lang
from gradstone.app.cli.words import said
from gradstone.errors import FileError, RangeError, unknown
from gradstone.language import Language, chosen

if TYPE_CHECKING:
    from gradstone.exams.exam import Exam

SUFFIXES = {"html": ".html", "latex": ".tex", "excel": ".xlsx", "json": ".json"}
KEYED = ("html", "latex")
MOST_VARIANTS = 1000


def exam(
    example: Annotated[
        str,
        typer.Argument(
            metavar="[EXAMPLE]", help='n1, n5, or sizes and activations: "3-4-2 tanh softmax".'
        ),
    ] = "n1",
    variants: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="So many with drawn numbers; 0: as the example is."),
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of the drawn numbers.")] = 0,
    ask: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="What is asked: groups or cells, see below."),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="Computed numbers that are printed, in the same words."),
    ] = None,
    formats: Annotated[
        str,
        typer.Option("--format", metavar="NAMES", help="html, latex, excel, json; with commas."),
    ] = "html,excel",
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder they go to.")] = Path(),
    formulas: Annotated[
        bool, typer.Option("--formulas", help="With the formula of each asked number.")
    ] = False,
    digits: Annotated[
        int, typer.Option(metavar="N", help="Significant digits of an answer, 3 to 10.")
    ] = 5,
    samples: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Samples, for sizes; 1 without it.")
    ] = None,
    loss: Annotated[
        str | None, typer.Option(metavar="NAME", help="Without it what goes with the output.")
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Without it sgd.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="The learning rate.")] = None,
    force: Force = False,
    language: Lang = None,
) -> None:  # fmt: skip
    """Make worksheets of one training step, with their keys.

    Groups for --ask: nets, hidden, outputs, parts, loss, upstream, slopes, deltas, gradient (one
    weight a layer), gradients, update (one a parameter), updates, after, all. Single ones:
    "dW2", "dW2[0,0]", "dE_dw_5". Without --ask: hidden, outputs, loss, deltas, gradient, updates.

    gradstone exam

    gradstone exam n1 --variants 30 --seed 7 --out monday

    gradstone exam "3-4-2 tanh softmax" --ask outputs,deltas --show nets --format latex

    Answers come back as the same .xlsx or .json files: gradstone grade monday/answers
    """
    from gradstone.exams.examples import exam_named
    from gradstone.training.optimizers import optimizer_named

    spoken, wanted = chosen(language, "--lang"), _formats(formats)
    if variants > MOST_VARIANTS:
        raise RangeError("--variants", f"{variants} came", f"at most {MOST_VARIANTS} are wanted")
    told = optimizer is not None or rate is not None
    rule = optimizer_named(optimizer or "sgd", rate, "--optimizer") if told else None
    options: dict[str, Any] = {
        "ask": _words(ask), "show": _words(show) or (), "seed": seed, "digits": digits,
        "loss": loss, "optimizer": rule, "samples": samples,
    }  # fmt: skip
    options = {name: value for name, value in options.items() if value is not None}
    numbers = range(1, variants + 1) if variants else (0,)
    _check_new(out, wanted, numbers, force)
    for number in numbers:
        made = exam_named(example, variant=number, **options)
        for path in _written(made, out, number, wanted, spoken, formulas):
            typer.echo(said("saved_as", spoken, files=path))


def _formats(text: str) -> list[str]:
    wanted = [one.strip() for one in text.split(",") if one.strip()]
    for one in wanted:
        if one not in SUFFIXES:
            raise unknown("--format", one, SUFFIXES)
    return list(dict.fromkeys(wanted)) or ["html"]


def _words(text: str | None) -> list[str] | None:
    """Words between commas that stand in no brackets: "dW2[0,0],loss" is two."""
    if text is None:
        return None
    found, depth = [""], 0
    for sign in text:
        depth += (sign == "[") - (sign == "]")
        if sign == "," and depth <= 0:
            found.append("")
        else:
            found[-1] += sign
    return [one.strip() for one in found if one.strip()]


def _path(out: Path, kind: str, number: int, form: str) -> Path:
    return out / f"{kind}{f'-{number}' if number else ''}{SUFFIXES[form]}"


def _check_new(out: Path, wanted: list[str], numbers: Any, force: bool) -> None:
    """Before anything is computed: the folder is there, and no file of these names in it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        came = error.strerror or "it cannot be made"
        raise FileError(f"--out {out}", came, "a folder is wanted") from error
    for number in numbers:
        paths = [_path(out, "exam", number, form) for form in wanted]
        taken = [one for one in paths if one.exists()]
        if taken and not force:
            right = "a new file is wanted"
            raise FileError(str(taken[0]), "it is there already", right, "Add --force, or --out.")


def _written(
    made: Exam, out: Path, number: int, wanted: list[str], language: Language, formulas: bool
) -> list[Path]:
    """The worksheet in each format, and its key in one."""
    paths = [_path(out, "exam", number, form) for form in wanted]
    for form, path in zip(wanted, paths, strict=True):
        if form == "excel":
            made.to_excel(path, language)
        elif form == "json":
            made.to_json(path)
        elif form == "html":
            made.to_html(path, language, formulas=formulas)
        else:
            made.to_latex(path, language, formulas=formulas)
    form = next((one for one in wanted if one in KEYED), "html")
    key = _path(out, "key", number, form)
    told = made.to_html if form == "html" else made.to_latex
    told(key, language, key=True)
    return [*paths, key]
