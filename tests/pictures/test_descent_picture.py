"""The picture of descents: its curve or contour, its points, what is marked and told."""

import struct
import zlib

import numpy as np
import pytest

import gradstone as gs
from gradstone.descent.minimize import minimize
from gradstone.pictures.descent import path_picture
from gradstone.pictures.marking import COLOURS, look
from gradstone.pictures.paths import SHOWN
from gradstone.pictures.style import content, save

PARABOLA = "(x+1)^2-1"
VALLEY = "(1-x)^2 + 100(y-x^2)^2"
HILLS = "(x^2+y-11)^2 + (x+y^2-7)^2"


def lines(axes):
    return {line.get_label(): line for line in axes.get_lines()}


def told(picture):
    return [text.get_text() for one in picture.legends for text in one.get_texts()]


def line_that(axes, words):
    (found,) = [line for name, line in lines(axes).items() if words in name]
    return found


def inked(path):
    """Size of a PNG, and how much of it is not white."""
    content = path.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    pieces, place = b"", 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        if content[place + 4 : place + 8] == b"IDAT":
            pieces += content[place + 8 : place + 8 + length]
        place += 12 + length
    rows = zlib.decompress(pieces)
    return width, height, len(set(rows))


def test_one_variable(tmp_path):
    found = minimize(PARABOLA, 13, optimizer=gs.sgd(0.9))
    picture = path_picture([found], title=PARABOLA)
    (axes,) = picture.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "f(x)")
    assert axes.get_title() == PARABOLA
    path = lines(axes)["path, 57 updates"]
    assert len(path.get_xdata()) == 58
    np.testing.assert_allclose(path.get_ydata(), found.values)
    x, y = lines(axes)["_curve"].get_data()
    np.testing.assert_allclose(y, (x + 1) ** 2 - 1)
    assert x.min() < -12.2
    assert x.max() > 13
    save(picture, tmp_path / "a.png")
    width, height, colours = inked(tmp_path / "a.png")
    assert (width, height) == (1080, 870)
    assert colours > 100


def test_what_is_marked_on_a_curve():
    found = minimize(PARABOLA, 13, optimizer=gs.sgd(0.9))
    picture = path_picture([found])
    (axes,) = picture.axes
    assert told(picture) == [
        "tangents at its points", "path, 57 updates", "start: x = 13, f = 195",
        "end: x = −1.00004, f = −1", "minimum: x = −1, f = −1",
    ]  # fmt: skip
    assert line_that(axes, "start:").get_xydata().tolist() == [[13, 195]]
    assert line_that(axes, "end:").get_xydata().tolist() == [[found.x, found.value]]
    np.testing.assert_allclose(line_that(axes, "minimum:").get_xydata(), [[-1, -1]], atol=1e-12)


def test_tangents():
    found = minimize(PARABOLA, 13, optimizer=gs.sgd(0.9))
    (axes,) = path_picture([found]).axes
    tangents = [line for line in axes.get_lines() if "tangent" in line.get_label()]
    assert len(tangents) == 8
    for line, x in zip(tangents, found.path, strict=False):
        (left, bottom), (right, top) = line.get_xydata()
        assert (top - bottom) / (right - left) == pytest.approx(2 * (x + 1))
        np.testing.assert_allclose([(left + right) / 2, (bottom + top) / 2], [x, (x + 1) ** 2 - 1])


def test_chinese():
    found = minimize(PARABOLA, 13, optimizer=gs.sgd(0.9))
    picture = path_picture([found], language="zh")
    assert told(picture) == [
        "路径各点处的切线", "路径，57 次更新", "起点：x = 13，f = 195",
        "终点：x = −1.00004，f = −1", "极小点：x = −1，f = −1",
    ]  # fmt: skip


def test_two_variables():
    found = minimize("x^2 + 3y^2", (2, 1), optimizer=gs.sgd(0.1))
    picture = path_picture([found], title="bowl")
    axes, bar = picture.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    assert bar.get_ylabel() == "f(x, y)"
    path = line_that(axes, "path,")
    np.testing.assert_allclose(path.get_xydata(), found.path)
    np.testing.assert_allclose(line_that(axes, "minimum:").get_xydata(), [[0, 0]], atol=1e-12)
    assert told(picture)[:3] == [
        "−∇f, its direction alone", f"path, {found.iterations} updates", "start: (2, 1), f = 7"
    ]  # fmt: skip
    assert axes.get_aspect() == 1


def test_the_arrows_go_down_the_gradient():
    found = minimize("x^2 + 3y^2", (2, 1), optimizer=gs.sgd(0.1))
    axes = path_picture([found]).axes[0]
    (arrows,) = [one for one in axes.collections if hasattr(one, "U")]
    x, y = np.asarray(arrows.XY).T
    ways = np.stack([arrows.U, arrows.V], axis=1)
    slopes = np.stack([2 * x, 6 * y], axis=1)
    cosines = (ways * slopes).sum(axis=1) / (
        np.linalg.norm(ways, axis=1) * np.linalg.norm(slopes, axis=1)
    )
    np.testing.assert_allclose(cosines, -1, rtol=1e-9)
    sizes = np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())
    np.testing.assert_allclose(np.hypot(*(ways / sizes).T), 0.045, rtol=1e-9)
    assert len(x) >= 200


def test_arrows_of_a_wrong_gradient_are_those_of_the_function():
    def offered(x, y):
        return 2 * x, 0.0

    found = minimize("x^2 + 3y^2", (2, 1), offered, gs.sgd(0.1))
    axes = path_picture([found]).axes[0]
    (arrows,) = [one for one in axes.collections if hasattr(one, "U")]
    assert np.abs(arrows.V).max() > 0.01
    assert found.path[-1, 1] == 1


def test_windows_that_are_too_slender_keep_their_scales():
    found = minimize("x^2 + 1e-4 y^2", (1, 100), optimizer=gs.sgd(0.5), max_iterations=50)
    axes = path_picture([found]).axes[0]
    assert axes.get_aspect() == "auto"
    assert np.ptp(axes.get_xlim()) < 2


def test_levels_hold_equal_shares_of_the_area():
    found = minimize(VALLEY, (-1.2, 1), optimizer=gs.sgd(0.001), max_iterations=200)
    axes = path_picture([found]).axes[0]
    drawn = axes.collections[0]
    assert drawn.get_cmap().name == "cividis"
    levels = drawn.levels
    assert len(levels) >= 18
    x, y = np.meshgrid(np.linspace(*axes.get_xlim(), 200), np.linspace(*axes.get_ylim(), 200))
    z = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    shares = np.histogram(z, levels)[0] / z.size
    assert np.abs(shares - 1 / (len(levels) - 1)).max() < 0.02


def test_several_starts():
    starts = [(0, 0), (-2, -2), (4, -1), (-1, 4)]
    found = minimize(HILLS, starts=starts, optimizer=gs.sgd(0.005))
    picture = path_picture(found.all, ["a", "b", "c", "d"])
    axes = picture.axes[0]
    assert told(picture)[1:5] == ["a", "b", "c", "d"]
    for name, one in zip("abcd", found.all, strict=True):
        np.testing.assert_allclose(lines(axes)[name].get_xydata(), one.path)
    ring = lines(axes)["_ring"]
    np.testing.assert_allclose(ring.get_xydata()[0], found.lowest.path[-1])
    name = "abcd"[found.all.index(found.lowest)]
    assert any(one.startswith(f"lowest end, from {name}: f = ") for one in told(picture))
    minima = lines(axes)["minima"].get_xydata()
    assert len(minima) == 4
    assert all(np.linalg.norm(minima - one.path[-1], axis=1).min() < 1e-4 for one in found.all)


def test_one_start_is_marked_once():
    rules = (gs.sgd(0.1), gs.adam(0.1))
    found = [minimize("x^2 + 3y^2", (2, 1), optimizer=rule) for rule in rules]
    picture = path_picture(found, ["sgd", "adam"])
    assert "start: (2, 1), f = 7" in told(picture)
    assert "_start" not in lines(picture.axes[0])


def test_a_saddle_is_no_minimum():
    found = minimize("x^2 - y^2", (1, 0), optimizer=gs.sgd(0.1))
    assert "saddle: (0, 0), f = 0" in told(path_picture([found]))
    found = minimize("x^3", 1, optimizer=gs.sgd(0.1))
    assert "inflection point: x = 0, f = 0" in told(path_picture([found]))


def test_the_minimum_is_marked_where_the_path_did_not_come():
    found = minimize(PARABOLA, 13, optimizer=gs.sgd(1e-4), max_iterations=10_000)
    picture = path_picture([found])
    assert told(picture)[-2:] == ["end: x = 0.894315, f = 2.58843", "minimum: x = −1, f = −1"]
    low, high = picture.axes[0].get_xlim()
    assert low < -1
    assert high > 13


def test_a_path_that_runs_away_leaves_the_picture():
    found = minimize(PARABOLA, 13, optimizer=gs.sgd(1.1))
    assert abs(found.x) > 1e4
    picture = path_picture([found])
    assert "path, 38 updates (runs away)" in told(picture)
    low, high = picture.axes[0].get_xlim()
    assert -400 < low < -100
    assert 100 < high < 400
    calm = minimize(PARABOLA, 13, optimizer=gs.sgd(0.9))
    assert path_picture([calm, found], ["a", "b"]).axes[0].get_xlim()[1] < 20


def test_a_path_that_leaves_the_domain():
    found = minimize("ln(x)", 1, optimizer=gs.sgd(0.1))
    assert found.x < 0
    picture = path_picture([found])
    assert "last point where f is finite: x = 0.315444" in told(picture)
    path = line_that(picture.axes[0], "path,")
    np.testing.assert_allclose(path.get_xdata(), found.path[:-1])


@pytest.mark.parametrize(
    ("formula", "start", "rate"),
    [("ln(x)", 1, 0.1), ("5 + 0x", 1, 0.1), ("x^2", 1, 1.5), ("ln(x) + y^2", (1, 1), 0.1),
     ("5 + 0x + 0y", (1, 1), 0.1), ("x^2", 1e-9, 0.1), ("1/x", 1, 0.5), ("x^2 + y^2", (-3, 4), 10),
     ("e^(x^4)", 3, 1), ("sqrt(|x|)", 0, 0.1), ("x^2 + y^2 + z^2", (1, 2, 3), 0.1),
     ("x^2 + y^2 + z^2", (1, 2, 3), 3), ("sqrt(1 - x^2)", 1, 0.1)],
)  # fmt: skip
def test_odd_paths(formula, start, rate, tmp_path):
    language = "en" if rate == 0.1 else "zh"
    found = minimize(formula, start, optimizer=gs.sgd(rate), max_iterations=200)
    save(path_picture([found], language=language), tmp_path / "a.png")
    assert inked(tmp_path / "a.png")[2] > 20


def test_long_paths_are_thinned():
    found = minimize("x^2", 1, optimizer=gs.sgd(1e-4), precision=0, max_iterations=3000)
    (axes,) = path_picture([found]).axes
    path = line_that(axes, "path,")
    assert len(path.get_xdata()) == SHOWN
    assert path.get_markevery() == []  # no update can be told from the next


def test_updates_that_can_be_seen_are_marked():
    found = minimize(PARABOLA, 13, optimizer=gs.sgd(0.9))
    marked = line_that(path_picture([found]).axes[0], "path,").get_markevery()
    assert marked[:10] == list(range(10))
    assert len(marked) < 58


def test_twelve_paths_look_different():
    looks = {(one["color"], one["marker"], one["linestyle"]) for one in map(look, range(12))}
    assert len(looks) == 12
    assert len(COLOURS) == 6


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_formats(ending, tmp_path):
    found = minimize("x^2 + 3y^2", (2, 1))
    save(path_picture([found], language="zh"), tmp_path / f"a{ending}")
    head = (tmp_path / f"a{ending}").read_bytes()[:5]
    assert head in (b"\x89PNG\r", b"<?xml", b"%PDF-")


def test_the_title_of_a_contour_is_not_cut_off():
    found = gs.minimize("(x^2+y-11)^2+(x+y^2-7)^2", (-1, -1), optimizer=gs.sgd(0.01))
    picture = path_picture([found], title="f")
    content(picture, ".png")
    assert picture.axes[0].title.get_window_extent().y1 <= picture.bbox.y1
