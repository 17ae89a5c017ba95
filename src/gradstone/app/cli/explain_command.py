"""`gradstone explain`: a training step or a function, number by number, in many formats."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradstone.app.cli.options import Force, Lang, RunTable
from gradstone.app.cli.words import said
from gradstone.errors import FileError, RangeError, unknown
from gradstone.language import Language, chosen

if TYPE_CHECKING:
    from gradstone.accounts.explain import Account

SUFFIXES = {
    ".txt": "text", ".md": "markdown", ".tex": "latex", ".html": "html", ".xlsx": "excel",
    ".json": "json", ".svg": "svg", ".dot": "dot",
}  # fmt: skip
SIGNS = "∂δη₁⁽²⁾≈−×·½√∞▶│═⎡⎤┃✓"
"""Signs of the text; where an encoding lacks one of them, ASCII is printed."""
WIDTH, WRONG = 80, 1


def explain(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[WHAT]", help="An example, an op, or the folder of a run; none: n1."
        ),
    ] = None,
    show_list: Annotated[
        bool, typer.Option("--list", help="Say the names of the examples, and explain nothing.")
    ] = False,
    table: RunTable = None,
    sample: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="The sample of the batch told in full, from 0."),
    ] = None,
    weight: Annotated[
        str | None, typer.Option(metavar='"W1[5,2]"', help="The weight whose paths are told.")
    ] = None,
    neuron: Annotated[
        str | None,
        typer.Option(
            metavar="1:h3", help="Layer and neuron; told is the weight of most gradient into it."
        ),
    ] = None,
    detail: Annotated[
        str | None, typer.Option(metavar="LEVEL", help="overview, layers or numbers; else by size.")
    ] = None,
    digits: Annotated[
        int, typer.Option(metavar="N", help="Digits that a reader may check, 2 to 12.")
    ] = 6,
    loss: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of n1, as binary_cross_entropy.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME",
            help="text, markdown, latex, html, excel, json, svg or dot; else by the name of --out.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; without it the terminal.")
    ] = None,
    force: Force = False,
    language: Lang = None,
    width: Annotated[
        int | None, typer.Option(min=40, metavar="N", help="Columns of the text.")
    ] = None,
    ascii: Annotated[
        bool, typer.Option("--ascii", help="Text without signs beyond ASCII.")
    ] = False,
    verify: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Recompute every line of an account."),
    ] = None,
) -> None:  # fmt: skip
    """Explain one step of training, or a function, number by number.

    Without WHAT: the textbook's example, a 2-2-2 network. Of a run: the step that training would
    do next, in float64, with what is wrong with the run, if anything is.

    gradstone explain

    gradstone explain n5 --out step.html

    gradstone explain softmax --lang zh

    gradstone explain runs/digits-001 --weight "W2[5,3]" --out step.xlsx

    gradstone explain apples --out graph.svg

    Exit codes: 0 done, 1 --verify found a wrong line, 2 bad input.
    """
    if verify is not None:
        _verify(verify, what, chosen(language, "--lang"))
        return
    from gradstone.app.cli.explained import Wanted, account, listed

    spoken = chosen(language, "--lang")
    if show_list:
        for line in listed(spoken):
            typer.echo(line)
        return
    wanted = _format(form, out)
    if out is not None:
        check_new(out, force)
    given = {"sample": sample, "weight": weight, "neuron": neuron, "detail": detail}
    choices = {name: value for name, value in given.items() if value is not None}
    told = account(Wanted(what, table, loss, digits, language, choices))
    if out is not None:
        write_account(told, wanted, out, ascii, width or WIDTH)
        typer.echo(said("saved_as", spoken, files=out))
        return
    try:
        _print(told, wanted, ascii, width)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _format(form: str | None, out: Path | None) -> str:
    """The format asked for, or that of the file's name."""
    if form is not None and form not in SUFFIXES.values():
        raise unknown("--format", form, SUFFIXES.values())
    if out is None:
        if form == "excel":
            wanted = "a file to write to is wanted"
            raise RangeError("--format", "excel came without --out", wanted, "Add --out step.xlsx.")
        return form or "text"
    found = form or SUFFIXES.get(out.suffix.lower())
    if found is None:
        wanted = f"one that ends in {', '.join(SUFFIXES)} is wanted"
        raise RangeError("--out", f"{out} came", wanted, "Or say the format with --format.")
    return found


def check_new(out: Path, force: bool) -> None:
    """FileError where --out names a folder, or a file that is there already."""
    if out.is_dir():
        raise FileError(f"--out {out}", "a folder of that name", "the name of a file is wanted")
    if out.exists() and not force:
        wanted = "a new file is wanted"
        raise FileError(f"--out {out}", "it is there already", wanted, "Add --force to overwrite.")


def write_account(
    told: Account, form: str, out: Path, ascii: bool = False, width: int = WIDTH
) -> None:
    """Write an account in a format, by its name; FileError where that cannot be done."""
    from gradstone.accounts.files import write_text

    if form == "excel":
        told.to_excel(out)
    else:
        write_text(out, _text(told, form, ascii, width))


def _text(told: Account, form: str, ascii: bool, width: int) -> str:
    if form == "text":
        return told.to_text(ascii, width)
    others = {
        "markdown": told.to_markdown, "latex": told.to_latex, "html": told.to_html,
        "json": told.to_json, "svg": told.to_svg, "dot": told.to_dot,
    }  # fmt: skip
    return others[form]()


def _print(told: Account, form: str, ascii: bool, width: int | None) -> None:
    ascii = ascii or _lacks_signs()
    if form != "text" or ascii or not sys.stdout.isatty():
        typer.echo(_text(told, form, ascii, width or WIDTH), nl=False)
        return
    from rich.console import Console

    from gradstone.accounts.text import print_story

    print_story(told.story, Console(width=width), chosen(told.language))


def _lacks_signs() -> bool:
    """Whether standard output cannot say the signs of formulas."""
    try:
        SIGNS.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return True
    return False


def _verify(path: Path, what: str | None, language: Language) -> None:
    from gradstone.accounts.verify import verify

    if what is not None:
        wanted = "the file alone is wanted"
        raise RangeError("--verify", f"{what} came beside it", wanted, "Leave it out.")
    found = verify(path)
    for line in found.lines(language):
        typer.echo(line)
    if not found.passed:
        raise typer.Exit(WRONG)
