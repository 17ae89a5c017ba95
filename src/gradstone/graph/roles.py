"""Names for people, recorded beside the graph while it is built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from gradstone.graph.node import Node

Value = TypeVar("Value")
_current: ContextVar[dict[Node, str] | None] = ContextVar("roles", default=None)


@contextmanager
def recording() -> Iterator[dict[Node, str]]:
    """Names given inside the block are collected in the dictionary it yields."""
    roles: dict[Node, str] = {}
    token = _current.set(roles)
    try:
        yield roles
    finally:
        _current.reset(token)


def named(name: str, value: Value) -> Value:
    """The value itself, with a name recorded beside the graph that is being built.

    Args:
        name: what people call it, as "total".
        value: a node of a traced function; anything else passes through unnamed.

    The first name of a node stays: two equal nodes are one node.
    """
    roles = _current.get()
    if roles is not None and isinstance(value, Node):
        roles.setdefault(value, name)
    return value
