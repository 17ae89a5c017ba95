"""The account of a step too large to print: layers in figures, one thread in full numbers."""

from __future__ import annotations

from dataclasses import dataclass

from gradstone.accounts.account import Story
from gradstone.accounts.paths import Parameter
from gradstone.accounts.step import ToldGraph


@dataclass(slots=True)
class OverviewStory:
    graph: ToldGraph
    chosen: int | None
    weight: Parameter | None
    digits: int
    level: str

    def story(self) -> Story:
        raise NotImplementedError
