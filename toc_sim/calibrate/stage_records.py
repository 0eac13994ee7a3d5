"""What records tell of each stage: its times, its people, and whether it was full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibrate.journeys import Journeys
from toc_sim.calibrate.presence import OVERNIGHT, Presence, presence_of
from toc_sim.calibrate.queue_watch import queue_watch
from toc_sim.calibrate.saturation import Judgement, Through, judgement
from toc_sim.calibrate.stage_nodes import StageTimes
from toc_sim.records.visits import Visits

Floats = NDArray[np.float64]

MOST = 0.8
"""Starts are told of a stage if they are of so many of its visits."""

WEEK = 7.0
"""Business repeats itself by the week [days]."""


@dataclass(frozen=True, slots=True)
class StageRecord:
    """What is told of one stage.

    Attributes
    ----------
    title
        As the records call it.
    tells_work
        Whether it is told when work on it began.
    judgement
        Whether it was at the end of its capacity.
    times
        At it, in periods.
    people
        Who did a noticeable part of its work.
    through
        What passed it.
    """

    title: str
    tells_work: bool
    judgement: Judgement
    times: StageTimes
    people: tuple[int, ...]
    through: Through


def stage_records(
    visits: Visits, journeys: Journeys, presence: Presence | None, days: float
) -> tuple[StageRecord, ...]:
    """Return what is told of each node, in the order of the nodes.

    Parameters
    ----------
    visits, journeys
        Of all cases.
    presence
        When people were at work; None: not told.
    days
        How long a period is [days].
    """
    return tuple(
        _record(visits, journeys, presence, days, node)
        for node in range(len(journeys.nodes))
    )


def presence_in(visits: Visits, journeys: Journeys) -> Presence | None:
    """Return when people were at work, if it is told who worked and when.

    Parameters
    ----------
    visits, journeys
        Of all cases.
    """
    work = journeys.stays.sessions
    if not visits.resources or not (work.resource >= 0).any():
        return None
    return presence_of(work, len(visits.resources))


def _record(
    visits: Visits,
    journeys: Journeys,
    presence: Presence | None,
    days: float,
    node: int,
) -> StageRecord:
    stays = journeys.stays
    here = stays.node == node
    over = here & np.isfinite(stays.finished)
    tells_work = visits.tells_starts and _tells_work(stays.worked[over])
    finished = stays.finished[over]
    begin = float(finished.min()) if over.any() else 0.0
    through = Through(
        stays.arrived[here], stays.finished[here], begin, visits.span, WEEK
    )
    watch = None
    if tells_work:
        watch = queue_watch(stays, node, presence, begin, visits.span)
    people = () if presence is None else presence.people_at(stays.sessions, node)
    times = _times(journeys, over, presence, days, tells_work=tells_work)
    return StageRecord(
        visits.stages[journeys.nodes[node]],
        tells_work,
        judgement(through, watch),
        times,
        people,
        through,
    )


def _tells_work(worked: Floats) -> bool:
    told = np.isfinite(worked)
    return (
        bool(len(worked)) and float(told.mean()) > MOST and float(np.nanmax(worked)) > 0
    )


def _times(
    journeys: Journeys,
    over: NDArray[np.bool_],
    presence: Presence | None,
    days: float,
    *,
    tells_work: bool,
) -> StageTimes:
    stays = journeys.stays
    stayed = (stays.finished - stays.arrived)[over] / days
    if not tells_work:
        none = np.empty(0)
        return StageTimes(none, none, stayed)
    worked, overnight = worked_times(journeys, presence)
    told = over & np.isfinite(worked) & np.isfinite(stays.started)
    waited = np.maximum(stays.started - stays.arrived, 0)[told] / days
    rest = np.maximum(stays.finished - stays.started - worked, 0)[told] / days
    return StageTimes(
        worked[told] / days,
        waited,
        stayed,
        int(overnight[told].sum()),
        float(rest.mean()),
    )


def worked_times(
    journeys: Journeys, presence: Presence | None
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return of each stay how long it was worked on, and whether that was cut.

    Work that was left open overnight counts for the hours at which who did it was at
    work.

    Parameters
    ----------
    journeys
        Of all cases.
    presence
        When people were at work; None: nothing is cut.

    Returns
    -------
    Times, nan where they are not told [days], and whether they were cut.
    """
    stays = journeys.stays
    work, worked = stays.sessions, stays.worked.copy()
    cut = np.zeros(len(worked), bool)
    if presence is None:
        return worked, cut
    long = np.flatnonzero(
        (work.finished - work.started > OVERNIGHT) & (work.resource >= 0)
    )
    usual = np.median(work.finished - work.started) if len(work.stay) else 0.0
    if usual > OVERNIGHT / 3:
        return worked, cut
    for each in long:
        begin, end = float(work.started[each]), float(work.finished[each])
        there = presence.hours[int(work.resource[each])].within(begin, end).days
        worked[work.stay[each]] -= max(end - begin - there, 0.0)
        cut[work.stay[each]] = True
    return np.maximum(worked, 0.0), cut
