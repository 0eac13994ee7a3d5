"""What records tell of each stage: its times, its people, and whether it was full."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.arrays import Reals
from toc_sim.calibration.journeys import Journeys, Stretches
from toc_sim.calibration.period_choice import ChosenPeriod
from toc_sim.calibration.presence import OVERNIGHT, Presence, presence_of
from toc_sim.calibration.queue_watch import queue_watch
from toc_sim.calibration.saturation import (
    StageJudgement,
    Through,
    judgement,
    judgement_booked,
    judgement_by_wins,
    judgement_unseen,
    with_owners,
)
from toc_sim.calibration.stage_nodes import StageTimes
from toc_sim.calibration.steady_window import SteadyWindow
from toc_sim.calibration.within_owners import within_owners
from toc_sim.records.visits import CASE_WON, Visits

_MOST = 0.8
"""Starts are told of a stage if they are of so many of its visits."""

BOOKED = 20
"""Fewer pieces of work do not tell that their time is booked."""

_SAME = 1e-3
"""Times that differ by no more of themselves are the same."""

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
    finished
        How many visits were seen to their end.
    output
        How many a day, from the first on [items/day].
    is_booked
        Whether pieces of its work have one length: it is booked, not measured.
    """

    title: str
    tells_work: bool
    judgement: StageJudgement
    times: StageTimes
    people: tuple[int, ...]
    finished: int
    output: float
    is_booked: bool


@dataclass(frozen=True, slots=True)
class AllCases:
    """What all stages are looked at with.

    Attributes
    ----------
    visits, journeys
        Of all cases.
    presence
        When people were at work; None: not told.
    window
        In which cases came at one pace.
    period
        In which the scenario is told.
    loses_silently
        Whether cases are lost without a record of it.
    amount
        What the records call the column of what a case is worth; empty: not known.
    """

    visits: Visits
    journeys: Journeys
    presence: Presence | None
    window: SteadyWindow
    period: ChosenPeriod
    loses_silently: bool
    amount: str = ""

    @property
    def days(self) -> float:
        """How long a period is [days]."""
        return self.period.days


def stage_records(cases: AllCases) -> tuple[StageRecord, ...]:
    """Return what is told of each node, in the order of the nodes.

    Parameters
    ----------
    cases
        All of them.
    """
    return tuple(_record(cases, node) for node in range(len(cases.journeys.nodes)))


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


def _record(cases: AllCases, node: int) -> StageRecord:
    visits, journeys, presence = cases.visits, cases.journeys, cases.presence
    stays = journeys.stays
    here = stays.node == node
    over = here & np.isfinite(stays.finished)
    tells_work = visits.tells_starts and _tells_work(stays.worked[over])
    people = () if presence is None else presence.people_at(stays.sessions, node)
    return StageRecord(
        visits.stages[journeys.nodes[node]],
        tells_work,
        _judged(cases, node, tells_work=tells_work),
        _times(cases, over, tells_work=tells_work),
        people,
        int(over.sum()),
        _output(stays.finished[over], visits.span),
        _is_booked(stays.sessions, node),
    )


def _judged(cases: AllCases, node: int, *, tells_work: bool) -> StageJudgement:
    """Return whether a stage was full, from its first output on."""
    stays = cases.journeys.stays
    here = stays.node == node
    finished = stays.finished[here]
    begin = float(np.nanmin(finished)) if np.isfinite(finished).any() else 0.0
    end = max(cases.window.end, begin)
    if cases.window.end < cases.visits.span - cases.window.days / 2:
        end = cases.visits.span
    through = Through(stays.arrived[here], finished, begin, end, WEEK)
    if cases.loses_silently and not tells_work:
        won = np.where(cases.visits.outcome == CASE_WON, cases.visits.closed, np.nan)[
            stays.case[here]
        ]
        return judgement_by_wins(
            replace(through, end=cases.visits.span), won, cases.window.begin
        )
    if not tells_work and stays.tells_arrival[here].mean() < 1 - _MOST:
        return judgement_unseen(through.outputs, WEEK)
    watch = None
    if tells_work:
        watch = queue_watch(stays, node, cases.presence, begin, end)
    found = judgement(through, watch)
    if _is_booked(stays.sessions, node):
        found = judgement_booked(found)
    owner = cases.visits.owner[stays.case[here]].astype(np.int64)
    by_owner = within_owners(owner, through.came, through.left, begin, end)
    return with_owners(found, by_owner) if watch is None else found


def _output(finished: Reals, span: float) -> float:
    seen = span - float(finished.min()) if len(finished) else 0.0
    return len(finished) / seen if seen > 0 else 0.0


def _is_booked(work: Stretches, node: int) -> bool:
    mine = work.node == node
    lengths = (work.finished - work.started)[mine & (work.resource >= 0)]
    if len(lengths) < BOOKED:
        return False
    usual = float(np.median(lengths))
    return usual > 0 and float(np.mean(np.abs(lengths / usual - 1) < _SAME)) > _MOST


def _tells_work(worked: Reals) -> bool:
    told = np.isfinite(worked)
    return (
        bool(len(worked))
        and float(told.mean()) > _MOST
        and float(np.nanmax(worked)) > 0
    )


def _times(cases: AllCases, over: NDArray[np.bool_], *, tells_work: bool) -> StageTimes:
    stays, days = cases.journeys.stays, cases.days
    stayed = (stays.finished - stays.arrived)[over & stays.tells_arrival] / days
    if not tells_work:
        none = np.empty(0)
        return StageTimes(none, none, stayed)
    worked, overnight = worked_times(cases.journeys, cases.presence)
    told = over & np.isfinite(worked) & np.isfinite(stays.started)
    came = told & stays.tells_arrival
    waited = np.maximum(stays.started - stays.arrived, 0)[came] / days
    rest = np.maximum(stays.finished - stays.started - worked, 0)[told] / days
    cut = int(overnight[told].sum())
    return StageTimes(worked[told] / days, waited, stayed, cut, float(rest.mean()))


def worked_times(
    journeys: Journeys, presence: Presence | None
) -> tuple[Reals, NDArray[np.bool_]]:
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
