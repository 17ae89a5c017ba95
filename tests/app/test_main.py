"""The frame of the command line: help, versions, exit codes, one line for each error."""

import json
import os
import subprocess
import sys
import warnings

import pytest

import gradstone as gs
from gradstone.app.cli import main as frame
from gradstone.graph.op import row


def process(*arguments, **options):
    command = [sys.executable, "-m", "gradstone", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def test_version(gradstone):
    done = gradstone("--version")
    assert (done.code, done.out, done.err) == (0, f"gradstone {gs.__version__}\n", "")


def test_a_module_and_a_script_are_the_same():
    done = process("--version")
    assert (done.returncode, done.stdout) == (0, f"gradstone {gs.__version__}\n")


def test_what_is_slow_is_not_loaded_at_the_start():
    program = (
        "import sys, json\nfrom gradstone.app.cli.main import main\nmain(['--version'])\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    assert not modules & {"matplotlib", "rich", "safetensors", "PIL", "scipy"}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help(gradstone, arguments):
    done = gradstone(*arguments)
    assert done.code == 0
    assert done.err == ""
    for command in ("train", "predict", "check", "ops"):
        assert f"\n  {command} " in done.out


@pytest.mark.parametrize("command", ["train", "predict", "check", "ops"])
def test_help_of_commands_is_plain_text_with_examples(gradstone, command):
    done = gradstone(command, "--help")
    assert done.code == 0
    assert f"  gradstone {command} " in done.out
    assert not set("╭│[bold") & set("╭│") & set(done.out)


def test_help_names_what_the_table_holds(gradstone):
    words = gradstone("train", "--help").out.replace(",", " ").replace(".", " ").split()
    assert {"relu", "tanh", "gelu", "adamw", "cross_entropy", "half_sse"} <= set(words)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["trian"], "command: 'trian' is not known: known are 14 names. Did you mean train?"),
        (["train", "--hiden", "3"], "--hidden"),
        (["train", "--epochs", "many"], "--epochs"),
        (["train", "--epochs", "-1"], "--epochs"),
        (["train", "--batch-size", "0"], "--batch-size"),
        (["predict"], "RUN"),
    ],
)
def test_a_wrong_command_line_is_told_in_one_line(gradstone, arguments, told):
    done = gradstone(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.complaint.startswith("gradstone: ")
    assert told in done.complaint
    assert "--help." in done.complaint


def test_ctrl_c_is_130(gradstone, monkeypatch):
    def stop(name):
        raise KeyboardInterrupt

    monkeypatch.setattr("gradstone.app.cli.ops_command.card", stop)
    monkeypatch.setattr("gradstone.app.cli.ops_command.row", stop)
    done = gradstone("ops", "relu")
    assert (done.code, done.complaint) == (130, "gradstone: interrupted")


def test_a_mistake_of_ours_is_not_hidden(gradstone, monkeypatch):
    def fail(name):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr("gradstone.app.cli.ops_command.row", fail)
    with pytest.raises(ZeroDivisionError, match="a mistake of ours"):
        gradstone("ops", "relu")


def test_warnings_are_told_in_one_line(gradstone, monkeypatch):
    def warn(name):
        warnings.warn("something\n is odd", stacklevel=1)
        return row(name)

    monkeypatch.setattr("gradstone.app.cli.ops_command.row", warn)
    done = gradstone("ops", "relu")
    assert done.code == 0
    assert done.complaint == "gradstone: warning: something is odd"


def test_a_terminal_without_mathematics_gets_what_it_can_show():
    done = process("ops", "sigmoid", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "0.19661193" in done.stdout
    assert done.stderr == ""


def test_the_usage_error_is_found_wherever_typer_keeps_it():
    assert frame.UsageError.__name__ == "UsageError"
