"""Gradstone and its peers, side by side: `make bench`, or `gradstone bench`.

    python -m benchmarks [--workloads NAME,…] [--sides NAME,…] [--repeats N] [--quick]

Makes an environment for the peers beside the project's (once), runs every workload on every
side and writes benchmarks/results.md; with --quick or a choice of workloads or sides it writes
build/benchmarks.md. What the sides' processes print goes to build/benchmarks.log.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.client import SideFailed, Workers
from benchmarks.cold import cold_starts, first_calls
from benchmarks.environment import ROOT, prepare_peers
from benchmarks.report import Findings, written
from benchmarks.sides.catalogue import PEERS, Setting, Side, gradstone
from benchmarks.timing import QUICK, Effort, compared
from benchmarks.workloads import WORKLOADS, Workload

EXTRA = ("cold", "first")


def _tell(line: str) -> None:
    print(line, flush=True)


def _chosen(given: str | None, known: Sequence[str], what: str) -> list[str]:
    names = list(known) if given is None else given.split(",")
    for name in names:
        if name not in known:
            sys.exit(f"{what}: {name!r} is not known; known are {', '.join(known)}.")
    return names


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--workloads", help=", ".join((*WORKLOADS, *EXTRA)))
    parser.add_argument("--sides", help=", ".join(("gradstone", *PEERS)))
    parser.add_argument("--repeats", type=int, help="rounds over all sides (7; 2 with --quick)")
    parser.add_argument("--quick", action="store_true", help="short, to see that all runs")
    parser.add_argument("--executor", help="of Gradstone: native where there is one")
    parser.add_argument("--output", type=Path, help="the results file")
    parser.add_argument("--again", action="store_true", help="retry peers that did not install")
    return parser.parse_args()


def best_executor() -> str:
    """Native where this Gradstone can train natively here, else the interpreter."""
    import gradstone as gs
    from gradstone.errors import GradstoneError

    try:
        gs.train(gs.MLP([1, 1]), [[0.0]], [[0.0]], epochs=1, executor="native")
    except GradstoneError:
        return "interpreter"
    return "native"


def sides_of(names: Sequence[str], executor: str, missing: dict[str, str]) -> list[Side]:
    """The sides asked for, without those whose library could not be installed."""
    known = {"gradstone": gradstone(executor), **PEERS}
    return [known[name] for name in names if known[name].needs not in missing]


def run(options: argparse.Namespace, save: Callable[[Findings], None]) -> None:
    """Measure what was asked for, and save what there is after each part."""
    names = _chosen(options.workloads, [*WORKLOADS, *EXTRA], "workloads")
    sides = _chosen(options.sides, ["gradstone", *PEERS], "sides")
    effort = QUICK if options.quick else Effort()
    effort = replace(effort, repeats=options.repeats or effort.repeats)
    missing = prepare_peers(options.again)
    executor = options.executor or best_executor()
    found = Findings(sides_of(sides, executor, missing), effort, missing=missing)
    log = ROOT / "build" / "benchmarks.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("")
    workers = Workers(log)
    try:
        for name in [name for name in names if name in WORKLOADS]:
            _measure(found, WORKLOADS[name], workers)
            save(found)
    finally:
        workers.close()
    repeats = 1 if options.quick else min(3, effort.repeats)
    if "cold" in names:
        _tell("a cold process to trained digits")
        found.starts = cold_starts(found.sides, repeats, _tell)
        save(found)
    if "first" in names:
        _tell("the first call")
        found.calls = first_calls(found.sides, repeats, log, _tell)
        save(found)


def _measure(found: Findings, one: Workload, workers: Workers) -> None:
    """A workload on all sides; for the large nets also the rate of their products alone."""
    _tell(one.described())
    found.measured[one.name] = compared(one, found.sides, workers, found.effort, _tell)
    if one.name in ("wide", "wider"):
        hand = replace(PEERS["numpy"], name="products", needs=None)
        shapes = [[one.batch, one.sizes[1], one.sizes[2]]]
        answer = workers.of(hand, Setting()).ask("products", shapes=shapes, seconds=2.0)
        found.rates[one.name] = answer["rates"][0]
    for (name, variables), worker in sorted(workers.alive.items()):
        process = name if variables == "{}" else f"{name} {variables}"
        try:
            found.processes[process] = worker.ask("describe")
        except SideFailed as failure:
            found.processes[process] = {"versions": str(failure), "pools": []}


def _write(path: Path, found: Findings) -> None:
    path.write_text(written(found), encoding="utf-8")


def main() -> None:
    """Measure and write the file."""
    options = arguments()
    complete = options.workloads is None and options.sides is None and not options.quick
    path = options.output or (
        ROOT / "benchmarks" / "results.md" if complete else ROOT / "build" / "benchmarks.md"
    )
    run(options, lambda found: _write(path, found))
    _tell(f"written to {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")


if __name__ == "__main__":
    main()
