"""One family of exceptions and one message template.

Every message says what it was about, what came, what was wanted and what to do:

    matmul: inner sizes differ, (3, 4) @ (5, 2): 4 is not 5. Transpose one operand?
"""

from __future__ import annotations

from collections.abc import Iterable


class GradstoneError(Exception):
    """Base of every error that Gradstone raises on purpose.

    Args:
        subject: what it was about (an op, an argument, a file).
        came: what came.
        wanted: what was wanted.
        advice: what to do; a sentence, or nothing where the rest says it.
    """

    def __init__(self, subject: str, came: str, wanted: str, advice: str = "") -> None:
        super().__init__(f"{subject}: {came}: {wanted}." + (f" {advice}" if advice else ""))
        self.subject = subject

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), str(self), self.subject))


def _restore(kind: type[GradstoneError], message: str, subject: str) -> GradstoneError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.subject = subject
    return error


class ShapeError(GradstoneError, ValueError):
    """Shapes that do not fit together."""


class KindError(GradstoneError, TypeError):
    """A value of a kind (type or dtype) that cannot be used here."""


class TraceError(KindError):
    """A Python function did something that a graph cannot record."""


class NoMachineCodeError(KindError):
    """An op for which the native road has no machine code; the interpreter runs it."""


class RangeError(GradstoneError, ValueError):
    """A number, option or label outside the values it may take."""


class DataError(GradstoneError, ValueError):
    """Data that cannot be used: not finite, empty, a missing column, one class only."""


class FileError(GradstoneError, OSError):
    """A file or folder that cannot be read, written or trusted."""


class NoGradientError(GradstoneError, ValueError):
    """A gradient was asked of something that has none, or of something not a scalar."""


class DivergedError(GradstoneError, ArithmeticError):
    """Training or descent left the finite numbers."""


class UnknownNameError(GradstoneError, LookupError, AttributeError):
    """A name that is not known; the message gives the nearest known ones."""


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """The error for a name that is not among the known ones, with the nearest of them.

    Args:
        kind: what the name stands for, as "optimizer".
        name: the name that came.
        known: the names that would have been right.
    """
    names = sorted(known)
    wanted = "known are " + (", ".join(names) if len(names) <= 12 else f"{len(names)} names")
    advice = did_you_mean(name, names)
    if not advice and len(names) > 12:
        advice = "The nearest are unlike it; the documentation lists them all."
    return UnknownNameError(kind, f"{name!r} is not known", wanted, advice)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question with the known names nearest to one; nothing where none is near."""
    from difflib import get_close_matches

    folded = {one.lower(): one for one in sorted(known, reverse=True)}
    near = [folded[one] for one in get_close_matches(name.lower(), folded, n=3, cutoff=0.5)]
    return f"Did you mean {' or '.join(near)}?" if near else ""
