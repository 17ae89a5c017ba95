"""What every command of `gradstone draw` shares: where its picture goes, and its last line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from gradstone.app.cli.words import said
from gradstone.errors import FileError
from gradstone.language import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def target(out: Path | None, default: str, force: bool) -> Path:
    """The file that a picture may be written to.

    Args:
        out: what --out said. default: the file's name in the current folder without it.
        force: a file that is there already is overwritten.

    Raises:
        FileError: another ending than .png, .svg, .pdf or .html, a folder that is missing, or a
            file that is there already.
    """
    from gradstone.pictures.style import FORMATS

    path = Path(default) if out is None else out
    if path.suffix.lower() not in FORMATS:
        came = f"{path.suffix or 'no ending'} came"
        raise FileError(str(path), came, f"one of {', '.join(FORMATS)} is wanted")
    if path.is_dir():
        raise FileError(str(path), "this is a folder", "a file to write is wanted")
    if not path.parent.is_dir():
        came = f"there is no folder {path.parent}"
        raise FileError(str(path), came, "a folder that exists is wanted")
    if path.exists() and not force:
        wanted = "a new file is wanted"
        raise FileError(
            str(path), "this file is there already", wanted, "Add --force to overwrite it."
        )
    return path


def finish(picture: Figure, path: Path, language: Language) -> None:
    """Save a picture as its file's name ends, and say where.

    Args:
        language: of what is said, and of the words that an .html page adds.

    Raises:
        FileError: the file cannot be written.
    """
    from gradstone.pictures.style import save

    save(picture, path, language)
    typer.echo(said("saved_as", language, files=path))
