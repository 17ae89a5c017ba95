"""Worked examples as one HTML file: no network, MathML, drawings, light and dark, on paper too.

`document` is the page, `parts` what its sections are made of, `cells` numbers and phrases, `places`
where each line stands; `network` and `graph` draw, with what `svg` gives them. `page.css` and
`page.js` are put into the page as they are.
"""

from __future__ import annotations

from gradstone.accounts.html.document import fragment, to_html

__all__ = ["fragment", "to_html"]
