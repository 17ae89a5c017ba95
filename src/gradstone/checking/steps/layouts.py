"""Arrays from elsewhere, laid out as Gradstone lays them out: (inputs, outputs), samples in rows.

Weights kept as (outputs, inputs), as PyTorch does, and samples kept in columns are recognised by
their shapes; where these say nothing, by the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from gradstone.checking.steps.quantities import Array, kind_of, per_sample, weight_of
from gradstone.checking.steps.reading import Read

Arrays = Mapping[str, Array]


@dataclass(slots=True)
class Laid:
    """Arrays in this project's layout.

    Attributes:
        arrays: by quantity. misfits: those whose shapes fit in no layout, as they came.
        notes: what was turned or renamed, a sentence each.
    """

    arrays: dict[str, Array] = field(default_factory=dict)
    misfits: dict[str, Array] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def laid_out(found: Read, ours: Arrays) -> Laid:
    """What was read, in the layout of our own arrays of the same names."""
    laid = Laid()
    arrays = _named(found, ours, laid)
    turned = _turned_weights(arrays, found.styles, ours)
    columns = _columns(arrays, ours)
    arrays |= _targets(arrays, ours, columns, laid)
    for name, array in arrays.items():
        like = _like(name, ours)
        if like is None or name == "average":
            laid.arrays[name] = array
            continue
        turn = weight_of(name) in turned or (columns and per_sample(name))
        fitted = _fitted(array, like, turn, name.startswith("history "))
        if fitted is None:
            laid.misfits[name] = array
        else:
            laid.arrays[name] = fitted
    laid.notes += _told(arrays, turned, columns, found)
    return laid


def _like(name: str, ours: Arrays) -> Array | None:
    """Our array of a quantity, or of the parameter whose gradient or history it is."""
    own = ours.get(name)
    if own is not None:
        return own[0] if name.startswith("history ") and own.ndim and len(own) else own
    return ours.get(name.removeprefix("history ").removeprefix("old "))


def _fitted(array: Array, like: Array, turn: bool, history: bool = False) -> Array | None:
    """The array in the shape of another; None where it does not fit."""
    if history:
        if not array.ndim:
            return None
        rows = [_fitted(one, like, turn) for one in array]
        whole = [one for one in rows if one is not None]
        return np.stack(whole) if rows and len(whole) == len(rows) else None
    if turn and array.ndim == 2 and array.T.shape == like.shape:
        return array.T
    if array.shape == like.shape:
        return array
    if array.size == like.size and _bare(array.shape) == _bare(like.shape):
        return array.reshape(like.shape)
    return None


def _bare(shape: Iterable[int]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def _named(found: Read, ours: Arrays, laid: Laid) -> dict[str, Array]:
    """The arrays, those of names with two meanings under the one that their numbers show."""
    arrays = dict(found.arrays)
    for name, other in found.others.items():
        known = name in ours
        if other in found.arrays or other not in ours or (known and not _nearer(
            arrays[name], ours[other], ours[name])):  # fmt: skip
            continue
        arrays[other] = arrays.pop(name)
        found.keys[other] = found.keys.pop(name)
        if known:
            laid.notes.append(f"{found.keys[other]} holds {other}, by its numbers")
    return arrays


def _nearer(array: Array, one: Array, other: Array) -> bool:
    """Whether an array is one of ours rather than the other."""
    found = _fitted(array, one, turn=False)
    if found is None or one.shape != other.shape:
        return False
    return bool(np.allclose(found, one, rtol=1e-3) and not np.allclose(found, other, rtol=1e-3))


def _targets(arrays: Arrays, ours: Arrays, columns: bool, laid: Laid) -> dict[str, Array]:
    """The targets as labels where ours are labels, as rows where ours are rows."""
    t, like = arrays.get("t"), ours.get("t")
    if t is None or like is None or t.shape == like.shape:
        return {}
    t = t.T if columns and t.ndim == 2 and like.ndim == 1 else t
    t = t[None] if t.ndim == 1 and like.shape == (1,) else t
    if like.dtype.kind in "iu" and t.ndim == 2 and len(t) == len(like) and _one_hot(t):
        laid.notes.append("t came as one-hot rows, here it holds labels")
        return {"t": t.argmax(axis=1)}
    labels = t.ndim == 1 and t.dtype.kind in "iu" and like.ndim == 2 and like.shape[1] > 1
    if labels and t.min() >= 0 and t.max() < like.shape[1]:
        laid.notes.append("t came as labels, here it holds a row for each sample")
        return {"t": np.eye(like.shape[1])[t]}
    return {}


def _one_hot(t: Array) -> bool:
    return bool(np.isin(t, (0, 1)).all() and (t.sum(axis=1) == 1).all())


def _turned_weights(arrays: Arrays, styles: set[str], ours: Arrays) -> set[str]:
    """The weights that came as (outputs, inputs)."""
    votes: dict[str, bool] = {}
    names = [name for name in arrays if weight_of(name) and not name.startswith("history ")]
    for name in sorted(names, key=lambda one: kind_of(one) != "given"):
        weight = weight_of(name)
        assert weight is not None
        vote = _vote(arrays[name], _like(name, ours), by_numbers=kind_of(name) == "given")
        if vote is not None:
            votes.setdefault(weight, vote)
    common = sum(votes.values()) * 2 > len(votes) if votes else bool(styles)
    known = {weight for one in names if (weight := weight_of(one))}
    return {weight for weight in known if votes.get(weight, common)}


def _vote(array: Array, like: Array | None, by_numbers: bool) -> bool | None:
    """Whether an array is another's transpose in form; None where that cannot be told."""
    if like is None or array.ndim != 2 or like.ndim != 2:
        return None
    if array.shape != like.shape:
        return True if array.T.shape == like.shape else None
    if array.T.shape != like.shape:
        return False
    turned, straight = np.abs(array.T - like).max(), np.abs(array - like).max()
    return bool(turned < straight) if by_numbers and turned != straight else None


def _columns(arrays: Arrays, ours: Arrays) -> bool:
    """Whether samples stand in columns."""
    names = [name for name in arrays if per_sample(name) and name in ours]
    votes = [_vote(arrays[name], ours[name], name in ("x", "t")) for name in names]
    return votes.count(True) > votes.count(False) and _bare(_rows(arrays, ours)) != ()


def _rows(arrays: Arrays, ours: Arrays) -> tuple[int, ...]:
    """The number of samples: of one sample a column is a row."""
    found = next((ours[name] for name in arrays if per_sample(name) and name in ours), None)
    return () if found is None else found.shape[:1]


def _told(arrays: Arrays, turned: set[str], columns: bool, found: Read) -> Iterable[str]:
    names = [found.keys.get(one, one) for one in arrays if weight_of(one) in turned]
    if names:
        yield f"{', '.join(names)}: came as (outputs, inputs), turned to (inputs, outputs)"
    if columns:
        yield "samples came in columns, turned to rows"
