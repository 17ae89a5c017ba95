"""One family of exceptions, one template of messages."""

from __future__ import annotations

import pickle

import pytest

from gradstone import errors
from gradstone.errors import GradstoneError, unknown

KINDS = [one for one in vars(errors).values() if isinstance(one, type)]
FAMILY = [one for one in KINDS if issubclass(one, GradstoneError)]


@pytest.mark.parametrize("kind", FAMILY)
def test_messages_say_what_came_what_was_wanted_and_what_to_do(kind):
    error = kind("matmul", "(2, 3) @ (2, 3) came", "3 is not 2", "Transpose one operand?")
    assert isinstance(error, GradstoneError)
    assert str(error) == "matmul: (2, 3) @ (2, 3) came: 3 is not 2. Transpose one operand?"
    assert error.subject == "matmul"
    assert str(kind("a", "b", "c")) == "a: b: c."


@pytest.mark.parametrize("kind", FAMILY)
def test_errors_cross_process_borders(kind):
    error = kind("graph", "1 array came", "2 are wanted", "Give both.")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), again.subject) == (str(error), "graph")


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        ("ShapeError", ValueError),
        ("KindError", TypeError),
        ("TraceError", TypeError),
        ("RangeError", ValueError),
        ("DataError", ValueError),
        ("FileError", OSError),
        ("NoGradientError", ValueError),
        ("DivergedError", ArithmeticError),
        ("UnknownNameError", LookupError),
        ("UnknownNameError", AttributeError),
    ],
)
def test_errors_are_python_s_own_kinds_too(kind, builtin):
    assert issubclass(getattr(errors, kind), builtin)


class TestUnknownNames:
    def test_few_names_are_listed_and_the_nearest_named(self):
        error = unknown("optimizer", "addam", ["sgd", "adam", "adamw"])
        wanted = "known are adam, adamw, sgd. Did you mean adam or adamw?"
        assert str(error) == f"optimizer: 'addam' is not known: {wanted}"

    def test_nothing_near(self):
        assert str(unknown("loss", "qqq", ["mse"])) == "loss: 'qqq' is not known: known are mse."

    def test_many_names_are_counted(self):
        names = [f"name{i}" for i in range(40)]
        assert "known are 40 names. Did you mean name3" in str(unknown("op", "nam3", names))
        assert "known are 40 names. The nearest are unlike it" in str(unknown("op", "zq", names))
