"""`gs.explain`: the account of a training step, a trained run's step, a function, a descent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from gradstone.accounts.account import Line, Story
from gradstone.accounts.descending import descent_story
from gradstone.accounts.files import write_text
from gradstone.accounts.function import function_story
from gradstone.accounts.told import told_step
from gradstone.descent.descent import Descent, Descents
from gradstone.errors import KindError, RangeError, UnknownNameError, unknown
from gradstone.language import Language, chosen
from gradstone.nn.module import Network
from gradstone.training.objective import default_loss
from gradstone.training.optimizers import Optimizer, sgd
from gradstone.training.run import Run
from gradstone.training.targets import are_labels

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """A worked example. It prints itself in several formats, all with the same digits.

    Attributes:
        story: what is told. language: "en" or "zh"; None: the locale's.
        again: makes the story anew with another parameter's paths.
    """

    story: Story
    language: str | None = None
    again: Callable[[str], Story] | None = None

    @property
    def _language(self) -> Language:
        return chosen(self.language)

    def to_text(self, ascii: bool = False, width: int = 80) -> str:
        """Plain text, `width` columns wide."""
        from gradstone.accounts.text import to_text

        return to_text(self.story, self._language, ascii, width)

    def to_markdown(self) -> str:
        """Markdown with mathematics between dollar signs."""
        from gradstone.accounts.markdown import to_markdown

        return to_markdown(self.story, self._language)

    def to_latex(self) -> str:
        """A document for pdflatex (English) or xelatex (both languages)."""
        from gradstone.accounts.latex import to_latex

        return to_latex(self.story, self._language)

    def to_html(self, path: str | PathLike[str] | None = None) -> str:
        """One page that needs nothing else; also written to a file, where a path is given."""
        from gradstone.accounts.html import to_html

        return _kept(to_html(self.story, self._language), path)

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """Every line with its operands, which `gradstone explain --verify` recomputes."""
        from gradstone.accounts.json import to_json

        return _kept(to_json(self.story, self._language), path)

    def to_svg(self, path: str | PathLike[str] | None = None) -> str:
        """The computation graph, or the network, with value and gradient at every node.

        Raises:
            RangeError: the account has no drawing.
        """
        from gradstone.accounts.html.standalone import to_svg

        return _kept(to_svg(self.story, self._language), path)

    def to_dot(self, path: str | PathLike[str] | None = None) -> str:
        """The same as text for Graphviz: `dot -Tsvg step.dot -o step.svg` lays it out.

        Raises:
            RangeError: the account has no drawing.
        """
        from gradstone.accounts.graphviz import to_dot

        return _kept(to_dot(self.story), path)

    def to_excel(self, path: str | PathLike[str], steps: int = 20) -> None:
        """A live workbook.

        Args:
            path: of the .xlsx file. steps: rows of the sheet that goes on training.
        """
        from gradstone.accounts.excel import to_excel

        to_excel(self.story, path, self._language, steps)

    def _repr_html_(self) -> str:
        from gradstone.accounts.html import fragment

        return fragment(self.story, self._language)

    def __str__(self) -> str:
        return self.to_text()

    def gradient(self, name: str) -> Array:
        """The gradient of a parameter or argument, an array; UnknownNameError for others."""
        return self.array(f"d{name}")

    def array(self, name: str) -> Array:
        """The told numbers of a name, as "net1", "dW1", "new W1".

        Raises:
            UnknownNameError: nothing is told under that name.
        """
        found = {}
        for address, entry in self.story.entries.items():
            head, _, place = address.partition("[")
            if head == name and (not place or place.endswith("]")):
                at = tuple(map(int, place[:-1].split(","))) if place else ()
                found[at] = entry.value
        if not found:
            heads = {one.partition("[")[0] for one in self.story.entries}
            raise unknown("name", name, sorted(heads))
        shape = tuple(max(column) + 1 for column in zip(*found, strict=True))
        array = np.full(shape, np.nan)
        for at, value in found.items():
            array[at] = value
        return array

    def paths(self, weight: str) -> Paths:
        """Every path from a parameter to the loss with its product, and their sum.

        Args:
            weight: its program name, as "W1[0,0]" or "b2[1]".

        Raises:
            UnknownNameError: no such parameter, or an account that has no network.
        """
        if self.again is None:
            raise UnknownNameError("paths", "this account has no network", "a step is wanted")
        story = self.story
        if f"paths {weight}" not in story.entries:
            story = self.again(weight)
        name = weight.replace(" ", "")
        lines = [
            line for line in story.lines.values()
            if line.entry.startswith((f"path {name} ", f"rest {name}"))
        ]  # fmt: skip
        products = tuple(story.entries[line.entry].value for line in lines)
        return Paths(name, tuple(lines), products, story.entries[f"paths {name}"].value, story)


@dataclass(frozen=True, slots=True)
class Paths:
    """The chain rule of one parameter, path by path.

    Attributes:
        weight: its program name. lines: a line a path; the last may be the rest together.
        products: the product along each. sum: of them all, which is the gradient.
    """

    weight: str
    lines: tuple[Line, ...]
    products: tuple[float, ...]
    sum: float
    story: Story

    def __len__(self) -> int:
        return len(self.products)

    def factors(self, number: int) -> dict[str, float]:
        """The factors of a path, from the loss back to the parameter, by program name."""
        line = self.lines[number]
        return {one: self.story.entries[one].value for one in line.operands}


def _kept(text: str, path: str | PathLike[str] | None) -> str:
    if path is not None:
        write_text(path, text)
    return text


def explain(
    what: Network | Run | Descent | Callable[..., Any],
    *arguments: Any,
    loss: str | None = None,
    optimizer: Optimizer | None = None,
    parameters: Mapping[str, Any] | None = None,
    state: Mapping[str, Any] | None = None,
    sample: int | None = None,
    weight: str | None = None,
    neuron: str | None = None,
    detail: str | None = None,
    digits: int = 6,
    upstream: Any = None,
    language: str | None = None,
    seed: int = 0,
    l1: float = 0.0,
    l2: float = 0.0,
    clip: float | None = None,
) -> Account:
    """A worked example: every number of one step, or of a function and its gradient.

        gs.explain(network, x, t, loss="half_sse", optimizer=gs.sgd(0.5), parameters={…})
        gs.explain(run, X, y, sample=3, weight="W1[5,2]")
        gs.explain(f, 3.0, 4.0)
        gs.explain(gs.minimize("x^2", 3))

    Args:
        what: a network, a run, a function of gs functions, or a descent on one.
        arguments: for a network or a run the samples and their targets, for a function its own.
        loss, optimizer, parameters, state: of a network; a run knows its own. Defaults: what goes
            with the output, `gs.sgd(0.5)`, values drawn by the seed, the optimizer's start.
        sample: told in full, from 0; None: the first, in large networks that of the largest loss.
        weight: whose paths to the loss are told, as "W1[5,2]".
        neuron: as "h3", or "2:h3" in layer 2: the weight with the largest gradient into it.
        detail: "numbers" (every scalar), "layers" (matrices) or "overview" (shapes and norms);
            None: by size.
        digits: promised, 2 to 12.
        upstream: the gradient coming in, for a function that gives an array.
        language: "en" or "zh"; None: the locale's.

    Raises:
        UnknownNameError: a weight, neuron, sample or detail that is not there, with the nearest
        names. ShapeError, DataError, RangeError: as `gs.train`.
    """
    whole_digits(digits)
    if isinstance(what, Network | Run):
        x, t = _pair(what, arguments)
        network = what.network if isinstance(what, Run) else what
        name = default_loss(network, are_labels(t)) if loss is None else loss
        rule = sgd(0.5) if optimizer is None else optimizer
        one = told_step(what, x, t, name, rule, parameters, state, seed, l1, l2, clip)
        story = one.story(sample, weight, neuron, detail, digits)
        again = lambda other: one.story(sample, other, None, detail, digits, False)  # noqa: E731
        return Account(story, language, again)
    if isinstance(what, Descent):
        if arguments:
            wanted = "the descent alone is wanted"
            raise KindError("explain", f"{len(arguments)} more arguments came", wanted)
        return Account(descent_story(what, digits), language)
    _check_function(what)
    return Account(function_story(what, arguments, upstream, digits), language)


def _check_function(what: object) -> None:
    """KindError where none came."""
    if callable(what):
        return
    advice = "Write gs.explain(found[0])." if isinstance(what, Descents) else ""
    came, wanted = f"{type(what).__name__} came", "a network, run, function or descent is wanted"
    raise KindError("explain", came, wanted, advice)


def whole_digits(digits: int) -> int:
    """The promised digits; RangeError unless 2 to 12."""
    if not 2 <= digits <= 12:
        raise RangeError("digits", f"{digits} came", "2 to 12 are wanted")
    return digits


def _pair(what: Network | Run, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
    if len(arguments) != 2:
        came, wanted = f"{len(arguments)} arrays came", "samples and targets are wanted"
        raise KindError("explain", came, wanted, "Write gs.explain(network, x, t).")
    x, t = arguments
    network = what.network if isinstance(what, Run) else what
    if np.ndim(x) == 1 and network.inputs == np.size(x):
        x = np.reshape(x, (1, -1))
        t = np.reshape(t, (1, *np.shape(t))) if np.ndim(t) else np.array([t])
    return x, t
