"""Two accounts of the same step, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradstone.accounts.account import (
    Amount,
    Cell,
    Code,
    Formula,
    Paragraph,
    Part,
    Phrase,
    Section,
    Story,
    Table,
    Value,
)
from gradstone.accounts.explain import Account

GUARD = 3
LINES = (("dnet", "compare_deltas"), ("dW", "compare_gradients"), ("db", "compare_gradients"))


def compared(one: Account, other: Account, command: str) -> Account:
    """The first account, with a section that sets its errors and gradients beside the other's.

    Args:
        one, other: of the same network on the same samples, under squared error and under
            the cross entropy of a sigmoid.
        command: what tells the other in full.
    """
    return replace(one, story=_joined(one.story, other.story, command), again=None)


def _joined(one: Story, other: Story, command: str) -> Story:
    head, *rest = one.sections
    parts: list[Part] = [Paragraph((_losses(one, other), Phrase("compare_reason")))]
    parts += _tables(one, other)
    words = (Phrase("compare_rest", {"loss": _loss(one), "command": Code(command)}),)
    parts.append(Paragraph(words))
    beside = Section("comparison", Phrase("section_comparison"), tuple(parts))
    return replace(one, sections=(head, beside, *rest))


def _loss(one: Story) -> Code:
    return Code(str(one.settings["loss"]))


def _losses(one: Story, other: Story) -> Phrase:
    gaps: dict[str, Cell] = {"one": _loss(one), "other": _loss(other)}
    for name, story in (("one", one), ("other", other)):
        for key, address in (("before", "loss"), ("after", "after loss")):
            gaps[f"{name}_{key}"] = _amount(story, address)
    return Phrase("compare_losses", gaps)


def _amount(story: Story, address: str) -> Amount:
    return Amount(story.entries[address].value, story.digits + GUARD)


def _tables(one: Story, other: Story) -> Iterator[Table]:
    """The error terms and the gradients of both, by layers from the last to the first."""
    grouped: dict[str, list[str]] = {"compare_deltas": [], "compare_gradients": []}
    for start, caption in LINES:
        names = [name for name in one.entries if name.startswith(start)]
        grouped[caption] += sorted(names, key=lambda name: (-int(name[len(start)]), name))
    for caption, names in grouped.items():
        wanted = [name for name in names if name in other.entries and "of sample" not in name]
        yield _table(one, other, wanted, caption)


def _table(one: Story, other: Story, names: Sequence[str], caption: str) -> Table:
    heads = (Phrase("name"), _loss(one), _loss(other), Phrase("compare_ratio"))
    rows = tuple(_row(one, other, name) for name in names)
    return Table(heads, rows, caption=Phrase(caption))


def _row(one: Story, other: Story, name: str) -> tuple[Cell, ...]:
    mine, theirs = one.entries[name], other.entries[name]
    ratio: Cell = Formula(r"\infty")
    if mine.value:
        ratio = Amount(theirs.value / mine.value, one.digits + GUARD)
    return (mine.symbol, Value(name), _amount(other, name), ratio)
