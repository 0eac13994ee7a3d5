"""Stages that work in rounds: at fixed times, up to so many items at once."""

from __future__ import annotations

from math import floor

import simpy

from toc_sim.engine.reference.critical_path import END, Record
from toc_sim.engine.reference.floor import Floor, Gate, Planned, Server
from toc_sim.engine.reference.service import Work
from toc_sim.engine.reference.stage import Crossroads
from toc_sim.engine.rules.rounds import NEARLY, first_round
from toc_sim.network.node import NetNode


class Turns(Crossroads):
    """A stage that moves up to so many of its waiting items in each round.

    What it could have moved more, for want of items or of room, is lost. It has no
    servers: its idle list stays empty, so that whatever comes waits for the next round.

    Attributes
    ----------
    record
        Of the time to the next round.
    could
        How many items it could have moved so far.
    """

    def __init__(
        self,
        floor: Floor,
        node: NetNode,
        work: Work,
        servers: list[Server],
        gate: Gate | None,
    ) -> None:
        super().__init__(floor, node, work, servers, gate)
        assert node.rounds is not None  # noqa: S101 - else it would not be one
        self.idle.clear()
        self.record: Record | None = None
        self.could = 0
        self._rounds = node.rounds
        self._left_over = 0.0
        self._bell = Planned(floor.clock)
        self._round = first_round(node.rounds, floor.clock.now)
        self._wind(floor.clock.now)

    def short_until(self, now: float) -> float:  # noqa: ARG002 - as the buyers tell it
        """Return how many items it could have moved so far [items]."""
        return float(self.could)

    def _wind(self, now: float) -> None:
        until = self._rounds.first + self._round * self._rounds.every
        self._round += 1
        self.record = [self.owner, now, until, self.record]
        self._bell.callbacks = [self._ring]
        self.floor.clock.plan(self._bell, until, self.rank)

    def _ring(self, _bell: simpy.Event) -> None:
        record = self.record
        assert record is not None  # noqa: S101 - the clock was set
        now = record[END]
        self._wind(now)
        drawn = self._left_over + self.draw() * self._rounds.mean
        most = floor(drawn + NEARLY)
        self._left_over = drawn - most
        moved, has_room = self._move(most, now, record)
        self.could += most
        self.started += moved
        self.active += moved
        if moved < most:
            self.pauses += 1
            self.blocked += 0 if has_room else most - moved
        if self.waiters:
            self.pending.append((self, record))
        self.floor.settle(now)

    def _move(self, most: int, now: float, record: Record) -> tuple[int, bool]:
        """Move up to so many items; return how many, and whether there was room."""
        hand, hops = self.servers[0], self.router.hops
        for moved in range(most):
            if not self.queue and not self.node.supplied:
                return moved, True
            if hops and not hops[0].targets[0].has_room:
                return moved, False
            if self.queue:
                item = self.first_of_queue(now)
            else:
                item = self.floor.enter(now, self.node.name)
            hand.item = item
            self.depart(hand, now)
            hand.item = None
            if hops:
                hops[0].targets[0].arrive(item, now, record)
            else:
                self.leave(item, now, record, sold=True)
        return most, True
