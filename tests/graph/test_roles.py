"""Names for people stand beside the graph and change nothing."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.autodiff.rewrite import lower, simplify
from gradstone.functions.trace import trace
from gradstone.graph.node import input_node
from gradstone.graph.roles import named, recording


def test_names_are_recorded_inside_the_block_only():
    x = input_node((), "float64")
    with recording() as roles:
        assert named("twice", x * 2.0) is x * 2.0
    named("late", x + 1.0)
    assert roles == {x * 2.0: "twice"}


def test_the_first_name_of_a_node_stays():
    x = input_node((), "float64")
    with recording() as roles:
        named("first", x * 2.0)
        named("second", x * 2.0)
    assert list(roles.values()) == ["first"]


def test_blocks_inside_one_another_do_not_mix():
    x = input_node((), "float64")
    with recording() as outer:
        named("outer", x)
        with recording() as inner:
            named("inner", x)
        named("again", x * 2.0)
    assert (list(outer.values()), list(inner.values())) == (["outer", "again"], ["inner"])


@pytest.mark.parametrize("value", [3.0, np.ones(2), "text", None])
def test_other_values_pass_through(value):
    assert gs.named("total", value) is value


def test_names_survive_transforms():
    def f(x):
        return gs.named("total", gs.relu(x * 1.0)) + 1.0

    graph = trace(f, (2.0,), (0,)).graph
    for other in (graph, simplify(graph), lower(graph)[0]):
        assert sorted(other.roles.values()) == ["total", "x"]
        assert gs.named("total", 1) == 1


def test_names_change_no_number():
    plain = gs.value_and_grad(lambda x: gs.sum(gs.exp(x)))
    told = gs.value_and_grad(lambda x: gs.named("sum", gs.sum(gs.named("powers", gs.exp(x)))))
    x = np.array([0.1, 0.2])
    assert plain(x)[0] == told(x)[0]
    np.testing.assert_array_equal(plain(x)[1], told(x)[1])
