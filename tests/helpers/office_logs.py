"""Logs of people in office hours, whose work may last for days."""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop, heappush
from typing import Any

import numpy as np

from helpers.event_logs import DAYS_IN_PERIOD
from toc_sim.records.visits import Days, Visits

HOURS_A_DAY, DAYS_A_WEEK, OPENS_AT = 8, 5, 9
"""The office is open from nine to five, from Monday to Friday."""


def in_office_hours(visits: Visits) -> Visits:
    """Return a log whose weeks are those of an office: nights and weekends are off.

    Parameters
    ----------
    visits
        As if work went on around the clock.
    """
    return replace(
        visits,
        arrived=_clock(visits.arrived),
        started=_clock(visits.started),
        finished=_clock(visits.finished),
        created=_clock(visits.created),
        closed=_clock(visits.closed),
    )


def _clock(days: Days) -> Days:
    """Return the moments that the clock on the wall shows, of working time."""
    hours = days / DAYS_IN_PERIOD * HOURS_A_DAY * DAYS_A_WEEK
    day, hour = np.divmod(hours, HOURS_A_DAY)
    week, weekday = np.divmod(day, DAYS_A_WEEK)
    return np.asarray(7 * week + weekday + (OPENS_AT + hour) / 24)


def with_people(visits: Visits) -> Visits:
    """Return the log with who worked: at each stage whoever has been free for longest.

    Parameters
    ----------
    visits
        Of stages at which each case is at most once at a time.
    """
    who = visits.resource.copy()
    names: list[str] = []
    for stage in range(len(visits.stages)):
        rows = np.flatnonzero((visits.stage == stage) & np.isfinite(visits.started))
        rows = rows[np.argsort(visits.started[rows], kind="stable")]
        free: list[tuple[float, int]] = []
        for row in rows.tolist():
            if not free or free[0][0] > visits.started[row] + 1e-9:
                names.append(f"person {len(names)}")
                person = len(names) - 1
            else:
                person = heappop(free)[1]
            who[row] = person
            heappush(
                free, (float(np.nan_to_num(visits.finished[row], nan=1e9)), person)
            )
    return replace(visits, resource=who, resources=tuple(names))


def slow_pipeline(used: float, servers: int, cv: float, seed: int) -> dict[str, Any]:
    """Return a pipeline to which three cases come a week, and whose work takes days.

    Parameters
    ----------
    used
        The part of its capacity that is asked of the stage [1].
    servers, cv
        Of the stage.
    seed
        Of the run.
    """
    pace = SLOW_ARRIVALS / used
    return {
        "format": 1,
        "name": "slow",
        "period": "week",
        "stages": {
            "leads": {"kind": "source", "arrivals": SLOW_ARRIVALS, "cv": 1},
            "a": {"kind": "team", "capacity": pace, "servers": servers, "cv": cv},
            "won": {"kind": "market"},
        },
        "flow": ["leads -> a", {"a -> won": 0.5}],
        "run": {"horizon": 90, "seed": seed},
    }


SLOW_ARRIVALS = 3.0
"""Cases that come in a week."""
