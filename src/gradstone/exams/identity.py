"""The exam id: all that an exam is made of in a code of capital letters and digits.

"GS1-", then base32 of: four bytes of SHA-256 of what follows, and the compressed JSON. Nothing in
it is executed; reading it is bounded in size and depth.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b32decode, b32encode
from dataclasses import replace
from hashlib import sha256
from typing import Any

from gradstone.errors import DataError, GradstoneError
from gradstone.exams.paper import (
    Paper,
    network_from_plain,
    network_to_plain,
    numbers_from_plain,
    numbers_to_plain,
    optimizer_from_plain,
    optimizer_to_plain,
    words_of,
)
from gradstone.graph.op import tagged

PREFIX = "GS1"
LONGEST, MOST_BYTES = 8000, 60_000
GROUP = 8
FORM = re.compile(r"GS1[-A-Z2-7\s]{20,}", re.IGNORECASE)
DICTIONARY = (
    b'"leaky_relu","silu","gelu","elu","identity","mae","mse","sse","adamw","rmsprop","adagrad",'
    b'"nesterov","momentum","adam","weight_decay":"all","nets","parts","slopes","upstream",'
    b'"after","update","b3":[0.55,0.66,"W3":[[0.05,"b1":[-0.9,-0.8],"W2":[[0.5,0.7],[0.6,0.8]],'
    b'"b2":[0.1,"W1":[[-0.2,-0.4],[0.3,"x":[[0.1,0.2]],"t":[[0.01,0.99]],"n":[[2,3],"relu",[2,2],'
    b'"tanh","softmax",[3,2],"sigmoid",[2,1],"l":"binary_cross_entropy","l":"half_sse","o":["sgd",'
    b'0.5],"a":["hidden","outputs","loss","deltas","gradient","updates"],"w":[],"d":5,"m":1,"s":0'
    b',"v":1,"r":0}'
)
"""What codes have in common, so that they need not say it; part of the format, never changed."""
KEYS = {"n", "l", "o", "a", "w", "d", "m", "s", "v", "r"}


def to_id(paper: Paper) -> str:
    """The code of an exam, in groups of eight."""
    plain: dict[str, Any] = {
        "n": network_to_plain(paper.network), "l": paper.loss,
        "o": optimizer_to_plain(paper.optimizer), "a": list(paper.ask), "w": list(paper.show),
        "d": paper.digits, "m": paper.samples, "s": paper.seed, "v": paper.variant,
        "r": paper.attempt,
    }  # fmt: skip
    if paper.numbers is not None:
        plain["x"] = numbers_to_plain(paper.numbers)
    text = json.dumps(plain, separators=(",", ":"), allow_nan=False).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=DICTIONARY)
    packed = packer.compress(text) + packer.flush()
    code = b32encode(sha256(packed).digest()[:4] + packed).decode().rstrip("=")
    groups = [code[place : place + GROUP] for place in range(0, len(code), GROUP)]
    return "-".join([PREFIX, *groups])


def _bad(came: str, wanted: str) -> DataError:
    return DataError("exam id", came, wanted)


def from_id(code: str) -> Paper:
    """What an exam is made of, from its code; spaces, hyphens and case do not count.

    Raises:
        DataError: no code, a mistyped one, or one whose content is no exam.
    """
    letters = re.sub(r"[\s-]", "", code[: 2 * LONGEST]).upper()
    if not letters.startswith(PREFIX) or len(letters) > LONGEST:
        raise _bad(f"{code[:20]!r} came", f"a code that starts with {PREFIX}- is wanted")
    body = letters.removeprefix(PREFIX).translate(str.maketrans("018", "OIB"))
    try:
        raw = b32decode(body + "=" * (-len(body) % 8))
    except ValueError as error:
        raise _bad("signs that no code has", "A to Z and 2 to 7 are wanted") from error
    packed = raw[4:]
    if sha256(packed).digest()[:4] != raw[:4]:
        wanted = "the code as it stands on the worksheet is wanted"
        raise DataError("exam id", "its checksum is wrong", wanted, "Is a letter mistyped?")
    return _paper(_unpacked(packed))


def _unpacked(packed: bytes) -> dict[str, Any]:
    try:
        opener = zlib.decompressobj(-15, zdict=DICTIONARY)
        text = opener.decompress(packed, MOST_BYTES)
        if not opener.eof or opener.unused_data:
            raise _bad("too much came", "an exam is wanted")
        plain = json.loads(text)
    except (zlib.error, ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        raise _bad("it cannot be unpacked", "a code of Gradstone is wanted") from error
    if not isinstance(plain, dict) or not plain.keys() >= KEYS or plain.keys() - KEYS - {"x"}:
        raise _bad("something else came", "an exam of this version is wanted")
    return plain


def _paper(plain: dict[str, Any]) -> Paper:
    network, loss = network_from_plain(plain["n"]), plain["l"]
    if not isinstance(loss, str) or loss not in tagged("loss"):
        raise _bad(f"the loss {str(loss)[:40]!r} came", "a loss is wanted")
    for name in "dmsvr":
        if not isinstance(plain[name], int) or isinstance(plain[name], bool):
            raise _bad(f"{str(plain[name])[:40]!r} came", "a whole number is wanted")
    try:
        paper = Paper(
            network, loss, optimizer_from_plain(plain["o"]), words_of(plain["a"], "ask"),
            words_of(plain["w"], "show"), plain["m"], plain["d"], plain["s"], plain["v"],
            plain["r"],
        )  # fmt: skip
    except GradstoneError as error:
        raise _bad("another exam came", str(error)) from error
    if "x" not in plain:
        return paper
    return _with_numbers(paper, plain["x"])


def _with_numbers(paper: Paper, plain: Any) -> Paper:
    numbers = numbers_from_plain(plain, paper.network, paper.samples, paper.loss)
    return replace(paper, numbers=numbers)
