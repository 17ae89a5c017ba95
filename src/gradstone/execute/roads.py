"""The executors by name, each loaded when it is asked for."""

from __future__ import annotations

import warnings

from gradstone.errors import unknown
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import LoopingExecutor

ROADS = ("native", "interpreter")


def executor(name: str, threads: int | None = None) -> LoopingExecutor:
    """The executor of a name; "native" trains on at most so many threads.

    Where llvmlite or OpenBLAS cannot be loaded, "native" says so in a warning and the
    interpreter serves.

    Raises:
        UnknownNameError: no executor of that name.
    """
    if name not in ROADS:
        raise unknown("executor", str(name), ROADS)
    if name == "interpreter":
        return Interpreter()
    try:
        from gradstone.execute.native.executor import NativeExecutor
    except (ImportError, OSError) as error:
        cause = f"{type(error).__name__}: {error}"
        warnings.warn(
            f"native: it cannot be loaded ({cause}): the interpreter serves.", stacklevel=9
        )
        return Interpreter()
    return NativeExecutor(threads)
