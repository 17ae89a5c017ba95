"""The pictures of a run, each by the name of its file."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from gradstone.accounts.runs import training_rows
from gradstone.app.cli.material import Material, Rows
from gradstone.app.cli.results import Measured
from gradstone.errors import RangeError
from gradstone.language import Language, numbered
from gradstone.pictures.confusion import confusion, confusion_picture
from gradstone.pictures.fit import fit_picture
from gradstone.pictures.loss import loss_picture
from gradstone.pictures.predictions import predictions_picture
from gradstone.pictures.predictor import initial_predictor, predictor
from gradstone.pictures.regions import NAMES, regions_picture
from gradstone.pictures.samples import samples_picture
from gradstone.pictures.words import said
from gradstone.training.run import Run

SAMPLES = 24


def pictures(
    run: Run, material: Material, measured: Measured, language: Language
) -> dict[str, Figure]:
    """All pictures that suit a run."""
    title = run_title(run, material, language)
    test = said("test_rows", language, title=called(material, language))
    classes, preparation = material.classes, material.preparation
    loss = run.plan.objective.loss
    drawn = {"loss.png": loss_picture(run.history, title, loss, language)}
    if classes:
        counts = confusion(measured.true, measured.predicted, len(classes))
        drawn["confusion.png"] = confusion_picture(counts, classes, test, language)
    else:
        drawn["predictions.png"] = predictions_picture(
            measured.true, measured.predicted, preparation.target, test, language
        )
    if has_regions(material):
        drawn["regions.png"] = regions(run, material, language)
    if has_fit(material):
        drawn["fit.png"] = fit(run, material, language)
    if material.height:
        drawn["samples.png"] = _samples(material, measured, language)
    return drawn


def called(material: Material, language: Language) -> str:
    """What the material is called: a table by its name, a built-in set in the language."""
    if material.source is not None:
        return material.title
    return said(f"set_{material.name}", language)


def run_title(run: Run, material: Material, language: Language) -> str:
    """The material and the network in a line."""
    network = run.network.describe()
    return said("run_title", language, title=called(material, language), network=network)


def has_regions(material: Material) -> bool:
    """Whether the inputs are points of a plane, and the targets classes."""
    return bool(material.classes) and len(material.preparation.features) == 2


def has_fit(material: Material) -> bool:
    """Whether one feature is to tell a number."""
    return not material.classes and len(material.preparation.features) == 1


def _unsuited(material: Material, wanted: str) -> RangeError:
    count = len(material.preparation.features)
    features = numbered(count, "feature")
    came = f"{features} and {'classes' if material.classes else 'a number to tell'} came"
    return RangeError(f"run on {material.title}", came, wanted)


def regions(run: Run, material: Material, language: Language) -> Figure:
    """Decision regions in the units of the table; RangeError where there are none."""
    if not has_regions(material):
        raise _unsuited(material, "two features and classes are wanted")
    training, test = (material.in_units(one) for one in (material.training, material.test))
    names = material.preparation.features
    return regions_picture(
        predictor(run), training.inputs, training.targets,
        (test.inputs, test.targets) if len(test) else None,
        NAMES if material.drawn else names, material.classes, run_title(run, material, language),
        language,
    )  # fmt: skip


def fit(run: Run, material: Material, language: Language) -> Figure:
    """The data and the network's curve before and after training, in the units of the table.

    Raises:
        RangeError: not one feature and a number to tell.
    """
    if not has_fit(material):
        raise _unsuited(material, "one feature and a number to tell are wanted")
    rows = material.training
    learned = np.zeros(len(rows), dtype=bool)
    learned[training_rows(run, rows.inputs, rows.targets).rows] = True
    test = material.test
    held = Rows(
        np.concatenate([rows.inputs[~learned], test.inputs]),
        np.concatenate([rows.targets[~learned], test.targets]),
    )
    shown = material.in_units(Rows(rows.inputs[learned], rows.targets[learned]))
    others = material.in_units(held)
    preparation = material.preparation
    return fit_picture(
        predictor(run), shown.inputs, shown.targets, initial_predictor(run),
        (others.inputs, others.targets) if len(others) else None,
        (preparation.features[0], preparation.target), run_title(run, material, language), language,
    )  # fmt: skip


def _samples(material: Material, measured: Measured, language: Language) -> Figure:
    right = measured.predicted == measured.true
    mistakes = np.flatnonzero(~right)[: SAMPLES // 3]
    chosen = [*mistakes, *np.flatnonzero(right)[: SAMPLES - len(mistakes)]]
    images = material.test.inputs[chosen].reshape(len(chosen), material.height, -1)
    words = [
        [material.classes[number] for number in one[chosen]]
        for one in (measured.predicted, measured.true)
    ]
    title = said("test_images", language, title=called(material, language))
    return samples_picture(images, words[0], words[1], title, language)
