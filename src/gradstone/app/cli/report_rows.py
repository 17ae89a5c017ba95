"""The table of test rows in a run's page: some that came out wrong, and some right ones."""

from __future__ import annotations

import struct
import warnings
import zlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from gradstone.accounts.account import Amount
from gradstone.accounts.html.cells import Page
from gradstone.app.cli.material import Material
from gradstone.app.cli.results import Measured, shares
from gradstone.training.run import Run

Array = np.ndarray[Any, Any]
WRONG, RIGHT = 8, 4
"""So many rows of each kind; of numbers the farthest and the nearest ones."""
FEATURES = 6
"""Of so many features a row shows its values."""


def rows_table(run: Run, material: Material, measured: Measured, page: Page) -> str:
    """The table, as markup."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="predict:")  # rows of the same table
        outputs = run.predict_proba(material.test.inputs)
    return _Rows(material, measured, outputs, page).table()


@dataclass(frozen=True, slots=True)
class _Rows:
    """outputs: the network's on the test rows."""

    material: Material
    measured: Measured
    outputs: Array
    page: Page

    def table(self) -> str:
        body = "".join(f"<tr>{self._row(place)}</tr>\n" for place in self._chosen())
        heads = "".join(f'<th scope="col">{one}</th>' for one in self._heads())
        return (
            f'<div class="scroll"><table><thead><tr>{heads}</tr></thead>\n'
            f"<tbody>{body}</tbody></table></div>"
        )

    def _chosen(self) -> list[int]:
        """The mistakes the network is surest of, then right rows; or far ones, then near ones."""
        predicted, true = self.measured.predicted, self.measured.true
        if not self.material.classes:
            order = np.argsort(-np.abs(predicted - true), kind="stable").tolist()
            near = max(len(order) - RIGHT, WRONG)
            return [*order[:WRONG], *order[near:]]
        sure = shares(self.outputs).max(axis=1)
        wrong, right = np.flatnonzero(predicted != true), np.flatnonzero(predicted == true)
        surest = wrong[np.argsort(-sure[wrong], kind="stable")]
        return [*surest[:WRONG].tolist(), *right[:RIGHT].tolist()]

    def _heads(self) -> Iterator[str]:
        names = ["row", *(["images"] if self.material.height else [])]
        yield from map(self._said, names)
        if self._shows_features():
            yield from (f"<bdi>{escape(name)}</bdi>" for name in self.material.preparation.features)
        last = ["probability", ""] if self.material.classes else ["error"]
        for name in ("true", "predicted", *last):
            yield self._said(name) if name else ""

    def _said(self, key: str) -> str:
        return self.page.said(f"report_{key}")

    def _shows_features(self) -> bool:
        return not self.material.height and len(self.material.preparation.features) <= FEATURES

    def _row(self, place: int) -> str:
        cells = [str(place + 1)]
        inputs = self.material.test.inputs[place]
        if self.material.height:
            data = b64encode(png(1 - inputs.reshape(self.material.height, -1))).decode()
            cells.append(f'<img class="input" alt="" src="data:image/png;base64,{data}">')
        if self._shows_features():
            preparation = self.material.preparation
            units = inputs * np.array(preparation.scale) + np.array(preparation.mean)
            cells += [self._number(value) for value in units.tolist()]
        cells += self._answer(place)
        return "".join(f"<td>{one}</td>" for one in cells)

    def _answer(self, place: int) -> list[str]:
        true, predicted = self.measured.true[place], self.measured.predicted[place]
        if not self.material.classes:
            return [self._number(float(one)) for one in (true, predicted, predicted - true)]
        names = [self.material.classes[int(one)] for one in (true, predicted)]
        told = [f"<bdi>{escape(name)}</bdi>" for name in names]
        share = float(shares(self.outputs)[place].max())
        word = "right" if true == predicted else "wrong"
        return [*told, self._number(share, 4), f'<span class="{word}">{self._said(word)}</span>']

    def _number(self, value: float, digits: int = 6) -> str:
        return self.page.cell(Amount(float(f"{value:.{digits}g}"), digits))


def png(grey: Array) -> bytes:
    """A small picture, (height, width) from 0 (black) to 1 (white)."""
    levels = np.clip(grey * 255 + 0.5, 0, 255).astype(np.uint8)
    height, width = levels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in levels)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
