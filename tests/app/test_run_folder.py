"""The folder of a run: claimed before training, left as it was where nothing came of it."""

import os
import signal

import pytest

from gradstone.app.cli.result_folder import fill, result_folder
from gradstone.app.cli.run_folder import Claim
from gradstone.errors import FileError
from gradstone.studies.stopping import undisturbed


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_made_for_nothing_goes_again(here):
    with Claim("digits", None, False) as claim:
        assert claim.path.is_dir()
    with Claim("digits", here / "a" / "b", False):
        pass
    assert list(here.iterdir()) == []


def test_what_was_filled_stays(here):
    with Claim("digits", here / "a" / "b", False) as claim:
        (claim.path / "x").touch()
    assert (here / "a" / "b" / "x").exists()


def test_what_was_there_stays(here):
    (here / "a").mkdir()
    with Claim("digits", here / "a", False):
        pass
    assert (here / "a").is_dir()


def test_two_at_a_time_get_two():
    with Claim("digits", None, False) as one, Claim("digits", None, False) as two:
        assert (one.path.name, two.path.name) == ("digits-001", "digits-002")


def test_a_folder_that_fills_up_meanwhile(monkeypatch):
    """Another run takes the number between the look and the making."""
    with Claim("digits", None, False) as first:
        monkeypatch.setattr("pathlib.Path.iterdir", lambda path: iter(()))
        with Claim("digits", None, False) as second:
            assert (first.path.name, second.path.name) == ("digits-001", "digits-002")


def test_below_a_file(here):
    (here / "file").touch()
    with pytest.raises(FileError, match="Not a directory"):
        Claim("digits", here / "file" / "x" / "y", False)


def test_a_folder_that_cannot_be_written(here, monkeypatch):
    """As root every folder can be written, so the refusal is played."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(FileError, match="Permission denied: a folder that can be written"):
        Claim("digits", here / "new", False)
    assert list(here.iterdir()) == []


def test_a_folder_that_may_be_joined(here):
    seen = []
    (here / "a").mkdir()
    with Claim("digits", here / "a", check=seen.append):
        assert seen == []  # it is empty
    (here / "a" / "x").touch()
    with Claim("digits", here / "a", check=seen.append) as claim:
        assert (claim.path, seen) == (here / "a", [here / "a"])
    assert (here / "a" / "x").exists()


@pytest.mark.parametrize("force", [False, True])
def test_results_beside_other_files(here, force, monkeypatch):
    (here / "a").mkdir()
    (here / "a" / "mine").touch()
    with result_folder("sweep", here / "a", ["sweep.png"]) as folder:
        fill(folder, {"sweep.png": b"1"})
    if force:
        with result_folder("sweep", here / "a", ["sweep.png"], force) as folder:
            fill(folder, {"sweep.png": b"2"})
    else:
        with (
            pytest.raises(FileError, match="--force"),
            result_folder("sweep", here / "a", ["sweep.png"]),
        ):
            pass
    assert (here / "a" / "sweep.png").read_bytes() == (b"2" if force else b"1")


def test_results_where_nothing_can_be_written(here, monkeypatch):
    """Told before the work, also where there are files already."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    (here / "a").mkdir()
    (here / "a" / "mine").touch()
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with (
        pytest.raises(FileError, match="Permission denied"),
        result_folder("sweep", here / "a", ["sweep.png"]),
    ):
        pass
    with pytest.raises(FileError, match="no/x"):
        fill(here / "no", {"x": b""})


def test_ctrl_c_waits_while_saving():
    with undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
