"""Tests leave the user's cache alone, and draw the same numbers in whatever order they run."""

from __future__ import annotations

import zlib

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADSTONE_CACHE", "off")


@pytest.fixture(autouse=True)
def own_numbers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module's RANDOM starts anew for each test, from the test's name."""
    if hasattr(request.module, "RANDOM"):
        seed = zlib.crc32(request.node.name.encode())
        monkeypatch.setattr(request.module, "RANDOM", np.random.default_rng(seed))


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads also on a machine with a single core."""
    monkeypatch.setattr("gradstone.execute.native.looping.allowed", lambda count: count or 2)
