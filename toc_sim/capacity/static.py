"""What the system could do at best, and the constraint that keeps it from more.

Where nothing is lost or shared out, throughput is a maximum flow and the constraint a
minimum cut (Ford & Fulkerson 1956); elsewhere a linear program over a generalised
flow (Ahuja, Magnanti & Orlin 1993, ch. 15).
"""

from __future__ import annotations

from math import inf, isinf

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.answer import Capacity, OwnerCapacity
from toc_sim.capacity.averages import Average, averages, limit_of
from toc_sim.capacity.balance import balanced
from toc_sim.capacity.cut import Cut, is_a_plain_flow
from toc_sim.capacity.linear import Linear
from toc_sim.capacity.program import program
from toc_sim.capacity.sides import Factors, Problem
from toc_sim.capacity.weigh import Weighed, weigh
from toc_sim.network.model import Network, OwnerKind


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
    The static answer. Its shares add up to 1; where nothing can be bought they are 0.

    Notes
    -----
    The share of an owner is the elasticity of throughput to its rates. At a tie that
    differs for raising and lowering; `toc_sim.capacity.weigh.shares_of` says how the
    share is then found. Of what leaves a node, a part below 1e-9 counts as none, and
    limits within 1e-7 of each other count as equal.

    A release policy bounds the work in hand by Little's law: the
    items in service, of all stages that it counts, cannot be more than it lets in.
    What it costs is shared among those stages by their time, since making them faster
    helps; the policy is the constraint when one item more helps more than 10 % on any
    of them.
    """
    nodes = averages(net)
    linear = Linear(program(net, nodes))
    problem: Problem = Cut(net, nodes) if is_a_plain_flow(net, nodes) else linear
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


def _problem(net: Network) -> Problem:
    """Return a network as the problem that is sooner solved."""
    nodes = averages(net)
    if is_a_plain_flow(net, nodes):
        return Cut(net, nodes)
    return Linear(program(net, nodes))


def _as_they_are(net: Network) -> Factors:
    """Return factors that leave everybody's rates as they are."""
    return np.ones(len(_everyone(net)))


def _weighed(net: Network, problem: Problem, factors: Factors) -> Weighed:
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
