r"""A worksheet in LaTeX: English for pdflatex and xelatex, 中文 for xelatex."""

from __future__ import annotations

import re

from gradstone.accounts.latex.preamble import preamble
from gradstone.accounts.latex.text import escaped, mathematics
from gradstone.accounts.words import said
from gradstone.exams.sheet import Exam, Row, sheet
from gradstone.language import Language

BOX = r"\newcommand{\answer}[1]{\fbox{\parbox[c][14pt][c]{3.6cm}{\strut #1}}}"


def to_latex(exam: Exam, language: Language, key: bool = False, formulas: bool = False) -> str:
    """The document; key: with the answers; formulas: with that of each number."""
    chinese = language == "zh"
    told = sheet(exam, language, key, formulas)

    def words(text: str) -> str:
        parts = re.split(r"\$([^$]*)\$", text)
        return "".join(
            f"${mathematics(one)}$" if place % 2 else escaped(one, chinese)
            for place, one in enumerate(parts)
        )

    lines = [
        preamble(language, False), BOX, r"\begin{document}",
        rf"\section*{{{words(told.title)}}}", " ".join(map(words, told.head)) + r"\par",
        rf"${mathematics(told.loss)}$\par" if told.loss else "",
        rf"\medskip {words(said('exam_name', language))} \hrulefill\par",
        r"\begin{itemize}", *(rf"\item {words(one)}" for one in told.notes), r"\end{itemize}",
        rf"\subsection*{{{words(said('exam_given', language))}}}",
        r"\begin{longtable}[l]{@{}llll@{}}\toprule", *(_given(one, words) for one in told.given),
        r"\bottomrule\end{longtable}",
    ]  # fmt: skip
    for title, rows in told.groups:
        lines += [
            rf"\subsection*{{{words(title)}}}", r"\begin{longtable}[l]{@{}rlll@{}}",
            *(_asked(one, words, formulas) for one in rows), r"\end{longtable}",
        ]  # fmt: skip
    code = told.id.replace("-", r"-\allowbreak ")
    lines += [rf"\bigskip{{\footnotesize {words(said('exam_id', language))} \texttt{{{code}}}}}",
              r"\end{document}", ""]  # fmt: skip
    return "\n".join(one for one in lines if one)


def _given(row: Row, words: object) -> str:
    assert callable(words)
    cells = (f"${mathematics(row.name)}$", words(row.meaning), _digits(row.printed),
             rf"\code{{{escaped(row.address)}}}")  # fmt: skip
    return " & ".join(cells) + r" \\"


def _asked(row: Row, words: object, formulas: bool) -> str:
    formula = f"${mathematics(row.formula)}$" if formulas and row.formula else ""
    if not formula:
        formula = rf"\code{{{escaped(row.address)}}}"
    box = rf"\answer{{{_digits(row.printed)}}}"
    return rf"{row.number} & $\displaystyle {mathematics(row.name)}$ & {formula} & {box} \\[6pt]"


def _digits(printed: str) -> str:
    return f"${printed}$" if printed else ""
