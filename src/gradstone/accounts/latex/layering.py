"""Where the nodes of a computation graph stand: columns, heights, and the ways of long edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradstone.accounts.account import Knot

CLOSE = 0.62
"""How near to a node an edge passes it by; nodes are 1 apart."""
PULL = 0.3
"""How far an edge in passing moves towards what its end takes besides."""
Way = tuple[tuple[int, float], ...]
"""Columns and heights."""


@dataclass(frozen=True, slots=True)
class Layers:
    """A graph in columns.

    Attributes:
        knots: the nodes, a constant once for each of its users. columns, heights: where they
            stand, counted from the left and from the top. users: of each node. ways: between
            two nodes that are not neighbours, where the edge passes columns in between.
    """

    knots: tuple[Knot, ...]
    columns: tuple[int, ...]
    heights: tuple[float, ...]
    users: tuple[tuple[int, ...], ...]
    ways: dict[tuple[int, int], Way]


def layered(knots: Sequence[Knot]) -> Layers:
    """A graph in columns from left to right; what is given stands just before its first user."""
    knots = _copied(knots)
    users = tuple(
        tuple(j for j, one in enumerate(knots) if i in one.inputs) for i in range(len(knots))
    )
    columns = _columns(knots, users)
    heights, ways = _heights(knots, columns)
    return Layers(knots, columns, heights, users, ways)


def _copied(knots: Sequence[Knot]) -> tuple[Knot, ...]:
    """Constants anew for each of their users."""
    made: list[Knot] = []
    places: dict[int, int] = {}
    for old, one in enumerate(knots):
        inputs = []
        for i in one.inputs:
            if _constant(knots[i]):
                made.append(knots[i])
                inputs.append(len(made) - 1)
            else:
                inputs.append(places[i])
        if not _constant(one):
            made.append(Knot(one.label, one.value, one.gradient, tuple(inputs)))
            places[old] = len(made) - 1
    return tuple(made)


def _constant(one: Knot) -> bool:
    return not one.inputs and not one.value


def _columns(knots: Sequence[Knot], users: Sequence[Sequence[int]]) -> tuple[int, ...]:
    depth = [0] * len(knots)
    for place, one in enumerate(knots):
        depth[place] = max((depth[i] + 1 for i in one.inputs), default=0)
    for place, one in enumerate(knots):
        if not one.inputs and users[place]:
            depth[place] = min(depth[j] for j in users[place]) - 1
    return tuple(depth)


def _heights(
    knots: Sequence[Knot], columns: Sequence[int]
) -> tuple[tuple[float, ...], dict[tuple[int, int], Way]]:
    """Column by column: results amid what they come from, what is given beside its partner."""
    rank = _ranks(knots)
    heights: dict[int, float] = {}
    passing: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for column in range(max(columns, default=-1) + 1):
        members = [place for place, own in enumerate(columns) if own == column]
        wanted: dict[int | tuple[int, int], float] = {}
        for place in sorted(members, key=lambda place: not knots[place].inputs):
            came = [_arriving(heights, passing, i, place) for i in _told(knots, place)]
            beside = _beside(knots, place, {**heights, **_nodes(wanted)})
            wanted[place] = sum(came) / len(came) if came else rank.get(place, beside)
        for j, one in enumerate(knots):
            for i in dict.fromkeys(one.inputs):
                if columns[i] < column < columns[j]:
                    level = _arriving(heights, passing, i, j)
                    known = {**heights, **_nodes(wanted)}
                    others = [known[k] for k in one.inputs if k != i and k in known]
                    pull = sum(others) / len(others) - level if others else 0.0
                    wanted[i, j] = level + PULL * pull
        for height, what in _apart(wanted):
            if isinstance(what, int):
                heights[what] = height
            else:
                passing.setdefault(what, []).append((column, height))
    told = tuple(heights[place] for place in range(len(knots)))
    return told, {pair: tuple(way) for pair, way in passing.items()}


def _told(knots: Sequence[Knot], place: int) -> list[int]:
    """The inputs a node stands amid: results, or else what is given."""
    inputs = list(knots[place].inputs)
    return [i for i in inputs if knots[i].inputs] or inputs


def _nodes(wanted: dict[int | tuple[int, int], float]) -> dict[int, float]:
    return {what: height for what, height in wanted.items() if isinstance(what, int)}


def _beside(knots: Sequence[Knot], place: int, heights: dict[int, float]) -> float:
    """Below or above what its first user also takes."""
    user = next((one for one in knots if place in one.inputs), None)
    partners = [i for i in user.inputs if i in heights and i != place] if user else []
    if not user or not partners:
        return 0.0
    below = user.inputs.index(place) > user.inputs.index(partners[0])
    return heights[partners[0]] + (1.0 if below else -1.0)


def _ranks(knots: Sequence[Knot]) -> dict[int, float]:
    """What stands beside no result, counted in the order of its use."""
    order = dict.fromkeys(
        i for place, one in enumerate(knots) for i in _told(knots, place) if not knots[i].inputs
        if one.inputs
    )  # fmt: skip
    return {place: float(number) for number, place in enumerate(order)}


def _arriving(
    heights: dict[int, float],
    passing: dict[tuple[int, int], list[tuple[int, float]]],
    start: int,
    end: int,
) -> float:
    """At which height an edge comes in from the left."""
    way = passing.get((start, end))
    return way[-1][1] if way else heights[start]


def _apart(
    wanted: dict[int | tuple[int, int], float],
) -> list[tuple[float, int | tuple[int, int]]]:
    """From the top down, moved apart where two would meet."""
    made: list[tuple[float, int | tuple[int, int]]] = []
    for what, height in sorted(wanted.items(), key=lambda pair: pair[1]):
        if made:
            both = isinstance(what, int) and isinstance(made[-1][1], int)
            height = max(height, made[-1][0] + (1.0 if both else CLOSE))
        made.append((height, what))
    return made
