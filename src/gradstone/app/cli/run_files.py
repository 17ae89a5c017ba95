"""What a run leaves in its folder: the model, its history, the pictures, and what is what."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Sequence
from pathlib import Path

from gradstone import __version__
from gradstone.app.cli.material import Material
from gradstone.app.cli.results import Measured, verdict
from gradstone.app.cli.run_folder import Claim
from gradstone.app.cli.terminal import name
from gradstone.errors import FileError
from gradstone.language import Language
from gradstone.training.files import write_whole
from gradstone.training.run import Run

WHAT = {
    "model.safetensors": "the network, its weights, the optimizer's state and how the columns of "
    "a table become inputs",
    "history.json": "loss and metrics of each epoch",
    "loss.png": "the same as a picture",
    "confusion.png": "which class was taken for which, on the test rows",
    "regions.png": "which class the network takes each point of the plane for, and how surely",
    "fit.png": "the data with what the network said of it before training and says now",
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
    from gradstone.app.cli.run_pictures import pictures
    from gradstone.pictures.style import save

    run.save(claim.path)
    drawn = pictures(run, material, measured, language)
    for file, picture in drawn.items():
        save(picture, claim.path / file, language)
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


def _page(
    run: Run, material: Material, measured: Measured, folder: Path, files: Sequence[str],
    arguments: Sequence[str],
) -> str:  # fmt: skip
    rows = len(material.training)
    listed = "\n".join(f"* `{file}`: {WHAT[file]}" for file in files)
    last = "\n".join(f"* {name(key)}: {values[-1]:.6g}" for key, values in run.history.items())
    return f"""# A run of Gradstone {__version__}

    {shlex.join(["gradstone", *arguments])}

{_titled(material)}: {run.network.describe()}, trained on {rows} rows{_watched(run)}
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


def _titled(material: Material) -> str:
    drawn = material.drawn
    if drawn is None:
        return material.title
    return f"{drawn.name} ({drawn.size} points, noise {drawn.noise:g}, seed {drawn.seed})"


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
    if material.height:
        return f"""import gradstone as gs
from gradstone.data.sets import handwritten_digits

run = gs.load({str(folder)!r})
training, test = handwritten_digits().split(0.2, 0)  # as in the run
print(run.evaluate(test.inputs, test.targets))
print(run.predict(test.inputs[:10]), test.targets[:10])
"""
    told = "run.predict(inputs)"
    told = told if material.classes else f"preparation.values({told})"
    drawn = material.drawn
    module, name = ("drawn", "Draw") if drawn else ("tables", "read_table")
    table = f"{drawn!r}.table()" if drawn else f"read_table({material.source!r})"
    return f"""import gradstone as gs
from gradstone.data.{module} import {name}
from gradstone.data.preparation import Preparation

run = gs.load({str(folder)!r})
preparation = Preparation.from_json(run.preparation)
inputs = preparation.apply({table})
print({told}[:10])
"""


def _columns(material: Material) -> str:
    if material.height:
        return (
            "The table needs the columns `pixel_0_0` … `pixel_7_7` (row, column), from 0 (white)\n"
            "to 16 (ink)."
        )
    if material.drawn is not None:
        names = [f"`{name}`" for name in material.preparation.features]
        columns = "the column" if len(names) == 1 else "the columns"
        return f"The table needs {columns} {' and '.join(names)}; others are ignored."
    return (
        "The table needs the columns of the training table but the target, in any order; others\n"
        "are ignored."
    )
