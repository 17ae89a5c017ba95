"""Steps told number by number: the numbers of CASES.md, the paths, the promise of digits."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts.examples import n1, n5
from gradstone.accounts.formula import amount, forms
from gradstone.errors import GradstoneError
from gradstone.execute.interpreter import run
from gradstone.graph.op import tagged
from gradstone.graph.walk import Graph
from gradstone.training.optimizers import OPTIMIZERS

N1 = {
    "net1[0,0]": 0.6, "net1[0,1]": 0.66,
    "out1[0,0]": 0.6456563062257954, "out1[0,1]": 0.6592603884513855,
    "net2[0,0]": 1.378384386183729, "net2[0,1]": 1.6393677251191652,
    "out2[0,0]": 0.7987314002469799, "out2[0,1]": 0.8374488853093651,
    "part[0,0]": 0.31104861086778074, "part[0,1]": 0.011635921296677617,
    "loss": 0.32268453216445836,
    "dnet2[0,0]": 0.12679610537405006, "dnet2[0,1]": -0.020766516248404077,
    "dout1[0,0]": 0.04886149131314218, "dout1[0,1]": 0.059464450225706775,
    "dnet1[0,0]": 0.011178739177656792, "dnet1[0,1]": 0.013357863892211337,
    "dW1[0,0]": 0.0011178739177656793, "dW1[1,0]": 0.0022357478355313587,
    "dW1[0,1]": 0.0013357863892211339, "dW1[1,1]": 0.0026715727784422678,
    "dW2[0,0]": 0.08186670503962588, "dW2[1,0]": 0.08359164968301905,
    "dW2[0,1]": -0.013408032174122538, "dW2[1,1]": -0.01369054156870488,
    "new W1[0,0]": 0.09944106304111716, "new W1[1,0]": 0.19888212608223432,
    "new W1[0,1]": 0.2993321068053894, "new W1[1,1]": 0.39866421361077886,
    "new W2[0,0]": 0.45906664748018705, "new W2[1,0]": 0.5582041751584904,
    "new W2[0,1]": 0.7067040160870612, "new W2[1,1]": 0.8068452707843525,
    "new b1[0]": 0.5444106304111717, "new b1[1]": 0.5433210680538944,
    "new b2[0]": 0.596601947312975, "new b2[1]": 0.6703832581242021,
    "after out2[0,0]": 0.7789410338092726, "after out2[0,1]": 0.8397501320663255,
    "after loss": 0.3069226681448798, "forecast": -0.0154419973,
}  # fmt: skip
N5 = {
    "net1": [[1.5, 0.7], [-0.14, -0.99]],
    "out1": [[0.9051482536448665, 0.6043677771171634], [-0.139092447878458, -0.7573623242165263]],
    "net2": [
        [-0.0410761901768381, -0.3108270159755679, 0.844992158339326],
        [0.4626896601663784, -0.3333987057473815, -0.2627464231460717],
    ],
    "p": [
        [0.238712246788478, 0.1822734464278218, 0.5790143067837001],
        [0.5167415407956275, 0.233096950246571, 0.2501615089578014],
    ],
    "dW2": [
        [0.1416437876764707, 0.0662812331585877, -0.2079250208350584],
        [0.2551358699112585, -0.03318932518073, -0.2219465447305285],
    ],
    "db2": [-0.1222731062079472, 0.2076851983371964, -0.0854120921292492],
    "dW1": [
        [-0.0462014578713601, 0.0678451030081739],
        [0.0231625892244497, 0.076747723326812],
        [-0.0433147294698443, -0.1627318783641961],
    ],
    "db1": [-0.0622984259521679, 0.0433258889106261],
}
PATHS = (
    0.0032352665840, -0.0041172527336, -0.0152149819312,
    -0.0710863497592, -0.0571468228420, 0.0981286828107,
)  # fmt: skip


def test_every_number_of_n1():
    story = n1().story
    for address, value in N1.items():
        tolerance = 1e-8 if address == "forecast" else 1e-12
        assert story.entries[address].value == pytest.approx(value, rel=tolerance), address


def test_every_number_of_n5():
    account = n5()
    for name, values in N5.items():
        assert account.array(name) == pytest.approx(np.array(values), rel=1e-9), name
    entries = account.story.entries
    assert entries["loss"].value == pytest.approx(0.6033202714054899, rel=1e-12)
    assert entries["after loss"].value == pytest.approx(0.5741491576815672, rel=1e-12)
    assert entries["forecast"].value == pytest.approx(-0.029580447831482, rel=1e-12)
    assert account.paths("W1[0,0]").products == pytest.approx(PATHS, rel=1e-9)


def test_paths_of_n1():
    account = n1()
    assert len(account.paths("W2[0,0]")) == 1
    paths = account.paths("W1[0,0]")
    assert paths.products == pytest.approx((0.00145044753, -0.000332573615), rel=1e-8)
    assert sorted(paths.factors(0)) == [
        "W2[0,0]", "dout2[0,0]", "slope1[0,0]", "slope2[0,0]", "x[0,0]"
    ]  # fmt: skip
    assert np.prod(list(paths.factors(1).values())) == pytest.approx(paths.products[1])


@pytest.mark.parametrize("account", [n1, n5])
def test_the_paths_of_every_parameter_sum_to_its_gradient(account):
    told = account()
    for name in ("W1", "b1", "W2", "b2"):
        slopes = told.gradient(name)
        for at in np.ndindex(slopes.shape):
            weight = f"{name}[{','.join(map(str, at))}]"
            assert told.paths(weight).sum == pytest.approx(slopes[at], rel=1e-12, abs=1e-15)


def deep(widths, samples=3, loss="mse", activation="tanh", output=None, **options):
    random = np.random.default_rng(1)
    network = gs.MLP(widths, activation, output)
    x = random.normal(size=(samples, widths[0]))
    t = random.uniform(0.1, 0.9, size=(samples, widths[-1]))
    if loss == "cross_entropy":
        t = random.integers(widths[-1], size=samples)
    return gs.explain(network, x, t, loss=loss, seed=2, **options)


def test_many_paths_are_the_ten_largest_and_the_rest():
    account = deep([3, 8, 8, 2])
    paths = account.paths("W1[2,5]")
    assert len(paths) == 11
    sizes = np.abs(paths.products[:10])
    assert (np.diff(sizes) <= 1e-15).all()
    assert paths.sum == pytest.approx(account.gradient("W1")[2, 5], rel=1e-12)


def test_sixteen_million_paths_are_not_counted_one_by_one():
    account = deep([3, 64, 64, 64, 64, 2], samples=2, weight="W1[1,3]")
    paths = account.paths("W1[1,3]")
    assert len(paths) == 11
    assert paths.sum == pytest.approx(account.story.entries["dW1[1,3]"].value, rel=1e-12)


ACCOUNTS = {
    "n1": n1, "n5": n5,
    "adam": lambda: deep([2, 3, 1], optimizer=gs.adam(0.01)),
    "decay": lambda: deep([2, 3, 1], optimizer=gs.adamw(0.01), clip=0.1, l2=0.01, l1=0.001),
    "large": lambda: deep([20, 40, 30, 3], samples=16, loss="cross_entropy", output="softmax"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCOUNTS)
def test_lines_recomputed_from_what_is_printed_agree(name):
    story = ACCOUNTS[name]().story
    assert story.lines
    for line in story.lines.values():
        operands = [story.entries[one] for one in line.operands]
        graph = Graph(tuple(one.node for one in operands), (line.rule,))
        exact = run(graph, *(np.float64(one.value) for one in operands))[0]
        value = story.entries[line.entry].value
        assert exact == pytest.approx(value, rel=1e-13, abs=1e-300)
        shown = run(graph, *(np.float64(amount(one, 6).text) for one in operands))[0]
        assert shown == pytest.approx(value, rel=1.000001e-6, abs=1e-15), line.id
        assert forms(story, line).left


HEADS = {
    "cross_entropy": "softmax", "cross_entropy_of_probabilities": "softmax",
    "binary_cross_entropy": "sigmoid", "binary_cross_entropy_of_probabilities": "sigmoid",
}  # fmt: skip


@pytest.mark.parametrize("loss", sorted(tagged("loss")))
@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_every_loss_and_optimizer_is_told_and_checked(loss, optimizer):
    random = np.random.default_rng(3)
    x, t = random.normal(size=(3, 2)), random.dirichlet([1.0, 1.0, 1.0], size=3)
    network, rule = gs.MLP([2, 3, 3], "tanh", HEADS.get(loss)), OPTIMIZERS[optimizer](0.05)
    story = gs.explain(network, x, t, loss=loss, optimizer=rule).story
    checks = [line.check.verdict for line in story.lines.values() if line.check]
    assert len(checks) >= 21
    assert set(checks) == {"ok"}


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw", "rmsprop"])
def test_the_update_told_is_the_update_trained(optimizer):
    random = np.random.default_rng(0)
    x, t = random.normal(size=(6, 2)), random.normal(size=(6, 1))
    rule = getattr(gs, optimizer)(0.05)
    run_ = gs.train(gs.MLP([2, 3, 1], "tanh"), x, t, "mse", rule, epochs=3, batch_size=6,
                    dtype="float64", shuffle=False)  # fmt: skip
    account = gs.explain(run_, x, t)
    run_.fit(x, t, 1, 6)
    for name, value in run_.parameters.items():
        assert account.array(f"new {name}") == pytest.approx(value, rel=1e-12), name


def test_kinks_are_called_kinks():
    network = gs.MLP([1, 1, 1], "relu")
    given = {"W1": [[1.0]], "b1": [0.0], "W2": [[1.0]], "b2": [0.5]}
    story = gs.explain(network, [[0.0]], [[0.0]], loss="half_sse", parameters=given).story
    found = {line.entry: line.check.verdict for line in story.lines.values() if line.check}
    assert found["db1[0]"] == "kink"
    assert found["db2[0]"] == "ok"


def test_names_that_are_not_there_get_the_nearest():
    account = n1()
    with pytest.raises(GradstoneError, match=r"W1\[0,0\]"):
        account.paths("W1[5,2]")
    with pytest.raises(GradstoneError, match="0 to 0"):
        n1(sample=3)
    with pytest.raises(GradstoneError, match="h1"):
        n1(neuron="h9")
    with pytest.raises(GradstoneError, match="net1"):
        account.array("nett1")
    with pytest.raises(GradstoneError, match="overview"):
        n1(detail="overwiev")
    with pytest.raises(GradstoneError, match="2 to 12"):
        n1(digits=40)


def test_a_large_network_tells_one_thread():
    account = deep([30, 64, 32, 5], samples=40, loss="cross_entropy", output="softmax")
    story = account.story
    assert len(story.lines) < 100
    own = story.settings["weight"]
    line = story.lines[story.entries[f"d{own}"].line]
    assert line.check.verdict == "ok"
    chosen = deep([30, 64, 32, 5], samples=40, loss="cross_entropy", output="softmax",
                  sample=7, neuron="2:h3")  # fmt: skip
    assert chosen.story.settings["sample"] == 7
    assert chosen.story.settings["weight"].endswith(",2]")


@pytest.mark.parametrize("detail", ["overview", "layers", "numbers"])
def test_levels_of_detail_tell_the_same_gradient(detail):
    account = n5(detail=detail, weight="W1[0,0]")
    assert account.story.entries["dW1[0,0]"].value == pytest.approx(-0.0462014578713601, rel=1e-10)


NETWORKS = {
    "hidden softmax": gs.Sequential(gs.Linear(4, 2), "softmax", gs.Linear(2, 2)),
    "dropout": gs.MLP([4, 4, 2], "tanh", dropout=0.5),
    "no bias": gs.MLP([4, 3, 2], "silu", bias=False),
    "one layer": gs.MLP([4, 2]),
    "flatten": gs.Sequential(gs.Flatten(), gs.Linear(4, 3), "gelu", gs.Linear(3, 2), "sigmoid"),
    "three hidden": gs.MLP([4, 3, 2, 3, 2], "elu"),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_every_kind_are_told_and_checked(name):
    random = np.random.default_rng(5)
    shape = (3, 2, 2) if name == "flatten" else (3, 4)
    t = random.normal(size=(3, 2))
    story = gs.explain(NETWORKS[name], random.normal(size=shape), t, loss="mse").story
    assert all(np.isfinite(one.value) for one in story.entries.values())
    checks = [line.check.verdict for line in story.lines.values() if line.check]
    assert set(checks) == {"ok"}
