"""The folder of a run: made before training, filled after it, never overwritten unasked."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType

from gradstone.errors import FileError

Check = Callable[[Path], None]
PARENT = Path("runs")
FILES = (
    "model.safetensors", "history.json", "loss.png", "confusion.png", "predictions.png",
    "samples.png", "regions.png", "fit.png", "report.html", "README.md",
)  # fmt: skip


class Claim:
    """A folder that this run may fill; what was made for it goes again where nothing is put in.

    Args:
        name: for a new folder runs/NAME-001, -002 …
        out: the folder wanted instead.
        force: whether a run that stands there already may be overwritten.
        check: called instead with a folder that holds something; FileError where that must not
            be joined.

    Raises:
        FileError: it cannot be written, or holds something already.
    """

    def __init__(
        self, name: str, out: Path | None, force: bool = False, check: Check | None = None
    ) -> None:
        """Make the folder, and try whether it can be written."""
        self.made: list[Path] = []
        try:
            given = check or partial(_check_run, force=force)
            self.path = self._next(name) if out is None else self._given(out, given)
            tempfile.TemporaryFile(dir=self.path).close()
        except OSError as error:
            self.release()
            if isinstance(error, FileError):
                raise
            wanted = "a folder that can be written is wanted"
            came = error.strerror or str(error)
            raise FileError(str(out or PARENT), came, wanted, "Name one with --out.") from error

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.release()

    def release(self) -> None:
        """Remove the folders that were made and are empty still."""
        for folder in reversed(self.made):
            with suppress(OSError):
                folder.rmdir()

    def clear(self, kept: set[str]) -> None:
        """Remove what an earlier run has left, apart from some files."""
        for name in FILES:
            if name not in kept:
                (self.path / name).unlink(missing_ok=True)

    def _given(self, out: Path, check: Check) -> Path:
        if not out.exists():
            return self._make(out)
        if not out.is_dir():
            raise FileError(f"--out {out}", "a file of that name", "a folder is wanted")
        if any(out.iterdir()):
            check(out)
        return out

    def _next(self, name: str) -> Path:
        """The first free runs/NAME-001; another run that starts now gets another."""
        taken = re.compile(re.escape(name) + r"-(\d+)")
        found = PARENT.iterdir() if PARENT.is_dir() else ()
        numbers = [int(one[1]) for path in found if (one := taken.fullmatch(path.name))]
        number = max(numbers, default=0)
        while True:
            number += 1
            with suppress(FileExistsError):
                return self._make(PARENT / f"{name}-{number:03}")

    def _make(self, folder: Path) -> Path:
        missing = [one for one in folder.parents if not one.exists()]
        for one in reversed(missing):
            one.mkdir(exist_ok=True)
            self.made.append(one)
        folder.mkdir()
        self.made.append(folder)
        return folder


def _check_run(folder: Path, force: bool) -> None:
    """FileError unless a run in it may be overwritten."""
    if not (folder / FILES[0]).is_file():
        raise other_files(folder)
    if not force:
        came, wanted = "a folder with a run in it", "a new or an empty folder is wanted"
        advice = "Add --force to overwrite the run in it, or name another."
        raise FileError(f"--out {folder}", came, wanted, advice)


def other_files(folder: Path) -> FileError:
    """The error for a folder that holds what is none of ours."""
    came, wanted = "a folder with other files in it", "a new or an empty folder is wanted"
    return FileError(f"--out {folder}", came, wanted, "Name another.")
