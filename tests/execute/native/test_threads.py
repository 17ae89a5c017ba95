"""Two threads: the same bits as one, again and again, whatever comes between."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.batches import Batches
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import PlainLoop, Stepping, Stretch
from gradstone.execute.native import threads
from gradstone.execute.native.crew import ACTIVE
from gradstone.execute.native.looping import NativeLoop
from gradstone.training.objective import Objective
from gradstone.training.step import Batch, Plan

SECONDS = 120
"""What hangs longer has failed."""
SUMS = np.zeros(1)
NETS = {
    "blocks": ([4, 32, 16, 4], 1000, 1000),
    "blocks, ragged": ([4, 32, 16, 4], 997, 997),
    "blocks, odd count": ([4, 8, 3], 2500, 2500),
    "blocks, shuffled, short last batch": ([4, 32, 16, 4], 1500, 1024),
    "products": ([150, 200, 96, 5], 256, 128),
    "products, ragged": ([131, 203, 97, 5], 389, 130),
    "products, long sums": ([300, 64, 5], 256, 128),
}


def both(sizes, rows, batch, dtype="float64", optimizer=None):
    """Loops of a network on one thread, on two, and step by step; with how to begin them."""
    random = np.random.RandomState(0)
    net = gs.MLP(sizes, "tanh")
    plan = Plan(net, Objective("mse"), optimizer or gs.adam(0.01), dtype=dtype)
    x, t = (random.randn(rows, size).astype(dtype) for size in (sizes[0], sizes[-1]))
    values = [one.astype(dtype) for one in net.initial_values(0).values()]
    carried = [*values, *plan.initial_state().values()]
    kinds = tuple((one.shape, one.dtype.name) for one in carried)
    stepping = Stepping(lambda n: plan.training(Batch.like(x, t, n)).graph, 1, kinds)
    loops = [NativeLoop(stepping, x, t, count) for count in (1, 2)]
    return [*loops, PlainLoop(Interpreter(), stepping, x, t)], carried, Batches(rows, batch, 0)


def ran(loop, carried, batches, steps=6):
    """The bits that some steps give."""
    done = loop.run(Stretch(carried, batches, 0, steps, 1e30, SUMS))
    assert done.steps == steps
    return done, b"".join(one.tobytes() for one in (*done.carried, done.records))


def in_time(work):
    """What a function gives; a failure where it hangs."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert found, "it hangs, or failed in its thread"
    return found[0]


@pytest.mark.parametrize("optimizer", [None, gs.sgd(0.1), gs.momentum(0.1)])
@pytest.mark.parametrize("name", NETS)
def test_one_thread_two_and_the_interpreter_agree(name, optimizer, two_cores):
    (one, two, plain), carried, batches = both(*NETS[name], optimizer=optimizer)
    (first, bits), (_, others) = (in_time(lambda c=c: ran(c, carried, batches)) for c in (one, two))
    assert next(iter(two.made.values())).halved
    assert bits == others
    wanted, _ = ran(plain, carried, batches)
    for found, value in zip(first.carried, wanted.carried, strict=True):
        np.testing.assert_allclose(found, value, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["blocks, ragged", "products"])
def test_hundreds_of_runs_give_the_same_bits(name, dtype, two_cores):
    (one, two, _), carried, batches = both(*NETS[name], dtype)
    _, bits = ran(one, carried, batches, 2)

    def often():
        return {ran(two, carried, batches, 2)[1] for _ in range(300)}

    assert in_time(often) == {bits}


def test_two_runs_at_once_share_no_worker(two_cores):
    (_, two, _), carried, batches = both(*NETS["blocks"])
    (_, other, _), more, cut = both(*NETS["products"])
    alone = ran(two, carried, batches)[1], ran(other, more, cut)[1]

    def together():
        with ThreadPoolExecutor(2) as pool:
            a = pool.submit(lambda: {ran(two, carried, batches)[1] for _ in range(50)})
            b = pool.submit(lambda: {ran(other, more, cut)[1] for _ in range(50)})
            return a.result(), b.result()

    assert in_time(together) == ({alone[0]}, {alone[1]})
    assert len(threads._staff) == 1


def test_the_worker_is_one_runs_at_a_time():
    with threads.hired(True) as one, threads.hired(True) as other:
        assert one != 0
        assert other == 0
    with threads.hired(True) as again:
        assert again == one
    with threads.hired(False) as none:
        assert none == 0


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_an_exception_lets_the_worker_rest(kind, two_cores):
    (one, two, _), carried, batches = both(*NETS["blocks"])
    with pytest.raises(kind), threads.hired(True):
        raise kind
    [worker] = threads._staff
    assert worker.shared[ACTIVE] == 0
    assert not worker.free.locked()
    assert in_time(lambda: ran(two, carried, batches)[1]) == ran(one, carried, batches)[1]
    assert worker.shared[ACTIVE] == 0


def test_code_works_without_the_worker_it_counts_on(two_cores, monkeypatch):
    (one, two, _), carried, batches = both(*NETS["products"])
    monkeypatch.setattr(threads.Worker, "live", lambda self: None)
    monkeypatch.setattr(threads, "_staff", [])
    assert in_time(lambda: ran(two, carried, batches)[1]) == ran(one, carried, batches)[1]


def test_how_many_threads():
    assert threads.allowed(1) == 1
    assert 1 <= threads.allowed() <= 2
    assert threads.allowed(64) <= 2


SCRIPT = """
import os, signal, sys, threading, time
import numpy as np, gradstone as gs
X = np.random.RandomState(0).randn(2000, 4)
def train(epochs=20, threads=2):
    return gs.train(gs.MLP([4, 32, 16, 4], "tanh"), X, X, epochs=epochs, threads=threads,
                    batch_size=2000)
first = train().parameters
assert all(np.array_equal(first[k], v) for k, v in train(threads=1).parameters.items())
"""
ENDINGS = {
    "at once": "",
    "in a run": "threading.Thread(target=train, args=(10**9,), daemon=True).start()\n"
    "time.sleep(.3)",
    "exit within": "threading.Thread(target=train, args=(10**9,), daemon=True).start()\n"
    "time.sleep(.3)\nsys.stdout.flush()\nos._exit(0)",
    "after a fork": "child = os.fork()\nsecond = train().parameters\n"
    "assert all(np.array_equal(first[k], v) for k, v in second.items())\n"
    "if child: assert os.waitpid(child, 0)[1] == 0",
    "interrupted": "threading.Timer(.3, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
    "run = train(10**9)\nassert run.epoch < 10**9\nsecond = train().parameters\n"
    "assert all(np.array_equal(first[k], v) for k, v in second.items())",
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_process_ends(name):
    if name == "after a fork" and not hasattr(os, "fork"):
        pytest.skip("there is no fork here")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT + ENDINGS[name]],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
