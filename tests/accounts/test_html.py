"""The page: whole, safe, its numbers those of the story, readable on a phone and on paper."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import gradstone as gs
from gradstone.accounts.account import (
    Amount,
    Code,
    Drawing,
    Plain,
    Section,
    Story,
    Table,
    Value,
    Working,
)
from gradstone.accounts.explain import explain
from gradstone.accounts.formula import amount
from gradstone.accounts.html import fragment, to_html
from gradstone.accounts.html.cells import digits
from gradstone.accounts.html.columns import apart, columns_of, heights
from gradstone.accounts.numbers import printed
from gradstone.language import LANGUAGES, Language
from tests.accounts.stories import example
from tests.chromium import Chromium

VOID = {"meta", "br", "hr", "link", "input", "img"}
NASTY = "<script>alert(1)</script> & \"quotes\" 'too'"


@cache
def story(name: str) -> Story:
    """N1, N5 and G3 of the cases, and a deep net with Adam."""
    if name == "deep":
        net = gs.MLP([2, 3, 3, 1], activation="relu", output="sigmoid")
        return explain(net, [[0.5, -1.0]], [[1.0]], loss="half_sse", optimizer=gs.adam(0.01)).story
    found: Story = example({"g3": "apples"}.get(name, name))
    return found


NAMES = ("n1", "n5", "g3", "deep")


class Reader(HTMLParser):
    """A page as a browser reads it: elements close in order; `data` leaves out numeric checks."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.data: list[tuple[str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self.value: str | None = None
        self.check = 0  # how deep in the page the numeric check lies that is being read
        self.shown = ""
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "class" and (value or "").startswith("check "):
                self.check = len(self.open) + 1
            if name == "id":
                self.ids.append(value or "")
            elif name == "href":
                self.links.append(value or "")
            elif name == "value" and tag == "data":
                self.value, self.shown = value, ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], (tag, self.open)
        self.open.pop()
        self.check = 0 if len(self.open) < self.check else self.check
        if tag == "data" and self.value is not None and not self.check:
            self.data.append((self.value, self.shown))
            self.value = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.shown += data
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def every_page() -> Iterator[tuple[str, Language]]:
    for name in NAMES:
        for language in LANGUAGES:
            yield name, language


pages = pytest.mark.parametrize(("name", "language"), list(every_page()))


def with_parts(one: Story, *parts: object) -> Story:
    """The story with nothing but these parts."""
    title = one.sections[0].title
    return replace(one, sections=(Section("given", title, parts),))  # type: ignore[arg-type]


# The file -----------------------------------------------------------------------------------------
@pages
def test_is_one_well_formed_page(name: str, language: Language) -> None:
    text = to_html(story(name), language)
    page = Reader(text)
    assert text.startswith("<!DOCTYPE html>\n")
    assert ("html", "lang", {"en": "en", "zh": "zh-Hans"}[language]) in page.attributes
    assert len(page.ids) == len(set(page.ids))
    assert all(one.startswith("#") and one[1:] in page.ids for one in page.links)


@pages
def test_asks_no_network_for_anything(name: str, language: Language) -> None:
    text = to_html(story(name), language)
    page = Reader(text)
    assert not re.search(
        r"https?:|//[a-z]|url\(|@import", text.split("<style>")[1].split("</style>")[0]
    )
    assert not {tag for tag, *_ in page.attributes} & {"link", "img", "iframe", "object"}
    assert not {name for _, name, _ in page.attributes} & {"src", "srcset", "style", "action"}
    assert "http" not in text.replace("http-equiv", "")


@pages
def test_policy_allows_its_own_style_and_script_alone(name: str, language: Language) -> None:
    page = Reader(to_html(story(name), language))
    (policy,) = (value for _, name, value in page.attributes if name == "content"
                 and value.startswith("default-src"))  # fmt: skip
    for tag in ("style", "script"):
        (inner,) = page.texts[tag]
        mark = b64encode(sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{mark}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not any(name.startswith("on") for _, name, _ in page.attributes)


def test_both_languages_have_the_same_numbers_and_ids() -> None:
    for name in NAMES:
        english, chinese = (Reader(to_html(story(name), one)) for one in LANGUAGES)
        assert english.data == chinese.data
        assert english.ids == chinese.ids


def test_same_story_same_bytes() -> None:
    assert to_html(story("n5")) == to_html(story("n5"))


# What it tells ------------------------------------------------------------------------------------
@pages
def test_every_line_told_can_be_linked_to(name: str, language: Language) -> None:
    one = story(name)
    ids = set(Reader(to_html(one, language)).ids)
    told = {line for section in one.sections for part in section.parts
            if isinstance(part, Working) for line in part.lines}  # fmt: skip
    assert told <= ids
    everywhere = {cell.address for section in one.sections for part in section.parts
                  if isinstance(part, Table) for row in part.rows for cell in row
                  if isinstance(cell, Value)}  # fmt: skip
    assert {one.entries[at].line for at in everywhere} - {""} <= ids


@pages
def test_numbers_are_those_of_the_story(name: str, language: Language) -> None:
    one = story(name)
    wanted: dict[float, set[str]] = {}
    for entry in one.entries.values():
        wanted.setdefault(entry.value, set()).add(plain(amount(entry, one.digits).text))
    found = [(float(value), plain(shown)) for value, shown in Reader(to_html(one, language)).data]
    known = [(value, shown) for value, shown in found if value in wanted]
    assert len(known) > len(one.lines)
    for value, shown in known:
        assert shown in wanted[value], (value, shown)


def plain(shown: str) -> str:
    """Digits as float() reads them."""
    text = shown.replace("\N{MINUS SIGN}", "-").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    return re.sub(r"×10(-?\d+)$", r"e\1", text)


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 1.0, -0.0207665162484, 1.2345678912e-7, -9.87654321e12, 5e-324, 0.6]
)
def test_digits_read_back(value: float) -> None:
    one = printed(value)
    for width in (0, 3, 99):
        shown = plain(re.sub(r"<[^>]+>", "", digits(one, width)))
        assert float(shown) == float(one.text)


def test_infinite_and_undefined_numbers_are_told() -> None:
    assert digits(printed(float("inf"))) == "\N{INFINITY}"
    assert digits(printed(float("-inf"))) == "\N{MINUS SIGN}\N{INFINITY}"
    assert digits(printed(float("nan"))) == "NaN"


def test_a_long_sum_goes_one_term_a_row() -> None:
    net = gs.MLP([6, 1], output="sigmoid")
    one = explain(net, [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]], [[1.0]], loss="half_sse").story
    first = to_html(one).split('id="F1"')[1].split('id="F2"')[0]
    assert first.count('class="term row"') >= 2 * 7
    short = to_html(story("n1")).split('id="F1"')[1].split('id="F2"')[0]
    assert 'class="term row"' not in short


def test_guard_digits_are_marked_in_formulas_and_tables() -> None:
    text = to_html(story("n1"))
    assert '.645656<span class="guard">306</span>' in text
    assert '<mn>0.645656</mn><mn class="guard">306</mn>' in text


# Words from outside -------------------------------------------------------------------------------
def test_users_words_are_never_markup() -> None:
    cells = (Plain(NASTY), Code(NASTY), Amount(1.5))
    one = with_parts(story("n1"), Table((Plain(NASTY), Code("b"), Plain("c")), (cells,)))
    for text in (to_html(one), fragment(one)):
        Reader(text)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in text


def test_a_function_with_odd_names_is_told() -> None:
    def odd(größe: float, 数: float) -> float:
        return größe * 数

    text = to_html(explain(odd, 2.0, 3.0).story)
    Reader(text)
    assert "größe" in text
    assert "数" in text


# Drawings -----------------------------------------------------------------------------------------
def drawings(text: str) -> list[str]:
    return re.findall(r"<svg.*?</svg>", text, re.DOTALL)


def test_edges_and_neurons_lead_to_their_lines() -> None:
    one = story("n1")
    first = drawings(to_html(one))[0]
    for layer, place in (("dW1", "[0,0]"), ("dW2", "[1,1]"), ("db1", "[0]")):
        assert f'href="#{one.entries[layer + place].line}"' in first
    for address in ("net1[0,0]", "out2[0,1]", "loss"):
        assert f'href="#{one.entries[address].line}"' in first


def test_gradients_stand_in_the_backward_drawing_alone() -> None:
    forward, values, backward = drawings(to_html(story("n1")))
    assert "backward" not in forward + values
    assert backward.count('class="backward"') == 8 + 2
    assert f'data-value="{story("n1").entries["dW2[0,0]"].value!r}"' in backward
    assert f'data-value="{story("n1").entries["dnet2[0,0]"].value!r}"' in backward


def test_a_graph_tells_value_and_gradient_at_every_node() -> None:
    one = with_parts(story("g3"), Drawing(values=True, gradients=True))
    (drawn,) = drawings(to_html(one))
    for value in (100.0, 2.0, 150.0, 3.0, 1.1, 200.0, 450.0, 650.0, 715.0):
        assert f'data-value="{value!r}"' in drawn or value == 715.0
    for name, gradient in (("apple", 2.2), ("apples", 110.0), ("orange", 3.3), ("tax", 650.0)):
        found = one.entries[f"d{name}"].value
        assert found == pytest.approx(gradient, rel=1e-12)
        assert f'data-value="{found!r}"' in drawn


def test_nodes_stand_right_of_what_they_are_computed_from() -> None:
    inputs = [(), (), (0, 1), (), (2, 3), (0, 4), (5, 5)]
    columns, ways = columns_of(inputs)
    place = {node: at for at, column in enumerate(columns) for node in column}
    assert all(place[source] < place[node] for node, those in enumerate(inputs) for source in those)
    assert place[3] == place[4] - 1
    for (source, target), bends in ways.items():
        assert [place[one] for one in bends] == list(range(place[source] + 1, place[target]))
    at = heights(columns, ways, 10.0)
    for column in columns:
        levels = sorted(at[one] for one in column)
        assert all(b - a >= 10.0 - 1e-9 for a, b in pairwise(levels))


def test_apart_moves_no_further_than_it_must() -> None:
    assert apart([0.0, 5.0, 5.0], 2.0) == [0.0, 4.0, 6.0]


def test_a_fragment_can_stand_beside_another() -> None:
    one, other = fragment(story("n1")), fragment(story("n5"))
    assert "<script" not in one
    assert "<html" not in one
    first, second = Reader(one), Reader(other)
    assert not set(first.ids) & set(second.ids)
    assert all(link[1:] in first.ids for link in first.links)


# In a browser -------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium() as made:
        yield made


def written(folder: Path, name: str, language: Language = "en") -> Path:
    path = folder / f"{name}_{language}.html"
    path.write_text(to_html(story(name), language), encoding="utf-8")
    return path


@pytest.mark.browser
@pages
def test_a_phone_never_scrolls_sideways(
    browser: Chromium, tmp_path: Path, name: str, language: Language
) -> None:
    browser.events.clear()
    browser.open(written(tmp_path, name, language), 360, 780)
    browser.value("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.value("document.documentElement.scrollWidth") == 360
    complaints = [one for one in browser.events if one.get("method") == "Log.entryAdded"]
    assert not complaints
    asked = [one["params"]["request"]["url"] for one in browser.events
             if one.get("method") == "Network.requestWillBeSent"]  # fmt: skip
    assert len(asked) == 1


@pytest.mark.browser
def test_a_link_opens_what_is_folded(browser: Chromium, tmp_path: Path) -> None:
    browser.open(written(tmp_path, "n1"))
    browser.value("document.querySelectorAll('details').forEach(one => one.open = false)")
    browser.value("document.querySelector('nav a[href=\"#section-update\"]').click()")
    assert browser.value("document.getElementById('section-update').open")
    browser.value("location.hash = '#B1'")
    browser.value("dispatchEvent(new HashChangeEvent('hashchange'))")
    assert browser.value("document.getElementById('B1').closest('details').open")


@pytest.mark.browser
def test_paper_shows_what_is_folded_and_folds_it_again(browser: Chromium, tmp_path: Path) -> None:
    browser.open(written(tmp_path, "n1"))
    folded = "document.querySelectorAll('details:not([open])').length"
    before = browser.value(folded)
    assert before == 1
    browser.value("dispatchEvent(new Event('beforeprint'))")
    assert browser.value(folded) == 0
    browser.value("dispatchEvent(new Event('afterprint'))")
    assert browser.value(folded) == before


@pytest.mark.browser
def test_style_alone_opens_what_is_folded_on_paper(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "fragment.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{fragment(story('n1'))}", encoding="utf-8")
    browser.open(path)
    height = "document.querySelector('details:not([open]) table').getBoundingClientRect().height"
    browser.media("print")
    assert browser.value(height) > 500
    browser.media()


@pytest.mark.browser
def test_dark_where_the_reader_wants_it(browser: Chromium, tmp_path: Path) -> None:
    browser.open(written(tmp_path, "n1"))
    colour = "getComputedStyle(document.body).backgroundColor"
    browser.media("", "light")
    assert browser.value(colour) == "rgb(255, 255, 255)"
    browser.media("", "dark")
    assert browser.value(colour) == "rgb(20, 23, 27)"
    browser.media("print", "dark")
    assert browser.value(colour) == "rgb(255, 255, 255)"
    browser.media()


@pytest.mark.browser
def test_points_stand_below_one_another(browser: Chromium, tmp_path: Path) -> None:
    browser.open(written(tmp_path, "n5"))
    browser.value("document.querySelectorAll('details').forEach(one => one.open = true)")
    ends = """[...document.querySelectorAll('#section-numbers td:nth-child(2) .whole')]
        .map(one => Math.round(one.getBoundingClientRect().right * 2))"""
    assert browser.value(f"new Set({ends}).size") == 1
    assert browser.value(f"{ends}.length") > 50
