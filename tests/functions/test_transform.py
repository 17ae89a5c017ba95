"""Function transforms: value and gradient, pullbacks, and gradients of gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import KindError, NoGradientError, RangeError, ShapeError, TraceError
from tests.support import central, generator


def norm(x):
    return gs.sum(x * x)


class TestValueAndGradient:
    def test_of_a_number(self):
        assert gs.value_and_grad(lambda x: x * x + 2 * x)(3.0) == (15, 8)
        assert gs.grad(lambda x: gs.exp(-x * x))(0.5) == pytest.approx(-math.exp(-0.25))

    def test_of_arrays_of_any_shape(self):
        for shape in ((), (1,), (0,), (3,), (2, 3), (2, 1, 4)):
            x = generator(shape).normal(size=shape)
            value, slope = gs.value_and_grad(norm)(x)
            assert value == pytest.approx(np.sum(x * x))
            assert slope.shape == shape
            np.testing.assert_allclose(slope, 2 * x)

    def test_of_whole_numbers_and_bools(self):
        for x in (3, np.array(3), np.int32(3), np.array([3, 4]), [3, 4], [True, False]):
            slope = gs.grad(norm)(x)
            assert slope.dtype == np.float64
            np.testing.assert_array_equal(slope, 2 * np.asarray(x, dtype=float))

    def test_dtypes_are_kept(self):
        for dtype in ("float32", "float64"):
            value, slope = gs.value_and_grad(lambda x: gs.sum(gs.sigmoid(x) * 0.5 + 1))(
                np.ones(3, dtype)
            )
            assert (value.dtype, slope.dtype) == (np.dtype(dtype), np.dtype(dtype))
        assert gs.grad(norm)(np.ones(3, np.float16)).dtype == np.float32

    def test_the_caller_s_arrays_stay_untouched_and_are_not_given_back(self):
        x = np.arange(3.0)
        value, slope = gs.value_and_grad(lambda x: gs.sum(x))(x)
        slope[:] = 9.0
        _, pullback = gs.vjp(lambda x: x, x)
        upstream = np.ones(3)
        pullback(upstream)[0][:] = 7.0
        np.testing.assert_array_equal(x, [0, 1, 2])
        np.testing.assert_array_equal(upstream, [1, 1, 1])
        assert value == 3
        assert gs.vjp(lambda x: x, x)[0] is not x

    def test_results_are_one_s_own(self):
        """Gradients that are equal arrays can be changed each by itself."""
        a, b = gs.grad(lambda a, b: gs.sum(a + b), argnums=(0, 1))(np.ones(2), np.ones(2))
        a[:] = 5.0
        np.testing.assert_array_equal(b, [1, 1])
        first = gs.grad(norm)(np.ones(2))
        first[:] = 5.0
        np.testing.assert_array_equal(gs.grad(norm)(np.ones(2)), [2, 2])

    def test_views_come_as_they_look(self):
        x = np.arange(12.0).reshape(3, 4)
        for view in (x.T, x[:, ::2], x[::-1], x[1], np.broadcast_to(np.float64(2), (2, 2))):
            np.testing.assert_array_equal(gs.grad(norm)(view), 2 * view)

    def test_captured_arrays(self):
        w = np.array([1.0, 2.0])
        slope = gs.grad(lambda x: gs.sum(x * w))
        np.testing.assert_array_equal(slope(np.ones(2)), [1, 2])
        w[:] = 5.0
        np.testing.assert_array_equal(slope(np.ones(2)), [5, 5])

    def test_functions_that_are_constant(self):
        assert gs.value_and_grad(lambda x: 3.0)(2.0) == (3, 0)
        value, slope = gs.value_and_grad(lambda x: np.float32(3.0))(np.ones(2))
        assert value == 3
        np.testing.assert_array_equal(slope, [0, 0])

    def test_arguments_that_are_not_used(self):
        slopes = gs.grad(lambda a, b: gs.sum(a), argnums=(0, 1))(np.ones(2), np.ones((2, 2)))
        np.testing.assert_array_equal(slopes[1], np.zeros((2, 2)))

    def test_other_arguments_are_what_they_were(self):
        def f(x, power, how, table, nothing):
            assert (how, nothing) == ("twice", None)
            assert isinstance(power, int)
            return gs.sum(x**power) * (2.0 if how == "twice" else 1.0) + table["b"]

        value, slope = gs.value_and_grad(f)(np.array([1.0, 2.0]), 3, "twice", {"b": 0.5}, None)
        assert value == 18.5
        np.testing.assert_array_equal(slope, [6, 24])


class TestArgnums:
    def f(self, a, b, c):
        return a * a + 3.0 * b + a * b * c

    @pytest.mark.parametrize(
        ("argnums", "wanted"),
        [
            (0, 16.0),
            (1, 11.0),
            (-1, 6.0),
            (np.int64(1), 11.0),
            ((0,), (16.0,)),
            ((0, 2), (16.0, 6.0)),
            ((2, 0), (6.0, 16.0)),
            ([0, 1, 2], (16.0, 11.0, 6.0)),
            ((-1, 1), (6.0, 11.0)),
            ((0, 0), (16.0, 16.0)),
        ],
    )
    def test_forms(self, argnums, wanted):
        value, slope = gs.value_and_grad(self.f, argnums)(2.0, 3.0, 4.0)
        assert value == 37
        assert slope == wanted
        assert gs.grad(self.f, argnums=argnums)(2.0, 3.0, 4.0) == wanted

    @pytest.mark.parametrize("argnums", [3, -4, (0, 7)])
    def test_positions_that_are_not_there(self, argnums):
        message = r"argnums: position -?\d came: the function was given 3 arguments"
        with pytest.raises(RangeError, match=message):
            gs.grad(self.f, argnums)(2.0, 3.0, 4.0)

    def test_no_arguments(self):
        with pytest.raises(RangeError, match="argnums: position 0 came"):
            gs.grad(lambda: 1.0)()


class TestTrees:
    def test_parameters_in_dictionaries_lists_and_tuples(self):
        parameters = {
            "layers": [
                {"W": np.ones((2, 3)), "b": np.zeros(3)},
                {"W": np.full((3, 1), 2.0), "b": np.zeros(1)},
            ],
            "scale": 2.0,
            "pair": (1.0, np.array([3.0])),
        }

        def f(p, x):
            for layer in p["layers"]:
                x = x @ layer["W"] + layer["b"]
            return gs.sum(x) * p["scale"] + p["pair"][0] * gs.sum(p["pair"][1])

        value, slopes = gs.value_and_grad(f)(parameters, np.ones((4, 2)))
        assert value == 4 * 12 * 2 + 3
        assert list(slopes) == ["layers", "scale", "pair"]
        assert slopes["scale"] == 48
        assert isinstance(slopes["pair"], tuple)
        np.testing.assert_array_equal(slopes["layers"][0]["W"], np.full((2, 3), 16.0))
        np.testing.assert_array_equal(slopes["layers"][1]["b"], [8])
        np.testing.assert_array_equal(slopes["pair"][1], [1])

    def test_a_list_of_numbers_is_an_array(self):
        slope = gs.grad(lambda x: gs.sum(x[0] * x[1]))([[1, 2], [3, 4]])
        np.testing.assert_array_equal(slope, [[3, 4], [1, 2]])

    def test_a_list_of_arrays_is_a_tree(self):
        slopes = gs.grad(lambda x: gs.sum(x[0]) * x[1])([np.ones(2), 3.0])
        assert isinstance(slopes, list)
        np.testing.assert_array_equal(slopes[0], [3, 3])
        assert slopes[1] == 2

    @pytest.mark.parametrize("bad", [None, "text", {"a": None}, [np.ones(2), "b"], 1j])
    def test_leaves_that_are_no_numbers(self, bad):
        with pytest.raises(KindError, match=r"^argument \S+: \w+ came .*an array of numbers is"):
            gs.grad(lambda x: 1.0)(bad)

    def test_ragged_lists(self):
        with pytest.raises(KindError, match="argument x: list came"):
            gs.grad(lambda x: 1.0)([[1.0], [1.0, 2.0]])


class TestPullbacks:
    def test_upstream_gradients(self):
        x = np.array([1.0, 2.0, 3.0])
        value, pullback = gs.vjp(lambda x: x * x, x)
        np.testing.assert_array_equal(value, [1, 4, 9])
        np.testing.assert_array_equal(pullback([1.0, 10.0, 100.0])[0], [2, 40, 600])
        np.testing.assert_array_equal(pullback(np.ones(3))[0], [2, 4, 6])

    def test_every_argument_has_a_gradient(self):
        a, b = np.ones((2, 3)), np.arange(6).reshape(3, 2)
        value, pullback = gs.vjp(lambda a, b: a @ b, a, b)
        da, db = pullback(np.eye(2))
        np.testing.assert_array_equal(value, a @ b)
        np.testing.assert_array_equal(da, b.T)
        np.testing.assert_array_equal(db, a.T)

    def test_trees(self):
        _, pullback = gs.vjp(lambda p, x: p["w"] * x, {"w": 2.0}, np.array([1.0, 3.0]))
        slopes, by_x = pullback(np.ones(2))
        assert slopes == {"w": 4.0}
        np.testing.assert_array_equal(by_x, [2, 2])

    def test_the_pullback_belongs_to_the_arguments_as_they_were(self):
        x = np.array([1.0, 2.0])
        _, pullback = gs.vjp(lambda x: x * x, x)
        x[:] = 100.0
        np.testing.assert_array_equal(pullback(np.ones(2))[0], [2, 4])

    def test_an_upstream_of_another_shape(self):
        _, pullback = gs.vjp(lambda x: x * x, np.ones(2))
        for wrong in (1.0, np.ones(3), np.ones((2, 1))):
            with pytest.raises(ShapeError, match=r"upstream gradient of shape .* shape \(2,\)"):
                pullback(wrong)

    def test_dtypes(self):
        value, pullback = gs.vjp(lambda x: gs.exp(x), np.ones(2, "float32"))
        assert value.dtype == pullback(np.ones(2))[0].dtype == np.float32


class TestGradientsOfGradients:
    def test_of_any_order(self):
        def f(x):
            return x**5

        for wanted in (80, 160, 240, 240, 120, 0):
            f = gs.grad(f)
            assert f(2.0) == wanted

    def test_hessians_times_vectors(self):
        matrix = generator("hessian").normal(size=(3, 3))
        vector = np.array([1.0, -2.0, 0.5])
        product = gs.grad(lambda x: gs.sum(gs.grad(lambda x: x @ matrix @ x)(x) * vector))
        np.testing.assert_allclose(product(np.ones(3)), (matrix + matrix.T) @ vector)

    def test_through_the_other_transforms(self):
        x = np.array([2.0, 3.0])
        cube = gs.grad(lambda x: gs.sum(gs.value_and_grad(lambda y: gs.sum(y**3))(x)[1]))
        np.testing.assert_allclose(cube(x), 6 * x)
        back = gs.grad(lambda x: gs.sum(gs.vjp(lambda y: y**3, x)[1](x)[0]))
        np.testing.assert_allclose(back(x), 9 * x**2)
        value = gs.grad(lambda x: gs.sum(gs.vjp(lambda y: y**3, x)[0]))
        np.testing.assert_allclose(value(x), 3 * x**2)

    def test_the_upstream_of_a_pullback_can_be_differentiated_by(self):
        _, pullback = gs.vjp(lambda y: y**3, np.array([2.0, 3.0]))
        np.testing.assert_allclose(gs.grad(lambda u: gs.sum(pullback(u)[0]))(np.ones(2)), [12, 27])

    def test_a_variable_from_outside_is_held_constant(self):
        """The partial derivative by y at y = x, not the derivative along x = y."""
        assert gs.grad(lambda x: gs.grad(lambda y: x * y)(x))(3.0) == 1
        assert gs.grad(lambda x: gs.grad(lambda a, b: a * b)(x, x))(3.0) == 1
        assert gs.grad(lambda x: gs.grad(lambda a, b: a * b, argnums=1)(x, x))(3.0) == 1
        assert gs.grad(lambda x: sum(gs.grad(lambda a, b: a * b, (0, 1))(x, x)))(3.0) == 2

    def test_a_function_that_uses_a_variable_from_outside(self):
        assert gs.grad(lambda x: x * gs.grad(lambda y: x * y * y)(2.0))(3.0) == 24
        assert gs.grad(lambda x: gs.grad(lambda p: p["a"] * x * x)({"a": 2})["a"])(3.0) == 6
        slope = gs.grad(lambda x: gs.sum(gs.grad(lambda y: gs.sum(y * y * x))([1.0, 2.0])))
        np.testing.assert_array_equal(slope(np.ones(2)), [2, 4])

    def test_constants_inside(self):
        assert gs.grad(lambda x: gs.grad(lambda y: 3.0)(x))(2.0) == 0
        assert gs.grad(lambda x: x * gs.grad(lambda y: 3.0 * y)(x))(2.0) == 3
        assert gs.grad(lambda x: x * gs.grad(lambda y: y * y)(5.0))(2.0) == 10

    def test_inside_no_node_is_taken_for_a_scalar(self):
        with pytest.raises(NoGradientError, match=r"shape \(2,\)"):
            gs.grad(lambda x: gs.sum(gs.grad(lambda y: y * y)(x)))(np.ones(2))

    def test_against_central_differences(self):
        def f(x):
            return gs.sum(gs.softmax(gs.tanh(x)) * gs.sin(x))

        x = np.array([0.3, -0.8, 1.1])
        slope = gs.grad(lambda x: gs.sum(gs.grad(f)(x) * np.array([1.0, 2.0, 3.0])))(x)
        for i, along in enumerate(np.eye(3)):
            wanted = central(lambda at: float(gs.grad(f)(at[0]) @ [1, 2, 3]), [x], [along])
            assert slope[i] == pytest.approx(wanted, rel=1e-8)


class TestRefusals:
    @pytest.mark.parametrize(
        "f", [lambda x: x, lambda x: x * 2.0, lambda x: gs.exp(x), lambda x: np.ones(2)]
    )
    def test_values_with_axes(self, f):
        with pytest.raises(NoGradientError, match=r"shape \(2,\) came: a scalar .*gs\.vjp"):
            gs.grad(f)(np.ones(2))

    @pytest.mark.parametrize("f", [lambda x: 3, lambda x: x > 0.0, lambda x: True])
    def test_values_that_are_no_floats(self, f):
        with pytest.raises(NoGradientError, match="an output of dtype"):
            gs.grad(f)(1.0)

    @pytest.mark.parametrize("f", [lambda x: None, lambda x: "a", lambda x: {"a": x}])
    def test_values_that_are_no_values(self, f):
        with pytest.raises(TraceError, match=r"^the function: \w+ came back: an array or number"):
            gs.grad(f)(1.0)

    @pytest.mark.parametrize("f", [lambda x: [x, x], lambda x: (x, 1.0)])
    def test_several_values(self, f):
        with pytest.raises(TraceError):
            gs.grad(f)(1.0)

    @pytest.mark.parametrize(
        "f",
        [
            lambda x: float(x),
            lambda x: math.exp(x),
            lambda x: x if x > 0 else -x,
            lambda x: max(x, 0.0),
            lambda x: x // 2,
            lambda x: x % 2,
            lambda x: round(x),
            lambda x: x.flatten(),
            lambda x: math.sqrt(abs(x)),
            lambda x: np.float64(x),
        ],
    )
    def test_steps_that_a_graph_cannot_record(self, f):
        with pytest.raises(TraceError, match=r"\. .*[Gg]?(gs|Write|use)"):
            gs.grad(f)(1.0)

    def test_the_cause_is_kept(self):
        def slip(x):
            return x.no_such_thing

        with pytest.raises(TraceError, match=r"^slip: AttributeError: .*what a graph") as caught:
            gs.grad(slip)(1.0)
        assert isinstance(caught.value.__cause__, AttributeError)

    def test_other_errors_of_the_function_are_its_own(self):
        def divide(x):
            return x * (1 / 0)

        with pytest.raises(ZeroDivisionError):
            gs.grad(divide)(1.0)
