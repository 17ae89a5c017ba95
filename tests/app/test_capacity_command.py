"""`gradstone capacity`: the table, the files, the exit codes."""

import json

import pytest
from PIL import Image

from gradstone.app.cli import capacity_command, capacity_files
from gradstone.app.cli.capacity_files import FILES, FILMS, PICTURES

QUICK = ("--dataset", "xor", "--size", 24, "--steps", 20, "--seeds", 2, "--hidden", "1,3")


def test_all_files(gradstone, tmp_path):
    done = gradstone("capacity", *QUICK, "--out", "made", "--lang", "en")
    assert done.code == 0
    folder = tmp_path / "made"
    made = {one.name for one in folder.iterdir()}
    moving = {"film.mp4", "warp.mp4"}
    assert made >= set(FILES) - moving
    assert (made & moving == moving) != ("left out: film.mp4, warp.mp4" in done.out)
    for name in made & moving:
        content = (folder / name).read_bytes()
        assert content[4:8] == b"ftyp"
        assert len(content) < 5e6
    for name in PICTURES:
        with Image.open(folder / name) as picture:
            assert picture.size[0] > 500
    for name in ("film.gif", "warp.gif"):
        with Image.open(folder / name) as picture:
            assert picture.n_frames > 10
        assert (folder / name).stat().st_size < 5e6
    assert b"<html" in (folder / "film.html").read_bytes()
    plain = json.loads((folder / "capacity.json").read_text())
    assert [one["hidden"] for one in plain["set"]["widths"]] == [1, 3]
    lines = done.out.splitlines()
    assert lines[0].startswith("xor: 24 points, noise 0.1; sgd, rate 0.5, 20 updates")
    assert lines[1].split()[:3] == ["hidden", "parameters", "training"]
    assert [line.split()[:2] for line in lines[2:4]] == [["1", "5"], ["3", "13"]]
    assert "widths trained" in done.err
    assert lines[-1].startswith("saved in made: regions.png")


def test_without_films_in_chinese(gradstone, tmp_path):
    done = gradstone("capacity", *QUICK, "--no-film", "--lang", "zh")
    assert done.code == 0
    folder = tmp_path / "runs" / "capacity-001"
    assert {one.name for one in folder.iterdir()} == set(FILES) - set(FILMS)
    assert "隐藏神经元" in done.out
    assert "同类的含噪数据" in done.out


@pytest.fixture
def nothing_drawn(monkeypatch):
    """Only the figures, which is quick."""
    monkeypatch.setattr(capacity_files, "_pictures", lambda *one: dict.fromkeys(PICTURES, b"p"))
    made = lambda *one: {}  # noqa: E731
    monkeypatch.setattr(capacity_files, "_films", made)


@pytest.mark.usefixtures("nothing_drawn")
def test_a_folder_is_overwritten_only_with_force(gradstone, tmp_path):
    assert gradstone("capacity", *QUICK, "--out", "made", "-q").code == 0
    (tmp_path / "made" / "film.gif").write_bytes(b"old")
    again = gradstone("capacity", *QUICK, "--out", "made")
    assert again.code == 2
    assert "regions.png is in it already" in again.complaint
    forced = gradstone("capacity", *QUICK, "--out", "made", "--force", "--no-film", "-q")
    assert (forced.code, forced.out, forced.err) == (0, "made\n", "")
    assert not (tmp_path / "made" / "film.gif").exists()  # of the earlier study


@pytest.mark.usefixtures("nothing_drawn")
def test_a_table(gradstone, flowers, tmp_path):
    done = gradstone(
        "capacity", flowers, "--target", "kind", "--hidden", "2", "--steps", 50, "--seeds", 1,
        "--held-out", 30, "--out", "made", "--lang", "en",
    )  # fmt: skip
    assert done.code == 0
    plain = json.loads((tmp_path / "made" / "capacity.json").read_text())
    assert plain["set"]["points"] == 60
    assert plain["set"]["held_out_points"] == 30
    assert "noisy" not in plain
    assert done.out.startswith("flowers: 60 points; sgd")


@pytest.mark.usefixtures("nothing_drawn")
def test_divergence(gradstone):
    done = gradstone(
        "capacity", *QUICK, "--activation", "relu", "--learning-rate", 1e20, "--lang", "en"
    )
    assert done.code == 1
    assert "diverged" in done.out
    assert "2/2" in done.out


def test_an_interrupt_leaves_no_folder(gradstone, monkeypatch, tmp_path):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(capacity_command, "studied", interrupted)
    done = gradstone("capacity", *QUICK, "--out", "made")
    assert done.code == 130
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--dataset", "rnig"), "known are blobs, checkerboard, circle"),
        (("--dataset", "linear"), "one feature"),
        (("--hidden", "1,two"), "--hidden: '1,two' came"),
        (("--hidden", "0"), "whole numbers from 1"),
        (("--hidden", ","), "whole numbers from 1"),
        (("--target", "kind"), "a TABLE"),
        (("--noise", "-1"), "noise"),
        (("--activation", "tan"), "tanh"),
        (("--lang", "fr"), "--lang"),
        (("--seeds", "0"), "--seeds"),
    ],
)
def test_bad_input(gradstone, arguments, told, tmp_path):
    done = gradstone("capacity", *arguments, "--out", "made")
    assert done.code == 2
    assert told in done.complaint
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("text", "arguments", "told"),
    [
        ("a,b,c,k\n1,2,3,x\n4,5,6,y\n", ("--target", "k"), "3 columns came beside k"),
        ("a,k\n1,x\n4,y\n", ("--target", "k"), "1 column came beside k"),
        ("a,b,k\n1,2,x\n4,5,y\n", (), "The columns are a, b, k"),
        ("a,b,k\n1,2,x\n4,5,y\n", ("--target", "z"), "no column 'z'"),
        ("a,b,k\n1,2,x\n4,5,y\n", ("--target", "k", "--size", 5), "--size: 5 came beside"),
        ("a,b,k\n1,2,0.25\n4,5,0.5\n", ("--target", "k"), "numbers came as targets"),
        ("a,b,k\n1,two,x\n4,5,y\n", ("--target", "k"), "'two' came"),
    ],
)
def test_bad_tables(gradstone, tmp_path, text, arguments, told):
    path = tmp_path / "table.csv"
    path.write_text(text)
    done = gradstone("capacity", path, *arguments)
    assert done.code == 2
    assert told in done.complaint
