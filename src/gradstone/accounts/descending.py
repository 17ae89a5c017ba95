"""The account of a descent on a function: k, x, f, gradient, update, new x, line by line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradstone.accounts.account import Story
from gradstone.accounts.checks import checks
from gradstone.accounts.descending_document import descent_sections, descent_title
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.path_names import PathNames
from gradstone.accounts.path_teller import PathTeller
from gradstone.accounts.teller import Teller
from gradstone.autodiff.gradient import gradient
from gradstone.descent.descent import Descent
from gradstone.descent.problem import traced
from gradstone.descent.typed import NUMERIC, slopes_of
from gradstone.errors import RangeError, TraceError
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node

WHOLE, FIRST, LAST = 60, 10, 5
"""Up to so many updates all are told, of more the first and the last."""
MOST = 8
"""Entries that x may have."""


def descent_story(descent: Descent, digits: int = 6) -> Story:
    """The account of a descent: of its first updates, and of its last where it has many.

    Args:
        descent: with any optimizer, its path whole or thinned.

    Raises:
        RangeError: x has more entries than can be told one by one.
    """
    size = descent.form.size
    if size > MOST:
        came, wanted = f"x of {size} entries came", f"at most {MOST} are told one by one"
        raise RangeError("explain", came, wanted, "The picture of the path shows f for any.")
    path = _path_teller(descent, Ledger(digits))
    path.given()
    sound = _last_sound(descent)
    first, last = (sound, sound) if sound <= WHOLE else (FIRST, _first_of_last(descent, sound))
    path.stretch(0, first)
    if last > first:
        (path.points if path.remembers else path.stretch)(last, sound)
    ledger = path.ledger
    ledger.settle()
    _compare(path)
    given = tuple(one.address for one in ledger.entries.values() if not one.line)
    stretches = [(0, first)] + ([(last, sound)] if last > first else [])
    return Story(
        "descent", descent_title(descent),
        descent_sections(path, stretches), ledger.entries, ledger.lines, {}, given, digits,
        {"function": getattr(descent.function, "__name__", "f"), "steps": descent.iterations,
         "optimizer": descent.optimizer.name, "status": descent.status},
        ledger.inner, ledger.rests,
    )  # fmt: skip


def _path_teller(descent: Descent, ledger: Ledger) -> PathTeller:
    form, flat = descent.form, descent.path[0].reshape(-1)
    try:
        graph = traced(descent.function, form, flat)
    except TraceError:
        return PathTeller(descent, Teller(ledger, np.asarray), PathNames(form), None, None)
    values = Interpreter().trace(graph, *form.parts(flat))
    teller = Teller(ledger, lambda node: np.asarray(values[node]))
    slopes: Sequence[Node] | None = None
    if descent.grad is None:
        slopes = gradient(graph.outputs[0], graph.inputs)
    elif not callable(descent.grad) and descent.grad != NUMERIC:
        slopes = slopes_of(descent.grad, form.names, graph.inputs)
    return PathTeller(descent, teller, PathNames(form), graph, slopes)


def _compare(path: PathTeller) -> None:
    """Put differences of f beside a gradient that somebody gave, at the first point."""
    graph, names = path.graph, path.names
    if graph is None or not path.yours:
        return
    mine, start = path.descent.gradients[0].reshape(-1), path.descent.path[0].reshape(-1)
    values = dict(zip(graph.inputs, map(np.asarray, names.form.parts(start)), strict=True))
    for node in graph.inputs:
        first = len(path.compared)
        own = mine[first : first + node.size]
        told = checks(graph.outputs[0], node, values, graph.inputs, own, range(node.size))
        path.compared |= {first + place: check for place, check in told.items()}
    for entry, check in path.compared.items() if path.slopes is not None else ():
        path.ledger.checked(names.slope(entry, 0)[0], check)


def _first_of_last(descent: Descent, end: int) -> int:
    """Where the last updates begin that are told: no point is missing from there to the end."""
    kept, place = descent.kept, int(np.searchsorted(descent.kept, end))
    while kept[place] > end - LAST and kept[place] - kept[place - 1] == 1:
        place -= 1
    return int(kept[place])


def _last_sound(descent: Descent) -> int:
    """How many updates precede the last point where all is finite, without a gap of such."""
    rows = len(descent.kept)
    parts = (descent.path, descent.values, descent.gradients)
    fine = np.all([np.isfinite(one.reshape(rows, -1)).all(axis=1) for one in parts], axis=0)
    return int(descent.kept[np.flatnonzero(fine)[-1]])
