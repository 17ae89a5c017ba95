"""Run the commands that a page quotes, and write what they print below them.

    python tools/evidence.py docs/questions.md

A command stands in a block of its own, marked console, behind "$ "; what follows it in the block is
what it printed. Where files went is left out.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(
    r"^```console\n\$ gradstone ((?:[^\n]*\\\n)*[^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE
)
LEFT_OUT = ("saved ", "next: ")


def commands(page: str) -> list[tuple[str, str]]:
    """The commands of a page, each with what it printed."""
    return [(_joined(found[1]), found[2]) for found in BLOCK.finditer(page)]


def _joined(command: str) -> str:
    """A command of several lines, each but the last with a backslash at its end, as one."""
    return " ".join(line.rstrip("\\").strip() for line in command.split("\n"))


def printed(command: str, folder: str) -> str:
    """What a command prints, run in a folder.

    Raises:
        RuntimeError: its exit code is neither 0 nor 1, which is a descent that ran away.
    """
    arguments = [sys.executable, "-m", "gradstone", *shlex.split(command), "--lang", "en"]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"gradstone {command}: {done.stderr}")
    kept = [line for line in done.stdout.splitlines() if not line.startswith(LEFT_OUT)]
    return "\n".join(line.rstrip() for line in kept) + "\n"


def refreshed(page: str) -> str:
    """The page with what its commands print now."""
    with tempfile.TemporaryDirectory() as folder:

        def block(found: re.Match[str]) -> str:
            now = printed(_joined(found[1]), folder)
            return f"```console\n$ gradstone {found[1]}\n{now}```"

        return BLOCK.sub(block, page)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(refreshed(Path(name).read_text("utf-8")), "utf-8")
