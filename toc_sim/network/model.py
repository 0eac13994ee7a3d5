"""The pipeline as engines read it: nodes and ways by index, all defaults filled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import networkx as nx

from toc_sim.network.levels import is_a_chance, scaled
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.nodes import Availability
from toc_sim.scenario.values import Profile

Kind = Literal["source", "stage", "market"]
OwnerKind = Literal["stage", "resource", "market", "source", "policy"]

DELAY = "delay"
"""The name under which time away between nodes stands among the shares."""


@dataclass(frozen=True, slots=True)
class Draw:
    """The shape of a time drawn at a node; its mean is one.

    Attributes
    ----------
    shape
        ``constant``, ``gamma``, ``lognormal``, ``uniform``, ``triangular`` or
        ``empirical``; exponential is gamma with cv 1.
    cv
        Coefficient of variation [1].
    samples
        Of ``empirical``: the samples over their mean.
    """

    shape: str
    cv: float
    samples: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A way out of a node, by index.

    Attributes
    ----------
    target
        Index of the node it leads to.
    share
        The share of the finished items that take it [1]; unused if routing is free.
    delay
        Time away before arrival [periods].
    """

    target: int
    share: float | Profile
    delay: float


@dataclass(frozen=True, slots=True)
class NetNode:
    """A node with every default filled in.

    Attributes
    ----------
    index, name, kind
        Its place in the file, its name, and what it is.
    picture
        The kind as written in the file: machine, team, source or market.
    rank
        Its turn among simultaneous events: 0 is furthest downstream.
    servers
        Items in service at a time; 0 where a resource does the work.
    resource
        Index of the pool that does the work, or None.
    pace
        A service takes draw / pace, with pace [items/period] per server; where
        `timed`, it takes draw x pace, with pace [periods].
    timed
        Whether `pace` is a time: the stages of a resource.
    draw
        The shape of chance.
    buffer
        Waiting places; None: unlimited.
    conversion
        Chance that a finished item moves on [1].
    links
        The ways out; empty: finished items are bought (or leave the market).
    free
        Whether a finished item looks for the shortest queue.
    supplied
        Whether it draws on an unlimited supply.
    availability
        Failures, or None.
    priority
        Its turn in its pool: higher first.
    lost
        Of a source: an arrival without room is lost. Of a market: a buyer is.
    stream
        The random stream it draws on.
    """

    index: int
    name: str
    kind: Kind
    picture: str
    rank: int
    servers: int
    resource: int | None
    pace: float | Profile
    timed: bool
    draw: Draw
    buffer: int | None
    conversion: float | Profile
    links: tuple[Link, ...]
    free: bool
    supplied: bool
    availability: Availability | None
    priority: int
    lost: bool
    stream: str

    @property
    def is_one_way(self) -> bool:
        """Whether every finished item goes to one other node, at once."""
        if len(self.links) != 1 or self.conversion != 1.0:
            return False
        return not self.links[0].delay and (self.free or self.links[0].share == 1.0)


@dataclass(frozen=True, slots=True)
class NetResource:
    """A shared pool, by index, with the indices of the stages it works for."""

    index: int
    name: str
    servers: int
    stages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """When new items are let in.

    Attributes
    ----------
    limit
        Most items counted at a time; None: no limit (push).
    drum
        Index of the stage that ends the count; None: leaving ends it (conwip).
    """

    limit: int | None = None
    drum: int | None = None

    @property
    def name(self) -> str:
        """How the policy is called in reports and paths."""
        return "conwip" if self.drum is None else "drum_buffer_rope"


@dataclass(frozen=True)
class Network:
    """The whole pipeline as the engines read it.

    Attributes
    ----------
    scenario
        What it was made from.
    nodes, resources, release
        Its parts, by index.
    """

    scenario: Scenario
    nodes: tuple[NetNode, ...]
    resources: tuple[NetResource, ...]
    release: Release

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
        nodes = tuple(
            (node.name, node.kind) for node in self.nodes if node.resource is None
        )
        return nodes + tuple((pool.name, "resource") for pool in self.resources)

    def owner(self, index: int) -> str:
        """Return who answers for the time spent at a node: itself or its resource."""
        node = self.nodes[index]
        return (
            node.name if node.resource is None else self.resources[node.resource].name
        )

    @property
    def is_deterministic(self) -> bool:
        """Whether nothing in it is left to chance."""
        return not any(
            node.draw.cv > 0
            or node.availability is not None
            or is_a_chance(node.conversion)
            or (not node.free and any(is_a_chance(link.share) for link in node.links))
            or (not node.free and _splits(node))
            for node in self.nodes
        )

    def lifted(self, owner: str, factor: float) -> Network:
        """Return the network with all rates of one owner multiplied by a factor.

        Parameters
        ----------
        owner
            A node, a resource (the times of its stages are divided), or ``delay``.
        factor
            Above 1 is faster. Failures and repairs keep pace with the work: this
            is the change whose elasticity the constraint share is.
        """
        nodes = tuple(
            _faster(node, factor)
            if self.owner(node.index) == owner
            else _sooner(node, factor)
            if owner == DELAY
            else node
            for node in self.nodes
        )
        return replace(self, nodes=nodes)

    def relaxed(self) -> Network:
        """Return the network with its release policy relaxed by one item."""
        limit = self.release.limit
        return replace(
            self,
            release=replace(self.release, limit=None if limit is None else limit + 1),
        )


def _splits(node: NetNode) -> bool:
    return (
        sum(not isinstance(link.share, float) or link.share > 0 for link in node.links)
        > 1
    )


def _faster(node: NetNode, factor: float) -> NetNode:
    pace = scaled(node.pace, 1 / factor if node.timed else factor)
    failures = node.availability
    if failures is not None:
        failures = Availability(
            mean_time_between_failures=failures.mean_time_between_failures / factor,
            mean_time_to_repair=failures.mean_time_to_repair / factor,
        )
    return replace(node, pace=pace, availability=failures)


def _sooner(node: NetNode, factor: float) -> NetNode:
    links = tuple(replace(link, delay=link.delay / factor) for link in node.links)
    return replace(node, links=links)
