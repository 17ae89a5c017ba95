"""Structure, activation, optimizer, rate and batch size, searched with Optuna."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from math import inf
from typing import Any

import numpy as np

from gradstone.data.sets import DataSet, held_out
from gradstone.nn.settings import real, whole
from gradstone.studies.database import opened, optuna
from gradstone.studies.searching import FOUND, Job, Told, sampler, search
from gradstone.studies.setting import Setting
from gradstone.studies.space import Space
from gradstone.studies.trials import check_trials

ENOUGH = 10
"""From so many complete trials on, the importance of each choice is told."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One trial.

    Attributes:
        number: from 0. status: "complete", "pruned", "failed" or "running".
        choices: by name, as "layers", "width1", "learning_rate".
        loss: the least validation loss, at `epoch`; infinite where none was measured.
        measure: accuracy or R² of the validation rows at that epoch. seconds: of the trial.
    """

    number: int
    status: str
    choices: Mapping[str, Any]
    loss: float
    epoch: int = 0
    measure: float = 0.0
    seconds: float = 0.0

    @property
    def hidden(self) -> tuple[int, ...]:
        """Neurons of each hidden layer."""
        return tuple(self.choices[f"width{k}"] for k in range(1, self.choices["layers"] + 1))


@dataclass(frozen=True, slots=True)
class Tuning:
    """A search as it stands.

    Attributes:
        study: its name. measure: "accuracy" or "r2". attempts: in order, also those of others.
        importance: of each choice that was varied, largest first, adding up to 1; empty below ten
            complete trials and where all were equally good. Source: Watanabe et al. 2023,
            PED-ANOVA.
        interrupted: whether Ctrl-C ended it. watched: rows whose loss is the validation loss.
    """

    study: str
    measure: str
    attempts: tuple[Attempt, ...]
    importance: Mapping[str, float] = field(default_factory=dict)
    interrupted: bool = False
    watched: int = 0

    @property
    def complete(self) -> list[Attempt]:
        """The complete trials, the best first."""
        found = [one for one in self.attempts if one.status == "complete"]
        return sorted(found, key=lambda one: (one.loss, one.number))


def tune(
    rows: DataSet,
    storage: str,
    study: str = "tune",
    trials: int = 30,
    space: Space | None = None,
    epochs: int = 30,
    validation: float = 0.2,
    loss: str | None = None,
    seed: int = 0,
    workers: int = 1,
    executor: str = "native",
    told: Told | None = None,
) -> Tuning:
    """Search for the choices with the least validation loss; a search can go on where it ended.

    With one worker, the same seed gives the same trials, also where the search was interrupted
    between them. Several workers, processes or machines may work on one study.

    Args:
        rows: for training; a share of them, `validation`, is only watched.
        storage: address of a database, as "sqlite:///tune.db". study: its name there.
        trials: how many more. epochs: at most, in a trial.
        seed: of initial weights, order, the rows that are watched, and the sampler.
        workers: trials side by side. executor: as for `gs.train`.
        told: called with (done, of all, number and loss of the best trial so far or None).

    Raises:
        KindError: Optuna is not installed. FileError, DataError: see `opened`. RangeError,
        UnknownNameError: what came, what was wanted.
    """
    searched = space or Space()
    stay, out = held_out(rows.targets, real("validation", validation, below=1.0, above=True), seed)
    job = Job(
        rows.rows(stay), rows.rows(out), searched, whole("epochs", epochs), loss, seed,
        whole("trials", trials, least=0), 1 if whole("workers", workers) > 1 else None, executor,
    )  # fmt: skip
    _check(searched, job)
    pruner = optuna().pruners.MedianPruner(5, max(1, epochs // 4))
    common = {
        "rows": _fingerprint(rows), "classes": len(rows.classes), "epochs": epochs,
        "validation": validation, "loss": loss, "seed": seed, **asdict(searched),
    }  # fmt: skip
    with (
        opened(storage, study, common, sampler(seed), pruner) as found,
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", message="training stopped at step")  # a bad trial
        done = search(found, job, workers, told)
        return _finding(found, job, interrupted=not done)


def _check(space: Space, job: Job) -> None:
    """Whether what is searched can be trained, told before a database is made."""
    inputs, classes = job.training.inputs.shape[1], len(job.training.classes)
    hidden = space.widths[:1] * min(space.layers[1], 1)
    settings = [Setting(hidden, name, loss=job.loss) for name in space.activations]
    trials = [one.trial(inputs, classes, job.seed) for one in settings]
    check_trials(trials, job.training, job.watched)


def _fingerprint(rows: DataSet) -> str:
    """Which rows these are, so that nobody adds trials on others."""
    sums = [zlib.crc32(np.ascontiguousarray(one).tobytes()) for one in (rows.inputs, rows.targets)]
    return f"{len(rows)} × {rows.inputs.shape[1]}, {sums[0]:08x}{sums[1]:08x}"


# The finding ------------------------------------------------------------------------------------
def _finding(study: Any, job: Job, interrupted: bool) -> Tuning:
    attempts = tuple(_attempt(one) for one in study.get_trials(deepcopy=False))
    found = Tuning(study.study_name, job.measure, attempts, {}, interrupted, len(job.watched))
    complete = found.complete
    if len(complete) < ENOUGH or complete[0].loss == complete[-1].loss:
        return found
    return replace(found, importance=_importance(study, varied(complete)))


def varied(attempts: Iterable[Attempt]) -> set[str]:
    """The choices of which more than one value was tried."""
    tried: dict[str, set[Any]] = {}
    for one in attempts:
        for name, value in one.choices.items():
            tried.setdefault(name, set()).add(value)
    return {name for name, values in tried.items() if len(values) > 1}


def _importance(study: Any, names: set[str]) -> dict[str, float]:
    importance = optuna().importance
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Some regimes")  # few trials so deep
        evaluator = importance.PedAnovaImportanceEvaluator()
        found = importance.get_param_importances(study, evaluator=evaluator)
    kept = {name: share for name, share in found.items() if name in names}
    total = sum(kept.values())
    return {name: share / total for name, share in kept.items()} if total > 0 else {}


def _attempt(trial: Any) -> Attempt:
    status = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}
    kept = trial.user_attrs.get(FOUND, {})
    return Attempt(
        trial.number, status.get(trial.state.name, "running"), dict(trial.params),
        kept.get("loss", inf), kept.get("epoch", 0), kept.get("measure", 0.0),
        kept.get("seconds", 0.0),
    )  # fmt: skip
