"""Built-in data sets, and how a set is split."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradstone.data.batches import permutation
from gradstone.data.philox import Purpose
from gradstone.errors import DataError, FileError, RangeError, ShapeError

Task = Literal["classification", "regression"]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """Inputs with their targets, and what they are called.

    Args:
        name: what the set is.
        inputs: float64 (N, ...).
        targets: int64 (N,), each the number of a class, or float64 (N,) or (N, outputs).
        features: a name for each number of a row of inputs, in C order.
        classes: a name for each class; empty for regression.
        task: "classification" or "regression".

    Raises:
        ShapeError: inputs and targets of different length.
    """

    name: str
    inputs: NDArray[np.float64]
    targets: NDArray[np.int64] | NDArray[np.float64]
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    task: Task = "classification"

    def __post_init__(self) -> None:
        if len(self.inputs) != len(self.targets):
            came = f"{len(self.inputs)} inputs, {len(self.targets)} targets"
            raise ShapeError(self.name, came, "one target for each input was wanted")

    def __len__(self) -> int:
        return len(self.inputs)

    def rows(self, indices: ArrayLike) -> DataSet:
        """The same set with only the rows named, in the order named."""
        chosen = np.asarray(indices, dtype=np.int64)
        return replace(self, inputs=self.inputs[chosen], targets=self.targets[chosen])

    def split(self, fraction: float = 0.2, seed: int = 0) -> tuple[DataSet, DataSet]:
        """A training and a test set: stratified by class, or at random for regression.

        Args:
            fraction: share of the rows that the test set gets, between 0 and 1.
            seed: 0 to 2⁶⁴ − 1; with the same seed the same split.
        """
        labels = self.targets if self.task == "classification" else np.zeros(len(self))
        training, test = stratified_split(labels, fraction, seed)
        return self.rows(training), self.rows(test)


def handwritten_digits(flat: bool = True) -> DataSet:
    """The 1797 handwritten digits of 8×8 that come with Gradstone.

    From E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits (1998), UCI Machine
    Learning Repository, doi:10.24432/C50P49, licence CC BY 4.0.

    Args:
        flat: inputs as rows of 64 numbers, else as images of (8, 8).

    Returns:
        inputs float64 (1797, 64) or (1797, 8, 8) in [0, 1] (the original 0 to 16, divided by
        16; 1 is ink), targets int64 (1797,), the digits 0 to 9.

    Raises:
        FileError: the file is missing from the installation or damaged.
    """
    images, labels = _digits_file()
    inputs = images.astype(np.float64) / 16
    return DataSet(
        name="handwritten digits",
        inputs=inputs.reshape(len(inputs), 64) if flat else inputs,
        targets=labels.astype(np.int64),
        features=tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8)),
        classes=tuple("0123456789"),
    )


def stratified_split(labels: ArrayLike, fraction: float = 0.2, seed: int = 0) -> tuple[Rows, Rows]:
    """Row numbers of a training and a test side, each class shared out in the same proportion.

    A class of n rows gives floor(n · fraction + ½) of them to the test side: those that the
    permutation of (seed, SPLIT, number of the class among the sorted ones) puts first.

    Args:
        labels: (N,) of any kind that can be sorted.
        fraction: the test side's share, between 0 and 1.
        seed: 0 to 2⁶⁴ − 1.

    Returns:
        Two ascending int64 arrays, every row in exactly one.

    Raises:
        ShapeError: labels not of shape (N,).
        RangeError: a fraction outside (0, 1).
        DataError: a side that would be empty.
    """
    given = np.asarray(labels)
    if given.ndim != 1:
        raise ShapeError("labels to split", f"shape {given.shape} came", "(N,) was wanted")
    if not 0 < fraction < 1:
        raise RangeError("fraction of a split", f"{fraction} came", "between 0 and 1 was wanted")
    test = np.zeros(len(given), dtype=bool)
    for number, label in enumerate(np.unique(given)):
        members = np.flatnonzero(given == label)
        order = permutation(seed, number, len(members), Purpose.SPLIT)
        test[members[order[: int(len(members) * fraction + 0.5)]]] = True
    if test.all() or not test.any():
        came = f"{len(given)} rows cannot give both sides a row with fraction {fraction}"
        raise DataError("split", came, "more rows or another fraction was wanted")
    return np.flatnonzero(~test).astype(np.int64), np.flatnonzero(test).astype(np.int64)


def held_out(targets: ArrayLike, share: float, seed: int = 0) -> tuple[Rows, Rows]:
    """Row numbers that stay and row numbers held out, both ascending.

    Args:
        targets: class labels (N,) int, of which each class gives its share, or numbers
            (N, …), of which a random share is taken.
        share: above 0, below 1. seed: of the choice.

    Raises:
        DataError: one of the sides would be empty.
    """
    values = np.asarray(targets)
    if values.dtype.kind == "i" and values.ndim == 1:
        stay, out = stratified_split(values, share, seed)
    else:
        order = permutation(seed, 0, len(values), Purpose.SPLIT)
        cut = int(len(values) * share + 0.5)
        stay, out = np.sort(order[cut:]), np.sort(order[:cut])
    if not len(stay) or not len(out):
        wanted = "at least one row on each side is wanted"
        raise DataError("held-out share", f"{share} of {len(values)} rows came", wanted)
    return stay, out


def _digits_file() -> tuple[NDArray[Any], NDArray[Any]]:
    path = resources.files("gradstone.data") / "digits.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return arrays["images"], arrays["labels"]
    except Exception as error:  # a damaged zip raises whatever its damage leads to
        wanted = "the file that comes with Gradstone was wanted"
        raise FileError(
            str(path), f"cannot be read ({error})", wanted, "Install it again."
        ) from error
