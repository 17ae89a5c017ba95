"""`audit`: is this gradient, or this whole step, right? If not, which mistake was made?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradstone.checking.arguments import prepared
from gradstone.checking.comparison import Comparison, Sampling
from gradstone.checking.evidence import Cause
from gradstone.checking.model import Model, modelled, watched
from gradstone.checking.offer import Offer, as_parts, offered_gradient, offered_step
from gradstone.checking.report import Audit
from gradstone.errors import RangeError

ENTRIES = 300  # checked numerically, unless told otherwise
TOLERANCE = 1e-6


def audit(
    f: Callable[..., Any],
    *args: Any,
    grad: Any = None,
    argnums: int | Sequence[int] | None = None,
    parameters_after: Any = None,
    rate: float | None = None,
    tolerance: float = TOLERANCE,
    entries: int | None = None,
    seed: int = 0,
) -> Audit:
    """The verdict on a gradient, or on a whole step of gradient descent, entry by entry.

    Each entry is compared with a central difference, whose step h is chosen for it. Where f
    can be traced, Gradstone's own gradient is compared too, and if something is wrong, the
    known mistakes are planted into the graph one after the other until one of them gives the
    offered numbers: that is the likely cause.

    Args:
        f: ordinary Python that returns a number. What cannot be traced (math.sin, .item(),
            decisions on values) is checked numerically only, and a note says so.
        args: the point: arrays, numbers, and dictionaries, lists or tuples of them; they are
            never changed. float32 and whole numbers are audited in float64.
        grad: what is offered: an array, a dictionary like the argument, a tuple for several
            arguments, or a function of the same arguments that returns one of these. A
            function is better: its mistake is confirmed at two points nearby. Without it,
            Gradstone's own gradient is audited.
        argnums: positions of the arguments that grad is by. Left out: as many as grad has
            parts; all of them where all are plain numbers; else the first.
        parameters_after: the parameters after one step of gradient descent, in the form of
            the argument; then `rate` is wanted too, and new = old − rate · gradient checked.
        rate: the learning rate of that step.
        tolerance: relative error that counts as right. What lies below 1e-14 of the
            largest entry, or within what rounding does to an entry (measured by a gradient
            computed again with every number off by some units in its last place), counts as
            right too, and a note says so. Numbers offered in float32 get 1e-4 and 1e-6.
        entries: how many entries to check, drawn with the seed (those that differ most from
            Gradstone's own gradient are always among them); left out, 300 and
            those that differ most.
        seed: of that draw, and of the points nearby.

    Raises:
        What f raises. GradstoneError: arguments, grad or parameters_after are not what they
        should be (names, numbers, finite), or f does not return one finite number, or not
        the same one twice.
    """
    _consistent(grad, parameters_after, rate, tolerance)
    chosen = _positions(f, args, grad if grad is not None else parameters_after, argnums)
    arguments = prepared(f, args, chosen)
    model = modelled(f, arguments, rate)
    if parameters_after is not None:
        offer = offered_step(arguments, args, parameters_after, rate or 0.0)
    else:
        offer = offered_gradient(arguments, model, grad)
    sampling = Sampling(ENTRIES if entries is None else entries, seed)
    comparison = Comparison.made(arguments, model, offer, tolerance, sampling)
    rows = comparison.rows()
    causes = (*_in_place(model, offer), *comparison.causes(rows, grad))
    kind = _kind(offer, grad, parameters_after)
    total = sum(array.size for array in arguments.arrays)
    notes = comparison.notes(rows, causes, callable(grad))
    return Audit(kind, model.middle, rows, total, causes, notes)


def _kind(offer: Offer, grad: Any, parameters_after: Any) -> str:
    if parameters_after is not None:
        return "step"
    if not offer.arrays:
        return "numeric"
    return "own" if grad is None else "gradient"


def _consistent(grad: Any, after: Any, rate: float | None, tolerance: float) -> None:
    if grad is not None and after is not None:
        raise RangeError("audit", "grad and parameters_after came", "one of them is wanted")
    if after is not None and rate is None:
        wanted = "the learning rate of the step is wanted"
        raise RangeError("rate", "parameters_after came without it", wanted, "Write rate=0.5, say.")
    if rate is not None and not (np.isfinite(rate) and rate > 0):
        raise RangeError("rate", f"{rate} came", "a positive number is wanted")
    if not 0 < tolerance < 1:
        raise RangeError("tolerance", f"{tolerance} came", "a number between 0 and 1 is wanted")


def _positions(
    f: Callable[..., Any], args: Sequence[Any], given: Any, argnums: int | Sequence[int] | None
) -> tuple[int, ...]:
    """The positions of the arguments that are differentiated."""
    if argnums is not None:
        return (argnums,) if isinstance(argnums, int) else tuple(argnums)
    if callable(given):
        given, _ = watched(given, prepared(f, args, ()), ())
    parts = None if given is None else as_parts(given, args)
    if parts is not None:
        return tuple(range(len(parts)))
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in args)
    return tuple(range(len(args))) if given is None and numbers else (0,)


def _in_place(model: Model, offer: Offer) -> tuple[Cause, ...]:
    found = []
    for who, titles in (("the function", model.changed), ("the gradient", offer.changed)):
        if titles:
            text = f"{who} wrote into its argument {', '.join(titles)}; compute a new array"
            found.append(Cause("argument changed in place", text, "", ()))
    if offer.differs:
        text = "it gave other numbers when called again with equal arguments; set gradients to 0"
        found.append(Cause("gradient kept between calls", text, "", ()))
    return tuple(found)
