"""What `gradstone explain` can tell of: examples, ops, and the next step of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.accounts.examples import EXAMPLES, op_example
from gradstone.accounts.explain import Account
from gradstone.accounts.runs import next_step
from gradstone.app.cli.rebuilt import rebuilt
from gradstone.app.cli.words import said
from gradstone.errors import RangeError, unknown
from gradstone.graph.op import OPS
from gradstone.language import Language
from gradstone.training.loading import load

FIRST = "n1"
CHOICES = ("sample", "weight", "neuron", "detail")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for.

    Attributes:
        what: an example, an op, or the folder of a run; None: the first example.
        table: the one a run was trained on. loss: of the first example.
        choices: sample, weight, neuron and detail, those that were given.
    """

    what: str | None
    table: Path | None
    loss: str | None
    digits: int
    language: str | None
    choices: Mapping[str, Any]


def listed(language: Language = "en") -> Iterator[str]:
    """The examples by name, each in a sentence."""
    width = max(map(len, EXAMPLES))
    for name in EXAMPLES:
        yield f"{name:{width}}  {said(f'example_{name}', language)}"


def account(wanted: Wanted) -> Account:
    """The account of what is wanted.

    Raises:
        UnknownNameError: nothing of that name. RangeError: an option that does not go with it.
        FileError, DataError: the run or its table.
    """
    name = wanted.what or FIRST
    if name in EXAMPLES:
        return _example(EXAMPLES[name], name, wanted)
    path = Path(name)
    if path.exists() or path.name != name:
        return _run(path, wanted)
    if name not in OPS or OPS[name].kind == "source":
        known = (*EXAMPLES, *(one for one, op in OPS.items() if op.kind != "source"))
        raise unknown("example, op or folder of a run", name, known)
    return _example(lambda **options: op_example(name, **options), name, wanted)


# Examples -----------------------------------------------------------------------------------------
def _example(make: Callable[..., Account], name: str, wanted: Wanted) -> Account:
    _refuse("table", wanted.table, f"{name} came", "the folder of a run")
    options: dict[str, Any] = {"digits": wanted.digits, "language": wanted.language}
    if wanted.loss is not None:
        if "loss" not in signature(make).parameters:
            _refuse("loss", wanted.loss, f"{name} came", FIRST)
        options["loss"] = wanted.loss
    told = make(**options, **wanted.choices)
    if wanted.choices and told.story.kind != "step":
        option = next(iter(wanted.choices))
        _refuse(option, wanted.choices[option], f"{name} came, which has no network", "a network")
    return told


def _refuse(option: str, value: object, came: str, goes: str) -> None:
    """RangeError where an option came that goes with something else."""
    if value is not None:
        raise RangeError(f"--{option}", came, f"it goes with {goes}", "Leave it out.")


# Runs ---------------------------------------------------------------------------------------------
def _run(path: Path, wanted: Wanted) -> Account:
    _refuse("loss", wanted.loss, "a run came, which knows its own", FIRST)
    _, given = rebuilt(load(path), wanted.table)
    return next_step(given).account(
        **wanted.choices, digits=wanted.digits, language=wanted.language
    )
