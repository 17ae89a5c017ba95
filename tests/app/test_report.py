"""report.html: one page that needs nothing else, with everything in it, and never in the way."""

import base64
import time
from html.parser import HTMLParser

import pytest

import gradstone as gs
from gradstone.accounts.html import fragment
from gradstone.accounts.runs import next_step, training_rows
from gradstone.app.cli import report, run_files
from gradstone.app.cli.material import digits
from gradstone.app.cli.report_rows import png

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Reader(HTMLParser):
    """Tags in order, data values, and whether every element ends where it should."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.values, self.text = [], [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "data":
            self.values.append(dict(attributes)["value"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of a run on the digits, and the run's folder."""
    from gradstone.app.cli.main import main

    folder = tmp_path_factory.mktemp("digits") / "run"
    given = ["train", "--epochs", "3", "--hidden", "16", "--lang", "en", "-q"]
    assert main([*given, "--out", str(folder)]) == 0
    return folder, (folder / "report.html").read_text("utf-8")


def test_it_needs_nothing_else(page):
    _, text = page
    read = Reader(text)
    assert "http:" not in text
    assert "https:" not in text
    assert not any(tag in ("script", "link", "iframe") for tag, _ in read.tags)
    sources = [given["src"] for tag, given in read.tags if tag == "img"]
    assert len(sources) > 10
    for source in sources:
        kind, _, data = source.partition(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(data).startswith(b"\x89PNG\r\n\x1a\n")
    (policy,) = [given["content"] for _, given in read.tags if "http-equiv" in given]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not any("style" in given for _, given in read.tags)


def test_the_pictures_are_those_of_the_folder(page):
    folder, text = page
    for picture in folder.glob("*.png"):
        assert base64.b64encode(picture.read_bytes()).decode() in text


def test_every_number_of_the_worked_example(page):
    folder, text = page
    material, run = digits(), gs.load(folder)
    rows = training_rows(run, material.training.inputs, material.training.targets)
    step = next_step(rows)
    account = step.account(sample=step.worst(), language="en", healthy=())
    told = Reader(fragment(account.story, "en")).values
    assert len(told) > 60
    assert [one for one in Reader(text).values if one in set(told)][-len(told) :] == told
    used = {line.entry for line in account.story.lines.values()}
    shown = set(told)
    assert {repr(account.story.entries[one].value) for one in used} <= shown


def test_what_it_says(page):
    _, text = page
    read = Reader(text)
    words = " ".join("".join(read.text).split())
    assert "A training run: handwritten digits" in words
    assert "1438 to train on, 144 of them only watched as validation; 359 to test on" in words
    assert "64-16-10 relu softmax" in words
    assert "finished after 3 epochs" in words
    assert "gradstone train --epochs 3" in words
    assert "which the network still gets wrong" in words
    assert words.count("wrong") > 4
    assert sum(tag == "h1" for tag, _ in read.tags) == 1


def test_words_of_users_are_no_markup(gradstone, tmp_path):
    rows = [f"{i % 7},{i * i % 11},{'<i>a' if i % 2 else '&amp;'}" for i in range(60)]
    head = '<script>alert(1)</script>,"wi""d\'th",kind'
    (tmp_path / "<b>.csv").write_text("\n".join([head, *rows]) + "\n")
    given = ("--target", "kind", "--out", "run", "--epochs", 2, "-q", "--hidden", 3)
    assert gradstone("train", "<b>.csv", *given).code == 0
    text = (tmp_path / "run" / "report.html").read_text("utf-8")
    read = Reader(text)
    assert not any(tag in ("script", "i", "b") for tag, _ in read.tags)
    words = "".join(read.text)
    for told in ("<script>alert(1)</script>", "wi\"d'th", "<i>a", "&amp;", "<b>.csv"):
        assert told in words


def test_numbers_instead_of_classes(gradstone, houses, tmp_path):
    given = ("--target", "price", "--out", "run", "--epochs", 3, "-q", "--lang", "zh")
    assert gradstone("train", houses, *given).code == 0
    text = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert '<html lang="zh-Hans">' in text
    words = "".join(Reader(text).text)
    assert "一次训练：houses.csv" in words
    assert "平均绝对误差" in words
    assert text.count('<img class="picture') == 2


def test_an_unknown_language(gradstone):
    done = gradstone("train", "--lang", "fr")
    assert done.code == 2
    assert "'fr' is not known" in done.complaint


def test_what_is_wrong_is_said(gradstone, tmp_path):
    given = ("--optimizer", "sgd", "--learning-rate", 1e4, "--out", "run", "-q", "--lang", "en")
    assert gradstone("train", *given).code == 1
    text = (tmp_path / "run" / "report.html").read_text("utf-8")
    words = "".join(Reader(text).text)
    assert "The loss diverged in epoch 1" in words
    assert "the loss diverged after 0 whole epochs" in words


def test_no_epoch_at_all(gradstone, tmp_path):
    assert gradstone("train", "--epochs", 0, "--out", "run", "-q").code == 0
    Reader((tmp_path / "run" / "report.html").read_text("utf-8"))


def test_a_page_that_fails_costs_a_warning(gradstone, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(report.Report, "html", broken)
    done = gradstone("train", "--epochs", 1, "--out", "run", "-q")
    assert done.code == 0
    (warning,) = [line for line in done.err.splitlines() if "warning" in line]
    assert warning.endswith("report.html could not be made (ZeroDivisionError: planted)")
    assert not (tmp_path / "run" / "report.html").exists()
    assert "report.html" not in (tmp_path / "run" / "README.md").read_text()


def test_it_takes_no_time(page, tmp_path):
    """About 0.3 s of the processor's time, whatever else the machine does."""
    folder, _ = page
    material, run = digits(), gs.load(folder)
    numbers = run_files.Measured(
        {}, run.predict(material.test.inputs), material.test.targets
    )  # fmt: skip
    started = time.process_time()
    report.Report(run, material, numbers, {}, "gradstone train").html()
    assert time.process_time() - started < 3


def test_small_pictures():
    import numpy as np
    from PIL import Image

    grey = np.linspace(0, 1, 12).reshape(3, 4)
    import io

    read = np.asarray(Image.open(io.BytesIO(png(grey))))
    np.testing.assert_array_equal(read, np.floor(grey * 255 + 0.5))
