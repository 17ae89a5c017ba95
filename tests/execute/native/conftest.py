"""Tests leave the user's cache alone."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADSTONE_CACHE", "off")


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads also on a machine with a single core."""
    monkeypatch.setattr("gradstone.execute.native.looping.allowed", lambda count: count or 2)
