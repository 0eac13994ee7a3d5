"""Throughput without the luck of the draw: control variates with known coefficients.

How far the draws of a run lie from what is drawn in the mean is seen of it
(`toc_sim.constraint.draws`). What that did to the throughput follows from the
constraint shares: longer services at an owner cost its share of it, and one item more
at a node is worth what it still brings less the room that it takes of all that it will
pass. Taken off, that leaves the mean where it is, and much less variance (control
variates: Lavenberg & Welch 1981; Nelson 1990).

The worth of an item at a node solves ``v = 1 if it is bought here + sum over ways of
the chance to go there times v there - share x throughput / flow``: the adjoint of the
flow balance, with the shares as prices. So arrivals, conversions, branches and
customers who come back have coefficients too, whatever loops there are.

Where the critical path is trusted, the shares are its own and the coefficients are
taken as they are. Elsewhere they are those of the static answer, which knows nothing of
chance: there the whole of the luck gets one factor, by regression over replications,
for which one degree of freedom is paid. If it explains nothing, little is lost. Where
items are open at the start, what is left of them is drawn with another mean than one
(R56): there the throughput stays as counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.draws import surpluses
from toc_sim.constraint.intervals import ByReplication, Interval, over, regressed
from toc_sim.engine.simulate import Runs
from toc_sim.network import Feature, NetNode, Network, average
from toc_sim.theory import Capacity, static_shares

FACTOR_REPLICATIONS = 6
"""Replications from which a factor is estimated."""


_ROUNDING = 1e-9
"""Luck is told to this part of the throughput: what is less is rounding."""


def freed(runs: Runs, *, by_path: bool, static: Capacity | None = None) -> Interval:
    """Return the throughput as it would be if all draws were those of the mean.

    Parameters
    ----------
    runs
        All replications.
    by_path
        Whether the shares of the critical path hold, so that nothing is estimated.
    static
        The static answer, if it is known already.

    Returns
    -------
    The interval of the mean [items/period]; where nothing is left to chance, or too few
    replications tell of it, as counted.

    References
    ----------
    Lavenberg & Welch 1981, *A perspective on the use of control variables to increase
    the efficiency of Monte Carlo simulations*, Management Science 27(3); Nelson 1990,
    *Control variate remedies*, Operations Research 38(6).
    """
    net = runs.network
    counted = np.array([result.throughput for result in runs.results])
    plain = over(net, counted)
    few = len(counted) < FACTOR_REPLICATIONS and not by_path
    if net.is_deterministic or few or Feature.STATE in net.features:
        return plain
    shares = {each.name: each.share for each in static.owners} if static else None
    lucky = luck_of(runs, by_path=by_path, shares=shares)
    found = (
        over(net, counted - lucky)
        if by_path
        else regressed(counted, lucky, net.scenario.run.confidence)
    )
    if not plain.half_width > 0:
        return found
    return found.at_least(min(plain.half_width, finest(runs)))


def luck_of(
    runs: Runs, *, by_path: bool, shares: Mapping[str, float] | None = None
) -> ByReplication:
    """Return the luck of each replication, by the best shares that are there.

    Parameters
    ----------
    runs
        All replications.
    by_path
        Whether by the shares of the critical path, else by those of the static answer.
    shares
        Those of the static answer by owner [1], if they are known already.

    Returns
    -------
    More or less throughput [items/period], shape (replications,), of mean 0; without
    chance there is none.
    """
    net = runs.network
    if net.is_deterministic or Feature.STATE in net.features:
        return np.zeros(len(runs.results))
    if not by_path:
        return _luck(runs, static_shares(net) if shares is None else shares)
    values = np.mean([[each.value for each in r.shares] for r in runs.results], axis=0)
    names = [each.name for each in runs.results[0].shares]
    return _luck(runs, dict(zip(names, values.tolist(), strict=True)))


def _luck(runs: Runs, shares: Mapping[str, float]) -> ByReplication:
    """Return the same by what each owner answers for of the throughput [1]."""
    net = runs.network
    found = np.zeros(len(runs.results))
    prices = _prices(runs, shares)
    worth = _worth(runs, prices)
    flows = _flows(runs)
    for each in surpluses(runs):
        node = net.nodes[each.node]
        if each.what == "work":
            found -= prices[node.index] * flows[node.index] * each.values
        elif worth is None:
            if each.what == "arrivals":
                found += prices[node.index] * each.values
        elif each.what == "way":
            found += worth[node.links[each.link].target] * each.values
        else:
            found += _beyond(node, net, worth) * each.values
    exact = _ROUNDING * max(result.throughput for result in runs.results)
    rounded: ByReplication = np.round(found / exact) * exact if exact else found
    return rounded


def finest(runs: Runs) -> float:
    """Return half of what one item in all replications comes to [items/period].

    What is counted is told no finer, however little of it is left to luck: what is then
    left are rare events, of which few replications may have had none.

    Parameters
    ----------
    runs
        All replications.
    """
    return 0.5 / sum(result.horizon for result in runs.results)


def _flows(runs: Runs) -> NDArray[np.float64]:
    """Return what each node started, or brought, in the mean [items/period]."""
    horizon = runs.results[0].horizon
    counts = [
        [
            run.finished if node.kind == "source" else run.started
            for node, run in zip(runs.network.nodes, result.nodes, strict=True)
        ]
        for result in runs.results
    ]
    flows: NDArray[np.float64] = np.mean(counts, axis=0) / horizon
    return flows


def _prices(runs: Runs, shares: Mapping[str, float]) -> NDArray[np.float64]:
    """Return what one item costs of a node's time, in items that are not bought [1]."""
    throughput = float(np.mean([result.throughput for result in runs.results]))
    flows = _flows(runs)
    prices = np.zeros(len(flows))
    for index, part in _parts(runs, shares):
        if flows[index] > 0:
            prices[index] = part * throughput / flows[index]
    return prices


def _parts(runs: Runs, shares: Mapping[str, float]) -> Iterator[tuple[int, float]]:
    """Yield by node what its times answer for; of a pool's share, by their work."""
    net = runs.network
    for node in net.nodes:
        if node.resource is None:
            yield node.index, shares.get(node.name, 0.0)
    for pool in net.resources:
        works = {
            index: sum(
                run.nodes[index].busy + run.nodes[index].down for run in runs.results
            )
            for index in pool.stages
        }
        total = sum(works.values())
        for index, work in works.items():
            part = work / total if total else 0.0
            yield index, shares.get(pool.name, 0.0) * part


def _worth(runs: Runs, prices: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return what one item more at a node brings [items]; None if that is not told.

    With recipes an item that comes in is not the one that goes out, and in a circle
    that nobody leaves there is no end to it.
    """
    net = runs.network
    if net.features & Feature.RECIPES:
        return None
    balance = np.eye(len(net.nodes))
    bought = np.array([float(node.sells) for node in net.nodes])
    for node in net.nodes:
        stays = _stay(runs, node)
        bought[node.index] = stays * (bought[node.index] - prices[node.index])
        chance = average(node.conversion, runs.results[0].horizon)
        if not node.links:
            bought[node.index] += stays * (chance - 1)
        for target, share in _chances(net, node):
            balance[node.index, target] -= stays * chance * share
    if np.linalg.cond(balance) > 1 / np.finfo(float).eps:
        return None
    worth: NDArray[np.float64] = np.linalg.solve(balance, bought)
    return worth


def _stay(runs: Runs, node: NetNode) -> float:
    """Return which part of what comes to a node does not leave its queue [1]."""
    if node.patience is None:
        return 1.0
    seen = [result.nodes[node.index] for result in runs.results]
    served, left = sum(run.started for run in seen), sum(run.abandoned for run in seen)
    return served / (served + left) if served + left else 1.0


def _chances(net: Network, node: NetNode) -> Iterator[tuple[int, float]]:
    """Yield where what moves on goes, and which part of it."""
    horizon = net.scenario.run.horizon
    for link in node.links:
        share = average(link.share, horizon)
        yield link.target, 1 / len(node.links) if node.free else share


def _beyond(node: NetNode, net: Network, worth: NDArray[np.float64]) -> float:
    """Return what one item more that moves on from a node brings [items]."""
    if not node.links:
        return 1.0
    ways = list(_chances(net, node))
    total = sum(share for _, share in ways)
    brought = sum(share * float(worth[target]) for target, share in ways)
    return brought / total if total > 0 else 0.0
