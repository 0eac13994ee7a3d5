"""What a pipeline uses, so that each method can say which of it it holds for.

A method that does not hold for every pipeline (a fast lane of an engine, an exact
theory, the critical path) declares the features that it supports, and leaves all others
to the general way. So a new feature is refused everywhere until it is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Flag, auto
from functools import reduce
from math import fsum
from operator import or_

import networkx as nx

from toc_sim.network.node import NetNode
from toc_sim.scenario.fields.numbers import Profile, values_of


class Feature(Flag):
    """What may come on top of stages in a row with one server and no limits."""

    SERVERS = auto()
    """Several servers at a stage."""
    LIMITS = auto()
    """Finite buffers."""
    CONSTANT = auto()
    """Times without chance."""
    CHANCE = auto()
    """Times of a continuous shape, which never tie."""
    EMPIRICAL = auto()
    """Times from samples."""
    FAILURES = auto()
    """Servers that fail."""
    SCRAP = auto()
    """Conversions below 1, and ways that do not take all."""
    SOURCE = auto()
    """Arrivals on a clock, that wait for room."""
    OVERFLOW = auto()
    """Arrivals on a clock, lost without room."""
    MARKET = auto()
    """Buyers who are lost when nothing waits for them."""
    BACKLOG = auto()
    """Buyers who wait."""
    PROFILE = auto()
    """Rates, conversions or shares that change over time."""
    CONWIP = auto()
    """At most so many items inside."""
    ROPE = auto()
    """Items let in at the pace of a drum."""
    BRANCH = auto()
    """Several ways out."""
    MERGE = auto()
    """Several ways in."""
    FREE = auto()
    """Ways chosen by the shortest queue."""
    FEEDBACK = auto()
    """Items that come back to an earlier stage, or to their own."""
    DELAY = auto()
    """Time away on a way."""
    POOL = auto()
    """Stages that share a resource."""
    PRIORITY = auto()
    """Priorities among the stages of a pool."""
    JOINT = auto()
    """Stages that need a server of each of several resources at once."""
    DISPATCH = auto()
    """Pools that do not work by priorities."""
    REPEAT = auto()
    """Buyers who come back."""
    PATIENCE = auto()
    """Items that leave a queue when they have waited too long."""
    JOIN = auto()
    """Stages that take so many items from each stage before."""
    BATCH = auto()
    """Stages that take or give several items at once."""
    FORK = auto()
    """Stages that send a copy of each item all ways."""
    ROUNDS = auto()
    """Stages that move several items at fixed times."""
    CALENDAR = auto()
    """Nodes and pools that keep opening hours."""
    OVERTIME = auto()
    """Work in hand at closing that is finished."""
    PRODUCTS = auto()
    """Several products."""
    LOTS = auto()
    """Chance that is no time of a service: whether an item moves on, which way it
    takes, how long it waits."""
    STREAM = auto()
    """Nodes that draw on one random stream."""
    STOCK = auto()
    """Items that wait at the start."""
    REGULARS = auto()
    """Customers at the start, who bought before it."""
    EXIT = auto()
    """A market without a demand, which takes all at once."""
    TRIPS = auto()
    """Time away on a way that is left to chance."""
    STATE = auto()
    """Items that are open at the start: they wait, are worked on or are away."""

    BASICS = SERVERS | LIMITS | SCRAP | DELAY | STOCK
    """What no way of reckoning makes much of."""
    TIMES = CONSTANT | CHANCE | EMPIRICAL
    """Every shape of times."""
    ENDS = SOURCE | OVERFLOW | MARKET | BACKLOG | EXIT
    """Every kind of arrivals and buyers."""
    ROUTES = BRANCH | MERGE | FREE | FEEDBACK
    """What makes more of a line than nodes in a row."""
    POOLS = POOL | PRIORITY | JOINT | DISPATCH
    """All that stages with a resource may have."""
    RELEASE = CONWIP | ROPE
    """Every limit on what is inside."""
    RECIPES = JOIN | BATCH | FORK
    """Where an item that comes in is not the one that goes out."""
    HOURS = CALENDAR | OVERTIME
    """All about opening hours."""
    STRUCTURE = ENDS | ROUTES | POOLS | RELEASE | RECIPES | HOURS | PRODUCTS | REPEAT
    """Where items come from, go and meet, whatever time it takes."""
    CERTAIN = (
        BASICS
        | CONSTANT
        | PROFILE
        | PATIENCE
        | ROUNDS
        | STREAM
        | STRUCTURE
        | REGULARS
        | STATE
    )
    """All that brings no chance of its own into a run."""


NO_FEATURE = Feature(0)

PATH_SUPPORTS = (
    Feature.BASICS
    | Feature.TIMES
    | Feature.RELEASE
    | Feature.RECIPES
    | Feature.FAILURES
    | Feature.SOURCE
    | Feature.MARKET
    | Feature.BACKLOG
    | Feature.EXIT
    | Feature.BRANCH
    | Feature.MERGE
    | Feature.FEEDBACK
    | Feature.REPEAT
    | Feature.LOTS
    | Feature.TRIPS
    | Feature.STREAM
)
"""Where the derivative of a critical path is that of the mean, whatever the numbers."""

EVENT_GRAPH = (
    Feature.LIMITS
    | Feature.TIMES
    | Feature.SCRAP
    | Feature.SOURCE
    | Feature.MARKET
    | Feature.BACKLOG
    | Feature.RELEASE
    | Feature.BRANCH
    | Feature.MERGE
    | Feature.DELAY
    | Feature.RECIPES
    | Feature.LOTS
    | Feature.STREAM
    | Feature.STOCK
)
"""Where the order of events may be free of their times; that also hangs on how they
are put together (`constraint.path_bound.proof_obstacles`)."""

_ALL = 1 - 1e-9
"""Shares whose sum is below this do not take all [1]."""


def is_a_chance(value: float | Profile) -> bool:
    """Return whether a share is neither 0 nor 1 at some time."""
    values = values_of(value)
    return any(0 < each < 1 for each in values) or len(set(values)) > 1


def _changes(node: NetNode) -> bool:
    """Return whether anything about a node has a profile."""
    values = (node.pace, node.conversion, *(link.share for link in node.links))
    return any(isinstance(value, Profile) for value in values)


def _scraps(node: NetNode) -> bool:
    if node.conversion != 1.0:
        return True
    if node.sells or node.free or node.copies:
        return False
    if len(node.links) == 1:
        return node.links[0].share != 1.0
    return fsum(min(values_of(link.share)) for link in node.links) < _ALL


def _draws_lots(node: NetNode) -> bool:
    if is_a_chance(node.conversion):
        return True
    if node.patience is not None and node.patience.draw.cv > 0:
        return True
    if node.free:
        return False
    shares = [link.share for link in node.links]
    taken = [each for each in shares if isinstance(each, Profile) or each > 0]
    return (len(taken) > 1 and not node.copies) or any(map(is_a_chance, shares))


_OF_A_NODE: dict[Feature, Callable[[NetNode], bool]] = {
    Feature.SERVERS: lambda node: node.servers > 1,
    Feature.LIMITS: lambda node: node.buffer is not None,
    Feature.CONSTANT: lambda node: node.draw.cv <= 0 and not node.takes_all,
    Feature.CHANCE: lambda node: node.draw.cv > 0 and node.draw.shape != "empirical",
    Feature.EMPIRICAL: lambda node: node.draw.cv > 0 and node.draw.shape == "empirical",
    Feature.FAILURES: lambda node: node.availability is not None,
    Feature.SCRAP: _scraps,
    Feature.SOURCE: lambda node: node.kind == "source" and not node.lost,
    Feature.OVERFLOW: lambda node: node.kind == "source" and node.lost,
    Feature.MARKET: lambda node: (
        node.kind == "market" and node.lost and not node.takes_all
    ),
    Feature.EXIT: lambda node: node.takes_all,
    Feature.BACKLOG: lambda node: node.kind == "market" and not node.lost,
    Feature.PROFILE: _changes,
    Feature.BRANCH: lambda node: len(node.links) > 1,
    Feature.FREE: lambda node: node.free,
    Feature.DELAY: lambda node: any(link.delay for link in node.links),
    Feature.POOL: lambda node: node.resource is not None,
    Feature.PRIORITY: lambda node: node.resource is not None and node.priority != 0,
    Feature.JOINT: lambda node: bool(node.also),
    Feature.REPEAT: lambda node: node.kind == "market" and bool(node.links),
    Feature.PATIENCE: lambda node: node.patience is not None,
    Feature.JOIN: lambda node: node.recipe is not None and bool(node.recipe.parts),
    Feature.BATCH: lambda node: node.recipe is not None and node.recipe.is_a_batch,
    Feature.FORK: lambda node: node.copies,
    Feature.ROUNDS: lambda node: node.rounds is not None,
    Feature.CALENDAR: lambda node: node.calendar is not None,
    Feature.OVERTIME: lambda node: (
        node.calendar is not None and not node.calendar.pauses
    ),
    Feature.LOTS: _draws_lots,
    Feature.STOCK: lambda node: node.stock > 0,
    Feature.REGULARS: lambda node: any(link.customers for link in node.links),
    Feature.TRIPS: lambda node: any(link.varies for link in node.links),
    Feature.STATE: lambda node: (
        node.opened is not None or any(link.opened is not None for link in node.links)
    ),
}


def features_of(node: NetNode) -> Feature:
    """Return what one node uses."""
    return union(feature for feature, uses in _OF_A_NODE.items() if uses(node))


def features_between(nodes: Sequence[NetNode], graph: nx.DiGraph[int]) -> Feature:
    """Return what lies between nodes: how they are joined, and what they share.

    Parameters
    ----------
    nodes
        All of them.
    graph
        Their indices, with an edge for each way.
    """
    has = {
        Feature.MERGE: any(graph.in_degree(index) > 1 for index in graph),
        Feature.FEEDBACK: not nx.is_directed_acyclic_graph(graph),
        Feature.PRODUCTS: len({node.product for node in nodes}) > 1,
        Feature.STREAM: len({node.stream for node in nodes}) < len(nodes),
    }
    return union(feature for feature, there in has.items() if there)


def union(features: Iterable[Feature]) -> Feature:
    """Return all features of several parts."""
    return reduce(or_, features, NO_FEATURE)
