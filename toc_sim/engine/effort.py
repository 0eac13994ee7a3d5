"""How long runs will take, and how much memory, before any of them has begun."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf

from toc_sim.engine.rules.wait_classes import WAIT_CLASSES
from toc_sim.engine.simulate import EXPERIMENT_REPLICATIONS, engine_for, services
from toc_sim.network import PATH_SUPPORTS, NetNode, Network, average

SECONDS = {"simpy": 6e-6, "compiled": 3e-7}
"""What an event takes, by engine: of a service, a failure or a round [s]."""

BYTES = {"simpy": 8.0, "compiled": 12.0}
"""What an event leaves in memory while its run lasts, by engine [bytes]."""

_WAITING, _PURCHASE, _FAILURE = 400.0, 12.0, 100.0
"""What an item that waits, one that was bought and a failure take [bytes]."""

_REGULAR = {"simpy": 800.0, "compiled": 200.0}
"""What a customer at the start takes, by engine [bytes]."""

_TALLY = 8.0 * WAIT_CLASSES
"""What counting the waits at a node takes [bytes]."""

NEGLIGIBLE = 100_000.0
"""So many services, over all runs, are done before anybody could read about it."""

HAND_OVERS = 60
"""How often what flows is handed on: enough for what goes round several times."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What all runs for a question take, about.

    Attributes
    ----------
    runs, events
        How many, and what happens in all of them: services, failures, rounds.
    seconds
        Of one core [s].
    bytes
        Of memory, at the largest [bytes].
    """

    runs: float
    events: float
    seconds: float
    bytes: float


def effort(
    net: Network, variants: int = 1, *, policies: int = 0, kept: bool = True
) -> Effort:
    """Return what the runs of a network take, with the experiments behind its shares.

    Parameters
    ----------
    net
        The network.
    variants
        How many like it are simulated, itself included.
    policies
        How many steps of policies are tried besides, in all replications at most.
    kept
        Whether the results of all runs are in memory at once.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.engine.effort import effort
    >>> short = network_of(load("scenarios/paper_cups.yaml"))
    >>> long = network_of(load("scenarios/paper_cups.yaml", {"run.horizon": "1e9"}))
    >>> effort(short).seconds < 10, effort(long).seconds > 600
    (True, True)
    """
    settings = net.scenario.run
    replications = 1 if net.is_deterministic else settings.replications
    runs = float((variants + policies) * replications + 1)
    runs += 2 * min(replications, EXPERIMENT_REPLICATIONS)
    if net.features & ~PATH_SUPPORTS:
        runs += 2 * len(net.lifted_alone) * replications
    warmup = 0.0 if settings.warmup == "auto" else settings.warmup
    horizon = settings.horizon + warmup
    services_at_most = services(net) * horizon / settings.horizon
    unseen = any(node.rounds or node.availability for node in net.nodes)
    regulars = sum(link.customers for node in net.nodes for link in node.links)
    regulars += sum(items.count for _, _, items in net.opened)
    if max(services_at_most, regulars) * runs < NEGLIGIBLE and not unseen:
        return Effort(runs, services_at_most * runs, 0.0, 0.0)
    flows = _flows(net, settings.horizon)
    failures = fsum(_failures(node, flows, horizon) for node in net.nodes)
    rounds = fsum(horizon / each.rounds.every for each in net.nodes if each.rounds)
    events = fsum(flows.values()) * horizon + failures + rounds
    engine = engine_for(net)
    bought = horizon * max(flows.values(), default=0.0)
    held = _PURCHASE * bought * (replications if kept else 1)
    waiting = _WAITING * _left_waiting(net, flows) * horizon
    memory = BYTES[engine] * events + held + _FAILURE * failures
    memory += waiting if engine == "simpy" else 0.0
    memory += _REGULAR[engine] * regulars + _TALLY * len(net.nodes)
    return Effort(runs, events * runs, SECONDS[engine] * events * runs, memory)


def _flows(net: Network, horizon: float) -> dict[int, float]:
    """Return what each node starts at most, by what comes to it [items/period]."""
    limits = {node.index: _pace(net, node, horizon) for node in net.nodes}
    flows = {
        node.index: limits[node.index] if node.brings else 0.0 for node in net.nodes
    }
    for _ in range(min(HAND_OVERS, len(flows) + 1)):
        coming = dict.fromkeys(flows, 0.0)
        for node in net.nodes:
            for link in node.links:
                coming[link.target] += link.customers / horizon
            gives = node.recipe.gives if node.recipe else 1
            made = flows[node.index] * gives * average(node.conversion, horizon)
            for link in node.links:
                share = 1.0 if node.free else average(link.share, horizon)
                coming[link.target] += made * share
        new = {
            node.index: flows[node.index]
            if node.brings
            else min(limits[node.index], coming[node.index] / _takes(node))
            for node in net.nodes
        }
        if new == flows:
            break
        flows = new
    return _held_back(net, flows, horizon)


def _held_back(
    net: Network, flows: dict[int, float], horizon: float
) -> dict[int, float]:
    """Return the flows of nodes that wait for room where buffers are finite."""
    whole = net.release.limit is not None
    for _ in range(min(HAND_OVERS, len(flows) + 1)):
        new = dict(flows)
        for node in net.nodes:
            ahead = [net.nodes[link.target] for link in node.links]
            full = ahead and all(whole or each.buffer is not None for each in ahead)
            if full and node.kind == "stage":  # arrivals and buyers come all the same
                gives = node.recipe.gives if node.recipe else 1
                conversion = average(node.conversion, horizon)
                if conversion > 0:
                    room = fsum(flows[each.index] * _takes(each) for each in ahead)
                    new[node.index] = min(new[node.index], room / gives / conversion)
        if new == flows:
            break
        flows = new
    return flows


def _takes(node: NetNode) -> int:
    return node.recipe.takes if node.recipe and not node.recipe.parts else 1


def _pace(net: Network, node: NetNode, horizon: float) -> float:
    """Return what a node can start at most [items/period]."""
    if node.rounds is not None:
        return node.rounds.mean / node.rounds.every
    pace = average(node.pace, horizon)
    if node.timed:
        pace = 1 / pace if pace else inf
    if node.resource is not None:
        return net.resources[node.resource].servers * pace
    return max(1, node.servers) * pace


def _failures(node: NetNode, flows: dict[int, float], horizon: float) -> float:
    """Return how often a node fails: each service draws all its failures as it begins.

    A server that is given an item begins one service at least, however long it is.
    """
    if node.availability is None:
        return 0.0
    pace = average(node.pace, horizon)
    time = pace if node.timed else 1 / pace
    begun = max(flows[node.index] * horizon, float(node.servers))
    return begun * time / node.availability.mean_time_between_failures


def _left_waiting(net: Network, flows: dict[int, float]) -> float:
    """Return how fast queues without an end grow [items/period]."""
    coming = dict.fromkeys(flows, 0.0)
    for node in net.nodes:
        for link in node.links:
            target = net.nodes[link.target]
            outside = node.kind == "source" and not node.lost
            if (target.buffer is None or outside) and len(node.links) == 1:
                coming[target.index] += flows[node.index]
    return fsum(max(0.0, more - flows[index]) for index, more in coming.items())
