"""Machine code kept on disk between runs, in the user's cache folder.

An entry is a file named by the SHA-256 of everything the code depends on: what it computes, the
processor, and the versions of what made it. Its bytes carry their own SHA-256 in front; an entry
that does not match is made anew, never run. Writing is atomic, so any number of processes may
share the folder; where it cannot be written, code is made each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gradstone.execute.native.compile import object_code
from gradstone.execute.native.host import Host
from gradstone.execute.native.program import Buffer, Program

FORMAT = "1"
LIMIT = 256 * 2**20
"""Bytes of entries kept; beyond, those used longest ago go first."""
DIGEST = 32


def folder() -> Path | None:
    """Where entries are kept: GRADSTONE_CACHE, or the user's cache folder; None: nowhere.

    GRADSTONE_CACHE=off keeps nothing.
    """
    own = os.environ.get("GRADSTONE_CACHE")
    if own is not None:
        return None if own in ("", "0", "off") else Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "gradstone"
    except RuntimeError:  # no home
        return None


def kept_code(parts: Iterable[str], text: Callable[[], str], host: Host) -> bytes:
    """Object bytes for what the parts describe: from the cache, or of the LLVM text, kept.

    Args:
        parts: all that the text depends on, but for the host and versions.
        text: makes the LLVM module's text; called only where there is no good entry.
    """
    place = folder()
    if place is None:
        return object_code(text(), host)[0]
    path = place / f"{key(parts, host)}.o"
    code = read(path)
    if code is None:
        code = object_code(text(), host)[0]
        with contextlib.suppress(OSError):
            write(path, code)
    return code


def key(parts: Iterable[str], host: Host) -> str:
    """The entry's name, in hexadecimal digits."""
    digest = hashlib.sha256()
    for part in (FORMAT, host.triple, host.processor, host.features, *_makers(), *parts):
        digest.update(f"{len(part)}:{part}\n".encode())
    return digest.hexdigest()


@cache
def _makers() -> tuple[str, ...]:
    """Versions of the makers of the code, and when their files last changed."""
    versions = []
    for package in ("gradstone", "llvmlite"):
        try:
            versions.append(version(package))
        except PackageNotFoundError:
            versions.append("unknown")
    files = sorted(Path(__file__).parent.glob("*.py"))
    changes = [f"{one.name} {one.stat().st_size} {one.stat().st_mtime_ns}" for one in files]
    return (*versions, *changes)


def read(path: Path) -> bytes | None:
    """The object bytes of an entry; None where there is none, or a damaged one."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    code = opened(kept)
    if code is not None:
        with contextlib.suppress(OSError):
            os.utime(path)
    return code


def write(path: Path, code: bytes) -> None:
    """Keep object bytes under a name: whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sealed(code))
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    trim(path.parent, LIMIT)


def trim(place: Path, limit: int) -> None:
    """Remove the entries used longest ago until the others fit into the limit."""
    entries = []
    for path in place.glob("*.o"):
        with contextlib.suppress(OSError):
            entries.append((path.stat().st_mtime_ns, path.stat().st_size, path))
    total = sum(size for _, size, _ in entries)
    for _, size, path in sorted(entries, key=lambda one: one[0]):
        if total <= limit:
            return
        with contextlib.suppress(OSError):
            path.unlink()
        total -= size


def sealed(code: bytes) -> bytes:
    """The bytes with their SHA-256 before them."""
    return hashlib.sha256(code).digest() + code


def opened(kept: bytes) -> bytes | None:
    """The bytes out of `sealed`, or None where they were damaged."""
    digest, code = kept[:DIGEST], kept[DIGEST:]
    return code if hashlib.sha256(code).digest() == digest else None


def described(program: Program) -> str:
    """All of a program that its code depends on, as text; equal for equal programs."""
    numbers: dict[int, int] = {}
    every = [*program.inputs, *(one for one, _ in program.captured), *program.buffers]
    lines = []
    for buffer in every:
        if id(buffer) not in numbers:
            numbers[id(buffer)] = len(numbers)
            lines.append(f"{buffer.shape} {buffer.dtype} {buffer.given} {buffer.offset}")
    order = [numbers[id(one)] for one in (*program.inputs, *(one for one, _ in program.captured))]
    lines.append(str(order))
    lines += [_text(one, numbers) for one in program.steps]
    lines += [_text(one, numbers) for one in (*program.outputs, program.outside)]
    return "\n".join(lines)


def _text(one: Any, numbers: dict[int, int]) -> str:
    if isinstance(one, Buffer):
        return f"buffer {numbers[id(one)]}"
    if is_dataclass(one):
        inside = " ".join(_text(getattr(one, part.name), numbers) for part in fields(one))
        return f"{type(one).__name__}({inside})"
    if isinstance(one, list):
        return "\n  ".join(_text(each, numbers) for each in one)
    return repr(one)
