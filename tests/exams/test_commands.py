"""`gradstone exam` and `gradstone grade`, from the worksheet to the class table."""

import json

import pytest
import typer
from typer.testing import CliRunner

from gradstone.app.cli import exam_command, grade_command
from gradstone.app.cli.exam_command import _words
from gradstone.errors import FileError, GradstoneError, RangeError, UnknownNameError
from gradstone.exams.exam import exam_from_id
from tests.exams.filled import right


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    app = typer.Typer()
    app.command(name="exam")(exam_command.exam)
    app.command(name="grade")(grade_command.grade)
    return lambda *words: CliRunner().invoke(app, [*map(str, words)])


def test_worksheets_go_out_and_answers_come_back(run, tmp_path):
    made = run("exam", "n1", "--variants", 2, "--seed", 7, "--format", "json,excel", "--out", "mo")
    assert made.exit_code == 0, made.exception
    assert made.stdout.splitlines() == [
        "saved as mo/exam-1.json", "saved as mo/exam-1.xlsx", "saved as mo/key-1.html",
        "saved as mo/exam-2.json", "saved as mo/exam-2.xlsx", "saved as mo/key-2.html",
    ]  # fmt: skip
    answers = tmp_path / "answers"
    answers.mkdir()
    for number in (1, 2):
        blank = json.loads((tmp_path / f"mo/exam-{number}.json").read_text())
        exam = exam_from_id(blank["exam"])
        assert blank["answers"] == dict.fromkeys(exam.asked)
        filled = {**blank, "name": f"L{number}", "answers": right(exam)}
        if number == 2:
            filled["answers"]["loss"] = "0.5"
        (answers / f"{number}.json").write_text(json.dumps(filled))
    one = run("grade", "answers/2.json")
    assert one.exit_code == 0
    assert one.stdout.startswith("L2: 22 of 23\nFirst wrong cell: E [loss]: 0.5 came, ")
    table = run("grade", "answers", "--out", "marks.csv", "--lang", "zh")
    assert table.exit_code == 0
    assert "已保存为 marks.csv" in table.stdout
    text = (tmp_path / "marks.csv").read_text("utf-8-sig")
    assert text.startswith("姓名,文件,得分,满分")
    assert isinstance(run("grade", "answers", "--out", "marks.csv").exception, FileError)
    assert run("grade", "answers", "--out", "marks.csv", "--force").exit_code == 0
    assert isinstance(run("grade", "answers/1.json", "--out", "m.csv").exception, FileError)


def test_sizes_and_options(run, tmp_path):
    made = run("exam", "3-4-2 tanh softmax", "--ask", "outputs,dW1[0,1]", "--show", "nets",
               "--format", "latex", "--samples", 2, "--rate", "0.2", "--optimizer", "adam",
               "--digits", 6, "--formulas", "--lang", "zh")  # fmt: skip
    assert made.exit_code == 0, made.exception
    assert made.stdout == "已保存为 exam.tex\n已保存为 key.tex\n"
    assert "ctexart" in (tmp_path / "exam.tex").read_text("utf-8")


def test_files_are_not_overwritten_without_force(run):
    assert run("exam", "--format", "html").exit_code == 0
    assert isinstance(run("exam", "--format", "html").exception, FileError)
    assert run("exam", "--format", "html", "--force").exit_code == 0


WRONG = [
    (("exam", "n9"), UnknownNameError), (("exam", "--format", "pdf"), UnknownNameError),
    (("exam", "--ask", "nothing"), UnknownNameError), (("exam", "2-2 a b c"), RangeError),
    (("exam", "--optimizer", "x"), UnknownNameError), (("exam", "--rate", "-1"), RangeError),
    (("exam", "--variants", 5000), RangeError), (("exam", "--digits", 20), RangeError),
    (("exam", "99-99-99"), RangeError), (("grade", "none.xlsx"), FileError),
    (("exam", "--lang", "fr"), GradstoneError), (("exam", "n1", "--samples", 3), None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "kind"), WRONG)
def test_bad_input_is_an_error_of_ours(run, words, kind):
    found = run(*words).exception
    assert found is None if kind is None else isinstance(found, kind)


def test_words_are_cut_at_commas_outside_brackets():
    assert _words("dW2[0,0], loss,new W1[1,0]") == ["dW2[0,0]", "loss", "new W1[1,0]"]
    assert _words("") == []
    assert _words(None) is None


def test_help_says_the_groups_and_shows_examples(run):
    told = run("exam", "--help").stdout
    assert "gradient" in told
    assert "gradstone exam n1 --variants 30" in told
    assert "gradstone grade" in run("grade", "--help").stdout
