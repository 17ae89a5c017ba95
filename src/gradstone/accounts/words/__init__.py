"""Every fixed phrase in English and 中文, side by side: key -> (English, 中文).

Gaps stand in braces: "{loss} falls". A renderer's own phrases stand in the table of its name.
"""

from __future__ import annotations

import locale
import os
from functools import cache
from importlib import import_module
from typing import Literal

from gradstone.errors import unknown

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
TABLES = (
    "document", "terms", "rules", "formats", "html", "latex", "excel", "exams",
    "health", "comparison", "report",
)  # fmt: skip


@cache
def _phrases() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for table in TABLES:
        phrases: dict[str, tuple[str, str]] = import_module(f"{__name__}.{table}").PHRASES
        twice = found.keys() & phrases.keys()
        assert not twice, f"phrases told twice: {twice}"
        found |= phrases
    return found


def said(key: str, language: Language = "en") -> str:
    """The phrase of a key; KeyError where there is none, for that is our own mistake."""
    return _phrases()[key][LANGUAGES.index(language)]


def chosen(language: str | None) -> Language:
    """A language by name; None: the locale's, English where that is neither.

    Raises:
        UnknownNameError: another language.
    """
    if language is None:
        told = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
        return "zh" if told.lower().startswith(("zh", "chinese")) else "en"
    for one in LANGUAGES:
        if one == language:
            return one
    raise unknown("language", language, LANGUAGES)
