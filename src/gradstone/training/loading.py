"""A saved run, read back."""

from __future__ import annotations

from os import PathLike
from typing import Any

from gradstone.errors import FileError, GradstoneError
from gradstone.execute.interpreter import Interpreter
from gradstone.training.files import plan_from_json, read_model, tensor
from gradstone.training.loop import Arrays
from gradstone.training.run import KEPT, Run
from gradstone.training.targets import Labels


def load(folder: str | PathLike[str]) -> Run:
    """The run that was saved into a folder, ready to predict, evaluate or fit on.

    Args:
        folder: what `run.save` or `gradstone train` wrote, or its model.safetensors.

    Raises:
        FileError: no such folder, a damaged file, or one that is not Gradstone's.
    """
    path, header, tensors, history = read_model(folder)
    try:
        run = _restored(header, tensors)
    except (KeyError, TypeError, ValueError, AttributeError, GradstoneError) as error:
        came = f"its header cannot be used ({error})"
        raise FileError(str(path), came, "a whole model file is wanted") from error
    run.history = history
    return run


def _restored(header: dict[str, Any], tensors: Arrays) -> Run:
    plan = plan_from_json(header)
    names, flat = header["labels"]["names"], bool(header["labels"]["flat"])
    labels = Labels(None if names is None else tuple(names), flat)
    shapes = {name: one.shape for name, one in plan.network.parameters().items()}
    values = {n: tensor(tensors, f"parameters.{n}", shape) for n, shape in shapes.items()}
    run = Run(plan, Interpreter(), values, labels, int(header["seed"]))
    state = run.carried.state.items()
    run.carried.state = {n: tensor(tensors, f"state.{n}", old.shape) for n, old in state}
    run.carried.epoch, run.carried.step = int(header["epoch"]), int(header["step"])
    for name in KEPT:
        setattr(run, name, header[name])
    if "limits.low" in tensors:
        run.limits = (tensors["limits.low"], tensors["limits.high"])
    return run
