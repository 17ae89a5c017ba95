"""Typed mathematics on a command line: a mistake is told with a caret under its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from gradstone.descent.tokens import ExpressionError

BAD_INPUT = 2


@contextmanager
def carets() -> Iterator[None]:
    """A mistake in a formula ends the command with the formula and a caret, exit code 2."""
    try:
        yield
    except ExpressionError as error:
        first, _, rest = str(error).partition("\n")
        typer.echo(f"gradstone: {first}\n{rest}", err=True)
        raise typer.Exit(BAD_INPUT) from error


def names(text: str | None) -> Sequence[str] | None:
    """Names with commas between them; None for none."""
    return None if text is None else [one.strip() for one in text.replace("，", ",").split(",")]
