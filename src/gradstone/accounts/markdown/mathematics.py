r"""LaTeX as it must be written between dollar signs.

Markdown reads formulas before mathematics does: it takes the backslash from `\,` and `\_`,
emphasis from underscores, table cells from `|` and strikes from `~`. So only commands of letters
are used, and an underscore follows a space, where it can begin an emphasis but never end one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gradstone.accounts.account import Line, MatrixForm, Story
from gradstone.accounts.formula import amount, forms
from gradstone.accounts.notation import text

COMMANDS = {
    r"\,": r"\thinspace ", r"\!": "", r"\:": r"\space ", r"\;": r"\space ", r"\ ": r"\space ",
    r"\_": r"\space ", r"\{": r"\lbrace ", r"\}": r"\rbrace ", r"\|": r"\Vert ", r"\\": r"\cr ",
    r"\%": r"\space ", r"\$": r"\space ", r"\#": r"\space ", r"\&": r"\space ",
    "|": r"\vert ", "<": r"\lt ", ">": r"\gt ", "[": r"\lbrack ", "]": r"\rbrack ",
    "~": r"\space ", "*": r"\ast ", "_": " _", "`": "", "$": "", "\n": " ",
}  # fmt: skip
SIGN = re.compile(r"\\[A-Za-z]+ ?|\\.|[|<>\[\]~*_`$\n]", re.DOTALL)
GUARD = re.compile(r"\\guard\{([^{}]*)\}")
UNSAID = str.maketrans(dict.fromkeys("\\{}$&#^_~%|<>*`\n[]", " "))
WIDEST = 72
"""Rows of formulas with more signs are broken before a term."""


@lru_cache(maxsize=16_384)
def safe(latex: str) -> str:
    r"""A formula that Markdown leaves alone; guard digits are plain.

    >>> print(safe(r"\left|x_{1}\right| \approx 0.64565\guard{631}"))
    \left\vert x _{1}\right\vert  \approx 0.64565631
    """

    def said(found: re.Match[str]) -> str:
        return COMMANDS.get(found[0], found[0])

    return SIGN.sub(said, GUARD.sub(r"\1", latex))


def words(plain: str) -> str:
    """Words within a formula."""
    return rf"\text{{{plain.translate(UNSAID)}}}"


def display(latex: str) -> str:
    """A formula in lines of its own; `latex` is safe already."""
    return f"$$\n{latex}\n$$"


def aligned(story: Story, line: Line, after: str) -> list[str]:
    r"""The rows of a line for aligned; after: what stands behind the result."""
    told = forms(story, line)
    result = f"{safe(told.equals)} {safe(told.result.latex)}{after}"
    name = rf"\textsf{{{line.id}}}\quad " if line.id else ""
    left = name + safe(told.left) + " "
    whole = "".join(f"= {' '.join(one)} " for one in (told.symbols, told.numbers) if one)
    if not told.products and len(text(f"{told.left} {whole} = {told.result.latex}")) <= WIDEST:
        return [f"{left}&{safe(whole)}{result}"]
    rows = [*_rows("=", told.symbols), *_rows("=", told.numbers), *_rows("=", told.products)]
    return [left + rows[0], *rows[1:], f"&{result}"]


def _rows(sign: str, terms: tuple[str, ...]) -> list[str]:
    """Terms in rows, each but the first below the formula."""
    if not terms:
        return []
    rows, width = [f"&{sign} {safe(terms[0])}"], len(text(terms[0]))
    for term in terms[1:]:
        size = len(text(term)) + 1
        if width + size > WIDEST:
            rows.append(rf"&\quad {safe(term)}")
            width = size
        else:
            rows[-1] += f" {safe(term)}"
            width += size
    return rows


def in_rows(rows: list[str]) -> str:
    """Rows below one another, their & too."""
    inner = " \\cr\n".join(rows)
    return f"\\begin{{aligned}}\n{inner}\n\\end{{aligned}}"


def matrix(story: Story, one: MatrixForm) -> str:
    """A matrix step: names, formula and numbers."""
    entries = [[story.entries[address] for address in row] for row in one.addresses]
    printed = [[amount(entry, story.digits) for entry in row] for row in entries]
    exact = all(number.exact for row in printed for number in row)
    numbers = _bracketed([[number.latex for number in row] for row in printed])
    names = _bracketed([[symbol.latex for symbol in row] for row in one.names])
    rows = [f"{safe(one.left.latex)} &= {safe(one.formula)}"] if one.formula else []
    left = "" if rows else safe(one.left.latex) + " "
    given = f"= {names} " if one.names else ""
    last = f"{left}&{given}{'=' if exact else safe(chr(92) + 'approx')} {numbers}"
    return in_rows([*rows, last])


def _bracketed(rows: list[list[str]]) -> str:
    inner = r" \cr ".join(" & ".join(safe(one) for one in row) for row in rows)
    return rf"\begin{{bmatrix}} {inner} \end{{bmatrix}}"
