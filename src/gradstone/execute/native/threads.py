"""The process's second thread for training: asleep outside of runs, in generated code within.

It is a Python thread that spends a run inside `crew.define_worker`'s code, where it holds no lock
of Python's. There is at most one in a process, and one run has it at a time; a run that cannot
have it, or loses it, does all the work itself, with the same bits.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gradstone.execute.native import ir
from gradstone.execute.native.cache import kept_code
from gradstone.execute.native.compile import load
from gradstone.execute.native.crew import ACTIVE, SIZE, YIELD, define_worker
from gradstone.execute.native.host import this_host
from gradstone.execute.native.layout import aligned

MOST = 2
"""Threads of a run."""


def allowed(threads: int | None = None) -> int:
    """How many threads a run has: as many as asked for, at most 2 and the cores it may use."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return min(MOST, cores, cores if threads is None else max(threads, 1))


class Worker:
    """The second thread, asleep outside of runs."""

    def __init__(self) -> None:
        """Start it."""
        host = this_host()
        self.loaded = load(kept_code(("worker",), _worker_text, host), host)
        self.loop = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.loaded.address("worker"))
        self.shared = aligned(8 * SIZE).view("int64")
        self.shared[YIELD] = _yield_address()
        self.free = threading.Lock()
        self.wake = threading.Semaphore(0)
        self.thread = threading.Thread(target=self.live, daemon=True, name="gradstone worker")
        self.thread.start()

    def live(self) -> None:
        """What the thread does all its life."""
        while True:
            self.wake.acquire()
            self.loop(self.shared.ctypes.data)

    def begin(self) -> int:
        """Wake it for a run; the address of the shared array."""
        _keep_apart(self.thread)
        self.shared[ACTIVE] = 1
        self.wake.release()
        return int(self.shared.ctypes.data)

    def end(self) -> None:
        """Let it go to sleep."""
        self.shared[ACTIVE] = 0


_staff: list[Worker] = []
_starting = threading.Lock()


def _forget() -> None:
    """In a forked process: the thread is not there, and the locks may be held for ever."""
    global _starting
    _staff.clear()
    _starting = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


@contextmanager
def hired(wanted: bool) -> Iterator[int]:
    """The shared array's address for a run, the worker awake; 0 where it is not wanted or busy."""
    worker = _worker() if wanted else None
    if worker is None or not worker.free.acquire(blocking=False):
        yield 0
        return
    try:
        yield worker.begin()
    finally:
        worker.end()
        worker.free.release()


def _worker() -> Worker | None:
    """The process's worker; None where no thread can be started."""
    with _starting:
        if not _staff:
            try:
                _staff.append(Worker())
            except RuntimeError:  # the system has no thread left, or Python is ending
                return None
        return _staff[0]


def _worker_text() -> str:
    module = ir.Module("gradstone")
    define_worker(module, this_host())
    return str(module)


def _yield_address() -> int:
    """Where the system's call to give up the rest of a time slice begins."""
    if os.name == "nt":
        function = ctypes.windll.kernel32.SwitchToThread  # type: ignore[attr-defined]
    else:
        function = ctypes.CDLL(None).sched_yield
    return int(ctypes.cast(function, ctypes.c_void_p).value or 0)


def _keep_apart(thread: threading.Thread) -> None:
    """Bar the thread from the core its caller runs on, where the system can say which.

    Two threads that wait for each other look equally busy to the scheduler, which may leave
    them on one core for many milliseconds: slower than a single thread.
    """
    if not hasattr(os, "sched_setaffinity") or thread.native_id is None:
        return
    try:
        others = os.sched_getaffinity(0) - {ctypes.CDLL(None).sched_getcpu()}
        if others:
            os.sched_setaffinity(thread.native_id, others)
    except (AttributeError, OSError):  # a C library or a system that does not say
        return
