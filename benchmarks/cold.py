"""What is felt at the first call: a cold process to trained digits, and the time to compile."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.client import SideFailed, Worker
from benchmarks.environment import ROOT, clean_environment, peers_python
from benchmarks.sides.catalogue import Setting, Side
from benchmarks.workloads import FOUR_LAYERS, TEN_LAYERS

ROWS = 1408
"""Training rows, 44 whole batches of 32: not all sides can take a ragged one."""


@dataclass(slots=True)
class Cold:
    """Wall times of cold processes, and the share of right test answers they reached."""

    side: Side
    empty: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    accuracy: float = 0.0
    failure: str = ""


@dataclass(slots=True)
class First:
    """Seconds of the first call beyond those of a later one, by workload."""

    side: Side
    seconds: dict[str, float] = field(default_factory=dict)
    failure: str = ""


@contextmanager
def caches() -> Iterator[dict[str, str]]:
    """Empty caches for compiled code: the variables that name them, for all libraries."""
    folder = Path(tempfile.mkdtemp(prefix="benchmark-caches-"))
    try:
        yield {
            "GRADSTONE_CACHE": str(folder / "gradstone"),
            "XDG_CACHE_HOME": str(folder / "user"),
            "JAX_COMPILATION_CACHE_DIR": str(folder / "jax"),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
            "TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_digits(path: Path) -> None:
    """The digits, split as case T7 says, in a file every side can read at once."""
    from gradstone.data.sets import handwritten_digits

    training, test = handwritten_digits().split(0.2, seed=0)
    np.savez(
        path,
        training_images=training.inputs[:ROWS].astype("f4"),
        training_labels=training.targets[:ROWS],
        test_images=test.inputs.astype("f4"),
        test_labels=test.targets,
    )


def cold_starts(sides: Sequence[Side], repeats: int, tell: Callable[[str], None]) -> list[Cold]:
    """Cold starts of all sides in turn, with empty and then with warm caches."""
    found = [Cold(side) for side in sides]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "digits.npz"
        write_digits(file)
        for _ in range(repeats):
            for one in found:
                with caches() as variables:
                    for times in (one.empty, one.warm):
                        if not one.failure:
                            times.append(_started(one, file, variables))
    for one in found:
        said = one.failure or f"{statistics.median(one.empty):.2f} s"
        tell(f"  {one.side.title}: {said}")
    return found


def _started(one: Cold, file: Path, variables: dict[str, str]) -> float:
    """Seconds of one process, from nothing to the accuracy."""
    side = one.side
    python = sys.executable if side.needs is None else str(peers_python())
    options = json.dumps(side.cold.options)
    command = [python, "-m", "benchmarks.cold_start", side.place, options, str(file)]
    environment = clean_environment(**variables, **side.cold.variables)
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if done.returncode:
        one.failure = (done.stderr.strip().splitlines() or ["it ended badly"])[-1][:300]
        return seconds
    one.accuracy = float(done.stdout.split()[-1])
    return seconds


def first_calls(
    sides: Sequence[Side], repeats: int, log: Path, tell: Callable[[str], None]
) -> list[First]:
    """What the first call costs in a fresh process with empty caches, the imports done."""
    found = []
    for side in sides:
        one = First(side)
        found.append(one)
        try:
            for workload in (FOUR_LAYERS, TEN_LAYERS):
                times = [_first(side, workload.name, log) for _ in range(repeats)]
                one.seconds[workload.name] = statistics.median(times)
        except SideFailed as failure:
            one.failure = str(failure)
        tell(f"  {side.title}: {one.failure or one.seconds}")
    return found


def _first(side: Side, workload: str, log: Path) -> float:
    with caches() as variables:
        worker = Worker(side, Setting(variables={**variables, **side.cold.variables}), log)
        try:
            worker.ask("describe")
            options = {k: v for k, v in side.cold.options.items() if k != "chunk"}
            answer = worker.ask("prepare", workload=workload, options=options)
            return max(0.0, float(answer["first"]) - float(answer["epoch"]))
        finally:
            worker.close()
