"""What the critical path of one run proves about every other design.

In an event graph the order of events is free of their times: the n-th service of a node
always waits for the same others, whatever each takes. The time of the K-th purchase is
then the longest path through one fixed graph, whose weights are the times of services.
A run's critical path is a path of that graph in every other design too, so none can
sell the K-th item sooner than the same path takes with its own times: with rates
changed from r to r' from time 0 on,

    D_K(r')  >=  since + sum over nodes i of times_i x r_i / r'_i,

where `since` is time 0, and of a service under way then its rest counts. Equality holds
at r' = r. Conditions: the same chance; nothing but rates is changed (delays, buffers
and limits stay); the model is an event graph.

References
----------
Baccelli, Cohen, Olsder & Quadrat 1992, *Synchronization and Linearity*, ch. 2 (event
graphs and longest paths); Glasserman & Yao 1994, *Monotone Structure in Discrete-Event
Systems*, ch. 3 (convexity in the times).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import EVENT_GRAPH, Feature, NetNode, Network
from toc_sim.theory.exact.exact_answer import named, reasons_of, where
from toc_sim.verify import ROUNDING


def proof_obstacles(net: Network) -> tuple[str, ...]:
    """Return why a critical path of a pipeline proves nothing; empty: it does.

    An event graph has single servers; a node takes what comes from one other, or so
    many of each of several (a join); lots are drawn by number, not by time; one node
    sells; and tokens of a release policy come back in the order in which they went.

    Parameters
    ----------
    net
        The pipeline.

    Returns
    -------
    Each reason as a part of a sentence.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> proof_obstacles(network_of(load("scenarios/paper_cups.yaml")))
    ()
    >>> two = load("scenarios/paper_cups.yaml", {"sales.servers": "2"})
    >>> proof_obstacles(network_of(two))
    ('sales has several servers',)
    """
    found = (*_of_nodes(net), *_of_ways(net), *_of_release(net))
    return reasons_of(net, EVENT_GRAPH, found)


@dataclass(frozen=True, slots=True)
class PathBound:
    """What one critical path proves.

    Attributes
    ----------
    count
        The purchase to which it leads, counted from 1 at the start of the clock.
    moment
        When that was [periods].
    since
        From when on the times count: time 0, from which on a change reaches the rest of
        a service under way too; or when the path ends before it [periods].
    times
        The time of each owner on the path from then on [periods]; shape (owners,).
    """

    count: int
    moment: float
    since: float
    times: tuple[float, ...]

    def not_before(self, factors: Sequence[float]) -> float:
        """Return before when no design with other rates sells this item.

        Parameters
        ----------
        factors
            By how much the rate of each owner is multiplied from time 0 on; infinity
            for one that takes no time; shape (owners,).

        Returns
        -------
        A lower bound of the moment of the purchase [periods].

        Examples
        --------
        >>> path = PathBound(count=400, moment=50.0, since=0.0, times=(0.5, 49.5))
        >>> path.not_before((2.0, 1.0))
        49.75
        """
        return float(self.since + (np.array(self.times) / np.array(factors)).sum())


def most_bought(
    since: NDArray[np.float64],
    times: NDArray[np.float64],
    factors: Sequence[float],
    horizon: float,
) -> int | None:
    """Return how many items a design with other rates sells by the horizon, at most.

    It is one less than the first purchase whose bound lies beyond the horizon: the
    K-th item is never sold before the one that precedes it.

    Parameters
    ----------
    since, times
        Of the paths to all purchases of a run, as in `PathBound`; shapes (purchases,)
        and (purchases, owners). The run may be longer than the horizon.
    factors
        By how much the rate of each owner is multiplied; shape (owners,).
    horizon
        [periods]

    Returns
    -------
    Items from the start of the clock on; None where the run is too short to tell.

    Examples
    --------
    >>> times = np.array([[1.0, 0.5], [1.0, 1.0], [1.0, 1.5], [1.0, 2.0]])
    >>> most_bought(np.zeros(4), times, (1.0, 1.0), horizon=2.25)
    2
    >>> most_bought(np.zeros(4), times, (float("inf"), 1.0), horizon=1.75)
    3
    """
    bounds = since + (times / np.array(factors)).sum(axis=1)
    beyond = np.flatnonzero(bounds > horizon + ROUNDING * abs(horizon))
    return int(beyond[0]) if len(beyond) else None


def _of_nodes(net: Network) -> Iterator[str]:
    """Yield what lets events of one node change places, or be others."""
    yield from where(net, Feature.SERVERS, "has several servers")
    yield from where(net, Feature.FAILURES, "fails after so much time at work")
    yield from where(net, Feature.PROFILE, "changes over time")
    yield from where(net, Feature.OVERFLOW, "turns away arrivals without room")
    yield from where(net, Feature.PATIENCE, "loses items that wait too long")
    yield from where(net, Feature.ROUNDS, "works in rounds")
    yield from where(net, Feature.EXIT, "takes all at once, at no rate")
    yield from where(net, Feature.CALENDAR, "keeps opening hours")
    yield from where(net, Feature.TRIPS, "sends items away for times that vary")
    yield from where(net, Feature.STATE, "has items open at the start")
    yield from where(net, Feature.FREE, "looks for the shortest queue")
    yield from where(net, Feature.REPEAT, "has customers who come back")
    yield from (
        f"stages share the work of {net.scenario.title(pool.name)}"
        for pool in net.resources
    )


def _of_ways(net: Network) -> Iterator[str]:
    """Yield where the order of items hangs on who is first."""
    if Feature.FEEDBACK in net.features and Feature.REPEAT not in net.features:
        yield "items go in a circle"
    yield from where(
        net,
        lambda node: _is_a_merge(net, node),
        "takes items of several others as they come",
    )
    sellers = [node for node in net.nodes if node.sells]
    if len(sellers) > 1:
        yield f"items are bought at {named(net, sellers)}"


def _of_release(net: Network) -> Iterator[str]:
    """Yield why tokens may come back in another order than they went."""
    policy = net.release.name
    if net.release.limit is None:
        return
    bringing = [node for node in net.nodes if node.brings]
    if len(bringing) > 1:
        yield f"{named(net, bringing)} take turns at {policy}"
    for feature, what in (
        (Feature.SCRAP, "items that are lost give theirs back early"),
        (Feature.BRANCH | Feature.RECIPES, "items do not pass one after the other"),
        (Feature.STOCK, "stock has none"),
    ):
        if net.features & feature:
            yield f"{policy} hands out tokens, and {what}"


def _is_a_merge(net: Network, node: NetNode) -> bool:
    gathers = node.recipe is not None and bool(node.recipe.parts)
    return not gathers and net.graph.in_degree(node.index) > 1
