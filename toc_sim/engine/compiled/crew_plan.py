"""Which pools and stages belong together, as lists for the compiled engine."""

from __future__ import annotations

from typing import Final

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.state import Whole
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode

RULES: Final = {
    "fifo": c.FIFO,
    "priority": c.BY_PRIORITY,
    "shortest": c.SHORTEST_FIRST,
    "earliest_due": c.EARLIEST_DUE,
}


def rule_of(net: Network, node: NetNode) -> int:
    """Return the number of the rule by which a node's pool works."""
    if node.resource is None:
        return c.FIFO
    return RULES[net.resources[node.resource].dispatch]


def crew_lists(net: Network, rows: Whole, first: int) -> list[int]:
    """Return, for stages of pools that are needed together, two lists one by one.

    The benches that each service needs besides the lead's, and the stages of all its
    pools, which may begin when it ends. Where they stand is written into the rows.

    Parameters
    ----------
    net
        The network.
    rows
        The whole numbers of its nodes, by row.
    first
        Where the first list will stand.
    """
    joint = {pool for node in net.nodes if node.also for pool in node.pools}
    lists: list[int] = []
    for node in net.nodes:
        if not joint.intersection(node.pools):
            continue
        row = rows[node.index]
        row[c.FIRST_ALSO], row[c.ALSO] = first + len(lists), len(node.also)
        lists += node.also
        stages = {stage for pool in node.pools for stage in net.resources[pool].stages}
        row[c.FIRST_MATE], row[c.MATES] = first + len(lists), len(stages)
        lists += sorted(stages)
    return lists
