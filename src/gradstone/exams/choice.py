"""Which numbers of a step are asked for: groups, quantities, or single numbers by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from gradstone.accounts.account import Story
from gradstone.errors import RangeError, unknown

DEFAULT = ("hidden", "outputs", "loss", "deltas", "gradient", "updates")
MOST_ASKED = 400
PLACED = re.compile(r"[^\[\]]+(\[[\d,]+\])?")
NUMBERED = re.compile(r"(after )?(net|out|dnet|dout|slope|dW|db|new W|new b)(\d+)")


def told(story: Story) -> list[str]:
    """Every number that can be asked for, in order of computation.

    Left out are paths, and what single samples add to a gradient.
    """
    found = [line.entry for line in story.lines.values() if line.id[0] != "P"]
    return [address for address in found if PLACED.fullmatch(address)]


def chosen(story: Story, words: Sequence[str]) -> tuple[str, ...]:
    """The addresses that words name, each once, in order of computation.

    Args:
        words: groups ("hidden", "deltas" …), quantities ("dW2", "new W1"), addresses
            ("dW2[0,0]"), or names as textbooks have them ("dE_dw_5").

    Raises:
        UnknownNameError: a word that names nothing. RangeError: nothing, or too much.
    """
    known = told(story)
    found: set[str] = set()
    for word in words:
        found |= _named(story, known, word.strip())
    if not 0 < len(found) <= MOST_ASKED:
        wanted = f"1 to {MOST_ASKED} are wanted"
        raise RangeError("exam", f"{len(found)} asked numbers came", wanted)
    return tuple(address for address in known if address in found)


def _named(story: Story, known: Sequence[str], word: str) -> set[str]:
    heads = {address: address.partition("[")[0] for address in known}
    if word in GROUPS:
        return set(GROUPS[word](_Step(heads)))
    found = {address for address in known if word in (address, heads[address])}
    found = found or {one for one in known if story.entries[one].symbol.name == word}
    if not found:
        names = [*GROUPS, *dict.fromkeys(heads.values()), *known]
        raise unknown("exam, asked", word, names)
    return found


class _Step:
    """The addresses of a step by what they are."""

    def __init__(self, heads: Mapping[str, str]) -> None:
        self.heads = heads
        layers = [found for one in heads.values() if (found := NUMBERED.fullmatch(one))]
        self.last = max((int(found[3]) for found in layers), default=0)

    def of(self, form: str) -> Iterator[str]:
        """Addresses whose quantity has a form."""
        return (one for one, head in self.heads.items() if re.fullmatch(form, head))

    def outputs(self, before: str = "") -> list[str]:
        """The network's outputs, or the probabilities that its loss makes of them."""
        for form in (f"{before}out{self.last}", f"{before}p", f"{before}net{self.last}"):
            if found := list(self.of(form)):
                return found
        return []

    def hidden(self) -> list[str]:
        """The outputs of all layers but the last."""
        return [one for one in self.of(r"out\d+") if self.heads[one] != f"out{self.last}"]

    def first(self, form: str) -> list[str]:
        """The first number of each quantity of a form."""
        found: dict[str, str] = {}
        for one in self.of(form):
            found.setdefault(self.heads[one], one)
        return list(found.values())


Group = Callable[[_Step], "Sequence[str] | Iterator[str]"]
GROUPS: dict[str, Group] = {
    "nets": lambda step: step.of(r"net\d+"),
    "hidden": lambda step: step.hidden(),
    "outputs": lambda step: step.outputs(),
    "parts": lambda step: step.of("part"),
    "loss": lambda step: step.of("loss"),
    "upstream": lambda step: step.of(r"dout\d+"),
    "slopes": lambda step: step.of(r"slope\d+"),
    "deltas": lambda step: step.of(r"dnet\d+"),
    "gradient": lambda step: step.first(r"dW\d+"),
    "gradients": lambda step: step.of(r"d[Wb]\d+"),
    "update": lambda step: step.first(r"new [Wb]\d+"),
    "updates": lambda step: step.of(r"new [Wb]\d+"),
    "after": lambda step: [*step.outputs("after "), *step.of("after loss")],
    "all": lambda step: (one for one in step.heads if not one.startswith("after ")
                         and one not in ("squares", "forecast", "change")),
}  # fmt: skip


def needs(story: Story, addresses: Sequence[str]) -> set[str]:
    """Everything that numbers are computed from, themselves included."""
    born = {line.entry: line for line in story.lines.values()}
    found: set[str] = set()
    stack = list(addresses)
    while stack:
        one = stack.pop()
        if one not in found:
            found.add(one)
            stack.extend(born[one].operands if one in born else ())
    return found
