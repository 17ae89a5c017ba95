"""A sweep as a table of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rich.cells import cell_len

from gradstone.language import Language
from gradstone.pictures.words import said
from gradstone.studies.sweep import Point, Sweep


def lines(sweep: Sweep, language: Language = "en") -> Iterator[str]:
    """A head of two lines, a line for each value, and which is best."""
    measure = said(f"metric_{sweep.measure}", language)
    rows = [_row(one, sweep, language) for one in sweep.points]
    shown = None if any(one.diverged for one in sweep.points) else -1
    yield from aligned([one[:shown] for one in (_head(measure, language), *rows)])
    yield said("sweep_medians", language, seeds=sweep.seeds)
    best = sweep.best
    yield said(
        "sweep_best", language, measure=measure, value=best.value,
        choice=said(f"choice_{sweep.choice}", language),
        figure=_measured(float(np.median(best.held_out)), sweep.measure),
    )  # fmt: skip
    if sweep.choice == "loss":
        yield said("sweep_losses_differ", language, measure=measure)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines with columns as wide as their widest cell, to the right but for the first.

    Chinese letters are two columns wide.
    """
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [first + " " * (widths[0] - cell_len(first))]
        cells += [
            " " * (width - cell_len(one)) + one
            for one, width in zip(others, widths[1:], strict=True)
        ]  # fmt: skip
        yield "  ".join(cells).rstrip()


def _head(measure: str, language: Language) -> list[str]:
    keys = ("value", "loss", "loss_worst", "fitted", "held_out", "held_out_worst", "steps",
            "seconds", "diverged")  # fmt: skip
    return [said(f"sweep_head_{key}", language, measure=measure) for key in keys]


def _row(point: Point, sweep: Sweep, language: Language) -> list[str]:
    return [
        point.value, _loss(float(np.median(point.training))), _loss(float(point.training.max())),
        _measured(float(np.median(point.fitted)), sweep.measure),
        _measured(float(np.median(point.held_out)), sweep.measure),
        _measured(float(point.held_out.min()), sweep.measure),
        f"{np.median(point.steps):.0f}", f"{np.median(point.seconds):.2f}",
        f"{point.diverged}/{sweep.seeds}" if point.diverged else "",
    ]  # fmt: skip


def _loss(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else "∞"


def _measured(value: float, measure: str) -> str:
    return f"{100 * value:.1f} %" if measure == "accuracy" else f"{value:.4g}"
