"""Frames as a film: GIF, MP4 where ffmpeg is on the machine, single pictures for pages."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gradstone.errors import DataError

Array = np.ndarray[Any, Any]
LARGEST = 5_000_000
"""A film's file has at most so many bytes."""
COLOURS, NEARLY_WHITE = 255, 248
ENCODERS = ("libx264", "mpeg4")
PATIENCE = 120.0
"""Seconds after which ffmpeg is given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Pictures in a row.

    Attributes:
        frames: uint8 (height, width, 3) each, of one size. labels: what each is called.
        milliseconds: how long each is shown.
        tones: the colours of a GIF, uint8 (up to 255, 3), white and black among them; None: those
            that occur most.
    """

    frames: Sequence[Array]
    labels: Sequence[str]
    milliseconds: Sequence[int]
    tones: Array | None = None

    def __post_init__(self) -> None:
        shapes = {one.shape for one in self.frames}
        if len(shapes) != 1 or not len(self.frames) == len(self.labels) == len(self.milliseconds):
            came = f"{len(self.frames)} frames of {len(shapes)} sizes came"
            wanted = "frames of one size, a label and a time for each, are wanted"
            raise DataError("film", came, wanted)


def paletted(film: Film) -> list[Image.Image]:
    """The frames in at most 255 colours, the same ones for all, without dithering."""
    palette, none = _palette(film), Image.Dither.NONE
    return [Image.fromarray(one).quantize(palette=palette, dither=none) for one in film.frames]


def _palette(film: Film) -> Image.Image:
    if film.tones is not None:
        made = Image.new("P", (1, 1))
        made.putpalette(film.tones[:COLOURS].ravel().tolist())
        return made
    chosen = np.linspace(0, len(film.frames) - 1, 6).astype(int)
    some = np.concatenate([film.frames[place][::2, ::2] for place in chosen])
    made = Image.fromarray(some).quantize(COLOURS, Image.Quantize.MEDIANCUT)
    tones = np.array(made.getpalette()).reshape(-1, 3)
    tones[tones.min(axis=1) >= NEARLY_WHITE] = 255  # the paper stays white
    made.putpalette(tones.ravel().tolist())
    return made


def gif(film: Film, pictures: Sequence[Image.Image] | None = None) -> bytes:
    """The film as an endless GIF under 5 MB; where it would be larger, every other frame goes.

    Args:
        pictures: what `paletted` gave, where it is there already.

    Raises:
        DataError: two frames alone are larger.
    """
    shown = list(pictures or paletted(film))
    times = list(film.milliseconds)
    while True:
        made = io.BytesIO()
        shown[0].save(
            made, "GIF", save_all=True, append_images=shown[1:], duration=times, loop=0,
            optimize=False, disposal=1,
        )  # fmt: skip
        if made.tell() <= LARGEST:
            return made.getvalue()
        if len(shown) <= 2:
            came = f"{made.tell() / 1e6:.1f} MB of two frames came"
            raise DataError("film", came, "at most 5 MB is wanted", "Draw smaller frames.")
        keep = sorted({*range(0, len(shown), 2), len(shown) - 1})
        times = [sum(times[a:b]) for a, b in zip(keep, [*keep[1:], len(shown)], strict=True)]
        shown = [shown[place] for place in keep]


def ffmpeg() -> str | None:
    """Where the program ffmpeg is; None where it is not on the machine."""
    return shutil.which("ffmpeg")


def mp4(film: Film) -> bytes | None:
    """The film as MP4 (H.264, or MPEG-4 part 2 where that is all there is) under 5 MB.

    Returns:
        None where ffmpeg is not on the machine, or has no encoder for it.
    """
    program = ffmpeg()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="gradstone-") as folder:
        for encoder in ENCODERS:
            path = Path(folder) / f"{encoder}.mp4"
            if _encoded(program, film, encoder, path) and path.stat().st_size <= LARGEST:
                return path.read_bytes()
    return None


def _encoded(program: str, film: Film, encoder: str, path: Path) -> bool:
    beat = min(film.milliseconds)
    times = [max(1, round(one / beat)) for one in film.milliseconds]
    height, width = (side - side % 2 for side in film.frames[0].shape[:2])  # even ones are wanted
    quality = ["-preset", "veryfast", "-crf", "20"] if encoder == "libx264" else ["-q:v", "4"]
    command = [
        program, "-hide_banner", "-loglevel", "error", "-nostdin", "-f", "rawvideo", "-pix_fmt",
        "rgb24", "-s", f"{width}x{height}", "-r", f"{1000 / beat:.4f}", "-i", "pipe:0", "-an",
        "-c:v", encoder, *quality, "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(path),
    ]  # fmt: skip
    content = b"".join(
        np.ascontiguousarray(frame[:height, :width]).tobytes() * count
        for frame, count in zip(film.frames, times, strict=True)
    )
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def stills(pictures: Sequence[Image.Image]) -> list[bytes]:
    """Each frame that `paletted` gave as a PNG."""
    made = []
    for one in pictures:
        content = io.BytesIO()
        one.save(content, "PNG", compress_level=6)
        made.append(content.getvalue())
    return made
