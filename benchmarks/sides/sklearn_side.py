"""Training with scikit-learn's MLPRegressor and MLPClassifier.

Their squared error is ½ Σ over outputs, mean over samples: rate and epsilon are scaled by
outputs / 2 and the losses doubled, so that they walk the same path as the others. They always
have biases, a regressor's output has no activation, and the weights are set through attributes.
"""

from __future__ import annotations

import warnings
from time import perf_counter
from typing import Any

import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from benchmarks.workloads import Adam, Array, Workload

warnings.simplefilter("ignore", ConvergenceWarning)


def refuses(workload: Workload) -> str:
    """Why the workload cannot be said in scikit-learn, or nothing."""
    if not workload.bias:
        return "layers without biases cannot be said"
    return "a regressor's output has no activation" if workload.output else ""


class SklearnSide:
    """An estimator that fits for so many epochs from given weights (warm start)."""

    def __init__(self, workload: Workload, options: dict[str, Any]) -> None:
        if refuses(workload):
            raise ValueError(refuses(workload))
        self.workload = workload
        self.x, self.t = workload.arrays()
        self.scale = workload.sizes[-1] / 2 if workload.loss == "mse" else 1.0
        self.targets = self.t[:, 0] if self.t.ndim == 2 and self.t.shape[1] == 1 else self.t

    def _estimator(self, epochs: int, shuffle: bool) -> Any:
        one = self.workload
        kind = MLPClassifier if one.loss == "cross_entropy" else MLPRegressor
        adam = one.adam or Adam()
        made = kind(
            hidden_layer_sizes=one.sizes[1:-1],
            activation={"sigmoid": "logistic", None: "identity"}.get(
                one.activation, one.activation
            ),
            solver="sgd" if one.adam is None else "adam",
            alpha=0.0,
            batch_size=one.batch,
            learning_rate_init=one.rate / (self.scale if one.adam is None else 1.0),
            momentum=0.0,
            nesterovs_momentum=False,
            beta_1=adam.beta1,
            beta_2=adam.beta2,
            epsilon=adam.epsilon * self.scale,
            max_iter=1,
            shuffle=shuffle,
            tol=0.0,
            n_iter_no_change=10**9,
            warm_start=True,
            random_state=0,
        )
        made.fit(self.x, self.targets)
        for name, values in (("coefs_", 0), ("intercepts_", 1)):
            setattr(made, name, [value.copy() for value in one.parameters()[values::2]])
        made.loss_curve_, made.n_iter_, made.t_ = [], 0, 0
        return made.set_params(max_iter=epochs)

    def losses(self, epochs: int) -> list[float]:
        """Mean loss of each epoch from the initial values, the rows in their order."""
        made = self._estimator(epochs, shuffle=False).fit(self.x, self.targets)
        factor = 2.0 if self.workload.loss == "mse" else 1.0
        return [factor * float(loss) for loss in made.loss_curve_[-epochs:]]

    def train(self, epochs: int) -> tuple[float, int]:
        """Seconds of so many shuffled epochs from the initial values."""
        self.made = self._estimator(epochs, self.workload.shuffle)
        start = perf_counter()
        self.made.fit(self.x, self.targets)
        return perf_counter() - start, epochs

    def final(self) -> list[Array]:
        """The parameters now."""
        pairs = zip(self.made.coefs_, self.made.intercepts_, strict=True)
        return [value for pair in pairs for value in pair]


def described() -> str:
    """Versions."""
    return f"scikit-learn {sklearn.__version__}"
