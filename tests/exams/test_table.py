"""A class: its table, its most frequent mistakes, and a CSV that no spreadsheet runs."""

import csv
import io
import json

import pytest

from gradstone.errors import FileError
from gradstone.exams.examples import n1
from gradstone.exams.grading import grade_folder
from gradstone.exams.table import harmless
from tests.exams.filled import by_hand, form, right, sheet


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("answers")
    exam, other = n1(), n1(variant=1)
    form(place, exam, right(exam), "Ada", "1")
    form(place, exam, by_hand(exam, "no slope at the output"), "Bo", "2")
    form(place, exam, by_hand(exam, "no slope at the output"), '=HYPERLINK("x")', "3")
    form(place, exam, by_hand(exam, "t - out"), "@Eve", "4")
    sheet(place / "5.xlsx", other, {**right(other), "loss": "?"}, {"x[0,0]": 3.0}, name="")
    form(place, exam, {}, "Nil", "6")
    (place / "7.json").write_text("{")
    (place / "notes.txt").write_text("not answers")
    (place / "~$5.xlsx").write_text("of a program that has it open")
    return place


def test_a_folder_gives_a_table(folder):
    table = grade_folder(folder)
    assert [one.who for one in table.grades] == ["Ada", "Bo", '=HYPERLINK("x")', "@Eve", "5", "Nil"]
    assert [one.points for one in table.grades] == [23, 21, 21, 21, 22, 0]
    assert [one.name for one in table.missed] == ["7.json"]
    assert table.frequent("en") == [("local derivative missing", 2), ("sign", 1)]
    rows = table.rows("en")
    assert rows[0] == ["who", "file", "marks", "of", "first wrong cell", "likely mistake", "remark"]
    assert rows[2] == ["Bo", "2.json", "21", "23", "δ_o1 [dnet2[0,0]]",
                       "local derivative missing", ""]  # fmt: skip
    assert rows[5][6] == "1 given numbers changed; 1 cells could not be read"


def test_the_table_as_text_in_both_languages(folder):
    table = grade_folder(folder)
    english, chinese = table.to_text("en"), table.to_text("zh")
    assert english.splitlines()[-3:] == [
        "Most frequent mistakes", "   2 × local derivative missing", "   1 × sign",
    ]  # fmt: skip
    assert "漏乘激活函数的导数" in chinese
    assert len(english.splitlines()) == len(chinese.splitlines())
    assert str(table) == english


def test_the_table_as_csv_starts_no_formula(folder):
    rows = list(csv.reader(io.StringIO(grade_folder(folder).to_csv("en"))))
    assert len(rows) == 8
    assert rows[3][0] == '\'=HYPERLINK("x")'
    assert rows[4][0] == "'@Eve"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1"])
def test_dangerous_cells_are_neutralised(cell):
    assert harmless(cell).startswith("'")


@pytest.mark.parametrize("cell", ["", "Ada", "0.5", "1=2", "δ_o1", "小明"])
def test_other_cells_stay(cell):
    assert harmless(cell) == cell


def test_folders_without_answers_are_refused(tmp_path):
    with pytest.raises(FileError, match="no such folder"):
        grade_folder(tmp_path / "none")
    with pytest.raises(FileError, match=r"no \.xlsx or \.json"):
        grade_folder(tmp_path)


def test_damaged_files_are_rows_of_their_own(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"exam": "GS1-AAAA", "answers": {}}))
    table = grade_folder(tmp_path)
    assert table.grades == ()
    assert "checksum" in table.missed[0].why
    assert "a.json" in table.to_text("en")
