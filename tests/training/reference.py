"""Networks, gradients and optimizers by hand in NumPy, without a line of Gradstone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

ACTIVATIONS = {
    "tanh": (np.tanh, lambda net, out: 1 - out**2),
    "sigmoid": (lambda net: 1 / (1 + np.exp(-net)), lambda net, out: out * (1 - out)),
    "relu": (lambda net: np.maximum(net, 0), lambda net, out: (net > 0).astype(net.dtype)),
    "none": (lambda net: net, lambda net, out: np.ones_like(net)),
}


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def forward(parameters, x, activation="tanh"):
    """All values of a 2-layer network: hidden net, hidden output, output net."""
    net = x @ parameters["W1"] + parameters.get("b1", 0.0)
    out = ACTIVATIONS[activation][0](net)
    return net, out, out @ parameters["W2"] + parameters.get("b2", 0.0)


def backward(parameters, x, delta, activation="tanh"):
    """The gradients from the output net's delta."""
    net, out, _ = forward(parameters, x, activation)
    hidden = delta @ parameters["W2"].T * ACTIVATIONS[activation][1](net, out)
    found = {"W1": x.T @ hidden, "b1": hidden.sum(0), "W2": out.T @ delta, "b2": delta.sum(0)}
    return {name: found[name] for name in parameters}


def mse_and_gradients(parameters, x, t, activation="tanh"):
    z = forward(parameters, x, activation)[2]
    return ((z - t) ** 2).mean(), backward(parameters, x, 2 * (z - t) / z.size, activation)


def cross_entropy_and_gradients(parameters, x, labels, activation="tanh"):
    p = softmax(forward(parameters, x, activation)[2])
    rows = np.arange(len(x))
    loss = -np.log(p[rows, labels]).mean()
    delta = p.copy()
    delta[rows, labels] -= 1
    return loss, backward(parameters, x, delta / len(x), activation)


class ByHand:
    """PyTorch's update formulas, one parameter at a time, state in dictionaries.

    Source: the pseudocode in the documentation of torch.optim.
    """

    def __init__(self, name, rate, decay=0.0, momentum=0.9, rho=0.99, betas=(0.9, 0.999), eps=None):
        self.name, self.rate, self.decay = name, rate, decay
        self.momentum, self.rho, self.betas = momentum, rho, betas
        self.eps = eps if eps is not None else (1e-10 if name == "adagrad" else 1e-8)
        self.steps, self.first, self.second = 0, {}, {}

    def __call__(self, parameters, gradients, rate=None):
        self.steps += 1
        rate = self.rate if rate is None else rate
        return {n: self._one(n, p, gradients[n], rate) for n, p in parameters.items()}

    def _one(self, n, p, g, rate):
        if self.name == "adamw":
            p = p - rate * self.decay * p
        elif self.decay:
            g = g + self.decay * p
        return p - rate * self._direction(n, g)

    def _direction(self, n, g):
        if self.name == "sgd":
            return g
        if self.name in ("momentum", "nesterov"):
            v = self.first[n] = self.momentum * self.first.get(n, 0.0) + g
            return v if self.name == "momentum" else g + self.momentum * v
        if self.name == "adagrad":
            v = self.second[n] = self.second.get(n, 0.0) + g**2
            return g / (np.sqrt(v) + self.eps)
        if self.name == "rmsprop":
            v = self.second[n] = self.rho * self.second.get(n, 0.0) + (1 - self.rho) * g**2
            return g / (np.sqrt(v) + self.eps)
        one, two = self.betas
        m = self.first[n] = one * self.first.get(n, 0.0) + (1 - one) * g
        v = self.second[n] = two * self.second.get(n, 0.0) + (1 - two) * g**2
        m_hat, v_hat = m / (1 - one**self.steps), v / (1 - two**self.steps)
        return m_hat / (np.sqrt(v_hat) + self.eps)


def some_parameters(sizes, seed=0, bias=True):
    """Normal weights and biases of a 2-layer network."""
    random = np.random.RandomState(seed)
    found = {}
    for number, (before, after) in enumerate(pairwise(sizes), 1):
        found[f"W{number}"] = random.randn(before, after) / np.sqrt(before)
        if bias:
            found[f"b{number}"] = random.randn(after) / 3
    return found
