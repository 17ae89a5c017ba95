"""The machine the code is made for: its vector width and its registers, asked of LLVM."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm

BYTES = {"float32": 4, "float64": 8}


@dataclass(frozen=True, slots=True)
class Host:
    """What code generation needs to know of a processor.

    `vector_bytes` is the widest vector, `registers` how many of them there are, `scale_exponent`
    whether one instruction multiplies by a power of two.
    """

    triple: str
    processor: str
    features: str
    vector_bytes: int
    registers: int
    fused: bool
    scale_exponent: bool

    def lanes(self, dtype: str) -> int:
        """How many numbers of the dtype one vector holds."""
        return self.vector_bytes // BYTES[dtype]


@cache
def this_host() -> Host:
    """The processor this process runs on."""
    has = dict(llvm.get_host_cpu_features())
    wide = bool(has.get("avx512f")) and bool(has.get("avx512vl")) and bool(has.get("avx512dq"))
    features = llvm.get_host_cpu_features().flatten()
    if wide:
        # Some processors' defaults split 512-bit vectors into halves unless told otherwise.
        features += ",-prefer-256-bit"
    return Host(
        triple=llvm.get_process_triple(),
        processor=llvm.get_host_cpu_name(),
        features=features,
        vector_bytes=64 if wide else 32 if has.get("avx2") else 16,
        registers=32 if wide or has.get("neon") else 16,
        fused=bool(has.get("fma") or has.get("neon")),
        scale_exponent=wide,
    )
