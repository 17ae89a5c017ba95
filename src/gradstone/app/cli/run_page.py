"""README.md of a run: what it is, what its files are, and how to go on."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from gradstone import __version__
from gradstone.app.cli.material import Material
from gradstone.app.cli.results import Measured, ended, verdict
from gradstone.app.cli.run_pictures import called
from gradstone.app.cli.terminal import name
from gradstone.app.cli.words import said
from gradstone.language import Language
from gradstone.training.run import Run


def page(
    run: Run, material: Material, measured: Measured, folder: Path, files: Sequence[str],
    arguments: Sequence[str], language: Language,
) -> str:  # fmt: skip
    """The page, as Markdown.

    Args:
        files: their names, in the order they are listed. arguments: of the command line.
    """
    listed = [
        said("page_file", language, file=file, what=said(f"what_{file}", language))
        for file in files
    ]  # fmt: skip
    last = [
        said("page_last", language, name=name(key, language), value=f"{values[-1]:.6g}")
        for key, values in run.history.items()
    ]  # fmt: skip
    return said(
        "page", language, version=__version__, command=shlex.join(["gradstone", *arguments]),
        title=_titled(material, language), network=run.network.describe(),
        rows=len(material.training), watched=_watched(run, language),
        loss=run.plan.objective.loss, optimizer=run.plan.optimizer.name, seed=run.plan.seed,
        message=ended(run, language), verdict=verdict(material, measured, language),
        files="\n".join(listed), last="\n".join(last) or said("page_no_epoch", language),
        units=_units(material, language), example=_example(material, folder),
        predict=shlex.join(["gradstone", "predict", str(folder)]),
        columns=_columns(material, language),
    )  # fmt: skip


def _titled(material: Material, language: Language) -> str:
    title, drawn = called(material, language), material.drawn
    if drawn is None:
        return title
    return said(
        "page_drawn", language, name=title, size=drawn.size, noise=f"{drawn.noise:g}",
        seed=drawn.seed,
    )  # fmt: skip


def _watched(run: Run, language: Language) -> str:
    share = run.validation
    return said("page_watched", language, share=f"{share * 100:g}") if share else ""


def _units(material: Material, language: Language) -> str:
    if material.classes:
        return ""
    preparation = material.preparation
    sign = "+" if preparation.target_mean < 0 else "−"
    mean, scale = f"{sign} {abs(preparation.target_mean):.6g}", f"{preparation.target_scale:.6g}"
    return said("page_units", language, target=preparation.target, mean=mean, scale=scale)


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
    module, imported = ("drawn", "Draw") if drawn else ("tables", "read_table")
    table = f"{drawn!r}.table()" if drawn else f"read_table({material.source!r})"
    return f"""import gradstone as gs
from gradstone.data.{module} import {imported}
from gradstone.data.preparation import Preparation

run = gs.load({str(folder)!r})
preparation = Preparation.from_json(run.preparation)
inputs = preparation.apply({table})
print({told}[:10])
"""


def _columns(material: Material, language: Language) -> str:
    if material.height:
        return said("page_pixels", language)
    if material.drawn is None:
        return said("page_others", language)
    names = [f"`{name}`" for name in material.preparation.features]
    key = "page_column" if len(names) == 1 else "page_columns"
    return said(key, language, names=said("page_and", language).join(names))
