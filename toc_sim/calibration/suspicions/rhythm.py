"""Whether weekdays, weekends and ends of quarters differ, or differ too little."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.suspicions.said import (
    WEEKDAYS,
    count_said,
    rounded_figure,
    share_said,
    weekday_said,
)
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import CASE_LOST, CASE_WON, Days, Visits

_MANY = 200
"""Moments below which days of the week tell nothing."""

_WEEKS = 4
"""Weeks that records must span."""

_ALIKE = 0.8, 1.25
"""Endings of a weekend's day over a weekday's: between these both are alike."""

_UNLIKE = 1.5
"""The busiest weekday over the least busy, from which it is told."""

_RARE = 1e-6
"""Chance below which a difference is none of chance."""

_POINTS = 0.1
"""Won at the ends of quarters and else must differ by so much [1]."""

_SIGMAS = 5.0
"""And by so many standard errors."""

_DECIDED = 20
"""Cases decided in a month below which it tells nothing."""

_FRIDAY = 4
_WORKDAYS = 5
_QUARTER = 3


def rhythm(visits: Visits) -> Iterator[Notice]:
    """Yield what repeats by weeks and quarters, and what should and does not.

    Rules. *Weekends as busy as weekdays*: endings of a day of a weekend are between
    `_ALIKE` of those of a weekday. *Weekly pattern*: from Monday to Friday the busiest
    day has `_UNLIKE` times the arrivals of the least busy, by a chi-square test at
    `_RARE`. *Ends of quarters*: the won part of those decided in the last months of
    quarters differs by `_POINTS` and `_SIGMAS` from the others, in every quarter the
    same way.

    Parameters
    ----------
    visits
        The records.
    """
    yield from _weekends(visits)
    yield from _weekdays(visits)
    yield from _quarter_ends(visits)


def _by_weekday(visits: Visits, days: Days) -> NDArray[np.int64]:
    """Return how many moments of whole weeks lie on each weekday, Monday first."""
    known = days[np.isfinite(days)]
    if not len(known):
        return np.zeros(7, np.int64)
    whole = np.floor(visits.span / 7) * 7
    inside = known[known < whole]
    weekday = (np.floor(inside).astype(int) + visits.begin.weekday()) % 7
    return np.bincount(weekday, minlength=7)


def _weekends(visits: Visits) -> Iterator[Notice]:
    counts = _by_weekday(visits, visits.closed)
    if counts.sum() < _MANY or visits.span < 7 * _WEEKS:
        return
    weekday, weekend = float(counts[:_WORKDAYS].mean()), float(counts[5:].mean())
    low, high = _ALIKE
    if not low * weekday <= weekend <= high * weekday:
        return
    weeks = visits.span // 7
    sentence = phrase(
        "Weekends are as busy as weekdays: {weekend} cases end on a Saturday or "
        "Sunday, {weekday} on another day. Either work goes on every day, or the "
        "dates are not those of the work.",
        weekend=rounded_figure(weekend / weeks),
        weekday=rounded_figure(weekday / weeks),
    )
    evidence: dict[str, float | str] = {
        "per_weekend_day": weekend / weeks,
        "per_weekday": weekday / weeks,
    }
    yield Notice("weekends as busy as weekdays", sentence, "note", evidence)


def _weekdays(visits: Visits) -> Iterator[Notice]:
    counts = _by_weekday(visits, visits.created)[:_WORKDAYS]
    if counts.sum() < _MANY or visits.span < 7 * _WEEKS:
        return
    from scipy.special import chdtrc

    mean = float(counts.mean())
    chance = chdtrc(_FRIDAY, float(((counts - mean) ** 2 / mean).sum()))
    if counts.max() < _UNLIKE * counts.min() or chance > _RARE:
        return
    most, least = int(np.argmax(counts)), int(np.argmin(counts))
    weeks = visits.span // 7
    sentence = phrase(
        "Arrivals follow the week: {more} begin on a {most}, {fewer} on a {least}.",
        more=rounded_figure(counts[most] / weeks),
        most=weekday_said(most),
        fewer=rounded_figure(counts[least] / weeks),
        least=weekday_said(least),
    )
    evidence: dict[str, float | str] = {
        name: float(count / weeks)
        for name, count in zip(WEEKDAYS, counts, strict=False)
    }
    yield Notice("weekly pattern", sentence, "note", evidence)


class Month(NamedTuple):
    """What was decided in one month."""

    number: int
    """Months since 1970."""
    won: int
    decided: int

    @property
    def share(self) -> float:
        """Won of those decided [1]."""
        return self.won / self.decided

    @property
    def ends_quarter(self) -> bool:
        """Whether it is March, June, September or December."""
        return self.number % _QUARTER == _QUARTER - 1


def _months(visits: Visits) -> list[Month]:
    """Return the months in which enough cases were decided."""
    decided = np.isin(visits.outcome, (CASE_WON, CASE_LOST)) & np.isfinite(
        visits.closed
    )
    begin = np.datetime64(visits.begin, "D")
    days = np.floor(visits.closed[decided]).astype("timedelta64[D]")
    months = (begin + days).astype("datetime64[M]").astype(int)
    won = visits.outcome[decided] == CASE_WON
    found = []
    for month in np.unique(months):
        here = months == month
        found.append(Month(int(month), int(won[here].sum()), int(here.sum())))
    return [month for month in found if month.decided >= _DECIDED]


def _quarter_ends(visits: Visits) -> Iterator[Notice]:
    if not visits.tells_losses:
        return
    months = _months(visits)
    ends = [month for month in months if month.ends_quarter]
    others = [month for month in months if not month.ends_quarter]
    if len(ends) < 2 or len(others) < 2:  # noqa: PLR2004 - one of each repeats nothing
        return
    last, usual = _share(ends), _share(others)
    rows = sum(month.decided for month in ends), sum(m.decided for m in others)
    mean = _share(months)
    error = float(np.sqrt(mean * (1 - mean) * (1 / rows[0] + 1 / rows[1])))
    if abs(last - usual) < max(_POINTS, _SIGMAS * error):
        return
    low, high = (sorted(m.share for m in group) for group in (ends, others))
    if not (low[0] > high[-1] or low[-1] < high[0]):
        return
    sentence = phrase(
        "Of the cases decided in the last month of a quarter {ends} are won, of the "
        "others {others} ({count} months): people decide by the calendar, and one "
        "share for the whole year is right for no month.",
        ends=_range_said(low),
        others=_range_said(high),
        count=count_said(len(months)),
    )
    evidence: dict[str, float | str] = {
        "won_at_ends": last,
        "won_else": usual,
        "lowest_at_ends": low[0],
        "highest_at_ends": low[-1],
        "lowest_else": high[0],
        "highest_else": high[-1],
    }
    yield Notice("ends of quarters", sentence, "doubt", evidence)


def _share(months: list[Month]) -> float:
    return sum(month.won for month in months) / sum(month.decided for month in months)


def _range_said(shares: list[float]) -> str:
    return phrase(
        "{low} to {high}", low=share_said(shares[0]), high=share_said(shares[-1])
    )
