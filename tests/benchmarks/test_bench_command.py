"""`gradstone bench` runs the checkout's benchmarks, or says where they are."""

import subprocess
import sys

import pytest
import typer

from gradstone.app.cli import bench_command
from gradstone.errors import FileError


def test_it_passes_on_what_was_asked_for_and_the_exit_code(monkeypatch):
    seen = {}

    def run(command, cwd, check):
        seen.update(command=command, cwd=cwd)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(typer.Exit) as left:
        bench_command.bench(workloads="xor", repeats=2, quick=True)
    assert left.value.exit_code == 3
    expected = ["-m", "benchmarks", "--workloads", "xor", "--repeats", "2", "--quick"]
    assert seen["command"] == [sys.executable, *expected]
    assert (seen["cwd"] / "benchmarks" / "__main__.py").is_file()


def test_without_a_checkout_it_says_how(monkeypatch, tmp_path):
    monkeypatch.setattr(bench_command, "CHECKOUT", tmp_path)
    with pytest.raises(FileError, match="make bench"):
        bench_command.bench()
