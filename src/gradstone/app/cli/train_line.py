"""The `gradstone train` line that repeats what another command found."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import Any

from gradstone.app.cli.material import Choice
from gradstone.app.cli.request import Request


def train_line(choice: Choice, request: Request) -> str:
    """A line for a shell: the options that are not the usual ones, numbers with all digits."""
    data = {
        "target": choice.target, "test": choice.test, "task": choice.task,
        "dataset": choice.dataset, "size": choice.size, "noise": choice.noise,
        "data_seed": choice.seed,
    }  # fmt: skip
    usual: dict[str, Any] = asdict(Request())
    words = ["gradstone", "train", *([str(choice.table)] if choice.table else [])]
    for name, value in {**data, **asdict(request)}.items():
        if value is not None and value != usual.get(name):
            words += [f"--{name.replace('_', '-')}", _written(value)]
    return shlex.join(words)


def _written(value: Any) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
