"""What is open as a run starts, put into a network: how much of it is done already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import networkx as nx

from toc_sim.network.model import Network
from toc_sim.network.node import NetNode, NetOpen
from toc_sim.scenario.fields.numbers import level
from toc_sim.scenario.fields.open_items import OpenItems


def opened(
    net: Network, state: Mapping[tuple[str, ...], OpenItems], names: Mapping[str, int]
) -> Network:
    """Return a network in which items are open as a run starts.

    What is done of a service is its age times the pace of time 0, and stays done
    whatever pace the network is given later (R56).

    Parameters
    ----------
    net
        In which nothing is open.
    state
        What is open, by node or ends of a way, in the order of the file.
    names
        The nodes by name.
    """
    if not state:
        return net
    holders = _holders(net)
    nodes, first = list(net.nodes), 0
    for (source, *targets), items in state.items():
        if not (items.working or items.waiting or items.away):
            continue
        node = nodes[names[source]]
        if targets:
            target = names[targets[0]]
            links = list(node.links)
            place = next(n for n, each in enumerate(links) if each.target == target)
            done = tuple(age / links[place].delay for age in items.away)
            found = NetOpen(first, done, 0, target in holders)
            links[place] = replace(links[place], opened=found)
            node = replace(node, links=tuple(links))
        else:
            done = _done(node, items.working)
            found = NetOpen(first, done, items.waiting, node.index in holders)
            node = replace(node, opened=found)
        nodes[node.index] = node
        first += found.count
    return replace(net, nodes=tuple(nodes))


def _done(node: NetNode, ages: Iterable[float]) -> tuple[float, ...]:
    """Return how much is done of services of some ages, of mean one."""
    pace = level(node.pace, 0.0)
    return tuple(age / pace if node.timed else age * pace for age in ages)


def _holders(net: Network) -> set[int]:
    """Return the nodes whose items hold a token: with a rope those before its drum."""
    if net.release.limit is None:
        return set()
    if net.release.drum is None:
        return set(range(len(net.nodes)))
    ways = nx.DiGraph(net.graph)
    bought = [node.index for node in net.nodes if node.kind == "market"]
    ways.remove_edges_from(list(ways.out_edges(bought)))
    return {net.release.drum, *nx.ancestors(ways, net.release.drum)}
