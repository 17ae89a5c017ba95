"""What a search found: some lines, report.html, and the figures as plain data."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from gradstone.app.cli import words
from gradstone.app.cli.material import Material
from gradstone.app.cli.results import Measured, measured
from gradstone.language import Language
from gradstone.page import picture, whole_page
from gradstone.pictures.words import said
from gradstone.studies.space import Space
from gradstone.studies.tuning import ENOUGH, Attempt, Tuning
from gradstone.training.run import Run

DATABASE, FIGURES, REPORT, BEST = "tune.db", "tune.json", "report.html", "best"
SHOWN = 10
"""So many of the best trials stand in the table."""
STYLE = """
:root { --ink: #1c1c1c; --soft: #666; --line: #ddd; --paper: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --soft: #a0a0a0; --line: #444; --paper: #181818; }
}
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.25rem 4rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.6 system-ui, "Noto Sans CJK SC", sans-serif; }
h2 { margin-top: 2.2rem; padding-bottom: 0.3rem; border-bottom: 2px solid var(--line); }
pre { padding: 0.8rem 1rem; border: 1px solid var(--line); overflow-wrap: anywhere;
  white-space: pre-wrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
th { color: var(--soft); font-weight: 600; white-space: normal; vertical-align: bottom; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.2rem 1.4rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
img { display: block; width: 100%; height: auto; margin: 1rem 0; background: #fff; }
p.note { color: var(--soft); }
"""


@dataclass(slots=True)
class Finding:
    """A search, and the best of it trained anew.

    Attributes:
        run: of the best choices, on all training rows. line: the command that repeats it.
        storage: without a password. arguments: as typed.
    """

    tuning: Tuning
    run: Run
    material: Material
    line: str
    space: Space
    storage: str
    arguments: Sequence[str]
    language: Language = "en"
    test: Measured = field(init=False)

    def __post_init__(self) -> None:
        self.test = measured(self.run, self.material)

    @property
    def best(self) -> Attempt:
        """The complete trial with the least validation loss."""
        return self.tuning.complete[0]

    def _said(self, key: str, **gaps: object) -> str:
        return said(key, self.language, **gaps)

    @property
    def _measure(self) -> str:
        return self._said(f"metric_{self.tuning.measure}")

    def _figure(self, value: float) -> str:
        return f"{100 * value:.1f} %" if self.tuning.measure == "accuracy" else f"{value:.4g}"

    # Sentences ----------------------------------------------------------------------------------
    def counts(self) -> str:
        """How many trials there are."""
        states = [one.status for one in self.tuning.attempts]
        return self._said(
            "tune_counts", all=len(states), study=self.tuning.study,
            complete=states.count("complete"), pruned=states.count("pruned"),
        )  # fmt: skip

    def winner(self) -> str:
        """The best choices."""
        best = self.best
        return self._said(
            "tune_best", number=best.number, network=self.run.network.describe(),
            optimizer=best.choices["optimizer"], rate=f"{best.choices['learning_rate']:.3g}",
            batch=best.choices["batch_size"], epochs=best.epoch, loss=f"{best.loss:.4g}",
            measure=self._measure, figure=self._figure(best.measure),
        )  # fmt: skip

    def tested(self) -> str:
        """What the network trained anew is worth on the test rows."""
        material, numbers = self.material, self.test.numbers
        rows = {"training": len(material.training), "rows": len(material.test)}
        told = {**rows, "loss": f"{numbers['loss']:.4g}"}
        if not material.classes:
            figure = self._figure(numbers.get("r2", math.nan))
            return self._said("tune_test_r2", figure=figure, **told)
        label, share = material.baseline
        right = float((self.test.predicted == self.test.true).mean())
        return self._said(
            "tune_test_accuracy", figure=self._figure(right), label=label,
            baseline=self._figure(share), **told,
        )  # fmt: skip

    def lines(self, folder: Path) -> Iterator[str]:
        """What is said at the end."""
        yield self.counts()
        yield self.winner()
        yield self.tested()
        files = words.row((REPORT, FIGURES, BEST), self.language)
        yield words.said("saved_in", self.language, folder=folder, files=files)
        yield words.said("next", self.language, command=self.line)

    def to_json(self) -> dict[str, Any]:
        """All figures as plain data; None where a number is not finite."""
        tried = [
            {**asdict(one), "loss": one.loss if math.isfinite(one.loss) else None}
            for one in self.tuning.attempts
        ]  # fmt: skip
        return {
            "study": self.tuning.study, "storage": self.storage, "data": self.material.title,
            "space": asdict(self.space), "best": self.best.number, "command": self.line,
            "test": self.test.numbers, "importance": dict(self.tuning.importance),
            "trials": tried,
        }  # fmt: skip

    def files(self) -> dict[str, bytes]:
        """The report and the figures, by name."""
        figures = json.dumps(self.to_json(), indent=1, ensure_ascii=False)
        return {REPORT: self.html().encode(), FIGURES: figures.encode()}

    # The page -----------------------------------------------------------------------------------
    def html(self) -> str:
        """report.html: one file that needs nothing else."""
        from gradstone.app.cli.run_pictures import called

        title = self._said("tune_title", title=called(self.material, self.language))
        folder = self._said("tune_saved", folder=BEST)
        body = [
            f"<h1>{escape(title)}</h1>", f"<p>{escape(self.counts())}</p>",
            f"<p>{escape(self.winner())}</p>", f"<p>{escape(self.tested())}</p>",
            self._head("repeat"), f"<pre>{escape(self.line)}</pre>", f"<p>{escape(folder)}</p>",
            self._head("table"), self._table(), self._head("pictures"), *self._pictures(),
            self._head("facts"), f"<dl>{''.join(self._facts())}</dl>",
        ]  # fmt: skip
        return whole_page(title, "\n".join(body), self.language, style=STYLE)

    def _head(self, key: str) -> str:
        return f"<h2>{escape(self._said(f'tune_{key}'))}</h2>"

    def _table(self) -> str:
        heads = [
            self._said("tune_head_trial"), self._said("tune_head_loss"),
            self._said("tune_head_measure", measure=self._measure),
            self._said("tune_head_hidden"), *(self._said(f"choice_{key}") for key in (
                "activation", "optimizer", "learning-rate", "batch-size", "epochs")),
            self._said("tune_head_seconds"),
        ]  # fmt: skip
        rows = [self._row(one) for one in self.tuning.complete[:SHOWN]]
        head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
        told = "".join(
            "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows
        )
        return (
            f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{told}</tbody></table></div>"
        )

    def _row(self, one: Attempt) -> list[str]:
        choices = one.choices
        return [
            str(one.number), f"{one.loss:.4g}", self._figure(one.measure),
            "-".join(map(str, one.hidden)) or "0", choices["activation"], choices["optimizer"],
            f"{choices['learning_rate']:.3g}", str(choices["batch_size"]), str(one.epoch),
            f"{one.seconds:.2f}",
        ]  # fmt: skip

    def _pictures(self) -> Iterator[str]:
        from gradstone.app.cli.run_pictures import called
        from gradstone.pictures import tuning as drawn
        from gradstone.pictures.style import content

        title = called(self.material, self.language)
        draw = partial(_image, content)
        yield draw(drawn.history_picture(self.tuning, title, self.language))
        if self.tuning.importance:
            yield draw(drawn.importance_picture(self.tuning, title, self.language))
            yield f'<p class="note">{escape(self._said("tune_rough"))}</p>'
        elif len(self.tuning.complete) < ENOUGH:
            yield f'<p class="note">{escape(self._said("tune_too_few", count=ENOUGH))}</p>'
        if drawn.shown_choices(self.tuning):
            yield draw(drawn.choices_picture(self.tuning, title, self.language))

    def _facts(self) -> Iterator[str]:
        material = self.material
        rows = self._said(
            "tune_rows", training=len(material.training), test=len(material.test),
            watched=self.tuning.watched,
        )  # fmt: skip
        told = {
            "data": material.source or material.title, "rows": rows, "space": _options(self.space),
            "study": self.tuning.study, "storage": self.storage,
            "seed": str(self.run.plan.seed), "command": shlex.join(["gradstone", *self.arguments]),
        }  # fmt: skip
        for key, value in told.items():
            yield f"<dt>{escape(self._said(f'tune_fact_{key}'))}</dt><dd>{escape(value)}</dd>"


def _options(space: Space) -> str:
    """A space as it is typed."""
    ranges = ("layers", "widths", "rates")
    return "  ".join(
        f"--{name.replace('_', '-')} {(':' if name in ranges else ',').join(map(str, values))}"
        for name, values in asdict(space).items()
    )


def _image(content: Any, drawn: Any) -> str:
    title = next((one.get_text() for one in drawn.texts), "") or drawn.axes[0].get_title()
    return picture(content(drawn, ".png"), title)
