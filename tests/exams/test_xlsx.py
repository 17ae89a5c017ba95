"""Workbooks from anybody: read as far as they are honest, refused where they are not."""

import zipfile
from contextlib import suppress

import pytest

from gradstone.errors import FileError
from gradstone.exams.xlsx import Cell, read_sheet
from tests.exams.filled import SHEET, write_parts

BOOK = (
    '<workbook xmlns="m" xmlns:r="rel"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="p"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
    "</Relationships>"
)
STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy-mm-dd"/>'
    '<numFmt numFmtId="171" formatCode="&quot;day&quot; 0.00"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="16"/><xf numFmtId="170"/><xf numFmtId="171"/>'
    "</cellXfs></styleSheet>"
)


def book(path, cells, **changes):
    found = {
        "xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": LINKS,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": "<sst><si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r>"
                                "<rPh><t>aside</t></rPh></si></sst>",
        SHEET: f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>",
    }  # fmt: skip
    found |= {name.replace("__", "/"): data for name, data in changes.items()}
    write_parts(path, {name: data for name, data in found.items() if data is not None})
    return path


def test_cells_of_every_kind(tmp_path):
    cells = (
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>9</v></c>'
        '<c r="A2"><v>0.5</v></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="str"><v>x</v></c>'
        '<c r="A3" t="inlineStr"><is><t>in</t></is></c><c r="B3" t="b"><v>1</v></c>'
        '<c r="C3" t="e"><v>#N/A</v></c><c r="A4" s="1"><v>46086</v></c>'
        '<c r="B4" s="2"><v>46086</v></c><c r="C4" s="3"><v>5</v></c><c r="AA5"><v>7</v></c>'
        '<c r="D5"/><c r="!!"><v>1</v></c><c><v>1</v></c>'
    )
    found = read_sheet(book(tmp_path / "a.xlsx", cells))
    assert found == {
        (0, 0): Cell("one"), (0, 1): Cell("two"), (0, 2): Cell(""),
        (1, 0): Cell("0.5", numeric=True), (1, 1): Cell("2", "1+1", True), (1, 2): Cell("x"),
        (2, 0): Cell("in"), (2, 1): Cell("1"), (2, 2): Cell("#N/A"),
        (3, 0): Cell("46086", numeric=True, date=True),
        (3, 1): Cell("46086", numeric=True, date=True), (3, 2): Cell("5", numeric=True),
        (4, 26): Cell("7", numeric=True),
    }  # fmt: skip


def test_parts_that_a_workbook_may_lack(tmp_path):
    path = book(tmp_path / "a.xlsx", '<c r="A1"><v>1</v></c>',
                **{"xl__styles.xml": None, "xl__sharedStrings.xml": None})  # fmt: skip
    assert read_sheet(path) == {(0, 0): Cell("1", numeric=True)}


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' +
    "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><worksheet>&i;</worksheet>"
)  # fmt: skip
HOSTILE = {
    "laughs": LAUGHS,
    "file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>',
    "type": '<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><worksheet/>',
    "deep": "<a>" * 5000 + "</a>" * 5000,
    "open": "<worksheet>",
    "none": "",
    "no xml": "PK\x03\x04",
    "undefined": "<worksheet>&unknown;</worksheet>",
    "encoding": '<?xml version="1.0" encoding="none-such"?><worksheet/>',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_xml_is_refused(kind, tmp_path):
    for part in (SHEET, "xl/sharedStrings.xml", "xl/workbook.xml"):
        path = book(tmp_path / "a.xlsx", "", **{part.replace("/", "__"): HOSTILE[kind]})
        with pytest.raises(FileError) as error:
            read_sheet(path)
        assert "/etc" not in str(error.value)
        assert len(str(error.value)) < 500


def test_parts_that_unpack_to_too_much_are_refused(tmp_path):
    path = book(tmp_path / "a.xlsx", "", **{SHEET.replace("/", "__"): b" " * (21 * 2**20)})
    assert path.stat().st_size < 2**20
    with pytest.raises(FileError, match="more than"):
        read_sheet(path)
    path = tmp_path / "b.xlsx"
    with path.open("wb") as file:
        file.truncate(11 * 2**20)
    with pytest.raises(FileError, match="more than"):
        read_sheet(path)


def test_archives_with_too_many_parts_are_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2100):
            archive.writestr(str(number), "")
    with pytest.raises(FileError, match="parts came"):
        read_sheet(path)


MISSING = [
    {"xl__workbook.xml": None},
    {"xl___rels__workbook.xml.rels": None},
    {SHEET.replace("/", "__"): None},
]


@pytest.mark.parametrize("changes", MISSING, ids=str)
def test_workbooks_without_their_parts_are_refused(changes, tmp_path):
    with pytest.raises(FileError):
        read_sheet(book(tmp_path / "a.xlsx", "", **changes))


def test_every_damage_of_a_whole_file_is_told_kindly(tmp_path):
    path = book(tmp_path / "a.xlsx", '<c r="A1"><v>1</v></c>' * 50)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        path.write_bytes(damaged)
        with suppress(FileError):
            read_sheet(path)
        path.write_bytes(whole[:place])
        with pytest.raises(FileError):
            read_sheet(path)
