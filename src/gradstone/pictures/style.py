"""What all pictures share: colours, sizes, and how a picture gets into a file.

The colours are Okabe and Ito's, which people with any kind of colour vision tell apart. Figures
are drawn by Agg alone: no window, no global state.
"""

from __future__ import annotations

import io
import warnings
from os import PathLike
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gradstone.errors import FileError
from gradstone.training.files import write_whole

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#6B6B6B"
DOTS_PER_INCH = 150
TITLE, TEXT, SMALL = 13, 11, 9


def figure(width: float, height: float) -> Figure:
    """An empty white figure of a size in inches, 150 dots each, that lays itself out."""
    made = Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
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


def save(picture: Figure, path: str | PathLike[str]) -> None:
    """Write a figure as PNG, whole or not at all.

    Raises:
        FileError: the file cannot be written.
    """
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # names in other scripts
        picture.savefig(content, format="png")
    try:
        write_whole(Path(path), content.getvalue())
    except OSError as error:
        came = f"{error.strerror or error}"
        raise FileError(str(path), came, "a folder that can be written is wanted") from error
