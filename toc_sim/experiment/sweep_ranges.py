"""What to vary, as one line of text: a parameter and the values that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from math import prod
from typing import Any

from toc_sim.errors import ScenarioError, quoted
from toc_sim.scenario.document import read_value
from toc_sim.scenario.paths import normal

MOST_POINTS = 10_000
"""More than anybody would read or wait for."""

LARGEST_POWER = 300
"""Numbers beyond ten to this are typing errors."""

LARGEST_WHOLE = 10**15
"""Up to here a whole number is taken as one."""

DIGITS = 1000
"""Of the arithmetic: more than two numbers of sensible size need to be exact."""


@dataclass(frozen=True, slots=True)
class Varied:
    """A parameter and the values that it takes.

    Attributes
    ----------
    path
        Of the parameter.
    values
        In the order in which they were given.
    text
        As it was given: ``machine_2.capacity=6:16:1``.
    """

    path: str
    values: tuple[Any, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A parameter and the range of numbers in which it is looked at.

    Attributes
    ----------
    path
        Of the parameter.
    low, high
        The ends of the range, in its unit.
    text
        As it was given: ``machine_2.capacity=6:16``.
    """

    path: str
    low: float
    high: float
    text: str


def varied(text: str) -> Varied:
    """Read ``PATH=FROM:TO:STEP`` or ``PATH=a,b,c``.

    Steps are decimal numbers, added exactly: the third step of 0.1 is 0.3. The end
    belongs to the range if a step leads to it.

    Raises
    ------
    ValueError
        If it says neither, with what is wrong.
    """
    path, what = _halves(text, "PATH=FROM:TO:STEP or PATH=a,b,c")
    if ":" in what and "{" not in what:
        ends = what.split(":")
        if len(ends) != 3:  # noqa: PLR2004 - from, to and step
            raise ValueError(f"'{text}': a range is FROM:TO:STEP, like 6:16:1")
        return Varied(path, _steps(text, *(_decimal(text, end) for end in ends)), text)
    try:
        values = read_value(f"[{what}]")
    except ScenarioError as error:
        raise ValueError(f"'{text}': {error.problems[0].what}") from None
    if not isinstance(values, list) or not values:
        raise ValueError(f"'{text}' gives no values")
    return Varied(path, tuple(values), text)


def span(text: str) -> Span:
    """Read ``PATH=FROM:TO``, with FROM below TO.

    Raises
    ------
    ValueError
        If it does not say that.
    """
    path, what = _halves(text, "PATH=FROM:TO")
    ends = what.split(":")
    if len(ends) != 2:  # noqa: PLR2004 - from and to
        raise ValueError(
            f"'{text}' is not of the form PATH=FROM:TO, like a.capacity=6:16"
        )
    low, high = (float(_decimal(text, end)) for end in ends)
    if not low < high:
        raise ValueError(f"'{text}': the range must go upwards")
    return Span(path, low, high, text)


def refuse_too_many(axes: Sequence[Varied]) -> None:
    """Refuse parameters whose combinations are too many, or that come twice.

    Raises
    ------
    ValueError
        With how many there are.
    """
    for place, each in enumerate(axes):
        if any(each.path == other.path for other in axes[:place]):
            raise ValueError(f"{quoted(each.path)} is varied twice")
    count = prod(len(each.values) for each in axes)
    if count > MOST_POINTS:
        raise ValueError(
            f"that makes {count:,} points; more than {MOST_POINTS:,} are refused"
        )


def _halves(text: str, form: str) -> tuple[str, str]:
    path, equals, what = text.partition("=")
    if not equals or not path.strip() or not what.strip():
        raise ValueError(f"'{text}' is not of the form {form}")
    return normal(path.strip()), what.strip()


def _decimal(text: str, word: str) -> Decimal:
    try:
        value = Decimal(word.strip())
    except InvalidOperation:
        raise ValueError(f"'{text}': {quoted(word.strip())} is not a number") from None
    if not value.is_finite() or abs(value.adjusted()) > LARGEST_POWER:
        raise ValueError(f"'{text}': {quoted(word.strip())} is not a sensible number")
    return value


def _steps(
    text: str, start: Decimal, end: Decimal, step: Decimal
) -> tuple[int | float, ...]:
    """Return the values from one end to the other."""
    if not step:
        raise ValueError(f"'{text}': a step of 0 leads nowhere")
    with localcontext(prec=DIGITS):
        whole = (end - start) / step
        if whole < 0:
            raise ValueError(f"'{text}': the step leads away from the end of the range")
        if whole >= MOST_POINTS:
            raise ValueError(
                f"'{text}' makes more than {MOST_POINTS:,} points, which are refused"
            )
        return tuple(_number(start + step * count) for count in range(int(whole) + 1))


def _number(value: Decimal) -> int | float:
    """Return the nearest number there is; a whole one where it is whole."""
    if value == value.to_integral_value() and abs(value) < LARGEST_WHOLE:
        return int(value)
    return float(value)
