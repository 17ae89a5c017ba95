"""Formulas as trees, and the signs that they know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after another."""

    items: tuple[Notation, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name: one letter, or a word, which is set upright."""

    name: str
    upright: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """Digits."""

    digits: str


@dataclass(frozen=True, slots=True)
class Guard:
    """Digits beyond those promised, printed paler."""

    digits: str


@dataclass(frozen=True, slots=True)
class Operator:
    """A sign.

    kind: "binary", "relation", "prefix", "large" (∑), "function" (ln), "punctuation" or "fence".
    """

    sign: str
    kind: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words within a formula."""

    words: str


@dataclass(frozen=True, slots=True)
class Space:
    """A gap; of no width between matrices that are multiplied, else a word's."""

    wide: bool


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fraction; small: set in the height of the line."""

    above: Notation
    below: Notation
    small: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A base with a superscript, a subscript, or both."""

    base: Notation
    above: Notation | None
    below: Notation | None


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    inner: Notation


@dataclass(frozen=True, slots=True)
class Hat:
    """A base with a sign over it: "^" or "-"."""

    inner: Notation
    sign: str = "^"


@dataclass(frozen=True, slots=True)
class Fenced:
    """What stands in brackets; opening and closing are their signs, "" for none."""

    opening: str
    inner: Notation
    closing: str


Notation = (
    Row | Identifier | Number | Guard | Operator | Text | Space | Fraction | Script | Root | Hat
    | Fenced
)  # fmt: skip

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ",
    "infty": "∞", "ldots": "…", "dots": "…", "cdots": "⋯",
}  # fmt: skip
"""Commands that are a letter."""
SIGNS = {
    "cdot": ("·", "binary"), "times": ("×", "binary"), "odot": ("⊙", "binary"),
    "pm": ("±", "binary"), "ast": ("∗", "binary"), "div": ("÷", "binary"),
    "le": ("≤", "relation"), "leq": ("≤", "relation"), "ge": ("≥", "relation"),
    "geq": ("≥", "relation"), "ne": ("≠", "relation"), "neq": ("≠", "relation"),
    "approx": ("≈", "relation"), "to": ("→", "relation"), "rightarrow": ("→", "relation"),
    "leftarrow": ("←", "relation"), "gets": ("←", "relation"), "in": ("∈", "relation"),
    "ll": ("≪", "relation"), "gg": ("≫", "relation"), "equiv": ("≡", "relation"),
    "partial": ("∂", "prefix"), "nabla": ("∇", "prefix"), "sum": ("∑", "large"),
    "prod": ("∏", "large"),
}  # fmt: skip
"""Commands that are a sign, and its kind."""
PLAIN_SIGNS = {
    "+": ("+", "binary"), "-": ("−", "binary"), "−": ("−", "binary"), "*": ("∗", "binary"),
    "/": ("/", "binary"), "·": ("·", "binary"), "×": ("×", "binary"), "⊙": ("⊙", "binary"),
    "=": ("=", "relation"), "<": ("<", "relation"), ">": (">", "relation"),
    "≈": ("≈", "relation"), "≤": ("≤", "relation"), "≥": ("≥", "relation"),
    "→": ("→", "relation"), "←": ("←", "relation"), "∂": ("∂", "prefix"), "∑": ("∑", "large"),
    ",": (",", "punctuation"), ";": (";", "punctuation"), ":": (":", "punctuation"),
    "!": ("!", "punctuation"), "'": ("′", "punctuation"),
}  # fmt: skip
"""Characters that are a sign, and its kind."""
FUNCTIONS = frozenset(
    ("ln", "log", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "max", "min", "det", "arg")
)
"""Commands that are a function's name."""
FENCES = {
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lvert": "|", "rvert": "|",
    "vert": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "langle": "⟨", "rangle": "⟩",
    "{": "{", "}": "}", "|": "‖", "lbrace": "{", "rbrace": "}",
}  # fmt: skip
"""Commands that are a bracket."""
CLOSING = {"(": ")", "[": "]", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}
"""Brackets that say by themselves which way they face."""
SPACES = {
    ",": False, "!": False, ":": True, ";": True, " ": True, "quad": True, "qquad": True,
    "thinspace": False, "\\": True,
}  # fmt: skip
"""Commands that are a gap, and whether a word's."""
