"""The interpreter against NumPy written by hand: one training step, sides alternating.

    python -m benchmarks.interpreter [--repeats 40]

Checks first that both sides compute the same, then times them in turn in one process and
writes the medians and their ratio to benchmarks/interpreter.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

import numpy as np  # noqa: E402  (after the environment is set)

import gradstone as gs  # noqa: E402
from benchmarks.machine import described  # noqa: E402
from gradstone.execute.interpreter import Interpreter  # noqa: E402
from gradstone.training.objective import Objective  # noqa: E402
from gradstone.training.step import Batch, Plan  # noqa: E402

Arrays = list[np.ndarray[Any, Any]]


def hand_t2(x: Any, t: Any, w1: Any, w2: Any, step: Any) -> Arrays:
    """One step of case T2 as people write it."""
    h = x @ w1
    a = np.maximum(h, 0)
    z = a @ w2
    loss = np.square(z - t).sum()
    dz = 2.0 * (z - t)
    dw2 = a.T @ dz
    dh = dz @ w2.T
    dh[h <= 0] = 0
    dw1 = x.T @ dh
    rate = np.float32(1e-6)
    return [loss, w1 - rate * dw1, w2 - rate * dw2]


def hand_digits(x: Any, t: Any, *parameters: Any) -> Arrays:
    """One step of 784-256-128-10, relu, softmax cross entropy, SGD."""
    w1, b1, w2, b2, w3, b3, _ = parameters
    rows = len(x)
    h1 = x @ w1 + b1
    a1 = np.maximum(h1, 0)
    h2 = a1 @ w2 + b2
    a2 = np.maximum(h2, 0)
    z = a2 @ w3 + b3
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - z[np.arange(rows), t]).mean()
    dz = e / total
    dz[np.arange(rows), t] -= 1
    dz /= np.float32(rows)
    d2 = dz @ w3.T
    d2[h2 <= 0] = 0
    d1 = d2 @ w2.T
    d1[h1 <= 0] = 0
    rate = np.float32(0.1)
    slopes = [x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0), a2.T @ dz, dz.sum(0)]
    return [loss, *(p - rate * g for p, g in zip(parameters, slopes, strict=False))]


def workloads() -> dict[str, tuple[Callable[..., Arrays], Plan, Any, Any]]:
    """Name, hand-written step, plan and batch of each workload."""
    state = np.random.RandomState(0)
    x, t = state.randn(64, 1000).astype("f4"), state.randn(64, 10).astype("f4")
    t2 = Plan(gs.MLP([1000, 100, 10], bias=False), Objective("sse"), gs.sgd(1e-6))
    image = state.rand(128, 784).astype("f4")
    label = state.randint(0, 10, 128)
    wide = gs.MLP([784, 256, 128, 10], output="softmax")
    digits = Plan(wide, Objective("cross_entropy"), gs.sgd(0.1))
    return {
        "T2 1000-100-10 relu, 64 samples, sse, SGD": (hand_t2, t2, x, t),
        "784-256-128-10 relu, batch 128, cross entropy, SGD": (hand_digits, digits, image, label),
    }


def timed(function: Callable[[], Any], calls: int) -> float:
    """Seconds a call, over a block of calls."""
    start = time.perf_counter()
    for _ in range(calls):
        function()
    return (time.perf_counter() - start) / calls


def compared(hand: Any, plan: Plan, x: Any, t: Any, repeats: int) -> tuple[float, float, float]:
    """Median seconds of the interpreter and of the hand-written step, and their ratio's median."""
    values = plan.network.initial_values(0)
    parameters = [value.astype("f4") for value in values.values()]
    state = list(plan.initial_state().values())
    program = Interpreter().compile(plan.training(Batch.like(x, t, len(x))).graph)
    arrays = (x, t, *parameters, *state)
    for ours, theirs in zip(program(*arrays), hand(*arrays), strict=False):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=1e-5)
    sides = (lambda: program(*arrays), lambda: hand(*arrays))
    for side in sides:
        timed(side, 20)
    pairs = [(timed(sides[0], 20), timed(sides[1], 20)) for _ in range(repeats)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return ours, theirs, statistics.median(a / b for a, b in pairs)


def main() -> None:
    """Run all workloads and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=40)
    repeats = parser.parse_args().repeats
    lines = [
        "# The interpreter against hand-written NumPy",
        "",
        *described(),
        f"float32, one whole training step, {repeats} alternating blocks of 20 steps; medians of",
        "the blocks, and the median of the ratios of neighbouring blocks.",
        "Both sides first agree to 2e-4 on the loss and every new parameter.",
        "",
        "| workload | interpreter | NumPy by hand | ratio | to reach |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, (hand, plan, x, t) in workloads().items():
        ours, theirs, ratio = compared(hand, plan, x, t, repeats)
        row = f"| {name} | {ours * 1e6:.0f} µs | {theirs * 1e6:.0f} µs | {ratio:.2f} | ≤ 1.3 |"
        lines.append(row)
    text = "\n".join(lines) + "\n"
    print(text)
    Path(__file__).with_suffix(".md").write_text(text)


if __name__ == "__main__":
    main()
