"""What theory says of a pipeline without simulating it, or why it cannot say it.

Where nothing is left to chance the static answer is what the simulation gives, which
is told here; networks of random queues are told in files of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from math import fsum, nan

import networkx as nx

from toc_sim.language import phrase
from toc_sim.network import Feature, NetNode, Network, is_a_chance
from toc_sim.theory.exact.closed_network import closed_network, closed_obstacles
from toc_sim.theory.exact.exact_answer import (
    Exact,
    NodeTheory,
    TheoryName,
    common_obstacles,
    named,
    reasons_of,
    said_of,
)
from toc_sim.theory.exact.open_network import open_network, open_obstacles
from toc_sim.theory.program import averages
from toc_sim.theory.static import Capacity, OwnerCapacity, capacity


@dataclass(frozen=True, slots=True)
class TheoryRefusal:
    """Why one theory cannot tell.

    Attributes
    ----------
    method
        The theory.
    reasons
        All that stands in its way, each as a part of a sentence.
    """

    method: TheoryName
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Theory:
    """What can be said without a simulation.

    Attributes
    ----------
    net
        The pipeline.
    static
        What the system could do at best, without any chance.
    """

    net: Network
    static: Capacity

    @cached_property
    def exact(self) -> Exact | None:
        """What it does in the long run; None where no theory is exact."""
        if not still_obstacles(self.net):
            return still_line(self.net, self.static)
        if not open_obstacles(self.net):
            return open_network(self.net)
        return None if closed_obstacles(self.net) else closed_network(self.net)

    @property
    def refusals(self) -> tuple[TheoryRefusal, ...]:
        """Of each theory that does not apply, in the language that is spoken."""
        found = (
            TheoryRefusal("still_line", still_obstacles(self.net)),
            TheoryRefusal("open_network", open_obstacles(self.net)),
            TheoryRefusal("closed_network", closed_obstacles(self.net)),
        )
        return tuple(each for each in found if each.reasons)


def theory(net: Network, static: Capacity | None = None) -> Theory:
    """Return what can be said of a pipeline without simulating it.

    Parameters
    ----------
    net
        The pipeline.
    static
        Its static answer, if it is known.

    Returns
    -------
    What is exact in the long run (`exact`), or for each theory all that stands in its
    way (`refusals`). What is exact is worked out when it is first asked for.

    Raises
    ------
    SimulationError
        If the static answer is not given and cannot be computed.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.theory.exact.theory import theory as theory_of
    >>> known = theory_of(network_of(load("scenarios/paper_cups.yaml")))
    >>> known.exact.method, round(known.exact.throughput, 3)
    ('still_line', 8.0)
    """
    return Theory(net, capacity(net) if static is None else static)


SUPPORTS = (
    Feature.BASICS
    | Feature.ENDS
    | Feature.RELEASE
    | Feature.CONSTANT
    | Feature.MERGE
    | Feature.FREE
    | Feature.STREAM
)
"""What a line without chance may have, as far as its numbers allow."""


def still_obstacles(net: Network) -> tuple[str, ...]:
    """Return why the static answer is not sure to be reached; empty: it is.

    Parameters
    ----------
    net
        The pipeline.
    """
    return reasons_of(net, SUPPORTS, _obstacles(net))


def still_line(net: Network, static: Capacity) -> Exact:
    """Return the long run of a line without chance, as far as rates go.

    Parameters
    ----------
    net
        The pipeline; `still_obstacles` finds nothing in its way.
    static
        Its static answer.

    Notes
    -----
    Such a line is a timed event graph: its pace is that of its slowest circle, time
    over items (Baccelli, Cohen, Olsder & Quadrat 1992, ch. 2). A circle is a stage and
    its servers, a full buffer and the stage behind it, which is never slower than that
    stage alone, or the whole way that a release policy limits. So buffers of any size
    cost nothing. Where lines meet, each stage does what comes to it, as far as it can,
    if no full buffer holds one of them back.
    """
    paces = _paces(net)
    owners = {owner.name: owner for owner in static.owners}
    rows = tuple(_row(node, paces[node.index], owners[node.name]) for node in net.nodes)
    policy = owners.get(net.release.name)
    if policy is not None:
        rows += (NodeTheory(policy.name, "policy", policy.capacity),)
    return Exact(
        method="still_line",
        source="Baccelli, Cohen, Olsder & Quadrat 1992",
        why=partial(_because, net),
        throughput=static.throughput,
        nodes=rows,
        constraint=static.constraint,
        tie=static.tie,
    )


def _because(net: Network) -> str:
    policy = net.release
    if policy.limit is None:
        return phrase(
            "nothing is left to chance, and items pass one stage after the other"
        )
    return phrase(
        "nothing is left to chance, and items pass one stage after the other, "
        "{policy} {limit} at a time",
        policy=net.scenario.title(policy.name),
        limit=policy.limit,
    )


def _obstacles(net: Network) -> Iterator[str]:
    yield from common_obstacles(net)
    times = Feature.CHANCE | Feature.EMPIRICAL
    yield from said_of(
        net, times, "{nodes} has random times", "{nodes} have random times"
    )
    yield from said_of(
        net, Feature.FAILURES, "{nodes} fails at random", "{nodes} fail at random"
    )
    yield from said_of(
        net,
        Feature.TRIPS,
        "{nodes} sends items away for random times",
        "{nodes} send items away for random times",
    )
    yield from said_of(
        net,
        lambda node: is_a_chance(node.conversion),
        "{nodes} loses items at random",
        "{nodes} lose items at random",
    )
    yield from said_of(
        net,
        _draws_lots,
        "{nodes} sends items at random",
        "{nodes} send items at random",
    )
    yield from said_of(
        net,
        lambda node: len(node.links) > 1 and not _draws_lots(node),
        "{nodes} has several ways out",
        "{nodes} have several ways out",
    )
    yield from said_of(
        net,
        Feature.REPEAT,
        "{nodes} has customers who come back",
        "{nodes} have customers who come back",
    )
    yield from _limits(net)


def _draws_lots(node: NetNode) -> bool:
    return not node.free and any(is_a_chance(link.share) for link in node.links)


def _limits(net: Network) -> Iterator[str]:
    """Yield where a limit lets somebody lose time, or items."""
    policy = net.release
    ways_in = Counter(link.target for node in net.nodes for link in node.links)
    tight = [n for n in net.nodes if n.buffer is not None and ways_in[n.index]]
    meeting = [node for node in net.nodes if ways_in[node.index] > 1]
    if meeting and tight:
        yield phrase(
            "lines meet at {nodes}, and the buffer before {tight} can be full",
            nodes=named(net, meeting),
            tight=named(net, tight),
        )
    if policy.limit is not None:
        heads = [node for node in net.nodes if not ways_in[node.index]]
        if len(heads) > 1:
            yield phrase(
                "{nodes} take turns at {policy}",
                nodes=named(net, heads),
                policy=net.scenario.title(policy.name),
            )
        if any(link.delay for node in net.nodes for link in node.links):
            yield phrase(
                "{policy} counts items while they are away",
                policy=net.scenario.title(policy.name),
            )
    if policy.limit is not None or tight:
        yield from said_of(
            net,
            Feature.OVERFLOW,
            "{nodes} turns away who finds no room",
            "{nodes} turn away who finds no room",
        )


def _paces(net: Network) -> dict[int, float]:
    """Return what each node does [items/period]: it waits for others, both ways."""
    means = averages(net)
    order = list(nx.topological_sort(net.graph))
    paces: dict[int, float] = {}
    for index in order:
        coming = [paces[each] for each in net.graph.predecessors(index)]
        most = means[index].capacity
        paces[index] = min(most, fsum(coming)) if coming else most
    circle: list[int] = []  # what a release policy ties together, as the flow goes
    if net.release.limit is not None:
        drum = net.release.drum
        circle = order if drum is None else order[: order.index(drum) + 1]
        time = fsum(means[index].time for index in circle)
        slowest = min(paces[index] for index in circle)
        if time:
            slowest = min(slowest, net.release.limit / time)
        paces |= dict.fromkeys(circle, slowest)
        for before, index in pairwise(order):
            paces[index] = min(paces[index], paces[before])
    for index in reversed(order):
        for after in net.graph.successors(index):
            if net.nodes[after].buffer is not None or {index, after} <= set(circle):
                paces[index] = min(paces[index], paces[after])
    return paces


def _row(node: NetNode, pace: float, owner: OwnerCapacity) -> NodeTheory:
    return NodeTheory(
        name=node.name,
        kind=node.kind,
        capacity=owner.capacity,
        throughput=pace,
        busy=nan if node.kind == "source" else pace / owner.capacity,
        share=owner.share,
    )
