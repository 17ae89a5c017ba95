"""What is in space: the surfaces, lines and points of axes with three directions.

Matplotlib offers no way to ask its surfaces and scattered points where they lie, so that their own
attributes are read here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_hex, to_rgba
from matplotlib.legend import Legend

from gradstone.pictures.page.charts import Array, Told, box, identity, label_of, whole
from gradstone.pictures.page.drawn import Drawn, without
from gradstone.pictures.page.numbers import kept, names, numbers, short, ticks, words

FINE = 10_000
"""A side of the box is so many units of a surface's corners long."""


def spaces(done: Drawn) -> list[Told]:
    """All that a page needs to draw the axes in space by itself; their marks leave the SVG."""
    found = []
    for axes in done.picture.axes:
        if axes.name == "3d" and axes.get_visible():
            found.append(_space(axes, done))
            titles = {getattr(axes, name, None) for name in ("title", "_left_title")}
            stay = {one for one in axes.get_children() if isinstance(one, Legend) or one in titles}
            without(done.svg, {done.names[one] for one in axes.get_children() if one not in stay})
    return found


def _space(axes: Any, done: Drawn) -> Told:
    sides = (axes.xaxis, axes.yaxis, axes.zaxis)
    limits = np.array([axes.get_xlim3d(), axes.get_ylim3d(), axes.get_zlim3d()], dtype=float)
    told = (axes.get_xlabel(), axes.get_ylabel(), axes.get_zlabel())
    visible = [one for one in axes.get_children() if one.get_visible()]
    artists = sorted(visible, key=lambda one: one.get_zorder())
    return {
        "box": box(axes.bbox, done),
        "limits": [numbers(pair) for pair in limits],
        "aspect": [short(float(one), 5) for one in axes.get_box_aspect()],
        "elevation": float(axes.elev),
        "azimuth": float(axes.azim),
        "shown": bool(getattr(axes, "_axis3don", True)),
        "labels": [words(one) for one in told],
        "names": [names(one) for one in sides],
        "ticks": [[[short(place), label] for place, label in ticks(one)] for one in sides],
        "surfaces": [one for artist in artists for one in _surface(artist, limits, done)],
        "nets": [one for artist in artists for one in _net(artist, limits, done)],
        "texts": [one for artist in artists for one in _text(artist)],
        "series": [one for artist in artists for one in _series(artist, done)],
    }


def _placed(points: Array, limits: Array) -> list[int]:
    """Points (k, 3) as whole numbers, the box from −FINE/2 to FINE/2."""
    low, high = limits.T
    share = (points - low) / (high - low) - 0.5
    whole: list[int] = np.round(share * FINE).astype(int).ravel().tolist()
    return whole


def _hex(colours: Array) -> list[str]:
    """Colours (k, 4) as hex digits; one alone where all are equal."""
    found = [to_hex(one, keep_alpha=one[3] < 1)[1:] for one in colours]
    return found[:1] if len(set(found)) == 1 else found


def _palette(colours: list[str]) -> Told:
    """Colours by their places among those that differ."""
    different = {one: place for place, one in enumerate(dict.fromkeys(colours))}
    return {"palette": list(different), "colours": [different[one] for one in colours]}


# Surfaces and nets --------------------------------------------------------------------------------
def _surface(artist: Artist, limits: Array, done: Drawn) -> Iterator[Told]:
    faces = _faces(artist)
    if faces is None:
        return
    fine = [np.isfinite(face).all() for face in faces]
    shown = [face for face, good in zip(faces, fine, strict=True) if good]
    colours = np.asarray(artist._facecolor3d)  # type: ignore[attr-defined]
    if len(colours) == len(faces):
        colours = colours[np.array(fine, dtype=bool)]
    if not shown:
        return
    corners, places = np.unique(np.concatenate(shown), axis=0, return_inverse=True)
    ends = np.cumsum([len(face) for face in shown])[:-1]
    edges = _hex(np.asarray(artist.get_edgecolor()))  # type: ignore[attr-defined]
    yield {
        "id": done.names[artist], "label": label_of(artist), "points": _placed(corners, limits),
        "faces": [part.tolist() for part in np.split(places.ravel(), ends)],
        "edge": edges[0] if len(edges) == 1 and not edges[0].endswith("00") else "",
        "width": float(np.max(artist.get_linewidth(), initial=0.0)),  # type: ignore[attr-defined]
        **_palette(_hex(colours)),
    }  # fmt: skip


def _faces(artist: Artist) -> list[Array] | None:
    """The corners of the faces of a surface, each (k, 3); None where it is none."""
    if hasattr(artist, "_segslices"):  # until Matplotlib 3.9
        vertices = np.asarray(artist._vec)[:3].T  # type: ignore[attr-defined]
        return [vertices[one] for one in artist._segslices]
    found = getattr(artist, "_faces", None)
    if found is None:
        return None
    void = np.broadcast_to(getattr(artist, "_invalid_vertices", False), np.shape(found)[:2])
    return [face[~out] for face, out in zip(np.asarray(found), void, strict=True)]


def _net(artist: Artist, limits: Array, done: Drawn) -> Iterator[Told]:
    """Many lines of one colour, as of a wireframe."""
    segments = getattr(artist, "_segments3d", None)
    if segments is None:
        return
    whole = [np.asarray(one, dtype=float) for one in segments]
    yield {
        "id": done.names[artist], "label": label_of(artist),
        "lines": [_placed(one, limits) for one in whole if len(one) and np.isfinite(one).all()],
        **_palette(_hex(np.asarray(artist.get_edgecolor()))),  # type: ignore[attr-defined]
        "width": float(np.max(artist.get_linewidth())),  # type: ignore[attr-defined]
    }  # fmt: skip


# Lines, points and words --------------------------------------------------------------------------
def _series(artist: Any, done: Drawn) -> Iterator[Told]:
    if hasattr(artist, "get_data_3d"):
        points = np.array([np.ravel(one) for one in artist.get_data_3d()], dtype=float).T
        rows, told = kept(points), _line(artist)
        told |= _markers(artist, rows, len(points))
    elif hasattr(artist, "_offsets3d"):
        points = np.array([whole(one).ravel() for one in artist._offsets3d]).T
        rows, told = kept(points), _scatter(artist, len(points))
        told["colours"] = [told["colours"][row] for row in rows] if "colours" in told else []
    else:
        return
    told |= identity(artist, done, rows, len(points))
    yield told | {name: numbers(points[rows, side]) for side, name in enumerate("xyz")}


def _line(line: Any) -> Told:
    """How a line looks; its dashes are in units, [-1] where nothing is drawn between points."""
    style, width = line.get_linestyle(), float(line.get_linewidth())
    pattern = {"--": [3.7, 1.6], ":": [1.0, 1.65], "-.": [6.4, 1.6, 1.0, 1.6]}.get(style, [])
    dash = [-1.0] if style in ("None", " ", "") else [round(one * width, 2) for one in pattern]
    return {"kind": "line", "colour": to_hex(line.get_color()), "width": width, "dash": dash}


def _markers(line: Any, rows: Array, count: int) -> Told:
    """The marker of a line and which of the points that are told bear it; nothing without one."""
    marker, every = line.get_marker(), line.get_markevery()
    if not isinstance(marker, str) or marker in ("None", " ", ""):
        return {}
    size, edge = float(line.get_markersize()), float(line.get_markeredgewidth())
    face, around = (_seen(one) for one in (line.get_markerfacecolor(), line.get_markeredgecolor()))
    told: Told = {"marker": marker, "size": size, "edge": edge, "face": face, "around": around}
    if every is not None and not isinstance(every, tuple | float):
        bearing = set(np.arange(count)[::every] if isinstance(every, int) else np.array(every))
        told["marked"] = [place for place, row in enumerate(rows) if row in bearing]
    return told


def _seen(colour: Any) -> str:
    """A colour, or nothing where it cannot be seen."""
    return "" if to_rgba(colour)[3] == 0 else to_hex(colour)


def _scatter(collection: Any, count: int) -> Told:
    colours = _hex(np.asarray(getattr(collection, "_facecolor3d", collection.get_facecolor())))
    size = float(np.sqrt(np.max(collection.get_sizes(), initial=1.0)))
    first = f"#{colours[0]}" if colours else "#000000"
    told: Told = {"kind": "points", "colour": first, "face": first, "around": "", "edge": 0.0}
    told |= {"marker": "o", "size": size}
    return told | ({"colours": colours} if len(colours) == count > 1 else {})


def _text(artist: Any) -> Iterator[Told]:
    if hasattr(artist, "get_position_3d") and artist.get_text():
        yield {
            "text": words(artist.get_text()), "at": numbers(artist.get_position_3d()),
            "colour": to_hex(artist.get_color()), "size": float(artist.get_fontsize()),
        }  # fmt: skip
