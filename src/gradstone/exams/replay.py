"""Each answer recomputed from the learner's own numbers before it: errors are carried forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import floor, log10
from typing import Any

import numpy as np

from gradstone.autodiff.rewrite import replace
from gradstone.exams.answers import Answer
from gradstone.exams.arithmetic import number
from gradstone.exams.sheet import Exam
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph

RIGHT, CARRIED, WRONG, COARSE = "right", "carried", "wrong", "coarse"
MISSING, UNREAD = "missing", "unread"
GOOD, BAD = (RIGHT, CARRIED), (WRONG, COARSE)
HALF = 0.6
"""Units of the last digit by which a rounded answer may be off."""
MOST_MIXED = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """The verdict on one answer.

    Attributes:
        answer: what came. key: the right number. expected: what the learner's own earlier
            numbers make of it. verdict: "right", "carried" (right given those), "wrong",
            "coarse" (right, but with too few digits), "missing" or "unread".
    """

    address: str
    answer: Answer
    key: float
    expected: float
    verdict: str

    @property
    def good(self) -> bool:
        """Whether it counts."""
        return self.verdict in GOOD


@dataclass(slots=True)
class Rule:
    """How a number is made of those that stand on the worksheet.

    Attributes:
        needs: their addresses. graph: from their values to the number.
    """

    needs: tuple[str, ...]
    graph: Graph
    program: Any = None

    def value(self, numbers: Mapping[str, float]) -> float:
        """What numbers make of it."""
        if self.program is None:
            self.program = Interpreter().compile(self.graph)
        return float(self.program(*(np.array(numbers[one]) for one in self.needs))[0])


def rules(exam: Exam) -> dict[str, Rule]:
    """The rule of each computed number, in order of computation; what is between is put in."""
    story, found = exam.story, dict[str, Rule]()
    stands = {*exam.asked, *(one for one in exam.given if story.entries[one].line)}
    inner: dict[Node, Node] = {}
    for line in story.lines.values():
        if line.id[0] == "P":
            continue
        needs: dict[str, None] = {}
        for one in line.operands:
            between = one in found and one not in stands
            needs |= dict.fromkeys(found[one].needs) if between else {one: None}
        nodes = [story.entries[one].node for one in line.operands]
        put = {node: inner[node] for node in nodes if node in inner}
        (rule,) = replace([line.rule], put) if put else (line.rule,)
        symbols = tuple(story.entries[one].node for one in needs)
        found[line.entry] = Rule(tuple(needs), Graph(symbols, (rule,)))
        if line.entry not in stands:
            inner[story.entries[line.entry].node] = rule
    return found


def unit(value: float, digits: int) -> float:
    """One of the last of so many significant digits of a number."""
    return float(10.0 ** (floor(log10(abs(value))) - digits + 1)) if value else 0.0


class Judge:
    """Judges the answers of one learner, in order of computation."""

    def __init__(self, exam: Exam, made: Mapping[str, Rule]) -> None:
        """The rules are those of `rules`, made once for a class."""
        self.exam, self.rules, self.digits = exam, made, exam.paper.digits
        self.right = {one.address: one.value for one in exam.story.entries.values()}
        self.numbers = dict(self.right)
        self.wrong: dict[str, float] = {}

    def marks(self, answers: Mapping[str, Answer]) -> tuple[Mark, ...]:
        """A mark for each asked number."""
        return tuple(
            self._mark(address, answers.get(address, Answer("", None)))
            for address in self.exam.asked
        )

    def _mark(self, address: str, answer: Answer) -> Mark:
        expected = self.rules[address].value(self.numbers)
        if not np.isfinite(expected):  # of absurd numbers; the right ones always are
            expected = self.right[address]
        verdict = self._verdict(address, answer, expected)
        value = answer.value
        self.numbers[address] = expected if value is None else value
        if verdict in BAD:
            self.wrong[address] = expected
        return Mark(address, answer, self.right[address], expected, verdict)

    def _verdict(self, address: str, answer: Answer, expected: float) -> str:
        value = answer.value
        if value is None:
            return MISSING if answer.blank else UNREAD
        if self._close(value, self.right[address]):
            return RIGHT
        rule = self.rules[address]
        if self._close(value, expected, self._noise(rule, expected)) or self._mixed(rule, value):
            same = self._close(expected, self.right[address])
            return RIGHT if same else CARRIED
        return COARSE if self._coarse(answer, self.right[address], expected) else WRONG

    def _close(self, value: float, wanted: float, noise: float = 0.0) -> bool:
        slack = HALF * unit(wanted, self.digits) + noise + 1e-12 * abs(wanted)
        return abs(value - wanted) <= (slack or 10.0 ** -(self.digits + 3))

    def _noise(self, rule: Rule, expected: float) -> float:
        """How far rounding of the numbers before may have put it off."""
        total = 0.0
        for one in rule.needs:
            if one in self.rules:
                moved = dict(self.numbers)
                moved[one] += unit(moved[one], self.digits) / 2
                total += abs(rule.value(moved) - expected)
        return total if np.isfinite(total) else 0.0

    def _mixed(self, rule: Rule, value: float) -> bool:
        """Whether it follows where some wrong numbers were only written down wrong."""
        wrong = [one for one in rule.needs if one in self.wrong][:MOST_MIXED]
        for choice in product((False, True), repeat=len(wrong)):
            if any(choice):
                own = dict(self.numbers)
                chosen = [one for one, used in zip(wrong, choice, strict=True) if used]
                own |= {one: self.wrong[one] for one in chosen}
                wanted = rule.value(own)
                if np.isfinite(wanted) and self._close(value, wanted):
                    return True
        return False

    def _coarse(self, answer: Answer, *wanted: float) -> bool:
        """Whether it is right as far as it goes, but goes less far than asked."""
        count = written_digits(answer)
        if answer.value is None or not 2 <= count < self.digits:
            return False
        return any(abs(answer.value - one) <= HALF * unit(one, count) for one in wanted)


def written_digits(answer: Answer) -> int:
    """The significant digits of a plain numeral; 17 for everything else."""
    text = answer.text.replace("−", "-").replace(",", ".").strip().lower()
    try:
        plain = float(text)
    except ValueError:
        return 17
    if plain != number(text):
        return 17
    return len(text.partition("e")[0].replace(".", "").lstrip("+-0"))
