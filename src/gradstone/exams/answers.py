"""Answers as they came back, from an Excel sheet or a JSON form, before anything is judged."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from gradstone.errors import DataError, FileError
from gradstone.exams.arithmetic import Unreadable, number
from gradstone.exams.excel import ADDRESS, VALUE, WHO
from gradstone.exams.identity import FORM, from_id
from gradstone.exams.paper import Paper
from gradstone.exams.sheet import Exam
from gradstone.exams.xlsx import Cell, Cells, read_sheet

MOST_BYTES, MOST_ANSWERS, LONGEST = 2**20, 5000, 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written for a number.

    Attributes:
        text: as it was written. value: the number; None where it says none.
        why: "" or why it says none: "text", "date", "error".
    """

    text: str
    value: float | None
    why: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was written."""
        return self.value is None and not self.text.strip()


@dataclass(frozen=True, slots=True)
class Answers:
    """A file that came back.

    Attributes:
        paper: of its exam. who: the name written on it, or that of the file.
        cells: what stands beside each address (or textbook name).
        whole: whether given numbers stand in it, too, and must be there.
    """

    paper: Paper
    who: str
    cells: dict[str, Answer]
    whole: bool
    notes: tuple[str, ...] = field(default=())


def form(exam: Exam) -> str:
    """A form for answers, as JSON."""
    blank = {"exam": exam.id, "name": "", "answers": dict.fromkeys(exam.asked)}
    return json.dumps(blank, indent=1, ensure_ascii=False) + "\n"


def read_answers(path: str | PathLike[str]) -> Answers:
    """What stands in a file of answers.

    Raises:
        FileError: it cannot be read. DataError: no exam's code is in it, or a damaged one.
    """
    place = Path(path)
    if place.suffix.lower() == ".json":
        return _of_json(place)
    if place.suffix.lower() == ".xlsx":
        return _of_sheet(place)
    raise FileError(str(place), "another kind of file came", "an .xlsx or .json file is wanted")


# Excel --------------------------------------------------------------------------------------------
def _of_sheet(path: Path) -> Answers:
    cells = read_sheet(path)
    paper = _paper_of(path, cells)
    found: dict[str, Answer] = {}
    twice: list[str] = []
    for row in sorted({row for row, column in cells if column == ADDRESS}):
        address = clean(cells[row, ADDRESS].text)
        if address in found:
            twice.append(address)
        elif address:
            found[address] = _answer(cells.get((row, VALUE)))
    who = clean(cells[WHO].text) if WHO in cells else ""
    return Answers(paper, who or clean(path.stem), found, True, tuple(twice))


def _paper_of(path: Path, cells: Cells) -> Paper:
    error: DataError | None = None
    for cell in cells.values():
        if found := FORM.search(cell.text):
            try:
                return from_id(found[0])
            except DataError as other:
                error = other
    if error is not None:
        raise DataError(str(path), "the exam's code is damaged", str(error)) from error
    raise DataError(str(path), "no exam's code stands in it", "a worksheet of Gradstone is wanted")


def _answer(cell: Cell | None) -> Answer:
    if cell is None or not (cell.text or cell.formula).strip():
        return Answer("", None)
    if cell.date:
        return Answer(clean(cell.text), None, "date")
    if cell.formula:
        computed = _read(f"={cell.formula}")
        if computed.value is not None:  # numbers alone: their value does not hang on other cells
            return computed
        stored = _read(cell.text)
        return Answer(clean(f"={cell.formula}"), stored.value, stored.why)
    if cell.text.startswith("#"):
        return Answer(clean(cell.text), None, "error")
    return _read(cell.text)


def clean(text: str) -> str:
    """A text as one line that can be printed anywhere."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text[: 10 * LONGEST])
    return " ".join(plain.split())[:LONGEST]


def _read(text: str) -> Answer:
    shown = clean(text)
    if not shown:
        return Answer("", None)
    try:
        return Answer(shown, number(text))
    except Unreadable:
        return Answer(shown, None, "text")


# JSON ---------------------------------------------------------------------------------------------
def _of_json(path: Path) -> Answers:
    plain = _loaded(path)
    code, name, given = plain.get("exam"), plain.get("name", ""), plain.get("answers")
    extra = plain.keys() - {"exam", "name", "answers"}
    texts = isinstance(code, str) and isinstance(name, str)
    if extra or not texts or not isinstance(given, dict) or len(given) > MOST_ANSWERS:
        wanted = '{"exam": …, "name": …, "answers": {…}} is wanted'
        raise DataError(str(path), "another shape came", wanted)
    answers = {clean(key): _plain_answer(one) for key, one in given.items()}
    who = clean(str(name))
    return Answers(from_id(str(code)), who or clean(path.stem), answers, False)


def _loaded(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileError(str(path), "a large file", f"at most {MOST_BYTES} bytes are wanted")
        plain = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        came = "no such file" if isinstance(error, FileNotFoundError) else "it cannot be read"
        raise FileError(str(path), came, "a form of answers as JSON is wanted") from error
    if not isinstance(plain, dict):
        raise DataError(str(path), "another shape came", "an object is wanted")
    return plain


def _plain_answer(one: Any) -> Answer:
    if one is None:
        return Answer("", None)
    if isinstance(one, int | float) and not isinstance(one, bool):
        try:
            value = float(one)
        except OverflowError:
            value = math.inf
        text = f"{value!r}"
        return Answer(text, value) if math.isfinite(value) else Answer(text, None, "text")
    if isinstance(one, str):
        return _read(one)
    return Answer(clean(str(one)), None, "text")


def by_address(exam: Exam, answers: Answers) -> Iterator[tuple[str, Answer]]:
    """Answers by the addresses of their exam, also those under textbook names."""
    entries = exam.story.entries
    names = {entries[one].symbol.name: one for one in exam.asked}
    for key, answer in answers.cells.items():
        address = key if key in entries else names.get(key)
        if address is not None:
            yield address, answer
