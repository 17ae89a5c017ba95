"""What `gradstone descend --out` leaves: a picture, an account, or a folder with all of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradstone.accounts.descending import MOST as MOST_TOLD
from gradstone.app.cli.descend_report import csv_text
from gradstone.descent.descent import Descent, Descents
from gradstone.errors import FileError, RangeError
from gradstone.language import Language
from gradstone.training.files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf", ".html")
TOLD = (".txt", ".md", ".tex", ".xlsx", ".json")
"""Of files with the account; as HTML it stands in the folder."""
TABLE, ACCOUNT = "path.csv", "account.html"


@dataclass(frozen=True, slots=True)
class Target:
    """What --out names.

    Attributes:
        folder: where the files go. pictures: of what, and their names, as {"path": "path.png"}.
        table: whether the log is written too. account: the file of the account; "" for none.
    """

    folder: Path
    pictures: dict[str, str]
    table: bool
    account: str = ""

    @property
    def files(self) -> list[Path]:
        """All files that are written."""
        names = [*self.pictures.values(), *([TABLE] if self.table else [])]
        names += [self.account] if self.account else []
        return [self.folder / name for name in names]


def target(out: Path, variables: int, descents: int, race: bool, force: bool) -> Target:
    """The files that --out stands for.

    Args:
        variables: of the function. descents: how many. race: whether optimizers are compared.

    Raises:
        FileError: one of them is there already, or the name is neither a picture's nor an
        account's. RangeError: an account of several descents.
    """
    ending = out.suffix.lower()
    if out.is_dir() or not ending:
        kinds = ["path", *(["surface", "slices"] if variables == 2 else [])]
        kinds += ["race"] if race else []
        account = ACCOUNT if descents == 1 and variables <= MOST_TOLD else ""
        found = Target(out, {kind: f"{kind}.png" for kind in kinds}, True, account)
    elif ending in ENDINGS:
        found = Target(out.parent, {"path": out.name}, False)
    elif ending in TOLD:
        _check_told(out, variables, descents)
        found = Target(out.parent, {}, False, out.name)
    else:
        wanted = f"a folder or one of {', '.join((*ENDINGS, *TOLD))} is wanted"
        raise FileError(f"--out {out}", f"{out.suffix} came", wanted, "Name it path.png.")
    _check_folder(found.folder)
    for one in found.files:
        if one.exists() and not force:
            wanted, advice = "a new file is wanted", "Add --force to overwrite."
            raise FileError(f"--out {one}", "it is there already", wanted, advice)
    return found


def _check_told(out: Path, variables: int, descents: int) -> None:
    """RangeError where there is no account, said before the descent."""
    if descents > 1:
        came, wanted = f"{descents} descents came", "an account tells one descent"
        raise RangeError(f"--out {out}", came, wanted, "Leave --race out and give one --start.")
    if variables > MOST_TOLD:
        came, wanted = f"{variables} variables came", f"an account tells of {MOST_TOLD} at most"
        raise RangeError(f"--out {out}", came, wanted)


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
    if wanted.account:
        _write_account(found[0], wanted.folder / wanted.account, language)
    for kind, name in wanted.pictures.items():
        picture = _picture(kind, found, labels, title, language)
        save_picture(picture, wanted.folder / name, language)


def _write_account(descent: Descent, out: Path, language: Language) -> None:
    from gradstone.accounts.explain import explain
    from gradstone.app.cli.explain_command import SUFFIXES, write_account

    write_account(explain(descent, language=language), SUFFIXES[out.suffix.lower()], out)


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
