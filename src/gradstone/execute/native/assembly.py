"""LLVM's language as text: values, blocks, functions, modules.

A small part of what llvmlite.ir offers, under the same names, ten times as fast: a training step
has thousands of instructions, and each is one formatted string here.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradstone.execute.native.types import IntType, PointerType, Type


@dataclass(frozen=True, slots=True)
class FunctionType:
    """What a function takes and returns."""

    result: Type
    arguments: Sequence[Type]


Undefined = object()
"""The value of a constant that may be anything."""


class Value:
    """Something with a type that instructions can name."""

    __slots__ = ("text", "type")

    def __init__(self, kind: Type, text: str) -> None:
        self.type, self.text = kind, text

    def __str__(self) -> str:
        return self.text

    @property
    def name(self) -> str:
        """The name without its mark."""
        return self.text[1:]

    @name.setter
    def name(self, name: str) -> None:
        self.text = f"%{name}"


class Constant(Value):
    """A number, a sequence of them (a vector), None (zeros) or Undefined."""

    __slots__ = ()

    def __init__(self, kind: Type, number: Any) -> None:
        super().__init__(kind, _constant(kind, number))


def _constant(kind: Type, number: Any) -> str:
    if number is Undefined:
        return "undef"
    if kind.count > 1:
        return _vector(kind, number)
    if kind.text in ("float", "double"):
        return _real(0.0 if number is None else float(number))
    if kind.text == "ptr":
        return "null"
    return str(int(number or 0))


def _vector(kind: Type, numbers: Any) -> str:
    if numbers is None:
        return "zeroinitializer"
    return f"<{', '.join(f'{kind.element} {_constant(kind.element, one)}' for one in numbers)}>"


def _real(number: float) -> str:
    if math.isnan(number):
        return "0x7FF8000000000000"
    return f"0x{struct.unpack('<Q', struct.pack('<d', number))[0]:016X}"


def splat(kind: Type, number: Any) -> Value:
    """The number in every lane of a vector, written once."""
    return Value(kind, f"splat ({kind.element} {_constant(kind.element, number)})")


class Phi(Value):
    """A value that depends on where control came from."""

    __slots__ = ("incoming",)

    def __init__(self, kind: Type, text: str) -> None:
        super().__init__(kind, text)
        self.incoming: list[tuple[Value, Block]] = []

    def add_incoming(self, value: Value, block: Block) -> None:
        """The value for those who come from a block."""
        self.incoming.append((value, block))

    def line(self) -> str:
        """The instruction."""
        pairs = ", ".join(f"[ {value.text}, %{block.name} ]" for value, block in self.incoming)
        return f"  {self.text} = phi {self.type} {pairs}"


class Room(Value):
    """A local variable's address."""

    __slots__ = ("align", "held")

    def __init__(self, held: Type, text: str) -> None:
        super().__init__(PointerType(held), text)
        self.held, self.align = held, 8

    def line(self) -> str:
        """The instruction."""
        return f"  {self.text} = alloca {self.held}, align {self.align}"


class Block:
    """Instructions without a branch but the last.

    Attributes:
        known: pure instructions already written here, by what follows their name: they are not
            written twice.
    """

    __slots__ = ("function", "known", "lines", "name")

    def __init__(self, function: Function, name: str) -> None:
        self.function, self.name = function, name
        self.lines: list[str | Phi | Room] = []
        self.known: dict[str, Value] = {}

    def text(self) -> str:
        """The block with its label."""
        lines = [one if isinstance(one, str) else one.line() for one in self.lines]
        return "\n".join([f"{self.name}:", *lines])


class Argument(Value):
    """An argument of a function, with attributes as "noalias"."""

    __slots__ = ("attributes",)

    def __init__(self, kind: Type, text: str) -> None:
        super().__init__(kind, text)
        self.attributes: list[str] = []

    def add_attribute(self, name: str) -> None:
        """Add one."""
        self.attributes.append(name)


class Function(Value):
    """A function, declared in a module; with blocks it is defined."""

    __slots__ = ("args", "attributes", "blocks", "count", "kind", "linkage", "module")

    def __init__(self, module: Module, kind: FunctionType, name: str) -> None:
        super().__init__(_FUNCTION, f'@"{name}"' if not name.isidentifier() else f"@{name}")
        self.module, self.kind, self.linkage = module, kind, ""
        self.attributes: set[str] = set()
        self.blocks: list[Block] = []
        self.args = [Argument(one, f"%a{i}") for i, one in enumerate(kind.arguments)]
        self.count = 0
        module.globals[name] = self

    def fresh(self) -> str:
        """A new name for a value."""
        self.count += 1
        return f"%v{self.count}"

    def append_basic_block(self, name: str = "block") -> Block:
        """A new block at the end."""
        self.count += 1
        block = Block(self, f"{name}{self.count}")
        self.blocks.append(block)
        return block

    def definition(self) -> str:
        """The function as text."""
        head = "define" if self.blocks else "declare"
        words = [head, *([self.linkage] if self.linkage else []), self.kind.result.text]
        arguments = ", ".join(
            " ".join([one.type.text, *one.attributes, *([one.text] if self.blocks else [])])
            for one in self.args
        )
        line = " ".join([*words, f"{self.text}({arguments})", *sorted(self.attributes)])
        if not self.blocks:
            return line
        return "\n".join([f"{line} {{", *(block.text() for block in self.blocks), "}"])


_FUNCTION = PointerType(IntType(8))


@dataclass(slots=True)
class Module:
    """Functions by name."""

    name: str = ""
    globals: dict[str, Function] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n".join([*(one.definition() for one in self.globals.values()), ""])


def listed(values: Iterable[Value]) -> str:
    """Values with their types, as calls have them."""
    return ", ".join(f"{one.type.text} {one.text}" for one in values)
