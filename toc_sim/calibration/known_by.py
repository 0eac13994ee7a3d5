"""What records would have told on an earlier day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from math import nan

import numpy as np

from toc_sim.records.records_table import Words
from toc_sim.records.visits import CASE_OPEN, Sessions, Visits

Until = float | date | datetime
"""A day: days since the records begin, or a date of the calendar, whose whole day
counts."""


def known_by(visits: Visits, until: Until | None) -> Visits:
    """Return visits as they were known by a day: what came later is cut.

    Cases that came later are gone, visits that began later too, and what ended later is
    still under way. What a case is worth stays known where open cases tell it as well;
    else it is known once the case is over.

    Parameters
    ----------
    visits
        All that is known at the end of the records.
    until
        The day; None: the end of the records.
    """
    if until is None:
        return visits
    day = _days(visits, until)
    first = _first_moments(visits)
    here = ~(first > day)
    number = np.cumsum(here, dtype=np.int32) - 1
    kept = here[visits.case] & ~(_begun(visits) > day)
    later = visits.closed[here] > day
    amount = visits.amount[here].copy()
    if not np.isfinite(visits.amount[visits.outcome == CASE_OPEN]).any():
        amount[later] = nan
    return replace(
        visits,
        case=number[visits.case[kept]],
        stage=visits.stage[kept],
        arrived=visits.arrived[kept],
        started=_cut(visits.started[kept], day),
        finished=_cut(visits.finished[kept], day),
        resource=visits.resource[kept],
        created=visits.created[here],
        closed=_cut(visits.closed[here], day),
        outcome=np.where(later, CASE_OPEN, visits.outcome[here]).astype(np.int8),
        amount=amount,
        owner=visits.owner[here],
        product=visits.product[here],
        names=tuple(n for n, k in zip(visits.names, here, strict=True) if k)
        if visits.names
        else (),
        sessions=_sessions(visits, kept, day),
        attributes={
            header: Words(words.codes[here], words.words)
            for header, words in visits.attributes.items()
        },
        span=day,
    )


def days_until(visits: Visits, until: Until) -> float:
    """Return a day as days since the records begin."""
    return _days(visits, until)


def _days(visits: Visits, until: Until) -> float:
    if isinstance(until, datetime):
        passed = until.replace(tzinfo=None) - visits.begin
        return passed.total_seconds() / 86_400
    if isinstance(until, date):
        return float((until - visits.begin.date()).days + 1)
    return float(until)


def _cut(moments: np.ndarray, day: float) -> np.ndarray:
    return np.where(moments > day, nan, moments)


def _sessions(visits: Visits, kept: np.ndarray, day: float) -> Sessions | None:
    told = visits.sessions
    if told is None:
        return None
    number = np.cumsum(kept, dtype=np.int32) - 1
    here = kept[told.visit] & ~(told.started > day)
    return Sessions(
        number[told.visit[here]],
        told.resource[here],
        told.started[here],
        _cut(told.finished[here], day),
    )


def _begun(visits: Visits) -> np.ndarray:
    """Return when each visit was first heard of [days]; nan: not told."""
    arrived = np.where(np.isfinite(visits.arrived), visits.arrived, visits.started)
    return np.where(np.isfinite(arrived), arrived, visits.finished)


def _first_moments(visits: Visits) -> np.ndarray:
    """Return when each case was first heard of [days]; nan: not told."""
    first = np.full(visits.cases, np.inf)
    moments = _begun(visits)
    told = np.isfinite(moments)
    np.minimum.at(first, visits.case[told], moments[told])
    first = np.where(np.isfinite(visits.created), visits.created, first)
    closed = np.where(np.isfinite(first), first, visits.closed)
    return np.where(np.isfinite(closed), closed, nan)
