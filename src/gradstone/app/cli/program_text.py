"""What `gradstone train --show-program` prints."""

from __future__ import annotations

from gradstone.app.cli.material import Material
from gradstone.errors import NoMachineCodeError
from gradstone.nn.module import Network
from gradstone.training.optimizers import Optimizer
from gradstone.training.train import train


def program_text(
    material: Material, network: Network, loss: str, rule: Optimizer, seed: int, dtype: str
) -> str:
    """The training step as Python; see `gradstone.training.listing`.

    Raises:
        NoMachineCodeError: what makes machine code cannot be loaded.
    """
    try:
        from gradstone.training.listing import listing
    except (ImportError, OSError) as error:
        came = f"what makes machine code cannot be loaded ({error})"
        raise NoMachineCodeError("--show-program", came, "llvmlite is wanted") from error
    rows = material.training
    run = train(
        network, rows.inputs, rows.targets, loss, rule, epochs=0, seed=seed, dtype=dtype
    )  # fmt: skip
    return listing(run, rows.inputs, rows.targets)
