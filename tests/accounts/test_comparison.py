"""The same step under two losses: N3."""

import pytest

from gradstone.accounts import examples


@pytest.fixture(scope="module")
def account():
    return examples.losses()


def tables(account):
    section = next(one for one in account.story.sections if one.key == "comparison")
    return [part for part in section.parts if hasattr(part, "rows")]


def test_the_error_terms_are_out_minus_target(account):
    deltas, _ = tables(account)
    one, other = deltas.rows[:2]
    assert account.story.entries[one[1].address].value == pytest.approx(0.12679610537405006)
    assert one[2].value == pytest.approx(0.7887314002, abs=1e-10)
    assert other[2].value == pytest.approx(-0.1525511147, abs=1e-10)
    assert one[3].value == pytest.approx(6.22047024, abs=1e-8)
    assert other[3].value == pytest.approx(7.34601379, abs=1e-8)


def test_every_gradient_stands_beside_the_other(account):
    _, gradients = tables(account)
    assert len(gradients.rows) == 12
    second = examples.n1("binary_cross_entropy").story.entries
    for _, mine, theirs, ratio in gradients.rows:
        assert theirs.value == second[mine.address].value
        assert ratio.value == theirs.value / account.story.entries[mine.address].value


@pytest.mark.parametrize(("language", "words"), [("en", "Two losses"), ("zh", "两种损失")])
def test_it_is_told_in_both_languages(language, words):
    page = examples.losses(language=language).to_text()
    assert words in page
    assert "gradstone explain n1 --loss" in page
