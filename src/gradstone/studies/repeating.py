"""A training done once more, for what was not kept of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradstone.errors import DataError
from gradstone.nn.settings import whole
from gradstone.training.history import Progress
from gradstone.training.run import Run

PLACES = 60
"""About so many snapshots are kept on the way."""
ALIKE = 1e-2
"""Parameters that lie no further apart than this share of their length are the same."""


def repeated(
    run: Run, X: Any, y: Any, places: int = PLACES, progress: bool | Progress = False
) -> Run:
    """The same training from the start, with snapshots, the first one before any update.

    The last one is that of the end.

    Args:
        run: made by one call of `gs.train` or by `gradstone train`, from values that its seed
            drew. X, y: what it learned from, without the rows held out for validation.
        places: about how many snapshots there are to be, from 1.
        progress: as for `gs.train`.

    Raises:
        DataError: the training does not end where it did.
    """
    epochs = run.best_epoch or run.epoch
    again = Run(run.plan, "native", run.network.initial_values(run.plan.seed), run.labels)
    start = (0, dict(again.parameters))
    every = max(1, epochs * -(-len(X) // run.batch_size) // whole("places", places))
    again.fit(
        X, y, epochs, run.batch_size, run.shuffle, run.sampling, validation=0.0, snapshots=every,
        progress=progress,
    )  # fmt: skip
    apart = sum(_square(again.parameters[name] - one) for name, one in run.parameters.items())
    if not np.sqrt(apart) <= ALIKE * np.sqrt(sum(map(_square, run.parameters.values()))):
        wanted = "one that ends at the run's parameters is wanted"
        advice = "Was it interrupted, continued, or begun from given values?"
        raise DataError("training again", "another result came", wanted, advice)
    again.snapshots.insert(0, start)
    if again.snapshots[-1][0] < again.step:
        again.snapshots.append((again.step, dict(again.parameters)))
    return again


def _square(array: Any) -> float:
    return float(np.square(array, dtype=np.float64).sum())
