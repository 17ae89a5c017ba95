"""Offered, numeric and own gradients side by side: rows, notes, and evidence of the cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import e, log, log1p, nan
from typing import Any

import numpy as np

from gradstone.checking.arguments import Arguments
from gradstone.checking.diagnosis import diagnosed
from gradstone.checking.evidence import Cause, Evidence, Point, sizes_of
from gradstone.checking.model import Model, Tracing, largest
from gradstone.checking.numeric import NumericGradient, differences, drawn
from gradstone.checking.offer import Offer
from gradstone.checking.planting import losses
from gradstone.checking.slope import EPSILON, Slope
from gradstone.checking.verdict import KINK, OK, WRONG, Judge, Row, relative_error
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.walk import Graph

Array = np.ndarray[Any, Any]
NARROW = 1e-4  # relative, for gradients offered in float32
NEARBY = 2  # further points at which an offered function is looked at
ROUNDED = 30  # standard deviations of rounding: what cannot be told apart
FLOOR, FLOOR_NARROW = 1e-14, 1e-6  # of the largest entry: less counts as 0
SINGLE = float(np.finfo(np.float32).eps)
AMBIGUOUS = {"factor", "constant factor", "sign"}
ALWAYS = 50  # entries that differ most are checked whatever the sample is


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many entries are checked numerically, and the seed of the draw."""

    entries: int
    seed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything an audit compares, an array for each name.

    `noise` is how far rounding may have put what was offered off.
    """

    arguments: Arguments
    model: Model
    offer: Offer
    numeric: tuple[NumericGradient, ...]
    own: tuple[Array, ...] | None
    places: tuple[Array, ...]
    tolerance: float
    sampling: Sampling
    judge: Judge
    noise: tuple[Array, ...]

    @classmethod
    def made(
        cls,
        arguments: Arguments,
        model: Model,
        offer: Offer,
        tolerance: float,
        sampling: Sampling,
    ) -> Comparison:
        """The comparison, with numeric differences taken at the entries drawn."""
        own = tuple(model.own(arguments.arrays)) if model.own else None
        places = _places(arguments.arrays, offer.arrays, own, sampling)
        numeric = tuple(_differences(model, arguments.arrays, i, at) for i, at in enumerate(places))
        tolerance = max(tolerance, NARROW) if offer.narrow else tolerance
        known = [one.gradient for one in numeric] if own is None else own
        floor = (FLOOR_NARROW if offer.narrow else FLOOR) * largest(known)
        judge = Judge(tolerance, floor, _at_kink(model, arguments))
        noise = _noise(model, arguments, offer)
        return cls(arguments, model, offer, numeric, own, places, tolerance, sampling, judge, noise)

    def rows(self) -> tuple[Row, ...]:
        """One row for each entry that was checked."""
        leaves = range(len(self.arguments.names))
        return tuple(row for leaf in leaves for row in self._rows_of(leaf))

    def _rounded(self, rows: Sequence[Row]) -> bool:
        """Whether an entry is right only because of rounding."""
        left = iter(rows)
        for leaf, places in enumerate(self.places):
            for at, row in zip(map(int, places), left, strict=False):
                if row.verdict != OK:
                    continue
                own = float(self.own[leaf].flat[at]) if self.own is not None else None
                found = _slope_at(self.numeric[leaf], at)
                noise = np.broadcast_to(self.offer.noise[leaf], self.noise[leaf].shape).flat[at]
                given = float(self.offer.arrays[leaf].flat[at])
                if self.judge.rounded(given, found, own, float(noise)):
                    return True
        return False

    def _rows_of(self, leaf: int) -> Iterator[Row]:
        name, old = self.arguments.names[leaf], self.arguments.arrays[leaf]
        came = self.offer.arrays[leaf] if self.offer.arrays else None
        fits = came is not None and came.shape == old.shape
        for at in map(int, self.places[leaf]):
            found = _slope_at(self.numeric[leaf], at)
            own = float(self.own[leaf].flat[at]) if self.own is not None else None
            offered = float(came.flat[at]) if came is not None and fits else nan
            word = self.judge.verdict(offered, found, own, float(self.noise[leaf].flat[at]))
            word = "numeric" if came is None else word
            error = relative_error(offered, found.value)
            shown, wanted = self._shown(leaf, at, offered, found.value)
            index = tuple(map(int, np.unravel_index(at, old.shape)))
            yield Row(name, index, shown, wanted, error, found.step, word)

    def _shown(self, leaf: int, at: int, offered: float, wanted: float) -> tuple[float, float]:
        """The gradients; in a step, the parameters they lead to."""
        if self.offer.rate is None:
            return offered, wanted
        old, new = self.arguments.arrays[leaf], self.offer.after[leaf]
        given = float(new.flat[at]) if new.shape == old.shape else nan
        return given, float(old.flat[at] - self.offer.rate * wanted)

    def causes(self, rows: Sequence[Row], grad: Any) -> tuple[Cause, ...]:
        """The likely causes of wrong rows; none where Gradstone's own gradient is judged."""
        names = {row.name for row in rows if row.verdict == WRONG}
        wrong = frozenset(i for i, name in enumerate(self.arguments.names) if name in names)
        wrong |= self._misshapen()
        if not wrong:
            return ()
        if grad is None and self.offer.rate is None:
            text = "Gradstone's own gradient and the differences disagree; please report it"
            return (Cause("own gradient", text, "", tuple(sorted(names))),)
        pairs = list(zip(self.arguments.titles, self.arguments.trees, strict=True))
        evidence = Evidence(
            self.arguments.names,
            wrong,
            (self._point(), *self._nearby(wrong)),
            sizes_of(self.model.tracing, pairs),
            self.model.value,
            self.model.tracing,
            self.tolerance if self.model.own else max(self.tolerance, 1e-5),
            self.offer.rate,
        )
        return diagnosed(evidence)

    def _misshapen(self) -> frozenset[int]:
        pairs = zip(self.offer.arrays, self.arguments.arrays, strict=bool(self.offer.arrays))
        return frozenset(i for i, (one, like) in enumerate(pairs) if one.shape != like.shape)

    def _point(self) -> Point:
        wanted = self.own or tuple(one.gradient for one in self.numeric)
        return Point(self.arguments.arrays, wanted, self.offer.arrays, self.offer.noise)

    def _nearby(self, wrong: frozenset[int]) -> Iterator[Point]:
        """Points beside, where an offered function must show the same mistake."""
        random = np.random.default_rng(self.sampling.seed)
        for _ in range(NEARBY if self.offer.again else 0):
            arrays = tuple(_beside(array, random) for array in self.arguments.arrays)
            point = self._point_at(arrays)
            if point is not None and _shows(point, wrong, self.tolerance):
                yield point

    def _point_at(self, arrays: tuple[Array, ...]) -> Point | None:
        again = self.offer.again
        assert again is not None, "only an offered function is called at other points"
        # whatever the offered function does there, the verdict at the asked point stands
        try:
            offered = again(arrays)
            wanted = self.model.own(arrays) if self.model.own else self._numeric_at(arrays)
        except Exception:
            return None
        return Point(arrays, tuple(wanted), offered, tuple(0.0 for _ in offered))

    def _numeric_at(self, arrays: tuple[Array, ...]) -> list[Array]:
        pairs = enumerate(self.places)
        return [_differences(self.model, arrays, i, places).gradient for i, places in pairs]

    def notes(
        self, rows: Sequence[Row], causes: Sequence[Cause], function: bool
    ) -> tuple[str, ...]:
        """What else should be known."""
        return tuple(self._notes(rows, causes, function))

    def _notes(self, rows: Sequence[Row], causes: Sequence[Cause], function: bool) -> Iterator[str]:
        if self.model.tracing is None:
            yield f"the function cannot be traced ({self.model.reason}); checked numerically only"
        if self.arguments.narrow or self.offer.narrow:
            yield f"float32 came; audited in float64, with tolerance {self.tolerance:g}"
        if any(row.verdict == KINK for row in rows):
            yield (
                "at a kink every slope between left and right is a valid one; "
                "the central difference, which crosses it, is none of them"
            )
        if self._rounded(rows):
            yield "some entries are too small to tell apart from rounding, and count as right"
        if any(one.epsilon > EPSILON for one in self.numeric):
            yield "the function computes in float32, which makes differences rough"
        if not function and any(cause.name in AMBIGUOUS for cause in causes):
            yield (
                "at one point the gradient of another function may look the same; "
                "offer the gradient as a function to have the cause confirmed nearby"
            )
        if self.model.tracing is not None:
            yield from _twice(self.model.tracing)


def _noise(model: Model, arguments: Arguments, offer: Offer) -> tuple[Array, ...]:
    """How far rounding may have put each entry of what was offered off."""
    shapes = [array.shape for array in arguments.arrays]
    least = SINGLE if offer.narrow else 0.0
    nothing: list[Any] = [0.0] * len(shapes)
    off = model.rounding(least) if model.rounding else nothing
    given = offer.noise or nothing
    return tuple(
        np.broadcast_to(ROUNDED * one + (other if np.shape(other) in ((), shape) else 0.0), shape)
        for one, other, shape in zip(off, given, shapes, strict=True)
    )


def _twice(tracing: Tracing) -> Iterator[str]:
    """Losses of logits that are given probabilities."""
    for loss in losses(tracing.subject):
        inner = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(loss.op.name)
        if inner is None or loss.inputs[0].op.name != inner:
            continue
        classes = loss.inputs[0].shape[-1] if inner == "softmax" else 2
        least = log1p((classes - 1) / e) if inner == "softmax" else log(1 + 1 / e)
        yield (
            f"f applies {inner} twice: {loss.op.name} takes logits and got what {inner} gave; "
            f"the loss cannot fall below {least:.6g}"
        )


def _places(
    arrays: Sequence[Array],
    offered: Sequence[Array],
    own: Sequence[Array] | None,
    sampling: Sampling,
) -> tuple[Array, ...]:
    """The flat places to check in each array: drawn, and those that differ most."""
    sizes = [array.size for array in arrays]
    chosen = drawn(sum(sizes), sampling.entries, sampling.seed)
    if len(chosen) < sum(sizes) and own is not None and offered:
        pairs = zip(offered, own, strict=True)
        gaps = [abs(a - b).ravel() if a.shape == b.shape else 0 * b.ravel() for a, b in pairs]
        gap = np.concatenate(gaps)
        worst = np.argsort(gap)[-ALWAYS:]
        chosen = np.union1d(chosen, worst[gap[worst] > 0])
    starts = np.cumsum([0, *sizes])
    return tuple(chosen[(chosen >= a) & (chosen < b)] - a for a, b in pairwise(starts))


def _differences(
    model: Model, arrays: Sequence[Array], leaf: int, places: Array
) -> NumericGradient:
    def value(moved: Array) -> float:
        return model.value([*arrays[:leaf], moved, *arrays[leaf + 1 :]])

    # where there is an own gradient, that is the measure, and rough differences will do
    small = 1e-2 if model.own else 1e-5
    return differences(
        value, arrays[leaf], places, small=small, magnitude=model.scale, rounding=model.noise
    )


def _slope_at(numeric: NumericGradient, at: int) -> Slope:
    names = ("gradient", "step", "error", "kink", "left", "right")
    value, step, error, kink, left, right = (getattr(numeric, name).flat[at] for name in names)
    return Slope(float(value), float(step), float(error), bool(kink), float(left), float(right))


def _beside(array: Array, random: np.random.Generator) -> Array:
    """A point nearby: on the same side of 0, where logarithms and roots still have values."""
    draw = random.uniform(-0.3, 0.3, array.shape)
    return np.asarray(array * (1 + draw) + np.where(array == 0, draw, 0.0))


def _shows(point: Point, wrong: frozenset[int], tolerance: float) -> bool:
    """Whether the offered gradient is wrong here as well, in the same arrays."""
    same = [leaf for leaf in wrong if point.matches(leaf, point.wanted[leaf], tolerance)]
    finite = all(np.isfinite(point.offered[leaf]).all() for leaf in wrong)
    return finite and not same and all(np.any(point.wanted[leaf]) for leaf in wrong)


def _at_kink(model: Model, arguments: Arguments) -> bool:
    """Whether the graph stands exactly at a kink of one of its rows."""
    tracing = model.tracing
    if tracing is None:
        return False
    graph = Graph(tracing.graph.inputs, tracing.graph.outputs)
    trace = Interpreter().trace(graph, *tracing.given(arguments.arrays))
    for node in trace.values:
        operands = [trace[one] for one in node.inputs if one in trace.values]
        if any(np.any(operands[0] == kink) for kink in node.op.kinks if operands):
            return True
        if node.op.name == "maximum" and np.any(operands[0] == operands[1]):
            return True
    return False
