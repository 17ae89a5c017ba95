"""`make_exam`: a training step as a worksheet, with its key and a code to rebuild both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

import numpy as np

from gradstone.accounts.account import Story
from gradstone.accounts.files import write_text
from gradstone.accounts.told import told_step
from gradstone.errors import DataError, RangeError
from gradstone.exams.choice import DEFAULT, chosen, needs
from gradstone.exams.drawn import drawn
from gradstone.exams.identity import from_id, to_id
from gradstone.exams.paper import Numbers, Paper
from gradstone.language import chosen as language_of
from gradstone.nn.module import Network
from gradstone.training.objective import default_loss
from gradstone.training.optimizers import Optimizer, sgd
from gradstone.training.targets import are_labels

ATTEMPTS = 12
SMALLEST, LARGEST = 1e-4, 1e3
"""Drawn numbers are drawn anew where an answer would be smaller or larger."""


@dataclass(frozen=True, slots=True)
class Exam:
    """A worksheet.

    Attributes:
        paper: what it is made of. story: the step in all its numbers.
        asked, shown: addresses of the numbers left out, and of those printed though computed,
            in order of computation.
    """

    paper: Paper
    story: Story
    asked: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def id(self) -> str:
        """The code from which the exam and its key are rebuilt."""
        return to_id(self.paper)

    @property
    def key(self) -> dict[str, float]:
        """The right answers by address."""
        return {one: self.story.entries[one].value for one in self.asked}

    @property
    def given(self) -> tuple[str, ...]:
        """Addresses of the numbers that are printed; what an optimizer keeps is not."""
        kept = re.compile(r".*\.\w+(\[.*\])?|\w+_power")
        return (*(one for one in self.story.given if not kept.fullmatch(one)), *self.shown)

    def to_html(
        self,
        path: str | PathLike[str] | None = None,
        language: str | None = None,
        *,
        key: bool = False,
        formulas: bool = False,
    ) -> str:
        """The worksheet as one page to print; also written to a file, where a path is given.

        Args:
            language: "en" or "zh"; None: the locale's. key: with the answers filled in.
            formulas: with the formula of each number.
        """
        from gradstone.exams.html import to_html

        return _kept(to_html(self, language_of(language), key, formulas), path)

    def to_latex(
        self,
        path: str | PathLike[str] | None = None,
        language: str | None = None,
        *,
        key: bool = False,
        formulas: bool = False,
    ) -> str:
        """The worksheet for pdflatex (English) or xelatex (both); arguments as for `to_html`."""
        from gradstone.exams.latex import to_latex

        return _kept(to_latex(self, language_of(language), key, formulas), path)

    def to_excel(self, path: str | PathLike[str], language: str | None = None) -> None:
        """A sheet whose asked cells are open; the file holds the exam's code, but no key."""
        from gradstone.exams.excel import to_excel

        to_excel(self, path, language_of(language))

    def to_json(self, path: str | PathLike[str] | None = None) -> str:
        """A form for answers: {"exam": …, "name": "", "answers": {"out1[0,0]": null, …}}."""
        from gradstone.exams.answers import form

        return _kept(form(self), path)


def _kept(text: str, path: str | PathLike[str] | None) -> str:
    if path is not None:
        write_text(path, text)
    return text


def make_exam(
    network: Network,
    x: Any = None,
    t: Any = None,
    loss: str | None = None,
    optimizer: Optimizer | None = None,
    parameters: Mapping[str, Any] | None = None,
    *,
    ask: Sequence[str] | None = None,
    show: Sequence[str] = (),
    seed: int = 0,
    variant: int = 0,
    digits: int = 5,
    samples: int = 1,
) -> Exam:
    """A worksheet of one training step.

    Variant 0 has the numbers given here. Other variants, and an exam for which none are given,
    have short decimals drawn by seed and variant, the same on every machine.

    Args:
        network: of Linear layers and activations. x, t, parameters: all three, or none.
        loss: None: what goes with the output. optimizer: None: `gs.sgd(0.5)`.
        ask: groups ("nets", "hidden", "outputs", "parts", "loss", "upstream", "slopes",
            "deltas", "gradient" (one weight a layer), "gradients", "update" (one a parameter),
            "updates", "after", "all"), quantities ("dW2"), or numbers ("dW2[0,0]", "dE_dw_5").
        show: computed numbers that are printed; none may need an asked one.
        digits: significant ones wanted in an answer, 3 to 10.
        samples: how many, where none are given.

    Raises:
        RangeError, UnknownNameError, ShapeError, DataError: what came, what was wanted.
    """
    numbers = _numbers(network, x, t, parameters)
    labelled = numbers is None or are_labels(numbers.t)
    name = default_loss(network, labelled) if loss is None else loss
    paper = Paper(
        network, name, sgd(0.5) if optimizer is None else optimizer,
        DEFAULT if ask is None else tuple(ask), tuple(show),
        samples if numbers is None else len(numbers.x), digits, seed, variant,
        numbers=numbers if variant == 0 else None,
    )  # fmt: skip
    return exam_of(paper) if paper.numbers is not None else _drawn(paper)


def _numbers(network: Network, x: Any, t: Any, parameters: Any) -> Numbers | None:
    given = [one is not None for one in (x, t, parameters)]
    if not any(given):
        return None
    if not all(given):
        wanted = "x, t and parameters are wanted, or none of them"
        raise RangeError("exam", "only some of the numbers came", wanted)
    if np.ndim(x) == 1 and network.inputs == np.size(x):
        x, t = np.reshape(x, (1, -1)), np.asarray(t)[None]
    targets = np.array(t)
    targets = targets.astype(np.int64 if are_labels(targets) else np.float64)
    values = {name: np.array(one, dtype=np.float64) for name, one in parameters.items()}
    return Numbers(np.array(x, dtype=np.float64), targets, values)


def _drawn(paper: Paper) -> Exam:
    """The first attempt whose answers are neither 0 nor tiny nor huge, else the last."""
    exam = exam_of(paper)
    for attempt in range(1, ATTEMPTS):
        if all(SMALLEST <= abs(value) <= LARGEST for value in exam.key.values()):
            break
        exam = exam_of(replace(paper, attempt=attempt))
    return exam


def exam_of(paper: Paper) -> Exam:
    """The exam that a paper describes.

    Raises:
        GradstoneError: a loss, numbers or asked words that do not go with the network.
    """
    numbers = drawn(paper)
    step = told_step(
        paper.network, numbers.x, numbers.t, paper.loss, paper.optimizer, numbers.parameters, None
    )
    story = step.story(0, None, None, "numbers", max(paper.digits, 2), mistakes=False)
    asked = chosen(story, paper.ask)
    shown = chosen(story, paper.show) if paper.show else ()
    spoilt = [one for one in shown if needs(story, [one]).intersection(asked)]
    if spoilt:
        came = f"{spoilt[0]} is to be shown, which needs an asked number"
        raise RangeError("exam, shown", came, "numbers before the asked ones are wanted")
    if not all(np.isfinite(story.entries[one].value) for one in asked):
        raise DataError("exam", "answers that are no finite numbers", "finite ones are wanted")
    return Exam(paper, story, asked, shown)


def exam_from_id(code: str) -> Exam:
    """The exam of a code; DataError where it is mistyped or no exam."""
    return exam_of(from_id(code))
