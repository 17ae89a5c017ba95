"""Initial values of parameters: rules and seeds, drawn when training starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.data.philox import Purpose, normal, uniform
from gradstone.errors import DataError, KindError, ShapeError, unknown
from gradstone.nn.settings import real

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Initial:
    """A rule for initial values; make one with `gs.initial` or `gs.normal_initial`.

    Attributes:
        name: "glorot" (uniform in ±√(6/(in+out)), Glorot and Bengio 2010), "he" (normal with
            deviation √(2/in), He et al. 2015), "normal" (with deviation `number`),
            "constant" (`number`), "zeros" or "given".
        number: what the rule needs, as the scale of "normal".
        values: the array of "given", as nested tuples.
    """

    name: str
    number: float = 0.0
    values: Any = None

    def draw(self, shape: tuple[int, ...], seed: int, stream: int) -> Array:
        """float64 values of a shape (in, out) or (out,); a pure function of seed and stream."""
        if self.name == "given":
            return fitting("initial values", self.values, shape)
        inputs, outputs = shape[0], shape[-1]
        if self.name == "glorot":
            limit = (6.0 / (inputs + outputs)) ** 0.5
            drawn: Array = uniform(seed, stream, 0, shape, purpose=Purpose.INITIAL)
            spread: Array = limit * (2.0 * drawn - 1.0)
            return spread
        if self.name in ("constant", "zeros"):
            return np.full(shape, self.number)
        scale = self.number if self.name == "normal" else (2.0 / inputs) ** 0.5
        return normal(seed, stream, 0, shape) * scale


def initial(rule: Any) -> Initial:
    """The rule that a word, a number or an array stands for.

    Args:
        rule: an Initial; "glorot" (or "xavier"), "he", "zeros", or "normal" (scale 0.01); a
            number for all alike; an array of the parameter's shape.

    Raises:
        UnknownNameError: another word. DataError: values that are not finite numbers.
    """
    if isinstance(rule, Initial):
        return rule
    if isinstance(rule, str):
        if rule not in _RULES:
            raise unknown("initial values", rule, _RULES)
        return _RULES[rule]
    try:
        array = np.asarray(rule, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.array(np.nan)
    if not np.isfinite(array).all():
        wanted = "a rule's name, a finite number or an array is wanted"
        raise DataError("initial values", f"{rule!r:.60} came", wanted)
    if array.ndim == 0:
        return Initial("constant", float(array))
    return Initial("given", values=_nested(array.tolist()))


def normal_initial(scale: float = 0.01) -> Initial:
    """Normal values around 0 with a standard deviation, which must be above 0."""
    return Initial("normal", real("scale of normal", scale, above=True))


_RULES = {
    "glorot": Initial("glorot"),
    "xavier": Initial("glorot"),
    "he": Initial("he"),
    "zeros": Initial("zeros"),
    "normal": Initial("normal", 0.01),
}
_NAMES = frozenset({*_RULES, "constant", "given"})


def fitting(subject: str, values: Any, shape: tuple[int, ...]) -> Array:
    """Values as a float64 array of its own.

    Raises:
        KindError: not numbers. ShapeError: another shape. DataError: not finite.
    """
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise KindError(subject, f"{error}", "numbers are wanted") from error
    if array.shape != shape:
        advice = "Transpose it?" if array.shape == shape[::-1] else ""
        came = f"an array of shape {array.shape} came"
        raise ShapeError(subject, came, f"{shape} is wanted", advice)
    if not np.isfinite(array).all():
        place = np.argwhere(~np.isfinite(array))[0].tolist()
        raise DataError(subject, f"{array[tuple(place)]} at {place} came", "finite numbers")
    return array


def restored(plain: Any) -> Initial:
    """The rule from its JSON form; DataError where it is none."""
    wanted = "a rule with name, number and values is wanted"
    if not isinstance(plain, dict) or plain.get("name") not in _NAMES:
        raise DataError("initial values", f"{plain!r:.60} came", wanted)
    rule = initial(plain["values"]) if plain["name"] == "given" else initial(plain["number"])
    return Initial(plain["name"], rule.number, rule.values)


def _nested(values: Sequence[Any]) -> Any:
    return tuple(_nested(part) if isinstance(part, list) else part for part in values)
