"""The computation graph as DOT and as SVG of its own: every number, and nothing broken by names."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest

import gradstone as gs
from gradstone.accounts import examples
from gradstone.accounts.explain import Account, explain
from gradstone.accounts.graphviz import quoted
from gradstone.accounts.html.standalone import style
from gradstone.descent.expression import expression
from gradstone.errors import RangeError
from tests.programs import needed

SVG = "{http://www.w3.org/2000/svg}"
G2 = {"apple": (100, 2.2), "apples": (2, 110), "tax": (1.1, 200), "apple_price": (200, 1.1),
      "price": (220, 1)}  # fmt: skip
G3 = {"apple": (100, 2.2), "apples": (2, 110), "orange": (150, 3.3), "oranges": (3, 165),
      "tax": (1.1, 650), "apple_price": (200, 1.1), "orange_price": (450, 1.1), "sum": (650, 1.1),
      "price": (715, 1)}  # fmt: skip
NASTY = 'a<b> & "c\\d"'


@cache
def account(name: str) -> Account:
    made: Account = getattr(examples, name)()
    return made


def tips(dot: str) -> dict[str, tuple[float, float]]:
    """From each node's tooltip its name, value and gradient."""
    found = re.findall(r'tooltip="(\w+) = ([-\d.]+), ∂\w+/∂\w+ = ([-\d.]+)"', dot)
    return {name: (float(value), float(slope)) for name, value, slope in found}


@pytest.mark.parametrize(("name", "numbers"), [("two_apples", G2), ("apples", G3)])
def test_dot_has_every_value_and_gradient(name, numbers):
    dot = account(name).to_dot()
    assert tips(dot) == numbers
    for value, gradient in numbers.values():
        assert f'<font color="#0072B2">{value:g}</font>' in dot
        assert f'<font color="#D55E00">{gradient:g}</font>' in dot
    forward = re.findall(r'n\d+ -> n\d+ \[color="#0072B2"\]', dot)
    back = re.findall(r"n(\d+) -> n(\d+) \[.*dashed", dot)
    assert len(forward) == len(back) == len(numbers) - 1
    assert all(int(source) > int(target) for source, target in back)


@pytest.mark.parametrize(("name", "numbers"), [("two_apples", G2), ("apples", G3)])
def test_svg_has_every_value_and_gradient(name, numbers):
    root = ElementTree.fromstring(account(name).to_svg().encode())
    assert root.tag == SVG + "svg"
    told: dict[str, list[float]] = {"forward": [], "backward": []}
    for text in root.iter(SVG + "text"):
        if text.get("data-value"):
            told[text.get("class").split()[-1]].append(float(text.get("data-value")))
    for k, kind in enumerate(("forward", "backward")):
        wanted = sorted(one[k] for one in numbers.values())
        np.testing.assert_allclose(sorted(told[kind]), wanted, rtol=1e-12)
    words = ["".join(text.itertext()) for text in root.iter(SVG + "text")]
    assert {"×", "apple", "tax", "2.2", "110", f"price = {numbers['price'][0]}"} <= set(words)
    assert words[-2:] == ["v", "∂price/∂v"]


def test_svg_stands_alone():
    text = account("apples").to_svg()
    root = ElementTree.fromstring(text.encode())
    assert "href" not in text
    assert "var(" not in text
    assert root.find(SVG + "style").text.strip() == style()
    assert ".node {" in style()
    assert "path.backward" in style()
    x, y, width, height = map(float, root.get("viewBox").split())
    assert (float(root.get("width")), float(root.get("height"))) == (width, height)
    for text in root.iter(SVG + "text"):
        assert x < float(text.get("x")) < x + width
        assert y < float(text.get("y")) < y + height


def test_languages():
    told = examples.apples(language="zh").to_svg()
    assert "<title>计算图</title>" in told
    assert 'xml:lang="zh"' in told
    assert "<title>The computation graph as a drawing</title>" in account("apples").to_svg()


def test_a_number_used_twice():
    dot = explain(expression("x*x + x"), 3.0).to_dot()
    assert len(re.findall(r'n0 -> n1 \[color="#0072B2"\]', dot)) == 2
    assert len(re.findall(r"n1 -> n0 \[.*dashed", dot)) == 1
    assert tips(dot)["x"] == (3, 7)


def test_constants_have_no_gradient():
    dot = explain(expression("2x"), 3.0).to_dot()
    assert '[label=<<b>2</b>>, tooltip="", fillcolor="#F5F7F9"]' in dot
    assert dot.count("dashed") == 1


def test_a_network():
    dot, svg = account("n1").to_dot(), account("n1").to_svg()
    step = account("n1")
    assert dot.count(" -> ") == 8 + 2
    for weight, name in (("W1[0,0]", "w1"), ("W2[1,1]", "w8")):
        slope = step.story.entries[f"d{weight}"].value
        told = re.search(rf'tooltip="{name} = ([\d.]+), ∂E/∂{name} = (−?[\d.]+)"', dot)
        assert float(told[2].replace("−", "-")) == pytest.approx(slope, rel=1e-5)
    assert "E = 0.322685" in dot
    assert "{rank=same; n1_0; n1_1}" in dot
    values = [float(one) for one in re.findall(r'data-value="([^"]+)"', svg)]
    for number in (0.7987314002469799, 0.12679610537405006, 0.08186670503962588):
        assert min(abs(number - one) for one in values) < 1e-12


def test_written_to_files(tmp_path):
    for name in ("to_svg", "to_dot"):
        text = getattr(account("apples"), name)(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8") == text


def test_nothing_to_draw():
    told = explain(lambda x: gs.sum(x * x), np.arange(3.0))
    for draw in (told.to_dot, told.to_svg):
        with pytest.raises(RangeError, match="at most 40 single numbers"):
            draw()


def nasty() -> Account:
    def f(x):
        return gs.named(NASTY, x * 2.0)

    return explain(f, 1.5)


def test_names_of_all_kinds():
    assert 'tooltip="a<b> &amp; \\"c\\\\d\\" = 3,' in nasty().to_dot()
    assert 'a&lt;b&gt; &amp; "c\\d" = <font' in nasty().to_dot()
    root = ElementTree.fromstring(nasty().to_svg().encode())
    assert f"{NASTY} = 3" in ["".join(one.itertext()) for one in root.iter(SVG + "text")]
    assert quoted("a\nb") == '"a b"'


@pytest.mark.parametrize("name", ["apples", "n1", "nasty", "x/y"])
def test_graphviz_reads_it(name):
    special = {"nasty": nasty, "x/y": lambda: explain(expression("sin(x)/y - max(x, 2)"), 1.0, 2.0)}
    told = special[name]() if name in special else account(name)
    done = subprocess.run(
        [needed("dot"), "-Tsvg"], input=told.to_dot().encode(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    words = "".join(ElementTree.fromstring(done.stdout).itertext())
    if name == "nasty":
        assert NASTY in words
    if name == "apples":
        for number in ("200", "450", "650", "715", "2.2", "110", "3.3", "165", "1.1"):
            assert number in words
