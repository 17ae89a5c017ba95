"""Six formats, the same digits: every number told stands in each of them."""

from __future__ import annotations

import html
import json
import re
import zipfile

import pytest

from gradstone.accounts.examples import EXAMPLES, n1, n5, op_example
from gradstone.accounts.formula import amount
from gradstone.errors import GradstoneError
from gradstone.graph.op import OPS


def plain(text: str) -> str:
    """Numbers as float() reads them."""
    text = re.sub(r"\\guard\s*\{([^}]*)\}", r"\1", text)
    return text.replace("−", "-").replace("{}", "")


def as_text(account, tmp_path):
    return plain(account.to_text(width=200))


def as_markdown(account, tmp_path):
    return plain(account.to_markdown())


def as_latex(account, tmp_path):
    return plain(account.to_latex()).replace("$ & $.", ".")  # columns aligned at the point


def as_html(account, tmp_path):
    page = account.to_html()
    body = page[page.index("<body") :]
    body = re.sub(r"<(style|script)\b.*?</\1>", "", body, flags=re.DOTALL)
    return plain(html.unescape(re.sub(r"<[^>]+>", "", body)))


def as_json(account, tmp_path):
    told = json.loads(account.to_json())
    return " ".join(_strings(told))


def _strings(told):
    if isinstance(told, dict):
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from _strings(one)
    elif isinstance(told, str):
        yield plain(told)


def as_excel(account, tmp_path):
    account.to_excel(tmp_path / "told.xlsx")
    with zipfile.ZipFile(tmp_path / "told.xlsx") as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        cells = [
            float(one)
            for name in sheets
            for one in re.findall(r"<v>(-?[0-9.eE+-]+)</v>", book.read(name).decode())
        ]
    return " ".join({f"{one:.9g}" for one in cells} | {repr(one) for one in cells})


FORMATS = {
    "text": as_text, "markdown": as_markdown, "latex": as_latex, "html": as_html,
    "json": as_json, "excel": as_excel,
}  # fmt: skip


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("example", [n1, n5])
def test_every_number_told_stands_in_every_format(example, format_, tmp_path):
    account = example(language="en")
    told = FORMATS[format_](account, tmp_path)
    story = account.story
    missing = []
    for entry in story.entries.values():
        shown = amount(entry, story.digits).text
        value = f"{entry.value:.9g}"
        if shown.partition("e")[0] not in told and value not in told:
            missing.append((entry.address, shown))
    assert not missing


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_told_in_every_format(name, language, format_, tmp_path):
    assert FORMATS[format_](EXAMPLES[name](language=language), tmp_path)


@pytest.mark.parametrize("name", sorted(n for n, op in OPS.items() if op.kind != "source"))
def test_every_row_is_told_in_every_format(name, tmp_path):
    account = op_example(name, language="en")
    for format_, told in FORMATS.items():
        assert told(account, tmp_path), format_


def test_an_unknown_language_gets_the_known_ones():
    with pytest.raises(GradstoneError, match="zh"):
        n1(language="fr").to_text()
