"""`grade`: what a learner's answers are worth, where they first went wrong, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isclose
from os import PathLike
from pathlib import Path

from gradstone.accounts.notation import text as line
from gradstone.accounts.words import said
from gradstone.errors import FileError, GradstoneError
from gradstone.exams.answers import Answers, by_address, read_answers
from gradstone.exams.exam import Exam, exam_of
from gradstone.exams.identity import to_id
from gradstone.exams.mistakes import Mistake, Namer
from gradstone.exams.replay import BAD, Judge, Mark, Rule, rules
from gradstone.exams.table import ClassTable, Missed
from gradstone.exams.wording import mistake_name, mistake_text
from gradstone.language import Language
from gradstone.language import chosen as language_of

SUFFIXES = (".xlsx", ".json")
KEPT_EXAMS = 64


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of one file.

    Attributes:
        who: the learner. path: the file. exam: the one whose code is in it.
        marks: one for each asked number, in order of computation.
        mistakes: the likely mistakes of wrong answers, by address, as far as any is known.
        changed: given numbers that are not as they were handed out.
        unread: what could not be read.
    """

    who: str
    path: Path
    exam: Exam
    marks: tuple[Mark, ...]
    mistakes: dict[str, Mistake]
    changed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """How many answers are right, those right given earlier errors included."""
        return sum(one.good for one in self.marks)

    @property
    def most(self) -> int:
        """How many are asked."""
        return len(self.marks)

    @property
    def first_wrong(self) -> Mark | None:
        """The first wrong answer in order of computation."""
        return next((one for one in self.marks if one.verdict in BAD), None)

    @property
    def cause(self) -> Mistake | None:
        """The likely mistake behind it, where one is known."""
        first = self.first_wrong
        return self.mistakes.get(first.address) if first is not None else None

    def symbol(self, address: str) -> str:
        """A number's name as a line of text."""
        return line(self.exam.story.entries[address].symbol.latex)

    def to_text(self, language: str | None = None) -> str:
        """The marks, the first wrong answer and its likely mistake, and what else is to be said."""
        return "\n".join(_Told(self, language_of(language)).lines())

    def __str__(self) -> str:
        return self.to_text("en")


@dataclass(slots=True)
class Grader:
    """Grades files; what an exam needs is made once for all that answer it."""

    known: dict[str, tuple[Exam, dict[str, Rule], Namer]] = field(default_factory=dict)

    def grade(self, path: str | PathLike[str]) -> Grade:
        """The grade of a file; see `grade`."""
        answers = read_answers(path)
        exam, made, namer = self._exam(answers)
        cells = dict(by_address(exam, answers))
        marks = Judge(exam, made).marks(cells)
        changed = tuple(_changed(exam, answers)) if answers.whole else ()
        unread = tuple(_unread(exam, answers, marks))
        return Grade(answers.who, Path(path), exam, marks, namer.named(marks), changed, unread)

    def _exam(self, answers: Answers) -> tuple[Exam, dict[str, Rule], Namer]:
        code = to_id(answers.paper)
        if code not in self.known:
            if len(self.known) >= KEPT_EXAMS:
                self.known.clear()
            exam = exam_of(answers.paper)
            made = rules(exam)
            self.known[code] = exam, made, Namer(exam, made)
        return self.known[code]


def grade(path: str | PathLike[str]) -> Grade:
    """The grade of an .xlsx worksheet or a .json form that came back.

    First the given numbers are compared with those handed out. Each answer is right if it is the
    right number, or what the learner's own earlier numbers make of it (an error is carried
    forward and costs once), to the digits asked. The first wrong answer in order of computation
    is recomputed under each known mistake.

    Raises:
        FileError, DataError: a file that cannot be read, or without a valid exam's code.
    """
    return Grader().grade(path)


def grade_folder(folder: str | PathLike[str]) -> ClassTable:
    """The grades of all .xlsx and .json files of a folder.

    Raises:
        FileError: no such folder, or none of these files in it.
    """
    place = Path(folder)
    if not place.is_dir():
        raise FileError(str(place), "no such folder", "a folder of answers is wanted")
    files = sorted(
        one for one in place.iterdir()
        if one.is_file() and one.suffix.lower() in SUFFIXES and not one.name.startswith((".", "~"))
    )  # fmt: skip
    if not files:
        raise FileError(str(place), "no .xlsx or .json file in it", "answers are wanted")
    grader, grades, missed = Grader(), list[Grade](), list[Missed]()
    for one in files:
        try:
            grades.append(grader.grade(one))
        except GradstoneError as error:
            missed.append(Missed(one.name, str(error)))
    return ClassTable(tuple(grades), tuple(missed))


def _changed(exam: Exam, answers: Answers) -> Iterator[str]:
    """Given numbers that are missing or others than those handed out."""
    for address in exam.given:
        value, came = exam.story.entries[address].value, answers.cells.get(address)
        if came is None or came.value is None:
            yield f"{address}: {came.text if came and came.text else '–'} ({value!r})"
        elif not isclose(came.value, value, rel_tol=1e-9, abs_tol=1e-15):
            yield f"{address}: {came.text} ({value!r})"


def _unread(exam: Exam, answers: Answers, marks: tuple[Mark, ...]) -> Iterator[str]:
    """Cells that say no number, asked cells that are gone, addresses that stand there twice."""
    for one in marks:
        if one.answer.why:
            yield f"{one.address}: {one.answer.text!r} ({one.answer.why})"
        elif answers.whole and one.address not in answers.cells:
            yield f"{one.address} (gone)"
    for address in answers.notes:
        yield f"{address} (twice)"


class _Told:
    """A grade in words."""

    def __init__(self, one: Grade, language: Language) -> None:
        self.one, self.language = one, language

    def lines(self) -> Iterator[str]:
        """The whole report."""
        one = self.one
        yield self._said("grade_head", who=one.who, points=one.points, most=one.most)
        if one.changed:
            yield self._said("grade_changed", cells="; ".join(one.changed))
        first = one.first_wrong
        if first is None:
            yield self._said("grade_all_right" if one.points == one.most else "grade_none_wrong")
        else:
            yield self._said("grade_first", cell=self._cell(first), came=first.answer.text,
                             wanted=self._digits(first.expected))  # fmt: skip
            yield self._cause(first)
        yield from self._others(first)
        carried = [self._cell(mark) for mark in one.marks if mark.verdict == "carried"]
        if carried:
            yield self._said("grade_carried", cells=", ".join(carried))
        missing = [self._cell(mark) for mark in one.marks if mark.verdict == "missing"]
        if missing:
            yield self._said("grade_missing", cells=", ".join(missing))
        if one.unread:
            yield self._said("grade_unread", cells="; ".join(one.unread))

    def _others(self, first: Mark | None) -> Iterator[str]:
        for mark in self.one.marks:
            if mark.verdict in BAD and mark is not first:
                told = self._said("grade_other", cell=self._cell(mark), came=mark.answer.text,
                                  wanted=self._digits(mark.expected))  # fmt: skip
                mistake = self.one.mistakes.get(mark.address)
                name = "" if mistake is None else f" ({mistake_name(mistake, self.language)})"
                yield told + name

    def _cause(self, first: Mark) -> str:
        mistake = self.one.mistakes.get(first.address)
        if mistake is None:
            return self._said("grade_unknown")
        return self._said("grade_cause", name=mistake_name(mistake, self.language),
                          text=mistake_text(mistake, self.language))  # fmt: skip

    def _cell(self, mark: Mark) -> str:
        return f"{self.one.symbol(mark.address)} [{mark.address}]"

    def _digits(self, value: float) -> str:
        return f"{value:.{self.one.exam.paper.digits}g}"

    def _said(self, key: str, **gaps: object) -> str:
        return said(key, self.language).format(**gaps)
