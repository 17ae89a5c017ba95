"""Mistakes in words, English and 中文."""

from __future__ import annotations

from gradstone.accounts.words import said
from gradstone.accounts.words.mistakes import phrase_key
from gradstone.exams.mistakes import Mistake
from gradstone.language import Language


def mistake_name(one: Mistake, language: Language) -> str:
    """A mistake's name; in English where there is no phrase."""
    base, _, more = one.name.partition(", and a factor")
    try:
        found = said(phrase_key(base), language).partition(": " if language == "en" else "：")[0]
    except KeyError:
        return one.name
    return found + (said("mistake_and_a_factor", language) if one.name != base + more else "")


def mistake_text(one: Mistake, language: Language) -> str:
    """What was done and what is right."""
    base = one.name.partition(", and a factor")[0]
    try:
        found = said(phrase_key(base), language).partition(": " if language == "en" else "：")[2]
    except KeyError:
        found = one.text
    gaps = {"number": "" if one.number is None else f"{one.number:g}", "address": one.address}
    for name, value in gaps.items():
        found = found.replace(f"{{{name}}}", value)
    return found if base == one.name or not one.text else one.text
