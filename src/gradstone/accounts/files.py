"""Writing a document whole or not at all."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from gradstone.errors import FileError
from gradstone.training.files import write_whole


def write_text(path: str | PathLike[str], text: str) -> None:
    """Write UTF-8 text; FileError where that fails. What stood there stays until all is written."""
    try:
        write_whole(Path(path), text.encode())
    except OSError as error:
        came, wanted = f"{error.strerror or error}", "a place that can be written is wanted"
        raise FileError(str(path), came, wanted) from error
