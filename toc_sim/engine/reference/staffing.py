"""Servers that go home at closing time and come back at opening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum

import simpy

from toc_sim.engine.reference.floor import START, Floor, Item, Planned, Record, Server
from toc_sim.engine.reference.ports import Staff
from toc_sim.engine.reference.shifts import OpeningHours
from toc_sim.engine.rules.moments import CLOSING


class Staffing(Planned):
    """The servers of places that open and close together.

    That is a stage, a market or a resource; or resources that a stage needs together.
    As an event it is the next opening or closing. At an opening the servers come back
    in the order in which they went home, and each takes up what waits.

    Parameters
    ----------
    floor
        What the stations of a run share.
    hours
        The opening hours.
    rank
        The rank of openings: the lowest of the nodes where the servers work.

    Attributes
    ----------
    is_open
        Whether work may begin.
    """

    def __init__(self, floor: Floor, hours: OpeningHours, rank: int) -> None:
        super().__init__(floor.clock)
        self.hours = hours
        self.is_open = True
        self._floor, self._rank = floor, rank
        self._staffs: list[Staff] = []
        self._home: list[tuple[Server, Staff, float]] = []
        self._time_at_home: dict[Staff, float] = defaultdict(float)
        self._ready: dict[Item, Record | None] = {}
        self._opening: Record | None = None
        self._next = 0

    def join(self, staff: Staff) -> None:
        """Let the servers of a station or pool come and go from now on."""
        self._staffs.append(staff)

    def begin(self, now: float) -> None:
        """Begin a run: without servers, if it is closed."""
        if self.hours.moments[0] <= now:
            self._next = 1
        else:
            self._close(now)
        self._plan()

    def time_at_home(self, staff: Staff, now: float) -> float:
        """Return the time that all servers have been at home so far [periods]."""
        return self._time_at_home[staff] + fsum(
            now - since for _, whose, since in self._home if whose is staff
        )

    def go_home(
        self, server: Server, staff: Staff, now: float, cause: Record | None
    ) -> None:
        """Let a server go that became free after closing."""
        staff.pauses += 1
        server.become_idle(now, cause)
        self._home.append((server, staff, now))

    def note_arrival(self, item: Item, cause: Record | None) -> None:
        """Note what brought an item that joins a queue: it may wait for opening."""
        if not self.is_open:
            self._ready[item] = cause

    def cause_of_start(
        self, item: Item, now: float, cause: Record | None
    ) -> Record | None:
        """Return why a service begins: at an opening, for what was ready last (R51)."""
        opening = self._opening
        if cause is not opening or opening is None or item not in self._ready:
            return cause
        if item.arrived <= opening[START]:
            return cause
        return [self.hours.owner, item.arrived, now, self._ready[item]]

    def records(self) -> Iterator[Record | None]:
        """Yield the records that it refers to."""
        yield from self._ready.values()

    def _plan(self) -> None:
        """Plan the next opening or closing, if there is one."""
        moments = self.hours.moments
        if self._next == len(moments):
            return
        self.callbacks = [self._change]
        rank = CLOSING if self._next % 2 else self._rank
        self._floor.clock.plan(self, moments[self._next], rank)

    def _change(self, _event: simpy.Event) -> None:
        """Close or open."""
        now, closes = self.hours.moments[self._next], self._next % 2
        self._next += 1
        self._plan()
        if closes:
            self._close(now)
        else:
            self._open(now)
            self._floor.settle(now)

    def _close(self, now: float) -> None:
        """Let the idle servers go home (R35)."""
        self.is_open = False
        self._home = [
            (server, staff, now) for staff in self._staffs for server in staff.idle
        ]
        for staff in self._staffs:
            staff.idle.clear()

    def _open(self, now: float) -> None:
        """Let the servers come back in the order in which they went (R37)."""
        self.is_open = True
        back, self._home = sorted(self._home, key=self._order), []
        for server, staff, since in back:
            self._time_at_home[staff] += now - since
            self._come_back(server, staff, now)
        self._opening = None
        self._ready.clear()

    def _order(self, entry: tuple[Server, Staff, float]) -> tuple[float, int]:
        """Return what puts the server first that went home first, then the file's."""
        _, staff, since = entry
        return since, self._staffs.index(staff)

    def _come_back(self, server: Server, staff: Staff, now: float) -> None:
        """Let a server take up what waits, or be idle as it was at closing (R51)."""
        since, cause = server.freed_at, server.cause
        self._opening = None
        if since == now:  # coincidence: the own past goes first
            staff.resume(server, now, cause)
        else:
            self._opening = [self.hours.owner, since, now, cause]
            staff.resume(server, now, self._opening)
        if staff.idle and staff.idle[-1] is server:
            staff.pauses -= 1
            server.freed_at, server.cause = since, cause
        elif since == now:
            staff.pauses -= 1
