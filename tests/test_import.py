"""`import gradstone` is light: heavy libraries come when they are used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import gradstone as gs
from gradstone.errors import UnknownNameError
from gradstone.graph.op import OPS

HEAVY = {
    *("jax", "jinja2", "llvmlite", "matplotlib", "numba", "onnx", "pandas", "PIL", "polars"),
    *("rich", "safetensors", "scipy", "sklearn", "starlette", "typer", "uvicorn", "xlsxwriter"),
}


def modules_after(statement: str) -> set[str]:
    program = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "statement",
    [
        "import gradstone",
        "import gradstone as gs; gs.grad(lambda x: gs.sum(gs.sigmoid(x)))([1.0, 2.0])",
        "from gradstone import exp, grad, softmax",
    ],
)
def test_nothing_heavy_is_imported(statement):
    modules = {name.split(".")[0] for name in modules_after(statement)}
    assert "gradstone" in modules
    assert ("numpy" in modules) == (statement != "import gradstone")  # not before it is used
    assert not modules & HEAVY


def test_layers_above_the_functions_are_not_imported():
    modules = modules_after("import gradstone")
    above = ("nn", "checking", "training", "descent", "accounts", "pictures", "app")
    assert not {name for name in modules if name.startswith(tuple(f"gradstone.{a}" for a in above))}


def test_every_row_is_a_public_function():
    for name, op in OPS.items():
        if op.kind != "source":
            assert name in dir(gs)
            assert getattr(gs, name).__doc__ == op.doc


def test_every_public_name_is_there():
    for name in dir(gs):
        if not name.startswith("_"):
            assert getattr(gs, name) is not None


def test_sources_are_no_functions():
    for name in ("input", "constant"):
        with pytest.raises(UnknownNameError):
            getattr(gs, name)


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'sofmax' is not known: .* softmax") as caught:
        _ = gs.sofmax
    assert isinstance(caught.value, AttributeError)
    assert not hasattr(gs, "no_such_thing")
    assert getattr(gs, "no_such_thing", None) is None


def test_the_version_is_the_package_s():
    from importlib.metadata import version

    assert gs.__version__ == version("gradstone")
