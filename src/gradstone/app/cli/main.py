"""The command `gradstone`: its commands, and how whatever goes wrong is told."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer

from gradstone import __version__
from gradstone.app.cli.commands import Commands
from gradstone.errors import GradstoneError

BAD_INPUT, INTERRUPTED = 2, 130
UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # click's, wherever Typer keeps it

app = typer.Typer(
    cls=Commands,
    add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)  # fmt: skip


@app.callback(invoke_without_command=True)
def gradstone(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False,
) -> None:
    """One computation in all of its scripts: trained, differentiated, explained and checked.

    Exit codes: 0 done, 1 training diverged or a check failed, 2 bad input, 130 interrupted.

    gradstone train                     a network for the handwritten digits in the package

    gradstone train people.csv --target height

    gradstone explain                   one training step, every number of it

    gradstone explain runs/digits-001 --out step.html

    gradstone ops sigmoid               what there is to know of one op
    """
    if version:
        typer.echo(f"gradstone {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; without arguments, the process's own."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # streams put in the place of the real ones
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    with warnings.catch_warnings():
        warnings.filterwarnings("always", category=UserWarning)
        warnings.showwarning = _tell_warning
        return _run(given)


def _run(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        code = command.main(
            arguments, prog_name="gradstone", standalone_mode=False, obj={"arguments": arguments}
        )
    except GradstoneError as error:
        return _tell(str(error))
    except UsageError as error:
        return _tell(_usage(error))
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:
        typer.echo("gradstone: interrupted", err=True)
    return code if isinstance(code, int) else 0


def _tell(message: str) -> int:
    typer.echo(f"gradstone: {' '.join(message.split())}", err=True)
    return BAD_INPUT


def _usage(error: Any) -> str:
    """What was wrong with the command line, in one line."""
    path = error.ctx.command_path if error.ctx else "gradstone"
    message = error.format_message().rstrip()
    return f"{message}{'' if message.endswith(('.', '?')) else '.'} See {path} --help."


def _tell_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    typer.echo(f"gradstone: warning: {' '.join(str(message).split())}", err=True)
