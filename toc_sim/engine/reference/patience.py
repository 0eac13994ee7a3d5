"""Patience: an item that waits too long in a queue leaves the pipeline, lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from toc_sim.engine.reference.floor import END, Clock, Item, Record, Timer

Renege = Callable[[Item, float, Record], None]
"""Lets an item leave at a time [periods], because of the record of its waiting."""


class Reneging:
    """The patience of all items in one queue (R43).

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
        self._waiting: dict[Item, Timer] = {}

    def begin(
        self, item: Item, now: float, cause: Record | None, renege: Renege
    ) -> None:
        """Let an item wait that has joined the queue, brought by *cause*."""
        record = [self._owner, now, now + self._draw() * self._mean, cause]
        self._waiting[item] = Timer(
            self._clock, self._rank, record, lambda: self._expire(item, renege)
        )

    def end(self, item: Item) -> None:
        """Note that the service of an item begins."""
        self._waiting.pop(item).cancel()

    def records(self) -> Iterator[Record]:
        """Yield the records of the time that items wait."""
        for timer in self._waiting.values():
            yield timer.record

    def _expire(self, item: Item, renege: Renege) -> None:
        """Let an item leave that still waits."""
        record = self._waiting.pop(item).record
        renege(item, record[END], record)
