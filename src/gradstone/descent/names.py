"""What names mean in typed mathematics: functions, constants, and which may be variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import e, log, pi
from typing import Any

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.errors import GradstoneError
from gradstone.functions.eager import public
from gradstone.graph.node import apply, input_node
from gradstone.graph.op import OPS, Op

CONSTANTS = {"e": e, "pi": pi, "π": pi}
GREEK = frozenset([
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A function that may be typed.

    Attributes:
        rule: what it does with numbers, arrays and nodes.
        least, most: how many operands it takes.
    """

    rule: Callable[..., Any]
    least: int = 1
    most: int = 1


def _of(name: str) -> Callable[..., Any]:
    """The public function of a row, found when it is called."""
    return lambda *operands: public(name)(*operands)


def _folded(name: str) -> Callable[..., Any]:
    rule = _of(name)

    def of_all(first: Any, *others: Any) -> Any:
        for other in others:
            first = rule(first, other)
        return first

    return of_all


_exp, _log, _sin, _cos = (_of(name) for name in ("exp", "log", "sin", "cos"))
_divide, _power = _of("divide"), _of("power")
_WRITTEN: dict[str, Known] = {
    "ln": Known(_log),
    "log": Known(_log),
    "lg": Known(lambda x: _divide(_log(x), log(10.0))),
    "log10": Known(lambda x: _divide(_log(x), log(10.0))),
    "log2": Known(lambda x: _divide(_log(x), log(2.0))),
    "tan": Known(lambda x: _divide(_sin(x), _cos(x))),
    "tg": Known(lambda x: _divide(_sin(x), _cos(x))),
    "cot": Known(lambda x: _divide(_cos(x), _sin(x))),
    "sinh": Known(lambda x: (_exp(x) - _exp(-x)) / 2.0),
    "cosh": Known(lambda x: (_exp(x) + _exp(-x)) / 2.0),
    "abs": Known(_of("absolute")),
    "sgn": Known(_of("sign")),
    "pow": Known(_power, 2, 2),
    "min": Known(_folded("minimum"), 2, 50),
    "max": Known(_folded("maximum"), 2, 50),
}


@cache
def functions() -> dict[str, Known]:
    """All functions by name: the rows that take one or two numbers, and usual other names."""
    rows = {op.name: len(op.domain) for op in OPS.values() if _of_numbers(op)}
    found = {name: Known(_of(name), count, count) for name, count in rows.items()}
    return found | _WRITTEN


def _of_numbers(op: Op) -> bool:
    """Whether a row makes a number of one or two numbers, and changes with them."""
    if op.kind not in ("elementwise", "defined") or len(op.domain) not in (1, 2):
        return False
    if "axis" in op.names or "loss" in op.tags or op.name == "cast":
        return False
    try:
        made = apply(op.name, *(input_node((), "float64") for _ in op.domain))
    except GradstoneError:
        return False
    return made.shape == () and made.dtype == "float64"


def may_be_variable(name: str) -> bool:
    """A single letter, perhaps with a number, or a Greek letter's name.

    >>> [may_be_variable(name) for name in ("x", "x_1", "w12", "theta", "xy")]
    [True, True, True, True, False]
    """
    stem = name.rstrip("0123456789").rstrip("_")
    return len(stem) == 1 or stem.lower() in GREEK
