"""Phrases in both languages, and the terms."""

import re
from importlib import import_module
from string import Formatter

import pytest

from gradstone.accounts.account import Code, Phrase
from gradstone.accounts.phrases import between, filled, joined, parts
from gradstone.accounts.words import TABLES, said
from gradstone.accounts.words.terms import PHRASES, SYNONYMS

HALF = re.compile(r"[\u3400-\u9fff][,;:!?()]|[,;:!?][\u3400-\u9fff]")


def gaps(phrase):
    return {gap for _, gap, _, _ in Formatter().parse(phrase) if gap is not None}


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_have_the_same_gaps(table):
    for key, (english, chinese) in import_module(
        f"gradstone.accounts.words.{table}"
    ).PHRASES.items():
        assert gaps(english) == gaps(chinese), key
        assert english, key
        assert chinese, key


@pytest.mark.parametrize("table", ["terms", "formats"])
def test_chinese_has_full_width_punctuation(table):
    for key, (_, chinese) in import_module(f"gradstone.accounts.words.{table}").PHRASES.items():
        assert not HALF.search(chinese), key


def test_terms():
    assert len(PHRASES) == 62
    assert len({chinese for _, chinese in PHRASES.values()}) == 62
    assert said("term_gradient_check", "zh") == "梯度检验"
    assert set(SYNONYMS.values()) <= PHRASES.keys()
    assert not SYNONYMS.keys() & {chinese for _, chinese in PHRASES.values()}


def test_phrases_within_phrases():
    inner = Phrase("drawing_layer", {"number": Code("2")})
    outer = Phrase("drawing_layer", {"number": inner})
    assert list(parts(outer, "en")) == ["layer ", "layer ", Code("2")]
    assert filled(outer, "en", lambda cell: cell.text.upper(), str.upper) == "LAYER LAYER 2"


def test_sentences():
    assert joined(["一。", "二。"], "zh") == "一。二。"
    assert joined(["a", "b"], "zh") == "a b"
    assert joined(["One.", "Two."], "en") == "One. Two."
    assert between("图（一）", "zh") == ""
    assert joined([], "en") == ""
