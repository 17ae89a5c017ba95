"""Which mistake is behind a wrong answer: the table of `checking` first, then plain slips.

`checking.compare` recomputes the step with each known mistake planted, from the learner's own
numbers. What it does not know (parts of the loss, probabilities) or cannot explain is looked at
here, by the rule of the number's own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from gradstone.autodiff.rewrite import replace
from gradstone.checking.compare import compare
from gradstone.checking.steps.compared import Compared
from gradstone.errors import GradstoneError
from gradstone.exams.drawn import drawn
from gradstone.exams.replay import COARSE, HALF, WRONG, Mark, Rule, unit
from gradstone.exams.sheet import Exam
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, apply, constant
from gradstone.graph.walk import Graph, walk
from gradstone.training.trace import StepTrace, step_trace

UNSURE = frozenset({"constant factor", "rounded", "factor", "entries in another order", "zero"})
"""What the table says where numbers alone are alike; a slip of the line's own rule says more."""
VAGUE = "the loss is not that of these predictions"
MOST_ALONE = 3
"""So many wrong cells are looked at by themselves."""
ABSURD = 1e6
PLACED = re.compile(r".+\d\[[\d,]+\]|(after )?loss")
OTHERS = {"add": ("subtract", "multiply"), "subtract": ("add",), "multiply": ("add", "divide"),
          "divide": ("multiply",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mistake:
    """A likely mistake.

    Attributes:
        name: short, in English, which is also the key of its phrase. text: what was done, in
            English, where the phrases have nothing to say. number: a factor or the like.
        address: of another number that it speaks of.
    """

    name: str
    text: str = ""
    number: float | None = None
    address: str = ""


class Namer:
    """Names mistakes of one exam; made once for a class."""

    def __init__(self, exam: Exam, made: Mapping[str, Rule]) -> None:
        """The step is traced again, so that mistakes can be planted into it."""
        self.exam, self.rules = exam, made
        paper, numbers = exam.paper, drawn(exam.paper)
        self.trace: StepTrace | None = None
        with suppress(GradstoneError):  # slips can be named all the same
            self.trace = step_trace(
                paper.network, numbers.x, numbers.t, paper.loss, paper.optimizer,
                numbers.parameters,
            )  # fmt: skip

    def named(self, marks: Sequence[Mark]) -> dict[str, Mistake]:
        """The likely mistakes of wrong answers by address, as far as any is known."""
        wrong = [one for one in marks if one.verdict == WRONG]
        found = {one.address: Mistake("too few digits") for one in marks if one.verdict == COARSE}
        if not wrong:
            return found
        causes = self._planted(marks)
        left = [one for one in wrong if self._name(one.address) not in causes]
        if causes and left:  # the same mistake in numbers between that were not asked
            explained = [one for one in wrong if one not in left]
            causes = self._planted([one for one in marks if one not in explained]) | causes
        for one in [one for one in wrong if self._name(one.address) not in causes][:MOST_ALONE]:
            causes = self._planted(self._alone(one, marks)) | causes
        numbers = {one.address: self._number(one) for one in marks}
        for one in wrong:
            cause = causes.get(self._name(one.address))
            if cause is None or cause.name in UNSURE:
                cause = next(slips(self.exam, one, numbers, self.rules), cause)
            if cause is not None:
                found[one.address] = cause
        return found

    def _alone(self, one: Mark, marks: Sequence[Mark]) -> list[Mark]:
        """A cell with those of the quantities before it; what comes later may be misleading."""
        name = self._name(one.address)
        before = marks[: marks.index(one)]
        return [*(other for other in before if self._name(other.address) != name), one]

    def _number(self, mark: Mark) -> float:
        return mark.expected if mark.answer.value is None else mark.answer.value

    def _name(self, address: str) -> str:
        """The quantity as `compare` has it: probabilities are the outputs of their net."""
        return self._place(address).partition("[")[0]

    def _place(self, address: str) -> str:
        last = len([name for name in self.exam.paper.network.parameters() if name[0] == "W"])
        if address.startswith("p["):
            return f"out{last}{address[1:]}"
        if address.startswith("after p["):
            return f"after out{last}{address[7:]}"
        return address

    def _planted(self, marks: Sequence[Mark]) -> dict[str, Mistake]:
        """Quantity -> the mistake that explains it, by planting mistakes into the step."""
        if self.trace is None:
            return {}
        cells = {
            self._place(one.address): one.answer.value
            for one in marks
            if one.answer.value is not None and one.verdict != COARSE
            and abs(one.answer.value) < ABSURD * max(1.0, abs(one.key))
        }  # fmt: skip
        kept = {key: one for key, one in cells.items() if PLACED.fullmatch(key)}
        tolerance = 3 * 10.0**-self.exam.paper.digits
        try:
            with np.errstate(all="ignore"):
                return _causes(compare(self.trace, kept, tolerance=tolerance))
        except (GradstoneError, ArithmeticError, TypeError, ValueError):  # no step has such numbers
            return {}


def _causes(found: Compared) -> dict[str, Mistake]:
    causes: dict[str, Mistake] = {}
    for one in found.differences:
        if one.cause is not None and not one.cause.explanation.startswith(VAGUE):
            mistake = Mistake(one.cause.name, one.cause.explanation)
            for name in (one.quantity, *one.cause.entries):
                causes.setdefault(name, mistake)
    return causes


# Slips of a line's own rule -----------------------------------------------------------------------
def slips(
    exam: Exam, mark: Mark, numbers: Mapping[str, float], made: Mapping[str, Rule]
) -> Iterator[Mistake]:
    """Plain slips that give an answer, the likeliest first.

    Args:
        numbers: what the learner wrote for asked numbers. made: the rules of all numbers.
    """
    value, wanted, digits = mark.answer.value, mark.expected, exam.paper.digits
    if value is None or not isfinite(value):
        return
    samples = float(exam.paper.samples)
    tried = [(-wanted, Mistake("sign"))]
    tried += [
        (wanted * 10.0**power, Mistake("decimal point", number=10.0**power))
        for power in (1, -1, 2, -2, 3, -3)
    ]
    tried += [(other, Mistake(name)) for name, other in _rewritten(exam, mark, numbers, made)]
    tried += [
        (other, Mistake("another number's value", address=address))
        for address, other in _elsewhere(exam, mark, numbers)
    ]
    tried += [
        (wanted * factor, Mistake("factor", number=factor))
        for factor in (2.0, 0.5, samples, 1 / samples) if factor != 1
    ]  # fmt: skip
    for one, mistake in tried:
        if isfinite(one) and one and abs(value - one) <= 2 * HALF * unit(one, digits):
            yield mistake
    if _exchanged(value, wanted, digits):
        yield Mistake("digits exchanged")


def _elsewhere(exam: Exam, mark: Mark, numbers: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """What the learner wrote before, and the right numbers of all other cells."""
    for address, value in numbers.items():
        if address == mark.address:
            break
        yield address, value
    for address in exam.asked:
        if address != mark.address:
            yield address, exam.story.entries[address].value


def _rewritten(
    exam: Exam, mark: Mark, numbers: Mapping[str, float], made: Mapping[str, Rule]
) -> Iterator[tuple[str, float]]:
    """The line's rule with one operation changed or one part left out, on the learner's numbers."""
    story = exam.story
    line = story.lines[story.entries[mark.address].line]
    operands = {story.entries[one].node: one for one in line.operands}
    known = {one: story.entries[one].value for one in story.entries} | dict(numbers)
    between = {one: made[one].value(known) for one in operands.values() if one in made}
    own = [{**known, **between, **numbers}[one] for one in operands.values()]
    other = [
        (name, replace([line.rule], {node: changed})[0])
        for node in walk([line.rule], lambda one: () if one in operands else one.inputs)
        for name, changed in _changes(node, operands)
    ]
    if other:
        graph = Graph(tuple(operands), tuple(node for _, node in other))
        values = Interpreter().compile(graph)(*(np.array(one) for one in own))
        for (name, _), value in zip(other, values, strict=True):
            yield name, float(value)


def _changes(node: Node, operands: Mapping[Node, str]) -> Iterator[tuple[str, Node]]:
    name = node.op.name
    if node in operands:
        return
    if "activation" in node.op.tags:
        yield "activation left out", node.inputs[0]
    if name in OTHERS:
        first, second = node.inputs
        part = "a term left out" if name in ("add", "subtract") else "a factor left out"
        yield part, first
        yield part, constant(0.0) + second if name != "subtract" else -second
        for other in OTHERS[name]:
            yield "another operation", apply(other, first, second)
    if name == "square":
        yield "not squared", node.inputs[0]
        yield "another operation", node.inputs[0] * 2.0
    if name == "log":
        yield "another logarithm", node * float(1 / np.log(10))
        yield "another logarithm", node * float(1 / np.log(2))


def _exchanged(value: float, wanted: float, digits: int) -> bool:
    """Whether two neighbouring digits changed places."""
    one, other = (_digits(number, digits) for number in (value, wanted))
    if len(one) != len(other):
        return False
    gaps = [place for place in range(len(one)) if one[place] != other[place]]
    if len(gaps) != 2 or gaps[1] != gaps[0] + 1:
        return False
    first, second = gaps
    return one[first] == other[second] and one[second] == other[first]


def _digits(number: Any, digits: int) -> str:
    return f"{number:.{digits - 1}e}" if number and isfinite(number) else "0"
