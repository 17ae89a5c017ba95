"""Files from strangers: what is read, and what is said of what cannot be."""

import numpy as np
import pytest

from gradstone.data.tables import number, read_table
from gradstone.errors import DataError, FileError, UnknownNameError


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    "content",
    [
        "age,height,sex\n31,1.7,f\n42,1.8,m\n",
        "age;height;sex\n31;1.7;f\n42;1.8;m",
        "age\theight\tsex\r\n31\t1.7\tf\r\n42\t1.8\tm\r\n",
        b"\xef\xbb\xbfage,height,sex\n31,1.7,f\n42,1.8,m\n",
        '"age", "height",sex\n\n 31 ,1.7e0,"f"\n,,\n42,+1.8, m\n\n',
    ],
)
def test_what_is_read(written, content):
    table = read_table(written(content))
    assert table.name == "people.csv"
    assert table.columns == ("age", "height", "sex")
    assert len(table) == 2
    assert table.column("sex") == ("f", "m")
    numbers = table.numbers(["height", "age"])
    assert numbers.dtype == np.float64
    assert numbers.tolist() == [[1.7, 31], [1.8, 42]]


def test_delimiters_inside_quotes(written):
    table = read_table(written('"a, in cm";b\n"1";"x;y"\n'))
    assert table.columns == ("a, in cm", "b")
    assert table.column("b") == ("x;y",)


def test_one_column(written):
    assert read_table(written("a\n1\n2\n")).numbers(["a"]).tolist() == [[1], [2]]


def test_a_wide_header(written):
    names = [f"feature_{place}" for place in range(20_000)]
    content = ",".join(names) + "\n" + ",".join("1" for _ in names)
    assert len(read_table(written(content)).columns) == 20_000


def test_rows(written):
    table = read_table(written("a,b\n1,x\n\n2,y\n3,z\n")).rows([2, 0])
    assert table.column("b") == ("z", "x")
    assert table.lines == (5, 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "people.csv: an empty file: a header line and rows were wanted"),
        (" \n,,\n", "an empty file"),
        ("a,b\n", "people.csv: a header and no rows: at least one row below the header"),
        ("a,b\n1,2\n3\n", "people.csv, line 3: 1 cell came: 2 as in the header"),
        ("a,b\n1,2,3\n", "people.csv, line 2: 3 cells came: 2 as in the header"),
        ("a,b,a\n1,2,3\n", "header: column 'a' is there more than once: .* Rename one"),
        (",b\n1,2\n", "header: column 1 has no name"),
        ("1.5,2\n3,4\n", "first line: only numbers .'1.5, 2'.: a header line"),
        ('a,b\n1,"2\n', "line 2: it cannot be cut into cells"),
    ],
)
def test_tables_that_cannot_be_used(written, content, message):
    with pytest.raises(DataError, match=message):
        read_table(written(content))


def test_numbered_columns(written):
    assert read_table(written("0,1,2\n7,8,9\n")).columns == ("0", "1", "2")
    assert read_table(written("1,2\n7,8\n")).columns == ("1", "2")


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("tall", "people.csv, line 4, column 'b': 'tall' came: a finite number was wanted"),
        ("", "line 4, column 'b': an empty cell: .*Correct the cell"),
        ("nan", "line 4, column 'b': 'nan' came"),
        ("-inf", "line 4, column 'b': '-inf' came"),
        ("1_000", "line 4, column 'b': '1_000' came"),
        ('"1,5"', "line 4, column 'b': '1,5' came: .*Write decimals with a point"),
        ("x" * 500, "line 4, column 'b': 'x{39}…' came"),
    ],
)
def test_cells_that_are_no_numbers(written, cell, message):
    table = read_table(written(f"a,b\n1,2\n\n3,{cell}\n"))
    assert table.numbers(["a"]).tolist() == [[1], [3]]
    with pytest.raises(DataError, match=message):
        table.numbers(["a", "b"])


def test_an_unknown_column(written):
    table = read_table(written("age,height\n1,2\n"))
    told = r"no column 'hieght': its columns are age, height\. Did you mean height"
    with pytest.raises(UnknownNameError, match=told):
        table.column("hieght")


def test_files_that_cannot_be_read(written, tmp_path):
    with pytest.raises(FileError, match=r"missing.csv: cannot be read .*Check the path"):
        read_table(tmp_path / "missing.csv")
    with pytest.raises(FileError, match="cannot be read"):
        read_table(tmp_path)
    with pytest.raises(FileError, match=r"not UTF-8 on line 2: .*Save it as UTF-8"):
        read_table(written("a,b\n1,Grün\n".encode("latin-1")))
    with pytest.raises(FileError, match="not UTF-8 on line 1"):
        read_table(written("a,b\n1,2\n".encode("utf-16")))


def test_number():
    assert number(" 1e-3") == 0.001
    assert np.isnan(number("one"))
    assert np.isnan(number(""))
