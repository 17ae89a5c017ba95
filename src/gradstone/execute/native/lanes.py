"""Arithmetic on one vector shape: a thin, typed face on llvmlite's builder.

A `Lanes` knows an element type and a count; a count of 1 means plain scalars, so the same
emitting code serves both. Values are opaque `ir.Value`s.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gradstone.execute.native import ir
from gradstone.execute.native.host import Host

Value = ir.Value
INT1, INT8, INT32, INT64 = (ir.IntType(bits) for bits in (1, 8, 32, 64))
ELEMENTS = {
    "float32": ir.FloatType(),
    "float64": ir.DoubleType(),
    "int64": INT64,
    "bool": INT1,
}
BITS = {"float32": 32, "float64": 64, "int64": 64, "bool": 1}
CONTRACT = ("contract",)
"""The only flag of plain arithmetic. Never nnan, ninf or nsz: they delete guards. No reassoc
either: sums are put in order by hand, and (x + c) - c must stay what it is."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """Vectors of `count` numbers of `dtype`, emitted at `builder`'s position with `flags`."""

    builder: ir.IRBuilder
    host: Host
    dtype: str
    count: int
    flags: tuple[str, ...] = ()

    # Shapes ------------------------------------------------------------------------------
    @property
    def bits(self) -> int:
        """Bits of one element."""
        return BITS[self.dtype]

    @property
    def bytes(self) -> int:
        """Bytes one element takes in memory."""
        return max(1, self.bits // 8)

    @property
    def floating(self) -> bool:
        """Whether the dtype is a float."""
        return self.dtype.startswith("float")

    @property
    def element(self) -> Any:
        """The LLVM type of one lane."""
        return ELEMENTS[self.dtype]

    @property
    def type(self) -> Any:
        """The LLVM type of a value."""
        return self.of(self.element)

    @property
    def integer(self) -> Any:
        """The LLVM type of integers as wide as the elements."""
        return self.of(ir.IntType(self.bits))

    @property
    def suffix(self) -> str:
        """How intrinsics name the type: f32, v16f32, v8i64."""
        letter = "f" if self.floating else "i"
        return (f"v{self.count}" if self.count > 1 else "") + f"{letter}{self.bits}"

    def of(self, element: Any) -> Any:
        """A vector of `count` of any element type."""
        return ir.VectorType(element, self.count) if self.count > 1 else element

    def exact(self) -> Lanes:
        """The same without flags, for code in which every rounding is meant."""
        return replace(self, flags=())

    def like(self, dtype: str, count: int | None = None) -> Lanes:
        """As many lanes (or `count`) of another dtype."""
        return replace(self, dtype=dtype, count=self.count if count is None else count)

    def scalar(self) -> Lanes:
        """One lane of it."""
        return self.like(self.dtype, 1)

    # Constants ---------------------------------------------------------------------------
    def real(self, number: float) -> Value:
        """The number in every lane, rounded to the dtype."""
        if self.dtype == "float32":
            number = round_to_single(number)
        return self._filled(self.element, float(number))

    def whole(self, number: int) -> Value:
        """The integer in every lane of as wide integers."""
        return self._filled(ir.IntType(self.bits), number)

    def number(self, number: Any) -> Value:
        """The number in every lane, as the dtype has it."""
        return self.real(float(number)) if self.floating else self.whole(int(number))

    def _filled(self, element: Any, number: float | int) -> Value:
        if self.count == 1:
            return ir.Constant(element, number)
        return ir.splat(self.of(element), number)

    def counting(self, step: int = 1) -> Value:
        """The int64 vector 0, step, 2·step, …; the number 0 of one lane."""
        if self.count == 1:
            return ir.Constant(INT64, 0)
        kind = ir.VectorType(INT64, self.count)
        return ir.Constant(kind, [step * lane for lane in range(self.count)])

    def spread(self, scalar: Value) -> Value:
        """A scalar value in every lane."""
        if self.count == 1:
            return scalar
        undefined = ir.Constant(self.of(scalar.type), ir.Undefined)
        first = self.builder.insert_element(undefined, scalar, ir.Constant(INT32, 0))
        kind = ir.VectorType(INT32, self.count)
        lane = ir.Constant(kind, None)
        return self.builder.shuffle_vector(first, undefined, lane)

    def shuffle(self, a: Value, b: Value, order: Sequence[int]) -> Value:
        """Lanes picked from a (0, 1, …) and b (count, count + 1, …)."""
        mask = ir.Constant(ir.VectorType(INT32, len(order)), list(order))
        return self.builder.shuffle_vector(a, b, mask)

    def lane(self, a: Value, number: int) -> Value:
        """One lane as a scalar."""
        if self.count == 1:
            return a
        return self.builder.extract_element(a, ir.Constant(INT32, number))

    # Arithmetic --------------------------------------------------------------------------
    def add(self, a: Value, b: Value) -> Value:
        """a + b."""
        return self.builder.fadd(a, b, flags=self.flags)

    def subtract(self, a: Value, b: Value) -> Value:
        """a − b."""
        return self.builder.fsub(a, b, flags=self.flags)

    def multiply(self, a: Value, b: Value) -> Value:
        """a · b."""
        return self.builder.fmul(a, b, flags=self.flags)

    def divide(self, a: Value, b: Value) -> Value:
        """a / b."""
        return self.builder.fdiv(a, b, flags=self.flags)

    def negate(self, a: Value) -> Value:
        """−a."""
        return self.builder.fneg(a)

    def fused(self, a: Value, b: Value, c: Value) -> Value:
        """a·b + c in one rounding; where the host cannot, an ordinary product and sum."""
        if not self.host.fused:
            return self.add(self.multiply(a, b), c)
        return self.intrinsic("fma", a, b, c)

    def fused_exactly(self, a: Value, b: Value, c: Value) -> Value:
        """a·b + c in one rounding on every host, slowly where it has no such instruction."""
        return self.intrinsic("fma", a, b, c)

    def square_root(self, a: Value) -> Value:
        """√a."""
        return self.intrinsic("sqrt", a)

    def intrinsic(self, name: str, *operands: Value) -> Value:
        """`llvm.<name>` of operands that all have this shape."""
        return self.call(f"llvm.{name}.{self.suffix}", self.type, *operands)

    def call(self, name: str, result: Any, *operands: Value) -> Value:
        """A function by its full name, declared where needed."""
        module = self.builder.module
        kind = ir.FunctionType(result, [o.type for o in operands])
        target = module.globals.get(name) or ir.Function(module, kind, name)
        return self.builder.call(target, operands)

    def polynomial(self, x: Value, coefficients: Sequence[float]) -> Value:
        """Σ cᵢ·xⁱ by Horner: the fewest operations."""
        result = self.real(coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            result = self.fused(result, x, self.real(coefficient))
        return result

    def short_polynomial(self, x: Value, square: Value, coefficients: Sequence[float]) -> Value:
        """Σ cᵢ·xⁱ in pairs: half the chain of dependent operations, and no more of them."""
        pairs = [
            self.real(coefficients[i])
            if i + 1 == len(coefficients)
            else self.fused(self.real(coefficients[i + 1]), x, self.real(coefficients[i]))
            for i in range(0, len(coefficients), 2)
        ]
        result = pairs.pop()
        while pairs:
            result = self.fused(result, square, pairs.pop())
        return result

    # Comparisons and bits ----------------------------------------------------------------
    def compare(self, relation: str, a: Value, b: Value) -> Value:
        """Ordered comparison: false where either is NaN."""
        return self.builder.fcmp_ordered(relation, a, b)

    def is_nan(self, a: Value) -> Value:
        """Whether a is NaN."""
        return self.builder.fcmp_unordered("uno", a, a)

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        """a where the condition holds, else b."""
        return self.builder.select(condition, a, b)

    def at_most(self, a: Value, top: float) -> Value:
        """min(a, top); NaN stays NaN."""
        limit = self.real(top)
        return self.select(self.compare(">", a, limit), limit, a)

    def at_least(self, a: Value, bottom: float) -> Value:
        """max(a, bottom); NaN stays NaN."""
        limit = self.real(bottom)
        return self.select(self.compare("<", a, limit), limit, a)

    def magnitude(self, a: Value) -> Value:
        """|a|."""
        return self.intrinsic("fabs", a)

    def with_sign(self, a: Value, sign: Value) -> Value:
        """|a| with the sign of another."""
        return self.intrinsic("copysign", a, sign)

    def to_bits(self, a: Value) -> Value:
        """The bits as an integer."""
        return self.builder.bitcast(a, self.integer)

    def from_bits(self, a: Value) -> Value:
        """The number with these bits."""
        return self.builder.bitcast(a, self.type)


def round_to_single(number: float) -> float:
    """The nearest float32, as a float; too large becomes infinite, as everywhere."""
    if number != number or abs(number) == float("inf"):
        return number
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
