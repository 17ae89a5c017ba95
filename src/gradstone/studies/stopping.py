"""How trainings in threads end: one after another, or all at once when the caller gives up."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from typing import TypeVar

from gradstone.training.history import Silence

Result = TypeVar("Result")
LOOK = 0.1
"""Seconds after which the caller gets a turn, though no training has ended."""


class Stopped(Exception):
    """The caller has given up."""


class Watch(Silence):
    """Progress that ends a training between two stretches of it once an event is set.

    Raises:
        Stopped: out of the training.
    """

    def __init__(self, stop: Event) -> None:
        """Nothing is stopped yet."""
        self.stop = stop

    def step(self, epoch: int, step: int, loss: float) -> None:
        """Stopped, once the event is set."""
        if self.stop.is_set():
            raise Stopped


def as_they_end(futures: Iterable[Future[Result]]) -> Iterator[set[Future[Result]]]:
    """Those that have ended since the last look, perhaps none, until there are no others.

    Ctrl-C comes through between two looks, also where the system's waiting lets none through.
    """
    waiting = set(futures)
    while waiting:
        ended, waiting = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
        yield ended


def let_end(pool: Executor) -> None:
    """Wait until what runs in a pool has ended; a second Ctrl-C does not cut it short."""
    with undisturbed():
        pool.shutdown(cancel_futures=True)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C waits: what is being ended or saved is done whole. It takes about a second."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
