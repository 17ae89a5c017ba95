"""Gradstone: one table of ops, read as numbers, machine code, worked examples and pictures.

Every row of the table is a public function of its own name (`gs.exp`, `gs.softmax`,
`gs.cross_entropy` …), on nodes inside a function being differentiated and on arrays outside.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gradstone.functions.eager import public
from gradstone.functions.transform import grad as grad
from gradstone.functions.transform import value_and_grad as value_and_grad
from gradstone.functions.transform import vjp as vjp
from gradstone.graph.op import OPS
from gradstone.graph.roles import named as named

__version__ = "0.1.0"

_LAZY = {
    name: f"gradstone.{module}"
    for module, names in {
        "checking.audit": ("audit",),
        "checking.numeric": ("error_by_step", "numeric_gradient"),
        "nn.initial": ("initial", "normal_initial"),
        "nn.layers": ("Activation", "Dropout", "Flatten", "Linear"),
        "nn.module": ("MLP", "Sequential"),
        "training.history": ("EarlyStopping",),
        "training.optimizers": (
            "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw",
        ),
        "training.loading": ("load",),
        "training.run": ("Run",),
        "training.schedules": ("step_decay", "cosine_decay", "warm_up"),
        "training.train": ("train",),
    }.items()
    for name in names
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """A row of the table as a function, or a name that pulls in more when it is used."""
    if name in _LAZY:
        found = getattr(import_module(_LAZY[name]), name)
    elif name in OPS and OPS[name].kind != "source":
        found = public(name)
    else:
        from gradstone.errors import unknown

        raise unknown("gradstone", name, [*OPS, *_LAZY, "grad", "value_and_grad", "vjp", "named"])
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    own = {"grad", "value_and_grad", "vjp", "named", "__version__", "__doc__"}
    return sorted({*own, *_LAZY, *(name for name, op in OPS.items() if op.kind != "source")})
