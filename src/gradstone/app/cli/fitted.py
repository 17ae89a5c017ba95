"""The training that a command line asks for, done."""

from __future__ import annotations

import warnings

from gradstone.app.cli.material import Material
from gradstone.app.cli.request import Request, epochs_of, optimizer_of, share_of
from gradstone.app.cli.terminal import Display
from gradstone.nn.module import Network
from gradstone.training.run import Run
from gradstone.training.targets import Labels
from gradstone.training.train import train


def fitted(
    material: Material, request: Request, network: Network, loss: str, shown: Display | None = None
) -> Run:
    """A network trained on the material, which knows how to prepare rows and name classes.

    Args:
        shown: where training is followed, closed at the end; None: nowhere.

    Raises:
        UnknownNameError, RangeError, DataError: what was asked for cannot be.
    """
    rows, shown = material.training, shown or Display()
    rule, share = optimizer_of(request), share_of(request, rows)
    learned = int(len(rows) * (1 - (share or 0)))
    epochs = epochs_of(request, learned, material.drawn is not None)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="training stopped at step")  # told elsewhere
            run = train(
                network, rows.inputs, rows.targets, loss, rule, epochs, request.batch_size,
                request.seed, validation=share, dtype=request.dtype, threads=request.threads,
                executor=request.executor, progress=shown,
                early_stopping=request.early_stopping,
            )  # fmt: skip
    finally:
        shown.close()
    run.preparation = material.kept
    if material.source is not None and material.classes:
        run.labels = Labels(material.classes, flat=True)
    return run
