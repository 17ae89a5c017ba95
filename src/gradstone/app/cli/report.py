"""The page of a training run: what was trained, how well, what is wrong, and a step of it.

One file that needs nothing else: pictures are inside, no script, no word to any network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np

from gradstone.accounts.account import Amount, Cell, Code, Phrase, Plain
from gradstone.accounts.explain import Account
from gradstone.accounts.html import fragment
from gradstone.accounts.html.cells import Page
from gradstone.accounts.runs import next_step, training_rows
from gradstone.accounts.words import said
from gradstone.app.cli.material import Material
from gradstone.app.cli.report_rows import rows_table
from gradstone.app.cli.results import Measured
from gradstone.app.cli.run_pictures import called
from gradstone.language import Language
from gradstone.page import picture, whole_page
from gradstone.training.run import Run

MOST = 12
"""Of so many names all are said."""
ENDS = {"finished": "finished", "stopped early": "stopped", "interrupted": "interrupted",
        "diverged": "diverged"}  # fmt: skip


@dataclass(slots=True)
class Report:
    """All that the page tells of.

    Attributes:
        pictures: PNG by the name of its file. command: as it was typed.
    """

    run: Run
    material: Material
    measured: Measured
    pictures: Mapping[str, bytes]
    command: str
    language: Language = "en"
    health: tuple[Phrase, ...] = field(init=False)
    account: Account = field(init=False)
    why: Phrase = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        rows = self.material.training
        given = training_rows(self.run, rows.inputs, rows.targets)
        self.health = given.health()
        step = next_step(given)
        chosen = step.worst()
        self.account = step.account(sample=chosen, language=self.language, healthy=())
        sample = Code(str(self.account.story.settings["sample"] + 1))
        key = "report_step_why" if chosen is None else "report_step_wrong"
        self.why = Phrase(key, {"sample": sample})
        self.page = Page(self.account.story, self.language)

    def html(self) -> str:
        """The page."""
        title = Phrase("report_title", {"title": Plain(called(self.material, self.language))})
        body = [
            f"<h1>{self.page.phrase(title)}</h1>",
            f'<p class="lead">{self.page.phrase(self._verdict())}</p>',
            *self._healthy(), *self._facts(), *self._curves(), *self._learned(), *self._tested(),
            self._head("step"), f"<p>{self.page.phrase(self.why)}</p>",
        ]  # fmt: skip
        told = fragment(self.account.story, self.language)
        told = re.sub("<h1>.*?</h1>", "", told, count=1, flags=re.DOTALL)  # there is one already
        return self._whole("\n".join(body), told)

    def _whole(self, body: str, told: str) -> str:
        own = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
        within = re.findall("<style>(.*?)</style>", told, re.DOTALL)
        name = called(self.material, self.language)
        title = said("report_title", self.language).format(title=name)
        whole = f"<article>\n{body}\n</article>\n{told}"
        kind = "gradstone report"
        return whole_page(title, whole, self.language, style=own, within=within, kind=kind)

    def _said(self, key: str) -> str:
        return self.page.said(f"report_{key}")

    def _head(self, key: str) -> str:
        return f"<h2>{self._said(key)}</h2>"

    # What is told -------------------------------------------------------------------------------
    def _verdict(self) -> Phrase:
        """The numbers on the test rows, beside those of doing nothing clever."""
        material, measured = self.material, self.measured
        gaps: dict[str, Cell] = {"rows": Code(str(len(material.test)))}
        if material.classes:
            right = measured.predicted == measured.true
            label, share = material.baseline
            gaps |= {"accuracy": Amount(100 * float(right.mean()), 3), "label": Plain(label)}
            gaps |= {"right": Code(str(int(right.sum()))), "baseline": Amount(100 * share, 3)}
            return Phrase("report_verdict_classes", gaps)
        mean = material.preparation.target_mean
        gaps |= {"error": Amount(measured.error, 6), "mean": Amount(mean, 6)}
        gaps |= {"target": Plain(material.preparation.target)}
        gaps |= {"baseline": Amount(float(np.abs(measured.true - mean).mean()), 6)}
        return Phrase("report_verdict_numbers", gaps)

    def _healthy(self) -> Iterator[str]:
        yield self._head("health")
        if not self.health:
            yield f"<p>{self._said('fine')}</p>"
            return
        told = "".join(f"<li>{self.page.phrase(one)}</li>" for one in self.health)
        yield f"<ul>{told}</ul>"

    def _facts(self) -> Iterator[str]:
        yield self._head("facts")
        told = (f"<dt>{self._said(key)}</dt><dd>{shown}</dd>" for key, shown in self._pairs())
        yield f"<dl>{''.join(told)}</dl>"

    def _pairs(self) -> Iterator[tuple[str, str]]:
        run, material, plan = self.run, self.material, self.run.plan
        preparation = material.preparation
        watched = round(len(material.training) * (run.validation or 0))
        counts = {"training": len(material.training), "watched": watched}
        counts |= {"test": len(material.test)}
        split = Phrase("report_split_told", {key: Code(str(one)) for key, one in counts.items()})
        rate = Amount(float(plan.optimizer.learning_rate.rate), 6)
        epochs = {"epochs": Code(str(run.epoch))}
        sizes = (one.size for one in run.parameters.values())
        ended = Phrase(f"report_{ENDS.get(run.status, 'finished')}", epochs)
        yield "data", escape(self._data())
        yield "split", self.page.phrase(split)
        yield "inputs", self._names(preparation.features)
        yield "target", escape(preparation.target)
        if material.classes:
            yield "classes", self._names(material.classes)
        yield "network", escape(run.network.describe())
        yield "parameters", str(sum(sizes))
        yield "loss", f"<code>{escape(plan.objective.loss)}</code>"
        yield "optimizer", f"<code>{escape(plan.optimizer.name)}</code>"
        yield "rate", self.page.cell(rate)
        yield "batch", str(run.batch_size)
        yield "seed", str(plan.seed)
        yield "dtype", escape(plan.dtype)
        yield "ended", self.page.phrase(ended)
        yield "command", f"<code>{escape(self.command)}</code>"

    def _data(self) -> str:
        name, drawn = called(self.material, self.language), self.material.drawn
        if drawn is None:
            return self.material.source or name
        plain = drawn.to_json()
        gaps = {"set": plain.pop("name"), **plain}
        return said("report_drawn", self.language).format(name=name, **gaps)

    def _names(self, names: tuple[str, ...]) -> str:
        shown = ", ".join(f"<bdi>{escape(name)}</bdi>" for name in names[:MOST])
        if len(names) <= MOST:
            return shown
        more = said("report_more", self.language)
        return more.format(shown=shown, count=len(names) - MOST)

    def _curves(self) -> Iterator[str]:
        yield self._head("curves")
        yield from self._picture("loss")

    def _learned(self) -> Iterator[str]:
        drawn = [*self._picture("regions", "narrow"), *self._picture("fit", "narrow")]
        if drawn:
            yield self._head("learned")
            yield from drawn

    def _tested(self) -> Iterator[str]:
        yield self._head("test")
        yield from self._picture("confusion", "narrow")
        yield from self._picture("predictions", "narrow")
        if "samples.png" in self.pictures:
            yield f"<h3>{self._said('samples')}</h3>"
            yield from self._picture("samples")
        yield f"<h3>{self._said('rows')}</h3>"
        yield rows_table(self.run, self.material, self.measured, self.page)

    def _picture(self, name: str, kind: str = "") -> Iterator[str]:
        png = self.pictures.get(f"{name}.png")
        if png is not None:
            told = said(f"report_{name}_picture", self.language)
            yield picture(png, told, f"picture {kind}".strip())
