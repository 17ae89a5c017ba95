"""Cut the Chinese font of the pictures out of Noto Sans CJK.

    python tools/font.py NotoSansCJK-Regular.ttc

The cut holds all of GB 2312 (6763 Chinese characters and the signs beside them), so that the
names of a user's own columns and files can be drawn too. Its family has a name of its own, for it
is no longer the font that Noto Sans CJK names.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FAMILY, FACE = "Gradstone Sans SC", "NotoSansCJKsc-Regular"
TARGET = Path(__file__).parents[1] / "src/gradstone/pictures/fonts/GradstoneSansSC.otf"
FAMILY_RECORDS, FULL_NAME, POSTSCRIPT = (1, 16), 4, 6


def signs() -> set[int]:
    """The code points of GB 2312 beyond ASCII."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def cut(path: Path) -> TTFont:
    """The simplified Chinese face of a collection, with GB 2312 alone."""
    faces = TTCollection(path).fonts
    font = next(one for one in faces if one["name"].getDebugName(POSTSCRIPT) == FACE)
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True, drop_tables=["BASE", "VORG", "vhea", "vmtx", "GPOS", "GSUB"],
    )  # fmt: skip
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=signs())
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in FAMILY_RECORDS or record.nameID == FULL_NAME:
            record.string = FAMILY
        if record.nameID == POSTSCRIPT:
            record.string = FAMILY.replace(" ", "") + "-Regular"
    return font


if __name__ == "__main__":
    cut(Path(sys.argv[1])).save(TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.2f} MB")
