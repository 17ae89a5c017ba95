"""A figure as the bytes of a file: the same figure gives the same bytes."""

from __future__ import annotations

import io
import warnings
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

REPEATABLE: dict[str, dict[str, Any]] = {
    ".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {}
}  # fmt: skip
"""The endings a figure is drawn for, and what keeps the time of day out of its file."""


def rendered(picture: Figure, ending: str) -> bytes:
    """A figure as .png, .svg or .pdf; letters in SVG and PDF are outlines."""
    made = io.BytesIO()
    with (
        warnings.catch_warnings(),
        rc_context({"svg.fonttype": "path", "svg.hashsalt": "gradstone", "pdf.fonttype": 3}),
    ):
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # names in other scripts
        picture.savefig(made, format=ending[1:], metadata=REPEATABLE[ending])
    return made.getvalue()
