"""The picture of descents: a curve with paths and tangents, a contour, or values over updates."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from gradstone.descent.descent import Descent
from gradstone.language import Language
from gradstone.pictures.contour import draw_contour
from gradstone.pictures.curve import draw_curve
from gradstone.pictures.marking import legend
from gradstone.pictures.paths import names_of, path_of
from gradstone.pictures.progress import progress_picture
from gradstone.pictures.style import TITLE, figure, plain
from gradstone.pictures.style import words as fitted


def path_picture(
    descents: Sequence[Descent],
    labels: Sequence[str] = (),
    title: str = "",
    language: Language = "en",
) -> Figure:
    """Paths of one or more descents on one function.

    One variable: the curve, the paths on it, and tangents at their first points. Two: a contour of
    f with the paths and −∇f as arrows of one length; equal colours stand for equal shares of the
    area. More: f and the gradient's 2-norm over the updates. Start, end and the stationary point
    that Newton's method finds are marked; of several descents the lowest end is.

    Args:
        descents: on the same function. labels: of each, for the legend.
        title: stands above the picture. language: of all words.
    """
    names = names_of(descents, labels or [""] * len(descents), language)
    size = descents[0].form.size
    if size > 2:
        return progress_picture(descents, names, title, language)
    made = figure(7.2, 5.8)
    axes = plain(made.subplots())
    axes.set_title(fitted(title, 70), fontsize=TITLE, pad=10)
    draw = draw_curve if size == 1 else draw_contour
    draw(axes, [path_of(one) for one in descents], names, language)
    legend(made, axes)
    made.draw_without_rendering()  # axes of equal aspect settle at the second layout only
    return made
