"""Programs beside Python that some tests need: without one a test is skipped, and in CI fails."""

from __future__ import annotations

import os
import shutil

import pytest


def needed(*names: str) -> str:
    """The path of the first of these programs that is on this machine."""
    for name in names:
        path = shutil.which(name)
        if path is not None:
            return path
    if os.environ.get("CI"):
        pytest.fail(f"{names[0]} is missing on this machine")
    pytest.skip(f"needs {names[0]}")
