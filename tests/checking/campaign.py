"""Seeded functions with gradients by hand, and what is planted into those gradients.

Every function and every gradient is plain NumPy of parameters and data, so that the same lines
run in float32, in float64, in long double (which says how far rounding goes) and on nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Arrays = dict[str, Any]
EPSILON = float(np.finfo(np.float64).eps)
SINGLE = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Case:
    """A function of parameters and data, its gradient by hand, and a point."""

    name: str
    function: Callable[[Arrays, Arrays], Any]
    gradient: Callable[[Arrays, Arrays], Arrays]
    p: Arrays
    d: Arrays

    def f(self, p):
        """The function as one writes it."""
        return self.function(p, self.d)

    def hidden(self, p):
        """The same number from a function that cannot be traced."""
        return float(self.function(p, self.d))

    def right(self, dtype=np.float64):
        """The gradient, computed in a dtype."""
        return self.gradient(_as(self.p, dtype), _as(self.d, dtype))

    def rounding(self, dtype=np.float64, draws=12):
        """How far rounding puts each entry off: inputs moved by ulps, against long double."""
        exact = self.right(np.longdouble)
        rng = np.random.default_rng(0)
        eps = float(np.finfo(dtype).eps)
        found = {name: np.zeros(np.shape(one)) for name, one in exact.items()}
        for draw in range(draws):
            size = eps * (draw > 0)
            p, d = (_moved(_as(one, dtype), rng, size) for one in (self.p, self.d))
            came = self.gradient(p, d)
            for name, one in came.items():
                gap = np.abs(np.asarray(one, np.longdouble) - exact[name]).astype(float)
                found[name] = np.maximum(found[name], gap)
        return found


def _as(tree, dtype):
    return {name: one.astype(dtype) if one.dtype.kind == "f" else one for name, one in tree.items()}


def _moved(tree, rng, size):
    return {
        name: (one * (1 + size * rng.uniform(-1, 1, one.shape))).astype(one.dtype)
        if one.dtype.kind == "f"
        else one
        for name, one in tree.items()
    }


def _onehot(labels, classes):
    return np.eye(classes)[labels]


# ---- softmax by unshifted exp, the label's share picked by a mask
def _naive_softmax(p, d):
    e = np.exp(d["x"] @ p["W"] + p["b"])
    share = e / np.sum(e, axis=1, keepdims=True)
    return -np.mean(np.log(np.sum(share * d["t"], axis=1)))


def _naive_softmax_gradient(p, d):
    e = np.exp(d["x"] @ p["W"] + p["b"])
    delta = (e / np.sum(e, axis=1, keepdims=True) - d["t"]) / len(d["x"])
    return {"W": d["x"].T @ delta, "b": np.sum(delta, axis=0)}


def naive_softmax(rng, logit):
    x, t = rng.normal(size=(6, 3)), _onehot(rng.integers(0, 4, 6), 4)
    p = {"W": 0.5 * rng.normal(size=(3, 4)), "b": rng.uniform(logit - 1, logit, 4)}
    return Case(
        f"naive softmax at {logit}", _naive_softmax, _naive_softmax_gradient, p, {"x": x, "t": t}
    )


# ---- attention with a mask of −1e9
def _shares(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def _masked(p, d):
    share = _shares((d["x"] @ p["Q"]) @ (d["x"] @ p["K"]).T + d["mask"])
    return np.mean((share @ d["v"] - d["t"]) ** 2)


def _masked_gradient(p, d):
    q, k = d["x"] @ p["Q"], d["x"] @ p["K"]
    share = _shares(q @ k.T + d["mask"])
    out = share @ d["v"]
    back = 2 * (out - d["t"]) / out.size @ d["v"].T
    delta = share * (back - np.sum(back * share, axis=1, keepdims=True))
    return {"Q": d["x"].T @ (delta @ k), "K": d["x"].T @ (delta.T @ q)}


def masked(rng, size):
    n = 5
    mask = np.triu(np.full((n, n), -size), 1)
    d = {
        "x": rng.normal(size=(n, 3)),
        "v": rng.normal(size=(n, 2)),
        "t": rng.normal(size=(n, 2)),
        "mask": mask,
    }
    p = {"Q": rng.normal(size=(3, 2)), "K": rng.normal(size=(3, 2))}
    return Case(f"mask of -{size:g}", _masked, _masked_gradient, p, d)


# ---- deep nets
RULES = {
    "tanh": (np.tanh, lambda net, out: 1 - out**2),
    "relu": (lambda net: np.maximum(net, 0.0), lambda net, out: (net > 0) * 1.0),
    "logistic": (lambda net: 1 / (1 + np.exp(-net)), lambda net, out: out * (1 - out)),
    "sine": (np.sin, lambda net, out: np.cos(net)),
}


def _net(depth, name, loss):
    act, slope = RULES[name]

    def forward(p, d):
        nets, outs = [], [d["x"]]
        for i in range(depth):
            nets.append(outs[-1] @ p[f"W{i}"] + p[f"b{i}"])
            outs.append(act(nets[-1]) if i < depth - 1 else nets[-1])
        return nets, outs

    def f(p, d):
        z = forward(p, d)[1][-1]
        if loss == "mse":
            return np.mean((z - d["t"]) ** 2)
        top = np.max(z, axis=1, keepdims=True)
        total = np.log(np.sum(np.exp(z - top), axis=1, keepdims=True)) + top
        return np.sum(d["t"] * (total - z)) / len(d["x"])

    def gradient(p, d):
        nets, outs = forward(p, d)
        z = outs[-1]
        delta = 2 * (z - d["t"]) / z.size if loss == "mse" else (_shares(z) - d["t"]) / len(z)
        found = {}
        for i in reversed(range(depth)):
            found[f"W{i}"], found[f"b{i}"] = outs[i].T @ delta, np.sum(delta, axis=0)
            if i:
                delta = (delta @ p[f"W{i}"].T) * slope(nets[i - 1], outs[i]).astype(z.dtype)
        return {name: found[name] for name in p}

    return f, gradient


def deep(rng, depth, name, loss, scale=1.0):
    sizes = [3, *[4] * (depth - 1), 3]
    p = {}
    for i in range(depth):
        p[f"W{i}"] = scale * rng.normal(size=sizes[i : i + 2]) / np.sqrt(sizes[i])
        p[f"b{i}"] = 0.1 * rng.normal(size=sizes[i + 1])
    t = rng.normal(size=(5, 3)) if loss == "mse" else _onehot(rng.integers(0, 3, 5), 3)
    return Case(
        f"{name} net of {depth} with {loss}, weights {scale:g}",
        *_net(depth, name, loss),
        p,
        {"x": rng.normal(size=(5, 3)), "t": t},
    )


# ---- least squares
def _fit(p, d):
    return np.mean((d["x"] @ p["w"] - d["t"]) ** 2)


def _fit_gradient(p, d):
    return {"w": 2 * d["x"].T @ (d["x"] @ p["w"] - d["t"]) / d["t"].size}


def fit(rng, scale, noise):
    x = scale * rng.normal(size=(12, 3))
    t = x @ rng.normal(size=(3, 2)) + noise * rng.normal(size=(12, 2))
    w = np.linalg.lstsq(x, t, rcond=None)[0]
    return Case(
        f"least squares, x {scale:g}, noise {noise:g}",
        _fit,
        _fit_gradient,
        {"w": w},
        {"x": x, "t": t},
    )


# ---- logsumexp, unshifted
def _lse(p, d):
    return np.sum(d["c"] * np.log(np.sum(np.exp(d["x"] * p["w"]), axis=1)))


def _lse_gradient(p, d):
    e = np.exp(d["x"] * p["w"])
    return {"w": np.sum(d["c"][:, None] * d["x"] * e / np.sum(e, axis=1, keepdims=True), axis=0)}


def lse(rng, top):
    x = rng.normal(size=(4, 5))
    p = {"w": top * rng.uniform(0.2, 1, size=5)}
    return Case(
        f"logsumexp up to {top:g}", _lse, _lse_gradient, p, {"x": x, "c": rng.normal(size=4)}
    )


# ---- waves of any size
def _waves(p, d):
    return d["s"] * np.sum(np.sin(d["a"] * p["x"]) * d["c"]) + d["o"]


def _waves_gradient(p, d):
    return {"x": d["s"] * d["a"] * d["c"] * np.cos(d["a"] * p["x"])}


def waves(rng, scale, offset, width):
    d = {
        "s": np.array(float(scale)),
        "o": np.array(float(offset)),
        "a": rng.uniform(0.5, 2, 6) / width,
        "c": rng.normal(size=6),
    }
    p = {"x": width * rng.normal(size=6)}
    return Case(f"waves {scale:g}, {width:g} wide, on {offset:g}", _waves, _waves_gradient, p, d)


# ---- squares of all sizes
def _squares(p, d):
    return np.sum(d["c"] * p["x"] ** 2)


def _squares_gradient(p, d):
    return {"x": 2 * d["c"] * p["x"]}


def squares(rng, low, high):
    x = rng.choice([-1, 1], 6) * 10.0 ** rng.uniform(low, high, 6)
    d = {"c": rng.uniform(0.5, 2, 6)}
    return Case(f"squares of 1e{low} to 1e{high}", _squares, _squares_gradient, {"x": x}, d)


# ---- variance as E[x²] − E[x]²
def _variance(p, d):
    y = p["x"] + d["o"]
    return np.mean(y**2) - np.mean(y) ** 2


def _variance_gradient(p, d):
    y = p["x"] + d["o"]
    return {"x": 2 * (y - np.mean(y)) / y.size}


def variance(rng, offset):
    p, d = {"x": rng.normal(size=7)}, {"o": np.full(7, offset)}
    return Case(f"variance around {offset:g}", _variance, _variance_gradient, p, d)


# ---- normalised rows (layer norm)
def _normed(p, d):
    z = d["x"] * p["w"]
    centred = z - np.mean(z, axis=1, keepdims=True)
    spread = np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 1e-5)
    return np.sum(d["c"] * centred / spread)


def _normed_gradient(p, d):
    z = d["x"] * p["w"]
    centred = z - np.mean(z, axis=1, keepdims=True)
    spread = np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 1e-5)
    y, c = centred / spread, d["c"]
    rest = c - np.mean(c, axis=1, keepdims=True) - y * np.mean(c * y, axis=1, keepdims=True)
    return {"w": np.sum(rest / spread * d["x"], axis=0)}


def normed(rng, offset):
    d = {"x": rng.normal(size=(4, 6)) + offset, "c": rng.normal(size=(4, 6))}
    return Case(f"layer norm at {offset:g}", _normed, _normed_gradient, {"w": np.ones(6)}, d)


# ---- logistic regression, by logarithms of the shares
def _logistic(p, d):
    s = 1 / (1 + np.exp(-(d["x"] @ p["w"])))
    return -np.mean(d["t"] * np.log(s) + (1 - d["t"]) * np.log(1 - s))


def _logistic_gradient(p, d):
    s = 1 / (1 + np.exp(-(d["x"] @ p["w"])))
    return {"w": d["x"].T @ (s - d["t"]) / len(d["t"])}


def logistic(rng, size):
    x, w = rng.normal(size=(8, 3)), rng.normal(size=3)
    t = (x @ w > 0) * 1.0
    w = size * w / np.abs(x @ w).max()
    return Case(
        f"logistic up to {size:g}", _logistic, _logistic_gradient, {"w": w}, {"x": x, "t": t}
    )


# ---- roots, logarithms and ratios
def _mixed(p, d):
    return np.sum(np.sqrt(d["c"] + p["x"] ** 2) + np.log(p["y"]) / (1 + p["x"] ** 2))


def _mixed_gradient(p, d):
    x, y = p["x"], p["y"]
    below = 1 + x**2
    return {
        "x": x / np.sqrt(d["c"] + x**2) - 2 * x * np.log(y) / below**2,
        "y": 1 / (y * below),
    }


def mixed(rng, low, high):
    p = {"x": rng.normal(size=5), "y": 10.0 ** rng.uniform(low, high, 5)}
    return Case(
        f"roots and logarithms of 1e{low} to 1e{high}",
        _mixed,
        _mixed_gradient,
        p,
        {"c": rng.uniform(0.1, 1, 5)},
    )


def cases() -> Iterator[Case]:
    """Some 200 of them, the same each time."""
    rng = np.random.default_rng(20)
    for _ in range(4):
        yield from (naive_softmax(rng, logit) for logit in (0, 10, 20, 25, 300))
        yield from (masked(rng, size) for size in (1e4, 1e9, 1e30))
        yield from (deep(rng, depth, name, loss) for depth, name, loss in (
            (2, "tanh", "mse"), (3, "relu", "share"), (4, "logistic", "mse"), (5, "sine", "share"),
            (8, "tanh", "share"), (12, "tanh", "mse"), (6, "relu", "mse")))  # fmt: skip
        yield from (deep(rng, 3, "tanh", "share", scale) for scale in (4.0, 20.0))
        yield deep(rng, 10, "logistic", "mse", 4.0)
        yield from (fit(rng, scale, noise) for noise in (0, 1) for scale in (1e-3, 1, 1e3, 1e5))
        yield from (lse(rng, top) for top in (1, 10, 100))
        yield from (
            waves(rng, *how)
            for how in (
                (1, 0, 1),
                (1e-20, 0, 1),
                (1e20, 0, 1),
                (1, 1e6, 1),
                (1, 0, 1e-6),
                (1, 0, 1e6),
            )
        )
        yield from (squares(rng, *how) for how in ((-1, 1), (-6, 0), (3, 6), (-12, -9)))
        yield from (variance(rng, offset) for offset in (0, 1e3, 1e6))
        yield from (normed(rng, offset) for offset in (0, 100))
        yield from (logistic(rng, size) for size in (1, 10, 30))
        yield from (mixed(rng, *how) for how in ((-1, 1), (-8, 8)))


def _relative(size):
    def planted(right, rng):
        name, index = _entry(right, rng)
        wrong = {one: part.copy() for one, part in right.items()}
        wrong[name][index] *= right[name].dtype.type(1 + size)
        return wrong

    return planted


def _entry(right, rng):
    name = list(right)[rng.integers(len(right))]
    return name, np.unravel_index(rng.integers(right[name].size), right[name].shape)


def _scaled(factor):
    return lambda right, rng: {name: part * part.dtype.type(factor) for name, part in right.items()}


def _turned(right, rng):
    name, index = _entry(right, rng)
    wrong = {one: part.copy() for one, part in right.items()}
    wrong[name][index] *= -1
    return wrong


def _missing(right, rng):
    name, _ = _entry(right, rng)
    return {one: part * (one != name) for one, part in right.items()}


PLANTS = {
    "1e-3 in one entry": _relative(1e-3),
    "1e-5 in one entry": _relative(1e-5),
    "sign of one entry": _turned,
    "sign": _scaled(-1.0),
    "an array left out": _missing,
    "1/N": _scaled(1 / 6),
}


def detectable(case, wrong, right, dtype=np.float64):
    """Whether what was planted stands far above rounding, and above the tolerance."""
    level, tolerance = case.rounding(dtype), 1e-6 if dtype == np.float64 else 1e-4
    largest = max(np.abs(part).max() for part in right.values())
    floor = (1e-12 if dtype == np.float64 else 1e-6) * largest
    for name, part in right.items():
        gap = np.abs(wrong[name].astype(float) - part)
        least = 3 * tolerance * np.abs(part) + floor + 300 * level[name]
        if np.any(gap > least):
            return True
    return False
