"""Words and names for LaTeX: every sign of a user's text as itself, formulas in ASCII."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from gradstone.accounts.numbers import Printed
from gradstone.accounts.symbol import Symbol

ASCII = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "#": r"\#", "$": r"\$", "%": r"\%",
    "&": r"\&", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"{\`{}}",
    '"': r"{\char34}", "'": "'{}", "[": "{[}", "]": "{]}", "*": "{*}",
}  # fmt: skip
"""Signs that mean something to LaTeX, or would join with what follows them."""
LETTERS = "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi"
LATER = "pi rho varsigma sigma tau upsilon varphi chi psi omega"
SIGNS = {
    **dict(zip("αβγδεζηθικλμνξ", (rf"\{one}" for one in LETTERS.split()), strict=True)),
    **dict(zip("πρςστυφχψω", (rf"\{one}" for one in LATER.split()), strict=True)),
    "ο": "o", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Ξ": r"\Xi",
    "Π": r"\Pi", "Σ": r"\Sigma", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega", "µ": r"\mu",
    "×": r"\times", "·": r"\cdot", "−": "-", "±": r"\pm", "÷": r"\div", "⊙": r"\odot",
    "≤": r"\le", "≥": r"\ge", "≈": r"\approx", "≠": r"\ne", "≪": r"\ll", "≫": r"\gg",
    "→": r"\to", "←": r"\leftarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow",
    "∂": r"\partial", "∇": r"\nabla", "∑": r"\sum", "∞": r"\infty", "√": r"\surd",
    "½": r"\tfrac{1}{2}", "¼": r"\tfrac{1}{4}", "‖": r"\Vert", "∈": r"\in", "ℓ": r"\ell",
    "′": r"{}^{\prime}", "°": r"{}^{\circ}", "✓": r"\checkmark", "✗": r"\boldsymbol{\times}",
    "⋯": r"\cdots", "⋮": r"\vdots", "▲": r"\blacktriangle",
}  # fmt: skip
"""Signs of mathematics, in text and in formulas."""
POINTS = {
    "…": r"\ldots{}", "–": "--", "—": "---", "“": "``", "”": "''", "‘": "`", "’": "'",
    "\u00a0": "~", "§": r"\S{}", "•": r"\textbullet{}",
}  # fmt: skip
"""Points of English text; in Chinese they are Chinese signs."""
SPECIAL = {"ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "ø": r"\o{}", "Ø": r"\O{}",
           "œ": r"\oe{}", "Œ": r"\OE{}", "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}"}  # fmt: skip
ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u",
    "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁱʲˡⁿᵀ", "0123456789+-()ijlnT", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚₜₓ", "0123456789+-()aehijklmnoptx", strict=True))
RUNS = re.compile(
    f"(?P<up>[{''.join(RAISED)}]+)|(?P<down>[{''.join(LOWERED)}]+)|(?P<dashes>--+)|(?P<one>.)",
    re.DOTALL,
)
QUOTED = re.compile(r'"([^"]*)"')


def escaped(text: str, chinese: bool = False) -> str:
    """Text of anybody's, as it was typed: no sign of it is markup, none stops the compiler."""
    return "".join(_run(found, chinese) for found in RUNS.finditer(text))


def sentence(text: str, chinese: bool = False) -> str:
    """Text of ours: as `escaped`, but with quotation marks in pairs."""
    if not chinese:
        text = QUOTED.sub("“\\1”", text).replace("'", "’")
    return escaped(text, chinese)


def _run(found: re.Match[str], chinese: bool) -> str:
    if found["up"]:
        return rf"\ensuremath{{^{{{''.join(RAISED[one] for one in found['up'])}}}}}"
    if found["down"]:
        return rf"\ensuremath{{_{{{''.join(LOWERED[one] for one in found['down'])}}}}}"
    return "-{}" * len(found["dashes"]) if found["dashes"] else _sign(found["one"], chinese)


def _sign(one: str, chinese: bool) -> str:
    if one in ASCII or (one.isascii() and one.isprintable()):
        return ASCII.get(one, one)
    if one in SIGNS:
        return rf"\ensuremath{{{SIGNS[one]}}}"
    if one in POINTS and not (chinese and one in "…—“”‘’"):
        return POINTS[one]
    if unicodedata.category(one)[0] in "CZ":
        return " "
    return _letter(one, chinese)


def _letter(one: str, chinese: bool) -> str:
    """A letter that is not ASCII: composed, Chinese, or by its code where the font lacks it."""
    if one in SPECIAL:
        return SPECIAL[one]
    base, *marks = tuple(unicodedata.normalize("NFD", one))
    if base.isascii() and len(marks) == 1 and marks[0] in ACCENTS:
        stem = rf"\{base}" if base in "ij" else base
        return rf"\{ACCENTS[marks[0]]}{{{stem}}}"
    if is_chinese(one):
        return one if chinese else rf"\cjk{{{ord(one):04X}}}{{{one}}}"
    if chinese and one in "…—“”‘’":
        return one
    return rf"\rare{{{ord(one):04X}}}{{{one}}}"


def is_chinese(one: str) -> bool:
    """Whether a character is in a Chinese font."""
    code = ord(one)
    return 0x2E80 <= code < 0xA000 or 0xF900 <= code < 0xFB00 or 0xFF00 <= code < 0xFFF0


NAMES = re.compile(r"\\operatorname\{([^{}]*)\}")
BARE = re.compile(r"(?<!\\)[%#$]")
TWICE = re.compile(
    r"((?:\\[a-zA-Z]+\{[^{}]*\}|\\[a-zA-Z]+|[A-Za-z])\^\{[^{}]*\}(?:_\{(?:[^{}]|\{[^{}]*\})*\})?)\^"
)
"""A name with a superscript, raised once more."""


@lru_cache(maxsize=16_384)
def mathematics(latex: str) -> str:
    """A formula whose letters may be anybody's: in ASCII, names of functions without subscripts."""
    latex = NAMES.sub(lambda one: one[0].replace(r"\_", "_").replace("_", r"\_"), latex)
    latex = BARE.sub(lambda one: rf"\{one[0]}", latex).replace("NaN", r"\mathrm{NaN}")
    latex = TWICE.sub(r"{\1}^", latex)
    if latex.isascii():
        return latex
    return "".join(_mathematical(found) for found in RUNS.finditer(latex))


def _mathematical(found: re.Match[str]) -> str:
    if found["up"]:
        return f"^{{{''.join(RAISED[one] for one in found['up'])}}}"
    if found["down"]:
        return f"_{{{''.join(LOWERED[one] for one in found['down'])}}}"
    one = found["dashes"] or found["one"]
    if one.isascii():
        return one
    if one in SIGNS:
        return f"{SIGNS[one]} " if SIGNS[one][-1].isalpha() else SIGNS[one]
    return rf"\text{{{_sign(one, False)}}}"


def inline(symbol: Symbol, chosen: Callable[[str], str] = mathematics) -> str:
    """A symbol within a line of text: a derivative with a slash."""
    if symbol.of is not None and symbol.by is not None:
        return rf"\partial {chosen(symbol.of.latex)}/\partial {chosen(symbol.by.latex)}"
    return chosen(symbol.latex)


def digits(one: Printed) -> str:
    """A number for a formula."""
    return mathematics(one.latex)
