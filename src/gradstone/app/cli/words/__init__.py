"""Every phrase that commands print in English and 中文, a table for each part of them."""

from __future__ import annotations

from collections.abc import Iterable

from gradstone.language import Language, Phrases

TABLES = ("common", "difference", "examples", "pages", "progress", "training")
_PHRASES = Phrases(__name__, TABLES)


def said(key: str, language: Language = "en", **gaps: object) -> str:
    """The phrase of a key with its gaps filled; KeyError where there is none."""
    return _PHRASES.said(key, language, **gaps)


def counted(number: int, noun: str, language: Language = "en") -> str:
    """So many of a thing whose phrases are NOUN and NOUNs: 1 epoch, 2 epochs.

    >>> counted(1, "epoch"), counted(2, "epoch"), counted(2, "epoch", "zh")
    ('1 epoch', '2 epochs', '2 轮')
    """
    return said(noun if number == 1 else f"{noun}s", language, count=number)


def row(names: Iterable[object], language: Language = "en") -> str:
    """Names in a row.

    >>> row(["a.png", "b.png"]), row(["a.png", "b.png"], "zh")
    ('a.png, b.png', 'a.png、b.png')
    """
    return said("comma", language).join(map(str, names))
