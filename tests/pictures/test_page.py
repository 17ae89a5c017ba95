"""Pages of pictures: the numbers in them, what they show when pointed at, their policy."""

import base64
import html
import json
import re
import time
from hashlib import sha256

import numpy as np
import pytest
from matplotlib.figure import Figure

from gradstone.descent.minimize import minimize
from gradstone.errors import DataError
from gradstone.pictures.descent import path_picture
from gradstone.pictures.loss import loss_picture
from gradstone.pictures.page.document import page
from gradstone.pictures.page.film import film_page
from gradstone.pictures.page.follow import columns_of, follow, number_of
from gradstone.pictures.page.heights import heights
from gradstone.pictures.page.numbers import MOST, packed, short, words
from gradstone.pictures.rendering import rendered
from gradstone.pictures.slices import slices_picture
from gradstone.pictures.style import content, figure, plain, save
from tests.chromium import Chromium

X = np.linspace(-2.0, 2.0, 41)
PATH = np.array([-1.5, 1.2, -0.96, 0.768])
STEPS = np.array([0, 1, 2, 5])


def curve(title="x²"):
    """A parabola with a path of known points on it, and its end."""
    made = figure(6.0, 4.0)
    axes = plain(made.subplots())
    axes.plot(X, X**2, label="curve", color="#6B6B6B")
    (line,) = axes.plot(PATH, PATH**2, "-o", label="path", color="#D55E00")
    follow(line, 0, k=STEPS, gradient=2 * PATH)
    axes.plot(PATH[-1:], PATH[-1:] ** 2, "*", gid="path-0-end", label="_end")
    axes.axhline(0.0, color="black")
    axes.set_xlabel("x")
    axes.set_ylabel("f(x)")
    axes.set_title(title)
    axes.legend()
    return made


def solid():
    """A surface with a path on it, scattered points, and a hidden corner."""
    made = figure(6.0, 5.0)
    axes = made.add_subplot(projection="3d")
    x, y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    z = x**2 + 3 * y**2
    z[0, 0] = np.nan
    axes.plot_surface(x, y, z, cmap="cividis", linewidth=0)
    (line,) = axes.plot([0.8, 0.4, 0.0], [0.5, -0.2, 0.0], [1.39, 0.28, 0.0], "-s", label="path")
    follow(line, 0)
    axes.scatter([0.0], [0.0], [0.0], color="#000000", label="minimum")
    axes.plot_wireframe(x[:2], y[:2], z[:2] + 0.5)
    for name in "xyz":
        getattr(axes, f"set_{name}label")(name)
    axes.set_xticks([-1, 0, 1])
    axes.set_title("bowl")
    axes.legend()
    return made


def told(made):
    """The JSON of a page, and where its points stand in the picture."""
    found = re.search(rb'<script type="application/json"[^>]*>(.*?)</script>', made, re.DOTALL)
    assert found is not None
    read = json.loads(found[1])
    for chart in read.get("charts", ()):
        left, top, width, height = chart["box"]
        for one in chart["series"]:
            shares = [share(chart, side, one["xy"[side]]) for side in (0, 1)]
            one.setdefault("px", left + width * shares[0])
            one.setdefault("py", top + height * (1 - shares[1]))
    return read


def share(chart, side, values):
    """Where values stand between the ends of an axis."""
    bend = np.log10 if chart["scales"][side] == "log" else np.asarray
    with np.errstate(divide="ignore"):
        low, high = bend(chart["limits"][side])
        return (bend(values) - low) / (high - low)


def test_lines_are_told():
    (chart,) = told(page(curve()))["charts"]
    assert (chart["x"], chart["y"]) == ("x", "f(x)")
    line, path, end = chart["series"]
    assert [one["label"] for one in chart["series"]] == ["curve", "path", ""]
    np.testing.assert_allclose(line["x"], X, atol=1e-15)
    np.testing.assert_allclose(line["y"], X**2, atol=1e-15)
    assert path["path"] == 0
    assert line["path"] is end["path"] is None
    assert path["k"] == STEPS.tolist()
    assert path["columns"] == {"gradient": [-3, 2.4, -1.92, 1.536]}


@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
def test_points_stand_where_they_are_drawn(scale):
    """The path in the SVG goes through the places that limits and scales say."""
    picture = curve()
    picture.axes[0].set_yscale(scale)
    picture.axes[0].set_xlim(picture.axes[0].get_xlim()[::-1])
    made = page(picture).decode()
    series = told(made.encode())["charts"][0]["series"][1]
    drawn = re.search(rf'<g id="{series["id"]}">\s*<path [^>]*?\bd="([^"]*)"', made)
    numbers = np.array(re.findall(r"-?[\d.]+", drawn[1]), dtype=float).reshape(-1, 2)
    np.testing.assert_allclose(numbers[:, 0], series["px"], atol=0.02)
    np.testing.assert_allclose(numbers[:, 1], series["py"], atol=0.02)


def test_a_figure_is_as_it_was():
    picture = curve()
    before = rendered(picture, ".png")
    gids = [line.get_gid() for line in picture.axes[0].get_lines()]
    page(picture)
    assert gids == ["path-0" if k == 1 else "path-0-end" if k == 2 else None for k in range(4)]
    assert [line.get_gid() for line in picture.axes[0].get_lines()] == gids
    assert picture.dpi == 150
    assert rendered(picture, ".png") == before
    assert page(picture) == page(picture)


def test_legends():
    made = told(page(curve()))
    curve_entry, path_entry = made["legends"]
    line, path, end = made["charts"][0]["series"]
    assert (curve_entry["label"], path_entry["label"]) == ("curve", "path")
    assert curve_entry["marks"] == [line["id"]]
    assert path_entry["marks"] == sorted([path["id"], end["id"]])
    x, y, width, height = path_entry["box"]
    assert 0 < x < x + width < 432
    assert 0 < y < y + height < 288


def test_long_lines_are_thinned_and_gaps_left_out():
    picture = figure(5, 4)
    values = np.arange(9000.0)
    values[10] = np.nan
    picture.subplots().semilogy(values)
    (line,) = told(page(picture))["charts"][0]["series"]
    assert len(line["x"]) == len(line["k"]) == MOST
    assert (line["x"][0], line["x"][-1], line["count"]) == (0, 8999, 9000)
    assert line["k"] == line["x"] == line["y"]
    assert 10 not in line["k"]


def test_scatter_and_bars():
    picture = figure(8, 4)
    left, right = picture.subplots(1, 2)
    left.scatter([1.0, 2.0, np.nan], [3.0, 4.0, 5.0], label="class 1")
    right.barh(["rate", "width"], [0.75, 0.25], label="share")
    first, second = told(page(picture))["charts"]
    (points,), (bars,) = first["series"], second["series"]
    assert (points["x"], points["y"], points["count"]) == ([1, 2], [3, 4], 3)
    assert (bars["x"], bars["y"], len(bars["ids"])) == ([0.75, 0.25], [0, 1], 2)
    assert second["names"][1] == {"0": "rate", "1": "width"}


def test_history():
    history = {"loss": [2.0, 0.5, 1 / 3], "accuracy": [0.3, 0.8, 0.95]}
    made = page(loss_picture(history, "digits"))
    charts = told(made)["charts"]
    (line,) = [one for one in charts[0]["series"] if len(one["x"]) == 3][:1]
    assert line["y"] == [2, 0.5, 0.333333333]
    assert line["x"] == [1, 2, 3]
    assert len(made) < 200_000


def test_space():
    (space,) = told(page(solid()))["spaces"]
    assert space["labels"] == ["x", "y", "z"]
    assert (space["elevation"], space["azimuth"]) == (30, -60)
    (surface,) = space["surfaces"]
    assert len(surface["faces"]) == len(surface["colours"]) == 64
    assert [len(face) for face in surface["faces"][:2]] == [3, 4]  # one has a corner less
    assert len(surface["points"]) == 3 * 80
    corners = np.array(surface["points"]).reshape(-1, 3) / 10_000 + 0.5
    low, high = np.array(space["limits"]).T
    x, y, z = (low + corners * (high - low)).T
    np.testing.assert_allclose(z, x**2 + 3 * y**2, atol=2e-3)
    path, points = sorted(space["series"], key=lambda one: one["label"], reverse=True)
    assert (path["x"], path["y"], path["z"]) == ([0.8, 0.4, 0], [0.5, -0.2, 0], [1.39, 0.28, 0])
    assert (path["marker"], path["path"], points["colour"]) == ("s", 0, "#000000")
    assert len(space["nets"]) == 1
    assert space["ticks"][0] == [[-1, "−1"], [0, "0"], [1, "1"]]


def test_space_leaves_the_svg():
    made = page(solid()).decode()
    assert 'id="mark-0-' in made  # the legend
    assert not re.search('id="[^"]*(pane3d|grid3d|axis3d)', made)
    used = set(re.findall(r'href="#([^"]*)"', made))
    assert used <= set(re.findall(r'id="([^"]*)"', made))


def test_text_from_outside():
    nasty = '</script><script>alert("1")</script> & <b>'
    picture = curve(nasty)
    picture.axes[0].get_lines()[0].set_label(nasty)
    picture.axes[0].legend()
    made = page(picture)
    assert b"<script>alert" not in made
    assert made.count(b"</script>") == 2
    assert f"<title>{html.escape(nasty)}</title>".encode() in made
    assert told(made)["charts"][0]["series"][0]["label"] == nasty


def test_policy_and_language():
    for language, tag, help_words in (("en", "en", "Point at"), ("zh", "zh-Hans", "指针")):
        made = page(curve(), language).decode()
        assert f'<html lang="{tag}">' in made
        assert help_words in made
        policy = re.search('Content-Security-Policy" content="([^"]*)"', made)[1]
        assert policy.startswith("default-src 'none'; img-src data:; ")
        assert "unsafe" not in policy
        for pattern in ("<style>(.*?)</style>", '<script type="module">(.*?)</script>'):
            part = re.search(pattern, made, re.DOTALL)[1]
            digest = base64.b64encode(sha256(part.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
        assert " style=" not in re.sub("<script.*", "", made, flags=re.DOTALL)
        assert "http" not in re.sub("http://www.w3.org/2000/svg|http-equiv", "", made)


def test_dark_only_where_grey_means_nothing():
    assert 'class="sheet turning"' in page(curve()).decode()
    picture = figure(4, 4)
    axes = picture.subplots()
    axes.imshow(np.eye(3))
    made = page(picture).decode()
    assert 'class="sheet"' in made
    assert "Point at" not in made  # there are no numbers to tell
    assert "zoom" in made
    assert "data:image/png;base64," in made
    assert '<figure class="sheet"' in page(solid()).decode()


def test_saving(tmp_path):
    picture = curve()
    save(picture, tmp_path / "x.html", "zh")
    assert (
        (tmp_path / "x.html").read_bytes() == page(picture, "zh") == content(picture, ".html", "zh")
    )
    assert len(page(picture)) < 150_000
    assert told(page(Figure()))["charts"] == []


def test_numbers():
    assert [short(1 / 3), short(2.0), short(float("nan")), short(1e300)] == [
        0.333333333, 2, None, 1e300,
    ]  # fmt: skip
    assert words(r"\$5") == "$5"
    assert words("5 $") == "5 $"
    assert words(r"$\mathdefault{10^{-3}}$") == "10⁻³"
    assert packed({"a": "</script>"}) == '{"a":"\\u003c/script>"}'
    assert number_of("path-12") == 12
    assert number_of("path-1-end") is number_of(None) is None
    line = curve().axes[0].get_lines()[0]
    assert columns_of(line) == {}
    with pytest.raises(AssertionError, match="each point"):
        follow(line, 0, k=[1, 2])


def frame(shade):
    """A grey square as PNG."""
    picture = Figure(figsize=(1, 1), facecolor=str(shade))
    return rendered(picture, ".png")


def test_film():
    frames = [frame(shade) for shade in (0.0, 0.5, 1.0)]
    made = film_page(frames, ["step 1", "step <10>", "step 100"], "ring & spiral", "zh")
    sources = re.findall(rb'src="data:image/png;base64,([^"]*)"', made)
    assert [base64.b64decode(one) for one in sources] == frames
    text = made.decode()
    assert "<figcaption>step &lt;10&gt;</figcaption>" in text
    assert "<title>ring &amp; spiral</title>" in text
    assert text.count("<figure hidden>") == 2
    assert "第 2 帧，共 3 帧" in film_page(frames, language="zh").decode()


@pytest.mark.parametrize(
    ("frames", "labels", "match"),
    [([], [], "at least one frame"), ([b"\x89PNG"], ["a", "b"], "2 labels"),
     ([b"\x89PNG", b"text"], [], "frame 2 is not a picture"),
     ([b"\x89PNG" + bytes(4_000_000)], [], "at most 5 MB")],
)  # fmt: skip
def test_films_that_cannot_be(frames, labels, match):
    with pytest.raises(DataError, match=match):
        film_page(frames, labels)


# In a browser -------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def browser():
    with Chromium() as made:
        yield made


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a page; whatever it complains of or asks a network for fails the test."""

    def opening(made, width=900, height=800):
        browser.events.clear()
        path = tmp_path / "page.html"
        path.write_bytes(made)
        browser.open(path, width, height)
        return browser

    yield opening
    browser("Runtime.evaluate", expression="0")
    kinds = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    assert not [one for one in browser.events if one.get("method") in kinds]
    asked = [one["params"]["request"]["url"] for one in browser.events
             if one.get("method") == "Network.requestWillBeSent"]  # fmt: skip
    assert [one for one in asked if not one.startswith(("file:", "data:"))] == []
    assert len([one for one in asked if one.startswith("file:")]) == 1


def mouse(tab, kind, x, y, buttons=0, **more):
    button = "left" if kind != "mouseMoved" and kind != "mouseWheel" else "none"
    tab("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, buttons=buttons,
        clickCount=1, **more)  # fmt: skip


def key(tab, name):
    for kind in ("keyDown", "keyUp"):
        tab("Input.dispatchKeyEvent", type=kind, key=name)


def on_screen(tab, x, y):
    """Where a place of the picture stands on the screen."""
    found = tab.value(f"""(() => {{
        const matrix = document.querySelector("svg").getScreenCTM();
        const point = new DOMPoint({x}, {y}).matrixTransform(matrix);
        return [point.x, point.y];
    }})()""")
    return found[0], found[1]


def tip(tab):
    """What the box beside a point says, line by line; nothing where it is hidden."""
    return tab.value("""(() => {
        const tip = document.querySelector(".tip");
        return tip.hidden ? [] : [...tip.children].map((one) => one.textContent);
    })()""")


def walker(tab, number=0):
    """The middle of a path's marker on the screen, and its radius."""
    box = tab.value(f"""(() => {{
        const box = document.querySelectorAll(".walker")[{number}].getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2, box.width];
    }})()""")
    return tuple(box)


def until(tab, expression, wanted):
    """Wait until an expression has a value."""
    for _ in range(100):
        if tab.value(expression) == wanted:
            return
        time.sleep(0.02)
    pytest.fail(f"{expression} is {tab.value(expression)}, not {wanted}")


@pytest.mark.browser
def test_pointing_tells_numbers(opened):
    made = page(curve())
    tab, series = opened(made), told(made)["charts"][0]["series"]
    line, path = series[:2]
    mouse(tab, "mouseMoved", *on_screen(tab, line["px"][30] + 2, line["py"][30]))
    assert tip(tab) == ["curve", "x = 1", "f(x) = 1", "point 31 of 41"]
    mouse(tab, "mouseMoved", *on_screen(tab, path["px"][3], path["py"][3] + 1))
    assert tip(tab) == ["path", "k = 5", "x = 0.768", "f(x) = 0.589824", "gradient = 1.536"]
    mouse(tab, "mouseMoved", *on_screen(tab, 5, 5))
    assert tip(tab) == []


def bowl(height=lambda x, y: x**2 + 3 * y**2, count=41):
    """Axes over a rectangle with heights on a grid, and a path in it."""
    made = figure(6.0, 4.0)
    axes = plain(made.subplots())
    x, y = np.linspace(-2, 2, count), np.linspace(-1, 1, count)
    z = height(*np.meshgrid(x, y))
    axes.contourf(x, y, np.ma.masked_invalid(z))
    (line,) = axes.plot([1.5, 0.3], [0.5, 0.1], "-o", label="path")
    follow(line, 0)
    axes.set_xlim(-2, 2)
    axes.set_ylim(-1, 1)
    axes.set_xlabel("x")
    axes.set_ylabel("y")
    heights(axes, "f(x, y)", x, y, z)
    return made


def test_heights_are_told():
    (chart,) = told(page(bowl(lambda x, y: np.where(x + y > 2.9, np.nan, x / 3), 3)))["charts"]
    assert chart["heights"] == {
        "name": "f(x, y)", "x": [-2, 2], "y": [-1, 1], "columns": 3,
        "values": [-0.6666667, 0, 0.6666667, -0.6666667, 0, 0.6666667, -0.6666667, 0, None],
    }  # fmt: skip
    assert told(page(curve()))["charts"][0]["heights"] is None
    assert b"it tells the height there" in page(bowl())
    assert "插值" in page(bowl(), "zh").decode()
    assert b"it tells the height there" not in page(curve())
    with pytest.raises(AssertionError, match="each point"):
        heights(figure(1, 1).subplots(), "f", [0, 1, 2], [0, 1, 2], np.zeros((2, 3)))


def place(chart, x, y):
    """Where numbers of axes stand in the picture."""
    left, top, width, height = chart["box"]
    return left + width * share(chart, 0, x), top + height * (1 - share(chart, 1, y))


def numbers(lines):
    return [float(one.split(" ")[-1].replace("−", "-")) for one in lines]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("height", "count", "close"),
    [
        (lambda x, y: x**2 + 3 * y**2 - x * y, 5, 1e-3),  # exact for parabolas, at edges too
        (lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, 120, 2e-3),
        (lambda x, y: 1e-5 * np.exp(x) * np.sin(3 * y), 60, 1e-3),
    ],
)
def test_pointing_between_tells_the_height(opened, height, count, close):
    made = page(bowl(height, count))
    tab, chart = opened(made), told(made)["charts"][0]
    for x, y in ((-0.71, 0.33), (1.0, -0.98), (-1.99, 0.99), (0.05, -0.02), (1.2, 0.4)):
        mouse(tab, "mouseMoved", *on_screen(tab, *place(chart, x, y)))
        lines = tip(tab)
        assert [one.rpartition(" ")[0] for one in lines] == ["x =", "y =", "f(x, y) ≈"]
        found = numbers(lines)
        assert found[:2] == pytest.approx([x, y], abs=0.01)
        largest = abs(height(*np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-1, 1, 9)))).max()
        right = height(*found[:2])  # of the numbers as they are told
        assert found[2] == pytest.approx(right, rel=close, abs=1e-7 * largest)


@pytest.mark.browser
def test_heights_leave_points_and_holes_alone(opened):
    made = page(bowl(lambda x, y: np.where(x < -1, np.nan, x + y)))
    tab, chart = opened(made), told(made)["charts"][0]
    x, y = place(chart, 0.3, 0.1)
    mouse(tab, "mouseMoved", *on_screen(tab, x + 2, y))
    assert tip(tab) == ["path", "k = 1", "x = 0.3", "y = 0.1"]
    mouse(tab, "mouseMoved", *on_screen(tab, x + 12, y))
    assert tip(tab)[2].startswith("f(x, y) ≈ 0.5")
    mouse(tab, "mouseMoved", *on_screen(tab, *place(chart, -0.97, 0.5)))  # one cell beside a hole
    found = numbers(tip(tab))
    assert found[2] == pytest.approx(found[0] + found[1], abs=1e-3)
    mouse(tab, "mouseMoved", *on_screen(tab, *place(chart, -1.5, 0.5)))
    assert tip(tab) == []
    mouse(tab, "mouseMoved", *on_screen(tab, *place(chart, 0, 1.3)))
    assert tip(tab) == []


@pytest.mark.browser
def test_heights_have_more_digits_when_zoomed(opened):
    made = page(bowl())
    tab, chart = opened(made), told(made)["charts"][0]
    x, y = on_screen(tab, *place(chart, -0.71234, 0.33333))
    mouse(tab, "mouseMoved", x, y)
    rough = numbers(tip(tab))
    mouse(tab, "mouseWheel", x, y, deltaX=0, deltaY=-1500)
    until(tab, "document.querySelector('svg').viewBox.baseVal.width < 30", True)
    mouse(tab, "mouseMoved", x + 1, y)
    fine = numbers(tip(tab))
    assert fine[:2] == pytest.approx(rough[:2], abs=0.02)
    assert fine[2] == pytest.approx(fine[0] ** 2 + 3 * fine[1] ** 2, rel=1e-3)
    assert len(str(fine[0])) > len(str(rough[0]))


@pytest.mark.browser
def test_what_is_held_fixed_is_told_before_the_height(opened):
    descent = minimize("k^2 + 3y^2", (2, 1), max_iterations=2)
    made = page(slices_picture(descent))
    tab, charts = opened(made, 1000, 900), told(made)["charts"]
    for chart, line in ((charts[0], ["y = 1"]), (charts[1], ["k = 2"])):
        series = next(one for one in chart["series"] if one["count"] == 400)
        x, height = series["x"][300], series["y"][300]
        mouse(tab, "mouseMoved", *on_screen(tab, series["px"][300], series["py"][300]))
        found = tip(tab)
        assert found[1:2] == line
        assert [one.split(" = ")[0] for one in found[:3]] == [chart["x"], line[0][0], "f(k, y)"]
        assert numbers(found[:3:2]) == pytest.approx([x, height], rel=1e-5)
        assert found[3] == "point 301 of 400"


@pytest.mark.browser
def test_the_contour_of_a_descent_tells_its_height(opened):
    made = page(path_picture([minimize("x^2 + 3y^2 - x y", (2, 1))]))
    tab, chart = opened(made), told(made)["charts"][0]
    mouse(tab, "mouseMoved", *on_screen(tab, *place(chart, 1.23, 0.5)))
    x, y, height = numbers(tip(tab))
    assert (x, y) == pytest.approx((1.23, 0.5), abs=0.02)
    assert height == pytest.approx(x * x + 3 * y * y - x * y, rel=1e-3)
    assert tip(tab)[2].startswith("f(x, y) ≈ ")


@pytest.mark.browser
def test_numbers_stay_right_when_zoomed_and_moved(opened):
    made = page(curve(), "zh")
    tab, line = opened(made), told(made)["charts"][0]["series"][0]
    x, y = on_screen(tab, line["px"][10], line["py"][10])
    mouse(tab, "mouseWheel", x, y, deltaX=0, deltaY=-600)
    width = "document.querySelector('svg').viewBox.baseVal.width"
    until(tab, f"{width} < 150", True)
    mouse(tab, "mousePressed", x, y, 1)
    mouse(tab, "mouseMoved", x + 40, y - 30, 1)
    mouse(tab, "mouseReleased", x + 40, y - 30)
    moved = on_screen(tab, line["px"][10], line["py"][10])
    assert moved == pytest.approx((x + 40, y - 30), abs=2)
    mouse(tab, "mouseMoved", *moved)
    assert tip(tab) == ["curve", "x = −1", "f(x) = 1", "第 11 点，共 41 点"]
    tab.value("document.querySelector('svg').dispatchEvent(new MouseEvent('dblclick'))")
    assert tab.value(width) == pytest.approx(432)


@pytest.mark.browser
def test_keys_step_along_a_line(opened):
    tab = opened(page(curve()))
    tab.value("document.querySelector('svg').focus()")
    key(tab, "ArrowRight")
    assert tip(tab)[1] == "x = −2"
    for _ in range(4):
        key(tab, "ArrowRight")
    assert tip(tab)[1:] == ["x = −1.6", "f(x) = 2.56", "point 5 of 41"]
    key(tab, "ArrowDown")
    assert tip(tab)[0] == "path"
    key(tab, "Home")
    assert tip(tab)[1:3] == ["k = 0", "x = −1.5"]
    key(tab, "End")
    assert tip(tab)[1] == "k = 5"
    key(tab, "Escape")
    assert tip(tab) == []


@pytest.mark.browser
def test_the_slider_moves_the_marker(opened):
    made = page(curve())
    tab, path = opened(made), told(made)["charts"][0]["series"][1]
    assert walker(tab)[:2] == pytest.approx(on_screen(tab, path["px"][0], path["py"][0]), abs=1)
    assert tab.value("document.querySelector('.player input').max") == "3"
    tab.value("document.querySelector('.player input').focus()")
    tab("Input.dispatchKeyEvent", type="keyDown", key="ArrowRight", windowsVirtualKeyCode=39)
    assert walker(tab)[:2] == pytest.approx(on_screen(tab, path["px"][1], path["py"][1]), abs=1)
    words_below = "document.querySelector('.player output').textContent"
    assert tab.value(words_below) == "path: k = 1, x = 1.2, f(x) = 1.44, gradient = 2.4"
    tab.value("document.querySelector('.player select').value = 4")
    tab.value("document.querySelector('.player button').click()")
    assert tab.value("document.querySelector('.player button').textContent") == "Pause"
    until(tab, "document.querySelector('.player input').value", "3")
    until(tab, "document.querySelector('.player button').textContent", "Play")
    assert walker(tab)[:2] == pytest.approx(on_screen(tab, path["px"][3], path["py"][3]), abs=1)


@pytest.mark.browser
def test_legends_switch_lines(opened):
    made = page(curve())
    tab, facts = opened(made), told(made)
    line, path = facts["charts"][0]["series"][:2]
    x, y, width, height = facts["legends"][1]["box"]
    place = on_screen(tab, x + width / 2, y + height / 2)
    display = f"getComputedStyle(document.getElementById('{path['id']}')).display"
    assert tab.value(display) == "inline"
    mouse(tab, "mousePressed", *place, 1)
    mouse(tab, "mouseReleased", *place)
    assert tab.value(display) == "none"
    assert walker(tab)[2] == 0
    mouse(tab, "mouseMoved", *on_screen(tab, path["px"][0], path["py"][0]))
    assert tip(tab)[0] == "curve"
    tab.value("document.querySelectorAll('.entry')[1].focus()")
    key(tab, "Enter")
    assert tab.value(display) == "inline"
    assert line["id"] != path["id"]


SHOT = "document.querySelector('canvas').toDataURL()"


@pytest.mark.browser
def test_space_turns(opened):
    made = page(solid())
    tab, space = opened(made), told(made)["spaces"][0]
    first = tab.value(SHOT)
    inked = """(() => {
        const canvas = document.querySelector("canvas");
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return data.filter((one, k) => k % 4 === 3 && one > 0).length / (data.length / 4);
    })()"""
    assert 0.1 < tab.value(inked) < 0.8
    here = walker(tab)
    x, y, width, height = space["box"]
    start = on_screen(tab, x + width / 2, y + height / 2)
    mouse(tab, "mousePressed", *start, 1)
    mouse(tab, "mouseMoved", start[0] + 60, start[1] + 10, 1)
    mouse(tab, "mouseReleased", start[0] + 60, start[1] + 10)
    until(tab, f"{SHOT} === '{first}'", False)
    there = walker(tab)
    assert np.hypot(there[0] - here[0], there[1] - here[1]) > 10
    mouse(tab, "mouseMoved", there[0], there[1])
    assert tip(tab) == ["path", "k = 0", "x = 0.8", "y = 0.5", "z = 1.39"]
    tab.value("document.querySelector('svg').dispatchEvent(new MouseEvent('dblclick'))")
    until(tab, f"{SHOT} === '{first}'", True)
    tab.value("document.querySelector('rect.space').focus()")
    key(tab, "ArrowLeft")
    until(tab, f"{SHOT} === '{first}'", False)


@pytest.mark.browser
def test_narrow_dark_and_printed(opened, browser, tmp_path):
    tab = opened(page(curve()), 360, 700)
    assert tab.value("document.documentElement.scrollWidth") == 360
    colour = "getComputedStyle(document.querySelector('.sheet')).backgroundColor"
    try:
        tab.media("", "dark")
        assert tab.value(colour) == "rgb(20, 23, 27)"
        tab.media("print", "dark")
        assert tab.value(colour) == "rgb(255, 255, 255)"
        assert tab.value("getComputedStyle(document.querySelector('.help')).display") == "none"
    finally:
        tab.media()


@pytest.mark.browser
def test_film_plays(opened):
    tab = opened(film_page([frame(shade) for shade in (0.0, 0.5, 1.0)], ["a", "b", "c"]))
    shown = "[...document.querySelectorAll('figure:not([hidden])')].map((one) => one.textContent)"
    assert tab.value(shown) == ["a"]
    assert tab.value("document.querySelector('img').naturalWidth") == 100
    tab.value("document.querySelector('.player select').value = 4")
    tab.value("document.querySelector('.player button').click()")
    until(tab, shown + ".join()", "c")
    assert tab.value("document.querySelector('output').textContent") == "frame 3 of 3"
