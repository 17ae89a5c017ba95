"""The product's sum on a tile: accumulators in registers, a loop over p.

For each p the tile's vectors of the right operand are loaded once and its rows' numbers of the
left one spread; where the accumulators are few, several p at a time have their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradstone.execute.native.evaluate import combine, kept, tree
from gradstone.execute.native.frames import Frame
from gradstone.execute.native.lanes import Lanes, Value
from gradstone.execute.native.loops import Count, loop, multiple, plus
from gradstone.execute.native.memory import load, moved
from gradstone.execute.native.program import Compute, Product, View

FULL_UNROLL = 16
CHAINS = 8
"""Accumulators that keep two multipliers busy while each waits for its last result."""
MOST_STEPS = 48


def sum_products(frame: Frame, product: Product) -> None:
    """Compute value 0 of the nest on the frame's tile, or the value it is first added to."""
    added = frame.analysis.first_added()
    sums = _first(frame, product, added)
    sums = _summed(frame, product, sums)
    lines = [sums[i : i + frame.vectors] for i in range(0, len(sums), frame.vectors)]
    target = added.target if added is not None and added.target not in frame.held else 0
    if _seed(frame, added) is None:
        target = 0
    frame.held[target] = kept(frame, target, product.dtype, lines)


def _seed(frame: Frame, added: Compute | None) -> int | None:
    """The value at hand that the sums may begin with."""
    product = frame.analysis.nest.product
    assert product is not None
    if added is None or added.dtype != product.dtype:
        return None
    other = next(value for value in added.operands if value != 0)
    if other not in frame.held or (frame.count > 1 and not frame.held[other].spread):
        return None
    return other if frame.held[other].dtype == added.dtype else None


def _first(frame: Frame, product: Product, added: Compute | None) -> list[Value]:
    seed, v = _seed(frame, added), frame.lanes(product.dtype)
    places = [(i, j) for i in range(frame.rows) for j in range(frame.vectors)]
    if seed is None:
        return [v.number(0) for _ in places]
    return [frame.held[seed].vector(i, j) for i, j in places]


def _summed(frame: Frame, product: Product, sums: list[Value]) -> list[Value]:
    """The loop over p: unrolled where short, else by a few steps at a time."""
    b, inner = frame.site.builder, frame.site.count(product.inner)

    def step(p: Count, held: list[Value]) -> list[Value]:
        return _step(frame, product, p, held)

    chains = _chains(inner, len(sums))
    by = chains * _rounds(inner, len(sums) * chains, chains)
    if isinstance(inner, int) and inner <= FULL_UNROLL and inner * len(sums) <= MOST_STEPS:
        by = max(1, inner)
    size = len(sums)

    def several(p: Count, held: list[Value]) -> list[Value]:
        for k in range(by):
            at = k % chains * size
            held[at : at + size] = step(plus(b, p, k), held[at : at + size])
        return held

    v, end = frame.lanes(product.dtype), multiple(b, 0, inner, by)
    start = [*sums, *[v.number(0)] * (size * (chains - 1))]
    found = loop(b, 0, end, by, several, start)
    folded = [tree(v, "sum", found[i::size]) for i in range(size)]
    return loop(b, end, inner, 1, step, folded)


def _chains(inner: Count, sums: int) -> int:
    """Accumulators for each sum: a divisor of the terms where there is one."""
    most = max(1, min(4, CHAINS // sums))
    if not isinstance(inner, int):
        return most
    most = max(1, min(most, inner // 2))
    return next((c for c in range(most, 1, -1) if inner % c == 0), most)


def _rounds(inner: Count, sums: int, chains: int) -> int:
    """How often each chain is fed in one round of the loop: a divisor where there is one."""
    most = max(1, min(4, MOST_STEPS // sums))
    if not isinstance(inner, int):
        return most
    most = max(1, min(most, inner // chains))
    return next((r for r in range(most, 0, -1) if inner % (r * chains) == 0), most)


def _step(frame: Frame, product: Product, p: Count, sums: Sequence[Value]) -> list[Value]:
    v, b = frame.lanes(product.dtype), frame.site.builder
    left, right = product.left, product.right
    here = moved(b, _pointer(frame, right), p, right.strides[-1])
    across = right.strides[-2]
    vectors = []
    for j in range(frame.vectors):
        place = moved(b, here, j * v.count * across)
        if across:
            vectors.append(load(v, place, across, frame.masks[j]))
        else:
            vectors.append(v.spread(load(v.scalar(), place)))
    here = moved(b, _pointer(frame, left), p, left.strides[-1])
    result = []
    for i in range(frame.rows):
        number = v.spread(load(v.scalar(), moved(b, here, i * left.strides[-3])))
        for j, vector in enumerate(vectors):
            result.append(_joined(v, number, vector, sums[i * frame.vectors + j]))
    return result


def _pointer(frame: Frame, operand: View) -> Value:
    return frame.pointers[id(operand.buffer), operand.strides[:-1], operand.offset]


def _joined(v: Lanes, a: Value, b: Value, total: Value) -> Value:
    if v.floating and total.text == v.real(0.0).text:
        return v.multiply(a, b)
    if v.floating:
        return v.fused(a, b, total)
    return combine(v, "sum", v.builder.mul(a, b), total)
