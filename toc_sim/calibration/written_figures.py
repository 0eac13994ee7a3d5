"""Figures in comments and sentences: three digits, no more than is known."""

from __future__ import annotations

from math import floor, isfinite, log10

from toc_sim.language import figure, phrase

_WHOLE = 1000
"""From here on figures are written without decimals."""


def short(value: float) -> str:
    """Write a figure with three digits that count: ``1,234``, ``12.3``, ``0.00123``.

    Parameters
    ----------
    value
        In the unit that the reader sees; ``-`` where it is not finite.

    Examples
    --------
    >>> from toc_sim.calibration.written_figures import short
    >>> short(1234.5), short(12.345), short(0.0012345), short(0.0)
    ('1,234', '12.3', '0.00123', '0')
    """
    if not isfinite(value):
        return "-"
    if value == 0:
        return "0"
    digits = max(2 - floor(log10(abs(value))), 0) if abs(value) < _WHOLE else 0
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return figure(text)


def percent(value: float) -> str:
    """Write a share in per cent, without the sign: ``12.3``."""
    return short(round(100 * value, 1))


def between(low: float | None, high: float | None) -> str:
    """Write a 95 % interval as it stands in a comment; empty where there is none."""
    if low is None and high is None:
        return ""
    if high is None or not isfinite(high):
        return phrase("95 %: {low} or more", low=short(low or 0.0))
    return phrase("95 %: {low} to {high}", low=short(low or 0.0), high=short(high))


def days_or_hours(days: float) -> str:
    """Write a time in the unit in which people tell it: ``11.3 days``, ``43 hours``.

    Parameters
    ----------
    days
        The time [days].
    """
    if days >= 3:  # noqa: PLR2004 - people count in days from here on
        return phrase("{count} days", count=short(round(days, 1)))
    if days >= 1 / 24:
        return phrase("{count} hours", count=short(round(24 * days, 1)))
    return phrase("{count} minutes", count=short(1440 * days))
