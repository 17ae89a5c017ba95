"""The builder of LLVM's instructions, and the words of `assembly` beside it.

Named after llvmlite.ir, whose interface it keeps for what is used here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from gradstone.execute.native.assembly import (
    Block,
    Constant,
    Function,
    FunctionType,
    Module,
    Phi,
    Room,
    Undefined,
    Value,
    listed,
    splat,
)
from gradstone.execute.native.types import (
    ArrayType,
    DoubleType,
    FloatType,
    IntType,
    PointerType,
    Type,
    VectorType,
    VoidType,
)

__all__ = [
    "ArrayType", "Block", "Constant", "DoubleType", "FloatType", "Function", "FunctionType",
    "IRBuilder", "IntType", "Module", "PointerType", "Type", "Undefined", "Value", "VectorType",
    "VoidType", "splat",
]  # fmt: skip

BOOL = IntType(1)
SIGNED = {"<": "slt", "<=": "sle", ">": "sgt", ">=": "sge", "==": "eq", "!=": "ne"}
UNSIGNED = {"<": "ult", "<=": "ule", ">": "ugt", ">=": "uge", "==": "eq", "!=": "ne"}
ORDERED = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "one"}
UNORDERED = {"<": "ult", "<=": "ule", ">": "ugt", ">=": "uge", "==": "ueq", "!=": "une"}


def _binary(name: str) -> Callable[..., Value]:
    def emit(self: IRBuilder, a: Value, b: Value, flags: Sequence[str] = ()) -> Value:
        words = f"{name} {' '.join(flags)} " if flags else f"{name} "
        return self.pure(a.type, f"{words}{a.type.text} {a.text}, {b.text}")

    return emit


def _conversion(name: str) -> Callable[..., Value]:
    def emit(self: IRBuilder, value: Value, kind: Type) -> Value:
        if value.type is kind:
            return value
        return self.pure(kind, f"{name} {value.type.text} {value.text} to {kind.text}")

    return emit


class IRBuilder:
    """Appends instructions to a block."""

    __slots__ = ("block",)

    def __init__(self, block: Block) -> None:
        self.block = block

    @property
    def function(self) -> Function:
        """The function being built."""
        return self.block.function

    @property
    def module(self) -> Module:
        """Its module."""
        return self.block.function.module

    def position_at_end(self, block: Block) -> None:
        """Go on in another block."""
        self.block = block

    def line(self, text: str) -> None:
        """An instruction without a value."""
        self.block.lines.append(f"  {text}")

    def new(self, kind: Type, text: str) -> Value:
        """An instruction with a value."""
        block = self.block
        name = block.function.fresh()
        block.lines.append(f"  {name} = {text}")
        return Value(kind, name)

    def pure(self, kind: Type, text: str) -> Value:
        """An instruction whose value depends on nothing else: written once a block."""
        known = self.block.known
        value = known.get(text)
        if value is None:
            value = known[text] = self.new(kind, text)
        return value if value.type is kind else Value(kind, value.text)

    # Arithmetic ------------------------------------------------------------------------------
    add, sub, mul = _binary("add"), _binary("sub"), _binary("mul")
    sdiv, udiv, urem = _binary("sdiv"), _binary("udiv"), _binary("urem")
    and_, or_, xor = _binary("and"), _binary("or"), _binary("xor")
    shl, lshr, ashr = _binary("shl"), _binary("lshr"), _binary("ashr")
    fadd, fsub, fmul, fdiv = _binary("fadd"), _binary("fsub"), _binary("fmul"), _binary("fdiv")
    trunc, zext, sext = _conversion("trunc"), _conversion("zext"), _conversion("sext")
    fptrunc, fpext, fptosi = _conversion("fptrunc"), _conversion("fpext"), _conversion("fptosi")
    sitofp, uitofp = _conversion("sitofp"), _conversion("uitofp")
    ptrtoint, inttoptr = _conversion("ptrtoint"), _conversion("inttoptr")

    def bitcast(self, value: Value, kind: Type) -> Value:
        """The same bits as another type; pointers cost nothing."""
        if value.type is kind:
            return value
        if value.type.text == "ptr":
            return Value(kind, value.text)
        return self.pure(kind, f"bitcast {value.type.text} {value.text} to {kind.text}")

    def neg(self, a: Value) -> Value:
        """−a of whole numbers."""
        return self.pure(a.type, f"sub {a.type.text} {_zero(a.type)}, {a.text}")

    def not_(self, a: Value) -> Value:
        """All bits flipped."""
        ones = splat(a.type, -1).text if a.type.count > 1 else "-1"
        return self.pure(a.type, f"xor {a.type.text} {a.text}, {ones}")

    def fneg(self, a: Value) -> Value:
        """−a."""
        return self.pure(a.type, f"fneg {a.type.text} {a.text}")

    # Comparisons -----------------------------------------------------------------------------
    def _compared(self, words: str, a: Value, b: Value) -> Value:
        kind = VectorType(BOOL, a.type.count) if a.type.count > 1 else BOOL
        return self.pure(kind, f"{words} {a.type.text} {a.text}, {b.text}")

    def icmp_signed(self, sign: str, a: Value, b: Value) -> Value:
        """A comparison of whole numbers."""
        return self._compared(f"icmp {SIGNED[sign]}", a, b)

    def icmp_unsigned(self, sign: str, a: Value, b: Value) -> Value:
        """A comparison of whole numbers without sign."""
        return self._compared(f"icmp {UNSIGNED[sign]}", a, b)

    def fcmp_ordered(self, sign: str, a: Value, b: Value) -> Value:
        """A comparison; false where either is NaN."""
        return self._compared(f"fcmp {ORDERED[sign]}", a, b)

    def fcmp_unordered(self, sign: str, a: Value, b: Value) -> Value:
        """A comparison; true where either is NaN. "uno": whether either is."""
        return self._compared(f"fcmp {UNORDERED.get(sign, sign)}", a, b)

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        """a where the condition holds, else b."""
        words = f"select {condition.type.text} {condition.text}, "
        return self.pure(a.type, f"{words}{a.type.text} {a.text}, {b.type.text} {b.text}")

    # Lanes -----------------------------------------------------------------------------------
    def extract_element(self, vector: Value, lane: Value) -> Value:
        """One lane."""
        kind = vector.type.element
        return self.pure(kind, f"extractelement {listed((vector, lane))}")

    def insert_element(self, vector: Value, value: Value, lane: Value) -> Value:
        """The vector with one lane replaced."""
        return self.pure(vector.type, f"insertelement {listed((vector, value, lane))}")

    def shuffle_vector(self, a: Value, b: Value, order: Value) -> Value:
        """Lanes of two vectors in an order."""
        kind = VectorType(a.type.element, order.type.count)
        return self.pure(kind, f"shufflevector {listed((a, b, order))}")

    # Memory ----------------------------------------------------------------------------------
    def gep(self, pointer: Value, indices: Sequence[Value], inbounds: bool = False) -> Value:
        """An address so many places further."""
        words = "getelementptr inbounds" if inbounds else "getelementptr"
        kind, places = pointer.type.pointee, listed(indices)
        return self.pure(pointer.type, f"{words} {kind.text}, ptr {pointer.text}, {places}")

    def load(self, pointer: Value, align: int | None = None) -> Value:
        """What lies there."""
        kind = pointer.type.pointee
        return self.new(kind, f"load {kind.text}, ptr {pointer.text}{_aligned(align)}")

    def store(self, value: Value, pointer: Value, align: int | None = None) -> None:
        """Put it there."""
        self.line(f"store {value.type.text} {value.text}, ptr {pointer.text}{_aligned(align)}")

    def load_atomic(self, pointer: Value, order: str, align: int) -> Value:
        """The same, in one piece and in an order with other threads."""
        kind = pointer.type.pointee
        words = f"load atomic {kind.text}, ptr {pointer.text} {order}"
        return self.new(kind, f"{words}{_aligned(align)}")

    def store_atomic(self, value: Value, pointer: Value, order: str, align: int) -> None:
        """The same, in one piece and in an order with other threads."""
        words = f"store atomic {value.type.text} {value.text}, ptr {pointer.text} {order}"
        self.line(f"{words}{_aligned(align)}")

    def exchange_atomic(self, pointer: Value, old: Value, new: Value) -> Value:
        """Put the new value there if the old one is; whether it was."""
        kind = old.type.text
        words = f"cmpxchg ptr {pointer.text}, {listed((old, new))} acq_rel acquire"
        pair = self.new(old.type, words)
        return self.new(BOOL, f"extractvalue {{ {kind}, i1 }} {pair.text}, 1")

    def call_address(self, address: Value, operands: Sequence[Value]) -> None:
        """Call what lies at an address and returns nothing."""
        self.line(f"call void {address.text}({listed(operands)})")

    def alloca(self, kind: Type) -> Room:
        """A local variable."""
        room = Room(kind, self.function.fresh())
        self.block.lines.append(room)
        return room

    # Control ---------------------------------------------------------------------------------
    def phi(self, kind: Type, name: str = "") -> Phi:
        """A value that depends on where control came from."""
        made = Phi(kind, self.function.fresh())
        self.block.lines.append(made)
        return made

    def call(self, function: Function, operands: Sequence[Value]) -> Value:
        """A function's value."""
        result = function.kind.result
        text = f"call {result.text} {function.text}({listed(operands)})"
        if result is VoidType():
            self.line(text)
            return Value(result, "void")
        return self.new(result, text)

    def branch(self, block: Block) -> None:
        """Go on elsewhere."""
        self.line(f"br label %{block.name}")

    def cbranch(self, condition: Value, then: Block, otherwise: Block) -> None:
        """Go on here or there."""
        self.line(f"br i1 {condition.text}, label %{then.name}, label %{otherwise.name}")

    def ret(self, value: Value) -> None:
        """Return it."""
        self.line(f"ret {value.type.text} {value.text}")

    def ret_void(self) -> None:
        """Return nothing."""
        self.line("ret void")

    @contextmanager
    def if_then(self, condition: Value, likely: bool | None = None) -> Iterator[None]:
        """Instructions for where a condition holds."""
        inside, after = (self.function.append_basic_block(name) for name in ("then", "endif"))
        self.cbranch(condition, inside, after)
        self.position_at_end(inside)
        yield
        self.branch(after)
        self.position_at_end(after)

    @contextmanager
    def if_else(
        self, condition: Value
    ) -> Iterator[tuple[AbstractContextManager[None], AbstractContextManager[None]]]:
        """Instructions for where a condition holds and for where it does not."""
        names = ("then", "else", "endif")
        inside, otherwise, after = (self.function.append_basic_block(name) for name in names)
        self.cbranch(condition, inside, otherwise)

        @contextmanager
        def within(block: Block) -> Iterator[None]:
            self.position_at_end(block)
            yield
            self.branch(after)

        yield within(inside), within(otherwise)
        self.position_at_end(after)


def _zero(kind: Type) -> str:
    return "zeroinitializer" if kind.count > 1 else "0"


def _aligned(align: int | None) -> str:
    return f", align {align}" if align else ""
