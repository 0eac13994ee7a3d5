"""Figures, names and units as people read them: as exact as is sensible, no more."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, isfinite, log10

from toc_sim.constraint.intervals import Interval
from toc_sim.language import figure, joined, phrase
from toc_sim.scenario.fields.sections import UNITS
from toc_sim.scenario.fields.words import Noun
from toc_sim.scenario.model import Scenario

NO_BREAK = "\u00a0"
"""The blank at which no line may end; in some languages it stands between thousands."""

NO_FIGURE = "-"
"""What stands where there is no figure."""

_SMALLEST, _LARGEST = 1e-9, 1e15
"""What is smaller is rounding; what is larger is written as a power of ten."""


def decimals(values: Iterable[float]) -> int:
    """Return how many digits after the point a column of figures needs.

    Three or four digits of the largest tell it well enough; all cells of a column
    have the same, so that they can be compared at a glance.

    Parameters
    ----------
    values
        The figures of the column, in its unit; those that are not finite do not count.

    Returns
    -------
    Digits after the point, 0 or more.

    Examples
    --------
    >>> from toc_sim.report.formats import decimals
    >>> decimals([8.0, 11.5]), decimals([1234.5]), decimals([0.0123])
    (2, 0, 4)
    """
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    if largest >= 1:
        return 2 if largest < 100 else 1 if largest < 1000 else 0  # noqa: PLR2004 - digits
    return 2 - floor(log10(largest)) if largest >= _SMALLEST else 2


def decimals_as_given(values: Iterable[float]) -> int:
    """Return the same for figures that somebody typed: none if all are whole.

    Parameters
    ----------
    values
        The figures of the column; those that are not finite do not count.
    """
    known = [value for value in values if isfinite(value)]
    return 0 if all(value == round(value) for value in known) else decimals(known)


def number(value: float, digits: int) -> str:
    """Write a figure with so many digits after the point: ``1,234.5``.

    Parameters
    ----------
    value
        In the unit that the reader sees; of one that is not finite there is no figure.
    digits
        After the point.

    Examples
    --------
    >>> from toc_sim.report.formats import number
    >>> number(1234.5, 1), number(float("nan"), 1), number(-0.001, 1)
    ('1,234.5', '-', '0.0')
    """
    if not isfinite(value):
        return NO_FIGURE
    if abs(value) >= _LARGEST:
        return figure(f"{value:.3g}")
    text = f"{value:,.{digits}f}"
    return figure(text.removeprefix("-") if not text.strip("-0.,") else text)


def alone(value: float) -> str:
    """Write a figure that stands in a sentence.

    Parameters
    ----------
    value
        In the unit that the sentence names.

    Examples
    --------
    >>> from toc_sim.report.formats import alone
    >>> alone(8.0), alone(1234.5)
    ('8.00', '1,234')
    """
    return number(value, decimals([value]))


_TWO = 2
"""Digits that a figure keeps in a column of much larger ones."""


def in_column(value: float, digits: int, least: float = 0.0) -> str:
    """Write a figure of a column, and never 0 or one digit of what has more.

    Parameters
    ----------
    value
        In the unit that the reader sees.
    digits
        After the point, as the column has them.
    least
        What is below this is rounding.

    Examples
    --------
    >>> from toc_sim.report.formats import in_column
    >>> in_column(1000.0, 0), in_column(0.003, 0), in_column(0.0, 0)
    ('1,000', '0.0030', '0')
    """
    size = abs(value)
    if not max(least, _SMALLEST) < size < 10.0 ** (1 - digits) or not isfinite(value):
        return number(value, digits)
    needed = _TWO - 1 - floor(log10(size))
    told = number(value, needed)
    is_exact = abs(value - round(value, digits)) <= size * _ROUNDING
    return number(value, digits) if is_exact else told


_ROUNDING = 1e-9
"""What a figure may differ from its rounded self and still be that [1]."""


def given(value: float) -> str:
    """Write a figure that somebody typed and that stands in a sentence.

    Parameters
    ----------
    value
        In the unit that the sentence names.

    Examples
    --------
    >>> from toc_sim.report.formats import given
    >>> given(8.0), given(8.5)
    ('8', '8.50')
    """
    return number(value, decimals_as_given([value]))


def percent(value: float) -> str:
    """Write a share for a column whose header says percent: ``8.9``.

    Parameters
    ----------
    value
        A share [1].

    Examples
    --------
    >>> from toc_sim.report.formats import percent
    >>> percent(0.089)
    '8.9'
    """
    return number(100 * value, 1)


def plus_minus(value: Interval, digits: int) -> str:
    """Write a mean with half the width of its interval, where that is more than 0.

    Parameters
    ----------
    value
        In the unit that the reader sees.
    digits
        After the point, of both figures.

    Examples
    --------
    >>> from toc_sim.constraint.intervals import Interval
    >>> from toc_sim.report.formats import plus_minus
    >>> plus_minus(Interval(mean=8.0, low=7.5, high=8.5), digits=1)
    '8.0 ± 0.5'
    """
    return rounded(value, _enough(value, digits))


def rounded(value: Interval, digits: int) -> str:
    """Write the same to so many digits and no more, for whoever compares lengths.

    Parameters
    ----------
    value
        In the unit that the reader sees.
    digits
        After the point, of both figures.

    Examples
    --------
    >>> from toc_sim.constraint.intervals import Interval
    >>> from toc_sim.report.formats import plus_minus, rounded
    >>> small = Interval(mean=0.0014, low=-0.0027, high=0.0055)
    >>> plus_minus(small, digits=1), rounded(small, digits=1)
    ('0.0014 ± 0.0041', '0.0 ± 0.0')
    """
    text = number(value.mean, digits)
    if not value.is_known or value.half_width == 0:
        return text
    return f"{text} ± {number(value.half_width, digits)}"


def _enough(value: Interval, digits: int) -> int:
    """Return how many digits tell a small mean and how sure it is, both."""
    mean, half = abs(value.mean), value.half_width
    small = isfinite(mean) and _SMALLEST < mean < 10.0 ** (1 - digits)
    if not value.is_known or not small or half <= _SMALLEST:
        return digits
    return max(digits, min(_TWO - 1 - floor(log10(min(mean, half))), _MOST_DIGITS))


_MOST_DIGITS = 6
"""After the point, however sure a small mean is."""


def signed(text: str) -> str:
    """Put a plus before a figure that is written as more than 0.

    Examples
    --------
    >>> from toc_sim.report.formats import signed
    >>> signed("8.0 ± 0.5"), signed("0.0 ± 0.5"), signed("-8.0")
    ('+8.0 ± 0.5', '0.0 ± 0.5', '-8.0')
    """
    figure = text.partition(" ")[0]
    is_more = not figure.startswith("-") and figure.strip("0.,")
    return f"+{text}" if is_more else text


def percent_plus_minus(value: Interval) -> str:
    """Write a share with its interval for a column whose header says percent.

    Parameters
    ----------
    value
        A share [1].
    """
    return plus_minus(value.times(100), digits=1)


def printable(text: str) -> str:
    """Return a name from a file without what could confuse a terminal or picture.

    Parameters
    ----------
    text
        A name or title, as the file has it.

    Returns
    -------
    As long as the name; what cannot be printed is a space. The blank between the
    thousands of a figure stays: there no line may end.
    """
    return "".join(
        char if char.isprintable() or char == NO_BREAK else " " for char in text
    )


def titles(scenario: Scenario, names: Iterable[str]) -> str:
    """Return what nodes, resources or tools are called, as one says it.

    Parameters
    ----------
    scenario
        Of which they are.
    names
        As its file calls them.
    """
    return joined(printable(scenario.title(name)) for name in names)


def listed_titles(scenario: Scenario, names: Iterable[str]) -> str:
    """Return the same for a cell of a table: ``machine_2, sales``."""
    return ", ".join(printable(scenario.title(name)) for name in names)


def tools_title(scenario: Scenario, tools: Iterable[str]) -> str:
    """Return what a set of tools is called; the empty one is to do nothing."""
    names = " + ".join(printable(scenario.title(name)) for name in tools)
    return names or phrase("do nothing")


def counted(figure: str, noun: Noun) -> str:
    """Write a figure with its noun: ``1 cup``, ``8.50 cups``.

    Parameters
    ----------
    figure
        As it is written.
    noun
        What it counts.

    Examples
    --------
    >>> from toc_sim.report.formats import counted
    >>> from toc_sim.scenario.fields.words import Noun
    >>> counted("1", Noun("hour")), counted("500", Noun("hour"))
    ('1 hour', '500 hours')
    """
    return printable(f"{figure} {noun.of(figure)}")


def pace_unit(scenario: Scenario) -> str:
    """Return the unit of a throughput."""
    return printable(f"{scenario.item.unit}/{scenario.period.unit}")


def pace_given(value: Interval, unit: str) -> str:
    """Write a throughput with its interval and unit.

    Parameters
    ----------
    value, unit
        The throughput, in that unit.

    Examples
    --------
    >>> from toc_sim.constraint.intervals import Interval
    >>> from toc_sim.report.formats import pace_given
    >>> pace_given(Interval(mean=7.283, low=7.281, high=7.285), "cup/hour")
    '7.283 ± 0.002 cup/hour'
    """
    is_sure = not value.is_known or not value.half_width
    digits = decimals([value.mean]) + (0 if is_sure else 1)
    return f"{plus_minus(value, digits)} {unit}"


def currency(scenario: Scenario) -> str:
    """Return the unit of money."""
    return printable(scenario.currency) or phrase("money")


def money_unit(scenario: Scenario) -> str:
    """Return the unit of a profit."""
    return f"{currency(scenario)}/{printable(scenario.period.unit)}"


def window(scenario: Scenario, warmup: float) -> str:
    """Say for how long something was simulated, and after which warm-up [periods]."""
    period = scenario.period
    horizon = counted(given(scenario.run.horizon), period)
    if not warmup:
        return phrase("{horizon} without a warm-up", horizon=horizon)
    return phrase(
        "{horizon} after a warm-up of {warmup}",
        horizon=horizon,
        warmup=counted(given(warmup), period),
    )


def percent_given(share: float) -> str:
    """Write a share [1] that somebody typed, with as many digits as that has."""
    return f"{number(100 * share, 4).rstrip('0').rstrip('.,')} %"


UNSHOWN = frozenset(
    {"due", "every", "first", "items", "takes", "gives", "stock", "discount_rate"}
)
"""Parameters whose unit reports leave out, besides those of products."""


def unit_of(scenario: Scenario, path: str) -> str:
    """Return the unit of a parameter, or an empty text for what has none.

    Parameters
    ----------
    scenario
        Names its item, period and currency.
    path
        Of the parameter.
    """
    item, period = printable(scenario.item.unit), printable(scenario.period.unit)
    names = {"items": item, "item": item, "periods": period, "period": period}
    names["money"] = currency(scenario)
    head, *fields = path.split(".")
    field = fields[-1] if fields else ""
    if head == "economics":
        field = next(each for each in fields if each != "benchmark")
    unit = UNITS.get(field, "")
    if field in UNSHOWN or head == "products" or unit in ("1", "share", ""):
        return ""
    return "/".join(names[each] for each in unit.split("/"))
