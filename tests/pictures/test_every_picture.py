"""Each picture in both languages and in each format: decoded, filled, without a missing glyph."""

from __future__ import annotations

import io
import re
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.image import imsave
from matplotlib.text import Text
from PIL import Image

import gradstone as gs
from gradstone import pictures
from gradstone.data.drawn import drawn_set
from gradstone.language import LANGUAGES
from gradstone.pictures import words
from gradstone.pictures.predictor import predictor
from gradstone.pictures.style import DOTS_PER_INCH, content, families, figure, save

ROOM = Path(pictures.__file__).parent
CHINESE = re.compile(r"[㐀-鿿]")


@cache
def run(name="moons", layers=(2, 3, 2), head="softmax"):
    rows = drawn_set(name, 40)
    net = gs.MLP(list(layers), "tanh", head)
    made = gs.train(net, rows.inputs, rows.targets, epochs=12, snapshots=4, dtype="float64")
    return made, rows


@cache
def descents(formula="x^2 + 3y^2", starts=((2, 1), (-1, -1))):
    return gs.minimize(formula, starts=list(starts)).all


@cache
def study():
    return gs.capacity("moons", (1, 2, 3, 4), size=20, seeds=1, steps=20, held_out=20)


@cache
def landscape():
    made, rows = run()
    return gs.loss_landscape(made, rows.inputs, rows.targets, points=7, snapshots=made.snapshots)


@cache
def rate_test():
    _, rows = run()
    return gs.find_rate(gs.MLP([2, 3, 2], "tanh", "softmax"), rows.inputs, rows.targets, steps=30)


def curve():
    """A prediction, inputs and targets of one feature."""
    made, rows = run("linear", (1, 1), None)
    return predictor(made), rows.inputs, rows.targets


def neuron():
    from gradstone.pictures.neuron import Neuron

    rows = drawn_set("gaussians", 20)
    return Neuron(np.array([3.0, 4.0]), 0.1), rows.inputs, rows.targets


ARGUMENTS = {
    "activation.activation_picture": lambda: [("sigmoid", "relu")],
    "capacity.accuracy_by_width": lambda: [study()],
    "capacity.regions_by_width": lambda: [study()],
    "confusion.confusion_picture": lambda: [np.array([[3, 1], [0, 4]]), ("a", "b")],
    "descent.path_picture": lambda: [descents()],
    "difference.difference_picture": lambda: ["sin(x)", 1.0],
    "fit.fit_picture": curve,
    "histograms.histograms_picture": lambda: [run()[0], run()[1].inputs, run()[1].targets],
    "landscape.landscape_picture": lambda: [landscape()],
    "loss.loss_picture": lambda: [run()[0].history],
    "network.network_picture": lambda: [run()[0].network, run()[0].parameters],
    "neuron.neuron_picture": neuron,
    "predictions.predictions_picture": lambda: [np.arange(5.0), np.arange(5.0), "y"],
    "progress.progress_picture": lambda: [descents(), ("one", "other")],
    "race.race_picture": lambda: [descents()],
    "rate.rate_picture": lambda: [rate_test()],
    "regions.regions_picture": lambda: [predictor(run()[0]), run()[1].inputs, run()[1].targets],
    "samples.samples_picture": lambda: [
        np.eye(16).reshape(4, 8, 8)[:2] + 0.2,
        ("1", "2"),
        ("1", "3"),
    ],
    "slices.slices_picture": lambda: [descents()[0]],
    "surface.surface_picture": lambda: [descents()],
    "warp.warp_picture": lambda: [study()],
}
ELSEWHERE = {  # where a search or a sweep is at hand: tests/pictures/test_search.py
    "sweep.sweep_picture", "tuning.history_picture", "tuning.importance_picture",
    "tuning.choices_picture",
}  # fmt: skip


def drawn(name, language):
    module, function = name.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # training that stops early says so
        given = ARGUMENTS[name]()
    return getattr(import_module(f"gradstone.pictures.{module}"), function)(
        *given, language=language
    )


def test_the_table_above_names_every_picture():
    found = {
        f"{path.stem}.{name}"
        for path in ROOM.glob("*.py")
        for name in re.findall(
            r"^def ([a-z]\w*(?:_picture|_by_width))\(", path.read_text("utf-8"), re.MULTILINE
        )
    }
    assert found == ARGUMENTS.keys() | ELSEWHERE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_picture_is_decoded_and_no_glyph_is_missing(name, language):
    made = drawn(name, language)
    assert isinstance(made, Figure)
    canvas, bytes_of_it = FigureCanvasAgg(made), io.BytesIO()
    canvas.draw()  # unlike save, this lets warnings of glyphs through
    imsave(bytes_of_it, canvas.buffer_rgba(), format="png")
    with Image.open(bytes_of_it) as image:
        image.load()
        assert image.size == tuple(int(one * DOTS_PER_INCH) for one in made.get_size_inches())
        shades = np.asarray(image.convert("L"))
    assert (shades < 250).mean() > 0.005
    assert len(np.unique(shades)) > 30
    for legend in made.legends:
        box = legend.get_window_extent()
        assert 0 <= box.x0 < box.x1 <= made.bbox.width, "a legend that is cut off"
    said = " ".join(text.get_text() for text in made.findobj(Text))
    assert bool(CHINESE.search(said)) == (language == "zh")


@pytest.mark.parametrize("name", ["descent.path_picture", "loss.loss_picture"])
def test_vectors_need_no_font(name, tmp_path):
    for ending in (".svg", ".pdf"):
        save(drawn(name, "zh"), tmp_path / f"a{ending}")
        assert content(drawn(name, "zh"), ending) == (tmp_path / f"a{ending}").read_bytes()
    assert not list(ElementTree.parse(tmp_path / "a.svg").iter("{http://www.w3.org/2000/svg}text"))
    assert b"/Subtype /Type3" in (tmp_path / "a.pdf").read_bytes()  # letters as outlines


def test_the_font_holds_every_chinese_sign_that_pictures_say():
    figure(1, 1)
    own = FT2Font(str(ROOM / "fonts" / "GradstoneSansSC.otf"))
    assert own.family_name in families()
    tables = [import_module(f"{words.__name__}.{one}").PHRASES for one in words.TABLES]
    signs = {sign for table in tables for _, chinese in table.values() for sign in chinese}
    known = own.get_charmap()
    assert len({sign for sign in signs if CHINESE.match(sign)}) > 300
    assert [sign for sign in sorted(signs) if CHINESE.match(sign) and ord(sign) not in known] == []
