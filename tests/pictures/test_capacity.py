"""Pictures and films of hidden neurons: what they show, not how they look."""

import io

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from gradstone.data.drawn import drawn_set
from gradstone.data.sets import DataSet
from gradstone.errors import DataError
from gradstone.pictures import film as films
from gradstone.pictures.capacity import accuracy_by_width, highest_loss, regions_by_width
from gradstone.pictures.capacity_film import PANEL, regions, training_film
from gradstone.pictures.film import Film, gif, mp4, paletted, stills
from gradstone.pictures.hidden_view import HiddenView, limits_of, turned
from gradstone.pictures.regions import colour
from gradstone.pictures.stage import Number, Pasted, Stage, enlarged, overlay, paper, place, tones
from gradstone.pictures.style import content
from gradstone.pictures.warp import input_grid, shown_warps, tells, warp_picture
from gradstone.pictures.warp_film import WarpPanel, moments, warp_film
from gradstone.studies.capacity import capacity, marks
from tests.programs import needed


@pytest.fixture(scope="module")
def moons():
    return capacity("moons", (1, 2, 3, 6), size=40, seeds=3, steps=60)


@pytest.fixture(scope="module")
def blobs():
    return capacity("blobs", (1, 3), size=30, seeds=1, steps=20)


def decoded(made):
    return Image.open(io.BytesIO(made))


def test_regions_and_error_curves(moons):
    picture = regions_by_width(moons)
    upper, lower = picture.axes[:4], picture.axes[4:]
    names = ["1 hidden neuron", *(f"{n} hidden neurons" for n in (2, 3, 6))]
    assert [axes.get_title() for axes in upper] == names
    assert upper[0].get_xlabel() == "x1"
    assert upper[0].get_ylabel() == "x2"
    for axes, width in zip(upper, moons.widths, strict=True):
        assert sum(len(one.get_offsets()) for one in axes.collections[-2:]) == 40
        (told,) = (one.get_text() for one in axes.texts)
        assert f"{100 * width.shown.training['accuracy']:.1f} %" in told
        assert f"{100 * width.shown.held_out['accuracy']:.1f} %" in told
    for axes, width in zip(lower, moons.widths, strict=True):
        assert axes.get_xlabel() == "update"
        curves = [line.get_ydata().tolist() for line in axes.get_lines()]
        assert len(curves) == 3
        assert curves[-1] == width.shown.history["loss"].tolist()
        assert axes.get_ylim() == (0, highest_loss(moons.widths))
        assert f"seed {width.shown.trial.seed}" in [one.get_text() for one in axes.texts]
    assert "of 3 initial weights (seeds) the one with the median" in picture.get_suptitle()
    assert decoded(content(picture, ".png")).size[0] > 1000


def test_regions_in_chinese_and_in_several_bands(moons):
    eight = capacity("moons", range(1, 9), size=20, seeds=1, steps=5)
    picture = regions_by_width(eight, "zh")
    titles = [axes.get_title() for axes in picture.axes]
    assert sum("隐藏神经元" in one for one in titles) == 8
    assert sum(not axes.axison for axes in picture.axes) == 8  # two bands of six places
    assert "训练损失" in [axes.get_ylabel() for axes in picture.axes]


def test_accuracy_against_width(moons):
    picture = accuracy_by_width(moons)
    for axes, study in zip(picture.axes, (moons.study, moons.noisy), strict=True):
        assert axes.get_xlabel() == "hidden neurons"
        assert [one.get_text() for one in axes.get_xticklabels()] == ["1", "2", "3", "6"]
        lines = {line.get_label(): line.get_ydata() for line in axes.get_lines()}
        held = [100 * one.accuracy("held_out")[0] for one in study.widths]
        worst = [100 * one.accuracy("training")[1] for one in study.widths]
        assert lines["held out, median"] == pytest.approx(held)
        assert lines["training, worst"] == pytest.approx(worst)
        (ring,) = axes.collections
        assert ring.get_offsets()[0].tolist() == [np.argmax(held), max(held)]
    assert "noise 0.4" in picture.axes[1].get_title()
    assert "adam" in picture.axes[1].get_title()
    assert picture.axes[0].get_ylabel() == "accuracy  %"
    assert picture.axes[0].get_ylim()[1] <= 101


def test_one_panel_where_the_rows_came_from_outside():
    points = drawn_set("moons", 30)
    mine = DataSet("a_$name", points.inputs * 100, points.targets, ("a", "b"), ("no", "yes"))
    found = capacity(mine, [2], seeds=1, steps=5)
    alone = accuracy_by_width(found)
    assert len(alone.axes) == 1
    content(alone, ".png")
    box = alone.legends[0].get_window_extent()
    assert alone.bbox.x0 <= box.x0 < box.x1 <= alone.bbox.x1
    picture = regions_by_width(found)
    left, right = picture.axes[0].get_xlim()
    assert left < mine.inputs[:, 0].min() < mine.inputs[:, 0].max() < right  # in its own units
    assert picture.axes[0].get_xlabel() == "a"
    content(picture, ".png")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_heading_of_few_widths_fits(language):
    picture = regions_by_width(capacity("ring", [2], size=20, seeds=2, steps=5), language)
    content(picture, ".png", language)
    box = picture._suptitle.get_window_extent()
    assert picture.bbox.x0 <= box.x0 < box.x1 <= picture.bbox.x1


def test_the_warped_plane(moons):
    picture = warp_picture(moons)
    rows = np.array(picture.axes).reshape(4, 5)
    heads = [axes.get_title() for axes in rows[0]]
    assert heads[0].startswith("input")
    assert "x·W" in heads[1]
    assert "tanh" in heads[3]
    assert rows[0, 1].get_xlabel() == "neuron 1"
    assert rows[1, 3].get_ylabel() == "neuron 2"
    assert rows[3, 1].get_xlabel() == "direction 1"
    assert "cut at h" in rows[0, 3].get_xlabel()
    assert "2 of 6 directions" in rows[3, 3].get_xlabel()
    assert [axes.axison for axes in rows[:, 4]] == [False, False, True, True]
    assert rows[2, 4].get_xlabel().startswith("across the cut")
    assert rows[0, 1].get_xlim() == rows[0, 2].get_xlim()  # so that the bias is seen to move
    for row, width in zip(rows, moons.widths, strict=True):
        if width.hidden == 2:
            points = np.concatenate([one.get_offsets() for one in row[3].collections[3:]])
            hidden = shown_warps(moons.study, width, "tanh")[0]
            inputs = moons.study.training.inputs
            order = np.argsort(moons.study.training.targets, kind="stable")
            assert np.allclose(points, hidden.at(inputs, 3)[order])
    assert decoded(content(picture, ".png")).size[0] > 1500


def test_edgewise_the_cut_stands_upright(moons):
    width = moons.widths[3]
    warp, edge = shown_warps(moons.study, width, "tanh")
    assert edge is not None
    slope, _ = edge.cut()
    assert slope[1, 0] == pytest.approx(0, abs=1e-9)
    assert slope[0, 0] > 0  # the second class on the right
    assert edge.separated == width.shown.training["accuracy"]
    assert warp.shares[2] <= 1
    assert tells(edge, edge.separated)


def test_a_view_moves_its_artists(blobs):
    made = paper(200, 200)
    view = HiddenView(place(made, 0, 0, 200, 200), blobs.study, input_grid(blobs.study, 5))
    for width, polygons in zip(blobs.widths, (False, True), strict=True):
        warp = shown_warps(blobs.study, width, "tanh")[0]
        for moment in (0.0, 0.5, 1.0, 2.0, 2.5, 3.0):
            view.show(warp, moment)
            assert len(view.grid.get_segments()) == 10
            assert bool(view.polygons) == (polygons and moment > 2)
    assert len(view.artists()) == 3 + len(view.polygons) + 3 + 1


def test_turning_keeps_the_cube_within_its_frame():
    low, high = -np.ones(3), np.ones(3)
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    for azimuth in range(0, 360, 15):
        assert (np.abs(turned(corners, azimuth, low, high)) <= 1).all()
    low, high = limits_of(np.array([[0.0, 0.0], [4.0, 1.0]]))
    assert (high - low).tolist() == pytest.approx([4.64, 4.64])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_film_of_training(moons, language):
    made = training_film(moons, language)
    assert len(made.frames) == len(made.labels) == len(marks(60))
    assert made.frames[0].dtype == np.uint8
    assert {"en": "update 60", "zh": "更新 60 次"}[language] == made.labels[-1]
    assert made.milliseconds[-1] > made.milliseconds[0]
    first, last = (one.astype(int) for one in (made.frames[0], made.frames[-1]))
    assert (np.abs(first - last).max(axis=2) > 20).mean() > 0.02
    blue = np.array(to_rgb(colour(0))) * 255
    assert (np.abs(last - blue).max(axis=2) < 12).sum() > 100  # points of the first class


def test_the_film_of_the_plane(moons):
    made = warp_film(moons)
    assert len(made.frames) == len(moments()) == 61
    assert made.labels[0].startswith("input")
    assert made.labels[-1] == "seen from all sides"
    stops = [made.labels[k] for k, (moment, rest) in enumerate(moments()) if rest]
    assert len(set(stops)) == 5


def test_the_whole_grid_is_seen_in_every_frame(moons):
    made = paper(300, 300)
    lines = input_grid(moons.study, 13)
    for width in moons.widths:
        panel = WarpPanel(made, (0, 0), moons.study, width, "tanh", "en")
        for moment, _ in moments():
            panel.show(moment)
            places = np.array(panel.view.grid.get_segments())
            assert places.shape == lines.shape
            for k, limits in enumerate((panel.view.axes.get_xlim(), panel.view.axes.get_ylim())):
                assert limits[0] < places[..., k].min()
                assert places[..., k].max() < limits[1]


def test_films_as_files(blobs, monkeypatch):
    made = training_film(blobs)
    pictures = paletted(made)
    assert pictures[0].convert("RGB").getpixel((5, 5)) == (255, 255, 255)
    image = decoded(gif(made, pictures))
    assert image.is_animated
    assert image.n_frames == len(made.frames)
    assert image.info["loop"] == 0
    assert image.size == made.frames[0].shape[1::-1]
    assert all(decoded(one).size == image.size for one in stills(pictures))
    monkeypatch.setattr(films, "LARGEST", len(gif(made, pictures)) - 1)
    fewer = decoded(gif(made, pictures))
    assert fewer.n_frames == len(range(0, len(made.frames), 2)) + (len(made.frames) % 2 == 0)
    monkeypatch.setattr(films, "LARGEST", 100)
    with pytest.raises(DataError, match="smaller frames"):
        gif(made, pictures)


def test_mp4():
    needed("ffmpeg")
    frames = [np.full((31, 45, 3), tone, np.uint8) for tone in (0, 120, 250)]
    made = mp4(Film(frames, ["a", "b", "c"], [100, 100, 300]))
    assert made is not None
    assert made[4:8] == b"ftyp"


def test_no_mp4_without_ffmpeg(monkeypatch):
    frames = [np.zeros((8, 8, 3), np.uint8)]
    monkeypatch.setattr(films, "ffmpeg", lambda: None)
    assert mp4(Film(frames, ["a"], [100])) is None
    monkeypatch.setattr(films, "ffmpeg", lambda: "/no/such/program")
    assert mp4(Film(frames, ["a"], [100])) is None


def test_frames_of_one_size():
    with pytest.raises(DataError, match="one size"):
        Film([np.zeros((4, 4, 3)), np.zeros((4, 5, 3))], ["a", "b"], [1, 1])


def test_a_stage_pastes_and_draws():
    made = paper(120, 80)
    axes = place(made, 10, 10, 60, 60)
    (line,) = axes.plot([0, 1], [0, 1])
    stage = Stage(made, [line])
    green = np.zeros((20, 30, 3))
    green[..., 1] = 1.0
    frame = stage.frame([Pasted(85, 5, green)], [], [Number(118, 70, "42")])
    assert frame.shape == (80, 120, 3)
    assert frame[5:25, 85:115].reshape(-1, 3).tolist() == [[0, 255, 0]] * 600
    assert (frame[62:78, 90:] < 128).any()
    assert (stage.frame([], [])[5:25, 85:115] == 255).all()  # nothing is left of the last frame


def test_an_overlay_is_what_drawing_would_give():
    made = paper(60, 60)
    axes = place(made, 0, 0, 60, 60)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    points = axes.scatter([0.25], [0.75], 80, color="#0072B2", edgecolors="white")
    added, through = overlay(axes, [points])
    assert added.shape == through.shape == (60, 60, 3)
    assert np.allclose(through[5, 5], 1)  # the lower left corner is free
    assert np.allclose(added[5, 5], 0)
    assert np.allclose(added[45, 15], to_rgb("#0072B2"), atol=0.01)  # the bottom row is first
    assert np.allclose(through[45, 15], 0, atol=0.01)


def test_regions_and_their_border():
    shares = np.linspace(0, 1, 64)[None, :].repeat(64, axis=0).reshape(-1, 1)
    made = regions(shares)
    assert made.shape == (PANEL - 2, PANEL - 2, 3)
    assert np.allclose(made[:, 0], made[0, 0])
    assert made[80, 5, 2] > made[80, 5, 0]  # blue on the left
    assert made[80, -5, 2] < made[80, -5, 0]
    assert (made[80] == 0).all(axis=1).sum() == 1


def test_tones_and_enlarging():
    for classes in (2, 3, 6):
        found = tones(classes)
        assert len(found) <= 255
        for one in ("#FFFFFF", "#000000", *(colour(n) for n in range(classes))):
            assert (np.rint(np.array(to_rgb(one)) * 255) == found).all(axis=1).any()
    assert enlarged(np.eye(4), 9).shape == (9, 9)
    assert np.allclose(enlarged(np.full((4, 4, 3), 0.3), 9), 0.3)
