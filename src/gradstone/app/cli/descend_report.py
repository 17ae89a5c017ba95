"""What `gradstone descend` prints: the log of the updates, the result, a table of several."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from math import isnan
from unicodedata import east_asian_width

import numpy as np

from gradstone.descent.descent import Descent, Descents
from gradstone.descent.form import Array
from gradstone.descent.limits import norm_of
from gradstone.descent.surface import gradients_at
from gradstone.descent.words import figure, point, said
from gradstone.language import Language

FIRST, LAST, DIGITS = 10, 5, 9
"""Of a longer log so many updates are printed at the beginning and at the end."""
HEADS = {
    "en": ("k", "f", "gradient", "step", "forecast", "change"),
    "zh": ("k", "f", "梯度", "更新量", "预测变化", "实际变化"),
}
WORDS = {
    "en": ("descent", "status", "updates", "f", "end", "left out: {n} updates"),
    "zh": ("下降", "状态", "更新次数", "f", "终点", "省略 {n} 次更新"),
}
WRONG = {
    "en": (
        "The gradient given is not that of f: at {x} it is {given}, right is {right}. "
        "`gradstone check` names likely mistakes."
    ),
    "zh": (
        "所给的梯度不是 f 的梯度：在 {x} 处给出 {given}，正确的是 {right}。"
        "用 `gradstone check` 可以找出可能的错误。"
    ),
}
TOLERANCE, LOOKED_AT = 1e-4, 50
"""Relative error of a gradient that counts as wrong, and at how many points it is looked at."""
Cells = list[list[str]]


def log_lines(descent: Descent, language: Language) -> Iterator[str]:
    """The log: k, x, f, gradient, step, first-order forecast, real change of each update.

    Of several variables the gradient and the step are told by their 2-norms.
    """
    head, count = _head(descent, language), len(descent.path)
    if count <= FIRST + LAST + 1:
        yield from aligned([head, *log_cells(descent, range(count))])
        return
    cells = log_cells(descent, [*range(FIRST), *range(count - LAST, count)])
    gap = int(cells[FIRST][0]) - int(cells[FIRST - 1][0]) - 1
    lines = list(aligned([head, *cells]))
    left_out = WORDS[language][-1].format(n=gap)
    yield from lines[: FIRST + 1]
    yield f"  … {left_out}"
    yield from lines[FIRST + 1 :]


def _head(descent: Descent, language: Language) -> list[str]:
    k, f, slope, step, forecast, change = HEADS[language]
    names = list(descent.names[:4]) + (["…"] if len(descent.names) > 4 else [])
    if descent.form.size > 1:
        slope, step = f"|{slope}|", f"|{step}|"
    return [k, *names, f, slope, step, forecast, change]


def log_cells(descent: Descent, places: Sequence[int]) -> Cells:
    """A row of texts for some points of the path that is kept; the last one has no update."""
    count = len(descent.path)
    points, slopes = (one.reshape(count, -1) for one in (descent.path, descent.gradients))
    steps = descent.steps.reshape(count - 1, descent.form.size)
    several = points.shape[1] > 1
    size = _norms(slopes) if several else slopes[:, 0]
    length = _norms(steps) if several else steps[:, 0] if count > 1 else steps
    forecast, changes = descent.forecast, descent.changes
    rows = []
    for place in places:
        x = [_cell(one) for one in points[place, :4]] + (["…"] if points.shape[1] > 4 else [])
        row = [str(descent.kept[place]), *x, _cell(descent.values[place]), _cell(size[place], 5)]
        if place < count - 1:
            more = (length[place], forecast[place], changes[place])
            row += [_cell(float(one), 5) for one in more]
        rows.append(row + [""] * (len(x) + 6 - len(row)))
    return rows


def _norms(rows: Array) -> Array:
    return np.array([norm_of(one) for one in rows])


def _cell(value: float, digits: int = DIGITS) -> str:
    return "" if isnan(value) and digits == 5 else figure(float(value), digits)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns to the right, two blanks between; Chinese signs take two columns."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [" " * (width - _width(one)) + one for one, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def result_lines(descent: Descent, language: Language) -> Iterator[str]:
    """Status and end of a descent."""
    status = said(descent.status, language)
    done = said("update", language)
    if descent.iterations != 1:
        done = said("updates", language, n=descent.iterations)
    where = point(descent.names, list(descent.path[-1].ravel()), 12)
    height = figure(descent.value, 12)
    yield said("result", language, status=status, done=done, x=where, f=height)


def several_lines(descents: Descents, labels: Sequence[str], language: Language) -> Iterator[str]:
    """A table of descents, and which end is the lowest."""
    what, status, updates, f, end, _ = WORDS[language]
    rows = [[what, status, updates, f, end]]
    for one, label in zip(descents.all, labels, strict=True):
        where = point(one.names, list(one.path[-1].ravel()), 8)
        value = figure(one.value, 10)
        rows.append([label, said(one.status, language), str(one.iterations), value, where])
    yield from aligned(rows)
    yield ""
    yield descents.told(language)


def gradient_lines(descents: Sequence[Descent], language: Language) -> Iterator[str]:
    """Where a gradient of one's own differs from that of f first, if it does on a path."""
    for one in descents:
        count = len(one.path)
        places = np.unique(np.linspace(0, count - 1, LOOKED_AT).astype(int))
        points, given = (each.reshape(count, -1)[places] for each in (one.path, one.gradients))
        right = gradients_at(one, points)
        largest = np.nanmax(np.linalg.norm(right, axis=1), initial=0.0)
        sizes = np.maximum(np.linalg.norm(right, axis=1), TOLERANCE * largest)
        wrong = np.flatnonzero(np.linalg.norm(given - right, axis=1) > TOLERANCE * sizes)
        if len(wrong):
            place = int(wrong[0])
            yield WRONG[language].format(
                x=point(one.names, list(points[place])), given=_vector(given[place]),
                right=_vector(right[place]),
            )  # fmt: skip
            return


def _vector(entries: Sequence[float]) -> str:
    told = ", ".join(figure(float(one), 10) for one in entries)
    return f"({told})" if len(entries) > 1 else told


def csv_text(descents: Sequence[Descent], labels: Sequence[str]) -> str:
    """All points that are kept, with all digits, as a CSV table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = descents[0].names
    slopes, steps = [f"gradient {n}" for n in names], [f"step {n}" for n in names]
    head = ["descent", "k", *names, "f", *slopes, *steps, "forecast", "change"]
    writer.writerow(head)
    for one, label in zip(descents, labels, strict=True):
        count = len(one.path)
        points, gradients = (each.reshape(count, -1) for each in (one.path, one.gradients))
        numbers = np.full((count, len(names) + 2), np.nan)
        numbers[:-1, :-2] = one.steps.reshape(count - 1, len(names))
        numbers[:-1, -2], numbers[:-1, -1] = one.forecast, one.changes
        table = np.column_stack([points, one.values, gradients, numbers])
        for number, row in zip(one.kept.tolist(), table.tolist(), strict=True):
            writer.writerow([label, number, *("" if isnan(v) else repr(v) for v in row)])
    return text.getvalue()
