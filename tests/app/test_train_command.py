"""`gradstone train`: what it leaves, what it says, and what it refuses."""

import json
import os
import re
import signal
import subprocess
import sys
import warnings
from dataclasses import asdict
from inspect import signature

import numpy as np
import pytest

import gradstone as gs
from gradstone.app.cli import fitted, request, train_command
from gradstone.app.cli.material import digits

FILES = {"model.safetensors", "history.json", "loss.png", "report.html", "README.md"}
PNG = b"\x89PNG\r\n\x1a\n"


def names(folder):
    return {path.name for path in folder.iterdir()}


def python_block(page):
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return code


def test_the_digits(gradstone, tmp_path, capsys):
    done = gradstone("train")
    assert done.code == 0
    folder = tmp_path / "runs" / "digits-001"
    assert names(folder) == FILES | {"confusion.png", "samples.png"}
    for picture in folder.glob("*.png"):
        assert picture.read_bytes().startswith(PNG)
    plan, first, *_, last = done.err.splitlines()
    assert plan.startswith("1293 samples, batch 32: 41 iterations an epoch, the last of 13; ")
    assert re.match(r"epoch 1/25  loss [\d.]+  accuracy [\d.]+ %  validation loss ", first)
    assert last.startswith("epoch 25/25  ")
    assert len(done.err.splitlines()) < 25
    assert re.search(r"^359 test rows: accuracy 9[789]\.\d %, \d+ right \(always", done.out, re.M)
    assert f"saved in {folder.relative_to(tmp_path)}: model.safetensors" in done.out
    history = json.loads((folder / "history.json").read_text())
    assert set(history) == {"loss", "accuracy", "validation_loss", "validation_accuracy"}
    assert {len(values) for values in history.values()} == {25}
    page = (folder / "README.md").read_text("utf-8")
    assert "    gradstone train\n" in page
    assert all(f"* `{name}`: " in page for name in names(folder))
    exec(compile(python_block(folder / "README.md"), "README", "exec"), {})
    assert "'accuracy': 0.9" in capsys.readouterr().out


def test_ten_seeds_reach_97_percent():
    """T7: default settings, the split fixed apart from the training seed."""
    material, found = digits(), []
    for seed in range(10):
        wanted = request.Request(seed=seed)
        run = fitted.fitted(material, wanted, *request.network_of(material, wanted))
        found.append(run.evaluate(material.test.inputs, material.test.targets)["accuracy"])
    assert np.median(found) >= 0.97
    assert min(found) >= 0.96


def test_a_request_without_a_word_is_that_of_the_command_line():
    parameters = signature(train_command.train).parameters
    for name, value in asdict(request.Request()).items():
        assert parameters[name].default == value


@pytest.mark.usefixtures("undrawn")
def test_runs_are_numbered_and_never_overwritten(gradstone, tmp_path):
    for _ in range(2):
        assert gradstone("train", "--epochs", 0, "--quiet").code == 0
    (tmp_path / "runs" / "digits-007").mkdir()
    done = gradstone("train", "--epochs", 0, "--quiet")
    assert (done.out, done.err) == ("runs/digits-008\n", "")
    assert names(tmp_path / "runs") == {"digits-001", "digits-002", "digits-007", "digits-008"}


@pytest.mark.usefixtures("undrawn")
def test_a_run_that_is_there_stays_unless_force(gradstone, tmp_path, houses):
    assert gradstone("train", "--epochs", 0, "--out", "here", "-q").code == 0
    before = (tmp_path / "here" / "model.safetensors").read_bytes()
    done = gradstone("train", "--epochs", 0, "--out", "here", "-q")
    assert done.code == 2
    assert "--force" in done.complaint
    assert (tmp_path / "here" / "model.safetensors").read_bytes() == before
    (tmp_path / "here" / "mine.txt").write_text("not Gradstone's")
    arguments = (houses, "--target", "price", "--epochs", 1, "--out", "here", "--force", "-q")
    assert gradstone("train", *arguments).code == 0
    assert names(tmp_path / "here") == FILES | {"predictions.png", "mine.txt"}


def test_a_table_of_classes(gradstone, tmp_path, flowers, capsys):
    done = gradstone("train", "flowers.csv", "--target", "kind")
    assert done.code == 0
    assert "18 test rows: accuracy 100.0 %, 18 right (always saying lily: 33.3 %)" in done.out
    folder = tmp_path / "runs" / "flowers-001"
    assert names(folder) == FILES | {"confusion.png", "regions.png"}
    run = gs.load(folder)
    assert run.preparation["classes"] == ["lily", "rose", "tulip"]
    exec(compile(python_block(folder / "README.md"), "README", "exec"), {})
    assert "'rose' 'tulip' 'lily'" in capsys.readouterr().out


def test_a_table_of_numbers(gradstone, tmp_path, houses, capsys):
    done = gradstone("train", houses, "--target", "price", "--out", "prices")
    assert done.code == 0
    found = re.search(
        r"24 test rows: mean absolute error (\S+) in units of price \(always saying (\S+): (\S+)\)",
        done.out,
    )
    error, mean, always = map(float, found.groups())
    assert error < always / 10
    assert 1e5 < mean < 6e5
    assert names(tmp_path / "prices") == FILES | {"predictions.png"}
    capsys.readouterr()
    exec(compile(python_block(tmp_path / "prices" / "README.md"), "README", "exec"), {})
    assert re.match(r"\[\[?\s*\d{5,6}", capsys.readouterr().out)


def test_a_table_to_test_on(gradstone, tmp_path, flowers):
    lines = flowers.read_text().splitlines(keepends=True)
    (tmp_path / "later.csv").write_text("".join([lines[0], *lines[-6:]]))
    arguments = ("--target", "kind", "--test", "later.csv", "--validation", 0)
    done = gradstone("train", flowers, *arguments)
    assert done.code == 0
    assert done.err.startswith("90 samples, ")
    assert "\n6 test rows: " in done.out


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "cross_entropy_of_probabilities"])
def test_two_classes_by_any_loss_of_classes(gradstone, tmp_path, flowers, loss):
    text = flowers.read_text().replace("tulip", "lily")
    flowers.write_text(text)
    done = gradstone("train", flowers, "--target", "kind", "--loss", loss, "--out", "two")
    assert done.code == 0
    predicted = gradstone("predict", "two", flowers, "--proba").out.splitlines()
    assert predicted[0] == "line,prediction,probability_lily,probability_rose"
    shares = [list(map(float, line.split(",")[2:])) for line in predicted[1:]]
    np.testing.assert_allclose(np.sum(shares, axis=1), 1, atol=1e-5)


@pytest.mark.usefixtures("undrawn")
def test_whole_numbers_as_values(gradstone, tmp_path, houses):
    lines = ["a,b", *(f"{i},{i % 7}" for i in range(60))]
    (tmp_path / "few.csv").write_text("\n".join(lines))
    options = ("few.csv", "--target", "b", "--epochs", 1, "-q")
    assert gradstone("train", *options, "--out", "classes").code == 0
    assert gradstone("train", *options, "--task", "regression", "--out", "values").code == 0
    assert (tmp_path / "classes" / "confusion.png").exists()
    assert (tmp_path / "values" / "predictions.png").exists()


def test_settings_arrive(gradstone, tmp_path):
    done = gradstone(
        *("train", "--hidden", "16,8", "--activation", "tanh", "--optimizer", "momentum"),
        *("--learning-rate", 0.05, "--epochs", 2, "--batch-size", 100, "--seed", 3),
        *("--dtype", "float64", "--validation", 0, "--threads", 1, "--out", "x", "-q"),
    )
    assert (done.code, done.out, done.err) == (0, "x\n", "")
    run = gs.load(tmp_path / "x")
    assert run.network.describe() == "64-16-8-10 tanh softmax"
    assert run.parameters["W1"].dtype == np.float64
    assert (run.plan.optimizer.name, run.plan.optimizer.learning_rate.rate) == ("momentum", 0.05)
    assert (run.epoch, run.step, run.plan.seed, run.batch_size) == (2, 30, 3, 100)
    assert set(run.history) == {"loss", "accuracy"}


@pytest.mark.usefixtures("undrawn")
def test_no_hidden_layer(gradstone, tmp_path):
    assert gradstone("train", "--hidden", "none", "--epochs", 1, "--out", "x", "-q").code == 0
    assert gs.load(tmp_path / "x").network.describe() == "64-10 softmax"


@pytest.mark.usefixtures("undrawn")
def test_few_rows_go_without_validation(gradstone, tmp_path):
    (tmp_path / "few.csv").write_text("a,b\n" + "".join(f"{i},{'xy'[i % 2]}\n" for i in range(6)))
    done = gradstone("train", "few.csv", "--target", "b", "--epochs", 1, "--out", "few")
    assert done.code == 0
    assert done.err.startswith("4 samples, batch 4: ")
    assert set(gs.load(tmp_path / "few").history) == {"loss", "accuracy"}


def test_numbers_that_leave_the_finite(gradstone, tmp_path):
    options = ("--optimizer", "sgd", "--learning-rate", 1e9, "--out", "x")
    done = gradstone("train", *options)
    assert done.code == 1
    assert "training stopped at step" in done.out
    assert "learning rate" in done.out
    assert "warning" not in done.err
    run = gs.load(tmp_path / "x")
    assert run.status == "diverged"
    assert all(np.isfinite(values).all() for values in run.parameters.values())
    assert names(tmp_path / "x") == FILES | {"confusion.png", "samples.png"}
    quiet = gradstone("train", *options, "--force", "-q")
    assert quiet.code == 1
    assert "training stopped at step" in quiet.complaint


def interrupted(folder, times):
    command = [sys.executable, "-m", "gradstone", "train", "--epochs", "100000", "--out", "x"]
    with subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        while not process.stderr.readline().startswith("epoch 1/"):
            assert process.poll() is None
        for _ in range(times):
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("times", [1, 3])
def test_ctrl_c_leaves_the_model_so_far(tmp_path, times):
    code, out, err = interrupted(tmp_path, times)
    assert code == 130
    assert "interrupted by the user after" in out
    assert "Traceback" not in err
    assert names(tmp_path / "x") == FILES | {"confusion.png", "samples.png"}
    run = gs.load(tmp_path / "x")
    assert run.status == "interrupted"
    assert run.epoch >= 1
    assert len(run.history["loss"]) == run.epoch


@pytest.mark.usefixtures("undrawn")
def test_a_terminal_gets_a_bar(tmp_path):
    pty = pytest.importorskip("pty")  # not on Windows
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "gradstone", "train", "--epochs", "3", "--out", "x"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=theirs, stdout=subprocess.PIPE, env=environment
    ) as process:
        os.close(theirs)
        seen = b""
        while chunk := read(ours):
            seen += chunk
        process.communicate(timeout=60)
    assert process.returncode == 0
    text = seen.decode()
    assert "━" in text
    assert "epoch 3/3" in text
    assert re.search(r"loss [\d.]+  accuracy [\d.]+ %  validation accuracy", text)


def read(handle):
    try:
        return os.read(handle, 4096)
    except OSError:  # Linux, when the other side is closed
        return b""


GOOD = "a,b,kind\n" + "".join(f"{i},{i * i % 7},{'xyz'[i % 3]}\n" for i in range(30))
HALVES = "a,b\n" + "".join(f"{i / 2},{i}\n" for i in range(30))
BAD_TABLES = {
    "no such column": (GOOD, ["--target", "knid"], "Did you mean kind?"),
    "no target": (GOOD, [], "The columns are a, b, kind."),
    "text in a number column": (GOOD.replace("3,2,", "3,two,"), ["--target", "kind"], "'two' came"),
    "an empty cell": (GOOD.replace("3,2,", "3,,"), ["--target", "kind"], "an empty cell"),
    "not finite": (GOOD.replace("3,2,", "3,inf,"), ["--target", "kind"], "a finite number"),
    "an empty file": ("", ["--target", "kind"], "an empty file"),
    "a header alone": ("a,b,kind\n", ["--target", "kind"], "a header and no rows"),
    "one class": (GOOD.replace("y", "x").replace("z", "x"), ["--target", "kind"], "one class only"),
    "a ragged row": (GOOD + "1,2\n", ["--target", "kind"], "2 cells came"),
    "only a target": ("kind\nx\ny\n", ["--target", "kind"], "only the target column"),
    "too few rows": ("a,b\n1,x\n2,y\n", ["--target", "b"], "split"),
    "not UTF-8": (b"a,kind\n1,\xff\n", ["--target", "kind"], "UTF-8"),
    "a loss of numbers": (GOOD, ["--target", "kind", "--loss", "mse"], "cross_entropy"),
    "a loss of classes": (HALVES, ["--target", "a", "--loss", "cross_entropy"], "half_sse"),
    "another task": (GOOD, ["--target", "kind", "--task", "classes"], "classification"),
    "words as values": (GOOD, ["--target", "kind", "--task", "regression"], "finite number"),
}


@pytest.mark.parametrize(("content", "options", "told"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_bad_tables(gradstone, tmp_path, content, options, told):
    path = tmp_path / "bad.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = gradstone("train", path, *options)
    assert done.code == 2
    assert told in done.complaint
    assert done.out == ""
    assert names(tmp_path) == {"bad.csv"}


BAD_OPTIONS = {
    "activation": (["--activation", "rleu"], "Did you mean relu"),
    "step rule": (["--activation", "heaviside", "--quiet"], "heaviside"),
    "optimizer": (["--optimizer", "adan"], "Did you mean adam"),
    "loss": (["--loss", "cross_entrpy"], "Did you mean cross_entropy"),
    "loss for two": (["--loss", "binary_cross_entropy"], "for 10 classes"),
    "dtype": (["--dtype", "float"], "float32, float64"),
    "hidden": (["--hidden", "64,x"], "As 64,32, or none."),
    "hidden zero": (["--hidden", "0"], "from 1"),
    "rate": (["--learning-rate", "-1"], "learning_rate"),
    "rate nan": (["--learning-rate", "nan"], "learning_rate"),
    "validation": (["--validation", "1"], "--validation"),
    "validation all": (["--validation", "0.9999"], "fraction 0.9999"),
    "seed": (["--seed", str(2**64)], "seed"),
    "target alone": (["--target", "kind"], "without a TABLE"),
    "test alone": (["--test", "x.csv"], "without a TABLE"),
    "no such table": (["none.csv", "--target", "x"], "No such file"),
    "a folder as table": ([".", "--target", "x"], "CSV file"),
    "below a file": (["--out", "file/x"], "file/x: Not a directory"),
    "on a file": (["--out", "file"], "a file of that name"),
}


@pytest.mark.parametrize(("options", "told"), BAD_OPTIONS.values(), ids=BAD_OPTIONS)
def test_bad_options(gradstone, tmp_path, options, told):
    (tmp_path / "file").write_text("in the way")
    done = gradstone("train", *options)
    assert done.code == 2
    assert told in done.complaint
    assert done.out == ""
    assert names(tmp_path) == {"file"}


def test_runs_that_cannot_be_made(gradstone, tmp_path):
    (tmp_path / "runs").write_text("in the way")
    done = gradstone("train")
    assert done.code == 2
    assert done.complaint.startswith("gradstone: runs: ")


def test_labels_that_training_never_saw(gradstone, tmp_path, flowers):
    (tmp_path / "later.csv").write_text("length,width,kind\n1,2,rose\n3,4,daisy\n")
    done = gradstone("train", flowers, "--target", "kind", "--test", "later.csv")
    assert done.code == 2
    assert "line 3, column 'kind': 'daisy' came" in done.complaint
    assert names(tmp_path) == {"flowers.csv", "later.csv"}


@pytest.mark.parametrize(("head", "lacks"), [("length,kind", "width"), ("length,width", "kind")])
def test_a_test_table_that_lacks_a_column(gradstone, tmp_path, flowers, head, lacks):
    (tmp_path / "later.csv").write_text(f"{head}\n1,2\n")
    done = gradstone("train", flowers, "--target", "kind", "--test", "later.csv")
    assert done.code == 2
    columns = head.replace(",", ", ")
    assert done.complaint == (
        f"gradstone: later.csv: no column {lacks!r}: its columns are {columns}."
    )


@pytest.mark.usefixtures("undrawn")
def test_equal_seeds_give_equal_networks(gradstone, tmp_path):
    for out in ("a", "b"):
        assert gradstone("train", "--epochs", 2, "--out", out, "-q", "--threads", 1).code == 0
    first, second = (gs.load(tmp_path / out).parameters for out in ("a", "b"))
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name])


def test_no_warning_escapes(gradstone, houses):
    with warnings.catch_warnings(record=True) as caught:
        gradstone("train", houses, "--target", "price", "--epochs", 1, "-q")
    assert caught == []


# --- the program -----------------------------------------------------------------------------


def test_show_program_prints_python_and_trains_nothing(gradstone, flowers, tmp_path):
    done = gradstone("train", flowers, "--target", "kind", "--hidden", "4", "--show-program")
    assert (done.code, done.err) == (0, "")
    assert not (tmp_path / "runs").exists()
    assert done.out.startswith('"""A training step of 2-4-3 relu softmax with adam."""')
    space: dict[str, object] = {}
    exec(done.out, space)
    memory = space["arrays"](6)
    memory["x"][:] = np.linspace(-1.0, 1.0, 12)
    memory["t"][:] = [0, 1, 2, 0, 1, 2]
    before = {name: memory[name].copy() for name in ("W1", "b1", "W2", "b2")}
    space["step"](**memory, rows=6)
    for name, value in before.items():
        assert 0 < np.abs(memory[name] - value).max() <= 0.0031, name


def test_show_program_of_the_digits(gradstone):
    done = gradstone("train", "--show-program", "--optimizer", "sgd", "--dtype", "float64")
    compile(done.out, "program", "exec")
    assert "float64(0)" in done.out
    assert "with sgd." in done.out


def test_show_program_where_llvmlite_is_missing(gradstone, monkeypatch):
    monkeypatch.setitem(sys.modules, "gradstone.training.listing", None)
    done = gradstone("train", "--show-program")
    assert done.code == 2
    assert done.complaint.startswith("gradstone: --show-program: what makes machine code cannot")


@pytest.mark.usefixtures("undrawn")
def test_both_executors_by_name(gradstone, flowers, monkeypatch):
    asked, found, trained = [], [], fitted.train

    def train(*arguments, **options):
        asked.append(options["executor"])
        return trained(*arguments, **options)

    monkeypatch.setattr(fitted, "train", train)
    for executor in ("native", "interpreter"):
        done = gradstone(
            "train", flowers, "--target", "kind", "--executor", executor, "--out", executor,
            "--epochs", 3, "--dtype", "float64", "-q",
        )  # fmt: skip
        assert done.code == 0
        found.append(gs.load(executor).parameters)
    assert asked == ["native", "interpreter"]
    for name, value in found[0].items():
        np.testing.assert_allclose(value, found[1][name], rtol=1e-9, atol=1e-12)
    done = gradstone("train", flowers, "--target", "kind", "--executor", "nativ")
    assert done.code == 2
    assert done.complaint.startswith("gradstone: --executor: 'nativ' is not known")


def test_force_spares_a_folder_that_holds_no_run(gradstone, tmp_path, houses):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    options = ("--target", "price", "--epochs", 1, "--out", folder, "--force", "-q")
    refused = gradstone("train", houses, *options)
    assert refused.code == 2
    assert "other files" in refused.complaint
    assert (folder / "README.md").read_text() == "mine"


# --- built-in sets ---------------------------------------------------------------------------


def test_a_built_in_set(gradstone, tmp_path, capsys):
    given = ("--size", 120, "--noise", 0.15, "--data-seed", 4, "--epochs", 30, "--hidden", 8)
    done = gradstone("train", "--dataset", "moons", *given)
    assert done.code == 0
    folder = tmp_path / "runs" / "moons-001"
    assert names(folder) == FILES | {"confusion.png", "regions.png"}
    assert "24 test rows: accuracy " in done.out
    page = (folder / "README.md").read_text("utf-8")
    assert "moons (120 points, noise 0.15, seed 4): 2-8-2 relu softmax" in page
    assert all(f"* `{name}`: " in page for name in names(folder))
    assert "The table needs the columns `x1` and `x2`; others are ignored." in page
    run = gs.load(folder)
    assert run.preparation["drawn"] == {"name": "moons", "size": 120, "noise": 0.15, "seed": 4}
    capsys.readouterr()
    exec(compile(python_block(folder / "README.md"), "README", "exec"), {})
    assert re.match(r"\[[01 ]+\]", capsys.readouterr().out)


def test_a_built_in_set_in_chinese(gradstone, tmp_path):
    given = ("--epochs", 1, "--lang", "zh", "--out", "run", "-q")
    assert gradstone("train", "--dataset", "spirals", *given).code == 0
    text = (tmp_path / "run" / "report.html").read_text("utf-8")
    (head,) = re.findall("<h1>(.*?)</h1>", text)
    assert re.sub("<.*?>", "", head) == "一次训练：双螺旋"
    assert "双螺旋（spirals：200 个点，噪声 0.05，种子 0）" in text
    assert "网络对数据的理解" in text
    assert text.count('<img class="picture') == 3


@pytest.mark.usefixtures("undrawn")
def test_what_is_said_in_chinese(gradstone, tmp_path):
    given = ("--epochs", 1, "--size", 40, "--lang", "zh", "--out", "run")
    done = gradstone("train", "--dataset", "sine", *given)
    ended, verdict, saved, after = done.out.splitlines()
    assert re.fullmatch(r"训练完成，共 1 轮（1 次迭代，用时 \d+\.\d 秒）", ended)
    assert re.match(
        r"测试集 8 行：平均绝对误差 [\d.]+，单位同 y（总是回答 .*）；R² .*；损失 ", verdict
    )
    assert saved.startswith("已保存到 run：model.safetensors、history.json、")
    assert after == "下一步：查看 run/loss.png，或运行 gradstone predict run TABLE"
    page = (tmp_path / "run" / "README.md").read_text("utf-8")
    assert page.startswith(f"# Gradstone {gs.__version__} 的一次训练\n")
    assert "正弦（40 个点，噪声 0.1，随机种子 0）：1-64-1 relu，训练数据 32 行" in page
    assert all(f"* `{name}`：" in page for name in names(tmp_path / "run"))
    assert "表格须含 `x` 列，其余各列不起作用。" in page


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_early_stopping(gradstone, tmp_path, language):
    given = ("--learning-rate", 1, "--early-stopping", 3, "--out", "run", "--lang", language)
    done = gradstone("train", "--dataset", "moons", "--size", 60, *given)
    run = gs.load(tmp_path / "run")
    assert (run.status, run.epoch - run.best_epoch) == ("stopped early", 3)
    told = {
        "en": f"{run.message} (",
        "zh": f"连续 3 轮没有改善，训练在 {run.epoch} 轮后提前停止；"
        f"参数已恢复为第 {run.best_epoch} 轮次的值（",
    }
    assert done.out.startswith(told[language])
    assert gradstone("train", "--early-stopping", 0).code == 2


def test_one_feature_and_a_number(gradstone, tmp_path, capsys):
    done = gradstone(
        "train", "--dataset", "linear", "--hidden", "none", "--epochs", 5, "--lang", "en"
    )
    assert done.code == 0
    folder = tmp_path / "runs" / "linear-001"
    assert names(folder) == FILES | {"predictions.png", "fit.png"}
    assert "The table needs the column `x`; " in (folder / "README.md").read_text("utf-8")
    assert "The data with what the network says" in (folder / "report.html").read_text("utf-8")
    capsys.readouterr()
    exec(compile(python_block(folder / "README.md"), "README", "exec"), {})


@pytest.mark.usefixtures("undrawn")
def test_predictions_of_a_run_on_a_built_in_set(gradstone, tmp_path):
    given = ("--epochs", 60, "--hidden", 8, "--out", "run", "-q")
    assert gradstone("train", "--dataset", "gaussians", *given).code == 0
    (tmp_path / "new.csv").write_text("other,x2,x1\n9,1,1\n9,-1,-1\n")
    done = gradstone("predict", "run", "new.csv", "--proba")
    assert done.code == 0
    head, first, second = done.out.splitlines()
    assert head == "line,prediction,probability_0,probability_1"
    assert (first.split(",")[:2], second.split(",")[:2]) == (["2", "1"], ["3", "0"])
    (tmp_path / "bad.csv").write_text("x1,other\n1,1\n")
    complaint = gradstone("predict", "run", "bad.csv").complaint
    told = "no column 'x2': its columns are x1, other. Did you mean x1?"
    assert complaint == f"gradstone: bad.csv: {told}"


@pytest.mark.usefixtures("undrawn")
def test_the_next_step_of_a_run_on_a_built_in_set(gradstone):
    given = ("--epochs", 2, "--hidden", 3, "--out", "run", "-q")
    assert gradstone("train", "--dataset", "xor", *given).code == 0
    done = gradstone("explain", "run", "--lang", "en")
    assert done.code == 0
    assert "2-3-2 relu softmax" in done.out


@pytest.mark.usefixtures("undrawn")
def test_a_set_is_that_of_the_same_table(gradstone, tmp_path):
    """A run on a built-in set and one on a table of the same numbers are the same."""
    from gradstone.data.drawn import draw

    table = draw("moons", 80).table()
    rows = [",".join(table.columns), *map(",".join, zip(*table.cells, strict=True))]
    (tmp_path / "moons.csv").write_text("\n".join(rows))
    given = ("--epochs", 2, "--hidden", 4, "-q")
    assert gradstone("train", "moons.csv", "--target", "class", "--out", "a", *given).code == 0
    assert gradstone("train", "--dataset", "moons", "--size", 80, "--out", "b", *given).code == 0
    first, second = (gs.load(tmp_path / out).parameters for out in "ab")
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name])


def test_small_tables_get_more_epochs():
    wanted = request.Request()
    assert request.epochs_of(wanted, 1293) == 25
    assert request.epochs_of(wanted, 318) == 101
    assert request.epochs_of(wanted, 41) == 400
    assert request.epochs_of(wanted, 41, most=100) == 100
    assert request.epochs_of(wanted, 144) == 223
    assert request.epochs_of(wanted, 144, drawn=True) == 400
    assert request.epochs_of(wanted, 10_000, drawn=True) == 20
    assert request.epochs_of(request.Request(epochs=7), 144, drawn=True) == 7


def test_the_digits_by_name(gradstone):
    done = gradstone("train", "--dataset", "digits", "--epochs", 0, "-q")
    assert done.out == "runs/digits-001\n"


BAD_SETS = {
    "unknown": (["--dataset", "moon"], "--dataset: 'moon' is not known: known are blobs, "),
    "beside a table": (["flowers.csv", "--dataset", "moons"], "--dataset: moons came beside"),
    "target": (["--dataset", "moons", "--target", "class"], "--target: class came without a TABLE"),
    "size alone": (["--size", "10"], "--size: 10 came beside the digits"),
    "seed of a table": (
        ["flowers.csv", "--target", "kind", "--data-seed", "1"], "--data-seed: 1 came beside"),
    "noise of the digits": (["--dataset", "digits", "--noise", "1"], "--noise: 1.0 came beside"),
    "size": (["--dataset", "moons", "--size", "1"], "size of moons: 1 came"),
    "too few": (["--dataset", "moons", "--size", "2"], "2 rows cannot give both sides a row"),
    "noise": (["--dataset", "moons", "--noise", "-1"], "noise of moons: -1.0 came"),
    "seed": (["--dataset", "moons", "--data-seed", "-1"], "seed of moons: -1 came"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "told"), BAD_SETS.values(), ids=BAD_SETS)
def test_bad_sets(gradstone, tmp_path, flowers, options, told):
    done = gradstone("train", *options)
    assert done.code == 2
    assert told in done.complaint
    assert names(tmp_path) == {"flowers.csv"}


def test_a_damaged_draw_in_a_run(gradstone):
    given = ("--epochs", 0, "--out", "run", "-q")
    assert gradstone("train", "--dataset", "moons", *given).code == 0
    run = gs.load("run")
    run.preparation["drawn"]["size"] = 10**12
    run.save("run")
    done = gradstone("explain", "run")
    assert done.code == 2
    assert "saved draw of a set" in done.complaint


@pytest.mark.usefixtures("undrawn")
def test_force_clears_pictures_that_do_not_fit_any_more(gradstone, tmp_path):
    given = ("--epochs", 0, "--out", "run", "-q", "--force")
    for dataset, there, gone in (("moons", "regions.png", "fit.png"),
                                 ("sine", "fit.png", "regions.png")):  # fmt: skip
        assert gradstone("train", "--dataset", dataset, *given).code == 0
        assert there in names(tmp_path / "run")
        assert gone not in names(tmp_path / "run")
