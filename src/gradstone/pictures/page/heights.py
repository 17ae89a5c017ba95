"""What stands between the lines of a contour: a function over a rectangle, on a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from gradstone.pictures.page.numbers import numbers, short, words

DIGITS = 7
"""Of each height; a page interpolates between them."""
_KEPT = "_gradstone_heights"


def heights(axes: Axes, name: str, x: Any, y: Any, z: Any) -> None:
    """Tell a page what a function is at any place of flat axes, both of linear scale.

    Args:
        name: what is told, as "f(x, y)". x: (columns,) and y: (rows,), evenly spaced and rising,
            at least 3 each. z: (rows, columns); NaN, infinite or masked where there is none.
    """
    values: np.ndarray[Any, Any] = np.ma.filled(np.ma.asarray(z, dtype=float), np.nan)
    assert values.shape == (len(y), len(x)), "a height for each point of the grid"
    vars(axes)[_KEPT] = (name, (x[0], x[-1]), (y[0], y[-1]), values)


def heights_of(axes: Axes) -> dict[str, Any] | None:
    """What `heights` told of axes, as a page holds it; None where it told nothing."""
    if _KEPT not in vars(axes):
        return None
    name, across, up, values = vars(axes)[_KEPT]
    return {
        "name": words(name), "x": numbers(across), "y": numbers(up), "columns": values.shape[1],
        "values": [short(float(one), DIGITS) for one in values.ravel()],
    }  # fmt: skip
