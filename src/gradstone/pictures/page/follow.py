"""What a page tells of the points of a line, and lines that it plays step by step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.lines import Line2D

Columns = Mapping[str, Any]
_KEPT = "_gradstone_columns"


def follow(line: Line2D, number: int = 0, **columns: Any) -> None:
    """Mark a line, in the plane or in space, as the path with a number.

    On a page a slider moves a marker along all paths at once. Lines of equal number, in other axes
    of the figure too, are the same path. Artists whose gid begins with "path-N-" (start, end) are
    hidden with it from the legend.

    Args:
        columns: for each point of the line, what is told beside its coordinates; "k" is the number
            of the update where that is not 0, 1, 2 …
    """
    beside(line, **columns)
    line.set_gid(f"path-{number}")


def beside(line: Line2D, **columns: Any) -> None:
    """Tell a page more of each point of a line than its coordinates.

    Args:
        columns: a value for each point, by its name.
    """
    told = {name: np.asarray(values, dtype=float).ravel() for name, values in columns.items()}
    count = len(np.ravel(line.get_xdata(orig=False)))
    assert all(len(values) == count for values in told.values()), "a value for each point"
    vars(line)[_KEPT] = told


def number_of(gid: str | None) -> int | None:
    """The number of a path by the gid "path-N" of its line; None where it is none."""
    found = re.fullmatch(r"path-(\d+)", gid or "")
    return int(found[1]) if found else None


def columns_of(artist: Artist) -> Columns:
    """What is told of each point beside its coordinates."""
    found: Columns = vars(artist).get(_KEPT, {})
    return found
