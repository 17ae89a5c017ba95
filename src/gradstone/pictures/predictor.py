"""A run as a plain function: rows in the units of the user's table in, and outputs in them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradstone.data.preparation import Preparation
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import input_node
from gradstone.training.run import Run

Array = np.ndarray[Any, Any]
Predict = Callable[[Array], Array]
CHUNK = 8192


def predictor(run: Run, parameters: Mapping[str, Array] | None = None) -> Predict:
    """What a run says anywhere, without a warning far from the points of its training.

    Args:
        run: with a preparation, rows are in the units of its table, and so are the numbers of a
            regression; without one they are as training took them.
        parameters: instead of those now, by name, as a snapshot or the initial values.

    Returns:
        (N, features) -> (N, outputs), float64: probabilities of a classifier, else numbers.
    """
    values = run.parameters if parameters is None else parameters
    carried = [np.asarray(values[name], run.plan.dtype) for name in run.parameters]
    known = None if run.preparation is None else Preparation.from_json(run.preparation)

    def outputs(rows: Array) -> Array:
        x = np.asarray(rows, dtype=np.float64)
        if known is not None:
            x = (x - np.array(known.mean)) / np.array(known.scale)
        x = x.astype(run.plan.dtype)
        parts = [_computed(run, x[at : at + CHUNK], carried) for at in range(0, len(x), CHUNK)]
        z = np.concatenate(parts).astype(np.float64)
        numbers = known is not None and not run.plan.objective.classifies
        return known.values(z) if known is not None and numbers else z

    return outputs


def initial_predictor(run: Run) -> Predict:
    """What the network said before training: with the initial values that its seed draws."""
    return predictor(run, run.network.initial_values(run.plan.seed))


def _computed(run: Run, x: Array, parameters: list[Array]) -> Array:
    graph = run.plan.prediction(input_node(x.shape, x.dtype))
    (found,) = Interpreter().compile(graph)(x, *parameters)
    return np.asarray(found)
