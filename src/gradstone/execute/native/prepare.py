"""Program to program: each nest in the form for which there are good kernels."""

from __future__ import annotations

from gradstone.execute.native.host import Host
from gradstone.execute.native.program import Program


def prepared(program: Program, host: Host, rows: int) -> Program:
    """The program with kernels chosen, for about so many rows."""
    return program
