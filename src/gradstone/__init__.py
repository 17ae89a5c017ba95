"""Gradstone: one table of ops, read as numbers, machine code, worked examples and pictures.

Every row of the table is a public function of its own name (`gs.exp`, `gs.softmax`,
`gs.cross_entropy` …), on nodes inside a function being differentiated and on arrays outside.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradstone.functions.transform import grad as grad
    from gradstone.functions.transform import value_and_grad as value_and_grad
    from gradstone.functions.transform import vjp as vjp
    from gradstone.graph.roles import named as named

__version__ = "0.1.0"

_LAZY = {
    name: f"gradstone.{module}"
    for module, names in {
        "accounts.explain": ("explain",),
        "checking.audit": ("audit",),
        "checking.compare": ("compare",),
        "checking.numeric": ("error_by_step", "numeric_gradient"),
        "data.drawn": ("drawn_set",),
        "data.sets": ("handwritten_digits",),
        "descent.minimize": ("minimize",),
        "functions.transform": ("grad", "value_and_grad", "vjp"),
        "graph.roles": ("named",),
        "nn.initial": ("initial", "normal_initial"),
        "nn.layers": ("Activation", "Dropout", "Flatten", "Linear"),
        "nn.module": ("MLP", "Sequential"),
        "studies.capacity": ("capacity",),
        "studies.landscape": ("loss_landscape",),
        "studies.rate": ("find_rate",),
        "studies.sweep": ("sweep",),
        "studies.tuning": ("tune",),
        "training.history": ("EarlyStopping",),
        "training.optimizers": (
            "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw",
        ),
        "training.loading": ("load",),
        "training.run": ("Run",),
        "training.schedules": ("step_decay", "cosine_decay", "warm_up"),
        "training.trace": ("StepTrace", "step_trace"),
        "training.train": ("train",),
    }.items()
    for name in names
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name or a row of the table as a function, loaded when it is used."""
    if name == "errors":
        return import_module("gradstone.errors")
    found = _row(name) if name not in _LAZY else getattr(import_module(_LAZY[name]), name)
    globals()[name] = found
    return found


def _row(name: str) -> Any:
    from gradstone.functions.eager import public

    rows = _rows()
    if name in rows:
        return public(name)
    from gradstone.errors import unknown

    raise unknown("gradstone", name, [*rows, *_LAZY])


def _rows() -> list[str]:
    import_module("gradstone.ops")
    from gradstone.graph.op import OPS

    return [name for name, op in OPS.items() if op.kind != "source"]


def __dir__() -> list[str]:
    return sorted({"__version__", "__doc__", "errors", *_LAZY, *_rows()})
