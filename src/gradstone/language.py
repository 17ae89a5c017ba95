"""The languages Gradstone speaks, and phrases that stand in both side by side.

A room that speaks keeps its phrases in tables, key -> (English, 中文). Gaps stand in braces:
"{loss} falls".
"""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Literal

from gradstone.errors import unknown

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def chosen(name: str | None, subject: str = "language") -> Language:
    """A language by name; None: the locale's, English where that is neither.

    Args:
        subject: what a wrong name was given for, as "--lang".

    Raises:
        UnknownNameError: another language.
    """
    if name is None:
        told = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
        return "zh" if told.lower().startswith(("zh", "chinese")) else "en"
    for one in LANGUAGES:
        if one == name:
            return one
    raise unknown(subject, name, LANGUAGES)


def numbered(count: int, noun: str) -> str:
    """So many of a thing, in English.

    >>> numbered(1, "epoch"), numbered(2, "epoch")
    ('1 epoch', '2 epochs')
    """
    return f"{count} {noun}{'s' * (count != 1)}"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a room.

    Attributes:
        package: whose modules hold them, each a table PHRASES. tables: these modules, by name.
    """

    package: str
    tables: tuple[str, ...]

    def said(self, key: str, language: Language = "en", **gaps: object) -> str:
        """The phrase of a key, its gaps filled where some are given.

        Raises:
            KeyError: there is none, which is our own mistake.
        """
        phrase = _phrases(self)[key][LANGUAGES.index(language)]
        return phrase.format(**gaps) if gaps else phrase


@cache
def _phrases(room: Phrases) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for table in room.tables:
        phrases: dict[str, tuple[str, str]] = import_module(f"{room.package}.{table}").PHRASES
        twice = found.keys() & phrases.keys()
        assert not twice, f"phrases told twice: {twice}"
        found |= phrases
    return found
