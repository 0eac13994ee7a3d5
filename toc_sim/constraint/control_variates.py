"""Throughput without the luck of the draw: control variates with known coefficients.

How long services took in a window, and how many items moved on, is seen, and how long
they take and how many move on in the mean is known. The constraint shares say what the
difference did to the throughput, so it is taken off: no coefficient is estimated, and
the mean stays what it is. What is left varies much less, and fewer replications tell
as much (control variates: Lavenberg & Welch 1981; Nelson 1990).

Of each node, ``work done - services x mean time`` has mean 0 (Wald 1944), whatever the
queues do; likewise ``moved on - finished x conversion``. So the adjusted throughput has
the mean of the counted one, up to one part in the number of replications of its
squared variation, as the shares and the means they are taken over are of the same runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.intervals import ByReplication
from toc_sim.engine.result import NodeRun
from toc_sim.engine.simulate import Runs
from toc_sim.network import Feature, NetNode, Network


def adjusted(runs: Runs, shares: Mapping[str, float]) -> ByReplication:
    """Return the throughput of each replication, had its draws been those of the mean.

    Parameters
    ----------
    runs
        All replications.
    shares
        What each owner answers for of the throughput [1], as the critical path says.

    Returns
    -------
    One throughput for each replication [items/period], shape (replications,). Where
    nothing is left to chance they are those counted.
    """
    counted = np.array([result.throughput for result in runs.results])
    net = runs.network
    if net.is_deterministic or len(counted) < 2:  # noqa: PLR2004 - one has no spread
        return counted
    luck = np.zeros(len(counted))
    parts = dict(_work_parts(runs, shares))
    for node in net.nodes:
        luck += parts[node.index] * _slowness(runs, node)
        if Feature.FEEDBACK not in net.features:
            flows = _upstream(net, node, parts)
            luck -= flows * _conversion(runs, node)
    freed: ByReplication = counted + counted.mean() * luck
    return freed


def _seen(runs: Runs, node: NetNode) -> list[NodeRun]:
    return [result.nodes[node.index] for result in runs.results]


def _work_parts(runs: Runs, shares: Mapping[str, float]) -> Iterator[tuple[int, float]]:
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


def _slowness(runs: Runs, node: NetNode) -> NDArray[np.float64]:
    """Return by how much the draws of a node were longer than their mean, relative."""
    net, seen = runs.network, _seen(runs, node)
    horizon = net.scenario.run.horizon
    nothing = np.zeros(len(seen))
    if not isinstance(node.pace, float) or node.rounds is not None:
        return nothing
    if node.kind == "source":
        # of those that wait outside it is not known how many came
        if any(run.queue_mean for run in seen):
            return nothing
        came = np.array([run.started + run.lost for run in seen], dtype=float)
        return 1 - came / (node.pace * horizon)
    if node.kind == "market" and not node.lost:
        return nothing
    mean = node.pace if node.timed else 1 / node.pace
    if node.availability is not None:
        mean /= node.availability.share
    servers = (
        node.servers if node.resource is None else net.resources[node.resource].servers
    )
    work = np.array([(run.busy + run.down) * servers * horizon for run in seen])
    services = np.array([(run.started + run.finished) / 2 for run in seen])
    expected = services * mean
    return _relative(work - expected, float(expected.mean()))


def _conversion(runs: Runs, node: NetNode) -> NDArray[np.float64]:
    """Return by how much more of a node's items moved on than in the mean, relative."""
    seen = _seen(runs, node)
    share = node.conversion
    if not isinstance(share, float) or node.kind == "source" or node.recipe is not None:
        return np.zeros(len(seen))
    if not node.free and not node.copies and len(node.links) == 1:
        only = node.links[0].share
        share = share * only if isinstance(only, float) else 1.0
    if not 0 < share < 1 or len(node.links) > 1:
        return np.zeros(len(seen))
    out = np.array([run.out for run in seen], dtype=float)
    moved = out - np.array([run.lost - run.abandoned for run in seen])
    return _relative(moved - share * out, float(share * out.mean()))


def _upstream(net: Network, node: NetNode, parts: Mapping[int, float]) -> float:
    """Return what those answer for whose items all pass a node, itself included [1].

    More that moves on there lifts the throughput as more speed of them would.
    """
    before = nx.ancestors(net.graph, node.index) | {node.index}
    if any(len(net.nodes[index].links) > 1 for index in before - {node.index}):
        return 0.0
    return sum(parts[index] for index in before)


def _relative(difference: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    return difference / scale if scale > 0 else np.zeros(len(difference))
