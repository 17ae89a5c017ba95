"""Rows as public functions on arrays."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import KindError, ShapeError


def test_numbers_lists_and_arrays():
    assert gs.exp(0) == 1.0
    assert isinstance(gs.exp(0.0), np.float64)
    np.testing.assert_array_equal(gs.relu([-1, 2]), [0, 2])
    assert gs.relu(np.ones(2, "float32")).dtype == np.float32
    assert gs.add(np.ones(2, "float32"), 0.1).dtype == np.float32
    assert gs.sum([1, 2, 3]) == 6
    assert gs.sum([1, 2, 3]).dtype == np.int64
    assert gs.sum([True, True]) == 2
    assert gs.equal([1, 2], 2).tolist() == [False, True]
    assert gs.where([True, False], 1.0, 2.0).tolist() == [1, 2]


def test_attributes_by_position_and_by_name():
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(gs.sum(x, 0), gs.sum(x, axis=0))
    np.testing.assert_array_equal(gs.transpose(x, (1, 0)), x.T)
    np.testing.assert_array_equal(gs.reshape(x, (3, 2)), x.reshape(3, 2))
    np.testing.assert_array_equal(gs.take(x, [1], 0), x[[1]])
    np.testing.assert_array_equal(gs.leaky_relu(-x, 0.5), gs.leaky_relu(-x, slope=0.5))
    assert gs.cast(x, "float32").dtype == np.float32
    assert gs.slice(x, index=(0, 1)) == 1


def test_arrays_of_other_dtypes():
    assert gs.exp(np.ones(2, np.float16)).dtype == np.float32
    assert gs.add(np.ones(2, np.int8), 1).dtype == np.int64
    for bad in (np.array(["a"]), np.array([None]), np.ones(2, complex)):
        with pytest.raises(KindError, match=r"^dtype: .* came: bool, int64, float32 or float64"):
            gs.exp(bad)


def test_the_caller_s_arrays_stay_untouched_and_are_not_given_back():
    x = np.arange(6.0).reshape(2, 3)
    for act in (
        lambda: gs.reshape(x, (3, 2)),
        lambda: gs.transpose(x),
        lambda: gs.broadcast(x, (2, 3)),
        lambda: gs.slice(x, index=slice(None)),
        lambda: gs.cast(x, "float64"),
    ):
        found = act()
        assert not np.shares_memory(found, x)
        found[...] = -1.0
    np.testing.assert_array_equal(x, np.arange(6.0).reshape(2, 3))


def test_views_and_strides():
    x = np.arange(24.0).reshape(4, 6)[::2, ::-2]
    np.testing.assert_array_equal(gs.square(x), x**2)
    np.testing.assert_array_equal(gs.sum(x, axis=0), x.sum(axis=0))


def test_inside_a_traced_function_arrays_still_compute():
    def f(x):
        assert isinstance(gs.exp(np.ones(2)), np.ndarray)
        return gs.sum(x * gs.exp(np.ones(2)))

    np.testing.assert_allclose(gs.grad(f)(np.ones(2)), [np.e, np.e])


def test_errors_name_the_function():
    with pytest.raises(ShapeError, match=r"^matmul: inner sizes differ, \(2, 3\) @ \(2, 3\)"):
        gs.matmul(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(KindError, match=r"^exp: 2 arguments came"):
        gs.exp(1.0, 2.0)
    with pytest.raises(KindError, match=r"^add: 1 arguments came"):
        gs.add(1.0)


def test_functions_know_their_names():
    assert gs.softmax.__name__ == gs.softmax.__qualname__ == "softmax"
    assert gs.exp is gs.exp
