"""Whether the records begin empty, with a heap of old cases, or end before their cases.

What lies at the edges of records tells of the records, not of the work.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from toc_sim.calibration.open_cases import mean_open, open_at
from toc_sim.calibration.suspicions.outcomes import lost_without_a_word
from toc_sim.calibration.suspicions.said import (
    count_said,
    date_said,
    rounded_figure,
    time_said,
)
from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.visits import Days, Visits

_GRID = 400
"""Moments at which open cases are counted."""

_LEVEL = 10.0
"""Open cases below which a level is no level [items]."""

_EMPTY, _FULL = 0.5, 0.8
"""Parts of the later level: below the first the records begin empty, from the second
they are warm [1]."""

_LONG = 0.03
"""A warm-up that is a smaller part of the records is left unsaid [1]."""

_GAP = 3.0
"""Nothing begins for so many times the longest gap before: the records were cut."""

_SURE = 12.0
"""Arrivals that must be expected where none is: the chance of none is then exp(-12)."""

_WEEK = 7.0

_GROWN, _SPREADS = 1.5, 6.0
"""Open cases grow if the later level is so many times the earlier, and so many times
the root of the later away from it."""


def warm_from(visits: Visits) -> float:
    """Return when open cases came to their later level; 0 if they were there at once.

    Open cases are counted at `_GRID` moments; their level is the median of the second
    half, before arrivals were cut off.

    Parameters
    ----------
    visits
        The records.

    Returns
    -------
    A moment [days]; the end of the records where cases are too few for a level.
    """
    end = cut_at(visits)
    moments = np.linspace(0.0, end, _GRID + 1)[1:]
    open_cases = open_at(visits.created, visits.closed, moments)
    level = float(np.median(open_cases[_GRID // 2 :]))
    if level < _LEVEL:
        return end
    if open_cases[: max(1, _GRID // 100)].mean() >= _EMPTY * level:
        return 0.0
    return float(moments[np.argmax(open_cases >= _FULL * level)])


def cut_at(visits: Visits) -> float:
    """Return when arrivals were cut off; the end of the records if they were not.

    Parameters
    ----------
    visits
        The records.

    Returns
    -------
    Of the last arrival, if after it nothing begins for `_GAP` times the longest gap
    before and `_SURE` times the mean one, while at least five cases end; a moment
    [days].
    """
    begun = np.sort(visits.created[np.isfinite(visits.created)])
    if len(begun) < 2 * _SURE:
        return visits.span
    last = float(begun[-1])
    gap = visits.span - last
    gaps = np.diff(begun[len(begun) // 10 :])
    is_cut = gap > _GAP * gaps.max() and gap > _SURE * gaps.mean()
    still = int((visits.closed > last).sum())
    return last if is_cut and still >= 5 else visits.span  # noqa: PLR2004 - a handful


def edges(visits: Visits) -> Iterator[Notice]:
    """Yield what is to be known of both ends of the records.

    Rules: those of `warm_from` and `cut_at`; more than twice as many arrivals in the
    first week as in half of all weeks, which chance has below 1 in a million; and open
    cases whose highest level of a fifth is `_GROWN` times that of the first.

    Parameters
    ----------
    visits
        The records.
    """
    if np.isfinite(visits.created).sum() < 2 * _SURE:
        return
    yield from _cut(visits)
    yield from _heap_at_start(visits)
    if not lost_without_a_word(visits):
        yield from _empty_start(visits)
        yield from _growing(visits)


def _cut(visits: Visits) -> Iterator[Notice]:
    last = cut_at(visits)
    if last >= visits.span:
        return
    ends = int((visits.closed > last).sum())
    sentence = phrase(
        "No case begins after {date}, though {ends} still end until {end}: arrivals "
        "were cut off {length} before the end of the records, and rates are told of "
        "the time before.",
        date=date_said(visits, last),
        ends=count_said(ends),
        end=date_said(visits, visits.span),
        length=time_said(visits.span - last),
    )
    evidence: dict[str, float | str] = {
        "last_arrival": date_said(visits, last),
        "last_day": last,
        "ends_after": ends,
        "days": visits.span - last,
    }
    yield Notice("cut at the end", sentence, "doubt", evidence)


def _heap_at_start(visits: Visits) -> Iterator[Notice]:
    weeks = int((cut_at(visits)) // _WEEK)
    if weeks < 5:  # noqa: PLR2004 - of fewer, half tell nothing
        return
    counts = np.histogram(visits.created, weeks, (0.0, weeks * _WEEK))[0]
    first, usual = int(counts[0]), float(np.median(counts[1:]))
    from scipy.special import pdtrc

    if first <= 2 * usual or pdtrc(first - 1, max(usual, 1.0)) > 1e-6:  # noqa: PLR2004
        return
    sentence = phrase(
        "{first} cases begin in the first week, and {usual} in a usual one: most of "
        "the first were open before the records begin, and are no arrivals.",
        first=count_said(first),
        usual=rounded_figure(usual),
    )
    evidence: dict[str, float | str] = {"first_week": first, "usual_week": usual}
    yield Notice("open cases told as arrivals", sentence, "doubt", evidence)


def _empty_start(visits: Visits) -> Iterator[Notice]:
    warm, end = warm_from(visits), cut_at(visits)
    if not _LONG * visits.span <= warm <= end / 2:
        return
    day = min(1.0, warm / 2)
    before = open_at(visits.created, visits.closed, [day])[0]
    level = mean_open(visits.created, visits.closed, warm, end)
    sentence = phrase_of(
        "The records begin empty: {first} case is open after {day}, {level} on average "
        "from {date} on. The first {length} are a warm-up of the records, not of the "
        "work.",
        "The records begin empty: {first} cases are open after {day}, {level} on "
        "average from {date} on. The first {length} are a warm-up of the records, not "
        "of the work.",
        int(before),
        first=count_said(before),
        day=time_said(day),
        level=count_said(level),
        date=date_said(visits, warm),
        length=time_said(warm),
    )
    evidence: dict[str, float | str] = {
        "open_at_first": float(before),
        "open_later": level,
        "warm_from": date_said(visits, warm),
        "warm_day": warm,
    }
    yield Notice("empty start", sentence, "doubt", evidence)


def _growing(visits: Visits) -> Iterator[Notice]:
    starts, length = _fifths(visits)
    begun, over = visits.created, visits.closed
    levels = [mean_open(begun, over, at, at + length) for at in starts]
    most = int(np.argmax(levels))
    earlier, later = levels[0], levels[most]
    is_more = later >= _GROWN * earlier and later >= _LEVEL
    if not is_more or later - earlier < _SPREADS * np.sqrt(later):
        return
    figures: dict[str, float] = {
        "open_earlier": earlier,
        "open_later": later,
        "begin_earlier": _per_week(begun, starts[0], length),
        "begin_later": _per_week(begun, starts[most], length),
        "end_earlier": _per_week(over, starts[0], length),
        "end_later": _per_week(over, starts[most], length),
    }
    sentence = phrase(
        "Open cases grow from {open_earlier} (mean around {first}) to {open_later} "
        "(around {last}). At first {begin_earlier} begin and {end_earlier} end in a "
        "week, then {begin_later} and {end_later}: no mean of this time is that of a "
        "settled state.",
        first=date_said(visits, starts[0] + length / 2),
        last=date_said(visits, starts[most] + length / 2),
        **{name: rounded_figure(value) for name, value in figures.items()},
    )
    yield Notice("open cases grow", sentence, "doubt", {**figures})


def _fifths(visits: Visits) -> tuple[tuple[float, ...], float]:
    """Return where each fifth begins, and its length; a warm-up is left out [days].

    Without an empty start they begin with the first closing: before it cases may be
    missing.
    """
    end, first = cut_at(visits), _first_closing(visits)
    length = (end - first) / 5
    starts = tuple(first + part * length for part in range(5))
    opened = open_at(visits.created, visits.closed, [first])[0]
    later = mean_open(visits.created, visits.closed, starts[1], end)
    return (starts[1:] if opened < _EMPTY * later / 2 else starts), length


def _first_closing(visits: Visits) -> float:
    """Return the day of the first closing but for one in 200."""
    known = np.sort(visits.closed[np.isfinite(visits.closed)])
    return float(known[len(known) // 200]) if len(known) else 0.0


def _per_week(times: Days, low: float, length: float) -> float:
    inside = (times > low) & (times <= low + length)
    return float(inside.sum()) / length * _WEEK
