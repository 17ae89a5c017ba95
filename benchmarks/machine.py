"""What a results file says about where it was measured."""

from __future__ import annotations

import datetime
import os
import platform
from pathlib import Path

import numpy as np


def processor() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def described() -> list[str]:
    """Date, processor, cores, versions and BLAS, as lines of Markdown."""
    from threadpoolctl import threadpool_info

    pools = [
        f"{pool['internal_api']} {pool.get('version')} ({pool.get('architecture')}, "
        f"{pool['num_threads']} threads)"
        for pool in threadpool_info()
    ]
    return [
        f"Measured {datetime.date.today()} on {processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"{', '.join(pools)}; OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE cleared.",
        "",
    ]
