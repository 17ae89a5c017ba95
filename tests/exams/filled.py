"""Answers of learners: forms and sheets filled in, by independent arithmetic."""

import json
import re
import zipfile

import numpy as np

from tests.checking.steps import n1_step


def number_at(numbers, address):
    name, _, place = address.partition("[")
    found = np.asarray(numbers[name])
    return float(found[tuple(map(int, place[:-1].split(",")))] if place else found)


def by_hand(exam, mistake="", write=lambda value: f"{value:.5g}"):
    """The answers of a learner who makes a mistake on N1 and goes on with what comes of it."""
    numbers = n1_step(mistake)
    numbers["part"] = 0.5 * (numbers["out2"] - numbers["t"]) ** 2
    return {address: write(number_at(numbers, address)) for address in exam.asked}


def right(exam, write=lambda value: f"{value:.5g}"):
    return {address: write(value) for address, value in exam.key.items()}


def form(folder, exam, answers, name="Ada", file="ada"):
    path = folder / f"{file}.json"
    path.write_text(json.dumps({"exam": exam.id, "name": name, "answers": answers}), "utf-8")
    return path


SHEET = "xl/worksheets/sheet1.xml"


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path, found):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.items():
            archive.writestr(name, data)


def cell(place, content):
    """A cell's XML: text, a number, or a formula with its stored value."""
    if isinstance(content, tuple):
        return f'<c r="{place}"><f>{content[0]}</f><v>{content[1]}</v></c>'
    if isinstance(content, float | int):
        return f'<c r="{place}"><v>{content!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{content}</t></is></c>'


def sheet(path, exam, answers, changes=None, name="Ada"):
    """A worksheet as a spreadsheet program gives it back.

    answers, changes: text, number or (formula, value) by address; None takes the cell away.
    """
    exam.to_excel(path, "en")
    found = parts(path)
    text = found[SHEET].decode()
    strings = re.findall(r"<t[^>]*>(.*?)</t>", found["xl/sharedStrings.xml"].decode(), re.DOTALL)
    rows = {}
    for row, number in re.findall(r'<c r="E(\d+)"[^>]*t="s"[^>]*><v>(\d+)</v></c>', text):
        rows[strings[int(number)]] = row
    for address, content in {**answers, **(changes or {})}.items():
        place = f"D{rows[address]}"
        new = "" if content is None else cell(place, content)
        text = re.sub(rf'<c r="{place}"[^>]*?(/>|>.*?</c>)', lambda _, new=new: new, text)
    text = re.sub(r'<c r="C3"[^>]*?(/>|>.*?</c>)', cell("C3", name), text)
    found[SHEET] = text.encode()
    write_parts(path, found)
    return path
