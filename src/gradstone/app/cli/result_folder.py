"""The folder for what a study leaves: new, or holding nothing of these names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from gradstone.app.cli.run_folder import Claim
from gradstone.errors import FileError
from gradstone.training.files import write_whole


@contextmanager
def result_folder(
    name: str, out: Path | None, files: Sequence[str], force: bool = False
) -> Iterator[Path]:
    """A folder that can be written; made here, it goes again where nothing is put in.

    Args:
        name: for a new folder runs/NAME-001, -002 … out: the folder wanted instead.
        files: what will be written. force: whether such files may be overwritten.

    Raises:
        FileError: it cannot be written, or holds such files already.
    """

    def check(folder: Path) -> None:
        there = [one for one in files if (folder / one).exists()]
        if there and not force:
            came, wanted = f"{there[0]} is in it already", "another folder is wanted"
            advice = "Name another, or add --force to overwrite."
            raise FileError(f"--out {folder}", came, wanted, advice)

    with Claim(name, out, check=check) as claim:
        yield claim.path


def fill(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by name, each whole or not at all.

    Raises:
        FileError: one of them cannot be written.
    """
    for name, content in files.items():
        try:
            write_whole(folder / name, content)
        except OSError as error:
            came = error.strerror or str(error)
            wanted = "a file that can be written is wanted"
            raise FileError(str(folder / name), came, wanted) from error
