"""`gradstone bench`: side by side with the peers, from a checkout of the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from gradstone.errors import FileError

CHECKOUT = Path(__file__).resolve().parents[4]


def bench(
    workloads: Annotated[
        str | None, typer.Option(metavar="NAME,…", help="Only these workloads.")
    ] = None,
    sides: Annotated[str | None, typer.Option(metavar="NAME,…", help="Only these sides.")] = None,
    repeats: Annotated[int | None, typer.Option(min=1, help="Rounds over all sides.")] = None,
    executor: Annotated[
        str | None, typer.Option(help="Gradstone's: native where there is one.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Short, to see that all runs.")] = False,
) -> None:
    """Time training side by side with NumPy, PyTorch, JAX, scikit-learn, Keras and tinygrad.

    The benchmarks live in the project's checkout, not in the package. The first time they make
    an environment of their own for the peers, which takes some minutes.

    gradstone bench --quick

    gradstone bench --workloads digits-adam,t2 --sides gradstone,jax-scan,torch
    """
    if not (CHECKOUT / "benchmarks" / "__main__.py").is_file():
        came, wanted = "this Gradstone is an installed package", "a checkout of it is wanted"
        raise FileError("bench", came, wanted, "Clone the project and run make bench there.")
    given = {"workloads": workloads, "sides": sides, "repeats": repeats, "executor": executor}
    command = [sys.executable, "-m", "benchmarks"]
    for name, value in given.items():
        command += [f"--{name}", str(value)] if value is not None else []
    done = subprocess.run([*command, *(["--quick"] * quick)], cwd=CHECKOUT, check=False)
    raise typer.Exit(done.returncode)
