"""The film of training: by width the regions, the hidden layer and the error, update by update."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from gradstone.language import Language
from gradstone.pictures.capacity import highest_loss
from gradstone.pictures.film import Film
from gradstone.pictures.hidden_view import AZIMUTH, SHADES, HiddenView, limits_of, shaded
from gradstone.pictures.regions import both, colour, grid, marker, shades
from gradstone.pictures.stage import (
    Number,
    Pasted,
    Stage,
    at,
    enlarged,
    overlay,
    paper,
    place,
    tones,
)
from gradstone.pictures.style import BLUE, SMALL, TEXT
from gradstone.pictures.style import words as fitted
from gradstone.pictures.warp import input_grid, neurons, percent
from gradstone.pictures.words import said
from gradstone.studies.capacity import Capacity, Width, marks
from gradstone.studies.warp import edgewise, hidden, probabilities, warp_of

Array = np.ndarray[Any, Any]
ABREAST, PANEL, GAP, LEFT = 6, 162, 14, 16
HEAD, TITLE, NOTE, ROOM, CURVE, FOOT = 54, 24, 24, 12, 78, 28
HEIGHT = TITLE + PANEL + NOTE + PANEL + ROOM + CURVE + FOOT
INSIDE = PANEL - 2
RESOLUTION, LINES, POINT, MOST_POINTS = 64, 11, 7.0, 400
BEAT, LAST = 120, 2400
TURNS = 100.0
"""Degrees by which three neurons turn while training goes on."""


class TrainingPanel:
    """One width in the film of training: regions, the hidden layer, the error curve."""

    def __init__(
        self, made: Figure, corner: tuple[int, int], capacity: Capacity, width: Width,
        language: Language, highest: float,
    ) -> None:  # fmt: skip
        self.study, self.activation = capacity.study, capacity.activation
        self.outcome, self.made = width.shown, made
        self.left, self.top = corner[0], corner[1] + TITLE
        self.look = self._look()
        kept = self.outcome.snapshots
        inputs = self.study.scaled(self.study.training.inputs)
        classes = self.study.training.targets
        self.warps = {
            step: warp_of(one, self.activation, inputs, classes, self.look)
            for step, one in kept.items()
        }
        self._draw_still(width, language, highest)
        self._draw_regions()
        axes = place(self.made, self.left, self.top + PANEL + NOTE, PANEL, PANEL)
        axes.set(xticks=[], yticks=[])
        self.view = HiddenView(axes, self.study, input_grid(self.study, LINES), POINT)
        self.view.shading = False
        self.limits = limits_of(*(one.at(self.view.lines, 3.0) for one in self.warps.values()))

    def _look(self) -> Array | None:
        """Of more than three neurons, directions in which the last cut is seen edgewise."""
        held = self.outcome.parameters
        if len(held["b1"]) <= 3:
            return None
        inputs = self.study.scaled(self.study.training.inputs)
        return edgewise(hidden(held, self.activation, inputs), held["W2"])

    def _draw_still(self, width: Width, language: Language, highest: float) -> None:
        middle, below = self.left + PANEL / 2, self.top + PANEL + NOTE / 2
        for text, across, down, side in (
            (neurons(width.hidden, language), middle, self.top - 9, "center"),
            (said("accuracy", language), self.left, below, "left"),
            (said("loss", language), self.left + 0.62 * PANEL, below, "left"),
        ):
            size = SMALL - 1 if side == "center" else SMALL - 2
            self.made.text(*at(self.made, across, down), text, ha=side, va="center", fontsize=size)
        top = self.top + 2 * PANEL + NOTE + ROOM
        axes = place(self.made, self.left, top, PANEL, CURVE)
        axes.set_xscale("log")
        axes.set(xlim=(1, max(2, self.outcome.trial.epochs)), ylim=(0, highest), yticks=[])
        axes.tick_params(labelsize=SMALL - 3, length=2, pad=1)
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
        seed = said("seed", language, seed=self.outcome.trial.seed)
        if self.outcome.diverged:
            seed = f"{seed}  {said('diverged', language)}"
        axes.text(
            1.0, 0.98, seed, transform=axes.transAxes, ha="right", va="top", fontsize=SMALL - 2
        )
        (self.line,) = axes.plot([], [], color=BLUE, linewidth=1.5)

    def _draw_regions(self) -> None:
        rows = self.study.training
        axes = place(self.made, self.left, self.top, PANEL, PANEL)
        axes.set(xticks=[], yticks=[])
        extent, places = grid(rows.inputs, RESOLUTION)
        self.places = self.study.scaled(places).astype(np.float32)
        axes.set(xlim=extent[:2], ylim=extent[2:])
        few = np.linspace(0, len(rows) - 1, min(len(rows), MOST_POINTS)).astype(int)
        inputs, classes = rows.inputs[few], rows.targets[few]
        points = [
            axes.scatter(
                inputs[classes == number, 0], inputs[classes == number, 1], POINT,
                color=colour(number), marker=marker(number), edgecolors="white", linewidths=0.3,
            )
            for number in np.unique(classes).tolist()
        ]  # fmt: skip
        added, through = overlay(axes, points)
        self.added, self.through = (one[1:-1, 1:-1] for one in (added, through))
        for one in points:
            one.remove()

    def moving(self) -> list[Artist]:
        """What is drawn anew for each frame, from the back to the front."""
        return [*self.view.artists(), self.line]

    def show(self, step: int, share: float) -> tuple[list[Pasted], list[Number]]:
        """Move to the network after so many updates, when `share` of the film is over."""
        step = max(one for one in self.warps if one <= step)  # a diverged one stands still
        warp, parameters = self.warps[step], self.outcome.snapshots[step]
        self.view.show(warp, 3.0, AZIMUTH + TURNS * share, self.limits)
        losses = self.outcome.history["loss"][: max(step, 1)]
        self.line.set_data(np.arange(1, len(losses) + 1), losses)
        says = probabilities(parameters, self.activation, self.places)
        pasted = [Pasted(self.left + 1, self.top + 1, self.added + self.through * regions(says))]
        if warp.seen < 3:
            below = self.top + PANEL + NOTE + 1
            ground = enlarged(shaded(warp, self.limits, 1.0, SHADES), INSIDE)
            pasted.append(Pasted(self.left + 1, below, ground))
        return pasted, self._numbers(step)

    def _numbers(self, step: int) -> list[Number]:
        """Loss and accuracy after so many updates: the history has those before each."""
        history, last = self.outcome.history, self.outcome.training
        before = step < len(history["loss"])
        loss, accuracy = (
            float(history[name][step]) if before else last[name] for name in ("loss", "accuracy")
        )
        below = self.top + PANEL + NOTE // 2
        return [
            Number(self.left + round(0.59 * PANEL), below, percent(accuracy)),
            Number(self.left + PANEL, below, f"{loss:.3f}" if np.isfinite(loss) else "∞"),
        ]


def regions(probabilities_: Array) -> Array:
    """Colours of the classes over the plane, a black line between them: (INSIDE, INSIDE, 3).

    Args:
        probabilities_: of the places of `grid`, (RESOLUTION², 1) or (RESOLUTION², classes).
    """
    square = (RESOLUTION, RESOLUTION)
    made = enlarged(shades(probabilities_).reshape(*square, 3), INSIDE)
    layers = [enlarged(one.reshape(square), INSIDE) for one in both(probabilities_).T]
    winner = np.stack(layers).argmax(axis=0)
    edge = np.zeros(winner.shape, dtype=bool)
    edge[1:] |= winner[1:] != winner[:-1]
    edge[:, 1:] |= winner[:, 1:] != winner[:, :-1]
    made[edge] = 0.0
    return made


def training_film(capacity: Capacity, language: Language = "en") -> Film:
    """Frames at log-spaced updates: each width's regions, hidden layer, loss so far, accuracy.

    The network of each width is the one of the seed with the median training accuracy.
    """
    widths, steps = capacity.widths, marks(capacity.steps)
    columns, bands = min(len(widths), ABREAST), -(-len(widths) // ABREAST)
    wide = max(2 * LEFT + columns * (PANEL + GAP) - GAP, 560)
    made = paper(wide, HEAD + bands * HEIGHT)
    highest = highest_loss(widths)
    panels = []
    for number, width in enumerate(widths):
        band, column = divmod(number, ABREAST)
        corner = LEFT + column * (PANEL + GAP), HEAD + band * HEIGHT
        panels.append(TrainingPanel(made, corner, capacity, width, language, highest))
    name = fitted(capacity.study.training.name, 30)
    head = made.text(*at(made, LEFT, 18), "", fontsize=TEXT, va="center")
    made.text(*at(made, LEFT, 42), said("film_rows", language), fontsize=SMALL - 1, va="center")
    stage = Stage(made, [head, *(one for panel in panels for one in panel.moving())])
    frames, labels = [], []
    for number, step in enumerate(steps):
        shown = [panel.show(step, number / len(steps)) for panel in panels]
        labels.append(said("film_update", language, step=step))
        head.set_text(f"{said('film', language, name=name)}  ·  {labels[-1]}")
        frames.append(
            stage.frame(
                [one for pasted, _ in shown for one in pasted],
                [head, *(one for panel in panels for one in panel.moving())],
                [one for _, numbers in shown for one in numbers],
            )
        )
    times = [BEAT] * (len(frames) - 1) + [LAST]
    return Film(frames, labels, times, tones(len(capacity.study.training.classes)))
