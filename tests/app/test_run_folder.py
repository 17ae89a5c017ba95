"""The folder of a run: claimed before training, left as it was where nothing came of it."""

import os
import signal

import pytest

from gradstone.app.cli.run_folder import Claim, undisturbed
from gradstone.errors import FileError


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


def test_ctrl_c_waits_while_saving():
    with undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
