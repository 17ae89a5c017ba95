"""The size budgets of the source, checked.

Every file in src/gradstone has at most 300 lines of at most 100 columns, and the heart (an op, a
node, a walk, the table, the gradient, the interpreter) stays under 700 lines of code together: if
it does not, the design is wrong, not the budget. Lines of code are those that hold neither only
blanks nor only a comment nor a docstring.

    python tools/budget.py [ROOT]
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 300
COLUMNS = 100
HEART_LINES = 700
HEART = (
    "graph/op.py",
    "graph/node.py",
    "graph/walk.py",
    "ops/table.py",
    "autodiff/gradient.py",
    "execute/interpreter.py",
)
SILENT = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def docstring_lines(source: str) -> set[int]:
    """The numbers of the lines that docstrings take."""
    places = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    taken: set[int] = set()
    for place in ast.walk(ast.parse(source)):
        if isinstance(place, places) and ast.get_docstring(place, clean=False) is not None:
            first = place.body[0]
            taken.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return taken


def code_lines(source: str) -> int:
    """How many lines hold code: not blank, not only a comment, no docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in SILENT:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - docstring_lines(source))


def oversized(package: Path) -> Iterator[str]:
    """What is wrong with single files, a sentence each."""
    for path in sorted(package.rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > FILE_LINES:
            yield f"{path}: {len(lines)} lines; at most {FILE_LINES}. Split it by what it defines."
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS:
                yield f"{path}:{number}: {len(line)} columns; at most {COLUMNS}."


def heart(package: Path) -> Iterator[str]:
    """Prints the size of the heart, file by file; yields what is wrong with it."""
    total = 0
    for name in HEART:
        path = package / name
        if not path.is_file():
            yield f"{path}: missing; it is part of the heart. If it moved, say so in {__file__}."
            continue
        source = path.read_text(encoding="utf-8")
        size = code_lines(source)
        total += size
        print(f"{size:5} lines of code, {len(source.splitlines()):4} in all  {name}")
    print(f"{total:5} lines of code in the heart; under {HEART_LINES} wanted")
    if total >= HEART_LINES:
        yield f"the heart: {total} lines of code; under {HEART_LINES} wanted. Simplify the design."


def main(arguments: list[str]) -> int:
    """Checks the budgets of the source below a root folder; 1 where one is broken."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    package = root / "src" / "gradstone"
    broken = [*oversized(package), *heart(package)]
    for sentence in broken:
        print(sentence, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
