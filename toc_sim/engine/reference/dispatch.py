"""Whose turn it is when a server of a pool comes free: the dispatch rules."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from math import inf

from toc_sim.engine.reference.floor import Item
from toc_sim.engine.reference.station import Station
from toc_sim.scenario.fields.behaviour import Dispatch

Urgency = tuple[bool, float | tuple[bool, float], float, int]
"""Whether there is nothing to do, what the rule says, since when, and which node."""

DispatchRule = Callable[[Station], Urgency]
"""Sorts the stages of a pool, the most urgent first."""


def rule_of(dispatch: Dispatch) -> DispatchRule:
    """Return what puts the most urgent stage first (R29).

    Whatever the rule says first, ties go to the longest waiting, then to the order of
    the file; new material of an unlimited supply has waited for no time at all.

    Parameters
    ----------
    dispatch
        The name of the rule: ``fifo``, ``priority``: the higher first, ``shortest``:
        the smallest mean time first, as it is now, or ``earliest_due``: the earliest
        due date first (Jackson 1955). The last two take new material of an unlimited
        supply after all that waits.
    """
    first = _FIRST[dispatch]

    def urgency(stage: Station) -> Urgency:
        queue, waiters = stage.queue, stage.waiters
        since = queue[0].arrived if queue else waiters[0].since if waiters else inf
        nothing = since == inf and not _may_start(stage)
        return nothing, first(stage, since), since, stage.owner

    return urgency


class DueDateQueue(deque[Item]):
    """A queue in which the earliest due date goes first; equals keep their order.

    All items of one stage are due equally long after they entered the pipeline.
    """

    def append(self, item: Item, /) -> None:
        """Put an item in its place, from the end."""
        place = len(self)
        while place and self[place - 1].entered > item.entered:
            place -= 1
        self.insert(place, item)


def _may_start(stage: Station) -> bool:
    """Return whether new material of an unlimited supply may be started."""
    release = stage.release
    return stage.node.supplied and (release is None or release.tokens > 0)


def _due_date(stage: Station) -> float:
    """Return when the first that waits is due [periods]."""
    due = stage.node.due
    if stage.queue:
        return stage.queue[0].entered + due
    if stage.waiters:
        item = stage.waiters[0].item
        entered = stage.floor.clock.now if item is None else item.entered
        return entered + due
    return inf


_FIRST: Mapping[Dispatch, Callable[[Station, float], float | tuple[bool, float]]] = {
    "fifo": lambda _stage, _since: 0.0,
    "priority": lambda stage, _since: -stage.node.priority,
    "shortest": lambda stage, since: (
        since == inf,
        stage.service.pace(stage.floor.clock.now),
    ),
    "earliest_due": lambda stage, _since: _due_date(stage),
}
"""What each rule sorts by first."""
