"""The account of a step too large to print: layers in figures, one thread in full numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.accounts.account import (
    Amount,
    Cell,
    Check,
    Code,
    Paragraph,
    Part,
    Phrase,
    Section,
    Story,
    Table,
    Value,
    Working,
)
from gradstone.accounts.checks import checks
from gradstone.accounts.figures import LayerFigures, layer_figures, losses_by_sample, new_parameters
from gradstone.accounts.matrices import forward_forms, gradient_forms
from gradstone.accounts.parameter import Parameter
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.tables import numbers_table
from gradstone.accounts.teller import place_of
from gradstone.accounts.thread import ThreadLedger
from gradstone.accounts.told_graph import ToldGraph

Array = np.ndarray[Any, Any]
SEEDED = 5
"""Entries of each weight matrix that are checked by differences, beside the largest."""
WORSE = ("unclear", "ok", "kink", "differs")
"""Of a layer's checks the last of these is shown."""


@dataclass(slots=True)
class OverviewStory:
    """Makes the account of a large step.

    Attributes:
        graph: the step. chosen: the sample told; None: that of the largest loss.
        weight: the parameter told; None: the one of the largest gradient.
        level: "overview", or "layers" with the matrices printed.
    """

    graph: ToldGraph
    chosen: int | None
    weight: Parameter | None
    digits: int
    level: str
    losses: Array = field(init=False)
    figures: list[LayerFigures] = field(init=False)
    thread: ThreadLedger = field(init=False)

    def story(self) -> Story:
        """The account."""
        graph, plan = self.graph, self.graph.numbers.plan
        self.losses = losses_by_sample(graph)
        chosen = int(self.losses.argmax()) if self.chosen is None else self.chosen
        weight = self.weight or self._largest()
        new = new_parameters(graph)
        self.figures = layer_figures(graph, new)
        thread = self.thread = ThreadLedger(graph, chosen, weight, self.digits)
        thread.tell()
        forms = self._forms() if self.level == "layers" else {}
        after = graph.loss_with(new)
        thread.ledger.given("after loss", Symbol("E", new=True), after, typed=False)
        thread.ledger.settle()
        self._check_weight()
        ledger = thread.ledger
        given = tuple(one.address for one in ledger.entries.values() if not one.line and one.given)
        return Story(
            "step", self._title(), tuple(self._sections(forms)), ledger.entries, ledger.lines,
            thread.update.carried, given, self.digits,
            {
                "network": plan.network.describe(), "loss": plan.objective.loss,
                "optimizer": plan.optimizer.name, "samples": len(graph.numbers.x),
                "sample": chosen, "weight": weight.address,
            },
            ledger.inner, ledger.rests,
        )  # fmt: skip

    def _largest(self) -> Parameter:
        """The weight with the largest gradient of all."""
        best = max(
            (name for name in self.graph.parameters if name[0] == "W"),
            key=lambda name: float(np.abs(self.graph.array(f"d{name}")).max()),
        )
        slopes = np.abs(self.graph.array(f"d{best}"))
        source, target = np.unravel_index(int(slopes.argmax()), slopes.shape)
        return Parameter("W", int(best[1:]), int(source), int(target))

    def _forms(self) -> dict[int, list[Part]]:
        forms: dict[int, list[Part]] = {}
        for layer in range(1, len(self.thread.names.linear) + 1):
            found = [*forward_forms(self.thread, layer), *gradient_forms(self.thread, layer)]
            for form in found:
                for row in form.addresses:
                    for address in row:
                        self.thread.node(address)
            forms[layer] = list(found)
        return forms

    # Checks -------------------------------------------------------------------------------------
    def _check_weight(self) -> None:
        own = self.thread.weight
        (check,) = self._checked(own.name, [own.place])
        self.thread.ledger.checked(f"d{own.address}", check)

    def _checked(self, name: str, places: list[tuple[int, ...]]) -> list[Check]:
        """Central differences at some entries."""
        graph = self.graph
        node, mine = graph.parameters[name], graph.array(f"d{name}")
        flat = [int(np.ravel_multi_index(at, mine.shape)) for at in places]
        found = checks(graph.total, node, graph.values(), graph.inputs, mine, flat)
        return [found[place] for place in flat]

    def _seeded(self, name: str) -> list[Check]:
        mine = self.graph.array(f"d{name}")
        random = np.random.default_rng(0)
        flat = [int(np.abs(mine).argmax()), *random.integers(mine.size, size=SEEDED)]
        return self._checked(
            name, [tuple(map(int, np.unravel_index(one, mine.shape))) for one in flat]
        )

    # The document -------------------------------------------------------------------------------
    def _title(self) -> Phrase:
        plan = self.graph.numbers.plan
        return Phrase(
            "head_step",
            {
                "network": Code(plan.network.describe()),
                "loss": Code(plan.objective.loss),
                "optimizer": Code(plan.optimizer.name),
                "rate": Value("rate"),
            },
        )

    def _sections(self, forms: dict[int, list[Part]]) -> list[Section]:
        sections = [self._head(), self._layers(), self._loss()]
        for layer, parts in forms.items():
            title = Phrase("layer", {"layer": Code(str(layer))})
            sections.append(Section(f"layer{layer}", title, tuple(parts), level=2))
        return [*sections, *self._thread(), self._zoom(), self._numbers()]

    def _head(self) -> Section:
        count = sum(one.size for one in self.graph.numbers.parameters.values())
        words = (
            Phrase("size", {"count": Code(str(count)), "samples": Code(str(len(self.losses)))}),
            Phrase("outcome", {"before": Value("loss"), "after": Value("after loss")}),
            Phrase("promise", {"digits": Code(str(self.digits))}),
        )
        return Section("head", Phrase("section_head"), (Paragraph(words),))

    def _layers(self) -> Section:
        heads: tuple[Cell, ...] = tuple(
            Phrase(one) for one in (
                "column_layer", "column_shape", "column_mean", "column_spread", "column_idle",
                "column_gradient", "column_update", "numeric_check")
        )  # fmt: skip
        rows = [self._layer_row(one) for one in self.figures]
        words = [one.warning for one in self.figures if one.warning is not None]
        parts: list[Part] = [Table(heads, tuple(rows))]
        return Section(
            "layers", Phrase("section_layers"), (*parts, *([Paragraph(tuple(words))] * bool(words)))
        )

    def _layer_row(self, one: LayerFigures) -> tuple[Cell, ...]:
        checked = self._seeded(f"W{one.layer}")
        worst = max(checked, key=lambda one: (WORSE.index(one.verdict), one.difference))
        return (
            Code(f"{one.layer} {one.activation}".strip()), Code(one.shape), Amount(one.mean),
            Amount(one.spread), Amount(one.idle), Amount(one.gradient), Amount(one.update), worst,
        )  # fmt: skip

    def _loss(self) -> Section:
        order = np.argsort(-self.losses)[:3]
        rows = [(Code(str(int(one) + 1)), Amount(float(self.losses[one]), 6)) for one in order]
        heads = (Phrase("column_sample"), Phrase("column_loss"))
        lines = tuple(one.id for one in self.thread.ledger.lines.values() if one.id[0] == "L")
        gaps = {"number": Code(str(self.thread.chosen + 1)), "count": Code(str(len(self.losses)))}
        parts: tuple[Part, ...] = (Table(heads, tuple(rows)), Paragraph(
            (Phrase("told_sample", gaps),)))  # fmt: skip
        return Section("loss", Phrase("section_loss"), (*parts, Working(lines)) if lines else parts)

    def _thread(self) -> list[Section]:
        ledger, own = self.thread.ledger, self.thread.weight
        gaps: dict[str, Cell] = {"weight": ledger.entries[own.address].symbol,
                                 "program": Code(own.address)}  # fmt: skip
        sections = [Section("thread", Phrase("section_thread"), (Paragraph(
            (Phrase("thread_told", gaps),)),))]  # fmt: skip
        for kind, title in (("F", "section_forward"), ("B", "section_backward"),
                            ("P", "section_paths"), ("U", "section_update")):  # fmt: skip
            lines = tuple(one.id for one in ledger.lines.values() if one.id[0] == kind)
            if lines:
                sections.append(Section(title[8:], Phrase(title), (Working(lines),), level=2))
        return sections

    def _zoom(self) -> Section:
        own = self.thread.weight
        commands = [f"weight='{own.letter}{own.layer}{place_of((0, 0))}'", "sample=0",
                    "neuron='1:h1'", "detail='numbers'"]  # fmt: skip
        words = tuple(
            Phrase("zoom", {"command": Code(f"gs.explain(…, {one})")}) for one in commands
        )
        return Section("zoom", Phrase("section_zoom"), (Paragraph(words),))

    def _numbers(self) -> Section:
        table = numbers_table(self.thread.ledger, lines_only=True)
        return Section("numbers", Phrase("section_numbers"), (table,), folded=True)
