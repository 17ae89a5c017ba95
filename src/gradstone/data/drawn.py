"""Built-in sets that are drawn at random: two features and classes, or one feature and a number.

Each is a pure function of size, noise and seed. Noise is the standard deviation of what is added
to each coordinate of a point, or to the number of a regression.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

from gradstone.data.sets import DataSet, Task
from gradstone.data.tables import Table
from gradstone.errors import DataError, GradstoneError, RangeError, unknown

Floats = NDArray[np.float64]
Drawn = tuple[Floats, NDArray[np.int64] | Floats]
SIZE, LEAST, MOST, MOST_NOISE = 200, 2, 1_000_000, 1e6
TURNS, SQUARES = 1.5, 4


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a set is drawn.

    Attributes:
        draw: (size, generator) -> inputs (size, features) and targets (size,), without noise.
        noise: by default. classes: how many; 0 for regression. doc: what it looks like.
    """

    draw: Callable[[int, Generator], Drawn]
    noise: float
    classes: int
    doc: str


def drawn_set(name: str, size: int = SIZE, noise: float | None = None, seed: int = 0) -> DataSet:
    """One of the built-in sets by name; see RECIPES.

    Args:
        size: points, 2 to 1,000,000. noise: standard deviation, 0 to 10⁶; None: the set's own.
        seed: 0 to 2⁶⁴ − 1.

    Returns:
        inputs (size, 2) and classes (size,), as equal in number as size allows; of linear and sine
        inputs (size, 1) and numbers (size,).

    Raises:
        UnknownNameError: another name. RangeError: a number outside its range.
    """
    recipe, spread = _checked(name, size, noise, seed)
    generator = Generator(Philox(seed))
    inputs, targets = recipe.draw(size, generator)
    if recipe.classes:
        inputs = inputs + spread * generator.standard_normal(inputs.shape)
    else:
        targets = targets + spread * generator.standard_normal(targets.shape)
    task: Task = "classification" if recipe.classes else "regression"
    features = ("x1", "x2") if inputs.shape[1] == 2 else ("x",)
    classes = tuple(map(str, range(recipe.classes)))
    return DataSet(name, inputs, targets, features, classes, task)


def _checked(name: str, size: int, noise: float | None, seed: int) -> tuple[Recipe, float]:
    """The recipe and the noise, where all can be used."""
    if name not in RECIPES:
        raise unknown("data set", name, RECIPES)
    recipe = RECIPES[name]
    spread = recipe.noise if noise is None else noise
    for subject, came, low, high in (
        ("size", size, LEAST, MOST), ("noise", spread, 0.0, MOST_NOISE),
        ("seed", seed, 0, 2**64 - 1),
    ):  # fmt: skip
        if not low <= came <= high:
            raise RangeError(f"{subject} of {name}", f"{came} came", f"{low} to {high} is wanted")
    return recipe, spread


@dataclass(frozen=True, slots=True)
class Draw:
    """Which set was drawn, and how: enough to draw it again.

    Attributes:
        name, size, noise, seed: as `drawn_set` takes them.
    """

    name: str
    size: int
    noise: float
    seed: int

    def set(self) -> DataSet:
        """The set; errors as for `drawn_set`."""
        return drawn_set(self.name, self.size, self.noise, self.seed)

    def table(self) -> Table:
        """The set as a table: its features, and the last column "class" or "y".

        Every digit is kept, so that the numbers are those of the set.
        """
        drawn = self.set()
        target = drawn.targets.tolist()
        columns = (*drawn.features, "class" if drawn.classes else "y")
        cells = [tuple(map(repr, one)) for one in (*drawn.inputs.T.tolist(), target)]
        return Table(self.name, columns, tuple(cells), tuple(range(2, len(drawn) + 2)))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: object) -> Draw:
        """What `to_json` gave, checked.

        Raises:
            DataError: something else.
        """
        wanted = "one that Gradstone wrote is wanted"
        kinds = {"name": str, "size": int, "noise": int | float, "seed": int}
        if not isinstance(plain, dict) or plain.keys() != kinds.keys():
            raise DataError("saved draw of a set", "another value came", wanted)
        if not all(isinstance(plain[key], kind) for key, kind in kinds.items()):
            raise DataError("saved draw of a set", "values of other kinds came", wanted)
        try:
            return draw(**plain)
        except GradstoneError as error:
            raise DataError("saved draw of a set", f"it cannot be used ({error})", wanted) from None


def draw(name: str, size: int = SIZE, noise: float | None = None, seed: int = 0) -> Draw:
    """The draw of a set, checked; arguments and errors as for `drawn_set`."""
    _, spread = _checked(name, size, noise, seed)
    return Draw(name, size, spread, seed)


def _classes(size: int, count: int = 2) -> NDArray[np.int64]:
    return np.arange(size, dtype=np.int64) % count


def _polar(radius: Floats, angle: Floats) -> Floats:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _xor(size: int, generator: Generator) -> Drawn:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    corner = np.arange(size) % 4
    return corners[corner], _classes(size)


def _ring(size: int, generator: Generator) -> Drawn:
    targets = _classes(size)
    inner, outer = np.array([0.0, 1.5])[targets], np.array([1.0, 2.5])[targets]
    share = generator.random(size)
    radius = np.sqrt(inner**2 + share * (outer**2 - inner**2))  # even over the area
    return _polar(radius, 2 * np.pi * generator.random(size)), targets


def _gaussians(size: int, generator: Generator) -> Drawn:
    targets = _classes(size)
    return np.array([[-1.0, -1.0], [1.0, 1.0]])[targets], targets


def _blobs(size: int, generator: Generator) -> Drawn:
    targets = _classes(size, 3)
    angle = np.pi / 2 + 2 * np.pi / 3 * np.arange(3.0)
    return _polar(np.full(3, 1.5), angle)[targets], targets


def _spirals(size: int, generator: Generator) -> Drawn:
    targets = _classes(size)
    along = np.sqrt(generator.random(size))
    return _polar(0.1 + 1.9 * along, 2 * np.pi * TURNS * along + np.pi * targets), targets


def _moons(size: int, generator: Generator) -> Drawn:
    targets = _classes(size)
    angle = np.pi * generator.random(size)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(targets[:, None] == 0, upper, lower), targets


def _checkerboard(size: int, generator: Generator) -> Drawn:
    targets = _classes(size)
    row = generator.integers(0, SQUARES, size)
    column = 2 * generator.integers(0, SQUARES // 2, size) + (row + targets) % 2
    place = np.stack([column, row], axis=1) + generator.random((size, 2))
    return place - SQUARES / 2, targets


def _linear(size: int, generator: Generator) -> Drawn:
    x = np.linspace(-1.0, 1.0, size)
    return x[:, None], 2 * x


def _sine(size: int, generator: Generator) -> Drawn:
    x = np.linspace(-np.pi, np.pi, size)
    return x[:, None], np.sin(x)


_RING = Recipe(_ring, 0.0, 2, "a disc (r < 1) in a ring (1.5 < r < 2.5)")
RECIPES = {
    "xor": Recipe(_xor, 0.1, 2, "four corners of a square, opposite ones alike"),
    "ring": _RING,
    "circle": _RING,
    "gaussians": Recipe(_gaussians, 0.5, 2, "two clouds that a straight line parts"),
    "blobs": Recipe(_blobs, 0.4, 3, "three clouds"),
    "spirals": Recipe(_spirals, 0.05, 2, "two spirals wound into each other"),
    "moons": Recipe(_moons, 0.1, 2, "two half circles, each reaching into the other"),
    "checkerboard": Recipe(_checkerboard, 0.0, 2, "a board of 4×4 squares"),
    "linear": Recipe(_linear, 0.3, 0, "y = 2x, x from −1 to 1"),
    "sine": Recipe(_sine, 0.1, 0, "y = sin x, x from −π to π"),
}
"""The sets by name."""
