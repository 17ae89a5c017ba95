"""A process that ends waits for the machine code that still runs in other threads of it.

Otherwise memory and libraries are taken from under that code, which can crash the process.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 2.0
"""Seconds to wait at the end; a chunk of training takes 0.05, or one longer step."""


class _Gate:
    """Counts the calls under way; closed, it lets no other thread in any more."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.inside, self.closed = 0, False

    @contextmanager
    def passing(self) -> Iterator[None]:
        with self.changed:
            if self.closed and threading.current_thread() is not threading.main_thread():
                while True:  # for good: the process ends
                    self.changed.wait()
            self.inside += 1
        try:
            yield
        finally:
            with self.changed:
                self.inside -= 1
                self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.wait_for(lambda: not self.inside, PATIENCE)


_gate = _Gate()
atexit.register(_gate.close)


@contextmanager
def machine_code() -> Iterator[None]:
    """Around each call of compiled code, and of the compiler."""
    with _gate.passing():
        yield
