"""Numbers as learners write them, and texts that are none."""

import math

import pytest

from gradstone.exams.arithmetic import Unreadable, number

WRITTEN = {
    "0.6": 0.6, "0,6": 0.6, "３/５": 0.6, "=0.3*2": 0.6, "60 %": 0.6, " 0.6 ": 0.6, "６０％": 0.6,
    "３／５": 0.6, "０．６": 0.6, "０，６": 0.6, ".6": 0.6, ",6": 0.6, "6.": 6.0, "≈0.6": 0.6,
    "= 0,3 × 2": 0.6, "-0.5": -0.5, "−0,5": -0.5, "－0.5": -0.5, "+0.5": 0.5, "1.234,5": 1234.5,
    "1,234.5": 1234.5, "1 234,5": 1234.5, "1\u00a0234": 1234.0, "1.2e-3": 0.0012, "1,2E-3": 0.0012,
    "1.2×10⁻³": 0.0012, "1.2*10^-3": 0.0012, "1.2·10^(-3)": 0.0012, "2^3": 8.0, "2**-1": 0.5,
    "-2^2": -4.0, "(1+2)*3": 9.0, "1/(1+exp(-0.6))": 1 / (1 + math.exp(-0.6)), "LN(2)": math.log(2),
    "½": 0.5, "6:3": 2.0, "1-2-3": -4.0, "2/2/2": 0.5, "--1": 1.0, "sqrt(4)": 2.0, "10%%": 0.001,
    "=SQRT(ABS(-4))": 2.0, "5/3*3": 5.0,
}  # fmt: skip
NONE = [
    "", " ", "abc", "0.6 V", "1,2,3", "1.2.3", "(1", "1)", "1/0", "ln(0)", "ln(-1)", "9^9^9^9",
    "9**9999", "(-8)^0.5", "=A1*2", "__import__('os')", "exp", "exp 1", "1e999", "nan", "inf",
    "1 2", "1½", "=", "*2", "2 3/4", "(" * 40 + "1" + ")" * 40, "1" * 201, "exp(exp(exp(9)))",
    "os.system", "1;2", "\x00", "1_000_000x", "{}", "lambda", "0x10",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_what_learners_write(text):
    assert number(text) == pytest.approx(WRITTEN[text], rel=1e-15)


@pytest.mark.parametrize("text", NONE)
def test_what_says_no_number(text):
    with pytest.raises(Unreadable):
        number(text)


def test_every_float_comes_back():
    for value in (0.1 + 0.2, 1e-300, -5e-324, 1.7976931348623157e308, 123456789.123456789):
        assert number(repr(value)) == value
