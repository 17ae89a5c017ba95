"""What a run leaves in its folder: the model, its history, the pictures, and what is what."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Sequence
from pathlib import Path

from gradstone.app.cli.material import Material
from gradstone.app.cli.results import Measured
from gradstone.app.cli.run_folder import Claim
from gradstone.errors import FileError
from gradstone.language import Language
from gradstone.training.files import write_whole
from gradstone.training.run import Run


def write_files(
    run: Run, material: Material, measured: Measured, claim: Claim, arguments: Sequence[str],
    language: Language,
) -> list[str]:  # fmt: skip
    """Write all files of a run, each whole or not at all; their names.

    Args:
        language: of the pages and the pictures.

    Raises:
        FileError: the folder cannot be written any more.
    """
    from gradstone.app.cli.run_page import page
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
    told = page(run, material, measured, claim.path, files, arguments, language)
    try:
        write_whole(claim.path / "README.md", told.encode())
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
