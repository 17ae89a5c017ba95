"""A graph over samples as a program for so many of them, each of its buffers in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradstone.execute.native.blocks import WEIGHT_BYTES, in_blocks, max_rows, weight_bytes
from gradstone.execute.native.cache import described
from gradstone.execute.native.halves import worth_halves
from gradstone.execute.native.host import Host
from gradstone.execute.native.layout import lay_out
from gradstone.execute.native.pairs import helps
from gradstone.execute.native.prepare import prepared
from gradstone.execute.native.program import Block, Program
from gradstone.execute.native.schedule import schedule
from gradstone.graph.walk import Graph


@dataclass(frozen=True, slots=True)
class Arranged:
    """A program ready to be emitted.

    Attributes:
        rows: how many samples it is made for, or at most.
        size: bytes of the arena it works in.
        second: where there the second half of a batch has its buffers, see `emit.emit_step`;
            None: there is no work for two threads.
    """

    program: Program
    rows: int
    size: int
    second: int | None

    def described(self) -> str:
        """All that its code depends on, as text."""
        return f"{self.rows} {self.size} {self.second}\n{described(self.program)}"


def arranged(graph: Graph, carried: Mapping[int, int], rows: int, host: Host) -> Arranged:
    """The program of a graph of `ROWS` samples, for batches of at most so many.

    Args:
        carried: numbers of outputs, and of the inputs whose values they replace.
    """
    plain = in_blocks(schedule(graph, carried, blocks=True), rows) or schedule(graph, carried)
    program = prepared(plain, host, rows)
    size = lay_out(program, max_rows(program, rows))
    halves = any(isinstance(one, Block) and worth_halves(one, rows) for one in program.steps)
    second = size if halves or helps(program.steps, rows) else None
    return Arranged(program, rows, 2 * size if halves else size, second)


def arranged_forward(graph: Graph, rows: int, host: Host) -> Arranged:
    """The program of a graph that changes nothing it is given, for any number up to `rows`.

    What goes forward alone needs no blocks; two threads are for weights that leave the cache.
    """
    program = prepared(schedule(graph), host, rows)
    size = lay_out(program, rows)
    large = weight_bytes(program) > WEIGHT_BYTES and helps(program.steps, rows)
    return Arranged(program, rows, size, size if large else None)
