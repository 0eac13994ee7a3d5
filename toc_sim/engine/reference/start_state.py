"""Items that are open as a run starts: at work, away, or waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toc_sim.engine.reference.arrivals import ArrivalProcess
from toc_sim.engine.reference.floor import Floor, Item, ReleasePolicy
from toc_sim.engine.reference.service import RandomStreams
from toc_sim.engine.reference.station import RoutingStage, Station
from toc_sim.engine.rules.time_left import time_left_away
from toc_sim.network import NetNode, NetOpen, Network


class OpenState:
    """Brings in what is open as a run starts (R2, R56).

    Parameters
    ----------
    floor, release
        What the stations of a run share, and the release policy or None.
    streams
        The random numbers of the run.
    """

    def __init__(
        self, floor: Floor, release: ReleasePolicy | None, streams: RandomStreams
    ) -> None:
        self._floor, self._release, self._streams = floor, release, streams

    def put_under_way(
        self,
        net: Network,
        meters: Sequence[Station | ArrivalProcess],
        now: float,
    ) -> None:
        """Let services go on that have begun, and items be away that have left."""
        for node, number, opened in net.opened:
            station = meters[node.index]
            assert isinstance(station, Station)  # noqa: S101 - nothing waits at a source
            if number is None:
                for item in self._items(node, opened, 0, len(opened.done), now):
                    station.start(station.idle.pop(), item, now, None)
            elif isinstance(station, RoutingStage):
                way = station.router.ways[number]
                chance = self._streams.seed, self._streams.replication
                left = time_left_away(node.links[number], *chance).tolist()
                items = self._items(node, opened, 0, len(left), now)
                for item, time in zip(items, left, strict=True):
                    station.admission.send(item, way, now, now + time)

    def waiting(self, node: NetNode, now: float) -> Iterator[Item]:
        """Yield the items that wait before a node, in their order."""
        opened = node.opened
        if opened is not None:
            first = len(opened.done)
            yield from self._items(node, opened, first, opened.waiting, now)

    def _items(
        self, node: NetNode, opened: NetOpen, first: int, count: int, now: float
    ) -> Iterator[Item]:
        """Yield so many new items, each with its number and its token."""
        for number in range(first, first + count):
            item = self._floor.enter(now, node.name, token=opened.tokens)
            item.opened = opened.first + number
            if opened.tokens and self._release is not None:
                self._release.take_token()
            yield item
