"""Options that several commands take and whose help lists names from tables."""

from __future__ import annotations

from typing import Annotated

import typer

from gradstone.app.cli.material import SETS
from gradstone.app.cli.request import listed
from gradstone.graph.op import tagged
from gradstone.nn.layers import activations
from gradstone.training.optimizers import OPTIMIZERS

Dataset = Annotated[
    str | None,
    typer.Option(
        "--dataset", metavar="NAME", help=f"A built-in set instead: {', '.join(SETS)}."
    ),
]  # fmt: skip
Activation = Annotated[
    str, typer.Option("--activation", metavar="NAME", help=f"One of {listed(activations())}.")
]
OptimizerName = Annotated[
    str, typer.Option("--optimizer", metavar="NAME", help=f"One of {listed(OPTIMIZERS)}.")
]
Loss = Annotated[
    str | None,
    typer.Option(
        "--loss", metavar="NAME",
        help=f"One of {listed(tagged('loss'))}. Without it cross_entropy for classes, else mse.",
    ),
]  # fmt: skip
