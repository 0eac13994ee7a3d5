"""Whose turn it is when a server of a pool comes free: the dispatch rules."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING

from toc_sim.engine.reference.floor import Item
from toc_sim.scenario.fields.nodes import Dispatch
from toc_sim.scenario.fields.numbers import level

if TYPE_CHECKING:
    from toc_sim.engine.reference.pool import PooledStation

Urgency = tuple[float, ...]
"""Sorts the stages of a pool; it begins with whether there is nothing to do."""

Rule = Callable[["PooledStation"], Urgency]


def fifo(station: PooledStation) -> Urgency:
    """Return what puts the longest waiting first, then the order of the file."""
    since = station.waits_since()
    return (_is_out_of_work(station, since), since, station.owner)


def priority(station: PooledStation) -> Urgency:
    """Return what puts the higher priority first, then the longest waiting."""
    since = station.waits_since()
    out_of_work = _is_out_of_work(station, since)
    return (out_of_work, -station.node.priority, since, station.owner)


def shortest(station: PooledStation) -> Urgency:
    """Return what puts the smallest mean time first, as it is now.

    New material of an unlimited supply comes after all that waits.
    """
    since = station.waits_since()
    time = level(station.node.pace, station.floor.clock.now)
    out_of_work = _is_out_of_work(station, since)
    return (out_of_work, since == inf, time, since, station.owner)


def earliest_due(station: PooledStation) -> Urgency:
    """Return what puts the earliest due date first (Jackson 1955).

    New material of an unlimited supply comes after all that waits.
    """
    since = station.waits_since()
    return (_is_out_of_work(station, since), _due(station), since, station.owner)


RULES: Mapping[Dispatch, Rule] = {
    "fifo": fifo,
    "priority": priority,
    "shortest": shortest,
    "earliest_due": earliest_due,
}
"""By their names in a file."""


class ByDueDate(deque[Item]):
    """A queue in which the earliest due date goes first; equals keep their order.

    All items of one stage are due equally long after they entered the pipeline.
    """

    def append(self, item: Item, /) -> None:
        """Put an item in its place, from the end."""
        place = len(self)
        while place and self[place - 1].entered > item.entered:
            place -= 1
        self.insert(place, item)


def _is_out_of_work(station: PooledStation, since: float) -> bool:
    """Return whether nothing waits and no new material may be started."""
    if since < inf:
        return False
    gate = station.gate
    return not station.node.supplied or (gate is not None and not gate.tokens)


def _due(station: PooledStation) -> float:
    """Return when the first that waits is due [periods]."""
    due = station.node.due
    if station.queue:
        return station.queue[0].entered + due
    if station.waiters:
        item = station.waiters[0].item
        entered = station.floor.clock.now if item is None else item.entered
        return entered + due
    return inf
