"""What people call the numbers of a step, read as the names of `quantities`.

Known are this project's own names, those of textbooks (w5, net_h1, delta_o1, dE_dw5), the usual
ones of programs (z1, a1, dZ2, grad_W1, y_hat, logits), and those of PyTorch, Keras and Flax
("0.weight", "fc1.bias.grad", "Dense_0.kernel").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradstone.checking.steps.quantities import Vocabulary, kind_of

Place = tuple[int, ...] | None
Reading = tuple[str, Place]

SIGNS = {
    "δ": " delta ", "∂": "d", "∇": "grad ", "η": " rate ", "ŷ": " yhat ", "σ'": " slope ",
    "′": " new ", "'": " new ", "+": " new ", "⁺": " new ", "*": " ",
} | {chr(ord("₀") + digit): str(digit) for digit in range(10)}  # fmt: skip
FLAGS = {
    "grad": {"grad", "grads", "gradient", "gradients", "nabla", "dl", "de", "dj", "dc", "dloss"},
    "new": {"new", "updated", "after", "next"},
    "old": {"old", "previous", "prev", "before"},
    "history": {"history", "path", "trajectory", "snapshots", "curve", "log"},
}
BASES: Sequence[tuple[str, tuple[str, ...]]] = (
    (r"x|inputs?|data|features|a0|out0|h0", ("x",)),
    (r"t|y|targets?|labels?|ytrue|ytrain|onehot", ("t",)),
    (r"(?:w|weights?|kernel|coefs?)(\d+)", ("W{0}",)),
    (r"(?:b|bias|biases|intercepts?)(\d+)", ("b{0}",)),
    (r"(?:w|weights?|kernel)", ("W{only}",)),
    (r"(?:b|bias|biases)", ("b{only}",)),
    (r"(?:net|z|pre|preactivation|linear)(\d+)", ("net{0}",)),
    (r"(?:net|z)", ("net{only}",)),
    (r"a", ("out{only}", "net{only}")),
    (r"delta", ("dnet{only}",)),
    (r"(?:out|a|h|hidden|activation|act|o)(\d+)", ("out{0}", "net{0}")),
    (r"logits?|scores?|nete?o|zo", ("net{last}",)),
    (r"neth|zh", ("net1",)),
    (r"h|hidden|outh|ah", ("out1",)),
    (r"yhat|ypred|preds?|predictions?|outputs?|out|outo|ao|probs?|probabilities|p|softmax",
     ("out{last}", "net{last}")),
    (r"(?:delta|d|err)(\d+)", ("dnet{0}",)),
    (r"deltao", ("dnet{last}",)),
    (r"deltah", ("dnet1",)),
    (r"(?:slope|fprime|local)(\d+)", ("slope{0}",)),
    (r"(?:total)?(?:loss|e|l|j|c|cost|error)(?:total)?|mse|sse|bce|nll|crossentropy", ("loss",)),
    (r"losses|costs|errors", ("history loss",)),
    (r"rate|lr|eta|alpha|learningrate|stepsize", ("rate",)),
    (r"(?:moving|running)?(?:averages?|means?)|smoothed|smoothedloss|ema|avgloss", ("average",)),
    (r"([wb])(\d+)(m|v)", ("{0}{1}.{2}",)),
    (r"(m|v)d?([wb])(\d+)", ("new {1}{2}.{0}", "{1}{2}.{0}")),
)  # fmt: skip
NEURON = re.compile(r"(net|z|out|a|delta|slope|)(h|o)(\d+)")
ROLE = {"net": "net", "z": "net", "out": "out", "a": "out", "": "out", "delta": "dnet",
        "slope": "slope"}  # fmt: skip
ADDRESS = re.compile(r"(.*\d|x|t)\s*\[\s*(\d+(?:\s*,\s*\d+)*)\s*\]")
MODULE = re.compile(r"(?:(.*)[\s./_])?(weight|bias|kernel)(?::0)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the keys of one trace.

    Attributes:
        vocabulary: what they may speak of.
        modules: "0", "fc1" and the like, in the order of the layers.
    """

    vocabulary: Vocabulary
    modules: tuple[str, ...] = ()

    def readings(self, key: str, single: bool) -> list[Reading]:
        """What a key may mean, the likeliest first: a quantity, and a place for one number of it.

        Args:
            single: whether one number stands under the key.
        """
        if kind_of(key) and self.vocabulary.has(key) and not (single and self._textbook(key)):
            return [(key, None)]
        if found := ADDRESS.fullmatch(key):
            place = tuple(map(int, found[2].split(",")))
            whole = self.readings(found[1], single=False)
            return [(name, place) for name, at in whole if at is None]
        flags, base = _parts(key)
        read = list(self._read(base, flags, single)) or list(self._module(key, flags))
        for prefix in ("d", "grad", "nabla", "g"):
            if not read and base.startswith(prefix):
                inner = re.sub(r"^d(?:loss|cost|[eljc])d", "", base)
                rest = inner if inner != base else base.removeprefix(prefix)
                read = list(self._read(rest, flags | {"grad"}, single))
        return [one for one in read if self.vocabulary.has(one[0])]

    def _textbook(self, key: str) -> bool:
        shape = self.vocabulary.shapes.get(key)
        return shape is not None and shape not in ((), (1,), (1, 1))

    def _read(self, base: str, flags: frozenset[str], single: bool) -> Iterator[Reading]:
        if single:
            yield from self._single(base, flags)
        for form, names in BASES:
            if found := re.fullmatch(form, base):
                for name in names:
                    parts = [part.upper() if part == "w" else part for part in found.groups()]
                    last = self.vocabulary.layers
                    only = last if last == 1 else 0
                    flagged = _flagged(name.format(*parts, last=last, only=only), flags)
                    yield from [(flagged, None)] if flagged else []
                return

    def _single(self, base: str, flags: frozenset[str]) -> Iterator[Reading]:
        """One number: w5, b3, x1, net_h1 …, counted from 1."""
        found: tuple[str, tuple[int, ...]] | None = None
        if named := re.fullmatch(r"(w|b|x|t)(\d+)", base):
            number = int(named[2])
            if named[1] in "wb":
                count = self.vocabulary.weight if named[1] == "w" else self.vocabulary.bias
                found = count(number)
            elif self.vocabulary.shapes.get(named[1], ())[:1] == (1,):
                found = named[1], (0, number - 1)
        elif (named := NEURON.fullmatch(base)) and (
            neuron := self.vocabulary.neuron(named[2], int(named[3]))
        ):
            found = f"{ROLE[named[1]]}{neuron[0]}", neuron[1]
        if found is not None and (flagged := _flagged(found[0], flags)):
            yield flagged, found[1]

    def _module(self, key: str, flags: frozenset[str]) -> Iterator[Reading]:
        module = module_of(key)
        if module is not None and module[0] in self.modules:
            number = self.modules.index(module[0]) + 1
            name = f"{'b' if module[1] == 'bias' else 'W'}{number}"
            if flagged := _flagged(name, flags):
                yield flagged, None


def _parts(key: str) -> tuple[frozenset[str], str]:
    """What a key says besides its name ("new", "grad" …), and the name without signs."""
    for sign, word in SIGNS.items():
        key = key.replace(sign, word)
    tokens = [one for one in re.split(r"[\s_./\-\[\](){}^:|,]+", key.lower()) if one]
    flags, base = set(), []
    for token in tokens:
        found = next((flag for flag, words in FLAGS.items() if token in words), None)
        if found is None or (len(tokens) == 1 and found != "history"):
            base.append(token)
        else:
            flags.add(found)
    if not base and flags == {"history"}:
        base = ["loss"]
    return frozenset(flags), "".join(base)


def _flagged(name: str, flags: frozenset[str]) -> str | None:
    """The quantity that flags make of another; None where there is no such thing."""
    kind = kind_of(name)
    parameter = kind == "given" and name[0] in "Wb"
    if "grad" in flags and not name.startswith("dnet"):
        if not (parameter or kind == "forward") or "." in name:
            return None
        name = f"d{name}"
    if "history" in flags:
        return f"history {name}" if parameter or kind == "loss" else None
    if "new" in flags:
        new = f"new {name}" if parameter else f"after {name}"
        return new if kind_of(new) and "grad" not in flags else None
    if "old" in flags and "grad" in flags:
        return f"old {name}"
    return name


def module_of(key: str) -> tuple[str, str] | None:
    """("fc1", "weight") for "fc1.weight.grad"; None for keys that name no layer's parameter."""
    words = FLAGS["grad"] | FLAGS["new"] | FLAGS["old"]
    tokens = re.split(r"([\s./_]+)", key)
    kept = "".join(one for one in tokens if one.lower() not in words).strip(" ._/")
    found = MODULE.fullmatch(re.sub(r"([\s./_])[\s./_]+", r"\1", kept))
    return None if found is None else (found[1] or "", found[2].lower())


def modules(keys: Mapping[str, int]) -> tuple[str, ...]:
    """The layers that keys such as "fc1.weight" name, in order.

    Args:
        keys: with the number of axes of what stands there; a layer is one whose weight has two.
    """
    found: dict[str, None] = {}
    for key, axes in keys.items():
        module = module_of(key)
        if module is not None and module[1] != "bias" and axes == 2:
            found[module[0]] = None
    numbers = {name: re.search(r"(\d*)$", name) for name in found}
    stems = {name[: match.start()].rstrip("_.") for name, match in numbers.items() if match}
    if len(stems) == 1 and len(found) > 1:
        return tuple(sorted(found, key=lambda name: int(re.findall(r"(\d*)$", name)[0] or -1)))
    return tuple(found)
