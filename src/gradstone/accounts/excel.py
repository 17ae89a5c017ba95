"""An account as an Excel workbook in which every number is a formula."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from os import PathLike
from pathlib import Path

from gradstone.accounts.account import Story
from gradstone.accounts.workbook.writer import written
from gradstone.errors import FileError
from gradstone.language import Language, chosen
from gradstone.nn.settings import whole

MADE = datetime(2000, 1, 1)
"""The date in every file, so that equal accounts give equal files."""


def to_excel(
    story: Story,
    path: str | PathLike[str],
    language: Language | None = "en",
    steps: int = 20,
) -> None:
    """Write the workbook of an account.

    Every number of a line is a formula on other cells; inputs, targets, parameters, rate and
    settings can be changed, and the workbook recomputes and proves itself.

    Args:
        path: of the file, which is replaced. language: of all text.
        steps: how many steps the sheet Iterations makes.

    Raises:
        FileError: it cannot be written there. UnknownNameError: another language.
        RangeError, KindError: steps that are no whole number from 0 on.
    """
    memory = BytesIO()
    written(story, memory, chosen(language), whole("steps", steps, least=0), MADE)
    try:
        Path(path).write_bytes(memory.getvalue())
    except OSError as error:
        came = f"cannot be written ({error.strerror or error})"
        advice = "Is the folder there, and is the file not open elsewhere?"
        raise FileError(str(path), came, "a file that can be written is wanted", advice) from error
