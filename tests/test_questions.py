"""The answers in docs/questions.md: each command still prints what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.evidence import commands, printed, refreshed

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "questions.md").read_text("utf-8")
NUMBER = re.compile(r"[−-]?\d[\d.]*(?:e[−+-]?\d+)?")
SHARE = re.compile(r"(\d+\.\d) %")
APART = 8.0
"""Percent by which an accuracy may differ: other processors round differently."""


def shape(text):
    """The words of a text, without its numbers and without how wide its columns are."""
    return NUMBER.sub("#", text).split()


@pytest.mark.slow
@pytest.mark.parametrize(("command", "told"), commands(PAGE))
def test_a_command_prints_what_stands_there(command, told, tmp_path):
    now = printed(command, tmp_path)
    if "find-rate" not in command and "descend" not in command:
        assert shape(now) == shape(told)
    shares = [[float(one) for one in SHARE.findall(text)] for text in (now, told)]
    assert shares[0] == pytest.approx(shares[1], abs=APART)


def test_every_question_has_its_evidence():
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert len(sections) == 10
    assert [one.splitlines()[0] for one in sections if "```console" not in one] == []


def test_a_page_without_commands_stays_as_it_is():
    assert refreshed("# Nothing\n\nto run\n") == "# Nothing\n\nto run\n"
