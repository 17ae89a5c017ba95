"""Roads by name, and what happens where machine code cannot be made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gradstone.errors import UnknownNameError
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.native.executor import NativeExecutor
from gradstone.execute.roads import executor

WITHOUT = """
import sys
import numpy as np
sys.modules[{missing!r}] = None  # its import fails
import gradstone as gs

x = np.linspace(-1.0, 1.0, 20)[:, None]
run = gs.train(gs.MLP([1, 1]), x, 2.0 * x, epochs=3, dtype="float64")
assert run.status == "finished"
again = gs.train(gs.MLP([1, 1]), x, 2.0 * x, epochs=3, dtype="float64", executor="interpreter")
assert (run.parameters["W1"] == again.parameters["W1"]).all()
print(run.step)
"""


def test_roads_by_name():
    assert isinstance(executor("native"), NativeExecutor)
    assert isinstance(executor("interpreter"), Interpreter)
    with pytest.raises(UnknownNameError, match="Did you mean native"):
        executor("nativ")


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd)


@pytest.mark.parametrize("missing", ["llvmlite", "llvmlite.binding"])
def test_the_interpreter_serves_where_llvmlite_is_missing(missing, tmp_path):
    done = python("-c", WITHOUT.format(missing=missing), cwd=tmp_path)
    assert done.stdout == "3\n"
    warned = [line for line in done.stderr.splitlines() if "Warning" in line]
    assert len(warned) == 1
    assert "native: it cannot be loaded (" in warned[0]
    assert "llvmlite" in warned[0]
    assert warned[0].endswith("): the interpreter serves.")
    assert warned[0].startswith("<string>:"), "it points at the caller's line"


def test_the_command_line_says_it_in_one_line(tmp_path):
    script = (
        "import sys; sys.modules['llvmlite'] = None\n"
        "from gradstone.app.cli.main import main\n"
        "sys.exit(main(['train', '--epochs', '1', '--quiet']))\n"
    )
    done = python("-c", script, cwd=tmp_path)
    (line,) = done.stderr.splitlines()
    assert line.startswith("gradstone: warning: native: it cannot be loaded (")
    assert (tmp_path / "runs" / "digits-001" / "model.safetensors").exists()


def test_nothing_of_llvm_is_loaded_before_training(tmp_path):
    script = "import sys, gradstone as gs; gs.tanh(1.0); print('llvmlite' in sys.modules)"
    assert python("-c", script, cwd=tmp_path).stdout == "False\n"
