"""The figures to reach, as issue 3 states them, and what was reached of them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from benchmarks.cold import Cold, First
from benchmarks.timing import Result
from benchmarks.workloads import FOUR_LAYERS, TEN_LAYERS, WORKLOADS, Workload

OURS = "gradstone"
WANTED = {
    "T1": 1.6,
    "XOR": 1.7,
    "2-8-8-1": 15.0,
    "4-32-16-4": 3.5,
    "64-64-10": 2.5,
    "T2": 1.2,
    "784-256-128-10": 1.25,
    "1024⁴-10": 1.1,
    "4096³-10": 1.15,
}
"""Row of the table, and how many times as fast as the best peer is wanted."""
FIRST_FIVE = tuple(WANTED)[:5]
EAGER_WANTED = 250.0
PRODUCT_SHARE = 0.92
COLD_WANTED = {"empty": 0.7, "warm": 0.35}
COMPILE_WANTED = {FOUR_LAYERS.name: 0.3, TEN_LAYERS.name: 0.8}


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table of figures."""

    what: str
    wanted: str
    reached: str
    good: bool | None


def _ours(results: Sequence[Result]) -> Result | None:
    return next((one for one in results if one.side.name == OURS and one.steps), None)


def best_peer(results: Sequence[Result]) -> Result | None:
    """The fastest of the others, hand-written NumPy among them."""
    others = [one for one in results if one.side.name != OURS and one.steps]
    return min(others, key=lambda one: one.median, default=None)


def speed_figures(measured: Mapping[str, Sequence[Result]]) -> Iterator[Figure]:
    """How many times as fast as the best peer, a line for each workload measured."""
    for name, results in measured.items():
        row = WORKLOADS[name].row
        wanted, ours, best = WANTED[row], _ours(results), best_peer(results)
        if ours is None or best is None:
            yield Figure(f"{row} ({name})", f"≥ {wanted:g} ×", "not measured", None)
            continue
        ratio = best.median / ours.median
        reached = f"{ratio:.3g} × {best.side.title}"
        yield Figure(f"{row} ({name})", f"≥ {wanted:g} ×", reached, ratio >= wanted)


def eager_figure(measured: Mapping[str, Sequence[Result]]) -> Figure:
    """The geometric mean against PyTorch eager over the first five rows.

    Within a row of several workloads the geometric mean is taken first.
    """
    rows: dict[str, list[float]] = {}
    for name, results in measured.items():
        ours = _ours(results)
        eager = next((one for one in results if one.side.name == "torch" and one.steps), None)
        if ours is not None and eager is not None and WORKLOADS[name].row in FIRST_FIVE:
            rows.setdefault(WORKLOADS[name].row, []).append(log(eager.median / ours.median))
    what, wanted = "against PyTorch eager, first five rows", f"≥ {EAGER_WANTED:g} ×"
    if not rows:
        return Figure(what, wanted, "not measured", None)
    mean = exp(statistics.mean(statistics.mean(one) for one in rows.values()))
    missing = [row for row in FIRST_FIVE if row not in rows]
    note = f" (without {', '.join(missing)})" if missing else ""
    return Figure(what, wanted, f"{mean:.1f} ×{note}", None if missing else mean >= EAGER_WANTED)


def product_figures(
    measured: Mapping[str, Sequence[Result]], rates: Mapping[str, float]
) -> Iterator[Figure]:
    """Our share of the measured product rate on the two large nets."""
    for name, rate in rates.items():
        ours = _ours(measured.get(name, ()))
        if ours is not None:
            share = WORKLOADS[name].flops / ours.median / rate
            what, wanted = f"{WORKLOADS[name].row}: share of the product rate", "≥ 92 %"
            yield Figure(what, wanted, f"{100 * share:.0f} %", share >= PRODUCT_SHARE)


def cold_figures(starts: Sequence[Cold]) -> Iterator[Figure]:
    """Wall time of a cold process over that of the fastest framework."""
    ours = next((one for one in starts if one.side.name == OURS and not one.failure), None)
    peers = [one for one in starts if one.side.framework and not one.failure]
    if ours is None or not peers:
        return
    for kind, wanted in COLD_WANTED.items():
        times = {statistics.median(getattr(one, kind)): one.side.title for one in peers}
        share = statistics.median(getattr(ours, kind)) / min(times)
        what = f"cold process to trained digits, {kind} cache"
        yield Figure(what, f"≤ {wanted:g} ×", f"{share:.2f} × {times[min(times)]}", share <= wanted)


def compile_figures(calls: Sequence[First]) -> Iterator[Figure]:
    """Seconds that the first call takes beyond a later one."""
    ours = next((one for one in calls if one.side.name == OURS), None)
    for name, seconds in (ours.seconds if ours else {}).items():
        wanted = COMPILE_WANTED[name]
        what = f"first call, {name} 64 wide"
        yield Figure(what, f"≤ {wanted:g} s", f"{seconds:.2f} s", seconds <= wanted)


def described(workload: Workload) -> str:
    """A workload's row and what it is."""
    return f"{workload.name}: {workload.described()}"
