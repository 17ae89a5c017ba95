"""Pictures of functions of two variables and of races: surface, slices, values over updates."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.descent.minimize import minimize
from gradstone.pictures.progress import progress_picture
from gradstone.pictures.race import race_picture
from gradstone.pictures.slices import slices_picture
from gradstone.pictures.style import save
from gradstone.pictures.surface import surface_picture, within

WELLS = "-(e^(-x^2-y^2) - 2e^(-(x-1)^2-(y-1)^2))/2"
VALLEY = "(1-x)^2 + 100(y-x^2)^2"


def told(picture):
    return [text.get_text() for one in picture.legends for text in one.get_texts()]


def lines(axes):
    return {line.get_label(): line for line in axes.get_lines()}


@pytest.fixture(scope="module")
def wells():
    return minimize(WELLS, (1, 1), optimizer=gs.sgd(0.1))


def test_the_path_lies_on_the_surface(wells, tmp_path):
    picture = surface_picture([wells], title="wells")
    (axes,) = picture.axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_zlabel()) == ("x", "y", "f")
    x, y, z = lines(axes)["path, 71 updates"].get_data_3d()
    np.testing.assert_allclose(np.stack([x, y], axis=1), wells.path)
    np.testing.assert_allclose(z, wells.values)
    assert axes.collections[0].get_zorder() < lines(axes)["path, 71 updates"].get_zorder()
    (mark,) = [line for name, line in lines(axes).items() if name.startswith("minimum:")]
    spot = np.ravel(mark.get_data_3d())
    np.testing.assert_allclose(spot, [-0.16366449, -0.16366449, -0.40726411], atol=1e-7)
    save(picture, tmp_path / "a.png")


def test_the_path_is_seen():
    found = minimize(VALLEY, (-1.2, 1), optimizer=gs.sgd(0.001))
    (axes,) = surface_picture([found], language="zh").axes
    assert axes.azim > 0  # from behind, for in front a wall hides the valley
    low, high = axes.get_zlim()
    assert low == pytest.approx(0, abs=1e-3)
    assert found.values[0] < high < 60  # though f is above 800 in a corner


def test_several_paths_on_a_surface():
    found = minimize("x^4 - x^2 + y^2", starts=[(1, 1), (-1, 1)], optimizer=gs.sgd(0.1))
    picture = surface_picture(found.all, ["a", "b"])
    assert told(picture)[:2] == ["a", "b"]
    assert "minima" in told(picture)


def test_what_is_too_high_is_cut_off_along_a_level_edge():
    face = np.array([[0.0, 0, 0], [1, 0, 1], [1, 1, 3], [0, 1, 2]])
    cut = within(face, (-1.0, 1.5))
    assert {tuple(one) for one in cut.tolist()} == {
        (0, 0, 0), (1, 0, 1), (1, 0.25, 1.5), (0, 0.75, 1.5),
    }  # fmt: skip
    assert len(within(face, (0.5, 1.5))) == 5
    np.testing.assert_array_equal(within(face, (0.0, 3.0)), face)
    assert not len(within(face, (4.0, 5.0)))
    assert not len(within(face, (-5.0, -1.0)))


def test_of_a_descent_that_ran_away_the_start_alone_is_cut():
    found = minimize("x^2 - y^2", (1, 0.01), optimizer=gs.sgd(0.1))
    assert found.status == "diverged"
    panels = slices_picture(found).axes
    assert [one.get_title().split(":")[0] for one in panels] == ["start", "start"]
    assert panels[1].get_xlim()[1] < 10


@pytest.mark.parametrize(
    ("formula", "start", "rate"),
    [("ln(x) + y^2", (1, 1), 0.1), ("5 + 0x + 0y", (1, 1), 0.1), ("x^2 + y^2", (-3, 4), 10),
     ("x^2 - y^2", (1, 1e-3), 0.1), ("1/(x y)", (1, 1), 0.1)],
)  # fmt: skip
def test_odd_surfaces(formula, start, rate, tmp_path):
    found = minimize(formula, start, optimizer=gs.sgd(rate), max_iterations=100)
    save(surface_picture([found]), tmp_path / "a.png")
    save(slices_picture(found), tmp_path / "b.png")


def test_slices(wells):
    picture = slices_picture(wells)
    panels = picture.axes
    assert [one.get_xlabel() for one in panels] == ["x", "y", "x", "y"]
    assert {one.get_ylabel() for one in panels} == {"f(x, y)"}
    assert panels[0].get_title() == "start: along x, where y = 1\n∂f/∂x = 0.13534 at x = 1"
    assert panels[1].get_title() == "start: along y, where x = 1\n∂f/∂y = 0.13534 at y = 1"
    assert panels[2].get_title().startswith("end: along x, where y = −0.16362")
    assert len({one.get_ylim() for one in panels}) == 1
    curve, tangent, spot = panels[0].get_lines()
    x, f = curve.get_data()
    wanted = -(np.exp(-(x**2) - 1) - 2 * np.exp(-((x - 1) ** 2))) / 2
    np.testing.assert_allclose(f, wanted, rtol=1e-12)
    (left, bottom), (right, top) = tangent.get_xydata()
    assert (top - bottom) / (right - left) == pytest.approx(0.1353352832, rel=1e-8)
    assert spot.get_xydata()[0].tolist() == [1, wells.values[0]]


def test_slices_at_a_point_in_chinese(wells):
    picture = slices_picture(wells, at=[(0.3, -0.4)], language="zh")
    along_x, along_y = picture.axes
    assert along_x.get_title() == "沿 x 方向，y = −0.4\nx = 0.3 处 ∂f/∂x = 0.35445"
    assert along_y.get_title() == "沿 y 方向，x = 0.3\ny = −0.4 处 ∂f/∂y = −0.069898"


def test_race(tmp_path):
    rules = (gs.sgd(0.001), gs.momentum(0.0005), gs.adam(0.05))
    found = [minimize(VALLEY, (-1.2, 1), optimizer=one, max_iterations=800) for one in rules]
    picture = race_picture(found, title="valley")
    left, right = picture.axes[0], picture.axes[1]
    assert told(picture)[1:4] == ["sgd 0.001", "momentum 0.0005", "adam 0.05"]
    assert left.get_xlabel() == "x"
    assert (right.get_xlabel(), right.get_ylabel()) == ("update", "f")
    assert right.get_yscale() == "log"
    for one, name in zip(found, told(picture)[1:4], strict=True):
        np.testing.assert_allclose(lines(left)[name].get_xydata(), one.path)
        np.testing.assert_allclose(lines(right)[name].get_ydata(), one.values)
        assert lines(left)[name].get_color() == lines(right)[name].get_color()
    save(picture, tmp_path / "a.png")


def test_a_race_with_one_that_runs_away():
    rules = (gs.sgd(0.9), gs.sgd(1.1))
    found = [minimize("(x+1)^2-1", 13, optimizer=one) for one in rules]
    picture = race_picture(found, language="zh")
    left, right = picture.axes
    assert "sgd 1.1（发散）" in told(picture)
    assert left.get_xlim()[1] < 20
    assert right.get_xlabel() == "更新次数"
    assert right.get_ylabel() == "f 超出 −1 的部分"
    shown = lines(right)["sgd 1.1（发散）"].get_ydata()
    assert np.nanmax(shown) <= 1e3 * 196


def test_more_variables():
    found = minimize(lambda x: gs.sum(x * x) + 3, np.ones(3), optimizer=gs.sgd(0.1))
    picture = progress_picture([found], ["sgd 0.1"], "three")
    left, right = picture.axes
    assert left.get_ylabel() == "f above 3"
    assert right.get_ylabel() == "‖∇f‖, 2-norm of the gradient"
    assert left.get_yscale() == right.get_yscale() == "log"
    np.testing.assert_allclose(
        lines(right)["sgd 0.1"].get_ydata(), np.linalg.norm(found.gradients, axis=1)
    )
    assert lines(right)["precision 0.0001"].get_ydata()[0] == 1e-4
    assert told(picture) == ["sgd 0.1", "precision 0.0001"]


def test_values_without_a_known_lowest_stay_linear():
    found = minimize("-x + 0y + 0z", (0, 0, 0), max_iterations=10)
    left, _ = progress_picture([found], [""]).axes
    assert (left.get_yscale(), left.get_ylabel()) == ("linear", "f")


def test_very_different_lengths_share_an_axis():
    settings = {"precision": 1e-6, "max_iterations": 5000}
    found = [minimize("x^2", 1, optimizer=gs.sgd(rate), **settings) for rate in (0.5, 0.001)]
    _, right = race_picture(found).axes
    assert right.get_xscale() == "symlog"


def test_the_same_descent_twice():
    one = minimize("x^2 + y^2", (1, 1), optimizer=gs.sgd(0.1))
    left, _ = race_picture([one, one], ["a", "b"]).axes[:2]
    np.testing.assert_array_equal(lines(left)["a"].get_xydata(), lines(left)["b"].get_xydata())
