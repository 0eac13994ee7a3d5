"""How each case of an event log stands at its end: won, lost, or under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.records.shapes.ending_names import EndingNames
from toc_sim.records.shapes.row_order import order_by
from toc_sim.records.shapes.work_sessions import Worked
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Codes, Days

MOSTLY = 2 / 3
"""A name ends cases if nothing was begun after it in so many of those that had it."""

MOSTLY_LAST = 0.5
"""An activity ends cases by its place if it was the last of so many of those that had
it."""

LONG = 0.99
"""A case is given up for over after a silence longer than so many of all gaps between
its moments."""


@dataclass(frozen=True, slots=True)
class LogEndings:
    """How the cases of a log stand at its end.

    Attributes
    ----------
    outcome, first, last
        Of each case: how it stands, and its first and last moments [days].
    closed
        When it was over; nan: it is open [days].
    end
        The last moment of the log [days].
    won, lost
        The activities that ended cases, by number.
    passing
        Activities whose names say that they end a case, after which most went on: by
        number, with the share of those that did not.
    by_place
        Whether cases are won because they finished, without a name that says so.
    silence
        After how long a silence a case is over then [days].
    silent
        How many are over for it.
    resumed
        In how many cases something was begun after the end.
    """

    outcome: NDArray[np.int8]
    first: Days
    last: Days
    closed: Days
    end: float
    won: tuple[int, ...]
    lost: tuple[int, ...]
    passing: tuple[tuple[int, float], ...]
    by_place: bool
    silence: float
    silent: int
    resumed: int


def log_endings(work: Worked, cases: int, names: EndingNames) -> LogEndings:
    """Return how the cases of a log stand.

    Parameters
    ----------
    work
        As the log tells it.
    cases
        How many there are.
    names
        Of activities that say how a case has ended.

    Notes
    -----
    The last activity decides that ends cases: one whose name says so, if in two of
    three cases that had it nothing was begun later. Where no name says that a case is
    won, those are that are over and not lost: a case is under way if after its last
    activity most others went on, and it has been silent no longer than 99 % of all
    gaps between the moments of a case.
    """
    case, activity, at = _ends(work)
    first, last = _range(work, cases)
    end = float(last.max())
    named = (*names.won, *names.lost)
    begun = _last_begun(work, cases, named)
    shares = {
        number: _share_final(case[activity == number], at[activity == number], begun)
        for number in named
    }
    won = _ending(names.won, shares, asked=names.asked[0])
    lost = _ending(names.lost, shares, asked=names.asked[1])
    outcome, resumed = _by_name((case, activity, at), begun, won, lost)
    silence, silent = np.nan, 0
    if not won:
        silence = _long_silence(case, at)
        is_over = _over_by_place((case, activity, at), len(work.marks), last)
        is_over &= ~_is_pending(work, cases)
        is_silent = end - last > silence
        silent = int((is_silent & ~is_over & (outcome == CASE_OPEN)).sum())
        outcome[(is_over | is_silent) & (outcome == CASE_OPEN)] = CASE_WON
    passing = tuple(
        (number, share)
        for number, share in shares.items()
        if number not in won and number not in lost
    )
    closed = np.where(outcome == CASE_OPEN, np.nan, last)
    return LogEndings(
        outcome=outcome,
        first=first,
        last=last,
        closed=closed,
        end=end,
        won=won,
        lost=lost,
        passing=passing,
        by_place=not won,
        silence=silence,
        silent=silent,
        resumed=resumed,
    )


_Ends = tuple[Codes, Codes, Days]
"""Case, activity and moment of what has ended."""


def _ends(work: Worked) -> _Ends:
    """Return everything that ends: sessions and marks."""
    moment = np.where(np.isnan(work.finished), work.started, work.finished)
    if not len(work.noted.at):
        return work.case, work.activity, moment
    return (
        np.concatenate([work.case, work.noted.case]),
        np.concatenate([work.activity, work.noted.activity]),
        np.concatenate([moment, work.noted.at]),
    )


def _range(work: Worked, cases: int) -> tuple[Days, Days]:
    """Return the first and the last moment of each case."""
    first, last = np.full(cases, np.inf), np.full(cases, -np.inf)
    for case, at in (
        (work.case, work.started),
        (work.case, work.finished),
        (work.noted.case, work.noted.at),
        (work.requests.case, work.requests.at),
    ):
        np.fmin.at(first, case, at)
        np.fmax.at(last, case, at)
    return first, last


def _last_begun(work: Worked, cases: int, named: Sequence[int]) -> Days:
    """Return when something was last begun or asked for in each case, ends aside."""
    is_end = _flags(named, len(work.marks))
    begin = work.started if work.tells_starts else work.finished
    found = np.full(cases, -np.inf)
    for case, activity, at in (
        (work.case, work.activity, begin),
        (work.requests.case, work.requests.activity, work.requests.at),
    ):
        np.fmax.at(found, case, np.where(is_end[activity], -np.inf, at))
    return found


def _flags(numbers: Sequence[int], count: int) -> NDArray[np.bool_]:
    """Return of each activity whether it is one of some."""
    flags = np.zeros(count, dtype=bool)
    flags[[n for n in numbers if n < count]] = True
    return flags


def _share_final(case: Codes, at: Days, begun: Days) -> float:
    """Return in which part of the cases that had an activity nothing began later."""
    last = np.full(len(begun), -np.inf)
    np.maximum.at(last, case, at)
    had = np.isfinite(last)
    return float((last[had] >= begun[had]).mean()) if had.any() else 0.0


def _ending(
    numbers: Sequence[int], shares: dict[int, float], *, asked: bool
) -> tuple[int, ...]:
    return tuple(number for number in numbers if asked or shares[number] >= MOSTLY)


def _by_name(
    ends: _Ends, begun: Days, won: Sequence[int], lost: Sequence[int]
) -> tuple[NDArray[np.int8], int]:
    """Return the outcome by the last activity that ends, and how many went on."""
    case, activity, at = ends
    outcome = np.full(len(begun), CASE_OPEN, dtype=np.int8)
    latest = np.full(len(begun), -np.inf)
    for numbers, result in ((won, CASE_WON), (lost, CASE_LOST)):
        mine = _flags(numbers, int(activity.max(initial=0)) + 1)[activity]
        last = np.full(len(begun), -np.inf)
        np.maximum.at(last, case[mine], at[mine])
        is_later = last > latest
        outcome[is_later] = result
        latest[is_later] = last[is_later]
    return outcome, int(((outcome != CASE_OPEN) & (begun > latest)).sum())


def _over_by_place(ends: _Ends, activities: int, last: Days) -> NDArray[np.bool_]:
    """Return which cases had as their last activity one that mostly is the last."""
    case, activity, at = ends
    is_last = at == last[case]
    times_had = _cases_with(case, activity, activities)
    times_last = _cases_with(case[is_last], activity[is_last], activities)
    ends_cases = times_last >= MOSTLY_LAST * np.maximum(times_had, 1)
    found = np.zeros(len(last), dtype=bool)
    found[case[is_last & ends_cases[activity]]] = True
    return found


def _is_pending(work: Worked, cases: int) -> NDArray[np.bool_]:
    """Return which cases have work asked for and not begun, or begun and not ended."""
    asked, begun, still = (np.full(cases, -np.inf) for _ in range(3))
    np.fmax.at(asked, work.requests.case, work.requests.at)
    anchor = np.where(np.isnan(work.started), work.finished, work.started)
    np.fmax.at(begun, work.case, anchor)
    is_open = np.isnan(work.finished)
    np.fmax.at(still, work.case[is_open], anchor[is_open])
    is_begun = np.isfinite(still) & (still >= begun)
    return np.asarray((asked > begun) | is_begun)


def _cases_with(case: Codes, activity: Codes, activities: int) -> NDArray[np.int64]:
    """Return of each activity how many cases have it."""
    different = np.unique(case.astype(np.int64) * activities + activity)
    return np.bincount(different % activities, minlength=activities)


def _long_silence(case: Codes, at: Days) -> float:
    """Return a silence that few gaps between moments of a case are longer than."""
    order = order_by(case, at)
    case, at = case[order], at[order]
    gaps = (at[1:] - at[:-1])[case[1:] == case[:-1]]
    return float(np.quantile(gaps, LONG)) if len(gaps) else 0.0
