"""The budgets are kept by a script that notices when they are not."""

import pytest

from tools.budget import FILE_LINES, HEART, HEART_LINES, code_lines, main

SOURCE = '''"""A module.

Of two paragraphs.
"""

import math  # counts

# does not count


def area(radius):
    """One line."""
    text = """a string
    of two lines"""
    return (
        math.pi
        * radius**2
    ), text
'''


@pytest.fixture
def package(tmp_path):
    for name in HEART:
        path = tmp_path / "src" / "gradstone" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    return tmp_path / "src" / "gradstone"


def judged(package):
    return main([str(package.parent.parent)])


def test_what_counts_as_code():
    assert code_lines(SOURCE) == 8
    assert code_lines('"""Only this."""\n\n# and that\n') == 0
    assert code_lines("") == 0


def test_within_the_budgets(package, capsys):
    assert judged(package) == 0
    assert "6 lines of code in the heart" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("new.py", "\n" * (FILE_LINES + 1), "new.py: 301 lines; at most 300"),
        ("deep/new.py", "\n#" + "é" * 100, "new.py:2: 101 columns; at most 100"),
        (HEART[0], "x = 1\n" * (HEART_LINES - 4), "the heart: 701 lines of code; under 700"),
    ],
)
def test_a_broken_budget(package, capsys, name, source, message):
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text(source, encoding="utf-8")
    assert judged(package) == 1
    assert message in capsys.readouterr().err


def test_a_heart_that_moved(package, capsys):
    (package / HEART[2]).unlink()
    assert judged(package) == 1
    assert "walk.py: missing; it is part of the heart" in capsys.readouterr().err
