"""Figures, dates and times as sentences about records have them."""

from __future__ import annotations

from datetime import timedelta
from math import floor, log10

from toc_sim.language import figure, phrase
from toc_sim.records.visits import Visits

_HOUR, _MINUTE = 1 / 24, 1 / 1440
"""In days."""

_DIGITS = 3
"""Of a figure in a sentence."""


def rounded_figure(value: float) -> str:
    """Write a figure with three digits: ``0.123``, ``12.3``, ``1,234``.

    Parameters
    ----------
    value
        In the unit that the sentence names.

    Examples
    --------
    >>> from toc_sim.calibration.suspicions.said import rounded_figure
    >>> rounded_figure(0.1234), rounded_figure(12.34), rounded_figure(12345.6)
    ('0.123', '12.3', '12,346')
    >>> rounded_figure(8.0)
    '8'
    """
    if value == round(value):
        return figure(f"{value:,.0f}")
    digits = max(0, _DIGITS - 1 - floor(log10(abs(value))))
    return figure(f"{value:,.{digits}f}")


def share_said(share: float) -> str:
    """Write a share [1] in per cent: ``82 %``, ``3.5 %``.

    Parameters
    ----------
    share
        The share [1].
    """
    percent = 100 * share
    is_coarse = percent >= 10 or percent == round(percent)  # noqa: PLR2004 - digits
    return f"{figure(f'{percent:.{0 if is_coarse else 1}f}')} %"


def count_said(count: float) -> str:
    """Write a count with its thousands apart: ``1,589``."""
    return figure(f"{round(count):,}")


def time_said(days: float) -> str:
    """Write a length of time in the unit that suits it: ``20 minutes``, ``14 days``.

    Parameters
    ----------
    days
        Its length [days].

    Examples
    --------
    >>> from toc_sim.calibration.suspicions.said import time_said
    >>> time_said(0.5), time_said(1 / 72), time_said(30.25)
    ('12 hours', '20 minutes', '30.2 days')
    """
    if abs(days) >= 2:  # noqa: PLR2004 - fewer are better told in hours
        return phrase("{count} days", count=rounded_figure(_near(days)))
    if abs(days) >= 2 * _HOUR:
        return phrase("{count} hours", count=rounded_figure(_near(days / _HOUR)))
    return phrase("{count} minutes", count=rounded_figure(_near(days / _MINUTE)))


def _near(value: float) -> float:
    """Return a figure without the noise of its last bits."""
    return round(value, 6)


def date_said(visits: Visits, day: float) -> str:
    """Write the date of a moment: ``2018-05-31``.

    Parameters
    ----------
    visits
        Whose clock it is.
    day
        Since their beginning [days].
    """
    return (visits.begin + timedelta(days=float(day))).date().isoformat()


def at_same_time(days: float) -> str:
    """Write a time of day: ``02:00``.

    Parameters
    ----------
    days
        Since midnight [days].
    """
    minutes = round(days * 1440)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
"""As machines are told them."""


def weekday_said(number: int) -> str:
    """Return the name of a day of the week.

    Parameters
    ----------
    number
        0 is Monday.
    """
    names = (
        phrase("Monday"),
        phrase("Tuesday"),
        phrase("Wednesday"),
        phrase("Thursday"),
        phrase("Friday"),
        phrase("Saturday"),
        phrase("Sunday"),
    )
    return names[number]
