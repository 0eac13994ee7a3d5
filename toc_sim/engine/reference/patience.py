"""Patience: an item that waits too long in a queue leaves the pipeline, lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from toc_sim.engine.reference.critical_path import END, Record
from toc_sim.engine.reference.floor import Item, Planned
from toc_sim.network.node import NetPatience

if TYPE_CHECKING:
    from toc_sim.engine.reference.station import Station


class Patient:
    """The patience of all items in one queue.

    The k-th item that joins the queue draws the k-th time. At one time the ends of
    patience take their turn like the services of their node: downstream nodes first,
    then what was planned first.

    Parameters
    ----------
    station
        Before which they wait.
    patience
        How long, on average.
    draw
        Gives the next time of mean one.
    owner
        Who answers on the critical path for the time that they waited.
    """

    def __init__(
        self,
        station: Station,
        patience: NetPatience,
        draw: Callable[[], float],
        owner: int,
    ) -> None:
        self._station = station
        self._mean = patience.mean
        self._draw = draw
        self._owner = owner
        self._ends: dict[Item, _End] = {}

    def begin(self, item: Item, now: float, cause: Record | None) -> None:
        """Let an item wait that has joined the queue, brought by *cause*."""
        until = now + self._draw() * self._mean
        end = _End(self, item, [self._owner, now, until, cause])
        self._ends[item] = end
        self._station.floor.clock.plan(end, until, self._station.rank)

    def served(self, item: Item) -> None:
        """Let an item go whose service begins; its event comes to nothing."""
        self._ends.pop(item).item = None

    def records(self) -> Iterator[Record]:
        """Yield the records of the time that items wait."""
        for end in self._ends.values():
            yield end.record

    def run_out(self, end: _End) -> None:
        """Let an item leave that still waits."""
        item = end.item
        if item is None:
            return
        del self._ends[item]
        self._station.abandon(item, end.record[END], end.record)


class _End(Planned):
    """The end of an item's patience, as an event; without the item once served."""

    def __init__(self, waiting: Patient, item: Item, record: Record) -> None:
        super().__init__(waiting._station.floor.clock)  # noqa: SLF001 - one thing in two classes
        self.item: Item | None = item
        self.record = record
        self.callbacks = [lambda _: waiting.run_out(self)]
