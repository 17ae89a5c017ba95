"""Random words by place, not by order: the counter-based generator Philox4x32-10.

Word number w of a stream is a pure function of where it stands, so any word can be made without
those before it, by any executor, in any order. The layout is a promise to all of them:

    key     = (seed mod 2³², seed div 2³²)                  0 ≤ seed < 2⁶⁴
    counter = (block, step, stream, purpose)                each a 32-bit word
    word w  = output w mod 4 of block w div 4

`purpose` keeps uses of one seed apart (see Purpose); `stream` is the epoch, or the number of a
class, parameter or random node; `step` the training step, 0 where there is none.

Source: J. Salmon, M. Moraes, R. Dror, D. Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (2011).
"""

from __future__ import annotations

import math
from enum import IntEnum
from operator import index
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from gradstone.errors import KindError, RangeError

ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
MASK = 0xFFFFFFFF
FEW_BLOCKS = 8  # up to here whole numbers are faster than arrays


class Purpose(IntEnum):
    """What random words are for: the last word of the counter."""

    SHUFFLE = 1
    REPLACEMENT = 2
    SPLIT = 3
    INITIAL = 4  # initial values; stream: the parameter's number
    NODE = 5  # random nodes of a graph, as dropout; stream: the node's key


def philox(counters: NDArray[np.uint32], key: tuple[int, int]) -> NDArray[np.uint32]:
    """Philox4x32-10 itself: four random words for each four words of counter.

    Args:
        counters: uint32 (..., 4).
        key: two 32-bit words.

    Returns:
        uint32 (..., 4).
    """
    a, b, c, d = np.moveaxis(counters.astype(np.uint64), -1, 0)
    return np.stack(_rounds(a, b, c, d, *key), axis=-1).astype(np.uint32)


def _rounds(a: Any, b: Any, c: Any, d: Any, k: int, m: int) -> tuple[Any, Any, Any, Any]:
    """The ten rounds, on whole numbers or on uint64 arrays that hold 32-bit words."""
    for _ in range(ROUNDS):
        p, q = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b, c, d = (q >> 32) ^ b ^ k, q & MASK, (p >> 32) ^ d ^ m, p & MASK
        k, m = (k + KEY_STEPS[0]) & MASK, (m + KEY_STEPS[1]) & MASK
    return a, b, c, d


def words(
    seed: int, purpose: int, stream: int = 0, step: int = 0, count: int = 4
) -> NDArray[np.uint32]:
    """The first `count` words of a stream.

    Args:
        seed: 0 to 2⁶⁴ − 1.
        purpose: a Purpose, or any other word 0 to 2³² − 1.
        stream: 0 to 2³² − 1.
        step: 0 to 2³² − 1.
        count: 0 to 2³⁴ − 1.

    Returns:
        uint32 (count,), each word 0 to 2³² − 1.

    Raises:
        RangeError: a number outside its range.
        KindError: a number that is not whole.
    """
    seed, count = _within("seed", seed, 64), _within("count of random words", count, 34)
    place = (_within("step", step, 32), _within("stream", stream, 32))
    fixed, key = (*place, _within("purpose", purpose, 32)), (seed & MASK, seed >> 32)
    blocks = -(-count // 4)
    if blocks <= FEW_BLOCKS:
        few = [word for block in range(blocks) for word in _rounds(block, *fixed, *key)]
        return np.array(few[:count], dtype=np.uint32)
    counters = np.empty((blocks, 4), dtype=np.uint32)
    counters[:, 0] = np.arange(blocks)
    counters[:, 1:] = fixed
    return philox(counters, key).reshape(-1)[:count]


def uniform(
    seed: int,
    stream: int,
    step: int,
    shape: tuple[int, ...],
    dtype: DTypeLike = np.float64,
    purpose: int = Purpose.NODE,
) -> NDArray[Any]:
    """Numbers evenly spread over [0, 1), in C order of `shape`.

    Number n is (word n div 2⁸) / 2²⁴ in float32, and in float64
    ((word 2n div 2⁵) · 2²⁶ + (word 2n+1 div 2⁶)) / 2⁵³: every bit of the mantissa is random.

    Args:
        seed: as stream, step and purpose: see `words`.
        shape: of the result.
        dtype: float32 or float64.

    Raises:
        KindError: another dtype.
    """
    kind, size = np.dtype(dtype), math.prod(shape)
    if kind == np.float32:
        high = words(seed, purpose, stream, step, size) >> np.uint32(8)
        return (high.astype(np.float32) * np.float32(2.0**-24)).reshape(shape)
    if kind != np.float64:
        raise KindError("uniform random numbers", f"{kind} came", "float32 or float64 was wanted")
    pairs = words(seed, purpose, stream, step, 2 * size).astype(np.uint64).reshape(-1, 2)
    mantissa = ((pairs[:, 0] >> np.uint64(5)) << np.uint64(26)) | (pairs[:, 1] >> np.uint64(6))
    return (mantissa.astype(np.float64) * 2.0**-53).reshape(shape)


def normal(
    seed: int,
    stream: int,
    step: int,
    shape: tuple[int, ...],
    dtype: DTypeLike = np.float64,
    purpose: int = Purpose.INITIAL,
) -> NDArray[Any]:
    """Standard normal numbers in C order of `shape`, made in float64 and rounded to `dtype`.

    Box and Muller: numbers 2n and 2n+1 are √(−2 ln(1 − u))·cos(2πv) and √(−2 ln(1 − u))·sin(2πv)
    with u, v the float64 uniform numbers 2n and 2n+1 of the same stream.

    Args:
        seed: as stream, step and purpose: see `words`.
        shape: of the result.
        dtype: float32 or float64.
    """
    size = math.prod(shape)
    pairs = uniform(seed, stream, step, (-(-size // 2), 2), np.float64, purpose)
    radius, angle = np.sqrt(-2 * np.log1p(-pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    both = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=-1)
    return both.reshape(-1)[:size].reshape(shape).astype(dtype)


def _within(what: str, number: int, bits: int) -> int:
    try:
        whole = index(number)
    except TypeError:
        came = f"{type(number).__name__} came"
        raise KindError(what, came, "a whole number was wanted") from None
    if not 0 <= whole < 2**bits:
        raise RangeError(what, f"{whole} came", f"0 to 2^{bits} - 1 was wanted")
    return whole
