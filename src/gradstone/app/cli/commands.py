"""The commands by name, each loaded when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from gradstone.errors import unknown

COMMANDS = {
    "train": "train_command", "predict": "predict_command", "explain": "explain_command",
    "exam": "exam_command", "grade": "grade_command", "descend": "descend_command",
    "capacity": "capacity_command", "find-rate": "find_rate_command", "sweep": "sweep_command",
    "tune": "tune_command", "draw": "draw_command", "check": "check_command",
    "ops": "ops_command", "bench": "bench_command",
}  # fmt: skip
"""Name -> module beside this one, whose function has the name of the command."""
DRAWINGS = {
    name: f"draw_{name}"
    for name in (
        "activations", "difference", "fit", "graph", "histograms", "landscape", "loss", "network",
        "neuron", "regions",
    )
}  # fmt: skip
"""Those of `gradstone draw`, likewise."""
FREE = {"descend", "difference", "graph"}
"""Where an argument may begin with a minus, as -x^2 does."""


def loaded(name: str, module: str) -> Any:
    """A command, made of the function that bears its name."""
    found = import_module(f"gradstone.app.cli.{module}")
    function = getattr(found, name.replace("-", "_"))
    if isinstance(function, typer.Typer):
        return typer.main.get_command(function)
    one = typer.Typer(add_completion=False, rich_markup_mode=None)
    one.command(name=name, context_settings={"ignore_unknown_options": name in FREE})(function)
    return typer.main.get_command(one)


class Commands(TyperGroup):
    """A group whose commands stand in a table; the others of a module are not loaded."""

    table: Mapping[str, str] = COMMANDS

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, or None."""
        module = self.table.get(cmd_name)
        return None if module is None else loaded(cmd_name, module)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names, and the rest; a usage error for another."""
        if args and args[0] not in self.table and not args[0].startswith("-"):
            ctx.fail(str(unknown("command", args[0], self.table)))
        return super().resolve_command(ctx, args)


class Drawings(Commands):
    """The pictures of `gradstone draw`."""

    table = DRAWINGS
