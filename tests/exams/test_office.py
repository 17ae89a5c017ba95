"""A worksheet filled in, saved by LibreOffice, and graded."""

import pytest

from gradstone.exams.examples import n1
from gradstone.exams.grading import grade
from tests.accounts.workbooks import recalculated
from tests.exams.filled import right, sheet

pytestmark = [pytest.mark.office, pytest.mark.slow]


def test_what_a_spreadsheet_program_saves_is_graded(tmp_path):
    exam = n1()
    answers = {**right(exam), "out1[0,0]": ("0.32283*2", "0"), "out1[0,1]": "0,65926"}
    answers["dW2[0,0]"] = ("ROUND(0.126796*0.645656,8)", "5")
    sheet(tmp_path / "filled.xlsx", exam, answers)
    recalculated([tmp_path / "filled.xlsx"], tmp_path)
    found = grade(tmp_path / "out" / "filled.xlsx")
    assert found.who == "Ada"
    assert found.changed == found.unread == ()
    assert found.points == found.most
    told = {one.address: one.answer.value for one in found.marks}
    assert told["dW2[0,0]"] == pytest.approx(0.08186661)  # recomputed; 5 was stored
