"""Who watches training: lines, a bar, nobody."""

import sys

from gradstone.app.cli.terminal import Bar, Display, Lines, display, told
from gradstone.data.batches import Batches


def follow(one, epochs, steps=4):
    one.begin(Batches(4 * steps, 4), epochs)
    for epoch in range(1, epochs + 1):
        for step in range(1, steps + 1):
            one.step(epoch, step, 0.5)
        one.epoch(epoch, {"loss": 1 / epoch, "r2": 0.5, "mae": 2.0, "validation_r2": -0.25})
    one.end("finished")
    one.close()


def test_lines(capsys):
    follow(Lines(), 3)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "16 samples, batch 4: 4 iterations an epoch; 3 epochs: 12"
    assert lines[1] == "epoch 1/3  loss 1  R² 0.5  absolute error 2  validation R² -0.25"
    assert len(lines) == 4


def test_not_too_many_lines(capsys):
    follow(Lines(), 1000, 1)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 22
    assert lines[-1].startswith("epoch 1000/1000  ")


def test_no_epochs(capsys):
    for one in (Lines(), Bar(), Display()):
        follow(one, 0)
    assert "16 samples, batch 4" in capsys.readouterr().err


def test_a_bar_where_there_is_no_terminal_either(capsys):
    follow(Bar(), 2)
    err = capsys.readouterr().err
    assert "epoch 2/2" in err
    assert "loss 0.5  R² 0.5  validation R² -0.25" in err


def test_both_speak_chinese(capsys):
    follow(Lines("zh"), 2)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "16 个样本，批量大小 4：每轮 4 次迭代；2 轮共 8 次",
        "轮次 1/2  损失 1  R² 0.5  平均绝对误差 2  验证 R² -0.25",
        "轮次 2/2  损失 0.5  R² 0.5  平均绝对误差 2  验证 R² -0.25",
    ]
    follow(Bar("zh"), 2)
    err = capsys.readouterr().err
    assert "轮次 2/2" in err
    assert "损失 0.5  R² 0.5  验证 R² -0.25" in err


def test_a_bar_that_never_began_can_be_closed():
    Bar().close()


def test_the_choice(monkeypatch):
    assert type(display(quiet=True)) is Display
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert type(display(quiet=False)) is Bar
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert type(display(quiet=False)) is Lines


def test_accuracies_are_in_percent():
    assert told({"validation_accuracy": 0.98765}) == "validation accuracy 98.8 %"
