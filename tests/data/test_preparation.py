"""What is learned from training rows, and applied to others."""

import json

import numpy as np
import pytest

from gradstone.data.preparation import Preparation, prepare
from gradstone.data.tables import Table
from gradstone.errors import DataError, UnknownNameError


def table(**columns):
    cells = tuple(tuple(str(cell) for cell in column) for column in columns.values())
    return Table("t.csv", tuple(columns), cells, tuple(range(2, 2 + len(cells[0]))))


def flowers():
    return table(a=[1, 2, 3, 10], b=[5, 5, 5, 6], kind=["rose", "lily", "rose", "iris"])


def test_classes_of_text():
    ready = prepare(flowers(), "kind")
    assert ready.task == "classification"
    assert ready.classes == ("iris", "lily", "rose")
    assert ready.features == ("a", "b")
    assert ready.targets(flowers()).tolist() == [2, 1, 2, 0]
    assert ready.targets(flowers()).dtype == np.int64
    assert ready.labels([[0], [2]]).tolist() == [["iris"], ["rose"]]


def test_standardised_by_the_training_rows_alone():
    ready = prepare(flowers(), "kind", rows=[0, 1, 2])
    assert ready.mean == (2, 5)
    assert ready.scale == (np.sqrt(2 / 3), 1)
    inputs = ready.apply(flowers())
    assert inputs.dtype == np.float64
    assert inputs[:, 0] == pytest.approx(np.array([-1, 0, 1, 8]) / np.sqrt(2 / 3))
    assert inputs[:, 1].tolist() == [0, 0, 0, 1]
    assert ready.classes == ("iris", "lily", "rose")


def test_other_columns_and_their_order_do_not_matter():
    ready = prepare(flowers(), "kind")
    other = table(b=[5], more=["?"], a=[4])
    assert ready.apply(other).tolist() == [[0, (5 - 5.25) / ready.scale[1]]]


@pytest.mark.parametrize(
    ("cells", "task", "classes"),
    [
        (["0", "1", "1", "0"], "classification", ("0", "1")),
        (["10", "9.0", "2", "02"], "classification", ("2", "9", "10")),
        ([str(n % 20) for n in range(60)], "classification", tuple(map(str, range(20)))),
        ([str(n % 21) for n in range(60)], "regression", ()),
        (["0.5", "1", "1", "0"], "regression", ()),
        (["0.5", "1", "x", "0"], "classification", ("0", "0.5", "1", "x")),
    ],
)
def test_which_task(cells, task, classes):
    given = table(a=range(len(cells)), y=cells)
    ready = prepare(given, "y")
    assert ready.task == task
    assert ready.classes == classes
    assert len(ready.targets(given)) == len(cells)


def test_the_task_by_request():
    given = table(a=[1, 2, 3], y=["0.5", "1.0", "1"])
    ready = prepare(given, "y", task="classification")
    assert ready.classes == ("0.5", "1")
    assert ready.targets(given).tolist() == [0, 1, 1]
    assert prepare(table(a=[1, 2], y=[0, 1]), "y", task="regression").task == "regression"
    with pytest.raises(DataError, match="line 4, column 'y': 'x' came"):
        prepare(table(a=[1, 2, 3], y=[0, 1, "x"]), "y", task="regression")
    with pytest.raises(UnknownNameError, match="Did you mean regression"):
        prepare(given, "y", task="regresion")


def test_regression_targets_are_standardised():
    given = table(a=[1, 2, 3], price=[100.5, 200.5, 600.5])
    ready = prepare(given, "price", rows=[0, 1])
    assert ready.target_mean == 150.5
    assert ready.target_scale == 50
    assert ready.targets(given).tolist() == [-1, 1, 9]
    assert ready.values([[-1.0], [9.0]]).tolist() == [[100.5], [600.5]]


@pytest.mark.parametrize("cells", [[0.1] * 7, [0] * 7, [-1e300] * 7, [5e-324] * 7])
def test_constant_columns(cells):
    ready = prepare(table(a=cells, y=[0, 1] * 3 + [0]), "y")
    assert ready.scale == (1,)
    assert ready.apply(table(a=cells)).tolist() == [[0]] * 7


@pytest.mark.parametrize("size", [1e300, 1.7e308, 1e-300, 1.0])
def test_columns_of_any_size(size):
    given = table(a=[size, -size, size, -size], y=[0, 1, 0, 1])
    ready = prepare(given, "y")
    assert ready.scale == (size,)
    assert ready.apply(given)[:, 0].tolist() == [1, -1, 1, -1]


def test_cells_far_outside_training():
    ready = prepare(table(a=[0, 1e-9], y=[0, 1]), "y")
    with pytest.raises(DataError, match="line 3, column 'a': far too large"):
        ready.apply(table(a=[0, 1e308]))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (table(y=[1, 2]), "only the target column 'y'"),
        (table(a=[1, 2], y=[1, 1.0]), "t.csv, column 'y': one class only, '1'"),
        (table(a=[1, 2], y=["x", "x"]), "one class only, 'x'"),
        (table(a=[1, 2], y=["x", ""]), "line 3, column 'y': an empty cell"),
        (table(a=[1, 2], y=["NaN", "x"]), "line 2, column 'y': 'NaN' came"),
        (table(a=[1, 2], y=[1.5, "inf"]), "line 3, column 'y': 'inf' came"),
        (table(a=[1, "x"], y=[0, 1]), "line 3, column 'a': 'x' came"),
        (table(a=range(50), y=[*np.arange(49) / 7, "n/a"]), "line 51, column 'y': 'n/a' came"),
    ],
)
def test_tables_that_cannot_be_prepared(given, message):
    with pytest.raises(DataError, match=message):
        prepare(given, "y")


def test_columns_that_are_missing():
    with pytest.raises(UnknownNameError, match=r"no column 'knd': its .* Did you mean kind"):
        prepare(flowers(), "knd")
    ready = prepare(flowers(), "kind")
    with pytest.raises(UnknownNameError, match="no column 'b': its columns are a"):
        ready.apply(table(a=[1]))
    with pytest.raises(UnknownNameError, match="no column 'kind'"):
        ready.targets(table(a=[1]))


def test_no_training_rows():
    with pytest.raises(DataError, match="no training rows"):
        prepare(flowers(), "kind", rows=[])


def test_a_label_not_seen_in_training():
    ready = prepare(flowers(), "kind")
    with pytest.raises(DataError, match=r"line 2, .*'tulip' came: .*\(iris, lily, rose\)"):
        ready.targets(table(kind=["tulip"]))


@pytest.mark.parametrize("target", ["kind", "a"])
def test_saved_and_restored(target):
    given = flowers() if target == "kind" else table(a=[0.1, 1 / 3, 7], b=[1, 2, 4])
    ready = prepare(given, target)
    restored = Preparation.from_json(json.loads(json.dumps(ready.to_json())))
    assert restored == ready
    assert (restored.apply(given) == ready.apply(given)).all()


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"task": "magic"},
        {"features": ["a"]},
        {"features": "ab"},
        {"features": [1, 2]},
        {"mean": [0.0, float("nan")]},
        {"mean": ["0", "1"]},
        {"scale": [1.0, 0.0]},
        {"classes": []},
        {"classes": ["a", "a"]},
        {"target": None},
        {"target_scale": -1.0},
        {"target_mean": None},
    ],
)
def test_a_foreign_preparation(change):
    plain = prepare(flowers(), "kind").to_json()
    with pytest.raises(DataError, match="saved preparation: it cannot be used"):
        Preparation.from_json({**plain, **change})
    for wrong in ({}, [], None, {key: plain[key] for key in list(plain)[1:]}):
        with pytest.raises(DataError, match="saved preparation"):
            Preparation.from_json(wrong)
