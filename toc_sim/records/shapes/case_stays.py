"""From work to visits: sessions that follow each other at one stage are one stay."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.records.shapes.row_order import RowOrder, broadcast, order_by
from toc_sim.records.shapes.work_sessions import RowPlaces, Worked
from toc_sim.records.visits import NOT_TOLD, Codes, Days, Sessions

_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LogStays:
    """Every stay of a case at a stage, in the order of `Visits`.

    Attributes
    ----------
    case, stage, resource, arrived, started, finished
        As of `Visits`, of which these are columns.
    sessions
        The stretches of work in them; None: not told.
    overlapping
        How many began before an earlier one of the case had ended.
    merged
        How many sessions are part of a stay that another session began.
    superseded
        How many requests were followed by another one before any work.
    bounded
        How many stays have no end in the log though their case went on: the case left
        at the latest when the next began, and so they end then.
    never_begun
        How many stays were asked for and never begun.
    """

    case: Codes
    stage: Codes
    resource: Codes
    arrived: Days
    started: Days
    finished: Days
    sessions: Sessions | None = None
    overlapping: int = 0
    merged: int = 0
    superseded: int = 0
    bounded: int = 0
    never_begun: int = 0


def stays_of(work: Worked, created: Days, closed: Days) -> LogStays:
    """Return the visits that work makes.

    Parameters
    ----------
    work
        As the log tells it.
    created
        When each case came, where something else than its work tells; nan: nothing
        does [days].
    closed
        When each case was over; nan: it is open [days].

    Notes
    -----
    Sessions of one case and activity that follow each other, marks aside, are one
    visit, unless work was asked for anew between them. It came when it was asked for;
    without that, when what the case did before had ended, and no later than its own
    start. Work that was asked for and never begun waits until the case is over.
    """
    joined, first = _in_order(work)
    request, is_fresh, waiting, superseded = _requests(work, joined)
    visit, heads = _visits(joined, request, first=first, merges=work.tells_starts)
    made = _made(joined, visit, heads)
    asked = np.where(is_fresh, request, -1)[heads]
    made.arrived[asked >= 0] = work.requests.at[asked[asked >= 0]]
    waits = _waiting(work, waiting, closed)
    bounded = _bound(made, closed)
    came = _stacked((made, _marks(work)))
    overlapping = _arrive(came, created)
    every = _stacked((came, waits))
    place = _place(every)
    sessions = None
    if work.tells_starts:
        sessions = _sessions(joined, visit, place, len(every.case))
    return LogStays(
        case=every.case[place],
        stage=every.activity[place],
        resource=every.resource[place],
        arrived=every.arrived[place],
        started=every.started[place],
        finished=every.finished[place],
        sessions=sessions,
        overlapping=overlapping,
        merged=len(visit) - len(heads),
        superseded=superseded,
        bounded=bounded,
        never_begun=len(waiting),
    )


@dataclass(slots=True)
class _Rows:
    """Columns of sessions or of visits; `arrived` is nan until it is known."""

    case: Codes
    activity: Codes
    resource: Codes
    arrived: Days
    started: Days
    finished: Days

    def anchor(self) -> Days:
        """Return the first moment at which work is known to be under way."""
        return np.where(np.isnan(self.started), self.finished, self.started)


def _in_order(work: Worked) -> tuple[_Rows, _Flags]:
    """Return the sessions by case and time, and which are the first of their case."""
    anchor = np.where(np.isnan(work.started), work.finished, work.started)
    order = order_by(work.case, anchor, work.finished)
    rows = _Rows(
        work.case[order],
        work.activity[order],
        work.resource[order],
        broadcast(np.nan, len(anchor), float),
        work.started[order],
        work.finished[order],
    )
    first = np.ones(len(anchor), dtype=bool)
    first[1:] = rows.case[1:] != rows.case[:-1]
    return rows, first


def _requests(work: Worked, rows: _Rows) -> tuple[RowPlaces, _Flags, RowPlaces, int]:
    """Return what was asked for, and what came of it.

    Returns
    -------
    Of each session the latest request before it, or -1; whether it is the first one
    since; the requests that nothing came of; how many were followed by another.
    """
    count, asked = len(rows.case), len(work.requests.at)
    if not asked:
        none = broadcast(-1, count, np.int64)
        return none, broadcast(0, count, bool), np.zeros(0, dtype=np.int64), 0
    stages = len(work.marks)
    group = np.concatenate(
        [
            work.requests.case.astype(np.int64) * stages + work.requests.activity,
            rows.case.astype(np.int64) * stages + rows.activity,
        ]
    )
    moment = np.concatenate([work.requests.at, rows.anchor()])
    order = np.lexsort((np.arange(asked + count) >= asked, moment, group))
    group, is_request = group[order], order < asked
    latest = np.maximum.accumulate(np.where(is_request, np.arange(len(order)), -1))
    is_of_group = (latest >= 0) & (group[latest] == group)
    which = np.where(is_of_group, order[latest], -1)
    follows = np.zeros(len(order), dtype=bool)
    follows[1:] = is_request[:-1] & (group[1:] == group[:-1])
    is_dead = is_request & ~_shifted_back(follows)
    superseded = int((is_request & _shifted_back(follows & is_request)).sum())
    request = np.empty(count, dtype=np.int64)
    is_fresh = np.empty(count, dtype=bool)
    mine = order[~is_request] - asked
    request[mine] = which[~is_request]
    is_fresh[mine] = follows[~is_request]
    return request, is_fresh, order[is_dead], superseded


def _shifted_back(flags: _Flags) -> _Flags:
    """Return of each place the flag of the next one."""
    return np.append(flags[1:], False)


def _visits(
    rows: _Rows, request: RowPlaces, *, first: _Flags, merges: bool
) -> tuple[RowPlaces, RowPlaces]:
    """Return in which visit each session is, and which session begins each visit."""
    if not merges:
        every = np.arange(len(first))
        return every, every
    begins = first.copy()
    begins[1:] |= rows.activity[1:] != rows.activity[:-1]
    begins[1:] |= request[1:] != request[:-1]
    return np.cumsum(begins) - 1, np.flatnonzero(begins)


def _made(rows: _Rows, visit: RowPlaces, heads: RowPlaces) -> _Rows:
    """Return the visits of sessions: who worked on one is who worked longest."""
    unknown = np.full(len(heads), np.nan)
    if len(heads) == len(visit):
        return replace(rows, arrived=unknown, finished=rows.finished.copy())
    finished = np.fmax.reduceat(rows.finished, heads)
    last = np.append(heads[1:], len(visit)) - 1
    finished[np.isnan(rows.finished[last])] = np.nan
    return _Rows(
        rows.case[heads],
        rows.activity[heads],
        rows.resource[_longest(rows, visit, heads)],
        unknown,
        rows.started[heads],
        finished,
    )


def _longest(rows: _Rows, visit: RowPlaces, heads: RowPlaces) -> RowPlaces:
    """Return of each visit its longest session, of those that tell who worked."""
    length = rows.finished - rows.started
    length[np.isnan(length)] = -1.0
    length[rows.resource == NOT_TOLD] = -2.0
    is_longest = length == np.maximum.reduceat(length, heads)[visit]
    found = np.flatnonzero(is_longest)[::-1]
    longest = np.empty(len(heads), dtype=np.int64)
    longest[visit[found]] = found  # of one index given twice the last counts
    return longest


def _waiting(work: Worked, waiting: RowPlaces, closed: Days) -> _Rows:
    """Return the visits of work that was asked for and never begun."""
    asked = work.requests
    case = asked.case[waiting]
    return _Rows(
        case,
        asked.activity[waiting],
        np.full(len(waiting), NOT_TOLD, dtype=np.int32),
        asked.at[waiting],
        np.full(len(waiting), np.nan),
        closed[case],
    )


def _marks(work: Worked) -> _Rows:
    """Return the visits of marks, which take no time."""
    noted = work.noted
    nothing = np.full(len(noted.at), np.nan)
    return _Rows(
        noted.case, noted.activity, noted.resource, noted.at, nothing, noted.at
    )


def _bound(made: _Rows, closed: Days) -> int:
    """Give an end to stays without one whose case went on; return how many."""
    is_open = np.flatnonzero(np.isnan(made.finished))
    if not len(is_open):
        return 0
    anchor = made.anchor()
    end = closed[made.case[is_open]]
    after = is_open + 1
    goes_on = after < len(anchor)
    goes_on[goes_on] = made.case[after[goes_on]] == made.case[is_open[goes_on]]
    end[goes_on] = anchor[after[goes_on]]
    made.finished[is_open] = end
    return int((~np.isnan(end)).sum())


def _stacked(parts: tuple[_Rows, ...]) -> _Rows:
    """Return several parts as one, in the order in which they stand."""
    parts = tuple(part for part in parts if len(part.case)) or parts[:1]
    if len(parts) == 1:
        return parts[0]
    return _Rows(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in _Rows.__slots__
        )
    )


def _arrive(rows: _Rows, created: Days) -> int:
    """Tell when each came that nothing told of yet; return how many overlap."""
    anchor = rows.anchor()
    order = order_by(rows.case, anchor, rows.finished)
    case, mine = rows.case[order], anchor[order]
    before = _latest_end_before(case, rows.finished[order])
    np.fmax(before, created[case], out=before)
    arrived = rows.arrived[order]
    missing = np.isnan(arrived)
    is_late = before > mine
    np.copyto(before, mine, where=is_late)
    np.copyto(arrived, before, where=missing)
    rows.arrived[order] = arrived
    return int((is_late & missing).sum())


def _latest_end_before(case: Codes, finished: Days) -> Days:
    """Return of each row the latest end among the earlier rows of its case."""
    count = len(case)
    falls = np.isnan(finished[:-1]) | (finished[:-1] > finished[1:])
    if not (falls & (case[1:] == case[:-1])).any():
        return _end_before(case, finished)
    by_end = np.argsort(finished, kind="stable")  # nan last
    rank = np.empty(count, dtype=np.int64)
    rank[by_end] = np.arange(1, count + 1)
    rank[np.isnan(finished)] = 0
    key = case.astype(np.int64) * (count + 1) + rank
    highest = np.maximum.accumulate(key)
    before = np.full(count, np.nan)
    if count:
        of_case = highest[:-1] - case[1:].astype(np.int64) * (count + 1)
        known = of_case > 0
        before[1:][known] = finished[by_end[of_case[known] - 1]]
    return before


def _end_before(case: Codes, finished: Days) -> Days:
    """Return of each row the end of the one before it, where ends never fall."""
    before = np.full(len(case), np.nan)
    follows = case[1:] == case[:-1]
    before[1:][follows] = finished[:-1][follows]
    return before


def _place(rows: _Rows) -> RowOrder:
    """Return the order of visits: by case, then arrival, then end."""
    arrived = np.where(np.isnan(rows.arrived), -np.inf, rows.arrived)
    return order_by(rows.case, arrived, rows.finished)


def _sessions(rows: _Rows, visit: RowPlaces, place: RowOrder, visits: int) -> Sessions:
    """Return the sessions by the number that their visits have in the end."""
    number = np.empty(visits, dtype=np.int32)
    number[place] = np.arange(visits, dtype=np.int32)
    mine = number[visit]
    order = order_by(mine)
    return Sessions(
        mine[order], rows.resource[order], rows.started[order], rows.finished[order]
    )
