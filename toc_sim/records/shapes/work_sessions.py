"""Stretches of work in a log: a row that begins one and the row that ends it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.records.shapes.log_rows import (
    PHASE_ASKED,
    PHASE_BEGUN,
    PHASE_DONE,
    LogRows,
)
from toc_sim.records.shapes.row_order import broadcast, order_by
from toc_sim.records.visits import NOT_TOLD, Codes, Days

RowPlaces = NDArray[np.int64]

_NONE: RowPlaces = np.zeros(0, dtype=np.int64)

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Noted:
    """Rows of a log that tell one moment each.

    Attributes
    ----------
    case, activity, resource
        Of each row, shape (rows,).
    at
        When [days].
    """

    case: Codes
    activity: Codes
    resource: Codes
    at: Days


@dataclass(frozen=True, slots=True)
class Worked:
    """Work as a log tells it: sessions, requests for work, and marks.

    Attributes
    ----------
    case, activity, resource
        Of each session, shape (sessions,).
    started, finished
        When it began and ended; nan: that end of it is not told [days].
    requests
        When work was asked for.
    noted
        What is noted in no time.
    marks
        Of each activity whether it is noted in no time, shape (activities,).
    tells_starts
        Whether the log tells when work begins.
    unended, unbegun
        Rows that begin a session whose end is not told, and the other way round, by
        their place in `LogRows`.
    backwards
        Rows that would end before they begin; that they began then is not believed.
    """

    case: Codes
    activity: Codes
    resource: Codes
    started: Days
    finished: Days
    requests: Noted
    noted: Noted
    marks: NDArray[np.bool_]
    tells_starts: bool
    unended: RowPlaces
    unbegun: RowPlaces
    backwards: RowPlaces


def work_told(rows: LogRows, *, has_starts: bool) -> Worked:
    """Return the work that a log tells.

    Parameters
    ----------
    rows
        Of the log.
    has_starts
        Whether each row tells its begin and its end, in two columns.

    Notes
    -----
    Where a row tells one moment, the row that begins work goes with the next one of
    the same case and activity, if that ends it. An activity that is only ever ended,
    in a log where others begin, is a mark.
    """
    if has_starts:
        return _of_two_columns(rows)
    if (rows.phase == PHASE_DONE).all():
        return _of_ends(rows)
    return _of_transitions(rows)


def _of_ends(rows: LogRows) -> Worked:
    """Return the work of a log that tells ends alone."""
    return Worked(
        case=rows.case,
        activity=rows.activity,
        resource=rows.resource,
        started=broadcast(np.nan, len(rows.end), float),
        finished=rows.end,
        requests=_noted(rows, _NONE),
        noted=_noted(rows, _NONE),
        marks=np.zeros(len(rows.activities), dtype=bool),
        tells_starts=False,
        unended=_NONE,
        unbegun=_NONE,
        backwards=_NONE,
    )


def _of_two_columns(rows: LogRows) -> Worked:
    """Return the work of a log whose rows have a begin and an end."""
    marks = _never_long(rows)
    is_work = ~marks[rows.activity]
    is_told = ~np.isnan(rows.start) | ~np.isnan(rows.end)
    kept = np.flatnonzero(is_work & is_told)
    started, finished = rows.start[kept], rows.end[kept]
    is_backwards = started > finished
    asked = (
        np.flatnonzero(is_work & ~np.isnan(rows.asked)) if len(rows.asked) else _NONE
    )
    return Worked(
        case=rows.case[kept],
        activity=rows.activity[kept],
        resource=rows.resource[kept],
        started=np.where(is_backwards, np.nan, started),
        finished=finished,
        requests=Noted(
            rows.case[asked],
            rows.activity[asked],
            rows.resource[asked],
            rows.asked[asked],
        ),
        noted=_noted(rows, np.flatnonzero(marks[rows.activity])),
        marks=marks,
        tells_starts=True,
        unended=kept[np.isnan(finished)],
        unbegun=kept[np.isnan(started)],
        backwards=kept[is_backwards],
    )


def _never_long(rows: LogRows) -> NDArray[np.bool_]:
    """Return which activities never take any time, or never tell their begin."""
    is_long = ~(rows.start == rows.end) & ~np.isnan(rows.start)
    long = np.bincount(rows.activity[is_long], minlength=len(rows.activities))
    return np.asarray(long == 0)


def _of_transitions(rows: LogRows) -> Worked:
    """Return the work of a log where rows ask for work, begin it and end it."""
    count = len(rows.activities)
    begins = rows.phase == PHASE_BEGUN
    tells_starts = bool(begins.any())
    ever_begun = np.bincount(rows.activity[begins], minlength=count) > 0
    ever_asked = (
        np.bincount(rows.activity[rows.phase == PHASE_ASKED], minlength=count) > 0
    )
    marks = ~ever_begun & ~ever_asked & tells_starts
    (first, last), unended, unbegun = _pairs(rows, marks)
    kept = np.concatenate([first, unended, unbegun])
    not_told = np.full(len(kept), np.nan)
    pairs, begun = len(first), len(first) + len(unended)
    started, finished = not_told.copy(), not_told
    started[:begun] = rows.end[kept[:begun]]
    finished[:pairs] = rows.end[last]
    finished[begun:] = rows.end[unbegun]
    resource = rows.resource[kept]
    by_end = rows.resource[last]
    resource[:pairs] = np.where(by_end == NOT_TOLD, resource[:pairs], by_end)
    return Worked(
        case=rows.case[kept],
        activity=rows.activity[kept],
        resource=resource,
        started=started,
        finished=finished,
        requests=_noted(rows, np.flatnonzero(rows.phase == PHASE_ASKED)),
        noted=_noted(rows, np.flatnonzero(marks[rows.activity])),
        marks=marks,
        tells_starts=tells_starts,
        unended=unended,
        unbegun=unbegun if tells_starts else _NONE,
        backwards=_NONE,
    )


def _pairs(
    rows: LogRows, marks: NDArray[np.bool_]
) -> tuple[tuple[RowPlaces, RowPlaces], RowPlaces, RowPlaces]:
    """Return rows that begin and end sessions, pair by pair, and those without one."""
    is_work = ((rows.phase == PHASE_BEGUN) | (rows.phase == PHASE_DONE)) & ~marks[
        rows.activity
    ]
    work = np.flatnonzero(is_work)
    group = _group(rows, work)
    order = order_by(group, rows.end[work])
    work, group = work[order], group[order]
    begins = rows.phase[work] == PHASE_BEGUN
    joins = np.zeros(len(work), dtype=bool)
    joins[:-1] = begins[:-1] & ~begins[1:] & (group[:-1] == group[1:])
    is_joined = np.zeros(len(work), dtype=bool)
    is_joined[1:] = joins[:-1]
    pair = np.flatnonzero(joins)
    return (
        (work[pair], work[pair + 1]),
        np.sort(work[begins & ~joins]),
        np.sort(work[~begins & ~is_joined]),
    )


def _group(rows: LogRows, which: RowPlaces) -> RowPlaces:
    """Return a number for each case and activity, and instance if they tell pairs."""
    group = rows.case[which].astype(np.int64) * len(rows.activities)
    group += rows.activity[which]
    if _instances_tell_pairs(rows):
        group *= int(rows.instance.max()) + 2
        group += rows.instance[which] + 1
    return group


def _instances_tell_pairs(rows: LogRows) -> bool:
    """Return whether rows that begin and rows that end have the same instances."""
    told = rows.instance != NOT_TOLD
    begun = rows.instance[told & (rows.phase == PHASE_BEGUN)]
    done = rows.instance[told & (rows.phase == PHASE_DONE)]
    return len(begun) > 0 and float(np.isin(begun, done).mean()) > _HALF


def _noted(rows: LogRows, which: RowPlaces) -> Noted:
    return Noted(
        rows.case[which], rows.activity[which], rows.resource[which], rows.end[which]
    )
