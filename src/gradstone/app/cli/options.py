"""Options that several commands take, each declared once; its default stands at the command.

Those whose help lists names from tables stand in `named_options`, which takes longer to load.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

# What a command tells ---------------------------------------------------------------------------
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="NAME", help="en or zh; else the locale's.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but the folder.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there already.")]
ForceFolder = Annotated[
    bool, typer.Option("--force", help="Overwrite what --out holds from before.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Trainings at a time; else all cores.")
]


def picture_file(default: str) -> Any:
    """The option --out of a command that draws a picture, as Annotated[Path | None, …].

    Args:
        default: the file's name without it.
    """
    told = f"A .png, .svg, .pdf or .html file; without it {default}."
    return typer.Option("--out", metavar="FILE", help=told)


# A run that was trained -------------------------------------------------------------------------
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]
RunTable = Annotated[
    Path | None,
    typer.Option(
        "--table", metavar="TABLE",
        help="The table that a run was trained on; not for built-in sets.",
    ),
]  # fmt: skip

# What is trained on -----------------------------------------------------------------------------
Table = Annotated[
    Path | None,
    typer.Argument(metavar="[TABLE]", help="A CSV file with a header; none: the digits."),
]
PlaneTable = Annotated[
    Path | None,
    typer.Argument(
        metavar="[TABLE]",
        help="A CSV file with two columns of numbers, and one of classes; none: a built-in set.",
    ),
]  # fmt: skip
Target = Annotated[
    str | None,
    typer.Option("--target", metavar="COLUMN", help="The column of TABLE to predict."),
]
Test = Annotated[
    Path | None,
    typer.Option("--test", metavar="TABLE", help="Rows to test on; without it a fifth of TABLE."),
]
Task = Annotated[
    str | None,
    typer.Option(
        "--task", metavar="TASK",
        help="classification or regression; without it, text or at most 20 different whole "
        "numbers are classes.",
    ),
]  # fmt: skip
Size = Annotated[
    int | None,
    typer.Option("--size", metavar="N", help="Points of the built-in set; without it 200."),
]
Noise = Annotated[
    float | None,
    typer.Option(
        "--noise", metavar="SIGMA", help="Standard deviation of its noise; else the set's own."
    ),
]
DataSeed = Annotated[
    int | None,
    typer.Option("--data-seed", metavar="N", help="Of its points; without it 0."),
]

# How ------------------------------------------------------------------------------------------
Hidden = Annotated[
    str,
    typer.Option("--hidden", metavar="64,32", help="Neurons of each hidden layer, or none."),
]
LearningRate = Annotated[
    float | None,
    typer.Option(
        "--learning-rate", metavar="RATE",
        help="Without it 0.003 for adam and adamw, else the optimizer's own.",
    ),
]  # fmt: skip
BatchSize = Annotated[
    int, typer.Option("--batch-size", min=1, metavar="N", help="Rows in a batch.")
]
