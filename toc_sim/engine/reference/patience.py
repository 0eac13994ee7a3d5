"""Patience: an item that waits too long in a queue leaves the pipeline, lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toc_sim.engine.reference.floor import END, Clock, Item, Planned, Record

Renege = Callable[[Item, float, Record], None]
"""Lets an item leave at a time [periods], because of the record of its waiting."""


class Reneging:
    """The patience of all items in one queue.

    The k-th item that joins the queue draws the k-th time. At one time the ends of
    patience take their turn like the services of their node: downstream nodes first,
    then what was planned first.

    Parameters
    ----------
    clock, rank
        The event list, and the rank of their node in it.
    mean
        How long they wait, on average [periods].
    draw
        Gives the next time of mean one.
    owner
        The owner of the time that they waited, on the critical path.
    """

    def __init__(
        self,
        clock: Clock,
        rank: int,
        mean: float,
        draw: Callable[[], float],
        owner: int,
    ) -> None:
        self._clock, self._rank = clock, rank
        self._mean = mean
        self._draw = draw
        self._owner = owner
        self._ends: dict[Item, _End] = {}

    def begin(
        self, item: Item, now: float, cause: Record | None, renege: Renege
    ) -> None:
        """Let an item wait that has joined the queue, brought by *cause*."""
        until = now + self._draw() * self._mean
        end = _End(self._clock, [self._owner, now, until, cause])
        end.callbacks = [lambda _: self._expire(item, end, renege)]
        self._ends[item] = end
        self._clock.plan(end, until, self._rank)

    def end(self, item: Item) -> None:
        """Note that the service of an item begins; its event comes to nothing."""
        del self._ends[item]

    def records(self) -> Iterator[Record]:
        """Yield the records of the time that items wait."""
        for end in self._ends.values():
            yield end.record

    def _expire(self, item: Item, end: _End, renege: Renege) -> None:
        """Let an item leave that still waits."""
        if self._ends.get(item) is end:
            del self._ends[item]
            renege(item, end.record[END], end.record)


class _End(Planned):
    """The end of an item's patience, as an event, with the record of its waiting."""

    def __init__(self, clock: Clock, record: Record) -> None:
        super().__init__(clock)
        self.record = record
