"""The results file, in Markdown."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import figures
from benchmarks.cold import Cold, First
from benchmarks.machine import processor
from benchmarks.sides.catalogue import Side
from benchmarks.timing import TOLERANCE, Effort, Result
from benchmarks.workloads import WORKLOADS

SIMPLE_CHAINS = (
    "SimpleChains.jl publishes 41 µs an epoch for 4-32-16-4 on 10,000 samples, on 18 cores; it is "
    "a note, not a side: Julia is not installed."
)

BOUNDS = Path(__file__).with_name("bounds.md")
"""What bounds the figures that are not reached: found by profiles, written by people."""


@dataclass(slots=True)
class Findings:
    """All that a run of the benchmarks found.

    Attributes:
        measured: results by workload. rates: product rate by workload, flop/s.
        processes: what each side's process says of itself. missing: peers not installed.
    """

    sides: Sequence[Side]
    effort: Effort
    measured: dict[str, list[Result]] = field(default_factory=dict)
    starts: list[Cold] = field(default_factory=list)
    calls: list[First] = field(default_factory=list)
    rates: dict[str, float] = field(default_factory=dict)
    processes: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def short(seconds: float) -> str:
    """A time with three digits, in ns, µs, ms or s.

    >>> short(4.1e-8), short(0.000543), short(0.431)
    ('41 ns', '543 µs', '431 ms')
    """
    for unit, size in (("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)):
        if seconds < 999.5 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def written(found: Findings) -> str:
    """The whole file."""
    parts = [
        _head(found), _figures(found), _steps(found), _settings(found), _cold(found),
        _first(found), _processes(found),
    ]  # fmt: skip
    told = "\n".join(line for part in parts for line in part).rstrip() + "\n"
    return f"{told}\n{BOUNDS.read_text('utf-8')}"


def _head(found: Findings) -> Iterator[str]:
    effort = found.effort
    yield "# Gradstone and its peers, side by side"
    yield ""
    yield (
        f"Measured {datetime.date.today()} on {processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}; load at the end "
        f"{' '.join(f'{one:.2f}' for one in os.getloadavg())}."
    )
    yield ""
    yield (
        f"float32. Every side has the same data and the same initial values. Before it is timed, "
        f"its losses over the first 20 steps (fewer on the large nets), rows in their order, must "
        f"agree to {TOLERANCE:g} with NumPy's in float64. Then sides are measured in turn, "
        f"{effort.repeats} rounds of about {effort.span} s each; the numbers are medians of epoch "
        f"time divided by steps, with every side's own shuffling and gathering of batches inside, "
        f"and each step's loss computed. Where one batch holds all samples, and in T1, nobody "
        f"shuffles. Each side first tries its settings on each workload and keeps the fastest. "
        f"Every measurement starts from the initial values. OPENBLAS_CORETYPE and "
        f"OPENBLAS_L2_SIZE are cleared for all sides."
    )
    yield ""
    yield SIMPLE_CHAINS
    yield ""
    for name, why in found.missing.items():
        yield f"**{name} could not be installed**, so its sides are missing: {why}"
        yield ""


def _figures(found: Findings) -> Iterator[str]:
    yield "## Figures to reach"
    yield ""
    lines = [
        *figures.speed_figures(found.measured),
        *figures.product_figures(found.measured, found.rates),
        *figures.cold_figures(found.starts),
        *figures.compile_figures(found.calls),
        figures.eager_figure(found.measured),
    ]
    verdicts = {True: "yes", False: "no", None: "–"}
    rows = [(one.what, one.wanted, one.reached, verdicts[one.good]) for one in lines]
    yield from table(("figure", "to reach", "reached", "there"), rows)
    for name, rate in found.rates.items():
        row = WORKLOADS[name].row
        yield f"Product rate for {row}, float32, all cores: {rate / 1e9:.0f} GFLOP/s (OpenBLAS)."
        yield ""


def _steps(found: Findings) -> Iterator[str]:
    yield "## Time of a training step"
    yield ""
    head = ("workload", *(side.title for side in found.sides))
    rows = []
    for name, results in found.measured.items():
        by_side = {one.side.name: one for one in results}
        cells = [_cell(by_side.get(side.name)) for side in found.sides]
        rows.append((figures.described(WORKLOADS[name]), *cells))
    yield from table(head, rows)
    yield "In brackets the spread of the rounds: (largest − smallest) / median."
    yield ""
    for name, results in found.measured.items():
        for one in results:
            if one.failure:
                yield f"* {name}, {one.side.title}: {one.failure}"
    yield ""


def _cell(result: Result | None) -> str:
    if result is None or not result.steps:
        return "–"
    spread = (max(result.steps) - min(result.steps)) / result.median
    return f"{short(result.median)} ({100 * spread:.0f} %)"


def _settings(found: Findings) -> Iterator[str]:
    yield "## Settings that won"
    yield ""
    head = ("workload", *(side.title for side in found.sides))
    rows = []
    for name, results in found.measured.items():
        by_side = {one.side.name: one for one in results if one.steps}
        titles = [by_side[s.name].setting.title if s.name in by_side else "–" for s in found.sides]
        rows.append((name, *titles))
    yield from table(head, rows)


def _cold(found: Findings) -> Iterator[str]:
    if not found.starts:
        return
    yield "## A cold process to trained digits"
    yield ""
    yield (
        "Wall time of a process that imports the library, compiles, trains 64-64-10 relu on 1408 "
        "digits (20 epochs, batch 32, Adam at 0.003) and says its accuracy on the 360 of T7's "
        "test side; first with an empty cache for compiled code, then with what that left."
    )
    yield ""
    rows: list[tuple[str, ...]] = []
    for one in found.starts:
        if one.failure:
            rows.append((one.side.title, one.failure, "–", "–"))
            continue
        times = [f"{statistics.median(times):.2f} s" for times in (one.empty, one.warm)]
        rows.append((one.side.title, *times, f"{one.accuracy:.3f}"))
    yield from table(("side", "empty cache", "warm cache", "accuracy"), rows)


def _first(found: Findings) -> Iterator[str]:
    if not found.calls:
        return
    yield "## What the first call costs"
    yield ""
    yield "Seconds of the first call beyond those of a later one, libraries imported, empty cache."
    yield ""
    names = sorted({name for one in found.calls for name in one.seconds}, key=len)
    rows = [
        (one.side.title, *(f"{one.seconds[n]:.2f} s" if n in one.seconds else "–" for n in names))
        for one in found.calls
    ]
    yield from table(("side", *(f"{name}, 64 wide" for name in names)), rows)


def _processes(found: Findings) -> Iterator[str]:
    yield "## Versions, BLAS cores and threads"
    yield ""
    rows = [(name, one["versions"], _pools(one)) for name, one in found.processes.items()]
    yield from table(("process", "versions", "libraries with threads"), rows)


def _pools(one: Mapping[str, Any]) -> str:
    return "; ".join(" ".join(pool.split()) for pool in one["pools"]) or "–"
