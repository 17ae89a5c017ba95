"""How many trainings are followed: a bar on a terminal, some lines elsewhere, or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

LINES = 10
"""So many lines at most, where there is no terminal."""

Told = Callable[[int, int, str], None]


@contextmanager
def counting(quiet: bool = False) -> Iterator[Told]:
    """Who is told (done, of all, label of the one just done)."""
    if quiet:
        yield lambda done, of_all, label: None
    elif not sys.stderr.isatty():
        yield _line
    else:
        yield from _bar()


def _line(done: int, of_all: int, label: str) -> None:
    if done and label and (done == of_all or done % -(-of_all // LINES) == 0):
        typer.echo(f"{done}/{of_all}  {label}", err=True)


def _bar() -> Iterator[Told]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.completed:.0f}/{task.total:.0f}"), BarColumn(20),
        TextColumn("{task.fields[label]}", markup=False), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1, label="")

        def told(done: int, of_all: int, label: str) -> None:
            bar.update(task, completed=done, total=of_all, label=label)

        yield told
