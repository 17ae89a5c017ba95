"""How a row is defined and how its derivative follows, step by step, as formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, signature
from itertools import product

from gradstone.app.cli.formula import formula
from gradstone.autodiff.gradient import differentiated, shares, unbroadcast
from gradstone.errors import GradstoneError, NoGradientError
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.op import Op
from gradstone.graph.walk import walk

MATRIX = (2, 3)
SHAPES: tuple[tuple[int, ...], ...] = (MATRIX, (3, 2), (2,), (3,))


@dataclass(frozen=True, slots=True)
class Derivation:
    """A row told in formulas, a line each.

    Attributes:
        shapes: of the operands, where they are not single numbers.
        forward: the steps from the operands to y; one where the row is a primitive.
        backward: the gradients that reach each step, from g at y to the operands.
        by_hand: those of the operands by the row's own rule, where it has one.
        refusal: why there is no derivative.
    """

    shapes: str = ""
    forward: tuple[str, ...] = ()
    backward: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    refusal: str = ""


def operands(op: Op) -> list[str]:
    """What the operands are called in the row's own formula: ["x"] or ["a", "b"]."""
    if not op.domain:
        return ["x"]
    rule = op.expand or op.vjp
    told = [] if rule is None else list(signature(rule).parameters.values())
    names = [one.name for one in told if one.kind is Parameter.POSITIONAL_OR_KEYWORD]
    names = names if op.expand else names[2:]  # a derivative rule begins with g and y
    count = len(op.domain)
    return names[:count] if len(names) >= count else [*"abcdef"[:count]] if count > 1 else ["x"]


def sample(op: Op) -> tuple[list[Node], Node] | None:
    """Symbols that the row takes, and the row on them; None where none are found.

    Single numbers for a row that works entry by entry, else arrays of the smallest shape.
    """
    count = len(op.domain) or 1
    whole = _applied(op, [MATRIX] * count, "float64")
    if whole is not None and whole[1].shape not in (MATRIX, (MATRIX[0],)):
        return whole
    for shapes in (((),) * count, *product(SHAPES, repeat=count)):
        for last in ("float64", "int64"):
            found = _applied(op, shapes, last)
            if found is not None:
                return found
    return None


def _applied(
    op: Op, shapes: Sequence[tuple[int, ...]], last: str
) -> tuple[list[Node], Node] | None:
    symbols = [input_node(one, "float64") for one in shapes[:-1]]
    symbols.append(input_node(shapes[-1], last))
    try:
        return symbols, apply(op.name, *symbols)
    except GradstoneError:
        return None


def derivation(op: Op) -> Derivation | None:
    """The row in formulas; None where it needs attributes that a sample cannot guess."""
    found = sample(op) if op.kind != "source" else None
    if found is None:
        return None
    symbols, y = found
    names = dict(zip(symbols, operands(op), strict=True))
    sizes = [f"{name} {node.shape}" for node, name in names.items() if node.shape]
    told = _Told(names, y)
    shown = Derivation(", ".join(sizes), tuple(told.forward()))
    if y.dtype.kind != "f":
        return shown
    try:
        rule = tuple(told.rule(y)) if op.vjp else ()
        backward = tuple(told.backward()) if y.expansion is not None else ()
    except NoGradientError as error:
        return replace(shown, refusal=str(error))
    return replace(shown, backward=backward, by_hand=rule)


class _Told:
    """One row on symbols: its steps are v1, v2 and so on, what reaches them dv1, dv2 and so on."""

    def __init__(self, names: dict[Node, str], y: Node) -> None:
        self.names, self.operands = dict(names), dict(names)
        self.end = y if y.expansion is None else y.expansion
        self.moving = self._moving()
        self.steps: list[tuple[str, str]] = []
        for one in walk([self.end]):
            if one is self.end or (one in self.moving and one not in names):
                self._name(one)

    def _moving(self) -> set[Node]:
        """What depends on the operands' entries; how many there are does not."""
        moving = set(self.operands)
        for node in walk([self.end], differentiated):
            if node.op.name != "size" and any(one in moving for one in differentiated(node)):
                moving.add(node)
        return moving

    def _name(self, node: Node) -> None:
        text = formula(node, self.names)
        known = text in self.names.values() and node is not self.end
        name = text if known else "y" if node is self.end else f"v{len(self.steps) + 1}"
        self.names[node] = name
        if not known:
            self.steps.append((name, f"({text})" if node.op.name == "equal" else text))

    def forward(self) -> Iterator[str]:
        for name, text in self.steps:
            yield f"{name} = {text}"

    def rule(self, y: Node) -> Iterator[str]:
        """The operands' gradients by the row's own rule."""
        g = input_node(y.shape, y.dtype)
        names = {**self.operands, g: "g", y: "y"}
        for node, share in shares(y, g):
            if share is not None and node in self.operands:
                yield f"d{self.operands[node]} = {formula(share, names)}"

    def backward(self) -> Iterator[str]:
        """The gradient of each step from those of the steps it goes into."""
        arriving: dict[Node, Node] = {self.end: input_node(self.end.shape, self.end.dtype)}
        names = {**self.names, arriving[self.end]: "g"}
        for node in reversed(walk([self.end], differentiated)):
            g = arriving.get(node)
            if g is None:
                continue
            if node is not self.end and node in self.names:
                name, text = f"d{self.names[node]}", formula(g, names)
                if text != name:
                    yield f"{name} = {text}"
                g = input_node(node.shape, node.dtype)
                names[g] = name
            if node.op.kind != "source":
                _pass_on(node, g, arriving, self.moving)


def _pass_on(node: Node, g: Node, arriving: dict[Node, Node], moving: set[Node]) -> None:
    for one, share in shares(node, g):
        if one in moving and one.dtype.kind == "f" and share is not None:
            share = unbroadcast(share, one)
            arriving[one] = arriving[one] + share if one in arriving else share
