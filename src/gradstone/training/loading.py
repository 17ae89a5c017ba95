"""A saved run, read back."""

from __future__ import annotations

from os import PathLike
from typing import Any

from gradstone.data.batches import Batches
from gradstone.errors import FileError, GradstoneError
from gradstone.execute.roads import ROADS
from gradstone.nn.settings import real, whole
from gradstone.training.files import plan_from_json, read_model, tensor
from gradstone.training.loop import Arrays, Carried
from gradstone.training.objective import LABEL_LOSSES
from gradstone.training.run import KEPT, Run
from gradstone.training.step import Plan
from gradstone.training.targets import Labels


def load(folder: str | PathLike[str]) -> Run:
    """The run that was saved into a folder, ready to predict, evaluate or fit on.

    Args:
        folder: what `run.save` or `gradstone train` wrote, or its model.safetensors.

    Raises:
        FileError: no such folder, a damaged file, or one that is not Gradstone's.
    """
    path, header, tensors = read_model(folder)
    try:
        return _restored(header, tensors)
    except (KeyError, TypeError, ValueError, AttributeError, GradstoneError) as error:
        came = f"its header cannot be used ({error})"
        raise FileError(str(path), came, "a whole model file is wanted") from error


def _restored(header: dict[str, Any], tensors: Arrays) -> Run:
    plan = plan_from_json(header)
    shapes = {name: one.shape for name, one in plan.network.parameters().items()}
    values = {n: tensor(tensors, f"parameters.{n}", shape) for n, shape in shapes.items()}
    run = Run(plan, ROADS[0], values, _labels(header["labels"], plan))
    state = {
        name: tensor(tensors, f"state.{name}", old.shape).astype(old.dtype)
        for name, old in run.loop.carried.state.items()
    }
    epoch, step = (whole(name, header[name], least=0) for name in ("epoch", "step"))
    run.loop.carried = Carried(run.parameters, state, epoch, step)
    for name in KEPT:
        setattr(run, name, header[name])
    _check_kept(run)
    if "seen.low" in tensors:
        shape = tensors["seen.low"].shape
        plan.network.check(shape)
        run.seen = (tensor(tensors, "seen.low", shape), tensor(tensors, "seen.high", shape))
    return run


def _labels(plain: dict[str, Any], plan: Plan) -> Labels:
    """The labels again; ValueError unless there is a name for each class, or none at all."""
    names = plain["names"]
    objective, classes = plan.objective, plan.network.width
    classes = classes if objective.loss in LABEL_LOSSES else 2
    if names is not None and not (objective.classifies and len(names) == classes):
        raise ValueError(f"{len(names)} labels for {classes} classes")
    return Labels(None if names is None else tuple(names), bool(plain["flat"]))


def _check_kept(run: Run) -> None:
    """What `fit` takes over must be fit for it; raises as `Batches` and `float` do."""
    Batches(1, whole("batch_size", run.batch_size), run.plan.seed, run.shuffle, run.sampling)
    real("validation", run.validation, below=1.0)
    run.history = {str(n): [float(one) for one in numbers] for n, numbers in run.history.items()}
