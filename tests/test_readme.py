"""What the documents say is so: the example runs, names, files and pictures exist."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from pathlib import Path

import pytest

import gradstone as gs
from gradstone.app.cli.commands import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README, ARCHITECTURE = ROOT / "README.md", ROOT / "docs" / "architecture.md"
GALLERY = ROOT / "docs" / "gallery.md"
SOURCE = ROOT / "src" / "gradstone"


def example() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    return found


def test_the_example_prints_what_it_says():
    wanted = re.findall(r"^print\(.*?\)\s+# (.*)$", example(), re.MULTILINE)
    assert len(wanted) == example().count("print(") == 3
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example(), str(README), "exec"), {})
    assert printed.getvalue().splitlines() == wanted


def test_the_example_is_short():
    assert sum(bool(line.strip()) for line in example().splitlines()) <= 12


def test_every_name_in_the_readme_is_public():
    names = set(re.findall(r"\bgs\.(\w+)", README.read_text("utf-8")))
    assert len(names) > 30
    assert [name for name in sorted(names) if not hasattr(gs, name)] == []


def test_every_command_in_the_readme_exists():
    told = set(re.findall(r"\.venv/bin/gradstone ([\w-]+)", README.read_text("utf-8")))
    assert told == set(COMMANDS)


@pytest.mark.parametrize("page", [README, ARCHITECTURE, GALLERY])
def test_links_and_pictures_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        assert (page.parent / link).is_file(), link


def test_pictures_are_pictures():
    for path in (ROOT / "docs" / "pictures").iterdir():
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n"), path


def test_the_architecture_names_files_that_exist():
    for name in re.findall(r"`([a-z_/]+\.py)`", ARCHITECTURE.read_text("utf-8")):
        assert (SOURCE / name).is_file(), name


def test_the_architecture_tells_every_room_in_the_order_a_number_flows():
    rooms = re.findall(r"^\*\*(\w+)\*\*:", ARCHITECTURE.read_text("utf-8"), re.MULTILINE)
    there = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert there <= set(rooms)
    (layers, _) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    place = {
        room: number
        for number, layer in enumerate(reversed(layers["layers"]))
        for room in re.findall(r"\w+", layer)
    }
    assert [place[room] for room in rooms] == sorted(place[room] for room in rooms)
