"""The command line in the test's own process, in an empty folder."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gradstone.app.cli.main import main


@dataclass(frozen=True)
class Done:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on standard error."""
        (line,) = self.err.splitlines()
        return line


@pytest.fixture
def gradstone(capsys: Any, monkeypatch: Any, tmp_path: Path) -> Callable[..., Done]:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def undrawn(monkeypatch: Any) -> None:
    """Pictures are files without a picture, for tests that look at none."""
    monkeypatch.setattr("gradstone.pictures.style.rendered", lambda *_: b"\x89PNG\r\n\x1a\n")


def csv_text(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    return "\n".join(",".join(map(str, row)) for row in [head, *rows]) + "\n"


@pytest.fixture(scope="session")
def kept_run(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The folder of a run by its options, trained once; for tests that only read it."""
    made: dict[tuple[str, ...], Path] = {}

    def folder(*options: object) -> Path:
        told = tuple(map(str, options))
        if told not in made:
            made[told] = tmp_path_factory.mktemp("kept") / "run"
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("gradstone.pictures.style.rendered", lambda *_: b"")
                assert main(["train", *told, "--out", str(made[told]), "-q"]) == 0
        return made[told]

    return folder


@pytest.fixture(scope="session")
def kept_flowers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table of `flowers` for all tests together."""
    return flowers_in(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """90 rows of three kinds that are easy to tell apart."""
    return flowers_in(tmp_path)


def flowers_in(folder: Path) -> Path:
    draw = random.Random(1)
    kinds = ["rose", "tulip", "lily"]
    rows = [
        [f"{draw.gauss(4 * (i % 3), 0.5):.3f}", f"{draw.gauss(0, 1):.3f}", kinds[i % 3]]
        for i in range(90)
    ]
    path = folder / "flowers.csv"
    path.write_text(csv_text(["length", "width", "kind"], rows))
    return path


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    """120 rows with a price that is a sum."""
    draw = random.Random(2)
    rows = []
    for _ in range(120):
        area, age = draw.uniform(30, 200), draw.uniform(0, 90)
        rows.append([f"{area:.2f}", f"{age:.2f}", f"{3000 * area - 500 * age + 1e5:.0f}"])
    path = tmp_path / "houses.csv"
    path.write_text(csv_text(["area", "age", "price"], rows))
    return path
