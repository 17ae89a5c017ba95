"""Instructions on a tile: several rows of several vectors, in lockstep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from gradstone.execute.native import draws, expressions
from gradstone.execute.native.analysis import Pure
from gradstone.execute.native.frames import Frame, Held
from gradstone.execute.native.functions import maximum
from gradstone.execute.native.lanes import Lanes, Value
from gradstone.execute.native.loops import count_value, index
from gradstone.execute.native.memory import Mask, load, load_at, moved, store
from gradstone.execute.native.program import (
    Compute,
    Draw,
    Load,
    Number,
    Pick,
    Reduce,
    Rows,
    Scatter,
    Store,
)

T = TypeVar("T")


def evaluate(frame: Frame, one: Pure) -> None:
    """Compute the instruction's value on the frame's tile and keep it there."""
    frame.held[one.target] = _EVALUATED[type(one)](frame, one)


def _grid(frame: Frame, target: int, make: Callable[[int, int], T]) -> list[list[T]]:
    """A value for each row and vector along which it varies."""
    known = frame.analysis
    rows = frame.rows if known.by_row(target) else 1
    vectors = frame.vectors if known.wide(target) else 1
    return [[make(i, j) for j in range(vectors)] for i in range(rows)]


def kept(frame: Frame, target: int, dtype: str, values: list[list[Value]]) -> Held:
    """The value, spread over lanes where somebody wants it so."""
    known = frame.analysis
    if known.wide(target) or frame.count == 1:
        return Held(dtype, values, values)
    v, wanted = frame.lanes(dtype), target in known.spread
    return Held(dtype, values, [[v.spread(one) for one in line] for line in values if wanted])


def _shape(frame: Frame, target: int, dtype: str) -> Lanes:
    """The lanes of a value: one where it is the same along them."""
    v = frame.lanes(dtype)
    return v if frame.analysis.wide(target) else v.scalar()


def _load(frame: Frame, one: Load) -> Held:
    v, stride = _shape(frame, one.target, one.dtype), (one.view.strides or (0,))[-1]

    def make(i: int, j: int) -> Value:
        return load(v, frame.pointer(one.view, i, j), stride, frame.masks[j])

    return kept(frame, one.target, one.dtype, _grid(frame, one.target, make))


def _pick(frame: Frame, one: Pick) -> Held:
    v, b = _shape(frame, one.target, one.dtype), frame.site.builder
    across, where = (one.view.strides or (0,))[-1], frame.held[one.index]

    def make(i: int, j: int) -> Value:
        pointer = frame.pointer(one.view, i, j)
        if not frame.analysis.wide(one.index):
            pointer = moved(b, pointer, where.scalar(i), one.stride)
            return load(v, pointer, across, frame.masks[j])
        whole = v.like("int64")
        steps = b.mul(where.vector(i, j), whole.whole(one.stride))
        return load_at(v, pointer, b.add(steps, whole.counting(across)), frame.masks[j])

    return kept(frame, one.target, one.dtype, _grid(frame, one.target, make))


def _number(frame: Frame, one: Number) -> Held:
    v = frame.lanes(one.dtype)
    return Held(one.dtype, [[v.scalar().number(one.number)]], [[v.number(one.number)]])


def _rows(frame: Frame, one: Rows) -> Held:
    v = frame.lanes("int64").scalar()
    value = expressions.convert(v, count_value(frame.site.rows), one.dtype)
    return kept(frame, one.target, one.dtype, [[value]])


def _compute(frame: Frame, one: Compute) -> Held:
    v = _shape(frame, one.target, one.dtype)
    places = [place for line in _grid(frame, one.target, lambda i, j: (i, j)) for place in line]
    operands = {
        name: _operand(frame, frame.held[value], v.count > 1, places)
        for name, value in zip(one.names, one.operands, strict=True)
    }
    results = iter(expressions.emit(v, one.formula, operands, one.dtype))
    values = _grid(frame, one.target, lambda i, j: next(results))
    return kept(frame, one.target, one.dtype, values)


def _operand(frame: Frame, held: Held, wide: bool, places: Sequence[Any]) -> expressions.Many:
    if wide or frame.count == 1:
        return expressions.Many(held.dtype, [held.vector(i, j) for i, j in places])
    return expressions.Many(held.dtype, [held.scalar(i) for i, _ in places])


def _draw(frame: Frame, one: Draw) -> Held:
    v, b = _shape(frame, one.target, one.dtype), frame.site.builder
    step, whole = frame.held[one.step].scalar(0), v.like("int64")
    start: Value = index(0)
    for axis, at in frame.index.items():
        start = b.add(start, b.mul(count_value(at), index(one.place[axis])))
    across = (one.place or (0,))[-1]

    def make(i: int, j: int) -> Value:
        first = b.add(start, index(frame.distance(one.place, i, j)))
        places = b.add(whole.spread(first), whole.counting(across))
        return draws.uniform(v, places, step, one.seed, one.stream)

    return kept(frame, one.target, one.dtype, _grid(frame, one.target, make))


def combine(v: Lanes, kind: str, a: Value, b: Value) -> Value:
    """Two partial results of a reduction in one."""
    if kind == "max":
        return maximum(v, a, b)
    if v.floating:
        return v.add(a, b)
    return v.builder.or_(a, b) if v.dtype == "bool" else v.builder.add(a, b)


def neutral(v: Lanes, kind: str) -> Value:
    """What changes nothing when combined; −0 for sums, which LLVM drops where it is added."""
    if kind == "sum" or v.dtype == "bool":
        return v.real(-0.0) if v.floating else v.whole(0)
    return v.real(float("-inf")) if v.floating else v.whole(-(2**63))


def tree(v: Lanes, kind: str, values: Sequence[Value]) -> Value:
    """All of them combined, in pairs."""
    held = list(values)
    while len(held) > 1:
        held = [
            combine(v, kind, *held[i : i + 2]) if i + 1 < len(held) else held[i]
            for i in range(0, len(held), 2)
        ]
    return held[0]


def row_of(frame: Frame, kind: str, held: Held, row: int) -> Value:
    """The vectors of a tile's row combined into one; lanes beyond the end count for nothing."""
    v = frame.lanes(held.dtype)
    return tree(v, kind, [
        _masked(v, kind, held.vector(row, j), frame.masks[j]) for j in range(frame.vectors)
    ])  # fmt: skip


def _masked(v: Lanes, kind: str, value: Value, mask: Mask) -> Value:
    return value if mask is None else v.select(mask, value, neutral(v, kind))


def everywhere(v: Lanes, kind: str, vectors: Sequence[Value]) -> list[Value]:
    """For each vector its lanes combined, in every lane."""
    held, distance = list(vectors), v.count // 2
    while distance:
        order = [lane ^ distance for lane in range(v.count)]
        turned = [v.shuffle(one, one, order) for one in held]
        held = [combine(v, kind, a, b) for a, b in zip(held, turned, strict=True)]
        distance //= 2
    return held


def _reduce(frame: Frame, one: Reduce) -> Held:
    v, held = frame.lanes(one.dtype), frame.held[one.operand]
    rows = frame.rows if frame.analysis.by_row(one.operand) else 1
    results = everywhere(v, one.kind, [row_of(frame, one.kind, held, i) for i in range(rows)])
    spread = [[one] for one in results]
    return Held(one.dtype, [[v.lane(one, 0)] for one in results], spread)


_EVALUATED: dict[type, Callable[..., Held]] = {
    Load: _load, Pick: _pick, Number: _number, Rows: _rows, Compute: _compute, Draw: _draw,
    Reduce: _reduce,
}  # fmt: skip


def write(frame: Frame, one: Store) -> None:
    """Store a value from the frame's tile."""
    held, v = frame.held[one.operand], frame.lanes(one.dtype)
    across = (one.view.strides or (0,))[-1]
    for i in range(frame.rows):
        if not across:
            wide = frame.analysis.wide(one.operand)
            value = v.lane(held.scalar(i), 0) if wide else held.scalar(i)
            store(v.scalar(), frame.pointer(one.view, i), value)
            continue
        for j in range(frame.vectors):
            store(v, frame.pointer(one.view, i, j), held.vector(i, j), across, frame.masks[j])


def scatter(frame: Frame, one: Scatter) -> None:
    """Add a value from the frame's tile where an index says, row by row."""
    b, v = frame.site.builder, frame.lanes(one.dtype)
    where, what = frame.held[one.index], frame.held[one.operand]
    for i in range(frame.rows):
        for j in range(frame.vectors):
            step = where.vector(i, j) if v.count == 1 else where.scalar(i)
            pointer = moved(b, frame.pointer(one.view, i, j), step, one.stride)
            before = load(v, pointer, 1, frame.masks[j])
            after = combine(v, "sum", before, what.vector(i, j))
            store(v, pointer, after, 1, frame.masks[j])
