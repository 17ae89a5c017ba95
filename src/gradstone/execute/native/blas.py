"""OpenBLAS's products called from generated code.

`register` makes `cblas_sgemm` and `cblas_dgemm` known to LLVM under their plain names. OpenBLAS
is set to one thread.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import llvmlite.binding as llvm

from gradstone.execute.native import ir
from gradstone.execute.native.frames import Site
from gradstone.execute.native.lanes import INT32, Lanes, Value
from gradstone.execute.native.loops import Count, count_value, loop
from gradstone.execute.native.memory import moved
from gradstone.execute.native.program import Multiply

ROW_MAJOR, PLAIN, TURNED = 101, 111, 112
NAMES = {"float32": "cblas_sgemm", "float64": "cblas_dgemm"}
PREFIX = "scipy_"


@cache
def library() -> ctypes.CDLL:
    """The OpenBLAS that pip installed, set to one thread."""
    import scipy_openblas32

    folder = Path(scipy_openblas32.get_lib_dir())
    names = ("libscipy_openblas", "scipy_openblas")
    found = next(
        one
        for one in sorted(folder.iterdir())
        if one.name.startswith(names) and one.suffix in (".so", ".dylib", ".dll")
    )
    loaded = ctypes.CDLL(str(found))
    loaded.scipy_openblas_set_num_threads(1)
    return loaded


def alone() -> None:
    """Back to one thread, where others (as threadpoolctl) have given OpenBLAS more."""
    if library.cache_info().currsize:
        library().scipy_openblas_set_num_threads(1)


def core_name() -> str:
    """Which of its kernels OpenBLAS has chosen."""
    function = library().scipy_openblas_get_corename
    function.restype = ctypes.c_char_p
    return str(function().decode())


@cache
def register() -> None:
    """Give LLVM the addresses that generated code refers to."""
    for name in NAMES.values():
        address = ctypes.cast(getattr(library(), PREFIX + name), ctypes.c_void_p).value
        llvm.add_symbol(name, address)


def emit_multiply(site: Site, one: Multiply) -> None:
    """The products of the stack, one call each."""
    b = site.builder
    views = (one.product.left, one.product.right, one.target)

    def stacked(axis: int, pointers: list[Value]) -> None:
        if axis == len(one.extents) - 2:
            _call(site, one, pointers)
            return

        def body(at: Count, _: list[Value]) -> list[Value]:
            pairs = zip(pointers, views, strict=True)
            stacked(axis + 1, [moved(b, p, at, view.strides[axis]) for p, view in pairs])
            return []

        loop(b, 0, site.count(one.extents[axis]), 1, body)

    stacked(0, [moved(b, site.pointers[id(view.buffer)], view.offset) for view in views])


def _call(site: Site, one: Multiply, pointers: list[Value]) -> None:
    """A call of the library; what the target holds counts only where there is a factor."""
    b, dtype = site.builder, one.product.dtype
    v = Lanes(b, site.host, dtype, 1)
    sizes: list[Count] = [site.count(c) for c in (*one.extents[-2:], one.product.inner)]
    factor, kept = v.real(1.0), v.real(0.0)
    if one.factor is not None:
        factor, kept = b.load(site.pointers[id(one.factor.buffer)]), v.real(1.0)
    counts = [b.trunc(count_value(size), INT32) for size in sizes]
    left, right = one.product.left.strides, one.product.right.strides
    steps = [(left[-3], left[-1]), (right[-1], right[-2]), one.target.strides[-2:]]
    (a, lda), (c, ldc), (_, ldt) = (_orientation(*pair) for pair in steps)
    turns = [ir.Constant(INT32, number) for number in (ROW_MAJOR, a, c)]
    leading = [ir.Constant(INT32, step) for step in (lda, ldc, ldt)]
    v.call(
        NAMES[dtype], ir.VoidType(), *turns, *counts, factor, pointers[0], leading[0],
        pointers[1], leading[1], kept, pointers[2], leading[2],
    )  # fmt: skip


def _orientation(down: int, across: int) -> tuple[int, int]:
    """Whether a matrix lies in row order or turned, and how far apart its rows then are."""
    return (PLAIN, down) if across == 1 else (TURNED, across)
