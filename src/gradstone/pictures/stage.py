"""Many frames of one figure, quickly: what stands still is drawn once, images are put in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from gradstone.pictures.hidden_view import LEVEL, UPRIGHT
from gradstone.pictures.regions import STRONGEST, colour
from gradstone.pictures.style import figure

Array = np.ndarray[Any, Any]
DOTS, STEPS, FEWEST = 100, 52, 7
NEARLY_WHITE = 246


class Pasted(NamedTuple):
    """An image in a frame.

    Attributes:
        left, top: of its upper left corner, in pixels. picture: (height, width, 3), 0 to 1, the
            bottom row first.
    """

    left: int
    top: int
    picture: Array


class Number(NamedTuple):
    """Digits in a frame: where they end on the right, their middle's height, in pixels."""

    right: int
    middle: int
    text: str


def paper(width: int, height: int) -> Figure:
    """An empty figure of so many pixels without a layout of its own."""
    made = figure(width / DOTS, height / DOTS)
    made.set_layout_engine("none")
    made.set_dpi(DOTS)
    return made


def place(made: Figure, left: int, top: int, width: int, height: int) -> Axes:
    """Axes at a place in pixels from the left and upper edges."""
    across, up = (DOTS * one for one in made.get_size_inches())
    return made.add_axes((left / across, 1 - (top + height) / up, width / across, height / up))


def at(made: Figure, left: float, top: float) -> tuple[float, float]:
    """A place in pixels from the left and upper edges as the figure counts."""
    across, up = (DOTS * one for one in made.get_size_inches())
    return left / across, 1 - top / up


def canvas_of(made: Figure) -> Any:
    """A new canvas for a figure, in the memory."""
    return FigureCanvasAgg(made)


class Stage:
    """A figure of which some artists change from frame to frame."""

    def __init__(self, made: Figure, moving: Iterable[Artist]) -> None:
        for one in moving:
            one.set_animated(True)
        self.made = made
        self.canvas = canvas_of(made)
        self.canvas.draw()
        self.still = np.array(self.seen())

    def seen(self) -> Array:
        """The pixels of the canvas, to be read and written: uint8 (height, width, 4)."""
        return np.asarray(self.canvas.buffer_rgba())

    def frame(
        self, pasted: Iterable[Pasted], moving: Iterable[Artist], numbers: Sequence[Number] = ()
    ) -> Array:
        """A picture: what stands still, images, artists, digits; uint8 (height, width, 3)."""
        seen = self.seen()
        seen[...] = self.still
        for left, top, picture in pasted:
            height, width = picture.shape[:2]
            place_ = seen[top : top + height, left : left + width, :3]
            place_[...] = (255 * picture[::-1] + 0.5).astype(np.uint8)
        for one in moving:
            self.made.draw_artist(one)
        image = Image.fromarray(np.array(seen[..., :3]))
        pen = ImageDraw.Draw(image)
        for right, middle, text in numbers:
            pen.text((right, middle), text, (0, 0, 0), digits(), anchor="rm")
        return np.asarray(image)


@cache
def digits() -> Any:
    """The font of digits in frames."""
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), 10)


def overlay(axes: Axes, artists: Sequence[Artist]) -> tuple[Array, Array]:
    """Artists as what they add to a picture below them and what they let through of it.

    Returns:
        (height, width, 3) each, 0 to 1, of the pixels of the axes, the bottom row first:
        result = added + through · below.
    """
    made = axes.figure
    assert isinstance(made, Figure)
    canvas = canvas_of(made)
    canvas.get_renderer()
    left, bottom, right, top = (round(one) for one in axes.bbox.extents)
    found = []
    for ground in (0, 255):
        seen = np.asarray(canvas.buffer_rgba())
        seen[..., :3], seen[..., 3] = ground, 255
        for one in artists:
            made.draw_artist(one)
        upright = seen[::-1][bottom:top, left:right, :3]
        found.append(upright.astype(np.float32) / 255)
    return found[0], found[1] - found[0]


def enlarged(picture: Array, size: int) -> Array:
    """A picture (n, n, 3) or a layer (n, n) at another size, straight between its pixels."""
    if picture.ndim == 3:
        layers = [enlarged(picture[..., k], size) for k in range(picture.shape[2])]
        return np.stack(layers, axis=-1)
    image = Image.fromarray(picture.astype(np.float32))
    return np.asarray(image.resize((size, size), Image.Resampling.BILINEAR))


def tones(classes: int) -> Array:
    """The colours of frames: shades of each class, those of lines and letters; uint8 (n, 3).

    Few steps from white to the strongest shade make bands, which take little room in a file.
    """
    steps = max(STEPS // classes, FEWEST)
    found = [np.linspace(0.0, 1.0, 14)[:, None] * np.ones(3)]
    for number in range(classes):
        own = np.array(to_rgb(colour(number)))
        shares = np.append(np.linspace(0.0, STRONGEST, steps)[1:], [0.8, 1.0])[:, None]
        found.append(1.0 - shares * (1.0 - own))
    found += [
        1.0 - np.array([[0.35], [0.7], [1.0]]) * (1.0 - np.array(to_rgb(line)))
        for line in (UPRIGHT, LEVEL)
    ]
    made: Array = np.unique((255 * np.concatenate(found) + 0.5).astype(np.uint8), axis=0)
    least = made.min(axis=1)
    kept: Array = made[(least == 255) | (least < NEARLY_WHITE)]  # so that the paper stays white
    return kept
