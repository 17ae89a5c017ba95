"""Batches are a pure function of (seed, epoch, step)."""

import numpy as np
import pytest

from gradstone.data.batches import Batches, permutation, replacement
from gradstone.data.philox import Purpose, words
from gradstone.errors import RangeError, UnknownNameError


def test_case_t4():
    batches = Batches(2000, 64)
    sizes = [len(batch) for epoch in range(10) for batch in batches.epoch(epoch)]
    assert batches.per_epoch == 32
    assert batches.last == 16
    assert len(sizes) == 320
    assert sum(sizes) == 20_000
    assert Batches(2048, 64).per_epoch == 32
    assert Batches(2048, 64).last == 64


@pytest.mark.parametrize(
    ("size", "batch_size", "epochs", "plan"),
    [
        (
            2000,
            64,
            10,
            "2000 samples, batch 64: 32 iterations an epoch, the last of 16; 10 epochs: 320",
        ),
        (2048, 64, 10, "2048 samples, batch 64: 32 iterations an epoch; 10 epochs: 320"),
        (4, 100, 3, "4 samples, batch 4: 1 iteration an epoch; 3 epochs: 3"),
        (1, 1, 1, "1 sample, batch 1: 1 iteration an epoch; 1 epoch: 1"),
    ],
)
def test_plan(size, batch_size, epochs, plan):
    assert Batches(size, batch_size).plan(epochs) == plan


@pytest.mark.parametrize("size", [0, 1, 2, 3, 36, 1437])
def test_a_permutation_has_each_row_once(size):
    order = permutation(3, 4, size)
    assert order.dtype == np.int64
    assert np.sort(order).tolist() == list(range(size))


def test_a_permutation_by_hand():
    drawn, order = words(3, Purpose.SHUFFLE, 4, 0, 5).tolist(), [0, 1, 2, 3, 4]
    for i in (4, 3, 2, 1):
        j = drawn[i] * (i + 1) // 2**32
        order[i], order[j] = order[j], order[i]
    assert permutation(3, 4, 5).tolist() == order


def test_permutations_stay_what_they_are():
    """Runs of former versions must resume: these numbers never change."""
    assert permutation(0, 0, 10).tolist() == [5, 9, 3, 6, 7, 1, 2, 4, 0, 8]
    assert permutation(0, 1, 10).tolist() == [8, 7, 9, 4, 6, 1, 5, 3, 0, 2]
    assert replacement(0, 0, 0, 10, 100).tolist() == [86, 67, 90, 82, 72, 39, 72, 89, 51, 37]


def test_permutations_prefer_no_order():
    seen = np.array([permutation(seed, 0, 4) for seed in range(6000)])
    for row in range(4):
        shares = np.bincount(seen[:, row], minlength=4) / len(seen)
        assert shares == pytest.approx([0.25] * 4, abs=0.03)
    assert len({tuple(order) for order in seen.tolist()}) == 24


def test_replacement():
    drawn = replacement(1, 2, 3, 50_000, 10)
    assert drawn.min() == 0
    assert drawn.max() == 9
    assert np.bincount(drawn) / len(drawn) == pytest.approx([0.1] * 10, abs=0.01)
    assert (drawn[:20] == replacement(1, 2, 3, 20, 10)).all()
    assert (drawn[:20] != replacement(1, 2, 4, 20, 10)).any()


@pytest.mark.parametrize("sampling", ["permutation", "replacement"])
@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize(("size", "batch_size"), [(10, 3), (12, 3), (5, 8), (1, 1)])
def test_one_batch_is_the_same_as_in_its_epoch(sampling, shuffle, size, batch_size):
    batches = Batches(size, batch_size, seed=9, shuffle=shuffle, sampling=sampling)
    for epoch in (0, 5):
        whole = [batch.tolist() for batch in batches.epoch(epoch)]
        assert len(whole) == batches.per_epoch
        assert [len(batch) for batch in whole][-1] == batches.last
        assert whole == [batches.indices(epoch, s).tolist() for s in range(len(whole))]


def test_seeds_and_epochs_differ_and_repeat():
    def order(seed, epoch):
        return np.concatenate(list(Batches(50, 7, seed).epoch(epoch))).tolist()

    assert order(0, 0) == order(0, 0)
    assert len({tuple(order(s, e)) for s in range(3) for e in range(3)}) == 9
    assert sorted(order(0, 0)) == list(range(50))


def test_rows_in_order_without_shuffling_and_in_a_full_batch():
    assert np.concatenate(list(Batches(7, 3, shuffle=False).epoch(2))).tolist() == list(range(7))
    assert Batches(7, 7).indices(2, 0).tolist() == list(range(7))


@pytest.mark.parametrize("wrong", [{"size": 0}, {"batch_size": 0}, {"seed": -1}, {"seed": 2**64}])
def test_numbers_out_of_range(wrong):
    with pytest.raises(RangeError, match="was wanted"):
        Batches(**{"size": 5, "batch_size": 2, **wrong})


def test_unknown_sampling_and_step():
    with pytest.raises(UnknownNameError, match="Did you mean replacement"):
        Batches(5, 2, sampling="replacment")
    for step in (-1, 3):
        with pytest.raises(RangeError, match="0 to 2 was wanted"):
            Batches(5, 2).indices(0, step)
