"""The film of the warped plane: turned, stretched, moved, bent, and seen from the cut's side."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from gradstone.language import Language
from gradstone.pictures.film import Film
from gradstone.pictures.hidden_view import (
    AZIMUTH,
    SHADES,
    HiddenView,
    Limits,
    grown,
    limits_of,
    shaded,
)
from gradstone.pictures.stage import Pasted, Stage, at, enlarged, paper, place, tones
from gradstone.pictures.style import SMALL, TEXT
from gradstone.pictures.style import words as fitted
from gradstone.pictures.warp import input_grid, neurons, percent, shown_warps, tells
from gradstone.pictures.words import said
from gradstone.studies.capacity import Capacity, Study, Width
from gradstone.studies.warp import Warp, warp_of

Array = np.ndarray[Any, Any]
ABREAST, PANEL, GAP, LEFT, HEAD, TITLE, FOOT = 3, 226, 16, 16, 44, 26, 30
INSIDE, LINES, POINT = PANEL - 2, 13, 11.0
STEPS = (12, 8, 14, 26)
"""Frames on the way to the weights, the bias, the activation and all around."""
BEAT, REST, LAST = 100, 1300, 2400
FULL_TURN = 360.0
STOPS = ("input", "weights", "bias", "activation", "turning")


class WarpPanel:
    """One width in the film of the warped plane."""

    def __init__(
        self, made: Figure, corner: tuple[int, int], study: Study, width: Width, activation: str,
        language: Language,
    ) -> None:  # fmt: skip
        self.study, self.activation, self.language = study, activation, language
        self.left, self.top = corner[0], corner[1] + TITLE
        self.warp, self.edge = shown_warps(study, width, activation)
        self.accuracy = width.shown.training["accuracy"]
        middle = self.left + PANEL / 2
        name = neurons(width.hidden, language)
        made.text(*at(made, middle, self.top - 11), name, ha="center", va="center", fontsize=SMALL)
        self.note = made.text(
            *at(made, middle, self.top + PANEL + 13), "", ha="center", va="center",
            fontsize=SMALL - 1,
        )  # fmt: skip
        axes = place(made, self.left, self.top, PANEL, PANEL)
        axes.set(xticks=[], yticks=[])
        self.view = HiddenView(axes, study, input_grid(study, LINES), POINT)
        self.view.shading = False
        self.stops = self._stops()

    def _stops(self) -> list[Limits]:
        """What is seen at the moments 0 to 4; the weights' and the bias's are the same."""
        lines = self.view.lines
        start, turned, moved, bent = (self.warp.at(lines, one) for one in (0, 1, 2, 3))
        same = limits_of(turned, moved)
        last = limits_of(self._looked(4.0).at(lines, 3))
        return [limits_of(start), same, same, limits_of(bent), last]

    def _looked(self, moment: float) -> Warp:
        """Many neurons as they are seen after the activation, ever more from the cut's side."""
        if moment <= 3 or self.edge is None or self.warp.seen == 3:
            return self.warp
        first, last = self.warp.directions, self.edge.directions
        last = last * np.where((first * last).sum(axis=0) < 0, -1.0, 1.0)
        share = _eased(moment - 3)
        between, _ = np.linalg.qr((1 - share) * first + share * last)
        between = between * np.sign((between * ((1 - share) * first + share * last)).sum(axis=0))
        rows = self.study.training
        return warp_of(
            self.warp.parameters, self.activation, self.study.scaled(rows.inputs), rows.targets,
            between,
        )  # fmt: skip

    def moving(self) -> list[Artist]:
        """What is drawn anew for each frame, from the back to the front."""
        return [*self.view.artists(), self.note]

    def show(self, moment: float) -> list[Pasted]:
        """Move to a moment, 0 to 4."""
        warp, bent = self._looked(moment), min(moment, 3.0)
        before = min(int(moment), 3)
        (low, high), (later_low, later_high) = self.stops[before], self.stops[before + 1]
        share = moment - before
        between = low + share * (later_low - low), high + share * (later_high - high)
        limits = grown(between, warp.at(self.view.lines, bent))
        turn = FULL_TURN * max(0.0, moment - 3) if warp.seen == 3 else 0.0
        self.view.cutting = tells(warp, self.accuracy)
        self.view.show(warp, bent, AZIMUTH + turn, limits)
        self.note.set_text(self._told(warp, moment))
        strength = max(0.0, bent - 2.0)
        if warp.seen == 3 or not strength or not self.view.cutting:
            return []
        ground = enlarged(shaded(warp, limits, strength, SHADES), INSIDE)
        return [Pasted(self.left + 1, self.top + 1, ground)]

    def _told(self, warp: Warp, moment: float) -> str:
        parts = []
        if warp.size > warp.seen and 0 < moment <= 3:
            place_ = min(max(int(np.ceil(moment)) - 1, 0), 2)
            share = f"{100 * warp.shares[place_]:.0f} %"
            parts.append(said("two_directions", self.language, count=warp.size, share=share))
        elif moment >= 3 and tells(warp, self.accuracy):
            parts.append(said("separates", self.language, share=percent(warp.separated)))
        return "   ".join(parts)


def _eased(share: float) -> float:
    """From 0 to 1, slow at both ends."""
    return float((1 - np.cos(np.pi * share)) / 2)


def moments() -> list[tuple[float, bool]]:
    """The moments of the frames, 0 to 4, and whether each is rested at."""
    found = [(0.0, True)]
    for before, count in enumerate(STEPS):
        for step in range(1, count + 1):
            share = step / count if before == 3 else _eased(step / count)
            found.append((before + share, step == count))
    return found


def warp_film(capacity: Capacity, language: Language = "en") -> Film:
    """Each width's plane with its grid: input, weights, bias, activation, then from all sides.

    At the end three neurons turn once about; of more the view turns from the two directions of
    largest variance to those in which the cut is seen edgewise.
    """
    study, widths = capacity.study, capacity.widths
    columns, bands = min(len(widths), ABREAST), -(-len(widths) // ABREAST)
    height = TITLE + PANEL + FOOT
    wide = max(2 * LEFT + columns * (PANEL + GAP) - GAP, 480)
    made = paper(wide, HEAD + bands * height)
    panels = []
    for number, width in enumerate(widths):
        band, column = divmod(number, ABREAST)
        corner = LEFT + column * (PANEL + GAP), HEAD + band * height
        panels.append(WarpPanel(made, corner, study, width, capacity.activation, language))
    name = fitted(study.training.name, 30)
    head = made.text(*at(made, LEFT, HEAD / 2), "", fontsize=TEXT, va="center")
    stage = Stage(made, [head, *(one for panel in panels for one in panel.moving())])
    frames, labels, times = [], [], []
    for moment, rest in moments():
        pasted = [one for panel in panels for one in panel.show(moment)]
        stop = STOPS[int(np.ceil(moment))]
        labels.append(said(f"stage_{stop}", language, name=capacity.activation))
        head.set_text(f"{name}  ·  {labels[-1]}")
        moving = [head, *(one for panel in panels for one in panel.moving())]
        frames.append(stage.frame(pasted, moving))
        times.append(REST if rest else BEAT)
    return Film(frames, labels, [*times[:-1], LAST], tones(len(study.training.classes)))
