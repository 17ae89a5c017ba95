"""Networks that worksheets are made of, by name or by their sizes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradstone.errors import RangeError, unknown
from gradstone.exams.exam import Exam, make_exam
from gradstone.nn.module import MLP
from gradstone.training.optimizers import sgd

SIZES = re.compile(r"\d{1,3}(-\d{1,3}){1,19}")


def n1(**options: Any) -> Exam:
    """2-2-2, sigmoid in both layers, one sample, half_sse, rate 0.5: the textbook's example."""
    given = {
        "W1": [[0.1, 0.3], [0.2, 0.4]], "b1": [0.55, 0.55],
        "W2": [[0.5, 0.7], [0.6, 0.8]], "b2": [0.66, 0.66],
    }  # fmt: skip
    x, t = np.array([[0.1, 0.2]]), np.array([[0.01, 0.99]])
    chosen = {"loss": "half_sse", "optimizer": sgd(0.5), **options}
    return make_exam(MLP([2, 2, 2], "sigmoid", "sigmoid"), x, t, parameters=given, **chosen)


def n5(**options: Any) -> Exam:
    """3-2-3, tanh, softmax cross entropy, two samples, negative weights, rate 0.1."""
    given = {
        "W1": [[0.2, -0.4], [-0.3, 0.1], [0.5, 0.6]], "b1": [0.1, -0.2],
        "W2": [[0.3, -0.5, 0.8], [-0.6, 0.4, 0.2]], "b2": [0.05, -0.1, 0.0],
    }  # fmt: skip
    x, t = np.array([[0.5, -1.0, 2.0], [1.0, 0.3, -0.7]]), np.array([2, 0])
    chosen = {"loss": "cross_entropy", "optimizer": sgd(0.1), **options}
    return make_exam(MLP([3, 2, 3], "tanh", "softmax"), x, t, parameters=given, **chosen)


EXAMPLES: dict[str, Callable[..., Exam]] = {"n1": n1, "n5": n5}


def exam_named(name: str, **options: Any) -> Exam:
    """The worksheet of an example, or of sizes with activations.

    Args:
        name: "n1", "n5", or as "3-4-2 tanh softmax": the activation of hidden layers, then that
            of the output; without them sigmoid in both.
        options: of `make_exam`.

    Raises:
        UnknownNameError: no such example. RangeError: too many words.
    """
    if name in EXAMPLES:
        return EXAMPLES[name](**options)
    words = name.split()
    if not words or not SIZES.fullmatch(words[0]):
        raise unknown("example of a worksheet", name, [*EXAMPLES, "2-3-1 tanh sigmoid"])
    if len(words) > 3:
        wanted = "sizes and at most two activations are wanted, as 3-4-2 tanh softmax"
        raise RangeError("exam", f"{name!r} came", wanted)
    hidden, output = _activations(words[1:])
    sizes = [int(one) for one in words[0].split("-")]
    return make_exam(MLP(sizes, hidden, output), **options)


def _activations(words: Sequence[str]) -> tuple[str, str | None]:
    hidden = words[0] if words else "sigmoid"
    output = words[1] if len(words) > 1 else "sigmoid" if not words else None
    return hidden, None if output == "none" else output
