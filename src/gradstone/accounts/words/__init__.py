"""Every fixed phrase in English and 中文, side by side: key -> (English, 中文).

A renderer's own phrases stand in the table of its name.
"""

from __future__ import annotations

from gradstone.language import Language, Phrases

TABLES = (
    "document", "terms", "rules", "formats", "html", "latex", "excel", "exams",
    "health", "comparison", "report", "descents", "verify",
)  # fmt: skip
_PHRASES = Phrases(__name__, TABLES)


def said(key: str, language: Language = "en") -> str:
    """The phrase of a key, its gaps still open; KeyError where there is none."""
    return _PHRASES.said(key, language)
