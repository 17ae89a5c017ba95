"""Writing a document whole or not at all."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path

from gradstone.errors import FileError


def write_text(path: str | PathLike[str], text: str) -> None:
    """Write UTF-8 text; FileError where that fails. What stood there stays until all is written."""
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        came, wanted = f"{error.strerror or error}", "a place that can be written is wanted"
        raise FileError(str(path), came, wanted) from error
