"""Every phrase of the pictures in English and 中文, a table for each kind of picture."""

from __future__ import annotations

from gradstone.language import Language, Phrases

TABLES = ("axes", "capacity", "descent", "networks", "neurons", "page", "search", "training")
_PHRASES = Phrases(__name__, TABLES)


def said(key: str, language: Language = "en", **gaps: object) -> str:
    """The phrase of a key with its gaps filled; KeyError where there is none."""
    return _PHRASES.said(key, language, **gaps)
