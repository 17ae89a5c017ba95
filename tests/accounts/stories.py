"""Small stories for the tests of renderers."""

from functools import cache

from gradstone.accounts import examples
from gradstone.accounts.account import Paragraph, Phrase, Section, Story, Working
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.symbol import Symbol

EXAMPLES = ("n1", "n5", "apples")


@cache
def example(name):
    """The story of an example."""
    return getattr(examples, name)().story


def story(*parts, ledger=None, title=None):
    """A story of one section."""
    ledger = ledger or Ledger()
    section = Section("forward", Phrase("section_forward"), parts)
    return Story(
        "function", title or Phrase("head_function"), (section,), ledger.entries, ledger.lines,
        {}, (), 6, {}, ledger.inner,
    )  # fmt: skip


def product():
    """A ledger with a = 2, b = -1/3 and the line F1 c = a·b + 1."""
    ledger = Ledger()
    a = ledger.given("a", Symbol("a"), 2.0)
    b = ledger.given("b", Symbol("b"), -1 / 3)
    ledger.line("F", "c", Symbol("c"), a * b + 1.0)
    ledger.settle()
    return ledger


def told(one):
    """Lines that the document works out, in order."""
    parts = [part for section in one.sections for part in section.parts]
    return [one.lines[name] for part in parts if isinstance(part, Working) for name in part.lines]


def sentence(cell):
    """A paragraph that holds a cell, between fixed words."""
    return Paragraph((Phrase("drawing_layer", {"number": cell}),))
