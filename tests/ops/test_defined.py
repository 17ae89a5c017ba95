"""How rows come into the table, and single rows with conventions of their own."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import NoGradientError
from gradstone.graph.op import OPS, register, row, tagged
from gradstone.ops.table import Operand


def slope(name, x, **attributes):
    return gs.grad(lambda x: gs.sum(getattr(gs, name)(x, **attributes)))(x)


class TestConventions:
    def test_slopes_at_kinks(self):
        for name in ("relu", "absolute", "sign"):
            assert slope(name, 0.0) == 0
        assert slope("relu", -0.0) == 0
        assert slope("leaky_relu", 0.0) == pytest.approx(0.01)
        assert slope("elu", 0.0) == 1
        assert slope("elu", 0.0, alpha=2.0) == 2

    def test_ties_of_maximum_go_to_the_second(self):
        a, b = gs.grad(gs.maximum, argnums=(0, 1))(1.0, 1.0)
        assert (a, b) == (0, 1)

    def test_ties_of_max_are_shared(self):
        x = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
        wanted = [[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]]
        np.testing.assert_allclose(gs.grad(lambda x: gs.sum(x.max(axis=1)))(x), wanted)

    def test_the_step_rule(self):
        np.testing.assert_array_equal(gs.heaviside([-0.5, 0.0, 0.3, 1.0, 1.2]), [0, 0, 1, 1, 1])
        with pytest.raises(NoGradientError, match=r"heaviside: .*flat.*Use sigmoid"):
            slope("heaviside", 0.5)
        with pytest.raises(NoGradientError, match="heaviside"):
            gs.grad(lambda w: gs.mse(gs.heaviside(w), np.ones(2)))(np.ones(2))

    def test_powers(self):
        assert gs.grad(lambda x: x**0)(np.inf) == 0
        assert gs.grad(lambda x: x**0)(0.0) == 0
        assert gs.grad(lambda x: x**1)(0.0) == 1
        assert gs.grad(lambda x: x**2)(-3.0) == -6
        assert gs.grad(gs.grad(lambda x: x**2))(0.0) == 2
        assert gs.grad(gs.grad(lambda x: x**3))(0.0) == 0
        assert gs.grad(lambda x: x**0.5)(0.0) == np.inf
        assert gs.grad(lambda a, b: a**b, argnums=(0, 1))(0.0, 2.0) == (0, 0)
        assert gs.grad(lambda a, b: a**b)(-2.0, 3.0) == 12
        np.testing.assert_array_equal(gs.power([2, 3], 2), [4, 9])

    def test_means_count_what_they_average(self):
        x = np.arange(24.0).reshape(2, 3, 4)
        for axis in (None, 0, 1, -1, (0, 2), (0, 1, 2), ()):
            np.testing.assert_allclose(gs.mean(x, axis=axis), np.mean(x, axis=axis))
            wanted = np.full(x.shape, np.mean(x, axis=axis).size / x.size)
            np.testing.assert_allclose(slope("mean", x, axis=axis), wanted)

    def test_softmax_sums_to_one_along_its_axis(self):
        x = np.arange(12.0).reshape(3, 4)
        np.testing.assert_allclose(gs.softmax(x).sum(axis=1), 1)
        np.testing.assert_allclose(gs.softmax(x, axis=0).sum(axis=0), 1)
        np.testing.assert_allclose(gs.softmax(x, axis=None).sum(), 1)
        np.testing.assert_allclose(np.exp(gs.log_softmax(x)), gs.softmax(x))

    def test_affine(self):
        x, w, b = np.ones((2, 3)), np.arange(6.0).reshape(3, 2), np.array([1.0, -1.0])
        np.testing.assert_array_equal(gs.affine(x, w, b), x @ w + b)

    def test_random_numbers_are_a_function_of_their_key(self):
        def drawn(step, **other):
            options = {"seed": 1, "stream": 2, "shape": (1000,), "dtype": "float64"} | other
            return gs.random_uniform(step, **options)

        np.testing.assert_array_equal(drawn(0), drawn(0))
        assert not (drawn(0) == drawn(1)).any()
        assert not (drawn(0) == drawn(0, seed=2)).any()
        assert not (drawn(0) == drawn(0, stream=3)).any()
        assert drawn(0).min() >= 0
        assert drawn(0).max() < 1
        assert drawn(0).mean() == pytest.approx(0.5, abs=0.05)
        assert drawn(0, dtype="float32").dtype == np.float32

    def test_how_many_entries_an_axis_has(self):
        x = np.zeros((2, 5))
        assert (gs.size(x), gs.size(x, 1), gs.size(x, axis=-1)) == (2, 5, 5)
        assert gs.size(np.array([True, False, True])) == 3


class TestIndexing:
    def test_scatter_add_undoes_take(self):
        x = np.arange(12.0).reshape(4, 3)
        for axis in (0, 1, -1):
            places = np.array([2, 0, 2])
            taken = gs.take(x, places, axis=axis)
            np.testing.assert_array_equal(taken, np.take(x, places, axis=axis))
            back = gs.scatter_add(taken, places, axis=axis, size=x.shape[axis])
            assert back.shape == x.shape
            counts = np.bincount(places, minlength=x.shape[axis])
            wanted = x * (counts[:, None] if axis == 0 else counts)
            np.testing.assert_array_equal(back, wanted)

    def test_pad_undoes_a_slice(self):
        found = gs.pad([1.0, 2.0], shape=(2, 4), index=(1, slice(1, 3)))
        np.testing.assert_array_equal(found, [[0, 0, 0, 0], [0, 1, 2, 0]])
        np.testing.assert_array_equal(gs.pad(np.ones(2), (5,), slice(4, 0, -2)), [0, 0, 1, 0, 1])

    def test_an_empty_backward_slice(self):
        x = np.arange(5.0)
        assert gs.vjp(lambda x: x[-9::-1], x)[0].shape == x[-9::-1].shape == (0,)
        np.testing.assert_array_equal(gs.grad(lambda x: gs.sum(x[-9::-1]))(x), np.zeros(5))

    def test_concatenate_takes_several_or_a_list(self):
        a, b = np.ones((1, 2)), np.zeros((2, 2))
        wanted = np.concatenate([a, b])
        np.testing.assert_array_equal(gs.concatenate([a, b]), wanted)
        np.testing.assert_array_equal(gs.concatenate((a, b), 0), wanted)
        np.testing.assert_array_equal(gs.concatenate([a, b.T[:1]], axis=-1), [[1, 1, 0, 0]])


class TestTable:
    def test_a_name_is_taken_once(self):
        with pytest.raises(ValueError, match="'exp' stands in the table already"):
            register(row("exp"))

    def test_tags(self):
        wanted = {"relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "sigmoid", "tanh"}
        assert set(tagged("activation")) == wanted | {"heaviside"}
        assert {"mse", "cross_entropy", "half_sse"} <= set(tagged("loss"))
        assert tagged("no such tag") == {}

    def test_operands_bracket_themselves(self):
        assert f"{Operand('a + b', 1):2}" == r"\left(a + b\right)"
        assert f"{Operand('a + b', 1):1}" == f"{Operand('a + b', 1)}" == "a + b"

    def test_every_row_of_the_issue_is_there(self):
        wanted = (
            "add subtract multiply divide negate power exp log log1p expm1 sqrt sin cos tanh erf "
            "maximum minimum where cast equal less greater sum max mean matmul reshape transpose "
            "broadcast slice pad take scatter_add concatenate relu leaky_relu elu gelu silu "
            "softplus sigmoid heaviside softmax log_softmax affine half_sse sse mse mae "
            "cross_entropy binary_cross_entropy cross_entropy_of_probabilities "
            "binary_cross_entropy_of_probabilities"
        )
        assert set(wanted.split()) <= set(OPS)
