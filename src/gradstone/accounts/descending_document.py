"""The document of a descent: its head, the first updates in full, the path as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gradstone.accounts.account import (
    Amount,
    Cell,
    Code,
    Paragraph,
    Part,
    Phrase,
    Section,
    Table,
    Value,
    Working,
)
from gradstone.accounts.path_names import Name
from gradstone.accounts.path_teller import PathTeller
from gradstone.accounts.symbol import derivative
from gradstone.accounts.tables import numbers_table
from gradstone.accounts.update import RATE
from gradstone.descent.descent import Descent
from gradstone.descent.limits import norm_of

WORKED = 2
"""So many updates are worked out in full; the others stand in the table."""
WIDE = 9
"""A table of more columns is cut in three: points, gradients, updates."""
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and the address of its number in the row of the k-th update."""

    head: Cell
    address: Callable[[int], str]


def descent_title(descent: Descent) -> Phrase:
    """The head's sentence."""
    schedule = descent.optimizer.learning_rate
    rate: Cell = Value("rate")
    if schedule.name != "constant":
        rate = Phrase("rate_changing", {"name": Code(schedule.name)})
    gaps = {
        "optimizer": Code(descent.optimizer.name), "rate": rate,
        "count": Code(str(descent.iterations)), "status": Phrase(f"status_{descent.status}"),
    }  # fmt: skip
    return Phrase("head_descent", gaps)


def descent_sections(path: PathTeller, stretches: Sequence[Stretch]) -> tuple[Section, ...]:
    """All sections; `stretches` are the updates told one after another, from and to."""
    head = Section("outcome", Phrase("section_outcome"), (Paragraph((_outcome(path),)),))
    full = Section("forward", Phrase("section_first_steps"), _first_steps(path))
    whole = Section("path", Phrase("section_path"), tuple(_tables(path, stretches[0])))
    found = [head, full, whole]
    if len(stretches) > 1:
        key = "path_end_points" if path.remembers else "path_end"
        said = Phrase(key, {"optimizer": _name(path)} if path.remembers else {})
        parts: tuple[Part, ...] = (Paragraph((said,)), *_tables(path, stretches[1]))
        found.append(Section("path_end", Phrase("section_path_end"), parts))
    table = numbers_table(path.ledger)
    return (*found, Section("numbers", Phrase("section_numbers"), (table,), folded=True))


def _name(path: PathTeller) -> Cell:
    return Code(path.descent.optimizer.name)


def _outcome(path: PathTeller) -> Phrase:
    descent = path.descent
    gaps: dict[str, Cell] = {"first": Value(path.names.f(0)[0])}
    last = path.names.f(descent.iterations)[0]
    if last not in path.ledger.entries:
        return Phrase("descent_outcome_lost", gaps)
    gaps |= {"last": Value(last), "norm": Amount(norm_of(descent.gradients[-1]), 4)}
    if not descent.precision:
        return Phrase("descent_outcome_endless", gaps)
    return Phrase("descent_outcome", gaps | {"precision": Code(f"{descent.precision:g}")})


def _first_steps(path: PathTeller) -> tuple[Part, ...]:
    rule = Phrase("rule_of", {"optimizer": _name(path)})
    said = [Phrase("rule_descent") if path.plain else rule]
    said += [Phrase("function_unknown")] if path.graph is None else []
    said += _whose_gradient(path)
    entries = path.ledger.entries
    lines = [entries[one].line for one, k in path.told.items() if k < WORKED]
    taken = (_taken(path),) if path.slopes is None else ()
    return Paragraph(tuple(said)), *taken, Working(tuple(filter(None, lines)))


def _whose_gradient(path: PathTeller) -> list[Phrase]:
    """Nothing where it is derived from f."""
    if path.descent.grad is None and path.slopes is not None:
        return []
    said = [Phrase("gradient_yours" if path.yours else "gradient_from_differences")]
    said += [Phrase("gradient_taken")] if path.slopes is None else []
    wrong = any(one.verdict == "differs" for one in path.compared.values())
    return [*said, Phrase("gradient_wrong")] if wrong else said


def _taken(path: PathTeller) -> Table:
    """The first gradients where no line tells them."""
    heads = [Phrase("name"), Phrase("gradient")]
    heads += [Phrase("numeric_check")] if path.compared else []
    rows: list[tuple[Cell, ...]] = []
    for k in range(WORKED):
        for entry in range(path.names.form.size):
            address, symbol = path.names.slope(entry, k)
            row: tuple[Cell, ...] = (symbol, Value(address))
            row += ((path.compared[entry] if k == 0 else Code("")),) if path.compared else ()
            rows += [row] if address in path.ledger.entries else []
    return Table(tuple(heads), tuple(rows))


# Tables -------------------------------------------------------------------------------------------
def _tables(path: PathTeller, stretch: Stretch) -> Iterator[Table]:
    groups = [list(one) for one in (_points(path), _slopes(path), _updates(path))]
    if sum(map(len, groups)) < WIDE:
        groups = [[column for group in groups for column in group]]
    for group in groups:
        if rows := list(_rows(path, group, stretch)):
            yield Table((Phrase("iteration"), *(one.head for one in group)), tuple(rows))


def _rows(
    path: PathTeller, columns: Sequence[Column], stretch: Stretch
) -> Iterator[tuple[Cell, ...]]:
    for k in range(stretch[0], stretch[1] + 1):
        known = [one.address(k) in path.ledger.entries for one in columns]
        if any(known):
            cells = (
                Value(one.address(k)) if there else Code("")
                for one, there in zip(columns, known, strict=True)
            )
            yield Code(str(k)), *cells


def _points(path: PathTeller) -> Iterator[Column]:
    names = path.names
    for entry in range(names.form.size):
        yield Column(names.head(entry), _at(names.x, entry))
    yield Column(names.value, _at(names.f))


def _slopes(path: PathTeller) -> Iterator[Column]:
    names = path.names
    for entry in range(names.form.size):
        yield Column(derivative(names.value, names.head(entry)), _at(names.slope, entry))


def _updates(path: PathTeller) -> Iterator[Column]:
    """What leads to the new x, and of one variable the new x itself."""
    names, rule = path.names, path.descent.optimizer
    if rule.learning_rate.name != "constant":
        yield Column(RATE, _at(names.rate))
    for entry in range(names.form.size):
        if path.plain:
            yield Column(names.kept_head("s", entry), _at(names.kept, "s", entry))
        for letter in rule.moments:
            head = names.kept_head(letter, entry)
            yield Column(head, _at(names.kept, letter, entry, later=1))
        for letter, _ in zip(rule.moments, rule.powers, strict=False):
            head = names.kept_head(letter, entry, hat=True)
            yield Column(head, _at(names.kept, letter, entry, later=1, hat=True))
    if names.form.size == 1:
        yield Column(Phrase("new_x", {"x": names.head(0)}), _at(names.x, 0, later=1))


def _at(
    name: Callable[..., Name], *given: int | str, later: int = 0, **options: bool
) -> Callable[[int], str]:
    """The address of a number in the row of k updates, or of some more."""

    def address(k: int) -> str:
        return name(*given, k + later, **options)[0]

    return address
