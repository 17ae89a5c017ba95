"""The document of a training step, section by section, as a textbook tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradstone.accounts.account import (
    Amount,
    Box,
    Cell,
    Check,
    Code,
    Drawing,
    Formula,
    Paragraph,
    Part,
    Phrase,
    Section,
    Table,
    Value,
    Working,
)
from gradstone.accounts.checks import moved
from gradstone.accounts.differing import Differing, left_out, section_left_out
from gradstone.accounts.matrices import forward_forms, gradient_forms, matrix
from gradstone.accounts.parameter import Parameter
from gradstone.accounts.paths import PathTeller
from gradstone.accounts.step import StepLedger
from gradstone.accounts.tables import numbers_table
from gradstone.accounts.teller import place_of
from gradstone.accounts.told_graph import ToldGraph
from gradstone.accounts.update_section import UpdateSection, parameter_addresses

FEW = 4
"""Up to so many samples, the parts of the loss and all numbers are told of each."""

PAIRS: dict[str, Cell] = {
    "same": Formula(r"\mathrm{out}_{j} \cdot \left(1 - \mathrm{out}_{j}\right)"),
    "other": Formula(r"-\mathrm{out}_{i} \cdot \mathrm{out}_{j}"),
}
"""∂out/∂net of softmax, for a neuron's own net and for another's."""


@dataclass(frozen=True, slots=True)
class StepDocument:
    """The sections of a step told in numbers.

    Attributes:
        graph: the step. step: its ledger, settled. paths: those told, by parameter.
        digits: promised. mistakes: whether it is told what known ones give.
    """

    graph: ToldGraph
    step: StepLedger
    paths: Mapping[str, PathTeller]
    digits: int
    mistakes: bool = True

    def title(self) -> Phrase:
        """What is told, in a sentence."""
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

    def sections(self) -> list[Section]:
        """From the network to all numbers."""
        return [
            self._head(),
            Section("network", Phrase("section_network"), (Drawing(),)),
            self._given(),
            *self._forward(),
            self._loss(),
            *self._backward(),
            UpdateSection(self.step, self._worked_parameters()).section(),
            self._after(),
            *self._differing(),
            self._numbers(),
        ]  # fmt: skip

    def _differing(self) -> list[Section]:
        """What known mistakes give, or why they are left out."""
        if not self.mistakes:
            return []
        reason = left_out(self.graph)
        return [Differing(self.step).section() if reason is None else section_left_out(reason)]

    def _numbers(self) -> Section:
        """All numbers; of many samples only the one told."""
        many = self.step.names.samples > FEW
        table = numbers_table(self.step.ledger, chosen=self.step.names.chosen if many else None)
        told = (Paragraph((Phrase("numbers_of_others"),)),) if many else ()
        return Section("numbers", Phrase("section_numbers"), (*told, table), folded=True)

    def _head(self) -> Section:
        count = self.step.names.samples
        words = [Phrase("outcome", {"before": Value(self.step.forward.total),
                                    "after": Value(self.step.after.total)})]  # fmt: skip
        if count > 1:
            gaps = {"number": Code(str(self.step.names.chosen + 1)), "count": Code(str(count))}
            words.append(Phrase("told_sample", gaps))
        words.append(Phrase("promise", {"digits": Code(str(self.digits))}))
        words.append(Phrase("conventions"))
        return Section("head", Phrase("section_head"), (Paragraph(tuple(words)),))

    def _given(self) -> Section:
        ledger = self.step.ledger
        told = [one for one in ledger.entries.values() if not one.line]
        first, masks = (
            [one.address for one in told if one.symbol.sample is None
             and one.address.startswith(start)]
            for start in (("x", "t"), ("mask", "early"))
        )  # fmt: skip
        rest = [one.address for one in told if one.address == "rate" or "[" not in one.address]
        every = [*first, *parameter_addresses(self.step), *masks, *dict.fromkeys(rest)]
        rows: list[tuple[Cell, ...]] = [
            (ledger.entries[one].symbol, meaning(self.step, one), Value(one), Code(one))
            for one in every
        ]
        heads = (Phrase("name"), Phrase("meaning"), Phrase("value"), Phrase("program_name"))
        forms: list[Part] = []
        for name, node in self.graph.parameters.items():
            forms.append(matrix(self.step, name, node.shape, self.step.names.parameter(name)))
        table = Table(heads, tuple(rows))
        return Section("given", Phrase("section_given"), (table, *forms))

    def _forward(self) -> list[Section]:
        sections = [Section("forward", Phrase("section_forward"), (Drawing(values=True),))]
        for layer in range(1, len(self.step.names.linear) + 1):
            own = (layer - 1, layer) if layer == 1 else (layer,)
            values = [f"{one.value}[" for one in self.graph.each_link(*own)]
            lines = self._lines("F", (f"net{layer}[", *values))
            for number in own:
                lines += self._reductions(number)
            worked = Working(self._in_order(lines))
            parts: tuple[Part, ...] = (worked, *forward_forms(self.step, layer))
            gaps = {"layer": Code(str(layer))}
            sections.append(Section(f"forward{layer}", Phrase("layer", gaps), parts, level=2))
        return sections

    def _lines(self, kind: str, starts: tuple[str, ...], every: bool = False) -> list[str]:
        """Ids of lines of a kind for the chosen sample, by their entries' addresses."""
        return [
            one.id
            for one in self.step.ledger.lines.values()
            if one.id[0] == kind
            and one.entry.startswith(starts)
            and (every or one.sample in (None, self.step.names.chosen))
        ]

    def _reductions(self, layer: int) -> list[str]:
        places = [i for i, one in enumerate(self.graph.stages) if one.number == layer]
        starts = tuple(f"{name}{i + 1}[" for i in places for name in ("max", "sum"))
        return self._lines("F", starts)

    def _in_order(self, lines: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted(dict.fromkeys(lines), key=lambda one: (one[0], int(one[1:]))))

    def _loss(self) -> Section:
        few = self.step.names.samples <= FEW
        lines = [
            one.id
            for one in self.step.ledger.lines.values()
            if one.id[0] == "L" and (few or one.sample in (None, self.step.names.chosen))
        ]
        return Section("loss", Phrase("section_loss"), (Working(tuple(lines)),))

    def _backward(self) -> list[Section]:
        sections = [
            Section("backward", Phrase("section_backward"),
                    (Paragraph((Phrase("rule_once"), Phrase("delta_defined"))),
                     Drawing(values=True, gradients=True)))
        ]  # fmt: skip
        last = len(self.step.names.linear)
        told = list(self.paths.values())
        for layer in range(last, 0, -1):
            parts: list[Part] = [Working(self._in_order(self._deltas(layer)))]
            for teller in told:
                if teller.parameter.layer == layer:
                    parts += self._path_parts(teller)
            parts += self._gradient_table(layer)
            if layer == last and layer > 1:
                parts.append(Box((Phrase("old_weights"),)))
            parts += gradient_forms(self.step, layer)
            gaps = {"layer": Code(str(layer))}
            sections.append(
                Section(f"backward{layer}", Phrase("layer", gaps), tuple(parts), level=2)
            )
        return sections

    def _deltas(self, layer: int) -> list[str]:
        links = self.graph.links[layer]
        names = [name for one in links for name in (f"d{one.value}[", f"{one.name}[")]
        return self._lines("B", (f"dnet{layer}[", *names))

    def _path_parts(self, teller: PathTeller) -> list[Part]:
        own = teller.parameter
        symbol = self.step.ledger.entries[own.address].symbol
        gaps: dict[str, Cell] = {"weight": symbol, "count": Code(str(teller.count))}
        lines = tuple(self.step.ledger.entries[one].line for one in teller.lines)
        lines = lines[:1] if teller.count == 1 else lines
        between = range(own.layer, len(self.step.names.linear))
        mixing = any(self.graph.mixing(layer) for layer in between)
        words = [Phrase("paths_mixed", PAIRS)] if mixing else []
        passed = self.graph.each_link(*between) if between else []
        dropped = any(one.applied is None for one in passed)
        words += [Phrase("paths_dropped")] if dropped else []
        words.append(Phrase("paths_one" if teller.count == 1 else "paths_many", gaps))
        parts: list[Part] = [Paragraph(tuple(words)), Working(lines)]
        nudge = Phrase("nudge", {"weight": symbol, **self._nudge(own)})
        return [*parts, Paragraph((nudge,))]

    def _nudge(self, own: Parameter) -> dict[str, Cell]:
        """What raising the weight by 0.01 does, forecast and tried."""
        node = self.graph.parameters[own.name]
        value = np.array(self.graph.values()[node], dtype=float)
        run = moved(self.graph.total, node, self.graph.values(), self.graph.inputs)
        before = run(value)
        value[own.place] += 0.01
        slope = self.step.ledger.value(f"d{own.address}")
        return {"forecast": Amount(0.01 * slope, 3), "tried": Amount(run(value) - before, 6)}

    def _gradient_table(self, layer: int) -> list[Part]:
        ledger, several = self.step.ledger, self.step.names.samples > 1
        heads: list[Cell] = [Phrase("name")]
        heads += (
            [Phrase("contribution", {"number": Code(str(self.step.names.chosen + 1))})]
            if several
            else []
        )
        heads += [Phrase("gradient"), Phrase("line"), Phrase("numeric_check")]
        rows, anchors = [], []
        for name, node in self.graph.parameters.items():
            if int(name[1:]) != layer:
                continue
            for at in sorted(np.ndindex(node.shape), key=lambda at: at[::-1]):
                address = f"d{name}{place_of(at)}"
                entry = ledger.entries[address]
                line = ledger.lines[entry.line]
                row: list[Cell] = [entry.symbol]
                if several:
                    row.append(self._contribution(name, at, layer))
                check: Check | Code = line.check or Code("")
                rows.append((*row, Value(address), Code(line.id), check))
                anchors.append(line.id)
        lines = self._lines("B", (f"dW{layer}[", f"db{layer}["), every=True)
        few = Working(tuple(lines)) if len(lines) <= 40 else None
        table = Table(tuple(heads), tuple(rows), anchors=tuple(anchors))
        return [table] if few is None else [few, table]

    def _contribution(self, name: str, at: tuple[int, ...], layer: int) -> Cell:
        if name[0] == "b":
            return Value(f"dnet{layer}[{self.step.names.chosen},{at[0]}]")
        return Value(f"d{name}{place_of(at)} of sample {self.step.names.chosen}")

    def _worked_parameters(self) -> list[str]:
        """The parameters whose update is worked out in full."""
        return list(self.paths) or ["W1[0,0]"]

    def _after(self) -> Section:
        ledger, few = self.step.ledger, self.step.names.samples <= 2
        lines = [one.id for one in ledger.lines.values() if one.id[0] == "A"
                 and (few or one.sample in (None, self.step.names.chosen))]  # fmt: skip
        words = Phrase("forecast_told", {"forecast": Value("forecast"), "change": Value("change")})
        parts: tuple[Part, ...] = (Working(tuple(lines)), Paragraph((words,)))
        return Section("after", Phrase("section_after"), parts)


def meaning(step: StepLedger, address: str) -> Cell:
    """What a given number is: from which neuron to which, or its kind."""
    name, _, inner = address.partition("[")
    at = [int(one) for one in inner.rstrip("]").split(",")] if inner else []
    if name[0] in "Wb" and name[1:].isdigit():
        layer = int(name[1:])
        target = step.names.neuron(layer, at[-1]).latex
        if name[0] == "b":
            return Phrase("meaning_bias", {"neuron": Formula(target)})
        source = step.names.neuron(layer - 1, at[0]).latex
        return Formula(rf"{source} \to {target}")
    if name.startswith(("mask", "early")):
        return Phrase("meaning_mask")
    if name.endswith("_power"):
        setting = step.ledger.entries[name.removesuffix("_power")].symbol
        return Phrase("meaning_power", {"setting": setting})
    known = {"x": "meaning_x", "t": "meaning_t", "rate": "meaning_rate"}
    return Phrase(known.get(name, "meaning_setting"))
