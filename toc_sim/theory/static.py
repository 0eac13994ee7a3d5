"""What the system could do at best, and the constraint that keeps it from more.

Where nothing is lost or shared out, throughput is a maximum flow and the constraint a
minimum cut (Ford & Fulkerson 1956): each node is an arc from its entrance to its exit
that lets its capacity through, and the most that can flow from the supply to the
buyers equals the least that a cut through such arcs lets through. Capacities are exact
fractions, so the flow is exact too. Elsewhere the answer is a linear program over a
generalised flow (Ahuja, Magnanti & Orlin 1993, ch. 15).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, isinf
from sys import float_info
from typing import Any, ClassVar

import networkx as nx
import numpy as np
from networkx.algorithms.flow import shortest_augmenting_path
from numpy.typing import NDArray

from toc_sim.network import Feature, NetNode, Network, OwnerKind
from toc_sim.theory.linear import Linear, condense
from toc_sim.theory.program import Average, averages, limits_of, program
from toc_sim.theory.shares import (
    TIE,
    Factors,
    FlowProblem,
    HowSolved,
    Sides,
    Weighed,
    weigh,
)
from toc_sim.theory.solve import balanced

_FULL = 1 - 1e-6
"""A load from here on is 1 [1]."""


@dataclass(frozen=True, slots=True)
class OwnerCapacity:
    """What the static answer says of one node, resource or release policy.

    Attributes
    ----------
    name, kind
        Who it is.
    capacity
        The most it can start, after repairs [items/period]; of a resource, its
        servers [1]; of a policy, its limit [items].
    load
        How much of that the best flow uses [1]: 1 is full. Of all best flows, the
        one is taken that spreads the load most evenly and does no needless work.
    share
        Its constraint share: what raising its rates alone would bring, relative.
        In a tie the ties share what they could bring together. A policy has none.
    lift
        What raising it a little would really bring [1]: 0 in a tie, else `share`.
    """

    name: str
    kind: OwnerKind
    capacity: float
    load: float
    share: float
    lift: float

    @property
    def is_full(self) -> bool:
        """Whether it is used all the time, but for rounding."""
        return self.load >= _FULL


@dataclass(frozen=True, slots=True)
class Capacity:
    """The static answer for a whole network.

    Attributes
    ----------
    throughput
        The most that can be bought in the long run [items/period].
    method
        ``cut``: max-flow, min-cut; ``lp``: linear program.
    owners
        In the order of `Network.owners`; with a release policy, it comes last.
    constraint
        Names with the largest share, or the policy; several are a tie, or equal in
        weight. Empty when nothing can be bought, whatever is raised.
    tie
        Whether only lifting several together helps.
    next_constraint
        The constraint once this one is lifted away; empty when nothing limits then.
    next_throughput
        The throughput then; infinite when nothing limits.
    """

    throughput: float
    method: HowSolved
    owners: tuple[OwnerCapacity, ...]
    constraint: tuple[str, ...]
    tie: bool
    next_constraint: tuple[str, ...]
    next_throughput: float


def capacity(net: Network) -> Capacity:
    """Return the best throughput of a network, and who keeps it from more.

    Everything runs at its average pace and nothing waits for chance, so no simulated
    throughput exceeds this one in the long run, unless parameters change over time.

    Parameters
    ----------
    net
        The pipeline. Profiles count with their mean over the measured window.

    Returns
    -------
    The static answer [items/period]. Its shares add up to 1 [1]; where nothing can be
    bought they are 0.

    Raises
    ------
    SimulationError
        If the linear program behind it cannot be solved.

    Notes
    -----
    The share of an owner is the elasticity of throughput to its rates. At a tie that
    differs for raising and lowering; `toc_sim.theory.shares.shares_of` says how the
    share is then found. Of what leaves a node, a part below 1e-9 counts as none, and
    limits within 1e-7 of each other count as equal.

    A release policy bounds the work in hand by Little's law: the
    items in service, of all stages that it counts, cannot be more than it lets in.
    What it costs is shared among those stages by their time, since making them faster
    helps; the policy is the constraint when one item more helps more than 10 % on any
    of them.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.theory.static import capacity as capacity_of
    >>> from toc_sim.network.build import network as network_of
    >>> static = capacity_of(network_of(load("scenarios/paper_cups.yaml")))
    >>> static.throughput, static.constraint
    (8.0, ('machine_2',))
    >>> static.next_throughput, static.next_constraint
    (9.0, ('sales',))
    """
    if not _LAST or _LAST[0][0] is not net:
        _LAST[:] = [(net, _capacity(net))]
    return _LAST[0][1]


_LAST: list[tuple[Network, Capacity]] = []
"""The network that was asked for last: its warm-up, verdict and theory all ask."""


def _capacity(net: Network) -> Capacity:
    nodes = averages(net)
    linear = Linear(condense(program(net, nodes)).program)
    problem: FlowProblem = Cut(net, nodes) if is_a_plain_flow(net, nodes) else linear
    found = _weighed(net, problem)
    after = _weighed(net, problem, found.constraint) if found.constraint else found
    limits, loads = limits_of(net, nodes), _loads(linear, found)
    return Capacity(
        throughput=found.throughput,
        method=problem.method,
        owners=tuple(
            OwnerCapacity(
                name=name,
                kind=kind,
                capacity=limits[index],
                load=float(loads[index]),
                share=float(found.shares[index]),
                lift=float(found.lifts[index]),
            )
            for index, (name, kind) in enumerate(_everyone(net))
        ),
        constraint=_names(net, found),
        tie=found.tie,
        next_constraint=_names(net, after),
        next_throughput=after.throughput,
    )


def best_throughput(net: Network) -> float:
    """Return the most that can be bought in the long run [items/period], alone.

    It is the `throughput` of `capacity`, at a fraction of the work: what bounds from
    above the throughput of a variant that has not been simulated.
    """
    return _problem(net).throughput(np.ones(len(_everyone(net))))


def constraint_of(net: Network) -> tuple[float, tuple[str, ...]]:
    """Return the throughput and the constraint of `capacity`, alone.

    Loads and the next constraint are most of the work there.
    """
    found = _weighed(net, _problem(net))
    return found.throughput, _names(net, found)


def static_shares(net: Network) -> dict[str, float]:
    """Return the constraint share of each owner in `capacity`, alone [1]."""
    found = _weighed(net, _problem(net))
    names = (name for name, _ in _everyone(net))
    return dict(zip(names, found.shares.tolist(), strict=True))


def _problem(net: Network) -> FlowProblem:
    """Return a network as the problem that is sooner solved."""
    nodes = averages(net)
    if is_a_plain_flow(net, nodes):
        return Cut(net, nodes)
    return Linear(condense(program(net, nodes)).program)


def _weighed(
    net: Network, problem: FlowProblem, lifted: tuple[int, ...] = ()
) -> Weighed:
    """Return shares and constraint once some owners are lifted out of the way."""
    factors = np.ones(len(_everyone(net)))
    factors[list(lifted)] = inf
    limit = net.release.limit
    return weigh(problem, factors, None if limit is None else (limit + 1) / limit)


def _loads(linear: Linear, found: Weighed) -> NDArray[np.float64]:
    """Return how busy each owner must be, and how full the policy's limit [1]."""
    loads = np.zeros(len(found.shares))
    if not found.throughput or isinf(found.throughput):
        return loads
    use, policy = linear.program.use, linear.program.policy
    parts = linear.program.parts(np.ones(len(loads)))
    by_limit = balanced(linear.program, parts, found.throughput)
    owns = use.limit != policy
    np.maximum.at(loads, use.owner[owns], by_limit[use.limit[owns]])
    if policy is not None:
        loads[-1] = by_limit[policy]
    return loads


def _names(net: Network, found: Weighed) -> tuple[str, ...]:
    everyone = _everyone(net)
    return tuple(everyone[index][0] for index in found.constraint)


def _everyone(net: Network) -> tuple[tuple[str, OwnerKind], ...]:
    """Return the owners, and the release policy after them if there is one."""
    if net.release.limit is None:
        return net.owners
    return (*net.owners, (net.release.name, "policy"))


SUPPLY, BUYERS = "supply", "buyers"

SUPPORTS = (
    Feature.BASICS
    | Feature.TIMES
    | Feature.ENDS
    | Feature.ROUTES
    | Feature.HOURS
    | Feature.FAILURES
    | Feature.PROFILE
    | Feature.PATIENCE
    | Feature.ROUNDS
    | Feature.PRODUCTS
    | Feature.LOTS
    | Feature.TRIPS
    | Feature.STATE
    | Feature.STREAM
)
"""What max-flow can say, as far as all that enters a node leaves it by one way."""


def is_a_plain_flow(net: Network, nodes: tuple[Average, ...]) -> bool:
    """Return whether max-flow can say the whole network.

    It can where all that enters a node leaves it, by one way or by whichever is
    free: no losses, fixed splits, shared work, repeat purchases or release policy.
    """
    return net.features in SUPPORTS and all(
        means.conversion == 1 and (node.free or means.shares in ((), (1.0,)))
        for node, means in zip(net.nodes, nodes, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """A network as max-flow sees it.

    Attributes
    ----------
    net, nodes
        The network and what its nodes can do.
    """

    method: ClassVar[HowSolved] = "cut"

    net: Network
    nodes: tuple[Average, ...]

    def throughput(self, factors: Factors, near: Sides | None = None) -> float:  # noqa: ARG002 - a hint for programs
        """Return the most that can be bought [items/period]."""
        flow = self._flow(factors)
        return inf if flow is None else _number(flow.graph["flow_value"])

    def sides(self, factors: Factors) -> Sides:
        """Return what raising, and what lowering, each node would change.

        Raising helps where a node is in every min-cut: in the one nearest the supply
        and in the one nearest the buyers. Lowering harms where it is in some min-cut:
        no detour around it is left in the residual graph.
        """
        flow = self._flow(factors)
        right, left = np.zeros(len(factors)), np.zeros(len(factors))
        none = np.zeros(0)
        if flow is None:
            return Sides(inf, right, left, none)
        throughput = flow.graph["flow_value"]
        if not throughput:  # a pace that is 0 in the whole window lets nothing through
            return Sides(0.0, right, left, none)
        spare = _residual(flow, throughput)
        near = nx.descendants(spare, SUPPLY)
        far = nx.ancestors(spare, BUYERS)
        for node in self.net.nodes:
            into, out = _ends(node)
            limit = self._limit(node, factors)
            if limit is None or nx.has_path(spare, into, out):
                continue
            left[node.index] = limit / throughput
            if into in near and out in far:
                right[node.index] = left[node.index]
        return Sides(_number(throughput), right, left, none)

    def _flow(self, factors: Factors) -> Any:
        """Return the residual network of a max-flow; None when nothing limits it."""
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from((SUPPLY, BUYERS))
        for node in self.net.nodes:
            into, out = _ends(node)
            limit = self._limit(node, factors)
            graph.add_edge(into, out, **({} if limit is None else {"capacity": limit}))
            if node.brings:
                graph.add_edge(SUPPLY, into)
            if not node.links:
                graph.add_edge(out, BUYERS)
            for link in node.links:
                graph.add_edge(out, _ends(self.net.nodes[link.target])[0])
        try:
            return shortest_augmenting_path(graph, SUPPLY, BUYERS)
        except nx.NetworkXUnbounded:
            return None

    def _limit(self, node: NetNode, factors: Factors) -> Fraction | None:
        limit = self.nodes[node.index].capacity * float(factors[node.index])
        return None if isinf(limit) else Fraction(limit)


def _ends(node: NetNode) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("in", node.index), ("out", node.index)


def _residual(flow: Any, throughput: Fraction) -> nx.DiGraph[Any]:
    """Return where more could flow, or less; what is within `TIE` counts as full."""
    least = throughput * Fraction(TIE)
    spare: nx.DiGraph[Any] = nx.DiGraph()
    spare.add_nodes_from(flow)
    spare.add_edges_from(
        (start, end)
        for start, end, arc in flow.edges(data=True)
        if arc["capacity"] - arc["flow"] > least
    )
    return spare


def _number(exact: Fraction) -> float:
    return float(min(exact, Fraction(float_info.max)))
