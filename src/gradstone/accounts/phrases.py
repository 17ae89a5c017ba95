"""Phrases with their gaps filled, for renderers of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from string import Formatter

from gradstone.accounts.account import Cell, Phrase
from gradstone.accounts.words import said
from gradstone.language import Language

FULL = "。，；：！？、）》」”"
"""Signs that bring their own space."""


def parts(phrase: Phrase, language: Language) -> Iterator[str | Cell]:
    """A phrase as fixed words and the cells between them; phrases within it are told as well."""
    for words, gap, _, _ in Formatter().parse(said(phrase.key, language)):
        if words:
            yield words
        if gap is not None:
            cell = phrase.gaps[gap]
            if isinstance(cell, Phrase):
                yield from parts(cell, language)
            else:
                yield cell


def filled(
    phrase: Phrase,
    language: Language,
    write: Callable[[Cell], str],
    escape: Callable[[str], str] = str,
) -> str:
    """A phrase as text.

    Args:
        write: what a cell becomes. escape: what fixed words become.
    """
    found = parts(phrase, language)
    return "".join(escape(one) if isinstance(one, str) else write(one) for one in found)


def between(before: str, language: Language) -> str:
    """What stands after a sentence and before the next: 中文 needs no space after its full stop."""
    return "" if language == "zh" and before[-1:] in FULL else " "


def joined(sentences: Iterable[str], language: Language) -> str:
    """Sentences one after another."""
    told = ""
    for one in sentences:
        told += (between(told, language) if told else "") + one
    return told
