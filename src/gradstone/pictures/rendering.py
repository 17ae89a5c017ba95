"""A figure as the bytes of a file: the same figure gives the same bytes."""

from __future__ import annotations

import io
import warnings
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

REPEATABLE: dict[str, dict[str, Any]] = {
    ".svg": {"Date": None}, ".pdf": {"CreationDate": None}
}  # fmt: skip
"""What keeps the time of day out of a file."""


def rendered(picture: Figure, ending: str) -> bytes:
    """A figure as .png, .svg or .pdf; letters in SVG and PDF are outlines."""
    made = io.BytesIO()
    with (
        warnings.catch_warnings(),
        rc_context({"svg.fonttype": "path", "svg.hashsalt": "gradstone", "pdf.fonttype": 3}),
    ):
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # names in other scripts
        if ending == ".png":  # which savefig would draw twice
            canvas: Any = FigureCanvasAgg(picture)
            canvas.draw()
            imsave(made, canvas.buffer_rgba(), format="png", origin="upper", dpi=picture.dpi)
        else:
            picture.savefig(made, format=ending[1:], metadata=REPEATABLE[ending])
    return made.getvalue()
