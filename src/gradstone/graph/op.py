"""The empty table of ops. `gradstone.ops` fills it; everything else reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradstone.errors import KindError, unknown


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One row of the table: what an op computes, how it differentiates, how it is written.

    Attributes:
        name: the row's name, which is also its public function's.
        kind: how an executor treats it: "source", "elementwise", "reduction", "view",
            "product", "index", "random" or "defined".
        result: (*inputs, **attributes) -> (shape, dtype), raising ShapeError or KindError.
        forward: (xp, *arrays, **attributes) -> array; None where the row is defined.
        vjp: (g, y, *inputs, **attributes) -> one Node or None an input; None where the
            row is defined and the derivative of its expansion serves.
        expand: (*inputs, **attributes) -> Node, for a row defined in other ops.
        normal: (*inputs, **as the caller wrote) -> attributes as the node keeps them.
        names: the attributes' names, in the order in which they may follow the operands.
        exact: positions of inputs that keep their own dtype; the others share one.
        accepts: what that shared dtype must be: "any", "number" (no bool) or "float".
        latex, excel: templates of how it is written, with {0}, {1} … for the inputs.
        binds: binding strength of what latex prints: 1 sum, 2 product, 3 power, 4 atom.
        domain: one interval an input, where tests sample.
        kinks: values of an input near which the derivative jumps, for tests and checks.
        program: an element-wise primitive in the loop language of compiled roads.
        folds: of a reduction, the row that joins two entries: "add" of sum.
        parts: of a loss, what it adds up, "entry" or "sample", and what it divides the sum by:
            "", "entries" or "samples"; none where it is told as it is defined.
        tags: groups a row belongs to: "activation", "output", "loss".
        doc: one sentence and what else a reader wants to know.
        source: where the formula stands in the literature, if somewhere.
    """

    name: str
    kind: str
    result: Callable[..., tuple[tuple[int, ...], Any]]
    forward: Callable[..., Any] | None = None
    vjp: Callable[..., tuple[Any, ...]] | None = None
    expand: Callable[..., Any] | None = None
    normal: Callable[..., Mapping[str, Any]] | None = None
    names: tuple[str, ...] = ()
    exact: tuple[int, ...] = ()
    accepts: str = "any"
    latex: str = ""
    excel: str = ""
    binds: int = 4
    domain: tuple[tuple[float, float], ...] = ((-2.0, 2.0),)
    kinks: tuple[float, ...] = ()
    program: str = ""
    folds: str = ""
    parts: tuple[str, str] | None = None
    tags: frozenset[str] = field(default_factory=frozenset)
    doc: str = ""
    source: str = ""


OPS: dict[str, Op] = {}


def register(op: Op) -> Op:
    """Put a row into the table; a name is taken once."""
    if op.name in OPS:
        raise ValueError(f"the op {op.name!r} stands in the table already")
    OPS[op.name] = op
    return op


def row(name: str) -> Op:
    """The row of that name; UnknownNameError with the nearest names where there is none."""
    found = OPS.get(name)
    if found is None:
        raise unknown("op", name, OPS)
    return found


def is_folded(name: str) -> bool:
    """Whether a reduction folds with that row, so that its operands may be listed."""
    return any(op.folds == name for op in OPS.values())


def tagged(tag: str) -> dict[str, Op]:
    """The rows that carry a tag, by name."""
    return {name: op for name, op in OPS.items() if tag in op.tags}


def parted(
    op: Op, inputs: tuple[Any, ...], attributes: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a caller wrote, as operands and attributes, some of which follow by position.

    Raises:
        KindError: too few operands, too many arguments, or an attribute given twice.
    """
    count = len(op.domain) or len(inputs)
    if not op.domain and inputs and isinstance(inputs[0], list | tuple):
        count, inputs = len(inputs[0]), (*inputs[0], *inputs[1:])
    if not 0 < count <= len(inputs) <= count + len(op.names):
        wanted = " and perhaps ".join(filter(None, [_operands(op), ", ".join(op.names)]))
        raise KindError(op.name, f"{len(inputs)} arguments came", f"wanted are {wanted}")
    placed = dict(zip(op.names, inputs[count:], strict=False))
    if twice := placed.keys() & attributes.keys():
        raise KindError(op.name, f"{', '.join(twice)} came twice", "each is wanted once")
    return inputs[:count], {**placed, **attributes}


def _operands(op: Op) -> str:
    return f"{len(op.domain) or 'some'} operand{'s' * (len(op.domain) != 1)}"
