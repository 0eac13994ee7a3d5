"""Stages that work in rounds: at fixed times, up to so many items at once."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.engine.reference.floor import Record, Recurring
from toc_sim.engine.reference.station import RoutingStage, Site
from toc_sim.engine.rules.timetable import first_round, whole_items


class RoundsStage(RoutingStage):
    """A stage that moves up to so many of its waiting items in each round.

    What it could have moved more, for want of items or of room, is lost. It has no
    servers: its idle list stays empty, so that whatever comes waits for the next round.

    Attributes
    ----------
    could
        How many items it could have moved so far.
    """

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        assert self.node.rounds is not None  # noqa: S101 - else it would not be one
        self.idle.clear()
        self.could = 0
        self._rounds = self.node.rounds
        self._left_over = 0.0
        clock = self.floor.clock
        self._round = first_round(self._rounds, clock.now)
        self._clock = Recurring(clock, self.rank, self._next_round, self._work_round)

    def short_until(self, now: float) -> float:  # noqa: ARG002 - as the buyers tell it
        """Return how many items it could have moved so far [items]."""
        return float(self.could)

    def records(self) -> Iterator[Record | None]:
        """Yield the records that it refers to."""
        yield from super().records()
        yield self._clock.record

    def _next_round(self, now: float, cause: Record | None) -> Record:
        """Return the record of the time to the next round."""
        until = self._rounds.first + self._round * self._rounds.every
        self._round += 1
        return [self.owner, now, until, cause]

    def _work_round(self, now: float, record: Record) -> None:
        """Move as many items as are there, find room, and may be moved (R42)."""
        drawn = self._left_over + self.draw() * self._rounds.mean
        most, self._left_over = whole_items(drawn)
        moved, has_room = self._move(most, now, record)
        self.could += most
        self.started += moved
        self.active += moved
        if moved < most:
            self.pauses += 1
            self.blocked += 0 if has_room else most - moved
        if self.waiters:
            self.offers.append((self, record))
        self.floor.settle(now)

    def _move(self, most: int, now: float, record: Record) -> tuple[int, bool]:
        """Move up to so many items; return how many, and whether there was room."""
        hand, ways = self.servers[0], self.router.ways
        for moved in range(most):
            if not self.queue and not self.node.supplied:
                return moved, True
            if ways and not ways[0].targets[0].has_room:
                return moved, False
            if self.queue:
                item = self.first_of_queue(now)
            else:
                item = self.floor.enter(now, self.node.name)
            hand.item = item
            self.depart(hand, now)
            hand.item = None
            if ways:
                ways[0].targets[0].arrive(item, now, record)
            else:
                self.leave(item, now, record, sold=True)
        return most, True
