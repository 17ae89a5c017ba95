"""A run on disk: model.safetensors with a JSON header, and history.json. Never pickle."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from gradstone.errors import FileError
from gradstone.nn.initial import Initial
from gradstone.nn.initial import restored as restored_initial
from gradstone.nn.layers import Activation, Dropout, Flatten, Layer, Linear
from gradstone.nn.module import Sequential
from gradstone.training.objective import Objective
from gradstone.training.optimizers import OPTIMIZERS
from gradstone.training.schedules import restored as restored_schedule
from gradstone.training.step import Plan

FORMAT = "gradstone run 1"
MODEL, HISTORY = "model.safetensors", "history.json"
History = dict[str, list[float]]
Arrays = dict[str, Any]


def write_model(
    folder: str | PathLike[str], header: Mapping[str, Any], tensors: Arrays, history: History
) -> None:
    """Write both files into a folder, each whole or not at all.

    Raises:
        FileError: the folder cannot be made or written.
    """
    from safetensors.numpy import save as packed

    place = Path(folder)
    metadata = {"format": FORMAT, "run": json.dumps(header)}
    content = packed({n: np.array(value, order="C") for n, value in tensors.items()}, metadata)
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_whole(place / HISTORY, json.dumps(history, indent=1).encode())
        write_whole(place / MODEL, content)
    except OSError as error:
        came = f"{error.strerror or error}"
        raise FileError(str(folder), came, "a folder that can be written is wanted") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that others see the old one or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_model(
    folder: str | PathLike[str],
) -> tuple[Path, dict[str, Any], Arrays, History]:
    """The model file's path, header and arrays, and the history beside it.

    Raises:
        FileError: no such file, a damaged one, or one that is not Gradstone's.
    """
    path = Path(folder)
    path = path if path.suffix == ".safetensors" else path / MODEL
    metadata, tensors = _opened(path)
    if metadata.get("format") != FORMAT:
        came = f"a file of format {metadata.get('format', 'unknown')!r} came"
        raise FileError(str(path), came, f"{FORMAT!r} is wanted", "Was it saved by run.save?")
    try:
        header = dict(json.loads(metadata["run"]))
    except (KeyError, TypeError, ValueError) as error:
        came = f"its header cannot be read ({error})"
        raise FileError(str(path), came, "a whole model file is wanted") from error
    history = path.with_name(HISTORY)
    return path, header, tensors, _read_history(history) if history.exists() else {}


def _opened(path: Path) -> tuple[Mapping[str, str], Arrays]:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        advice = "Give the folder that a training run wrote."
        raise FileError(str(path), "no such file", "a saved model is wanted", advice)
    try:
        with safe_open(path, framework="np") as file:
            names = list(file.keys())
            return file.metadata() or {}, {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, ValueError) as error:
        came = f"it cannot be read ({error})"
        raise FileError(str(path), came, "a whole model file is wanted") from error


def _read_history(path: Path) -> History:
    try:
        plain = json.loads(path.read_text())
        return {str(name): [float(one) for one in values] for name, values in plain.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        came = f"it cannot be read ({error})"
        raise FileError(str(path), came, "lists of numbers by name are wanted") from error


def tensor(tensors: Arrays, name: str, shape: tuple[int, ...]) -> Any:
    """An array of the file; ValueError unless it holds floats in this shape."""
    value = tensors[name]
    if value.shape != shape or value.dtype.kind != "f":
        raise ValueError(f"{name} has shape {value.shape} and dtype {value.dtype}, not {shape}")
    return value


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """What a step is made of, as plain dictionaries and lists."""
    objective, optimizer = plan.objective, plan.optimizer
    loss = {name: getattr(objective, name) for name in ("loss", "metrics", "l1", "l2")}
    rule = {
        "name": optimizer.name,
        "learning_rate": optimizer.learning_rate.to_json(),
        "settings": dict(optimizer.settings),
    }
    layers = [_plain(layer) for layer in plan.network.layers]
    more = {"class_weights": objective.class_weights, "clip": plan.clip, "dtype": plan.dtype}
    return {"layers": layers, **loss, **more, "optimizer": rule, "seed": plan.seed}


def plan_from_json(plain: Mapping[str, Any]) -> Plan:
    """The plan again; KeyError, TypeError, ValueError or GradstoneError where it is none."""
    network = Sequential(*(_layer(one) for one in plain["layers"]))
    weights = plain["class_weights"]
    weights = None if weights is None else tuple(float(one) for one in weights)
    metrics, penalties = tuple(plain["metrics"]), (float(plain["l1"]), float(plain["l2"]))
    objective = Objective(plain["loss"], metrics, *penalties, weights)
    rule = plain["optimizer"]
    settings = {str(key): float(value) for key, value in rule["settings"].items()}
    optimizer = OPTIMIZERS[rule["name"]](restored_schedule(rule["learning_rate"]), **settings)
    dtype, seed = np.dtype(plain["dtype"]).name, int(plain["seed"])
    return Plan(network, objective, optimizer, plain["clip"], dtype, seed)


def _plain(layer: Layer) -> dict[str, Any]:
    if isinstance(layer, Linear):
        size = {"inputs": layer.inputs, "outputs": layer.outputs, "bias": layer.bias}
        rules = {"initial": _rule(layer.initial), "bias_initial": _rule(layer.bias_initial)}
        return {"layer": "linear", **size, **rules}
    if isinstance(layer, Activation):
        return {"layer": "activation", "name": layer.name, "settings": dict(layer.settings)}
    if isinstance(layer, Dropout):
        return {"layer": "dropout", "rate": layer.rate}
    return {"layer": "flatten"}


def _rule(rule: Initial) -> dict[str, Any]:
    return {"name": rule.name, "number": rule.number, "values": rule.values}


def _layer(plain: dict[str, Any]) -> Layer:
    kind = plain["layer"]
    if kind == "linear":
        rules = [restored_initial(plain[name]) for name in ("initial", "bias_initial")]
        return Linear(int(plain["inputs"]), int(plain["outputs"]), bool(plain["bias"]), *rules)
    if kind == "activation":
        return Activation(plain["name"], {k: float(v) for k, v in plain["settings"].items()})
    if kind == "dropout":
        return Dropout(float(plain["rate"]))
    if kind == "flatten":
        return Flatten()
    raise ValueError(f"{kind!r} is no layer")
