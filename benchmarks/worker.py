"""The process of one side: requests and answers are lines of JSON.

    python -m benchmarks.worker MODULE:CLASS

Requests: {"do": "describe"}, {"do": "products", "shapes": …}, {"do": "prepare", "workload": …,
"options": …}, {"do": "train", "epochs": …} of what was prepared last, {"do": "use", "key": …} to
go back to something prepared before, and {"do": "losses", "workload": …, "options": …}.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module
from time import perf_counter
from typing import Any

from benchmarks.workloads import FOUR_LAYERS, TEN_LAYERS, WORKLOADS

KNOWN = {**WORKLOADS, FOUR_LAYERS.name: FOUR_LAYERS, TEN_LAYERS.name: TEN_LAYERS}


class Worker:
    """Keeps the sides that were prepared, by a key of workload and options."""

    def __init__(self, place: str) -> None:
        module, self.name = place.split(":")
        self.module = import_module(f"benchmarks.sides.{module}")
        self.sides: dict[str, Any] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """What was asked for."""
        answer: dict[str, Any] = getattr(self, "_" + request.pop("do"))(**request)
        return answer

    def _describe(self) -> dict[str, Any]:
        try:
            from threadpoolctl import threadpool_info

            pools = [
                f"{one['internal_api']} {one.get('version') or ''} "
                f"{one.get('architecture') or ''} {one['num_threads']} threads"
                for one in threadpool_info()
            ]
        except ImportError:
            pools = []
        return {"versions": self.module.described(), "pools": pools}

    def _prepare(self, workload: str, options: dict[str, Any]) -> dict[str, Any]:
        """Build the side; the seconds until its first epoch is done, and those of a later one."""
        start = perf_counter()
        side = getattr(self.module, self.name)(KNOWN[workload], options)
        side.train(1)
        first = perf_counter() - start
        seconds, epochs = side.train(1)
        key = json.dumps([workload, options])
        self.side = self.sides[key] = side
        return {"key": key, "first": first, "epoch": seconds / epochs}

    def _use(self, key: str) -> dict[str, Any]:
        self.side = self.sides[key]
        return {}

    def _forget(self, key: str) -> dict[str, Any]:
        """Free what a key kept."""
        self.side = None
        self.sides.pop(key, None)
        return {}

    def _losses(self, workload: str, options: dict[str, Any]) -> dict[str, Any]:
        """Mean losses of the epochs of a workload's probe."""
        probe, epochs = KNOWN[workload].probe()
        side = getattr(self.module, self.name)(probe, options)
        return {"losses": [float(one) for one in side.losses(epochs)]}

    def _train(self, epochs: int) -> dict[str, Any]:
        seconds, done = self.side.train(epochs)
        return {"seconds": seconds, "epochs": done}

    def _products(self, shapes: list[list[int]], seconds: float) -> dict[str, Any]:
        """The best rate of float32 products of these shapes (rows, inner, columns), in flop/s."""
        import numpy as np

        rates = []
        for rows, inner, columns in shapes:
            a, b = np.ones((rows, inner), "f4"), np.ones((inner, columns), "f4")
            out = np.empty((rows, columns), "f4")
            times: list[float] = []
            until = perf_counter() + seconds
            while perf_counter() < until or len(times) < 3:
                start = perf_counter()
                np.matmul(a, b, out=out)
                times.append(perf_counter() - start)
            rates.append(2 * rows * inner * columns / min(times))
        return {"rates": rates}


def main() -> None:
    """Answer until the input ends. What libraries print goes to the standard error."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker: Worker | None = None
    for line in sys.stdin:
        try:
            worker = worker or Worker(sys.argv[1])
            answer = worker.answer(json.loads(line))
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
