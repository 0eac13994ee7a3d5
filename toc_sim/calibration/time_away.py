"""Time that no capacity of the company answers for: answers, terms, authorities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toc_sim.calibration.arrays import Numbered, Reals
from toc_sim.calibration.elasticity import UNTOLD, Elasticity, flows, with_number
from toc_sim.calibration.estimates import Delay
from toc_sim.calibration.journeys import Journeys
from toc_sim.calibration.mark_states import CASE_ENDS, MarkStates, mark_states
from toc_sim.calibration.stage_records import WEEK, StageRecord
from toc_sim.calibration.written_figures import percent, short
from toc_sim.language import phrase
from toc_sim.records.visits import CASE_LOST, Visits

_OFTEN = 20
"""What was seen less often is no delay that is told."""

_LONG = 1 / 24
"""Nor what is shorter, on average [days]."""

LITTLE_WORK = 0.005
"""Nobody was at work if they were for a smaller part of the time."""

AT_ITS_BEGIN = 0.5
"""What is noted before so much of a usual piece of work was done was not brought about
by it: the work began with it."""

_LEAST_PART = 0.02
"""Delays that are told take so much of the time of all cases, at least."""

_MOST = 6
"""No more delays are told."""


@dataclass(frozen=True, slots=True)
class TimesAway:
    """Delays without a capacity, and which waits lie within them.

    Attributes
    ----------
    delays
        Those that matter, the one that takes most time first.
    stretches
        Cases, begins and ends of the time in which what ends a delay is awaited,
        whether it comes or not, shape (3, stretches) [days].
    """

    delays: tuple[Delay, ...]
    stretches: Reals

    def part_within(self, case: Numbered, begin: Reals, end: Reals) -> float:
        """Return what part of some waits lies within a delay [1].

        Parameters
        ----------
        case, begin, end
            Of the waits [days].
        """
        told = np.isfinite(begin) & np.isfinite(end)
        case, begin, end = case[told], begin[told], end[told]
        total = float((end - begin).sum())
        if not self.stretches.shape[1] or total <= 0:
            return 0.0
        far = 1e6
        order = np.argsort(self.stretches[0] * far + self.stretches[1])
        of, first, last = self.stretches[:, order]
        at = np.searchsorted(of * far + first, case * far + begin + 1e-3, "right") - 1
        same = (at >= 0) & (of[at] == case)
        shared = np.minimum(end, last[at]) - np.maximum(begin, first[at])
        return float(np.where(same, np.maximum(shared, 0), 0).sum()) / total


def times_away(
    visits: Visits, journeys: Journeys, records: Sequence[StageRecord], days: float
) -> TimesAway:
    """Return the delays that no capacity of the company answers for.

    Parameters
    ----------
    visits, journeys
        Of all cases.
    records
        Of each node.
    days
        How long a period is [days].
    """
    states = mark_states(visits)
    found: list[tuple[float, Delay]] = []
    stretches: list[Reals] = []
    if states is not None and visits.tells_starts:
        for total, delay, began in _between_marks(visits, states, days):
            found.append((total, delay))
            rows = np.flatnonzero(states.before == began)
            ends = np.where(np.isfinite(states.end), states.end, visits.span)[rows]
            stretches.append(np.stack((states.case[rows], states.begin[rows], ends)))
    found += _requested(visits, journeys, days)
    found += _without_turns(records, days)
    found.sort(key=lambda each: -each[0])
    closed = np.where(np.isfinite(visits.closed), visits.closed, visits.span)
    whole = float(np.nansum(closed - journeys.created))
    told = [delay for total, delay in found if total > _LEAST_PART * whole]
    return TimesAway(
        tuple(told[:_MOST]),
        np.concatenate(stretches, axis=1) if stretches else np.empty((3, 0)),
    )


def _between_marks(
    visits: Visits, states: MarkStates, days: float
) -> Iterator[tuple[float, Delay, int]]:
    """Yield stretches between marks in which nobody was at work or brought the next."""
    over = np.isfinite(states.end) & (states.after != CASE_ENDS[CASE_LOST])
    pairs, number, counts = np.unique(
        np.stack((states.before[over], states.after[over])),
        axis=1,
        return_inverse=True,
        return_counts=True,
    )
    rows = np.flatnonzero(over)
    for each in np.flatnonzero(counts >= _OFTEN).tolist():
        before, after = pairs[:, each].tolist()
        here = rows[np.ravel(number) == each]
        lasted = states.lasted[here]
        if after < 0 or lasted.mean() < _LONG or not _came_by_itself(states, here):
            continue
        work = float(states.worked[here].sum() / lasted.sum())
        among = states.before == before
        goes = _with_number(states.begin[among], states.end[among], visits.span)
        if work > LITTLE_WORK or (goes.is_told and goes.high < AT_ITS_BEGIN):
            continue
        yield (
            float(lasted.sum()),
            Delay(
                visits.stages[before],
                visits.stages[after],
                float(lasted.mean()) / days,
                float(lasted.std() / lasted.mean()),
                len(here),
                _why_marks(work, goes),
                timer_in(lasted / days),
                _of_first(visits, before, after) / days,
            ),
            before,
        )


def _of_first(visits: Visits, before: int, after: int) -> float:
    """Return the mean time from a case's first mark of one kind to that of another.

    An offer may be sent again before an answer comes: the answers to the first are
    awaited for longer than those to the last.
    """
    first = np.full((2, visits.cases), np.inf)
    for row, stage in enumerate((before, after)):
        here = (visits.stage == stage) & np.isfinite(visits.arrived)
        np.minimum.at(first[row], visits.case[here], visits.arrived[here])
    begin, end = first[:, np.isfinite(first).all(axis=0)]
    return float((end - begin).mean())


def _came_by_itself(states: MarkStates, rows: Numbered) -> bool:
    """Return whether what ended stretches was noted outside work, or as it began."""
    into, usual = states.into[rows], states.usual[rows]
    in_work = np.isfinite(into)
    if in_work.mean() < AT_ITS_BEGIN:
        return True
    return float(np.median(into[in_work] / np.maximum(usual[in_work], 1e-6))) < (
        AT_ITS_BEGIN
    )


def _with_number(came: Reals, left: Reals, span: float) -> Elasticity:
    """Return how many left for each per cent more that were there."""
    begin = float(np.nanmin(came))
    seen = flows(came, left, begin, span, WEEK)
    return UNTOLD if seen is None else with_number(came, left, seen, begin, span)


def _why_marks(work: float, goes: Elasticity) -> str:
    parts = {"work": percent(work), "goes": short(goes.value)}
    if goes.is_told:
        return phrase(
            "people worked on the case for {work} % of that time, work began when it "
            "was over, and the more cases were out, the more came back ({goes} % for "
            "each per cent)",
            **parts,
        )
    return phrase(
        "people worked on the case for {work} % of that time, and work began when it "
        "was over",
        **parts,
    )


def _requested(
    visits: Visits, journeys: Journeys, days: float
) -> Iterator[tuple[float, Delay]]:
    """Yield the time from the end of work until the next was asked for."""
    if not visits.tells_requests:
        return
    moves = journeys.moves
    rows = np.flatnonzero((moves.source >= 0) & (moves.target >= 0))
    gaps = moves.reached[rows] - moves.left[rows]
    count = len(journeys.nodes)
    pair = moves.source[rows] * count + moves.target[rows]
    for each in np.unique(pair).tolist():
        here = gaps[(pair == each) & np.isfinite(gaps)]
        if len(here) < _OFTEN or here.mean() < _LONG:
            continue
        lasted = np.maximum(here, 0.0)
        titles = [visits.stages[journeys.nodes[n]] for n in divmod(each, count)]
        yield (
            float(lasted.sum()),
            Delay(
                titles[0],
                titles[1],
                float(here.mean()) / days,
                float(lasted.std() / lasted.mean()),
                len(here),
                phrase("the next work was asked for only then"),
                timer_in(lasted / days),
            ),
        )


def _without_turns(
    records: Sequence[StageRecord], days: float
) -> Iterator[tuple[float, Delay]]:
    """Yield stays at stages, no work told, where nobody has to wait for a turn."""
    for record in records:
        stayed = record.times.stayed
        goes = record.judgement.seen.aged
        outside = not record.tells_work and goes.is_told and goes.low > AT_ITS_BEGIN
        if not outside or len(stayed) < _OFTEN or stayed.mean() * days < _LONG:
            continue
        yield (
            float(stayed.sum()) * days,
            Delay(
                record.title,
                "",
                float(stayed.mean()),
                float(stayed.std() / stayed.mean()),
                len(stayed),
                phrase(
                    "the more cases were there, the more left: {goes} % for each per "
                    "cent",
                    goes=short(goes.value),
                ),
                timer_in(stayed),
            ),
        )


TIMER_PART = 0.05
"""A clock ends times if so many of them are equal, within some per cent..."""

TIMER_TIMES = 5.0
"""...and that is so many times what is seen a little before and after."""

_WITHIN = 0.035
"""How much times may differ that one clock ends: 30 and 31 days do."""


def timer_in(times: Reals) -> float | None:
    """Return the length of times that a clock ends; None: there is no such clock.

    Parameters
    ----------
    times
        In any unit; what is returned is in the same.
    """
    long = np.sort(times[times > np.median(times) / 2])
    if len(long) < _OFTEN or long[0] <= 0:
        return None
    ends = np.searchsorted(long, long * (1 + _WITHIN), "right")
    counts = ends - np.arange(len(long))
    best = int(np.argmax(counts))
    low, high = float(long[best]), float(long[best]) * (1 + _WITHIN)
    width = high - low
    around = int(((long >= low - 2 * width) & (long < low)).sum()) + int(
        ((long > high) & (long <= high + 2 * width)).sum()
    )
    enough = counts[best] >= max(TIMER_PART * len(times), _OFTEN)
    if not enough or counts[best] < TIMER_TIMES * max(around / 4, 1):
        return None
    return float(np.median(long[best : ends[best]]))
