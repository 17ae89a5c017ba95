"""The peers' environment, apart from the project's, and the variables every side starts with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv-peers"
PACKAGES = {
    "numpy": "numpy",
    "threadpoolctl": "threadpoolctl",
    "torch": "torch==2.13.0",
    "jax": "jax",
    "sklearn": "scikit-learn",
    "keras": "keras",
    "tinygrad": "tinygrad",
}
"""What is imported, and what is asked for to have it."""
CLEARED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "XLA_FLAGS")


def clean_environment(**extra: str) -> dict[str, str]:
    """The variables of this process without those that change a library's speed, and `extra`."""
    kept = {name: value for name, value in os.environ.items() if name not in CLEARED + THREADS}
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


def peers_python() -> Path:
    """The interpreter of the peers' environment."""
    folder = "Scripts" if os.name == "nt" else "bin"
    return PEERS / folder / ("python.exe" if os.name == "nt" else "python")


def prepare_peers(again: bool = False) -> dict[str, str]:
    """Make the peers' environment where it is missing.

    Args:
        again: try the packages once more that could not be installed before.

    Returns:
        what could not be installed: the name it is imported by, and pip's last word.
    """
    stamp = PEERS / "installed.json"
    if stamp.exists():
        failed: dict[str, str] = json.loads(stamp.read_text())
        if not again or not failed:
            return failed
    print(f"Setting up {PEERS.name} with the peers (once; some minutes) ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
    (PEERS / ".gitignore").write_text("*\n")
    failed = {name: said for name, package in PACKAGES.items() if (said := _installed(package))}
    stamp.write_text(json.dumps(failed, indent=1))
    return failed


def _installed(package: str) -> str:
    """Install a package; why not, or nothing."""
    command = [
        str(peers_python()),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        package,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stderr.strip().splitlines() or [f"pip ended with {done.returncode}"]
    return "" if done.returncode == 0 else lines[-1]
