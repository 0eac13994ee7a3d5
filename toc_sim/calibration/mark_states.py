"""The time from one mark of a case to the next, and the work that was done in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toc_sim.calibration.arrays import Numbered, Reals
from toc_sim.calibration.presence import OVERNIGHT
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits

_AT_ONCE = 2 / 1440
"""Marks of a case that are noted within this time of each other are one moment
[days]."""

CASE_ENDS = {CASE_WON: -1, CASE_LOST: -2, CASE_OPEN: -3}
"""What follows the last mark of a case."""

_FAR = 1e6
"""More days than any records have."""


@dataclass(frozen=True, slots=True)
class MarkStates:
    """Every stretch of a case between two moments at which something was noted.

    Attributes
    ----------
    case
        Of each, shape (states,).
    before, after
        The last mark of the moment that began it and the first of that which ended it,
        by number of the stage; below 0 as `CASE_ENDS` says.
    begin, end
        Of it [days]; nan: it is not over.
    worked
        How long people worked on the case in it; work left open overnight does not
        count [days].
    into
        How far into a piece of work the moment that ended it was noted [days]; nan: in
        no piece of work.
    usual
        The median length of work at the stage of that piece [days]; nan the same.
    """

    case: Numbered
    before: Numbered
    after: Numbered
    begin: Reals
    end: Reals
    worked: Reals
    into: Reals
    usual: Reals

    @property
    def lasted(self) -> Reals:
        """How long each lasted [days]; nan: it is not over."""
        return self.end - self.begin


def mark_states(visits: Visits) -> MarkStates | None:
    """Return the stretches between marks; None: the records have no marks.

    Parameters
    ----------
    visits
        Of records of work.
    """
    rows = np.flatnonzero(
        np.asarray(visits.marks, bool)[visits.stage] & np.isfinite(visits.arrived)
    )
    if not len(rows):
        return None
    case, moment = visits.case[rows].astype(np.int64), visits.arrived[rows]
    stage = visits.stage[rows].astype(np.int64)
    new = np.ones(len(rows), bool)
    new[1:] = (case[1:] != case[:-1]) | (np.diff(moment) > _AT_ONCE)
    first = np.flatnonzero(new)
    last = np.append(first[1:] - 1, len(rows) - 1)
    goes_on = np.append(case[first][1:] == case[first][:-1], [False])
    ends = np.vectorize(CASE_ENDS.get)(visits.outcome[case[first]])
    after = np.where(goes_on, np.roll(stage[first], -1), ends)
    end = np.where(goes_on, np.roll(moment[first], -1), visits.closed[case[first]])
    work = _Work(visits)
    into, usual = work.into(case[first], end)
    return MarkStates(
        case[first],
        stage[last],
        after,
        moment[last],
        np.fmax(end, moment[last]),
        work.between(case[first], moment[last], end),
        into,
        usual,
    )


class _Work:
    """The pieces of work of all cases, in order, to be looked up by case and time."""

    def __init__(self, visits: Visits) -> None:
        told = visits.sessions
        if told is None:
            case, begin, end = visits.case, visits.started, visits.finished
            stage = visits.stage
        else:
            case, stage = visits.case[told.visit], visits.stage[told.visit]
            begin, end = told.started, told.finished
        some = np.isfinite(begin) & np.isfinite(end)
        order = np.flatnonzero(some)[np.lexsort((begin[some], case[some]))]
        self._case, self._begin, self._end = case[order], begin[order], end[order]
        self._key = self._case * _FAR + self._begin
        length = self._end - self._begin
        count = len(visits.stages)
        usual = np.full(count, np.nan)
        for each in np.unique(stage[order]).tolist():
            usual[each] = np.median(length[stage[order] == each])
        self._usual = usual[stage[order]]
        short = np.where(length <= OVERNIGHT, length, 0.0)
        self._sum = np.concatenate(([0.0], np.cumsum(short)))

    def between(self, case: Numbered, begin: Reals, end: Reals) -> Reals:
        """Return how long the work took that began between two moments [days]."""
        low = np.searchsorted(self._key, case * _FAR + begin)
        high = np.searchsorted(self._key, case * _FAR + np.nan_to_num(end))
        found: Reals = self._sum[np.maximum(high, low)] - self._sum[low]
        return found

    def into(self, case: Numbered, moment: Reals) -> tuple[Reals, Reals]:
        """Return how far into a piece of work a moment is, and how long such are."""
        nothing = np.full(len(case), np.nan)
        if not len(self._key):
            return nothing, nothing
        where = case * _FAR + np.nan_to_num(moment, nan=-1.0) + 1e-7
        at = np.searchsorted(self._key, where, side="right") - 1
        held = (
            (at >= 0) & (self._case[at] == case) & (self._end[at] >= moment - _AT_ONCE)
        )
        return (
            np.where(held, moment - self._begin[at], np.nan),
            np.where(held, self._usual[at], np.nan),
        )
