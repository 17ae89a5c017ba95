"""Names of numbers as textbooks print them."""

from __future__ import annotations

from dataclasses import dataclass, replace

GREEK = {
    "δ": r"\delta", "η": r"\eta", "ε": r"\varepsilon", "β": r"\beta", "ρ": r"\rho",
    "μ": r"\mu", "π": r"\pi", "λ": r"\lambda", "σ": r"\sigma", "Σ": r"\Sigma", "ΔE": r"\Delta E",
}  # fmt: skip
PLAIN = {
    "δ": "delta", "η": "eta", "ε": "epsilon", "β": "beta", "ρ": "rho", "μ": "mu",
    "λ": "lambda", "σ": "sigma", "Σ": "Sum", "ΔE": "Delta_E",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Symbol:
    """The name of a number or a matrix.

    Attributes:
        letter: "w", "δ", or a word, as "net"; words are set upright.
        below: the subscript, as "5" or "h1".
        layer: the layer's number where it is needed, a superscript in brackets.
        sample: the sample's number, counted from 1, where several are told at once.
        power: what it is raised to, as a part of its name: "t" in β₁ᵗ.
        hat, new, bold: m̂; the value after the update; a matrix.
        of, by: for a derivative ∂of/∂by, whose letter is "∂".
    """

    letter: str
    below: str = ""
    layer: str = ""
    sample: int | None = None
    power: str = ""
    hat: bool = False
    new: bool = False
    bold: bool = False
    of: Symbol | None = None
    by: Symbol | None = None

    @property
    def above(self) -> str:
        """The superscript: the layer, the mark of a value after the update, or a power."""
        return (f"({self.layer})" if self.layer else "") + "+" * self.new + self.power

    @property
    def latex(self) -> str:
        """The symbol in LaTeX's mathematics."""
        if self.of is not None and self.by is not None:
            return rf"\frac{{\partial {self.of.latex}}}{{\partial {self.by.latex}}}"
        letter = _letter(self)
        text = letter + (f"^{{{self.above}}}" if self.above else "")
        text += f"_{{{_subscript(self.below)}}}" if self.below else ""
        return text + (f"[{self.sample}]" if self.sample is not None else "")

    @property
    def name(self) -> str:
        """The symbol as an identifier: "w_5", "dE_dw_5", "delta_o1"; no two share one."""
        if self.of is not None and self.by is not None:
            return f"d{self.of.name}_d{self.by.name}"
        parts = [PLAIN.get(self.letter, self.letter).replace(" ", "") + "_hat" * self.hat]
        parts += [f"L{self.layer}"] if self.layer else []
        parts += [self.below.replace(",", "_")] if self.below else []
        parts += [f"to_{self.power.replace('-', '_minus_')}"] if self.power else []
        parts += ["new"] if self.new else []
        parts += [f"s{self.sample}"] if self.sample is not None else []
        return "_".join(parts)

    def of_sample(self, number: int | None) -> Symbol:
        """The same name for a sample, also within a derivative."""
        if self.of is not None and self.by is not None:
            return replace(self, of=self.of, by=self.by.of_sample(number))
        return replace(self, sample=number)


def derivative(of: Symbol, by: Symbol) -> Symbol:
    """∂of/∂by."""
    return Symbol("∂", of=of, by=by)


def _letter(symbol: Symbol) -> str:
    letter = GREEK.get(symbol.letter, symbol.letter)
    if symbol.bold:
        return (
            rf"\mathbf{{{letter}}}" if symbol.letter not in GREEK else rf"\boldsymbol{{{letter}}}"
        )
    if len(symbol.letter) > 1 and symbol.letter not in GREEK:
        letter = rf"\mathrm{{{_escaped(letter)}}}"
    return rf"\hat{{{letter}}}" if symbol.hat else letter


def _escaped(word: str) -> str:
    return word.replace("_", r"\_").replace(" ", r"\ ")


def _subscript(below: str) -> str:
    plain = below.replace(",", "").isdigit() or len(below) == 1
    return below if plain else rf"\mathrm{{{_escaped(below)}}}"
