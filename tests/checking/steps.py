"""Whole training steps written by hand in NumPy, every number by name, with places for mistakes.

Nothing here uses Gradstone. A mistake is carried through: what follows is computed from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.checking.hand import LABELS5, PARAMETERS1, PARAMETERS5, T1, X1, X5, sigmoid, softmax

Array = np.ndarray[Any, Any]
Numbers = dict[str, Any]
RATE1, RATE5 = 0.5, 0.1


def n1_step(mistake: str = "", rate: float = RATE1, p: Numbers | None = None) -> Numbers:
    """One step on N1 with half the sum of squares and gradient descent."""
    p = p or PARAMETERS1
    x, t, (w1, b1, w2, b2) = X1[None], T1[None], p.values()
    net1 = x @ (w1.T if mistake == "W1 transposed" else w1) + (mistake != "bias left out") * b1
    out1 = sigmoid(net1)
    net2 = out1 @ w2 + b2
    out2 = sigmoid(net2)
    loss = 0.5 * np.sum((out2 - t) ** 2)
    dout2 = {
        "t - out": t - out2, "total E": np.full((1, 2), loss), "own E": 0.5 * (out2 - t) ** 2,
        "factor 2": 2 * (out2 - t),
    }.get(mistake, out2 - t)  # fmt: skip
    slope2 = {
        "no slope at the output": np.ones((1, 2)),
        "net slope at the output": net2 * (1 - net2),
        "slope of the output": sigmoid(out2) * (1 - sigmoid(out2)),
        "factor 2 in δ": 2 * out2 * (1 - out2),
    }.get(mistake, out2 * (1 - out2))
    dnet2 = dout2 * slope2
    into2 = {"x in dW2": x, "net in dW2": net1}.get(mistake, out1)
    dw2 = w2 * dnet2 if mistake == "weight itself" else into2.T @ dnet2
    db2 = (dnet2 * (b2 if mistake == "bias in its gradient" else 1)).sum(axis=0)
    back = {
        "one path": dnet2[:, :1] @ w2[:, :1].T,
        "W2 transposed": dnet2 @ w2,
        "error sent back": dout2 @ w2.T,
        "shares": dout2 @ (w2 / w2.sum(axis=0)).T,
        "overwritten": dnet2 @ (w2 - rate * dw2).T,
    }
    dout1 = back.get(mistake, dnet2 @ w2.T)
    dnet1 = dout1 * (1 if mistake == "no slope in the hidden layer" else out1 * (1 - out1))
    gradient = {"W1": x.T @ dnet1, "b1": dnet1.sum(axis=0), "W2": dw2, "b2": db2}
    step = {"no rate": 1.0, "rate twice": rate**2, "uphill": -rate}.get(mistake, rate)
    new = {f"new {name}": p[name] - step * gradient[name] for name in p}
    return {
        "x": x, "t": t, **p, "net1": net1, "out1": out1, "net2": net2, "out2": out2, "loss": loss,
        "dout2": dout2, "dnet2": dnet2, "dW2": dw2, "db2": db2, "dout1": dout1, "dnet1": dnet1,
        "dW1": gradient["W1"], "db1": gradient["b1"], **new,
    }  # fmt: skip


def n5_step(mistake: str = "", rate: float = RATE5, p: Numbers | None = None) -> Numbers:
    """One step on N5: tanh, softmax cross entropy, the mean over samples, gradient descent."""
    p = p or PARAMETERS5
    x, (w1, b1, w2, b2), (n, k) = X5, p.values(), (2, 3)
    labels = (LABELS5 - 1) % k if mistake == "labels off by one" else LABELS5
    net1 = x @ w1 + b1
    out1 = np.tanh(net1)
    net2 = out1 @ w2 + b2
    out2 = softmax(net2, axis=0 if mistake == "over the batch" else -1)
    if mistake == "softmax twice":
        out2 = softmax(out2)
    logs = -np.log(out2[np.arange(n), labels])
    loss = {"sum over samples": logs.sum(), "mean over all": logs.sum() / (n * k),
            "log10": logs.mean() / np.log(10), "log2": logs.mean() / np.log(2),
            }.get(mistake, logs.mean())  # fmt: skip
    count = {"sum over samples": 1, "mean over all": n * k, "log10": n * np.log(10),
             "log2": n * np.log(2)}.get(mistake, n)  # fmt: skip
    dnet2 = (out2 - np.eye(k)[labels]) / count
    dw2, db2 = out1.T @ dnet2, dnet2.sum(axis=0)
    db2 = {"bias of the last sample": dnet2[-1], "bias mean": dnet2.mean(axis=0),
           "bias not summed": dnet2}.get(mistake, db2)  # fmt: skip
    dout1 = dnet2 @ w2.T
    slope = {"net slope": 1 - net1**2, "no slope": np.ones_like(net1)}.get(mistake, 1 - out1**2)
    dnet1 = dout1 * slope
    dw1 = x.T @ dnet1
    gradient = {"W1": dw1.T if mistake == "transposed" else dw1, "b1": dnet1.sum(axis=0),
                "W2": dw2, "b2": db2}  # fmt: skip
    numbers = {
        "x": x, "t": LABELS5, **p, "net1": net1, "out1": out1, "net2": net2, "out2": out2,
        "loss": loss, "dnet2": dnet2, "dW2": dw2, "db2": db2, "dout1": dout1, "dnet1": dnet1,
        "dW1": gradient["W1"], "db1": gradient["b1"],
    }  # fmt: skip
    if all(gradient[name].shape == p[name].shape for name in p):
        numbers |= {f"new {name}": p[name] - rate * gradient[name] for name in p}
    return numbers


def adam_step(p: Numbers, g: Numbers, m: Numbers, v: Numbers, k: int, mistake: str = "") -> Numbers:
    """Adam's update number k, counted from 1, at its usual settings; new p, m and v."""
    rate, first, second, epsilon = 1e-3, 0.9, 0.999, 1e-8
    found: Numbers = {}
    for name in p:
        m_new = first * m[name] + (1 - first) * g[name]
        v_new = second * v[name] + (1 - second) * g[name] ** 2
        count = {"from 0": k - 1}.get(mistake, k)
        m_hat, v_hat = m_new / (1 - first**count), v_new / (1 - second**count)
        if mistake == "no correction":
            m_hat, v_hat = m_new, v_new
        root = np.sqrt(v_hat + epsilon) if mistake == "inside" else np.sqrt(v_hat) + epsilon
        found[f"new {name}"] = p[name] - rate * m_hat / root
        found |= {f"new {name}.m": m_new, f"new {name}.v": v_new}
    return found


def regression(seed: int = 5, rows: int = 6) -> tuple[Array, Array, Numbers]:
    """A regression with relu, one output and the mean square as loss."""
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(rows, 2)), rng.normal(size=(rows, 1))
    p = {"W1": rng.normal(size=(2, 4)), "b1": rng.normal(size=4) / 5,
         "W2": rng.normal(size=(4, 1)), "b2": np.array([0.3])}  # fmt: skip
    return x, t, p


def regression_step(
    x: Array, t: Array, p: Numbers, mistake: str = "", rate: float = 0.1
) -> Numbers:
    """One step of that regression, gradient descent, named as programs name it."""
    net1 = x @ p["W1"] + p["b1"]
    out1 = np.maximum(net1, 0)
    net2 = out1 @ p["W2"] + p["b2"]
    out2 = sigmoid(net2) if mistake == "sigmoid" else net2
    gaps = out2 - (t[:, 0] if mistake == "broadcast" else t)
    loss, dout2 = np.mean(gaps**2), 2 * gaps / gaps.size
    dout2 = dout2.sum(axis=1, keepdims=True)
    dnet2 = dout2 * out2 * (1 - out2) if mistake == "sigmoid" else dout2
    dout1 = dnet2 @ p["W2"].T
    mask = {"upstream": dout1 > 0, "both": (dout1 > 0) & (net1 > 0)}.get(mistake, net1 > 0)
    dnet1 = np.where(mask, dout1, 0)
    g = {"W1": x.T @ dnet1, "b1": dnet1.sum(0), "W2": out1.T @ dnet2, "b2": dnet2.sum(0)}
    return {
        "x": x, "t": t, **p, "z1": net1, "a1": out1, "z2": net2, "y_pred": out2, "loss": loss,
        "dz2": dnet2, "dW2": g["W2"], "db2": g["b2"], "da1": dout1, "dz1": dnet1, "dW1": g["W1"],
        "db1": g["b1"], **{f"{name}_new": p[name] - rate * g[name] for name in p},
    }  # fmt: skip


def n1_run(steps: int) -> tuple[list[float], dict[str, list[Array]]]:
    """Losses before each update, and the parameters before each and after the last."""
    p, losses, rows = dict(PARAMETERS1), [], {name: [one] for name, one in PARAMETERS1.items()}
    for _ in range(steps):
        numbers = n1_step(p=p)
        losses.append(numbers["loss"])
        p = {name: numbers[f"new {name}"] for name in p}
        for name in p:
            rows[name].append(p[name])
    return losses, rows
