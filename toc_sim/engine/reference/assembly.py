"""A network put together as stations, sources and pools on one floor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from toc_sim.engine.reference.arrivals import Admission, ArrivalProcess
from toc_sim.engine.reference.batches import JoinStage, SplitStage
from toc_sim.engine.reference.crew import CrewStage
from toc_sim.engine.reference.critical_path import CriticalPath
from toc_sim.engine.reference.fast_lane import fast_kind
from toc_sim.engine.reference.floor import (
    Clock,
    Floor,
    Record,
    ReleasePolicy,
    Server,
    Trace,
    new_servers,
)
from toc_sim.engine.reference.market import BacklogMarket, LostSalesMarket
from toc_sim.engine.reference.meters import Meter
from toc_sim.engine.reference.patience import Reneging
from toc_sim.engine.reference.pool import Pool, PooledStage
from toc_sim.engine.reference.rounds import RoundsStage
from toc_sim.engine.reference.routing import Router
from toc_sim.engine.reference.service import RandomStreams, Service
from toc_sim.engine.reference.shifts import OpeningHours, ShiftedService
from toc_sim.engine.reference.staffing import Staffing
from toc_sim.engine.reference.start_state import OpenState
from toc_sim.engine.reference.station import RoutingStage, Site, Station
from toc_sim.engine.reference.tracing import trace_floor, trace_station
from toc_sim.engine.rules.timetable import returns
from toc_sim.engine.rules.wait_classes import lowest_class
from toc_sim.network import NetNode, NetResource, Network


class GaveWay(Exception):  # noqa: N818 - not an error: another engine is ready
    """The run broke off, as it was asked to."""


class Assembly:
    """Everything that moves in one run.

    Parameters
    ----------
    net
        What to build.
    clock
        SimPy's clock and event list.
    streams
        The random numbers of the run.
    trace
        Told what happens, or None.
    until
        When the run ends [periods].
    spans
        Whether every station notes its services.
    gives_way
        Asked, as old records are added up, whether to break off; None: never.

    Attributes
    ----------
    floor, path
        What all stations share, and what adds up critical paths; the owners of the
        path are the nodes by index, then time away, then closing time if any.
    meters
        Stations and sources by index of the network's nodes.
    pools
        By index of the network's resources.
    """

    def __init__(
        self,
        net: Network,
        clock: Clock,
        streams: RandomStreams,
        trace: Trace | None = None,
        *,
        until: float,
        spans: bool = False,
        gives_way: Callable[[], bool] | None = None,
    ) -> None:
        self._net, self._streams = net, streams
        self._trace, self._spans, self._until = trace, spans, until
        self._gives_way = gives_way
        self._away = len(net.nodes)
        self.path = CriticalPath(self._away + 1 + net.has_calendar, until)
        places = {node.name: node.index for node in net.nodes}
        self.floor = Floor(
            clock,
            self.compress,
            places if net.has_several_products else None,
            lowest_class(until - clock.now),
            has_state=bool(net.opened),
        )
        if trace is not None:
            trace_floor(self.floor, trace)
        self._release = (
            None
            if net.release.limit is None
            else ReleasePolicy(self.floor, net.release.limit, net.release.drum)
        )
        self._staffings: list[Staffing] = []
        self.pools = self._new_pools()
        self.meters: list[Meter] = []
        for node in net.nodes:
            self.meters.append(self._meter(node))

    def open(self) -> None:
        """Let in what is there and unlimited supplies; the sources run already (R2)."""
        now = self.floor.clock.now
        self._await_customers(now)
        state = OpenState(self.floor, self._release, self._streams)
        state.put_under_way(self._net, self.meters, now)
        stations = [each for each in self.meters if isinstance(each, Station)]
        stations.sort(key=lambda station: station.rank)
        for station in stations:
            for _ in range(station.node.stock):
                item = self.floor.enter(now, station.node.name)
                station.entrance(station.owner).arrive(item, now, None)
            for item in state.waiting(station.node, now):
                station.arrive(item, now, None)
        for staffing in self._staffings:
            staffing.begin(now)
        for station in stations:
            if station.node.supplied:
                station.supply(now, None)

    def _await_customers(self, now: float) -> None:
        """Let customers who bought before the start be on their way (R54)."""
        chance = self._streams.seed, self._streams.replication
        for node, market in zip(self._net.nodes, self.meters, strict=True):
            for number, link in enumerate(node.links):
                if link.customers and isinstance(market, RoutingStage):
                    way = market.router.ways[number]
                    for until in returns(node, number, *chance, start=now).tolist():
                        market.admission.await_customer(way, now, until)

    def compress(self) -> int:
        """Add up what no longer matters, and return how much is left."""
        if self._gives_way is not None and self._gives_way():
            raise GaveWay
        for meter in self.meters:
            if isinstance(meter, Station):
                for heap in meter.heaps:
                    heap.tidy()
            else:
                meter.admission.waits.tidy()
        return self.path.compress(self._records())

    def _records(self) -> Iterator[Record | None]:
        """Yield the records that something in the system still refers to."""
        yield self.floor.last_cause
        for pool in self.pools:
            for server in pool.servers:
                yield server.last_record
        for staffing in self._staffings:
            yield from staffing.records()
        for meter in self.meters:
            yield from meter.records()

    def _new_pools(self) -> tuple[Pool, ...]:
        """Return the pools; those that a stage needs together keep hours together."""
        resources = self._net.resources
        staffings: dict[int, Staffing | None] = {}
        for group in self._net.shifts:
            nodes = {node for index in group for node in resources[index].stages}
            staffing = self._staffing(resources[group[0]], nodes)
            staffings.update(dict.fromkeys(group, staffing))
        return tuple(
            Pool(self.floor, each, staffings.get(each.index)) for each in resources
        )

    def _staffing(
        self, place: NetNode | NetResource, nodes: Iterable[int]
    ) -> Staffing | None:
        """Return when the servers of a place are there, that work at some nodes."""
        hours = self._hours(place)
        if hours is None:
            return None
        rank = min(self._net.nodes[index].rank for index in nodes)
        staffing = Staffing(self.floor, hours, rank)
        self._staffings.append(staffing)
        return staffing

    def _hours(self, place: NetNode | NetResource) -> OpeningHours | None:
        """Return the opening hours of a place in this run; None: it is always open."""
        if place.calendar is None:
            return None
        start, owner = self.floor.clock.now, self._away + 1
        return OpeningHours(place.calendar, start, self._until, owner)

    def _meter(self, node: NetNode) -> Meter:
        """Return the source, stage or market that a node stands for."""
        router = Router(node, self._entrance, self._streams)
        admission = Admission(self.floor, node, self._release, self._away)
        staffing = self._staffing_of(node)
        service = self._service(node, staffing)
        if node.kind == "source":
            return ArrivalProcess(
                self.floor,
                service,
                router,
                admission,
                starts_over=self._net.clock_starts_over(node),
            )
        site = Site(
            self.floor,
            service,
            self._servers(node),
            self._release,
            router,
            admission,
            self._reneging(node),
            staffing,
            self._spans,
        )
        station = self._station(site)
        if self._trace is not None:
            for each in (station, *station.part_queues):
                trace_station(each, self._trace)
        return station

    def _staffing_of(self, node: NetNode) -> Staffing | None:
        """Return when the servers of a node are there; None: always, or no servers."""
        if node.resource is not None:
            staffings = [self.pools[index].staffing for index in node.pools]
            return next((each for each in staffings if each is not None), None)
        if node.kind == "source" or _has_backlog(node):
            return None
        return self._staffing(node, (node.index,))

    def _service(self, node: NetNode, staffing: Staffing | None) -> Service:
        hours = self._hours(node) if staffing is None else staffing.hours
        if hours is None:
            return Service(node, self._streams, self._until)
        return ShiftedService(node, self._streams, self._until, hours)

    def _servers(self, node: NetNode) -> list[Server]:
        if node.resource is not None:
            return self.pools[node.resource].servers
        return new_servers(self.floor.clock, node.servers)

    def _reneging(self, node: NetNode) -> Reneging | None:
        if node.patience is None:
            return None
        clock, draw = self.floor.clock, self._streams.patience(node)
        return Reneging(clock, node.rank, node.patience.mean, draw, self._away)

    def _station(self, site: Site) -> Station:
        """Return the kind of station that can do all that a node asks for."""
        node = site.service.node
        if node.resource is not None:
            pools = [self.pools[index] for index in node.pools]
            return (CrewStage if self._has_crew(node) else PooledStage)(site, pools)
        kind = _kind(node)
        if self._trace is None and node.calendar is None:
            kind = fast_kind(kind, site, self._net)
        return kind(site)

    def _has_crew(self, node: NetNode) -> bool:
        """Return whether a stage needs several pools, or shares one with such."""
        mates = chain.from_iterable(
            self._net.resources[index].stages for index in node.pools
        )
        return any(self._net.nodes[index].also for index in mates)

    def _entrance(self, target: int, source: int) -> Station:
        """Return where a node takes in what comes from another one."""
        station = self.meters[target]
        assert isinstance(station, Station)  # noqa: S101 - no way leads into a source
        return station.entrance(source)


def _has_backlog(node: NetNode) -> bool:
    """Return whether it is a market whose buyers wait; they keep no servers."""
    return node.kind == "market" and not node.lost


def _kind(node: NetNode) -> type[Station]:
    if node.kind == "market":
        return BacklogMarket if _has_backlog(node) else LostSalesMarket
    if node.rounds is not None:
        return RoundsStage
    if node.recipe is None:
        return RoutingStage
    return JoinStage if node.recipe.gathers else SplitStage
