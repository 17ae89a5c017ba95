"""Cases with known answers: graphs, single steps and gradients, through the public functions."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

import gradstone as gs

RELATIVE = 1e-9


def same(found, wanted, rel=RELATIVE, abs_=1e-12):
    np.testing.assert_allclose(found, wanted, rtol=rel, atol=abs_)


def bump(x, y):
    """The function of case D4."""
    return -(gs.exp(-(x**2) - y**2) - 2 * gs.exp(-((x - 1) ** 2) - (y - 1) ** 2)) / 2


class TestGradients:
    @pytest.mark.parametrize(
        ("at", "wanted"),
        [
            ((1.0, 1.0), (0.1353352832, 0.1353352832)),
            ((0.0, 0.0), (0.2706705665, 0.2706705665)),
            ((0.3, -0.4), (0.35445126, -0.06989827)),
        ],
    )
    def test_d4(self, at, wanted):
        same(gs.grad(bump, argnums=(0, 1))(*at), wanted, rel=0, abs_=1e-7)
        packed = gs.grad(lambda p: bump(p[0], p[1]))(np.array(at))
        same(packed, wanted, rel=0, abs_=1e-7)

    def test_d8(self):
        def f(x):
            return 0.01 * x**2 + 0.1 * x

        value, slope = gs.value_and_grad(f)(5.0)
        same(slope, 0.2)
        same(value - slope * 5.0, -0.25)


class TestGraphs:
    def test_g1(self):
        assert gs.value_and_grad(lambda a, b: a + b, (0, 1))(200.0, 450.0) == (650, (1, 1))

    def test_g2(self):
        def price(apple, count, tax):
            return gs.named("price", apple * count) * tax

        value, slopes = gs.value_and_grad(price, (0, 1, 2))(100, 2, 1.1)
        same(value, 220)
        same(slopes, (2.2, 110, 200))
        same(gs.grad(lambda price, tax: price * tax)(200.0, 1.1), 1.1)

    def test_g3(self):
        def parts(apple, apples, orange, oranges):
            return gs.named("apples", apple * apples), gs.named("oranges", orange * oranges)

        def total(apple, apples, orange, oranges, tax):
            first, second = parts(apple, apples, orange, oranges)
            return gs.named("all", first + second) * tax

        given = (100, 2, 150, 3, 1.1)
        assert parts(*given[:4]) == (200, 450)
        value, slopes = gs.value_and_grad(total, range(5))(*given)
        same(value, 715)
        same(slopes, (2.2, 110, 3.3, 165, 650))
        same(gs.grad(lambda first, second, tax: (first + second) * tax, (0, 1))(200, 450, 1.1), 1.1)
        same(total(100, 2, 150, 3, 1.15), 747.5)
        assert f"{total(*given):.10g}" == "715"
        assert f"{total(100, 2, 150, 3, 1.15):.10g}" == "747.5"

    def test_g4(self):
        def both(a, b, c, d):
            return gs.multiply(a, b) + gs.multiply(c, d)

        assert gs.grad(both, (0, 1, 2, 3))(2.0, 3.0, 5.0, 7.0) == (3, 2, 7, 5)
        assert gs.grad(gs.multiply, (0, 1))(2.0, 3.0) == (3, 2)
        assert gs.grad(gs.multiply, (0, 1))(5.0, 7.0) == (7, 5)
        first, second = gs.vjp(gs.multiply, 2.0, 3.0)[1], gs.vjp(gs.multiply, 5.0, 7.0)[1]
        assert (first(1.0), second(1.0)) == ((3, 2), (7, 5))

    @pytest.mark.parametrize("layer", [lambda x, w, b: x @ w + b, gs.affine])
    def test_g5(self, layer):
        x = [[0, 0], [1, 1]]
        w = [[2, 2, 2], [8, 8, 8]]
        b = [1, 2, 3]
        same(gs.matmul(x, w), [[0, 0, 0], [10, 10, 10]])
        value, pullback = gs.vjp(layer, x, w, b)
        same(value, [[1, 2, 3], [11, 12, 13]])
        upstream = np.array([[1, 2, 3], [4, 5, 6]])
        dx, dw, db = pullback(upstream)
        same(db, [5, 7, 9])
        same(dx, [[12, 48], [30, 120]])
        same(dw, [[4, 5, 6], [4, 5, 6]])
        assert upstream.tolist() == [[1, 2, 3], [4, 5, 6]]

    @pytest.mark.parametrize("at", [[3.0, 4.0], [3, 4], np.array([3, 4]), np.array([3.0, 4.0])])
    def test_g6_squares(self, at):
        same(gs.grad(lambda x: gs.sum(x**2))(at), [6, 8])
        same(gs.grad(lambda x: x[0] ** 2 + x[1] ** 2)(at), [6, 8])

    def test_g6_sums(self):
        same(gs.grad(lambda w: gs.sum(w) ** 2)([[1, 2], [3, 4]]), np.full((2, 2), 20.0))
        x = np.array([0.6, 0.9])
        slope = gs.grad(lambda w: gs.sum(x @ w))(np.ones((2, 3)))
        same(slope, [[0.6] * 3, [0.9] * 3])
        cube = np.arange(24.0).reshape(2, 3, 4)
        same(gs.grad(lambda x: gs.sum(x**2))(cube), 2 * cube)

    def test_g7(self):
        x = np.array([[1, -0.5], [-2, 3]])
        upstream = np.array([[1.0, 2.0], [3.0, 4.0]])
        value, pullback = gs.vjp(gs.relu, x)
        same(value, [[1, 0], [0, 3]])
        same(pullback(upstream)[0], [[1, 0], [0, 4]])
        assert upstream.tolist() == [[1, 2], [3, 4]]
        assert x.tolist() == [[1, -0.5], [-2, 3]]
        assert gs.grad(gs.relu)(0.0) == 0

    def test_g8(self):
        assert gs.sigmoid(-1000.0) == 0
        assert gs.sigmoid(1000.0) == 1
        p = gs.softmax([1010.0, 1000.0, 990.0])
        assert np.isfinite(p).all()
        same(p[0], 0.9999546001, rel=1e-9)

    SLOPE = (
        (0.04501529, 0.12236424, -0.16737952),
        (-0.45498471, 0.12236424, 0.33262048),
    )

    @pytest.mark.parametrize("targets", [[2, 0], [[0.0, 0, 1], [1, 0, 0]]], ids=["labels", "rows"])
    def test_g9(self, targets):
        logits = np.array([[1.0, 2.0, 3.0]] * 2)
        targets = np.array(targets)
        value, slope = gs.value_and_grad(gs.cross_entropy)(logits, targets)
        same(value, 1.4076059644, rel=1e-9)
        same(slope, self.SLOPE, rel=0, abs_=1e-8)

    def test_g9_soft(self):
        t = np.array([0.6, 0.4])
        for p in ([0.7, 0.3], [[0.7, 0.3]]):
            shares = np.broadcast_to(t, np.shape(p))
            same(gs.cross_entropy_of_probabilities(p, shares), 0.695594088093614)
            same(gs.cross_entropy(np.log(p), shares), 0.695594088093614)

    def test_g10(self):
        y = np.array([0.1, 0.05, 0.6, 0, 0.05, 0.1, 0, 0.1, 0, 0])
        one_hot = np.eye(10)[2]
        same(gs.half_sse(y, one_hot), 0.0975)
        same(gs.cross_entropy_of_probabilities(y, 2), 0.5108256237659907)
        same(gs.cross_entropy_of_probabilities(y, one_hot), 0.5108256237659907)


class TestOneStep:
    """N1 and N3: 2-2-2, sigmoid twice."""

    X, T, RATE = np.array([[0.1, 0.2]]), np.array([[0.01, 0.99]]), 0.5
    START: ClassVar = {
        "W1": np.array([[0.1, 0.3], [0.2, 0.4]]),
        "b1": np.array([0.55, 0.55]),
        "W2": np.array([[0.5, 0.7], [0.6, 0.8]]),
        "b2": np.array([0.66, 0.66]),
    }

    def exact(self, found, wanted):
        np.testing.assert_allclose(np.ravel(found), wanted, rtol=0, atol=1e-12)

    def net(self, p, x):
        net1 = gs.named("net1", x @ p["W1"] + p["b1"])
        out1 = gs.named("out1", gs.sigmoid(net1))
        net2 = gs.named("net2", out1 @ p["W2"] + p["b2"])
        return gs.named("out2", gs.sigmoid(net2))

    def error(self, p, x, t):
        return gs.named("error", gs.half_sse(self.net(p, x), t))

    def after(self, steps):
        p = self.START
        for _ in range(steps):
            slopes = gs.grad(self.error)(p, self.X, self.T)
            p = {name: p[name] - self.RATE * slopes[name] for name in p}
        return p

    def test_forward(self):
        p, x = self.START, self.X
        net1 = x @ p["W1"] + p["b1"]
        self.exact(net1, [0.6, 0.66])
        out1 = gs.sigmoid(net1)
        self.exact(out1, [0.6456563062257954, 0.6592603884513855])
        net2 = gs.affine(out1, p["W2"], p["b2"])
        self.exact(net2, [1.378384386183729, 1.6393677251191652])
        self.exact(self.net(p, x), [0.7987314002469799, 0.8374488853093651])

    def test_error(self):
        value = self.error(self.START, self.X, self.T)
        self.exact(value, [0.32268453216445836])
        out = self.net(self.START, self.X)
        each = [gs.half_sse(out[:, i], self.T[:, i]) for i in (0, 1)]
        self.exact(each, [0.31104861086778074, 0.011635921296677617])
        traced, _ = gs.value_and_grad(self.error)(self.START, self.X, self.T)
        self.exact(traced, [0.32268453216445836])

    def test_deltas(self):
        p = self.START

        def from_net2(net2):
            return gs.half_sse(gs.sigmoid(net2), self.T)

        def from_out1(out1):
            return from_net2(out1 @ p["W2"] + p["b2"])

        def from_net1(net1):
            return from_out1(gs.sigmoid(net1))

        net1 = self.X @ p["W1"] + p["b1"]
        out1 = gs.sigmoid(net1)
        net2 = out1 @ p["W2"] + p["b2"]
        self.exact(gs.grad(from_net2)(net2), [0.12679610537405006, -0.020766516248404077])
        self.exact(gs.grad(from_out1)(out1), [0.04886149131314218, 0.059464450225706775])
        self.exact(gs.grad(from_net1)(net1), [0.011178739177656792, 0.013357863892211337])

    def test_gradient(self):
        slopes = gs.grad(self.error)(self.START, self.X, self.T)
        self.exact(
            slopes["W1"].T,
            [
                *(0.0011178739177656793, 0.0022357478355313587),
                *(0.0013357863892211339, 0.0026715727784422678),
            ],
        )
        self.exact(
            slopes["W2"].T,
            [
                *(0.08186670503962588, 0.08359164968301905),
                *(-0.013408032174122538, -0.01369054156870488),
            ],
        )
        self.exact(slopes["b1"], [0.011178739177656792, 0.013357863892211337])
        self.exact(slopes["b2"], [0.12679610537405006, -0.020766516248404077])

    def test_new_parameters(self):
        new = self.after(1)
        self.exact(
            new["W1"].T,
            [
                *(0.09944106304111716, 0.19888212608223432),
                *(0.2993321068053894, 0.39866421361077886),
            ],
        )
        self.exact(
            new["W2"].T,
            [
                *(0.45906664748018705, 0.5582041751584904),
                *(0.7067040160870612, 0.8068452707843525),
            ],
        )
        self.exact(new["b1"], [0.5444106304111717, 0.5433210680538944])
        self.exact(new["b2"], [0.596601947312975, 0.6703832581242021])

    def test_after_the_step(self):
        self.exact(self.net(self.after(1), self.X), [0.7789410338092726, 0.8397501320663255])
        self.exact(self.error(self.after(1), self.X, self.T), [0.3069226681448798])

    @pytest.mark.parametrize(
        ("steps", "wanted"), [(10, 0.1405063495210135), (100, 0.0053953137700445825)]
    )
    def test_after_many_steps(self, steps, wanted):
        self.exact(self.error(self.after(steps), self.X, self.T), [wanted])

    def test_n3(self):
        p = self.START
        net2 = gs.sigmoid(self.X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
        deltas = gs.grad(gs.binary_cross_entropy)(net2, self.T)
        same(deltas, [[0.7887314002, -0.1525511147]], rel=1e-9, abs_=1e-10)
        same(deltas, gs.sigmoid(net2) - self.T)
        smaller = gs.grad(lambda z: gs.half_sse(gs.sigmoid(z), self.T))(net2)
        same(deltas / smaller, [[6.22047024, 7.34601379]], rel=1e-8)


class TestActivations:
    AT = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])

    def test_n4_sigmoid(self):
        wanted = [0.11920292, 0.26894142, 0.5, 0.73105858, 0.88079708]
        same(gs.sigmoid(self.AT), wanted, rel=0, abs_=5e-9)
        wanted = [0.10499359, 0.19661193, 0.25, 0.19661193, 0.10499359]
        same(gs.grad(lambda x: gs.sum(gs.sigmoid(x)))(self.AT), wanted, rel=0, abs_=5e-9)

    def test_n4_tanh(self):
        wanted = [0.07065082, 0.41997434, 1, 0.41997434, 0.07065082]
        same(gs.grad(lambda x: gs.sum(gs.tanh(x)))(self.AT), wanted, rel=0, abs_=5e-9)

    def test_n6_the_step_rule(self):
        found = gs.heaviside([-0.5, 0, 0.3, 1, 1.2])
        np.testing.assert_array_equal(found, [0, 0, 1, 1, 1])
        every = gs.heaviside(np.linspace(-3, 3, 601))
        assert set(every.tolist()) == {0.0, 1.0}

    @pytest.mark.parametrize("targets", [2, np.array([0.0, 0.0, 1.0])])
    def test_n6_one_sample(self, targets):
        slope = gs.grad(gs.cross_entropy)(np.array([1.0, 2.0, 3.0]), targets)
        same(slope, [0.09003057, 0.24472847, -0.33475904], rel=0, abs_=5e-9)

    def test_n6_ten_sigmoids(self):
        steepest = gs.grad(gs.sigmoid)(0.0)
        assert steepest**10 == 9.5367431640625e-07

        def ten(x):
            for _ in range(10):
                x = gs.sigmoid(x) - 0.5  # each at its steepest
            return x

        same(gs.grad(ten)(0.0), 9.5367431640625e-07)


class TestBatch:
    """N5: two samples, negative weights, no square matrix, softmax cross entropy."""

    X = np.array([[0.5, -1, 2], [1, 0.3, -0.7]])
    LABELS = np.array([2, 0])
    START: ClassVar = {
        "W1": np.array([[0.2, -0.4], [-0.3, 0.1], [0.5, 0.6]]),
        "b1": np.array([0.1, -0.2]),
        "W2": np.array([[0.3, -0.5, 0.8], [-0.6, 0.4, 0.2]]),
        "b2": np.array([0.05, -0.1, 0]),
    }
    SLOPES: ClassVar = {
        "W2": [
            [0.1416437876764707, 0.0662812331585877, -0.2079250208350584],
            [0.2551358699112585, -0.03318932518073, -0.2219465447305285],
        ],
        "b2": [-0.1222731062079472, 0.2076851983371964, -0.0854120921292492],
        "W1": [
            [-0.0462014578713601, 0.0678451030081739],
            [0.0231625892244497, 0.076747723326812],
            [-0.0433147294698443, -0.1627318783641961],
        ],
        "b1": [-0.0622984259521679, 0.0433258889106261],
    }
    E = 0.6033202714054899

    def logits(self, p, x):
        return gs.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]

    def error(self, p, x, labels):
        return gs.cross_entropy(self.logits(p, x), labels)

    def test_forward(self):
        p = self.START
        net = self.X @ p["W1"] + p["b1"]
        same(net, [[1.5, 0.7], [-0.14, -0.99]])
        out = gs.tanh(net)
        same(
            out,
            [
                [0.9051482536448665, 0.6043677771171634],
                [-0.139092447878458, -0.7573623242165263],
            ],
        )
        logits = self.logits(p, self.X)
        same(
            logits,
            [
                [-0.0410761901768381, -0.3108270159755679, 0.844992158339326],
                [0.4626896601663784, -0.3333987057473815, -0.2627464231460717],
            ],
        )
        same(
            gs.softmax(logits),
            [
                [0.238712246788478, 0.1822734464278218, 0.5790143067837001],
                [0.5167415407956275, 0.233096950246571, 0.2501615089578014],
            ],
        )

    def test_gradients(self):
        value, slopes = gs.value_and_grad(self.error)(self.START, self.X, self.LABELS)
        same(value, self.E)
        for name, wanted in self.SLOPES.items():
            same(slopes[name], wanted)
        assert slopes["b2"].sum() == pytest.approx(0, abs=1e-15)

    def test_one_hot_targets(self):
        slopes = gs.grad(self.error)(self.START, self.X, np.eye(3)[self.LABELS])
        for name, wanted in self.SLOPES.items():
            same(slopes[name], wanted)

    def test_paths_of_the_first_weight(self):
        p = self.START
        out = gs.tanh(self.X @ p["W1"] + p["b1"])
        deltas = gs.grad(gs.cross_entropy)(self.logits(p, self.X), self.LABELS)
        _, pullback = gs.vjp(gs.tanh, self.X @ p["W1"] + p["b1"])
        slope = pullback(np.ones_like(out))[0][:, 0]
        paths = self.X[:, :1] * slope[:, None] * p["W2"][0] * deltas
        wanted = [
            [0.0032352665840, -0.0041172527336, -0.0152149819312],
            [-0.0710863497592, -0.0571468228420, 0.0981286828107],
        ]
        same(paths, wanted, rel=0, abs_=1e-10)
        same(paths.sum(), self.SLOPES["W1"][0][0])

    def test_the_step(self):
        slopes = gs.grad(self.error)(self.START, self.X, self.LABELS)
        new = {name: value - 0.1 * slopes[name] for name, value in self.START.items()}
        same(self.error(new, self.X, self.LABELS), 0.5741491576815672)
        forecast = -0.1 * sum(np.sum(slope**2) for slope in slopes.values())
        same(forecast, -0.029580447831482)

    def test_adam_s_first_step(self):
        slope = gs.grad(self.error)(self.START, self.X, self.LABELS)["W1"][0]
        new = self.START["W1"][0] - 1e-3 * slope / (np.abs(slope) + 1e-8)
        same(new, [0.2009999997835567, -0.4009999998526055])
