"""`gradstone predict`: CSV in, CSV out, and what cannot be predicted from."""

import csv
import io

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.sets import handwritten_digits


@pytest.fixture
def trained(gradstone, flowers):
    assert gradstone("train", flowers, "--target", "kind", "--out", "run", "-q").code == 0
    return flowers


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_classes(gradstone, trained):
    done = gradstone("predict", "run", trained)
    assert (done.code, done.err) == (0, "")
    found = rows(done.out)
    assert list(found[0]) == ["line", "prediction", "probability"]
    assert [row["line"] for row in found] == [str(line) for line in range(2, 92)]
    true = [line.split(",")[2] for line in trained.read_text().splitlines()[1:]]
    assert np.mean([row["prediction"] == one for row, one in zip(found, true, strict=True)]) > 0.97
    assert all(1 / 3 < float(row["probability"]) <= 1 for row in found)


def test_a_probability_for_every_class(gradstone, trained):
    found = rows(gradstone("predict", "run", trained, "--proba").out)
    classes = ("lily", "rose", "tulip")
    for row in found:
        shares = [float(row[f"probability_{name}"]) for name in classes]
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert row["prediction"] == classes[int(np.argmax(shares))]


def test_columns_by_name(gradstone, tmp_path, trained):
    (tmp_path / "a.csv").write_text("length,width\n4.1,0.3\n\n0.2,-1\n")
    (tmp_path / "b.csv").write_text("name;width;length\nx;0.3;4.1\ny;-1;0.2\n")
    a, b = (rows(gradstone("predict", "run", tmp_path / name).out) for name in ("a.csv", "b.csv"))
    assert [row["line"] for row in a] == ["2", "4"]
    assert [(row["prediction"], row["probability"]) for row in a] == [
        (row["prediction"], row["probability"]) for row in b
    ]
    assert [row["prediction"] for row in a] == ["tulip", "rose"]


def test_values_in_the_units_of_the_table(gradstone, houses):
    assert gradstone("train", houses, "--target", "price", "--out", "run", "-q").code == 0
    found = rows(gradstone("predict", "run", houses).out)
    assert list(found[0]) == ["line", "prediction"]
    true = [float(line.split(",")[2]) for line in houses.read_text().splitlines()[1:]]
    error = np.abs(np.array([float(row["prediction"]) for row in found]) - true).mean()
    assert error < 0.1 * np.std(true)


def test_the_digits_from_pixels(gradstone, tmp_path):
    assert gradstone("train", "--out", "run", "-q").code == 0
    test = handwritten_digits().split(0.2, 0)[1]
    with (tmp_path / "images.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(test.features)
        writer.writerows((test.inputs * 16).astype(int).tolist())
    done = gradstone("predict", "run", "images.csv")
    found = [int(row["prediction"]) for row in rows(done.out)]
    assert np.mean(found == test.targets) >= 0.96
    np.testing.assert_array_equal(found, gs.load(tmp_path / "run").predict(test.inputs))


def test_into_a_file(gradstone, tmp_path, trained):
    done = gradstone("predict", "run", trained, "--out", "predicted.csv")
    assert (done.code, done.out) == (0, "")
    path = tmp_path / "predicted.csv"
    assert len(rows(path.read_text())) == 90
    path.write_text("mine")
    refused = gradstone("predict", "run", trained, "--out", "predicted.csv")
    assert refused.code == 2
    assert "--force" in refused.complaint
    assert path.read_text() == "mine"
    assert gradstone("predict", "run", trained, "--out", "predicted.csv", "--force").code == 0
    assert len(rows(path.read_text())) == 90


def test_what_lies_far_outside_is_warned_of(gradstone, tmp_path, trained):
    (tmp_path / "far.csv").write_text("length,width\n1000,0\n")
    done = gradstone("predict", "run", "far.csv")
    assert done.code == 0
    assert done.complaint.startswith("gradstone: warning: predict: 1 values lie far outside")


def test_a_run_that_was_not_trained_from_a_table(gradstone, tmp_path):
    X, y = np.array([[0.0, 1.0], [1.0, 0.0]] * 4), np.array(["no", "yes"] * 4)
    net = gs.MLP([2, 4, 2], output="softmax")
    gs.train(net, X, y, optimizer=gs.adam(0.1), epochs=50).save(tmp_path / "run")
    (tmp_path / "x.csv").write_text("p,q\n0,1\n1,0\n")
    found = rows(gradstone("predict", "run", "x.csv", "--proba").out)
    assert [row["prediction"] for row in found] == ["no", "yes"]
    assert "probability_yes" in found[0]
    (tmp_path / "y.csv").write_text("p\n0\n")
    done = gradstone("predict", "run", "y.csv")
    assert done.code == 2
    assert "the network takes 2 numbers" in done.complaint


def test_several_values(gradstone, tmp_path):
    X = np.linspace(-1, 1, 12).reshape(-1, 2)
    gs.train(gs.MLP([2, 3]), X, np.hstack([X, X[:, :1]]), epochs=1).save(tmp_path / "run")
    (tmp_path / "x.csv").write_text("p,q\n0,1\n1,0\n")
    found = rows(gradstone("predict", "run", "x.csv").out)
    assert list(found[0]) == ["line", "prediction_0", "prediction_1", "prediction_2"]


def test_images(gradstone, tmp_path):
    digits = handwritten_digits(flat=False)
    net = gs.Sequential(gs.Flatten(), gs.Linear(64, 10), "softmax")
    gs.train(net, digits.inputs[:100], digits.targets[:100], epochs=1).save(tmp_path / "run")
    (tmp_path / "x.csv").write_text(
        ",".join(digits.features) + "\n" + ",".join(map(str, digits.inputs[0].ravel())) + "\n"
    )
    assert len(rows(gradstone("predict", "run", "x.csv").out)) == 1


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("lenght,width\n1,2\n", "Did you mean lenght?"),
        ("length,width\n1,wide\n", "line 2, column 'width': 'wide' came"),
        ("length,width\n1,nan\n", "a finite number was wanted"),
        ("length,width\n1,1e300\n", "not finite in float32"),
        ("", "an empty file"),
    ],
)
def test_bad_tables(gradstone, tmp_path, trained, table, told):
    (tmp_path / "bad.csv").write_text(table)
    done = gradstone("predict", "run", "bad.csv", "--out", "predicted.csv")
    assert done.code == 2
    assert told in done.complaint
    assert not (tmp_path / "predicted.csv").exists()


def test_files_that_are_no_runs(gradstone, tmp_path, trained):
    model = tmp_path / "run" / "model.safetensors"
    whole = model.read_bytes()
    for content in (b"", b"hello", whole[:100], whole[: len(whole) // 2], whole[:-1]):
        model.write_bytes(content)
        done = gradstone("predict", "run", trained)
        assert done.code == 2
        assert "model.safetensors" in done.complaint
    from safetensors.numpy import save

    model.write_bytes(save({"weights": np.zeros(3, np.float32)}))
    assert "format 'unknown'" in gradstone("predict", "run", trained).complaint
    assert "no such file" in gradstone("predict", "nowhere", trained).complaint


def test_a_damaged_preparation(gradstone, tmp_path, trained):
    run = gs.load(tmp_path / "run")
    run.preparation["scale"] = [0.0, 1.0]
    run.save(tmp_path / "other")
    done = gradstone("predict", "other", trained)
    assert done.code == 2
    assert "saved preparation" in done.complaint


def test_a_file_that_cannot_be_written(gradstone, trained):
    done = gradstone("predict", "run", trained, "--out", "flowers.csv/x.csv")
    assert done.code == 2
    assert "can be written" in done.complaint


def test_probabilities_of_numbers_are_refused(gradstone, tmp_path, houses):
    arguments = (houses, "--target", "price", "--epochs", 1, "--out", "numbers", "-q")
    assert gradstone("train", *arguments).code == 0
    refused = gradstone("predict", "numbers", houses, "--proba")
    assert refused.code == 2
    assert "--proba" in refused.complaint
