"""`gs.minimize`: descent on a function, typed or written in Python, and its diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np

from gradstone.descent.course import Course, Told
from gradstone.descent.descent import Descent, Descents, Gradient
from gradstone.descent.expression import Expression, expression
from gradstone.descent.form import Array, Form, form_of, names_of
from gradstone.descent.judging import judged
from gradstone.descent.limits import limits
from gradstone.descent.log import Log
from gradstone.descent.problem import Problem, check_arguments, own_gradient, traced
from gradstone.descent.typed import NUMERIC, typed_gradient
from gradstone.descent.words import how_many, one_each
from gradstone.errors import DataError, GradstoneError, KindError, ShapeError, unknown
from gradstone.execute.interpreter import run
from gradstone.execute.roads import ROADS
from gradstone.graph.node import input_node
from gradstone.graph.walk import Graph
from gradstone.nn.settings import real, whole
from gradstone.training.optimizers import Optimizer, sgd

LONGEST = 1_000_000
"""At least every so many updates a point is kept, for nobody waits for the most of the others."""
Function = Callable[..., Any]


@overload
def minimize(
    f: Function | str, start: Any, grad: Gradient = ..., optimizer: Optimizer | None = ...,
    precision: float = ..., max_iterations: int = ..., *, keep: int = ..., executor: str = ...,
    progress: Told | None = ...,
) -> Descent: ...  # fmt: skip


@overload
def minimize(
    f: Function | str, *, starts: Sequence[Any], grad: Gradient = ...,
    optimizer: Optimizer | None = ..., precision: float = ..., max_iterations: int = ...,
    keep: int = ..., executor: str = ..., progress: Told | None = ...,
) -> Descents: ...  # fmt: skip


def minimize(
    f: Function | str,
    start: Any = None,
    grad: Gradient = None,
    optimizer: Optimizer | None = None,
    precision: float = 1e-4,
    max_iterations: int = 10_000,
    *,
    starts: Sequence[Any] | None = None,
    keep: int = 10_000,
    executor: str = "native",
    progress: Told | None = None,
) -> Descent | Descents:
    """Descend on a function from a start, update by update, and say what came of it.

        gs.minimize("(x+1)^2 - 1", 13, optimizer=gs.sgd(0.9))
        gs.minimize("x^2 + y^2", (1, 2), grad="2x, 2y")
        gs.minimize(lambda x, y: (x - 1) ** 2 + gs.exp(y) - y, (3.0, 4.0))

    Args:
        f: a function of gs functions that gives a number, or a formula; see `expression`.
        start: a tuple means f(*start), anything else is one argument, a number or an array. It
            stays as it is; computed is in float64.
        grad: a gradient of one's own, taking what f takes and giving what has the form of the
            start; or formulas for it, as "2x, 2y" or ["2x", "2y"], one for each variable;
            "numeric" for a black box f, which is called with plain numbers.
        optimizer: one of gs.sgd, gs.momentum …; None: gs.sgd().
        precision: the descent ends where the gradient's 2-norm, tested before each update, is
            below it. 0: it never ends so.
        max_iterations: updates at most.
        starts: several starts, in place of one: a descent from each.
        keep: of longer paths about so many points are kept, besides the first 200 and last 64.
        executor: "native" makes machine code of long descents, "interpreter" never does.
        progress: hears some 20 times a second of updates done, f, the gradient's 2-norm.

    Returns:
        the descent, or with `starts` all of them. Running away is a status, not an error, and so
        is Ctrl-C, as in gs.train: the descent so far comes back as "interrupted", of several
        starts those that were begun. Ctrl-C before the first update, and a second one, is a
        KeyboardInterrupt.

    Raises:
        ExpressionError: a formula that cannot be read; the message shows the place with a caret.
        TraceError: a step of f that a graph cannot record. ShapeError: a start of the wrong
        length, an f or grad that gives other shapes, another number of formulas. DataError: f is
        not finite at the start. RangeError: a number outside its range.
    """
    function = expression(f) if isinstance(f, str) else f
    _check("f", callable(function), f, "a function or a formula is wanted")
    if executor not in ROADS:
        raise unknown("executor", str(executor), ROADS)
    rule = sgd() if optimizer is None else optimizer
    _check("optimizer", isinstance(rule, Optimizer), rule, "one as gs.sgd(0.1) is wanted")
    bound = real("precision", precision)
    most, room = whole("max_iterations", max_iterations, least=0), whole("keep", keep)

    def one(place: Any) -> Descent:
        problem, flat = prepared(function, place, grad)
        stride = min(max(1, -(-most // room)), LONGEST)
        return _descended(
            problem, flat, grad, rule, bound, most, Log(stride), progress, executor == "native"
        )

    if starts is not None:
        if start is not None or not len(starts):
            wanted = "either start or some starts are wanted"
            raise KindError("minimize", "both or no starts came", wanted)
        return Descents(tuple(until_interrupted(map(one, starts))))
    if start is None:
        raise KindError("start", "none came", "a number, an array or a tuple is wanted")
    return one(start)


def until_interrupted(descents: Iterable[Descent]) -> Iterator[Descent]:
    """Descents as they are made, the one that Ctrl-C stopped the last of them."""
    for one in descents:
        yield one
        if one.status == "interrupted":
            return


def _check(subject: str, right: bool, came: object, wanted: str) -> None:
    """KindError unless what came is right."""
    if not right:
        raise KindError(subject, f"{type(came).__name__} came", wanted)


def prepared(function: Function, start: Any, grad: Gradient = None) -> tuple[Problem, Array]:
    """A function at a start, ready to be descended on, and the entries of the start."""
    if isinstance(function, Expression):
        start = _of_variables(function, start)
        names: list[str] = list(function.variables)
    else:
        names = names_of(function, len(start) if isinstance(start, tuple) else 1)
    form, flat = form_of(start, names)
    if not isinstance(function, Expression):
        check_arguments("f", function, form)
    if isinstance(grad, str) and grad.strip() == NUMERIC:
        typed = isinstance(function, Expression)  # its graph gives the same values, much sooner
        graph = traced(function, form, flat) if typed else None
        problem = Problem(function, form, graph)
        problem.offered = problem.differences
        return problem, flat
    if grad is None:
        return Problem(function, form, traced(function, form, flat)), flat
    own = own_gradient(_called(grad, form), form)
    return Problem(function, form, _perhaps_traced(function, form, flat), own), flat


def _called(grad: Callable[..., Any] | str | Sequence[str], form: Form) -> Callable[..., Any]:
    """A gradient of one's own as a function."""
    if callable(grad):
        return grad
    typed = isinstance(grad, str) or (
        isinstance(grad, list | tuple) and all(isinstance(one, str) for one in grad)
    )
    _check("grad", typed, grad, 'a function, formulas or "numeric" is wanted')
    if any(form.shapes):
        came, wanted = "formulas and an array for a start came", "formulas go with numbers"
        raise ShapeError("grad", came, wanted, "Give a function of that array.")
    return typed_gradient(grad, form.names)


def _perhaps_traced(function: Function, form: Form, flat: Array) -> Graph | None:
    """The graph of a function where it can be had: a gradient of one's own does without."""
    try:
        return traced(function, form, flat)
    except GradstoneError:
        return None


def _of_variables(function: Expression, start: Any) -> Any:
    """The start of a formula as a tuple with a number for each variable."""
    count = len(function.variables)
    given = (
        tuple(start)
        if isinstance(start, tuple | list | np.ndarray) and np.ndim(start)
        else (start,)
    )
    if not count:
        advice = "As (x+1)^2 - 1."
        raise DataError("expression", "no variable came", "at least one is wanted", advice)
    if len(given) != count:
        raise ShapeError("start", how_many(len(given)), one_each(function.variables))
    return given if count > 1 or isinstance(start, tuple) else given[0]


def _descended(
    problem: Problem, flat: Array, grad: Gradient, optimizer: Optimizer, precision: float,
    most: int, log: Log, progress: Told | None, native: bool,
) -> Descent:  # fmt: skip
    value, slopes = problem.followed(flat)
    if not np.isfinite(value):
        reason = problem.reason(flat)
        came = f"f is {value} there" + (f" ({reason})" if reason else "")
        raise DataError("start", came, "a point where f is a finite number is wanted")
    bounds = limits(precision, flat, value, slopes)
    course = Course(problem, optimizer, bounds, most, log, progress, native)
    ending = course.run(flat)
    marks, form = log.marks(), problem.form
    with np.errstate(all="ignore"):  # far out much is too large
        try:
            findings = judged(problem, log, ending, precision)
        except KeyboardInterrupt:
            findings = judged(problem, log, "interrupted", precision)
    kept = np.array([mark.number for mark in marks], dtype=np.int64)
    shape = (len(marks), *form.path_shape)
    return Descent(
        form.shaped(marks[-1].x), marks[-1].value, form.shaped(flat), findings.status,
        course.number, np.array([mark.x for mark in marks]).reshape(shape), kept,
        np.array([mark.value for mark in marks]),
        np.array([mark.gradient for mark in marks]).reshape(shape), rates_at(optimizer, kept),
        precision, optimizer, tuple(form.entry_names), findings, problem.function, grad, form,
    )  # fmt: skip


def rates_at(optimizer: Optimizer, numbers: Array) -> Array:
    """The learning rate of some updates, from how many precede each, float64."""
    step = input_node(numbers.shape, "float64")
    graph = Graph((step,), (optimizer.learning_rate(step),))
    (found,) = run(graph, numbers.astype(np.float64))
    return np.array(np.broadcast_to(found, numbers.shape))
