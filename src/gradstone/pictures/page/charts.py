"""What is in the plane: lines, scattered points and bars of a figure, and its legends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, Container
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import BboxBase, Transform

from gradstone.pictures.page.drawn import Drawn
from gradstone.pictures.page.follow import columns_of, number_of
from gradstone.pictures.page.heights import heights_of
from gradstone.pictures.page.numbers import kept, names, numbers, pixels, words

Told = dict[str, Any]
Array = np.ndarray[Any, Any]
KNOWN = {"linear", "log"}
"""Scales of axes by which a page finds the places of points itself."""


def charts(done: Drawn) -> list[Told]:
    """Each of the flat axes: what its directions are called, where it stands, what is in it."""
    return [
        {
            "x": words(axes.get_xlabel()),
            "y": words(axes.get_ylabel()),
            "names": [names(axes.xaxis), names(axes.yaxis)],
            "box": box(axes.bbox, done),
            "limits": [numbers(axes.get_xlim()), numbers(axes.get_ylim())],
            "scales": [axes.get_xscale(), axes.get_yscale()],
            "series": [*_series(axes, done)],
            "heights": heights_of(axes),
        }
        for axes in done.picture.axes
        if axes.name != "3d" and axes.get_visible() and axes.get_label() != "<colorbar>"
    ]


def box(extent: BboxBase, done: Drawn) -> list[float]:
    """Left, top, width and height of an extent in SVG units."""
    x, y, width, height = extent.bounds
    return pixels((x, done.size[1] - y - height, width, height))


def label_of(artist: Artist | Container) -> str:
    """What an artist is called in a legend; nothing where it is not in one."""
    told = str(artist.get_label() or "")
    return "" if told.startswith("_") else words(told)


def _series(axes: Axes, done: Drawn) -> Iterator[Told]:
    for line in axes.get_lines():
        if line.get_visible() and _in_data(line, axes):
            yield _line(line, done)
    for collection in axes.collections:
        if isinstance(collection, PathCollection) and collection.get_visible():
            yield _scatter(collection, done)
    for container in axes.containers:
        if isinstance(container, BarContainer) and container.patches:
            yield _bars(container, axes, done)


def _in_data(line: Line2D, axes: Axes) -> bool:
    """Not a line across all of the axes, at whose ends there are no data."""
    return all(line.get_transform().contains_branch_seperately(axes.transData))


def whole(values: Any) -> Array:
    """Numbers, NaN where they are masked."""
    found: Array = np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
    return found


def _line(line: Line2D, done: Drawn) -> Told:
    points = whole(line.get_xydata())
    told = _points(line, points, line.get_transform(), done)
    told |= {"kind": "line", "colour": to_hex(line.get_color())}
    return told


def _scatter(collection: Collection, done: Drawn) -> Told:
    points = whole(collection.get_offsets())
    told = _points(collection, points, collection.get_offset_transform(), done)
    colours = collection.get_facecolor()
    told |= {"kind": "points", "colour": to_hex(colours[0]) if len(colours) == 1 else ""}
    return told


def _points(artist: Artist, points: Array, transform: Transform, done: Drawn) -> Told:
    """Points (k, 2) with their places, thinned, and what else is told of each."""
    points = points.reshape(-1, 2)
    places = transform.transform(points) if len(points) else points
    rows = kept(np.hstack([points, places]))
    return {
        **identity(artist, done, rows, len(points)),
        "x": numbers(points[rows, 0]),
        "y": numbers(points[rows, 1]),
        **_places(artist, transform, places[rows], done),
    }


def _places(artist: Artist, transform: Transform, places: Array, done: Drawn) -> Told:
    """Places in the SVG; nothing where limits and scales say them."""
    axes = artist.axes
    scales = {axes.get_xscale(), axes.get_yscale()} if isinstance(axes, Axes) else set()
    if isinstance(axes, Axes) and transform == axes.transData and scales <= KNOWN:
        return {}
    return {"px": pixels(places[:, 0]), "py": pixels(done.size[1] - places[:, 1])}


def identity(artist: Artist, done: Drawn, rows: Array, count: int) -> Told:
    """Which mark a series is, its label, the number of its path, and columns beside the points.

    Args:
        rows: which of its points are told, of so many. "k" is left out where it is 0, 1, 2 …
    """
    columns = {name: numbers(values[rows]) for name, values in columns_of(artist).items()}
    path = number_of(done.gids[artist])
    steps = rows.tolist() if path is None else columns.pop("k", rows.tolist())
    told: Told = {"id": done.names[artist], "label": label_of(artist), "count": count, "path": path}
    if columns:
        told["columns"] = columns
    return told if steps == [*range(count)] else told | {"k": steps}


def _bars(container: BarContainer, axes: Axes, done: Drawn) -> Told:
    """Bars as points: at the middle of each bar's end."""
    flat = container.orientation == "horizontal"
    ends = np.array([_end(bar, flat) for bar in container.patches]).reshape(-1, 2)
    rows = kept(ends)
    return {
        "id": "", "ids": [done.names[bar] for bar in container.patches], "path": None,
        "kind": "bars", "label": label_of(container), "count": len(ends), "colour": "",
        "x": numbers(ends[rows, 0]), "y": numbers(ends[rows, 1]),
        **_places(container.patches[0], axes.transData, axes.transData.transform(ends[rows]), done),
    }  # fmt: skip


def _end(bar: Rectangle, flat: bool) -> tuple[float, float]:
    x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
    return (x + width, y + height / 2) if flat else (x + width / 2, y + height)


# Legends ------------------------------------------------------------------------------------------
def legends(done: Drawn) -> list[Told]:
    """The entries of all legends: where each stands, and the marks that it names."""
    found: list[Told] = []
    for axes in done.picture.axes:
        if (legend := axes.get_legend()) is not None:
            found += _entries(legend, [axes], done)
    for legend in done.picture.legends:
        found += _entries(legend, done.picture.axes, done)
    return found


def _entries(legend: Legend, panels: list[Axes], done: Drawn) -> Iterator[Told]:
    for text in legend.get_texts():
        marks = sorted({name for axes in panels for name in _named(text.get_text(), axes, done)})
        if marks and legend.get_visible():
            x, y, width, height = box(text.get_window_extent(), done)
            before = (legend.handlelength + legend.handletextpad) * float(text.get_fontsize())
            place = pixels((x - before - 2, y - 2, width + before + 4, height + 4))
            yield {"label": words(text.get_text()), "box": place, "marks": marks}


def _named(label: str, axes: Axes, done: Drawn) -> Iterator[str]:
    """The marks of a label: artists that bear it, and what belongs to the paths among them."""
    children = [one for one in axes.get_children() if one.get_label() == label]
    bearing: list[Artist] = [one for one in children if not _void(one)]
    for container in axes.containers:
        if container.get_label() == label:
            bearing += [one for one in container.get_children() if one in done.names]
    gids = (done.gids[one] or "" for one in bearing)
    paths = tuple(f"{gid}-" for gid in gids if number_of(gid) is not None)
    own = [one for one in axes.get_children() if (done.gids[one] or "").startswith(paths)]
    for artist in [*bearing, *(own if paths else [])]:
        yield done.names[artist]


def _void(artist: Artist) -> bool:
    """Whether an artist stands in a legend alone."""
    return isinstance(artist, Line2D) and not np.size(artist.get_xdata())
