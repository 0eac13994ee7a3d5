"""Figures of a draft that are worth showing: its pace, its people, its hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from toc_sim.calibration.stage_records import AllCases, StageRecord
from toc_sim.calibration.step_shares import Steps
from toc_sim.calibration.suspicions.said import WEEKDAYS
from toc_sim.records.visits import CASE_WON

_SOME = 0.02
"""An hour or a day of the week is one of work if so much of all work is then."""


def draft_facts(
    cases: AllCases, records: Sequence[StageRecord], steps: Steps, pace: float
) -> dict[str, float | str]:
    """Return other figures worth showing, by name.

    Parameters
    ----------
    cases
        All of them.
    records
        What is told of each stage.
    steps
        Which step follows which.
    pace
        How many cases come [items/period].
    """
    visits, window = cases.visits, cases.window
    inside = (visits.closed > window.begin) & (visits.closed <= window.end)
    won = visits.outcome == CASE_WON
    passed = (visits.closed - cases.journeys.created)[won]
    facts: dict[str, float | str] = {
        "period": cases.period.name,
        "period_days": cases.days,
        "window_begin": window.begin,
        "window_end": window.end,
        "arrivals": pace,
        "conversion": steps.conversion,
        "won_per_period": float((won & inside).sum()) / (window.days / cases.days),
    }
    if np.isfinite(passed).any():
        facts["flow_time"] = float(np.nanmean(passed)) / cases.days
    facts |= dict(_weekly(cases))
    facts |= dict(_hours(cases))
    for record in records:
        watch = record.judgement.watch
        if watch is not None:
            facts[f"busy {record.title}"] = watch.busy
            facts[f"waited {record.title}"] = watch.waited
    return facts


def _weekly(cases: AllCases) -> Iterator[tuple[str, float]]:
    """Yield how many come on each day of the week, beside the mean day [1]."""
    came, window = cases.journeys.created, cases.window
    inside = came[(came > window.begin) & (came <= window.end)]
    if window.days < 3 * 7 or len(inside) < 7 * 5:
        return
    first = cases.visits.begin.weekday()
    counts = np.bincount((inside // 1 + first).astype(int) % 7, minlength=7)
    for day, count in zip(WEEKDAYS, counts.tolist(), strict=True):
        yield f"arrivals on {day}", 7 * count / len(inside)


def _hours(cases: AllCases) -> Iterator[tuple[str, float | str]]:
    """Yield who worked, and at which hours and days of the week."""
    work = cases.journeys.stays.sessions
    if cases.presence is None:
        return
    moments = np.concatenate((work.started, work.finished))
    hours = np.bincount((moments % 1 * 24).astype(int), minlength=24) / len(moments)
    some = np.flatnonzero(hours >= _SOME)
    first = cases.visits.begin.weekday()
    week = np.bincount((moments // 1 + first).astype(int) % 7, minlength=7)
    days = np.flatnonzero(week >= _SOME * len(moments))
    yield "people", float(sum(hours.days > 0 for hours in cases.presence.hours))
    if len(some):
        yield "work from hour", float(some[0])
        yield "work to hour", float(some[-1] + 1)
    yield "work on", ", ".join(WEEKDAYS[day] for day in days)
