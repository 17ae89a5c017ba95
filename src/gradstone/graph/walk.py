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
    done: set[Node] = set()
    stack = [(node, False) for node in reversed(list(outputs))]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif node not in done:
            done.add(node)
            stack.append((node, True))
            stack.extend((one, False) for one in reversed(before(node)))
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
