"""Python files that a command line names: run once, and blamed for what goes wrong in them."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import Parameter, signature
from pathlib import Path
from traceback import extract_tb
from typing import Any

from gradstone.errors import FileError, GradstoneError, RangeError, unknown

POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


class Files:
    """The Python files that a command names, each run once."""

    def __init__(self) -> None:
        """Nothing is run yet."""
        self.known: dict[Path, dict[str, Any]] = {}

    def named(self, place: str, same: Path | None = None) -> Any:
        """What FILE.py:NAME stands for; NAME alone means the file of another place.

        Raises:
            FileError: no such file, or it cannot be run. UnknownNameError: no such name in it.
        """
        path = same if ":" not in place and same is not None else self.path(place)
        found = self._run(path)
        name = place.rpartition(":")[2]
        if name not in found:
            names = [key for key in found if not key.startswith("__")]
            raise unknown(f"{path}: name", name, names)
        return found[name]

    def path(self, place: str) -> Path:
        """The file of FILE.py:NAME; RangeError where it is not written so."""
        file, _, name = place.rpartition(":")
        if not file or not name:
            raise RangeError(
                "file", f"{place!r} came", "FILE.py:NAME is wanted", "Name a function."
            )
        return Path(file)

    def _run(self, path: Path) -> dict[str, Any]:
        if path not in self.known:
            if not path.is_file():
                raise FileError(str(path), "no such file", "a Python file is wanted")
            sys.path.insert(0, str(path.resolve().parent))
            with self.blamed(path):
                self.known[path] = runpy.run_path(str(path), run_name=path.stem)
        return self.known[path]

    @contextmanager
    def importable(self) -> Iterator[None]:
        """Modules beside the files can be imported; afterwards the search path is as before."""
        before = list(sys.path)
        try:
            yield
        finally:
            sys.path[:] = before

    @contextmanager
    def blamed(self, running: Path | None = None) -> Iterator[None]:
        """Errors that arise in the files become one line that names the place."""
        try:
            yield
        except GradstoneError:
            raise
        except SyntaxError as error:
            where = f"{error.filename}:{error.lineno}"
            raise FileError(where, f"{error.msg}", "Python that can be run is wanted") from error
        except (Exception, SystemExit) as error:
            blamed = self._place(error, running)
            if blamed is None:
                raise
            came = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            wanted = "code that runs at the point is wanted"
            raise GradstoneError(blamed, came.splitlines()[0], wanted) from error

    def _place(self, error: BaseException, running: Path | None) -> str | None:
        """The last line of the named files that an error passed through."""
        names = {str(path) for path in (*self.known, *([running] if running else []))}
        frames = [one for one in extract_tb(error.__traceback__) if one.filename in names]
        return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else None


def takes(function: Any) -> int:
    """How many arguments a function needs, or may have where it needs none; 1 if none can tell."""
    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):
        return 1
    given = [one for one in parameters if one.kind in POSITIONAL]
    return sum(one.default is Parameter.empty for one in given) or len(given)
