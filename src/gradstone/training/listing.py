"""The training step as a Python file: the loops that machine code is made of, to read and run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import fill
from typing import Any

import numpy as np

from gradstone.execute.native.program import ROWS, Buffer, Program, View
from gradstone.execute.native.schedule import schedule
from gradstone.execute.native.show import buffer_names, namespace, written
from gradstone.training.run import Run
from gradstone.training.step import Batch
from gradstone.training.targets import inputs, targets

WIDTH, MOST = 96, 64
INDENTED: dict[str, Any] = {
    "initial_indent": "    ", "subsequent_indent": "    ", "break_long_words": False,
}  # fmt: skip
OWN = {
    "erf": ("import math", "def erf(x):\n    return type(x)(math.erf(x))"),
    "drawn": (
        "from gradstone.data.philox import uniform",
        "def drawn(seed, stream, step, place, dtype):\n"
        "    return uniform(seed, stream, int(step), (int(place) + 1,), dtype)[-1]",
    ),
}
"""Functions of a listing that NumPy has not: what they import, and how they are written."""


def listing(run: Run, X: Any, y: Any) -> str:
    """A run's training step as Python text.

    The text defines `arrays(rows)`, which makes the memory for a batch, small parameters as they
    are now, and `step(…, rows)`, which does one update on it.

    Args:
        run: the network and how it is trained. X, y: as for training; only their shapes count.
    """
    plan = run.plan
    x = inputs(run.network, X, plan.dtype)
    width = run.network.check(x.shape[1:])[-1]
    t = targets(y, len(x), plan.objective.loss, width, run.labels, plan.dtype)
    graph = plan.training(Batch.like(x, t, ROWS)).graph
    names = ("loss", *plan.objective.metrics)
    values = {**run.loop.carried.parameters, **run.loop.carried.state}
    places = {len(names) + number: 2 + number for number in range(len(values))}
    program = schedule(graph, places)
    starts = dict(zip((id(one) for one in program.inputs[2:]), values.values(), strict=True))
    code = written(program)
    title = f'"""A training step of {run.network.describe()} with {plan.optimizer.name}."""'
    step = "\n".join([*_told(program, names), _wrapped(code)])
    return title + "\n\n" + "\n\n\n".join([*_imports(code), _arrays(program, starts), step])


def _wrapped(code: str) -> str:
    """The code with the first line, which names all arrays, broken where it is long."""
    head, body = code.split("\n", 1)
    if len(head) > WIDTH:
        inside = fill(head[len("def step(") : -len("):")], WIDTH, **INDENTED)
        head = f"def step(\n{inside}\n):"
    return f"{head}\n{body}"


def _imports(code: str) -> Iterator[str]:
    """What the code needs, NumPy's part first."""
    used = {one.id for one in ast.walk(ast.parse(code)) if isinstance(one, ast.Name)}
    needed = sorted(used & namespace().keys())
    plain = [name for name in needed if name not in OWN]
    given = ", ".join(["array", *plain, "zeros"])
    yield "\n".join(
        [*(OWN[name][0] for name in needed if name in OWN), f"from numpy import {given}"]
    )
    yield from (OWN[name][1] for name in needed if name in OWN)


def _arrays(program: Program, starts: dict[int, Any]) -> str:
    """The function that makes the memory, every array flat."""
    names, captured = buffer_names(program), {id(one): array for one, array in program.captured}
    small = {number: one for number, one in starts.items() if np.size(one) <= MOST}
    every = [*program.buffers, *program.inputs, *(one for one, _ in program.captured)]
    told = {id(one): _array(one, {**captured, **small}.get(id(one))) for one in every}
    lines = [f"        {names[number]!r}: {text}," for number, text in told.items()]
    return "\n".join([
        "def arrays(rows):",
        '    """Memory for a batch of so many rows, every array flat.',
        "",
        f"    To be filled in: x and t, and what has more than {MOST} numbers to begin with.",
        '    """',
        "    return {", *lines, "    }",
    ])  # fmt: skip


def _array(buffer: Buffer, start: Any) -> str:
    if start is None or not np.any(start):
        return f"zeros({_size(buffer)}, {buffer.dtype!r})"
    return f"array({np.ravel(start).tolist()}, {buffer.dtype!r})"


def _size(buffer: Buffer) -> str:
    return " * ".join("rows" if one == ROWS else str(one) for one in buffer.shape) or "1"


def _told(program: Program, names: tuple[str, ...]) -> Iterator[str]:
    """Comments on where the results are afterwards."""
    for name, view in zip(names, program.outputs, strict=False):
        yield f"# {name}: {_place(program, view)} afterwards"
    yield "# parameters and the optimizer's state: changed in their places"


def _place(program: Program, view: View) -> str:
    return f"{buffer_names(program)[id(view.buffer)]}[{view.offset}]"
