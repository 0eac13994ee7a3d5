"""The way of each case from stage to stage: its visits at nodes, and its moves."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.arrays import Numbered, Reals
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits

MOST_NODES = 27
"""No scenario that is drawn has more stages: with its source and market, some 30."""

RARE = 0.01
"""A stage with a smaller part of all visits is folded into its neighbours..."""

RARE_CASES = 0.02
"""...unless a larger part of the cases that got anywhere pass it."""

FROM_OUTSIDE, TO_WON, TO_LOST, TO_OPEN = -1, -2, -3, -4
"""Where a move begins that comes from outside; where it ends that leads to no stage."""


@dataclass(frozen=True, slots=True)
class CaseStays:
    """The visits at nodes that are kept, in the order of cases and of time.

    Attributes
    ----------
    case, node, resource
        Of each, shape (stays,).
    arrived
        When each came; where that is not told, when its work began, or else was over
        [days].
    tells_arrival
        Whether it is told.
    started, finished
        As `Visits` has them [days].
    worked
        How long each was worked on; nan: not told [days].
    sessions
        Every stretch of work in them.
    """

    case: Numbered
    node: Numbered
    resource: Numbered
    arrived: Reals
    tells_arrival: NDArray[np.bool_]
    started: Reals
    finished: Reals
    worked: Reals
    sessions: Stretches


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of work, each by one resource.

    Attributes
    ----------
    stay, node, resource
        Which stay it belongs to, where that was, and who worked; -1: not told. Shape
        (stretches,).
    started, finished
        Its ends, both told [days].
    """

    stay: Numbered
    node: Numbered
    resource: Numbered
    started: Reals
    finished: Reals


@dataclass(frozen=True, slots=True)
class CaseMoves:
    """From the end of one stay to the next, or to the end of the case.

    Attributes
    ----------
    source
        The node that was left; `FROM_OUTSIDE`: the case came. Shape (moves,).
    target
        The node that was reached, or `TO_WON`, `TO_LOST`, `TO_OPEN`.
    stay, next_stay
        Which of the stays was left, and which reached; -1: none.
    came
        When the stay that was left had begun: its arrival [days].
    left
        When it was over; nan: it is not [days].
    reached
        When the next one was reached, or the case was over; if neither happened, the
        end of the records [days].
    """

    source: Numbered
    target: Numbered
    stay: Numbered
    next_stay: Numbered
    came: Reals
    left: Reals
    reached: Reals


@dataclass(frozen=True, slots=True)
class Journeys:
    """All cases, as they went through the nodes of a scenario.

    Attributes
    ----------
    nodes
        By their number, the stage of the records that each is.
    folded
        Stages that are no node: too rare.
    marks
        Stages that are no node: something noted in no time.
    stays, moves
        What happened.
    created
        When each case came, shape (cases,) [days]; nan: it is not told.
    """

    nodes: tuple[int, ...]
    folded: tuple[int, ...]
    marks: tuple[int, ...]
    stays: CaseStays
    moves: CaseMoves
    created: Reals


def journeys_of(visits: Visits) -> Journeys:
    """Return the journeys of all cases.

    Parameters
    ----------
    visits
        Of records of work.
    """
    nodes, folded, marks = _kept(visits)
    number = np.full(len(visits.stages), -1)
    number[list(nodes)] = np.arange(len(nodes))
    arrived = _arrived(visits)
    here = (number[visits.stage] >= 0) & np.isfinite(arrived) & ~_never_begun(visits)
    order = _in_order(visits, here, arrived)
    stays = CaseStays(
        visits.case[order].astype(np.int64),
        number[visits.stage[order]],
        visits.resource[order].astype(np.int64),
        arrived[order],
        np.isfinite(visits.arrived[order]),
        visits.started[order],
        visits.finished[order],
        visits.worked[order],
        _stretches(visits, order, number),
    )
    created = _created(visits)
    return Journeys(
        nodes, folded, marks, stays, _moves(visits, stays, created), created
    )


def _arrived(visits: Visits) -> Reals:
    """Return when each visit began at the latest [days]; nan: no moment is told."""
    arrived = np.where(
        np.isfinite(visits.arrived), visits.arrived, np.fmin(visits.started, np.inf)
    )
    told = np.isfinite(arrived)
    return np.where(told, arrived, visits.finished)


def _never_begun(visits: Visits) -> NDArray[np.bool_]:
    """Return which visits were asked for, and over before anybody began."""
    over = np.isfinite(visits.finished) & ~np.isfinite(visits.started)
    if not visits.tells_starts or not visits.tells_requests:
        return np.zeros(len(visits.case), bool)
    worked = np.zeros(len(visits.case), bool)
    if visits.sessions is not None:
        worked[visits.sessions.visit] = True
    found: NDArray[np.bool_] = over & ~worked & ~np.asarray(visits.marks)[visits.stage]
    return found


def _in_order(visits: Visits, here: NDArray[np.bool_], arrived: Reals) -> Numbered:
    """Return the rows that are kept, by case and by when their work began."""
    began = np.where(np.isfinite(visits.started), visits.started, arrived)
    rows = np.flatnonzero(here)
    order: Numbered = rows[np.lexsort((rows, began[rows], visits.case[rows]))]
    return order


def _stretches(visits: Visits, order: Numbered, number: Numbered) -> Stretches:
    """Return the stretches of work of the rows that are kept, both ends told."""
    place = np.full(len(visits.case), -1)
    place[order] = np.arange(len(order))
    each = visits.sessions
    if each is None:
        rows, who = order, visits.resource[order]
        started, finished = visits.started[order], visits.finished[order]
    else:
        rows, who = each.visit.astype(np.int64), each.resource
        started, finished = each.started, each.finished
    told = np.isfinite(started) & np.isfinite(finished) & (place[rows] >= 0)
    return Stretches(
        place[rows[told]],
        number[visits.stage[rows[told]]],
        who[told].astype(np.int64),
        started[told],
        finished[told],
    )


def _created(visits: Visits) -> Reals:
    first, arrived = np.full(visits.cases, np.inf), _arrived(visits)
    told = np.isfinite(arrived)
    np.minimum.at(first, visits.case[told], arrived[told])
    first[np.isinf(first)] = nan
    return np.where(np.isfinite(visits.created), visits.created, first)


def _kept(visits: Visits) -> tuple[tuple[int, ...], ...]:
    """Return which stages are nodes, which are too rare, and which are marks."""
    stages = len(visits.stages)
    told = np.isfinite(_arrived(visits))
    counts = np.bincount(visits.stage[told], minlength=stages)
    is_mark = np.asarray(visits.marks, bool)
    if not (counts[~is_mark] > 0).any():
        is_mark = np.zeros(stages, bool)
    counts = np.where(is_mark, 0, counts)
    pairs = np.unique(np.stack((visits.case[told], visits.stage[told])), axis=1)
    cases = np.bincount(pairs[1], minlength=stages)
    some = counts > 0
    often = some & (
        (counts >= RARE * counts.sum()) | (cases >= RARE_CASES * visits.cases)
    )
    ranked = np.lexsort((np.arange(stages), -counts))
    kept = sorted(int(s) for s in ranked[:MOST_NODES] if often[s])
    kept.sort(key=lambda stage: _place(visits, stage, told))
    rare = tuple(int(s) for s in np.flatnonzero(some) if int(s) not in kept)
    return tuple(kept), rare, tuple(int(s) for s in np.flatnonzero(is_mark))


def _place(visits: Visits, stage: int, told: NDArray[np.bool_]) -> float:
    """Return how far into their cases the visits at a stage stand, on average [1]."""
    begins = np.searchsorted(visits.case, np.arange(visits.cases))
    lengths = np.bincount(visits.case, minlength=visits.cases)
    rows = np.flatnonzero(told & (visits.stage == stage))
    cases = visits.case[rows]
    places = (rows - begins[cases] + 0.5) / lengths[cases]
    return float(np.mean(places))


def _moves(visits: Visits, stays: CaseStays, created: Reals) -> CaseMoves:
    count = len(stays.case)
    is_first = np.ones(count, bool)
    is_first[1:] = stays.case[1:] != stays.case[:-1]
    is_last = np.ones(count, bool)
    is_last[:-1] = is_first[1:]
    rows = np.arange(count)
    following = np.where(is_last, -1, rows + 1)
    target, reached = _ends(visits, stays, following)
    firsts = rows[is_first]
    none = _without_stays(visits, stays, created)
    ended = _ENDED[visits.outcome[none]]
    closed = np.where(np.isfinite(visits.closed), visits.closed, visits.span)
    came = np.concatenate((created[stays.case[firsts]], created[none]))
    outside = np.full(len(came), -1)
    return CaseMoves(
        source=np.concatenate((outside, stays.node)),
        target=np.concatenate((stays.node[firsts], ended, target)),
        stay=np.concatenate((outside, rows)),
        next_stay=np.concatenate((firsts, np.full(len(none), -1), following)),
        came=np.concatenate((came, stays.arrived)),
        left=np.concatenate((came, stays.finished)),
        reached=np.concatenate((stays.arrived[firsts], closed[none], reached)),
    )


_ENDED = np.array(
    [
        {CASE_WON: TO_WON, CASE_LOST: TO_LOST, CASE_OPEN: TO_OPEN}[code]
        for code in range(3)
    ],
    np.int64,
)
"""Where a case has gone, by its outcome."""


def _ends(
    visits: Visits, stays: CaseStays, following: Numbered
) -> tuple[Numbered, Reals]:
    """Return where each stay led, and when that was reached."""
    ended = _ENDED[visits.outcome[stays.case]]
    is_there = ~np.isfinite(stays.finished) & (ended != TO_OPEN)
    closed = visits.closed[stays.case]
    over = np.where(np.isfinite(closed), closed, visits.span)
    over = np.where(is_there, over, np.fmax(over, stays.finished))
    over = np.where(ended == TO_OPEN, visits.span, over)
    goes_on = following >= 0
    target = np.where(goes_on, stays.node[following], ended)
    reached = np.where(goes_on, stays.arrived[following], over)
    return target.astype(np.int64), reached


def _without_stays(visits: Visits, stays: CaseStays, created: Reals) -> Numbered:
    """Return the cases that came and never were at any node."""
    seen = np.zeros(visits.cases, bool)
    seen[stays.case] = True
    return np.flatnonzero(~seen & np.isfinite(created))
