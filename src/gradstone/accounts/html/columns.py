"""Where the nodes of a graph stand: columns in order of computation, rows with few crossings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

SWEEPS = 12
Way = tuple[int, int]


def columns_of(
    inputs: Sequence[Sequence[int]],
) -> tuple[list[list[int]], dict[Way, tuple[int, ...]]]:
    """The columns of a graph, and for each edge (source, target) the bends on its way.

    Args:
        inputs: for each node, in order of computation, those it is computed from.

    A node stands right of all its inputs; what is given stands next to where it is first used.
    Bends are numbered on from the nodes; one stands in each column that an edge passes.

    >>> columns_of([(), (), (0, 1), (2, 0)])
    ([[0, 1], [2, 4], [3]], {(0, 2): (), (1, 2): (), (2, 3): (), (0, 3): (4,)})
    """
    depth = _depths(inputs)
    columns: list[list[int]] = [[] for _ in range(max(depth, default=0) + 1)]
    for node, place in enumerate(depth):
        columns[place].append(node)
    ways: dict[Way, tuple[int, ...]] = {}
    count = len(inputs)
    for target, sources in enumerate(inputs):
        for source in dict.fromkeys(sources):
            passed = range(depth[source] + 1, depth[target])
            bends = tuple(range(count, count + len(passed)))
            for bend, column in zip(bends, passed, strict=True):
                columns[column].append(bend)
            count += len(bends)
            ways[source, target] = bends
    return columns, ways


def _depths(inputs: Sequence[Sequence[int]]) -> list[int]:
    depth: list[int] = []
    for sources in inputs:
        depth.append(max((depth[one] + 1 for one in sources), default=0))
    for node, sources in enumerate(inputs):
        used = [depth[target] for target, those in enumerate(inputs) if node in those]
        if not sources and used:
            depth[node] = min(used) - 1
    return depth


def heights(
    columns: Sequence[Sequence[int]], ways: Mapping[Way, Sequence[int]], step: float = 92.0
) -> dict[int, float]:
    """The height of every node and bend, at least a step apart in a column, near its neighbours."""
    neighbours: dict[int, list[int]] = {one: [] for column in columns for one in column}
    for (source, target), bends in ways.items():
        chain = [source, *bends, target]
        for one, other in pairwise(chain):
            neighbours[one].append(other)
            neighbours[other].append(one)
    at = {one: place * step for column in columns for place, one in enumerate(column)}
    order = [list(column) for column in columns]
    for sweep in range(SWEEPS):
        turn = order if sweep % 2 == 0 else order[::-1]
        for column in turn:
            wanted = {one: _mean([at[other] for other in neighbours[one]] or [at[one]])
                      for one in column}  # fmt: skip
            if sweep < SWEEPS // 2:
                column.sort(key=lambda one: wanted[one])
            at |= dict(zip(column, apart([wanted[one] for one in column], step), strict=True))
    return at


def apart(wanted: Sequence[float], step: float) -> list[float]:
    """Heights in this order, at least a step apart, as near to what is wanted as can be.

    >>> apart([0.0, 0.0, 10.0], 1.0)
    [-0.5, 0.5, 10.0]
    """
    blocks: list[list[float]] = []
    for place, one in enumerate(wanted):
        blocks.append([one - place * step])
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    flat = [_mean(block) for block in blocks for _ in block]
    return [one + place * step for place, one in enumerate(flat)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
