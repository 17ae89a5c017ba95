"""Digits: how a number is printed, the same in every format."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, isinf, ulp

GUARD = 3
"""Digits printed beyond those promised, so that a reader's own result still agrees."""
SMALLEST, LARGEST = 1e-5, 1e7
"""Between these, plain decimals; beyond, powers of ten."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A number's digits.

    Attributes:
        negative: whether a minus stands before it.
        head: the digits promised. guard: those beyond, printed paler; "" for none.
        power: of ten; None for plain decimals.
        exact: whether what is printed is the number itself, to 4 units of its last place.
    """

    negative: bool
    head: str
    guard: str
    power: int | None
    exact: bool

    @property
    def text(self) -> str:
        """ASCII digits that float() reads: "-0.0207665162", "1.5e-7"."""
        power = "" if self.power is None else f"e{self.power}"
        if self.head.startswith("\\"):
            return "-" * self.negative + ("inf" if self.head == r"\infty" else "nan")
        return "-" * self.negative + self.head + self.guard + power

    @property
    def latex(self) -> str:
        r"""For LaTeX's mathematics, guard digits within \guard{…}."""
        guard = rf"\guard{{{self.guard}}}" if self.guard else ""
        power = "" if self.power is None else rf" \times 10^{{{self.power}}}"
        return "-" * self.negative + self.head + guard + power


@lru_cache(maxsize=65_536)
def printed(value: float, digits: int = 9, promised: int = 6, given: bool = False) -> Printed:
    r"""The digits of a number.

    Args:
        value: the number. digits: significant ones, zeros kept, unless fewer say it exactly.
        promised: how many of them stand in the head.
        given: printed as typed where that takes no more than 12 digits.

    >>> printed(0.6000000000000001).text, printed(0.6456563062257954).text
    ('0.6', '0.645656306')
    >>> print(printed(-1.2345678912e-7).latex)
    -1.23456\guard{789} \times 10^{-7}
    """
    if not isfinite(value):
        sign = isinf(value) and value < 0
        return Printed(sign, r"\infty" if isinf(value) else r"\mathrm{NaN}", "", None, True)
    size = abs(float(value))
    if size == 0:
        return Printed(False, "0", "", None, True)
    typed = f"{size!r}"
    if given and _significant(typed) <= 12:
        return _parted(bool(value < 0), *_scaled(typed), 99, True)
    rounded = f"{size:.{digits - 1}e}"
    exact = abs(float(rounded) - size) <= 4 * ulp(size)
    if exact:
        mantissa, power = rounded.split("e")
        rounded = f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{power}"
    return _parted(bool(value < 0), *_scaled(rounded), 99 if exact else promised, exact)


def _significant(text: str) -> int:
    mantissa = text.split("e")[0].replace(".", "").strip("0")
    return len(mantissa)


def _scaled(text: str) -> tuple[str, int | None]:
    """Digits with a point, and a power of ten where one is wanted."""
    mantissa, _, power = text.partition("e")
    if SMALLEST <= float(text) < LARGEST:
        return _decimal(mantissa, int(power or 0)), None
    if not power:
        whole = f"{float(text):.17g}"
        digits = f"{float(text):.{max(_significant(whole) - 1, 0)}e}"
        mantissa, _, power = digits.partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return mantissa.removesuffix(".0"), int(power)


def _decimal(mantissa: str, power: int) -> str:
    whole, _, part = mantissa.partition(".")
    if power >= 0:
        part = part.ljust(power, "0")
        whole, part = whole + part[:power], part[power:]
    else:
        part = "0" * (-power - 1) + whole + part
        whole = "0"
    part = part if part.strip("0") or len(part) > 1 else ""
    return f"{whole}.{part}" if part else whole


def _parted(negative: bool, digits: str, power: int | None, promised: int, exact: bool) -> Printed:
    """Digits cut after the promised significant ones."""
    seen, started = 0, False
    for place, sign in enumerate(digits):
        started = started or sign not in "0."
        seen += started and sign != "."
        if seen == promised:
            return Printed(negative, digits[: place + 1], digits[place + 1 :], power, exact)
    return Printed(negative, digits, "", power, exact)
