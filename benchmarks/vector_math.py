"""How far the float32 functions of machine code are off, over all 2³² inputs.

    python -m benchmarks.vector_math [--functions exp tanh …] [--stride N] [--out FILE]

The reference is float64: NumPy's functions, for erf Python's. An error counts in units of the
last place (ULP) of the exact value; ½ is the least that rounding leaves. NaN, infinities and the
signs of zeros must be those of the reference, else the error is infinite. With a stride every
Nth bit pattern is tried. A run over all of them takes some minutes a function; only that is
written to benchmarks/vector_math.md by itself. `power`, which takes two numbers, gets with each
pattern as its base one exponent, drawn so that the results spread over the range of float32.
"""

from __future__ import annotations

import argparse
import datetime
import math
import multiprocessing
import os
import platform
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.machine import processor
from gradstone.execute.native.executor import Machine
from gradstone.execute.native.host import this_host
from gradstone.execute.native.nesting import operand_names
from gradstone.execute.native.program import Buffer, Compute, Load, Nest, Program, Store, View

Array = np.ndarray[Any, Any]
PATTERNS = 2**32
CHUNK = 2**19
PART = 2**26
"""Bit patterns in a worker's task."""
TABLE = Path(__file__).with_name("vector_math.md")


def _sigmoid(x: Array) -> Array:
    fading = np.exp(-np.abs(x))
    return np.where(x < 0, fading, 1.0) / (1.0 + fading)


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _erf(x: Array) -> Array:
    """Near 0 two terms of the series, which leave 10⁻¹⁷; far off ±1; Python's in between."""
    near, far = np.abs(x) <= 1e-4, np.abs(x) >= 6.0
    found = np.where(far, np.sign(x), (2.0 / math.sqrt(math.pi)) * x * (1.0 - x * x / 3.0))
    between = ~(near | far | np.isnan(x))
    found[between] = [math.erf(one) for one in x[between].tolist()]
    return found


REFERENCES: dict[str, Callable[..., Array]] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "erf": _erf,
    "power": np.power,
}


class Worst(NamedTuple):
    """The greatest error, and the operands where it is."""

    error: float
    operands: tuple[float, ...]
    tried: int


@cache
def machine(name: str) -> Machine:
    """A function of CHUNK float32 numbers, as a trained network computes it."""
    count = 2 if name == "power" else 1
    names = operand_names(count)
    given = [Buffer(one, (CHUNK,), "float32", given=True) for one in names]
    result = Buffer("y", (CHUNK,), "float32")
    loads = [Load(i, View(one, (1,)), "float32") for i, one in enumerate(given, 1)]
    last, formula = count + 1, f"{name}({', '.join(names)})"
    compute = Compute(last, formula, names, tuple(range(1, last)), "float32", "float32")
    nest = Nest((CHUNK,), None, [*loads, compute, Store(View(result, (1,)), last, "float32")])
    return Machine(Program(given, [], [View(result, (1,))], [nest], [result]), [(CHUNK,)])


def units_off(found: Array, exact: Array) -> Array:
    """The distance of float32 numbers from exact ones, in units of the last place of those."""
    beyond = 2.0**128  # what an infinity stands for beside a number that is not
    with np.errstate(all="ignore"):
        rounded = exact.astype(np.float32)
    _, exponent = np.frexp(exact)
    unit = np.ldexp(1.0, np.clip(exponent - 24, -149, 104))
    near = np.clip(found.astype(np.float64), -beyond, beyond)
    distance = np.abs(near - np.clip(exact, -beyond, beyond)) / unit
    same = (found == rounded) & (np.signbit(found) == np.signbit(rounded))
    distance[same & ~np.isfinite(rounded)] = 0.0
    distance[np.isnan(found) & np.isnan(rounded)] = 0.0
    wrong = np.isnan(found) != np.isnan(rounded)
    wrong |= (exact == 0.0) & ~same
    wrong |= np.isinf(exact) & ~same
    distance[wrong] = np.inf
    return np.asarray(distance)


def operands_of(name: str, patterns: Array) -> list[Array]:
    """What the function is tried on, for some bit patterns of the first operand."""
    x = patterns.astype(np.uint32).view(np.float32)
    if name != "power":
        return [x]
    random = np.random.default_rng(int(patterns[0]))
    length = np.maximum(np.abs(np.log2(np.abs(x, dtype=np.float64))), 1e-6)
    y = random.uniform(-150.0, 150.0, len(x)) / np.where(np.isfinite(length), length, 1.0)
    return [x, np.where(random.random(len(x)) < 0.25, np.rint(y), y).astype(np.float32)]


def worst_of(name: str, first: int, last: int, stride: int) -> Worst:
    """The greatest error among every stride-th of the bit patterns of a range."""
    found = Worst(-1.0, (), 0)
    function, reference = machine(name), REFERENCES[name]
    for start in range(first, last, CHUNK * stride):
        patterns = np.arange(start, min(last, start + CHUNK * stride), stride, dtype=np.uint64)
        with np.errstate(all="ignore"):
            operands = operands_of(name, patterns)
            exact = reference(*(one.astype(np.float64) for one in operands))
            full = [np.resize(one, CHUNK) for one in operands]
            errors = units_off(function(full)[0][: len(patterns)], exact)
        place = int(errors.argmax())
        at = tuple(float(one[place]) for one in operands)
        tried = found.tried + len(patterns)
        better = errors[place] > found.error
        found = Worst(float(errors[place]), at, tried) if better else found._replace(tried=tried)
    return found


def _task(task: tuple[str, int, int, int]) -> Worst:
    return worst_of(*task)


def measured(pool: Any, name: str, stride: int) -> Worst:
    """The greatest error of a function, the work spread over the pool."""
    part = PART * min(stride, PATTERNS // PART // 8)
    tasks = [(name, start, start + part, stride) for start in range(0, PATTERNS, part)]
    parts: list[Worst] = list(pool.imap_unordered(_task, tasks))
    worst: Worst = max(parts, key=lambda one: one.error)
    return worst._replace(tried=sum(one.tried for one in parts))


def table(rows: Sequence[str], stride: int) -> str:
    """The page."""
    host = this_host()
    every = "all 2³² inputs" if stride == 1 else f"every {stride}th of the 2³² inputs"
    return "\n".join([
        "# Error of the float32 functions of machine code",
        "",
        f"`python -m benchmarks.vector_math`, {datetime.date.today()}, {processor()} "
        f"({host.processor}, vectors of {host.vector_bytes} bytes), Python "
        f"{platform.python_version()}, NumPy {np.__version__}: {every}, against float64. NaN, "
        "infinities and signs of zeros are those of NumPy where the error is finite. `power`: "
        "one exponent for each base.",
        "",
        "| function | largest error in ULP | at | inputs |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
    ])  # fmt: skip


def main() -> None:
    """One line a function; the page at the end."""
    parser = argparse.ArgumentParser(description="Errors of the float32 functions.")
    parser.add_argument("--functions", nargs="+", choices=REFERENCES, default=list(REFERENCES))
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--out", type=Path, help="where to write; None: only a whole run")
    chosen = parser.parse_args()
    rows = []
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for name in chosen.functions:
            begin = time.perf_counter()
            worst = measured(pool, name, chosen.stride)
            at = ", ".join(f"{one:.9g}" for one in worst.operands)
            rows.append(f"| {name} | {worst.error:.4f} | {at} | {worst.tried:,} |")
            print(f"{rows[-1]} {time.perf_counter() - begin:.0f} s", flush=True)
    whole = chosen.stride == 1 and chosen.functions == list(REFERENCES)
    if chosen.out or whole:
        (chosen.out or TABLE).write_text(table(rows, chosen.stride), "utf-8")


if __name__ == "__main__":
    main()
