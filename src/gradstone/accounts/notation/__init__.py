r"""The mathematics of an account: read from LaTeX, printed as a line of text or as MathML.

Only what rows' templates, `symbol`, `formula` and `numbers` write is LaTeX here; whatever else
comes is read as well as it can be, and never trusted.
"""

from __future__ import annotations

from gradstone.accounts.notation.linear import digits, pieces, text
from gradstone.accounts.notation.mathml import mathml
from gradstone.accounts.notation.parse import parse

__all__ = ["digits", "mathml", "parse", "pieces", "text"]
