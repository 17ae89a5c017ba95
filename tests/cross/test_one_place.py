"""Adding an op touches one place: a throwaway op, defined here, travels every road.

ROADS lists the roads. Whoever builds a road (an executor, an explainer, a menu) appends a
function of (name of the op, its mathematics in NumPy) that takes the throwaway op along it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.examples import op_example
from gradstone.accounts.verify import verify
from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import lower, simplify
from gradstone.errors import NoMachineCodeError, UnknownNameError
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.native.executor import NativeExecutor
from gradstone.graph.node import Node, apply, input_node
from gradstone.graph.op import OPS, tagged
from gradstone.graph.walk import Graph, walk
from gradstone.ops.elementwise import exp
from gradstone.ops.table import Operand, defined, primitive
from tests.support import (
    Array,
    assert_derivatives,
    assert_float32_follows,
    cases_of,
    is_elementwise,
)

Mathematics = Callable[[Array], Array]
Road = Callable[[str, Mathematics], None]
ROADS: list[Road] = []
X = np.array([[-1.5, -0.25, 0.0], [0.5, 1.0, 2.0]])


def road(travel: Road) -> Road:
    """Add a road."""
    ROADS.append(travel)
    return travel


def numeric(function: Mathematics, x: Array, h: float = 1e-3) -> Array:
    near, far = function(x + h) - function(x - h), function(x + 2 * h) - function(x - 2 * h)
    return (8 * near - far) / (12 * h)


@road
def on_arrays(name, mathematics):
    for dtype in ("float64", "float32"):
        found = getattr(gs, name)(X.astype(dtype))
        assert found.dtype == dtype
        np.testing.assert_allclose(
            found, mathematics(X), rtol=1e-5 if dtype == "float32" else 1e-12
        )
    assert getattr(gs, name)(0.5) == pytest.approx(mathematics(np.array(0.5)))
    assert getattr(gs, name)([0.5, 1]).shape == (2,)


@road
def on_nodes(name, mathematics):
    x = input_node((2, 3), "float64")
    node = getattr(gs, name)(x)
    assert isinstance(node, Node)
    assert node.op is OPS[name]
    assert node is apply(name, x)


@road
def gradients(name, mathematics):
    slope = gs.grad(lambda x: gs.sum(getattr(gs, name)(x)))
    np.testing.assert_allclose(slope(X), numeric(mathematics, X), atol=1e-8)


@road
def second_derivatives(name, mathematics):
    slope = gs.grad(lambda x: gs.sum(getattr(gs, name)(x)))
    curve = gs.grad(lambda x: gs.sum(slope(x)))
    np.testing.assert_allclose(curve(X), numeric(lambda x: numeric(mathematics, x), X), atol=1e-6)


@road
def pullbacks(name, mathematics):
    value, pullback = gs.vjp(getattr(gs, name), X)
    upstream = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(value, mathematics(X), rtol=1e-12)
    wanted = upstream * numeric(mathematics, X)
    np.testing.assert_allclose(pullback(upstream)[0], wanted, atol=1e-7)


@road
def interpreter(name, mathematics):
    x = input_node(X.shape, X.dtype)
    graph = Graph((x,), (apply(name, x),))
    (found,) = Interpreter().compile(graph)(X)
    np.testing.assert_allclose(found, mathematics(X), rtol=1e-12)


def has_machine_code(name: str) -> bool:
    """Whether it is made of functions that the native road knows: arctan is not one."""
    return "arctan" not in (OPS[name].program or "")


@road
def native(name, mathematics):
    for dtype, tolerance in (("float64", 1e-12), ("float32", 1e-5)):
        x = input_node(X.shape, dtype)
        y = apply(name, x)
        graph = Graph((x,), (y, *gradient(apply("sum", y), [x])))
        if not has_machine_code(name):
            with pytest.raises(NoMachineCodeError, match="arctan"):
                NativeExecutor().compile(graph)
            continue
        found, slope = NativeExecutor().compile(graph)(X.astype(dtype))
        wanted = Interpreter().compile(graph)(X.astype(dtype))
        np.testing.assert_allclose(found, mathematics(X), rtol=tolerance)
        np.testing.assert_allclose(slope, wanted[1], rtol=tolerance, atol=tolerance)


@road
def trace(name, mathematics):
    x = input_node(X.shape, X.dtype)
    node = apply(name, x)
    total = apply("sum", node)
    graph = Graph((x,), (total, *gradient(total, [x])))
    kept = Interpreter().trace(graph, X)
    np.testing.assert_allclose(kept[node], mathematics(X), rtol=1e-12)
    assert set(walk(graph.outputs)) <= set(kept.values)


@road
def rewrites(name, mathematics):
    x = input_node(X.shape, X.dtype)
    graph = Graph((x,), (apply(name, 1.0 * x),))
    for other in (simplify(graph), lower(graph)[0]):
        (found,) = Interpreter().compile(other)(X)
        np.testing.assert_array_equal(found, Interpreter().compile(graph)(X)[0])
    primitive_rows = {node.op.kind for node in walk(lower(graph)[0].outputs)}
    assert "defined" not in primitive_rows


@road
def public_names(name, mathematics):
    assert name in dir(gs)
    assert getattr(gs, name).__doc__ == OPS[name].doc
    assert getattr(gs, name).__name__ == name
    with pytest.raises(UnknownNameError, match=name):
        getattr(gs, name + "x")


@road
def generated_tests(name, mathematics):
    assert is_elementwise(OPS[name])
    cases = cases_of(OPS[name])
    assert len(cases) > 8
    for case in cases:
        assert_derivatives(case)
        assert_float32_follows(case)


@road
def latex(name, mathematics):
    assert "x + 1" in OPS[name].latex.format(Operand("x + 1", 1))


@road
def lists_of_activations(name, mathematics):
    assert OPS[name].tags == {"activation"}
    assert name in tagged("activation")


@road
def activation_of_a_network(name, mathematics):
    net = gs.MLP([3, 4, 1], activation=name)
    values = net.initial_values(seed=0)
    found, slopes = gs.value_and_grad(lambda p, x: gs.sum(net(p, x)))(values, X)
    hidden = mathematics(X @ values["W1"] + values["b1"])
    np.testing.assert_allclose(found, (hidden @ values["W2"] + values["b2"]).sum(), rtol=1e-12)
    np.testing.assert_allclose(slopes["W2"], hidden.T @ np.ones((2, 1)), rtol=1e-12)


@road
def training(name, mathematics):
    net = gs.MLP([3, 4, 1], activation=name)
    y = X.sum(axis=1, keepdims=True)
    settings = {"loss": "mse", "optimizer": gs.sgd(0.05), "epochs": 20, "dtype": "float64"}
    if has_machine_code(name):
        run = gs.train(net, X, y, **settings)
    else:  # a new kind of computation: machine code has to be written for it
        with pytest.warns(UserWarning, match="no machine code|the function arctan came"):
            run = gs.train(net, X, y, **settings)
    values = run.parameters
    hidden = mathematics(X @ values["W1"] + values["b1"])
    np.testing.assert_allclose(run.predict(X), hidden @ values["W2"] + values["b2"], rtol=1e-9)
    assert run.history["loss"][-1] < run.history["loss"][0]


@road
def told_in_every_format(name, mathematics):
    account = op_example(name, language="en")
    x, y = account.array("x"), account.array("E")
    np.testing.assert_allclose(y, mathematics(x), rtol=1e-12)
    with tempfile.TemporaryDirectory() as folder:
        account.to_excel(Path(folder) / "told.xlsx")
        assert (Path(folder) / "told.xlsx").stat().st_size > 1000
    for told in (account.to_text(), account.to_markdown(), account.to_latex(), account.to_html()):
        assert len(told) > 200
    assert verify(account.to_json()).ok


@road
def told_in_a_network(name, mathematics):
    net = gs.MLP([3, 2, 1], activation=name)
    story = gs.explain(net, X, X.sum(axis=1, keepdims=True), loss="mse").story
    checks = [line.check.verdict for line in story.lines.values() if line.check]
    assert set(checks) == {"ok"}


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADSTONE_CACHE", "off")


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Rows and public functions that a test added are gone afterwards."""
    rows, names = dict(OPS), set(vars(gs))
    yield
    for name in set(OPS) - set(rows):
        del OPS[name]
    for name in set(vars(gs)) - names:
        delattr(gs, name)
    assert rows == OPS


def by_definition() -> tuple[str, Mathematics]:
    @defined(accepts="float", tags=("activation",), latex=r"t\left({0}\right)", excel="{0}")
    def throwaway(x: Node) -> Node:
        """x · e^(−x²), a hump on either side."""
        return x * exp(-x * x)

    return "throwaway", lambda x: x * np.exp(-x * x)


def by_definition_with_a_derivative() -> tuple[str, Mathematics]:
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (exp(-x * x) - 2.0 * x * y),)

    @defined(accepts="float", tags=("activation",), vjp=vjp, latex=r"t\left({0}\right)")
    def throwaway(x: Node) -> Node:
        """x · e^(−x²), a hump on either side."""
        return x * exp(-x * x)

    return "throwaway", lambda x: x * np.exp(-x * x)


def by_primitive() -> tuple[str, Mathematics]:
    primitive(
        "throwaway",
        accepts="float",
        forward=lambda xp, x: xp.arctan(x),
        vjp=lambda g, y, x: (g / (1.0 + x * x),),
        latex=r"\arctan\left({0}\right)",
        excel="ATAN({0})",
        program="arctan(x)",
        tags=("activation",),
        doc="The angle whose tangent is x.",
    )
    return "throwaway", np.arctan


def by_primitive_of_known_functions() -> tuple[str, Mathematics]:
    primitive(
        "throwaway",
        accepts="float",
        forward=lambda xp, x: x * xp.exp(-x * x),
        vjp=lambda g, y, x: (g * (exp(-x * x) - 2.0 * x * y),),
        latex=r"t\left({0}\right)",
        excel="{0}*EXP(-{0}*{0})",
        program="x * exp(-x * x)",
        tags=("activation",),
        doc="A hump on either side.",
    )
    return "throwaway", lambda x: x * np.exp(-x * x)


WAYS: list[Callable[[], tuple[str, Mathematics]]] = [
    by_definition,
    by_definition_with_a_derivative,
    by_primitive,
    by_primitive_of_known_functions,
]


@pytest.mark.parametrize("travel", ROADS, ids=lambda travel: travel.__name__)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_throwaway_op_travels(way, travel, forgotten):
    travel(*way())


def test_it_is_gone_afterwards():
    assert "throwaway" not in OPS
    with pytest.raises(UnknownNameError, match="throwaway"):
        _ = gs.throwaway


def test_an_operand_that_the_expansion_does_not_use(forgotten):
    @defined(inputs=2, accepts="float", latex="{0}")
    def throwaway(a: Node, b: Node) -> Node:
        """The first of two."""
        return a * 1.0

    x = input_node((3,), "float64")
    unused = apply("exp", x)
    node = apply("throwaway", x, unused)
    given = np.array([1.0, 2.0, 3.0])
    kept = Interpreter().trace(Graph((x,), (node,)), given)
    np.testing.assert_array_equal(kept[node], given)
    np.testing.assert_allclose(kept[unused], np.exp(given))
    slopes = gs.grad(lambda a, b: gs.sum(gs.throwaway(a, b)), argnums=(0, 1))(given, given)
    np.testing.assert_array_equal(slopes, [[1, 1, 1], [0, 0, 0]])


def test_attributes_with_defaults(forgotten):
    @defined(accepts="float", latex=r"\operatorname{{th}}\left({0}\right)", kinks=(0.0,))
    def throwaway(x: Node, slope: float = 0.5) -> Node:
        """A line through 0."""
        return slope * x

    assert gs.throwaway(4.0) == 2.0
    assert gs.throwaway(4.0, slope=0.25) == gs.throwaway(4.0, 0.25) == 1.0
    with pytest.raises(gs.errors.KindError, match=r"throwaway.*slope=0\.5"):
        gs.throwaway(4.0, gradient=1.0)
    assert gs.grad(gs.throwaway)(4.0) == 0.5


def test_a_name_is_taken_once(forgotten):
    by_primitive()
    with pytest.raises(ValueError, match="'throwaway' stands in the table already"):
        by_definition()


def test_names_of_rows_verbs_and_folders_are_different():
    folders = {path.name for path in Path(gs.__file__).parent.iterdir() if path.is_dir()}
    modules = {path.stem for path in Path(gs.__file__).parent.glob("*.py")}
    verbs = {name for name in dir(gs) if not name.startswith("_") and name not in OPS}
    verbs -= {name for name in vars(gs) if isinstance(getattr(gs, name), type(gs))}
    public = {"grad", "value_and_grad", "vjp", "named", "train", "explain", "audit", "minimize"}
    assert not set(OPS) & (folders | modules)
    assert not (verbs | public) & (folders | modules)
    assert not set(OPS) & (verbs | public)


def test_a_road_is_a_function_of_its_own() -> None:
    names: list[Any] = [travel.__name__ for travel in ROADS]
    assert len(names) == len(set(names)) >= 11
