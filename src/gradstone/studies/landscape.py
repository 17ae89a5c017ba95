"""The loss around trained parameters, on a plane through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from gradstone.autodiff.rewrite import simplify
from gradstone.errors import DataError, RangeError, unknown
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.walk import Graph
from gradstone.nn.settings import real, whole
from gradstone.studies.trials import cores
from gradstone.training.run import Run
from gradstone.training.step import Batch
from gradstone.training.targets import inputs, targets

Array = np.ndarray[Any, Any]
Arrays = Mapping[str, Array]
Snapshots = Sequence[tuple[int, Arrays]]
Told = Callable[[int, int], None]

DIRECTIONS = ("random", "path")
ROWS = 2048
"""The loss is measured on at most so many rows, evenly chosen."""
STATIONS = 200
"""Of a longer path so many places are kept, evenly chosen, the ends among them."""
MARGIN = 0.2
"""Around the path, as a share of its extent."""


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """The loss, with its penalties and without dropout, on a plane; the trained point is (0, 0).

    Attributes:
        directions: "random" or "path", the way they were chosen.
        across, up: coordinates along the two directions, (points,), with 0 among them.
        losses: (points, points), a row for each coordinate of `up`; NaN or infinite where it is.
        trained: the loss at (0, 0).
        path: the places of the snapshots, projected by least squares, (k, 2).
        heights: the loss of the plane at these places, (k,). steps: updates done before them.
        shares: of the path's variance, which each direction holds; None for random directions.
        rows: how many rows the loss was measured on.
    """

    directions: str
    across: Array
    up: Array
    losses: Array
    trained: float
    path: Array
    heights: Array
    steps: tuple[int, ...]
    shares: tuple[float, float] | None
    rows: int

    @property
    def lowest(self) -> tuple[float, float, float]:
        """The lowest point of the grid: (across, up, loss)."""
        row, column = np.unravel_index(np.nanargmin(self.losses), self.losses.shape)
        return float(self.across[column]), float(self.up[row]), float(self.losses[row, column])


def loss_landscape(
    run: Run,
    X: Any,
    y: Any,
    directions: str = "random",
    points: int = 41,
    reach: float = 1.0,
    seed: int = 0,
    snapshots: Snapshots | None = None,
    told: Told | None = None,
) -> Landscape:
    """The loss around a run's parameters, on a plane of two directions.

    "random": both are drawn from a normal distribution, and the part that leads into each neuron
    is made as long as the neuron's weights; biases stay. Then planes of different networks can be
    compared (filter normalisation, Li et al. 2018, arXiv:1712.09913). Little is seen of a path
    there: in many dimensions random directions are almost at right angles to it. "path": the two
    main directions (PCA) of the snapshots' way to the end, of length 1, biases among them.

    Args:
        X, y: samples and targets, as `run.evaluate` takes them.
        points: of the grid in each direction, from 3. reach: of random directions either way, in
            lengths of the weights; where the path reaches further, the grid does, too.
        seed: of the random directions.
        snapshots: (updates done, parameters) of the path; None: `run.snapshots` up to the
            parameters it has now; there are none unless training was told snapshots=n.
        told: called as (done, of all) now and then.

    Raises:
        ShapeError, DataError, RangeError: arrays that the run does not take; directions of a path
            without one; fewer than two parameters.
    """
    if directions not in DIRECTIONS:
        raise unknown("directions", str(directions), DIRECTIONS)
    points, reach = whole("points", points, least=3), real("reach", reach, above=True)
    plane = _Plane.of(run, X, y)
    stations = _thinned(_path(run) if snapshots is None else snapshots)
    offsets = np.array([plane.flat(one) - plane.centre for _, one in stations])
    offsets = offsets.reshape(len(stations), plane.centre.size)
    if directions == "path":
        plane.directions, shares = _main(offsets)
    else:
        plane.directions, shares = _normalised(run.parameters, seed), None
    path = np.linalg.lstsq(plane.directions, offsets.T, rcond=None)[0].T
    span = reach if directions == "random" else 0.0
    across, up = (_axis(path[:, k], span, points) for k in (0, 1))
    trained = plane.loss(0.0, 0.0)
    if not np.isfinite(trained):
        came = f"the loss {trained} at the trained parameters came"
        raise DataError("landscape", came, "a finite one is wanted")
    return Landscape(
        directions, across, up, plane.grid(across, up, told), trained, path,
        np.array([plane.loss(*one) for one in path]), tuple(step for step, _ in stations),
        shares, len(plane.x),
    )  # fmt: skip


# The plane ----------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Plane:
    """The loss of a batch as a function of two coordinates.

    Attributes:
        centre: the trained parameters, one after the other, float64.
        directions: (parameters, 2).
    """

    run: Run
    x: Array
    t: Array
    program: Any
    centre: Array
    directions: Array

    @classmethod
    def of(cls, run: Run, X: Any, y: Any) -> _Plane:
        plan = run.plan
        x = inputs(run.network, X, plan.dtype)
        width = run.network.check(x.shape[1:])[-1]
        t = targets(y, len(x), plan.objective.loss, width, run.labels, plan.dtype)
        if len(x) > ROWS:
            rows = np.linspace(0, len(x) - 1, ROWS).astype(int)
            x, t = x[rows], t[rows]
        centre = _flat(run.parameters)
        if centre.size < 2:
            raise RangeError("landscape", "1 parameter came", "at least two are wanted")
        program = Interpreter().compile(_graph(run, Batch.like(x, t, len(x))))
        return cls(run, x, t, program, centre, np.zeros((centre.size, 2)))

    def flat(self, parameters: Arrays) -> Array:
        """Parameters one after the other, in the run's order."""
        return _flat({name: parameters[name] for name in self.run.parameters})

    def loss(self, across: float, up: float) -> float:
        """The loss at a point of the plane."""
        flat = self.centre + self.directions @ np.array([across, up])
        arrays, start = [], 0
        for one in self.run.parameters.values():
            part = flat[start : start + one.size].reshape(one.shape)
            arrays.append(part.astype(one.dtype))
            start += one.size
        return float(self.program(self.x, self.t, *arrays)[0])

    def grid(self, across: Array, up: Array, told: Told | None) -> Array:
        """The loss on a grid, (up, across), rows side by side on all cores."""
        rows: list[list[float]] = []
        # A product's own threads would but wait for each other.
        with threadpool_limits(1), ThreadPoolExecutor(cores()) as pool:
            try:
                for row in pool.map(lambda v: [self.loss(u, v) for u in across], up):
                    rows.append(row)
                    if told is not None:
                        told(len(rows), len(up))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return np.array(rows)


def _graph(run: Run, batch: Batch) -> Graph:
    """The loss that training makes small, penalties included, without dropout."""
    objective, parameters = run.plan.objective, run.plan.symbols()
    z = objective.outputs(run.network, parameters, batch.x, None)
    loss, penalty = objective.data_loss(z, batch.t), objective.penalty(parameters)
    total = loss if penalty is None else loss + penalty
    return simplify(Graph((batch.x, batch.t, *parameters.values()), (total,)))


def _flat(parameters: Arrays) -> Array:
    parts = [np.asarray(one, dtype=np.float64).ravel() for one in parameters.values()]
    return np.concatenate(parts)


# Directions and the path --------------------------------------------------------------------------
def _normalised(parameters: Arrays, seed: int) -> Array:
    """Two random directions, (parameters, 2), for each neuron as long as its weights; biases 0."""
    draw = np.random.default_rng(whole("seed", seed, least=0))
    return np.stack([_random(parameters, draw) for _ in range(2)], axis=1)


def _random(parameters: Arrays, draw: np.random.Generator) -> Array:
    made = {}
    for name, one in parameters.items():
        drawn: Array = np.asarray(draw.standard_normal(one.shape))
        if one.ndim < 2:
            drawn[...] = 0.0
        else:  # a column of W leads into a neuron
            lengths = np.linalg.norm(np.asarray(one, dtype=np.float64), axis=0)
            drawn *= lengths / np.maximum(np.linalg.norm(drawn, axis=0), 1e-300)
        made[name] = drawn
    return _flat(made)


def _main(offsets: Array) -> tuple[Array, tuple[float, float]]:
    """The two main directions of the path, (parameters, 2), and the share of its variance in each.

    Source: Li et al. 2018, section 7.2: PCA of the parameters at each epoch less the last ones.
    """
    if len(offsets) < 2 or not np.any(offsets):
        came = f"a path of {len(offsets)} places came"
        advice = "Train with snapshots=10."
        raise RangeError("directions", came, "one of two different places is wanted", advice)
    offsets = np.concatenate([offsets, np.zeros((1, offsets.shape[1]))])
    centred = offsets - offsets.mean(axis=0)
    _, sizes, main = np.linalg.svd(centred, full_matrices=False)
    signs = np.where(main[:2] @ offsets[0] > 0, -1.0, 1.0)  # the path begins at the left, below
    shares = sizes[:2] ** 2 / (sizes**2).sum()
    return (signs[:, None] * main[:2]).T, (float(shares[0]), float(shares[1]))


def _path(run: Run) -> Snapshots:
    """The run's snapshots, but none after its parameters, which end the path."""
    if not run.snapshots:
        return ()
    last = run.step if run.best_step is None else run.best_step
    return [*(one for one in run.snapshots if one[0] < last), (last, run.parameters)]


def _thinned(snapshots: Snapshots) -> list[tuple[int, Arrays]]:
    """The snapshots, or as many as are kept of a long path."""
    if len(snapshots) <= STATIONS:
        return list(snapshots)
    places = np.linspace(0, len(snapshots) - 1, STATIONS).astype(int)
    return [snapshots[place] for place in places]


def _axis(path: Array, reach: float, points: int) -> Array:
    """Coordinates along a direction: at least the reach either way, and the path with a margin."""
    low, high = float(path.min(initial=0.0)), float(path.max(initial=0.0))
    margin = MARGIN * (high - low)
    low, high = min(low - margin, -reach), max(high + margin, reach)
    if not low < high:
        low, high = -1.0, 1.0
    axis = np.linspace(low, high, points)
    axis[np.abs(axis).argmin()] = 0.0  # so that the trained point is one of the grid
    return axis
