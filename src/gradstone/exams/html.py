"""A worksheet as one HTML page to print: no script, nothing from elsewhere."""

from __future__ import annotations

import re
from html import escape

from gradstone.accounts.notation import mathml
from gradstone.accounts.words import said
from gradstone.exams.sheet import Exam, Row, sheet
from gradstone.language import Language
from gradstone.page import whole_page

STYLE = """
body { font: 11pt/1.5 Charter, "Iowan Old Style", Cambria, Georgia, serif; color: #1c2127;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
body:lang(zh) { font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } h2 { font-size: 1.1rem; margin: 1.4rem 0 .4rem; }
.who { border-bottom: 1px solid #1c2127; padding: 1rem 0 .2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .5rem;
  border-bottom: 1px solid #e2e6ea; vertical-align: middle; }
th { font-size: .85rem; color: #59636e; font-weight: 600; }
.given { columns: 2; column-gap: 2rem; } .given table { break-inside: auto; }
tr { break-inside: avoid; } td.box { width: 11rem; }
td.box span { display: block; min-height: 1.6rem; border: 1px solid #0072b2; background: #eaf4fb;
  padding: .1rem .4rem; font-variant-numeric: tabular-nums; }
td.place { color: #59636e; width: 2rem; } code { font-size: .8rem; color: #59636e; }
footer { margin-top: 2rem; font-size: .75rem; color: #59636e; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } }
"""


def to_html(exam: Exam, language: Language, key: bool = False, formulas: bool = False) -> str:
    """The page; key: with the answers; formulas: with that of each number."""
    told = sheet(exam, language, key, formulas)
    head = " ".join(_words(one) for one in told.head)
    loss = f"<p>{mathml(told.loss)}</p>" if told.loss else ""
    notes = "".join(f"<li>{_words(one)}</li>" for one in told.notes)
    given = "".join(_given(one) for one in told.given)
    groups = "".join(
        f"<h2>{escape(title)}</h2><table>{''.join(_asked(one, formulas) for one in rows)}</table>"
        for title, rows in told.groups
    )
    body = (
        f"<h1>{escape(told.title)}</h1><p>{head}</p>{loss}"
        f'<p class="who">{escape(said("exam_name", language))}</p>\n<ul>{notes}</ul>\n'
        f"<h2>{escape(said('exam_given', language))}</h2>"
        f'<div class="given"><table>{given}</table></div>\n{groups}\n'
        f"<footer>{escape(said('exam_id', language))} {escape(told.id)}</footer>"
    )
    return whole_page(told.title, body, language, style=STYLE, dark=False)


def _given(row: Row) -> str:
    return (
        f"<tr><td>{mathml(row.name)}</td><td>{_words(row.meaning)}</td>"
        f"<td>{escape(_minus(row.printed))}</td><td><code>{escape(row.address)}</code></td></tr>"
    )


def _asked(row: Row, formulas: bool) -> str:
    formula = f"<td>= {mathml(row.formula)}</td>" if formulas else ""
    return (
        f'<tr><td class="place">{row.number}</td><td>{mathml(row.name)}</td>{formula}'
        f"<td><code>{escape(row.address)}</code></td>"
        f'<td class="box"><span>{escape(_minus(row.printed))}</span></td></tr>'
    )


def _minus(digits: str) -> str:
    return digits.replace("-", "−")


def _words(text: str) -> str:
    """Words with mathematics between dollar signs."""
    parts = re.split(r"\$([^$]*)\$", text)
    return "".join(mathml(one) if place % 2 else escape(one) for place, one in enumerate(parts))
