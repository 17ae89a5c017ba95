"""Code on disk: found again, made anew where damaged, bounded, safe with several processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradstone.execute.native import cache
from gradstone.execute.native.executor import Machine, NativeExecutor
from gradstone.execute.native.host import this_host
from gradstone.execute.native.schedule import schedule
from gradstone.graph.node import input_node
from gradstone.graph.walk import Graph

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
