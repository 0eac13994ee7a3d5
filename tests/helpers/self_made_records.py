"""Records that tests make themselves: clean ones, and those with one thing wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, NOT_TOLD, Visits

MONDAY = datetime.fromisoformat("2024-01-01")

Floats = NDArray[np.float64]


def cases_of(created: Any, closed: Any, outcome: Any = None, **others: Any) -> Visits:
    """Return a snapshot of cases: one visit each, of one stage.

    Parameters
    ----------
    created, closed
        Of each case [days]; nan: not told, or open.
    outcome
        Of each; None: won if it is closed.
    **others
        Fields of `Visits` that are not as usual.
    """
    begun, over = np.asarray(created, float), np.asarray(closed, float)
    count = len(begun)
    if outcome is None:
        outcome = np.where(np.isfinite(over), CASE_WON, CASE_OPEN)
    nobody = np.full(count, NOT_TOLD, np.int32)
    plain = Visits(
        case=np.arange(count, dtype=np.int32),
        stage=np.zeros(count, np.int32),
        arrived=begun,
        started=np.full(count, np.nan),
        finished=over,
        resource=nobody,
        stages=("deal",),
        resources=(),
        created=begun,
        closed=over,
        outcome=np.asarray(outcome, np.int8),
        amount=np.full(count, np.nan),
        owner=nobody,
        product=nobody,
        owners=(),
        products=(),
        names=(),
        begin=MONDAY,
        span=float(np.nanmax([0.0, *begun, *over])),
        shape="snapshot",
        tells_starts=False,
        tells_requests=False,
        tells_losses=True,
        tells_history=False,
        has_time=False,
        marks=np.zeros(1, bool),
    )
    return replace(plain, **others)


def office_moments(chance: np.random.Generator, weeks: int, per_day: float) -> Floats:
    """Return moments of chance from Monday to Friday, 8 to 18 o'clock [days]."""
    days = [7 * week + day for week in range(weeks) for day in range(5)]
    counts = chance.poisson(per_day, len(days))
    hours = chance.uniform(8, 18, counts.sum())
    return np.sort(np.repeat(days, counts) + hours / 24)


def _served(
    chance: np.random.Generator, arrived: Floats, load: float, pace: float
) -> tuple[Floats, Floats, NDArray[np.int32]]:
    """Return when work on each began and ended, and who of two workers did it."""
    free = np.zeros(2)
    work = chance.gamma(2.0, load * 2 / pace / 2.0, len(arrived)) * (10 / 24)
    started, finished = np.empty_like(arrived), np.empty_like(arrived)
    who = np.empty(len(arrived), np.int32)
    for at in np.argsort(arrived):
        mine = int(np.argmin(free))
        started[at] = max(arrived[at], free[mine])
        finished[at] = free[mine] = started[at] + work[at]
        who[at] = mine
    return started, finished, who


def clean_log(
    seed: int, *, weeks: int = 26, per_day: float = 6.0, load: float = 0.5
) -> Visits:
    """Return an event log with nothing wrong in it.

    Two stages with two workers each, one thing at a time; arrivals in office hours, as
    many in every week; a third is lost after the first stage; what is under way at the
    end is open.

    Parameters
    ----------
    seed
        Of its chance.
    weeks
        How long it is [weeks].
    per_day
        Arrivals on a weekday, mean [items].
    load
        Of the workers, in office hours [1].
    """
    chance = np.random.default_rng(seed)
    end = 7.0 * weeks
    created = office_moments(chance, weeks, per_day)
    first = _served(chance, created, load, per_day)
    goes_on = chance.random(len(created)) < 2 / 3
    later = np.flatnonzero(goes_on)
    second = _served(chance, first[1][later], load, per_day * 2 / 3)
    case = np.concatenate([np.arange(len(created)), later]).astype(np.int32)
    stage = np.repeat([0, 1], [len(created), len(later)]).astype(np.int32)
    arrived = np.concatenate([created, first[1][later]])
    started, finished = (np.concatenate([first[i], second[i]]) for i in (0, 1))
    resource = np.concatenate([first[2], second[2] + 2]).astype(np.int32)
    closed = first[1].copy()
    closed[later] = second[1]
    is_seen = arrived <= end
    order = np.lexsort((arrived, case))
    order = order[is_seen[order]]
    outcome = np.where(closed <= end, np.where(goes_on, CASE_WON, CASE_LOST), CASE_OPEN)
    resource = np.where(started <= end, resource, NOT_TOLD).astype(np.int32)
    log = cases_of(created, np.where(closed <= end, closed, np.nan), outcome)
    return replace(
        log,
        case=case[order],
        stage=stage[order],
        arrived=arrived[order],
        started=np.where(started <= end, started, np.nan)[order],
        finished=np.where(finished <= end, finished, np.nan)[order],
        resource=resource[order],
        stages=("talk", "offer"),
        resources=("Ann", "Ben", "Eva", "Tom"),
        amount=np.where(
            outcome == CASE_WON, chance.lognormal(7, 0.5, len(created)), np.nan
        ),
        span=end,
        shape="event log",
        tells_starts=True,
        tells_history=True,
        has_time=True,
        marks=np.zeros(2, bool),
    )
