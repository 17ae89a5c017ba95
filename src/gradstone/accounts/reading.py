"""What an account's JSON must look like, told of a file that is not trusted.

Only what a verification needs is taken out of it; the words are checked for their kind alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, nan
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from gradstone.errors import DataError, FileError

T = TypeVar("T")
MOST_BYTES = 64 * 2**20
MOST_ITEMS = 500_000
LONGEST = 2000
WORDS = {"nan": nan, "inf": inf, "-inf": -inf}
PRINTED = re.compile(r"-?\d{1,40}(\.\d{1,60})?(e-?\d{1,4})?|-?inf|nan")
ENTRY = ("address", "symbol", "value", "printed", "given", "digits", "line")
LINE = ("id", "quantity", "rule", "operands", "value", "latex", "check", "reason", "sample")
DOCUMENT = (
    "format", "version", "language", "kind", "title", "digits", "settings", "given", "carried",
    "entries", "lines", "sections", "drawing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """A number of the file."""

    address: str
    value: float
    printed: str
    given: bool
    digits: int
    line: str


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of the file; its rule is not looked at yet."""

    id: str
    quantity: str
    rule: Any
    operands: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True)
class ReadAccount:
    """What a file says. mentions: addresses and printed numbers in its sections; lines told."""

    digits: int
    given: tuple[str, ...]
    entries: tuple[ReadEntry, ...]
    lines: tuple[ReadLine, ...]
    mentions: tuple[tuple[str, str], ...]
    told: tuple[str, ...]


def read_account(source: str | PathLike[str]) -> ReadAccount:
    """The account in a JSON text, or in the file of a path.

    Raises:
        FileError: no such file, too large, or no UTF-8. DataError: no JSON, or of another shape.
    """
    plain = _loaded(_text(source))
    document = _object(plain, "account", DOCUMENT)
    _is(
        document["format"] == "gradstone account", "format", document["format"], "gradstone account"
    )
    _is(document["version"] == 1, "version", document["version"], "1")
    digits = _whole(document["digits"], "digits", 1, 17)
    entries = _list(document["entries"], "entries", _entry)
    lines = _list(document["lines"], "lines", _line)
    given = _list(document["given"], "given", _text_of)
    _list(document["sections"], "sections", lambda one, place: _mapping(one, place))
    for name in ("settings", "carried"):
        _mapping(document[name], name)
    for name in ("language", "kind", "title"):
        _text_of(document[name], name)
    mentions, told = _mentions(document["sections"])
    return ReadAccount(digits, given, entries, lines, mentions, told)


def _text(source: str | PathLike[str]) -> str:
    if isinstance(source, str) and source.lstrip()[:1] in ("{", "["):
        _is(len(source) <= MOST_BYTES, "account", f"{len(source)} characters", "fewer")
        return source
    path = Path(source)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            wanted = f"at most {MOST_BYTES} are wanted"
            raise FileError(str(path), f"{size} bytes came", wanted)
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        if isinstance(error, FileError):
            raise
        came = "no such file" if isinstance(error, FileNotFoundError) else str(error)
        raise FileError(str(path)[:LONGEST], came, "an account as JSON is wanted") from error


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise DataError("account", "lists nested too deep", "an account is wanted") from None
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError("account", f"no JSON ({error})", "an account as JSON is wanted") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError("account", f"{twice[:40]!r} came twice in one object", "it is wanted once")
    return found


# Kinds --------------------------------------------------------------------------------------------
def _is(right: bool, place: str, came: Any, wanted: str) -> None:
    if not right:
        raise DataError(f"account, {place}", f"{str(came)[:60]!r} came", f"{wanted} is wanted")


def _mapping(one: Any, place: str) -> Mapping[str, Any]:
    _is(isinstance(one, dict), place, one, "an object")
    found: Mapping[str, Any] = one
    return found


def _object(one: Any, place: str, names: tuple[str, ...]) -> Mapping[str, Any]:
    found = _mapping(one, place)
    missing = [name for name in names if name not in found]
    _is(not missing, place, f"an object without {', '.join(missing)}", "a complete one")
    extra = [name for name in found if name not in names]
    _is(not extra, place, ", ".join(extra[:3]), "no such key")
    return found


def _list(one: Any, place: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
    _is(isinstance(one, list), place, one, "a list")
    _is(len(one) <= MOST_ITEMS, place, f"{len(one)} items", f"at most {MOST_ITEMS}")
    return tuple(read(each, f"{place}[{number}]") for number, each in enumerate(one))


def _text_of(one: Any, place: str) -> str:
    _is(isinstance(one, str) and len(one) <= LONGEST, place, one, "a text that is not too long")
    return str(one)


def _flag(one: Any, place: str) -> bool:
    _is(isinstance(one, bool), place, one, "true or false")
    return bool(one)


def _whole(one: Any, place: str, low: int, high: int) -> int:
    fits = isinstance(one, int) and not isinstance(one, bool) and low <= one <= high
    _is(fits, place, one, f"a whole number from {low} to {high}")
    return int(one)


def _number(one: Any, place: str) -> float:
    if isinstance(one, str) and one in WORDS:
        return WORDS[one]
    _is(isinstance(one, int | float) and not isinstance(one, bool), place, one, "a number")
    try:
        return float(one)
    except OverflowError:
        return inf


def _entry(one: Any, place: str) -> ReadEntry:
    found = _object(one, place, ENTRY)
    for name in ("latex", "name"):
        _text_of(_object(found["symbol"], f"{place}.symbol", ("latex", "name"))[name], place)
    printed = _text_of(found["printed"], f"{place}.printed")
    _is(PRINTED.fullmatch(printed) is not None, f"{place}.printed", printed, "a number's digits")
    return ReadEntry(
        _text_of(found["address"], f"{place}.address"),
        _number(found["value"], f"{place}.value"),
        printed,
        _flag(found["given"], f"{place}.given"),
        _whole(found["digits"], f"{place}.digits", 1, 17),
        _text_of(found["line"], f"{place}.line"),
    )


def _line(one: Any, place: str) -> ReadLine:
    found = _object(one, place, LINE)
    latex = _object(
        found["latex"], f"{place}.latex",
        ("left", "symbols", "numbers", "products", "equals", "result"),
    )  # fmt: skip
    _is(all(isinstance(each, str) for each in latex.values()), place, latex, "LaTeX")
    if found["check"] is not None:
        check = _object(found["check"], f"{place}.check", ("numeric", "difference", "verdict"))
        _text_of(check["verdict"], f"{place}.check")
        for name in ("numeric", "difference"):
            _number(check[name], f"{place}.check.{name}")
    if found["reason"] is not None:
        _is(isinstance(found["reason"], str), f"{place}.reason", found["reason"], "a text")
    if found["sample"] is not None:
        _whole(found["sample"], f"{place}.sample", 0, 10**9)
    return ReadLine(
        _text_of(found["id"], f"{place}.id"),
        _text_of(found["quantity"], f"{place}.quantity"),
        found["rule"],
        _list(found["operands"], f"{place}.operands", _text_of),
        _number(found["value"], f"{place}.value"),
    )


def _mentions(sections: Any) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Numbers and lines that the document speaks of, wherever they stand in it."""
    found, told, stack = list[tuple[str, str]](), list[str](), [sections]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            address, printed = one.get("address"), one.get("printed")
            if isinstance(address, str) and isinstance(printed, str):
                found.append((address, printed))
            lines = one.get("lines")
            if isinstance(lines, list):
                told += [str(each) for each in lines]
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
    return tuple(found), tuple(told)
