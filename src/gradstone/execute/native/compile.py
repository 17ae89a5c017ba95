"""From LLVM's text to callable machine code, by way of object bytes that can be kept.

A module is optimised and turned into object bytes by the target machine alone; the bytes are
then loaded by MCJIT, the same way whether they were made a moment ago or read from a file.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm

from gradstone.execute.native.blas import register
from gradstone.execute.native.host import Host, this_host


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds spent on reading the text, optimising and writing machine code."""

    parse: float
    optimise: float
    write: float


@dataclass(frozen=True, slots=True)
class Loaded:
    """Machine code in memory; functions live as long as this does."""

    engine: llvm.ExecutionEngine
    machine: llvm.TargetMachine

    def address(self, name: str) -> int:
        """Where the function begins."""
        found = int(self.engine.get_function_address(name))
        if not found:
            raise KeyError(name)
        return found


@cache
def _ready() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


def target_machine(host: Host) -> llvm.TargetMachine:
    """LLVM's model of the host, at the highest level of optimisation."""
    _ready()
    target = llvm.Target.from_triple(host.triple)
    return target.create_target_machine(
        cpu=host.processor, features=host.features, opt=3, reloc="pic", codemodel="small", jit=True
    )


def object_code(text: str, host: Host, level: int = 0) -> tuple[bytes, Timing]:
    """Optimised object bytes of a module given as LLVM text."""
    machine = target_machine(host)
    begin = time.perf_counter()
    module = llvm.parse_assembly(text)
    module.triple = host.triple
    module.data_layout = str(machine.target_data)
    parsed = time.perf_counter()
    optimise(module, machine, level)
    optimised = time.perf_counter()
    code = machine.emit_object(module)
    written = time.perf_counter()
    return code, Timing(parsed - begin, optimised - parsed, written - optimised)


def optimise(module: llvm.ModuleRef, machine: llvm.TargetMachine, level: int = 0) -> None:
    """Level 0: inline, simplify once. Levels 1–3: LLVM's standard pipelines with vectorisers.

    Kernels come as explicit vectors, tiled and unrolled, so level 0 yields the same speed for a
    fifth of the time; plain scalar loops need level 3.
    """
    tuning = llvm.create_pipeline_tuning_options(level)
    tuning.loop_vectorization = tuning.slp_vectorization = level > 1
    tuning.loop_interleaving = tuning.loop_unrolling = level > 1
    builder = llvm.create_pass_builder(machine, tuning)
    passes = builder.getModulePassManager() if level else _light()
    passes.run(module, builder)


def _light() -> llvm.ModulePassManager:
    passes = llvm.create_new_module_pass_manager()
    passes.add_always_inliner_pass()
    passes.add_sroa_pass()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_global_dead_code_eliminate_pass()
    return passes


def load(code: bytes, host: Host | None = None) -> Loaded:
    """Object bytes, ready to call."""
    if b"cblas_" in code:
        register()
    machine = target_machine(host or this_host())
    empty = llvm.parse_assembly("")
    engine = llvm.create_mcjit_compiler(empty, machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return Loaded(engine, machine)
