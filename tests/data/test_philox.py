"""The generator gives the published words, at the places promised."""

import numpy as np
import pytest

from gradstone.data.philox import Purpose, normal, philox, uniform, words
from gradstone.errors import KindError, RangeError

FULL = 0xFFFFFFFF
# Random123, kat_vectors, philox4x32 10: counter, key, words.
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL,) * 4, (FULL,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "wanted"), PUBLISHED)
def test_published_words(counter, key, wanted):
    assert tuple(philox(np.array(counter, np.uint32), key).tolist()) == wanted


def test_published_words_as_one_array():
    counters = np.zeros((2, 3, 4), np.uint32)
    assert philox(counters, (0, 0)).shape == (2, 3, 4)
    assert (philox(counters, (0, 0)) == PUBLISHED[0][2]).all()


@pytest.mark.parametrize("count", [0, 1, 4, 7, 32, 33, 1000])
def test_words_stand_where_the_layout_says(count):
    seed = 0x0123456789ABCDEF
    found = words(seed, Purpose.SHUFFLE, stream=7, step=9, count=count)
    assert found.dtype == np.uint32
    assert found.shape == (count,)
    for place in range(0, count, 37):
        counter = np.array([place // 4, 9, 7, 1], np.uint32)
        assert found[place] == philox(counter, (0x89ABCDEF, 0x01234567))[place % 4]


def test_every_part_of_the_place_matters():
    first = words(1, 2, 3, 4).tolist()
    others = [words(0, 2, 3, 4), words(1 + 2**32, 2, 3, 4), words(1, 3, 3, 4), words(1, 2, 4, 4)]
    assert all(first != other.tolist() for other in [*others, words(1, 2, 3, 5)])


@pytest.mark.parametrize(
    "place", [(-1, 0), (2**64, 0), (0, -1), (0, 2**32), (0, 0, 2**32), (0, 0, 0, -1)]
)
def test_places_outside_the_counter(place):
    with pytest.raises(RangeError, match="was wanted"):
        words(*place)


def test_a_seed_is_a_whole_number():
    with pytest.raises(KindError, match="seed: float came"):
        words(1.5, 0)
    assert words(np.int64(3), 0).tolist() == words(3, 0).tolist()


@pytest.mark.parametrize(("dtype", "step"), [(np.float32, 2.0**-24), (np.float64, 2.0**-53)])
def test_uniform_numbers(dtype, step):
    numbers = uniform(5, 6, 7, (200, 500), dtype)
    assert numbers.dtype == dtype
    assert numbers.shape == (200, 500)
    assert 0 <= numbers.min() < 1e-4
    assert 0.9999 < numbers.max() < 1
    assert (numbers / step == np.floor(numbers / step)).all()
    wide = numbers.astype(np.float64)
    assert wide.mean() == pytest.approx(0.5, abs=0.004)
    assert wide.var() == pytest.approx(1 / 12, abs=0.002)


def test_uniform_numbers_from_words_by_hand():
    a, b, c, d = words(5, Purpose.NODE, 6, 7).tolist()
    assert uniform(5, 6, 7, (4,), np.float32).tolist() == [w // 256 / 2**24 for w in (a, b, c, d)]
    pairs = [((a >> 5) * 2**26 + (b >> 6)) / 2**53, ((c >> 5) * 2**26 + (d >> 6)) / 2**53]
    assert uniform(5, 6, 7, (2,)).tolist() == pairs
    assert uniform(5, 6, 7, ()) == pairs[0]
    assert uniform(5, 6, 7, (0, 3)).shape == (0, 3)


def test_uniform_numbers_are_floats():
    with pytest.raises(KindError, match="int64 came"):
        uniform(0, 0, 0, (3,), np.int64)


def test_normal_numbers():
    numbers = normal(1, 2, 3, (1001, 99))
    assert numbers.shape == (1001, 99)
    assert numbers.mean() == pytest.approx(0, abs=0.01)
    assert numbers.std() == pytest.approx(1, abs=0.01)
    assert (np.abs(numbers) < 1.96).mean() == pytest.approx(0.95, abs=0.003)
    assert np.isfinite(numbers).all()


def test_normal_numbers_from_uniform_ones_by_hand():
    u, v = uniform(1, 2, 3, (2,), purpose=Purpose.INITIAL)
    radius = np.sqrt(-2 * np.log(1 - u))
    by_hand = [radius * np.cos(2 * np.pi * v), radius * np.sin(2 * np.pi * v)]
    assert normal(1, 2, 3, (3,))[:2] == pytest.approx(by_hand, rel=1e-14)
    assert (normal(1, 2, 3, (3,), np.float32) == normal(1, 2, 3, (3,)).astype(np.float32)).all()
