"""Accounts in Markdown: nothing in them is spoiled on the way to a page."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from gradstone.accounts.account import Code, Formula, Plain, Table, Value, Working
from gradstone.accounts.formula import amount
from gradstone.accounts.markdown import to_markdown
from gradstone.accounts.markdown.cells import code, escaped
from gradstone.accounts.markdown.mathematics import safe
from tests.accounts.stories import EXAMPLES, example, product, sentence, story, told

MATHEMATICS = re.compile(r"\$\$([\s\S]*?)\$\$|\$([^$\n]+)\$")
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LANGUAGES = ("en", "zh")


def page(markdown):
    """The text of the page that a reader sees who knows no mathematics."""
    return html.unescape(re.sub(r"</?(p|td|em|del|strong|code)[^>]*>", "", READER.render(markdown)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_formulas_come_through(name, language):
    markdown = to_markdown(example(name), language)
    seen = page(markdown)
    formulas = [found[0] for found in MATHEMATICS.finditer(markdown)]
    assert len(formulas) > 10
    assert all(one in seen for one in formulas)
    assert all(one.count("{") == one.count("}") for one in formulas)
    assert not any(r"\guard" in one for one in formulas)
    assert not any(re.search(r"\\[^A-Za-z]|[|~*<>]", one) for one in formulas)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_line_is_told_with_its_digits(name, language):
    one = example(name)
    markdown = to_markdown(one, language)
    for line in told(one):
        result = safe(amount(one.entries[line.entry], one.digits).latex)
        assert rf"\textsf{{{line.id}}}\quad " in markdown
        assert f" {result}" in markdown


def test_the_page():
    markdown = to_markdown(example("n1"))
    assert markdown.startswith("# ")
    assert "\n## Forward\n" in markdown
    assert "| $w _{5}$ | 0.5 | 0.0818667050 | 0.459066647 |" in markdown
    assert r"\begin{bmatrix} w _{1} & w _{3} \cr w _{2} & w _{4} \end{bmatrix}" in markdown
    assert "\n> **All gradients use the old weights" in markdown
    assert markdown.endswith("\n")
    assert "\n\n\n" not in markdown


def test_chinese():
    markdown = to_markdown(example("n5"), "zh")
    assert "## 正向传播" in markdown
    assert r"\text{数值梯度：}" in markdown
    assert not re.search(r"[\u3400-\u9fff]\$|\$[\u3400-\u9fff]", markdown)


def test_words_of_users_are_words():
    evil = "*a* _b_ [c](d) <i> | $x$ `e` ~~f~~ # &lt; ![g](h) \\"
    told = story(
        sentence(Plain(evil)),
        Table((Plain("a|b"), Code("c")), ((Plain(evil), Code("x|y`z`")),)),
    )
    rendered = READER.render(to_markdown(told))
    assert rendered.count("<td>") == 2
    assert html.escape(evil, quote=False) in rendered.replace("&quot;", '"')
    assert "<code>x|y`z`</code>" in rendered
    assert not re.search("<(em|i|a|img|del|strong)>", rendered)


def test_lists_are_not_begun():
    assert escaped("- a") == r"\- a"
    assert escaped("1. a") == r"1\. a"
    assert READER.render(escaped("1) a")) == "<p>1) a</p>\n"


def test_code():
    assert code("W1[0,2]") == "`W1[0,2]`"
    assert code("12") == "12"
    assert code("") == ""
    assert code("`") == "`` ` ``"


def test_tables():
    ledger = product()
    rows = ((Formula(r"\left|a\right|"), Value("a")), (Plain("sum"), Value("c")))
    markdown = to_markdown(story(Table((Code("x"), Code("y")), rows, total=True), ledger=ledger))
    assert "| --- | ---: |" in markdown
    assert r"| $\left\vert a\right\vert$ | 2 |" in markdown
    assert "| **sum** | **0.333333333** |" in markdown


def test_working():
    markdown = to_markdown(story(Working(("F1",)), ledger=product()))
    numbers = r"2 \times \left(-0.333333333\right) + 1"
    assert rf"\textsf{{F1}}\quad c &= a \cdot b + 1 = {numbers} \approx 0.333333333" in markdown
