"""Formulas of the table's `program` column, emitted by kind of syntax at several places at once.

Each piece of a formula is emitted for all places before the next piece begins, so that the
chains of dependent instructions of different places lie side by side.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gradstone.errors import NoMachineCodeError
from gradstone.execute.native.functions import LONG, SHORT, apply_many
from gradstone.execute.native.lanes import CONTRACT, Lanes, Value

SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
FLOAT_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul", ast.Div: "fdiv",
}  # fmt: skip
INTEGER_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul",
}  # fmt: skip
BOOL_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "or_", ast.Mult: "and_"}


@dataclass(frozen=True, slots=True)
class Many:
    """Numbers of a dtype, one for each place."""

    dtype: str
    values: Sequence[Value]


@cache
def parsed(formula: str) -> ast.expr:
    """A formula's syntax tree; NoMachineCodeError where a row has none."""
    if not formula:
        wanted = "a row with a formula in the loop language is wanted"
        advice = "Train with executor='interpreter'."
        raise NoMachineCodeError("native", "a row without `program` came", wanted, advice)
    return ast.parse(formula, mode="eval").body


def is_long(formula: str) -> bool:
    """Whether it calls a function of dozens of instructions."""
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in LONG
        for one in ast.walk(parsed(formula))
    )


def emit(v: Lanes, formula: str, operands: Mapping[str, Many], dtype: str) -> list[Value]:
    """The formula's values of the dtype; `v` gives the builder and the number of lanes."""
    return list(_Formula(v, operands, dtype).cast(parsed(formula)).values)


@dataclass(frozen=True, slots=True)
class _Formula:
    v: Lanes
    operands: Mapping[str, Many]
    dtype: str

    @property
    def count(self) -> int:
        return len(next(iter(self.operands.values())).values)

    def cast(self, tree: ast.expr) -> Many:
        return self.converted(self.of(tree), self.dtype)

    def converted(self, many: Many, dtype: str) -> Many:
        values = [convert(self.v.like(many.dtype), one, dtype) for one in many.values]
        return Many(dtype, values)

    def of(self, tree: ast.expr) -> Many:
        if isinstance(tree, ast.Name):
            return self.operands[tree.id]
        if isinstance(tree, ast.Constant):
            number = self.v.like(self.dtype).number(tree.value)
            return Many(self.dtype, [number] * self.count)
        if isinstance(tree, ast.BinOp):
            return self.operation(type(tree.op), self.of(tree.left), self.of(tree.right))
        if isinstance(tree, ast.UnaryOp):
            return self.negated(tree)
        if isinstance(tree, ast.Compare):
            sign = SIGNS[type(tree.ops[0])]
            return self.compared(sign, self.of(tree.left), self.of(tree.comparators[0]))
        if isinstance(tree, ast.IfExp):
            return self.chosen(tree)
        assert isinstance(tree, ast.Call), ast.dump(tree)
        return self.called(tree)

    def operation(self, sign: type[ast.operator], a: Many, b: Many) -> Many:
        if sign is ast.Div and not a.dtype.startswith("float"):
            a, b = self.converted(a, self.dtype), self.converted(b, self.dtype)
        floating = a.dtype.startswith("float")
        table = FLOAT_OPERATORS if floating else INTEGER_OPERATORS
        table = BOOL_OPERATORS if a.dtype == "bool" else table
        emitted = getattr(self.v.builder, table[sign])
        flags = {"flags": CONTRACT} if floating else {}
        pairs = zip(a.values, b.values, strict=True)
        return Many(a.dtype, [emitted(x, y, **flags) for x, y in pairs])

    def negated(self, tree: ast.UnaryOp) -> Many:
        assert isinstance(tree.op, ast.USub), ast.dump(tree)
        x = self.of(tree.operand)
        emitted = self.v.builder.fneg if x.dtype.startswith("float") else self.v.builder.neg
        return Many(x.dtype, [emitted(one) for one in x.values])

    def compared(self, sign: str, a: Many, b: Many) -> Many:
        pairs = zip(a.values, b.values, strict=True)
        return Many("bool", [compare(self.v.like(a.dtype), sign, x, y) for x, y in pairs])

    def chosen(self, tree: ast.IfExp) -> Many:
        test = self.converted(self.of(tree.test), "bool")
        a, b = self.of(tree.body), self.of(tree.orelse)
        triples = zip(test.values, a.values, b.values, strict=True)
        return Many(a.dtype, [self.v.builder.select(*one) for one in triples])

    def called(self, tree: ast.Call) -> Many:
        assert isinstance(tree.func, ast.Name), ast.dump(tree)
        name, operands = tree.func.id, [self.of(one) for one in tree.args]
        if name == "cast":
            return self.converted(operands[0], self.dtype)
        if name not in SHORT and name not in LONG:
            known = ", ".join(sorted({*SHORT, *LONG}))
            advice = "Train with executor='interpreter'."
            raise NoMachineCodeError("native", f"the function {name} came", known, advice)
        dtype = operands[0].dtype
        if dtype in ("int64", "bool") and self.dtype.startswith("float"):
            dtype = self.dtype
            operands = [self.converted(one, dtype) for one in operands]
        places = list(zip(*(one.values for one in operands), strict=True))
        return Many(dtype, apply_many(self.v.like(dtype), name, places))


def compare(v: Lanes, sign: str, a: Value, b: Value) -> Value:
    """A comparison as NumPy has it: false where either is NaN, but for != ."""
    if not v.floating:
        unsigned = v.dtype == "bool"
        emitted = v.builder.icmp_unsigned if unsigned else v.builder.icmp_signed
        return emitted(sign, a, b)
    emitted = v.builder.fcmp_unordered if sign == "!=" else v.builder.fcmp_ordered
    return emitted(sign, a, b)


def convert(v: Lanes, value: Value, dtype: str) -> Value:
    """A value of v's dtype in another."""
    if v.dtype == dtype:
        return value
    b, target = v.builder, v.like(dtype)
    if dtype == "bool":
        return compare(v, "!=", value, v.number(0))
    if v.dtype == "bool":
        return b.uitofp(value, target.type) if target.floating else b.zext(value, target.type)
    if v.dtype == "int64":
        return b.sitofp(value, target.type)
    if dtype == "int64":
        # beyond its range LLVM leaves the result open; NumPy has the least number there
        bound = v.number(2.0**63)
        fits = b.and_(compare(v, "<", value, bound), compare(v, "<=", v.negate(bound), value))
        return b.select(fits, b.fptosi(value, target.type), target.whole(-(2**63)))
    return (b.fptrunc if dtype == "float32" else b.fpext)(value, target.type)
