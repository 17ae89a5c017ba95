"""The lines of a story with other numbers given: what cells show after a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from gradstone.accounts.account import Line, Story
from gradstone.autodiff.rewrite import replace
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph


class Replay:
    """Lines of a story as a program of what is given.

    Attributes:
        given: addresses of the entries that no line gives birth to, with their numbers.
    """

    def __init__(self, story: Story, lines: Iterable[str]) -> None:
        """Join the rules of some lines into one program."""
        entries = story.entries
        told = _ordered(story, lines)
        self._born = [one.entry for one in told]
        inside = set(self._born)
        needed = dict.fromkeys(one for line in told for one in line.operands if one not in inside)
        self.given = {one: entries[one].value for one in needed}
        birth: dict[str, Node] = {}
        for line in told:
            nodes = {entries[one].node: birth[one] for one in line.operands if one in birth}
            (birth[line.entry],) = replace([line.rule], nodes)
        free = tuple(entries[one].node for one in self.given)
        self._program = Interpreter().compile(Graph(free, tuple(birth.values())))

    def __call__(self, changed: Mapping[str, float]) -> dict[str, float]:
        """Every number, by address, with some of those given changed."""
        given = {one: changed.get(one, value) for one, value in self.given.items()}
        found = self._program(*(np.asarray(one) for one in given.values()))
        return {**changed, **given, **dict(zip(self._born, map(float, found), strict=True))}


def _ordered(story: Story, lines: Iterable[str]) -> list[Line]:
    """Each line after those it is computed from."""
    wanted = dict.fromkeys(lines)
    done: dict[str, Line] = {}
    stack = [(one, False) for one in reversed(wanted)]
    while stack:
        name, ready = stack.pop()
        line = story.lines[name]
        if ready:
            done.setdefault(name, line)
        elif name not in done:
            before = (story.entries[one].line for one in reversed(line.operands))
            stack.append((name, True))
            stack.extend((one, False) for one in before if one in wanted and one not in done)
    return list(done.values())


def needed(story: Story, ends: Iterable[str]) -> list[str]:
    """The lines that some entries are computed from, their own among them, in order."""
    wanted: set[str] = set()
    stack = list(ends)
    while stack:
        line = story.entries[stack.pop()].line
        if line and line not in wanted:
            wanted.add(line)
            stack.extend(story.lines[line].operands)
    return [one for one in story.lines if one in wanted]
