"""What `gradstone descend` is given: the function, its starts, its gradient, the optimizers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.app.cli.python_files import Files, takes
from gradstone.app.cli.typed import names
from gradstone.descent.expression import Expression, expression
from gradstone.descent.form import names_of
from gradstone.descent.typed import parts, told_of
from gradstone.descent.words import how_many, one_each
from gradstone.errors import KindError, RangeError, ShapeError, unknown
from gradstone.training.optimizers import Optimizer, optimizer_named

PYTHON = ".py:"


@dataclass(frozen=True, slots=True)
class Subject:
    """The function that is descended on.

    Attributes:
        function: a formula, or what stands in a Python file. variables: of a formula; of another
            function the names of its arguments. title: for pictures. files: that were run.
    """

    function: Callable[..., Any]
    variables: tuple[str, ...]
    title: str
    files: Files = field(default_factory=Files)

    @property
    def notes(self) -> tuple[str, ...]:
        """Keys of remarks on how a formula was read."""
        return self.function.notes if isinstance(self.function, Expression) else ()

    @contextmanager
    def running(self) -> Iterator[None]:
        """While a Python file's functions are called: what they print goes to stderr."""
        with redirect_stdout(sys.stderr), self.files.importable(), self.files.blamed():
            yield


def subject(text: str, variables: str | None) -> Subject:
    """The function of a command line, a formula or FILE.py:NAME.

    Raises:
        ExpressionError, FileError, UnknownNameError: it cannot be read. KindError: no function.
        RangeError: variables of a function that has names for them, or that are no names.
    """
    if text.endswith(".py"):
        Files().path(text)  # which says that a name is wanted too
    if PYTHON not in text:
        found = expression(text, names(variables))
        return Subject(found, found.variables, text)
    if variables is not None:
        came, wanted = f"{variables} came beside {text}", "it goes with a formula"
        raise RangeError("--variables", came, wanted, "Leave it out.")
    files = Files()
    function = _named(files, text)
    count = max(1, takes(function))
    return Subject(function, tuple(names_of(function, count)), text.rpartition(":")[2], files)


def _named(files: Files, text: str) -> Callable[..., Any]:
    with redirect_stdout(sys.stderr), files.importable():
        found = files.named(text)
    if not callable(found):
        raise KindError(text, f"{type(found).__name__} came", "a function is wanted")
    return found  # type: ignore[no-any-return]


def starts(texts: Sequence[str], given: Subject) -> list[Any]:
    """The starts in the form that the function takes.

    Raises:
        ShapeError: none, or another number of values than of variables. UnknownNameError:
        another variable. ExpressionError: a value that cannot be read.
    """
    if not texts:
        wanted = f"a number for {', '.join(given.variables) or 'each variable'} is wanted"
        raise ShapeError("--start", "none came", wanted, "As --start 1,2.")
    return [_start(text, given) for text in texts]


def _start(text: str, given: Subject) -> Any:
    """A start in the order of the variables; each number may be a formula, as pi/2."""
    variables = given.variables
    pieces = parts(_bare(text.replace("＝", "=")))
    if any("=" in piece for piece in pieces):
        pieces = _by_name(text, pieces, variables)
    with told_of("--start"):
        numbers = tuple(float(expression(piece, ())()) for piece in pieces)
    typed = isinstance(given.function, Expression)
    if len(numbers) != len(variables) and (len(variables) > 1 or (typed and variables)):
        raise ShapeError(f"--start {text}", how_many(len(numbers)), one_each(variables))
    if typed or len(variables) > 1:
        return numbers
    return numbers[0] if len(numbers) == 1 else np.array(numbers)


def entries(start: Any) -> int:
    """How many numbers a start is made of."""
    return sum(np.size(one) for one in (start if isinstance(start, tuple) else (start,)))


def _bare(text: str) -> str:
    """Without the brackets around all of it."""
    plain = text.strip()
    inside = plain[1:-1]
    whole = plain[:1] in ("(", "（", "[") and plain[-1:] in (")", "）", "]")
    return inside if whole and "(" not in inside and "（" not in inside else plain


def _by_name(text: str, pieces: Sequence[str], variables: Sequence[str]) -> list[str]:
    pairs = [piece.partition("=") for piece in pieces]
    values = {name.strip(): value for name, _, value in pairs}
    for name in values:
        if name not in variables:
            raise unknown(f"--start {text}: variable", name, variables)
    missing = [name for name in variables if name not in values]
    if missing or len(pairs) != len(values):
        came = f"{', '.join(missing) or 'a name'} {'is missing' if missing else 'came twice'}"
        raise ShapeError(f"--start {text}", came, "each variable is wanted once")
    return [values[name] for name in variables]


def gradient(text: str | None, given: Subject) -> Any:
    """What --grad names: None, a function where it is FILE.py:NAME, else the text itself.

    Raises:
        FileError, UnknownNameError, KindError: the function cannot be had.
    """
    if text is None or PYTHON not in text:
        return text and text.strip()
    return _named(given.files, text)


def rules(name: str | None, race: str | None, rate: float | None) -> list[Optimizer]:
    """The optimizers asked for, each with its rate; sgd where none is.

    Raises:
        UnknownNameError: another name. RangeError: a rate that is none, or a name beside a race.
    """
    if name is not None and race is not None:
        advice = f"Write --race {race},{name}."
        raise RangeError("--optimizer", f"{name} came beside --race", "one is wanted", advice)
    found, option = [], "--optimizer" if race is None else "--race"
    for part in [name or "sgd"] if race is None else parts(race.replace("：", ":")):
        one, _, own = part.strip().partition(":")
        try:
            chosen = float(own) if own else rate
        except ValueError:
            raise RangeError("--race", f"{part!r} came", "NAME or NAME:RATE is wanted") from None
        found.append(optimizer_named(one, chosen, option))
    return found
