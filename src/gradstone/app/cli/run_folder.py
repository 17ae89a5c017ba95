"""The folder of a run: made before training, filled after it, never overwritten unasked."""

from __future__ import annotations

import re
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from gradstone.errors import FileError

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

    Raises:
        FileError: it cannot be written, or holds something already.
    """

    def __init__(self, name: str, out: Path | None, force: bool) -> None:
        """Make the folder, and try whether it can be written."""
        self.made: list[Path] = []
        try:
            self.path = self._next(name) if out is None else self._given(out, force)
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

    def _given(self, out: Path, force: bool) -> Path:
        if not out.exists():
            return self._make(out)
        if not out.is_dir():
            raise FileError(f"--out {out}", "a file of that name", "a folder is wanted")
        held = any(out.iterdir())
        run = (out / FILES[0]).is_file()
        if held and not (force and run):
            wanted = "a new or an empty folder is wanted"
            advice = "Add --force to overwrite the run in it, or name another."
            came = "a folder with a run in it" if run else "a folder with other files in it"
            raise FileError(f"--out {out}", came, wanted, advice if run else "Name another.")
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


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C waits: what is being saved is saved whole. It takes about a second."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
