"""Worked examples in GitHub-flavoured Markdown, formulas between dollar signs.

`document` is the page, `cells` numbers, phrases and tables, `mathematics` formulas that
Markdown does not spoil.
"""

from __future__ import annotations

from gradstone.accounts.markdown.document import to_markdown

__all__ = ["to_markdown"]
