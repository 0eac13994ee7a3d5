"""What every exact theory gives: an answer, or in words what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import nan
from typing import Literal

from toc_sim.network import Feature, NetNode, Network, OwnerKind

TheoryName = Literal["still_line", "open_network", "closed_network"]


@dataclass(frozen=True, slots=True)
class NodeTheory:
    """The long run of one node, or of the release policy.

    What theory leaves open, or what has no meaning for it, is nan; what grows without
    end is infinite.

    Attributes
    ----------
    name, kind
        Who it is.
    capacity
        What it can do at full speed [items/period]; of a policy its limit [items].
    throughput
        Services finished; of a source, arrivals let in [items/period].
    busy
        Share of its servers' time spent working [1].
    queue
        Items waiting before it, on average [items].
    inside
        Items waiting or in service, on average [items].
    time
        How long an item stays at each visit, on average [periods].
    share
        Its constraint share: the elasticity of throughput to its rates [1].
    """

    name: str
    kind: OwnerKind
    capacity: float
    throughput: float = nan
    busy: float = nan
    queue: float = nan
    inside: float = nan
    time: float = nan
    share: float = nan


@dataclass(frozen=True, slots=True)
class Exact:
    """What is known of the long run to the last digit.

    Attributes
    ----------
    method
        ``still_line``: without chance; ``open_network`` and ``closed_network``: queues
        in product form.
    source
        Who proved it.
    because
        Why it applies, as the rest of a sentence.
    throughput
        What is bought [items/period].
    wip
        Items inside, on average [items].
    flow_time
        From entering to being bought, on average [periods].
    nodes
        In the order of the file; a release policy comes last.
    away
        Constraint share of time away between nodes, that no rate answers for [1].
    constraint
        Names with the largest share, or the policy.
    tie
        Whether only lifting all of them together brings more.
    """

    method: TheoryName
    source: str
    because: str
    throughput: float
    nodes: tuple[NodeTheory, ...]
    constraint: tuple[str, ...]
    wip: float = nan
    flow_time: float = nan
    away: float = 0.0
    tie: bool = False


_MOST_NAMED = 8
"""Of more nodes than these, the last are counted only."""

OF_QUEUES = (
    Feature.BASICS
    | Feature.TIMES
    | Feature.ROUTES
    | Feature.LOTS
    | Feature.MARKET
    | Feature.EXIT
)
"""What both theories of random queues hold for, as far as its numbers allow."""


def is_exponential(node: NetNode) -> bool:
    """Return whether the times of a node have no memory."""
    return node.draw.shape == "gamma" and node.draw.cv == 1


def named(net: Network, nodes: Iterable[NetNode]) -> str:
    """Return the titles of some nodes as one says them: ``a, b and c``."""
    titles = [net.scenario.title(node.name) for node in nodes]
    if len(titles) > _MOST_NAMED:
        left = len(titles) - _MOST_NAMED + 1
        titles = [*titles[: _MOST_NAMED - 1], f"{left} others"]
    if len(titles) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(titles)
    return f"{', '.join(titles[:-1])} and {titles[-1]}"


def where(
    net: Network,
    holds: Feature | Callable[[NetNode], bool],
    one: str,
    several: str = "",
) -> Iterator[str]:
    """Yield what is to be said of the nodes for which something holds, if any.

    Parameters
    ----------
    net
        The pipeline.
    holds
        Of which nodes it is said: those that use some of the features, or pass a test.
    one, several
        What is said after the name of one, or the names of several; where only its
        verb, the first word, is another, that follows from what is said of one.
    """
    if isinstance(holds, Feature):
        found = list(net.using(holds))
    else:
        found = [node for node in net.nodes if holds(node)]
    if len(found) == 1:
        yield f"{named(net, found)} {one}"
    elif found:
        verb, _, rest = one.partition(" ")
        plural = {"has": "have", "does": "do"}.get(verb, verb.removesuffix("s"))
        yield f"{named(net, found)} {several or f'{plural} {rest}'.rstrip()}"


def reasons_of(
    net: Network, supports: Feature, obstacles: Iterable[str]
) -> tuple[str, ...]:
    """Return why a theory does not apply to a pipeline; empty: it does.

    Parameters
    ----------
    net
        The pipeline.
    supports
        The features that the theory holds for.
    obstacles
        All that the theory finds in its way. What it does not support and has no
        words for is named as it is.
    """
    found = tuple(obstacles)
    left = net.features & ~supports
    return found or tuple(
        f"it says nothing of {str(each.name).lower()}" for each in left
    )


def common_obstacles(net: Network) -> Iterator[str]:
    """Yield what no theory here can deal with."""
    yield from where(net, Feature.PROFILE, "changes over time")
    yield from where(net, Feature.HOURS, "keeps opening hours")
    yield from where(net, Feature.PATIENCE, "loses items that wait too long")
    yield from (
        f"stages share the work of {net.scenario.title(pool.name)}"
        for pool in net.resources
        if pool.kind == "resource"
    )
    if net.has_several_products:
        yield "several products share its stages"
    yield from where(
        net,
        Feature.RECIPES,
        "takes or gives several items at once",
        "take or give several items at once",
    )
    yield from where(net, Feature.ROUNDS, "works in rounds")
    yield from where(net, Feature.REGULARS, "has customers at the start")


def chance_obstacles(net: Network) -> Iterator[str]:
    """Yield what theories of random queues cannot deal with, besides."""
    yield from where(net, Feature.FAILURES, "fails")
    yield from where(
        net,
        lambda node: node.free and len(node.links) > 1,
        "looks for the shortest queue",
    )
    yield from where(net, Feature.BACKLOG, "has buyers who wait")
    if len({node.stream for node in net.nodes}) < len(net.nodes):
        for one, other in combinations(net.nodes, 2):
            if one.stream != other.stream:
                continue
            yield f"{named(net, (one, other))} draw on one random stream"
