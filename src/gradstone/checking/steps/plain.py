"""Two dictionaries of arrays compared: only what shows in the numbers alone can be named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.checking.evidence import Cause, Evidence
from gradstone.checking.patterns import FIRST, LAST, Pattern
from gradstone.checking.steps.compared import Compared, Difference, Line
from gradstone.checking.steps.judging import DIFFERS, EQUAL
from gradstone.checking.steps.layouts import Laid, laid_out
from gradstone.checking.steps.patterns import NEVER, evidence_of, seen
from gradstone.checking.steps.precision import Precision, agree
from gradstone.checking.steps.quantities import Array, Vocabulary, kind_of, parameter_of
from gradstone.checking.steps.reading import Read, as_array, is_numeric, layers_named, read
from gradstone.checking.steps.records import Records, relative
from gradstone.errors import DataError, ShapeError

NOTE = "without a described step only what shows in the numbers alone is named; see gs.step_trace"


@dataclass(slots=True)
class Pair:
    """Two traces, as far as both have the same numbers.

    Attributes:
        here, there: what was read. laid: there's arrays in the layout of here's.
        common: names that both have, in here's order. precision: the rougher of both.
    """

    here: Read
    there: Read
    precision: Precision
    laid: Laid = field(init=False)
    common: list[str] = field(init=False)

    def __post_init__(self) -> None:
        others = self.there.others.values()
        names = [one for one in self.here.arrays if one in self.there.arrays or one in others]
        self.laid = laid_out(self.there, self.here.arrays)
        self.common = [one for one in names if one in self.laid.arrays or one in self.laid.misfits]

    def sides(self, name: str) -> tuple[Array, Array]:
        """Ours and theirs."""
        ours, came = self.here.arrays[name], self.laid.arrays[name]
        return np.asarray(ours, dtype=np.float64), np.asarray(came, dtype=np.float64)

    def line(self, name: str) -> Line:
        """Whether a quantity agrees."""
        ours, came = self.sides(name)
        same = agree(came, ours, self.slack(name))
        return Line(name, came.shape, relative(came, ours), EQUAL if same else DIFFERS)

    def slack(self, name: str) -> Array:
        """By how much both may differ."""
        ours, came = self.sides(name)
        return self.precision.slack(came, ours, self.precision.unit(came))

    def difference(self, name: str) -> Difference:
        """Where a quantity differs first, and what shows in its numbers."""
        ours, came = self.sides(name)
        index = tuple(map(int, np.argwhere(np.abs(came - ours) > self.slack(name))[0]))
        cause = next(_causes(self.here, came, name, self.precision), None)
        key = self.there.keys[name]
        return Difference(name, index, float(ours[index]), float(came[index]), key, cause)

    def records(self) -> Records:
        """Histories and averages."""
        names = [one for one in self.common if kind_of(one) == "record" and one in self.laid.arrays]
        sides = {name: self.sides(name) for name in names}
        ours, came = ({name: both[i] for name, both in sides.items()} for i in (0, 1))
        return Records(ours, came, self.there.keys, self.precision)

    def alone(self) -> list[str]:
        """Keys that only one side has, or that nobody understands."""
        keys = [self.there.keys[name] for name in self.there.arrays if name not in self.here.arrays]
        keys += [self.here.keys[name] for name in self.here.arrays if name not in self.common]
        return list(dict.fromkeys([*self.here.unknown, *self.there.unknown, *keys]))


def compared_plainly(
    a: Mapping[str, Any], b: Mapping[str, Any], tolerance: float | None
) -> Compared:
    """Two flattened traces, in the order of the first.

    Raises:
        DataError: nothing that both have. ShapeError: shapes that differ, before any number does.
    """
    pair = _pair(a, b, tolerance)
    plain = [one for one in pair.common if kind_of(one) != "record" and one in pair.laid.arrays]
    lines = [pair.line(name) for name in plain]
    wrong = [line.quantity for line in lines if line.verdict == DIFFERS]
    differences, notes = [pair.difference(name) for name in wrong[:1]], list(pair.laid.notes)
    for line, difference, note in pair.records().told():
        lines.append(line)
        differences += [difference] if difference else []
        notes += [note] if note else []
    for name, array in pair.laid.misfits.items():
        if not differences and name in pair.common:
            wanted = f"{pair.here.arrays[name].shape} is wanted"
            raise ShapeError(pair.there.keys[name], f"shape {array.shape} came", wanted)
    notes += [NOTE] if differences else []
    return Compared(tuple(lines), tuple(differences), tuple(pair.alone()), tuple(notes))


def _pair(a: Mapping[str, Any], b: Mapping[str, Any], tolerance: float | None) -> Pair:
    vocabulary = Vocabulary({}, max(layers_named(a), layers_named(b)))
    here, there = read(a, vocabulary, "a", strict=False), read(b, vocabulary, "b", strict=False)
    _add_common(here, there, a, b)
    precision = min(
        (Precision.of(one.arrays.values(), tolerance) for one in (here, there)),
        key=lambda one: ("float32", "typed", "float64").index(one.kind),
    )
    pair = Pair(here, there, precision)
    if not pair.common:
        came = f"a has {', '.join(list(a)[:6])}, b has {', '.join(list(b)[:6])}"
        raise DataError("compare", came, "numbers that both have are wanted")
    return pair


def _add_common(here: Read, there: Read, a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    """Keys that nobody knows, but both have; in the order of the first trace."""
    for key in [key for key in here.unknown if key in there.unknown]:
        if is_numeric(a[key]) and is_numeric(b[key]):
            for one, values, subject in ((here, a, "a"), (there, b, "b")):
                one.arrays[key] = as_array(values[key], f"{subject}[{key!r}]")
                one.keys[key] = key
                one.unknown.remove(key)
    order = {name: place for place, name in enumerate(a)}
    here.arrays = dict(sorted(here.arrays.items(), key=lambda pair: order[here.keys[pair[0]]]))


def _causes(here: Read, came: Array, name: str, precision: Precision) -> Iterator[Cause]:
    evidence = _evidence(here, came, name, precision)
    if name == "t" and here.arrays[name].dtype.kind in "iu":
        gaps = np.unique(came - here.arrays[name])
        if len(gaps) == 1 and abs(gaps[0]) == 1:
            yield Cause("labels off by one", "the labels are shifted by one class", "", (name,))
    constant = [pattern for pattern in LAST if pattern.name == "constant factor"]
    for pattern in (*FIRST, *constant):
        text = _shown(pattern, evidence, name)
        if text:
            yield Cause(pattern.name, text, "", (name,))
    for other, array in here.arrays.items():
        fits = other != name and array.shape == came.shape and np.any(array)
        if fits and agree(came, array, precision.slack(came, array, precision.unit(came))):
            yield Cause("number of another quantity", f"this is {other}", "", (name,))


def _shown(pattern: Pattern, evidence: Evidence, name: str) -> str | None:
    if pattern.name in NEVER or (pattern.step and evidence.rate is None):
        return None
    if pattern.name == "L2 penalty" and kind_of(name) not in ("gradient", "update"):
        return None
    text = seen(pattern, evidence)
    value = kind_of(name) not in ("backward", "gradient", "update")
    return "every entry has the wrong sign" if text and value and pattern.name == "sign" else text


def _evidence(here: Read, came: Array, name: str, precision: Precision) -> Evidence:
    ours = np.asarray(here.arrays[name], float)
    old = here.arrays.get(parameter_of(name), np.zeros(ours.shape))
    rate = here.arrays.get("rate")
    noise = precision.unit(came)
    number = None
    if kind_of(name) == "update" and parameter_of(name) in here.arrays and rate is not None:
        number = float(rate)
        came, ours = (old - came) / number, (old - ours) / number
        noise = (noise + 4 * precision.epsilon * np.abs(old)) / number
    return evidence_of(name, came, ours, old, noise, precision, _sizes(here), number)


def _sizes(here: Read) -> dict[str, int]:
    t = here.arrays.get("t", here.arrays.get("x"))
    shape = () if t is None else t.shape
    rows, width = (*shape, 1, 1)[:2]
    found = {"the number of samples": rows, "the number of outputs": width}
    return {name: size for name, size in found.items() if size > 1}
