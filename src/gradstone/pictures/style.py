"""What all pictures share: colours, sizes, fonts, and how a picture gets into a file.

The colours are Okabe and Ito's, which people with any kind of colour vision tell apart. Figures
are drawn without a window and without global state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from gradstone.errors import FileError
from gradstone.language import Language
from gradstone.pictures.rendering import rendered
from gradstone.training.files import write_whole

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#6B6B6B"
PURPLE, SKY, BLACK = "#CC79A7", "#56B4E9", "#000000"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P")
"""The n-th class, path or curve has the n-th colour and the n-th marker, around and around."""
EVEN = "cividis"
"""The colour map of heights and shares: even in lightness, for any kind of colour vision."""
DOTS_PER_INCH = 150
TITLE, TEXT, SMALL = 13, 11, 9
LETTER, HANDLE = 0.078, 0.7  # inches of a letter in a legend, and of a handle with its gaps
FORMATS = (".png", ".svg", ".pdf", ".html")
"""What a picture can be saved as, by the ending of its file."""


class Picture(Figure):
    """A figure whose words are drawn in English and Chinese wherever it is shown or saved."""

    def draw(self, renderer: Any) -> None:
        """Draw all of it."""
        for text in self.findobj(Text):
            text.set_fontfamily(families())
        super().draw(renderer)


@cache
def families() -> list[str]:
    """The font of the Latin and Greek letters, and that of the Chinese ones of the package."""
    own = resources.files("gradstone.pictures") / "fonts" / "GradstoneSansSC.otf"
    with resources.as_file(own) as path:
        fontManager.addfont(path)
        regular = fontManager.ttflist[-1]
        fontManager.ttflist.append(replace(regular, weight="bold"))  # there is no bold cut
        return ["DejaVu Sans", regular.name]


def two_sided() -> Colormap:
    """The colour map of what lies below and above 0: from blue over white to orange."""
    return LinearSegmentedColormap.from_list("two_sided", [BLUE, "#FFFFFF", ORANGE])


def figure(width: float, height: float) -> Figure:
    """An empty white figure of a size in inches, 150 dots each, that lays itself out."""
    made = Picture(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(made)
    made.set_facecolor("white")
    return made


def plain(axes: Axes) -> Axes:
    """The axes with light grid lines, no box, and text that can be read."""
    axes.grid(color="#E4E4E4", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SMALL + 1)
    return axes


def words(text: str, longest: int) -> str:
    """A text from outside for a picture: one line, its middle left out where it is too long.

    >>> words("a very long name, number 12", 15)
    'a very …mber 12'
    """
    line = " ".join(text.split())
    if len(line) > longest:
        tail = longest // 2
        line = f"{line[: longest - tail - 1]}…{line[-tail:]}"
    return line.replace("$", r"\$")  # which would begin a formula


def columns_that_fit(labels: Sequence[str], width: float, most: int = 3) -> int:
    """Into how many columns a legend in letters of size SMALL + 1 fits, at least one.

    Args:
        labels: its entries, perhaps of several lines; columns are filled one after the other.
        width: of the figure, in inches. most: columns at most.

    >>> columns_that_fit(["short"] * 4, 6.0, 4), columns_that_fit(["a long one " * 4] * 4, 6.0, 4)
    (4, 1)
    """
    sizes = [max(map(_inches, one.split("\n"))) for one in labels]
    for columns in range(min(most, len(labels)), 1, -1):
        parts = np.array_split(sizes, columns)
        if sum(HANDLE + part.max() for part in parts) <= width:
            return columns
    return 1


def _inches(line: str) -> float:
    return LETTER * sum(2 if east_asian_width(one) in "WF" else 1 for one in line)


def save(picture: Figure, path: str | PathLike[str], language: Language = "en") -> None:
    """Write a figure as its file's name ends, .png, .svg, .pdf or .html, whole or not at all.

    Letters in SVG and PDF are outlines, so that no font is wanted where they are read. HTML is an
    interactive page that needs nothing beside itself.

    Args:
        language: of a page's own words, beside those in the figure.

    Raises:
        FileError: another ending, or the file cannot be written.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in FORMATS:
        came = f"{ending or 'no ending'} came"
        raise FileError(str(path), came, f"one of {', '.join(FORMATS)} is wanted")
    try:
        write_whole(target, content(picture, ending, language))
    except OSError as error:
        came = f"{error.strerror or error}"
        raise FileError(str(path), came, "a folder that can be written is wanted") from error


def content(picture: Figure, ending: str, language: Language = "en") -> bytes:
    """The bytes of a file with one of the endings in FORMATS; the same ones each time."""
    if ending == ".html":
        from gradstone.pictures.page.document import page

        return page(picture, language)
    return rendered(picture, ending)
