"""Worked examples as lines of text: for terminals, mails and pipes.

`document` is the page, `parts` what its sections are made of, `working` the lines worked out,
`tables` what stands in columns, `drawings` sketches, `cells` numbers and phrases, and `styled`
text that knows its width and its colours.
"""

from __future__ import annotations

from gradstone.accounts.text.document import print_story, to_text

__all__ = ["print_story", "to_text"]
