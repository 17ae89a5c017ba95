"""Early stopping: which epoch is the best, and when to wait no longer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstone.training.history import EarlyStopping
from gradstone.training.loop import Array
from gradstone.training.passage import Moment, Passage


@dataclass(slots=True)
class Patience:
    """What early stopping knows of the epochs so far.

    Attributes:
        loss: the name of the numbers it looks at.
        least: of them. best: the end of its epoch; None: there was none yet.
        waited: epochs since then.
        ended: the end of the epoch after which training stops; None: it goes on.
    """

    rule: EarlyStopping
    loss: str
    least: float = np.inf
    best: Moment | None = None
    waited: int = 0
    ended: Moment | None = None

    def look(self, passage: Passage) -> dict[str, Array]:
        """Of the numbers told last, those of the epochs before it stops."""
        losses = passage.last[self.loss].tolist()
        before, best, count = passage.loop.carried.epoch - len(losses), 0, len(losses)
        for place, loss in enumerate(losses, 1):
            self.waited += 1
            if loss < self.least - self.rule.improvement:
                self.least, self.waited, best = loss, 0, place
            if self.waited >= self.rule.patience:
                self.ended, count = passage.moment(before + place), place
                break
        if best:
            self.best = passage.moment(before + best)
        return {name: column[:count] for name, column in passage.last.items()}
