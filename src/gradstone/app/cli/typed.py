"""Typed mathematics on a command line: a mistake is told with a caret under its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from gradstone.descent.tokens import ExpressionError

BAD_INPUT = 2
OPENS, CLOSES = "([{（【", ")]}）】"


@contextmanager
def carets() -> Iterator[None]:
    """A mistake in a formula ends the command with the formula and a caret, exit code 2."""
    try:
        yield
    except ExpressionError as error:
        first, _, rest = str(error).partition("\n")
        typer.echo(f"gradstone: {first}\n{rest}", err=True)
        raise typer.Exit(BAD_INPUT) from error


@contextmanager
def of_option(name: str) -> Iterator[None]:
    """A mistake in a formula is told as one of the option's."""
    try:
        yield
    except ExpressionError as error:
        error.args = (str(error).replace("expression", name, 1),)
        raise


def parts(text: str, signs: str = ",，;；") -> list[str]:
    """A text cut at commas that stand in no brackets.

    >>> parts("max(x, y), 2y")
    ['max(x, y)', '2y']
    """
    found, depth = [""], 0
    for one in text:
        depth += (one in OPENS) - (one in CLOSES)
        if one in signs and depth <= 0:
            found.append("")
        else:
            found[-1] += one
    return [one.strip() for one in found]


def names(text: str | None) -> Sequence[str] | None:
    """Names with commas between them; None for none."""
    return None if text is None else [one.strip() for one in text.replace("，", ",").split(",")]
