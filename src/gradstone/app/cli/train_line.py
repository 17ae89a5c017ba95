"""The `gradstone train` line that repeats what another command found."""

from __future__ import annotations

import shlex
from typing import Any

from gradstone.app.cli.material import Choice
from gradstone.app.cli.request import Request

USUAL: dict[str, Any] = {
    "hidden": "64", "activation": "relu", "optimizer": "adam", "batch_size": 32, "seed": 0,
    "dtype": "float32", "executor": "native",
}  # fmt: skip
"""What `gradstone train` takes where it is not told."""


def train_line(choice: Choice, request: Request) -> str:
    """A line for a shell: the options that are not the usual ones, numbers with all digits."""
    options: dict[str, Any] = {
        "target": choice.target, "test": choice.test, "task": choice.task,
        "dataset": choice.dataset, "size": choice.size, "noise": choice.noise,
        "data_seed": choice.seed, "hidden": request.hidden, "activation": request.activation,
        "optimizer": request.optimizer, "learning_rate": request.learning_rate,
        "epochs": request.epochs, "batch_size": request.batch_size, "seed": request.seed,
        "loss": request.loss, "dtype": request.dtype, "validation": request.validation,
        "executor": request.executor,
    }  # fmt: skip
    words = ["gradstone", "train", *([str(choice.table)] if choice.table else [])]
    for name, value in options.items():
        if value is not None and value != USUAL.get(name):
            words += [f"--{name.replace('_', '-')}", _written(value)]
    return shlex.join(words)


def _written(value: Any) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
