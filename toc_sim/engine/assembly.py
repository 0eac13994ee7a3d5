"""A network put together as stations, doors and pools on one floor."""

from __future__ import annotations

from collections.abc import Iterator

import simpy

from toc_sim.engine.doors import Arrivals, Door
from toc_sim.engine.floor import Floor, Server, Trace
from toc_sim.engine.gate import Gate
from toc_sim.engine.markets import Backlog, LostSales
from toc_sim.engine.path import Path, Record
from toc_sim.engine.pool import Pool, PooledStation
from toc_sim.engine.reading import Meter
from toc_sim.engine.routing import Hop, Router
from toc_sim.engine.stations import Crossroads, Station
from toc_sim.engine.tracing import TracedFloor, traced
from toc_sim.engine.work import Chance, Work
from toc_sim.network.model import NetNode, Network


class Assembly:
    """Everything that moves in one run.

    Parameters
    ----------
    net
        What to build.
    env
        SimPy's clock and event queue.
    chance
        Which chance the run meets.
    trace
        Who is told what happens, or None.

    Attributes
    ----------
    floor, path
        What all stations share, and what adds up critical paths; the owners of the
        path are the nodes by index, then time away.
    meters
        Stations and sources by index of the network's nodes.
    pools
        By index of the network's resources.
    """

    def __init__(
        self,
        net: Network,
        env: simpy.Environment,
        chance: Chance,
        trace: Trace | None = None,
    ) -> None:
        self._net = net
        self._away = len(net.nodes)
        self._trace = trace
        self.path = Path(self._away + 1)
        self.floor = (Floor if trace is None else TracedFloor)(
            env, self.path, self.leaves
        )
        if isinstance(self.floor, TracedFloor) and trace is not None:
            self.floor.trace = trace
        release = net.release
        self._gate = (
            None
            if release.limit is None
            else Gate(self.floor, release.limit, release.drum)
        )
        self.pools = tuple(
            Pool(self.floor, [Server(env, number) for number in range(pool.servers)])
            for pool in net.resources
        )
        self.doors: list[Door] = []
        self.meters: list[Meter] = [self._meter(node, chance) for node in net.nodes]
        for node in net.nodes:
            self._connect(node, chance)

    def open(self) -> None:
        """Let the unlimited supplies in; the clocks of sources run already."""
        now = self.floor.env.now
        firsts = [
            meter
            for meter in self.meters
            if isinstance(meter, Station) and meter.node.supplied
        ]
        for station in sorted(firsts, key=lambda each: each.node.rank):
            station.supply(now, None)

    def leaves(self) -> Iterator[Record | None]:
        """Yield the records that something in the system still refers to."""
        yield self.floor.last_cause
        for meter in self.meters:
            if isinstance(meter, (Arrivals, Backlog)):
                yield meter.record
            if isinstance(meter, Station):
                yield from map(_leaf, meter.servers)
        for door in self.doors:
            for trip in door.away:
                yield trip.record

    def _meter(self, node: NetNode, chance: Chance) -> Meter:
        work = Work(node, chance)
        if node.kind == "source":
            return Arrivals(self._door(node), work)
        if node.resource is not None:
            pool = self.pools[node.resource]
            station = self._kind(PooledStation)(
                self.floor, node, work, pool.servers, self._gate
            )
            assert isinstance(station, PooledStation)  # noqa: S101 - traced or not
            pool.join(station)
            return station
        servers = [Server(self.floor.env, number) for number in range(node.servers)]
        kind: type[Station] = Crossroads
        if node.kind == "market":
            kind = LostSales if node.lost else Backlog
        elif self._is_plain(node, chance):
            kind = Station
        return self._kind(kind)(self.floor, node, work, servers, self._gate)

    def _kind(self, kind: type[Station]) -> type[Station]:
        return kind if self._trace is None else traced(kind)

    def _is_plain(self, node: NetNode, chance: Chance) -> bool:
        """Return whether every item goes to one station at once."""
        hops = tuple(Hop((), link.delay) for link in node.links)
        always = node.conversion == 1.0 and Router(node, hops, chance).is_one_way
        return always and self._net.release.drum != node.index

    def _door(self, node: NetNode) -> Door:
        door = Door(self.floor, node, self._gate, self._away)
        self.doors.append(door)
        return door

    def _connect(self, node: NetNode, chance: Chance) -> None:
        """Give a node its ways out."""
        hops = tuple(
            Hop((self._station(link.target),), link.delay) for link in node.links
        )
        router = Router(node, hops, chance)
        meter = self.meters[node.index]
        if isinstance(meter, Arrivals):
            meter.router = router
            return
        meter.router = router
        if isinstance(meter, (LostSales, Backlog)):
            meter.door = self._door(node)
        elif isinstance(meter, Crossroads):
            meter.road = self._door(node)
        else:
            meter.next = hops[0].targets[0]

    def _station(self, index: int) -> Station:
        station = self.meters[index]
        assert isinstance(station, Station)  # noqa: S101 - no way leads into a source
        return station


def _leaf(server: Server) -> Record | None:
    return server.cause if server.item is None else server.record
