"""A run on disk: model.safetensors with a JSON header. Never pickle.

history.json is a copy of the history for other programs; reading a run does not need it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from gradstone.errors import FileError, KindError
from gradstone.nn.initial import Initial
from gradstone.nn.initial import restored as restored_initial
from gradstone.nn.layers import Activation, Dropout, Flatten, Layer, Linear
from gradstone.nn.module import Sequential
from gradstone.training.objective import Objective
from gradstone.training.optimizers import optimizer_named
from gradstone.training.schedules import restored as restored_schedule
from gradstone.training.step import Plan

FORMAT = "gradstone run 1"
MODEL, HISTORY = "model.safetensors", "history.json"
Arrays = dict[str, Any]


def write_model(folder: str | PathLike[str], header: Mapping[str, Any], tensors: Arrays) -> None:
    """Write both files into a folder, each whole or not at all.

    Args:
        folder: made where it is not there.
        header: what JSON can hold, "history" in it. tensors: arrays by name.

    Raises:
        FileError: the folder cannot be made or written. KindError: a header JSON cannot hold.
    """
    place = Path(folder)
    metadata = {"format": FORMAT, "run": json.dumps(header, default=_plain_number)}
    content = _packed({n: np.array(value, order="C") for n, value in tensors.items()}, metadata)
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_whole(place / MODEL, content)
        write_whole(place / HISTORY, json.dumps(_portable(header["history"]), indent=1).encode())
    except OSError as error:
        came = f"{error.strerror or error}"
        raise FileError(str(folder), came, "a folder that can be written is wanted") from error


def _packed(tensors: Arrays, metadata: Mapping[str, str]) -> bytes:
    """A safetensors file, equal for equal contents: the library shuffles the metadata.

    Source: the format, huggingface.co/docs/safetensors: eight bytes with the header's length, the
    header as JSON, filled up with spaces so that the arrays are aligned, the arrays.
    """
    from safetensors.numpy import save

    made = save(tensors)
    length = int.from_bytes(made[:8], "little")
    header = {"__metadata__": metadata, **json.loads(made[8 : 8 + length])}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + made[8 + length :]


def _plain_number(value: Any) -> Any:
    """A NumPy number as Python's."""
    if not isinstance(value, np.generic):
        raise KindError("run.save", f"{value!r:.60} came", "what JSON can hold is wanted")
    return value.item()


def _portable(history: Mapping[str, list[float]]) -> dict[str, list[float | None]]:
    """JSON has no NaN and no infinity: null stands for them."""
    return {n: [one if isfinite(one) else None for one in all_] for n, all_ in history.items()}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that others see the old one or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_model(folder: str | PathLike[str]) -> tuple[Path, dict[str, Any], Arrays]:
    """The model file's path, header and arrays.

    Raises:
        FileError: no such file, a damaged one, or one that is not Gradstone's.
    """
    path = Path(folder)
    path = path if path.suffix == ".safetensors" else path / MODEL
    metadata, tensors = _opened(path)
    try:
        return path, dict(json.loads(metadata["run"])), tensors
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        came = f"its header cannot be read ({error})"
        raise FileError(str(path), came, "a whole model file is wanted") from error


def _opened(path: Path) -> tuple[Mapping[str, str], Arrays]:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        advice = "Give the folder that a training run wrote."
        raise FileError(str(path), "no such file", "a saved model is wanted", advice)
    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT:
                came = f"a file of format {metadata.get('format', 'unknown')!r} came"
                wanted = f"{FORMAT!r} is wanted"
                raise FileError(str(path), came, wanted, "Was it saved by run.save?")
            return metadata, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        if isinstance(error, FileError):
            raise
        came = f"it cannot be read ({error})"
        raise FileError(str(path), came, "a whole model file is wanted") from error


def tensor(tensors: Arrays, name: str, shape: tuple[int, ...]) -> Any:
    """An array of the file; ValueError unless it holds finite floats in this shape."""
    value = tensors[name]
    if value.shape != shape or value.dtype.kind != "f":
        raise ValueError(f"{name} has shape {value.shape} and dtype {value.dtype}, not {shape}")
    if not np.isfinite(value).all():
        raise ValueError(f"{name} has values that are not finite")
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
    weights = None if weights is None else tuple(weights)
    metrics = tuple(plain["metrics"])
    objective = Objective(plain["loss"], metrics, plain["l1"], plain["l2"], weights)
    rule = plain["optimizer"]
    rate = restored_schedule(rule["learning_rate"])
    optimizer = optimizer_named(rule["name"], rate, **rule["settings"])
    return Plan(network, objective, optimizer, plain["clip"], plain["dtype"], plain["seed"])


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
        return Linear(plain["inputs"], plain["outputs"], bool(plain["bias"]), *rules)
    if kind == "activation":
        return Activation(plain["name"], dict(plain["settings"]))
    if kind == "dropout":
        return Dropout(plain["rate"])
    if kind == "flatten":
        return Flatten()
    raise ValueError(f"{kind!r} is no layer")
