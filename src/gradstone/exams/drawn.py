"""The numbers of a variant: short decimals drawn by the seed, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from gradstone.exams.paper import LABELLED, Numbers, Paper

Array = np.ndarray[Any, Any]
WEIGHTS = tuple(sign * k / 20 for k in range(2, 19) for sign in (1, -1))
BIASES = tuple(sign * k / 20 for k in range(1, 11) for sign in (1, -1))
INPUTS = tuple(sign * k / 10 for k in range(1, 16) for sign in (1, -1))
SHARES = tuple(k / 20 for k in range(1, 20))
ANY = tuple(sign * k / 10 for k in range(1, 16) for sign in (1, -1))
YES_OR_NO = (0.0, 1.0)


def drawn(paper: Paper) -> Numbers:
    """The numbers of a paper: those given, or those of its seed, variant and attempt."""
    if paper.numbers is not None:
        return paper.numbers
    network, rows = paper.network, paper.samples
    x = _array(paper, "x", (rows, network.inputs or 0), INPUTS)
    values = {
        name: _array(paper, name, one.shape, WEIGHTS if name[0] == "W" else BIASES)
        for name, one in network.parameters().items()
    }
    return Numbers(x, _targets(paper), values)


def _targets(paper: Paper) -> Array:
    rows, width = paper.samples, paper.network.width or 0
    if paper.loss == LABELLED:
        return _array(paper, "t", (rows,), tuple(map(float, range(width)))).astype(np.int64)
    table: Sequence[float] = ANY
    if paper.loss == "binary_cross_entropy":
        table = YES_OR_NO
    elif paper.network.output in ("sigmoid", "softmax"):
        table = SHARES
    return _array(paper, "t", (rows, width), table)


def _array(paper: Paper, name: str, shape: tuple[int, ...], table: Sequence[float]) -> Array:
    """Numbers of a table; as far as it reaches, none comes twice in an array."""
    made, left = np.empty(shape), list[float]()
    for place, at in enumerate(np.ndindex(shape)):
        left = left or list(table)
        made[at] = left.pop(_number(paper, f"{name}/{place}", len(left)))
    return made


def _number(paper: Paper, place: str, below: int) -> int:
    text = f"gradstone exam/{paper.seed}/{paper.variant}/{paper.attempt}/{place}"
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") % below
