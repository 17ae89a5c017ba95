"""`gradstone grade`: what came back is judged, one file or a class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gradstone.app.cli.options import Force, Lang
from gradstone.app.cli.words import said
from gradstone.errors import FileError
from gradstone.language import chosen


def grade(
    answers: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="An .xlsx or .json file, or a folder of them."),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="The table of a folder, as CSV.")
    ] = None,
    force: Force = False,
    language: Lang = None,
) -> None:
    """Grade the answers to a worksheet of `gradstone exam`.

    The key is rebuilt from the code in the file. The first wrong cell in order of computation is
    named, with the likely mistake; what is right given earlier errors counts as right.

    gradstone grade answers.xlsx

    gradstone grade monday/answers --out marks.csv

    Exit codes: 0 graded, 2 bad input.
    """
    spoken = chosen(language, "--lang")
    from gradstone.exams.grading import grade as graded
    from gradstone.exams.grading import grade_folder

    if not answers.is_dir():
        if out is not None:
            wanted = "it goes with a folder"
            raise FileError(f"--out {out}", "a single file came", wanted, "Leave it out.")
        typer.echo(graded(answers).to_text(spoken))
        return
    if out is not None and out.exists() and not force:
        wanted = "a new file is wanted"
        raise FileError(f"--out {out}", "it is there already", wanted, "Add --force to overwrite.")
    table = grade_folder(answers)
    typer.echo(table.to_text(spoken))
    if out is not None:
        from gradstone.accounts.files import write_text

        write_text(out, "\ufeff" + table.to_csv(spoken))
        typer.echo(said("saved_as", spoken, files=out))
