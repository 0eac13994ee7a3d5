"""What every exact theory gives: an answer, or in words what stands in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import nan
from typing import Literal

from toc_sim.language import joined, phrase, phrase_of
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
    why
        Makes the sentence of why it applies, each time anew: the answer is kept, and
        may be read in more than one language.
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
    why: Callable[[], str] = field(repr=False, compare=False)
    throughput: float
    nodes: tuple[NodeTheory, ...]
    constraint: tuple[str, ...]
    wip: float = nan
    flow_time: float = nan
    away: float = 0.0
    tie: bool = False

    @property
    def because(self) -> str:
        """Why it applies, as the rest of a sentence, in the language that is spoken."""
        return self.why()


_MOST_NAMED = 8
"""Of more nodes than these, the last are counted only."""

OF_QUEUES = (
    Feature.BASICS
    | Feature.TIMES
    | Feature.ROUTES
    | Feature.LOTS
    | Feature.TRIPS
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
        titles = [*titles[: _MOST_NAMED - 1], phrase("{count} others", count=left)]
    return joined(titles)


def said_of(
    net: Network, holds: Feature | Callable[[NetNode], bool], one: str, many: str
) -> Iterator[str]:
    """Yield what is to be said of the nodes for which something holds, if any.

    Parameters
    ----------
    net
        The pipeline.
    holds
        Of which nodes it is said: those that use some of the features, or pass a test.
    one, many
        The sentence in English, of one node and of several: ``{nodes} fails``.
    """
    found = _found(net, holds)
    if found:
        yield phrase_of(one, many, min(len(found), 2), nodes=named(net, found))


def where(
    net: Network, holds: Feature | Callable[[NetNode], bool], one: str
) -> Iterator[str]:
    """Yield the same in English, from what is said after the name of one node.

    Parameters
    ----------
    net, holds
        As of `said_of`.
    one
        Its first word, the verb, has another form after the names of several.
    """
    found = _found(net, holds)
    verb, _, rest = one.partition(" ")
    if len(found) > 1:
        verb = {"has": "have", "does": "do"}.get(verb, verb.removesuffix("s"))
    if found:
        yield f"{named(net, found)} {verb} {rest}".rstrip()


def _found(net: Network, holds: Feature | Callable[[NetNode], bool]) -> list[NetNode]:
    if isinstance(holds, Feature):
        return list(net.using(holds))
    return [node for node in net.nodes if holds(node)]


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
        phrase("it says nothing of {feature}", feature=str(each.name).lower())
        for each in left
    )


def common_obstacles(net: Network) -> Iterator[str]:
    """Yield what no theory here can deal with."""
    yield from said_of(
        net, Feature.PROFILE, "{nodes} changes over time", "{nodes} change over time"
    )
    yield from said_of(
        net, Feature.HOURS, "{nodes} keeps opening hours", "{nodes} keep opening hours"
    )
    yield from said_of(
        net,
        Feature.PATIENCE,
        "{nodes} loses items that wait too long",
        "{nodes} lose items that wait too long",
    )
    yield from (
        phrase("stages share the work of {pool}", pool=net.scenario.title(pool.name))
        for pool in net.resources
        if pool.kind == "resource"
    )
    if net.has_several_products:
        yield phrase("several products share its stages")
    yield from said_of(
        net,
        Feature.RECIPES,
        "{nodes} takes or gives several items at once",
        "{nodes} take or give several items at once",
    )
    yield from said_of(
        net, Feature.ROUNDS, "{nodes} works in rounds", "{nodes} work in rounds"
    )
    yield from said_of(
        net,
        Feature.REGULARS,
        "{nodes} has customers at the start",
        "{nodes} have customers at the start",
    )
    yield from said_of(
        net,
        Feature.STATE,
        "{nodes} has items open at the start",
        "{nodes} have items open at the start",
    )


def chance_obstacles(net: Network) -> Iterator[str]:
    """Yield what theories of random queues cannot deal with, besides."""
    yield from said_of(net, Feature.FAILURES, "{nodes} fails", "{nodes} fail")
    yield from said_of(
        net,
        lambda node: node.free and len(node.links) > 1,
        "{nodes} looks for the shortest queue",
        "{nodes} look for the shortest queue",
    )
    yield from said_of(
        net,
        Feature.BACKLOG,
        "{nodes} has buyers who wait",
        "{nodes} have buyers who wait",
    )
    if len({node.stream for node in net.nodes}) < len(net.nodes):
        for one, other in combinations(net.nodes, 2):
            if one.stream != other.stream:
                continue
            nodes = named(net, (one, other))
            yield phrase("{nodes} draw on one random stream", nodes=nodes)
