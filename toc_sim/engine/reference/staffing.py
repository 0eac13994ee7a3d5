"""Who is there when: servers go home at closing time and come back at opening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import heappush
from math import fsum
from typing import TYPE_CHECKING, Any

import simpy

from toc_sim.engine.reference.critical_path import START, Record
from toc_sim.engine.reference.floor import Item, Planned, Server
from toc_sim.engine.reference.market import LostSales
from toc_sim.engine.reference.pool import Pool, PooledStation
from toc_sim.engine.reference.shifts import Shifts
from toc_sim.engine.reference.stage import Crossroads
from toc_sim.engine.reference.station import Station, rest

if TYPE_CHECKING:
    from toc_sim.engine.reference.floor import Floor

Staff = Station | Pool

FIRST_OF_ALL = -1
"""The turn of closing: whatever else happens at that time finds it closed."""


class Roster(Planned):
    """The servers of places that open and close together.

    That is a stage, a market or a resource; or resources that a stage needs together.
    As an event it is the next opening or closing. At an opening the servers come back
    in the order in which they went home, and each takes up what waits.

    Parameters
    ----------
    floor
        What the stations of a run share.
    shifts
        The opening hours.
    staffs
        Whose servers they are: a station, or resources.

    Attributes
    ----------
    stations
        Where they work.
    is_open
        Whether work may begin.
    """

    def __init__(self, floor: Floor, shifts: Shifts, staffs: Sequence[Staff]) -> None:
        super().__init__(floor.clock)
        self.staffs = staffs
        self.stations: list[Station] = []
        self.shifts = shifts
        self.is_open = True
        self._floor = floor
        self._home: list[tuple[Server, Staff, float]] = []
        self._time_at_home: dict[Staff, float] = defaultdict(float)
        self._ready: dict[Item, Record | None] = {}
        self._opening: Record | None = None
        self._next = 0

    def begin(self, now: float) -> None:
        """Begin a run: with nobody there, if it is closed."""
        if self.shifts.moments[0] <= now:
            self._next = 1
        else:
            self._close(now)
        self._plan()

    def at_home(self, staff: Staff, now: float) -> float:
        """Return the time that all servers have been at home so far [periods]."""
        return self._time_at_home[staff] + fsum(
            now - since for _, whose, since in self._home if whose is staff
        )

    def go_home(
        self, server: Server, staff: Staff, now: float, cause: Record | None
    ) -> None:
        """Let a server go that became free after closing."""
        staff.pauses += 1
        rest(server, now, cause)
        self._home.append((server, staff, now))

    def came(self, item: Item, cause: Record | None) -> None:
        """Remember what brought an item that came while it was closed."""
        self._ready[item] = cause

    def because(self, item: Item, now: float, cause: Record | None) -> Record | None:
        """Return why a service begins: at an opening, for whoever was ready last."""
        opening = self._opening
        if cause is not opening or opening is None or item not in self._ready:
            return cause
        if item.arrived <= opening[START]:
            return cause
        return [self.shifts.owner, item.arrived, now, self._ready[item]]

    def records(self) -> Iterator[Record | None]:
        """Yield the records that it refers to."""
        yield from self._ready.values()

    def _plan(self) -> None:
        """Set the clock to the next opening or closing, if there is one."""
        moments = self.shifts.moments
        if self._next == len(moments):
            return
        rank = min(station.rank for station in self.stations)
        self.callbacks = [self._ring]
        turn = FIRST_OF_ALL if self._next % 2 else rank
        self._floor.clock.plan(self, moments[self._next], turn)

    def _ring(self, _event: simpy.Event) -> None:
        now, closes = self.shifts.moments[self._next], self._next % 2
        self._next += 1
        self._plan()
        if closes:
            self._close(now)
        else:
            self._open(now)
            self._floor.settle(now)

    def _close(self, now: float) -> None:
        self.is_open = False
        self._home = [
            (server, staff, now) for staff in self.staffs for server in staff.idle
        ]
        for staff in self.staffs:
            staff.idle.clear()

    def _open(self, now: float) -> None:
        self.is_open = True
        back, self._home = sorted(self._home, key=self._turn_of), []
        for server, staff, since in back:
            self._time_at_home[staff] += now - since
            self._come_back(server, staff, now)
        self._opening = None
        self._ready.clear()

    def _turn_of(self, entry: tuple[Server, Staff, float]) -> tuple[float, int]:
        """Return what puts whoever went home first first, then the file's order."""
        _, staff, since = entry
        return since, self.staffs.index(staff)

    def _come_back(self, server: Server, staff: Staff, now: float) -> None:
        """Let a server take up what waits, or sit down on its bench as it left it."""
        since, cause = server.freed_at, server.cause
        self._opening = None
        if since == now:  # coincidence: the own past goes first
            staff.welcome(server, now, cause)
        else:
            self._opening = [self.shifts.owner, since, now, cause]
            staff.welcome(server, now, self._opening)
        if staff.idle and staff.idle[-1] is server:
            staff.pauses -= 1
            server.freed_at, server.cause = since, cause
        elif since == now:
            staff.pauses -= 1


class _InShifts:
    """What opening hours change; mixed into each kind of station that has servers."""

    roster: Any  # a Roster, whatever a Station may say

    def arrive(self, item: Item, now: float, cause: Record | None) -> None:
        super().arrive(item, now, cause)  # type: ignore[misc] # a Station's
        if not self.roster.is_open:
            self.roster.came(item, cause)

    def start(
        self, server: Server, item: Item, now: float, cause: Record | None
    ) -> None:
        station: Any = self
        shifts = self.roster.shifts
        cause = self.roster.because(item, now, cause)
        time = station.work.duration(server, now)
        station.started += 1
        station.active += time
        end = now + time
        server.item, server.paused = item, 0.0
        server.record = [station.owner, now, end, cause]
        if shifts.pauses:
            unpaused, end = end, shifts.until(now, time)
            server.paused = end - unpaused
            station.paused += server.paused
            server.record = shifts.record(station.owner, now, end, cause)
        server.callbacks = station.on_finish
        heappush(station.events, (end, station.rank, next(station.turns), server))
        if station.spans is not None:
            for span in _spans(server, station.owner, now):
                station.spans += span


class _OwnInShifts(_InShifts):
    """The same where the servers are its own; a pool sends its servers home itself."""

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        if self.roster.is_open:
            super().free(server, now, cause)  # type: ignore[misc] # a Station's
        else:
            self.roster.go_home(server, self, now, cause)


class _CrossroadsInShifts(_OwnInShifts, Crossroads): ...


class _PooledInShifts(_InShifts, PooledStation): ...


class _LostSalesInShifts(_OwnInShifts, LostSales): ...


_IN_SHIFTS: dict[type[Station], type[Station]] = {
    LostSales: _LostSalesInShifts,
    PooledStation: _PooledInShifts,
    Crossroads: _CrossroadsInShifts,
}


def in_shifts(kind: type[Station]) -> type[Station]:
    """Return the kind of station that does the same in its opening hours."""
    plain = next(each for each in _IN_SHIFTS if issubclass(kind, each))
    if kind is plain:
        return _IN_SHIFTS[plain]
    return type(f"{kind.__name__}InShifts", (kind, _IN_SHIFTS[plain]), {})


def _spans(
    server: Server, owner: int, now: float
) -> Iterator[tuple[int, float, float]]:
    """Yield the parts of a service that lie between pauses."""
    record: Record | None = server.record
    while record is not None and record[START] >= now:
        if record[0] == owner:
            yield server.number, record[START], record[2]
        if record[START] == now:
            return
        record = record[3]
