"""Code on disk: found again, made anew where damaged, bounded, safe with several processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import gradstone as gs
from gradstone.execute.native import cache
from gradstone.execute.native.executor import Machine, NativeExecutor
from gradstone.execute.native.host import this_host
from gradstone.execute.native.schedule import schedule
from gradstone.graph.node import input_node
from gradstone.graph.walk import Graph
from gradstone.training.optimizers import Optimizer

TEXT = "define void @nothing() {\n  ret void\n}\n"


def square_sum() -> Graph:
    x = input_node((5,), "float64")
    return Graph((x,), ((x * x).sum(),))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADSTONE_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


def made(parts: tuple[str, ...], calls: list[int]) -> bytes:
    def text() -> str:
        calls.append(1)
        return TEXT

    return cache.kept_code(parts, text, this_host())


def test_code_is_made_once(folder: Path) -> None:
    calls: list[int] = []
    assert made(("a",), calls) == made(("a",), calls)
    made(("b",), calls)
    made(("a", "b"), calls)
    assert len(calls) == 3
    assert len(list(folder.iterdir())) == 3


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped"])
def test_a_damaged_entry_is_made_anew(folder: Path, damage: str) -> None:
    calls: list[int] = []
    good = made(("a",), calls)
    [path] = folder.iterdir()
    kept = bytearray(path.read_bytes())
    kept[40] ^= 1
    path.write_bytes({"empty": b"", "cut": kept[:-3], "flipped": bytes(kept)}[damage])
    assert made(("a",), calls) == good
    assert len(calls) == 2
    assert cache.read(path) == good


def test_parts_do_not_run_into_each_other() -> None:
    host = this_host()
    assert cache.key(("ab", "c"), host) != cache.key(("a", "bc"), host)


def test_the_oldest_go_first(tmp_path: Path) -> None:
    for age, name in enumerate("abc"):
        path = tmp_path / f"{name}.o"
        path.write_bytes(bytes(10))
        os.utime(path, (age, age))
    cache.trim(tmp_path, 20)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.o", "c.o"]


@pytest.mark.parametrize("off", ["", "0", "off"])
def test_nothing_is_kept_where_it_is_off(
    off: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRADSTONE_CACHE", off)
    monkeypatch.chdir(tmp_path)
    assert cache.folder() is None
    made(("a",), [])
    assert not list(tmp_path.iterdir())


def test_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GRADSTONE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.folder() == tmp_path / "gradstone"


def test_a_folder_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("GRADSTONE_CACHE", str(file))
    [total] = NativeExecutor().compile(square_sum())(np.arange(5.0))
    assert total == 30


def test_equal_programs_are_described_alike() -> None:
    one, two = (Machine(schedule(square_sum()), [()]).program for _ in range(2))
    assert cache.described(one) == cache.described(two)


def test_a_kept_entry_serves_other_processes(folder: Path) -> None:
    script = (
        "import numpy as np\n"
        "from gradstone.execute.native.executor import NativeExecutor\n"
        "from tests.execute.native.test_cache import square_sum\n"
        "[total] = NativeExecutor().compile(square_sum())(np.arange(5.0))\n"
        "assert total == 30\n"
    )
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", script]
    running = [subprocess.Popen(command, cwd=root) for _ in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    assert len(list(folder.iterdir())) == 1


def test_held_samples_make_an_entry_of_their_own(folder: Path) -> None:
    """A loop measures as many samples as it was made for; the loop without is another."""
    x = np.linspace(-1.0, 1.0, 40).reshape(20, 2)

    def entries(held: int) -> int:
        validation = (x[:held], x[:held, 0]) if held else 0.0
        gs.train(gs.MLP([2, 1]), x, x[:, 0], epochs=1, validation=validation)
        return len(list(folder.iterdir()))

    assert [entries(held) for held in (0, 0, 5, 5, 6, 0)] == [1, 1, 2, 2, 3, 3]


def test_code_belongs_to_shapes_and_dtypes(folder: Path) -> None:
    for count, (shape, dtype) in enumerate(
        [((5,), "float64"), ((6,), "float64"), ((5,), "float32"), ((5, 1), "float64")], 1
    ):
        for _ in range(2):
            x = input_node(shape, dtype)
            [total] = NativeExecutor().compile(Graph((x,), ((x * x).sum(),)))(np.ones(shape, dtype))
            assert (total, total.dtype) == (np.prod(shape), dtype)
            assert len(list(folder.iterdir())) == count


def test_code_belongs_to_numbers_of_the_graph(folder: Path) -> None:
    for factor in (2.0, 3.0, 2.0):
        x = input_node((5,), "float64")
        [found] = NativeExecutor().compile(Graph((x,), (factor * x,)))(np.ones(5))
        assert (found == factor).all()
    assert len(list(folder.iterdir())) == 2


def test_training_is_kept_by_its_batches(folder: Path) -> None:
    x = np.linspace(-1.0, 1.0, 12)[:, None]
    for count, size in ((1, 4), (2, 5), (2, 4), (3, 12)):
        run = gs.train(gs.MLP([1, 1]), x, x, "mse", epochs=2, batch_size=size, metrics=())
        assert run.epoch == 2
        assert len(list(folder.iterdir())) == count


@pytest.mark.parametrize("make", [gs.sgd, gs.adamw, lambda rate: gs.sgd(gs.warm_up(rate, 5))])
def test_rates_share_an_entry(folder: Path, make: Callable[[float], Optimizer]) -> None:
    """Whoever tries learning rates waits for the compiler once."""
    x = np.linspace(-1.0, 1.0, 12)[:, None]
    for rate in (0.03, 0.5, 0.07):
        ours, plain = (
            gs.train(gs.MLP([1, 1]), x, 2.0 * x, optimizer=make(rate), epochs=3, batch_size=5,
                     dtype="float64", executor=road)
            for road in ("native", "interpreter")
        )  # fmt: skip
        np.testing.assert_allclose(ours.parameters["W1"], plain.parameters["W1"], rtol=1e-12)
    assert len(list(folder.iterdir())) == 1


SHARING = """
import sys
import time
from pathlib import Path

import numpy as np

from gradstone.execute.native.executor import NativeExecutor
from tests.execute.native.test_cache import scaled

ready, go = Path(sys.argv[1]), Path(sys.argv[2])
ready.touch()
while not go.exists():
    time.sleep(0.001)
for factor in range(8):
    [found] = NativeExecutor().compile(scaled(factor))(np.arange(5.0))
    assert (found == factor * np.arange(5.0) + 1.0).all(), found
"""
"""Eight graphs, one after the other, in each of several processes that begin together."""


def scaled(factor: int) -> Graph:
    x = input_node((5,), "float64")
    return Graph((x,), (float(factor) * x + 1.0,))


def together(place: Path, count: int = 4) -> None:
    root, go = Path(__file__).parents[3], place / "go"
    ready = [place / f"ready {number}" for number in range(count)]
    running = [
        subprocess.Popen([sys.executable, "-c", SHARING, str(one), str(go)], cwd=root)
        for one in ready
    ]
    while not all(one.exists() for one in ready):
        assert all(one.poll() is None for one in running)
        time.sleep(0.01)
    go.touch()
    assert [one.wait() for one in running] == [0] * count
    for one in (go, *ready):
        one.unlink()


def test_processes_that_begin_together(folder: Path, tmp_path: Path) -> None:
    together(tmp_path)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 8
    assert all(name.endswith(".o") for name in names)
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    assert all(cache.opened(one) for one in kept.values())
    # what would end a process that ran it, where the digest promised code
    for path, one in kept.items():
        path.write_bytes(one[: cache.DIGEST] + b"\xcc" * (len(one) - cache.DIGEST))
    together(tmp_path)
    assert {path: path.read_bytes() for path in folder.iterdir()} == kept
