"""Tests draw the same numbers in whatever order and on however many workers they run."""

from __future__ import annotations

import signal
import zlib

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def own_numbers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module's RANDOM starts anew for each test, from the test's name."""
    shared = getattr(request.module, "RANDOM", None)
    if shared is not None:
        seed = zlib.crc32(request.node.name.encode())
        kind = np.random.RandomState
        made = kind(seed) if isinstance(shared, kind) else np.random.default_rng(seed)
        monkeypatch.setattr(request.module, "RANDOM", made)


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """Ctrl-C is heard also where a shell runs the tests in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
