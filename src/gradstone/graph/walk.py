"""Walks over a graph, iterative: a chain of 10,000 additions is no deeper than one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gradstone.graph.node import Node


def predecessors(node: Node) -> tuple[Node, ...]:
    """The nodes it is computed from, as it is written: its inputs."""
    return node.inputs


def walk(
    outputs: Iterable[Node],
    before: Callable[[Node], tuple[Node, ...]] = predecessors,
) -> list[Node]:
    """All nodes that the outputs need, each after those it needs itself, in a fixed order."""
    order: list[Node] = []
    done: dict[Node, bool] = {}
    stack = list(outputs)[::-1]
    while stack:
        ready = done.get(stack[-1])
        if ready is None:
            done[stack[-1]] = False
            stack.extend(reversed(before(stack[-1])))
            continue
        node = stack.pop()
        if not ready:
            done[node] = True
            order.append(node)
    return order


@dataclass(frozen=True, slots=True)
class Graph:
    """What is given, what is asked for, and what the nodes are called.

    Attributes:
        inputs: symbols in the order in which their values are given.
        outputs: nodes in the order in which their values come back.
        roles: names beside the graph, for people; they change nothing.
    """

    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]
    roles: Mapping[Node, str] = field(default_factory=dict)
