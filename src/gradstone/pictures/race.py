"""A race of optimizers, or of starts: paths on one surface, and f over the updates beside it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from gradstone.descent.descent import Descent
from gradstone.descent.words import figure as number
from gradstone.language import Language
from gradstone.pictures.contour import draw_contour
from gradstone.pictures.curve import draw_curve
from gradstone.pictures.marking import legend
from gradstone.pictures.paths import names_of, path_of
from gradstone.pictures.progress import draw_norms, draw_values
from gradstone.pictures.style import TITLE, figure, plain
from gradstone.pictures.style import words as fitted


def race_picture(
    descents: Sequence[Descent],
    labels: Sequence[str] = (),
    title: str = "",
    language: Language = "en",
) -> Figure:
    """Descents on one function against each other.

    Left their paths, on the curve or on the contour (of more variables the gradient's 2-norm over
    the updates), right f over the updates. One that runs away leaves the picture.

    Args:
        descents: on the same function. labels: of each; without them optimizer and rate.
        title: stands above the picture. language: of all words.
    """
    rules = [f"{d.optimizer.name} {number(d.optimizer.learning_rate.rate)}" for d in descents]
    names = names_of(descents, labels or rules, language)
    paths = [path_of(one) for one in descents]
    made = figure(12.4, 5.6)
    made.get_layout_engine().set(wspace=0.06)  # type: ignore[union-attr, call-arg]
    left, right = made.subplots(1, 2)
    made.suptitle(fitted(title, 100), fontsize=TITLE)
    draw = {1: draw_curve, 2: draw_contour}.get(descents[0].form.size, draw_norms)
    draw(plain(left), paths, names, language)
    draw_values(right, paths, names, language)
    legend(made, left)
    return made
