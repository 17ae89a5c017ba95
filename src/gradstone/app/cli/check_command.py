"""`gradstone check`: the verdict on a gradient, or a step, that stands in a Python file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from gradstone.app.cli.python_files import Files, takes
from gradstone.checking.audit import TOLERANCE, audit
from gradstone.checking.report import Audit
from gradstone.errors import FileError, KindError, RangeError, unknown


def check(
    target: Annotated[
        str,
        typer.Argument(metavar="FILE.py:NAME", help="The gradient; without --of, the function."),
    ],
    of: Annotated[
        str | None,
        typer.Option(metavar="FILE.py:NAME", help="The function it is the gradient of."),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POINT",
            help='Where: "3,4", JSON, or a .json, .npy, .npz file. One an argument.',
        ),
    ] = None,
    argnums: Annotated[
        str | None, typer.Option(metavar="0,1", help="Positions of the arguments it is by.")
    ] = None,
    after: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The parameters after one step.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="The learning rate of that step.")] = None,
    tolerance: Annotated[
        float, typer.Option(help="Relative error that counts as right.")
    ] = TOLERANCE,
    entries: Annotated[
        int | None, typer.Option(min=1, help="How many entries to check; at most 2000 without it.")
    ] = None,
    output: Annotated[
        str, typer.Option("--format", metavar="text|json", help="What to print.")
    ] = "text",
) -> None:
    """Check a gradient, entry by entry, and name the likely mistake.

    The file is run, as Python would run it. What it prints goes to stderr. Exit codes: 0 all
    is right, 1 something is wrong, 2 bad input.

    gradstone check mine.py:gradient --of mine.py:loss --at 3,4

    gradstone check mine.py:loss --at '{"W": [[1, 2], [3, 4]], "b": [0, 0]}'

    gradstone check mine.py:loss --at before.npz --after after.npz --rate 0.5
    """
    if output not in ("text", "json"):
        raise unknown("--format", output, ("text", "json"))
    files = Files()
    try:
        with redirect_stdout(sys.stderr), files.importable():
            found = _audited(files, target, of, at or [], argnums, after, rate, tolerance, entries)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    told = json.dumps(found.to_dict(), indent=2, ensure_ascii=False)
    typer.echo(told if output == "json" else found.to_text())
    raise typer.Exit(0 if found.passed else 1)


def _audited(
    files: Files,
    target: str,
    of: str | None,
    at: Sequence[str],
    argnums: str | None,
    after: Path | None,
    rate: float | None,
    tolerance: float,
    entries: int | None,
) -> Audit:
    function = files.named(of if of is not None else target, files.path(target))
    if not callable(function):
        came = f"a {type(function).__name__} came"
        raise KindError(of or target, came, "a function is wanted", "Name it with --of.")
    grad = files.named(target) if of is not None else None
    point = arguments_at(at, takes(function))
    with files.blamed():
        return audit(
            function,
            *point,
            grad=grad,
            argnums=_positions(argnums),
            parameters_after=None if after is None else _file(after),
            rate=rate,
            tolerance=tolerance,
            entries=entries,
        )


def arguments_at(texts: Sequence[str], needed: int) -> list[Any]:
    """The arguments that --at gives.

    Args:
        texts: each a number, nested lists or an object in JSON, numbers with commas, or the
            path of a .json, .npy or .npz file.
        needed: how many arguments the function takes: one text "3,4" is two numbers for a
            function of two arguments, and one array for a function of one.

    Raises:
        RangeError: none came, or another number than needed. DataError, FileError: what came
        cannot be read.
    """
    if not texts:
        raise RangeError("--at", "nothing came", "the point to check at is wanted", "As --at 3,4.")
    values = [_value(text) for text in texts]
    flat = "," in texts[0] and not texts[0].lstrip().startswith(("[", "{"))
    if len(values) == 1 and flat and np.size(values[0]) == needed > 1:
        values = list(values[0].tolist())
    if len(values) < needed:
        came = f"{len(values)} given by --at"
        raise RangeError("--at", came, f"the function takes {needed} arguments", "Repeat --at.")
    return values


def _value(text: str) -> Any:
    if text.endswith((".json", ".npz", ".npy")):
        return _file(Path(text))
    plain = text.strip()
    return _json(f"[{plain}]" if _is_row(plain) else plain, "--at")


def _is_row(text: str) -> bool:
    return "," in text and not text.startswith(("[", "{"))


def _file(path: Path) -> Any:
    if not path.is_file():
        raise FileError(str(path), "no such file", "a .json, .npy or .npz file is wanted")
    if path.suffix == ".json":
        return _json(path.read_text(encoding="utf-8"), str(path))
    try:
        loaded = np.load(path, allow_pickle=False)
        return dict(loaded) if hasattr(loaded, "files") else loaded
    except (ValueError, OSError, EOFError) as error:
        came = str(error).splitlines()[0]
        raise FileError(str(path), came, "arrays saved by NumPy are wanted") from error


def _json(text: str, subject: str) -> Any:
    try:
        return _arrays(json.loads(text), subject)
    except json.JSONDecodeError as error:
        came = f"{text[:40]!r} is no JSON ({error.msg})"
        wanted = "numbers, lists of them or an object of such are wanted"
        raise RangeError(
            subject, came, wanted, 'As 3,4 or [[1, 2], [3, 4]] or {"W": [1, 2]}.'
        ) from None


def _arrays(value: Any, subject: str) -> Any:
    """JSON with lists of numbers as arrays."""
    if isinstance(value, dict):
        return {key: _arrays(part, f"{subject} {key}") for key, part in value.items()}
    if isinstance(value, list):
        if any(isinstance(part, dict) for part in value):
            return [_arrays(part, subject) for part in value]
        try:
            array = np.array(value)
        except ValueError as error:
            wanted = "rows of equal length are wanted"
            raise RangeError(subject, "rows of different lengths came", wanted) from error
        if array.dtype.kind not in "fiub" and array.size:
            raise KindError(subject, "a list of other things came", "numbers are wanted")
        return array
    if isinstance(value, str) or value is None:
        raise KindError(subject, f"{value!r} came", "numbers are wanted")
    return value


def _positions(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise RangeError(
            "--argnums", f"{text!r} came", "positions as 0 or 0,1 are wanted"
        ) from None
