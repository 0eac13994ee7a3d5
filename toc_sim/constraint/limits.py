"""Where the critical path may not be trusted, and experiments have to judge."""

from __future__ import annotations

from toc_sim.engine.simulate import Runs
from toc_sim.network.model import Network


def why_not_the_path(runs: Runs) -> str:
    """Return why the derivative of a path is not that of the mean here; or nothing.

    Timing must not decide *whether* an item is lost or *which* goes first: there a
    small change makes a jump that the path of a single run cannot see (Heidelberger
    et al. 1988; Glasserman 1991).
    """
    net = runs.network
    return _losses(runs) or _priorities(net) or _choices(net)


def _losses(runs: Runs) -> str:
    sources = [
        node for node in runs.network.nodes if node.kind == "source" and node.lost
    ]
    for node in sources:
        if any(result.nodes[node.index].lost for result in runs.results):
            title = runs.network.scenario.title(node.name)
            return f"arrivals of {title} that find no room are lost"
    return ""


def _priorities(net: Network) -> str:
    for pool in net.resources:
        priorities = {net.nodes[index].priority for index in pool.stages}
        if len(priorities) > 1:
            title = net.scenario.title(pool.name)
            return f"priorities decide whose turn it is with {title}"
    return ""


def _choices(net: Network) -> str:
    for node in net.nodes:
        if node.free and len(node.links) > 1:
            title = net.scenario.title(node.name)
            return f"items of {title} choose the shortest queue"
    return ""
