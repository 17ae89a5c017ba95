"""`gradstone draw network`, `histograms` and `landscape`: pictures of saved runs."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

import gradstone as gs
from gradstone.app.cli.draw_network import names, titled

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def run(kept_run, kept_flowers):
    return kept_run(kept_flowers, "--target", "kind", "--hidden", 4)


def test_network(gradstone, run, tmp_path):
    done = gradstone("draw", "network", run)
    assert (done.code, done.out) == (0, "saved as network.png\n")
    assert (tmp_path / "network.png").read_bytes()[:8] == PNG
    assert gradstone("draw", "network", run).code == 2
    done = gradstone("draw", "network", run, "--out", "n.svg", "--lang", "zh")
    assert done.code == 0
    ElementTree.parse(tmp_path / "n.svg")


def test_names_and_title(run):
    loaded = gs.load(run)
    assert names(loaded) == (("length", "width"), ("lily", "rose", "tulip"))
    assert titled(run, loaded) == "run: 2-4-3 relu softmax"


def test_histograms_of_a_table(gradstone, run, kept_flowers, tmp_path):
    done = gradstone("draw", "histograms", run)
    assert (done.code, "--table" in done.complaint) == (2, True)
    done = gradstone("draw", "histograms", run, "--table", kept_flowers, "--out", "h.pdf")
    assert done.code == 0
    assert (tmp_path / "h.pdf").read_bytes()[:5] == b"%PDF-"


def test_landscape_of_a_table(gradstone, run, kept_flowers, tmp_path):
    given = ("--table", kept_flowers, "--points", 5)
    done = gradstone("draw", "landscape", run, *given)
    assert (done.code, done.out, done.err) == (0, "saved as landscape.png\n", "")
    assert (tmp_path / "landscape.png").read_bytes()[:8] == PNG
    more = ("--directions", "path", "--surface", "--lang", "zh", "--out", "way.png")
    assert gradstone("draw", "landscape", run, *given, *more).code == 0
    done = gradstone("draw", "landscape", run, *given, "--directions", "pca", "--force")
    assert (done.code, "random" in done.complaint) == (2, True)


def test_the_digits(gradstone, kept_run):
    run = kept_run("--epochs", 2, "--hidden", 8)
    assert gradstone("draw", "histograms", run).code == 0
    given = ("--points", 3, "--directions", "path")
    assert gradstone("draw", "landscape", run, *given).code == 0
    assert gradstone("draw", "network", run).code == 0
    done = gradstone("draw", "histograms", run, "--table", "a.csv", "--force")
    assert (done.code, "Leave it out" in done.complaint) == (2, True)


@pytest.mark.parametrize("what", ["network", "histograms", "landscape"])
def test_no_run(gradstone, tmp_path, what):
    done = gradstone("draw", what, "nothing")
    assert (done.code, "a saved model is wanted" in done.complaint) == (2, True)
    assert not list(tmp_path.iterdir())
