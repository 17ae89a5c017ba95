"""What `gradstone capacity` leaves and prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from math import isfinite
from typing import TYPE_CHECKING

from gradstone.app.cli.sweep_table import aligned
from gradstone.language import Language
from gradstone.pictures.words import said
from gradstone.studies.capacity import Capacity, Study, Width

if TYPE_CHECKING:
    from PIL.Image import Image

    from gradstone.pictures.film import Film

PICTURES = ("regions.png", "accuracy.png", "warp.png")
FILMS = ("film.gif", "film.mp4", "film.html", "warp.gif", "warp.mp4")
FIGURES = "capacity.json"
FILES = (*PICTURES, *FILMS, FIGURES)
PAGE = 3_500_000
"""Bytes of all pictures on a page; written as text they take a third more."""


def files(
    capacity: Capacity, film: bool, language: Language, told: Callable[[str], None]
) -> tuple[dict[str, bytes], list[str]]:
    """The files by name, and notes on what is left out.

    Args:
        film: whether films are wanted. told: called with the name of each file as it is drawn.
    """
    with ThreadPoolExecutor(1) as pool:  # it encodes while the next picture is drawn
        waiting = _films(capacity, language, pool, told) if film else {}
        made = _pictures(capacity, language, told)
        made |= {name: one.result() for name, one in waiting.items()}
    made[FIGURES] = json.dumps(capacity.to_json(), indent=1, ensure_ascii=False).encode()
    notes = []
    missing = [name for name, content in made.items() if not content]
    if missing:
        from gradstone.pictures.film import ffmpeg

        key = "no_encoder" if ffmpeg() else "no_ffmpeg"
        notes = [said(key, language, names=", ".join(missing))]
    return {name: content for name, content in made.items() if content}, notes


def _pictures(
    capacity: Capacity, language: Language, told: Callable[[str], None]
) -> dict[str, bytes]:
    from gradstone.pictures.capacity import accuracy_by_width, regions_by_width
    from gradstone.pictures.style import content
    from gradstone.pictures.warp import warp_picture

    made = {}
    drawers = (regions_by_width, accuracy_by_width, warp_picture)
    for name, draw in zip(PICTURES, drawers, strict=True):
        made[name] = content(draw(capacity, language), ".png")
        told(name)
    return made


def _films(
    capacity: Capacity, language: Language, pool: ThreadPoolExecutor, told: Callable[[str], None]
) -> dict[str, Future[bytes]]:
    from gradstone.pictures.capacity_film import training_film
    from gradstone.pictures.film import gif, mp4, paletted
    from gradstone.pictures.warp_film import warp_film

    training = training_film(capacity, language)
    waiting = {"film.mp4": pool.submit(lambda: mp4(training) or b"")}
    pictures = pool.submit(paletted, training)
    waiting["film.gif"] = pool.submit(lambda: gif(training, pictures.result()))
    waiting["film.html"] = pool.submit(lambda: _page(training, pictures, capacity, language))
    told("film.gif")
    bent = warp_film(capacity, language)
    waiting["warp.gif"] = pool.submit(gif, bent)
    waiting["warp.mp4"] = pool.submit(lambda: mp4(bent) or b"")
    told("warp.gif")
    return waiting


def _page(
    film: Film, pictures: Future[list[Image]], capacity: Capacity, language: Language
) -> bytes:
    """The page that plays the film, with every other frame where all would be too many."""
    from gradstone.pictures.film import stills
    from gradstone.pictures.page.film import film_page

    shown = list(zip(stills(pictures.result()), film.labels, strict=True))
    while sum(len(one) for one, _ in shown) > PAGE and len(shown) > 2:
        shown = [*shown[:-1:2], shown[-1]]
    title = said("film", language, name=capacity.study.training.name)
    return film_page([one for one, _ in shown], [one for _, one in shown], title, language)


def lines(capacity: Capacity, language: Language) -> Iterator[str]:
    """A table for each set: a line a width with its accuracies and its loss."""
    from gradstone.pictures.capacity import trained

    for key, study in (("set_asked", capacity.study), ("set_noisy", capacity.noisy)):
        if study is not None:
            name = study.training.name
            yield said(key, language, name=name, trained=trained(study, capacity, language))
            yield from _table(study, language)
            yield ""
    yield said("table_seeds", language, seeds=capacity.seeds)


def _table(study: Study, language: Language) -> Iterator[str]:
    keys = ["hidden", "parameters", "training", "worst", "held_out", "worst", "loss"]
    diverged = any(one.diverged for one in study.widths)
    head = [said(f"table_{key}", language) for key in [*keys, *["diverged"] * diverged]]
    yield from aligned([head, *(_row(one, diverged) for one in study.widths)])


def _row(width: Width, diverged: bool) -> list[str]:
    shares = (*width.accuracy("training"), *width.accuracy("held_out"))
    cells = [str(width.hidden), str(width.parameters), *(f"{100 * one:.1f} %" for one in shares)]
    cells.append(f"{width.loss:.4g}" if isfinite(width.loss) else "∞")
    if diverged:
        cells.append(f"{width.diverged}/{len(width.outcomes)}" if width.diverged else "")
    return cells
