"""Whose turn it is when a server of a pool comes free: the dispatch rules."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from math import inf

from toc_sim.engine.reference.floor import Item
from toc_sim.engine.reference.station import Station
from toc_sim.scenario.fields.nodes import Dispatch

Urgency = tuple[float, ...]
"""Sorts the stages of a pool; it begins with whether there is nothing to do."""

Rule = Callable[[Station], Urgency]


def fifo(stage: Station) -> Urgency:
    """Return what puts the longest waiting first, then the order of the file."""
    since = _waits_since(stage)
    return (_has_nothing_to_do(stage, since), since, stage.owner)


def priority(stage: Station) -> Urgency:
    """Return what puts the higher priority first, then the longest waiting."""
    since = _waits_since(stage)
    nothing = _has_nothing_to_do(stage, since)
    return (nothing, -stage.node.priority, since, stage.owner)


def shortest(stage: Station) -> Urgency:
    """Return what puts the smallest mean time first, as it is now.

    New material of an unlimited supply comes after all that waits.
    """
    since = _waits_since(stage)
    time = stage.service.pace(stage.floor.clock.now)
    nothing = _has_nothing_to_do(stage, since)
    return (nothing, since == inf, time, since, stage.owner)


def earliest_due(stage: Station) -> Urgency:
    """Return what puts the earliest due date first (Jackson 1955).

    New material of an unlimited supply comes after all that waits.
    """
    since = _waits_since(stage)
    nothing = _has_nothing_to_do(stage, since)
    return (nothing, _due_date(stage), since, stage.owner)


RULES: Mapping[Dispatch, Rule] = {
    "fifo": fifo,
    "priority": priority,
    "shortest": shortest,
    "earliest_due": earliest_due,
}
"""By their names in a file."""


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


def _waits_since(stage: Station) -> float:
    """Return since when the first waits, in the queue or for room [periods]."""
    if stage.queue:
        return stage.queue[0].arrived
    return stage.waiters[0].since if stage.waiters else inf


def _has_nothing_to_do(stage: Station, since: float) -> bool:
    """Return whether nothing waits and no new material may be started."""
    if since < inf:
        return False
    release = stage.release
    return not stage.node.supplied or (release is not None and not release.tokens)


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
