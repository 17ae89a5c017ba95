"""Which sides there are, where they run, and the settings each may choose its best from."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.workloads import Workload

CORES = os.cpu_count() or 1
TINY = 200_000
"""Operations a step below which products written as sums and unrolled loops are worth a try."""
FUSED_LOOPS = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000"
"""Lets XLA compile small loops as one function, however many bytes they touch."""
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false"


@dataclass(frozen=True, slots=True)
class Setting:
    """A way of running a side: a phrase for the report, variables of its process, options."""

    title: str = "default"
    variables: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """A side of the comparison.

    Attributes:
        place: "module:Class" below benchmarks.sides.
        needs: what must be importable in the peers' environment; None: the project's own.
        settings: those to choose from for a workload; none: it cannot be expressed (`why`).
        framework: whether it counts as a peer among frameworks (for the cold start).
        cold: the setting of the cold start and of the first call: small nets want one thread.
    """

    name: str
    title: str
    place: str
    needs: str | None
    settings: Callable[[Workload], list[Setting]]
    why: str = ""
    framework: bool = True
    cold: Setting = field(default_factory=Setting)


def _threads(*names: str) -> Callable[[Workload], list[Setting]]:
    """One thread or all cores, by environment variables."""

    def settings(_: Workload) -> list[Setting]:
        counts = sorted({1, CORES})
        return [
            Setting(f"{n} thread" + "s" * (n > 1), {name: str(n) for name in names}) for n in counts
        ]

    return settings


def _compiled(workload: Workload) -> list[Setting]:
    """torch.compile; its mode "reduce-overhead" (CUDA graphs) is the default's code on a CPU."""
    modes: list[tuple[str, dict[str, Any]]] = [("", {}), (", C++ wrapper", {"cpp_wrapper": True})]
    return [
        Setting(n.title + mode, n.variables, options)
        for n in _threads("OMP_NUM_THREADS")(workload)
        for mode, options in modes
    ]


def _jax_step(workload: Workload) -> list[Setting]:
    sums = [True, False] if workload.flops < TINY else [False]
    flags = {"all cores": FUSED_LOOPS, "one thread": f"{FUSED_LOOPS} {ONE_THREAD}"}
    return [
        Setting(name + ", products as sums" * one, {"XLA_FLAGS": flag}, {"sums": one})
        for (name, flag), one in itertools.product(flags.items(), sums)
    ]


def _jax_scan(workload: Workload) -> list[Setting]:
    """JAX per step's choices, times how far a scan is unrolled and who makes the order."""
    unrolled = [1, 4] if workload.flops < 10 * TINY else [1]
    orders = ["host", "device"] if workload.shuffle else ["none"]
    found = []
    for one, unroll, order in itertools.product(_jax_step(workload), unrolled, orders):
        title = one.title + (f", unroll {unroll}" if unroll > 1 else "")
        title += "" if order == "none" else f", order by the {order}"
        options = {**one.options, "unroll": unroll, "shuffle": order}
        found.append(Setting(title, one.variables, options))
    return found


def _keras(workload: Workload) -> list[Setting]:
    """How many steps Keras runs in one call."""
    counts = [n for n in (1, 8, 32) if n <= workload.steps]
    return [Setting(f"{n} steps a call", {}, {"together": n}) for n in counts]


def _tinygrad(workload: Workload) -> list[Setting]:
    """How many steps one TinyJit holds, on one thread and on all."""
    counts = [n for n in (10, 1) if n <= workload.steps]
    return [
        Setting(f"{one.title}, {n} steps a call", one.variables, {"together": n})
        for one in _threads("NUM_CPU_THREADS")(workload)
        for n in counts
    ]


def _sklearn(workload: Workload) -> list[Setting]:
    if not workload.bias or workload.output:
        return []
    return _threads("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")(workload)


def gradstone(executor: str) -> Side:
    """Our own side with an executor."""
    threads = _threads("OPENBLAS_NUM_THREADS")
    own = [Setting(executor, {}, {"executor": executor})]

    def settings(workload: Workload) -> list[Setting]:
        if executor != "interpreter":
            return own
        return [
            Setting(f"{executor}, {one.title}", one.variables, {"executor": executor})
            for one in threads(workload)
        ]

    place, cold = "gradstone_side:GradstoneSide", own[0]
    return Side("gradstone", "Gradstone", place, None, settings, framework=False, cold=cold)


ALONE = Setting(
    variables={
        "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NUM_CPU_THREADS": "1",
    }
)  # fmt: skip

PEERS = {
    one.name: one
    for one in (
        Side(
            "numpy", "NumPy by hand", "numpy_side:NumpySide", "numpy",
            _threads("OPENBLAS_NUM_THREADS"), framework=False, cold=ALONE,
        ),
        Side(
            "torch", "PyTorch eager", "torch_side:EagerSide", "torch", _threads("OMP_NUM_THREADS"),
            cold=ALONE,
        ),
        Side("compile", "torch.compile", "torch_side:CompiledSide", "torch", _compiled, cold=ALONE),
        Side("jax-step", "JAX jit per step", "jax_side:StepSide", "jax", _jax_step),
        Side(
            "jax-scan", "JAX scan", "jax_side:ScanSide", "jax", _jax_scan,
            cold=Setting(options={"shuffle": "host", "chunk": 20}),
        ),
        Side(
            "sklearn", "scikit-learn", "sklearn_side:SklearnSide", "sklearn", _sklearn,
            why="no layers without biases, no activation at a regressor's output", cold=ALONE,
        ),
        Side("keras", "Keras on JAX", "keras_side:KerasSide", "keras", _keras),
        Side(
            "tinygrad", "tinygrad", "tinygrad_side:TinygradSide", "tinygrad", _tinygrad,
            cold=ALONE,
        ),
    )
}  # fmt: skip
