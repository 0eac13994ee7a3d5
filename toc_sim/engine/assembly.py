"""A network put together as stations, doors and pools on one floor."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.engine.clock import Clock
from toc_sim.engine.conveyor import Conveyor, Till
from toc_sim.engine.doors import Arrivals, Door
from toc_sim.engine.floor import Floor, Server, Trace
from toc_sim.engine.gate import Gate
from toc_sim.engine.markets import Backlog, LostSales
from toc_sim.engine.path import Path, Record
from toc_sim.engine.pool import Pool, PooledStation
from toc_sim.engine.reading import Meter
from toc_sim.engine.routing import Hop, Router
from toc_sim.engine.stations import Crossroads, Station
from toc_sim.engine.tracing import TracedFloor, TracedPooled, traced
from toc_sim.engine.work import Chance, Work
from toc_sim.network.model import NetNode, Network


class Assembly:
    """Everything that moves in one run.

    Parameters
    ----------
    net
        What to build.
    clock
        SimPy's clock and event queue.
    chance
        Which chance the run meets.
    trace
        Who is told what happens, or None.
    spans
        Whether every station notes its services.

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
        clock: Clock,
        chance: Chance,
        trace: Trace | None = None,
        *,
        spans: bool = False,
    ) -> None:
        self._net = net
        self._away = len(net.nodes)
        self._trace = trace
        self._spans = spans
        self.path = Path(self._away + 1)
        self.floor = (Floor if trace is None else TracedFloor)(clock, self.sweep)
        if isinstance(self.floor, TracedFloor) and trace is not None:
            self.floor.trace = trace
        release = net.release
        self._gate = (
            None
            if release.limit is None
            else Gate(self.floor, release.limit, release.drum)
        )
        self.pools = tuple(
            Pool(self.floor, [Server(clock, number) for number in range(pool.servers)])
            for pool in net.resources
        )
        self.doors: list[Door] = []
        self.meters: list[Meter] = [self._meter(node, chance) for node in net.nodes]
        for node in net.nodes:
            self._connect(node, chance)

    def open(self) -> None:
        """Let the unlimited supplies in; the clocks of sources run already."""
        now = self.floor.clock.now
        firsts = [
            meter
            for meter in self.meters
            if isinstance(meter, Station) and meter.node.supplied
        ]
        for station in sorted(firsts, key=lambda each: each.node.rank):
            station.supply(now, None)

    def sweep(self) -> int:
        """Forget what no longer matters, and return how much is left."""
        for meter in self.meters:
            if isinstance(meter, Station):
                meter.gaps.tidy()
        return self.path.compress(self._leaves())

    def _leaves(self) -> Iterator[Record | None]:
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
            place = PooledStation if self._trace is None else TracedPooled
            worker = place(self.floor, node, work, pool.servers, self._gate)
            pool.join(worker)
            worker.spans = [] if self._spans else None
            return worker
        servers = [Server(self.floor.clock, number) for number in range(node.servers)]
        kind: type[Station] = Crossroads
        if node.kind == "market":
            kind = LostSales if node.lost else Backlog
        if self._trace is not None:
            kind = traced(kind)
        elif not self._spans:
            kind = self._fast_lane(kind, node, work)
        station = kind(self.floor, node, work, servers, self._gate)
        station.spans = [] if self._spans else None
        return station

    def _fast_lane(
        self, kind: type[Station], node: NetNode, work: Work
    ) -> type[Station]:
        """Return the kind of station that does the same faster, if there is one."""
        if kind is LostSales and not node.links and self._gate is None:
            return Till
        if kind is not Crossroads or not work.is_steady or not node.is_one_way:
            return kind
        target = self._net.nodes[node.links[0].target]
        sells_at_once = target.kind == "market" and not target.lost
        is_drum = self._net.release.drum == node.index
        return kind if sells_at_once or is_drum else Conveyor

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
        if isinstance(meter, Crossroads):
            meter.router = router
        if isinstance(meter, (LostSales, Backlog)):
            meter.door = self._door(node)
        elif isinstance(meter, Crossroads):
            meter.road = self._door(node)
        elif isinstance(meter, Conveyor):
            meter.next = hops[0].targets[0]

    def _station(self, index: int) -> Station:
        station = self.meters[index]
        assert isinstance(station, Station)  # noqa: S101 - no way leads into a source
        return station


def _leaf(server: Server) -> Record | None:
    return server.cause if server.item is None else server.record
