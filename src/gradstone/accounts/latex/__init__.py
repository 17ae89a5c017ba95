"""An account as a LaTeX document, English for pdflatex and xelatex, 中文 for xelatex.

From the sentence to the page: `text` escapes and fills, `breaking` measures and cuts formulas,
`lines`, `matrices`, `tables`, `network` and `graph` make the parts, `document` puts them together.
"""

from gradstone.accounts.latex.document import to_latex

__all__ = ["to_latex"]
