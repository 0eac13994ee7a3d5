"""Whether the records were chosen by how and when cases ended.

What was chosen by its end tells durations that are too long or too short, and shares
that never were.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from toc_sim.calibration.suspicions.end_curve import EndCurve, end_curve
from toc_sim.calibration.suspicions.said import (
    count_said,
    date_said,
    rounded_figure,
    time_said,
)
from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.visits import Days, Visits

ENOUGH_CASES = 30
"""Cases that are over, below which nothing is said of how they were chosen."""

EXPECTED = 12.0
"""Cases that must be expected where none is: the chance of none is then exp(-12)."""

_FIRST = 200
"""One in so many closings may lie before the first that counts: a slip of the pen."""

_FEW, _SIGMAS = 0.5, 5.0
"""Fewer than this part of those expected is few, if it is so many standard deviations
away."""


def extraction(visits: Visits) -> Iterator[Notice]:
    """Yield what tells that cases were chosen by their ends.

    Rules. *Only closed cases*: none is open at the end, where `EXPECTED` would be, by
    the ages of those that came and by how long cases took. *Chosen by closing date*:
    before the first closings, more cases that had begun would be over than those few,
    by four times and `EXPECTED`, as fast as later cases were. *Hardly any young open
    cases*: of those that came in the last stretch, as long as half of all cases take,
    fewer than half are open of those that would be.

    Parameters
    ----------
    visits
        The records.
    """
    dated = np.isfinite(visits.created)
    begun, over = visits.created[dated], visits.closed[dated]
    closings = np.sort(over[np.isfinite(over)])
    if len(closings) < ENOUGH_CASES:
        return
    if len(closings) == len(begun):
        yield from _only_closed(visits, begun, over)
    start = float(closings[len(closings) // _FIRST])
    yield from _by_closing_date(visits, begun, over, start)
    if len(closings) < len(begun):
        yield from _few_young(visits, begun, over, start)


def told_from(visits: Visits) -> float:
    """Return the day from which ends of cases are told; 0: from the first on [days].

    Of cases that began before that day the quick ones are missing, by the rule *chosen
    by closing date*: who counts them from their age on that day is not misled.

    Parameters
    ----------
    visits
        The records.
    """
    for notice in extraction(visits):
        if notice.kind == "chosen by closing date":
            return float(notice.evidence["day"])
    return 0.0


def _only_closed(visits: Visits, begun: Days, over: Days) -> Iterator[Notice]:
    curve = end_curve(begun, over, visits.span)
    expected = float(curve.open_after(visits.span - begun).sum())
    if expected < EXPECTED:
        return
    sentence = phrase(
        "No case is open on {date}, the last day of the records, where at least "
        "{expected} would be: only cases that were closed seem to have been taken, so "
        "that the longest are missing and the last weeks have too few.",
        date=date_said(visits, visits.span),
        expected=count_said(expected),
    )
    evidence: dict[str, float | str] = {
        "cases": len(begun),
        "open": 0,
        "expected_open": expected,
    }
    yield Notice("only closed cases", sentence, "doubt", evidence)


def _by_closing_date(
    visits: Visits, begun: Days, over: Days, start: float
) -> Iterator[Notice]:
    curve = _curve_between(begun, over, (start, visits.span), visits.span)
    if curve is None:
        return
    early = begun[begun < start]
    expected = float((1 - curve.open_after(start - early)).sum())
    seen = int((over < start).sum())
    if expected <= 4 * seen + EXPECTED:
        return
    sentence = phrase_of(
        "{seen} case ends before {date}, although {begun} had begun since {first} and "
        "at least {expected} of them would be over by then: earlier ends were not "
        "written down, or cases were chosen by the date at which they ended, so that "
        "of the early ones only the slow are here.",
        "{seen} cases end before {date}, although {begun} had begun since {first} and "
        "at least {expected} of them would be over by then: earlier ends were not "
        "written down, or cases were chosen by the date at which they ended, so that "
        "of the early ones only the slow are here.",
        seen,
        seen=count_said(seen) if seen else phrase("No"),
        date=date_said(visits, start),
        begun=count_said(len(early)),
        first=date_said(visits, float(begun.min())),
        expected=count_said(expected),
    )
    evidence: dict[str, float | str] = {
        "first_closing": date_said(visits, float(np.nanmin(over))),
        "closings_from": date_said(visits, start),
        "day": start,
        "begun_before": len(early),
        "closed_before": seen,
        "expected_closed": expected,
    }
    yield Notice("chosen by closing date", sentence, "doubt", evidence)


def _few_young(
    visits: Visits, begun: Days, over: Days, start: float
) -> Iterator[Notice]:
    ended = np.isfinite(over)
    half = float(np.median((over - begun)[ended]))
    last = visits.span - min(half, visits.span / 4)
    curve = _curve_between(begun, over, (start, last), visits.span)
    young = begun > last
    if curve is None or not young.any():
        return
    chances = curve.open_after(visits.span - begun[young])
    expected = float(chances.sum())
    spread = float(np.sqrt((chances * (1 - chances)).sum()))
    seen = int((~ended & young).sum())
    few = expected >= EXPECTED and seen < _FEW * expected
    if not few or expected - seen < _SIGMAS * spread:
        return
    ages = (visits.span - begun)[~ended]
    median, youngest = (float(np.quantile(ages, each)) for each in (0.5, 0.05))
    sentence = phrase(
        "Of {young} cases that began in the last {length}, {seen} are open, where "
        "about {expected} would be; half of all open cases are older than {median}, "
        "and 95 % older than {youngest}: young open cases seem to be missing.",
        young=count_said(int(young.sum())),
        length=time_said(visits.span - last),
        seen=count_said(seen),
        expected=rounded_figure(round(expected)),
        median=time_said(median),
        youngest=time_said(youngest),
    )
    evidence: dict[str, float | str] = {
        "begun": int(young.sum()),
        "open": seen,
        "expected_open": expected,
        "median_age": median,
        "age_5_percent": youngest,
    }
    yield Notice("hardly any young open cases", sentence, "doubt", evidence)


def _curve_between(
    begun: Days, over: Days, between: tuple[float, float], until: float
) -> EndCurve | None:
    """Return the curve of the cases that began between; None where they are few."""
    low, high = between
    chosen = (begun >= low) & (begun <= high)
    if np.isfinite(over[chosen]).sum() < ENOUGH_CASES:
        return None
    return end_curve(begun[chosen], over[chosen], until)
