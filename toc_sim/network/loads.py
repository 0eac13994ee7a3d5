"""How much work comes to shared pools, and which pool of a stage has the most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.network.node import NetNode
from toc_sim.scenario.profiles import level

ALIKE = 1e-9
"""Loads that differ by less than this part of each other count as equal."""

ROUND = 1 - 1e-9
"""What comes back of a circle that nothing leaves, so that visits stay finite."""


def with_leads(
    nodes: tuple[NetNode, ...], servers: Sequence[int]
) -> tuple[NetNode, ...]:
    """Return the nodes with the busiest of its pools as the lead of each stage.

    The lead answers for the time that is spent at a stage with several pools: its
    others wait for it more often than it for them. Of equals it is the first named.

    Parameters
    ----------
    nodes
        With their pools in the order of the file.
    servers
        Of each pool, by index.
    """
    if not any(node.also for node in nodes):
        return nodes
    loads = pool_loads(nodes, servers)
    return tuple(_led(node, loads) for node in nodes)


def pool_loads(nodes: Sequence[NetNode], servers: Sequence[int]) -> NDArray[np.float64]:
    """Return the work that comes to each pool, for each of its servers [1].

    Only their order means anything where supplies are unlimited: each of them counts
    as one item per period.
    """
    work = np.zeros(len(servers))
    for node, rate in zip(nodes, visits(nodes), strict=True):
        for pool in node.pools:
            work[pool] += rate * level(node.pace, 0.0) / servers[pool]
    return work


def visits(nodes: Sequence[NetNode]) -> NDArray[np.float64]:
    """Return how often items come to each node, by index [items/period].

    The traffic equations of an open network (Jackson 1957) as things are at time 0:
    sources send what arrives, each unlimited supply one item per period, and whoever
    chooses freely goes each way equally often.
    """
    flow = np.zeros((len(nodes), len(nodes)))
    comes = np.zeros(len(nodes))
    for node in nodes:
        moves_on = level(node.conversion, 0.0) * ROUND
        for link in node.links:
            part = 1 / len(node.links) if node.free else level(link.share, 0.0)
            flow[link.target, node.index] += moves_on * part
        if node.kind == "source":
            comes[node.index] = level(node.pace, 0.0)
        elif node.supplied:
            comes[node.index] = 1.0
    found = np.linalg.solve(np.eye(len(nodes)) - flow, comes)
    return np.asarray(found, dtype=np.float64)


def _led(node: NetNode, loads: NDArray[np.float64]) -> NetNode:
    most = max((loads[pool] for pool in node.pools), default=0.0)
    lead = next(
        (pool for pool in node.pools if loads[pool] >= most * (1 - ALIKE)), None
    )
    others = tuple(pool for pool in node.pools if pool != lead)
    return replace(node, resource=lead, also=others)
