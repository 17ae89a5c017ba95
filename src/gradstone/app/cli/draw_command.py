"""`gradstone draw`: pictures that stand for themselves, one command each."""

from __future__ import annotations

import typer

from gradstone.app.cli.commands import Drawings

draw = typer.Typer(cls=Drawings, add_completion=False, rich_markup_mode=None)


@draw.callback(invoke_without_command=True)
def pictures(context: typer.Context) -> None:
    """Draw a picture: of a run, of a function, of a neuron; PNG, SVG, PDF or HTML by its name.

    gradstone draw activations relu,tanh,gelu

    gradstone draw regions runs/moons-001 --out regions.svg

    gradstone draw difference "sin(x)" --at 1

    gradstone draw graph "(apple*2 + orange*3)*tax" --at apple=100,orange=150,tax=1.1
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
