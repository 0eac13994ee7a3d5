"""What the system could do at best, and the constraint that keeps it from more.

Where nothing is lost or shared out, throughput is a maximum flow and the constraint a
minimum cut (Ford & Fulkerson 1956); elsewhere a linear program over a generalised
flow (Ahuja, Magnanti & Orlin 1993, ch. 15).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.averages import Average, averages, limit_of
from toc_sim.capacity.cut import Cut, is_a_plain_flow
from toc_sim.capacity.program import Matrix, Program, program
from toc_sim.capacity.shares import Factors, FlowProblem, HowSolved, Weighed, weigh
from toc_sim.capacity.solve import Linear, least_busiest
from toc_sim.network import Network, OwnerKind


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


_MOST = 1e6
"""What a flow may be at most, per item bought: beyond, the solver's scaling decides
what counts."""


def chain_flow(program: Program) -> NDArray[np.float64] | None:
    """Return the flow of a chain per item bought [1]; None if it is none.

    In a chain every row says that one flow is fed by one other, and the last one is
    bought. Then no flow can be smaller than what the one after it needs, and where
    each is just that, no limit is less busy in any other: the linear program, which
    is slow to start, need not be asked.

    Parameters
    ----------
    program
        The inequalities.
    """
    rows = np.vstack([program.equal, program.at_most])
    ends = np.flatnonzero(program.bought)
    if len(ends) != 1 or len(rows) != program.columns - 1:
        return None
    fed, feeding = _sole(rows > 0), _sole(rows < 0)
    if fed is None or feeding is None:
        return None
    last = int(ends[0])
    flow = np.zeros(program.columns)
    flow[last] = 1 / program.bought[last]
    by_fed = dict(zip(fed.tolist(), range(len(rows)), strict=True))
    for _ in rows:
        if last not in by_fed:
            return None  # what goes round feeds nobody
        row = by_fed[last]
        source = int(feeding[row])
        flow[source] = flow[last] * rows[row, last] / -rows[row, source]
        last = source
    return flow if flow.all() and flow.max() < _MOST else None


def _sole(entries: NDArray[np.bool_]) -> NDArray[np.intp] | None:
    """Return the one column of each row, if none comes twice."""
    if (entries.sum(axis=1) != 1).any() or (entries.sum(axis=0) > 1).any():
        return None
    found: NDArray[np.intp] = entries.argmax(axis=1)
    return found


_NEXT_TO_NOTHING = 1e-9
"""A load or a price that is no larger is none."""

_FULL = 1 - 1e-8
"""From here on rounding is all that keeps a load from 1."""


def balanced(program: Program, parts: Matrix, throughput: float) -> NDArray[np.float64]:
    """Return the load of each limit at a throughput [1].

    Many flows may be best. The one taken makes the busiest limit as little busy as
    can be, then the next, and so on: no limit is busier than it must be, so what is
    left of each is its slack (lexicographic min-max).
    """
    loads = np.minimum(parts * throughput, 1 / _NEXT_TO_NOTHING)
    only = chain_flow(program)
    if only is not None:
        return _settled(loads @ only)
    spread = np.ones(program.limits, dtype=bool)
    ceilings = np.zeros(program.limits)
    while spread.any():
        flow = least_busiest(program, loads, spread, ceilings)
        if flow is None:  # rounding left no room: what is not settled is hardly used
            break
        reached = spread & (flow.prices > _NEXT_TO_NOTHING)
        if flow.busiest < _NEXT_TO_NOTHING or not reached.any():
            break
        ceilings[reached] = flow.busiest
        spread &= ~reached
    return _settled(ceilings)


def _settled(loads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return loads without what is only rounding."""
    some = np.where(loads < _NEXT_TO_NOTHING, 0.0, loads)
    return np.where(some > _FULL, 1.0, some)


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
    differs for raising and lowering; `toc_sim.capacity.shares.shares_of` says how the
    share is then found. Of what leaves a node, a part below 1e-9 counts as none, and
    limits within 1e-7 of each other count as equal.

    A release policy bounds the work in hand by Little's law: the
    items in service, of all stages that it counts, cannot be more than it lets in.
    What it costs is shared among those stages by their time, since making them faster
    helps; the policy is the constraint when one item more helps more than 10 % on any
    of them.

    Examples
    --------
    >>> from toc_sim import capacity_of, load, network_of
    >>> static = capacity_of(network_of(load("scenarios/paper_cups.yaml")))
    >>> static.throughput, static.constraint
    (8.0, ('machine_2',))
    >>> static.next_throughput, static.next_constraint
    (9.0, ('sales',))
    """
    nodes = averages(net)
    linear = Linear(program(net, nodes))
    problem: FlowProblem = Cut(net, nodes) if is_a_plain_flow(net, nodes) else linear
    factors = _as_they_are(net)
    found = _weighed(net, problem, factors)
    beyond = factors.copy()
    beyond[list(found.constraint)] = inf
    after = _weighed(net, problem, beyond) if found.constraint else found
    return Capacity(
        throughput=found.throughput,
        method=problem.method,
        owners=_owners(net, nodes, found, linear),
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
    return _problem(net).throughput(_as_they_are(net))


def constraint_of(net: Network) -> tuple[float, tuple[str, ...]]:
    """Return the throughput and the constraint of `capacity`, alone.

    Loads and the next constraint are most of the work there.
    """
    found = _weighed(net, _problem(net), _as_they_are(net))
    return found.throughput, _names(net, found)


def _problem(net: Network) -> FlowProblem:
    """Return a network as the problem that is sooner solved."""
    nodes = averages(net)
    if is_a_plain_flow(net, nodes):
        return Cut(net, nodes)
    return Linear(program(net, nodes))


def _as_they_are(net: Network) -> Factors:
    """Return factors that leave everybody's rates as they are."""
    return np.ones(len(_everyone(net)))


def _weighed(net: Network, problem: FlowProblem, factors: Factors) -> Weighed:
    limit = net.release.limit
    return weigh(problem, factors, None if limit is None else (limit + 1) / limit)


def _owners(
    net: Network, nodes: tuple[Average, ...], found: Weighed, linear: Linear
) -> tuple[OwnerCapacity, ...]:
    loads = _loads(linear, found)
    return tuple(
        OwnerCapacity(
            name=name,
            kind=kind,
            capacity=limit_of(net, index, nodes),
            load=float(loads[index]),
            share=float(found.shares[index]),
            lift=float(found.lifts[index]),
        )
        for index, (name, kind) in enumerate(_everyone(net))
    )


def _loads(linear: Linear, found: Weighed) -> NDArray[np.float64]:
    """Return how busy each owner must be, and how full the policy's limit [1]."""
    loads = np.zeros(len(found.shares))
    if not found.throughput or isinf(found.throughput):
        return loads
    use, policy = linear.program.use, linear.program.policy
    parts = linear.parts(np.ones(len(loads)))
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
