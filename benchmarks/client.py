"""The other end of a worker: starts a side's process, asks, waits, and says what went wrong."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.environment import ROOT, clean_environment, peers_python
from benchmarks.sides.catalogue import Setting, Side

PATIENCE = 600.0
"""Seconds after which an answer is not waited for any more."""


class SideFailed(Exception):
    """A side could not do what was asked; the message is its own."""


class Worker:
    """A process of a side, alive until it is closed or fails to answer."""

    def __init__(self, side: Side, setting: Setting, log: Path) -> None:
        python = sys.executable if side.needs is None else str(peers_python())
        self.log = log.open("a")
        self.process = subprocess.Popen(
            [python, "-m", "benchmarks.worker", side.place],
            cwd=ROOT,
            env=clean_environment(**setting.variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def ask(self, do: str, patience: float = PATIENCE, **details: Any) -> dict[str, Any]:
        """The answer to a request.

        Raises:
            SideFailed: the side reports an error, died, or took too long.
        """
        process = self.process
        if process.stdin is None or process.stdout is None or process.poll() is not None:
            raise SideFailed("its process has ended")
        process.stdin.write(json.dumps({"do": do, **details}) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], patience)[0]:
            self.close()
            raise SideFailed(f"no answer to {do} within {patience:.0f} s")
        line = process.stdout.readline()
        if not line:
            raise SideFailed(f"its process ended (exit code {process.wait()}) at {do}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise SideFailed(answer["error"])
        return answer

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        self.log.close()


class Workers:
    """All processes, one for each side and set of variables, started when first asked for."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.alive: dict[tuple[str, str], Worker] = {}

    def of(self, side: Side, setting: Setting) -> Worker:
        """The process for a side in a setting."""
        key = (side.name, json.dumps(setting.variables, sort_keys=True))
        found = self.alive.get(key)
        if found is None or found.process.poll() is not None:
            found = self.alive[key] = Worker(side, setting, self.log)
        return found

    def close(self) -> None:
        """End all processes."""
        for one in self.alive.values():
            one.close()
