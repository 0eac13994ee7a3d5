"""The pipeline as the engines read it, and averages of what changes over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import floor, fsum, log1p
from typing import Literal, TypeVar

import networkx as nx

from toc_sim.network.features import Feature, features_between, features_of, union
from toc_sim.network.node import (
    Draw,
    NetMarket,
    NetNode,
    NetOpen,
    NetRelease,
    NetResource,
    NetStage,
)
from toc_sim.scenario.fields.numbers import Profile, level, level_before, scaled
from toc_sim.scenario.model import Scenario

MANY_PRODUCTS = 20
"""Products of a source or market from which on they are lifted together."""


def average(value: float | Profile, horizon: float) -> float:
    """Return the mean of a number or profile over the window [0, horizon]."""
    return area(value, 0.0, horizon) / horizon if isinstance(value, Profile) else value


def area(value: float | Profile, begin: float, end: float) -> float:
    """Return the integral of a number or profile over [begin, end]."""
    if not isinstance(value, Profile):
        return value * (end - begin)
    return _summed(value, begin, end, _under)


def mean_time(time: float | Profile, spans: Iterable[tuple[float, float]]) -> float:
    """Return the mean time of a service over some spans of time.

    It is that at which as much is done in them as at the times of a profile: work goes
    on at one over the time (R13), so quick hours count for more than slow ones.

    Parameters
    ----------
    time
        The same at all times, or a profile [periods].
    spans
        From and to [periods].
    """
    if not isinstance(time, Profile):
        return time
    spans = tuple(spans)
    whole = fsum(end - begin for begin, end in spans)
    return whole / fsum(_summed(time, begin, end, _done) for begin, end in spans)


_Piece = Callable[[float, float, float], float]
"""What a straight piece of a profile comes to: from, to, and how long it is."""


def _summed(value: Profile, begin: float, end: float, piece: _Piece) -> float:
    """Return what the pieces of a profile from one time to another come to."""
    every = value.every
    if every is None or end - begin < every:
        return _in_season(value, begin, end, piece)
    seasons = floor((end - begin) / every)
    rest = _in_season(value, begin, end - seasons * every, piece)
    return seasons * _in_season(value, 0.0, every, piece) + rest


def _in_season(value: Profile, begin: float, end: float, piece: _Piece) -> float:
    """Return the same over less than a season, or over one that begins at 0."""
    inner = sorted({time for time in _corners(value, begin) if begin < time < end})
    return fsum(
        piece(level(value, start), level_before(value, until), until - start)
        for start, until in pairwise([begin, *inner, end])
    )


def _under(first: float, last: float, span: float) -> float:
    """Return the area under a straight piece."""
    return (first + last) / 2 * span


def _done(first: float, last: float, span: float) -> float:
    """Return how many services are done while their time goes from one to another."""
    change = (last - first) / first
    return span / first * (log1p(change) / change if change else 1.0)


def _corners(value: Profile, begin: float) -> Iterator[float]:
    """Yield the times of all points that may lie within a season after a time."""
    yield from value.times
    if value.every is not None:
        first = floor(begin / value.every)
        for season in (first, first + 1):
            yield from (season * value.every + time for time in value.times)


OwnerKind = Literal["stage", "resource", "market", "source", "policy"]

DELAY = "delay"
"""The name under which time away between nodes, and patience, stand among shares."""

CALENDAR = "calendar"
"""The name under which closing time stands among shares."""

REST = "rest"
"""The name under which stands what the shares lack to 1: the window, which is as long
as it is whatever becomes faster."""


_Place = TypeVar("_Place", NetNode, NetResource)


@dataclass(frozen=True)
class Network:
    """The whole pipeline as the engines read it.

    Attributes
    ----------
    scenario
        What it was made from, one product at each node.
    nodes
        Sources, stages and markets, by index, shape (nodes,).
    resources
        Shared pools of servers, by index, shape (resources,).
    release
        When new items are let in.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> net = network_of(load("scenarios/paper_cups.yaml"))
    >>> [net.nodes[link.target].name for link in net.nodes[0].links]
    ['machine_2']
    >>> net.is_deterministic
    True
    """

    scenario: Scenario
    nodes: tuple[NetNode, ...]
    resources: tuple[NetResource, ...]
    release: NetRelease

    @cached_property
    def graph(self) -> nx.DiGraph[int]:
        """The nodes by index, with an edge for each way (delayed ones too)."""
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(node.index for node in self.nodes)
        for node in self.nodes:
            for link in node.links:
                graph.add_edge(node.index, link.target, delay=link.delay)
        return graph

    @property
    def owners(self) -> tuple[tuple[str, OwnerKind], ...]:
        """Everything that can be the constraint by its rate: nodes and resources.

        The stages of a resource do not stand here: their work is the resource's.
        """
        nodes = ((each.name, each.kind) for each in self.nodes if each.resource is None)
        return (*nodes, *((pool.name, pool.kind) for pool in self.resources))

    @cached_property
    def together(self) -> dict[str, tuple[str, ...]]:
        """Sources and markets of many products, each with its node for every one.

        Each of these answers for little, and to tell how little of each in turn takes
        as many runs as there are: they are lifted together.
        """
        found: dict[str, list[str]] = {}
        for node in self.nodes:
            if node.product is not None and node.resource is None:
                found.setdefault(node.place, []).append(node.name)
        return {
            place: tuple(names)
            for place, names in found.items()
            if len(names) > MANY_PRODUCTS
        }

    @cached_property
    def lifted_alone(self) -> tuple[tuple[str, OwnerKind], ...]:
        """What is lifted by itself: owners, and for many products their node.

        An exit is not: it takes all as it is.
        """
        place_of = {
            name: place for place, names in self.together.items() for name in names
        }
        exits = {node.name for node in self.nodes if node.takes_all}
        found = {
            place_of.get(name, name): kind
            for name, kind in self.owners
            if name not in exits
        }
        return tuple(found.items())

    @cached_property
    def sold(self) -> tuple[str | None, ...]:
        """The products that are bought, in the order of the file; None: all is one.

        Whatever is told of items that were bought stands by product in this order.
        """
        found = {node.product for node in self.nodes if node.sells}
        order = (*self.scenario.products, None)
        return tuple(each for each in order if each in found)

    def target(self, product: str | None) -> float | None:
        """Return how long an item should wait in all [periods]; None: nobody says."""
        told = self.scenario.products.get(product or "")
        return None if told is None else told.target

    def owner(self, index: int) -> str:
        """Return who answers for the time spent at a node: itself or its resource."""
        node = self.nodes[index]
        pool = node.resource
        return node.name if pool is None else self.resources[pool].name

    @cached_property
    def opened(self) -> tuple[tuple[NetNode, int | None, NetOpen], ...]:
        """What is open as a run starts: node, way out if any, items, in their order."""
        found: list[tuple[NetNode, int | None, NetOpen]] = []
        for node in self.nodes:
            if node.opened is not None:
                found.append((node, None, node.opened))
            for number, link in enumerate(node.links):
                if link.opened is not None:
                    found.append((node, number, link.opened))
        return tuple(sorted(found, key=lambda each: each[2].first))

    @cached_property
    def node_features(self) -> tuple[Feature, ...]:
        """What each node uses, by index."""
        return tuple(map(features_of, self.nodes))

    def using(self, features: Feature) -> Iterator[NetNode]:
        """Yield the nodes that use one of some features."""
        for node, uses in zip(self.nodes, self.node_features, strict=True):
            if uses & features:
                yield node

    @cached_property
    def features(self) -> Feature:
        """What the pipeline uses: all that its nodes do, and what lies between."""
        pools, release = self.resources, self.release
        has = {
            Feature.POOL: bool(pools),
            Feature.DISPATCH: any(pool.dispatch != "priority" for pool in pools),
            Feature.CONWIP: release.limit is not None and release.drum is None,
            Feature.ROPE: release.limit is not None and release.drum is not None,
        }
        between = features_between(self.nodes, self.graph)
        whole = union(feature for feature, there in has.items() if there)
        return union((*self.node_features, between, whole))

    @property
    def is_deterministic(self) -> bool:
        """Whether nothing in it is left to chance."""
        return self.features in Feature.CERTAIN

    @property
    def has_several_products(self) -> bool:
        """Whether what is bought may be one product or another."""
        return Feature.PRODUCTS in self.features

    @property
    def has_delay(self) -> bool:
        """Whether some time in it is nobody's pace: time away, or patience."""
        return bool(self.features & (Feature.PATIENCE | Feature.DELAY))

    @property
    def has_calendar(self) -> bool:
        """Whether somebody keeps opening hours."""
        return Feature.CALENDAR in self.features

    def clock_starts_over(self, node: NetNode) -> bool:
        """Return whether a node's clock starts over as room comes, on the path.

        Where nobody keeps opening hours, so that only work and clocks make room.
        """
        return node.starts_over and not self.has_calendar

    @property
    def shifts(self) -> tuple[tuple[int, ...], ...]:
        """Return the resources with opening hours; those needed together, together."""
        keep = {pool.index for pool in self.resources if pool.calendar is not None}
        if not keep:
            return ()
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(keep)
        for node in self.nodes:
            nx.add_path(graph, keep.intersection(node.pools))
        return tuple(sorted(tuple(sorted(g)) for g in nx.connected_components(graph)))

    def lifted(self, owner: str, factor: float) -> Network:
        """Return the network with all rates of one owner multiplied by a factor.

        Parameters
        ----------
        owner
            A node, a resource (the times of its stages are divided), a node of
            `together` (all its products), ``delay``
            (time away between nodes, and patience), or ``calendar`` (all opening
            hours: shifts are shorter and come sooner).
        factor
            Above 1 is faster. Failures and repairs keep pace with the work: this
            is the change whose elasticity the constraint share is.
        """
        nodes, pools = self.nodes, self.resources
        if owner == CALENDAR:
            nodes = tuple(_hastened(node, factor) for node in nodes)
            pools = tuple(_hastened(pool, factor) for pool in pools)
        else:
            names = self.together.get(owner, (owner,))
            nodes = tuple(
                _faster(node, factor)
                if self.owner(node.index) in names
                else _sooner(node, factor)
                if owner == DELAY
                else node
                for node in nodes
            )
        return replace(self, nodes=nodes, resources=pools)

    def without_chance(self) -> Network:
        """Return the network with times that never vary, and repairs taken off evenly.

        What is left to chance is which way items take and which are scrapped.
        """
        return replace(self, nodes=tuple(map(_steady, self.nodes)))

    def asked(self, **settings: object) -> Network:
        """Return the network whose scenario asks for other runs.

        Parameters
        ----------
        settings
            New values of `Run`, as they are: replications, horizon, engine.
        """
        run = self.scenario.run.model_copy(update=settings)
        return replace(self, scenario=self.scenario.model_copy(update={"run": run}))

    def relaxed(self) -> Network:
        """Return the network with its release policy relaxed by one item."""
        if self.release.limit is None:
            return self
        release = replace(self.release, limit=self.release.limit + 1)
        return replace(self, release=release)


def _hastened(place: _Place, factor: float) -> _Place:
    if place.calendar is None:
        return place
    return replace(place, calendar=place.calendar.hastened(factor))


def _faster(node: NetNode, factor: float) -> NetNode:
    pace = scaled(node.pace, 1 / factor if node.timed else factor)
    if not isinstance(node, NetStage):
        return replace(node, pace=pace)
    failures = node.availability and node.availability.faster(factor)
    rounds = node.rounds and node.rounds.faster(factor)
    return replace(node, pace=pace, availability=failures, rounds=rounds)


def _steady(node: NetNode) -> NetNode:
    never = Draw("constant", 0.0)
    links = tuple(replace(link, draw=never) for link in node.links)
    node = replace(node, draw=never, links=links)
    if isinstance(node, NetStage | NetMarket) and node.patience is not None:
        node = replace(node, patience=replace(node.patience, draw=never))
    if not isinstance(node, NetStage) or node.availability is None:
        return node
    up = node.availability.share
    pace = scaled(node.pace, 1 / up if node.timed else up)
    return replace(node, pace=pace, availability=None)


def _sooner(node: NetNode, factor: float) -> NetNode:
    links = tuple(replace(link, delay=link.delay / factor) for link in node.links)
    if not isinstance(node, NetStage | NetMarket) or node.patience is None:
        return replace(node, links=links)
    patience = replace(node.patience, mean=node.patience.mean / factor)
    return replace(node, links=links, patience=patience)
