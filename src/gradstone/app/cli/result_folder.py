"""The folder for what a study leaves: new, or holding nothing of these names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gradstone.app.cli.run_folder import Claim
from gradstone.errors import FileError


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
    if out is not None and out.is_dir() and any(out.iterdir()):
        there = [one for one in files if (out / one).exists()]
        if there and not force:
            came, wanted = f"{there[0]} is in it already", "another folder is wanted"
            advice = "Name another, or add --force to overwrite."
            raise FileError(f"--out {out}", came, wanted, advice)
        yield out
        return
    with Claim(name, out, force=False) as claim:
        yield claim.path
