"""The page: one file with its style, its script and their hashes, and no word to any network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from zlib import crc32

from gradstone.accounts.account import Section, Story
from gradstone.accounts.html.cells import Page
from gradstone.accounts.html.parts import part
from gradstone.accounts.words import said
from gradstone.language import Language
from gradstone.page import TAGS, whole_page


def to_html(story: Story, language: Language = "en") -> str:
    """One complete page that needs nothing beside itself."""
    page = Page(story, language)
    style, script = _file("page.css"), _file("page.js")
    title = said("html_" + story.kind, language)
    body = f"<main>\n{_body(page)}</main>"
    return whole_page(title, body, language, style=style, script=script, kind="gradstone")


def fragment(story: Story, language: Language = "en") -> str:
    """The same as one element for a notebook: with its style, without script."""
    known = repr([(one.address, one.value) for one in story.entries.values()]) + language
    page = Page(story, language, f"g{crc32(known.encode()):08x}-")
    opening = f'<div class="gradstone" lang="{TAGS[language]}">'
    return f"{opening}<style>{_file('page.css')}</style><main>\n{_body(page)}</main></div>"


def _body(page: Page) -> str:
    story = page.story
    head = f"<header><h1>{page.said('html_' + story.kind)}</h1>"
    head += f'<p class="lead">{page.phrase(story.title)}</p></header>\n'
    return head + _contents(page) + "".join(_chapter(page, one) for one in _chapters(story))


def _contents(page: Page) -> str:
    links = "".join(
        f'<li><a href="#{_name(page, one)}">{page.phrase(one.title)}</a></li>'
        for one in page.story.sections
        if one.level == 1
    )
    return f'<nav aria-label="{page.said("html_contents")}"><ol>{links}</ol></nav>\n'


def _chapters(story: Story) -> Iterator[tuple[Section, ...]]:
    """Sections of the first level, each with those of the second that follow it."""
    found: list[list[Section]] = []
    for one in story.sections:
        if one.level == 1 or not found:
            found.append([one])
        else:
            found[-1].append(one)
    yield from map(tuple, found)


def _chapter(page: Page, sections: Sequence[Section]) -> str:
    first, *rest = sections
    told = _opening(page, first, 2)
    return told + "".join(f"{_opening(page, one, 3)}</details>\n" for one in rest) + "</details>\n"


def _opening(page: Page, one: Section, level: int) -> str:
    """A section whose end is still to come."""
    opened = "" if one.folded else " open"
    told = "".join(part(page, each) for each in one.parts)
    kind = escape(re.sub(r"[^a-z]", "", one.key))
    return (
        f'<details class="section {kind}" id="{_name(page, one)}"{opened}><summary>'
        f"<h{level}>{page.phrase(one.title)}</h{level}></summary>\n{told}"
    )


def _name(page: Page, one: Section) -> str:
    return escape(f"{page.prefix}section-{one.key}")


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
