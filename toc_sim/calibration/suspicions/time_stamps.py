"""Whether moments mean what they say: midnights, shifted clocks, days for months."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.suspicions.said import (
    at_same_time,
    count_said,
    share_said,
)
from toc_sim.language import joined, phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import Days, Visits

_DAY = 86_400
"""In seconds."""

_HOUR = 3600

_FEWEST = 20
"""Moments of a kind below which nothing is said of their times of day."""

_SOME, _ALL = 0.02, 0.98
"""Below the first share of midnights there are none to speak of; above the second only
days are told."""

_HEAP = 10.0
"""A heap is so many times what stands there by chance, and `_HEAPED` at least."""

_HEAPED = 5

_LEAST_HEAP = 0.01
"""Part of all moments below which a heap changes nothing [1]."""

_QUIET = 6
"""Hours of the day in which the least is done, in a row."""

_IDLE = 0.02
"""Part of all moments in the quiet hours, where there are such."""

_FORENOON, _AFTERNOON = 9, 17
"""Between these people work: a middle of the quiet hours there is no night."""

_TWELFTH = 12
"""Days of the month that could be months."""

_MIX = 0.6
"""Part of moments on those days, of 0.39 in a year, from which dates look mixed."""

_LONG = 120
"""Days that records must span for days of the month to tell anything."""


def time_stamps(visits: Visits) -> Iterator[Notice]:
    """Yield what is wrong with times of day and dates.

    Rules. *Midnight among times of day*: of one kind of moments between `_SOME` and
    `_ALL` are at midnight to the second, or one kind tells days and another times.
    *Shifted midnights*: at a whole hour to the second stand `_HEAP` times as many as
    chance puts there. *Clock of another zone*: the `_QUIET` hours in a row with least
    to do hold under `_IDLE` of all, and their middle is in office hours. *Days and
    months mixed*: `_MIX` of all moments lie on days 1 to 12.

    Parameters
    ----------
    visits
        The records.
    """
    kinds = _kinds(visits)
    yield from _days_and_months(visits, kinds)
    yield from _midnights(kinds)
    yield from _days_beside_times(kinds)
    yield from _shifted_midnights(kinds)
    yield from _wrong_zone(kinds)


_Kinds = dict[str, Days]
"""Moments that are told, by what they are of."""


def _kinds(visits: Visits) -> _Kinds:
    """Return the moments of each kind, as far as there are enough."""
    every = {
        phrase("beginnings of cases"): visits.created,
        phrase("ends of cases"): visits.closed,
    }
    if visits.shape in ("event log", "stage history"):
        every[phrase("beginnings of work")] = visits.started
        every[phrase("ends of work")] = visits.finished
    known = {kind: days[np.isfinite(days)] for kind, days in every.items()}
    return {kind: days for kind, days in known.items() if len(days) >= _FEWEST}


def _seconds(days: Days) -> NDArray[np.int64]:
    """Return the time of day of moments [s]."""
    return np.round(days * _DAY).astype(np.int64) % _DAY


def _midnight_share(days: Days) -> float:
    return float((_seconds(days) == 0).mean())


def _midnights(kinds: _Kinds) -> Iterator[Notice]:
    for kind, days in kinds.items():
        share = _midnight_share(days)
        count = round(share * len(days))
        if not _SOME <= share <= _ALL or count < _FEWEST:
            continue
        sentence = phrase(
            "{count} of {all} {kind} ({share}) stand at midnight to the second, among "
            "others with a time of day: of these only the day is known, and times that "
            "begin or end there are wrong by up to a day.",
            count=count_said(count),
            all=count_said(len(days)),
            kind=kind,
            share=share_said(share),
        )
        evidence: dict[str, float | str] = {"moments": len(days), "at_midnight": count}
        yield Notice("midnights among times of day", sentence, "doubt", evidence)


def _days_beside_times(kinds: _Kinds) -> Iterator[Notice]:
    shares = {kind: _midnight_share(days) for kind, days in kinds.items()}
    days = [kind for kind, share in shares.items() if share > _ALL]
    times = [kind for kind, share in shares.items() if share <= _ALL]
    if not days or not times:
        return
    sentence = phrase(
        "Of the {days} only the day is told, of the {times} the time too: times "
        "between them are too long by half a day on average, and may be below 0.",
        days=joined(days),
        times=joined(times),
    )
    evidence: dict[str, float | str] = {
        f"midnights of {kind}": share for kind, share in shares.items()
    }
    yield Notice("days and times", sentence, "doubt", evidence)


def _shifted_midnights(kinds: _Kinds) -> Iterator[Notice]:
    for kind, days in kinds.items():
        heaps = _heaps(_seconds(days))
        if not heaps:
            continue
        count = sum(heaps.values())
        hours = joined(at_same_time(hour / 24) for hour in heaps)
        sentence = phrase(
            "{count} of {all} {kind} stand at {hours} to the second, {times} times "
            "what chance puts there: midnights that were moved to another time zone, "
            "of which only the day is known.",
            count=count_said(count),
            all=count_said(len(days)),
            kind=kind,
            hours=hours,
            times=count_said(count / max(_by_chance(_seconds(days), heaps), 0.5)),
        )
        evidence: dict[str, float | str] = {
            "moments": len(days),
            "heaped": count,
            "hours": hours,
        }
        yield Notice("shifted midnights", sentence, "doubt", evidence)


def _heaps(seconds: NDArray[np.int64]) -> dict[int, int]:
    """Return how many stand at the whole hours of the night that have a heap."""
    on_hour = seconds[(seconds % _HOUR == 0) & (seconds > 0)] // _HOUR
    counts = np.bincount(on_hour, minlength=24)
    least = max(_HEAPED, _LEAST_HEAP * len(seconds))
    found = {}
    for hour in (1, 2, 3, 4, 5, 19, 20, 21, 22, 23):
        chance = _by_chance(seconds, {hour: 0})
        if counts[hour] >= max(least, _HEAP * chance):
            found[hour] = int(counts[hour])
    return found


def _by_chance(seconds: NDArray[np.int64], hours: dict[int, int]) -> float:
    """Return how many would stand at whole hours if nothing drew them there.

    Who rounds does so at every hour: the part of all other moments that stand at whole
    hours is the least that chance puts there.
    """
    in_minutes = (seconds % 60 == 0).mean() > 0.9  # noqa: PLR2004 - nearly all
    fineness = 60 if in_minutes else _HOUR
    is_near = np.isin(seconds // _HOUR, list(hours))
    on_hour = seconds % _HOUR == 0
    others = seconds[~is_near & (seconds > 0)]
    usual = float((others % _HOUR == 0).mean()) if len(others) else 0.0
    share = max(usual, 1 / fineness)
    return float((is_near & ~on_hour).sum()) * share / (1 - min(share, 0.5))


def _wrong_zone(kinds: _Kinds) -> Iterator[Notice]:
    timed = [days for days in kinds.values() if _midnight_share(days) < _SOME]
    if not timed:
        return
    hours = _seconds(np.concatenate(timed)) // _HOUR
    counts = np.bincount(hours, minlength=24)
    around = np.concatenate([counts, counts[:_QUIET]])
    windows = np.convolve(around, np.ones(_QUIET), "valid")[:24]
    first = int(np.argmin(windows))
    middle = (first + _QUIET / 2) % 24
    share = float(windows[first]) / len(hours)
    if len(hours) < 24 * _FEWEST or share >= _IDLE:
        return
    if not _FORENOON <= middle <= _AFTERNOON:
        return
    sentence = phrase(
        "Least is done between {first} and {last} ({share} of all moments), and most "
        "at night: the clock seems to be that of another time zone, so that days and "
        "shifts lie elsewhere.",
        first=at_same_time(first / 24),
        last=at_same_time((first + _QUIET) / 24),
        share=share_said(share),
    )
    evidence: dict[str, float | str] = {
        "quiet_from": first,
        "quiet_hours": _QUIET,
        "share": share,
    }
    yield Notice("clock of another zone", sentence, "doubt", evidence)


def _days_and_months(visits: Visits, kinds: _Kinds) -> Iterator[Notice]:
    if visits.span < _LONG:
        return
    for kind, days in kinds.items():
        begin = np.datetime64(visits.begin, "D")
        dates = begin + np.floor(days).astype("timedelta64[D]")
        of_month = (dates - dates.astype("datetime64[M]")).astype(int) + 1
        low = float((of_month <= _TWELFTH).mean())
        if low < _MIX or len(np.unique(np.floor(days))) < _FEWEST:
            continue
        sentence = phrase(
            "{share} of the {kind} lie on days 1 to 12 of a month, where 39 % would: "
            "in some of them day and month seem to have changed places.",
            share=share_said(low),
            kind=kind,
        )
        evidence: dict[str, float | str] = {"moments": len(days), "share": low}
        yield Notice("days and months mixed", sentence, "doubt", evidence)
