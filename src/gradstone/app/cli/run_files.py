"""What a run leaves in its folder: the model, its history, the pictures, and what is what."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradstone import __version__
from gradstone.app.cli.material import Material
from gradstone.app.cli.results import Measured, verdict
from gradstone.app.cli.run_folder import Claim
from gradstone.app.cli.terminal import name
from gradstone.errors import FileError
from gradstone.language import Language
from gradstone.training.files import write_whole
from gradstone.training.run import Run

SAMPLES = 24
WHAT = {
    "model.safetensors": "the network, its weights, the optimizer's state and how the columns of "
    "a table become inputs",
    "history.json": "loss and metrics of each epoch",
    "loss.png": "the same as a picture",
    "confusion.png": "which class was taken for which, on the test rows",
    "predictions.png": "predicted against true values, on the test rows",
    "samples.png": "test images with what the network says; mistakes first, in orange",
    "report.html": "all of it as one page, with what is wrong and the next step in numbers",
    "README.md": "this page",
}


def write_files(
    run: Run, material: Material, measured: Measured, claim: Claim, arguments: Sequence[str],
    language: Language,
) -> list[str]:  # fmt: skip
    """Write all files of a run, each whole or not at all; their names.

    Args:
        language: of report.html and the pictures.

    Raises:
        FileError: the folder cannot be written any more.
    """
    from gradstone.pictures.style import save

    run.save(claim.path)
    drawn = _pictures(run, material, measured)
    for file, picture in drawn.items():
        save(picture, claim.path / file)
    files = ["model.safetensors", "history.json", *drawn]
    if _report(run, material, measured, claim.path, list(drawn), arguments, language):
        files.append("report.html")
    files.append("README.md")
    page = _page(run, material, measured, claim.path, files, arguments)
    try:
        write_whole(claim.path / "README.md", page.encode())
        claim.clear(set(files))
    except OSError as error:
        came = error.strerror or str(error)
        raise FileError(str(claim.path), came, "a folder that can be written is wanted") from error
    return files


def _report(
    run: Run, material: Material, measured: Measured, folder: Path, drawn: Sequence[str],
    arguments: Sequence[str], language: Language,
) -> bool:  # fmt: skip
    """Write report.html. Where that fails the run is worth no less: a warning."""
    try:
        from gradstone.app.cli.report import Report

        pictures = {name: (folder / name).read_bytes() for name in drawn}
        command = shlex.join(["gradstone", *arguments])
        page = Report(run, material, measured, pictures, command, language).html()
        write_whole(folder / "report.html", page.encode())
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        warnings.warn(f"report.html could not be made ({told})", stacklevel=2)
        return False
    return True


def _pictures(run: Run, material: Material, measured: Measured) -> dict[str, Any]:
    from gradstone.pictures.confusion import confusion, confusion_picture
    from gradstone.pictures.loss import loss_picture
    from gradstone.pictures.predictions import predictions_picture

    title = f"{material.title}, {run.network.describe()}"
    drawn: dict[str, Any] = {"loss.png": loss_picture(run.history, title, run.plan.objective.loss)}
    if material.classes:
        counts = confusion(measured.true, measured.predicted, len(material.classes))
        drawn["confusion.png"] = confusion_picture(
            counts, material.classes, f"{material.title}, test rows"
        )
    else:
        drawn["predictions.png"] = predictions_picture(
            measured.true, measured.predicted, material.preparation.target,
            f"{material.title}, test rows",
        )  # fmt: skip
    if material.height:
        drawn["samples.png"] = _samples(material, measured)
    return drawn


def _samples(material: Material, measured: Measured) -> Any:
    from gradstone.pictures.samples import samples_picture

    right = measured.predicted == measured.true
    mistakes = np.flatnonzero(~right)[: SAMPLES // 3]
    chosen = [*mistakes, *np.flatnonzero(right)[: SAMPLES - len(mistakes)]]
    images = material.test.inputs[chosen].reshape(len(chosen), material.height, -1)
    words = [
        [material.classes[number] for number in one[chosen]]
        for one in (measured.predicted, measured.true)
    ]
    title = f"{material.title} of the test rows, and what the network says"
    return samples_picture(images, words[0], words[1], title)


def _page(
    run: Run, material: Material, measured: Measured, folder: Path, files: Sequence[str],
    arguments: Sequence[str],
) -> str:  # fmt: skip
    listed = "\n".join(f"* `{file}`: {WHAT[file]}" for file in files)
    last = "\n".join(f"* {name(key)}: {values[-1]:.6g}" for key, values in run.history.items())
    return f"""# A run of Gradstone {__version__}

    {shlex.join(["gradstone", *arguments])}

{material.title}: {run.network.describe()}, trained on {len(material.training)} rows{_watched(run)}
with the loss {run.plan.objective.loss} and {run.plan.optimizer.name}, seed {run.plan.seed};
{run.message}.

**{verdict(material, measured)}.** Training never saw the test rows.

{listed}

## The last epoch

{last or "No epoch was finished."}

The training loss is the mean over the epoch's batches, each before its update.{_units(material)}

## From Python

```python
{_example(material, folder)}```

`run.fit(X, y, epochs=5)` trains on; `run.parameters["W1"]` is a NumPy array.

## From the command line

    gradstone predict {shlex.quote(str(folder))} TABLE.csv

{_columns(material)}
"""


def _watched(run: Run) -> str:
    share = run.validation
    return f" ({share * 100:g} % of them only watched, as validation)" if share else ""


def _units(material: Material) -> str:
    if material.classes:
        return ""
    preparation = material.preparation
    return (
        f"\nLoss, R² and mean absolute error above are of the standardised target,\n"
        f"({preparation.target} − {preparation.target_mean:.6g}) / {preparation.target_scale:.6g}."
    )


def _example(material: Material, folder: Path) -> str:
    if material.source is None:
        return f"""import gradstone as gs
from gradstone.data.sets import handwritten_digits

run = gs.load({str(folder)!r})
training, test = handwritten_digits().split(0.2, 0)  # as in the run
print(run.evaluate(test.inputs, test.targets))
print(run.predict(test.inputs[:10]), test.targets[:10])
"""
    told = "run.predict(inputs)"
    told = told if material.classes else f"preparation.values({told})"
    return f"""import gradstone as gs
from gradstone.data.preparation import Preparation
from gradstone.data.tables import read_table

run = gs.load({str(folder)!r})
preparation = Preparation.from_json(run.preparation)
inputs = preparation.apply(read_table({material.source!r}))
print({told}[:10])
"""


def _columns(material: Material) -> str:
    if material.height:
        return (
            "The table needs the columns `pixel_0_0` … `pixel_7_7` (row, column), from 0 (white)\n"
            "to 16 (ink)."
        )
    return (
        "The table needs the columns of the training table but the target, in any order; others\n"
        "are ignored."
    )
