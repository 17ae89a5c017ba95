"""Signs of Unicode as ASCII has them."""

from __future__ import annotations

ASCII = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon",
    "η": "eta", "θ": "theta", "λ": "lambda", "μ": "mu", "π": "pi", "ρ": "rho", "σ": "sigma",
    "φ": "phi", "Δ": "Delta", "Σ": "Sum", "ℓ": "l", "∞": "inf", "…": "...", "⋯": "...",
    "·": "*", "×": "x", "⊙": "(*)", "∗": "*", "±": "+-", "÷": "/", "−": "-", "≤": "<=", "≥": ">=",
    "≠": "!=", "≈": "~", "→": "->", "←": "<-", "∈": "in", "≡": "==", "∂": "d", "∇": "grad ",
    "∑": "sum", "∏": "prod", "′": "'", "‖": "||", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
    "⟨": "<", "⟩": ">", "½": "1/2", "√": "sqrt", "–": "-", "—": "-",
    "“": '"', "”": '"', "‘": "'", "’": "'", "✓": "ok", "ᵀ": "^T", "²": "^2", "³": "^3",
}  # fmt: skip
PLAIN = str.maketrans(ASCII)


def plain(words: str) -> str:
    """Signs of Unicode in ASCII; letters of other alphabets stay."""
    return words.translate(PLAIN)
