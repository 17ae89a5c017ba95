"""What `gradstone descend --out` leaves: one picture, or a folder of pictures with the log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradstone.app.cli.descend_report import csv_text
from gradstone.descent.descent import Descent, Descents
from gradstone.errors import FileError
from gradstone.language import Language
from gradstone.training.files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf", ".html")
TABLE = "path.csv"


@dataclass(frozen=True, slots=True)
class Target:
    """What --out names.

    Attributes:
        folder: where the files go. pictures: of what, and their names, as {"path": "path.png"}.
        table: whether the log is written too.
    """

    folder: Path
    pictures: dict[str, str]
    table: bool

    @property
    def files(self) -> list[Path]:
        """All files that are written."""
        names = [*self.pictures.values(), *([TABLE] if self.table else [])]
        return [self.folder / name for name in names]


def target(out: Path, variables: int, race: bool, force: bool) -> Target:
    """The files that --out stands for.

    Args:
        variables: of the function. race: whether several optimizers are compared.

    Raises:
        FileError: one of them is there already, or the name is no picture's.
    """
    ending = out.suffix.lower()
    if ending in ENDINGS and not out.is_dir():
        found = Target(out.parent, {"path": out.name}, False)
    elif ending and not out.is_dir():
        wanted = f"a folder or one of {', '.join(ENDINGS)} is wanted"
        raise FileError(f"--out {out}", f"{out.suffix} came", wanted, "Name it path.png.")
    else:
        kinds = ["path", *(["surface", "slices"] if variables == 2 else [])]
        kinds += ["race"] if race else []
        found = Target(out, {kind: f"{kind}.png" for kind in kinds}, True)
    _check_folder(found.folder)
    for one in found.files:
        if one.exists() and not force:
            wanted, advice = "a new file is wanted", "Add --force to overwrite."
            raise FileError(f"--out {one}", "it is there already", wanted, advice)
    return found


def _check_folder(folder: Path) -> None:
    """FileError where it cannot be made, said before the descent and not after it."""
    there = next(one for one in (folder, *folder.resolve().parents) if one.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        came = f"{there} is {'not writable' if there.is_dir() else 'no folder'}"
        raise FileError(f"--out {folder}", came, "a folder that can be written is wanted")


def save(
    wanted: Target, found: Sequence[Descent], labels: Sequence[str], title: str, language: Language
) -> None:
    """Write all of it, each file whole or not at all.

    Raises:
        FileError: the folder or a file cannot be written.
    """
    from gradstone.pictures.style import save as save_picture

    try:
        wanted.folder.mkdir(parents=True, exist_ok=True)
        if wanted.table:
            write_whole(wanted.folder / TABLE, csv_text(found, labels).encode())
    except OSError as error:
        came, right = error.strerror or str(error), "a folder that can be written is wanted"
        raise FileError(f"--out {wanted.folder}", came, right) from error
    for kind, name in wanted.pictures.items():
        picture = _picture(kind, found, labels, title, language)
        save_picture(picture, wanted.folder / name, language)


def _picture(
    kind: str, found: Sequence[Descent], labels: Sequence[str], title: str, language: Language
) -> Figure:
    from gradstone.pictures.descent import path_picture
    from gradstone.pictures.race import race_picture
    from gradstone.pictures.slices import slices_picture
    from gradstone.pictures.surface import surface_picture

    shown = labels if len(found) > 1 else ()
    if kind == "slices":
        one = Descents(tuple(found)).lowest or found[0]
        return slices_picture(one, title=title, language=language)
    draw = {"path": path_picture, "surface": surface_picture, "race": race_picture}[kind]
    return draw(found, shown, title, language)
