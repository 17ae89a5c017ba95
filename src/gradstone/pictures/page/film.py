"""The page of a film: its frames, with a slider, play and pause, and a caption for each."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from gradstone.errors import DataError
from gradstone.language import Language
from gradstone.pictures.page.document import whole
from gradstone.pictures.words import said

LARGEST = 5_000_000
"""A film's page has at most so many bytes."""
KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"RIFF": "webp"}
FILM = ("player.js", "film.js")


def film_page(
    frames: Sequence[bytes], labels: Sequence[str] = (), title: str = "", language: Language = "en"
) -> bytes:
    """Frames as an HTML page that plays them.

    Args:
        frames: PNG, JPEG, GIF or WebP, of one size. labels: a caption for each, or none at all.
        title: stands above. language: of the page's own words.

    Raises:
        DataError: no frames, others, labels that are too few or many, or a page over 5 MB.
    """
    captions = list(labels) or [""] * len(frames)
    if not frames or len(captions) != len(frames):
        came = f"{len(frames)} frames and {len(captions)} labels came"
        raise DataError("film", came, "at least one frame and a label for each is wanted")
    named = title or said("page_film", language)
    count = len(frames)
    shown = "".join(
        _frame(frame, caption or said("page_frame", language, k=k + 1, count=count), k)
        for k, (frame, caption) in enumerate(zip(frames, captions, strict=True))
    )
    body = (
        f'<h1>{escape(named)}</h1>\n<div class="film sheet">\n{shown}</div>\n'
        '<div class="player" hidden></div>\n'
    )
    made = whole(named, body, {"frames": count}, (FILM, ""), language)
    if len(made) > LARGEST:
        came = f"a page of {len(made) / 1e6:.1f} MB came of {count} frames"
        advice = "Give fewer or smaller frames, or WebP instead of PNG."
        raise DataError("film", came, f"at most {LARGEST / 1e6:g} MB is wanted", advice)
    return made


def _frame(frame: bytes, caption: str, place: int) -> str:
    kind = next((name for head, name in KINDS.items() if frame.startswith(head)), None)
    if kind is None:
        wanted = "PNG, JPEG, GIF or WebP is wanted"
        raise DataError("film", f"frame {place + 1} is not a picture", wanted)
    told, hidden = escape(caption), " hidden" if place else ""
    data = b64encode(frame).decode()
    return (
        f'<figure{hidden}><img alt="{told}" src="data:image/{kind};base64,{data}">'
        f"<figcaption>{told}</figcaption></figure>\n"
    )
