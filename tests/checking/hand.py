"""Networks and their gradients written by hand in NumPy, with places to make mistakes in.

Nothing here uses Gradstone: what the audit must find is computed by other code.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Net = dict[str, Array]

# N1 of CASES.md
X1, T1 = np.array([0.1, 0.2]), np.array([0.01, 0.99])
PARAMETERS1 = {
    "W1": np.array([[0.1, 0.3], [0.2, 0.4]]),
    "b1": np.array([0.55, 0.55]),
    "W2": np.array([[0.5, 0.7], [0.6, 0.8]]),
    "b2": np.array([0.66, 0.66]),
}
# N5
X5 = np.array([[0.5, -1.0, 2.0], [1.0, 0.3, -0.7]])
LABELS5 = np.array([2, 0])
PARAMETERS5 = {
    "W1": np.array([[0.2, -0.4], [-0.3, 0.1], [0.5, 0.6]]),
    "b1": np.array([0.1, -0.2]),
    "W2": np.array([[0.3, -0.5, 0.8], [-0.6, 0.4, 0.2]]),
    "b2": np.array([0.05, -0.1, 0.0]),
}


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(z: Array, axis: int = -1) -> Array:
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def n1_gradient(p: Net, mistake: str = "", x: Array = X1, t: Array = T1) -> Net:  # noqa: C901
    """N1's gradient, or with one of the mistakes that learners make."""
    w1 = p["W1"].T if mistake == "W1 transposed" else p["W1"]
    net1 = x @ w1 + (0 if mistake == "bias left out" else p["b1"])
    h = sigmoid(net1)
    net2 = h @ p["W2"] + p["b2"]
    o = sigmoid(net2)
    error = o - t
    if mistake == "total E":
        error = np.full(2, 0.5 * np.sum((o - t) ** 2))
    if mistake == "own E":
        error = 0.5 * (o - t) ** 2
    slope = {
        "no slope at the output": np.ones(2),
        "net slope at the output": net2 * (1 - net2),
        "slope of the output": sigmoid(o) * (1 - sigmoid(o)),
    }.get(mistake, o * (1 - o))
    delta2 = error * slope
    upstream = delta2 @ p["W2"].T
    if mistake == "one path":
        upstream = delta2[0] * p["W2"][:, 0]
    if mistake == "own path":
        upstream = delta2 * np.diag(p["W2"])
    if mistake == "W2 transposed":
        upstream = delta2 @ p["W2"]
    if mistake == "error sent back":
        upstream = error @ p["W2"].T
    if mistake == "shares":
        upstream = error @ (p["W2"] / p["W2"].sum(axis=0)).T
    if mistake == "overwritten":
        upstream = delta2 @ (p["W2"] - 0.5 * np.outer(h, delta2)).T
    delta1 = upstream * (1 if mistake == "no slope in the hidden layer" else h * (1 - h))
    into2 = {"x in dW2": x, "net in dW2": net1}.get(mistake, h)
    dw2 = p["W2"] * delta2 if mistake == "weight itself" else np.outer(into2, delta2)
    db2 = delta2 * (p["b2"] if mistake == "bias in its gradient" else 1)
    return {"W1": np.outer(x, delta1), "b1": delta1, "W2": dw2, "b2": db2}


def n5_gradient(p: Net, mistake: str = "", x: Array = X5, labels: Array = LABELS5) -> Net:  # noqa: C901
    """The gradient of a tanh net with softmax cross entropy, mean over samples."""
    net1 = x @ p["W1"] + p["b1"]
    h = np.tanh(net1)
    z = h @ p["W2"] + p["b2"]
    n, k = z.shape
    targets = np.eye(k)[(labels - 1) % k if mistake == "labels off by one" else labels]
    probabilities = softmax(z, axis=0 if mistake == "over the batch" else -1)
    delta2 = (probabilities - targets) / n
    if mistake == "softmax twice":
        twice = (softmax(probabilities) - targets) / n
        delta2 = probabilities * (twice - (twice * probabilities).sum(axis=1, keepdims=True))
    if mistake == "softmax twice, short":
        delta2 = (softmax(probabilities) - targets) / n
    if mistake == "sum over samples":
        delta2 = delta2 * n
    if mistake == "mean over all":
        delta2 = delta2 / k
    if mistake == "log10":
        delta2 = delta2 / np.log(10)
    slope = {"net slope": 1 - net1**2, "no slope": np.ones_like(h)}.get(mistake, 1 - h**2)
    delta1 = delta2 @ p["W2"].T * slope
    gradient = {"W1": x.T @ delta1, "b1": delta1.sum(0), "W2": h.T @ delta2, "b2": delta2.sum(0)}
    if mistake == "bias not summed":
        gradient |= {"b1": delta1, "b2": delta2}
    if mistake == "bias of the last sample":
        gradient |= {"b1": delta1[-1], "b2": delta2[-1]}
    if mistake == "bias mean":
        gradient |= {"b1": delta1.mean(0), "b2": delta2.mean(0)}
    if mistake == "last sample":
        one = n5_parts(x[-1:], delta1[-1:], h[-1:], delta2[-1:])
        gradient = one
    if mistake == "transposed":
        gradient["W1"] = gradient["W1"].T
    return gradient


def n5_parts(x: Array, delta1: Array, h: Array, delta2: Array) -> Net:
    return {"W1": x.T @ delta1, "b1": delta1[0], "W2": h.T @ delta2, "b2": delta2[0]}


def updated(p: Net, gradient: Net, rate: float) -> Net:
    return {name: p[name] - rate * gradient[name] for name in p}
