"""Typed mathematics as a function on numbers, arrays and nodes; nothing is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any

from gradstone.descent.grammar import Item, Parser
from gradstone.descent.names import CONSTANTS, functions
from gradstone.descent.tokens import ExpressionError, Token, tokens
from gradstone.errors import RangeError, ShapeError
from gradstone.functions.eager import public

HEAD = re.compile(r"\s*[^\W\d]\w*\s*(?:[(（]([^()（）=＝]*)[)）]\s*)?[=＝](?![=＝])")


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that somebody typed; call it with its variables in order.

    >>> f = expression("x^2 y - 2^3^2")
    >>> f.variables, float(f(3.0, 2.0))
    (('x', 'y'), -494.0)

    Attributes:
        text: as it was typed. variables: in order of appearance, or as they were declared.
        notes: keys of remarks on how something was read.
        items: the formula as postfix.
    """

    text: str
    variables: tuple[str, ...]
    notes: tuple[str, ...]
    items: tuple[Item, ...]

    def __call__(self, *values: Any) -> Any:
        """The formula's value; on nodes, the node that stands for it.

        Raises:
            ShapeError: another number of values than of variables.
        """
        if len(values) != len(self.variables):
            wanted = f"{len(self.variables)} are wanted: {', '.join(self.variables) or 'none'}"
            raise ShapeError("expression", f"{len(values)} values came", wanted)
        given = dict(zip(self.variables, values, strict=True))
        stack: list[Any] = []
        for item in self.items:
            if item.count < 0:
                stack.append(given[item.name])
            elif not item.count:
                stack.append(item.number)
            else:
                operands = stack[-item.count :]
                del stack[-item.count :]
                stack.append(_applied(item, operands))
        return stack.pop()

    @property
    def __signature__(self) -> Signature:
        kind = Parameter.POSITIONAL_ONLY
        return Signature([Parameter(name, kind) for name in self.variables if name.isidentifier()])

    @property
    def __name__(self) -> str:
        return "f"


def _applied(item: Item, operands: Sequence[Any]) -> Any:
    known = functions().get(item.name)
    return known.rule(*operands) if known else public(item.name)(*operands)


def expression(text: str, variables: Sequence[str] | None = None) -> Expression:
    """A typed formula as a function.

    Args:
        text: as "(x+1)^2 - 1", "2x y + lg(x)", "f(x, y) = x² − y²". `^` and `**` raise, from the
            right; −x^2 is −(x^2); a factor may follow another without a sign, with the rank of a
            product: 1/2x is (1/2)·x. log and ln are natural, lg is to base 10.
        variables: in the order of the values; without them, as the head says, or in order of
            appearance: single letters, perhaps with a number, and names of Greek letters.

    Raises:
        ExpressionError: no formula; the message ends with the text and a caret under the place.
        RangeError: variables that are no names, or one of them twice.
    """
    found = tokens_after_head(text)
    declared = variables if variables is not None else found[0]
    _check_declared(text, declared or ())
    parser = Parser(text, list(declared or ()), declared is not None, tokens=found[1])
    items = parser.read()
    return Expression(text, tuple(parser.variables), tuple(parser.notes), tuple(items))


def tokens_after_head(text: str) -> tuple[list[str] | None, list[Token]]:
    """The variables that a head as "f(x, y) =" declares, and the tokens after it."""
    match = HEAD.match(text)
    if match is None:
        return None, tokens(text)
    rest = tokens(text, match.end())
    if match.group(1) is None:
        return None, rest
    return [one.text for one in tokens(match.group(1)) if one.kind == "name"], rest


def _check_declared(text: str, declared: Sequence[str]) -> None:
    for name in declared:
        if [one.kind for one in tokens(name)] != ["name", "end"] or declared.count(name) > 1:
            wanted = "names are wanted, each once"
            raise RangeError("variables", f"{', '.join(declared)!r} came", wanted, "As x, y1.")
        if name in functions() or name in CONSTANTS:
            came, place = f"{name!r} came as a variable", max(text.find(name), 0)
            wanted = "another name is wanted, for this one has a meaning"
            raise ExpressionError(text, place, came, wanted, width=len(name))
