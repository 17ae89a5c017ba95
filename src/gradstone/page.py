"""A page: one HTML file that needs nothing else, without a word to any network.

The page's policy names each style and script by its hash: others, also those in text from
strangers, do not run.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape

from gradstone.language import Language

TAGS = {"en": "en", "zh": "zh-Hans"}
"""Languages as HTML names them."""


def whole_page(
    title: str,
    body: str,
    language: Language = "en",
    *,
    style: str,
    script: str = "",
    within: Sequence[str] = (),
    kind: str = "",
    dark: bool = True,
) -> str:
    """A whole page around a body.

    Args:
        title: plain text. body: HTML.
        script: runs as a module once the body is there. within: styles that the body holds.
        kind: classes of the body. dark: whether the style has dark colours too.
    """
    classes = f' class="{kind}"' if kind else ""
    schemes = "light dark" if dark else "light"
    ending = f'<script type="module">{script}</script>\n' if script else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{TAGS[language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script, within)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="{schemes}">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body{classes}>\n{body}\n{ending}</body>\n</html>\n"
    )


def picture(png: bytes, told: str, kind: str = "") -> str:
    """A PNG inside a page; told: what it shows, as plain text. kind: its classes."""
    classes = f' class="{kind}"' if kind else ""
    data = b64encode(png).decode()
    return f'<img{classes} alt="{escape(told)}" src="data:image/png;base64,{data}">'


def _policy(style: str, script: str, within: Sequence[str]) -> str:
    styles = " ".join(map(_hash, (style, *within)))
    scripts = f"script-src {_hash(script)}; " if script else ""
    return (
        f"default-src 'none'; img-src data:; style-src {styles}; {scripts}"
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
