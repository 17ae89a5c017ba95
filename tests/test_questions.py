"""The answers in docs/questions.md: each command still prints what stands there; 中文 beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.evidence import commands, language_of, printed, refreshed

DOCS = Path(__file__).resolve().parent.parent / "docs"
NAMES = ("questions.md", "questions.zh.md")
PAGE, CHINESE = PAGES = [(DOCS / name).read_text("utf-8") for name in NAMES]
NUMBER = re.compile(r"[−-]?\d[\d.]*(?:e[−+-]?\d+)?")
SHARE = re.compile(r"(\d+\.\d) %")
BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
APART = 8.0
"""Percent by which an accuracy may differ: other processors round differently."""


def shape(text):
    """The words of a text, without its numbers and without how wide its columns are."""
    return NUMBER.sub("#", text).split()


def shares(text):
    """The percentages of a text."""
    return [float(one) for one in SHARE.findall(text)]


def figures(page):
    """The numbers a page tells outside its blocks, without signs, each once."""
    return set(re.findall(r"\d+(?:\.\d+)?", BLOCK.sub("", page)))


def anchor(heading):
    """Where a heading stands, as GitHub names it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.slow
@pytest.mark.parametrize(("command", "told"), commands(PAGE))
def test_a_command_prints_what_stands_there(command, told, tmp_path):
    now = printed(command, tmp_path, "en")
    if "find-rate" not in command and "descend" not in command:
        assert shape(now) == shape(told)
    assert shares(now) == pytest.approx(shares(told), abs=APART)


def test_both_editions_run_the_same_commands():
    assert [one for one, _ in commands(CHINESE)] == [one for one, _ in commands(PAGE)]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [(one[1], other[1]) for one, other in zip(commands(PAGE), commands(CHINESE), strict=False)],
)
def test_both_editions_print_the_same_percentages(english, chinese):
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert shares(chinese) == pytest.approx(shares(english), abs=APART)


def test_both_editions_tell_the_same_figures():
    assert figures(CHINESE) == figures(PAGE)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_question_has_its_evidence(page):
    sections = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    assert len(sections) == 10
    assert [one.splitlines()[0] for one in sections if "```console" not in one] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_contents_lead_to_every_question(page):
    contents = re.findall(r"^\* \[(.+)\]\(#(.+)\)$", page, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert contents == [(one, anchor(one)) for one in headings]


def test_each_edition_names_the_other():
    assert PAGE.splitlines()[2] == "[中文](questions.zh.md)"
    assert CHINESE.splitlines()[2] == "[English](questions.md)"


def test_a_page_is_told_in_the_language_of_its_name():
    assert [language_of(name) for name in NAMES] == ["en", "zh"]


def test_a_page_without_commands_stays_as_it_is():
    assert refreshed("# Nothing\n\nto run\n", "en") == "# Nothing\n\nto run\n"
