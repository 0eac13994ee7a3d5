"""Services that need a server of several pools at once, and whoever shares those."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toc_sim.engine.reference.critical_path import Record
from toc_sim.engine.reference.dispatch import Rule
from toc_sim.engine.reference.floor import Floor, Server
from toc_sim.engine.reference.pool import Pool, PooledStation
from toc_sim.engine.reference.station import rest


def form_crews(floor: Floor, pools: Sequence[Pool]) -> None:
    """Let the stages of pools that are needed together be served by crews.

    A pool of which every stage needs no other goes on as it does alone.

    Parameters
    ----------
    floor
        What the stations of a run share.
    pools
        All of them, by index of the network's resources.
    """
    shared = [pool for pool in pools if any(each.node.also for each in pool.stations)]
    stations = _in_order(pool.stations for pool in shared)
    seats = {
        station.owner: Seats(station, [pools[index] for index in station.node.pools])
        for station in stations
    }
    for station in stations:
        own = seats[station.owner]
        mates = _in_order(pool.stations for pool in own.pools)
        station.idle = own  # type: ignore[assignment] # a stage only takes from it
        station.pool = Crew(floor, own.pools, [seats[each.owner] for each in mates])


class Seats:
    """The idle servers of a stage, one of each of its pools at a time.

    While somebody is in the queue, nobody behind may take them.

    Parameters
    ----------
    station
        The stage.
    pools
        Of which each service takes a server, the lead first.
    """

    def __init__(self, station: PooledStation, pools: Sequence[Pool]) -> None:
        self.station, self.pools = station, pools
        self._benches = [pool.idle for pool in pools]

    @property
    def are_complete(self) -> bool:
        """Whether every pool has an idle server."""
        return all(self._benches)

    def __bool__(self) -> bool:
        return not self.station.queue and self.are_complete

    def pop(self) -> Server:
        """Take one of each; the first leads, the others stay beside it."""
        server, *others = [bench.pop() for bench in self._benches]
        server.beside = tuple(others)
        return server

    def begin(self, now: float, cause: Record | None) -> None:
        """Begin the service of the first in the queue."""
        station, server = self.station, self.pop()
        for pool, each in zip(self.pools, (server, *server.beside), strict=True):
            if each.freed_at == now:
                pool.pauses -= 1
        station.start(server, station.first_of_queue(now), now, cause)


class Crew:
    """Gives the servers of a service that ended something new to do.

    They come free together. Then the stages of their pools are tried in the order of
    urgency: the first that has work, and an idle server in every pool that it needs,
    begins; and again, until none can. Nobody keeps a server for a service that lacks
    another one, so smaller work may overtake it. After closing those go home who keep
    opening hours; each comes back alone, and waits for whom it needs beside it.

    Parameters
    ----------
    floor
        What the stations of a run share.
    pools
        Of the stage whose services end, the lead first.
    mates
        The stages of these pools, in the order of the file.
    """

    def __init__(
        self, floor: Floor, pools: Sequence[Pool], mates: Sequence[Seats]
    ) -> None:
        self._floor, self._pools, self._mates = floor, pools, mates
        self._rule: Rule = pools[0].rule

    def free(self, server: Server, now: float, cause: Record | None) -> None:
        """Let all servers of a service come free."""
        servers = (server, *server.beside)
        server.beside = ()
        for pool, each in zip(self._pools, servers, strict=True):
            if pool.roster is not None and not pool.roster.is_open:
                pool.roster.go_home(each, pool, now, cause)
            else:
                _sit_down(each, pool, now, cause)
        self._look_for_work(now, cause)

    def take_back(
        self, pool: Pool, server: Server, now: float, cause: Record | None
    ) -> None:
        """Let a server of one pool come back from home."""
        _sit_down(server, pool, now, cause)
        self._look_for_work(now, cause)

    def _look_for_work(self, now: float, cause: Record | None) -> None:
        if self._hand_out(now, cause) is not None:
            self._floor.pending.append((self, cause))

    def let_in(self, now: float, cause: Record | None) -> None:
        """Let the most urgent take in what waits for room, or new material."""
        urgent = self._hand_out(now, cause)
        if urgent is not None:
            self._floor.pending.append((self, cause))
            urgent.let_in(now, cause)

    def _hand_out(self, now: float, cause: Record | None) -> PooledStation | None:
        """Begin what waits in queues, up to a stage that has to let somebody in."""
        while True:
            able = [each for each in self._mates if each.are_complete]
            seats = min(able, key=self._urgency, default=None)
            if seats is None:
                return None
            station = seats.station
            if self._rule(station)[0]:
                self._ask_for_material(able, cause)
                return None
            if not station.queue:
                return station
            seats.begin(now, cause)
            if station.waiters:
                self._floor.pending.append((station, cause))

    def _urgency(self, seats: Seats) -> tuple[float, ...]:
        return self._rule(seats.station)

    def _ask_for_material(self, able: Iterable[Seats], cause: Record | None) -> None:
        """Let the supplies that nobody works for wait for their tokens."""
        for seats in able:
            if seats.station.node.supplied:
                self._floor.pending.append((seats.station, cause))


def _sit_down(server: Server, pool: Pool, now: float, cause: Record | None) -> None:
    """Let a server wait for work beside the others of its pool."""
    pool.pauses += 1
    rest(server, now, cause)
    pool.idle.append(server)


def _in_order(groups: Iterable[Iterable[PooledStation]]) -> list[PooledStation]:
    """Return the stations of some groups, each once, in the order of the file."""
    each = {station.owner: station for group in groups for station in group}
    return [each[owner] for owner in sorted(each)]
