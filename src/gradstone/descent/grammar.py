"""Tokens become postfix: numbers, variables, and functions of what stands before them.

sum      product { (+ | −) product }
product  signed { (* | /) signed | power }        2x, 2(x+1): a product of the same rank
signed   (+ | −) signed | power                   −x^2 is −(x^2)
power    atom [raised] [^ signed]                 2^3^2 is 2^(3^2)
atom     number | name | name(sum, …) | (sum) | |sum| | √ power
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from gradstone.descent.names import CONSTANTS, functions, may_be_variable
from gradstone.descent.tokens import ExpressionError, Token, tokens
from gradstone.errors import unknown

DEEPEST = 60
"""So many brackets, exponents and signs may stand inside each other."""
CLOSES = {"(": ")", "[": "]", "{": "}", "|": "|"}
BINARY = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power"}


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of postfix.

    Attributes:
        name: of a variable or function; "" for a number. count: operands; −1: a variable.
    """

    name: str
    count: int = 0
    number: float = 0.0


@dataclass(slots=True)
class Parser:
    """One reading of one text.

    Attributes:
        variables: found so far, in order of appearance; all of them where `closed`.
        notes: keys of remarks on how something was read.
    """

    text: str
    variables: list[str]
    closed: bool
    place: int = 0
    depth: int = 0
    bars: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)

    def read(self) -> list[Item]:
        """The whole text as postfix; ExpressionError where it is no formula."""
        self.tokens = self.tokens or tokens(self.text)
        if self.ended():
            raise self.wrong("nothing came", "a formula is wanted", "As (x+1)^2 - 1.")
        self.sum()
        if not self.ended():
            raise self.leftover()
        return self.items

    def ended(self) -> bool:
        """Whether all tokens are read."""
        return self.now.kind == "end"

    @property
    def now(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.place]

    def takes(self, *signs: str) -> Token | None:
        """The next token where it is one of these signs, which is then behind us."""
        one = self.now
        if one.kind != "sign" or one.text not in signs:
            return None
        self.place += 1
        return one

    def wrong(
        self, came: str, wanted: str, advice: str = "", at: Token | None = None
    ) -> ExpressionError:
        """The error that points at a token, or at the next one."""
        one = at or self.now
        return ExpressionError(self.text, one.place, came, wanted, advice, max(1, len(one.text)))

    def leftover(self) -> ExpressionError:
        """What is wrong with a token after a whole formula."""
        one = self.now
        if one.text in CLOSES.values():
            return self.wrong(f"{one.told} closes nothing", "an opening bracket is wanted before")
        if one.text == ",":
            advice = "Write decimals with a point, as 1.5."
            return self.wrong("',' came outside a function", "one formula is wanted", advice)
        return self.wrong(f"{one.told} came", "an operator or the end is wanted")

    def deeper(self) -> None:
        """One level more; ExpressionError where there are too many."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(
                f"more than {DEEPEST} levels came", "less nesting is wanted", "Shorten it."
            )

    def sum(self) -> None:
        """Products added and subtracted."""
        self.product()
        while sign := self.takes("+", "-"):
            self.product()
            self.items.append(Item(BINARY[sign.text], 2))

    def product(self) -> None:
        """Factors, with and without signs between them."""
        self.signed()
        divided = False
        while True:
            if sign := self.takes("*", "/"):
                self.signed()
                divided = sign.text == "/"
                self.items.append(Item(BINARY[sign.text], 2))
            elif self.begins_atom():
                if divided:
                    self.notes["note_implicit"] = None
                self.power()
                self.items.append(Item("multiply", 2))
            else:
                return

    def begins_atom(self) -> bool:
        """Whether what comes next begins a factor although no sign stands before it."""
        one = self.now
        if one.kind == "number" and self.tokens[self.place - 1].kind == "number":
            raise self.wrong(f"{one.told} came after a number", "an operator is wanted between")
        if one.text == "|":
            return not (self.bars and self.bars[-1] == "|")
        return one.kind in ("number", "name") or one.text in ("(", "[", "{", "√")

    def signed(self) -> None:
        """Signs before a power."""
        if sign := self.takes("+", "-"):
            self.deeper()
            self.signed()
            self.depth -= 1
            if sign.text == "-":
                self.items.append(Item("negate", 1))
        else:
            self.power()

    def power(self) -> None:
        """An atom and its exponents, the last one first."""
        self.atom()
        while self.now.kind == "power":
            self.items += [Item("", number=float(self.now.text)), Item("power", 2)]
            self.place += 1
        if self.takes("^"):
            self.deeper()
            self.signed()
            self.depth -= 1
            self.items.append(Item("power", 2))

    def atom(self) -> None:
        """A number, a name, a call, or a formula in brackets."""
        one = self.now
        self.place += one.kind != "end"
        if one.kind == "number":
            self.number(one)
        elif one.kind == "name":
            self.name(one)
        elif one.kind == "sign" and one.text in CLOSES:
            self.inside(one)
            if one.text == "|":
                self.items.append(Item("absolute", 1))
        elif one.text == "√":
            self.deeper()
            self.power()
            self.depth -= 1
            self.items.append(Item("sqrt", 1))
        else:
            raise self.wrong(f"{one.told} came", "a number, a name or '(' is wanted", at=one)

    def number(self, one: Token) -> None:
        """A number; ExpressionError beyond the largest."""
        value = float(one.text)
        if not isfinite(value):
            raise self.wrong(f"{one.told} came", "a number up to 1.8e308 is wanted", at=one)
        self.items.append(Item("", number=value))

    def inside(self, opening: Token, most: int = 1) -> int:
        """Formulas up to the bracket that closes; how many there are, at most so many."""
        self.deeper()
        self.bars.append(opening.text)
        count = 1
        self.sum()
        while count < most and self.takes(","):
            self.sum()
            count += 1
        closing = CLOSES[opening.text]
        if not self.takes(closing):
            raise self.unclosed(opening, closing)
        self.bars.pop()
        self.depth -= 1
        return count

    def unclosed(self, opening: Token, closing: str) -> ExpressionError:
        """What stands where a bracket should be closed."""
        if self.now.kind == "end":
            return self.wrong(f"{opening.told} is not closed", f"{closing!r} is wanted", at=opening)
        if self.now.text == ",":
            advice = "Write decimals with a point, as 1.5."
            return self.wrong("',' came", f"{closing!r} is wanted", advice)
        return self.wrong(f"{self.now.told} came", f"{closing!r} is wanted")

    def name(self, one: Token) -> None:
        """A variable, a constant, or a function and its operands."""
        name = one.text
        if name in self.variables:
            self.items.append(Item(name, -1))
        elif name in functions():
            self.call(one)
        elif name in CONSTANTS:
            self.items.append(Item("", number=CONSTANTS[name]))
        elif not self.closed and may_be_variable(name):
            self.variables.append(name)
            self.items.append(Item(name, -1))
        else:
            raise self.stranger(one)

    def call(self, one: Token) -> None:
        """A function of what stands in brackets after it."""
        known = functions()[one.text]
        opening = self.now
        if not self.takes("(", "[", "{"):
            if opening.kind == "power" or opening.text == "^":
                advice = f"Write {one.text}(…)^2."
                raise self.wrong(f"{opening.told} came after {one.text}", "'(' is wanted", advice)
            advice = f"Write {one.text}(…)."
            raise self.wrong(f"{one.told} came without brackets", "'(' is wanted", advice, one)
        count = self.inside(opening, max(known.most, 1))
        if count < known.least:
            came = f"{one.text} of {count} came"
            raise self.wrong(came, f"at least {known.least} operands are wanted", at=one)
        if one.text == "log":
            self.notes["note_log"] = None
        self.items.append(Item(one.text, count))

    def stranger(self, one: Token) -> ExpressionError:
        """The error for a name that means nothing, with the nearest that do."""
        known = [*functions(), *CONSTANTS, *self.variables]
        told = str(unknown("name", one.text, known)).partition("Did you mean ")[2]
        advice = f"Did you mean {told}" if told and len(one.text) > 1 else ""
        if self.tokens[self.place].text != "(" and not self.closed:
            letters = [part for part in one.text if part.isalpha()]
            if len(one.text) <= 3 and len(letters) == len(one.text):
                advice = f"{advice} For a product write {' '.join(letters)}.".strip()
            else:
                advice = f"{advice} A variable has one letter, as x or x1, or is declared.".strip()
        wanted = "a function or constant is wanted"
        if self.closed:
            others = f", constant or {', '.join(self.variables)}" if self.variables else ""
            wanted = f"a function{others or ' or constant'} is wanted"
        return self.wrong(f"{one.told} is not known", wanted, advice, one)
