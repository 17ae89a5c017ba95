"""Run the commands that a page quotes, and write what they print below them.

    python tools/evidence.py docs/questions.md docs/questions.zh.md

A page named *.zh.md is told in Chinese, any other in English. A command stands in a block of its
own, marked console, behind "$ "; what follows it in the block is what it printed. Where files went
is left out.
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
LEFT_OUT = ("saved ", "next: ", "下一步：")


def commands(page: str) -> list[tuple[str, str]]:
    """The commands of a page, each with what it printed."""
    return [(_joined(found[1]), found[2]) for found in BLOCK.finditer(page)]


def _joined(command: str) -> str:
    """A command of several lines, each but the last with a backslash at its end, as one."""
    return " ".join(line.rstrip("\\").strip() for line in command.split("\n"))


def language_of(name: str) -> str:
    """The language of a page, by its file's name."""
    return "zh" if name.endswith(".zh.md") else "en"


def printed(command: str, folder: str, language: str) -> str:
    """What a command prints in a language, "en" or "zh", run in a folder.

    Raises:
        RuntimeError: its exit code is neither 0 nor 1, which is a descent that ran away.
    """
    arguments = [*shlex.split(command), "--lang", language]
    gradstone = [sys.executable, "-m", "gradstone", *arguments]
    done = subprocess.run(gradstone, cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"gradstone {command}: {done.stderr}")
    kept = [line for line in done.stdout.splitlines() if not line.startswith(LEFT_OUT)]
    return "\n".join(line.rstrip() for line in kept) + "\n"


def refreshed(page: str, language: str) -> str:
    """The page with what its commands print now, in a language."""
    with tempfile.TemporaryDirectory() as folder:

        def block(found: re.Match[str]) -> str:
            now = printed(_joined(found[1]), folder, language)
            return f"```console\n$ gradstone {found[1]}\n{now}```"

        return BLOCK.sub(block, page)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = Path(name).read_text("utf-8")
        Path(name).write_text(refreshed(page, language_of(name)), "utf-8")
